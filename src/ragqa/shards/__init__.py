"""Documents cut into passages in, Parquet shards of passages and vectors out, and back: ingest in bulk, on one machine or on Ray."""

from importlib import import_module
from typing import TYPE_CHECKING

from ragqa.shards.manifest import Shard, ShardManifest, read_manifest, write_manifest

if TYPE_CHECKING:
    from ragqa.shards.reading import chosen_of, entries
    from ragqa.shards.work import Failure, Made, Maker, Piece

__all__ = [
    "Failure",
    "Made",
    "Maker",
    "Piece",
    "Shard",
    "ShardManifest",
    "chosen_of",
    "entries",
    "read_manifest",
    "write_manifest",
]

_HOMES = {
    "Failure": "ragqa.shards.work",
    "Made": "ragqa.shards.work",
    "Maker": "ragqa.shards.work",
    "Piece": "ragqa.shards.work",
    "chosen_of": "ragqa.shards.reading",
    "entries": "ragqa.shards.reading",
}


def __getattr__(name: str) -> object:
    """Load what needs Parquet when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ragqa.shards' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
