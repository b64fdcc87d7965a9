"""Arrays of values in; AUROC, intervals and p-values out. All draws are seeded."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """A 95 % percentile interval."""

    low: float
    high: float


class Threshold(NamedTuple):
    """A cut of a score, and how well it separates: a score at or above it counts as positive."""

    value: float
    sensitivity: float
    specificity: float


def auroc(scores: Floats, positive: NDArray[np.bool_]) -> float | None:
    """Return the area under the ROC curve, ties at half (Mann and Whitney, 1947); None where one class is empty."""
    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    if n_positive == 0 or n_negative == 0:
        return None
    values, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    ranks = mean_rank[places.reshape(len(scores))] if len(values) else np.empty(0)
    area = ranks[positive].sum() - n_positive * (n_positive + 1) / 2
    return float(area / (n_positive * n_negative))


def best_threshold(scores: Floats, positive: NDArray[np.bool_]) -> Threshold:
    """Return the cut with the greatest sensitivity + specificity (Youden, 1950), the higher one of equals."""
    best = Threshold(float("inf"), 0.0, 1.0)
    for cut in sorted(set(scores.tolist()), reverse=True):
        above = scores >= cut
        found = Threshold(cut, float(above[positive].mean()), float((~above[~positive]).mean()))
        if found.sensitivity + found.specificity > best.sensitivity + best.specificity + 1e-12:
            best = found
    return best


def percentile_interval(draws: Floats) -> Interval:
    """Return the interval between the 2.5th and 97.5th percentile of bootstrap draws (Efron, 1979)."""
    low, high = np.percentile(draws, [2.5, 97.5])
    return Interval(float(low), float(high))
