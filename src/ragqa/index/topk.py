"""Scores in, the rows of the best out, without sorting or copying what cannot be among them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_BLOCK = 512


def best_rows(scores: NDArray[np.float32], depth: int, *, above: float) -> NDArray[np.int64]:
    """Return the rows of the `depth` highest scores over `above`, by (-score, row).

    A score that stands among the best is no lower than the depth-th highest block maximum, because each of those
    blocks holds one at least as high. That bound costs one pass; on a vector of mostly zeros, argpartition costs
    more than the scoring did.
    """
    if depth < 1 or not scores.size:
        return np.empty(0, dtype=np.int64)
    whole = scores.size - scores.size % _BLOCK
    maxima = scores[:whole].reshape(-1, _BLOCK).max(axis=1)
    if maxima.size >= depth:
        bound = np.partition(maxima, -depth)[-depth]
        rows = np.flatnonzero(scores >= bound) if bound > above else np.flatnonzero(scores > above)
    else:
        rows = np.flatnonzero(scores > above)
    found = scores[rows]
    if rows.size > 4 * depth:
        bound = np.partition(found, -depth)[-depth]
        rows, found = rows[found >= bound], found[found >= bound]
    return rows[np.lexsort((rows, -found))[:depth]].astype(np.int64)
