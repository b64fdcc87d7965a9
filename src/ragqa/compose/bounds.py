"""Numbers and how they are bounded in; ranges of a measure out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeVar

How = TypeVar("How")

NUMBER = r"(\d+(?:\.\d+)?)(?!\d|\.\d)"
OR_ABOVE = r"(?:or (?:older|over|more|higher|above|greater)|and (?:over|above|older)|\+)"
OR_BELOW = r"(?:or (?:younger|under|less|lower|below|fewer)|and under)"
BOUNDS = {"below": "under", "less than": "under", "fewer than": "under", "under": "under", "<": "under", "above": "over", "over": "over", "more than": "over", ">": "over", "at least": "from", "≥": "from", "≤": "to"}
_LEAST = 0.0001  # by which an open bound differs from a closed one


class Stated(NamedTuple):
    """Numbers of one measure from `low` to `high`, both included."""

    measure: str
    low: float
    high: float

    def holds(self, number: float) -> bool:
        """Tell whether a number lies in it."""
        return self.low <= number <= self.high

    def divided_by(self, units: float) -> Stated:
        """Return the same in a unit so many times as large."""
        return self._replace(low=self.low / units, high=self.high / units)


def range_of(measure: str, how: str, first: str | float, second: str | float | None = None) -> Stated:
    """Return the range that one number bounds, or two: "between", "from", "over", "to" or "under" them."""
    a = float(first)
    if how == "between" and second is not None:
        return Stated(measure, a, float(second))
    return {
        "from": Stated(measure, a, math.inf),
        "over": Stated(measure, a + _LEAST, math.inf),
        "to": Stated(measure, 0.0, a),
        "under": Stated(measure, 0.0, a - _LEAST),
    }[how]


def written_in(patterns: Iterable[tuple[re.Pattern[str], How]], text: str) -> Iterator[tuple[How, tuple[Any, ...]]]:
    """Yield how each match of a text bounds, and its groups, a pattern after the other."""
    for pattern, how in patterns:
        for match in pattern.finditer(text):
            yield how, match.groups()
