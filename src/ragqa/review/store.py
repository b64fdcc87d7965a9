"""Answers and steps of review in, kept in one SQLite file; articles with their histories out.

Nothing is ever changed or taken out: an edited answer is a further revision, a step a further entry of the history.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from pydantic import ValidationError

from ragqa.errors import ArticleMissing, NoteMissing, OwnText, ReviewError, StateError
from ragqa.protocols import PassageIndex
from ragqa.review.chain import START, breaks, chained
from ragqa.review.differences import Difference, difference
from ragqa.review.schema import SCHEMA
from ragqa.review.sources import changes, source_digests
from ragqa.review.steps import REVISING, missteps, status_after
from ragqa.types import Answer, Article, HistoryEntry
from ragqa.vocabulary import ReviewAction, ReviewStatus

log = logging.getLogger("ragqa.review")
ID_LENGTH, MOST_NOTE = 16, 2000
CHANGED_BY = "ragqa"  # the actor of a step that no person took
_COLUMNS = "number, article, action, status, actor, note, time, answer, sources, previous, digest"


class ReviewStore:
    """The articles in one file; safe to use from many threads and processes.

    Who brought a text in, by submitting, editing or asking again, does not approve it, unless `approve_own` allows it.
    Each method raises StateError where the file cannot be used: one that is damaged or locked, a full disk.
    """

    def __init__(self, path: Path, *, approve_own: bool = False) -> None:
        self._path = path
        self.approve_own = approve_own

    def submit(self, answer: Answer, index: PassageIndex, *, by: str, note: str = "") -> Article:
        """Keep an answer as an article; one that is kept already is returned as it stands.

        Raises CitationError where the index does not hold what the answer cites, ReviewError for an abstention.
        """
        if answer.abstained:
            raise ReviewError("an answer that states nothing cannot be reviewed", remedy="add documents and ask again")
        answer = answer.model_copy(update={"review_status": ReviewStatus.SUBMITTED})
        article_id = _bytes_digest(_bytes_of(answer))[:ID_LENGTH]
        with self._writing() as db:
            if not _entries(db, article_id):
                self._append(db, article_id, ReviewAction.SUBMIT, ReviewStatus.SUBMITTED, by, note, _keep(db, article_id, answer, index))
        return self.article(article_id)

    def step(self, article_id: str, action: ReviewAction, *, by: str, note: str = "", seen: str | None = None) -> Article:
        """Take a step that leaves the answer as it is; `seen` is the digest of the answer that the reviewer read.

        Raises ReviewError for a step that is not allowed, or where another revision has come in between.
        """
        with self._writing() as db:
            last = self._last(db, article_id, seen)
            if action is ReviewAction.REJECT and not note.strip():
                raise NoteMissing("a rejection needs a note that says why")
            status = status_after(last.status, action)
            if action is ReviewAction.APPROVE:
                self._check_approver(db, article_id, by)
            self._append(db, article_id, action, status, by, note, (last.answer, last.sources))
        return self.article(article_id)

    def approve(self, article_id: str, index: PassageIndex, *, by: str, note: str = "", seen: str | None = None) -> Article:
        """Approve the bytes of an answer, against the index as it is now; `seen` is as in `step`.

        Raises ReviewError where a cited source has changed since the answer was kept.
        """
        article = self.article(article_id)
        reasons = changes(article.answer, self._sources(article), index)
        if reasons:
            raise ReviewError(f"sources have changed: {' '.join(reasons)}", remedy="ask again, then review what is answered")
        return self.step(article_id, ReviewAction.APPROVE, by=by, note=note, seen=seen or article.last.answer)

    def revise(self, article_id: str, action: ReviewAction, answer: Answer, index: PassageIndex, *, by: str, note: str, seen: str) -> Article:
        """Keep an edited answer, or one that was asked for again, as the article's next revision; `seen` is the digest of the one it takes the place of.

        Raises ReviewError where another revision has come in between.
        """
        answer = answer.model_copy(update={"review_status": ReviewStatus.SUBMITTED})
        with self._writing() as db:
            last = self._last(db, article_id, seen)
            status = status_after(last.status, action)
            self._append(db, article_id, action, status, by, note, _keep(db, article_id, answer, index))
        return self.article(article_id)

    def article(self, article_id: str, *, seen: str | None = None) -> Article:
        """Return an article; raise ArticleMissing where there is none, ReviewError where its answer is another than the `seen` digest says."""
        with self._reading() as db:
            entries = _entries(db, article_id)
            if not entries:
                raise _missing(article_id)
            _check_seen(seen, entries[-1])
            return Article(id=article_id, answer=_answer(db, entries[-1]), history=tuple(entries))

    def differences(self, article: Article) -> dict[int, Difference]:
        """Return what each edit and each asking again has changed, by the number of its entry; a revision that cannot be read is left out."""
        found: dict[int, Difference] = {}
        with self._reading() as db:
            for before, entry in pairwise(article.history):
                if entry.action in REVISING:
                    try:
                        found[entry.number] = difference(_answer(db, before), _answer(db, entry))
                    except ReviewError as error:
                        log.warning("entry %s is not compared: %s", entry.number, error)
        return found

    def statuses(self) -> dict[str, str]:
        """Return id -> status of the articles as the history has it, those with the newest step first; no answer is read."""
        with self._reading() as db:
            newest = "SELECT MAX(number) FROM history GROUP BY article"
            return dict(db.execute(f"SELECT article, status FROM history WHERE number IN ({newest}) ORDER BY number DESC"))

    def articles(self, status: ReviewStatus | None = None, *, offset: int = 0, limit: int | None = None) -> list[Article]:
        """Return the articles of a status, or all, those with the newest step first; one that is damaged is logged and left out.

        With a `limit`, so many of them (or fewer, where some are damaged) after the first `offset`.
        """
        names = [name for name, known in self.statuses().items() if status is None or known == status]
        return list(filter(None, map(self._whole, names[offset:][:limit])))

    def recheck(self, index: PassageIndex) -> list[Article]:
        """Take back the approval of each article of which a cited source has changed; return those articles."""
        return [self._fall_back(article, " ".join(reasons)) for article, reasons in self.outdated(index)]

    def recheck_one(self, article_id: str, index: PassageIndex) -> Article:
        """Take back the approval of one article if a cited source has changed; return the article as it then stands."""
        article = self.article(article_id)
        reasons = changes(article.answer, self._sources(article), index) if article.status is ReviewStatus.APPROVED else []
        return self._fall_back(article, " ".join(reasons)) if reasons else article

    def outdated(self, index: PassageIndex) -> list[tuple[Article, list[str]]]:
        """Return each approved article of which a cited source is another in an index, and how; nothing is written."""
        found = ((article, changes(article.answer, self._sources(article), index)) for article in self.articles(ReviewStatus.APPROVED))
        return [(article, reasons) for article, reasons in found if reasons]

    def verify(self) -> list[str]:
        """Return what is wrong with the history and with the answers that it binds, a sentence each."""
        with self._reading() as db:
            entries = [_entry(row) for row in db.execute(f"SELECT {_COLUMNS} FROM history ORDER BY number")]
            problems = [*breaks(entries), *missteps(entries)]
            for entry in entries:
                kept = db.execute(
                    "SELECT answer, sources FROM revisions WHERE article = ? AND digest = ?", (entry.article_id, entry.answer)
                ).fetchone()
                if kept is None or _bytes_digest(kept[0]) != entry.answer or _bytes_digest(kept[1]) != entry.sources:
                    problems.append(f"the answer that entry {entry.number} binds is not what is kept.")
        return problems

    def _whole(self, article_id: str) -> Article | None:
        try:
            article = self.article(article_id)
            self._sources(article)
        except ReviewError as error:
            log.warning("article %s is left out: %s", article_id, error)
            return None
        return article

    def _fall_back(self, article: Article, reason: str) -> Article:
        with self._writing() as db:
            last = self._last(db, article.id)
            if last.number == article.last.number:  # nobody was faster
                status = status_after(last.status, ReviewAction.FALL_BACK)
                self._append(db, article.id, ReviewAction.FALL_BACK, status, CHANGED_BY, reason, (last.answer, last.sources))
        return self.article(article.id)

    def _sources(self, article: Article) -> Mapping[str, str]:
        with self._reading() as db:
            (kept,) = db.execute(
                "SELECT sources FROM revisions WHERE article = ? AND digest = ?", (article.id, article.last.answer)
            ).fetchone()
        if _bytes_digest(kept) != article.last.sources:
            raise ReviewError(f"the sources of article {article.id} are not those that its history binds")
        sources: dict[str, str] = json.loads(kept)
        return sources

    def _check_approver(self, db: sqlite3.Connection, article_id: str, by: str) -> None:
        entries = _entries(db, article_id)
        article = Article(id=article_id, answer=_answer(db, entries[-1]), history=tuple(entries))
        if not self.approve_own and article.is_by(by):
            raise OwnText(
                f"{by} brought this text in ({article.brought_in.action.value}) and does not approve it",
                remedy="another reviewer does; in a house of one person set review.approve_own",
            )

    def _last(self, db: sqlite3.Connection, article_id: str, seen: str | None = None) -> HistoryEntry:
        entries = _entries(db, article_id)
        if not entries:
            raise _missing(article_id)
        _check_seen(seen, entries[-1])
        _answer(db, entries[-1])  # what is approved must be what was kept
        return entries[-1]

    def _append(
        self,
        db: sqlite3.Connection,
        article_id: str,
        action: ReviewAction,
        status: ReviewStatus,
        by: str,
        note: str,
        bound: tuple[str, str],
    ) -> None:
        number, previous = db.execute("SELECT number, digest FROM history ORDER BY number DESC LIMIT 1").fetchone() or (0, START)
        entry = chained(
            {
                "number": number + 1,
                "article_id": article_id,
                "action": action.value,
                "status": status.value,
                "actor": by,
                "note": note.strip()[:MOST_NOTE],
                "time": datetime.now(UTC).isoformat(timespec="seconds"),
                "answer": bound[0],
                "sources": bound[1],
            },
            previous,
        )
        db.execute(f"INSERT INTO history ({_COLUMNS}) VALUES ({', '.join('?' * 11)})", tuple(entry.model_dump(mode="json").values()))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._open() as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")  # the last entry is read and the next written in one go
            with db:
                yield db

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as db:
                db.executescript(SCHEMA)
                yield db
        except (sqlite3.DatabaseError, OSError) as error:
            raise StateError(f"cannot use the review file {self._path}: {error}") from error


def _keep(db: sqlite3.Connection, article_id: str, answer: Answer, index: PassageIndex) -> tuple[str, str]:
    """Keep a revision; return the digests that an entry binds."""
    data = _bytes_of(answer)
    sources = json.dumps(source_digests(answer, index), sort_keys=True)
    digest = _bytes_digest(data)
    kept = db.execute("SELECT sources FROM revisions WHERE article = ? AND digest = ?", (article_id, digest)).fetchone()
    if kept is not None and kept[0] != sources:
        raise ReviewError("the same answer is kept with other sources", remedy="ask again")
    if kept is None:
        db.execute("INSERT INTO revisions (article, digest, answer, sources) VALUES (?, ?, ?, ?)", (article_id, digest, data, sources))
    return digest, _bytes_digest(sources)


def _entries(db: sqlite3.Connection, article_id: str) -> list[HistoryEntry]:
    rows = db.execute(f"SELECT {_COLUMNS} FROM history WHERE article = ? ORDER BY number", (article_id,))
    return [_entry(row) for row in rows]


def _entry(row: tuple[object, ...]) -> HistoryEntry:
    try:
        return HistoryEntry.model_validate(dict(zip(HistoryEntry.model_fields, row, strict=True)))
    except ValidationError as error:
        raise ReviewError(f"entry {row[0]} of the review history is damaged") from error


def _answer(db: sqlite3.Connection, entry: HistoryEntry) -> Answer:
    kept = db.execute("SELECT answer FROM revisions WHERE article = ? AND digest = ?", (entry.article_id, entry.answer)).fetchone()
    if kept is None or _bytes_digest(kept[0]) != entry.answer:
        raise ReviewError(f"the answer of article {entry.article_id} is not the one that its history binds")
    try:
        return Answer.model_validate_json(kept[0])
    except ValidationError as error:
        raise ReviewError(f"the answer of article {entry.article_id} cannot be read by this version") from error


def _check_seen(seen: str | None, last: HistoryEntry) -> None:
    if seen is not None and seen != last.answer:
        raise ReviewError("the article has been edited since it was read", remedy="read it again")


def _missing(article_id: str) -> ArticleMissing:
    return ArticleMissing(f"there is no article {article_id!r}", remedy="see the list of articles")


def _bytes_of(answer: Answer) -> bytes:
    return answer.model_dump_json().encode()


def _bytes_digest(data: bytes | str) -> str:
    return sha256(data.encode() if isinstance(data, str) else data).hexdigest()
