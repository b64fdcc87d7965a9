"""QuestionScores in, one array a value out: what means, intervals and tests are computed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ragqa.evaluate.measuring import measured_names
from ragqa.evaluate.scores import QuestionScore
from ragqa.evaluate.statistics import Floats

Columns: TypeAlias = Mapping[str, Floats]
"""Name of a value -> its values in the order of the questions; NaN where a question has none."""


def columns_of(scores: Sequence[QuestionScore], names: Sequence[str] | None = None) -> Columns:
    """Return the values of questions as arrays."""
    wanted = measured_names(scores) if names is None else names
    return {name: np.array([_number(score.values.get(name)) for score in scores], dtype=np.float64) for name in wanted}


def take(columns: Columns, places: NDArray[np.intp]) -> Columns:
    """Return the columns of the questions at some places, repeated where a place is."""
    return {name: values[places] for name, values in columns.items()}


def swapped(one: Columns, other: Columns, swap: NDArray[np.bool_]) -> tuple[Columns, Columns]:
    """Return two sets of columns with the marked questions exchanged."""
    first = {name: np.where(swap, other[name], one[name]) for name in one}
    return first, {name: np.where(swap, one[name], other[name]) for name in one}


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
