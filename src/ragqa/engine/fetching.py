"""Settings and the name of a library in, its records in a folder out."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ragqa.config import NCBI_KEY, SourcesSettings
from ragqa.sources import Access, FetchReport, Folder, fetch, open_feed, sync
from ragqa.vocabulary import Library

OnProgress = Callable[[str, int, int | None], None]


def fetch_records(
    library: Library,
    query: str,
    folder: Path,
    settings: SourcesSettings,
    *,
    most: int | None = None,
    on_progress: OnProgress | None = None,
) -> FetchReport:
    """Bring the records of a query into a folder that `index add` reads; what is there is not fetched again.

    Raises SourceError where the library cannot be reached; the same call goes on where it stopped.
    """
    with open_feed(library, _access(settings)) as feed:
        return fetch(feed, Folder(folder), query, most=most, on_progress=on_progress)


def sync_records(
    folder: Path, settings: SourcesSettings, *, on_progress: OnProgress | None = None
) -> list[FetchReport]:
    """Bring what is new, changed or retracted since the last time, for every query that filled a folder."""
    return sync(lambda library: open_feed(library, _access(settings)), Folder(folder), on_progress=on_progress)


def _access(settings: SourcesSettings) -> Access:
    urls = {library: str(getattr(settings, library.value)) for library in Library}
    return Access(
        urls, settings.tool, settings.email, os.environ.get(NCBI_KEY) or None, settings.timeout, settings.tries
    )
