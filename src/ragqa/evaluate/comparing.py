"""Two runs over the same questions in; per measure the difference, its interval and p-value, and the questions that moved out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ragqa.errors import UsageError
from ragqa.evaluate.columns import Columns, columns_of, swapped, take
from ragqa.evaluate.measures import Measure, measures_for
from ragqa.evaluate.measuring import measured_names
from ragqa.evaluate.parts import Part
from ragqa.evaluate.scores import QuestionScore
from ragqa.evaluate.statistics import Interval, percentile_interval
from ragqa.evaluate.summary import read_scores

DRAWS = 2000
SEED = 20240229
ROUNDING = 1e-12
# What "moved" means for an answer: the sum of the changes of these, each of them 0 to 1.
_MOVED = (
    ("must_have_recall", 1.0),
    ("must_have_precision", 0.5),
    ("must_not", -1.0),
    ("abstention_right", 1.0),
    ("support_right", 0.5),
    ("quote_fidelity", 1.0),
)


class Difference(NamedTuple):
    """One measure in both runs; interval (paired bootstrap) and p-value (paired randomisation) of second minus first."""

    measure: Measure
    first: float
    second: float
    interval: Interval
    p_value: float

    @property
    def change(self) -> float:
        """Return second minus first."""
        return self.second - self.first


class Move(NamedTuple):
    """A question and by how much the second run is better at it."""

    first: QuestionScore
    second: QuestionScore
    by: float


class Comparison(NamedTuple):
    """Two runs held against each other: differences by group, questions by the size of their move."""

    first: Path
    second: Path
    shared: int
    differences: dict[str, list[Difference]]
    moves: list[Move]


def compare_runs(first: Path, second: Path, *, draws: int = DRAWS) -> Comparison:
    """Compare two finished runs on the questions that they share; in all, and in each part.

    Raises UsageError where a folder is no run or no question is in both.
    """
    ones = {score.id: score for score in read_scores(first)}
    others = {score.id: score for score in read_scores(second)}
    pairs = [(score, others[score.id]) for score in ones.values() if score.id in others]
    if not pairs:
        raise UsageError(f"{first} and {second} have no question in common")
    groups = {"all": pairs} | {part.value: [pair for pair in pairs if pair[0].part is part] for part in Part}
    differences = {group: _differences(members, draws) for group, members in groups.items() if members}
    moves = [Move(one, other, _move(one, other)) for one, other in pairs]
    moves.sort(key=lambda move: (-abs(move.by), move.first.id))
    return Comparison(first, second, len(pairs), differences, moves)


def _differences(pairs: Sequence[tuple[QuestionScore, QuestionScore]], draws: int) -> list[Difference]:
    names = measured_names([score for pair in pairs for score in pair])
    one, other = (columns_of([pair[side] for pair in pairs], names) for side in (0, 1))
    both = [(measure, measure.compute(one), measure.compute(other)) for measure in measures_for(names)]
    known = [(measure, first, second) for measure, first, second in both if first is not None and second is not None]
    measures = [measure for measure, _, _ in known]
    intervals = _bootstrap(measures, one, other, draws)
    p_values = _randomise(measures, one, other, draws)
    return [
        Difference(measure, first, second, intervals[measure.name], p_values[measure.name])
        for measure, first, second in known
    ]


def _bootstrap(measures: Sequence[Measure], one: Columns, other: Columns, draws: int) -> dict[str, Interval]:
    """Return the intervals of the differences when questions are drawn with replacement, the same for both runs."""
    generator = np.random.default_rng(SEED)
    size = len(next(iter(one.values())))
    found: dict[str, list[float]] = {measure.name: [] for measure in measures}
    for _ in range(draws):
        places = generator.integers(0, size, size)
        drawn, drawn_other = take(one, places), take(other, places)
        for measure in measures:
            change = _change(measure, drawn, drawn_other)
            if change is not None:
                found[measure.name].append(change)
    nowhere = Interval(float("nan"), float("nan"))
    return {name: percentile_interval(np.array(changes)) if changes else nowhere for name, changes in found.items()}


def _randomise(measures: Sequence[Measure], one: Columns, other: Columns, draws: int) -> dict[str, float]:
    """Return the two-sided p-values when, by toss, both runs' results of a question are exchanged (Smucker et al., 2007)."""
    generator = np.random.default_rng(SEED)
    size = len(next(iter(one.values())))
    seen = {measure.name: abs(_change(measure, one, other) or 0.0) - ROUNDING for measure in measures}
    extreme = dict.fromkeys(seen, 0)
    for _ in range(draws):
        tossed = swapped(one, other, generator.random(size) < 0.5)  # noqa: PLR2004 a fair toss
        for measure in measures:
            change = _change(measure, *tossed)
            extreme[measure.name] += change is None or abs(change) >= seen[measure.name]
    return {name: (count + 1) / (draws + 1) for name, count in extreme.items()}


def _change(measure: Measure, one: Columns, other: Columns) -> float | None:
    first, second = measure.compute(one), measure.compute(other)
    return None if first is None or second is None else second - first


def _move(one: QuestionScore, other: QuestionScore) -> float:
    if "abstention_given" not in one.values:
        names = [name for name in one.values if name in other.values]
        return sum((other.values[name] or 0.0) - (one.values[name] or 0.0) for name in names) / max(1, len(names))
    return sum(weight * ((other.values.get(name) or 0.0) - (one.values.get(name) or 0.0)) for name, weight in _MOVED)
