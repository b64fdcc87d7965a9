"""A summary and a baseline in; the measures that fell by more than they may out."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field, ValidationError

from ragqa.errors import UsageError
from ragqa.evaluate.keeping import write_whole
from ragqa.evaluate.measures import KIND, Measure
from ragqa.evaluate.summary import PARTS, Summary
from ragqa.types import Record

ROUNDING = 1e-9
_FEW = (KIND, "abstention_partial")  # begin the names of what few questions have


class Bound(Record):
    """What a measure was, which way is better, and by how much it may fall."""

    value: float
    tolerance: float = Field(ge=0)
    better: Literal["higher", "lower"] = "higher"


class Baseline(Record):
    """Bounds by group and measure, and the command that made them."""

    made_by: str = ""
    bounds: dict[str, dict[str, Bound]]


class Breach(NamedTuple):
    """A measure out of its bound; None where it is no longer measured."""

    group: str
    measure: str
    bound: Bound
    value: float | None

    def sentence(self) -> str:
        """Return the breach as a line."""
        if self.value is None:
            return f"{self.group}: {self.measure} is no longer measured (baseline {self.bound.value:.4f})"
        word = "fell" if self.bound.better == "higher" else "rose"
        return f"{self.group}: {self.measure} {word} to {self.value:.4f} (baseline {self.bound.value:.4f}, tolerance {self.bound.tolerance:g})"


def read_baseline(path: Path) -> Baseline:
    """Read a baseline. Raises UsageError with the reason where it is none."""
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(
            f"cannot read the baseline {path}: {error.strerror}", remedy="make one with --write-baseline"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(
            f"{path} is not a baseline: {'.'.join(map(str, first['loc']))}: {first['msg'].lower()}"
        ) from error


def breaches(summary: Summary, baseline: Baseline) -> list[Breach]:
    """Return every bound that a run does not keep."""
    found = []
    for group, bounds in baseline.bounds.items():
        for name, bound in bounds.items():
            value = summary.get(group, {}).get(name)
            if value is None or _fall(value, bound) > bound.tolerance + ROUNDING:
                found.append(Breach(group, name, bound, value))
    return found


def baseline_of(summary: Summary, measures: Sequence[Measure], *, made_by: str) -> Baseline:
    """Return a baseline of a run: each measure that has a tolerance, over all questions and in both parts.

    In a part the tolerance is wider by the root of how many times smaller the part is, as chance is; a
    tolerance of 0 stays 0. What few questions have (kinds of abstention, partial ones) is held over all only.
    """
    whole = summary.get(PARTS[0], {}).get("questions") or 1.0
    bounds: dict[str, dict[str, Bound]] = {}
    for group in PARTS:
        values = summary.get(group, {})
        wider = sqrt(whole / (values.get("questions") or whole))
        bounds[group] = {
            measure.name: Bound(value=value, tolerance=round(measure.tolerance * wider, 4), better=measure.better)
            for measure in measures
            if measure.better != "neither"
            and (group == PARTS[0] or not measure.name.startswith(_FEW))
            and measure.tolerance is not None
            and (value := values.get(measure.name)) is not None
        }
    return Baseline(made_by=made_by, bounds={group: found for group, found in bounds.items() if found})


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write a baseline as JSON."""
    write_whole(path, baseline.model_dump_json(indent=1) + "\n")


def _fall(value: float, bound: Bound) -> float:
    return bound.value - value if bound.better == "higher" else value - bound.value
