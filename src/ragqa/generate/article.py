"""An answer made of quotes, a model and a checker in; the answer in the model's words, as far as they are borne, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ragqa.generate.asking import Desk
from ragqa.generate.evidence import DIRECT, Leaf, Piece, Stock, stock_of
from ragqa.generate.hold import Held, statement_of
from ragqa.generate.numbering import Numbers
from ragqa.generate.plan import Placed, planned
from ragqa.generate.searching import Searches
from ragqa.generate.write import OnSentence, Refused, Wording, Writer, pieces_cited
from ragqa.protocols import Checker, LanguageModel
from ragqa.types import Answer, Group, Refusal, Section, Statement, Writing

COMPOSER = "llm-1"


def written(
    answer: Answer,
    model: LanguageModel,
    checker: Checker,
    *,
    searches: Searches = Searches(),
    on_sentence: OnSentence | None = None,
) -> Answer:
    """Return an answer whose direct answer and sections a model has worded; an abstention stays as it is, unasked.

    A sentence is shown where a quote that it cites bears it whole. Every quote of the answer stays: cited by a sentence
    that it bears, or shown itself. `on_sentence` is called with each sentence that is borne, while the rest still comes.
    Raises ModelError where the endpoint, its key or the model is wrong.
    """
    desk = Desk(model)
    if answer.abstained:
        return _with_record(answer, answer, Wording((), (), 0), desk, checker, searches)
    stock = stock_of(answer)
    placed = planned(answer, stock, desk)
    wording = Writer(answer, stock, checker, desk, on_sentence).write(placed)
    page = _Page(answer, stock, placed, wording, checker)
    return _with_record(page.made(), answer, wording, desk, checker, searches, stock)


class _Entry(NamedTuple):
    """A line of a leaf: a statement, and the piece under whose heading it stands."""

    statement: Statement
    piece: Piece


class _Page:
    """The page anew: sentences in the place of the evidence that bears them, quotes where none does."""

    def __init__(self, answer: Answer, stock: Stock, placed: Placed, wording: Wording, checker: Checker) -> None:
        self._answer, self._stock, self._placed, self._checker = answer, stock, placed, checker
        self._home = {piece.id: leaf for leaf in stock.leaves for piece in placed[leaf.id]}
        self._sentences: dict[str, list[Held]] = {leaf.id: [] for leaf in stock.leaves}
        self._worded: set[str] = set()
        for held in wording.kept:
            home = self._home[held.bearing[0].id]
            self._sentences[home.id].append(held)
            self._worded |= {piece.id for piece in held.bearing if self._home[piece.id].topic == home.topic}

    def made(self) -> Answer:
        """Return the answer with direct answer and sections anew, and everything numbered in order of first citation."""
        answer, numbers = self._answer, Numbers()
        direct = tuple(entry.statement for entry in self._entries(DIRECT))
        leaves = iter(self._stock.leaves[1:])
        sections = tuple(filter(None, (self._section(section, leaves) for section in answer.sections)))
        changed = answer.model_copy(
            update={
                "direct": direct,
                "sections": sections,
                "bottom_line": direct[0] if answer.bottom_line and direct else answer.bottom_line,
                "reading_grade": None,
            }
        )
        return numbers.renumbered(changed)

    def _section(self, section: Section, leaves: Iterator[Leaf]) -> Section | None:
        groups: tuple[Group, ...] = ()
        if section.groups:
            groups = _groups(self._entries(next(leaves).id))
        parts = tuple(filter(None, (self._section(part, leaves) for part in section.subsections)))
        if not groups and not parts:
            return None
        return section.model_copy(update={"groups": groups, "subsections": parts})

    def _entries(self, leaf_id: str) -> list[_Entry]:
        """Return the lines of a leaf, each where the first evidence that it rests on stands in the plan."""
        place = {piece.id: number for number, piece in enumerate(self._placed[leaf_id])}
        lines = [(place[held.bearing[0].id], _Entry(statement_of(held, self._checker), held.bearing[0])) for held in self._sentences[leaf_id]]
        lines += [(place[piece.id], _Entry(piece.statement, piece)) for piece in self._placed[leaf_id] if piece.id not in self._worded]
        shown: dict[str, _Entry] = {}
        for _, entry in sorted(lines, key=lambda line: line[0]):
            shown.setdefault(entry.statement.text, entry)
        return list(shown.values())


def _groups(entries: Sequence[_Entry]) -> tuple[Group, ...]:
    by_source: dict[str, tuple[Group, list[Statement]]] = {}
    for entry in entries:
        if entry.piece.group is None:
            raise ValueError("a piece of the direct answer stands in no section")
        by_source.setdefault(entry.piece.group.run_in, (entry.piece.group, []))[1].append(entry.statement)
    return tuple(group.model_copy(update={"statements": tuple(statements)}) for group, statements in by_source.values())


def _with_record(
    made: Answer, quoted: Answer, wording: Wording, desk: Desk, checker: Checker, searches: Searches, stock: Stock | None = None
) -> Answer:
    numbers = {reference.document_id: reference.number for reference in made.references}
    writing = Writing(
        model=desk.model.name,
        endpoint=desk.model.endpoint,
        prompts=tuple(dict.fromkeys((*searches.prompts, *desk.prompts))),
        verifier=checker.name,
        searches=searches.words,
        sentences=wording.written,
        kept=len(wording.kept),
        refusals=tuple(_refusal(refused, stock, numbers) for refused in wording.refused) if stock else (),
        notes=(*searches.notes, *desk.notes),
        usage=searches.usage.plus(desk.usage),
    )
    provenance = quoted.provenance.model_copy(update={"composer": f"{COMPOSER} over {quoted.provenance.composer}", "writing": writing})
    fields = {name: getattr(made, name) for name in type(made).model_fields}
    return Answer(**(fields | {"provenance": provenance}))  # made anew, so that the records check themselves


def _refusal(refused: Refused, stock: Stock, numbers: dict[str, int]) -> Refusal:
    held, again = refused
    mended = again is not None and bool(again.bearing)
    cited = [citation.document_id for piece in pieces_cited(held, stock) for citation in piece.statement.citations[:1]]
    return Refusal(
        sentence=held.sentence,
        cited=held.cited,
        faults=tuple(dict.fromkeys(finding.fault for finding in held.findings)),
        reason=held.reason,
        again=again.sentence if again else None,
        mended=mended,
        instead=() if mended else tuple(sorted({numbers[document] for document in cited if document in numbers})),
    )
