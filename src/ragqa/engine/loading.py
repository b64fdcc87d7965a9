"""An index or the output of an ingest in; the same in another index, local or on a server, out, with nothing encoded again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ragqa.cluster import place_of
from ragqa.config import Settings
from ragqa.engine.clusters import Whole, load_cluster, whole_of
from ragqa.engine.places import is_on_server
from ragqa.errors import UsageError
from ragqa.index import LocalIndex

OnProgress = Callable[[str, int, int | None], None]


class LoadReport(NamedTuple):
    """What was put in force."""

    documents: int
    passages: int


def load_index(source: Path, target: Path, settings: Settings = Settings(), *, on_progress: OnProgress | None = None) -> LoadReport:
    """Put a local index into an index on a server, as a new generation that is put in force in one step.

    Raises UsageError for a source or target of another kind, IndexMissing where there is no index, and ClusterError.
    """
    if not is_on_server(target):
        raise UsageError(f"{target} is no address of an index on a server", remedy="write --index qdrant://HOST:PORT/NAME")
    with LocalIndex.open(source) as index:
        return _to_server(whole_of(index), target, settings, on_progress)


def _to_server(whole: Whole, target: Path, settings: Settings, on_progress: OnProgress | None) -> LoadReport:
    header = load_cluster(whole, place_of(target), settings.cluster, on_progress=on_progress)
    return LoadReport(header.documents, header.passages)
