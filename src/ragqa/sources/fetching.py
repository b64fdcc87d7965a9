"""A feed, a query and a folder in; the records in the folder, each fetched once, and a report out.

A run that is stopped leaves whole records. The same command goes on: what is in the folder is not asked for again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from ragqa.sources.feed import Feed, Part
from ragqa.sources.folder import Brought, Folder
from ragqa.vocabulary import Library

OnProgress = Callable[[str, int, int | None], None]
_STEP: Final = "records fetched"


class FetchReport(NamedTuple):
    """What a run has done; `quarantined` holds (id, reason) of records that could not be had."""

    library: Library
    query: str
    found: int
    fetched: int
    changed: int
    retracted: int  # among those that changed
    quarantined: tuple[tuple[str, str], ...]


def fetch(
    feed: Feed, folder: Folder, query: str, *, most: int | None, on_progress: OnProgress | None = None
) -> FetchReport:
    """Bring the records of a query that the folder does not hold.

    Raises SourceError where the server cannot be reached or the folder cannot be written; what was fetched is kept.
    """
    today = _today()
    with folder.open():
        known = next(
            (kept for kept in folder.state().queries if (kept.library, kept.query) == (feed.library, query)), None
        )
        brought = known or Brought(library=feed.library, query=query)
        folder.note(brought.model_copy(update={"most": most}))
        parts = feed.search(query, most=most)
        ids = _ids(parts)
        wanted = [name for name in ids if not folder.holds(feed.library, name, feed.suffix)]
        report = _bring(feed, folder, query, parts, wanted, on_progress)
        folder.note(brought.model_copy(update={"most": most, "until": brought.until or today}))
        return report._replace(found=len(ids))


def sync(
    open_feed: Callable[[Library], AbstractContextManager[Feed]],
    folder: Folder,
    *,
    on_progress: OnProgress | None = None,
) -> list[FetchReport]:
    """Bring what is new or changed since the last time, for every query of a folder, and what has been retracted since.

    A query that was stopped before it was whole is fetched to its end. The last day is asked for again, so that what
    the library added on it after the last run is not lost. Raises what `fetch` raises.
    """
    queries = folder.state().queries
    reports = []
    for brought in queries:
        with open_feed(brought.library) as feed:
            if brought.until is None:
                reports.append(fetch(feed, folder, brought.query, most=brought.most, on_progress=on_progress))
            else:
                with folder.open():
                    reports.append(_sync_one(feed, folder, brought, on_progress))
    with folder.open():
        folder.end_sync()
    return reports


def _sync_one(feed: Feed, folder: Folder, brought: Brought, on_progress: OnProgress | None) -> FetchReport:
    begun = brought.syncing or _today()
    folder.note(brought.model_copy(update={"syncing": begun}))
    parts = feed.search(brought.query, since=brought.until, most=brought.most)
    ids = dict.fromkeys(_ids(parts))
    for name in feed.retracted(brought.query):
        held = folder.read(feed.library, name, feed.suffix)
        if held is not None and not feed.is_marked(held):
            ids.setdefault(name)
    done = folder.synced(brought)
    wanted = [name for name in ids if name not in done]
    report = _bring(
        feed, folder, brought.query, parts, wanted, on_progress, note=lambda names: folder.note_synced(brought, names)
    )
    folder.note(brought.model_copy(update={"syncing": None, "until": begun}))
    return report._replace(found=len(ids))


def _bring(
    feed: Feed,
    folder: Folder,
    query: str,
    parts: list[Part],
    wanted: list[str],
    on_progress: OnProgress | None,
    *,
    note: Callable[[list[str]], None] = lambda _names: None,
) -> FetchReport:
    fetched = changed = retracted = 0
    quarantined: list[tuple[str, str]] = []
    for page in feed.pages(parts, wanted) if wanted else ():
        for record in page:
            fetched += 1
            if record.data is None:
                quarantined.append((record.id, record.fault))
                folder.quarantine(feed.library, record.id, record.fault, record.reply)
            elif folder.path(feed.library, record.id, feed.suffix) is None:
                quarantined.append((record.id, "not the form of an id of this library"))
            elif folder.put(feed.library, record.id, feed.suffix, record.data):
                changed += 1
                retracted += feed.is_marked(record.data)
        note([record.id for record in page if record.data is not None])
        if on_progress:
            on_progress(_STEP, fetched, len(wanted))
    return FetchReport(
        feed.library, query, len(wanted), fetched - len(quarantined), changed, retracted, tuple(quarantined)
    )


def _ids(parts: list[Part]) -> list[str]:
    return list(dict.fromkeys(name for part in parts for name in part.ids))


def _today() -> date:
    return datetime.now(tz=UTC).date()
