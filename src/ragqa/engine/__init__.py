"""The only place that wires rooms: build, open, ask, search and trace."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ragqa.engine.ask import Engine
from ragqa.engine.places import checkout, corpus_digest, default_index, starter_corpus, state_folder

if TYPE_CHECKING:
    from ragqa.engine.build import BuildReport, add_to_index, build_index, remove_from_index
    from ragqa.engine.clusters import open_on_server, remove_from_server
    from ragqa.engine.fetching import fetch_records, sync_records
    from ragqa.engine.ingesting import IngestReport, ingest
    from ragqa.engine.linting import lint
    from ragqa.engine.loading import LoadReport, load_index
    from ragqa.engine.panel import Panel
    from ragqa.engine.wording import open_model

__all__ = [
    "BuildReport",
    "Engine",
    "IngestReport",
    "LoadReport",
    "Panel",
    "add_to_index",
    "build_index",
    "checkout",
    "corpus_digest",
    "default_index",
    "fetch_records",
    "ingest",
    "lint",
    "load_index",
    "open_model",
    "open_on_server",
    "remove_from_index",
    "remove_from_server",
    "starter_corpus",
    "state_folder",
    "sync_records",
]

# What reads documents, fetches records, asks a model or starts processes, and where it lives: it loads slowly, and no plain question needs it.
_HOMES = {
    "BuildReport": "ragqa.engine.build",
    "add_to_index": "ragqa.engine.build",
    "build_index": "ragqa.engine.build",
    "fetch_records": "ragqa.engine.fetching",
    "lint": "ragqa.engine.linting",
    "IngestReport": "ragqa.engine.ingesting",
    "ingest": "ragqa.engine.ingesting",
    "LoadReport": "ragqa.engine.loading",
    "Panel": "ragqa.engine.panel",
    "load_index": "ragqa.engine.loading",
    "open_model": "ragqa.engine.wording",
    "remove_from_index": "ragqa.engine.build",
    "open_on_server": "ragqa.engine.clusters",
    "remove_from_server": "ragqa.engine.clusters",
    "sync_records": "ragqa.engine.fetching",
}


def __getattr__(name: str) -> object:
    """Load what reads documents when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ragqa.engine' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
