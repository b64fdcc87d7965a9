"""QuestionScores in; the value of every measure for every group of questions out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from pydantic import TypeAdapter, ValidationError

from ragqa.errors import UsageError
from ragqa.evaluate.columns import columns_of
from ragqa.evaluate.keeping import SCORES, SUMMARY, write_whole
from ragqa.evaluate.measures import Measure, measures_for
from ragqa.evaluate.measuring import measured_names
from ragqa.evaluate.parts import Part
from ragqa.evaluate.scores import QuestionScore

Summary: TypeAlias = dict[str, dict[str, float | None]]
"""Group ("all", "tuned", "untouched", "type: harm", "audience: patient") -> measure -> value; "questions" is the count."""

PARTS = ("all", Part.TUNED.value, Part.UNTOUCHED.value)


def groups_of(scores: Sequence[QuestionScore]) -> dict[str, list[QuestionScore]]:
    """Return the questions of each group that has any: all, both parts, then types and audiences by name."""
    groups: dict[str, list[QuestionScore]] = {"all": list(scores)}
    for part in Part:
        groups[part.value] = [score for score in scores if score.part is part]
    for label, key in (("type", "type"), ("audience", "audience")):
        for value in sorted({str(getattr(score, key)) for score in scores}):
            groups[f"{label}: {value}"] = [score for score in scores if getattr(score, key) == value]
    return {name: members for name, members in groups.items() if members}


def summarise(scores: Sequence[QuestionScore]) -> Summary:
    """Return every measure for every group."""
    names = measured_names(scores)
    measures = measures_for(names)
    summary: Summary = {}
    for group, members in groups_of(scores).items():
        columns = columns_of(members, names)
        summary[group] = {"questions": float(len(members)), **{m.name: m.compute(columns) for m in measures}}
    return summary


def confusion(scores: Sequence[QuestionScore]) -> Mapping[tuple[str, str], int]:
    """Return how often each support level of gold (first) met each one given (second)."""
    return Counter((score.support, score.given_support or "no answer") for score in scores if score.support)


def write_summary(run: Path, summary: Summary) -> None:
    """Write a summary as JSON."""
    write_whole(run / SUMMARY, json.dumps(summary, indent=1, sort_keys=False) + "\n")


def read_scores(run: Path) -> list[QuestionScore]:
    """Return the measured questions of a run. Raises UsageError where the folder is no finished run."""
    try:
        lines = (run / SCORES).read_text(encoding="utf-8").splitlines()
        return [QuestionScore.model_validate_json(line) for line in lines]
    except (OSError, ValidationError) as error:
        raise UsageError(
            f"{run} is not the folder of a finished run",
            remedy="make one with: ragqa eval answers or ragqa eval retrieval",
        ) from error


def read_summary(run: Path) -> Summary:
    """Return the summary of a run. Raises UsageError where the folder is no finished run."""
    try:
        return TypeAdapter(Summary).validate_json((run / SUMMARY).read_bytes())
    except (OSError, ValidationError) as error:
        raise UsageError(
            f"{run} holds no summary", remedy="make one with: ragqa eval answers or ragqa eval retrieval"
        ) from error


def measures_of_run(run: Path) -> tuple[Measure, ...]:
    """Return the measures that a finished run holds."""
    return measures_for(measured_names(read_scores(run)))
