"""Scores of two arms in, one score out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


def min_max(scores: Scores) -> Scores:
    """Return scores scaled to 0 to 1; all 0 where they are all equal."""
    if scores.size == 0:
        return scores
    low, high = scores.min(), scores.max()
    return np.zeros_like(scores) if high <= low else (scores - low) / (high - low)


def convex(dense: Scores, lexical: Scores, *, dense_weight: float) -> Scores:
    """Return the convex combination of min-max scaled scores (Bruch, Gai and Ingber, 2023)."""
    return dense_weight * min_max(dense) + (1 - dense_weight) * min_max(lexical)


def reciprocal_rank(dense: Scores, lexical: Scores, *, k: int = 60) -> Scores:
    """Return the reciprocal rank fusion of two score arrays (Cormack, Clarke and Büttcher, 2009)."""

    def ranks(scores: Scores) -> NDArray[np.float32]:
        order = np.argsort(-scores, kind="stable")
        places = np.empty(len(scores), dtype=np.float32)
        places[order] = np.arange(1, len(scores) + 1)
        return places

    return (1 / (k + ranks(dense)) + 1 / (k + ranks(lexical))).astype(np.float32)
