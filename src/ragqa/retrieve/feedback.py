"""A query vector and the vectors of the passages found first in, a better query vector out."""

from __future__ import annotations

import numpy as np

from ragqa.protocols import Vectors


def rocchio(query: Vectors, found: Vectors, *, weight: float) -> Vectors:
    """Return the query vector moved towards the mean of what was found, of unit length (Rocchio, 1971, positive part)."""
    if len(found) == 0:
        return query
    moved = query + weight * found.mean(axis=0)
    unit: Vectors = (moved / np.linalg.norm(moved)).astype(np.float32)
    return unit
