"""An open index in; which generation it asks, and which one is in force by now, out."""

from __future__ import annotations

from pathlib import Path

from ragqa.cluster import ClusterIndex
from ragqa.index import LocalIndex
from ragqa.index.generations import current
from ragqa.protocols import PassageIndex


def mark_of(index: PassageIndex) -> str | None:
    """Return what an index's generation is told from others by, None for an index that has none."""
    if isinstance(index, LocalIndex):
        return str(index.manifest.generation)
    return index.mark if isinstance(index, ClusterIndex) else None


def mark_in_force(index: PassageIndex, folder: Path) -> str | None:
    """Return the mark of the generation that is in force where an index was opened, None where there is none.

    Raises RagqaError where it cannot be read: an index on a server is asked over the connection that it has.
    """
    if isinstance(index, ClusterIndex):
        return index.mark_in_force()
    found = current(folder)
    return str(found) if found else None
