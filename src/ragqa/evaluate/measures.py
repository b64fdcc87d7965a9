"""Columns in, the value of each measure over all questions out.

A mean leaves out questions that have no value. Abstention, whole or partial, is measured as a decision (precision,
recall, F1) and as a ranking of questions by doubt (AUROC).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.evaluate.columns import Columns
from ragqa.evaluate.statistics import Floats, auroc

Better = Literal["higher", "lower", "neither"]
Bools = NDArray[np.bool_]
KIND = "kind "  # begins the names of values that only questions of one kind of abstention have


class Measure(NamedTuple):
    """A measure: its name, its heading, which way is better, how it is computed, and how far a gate lets it fall."""

    name: str
    title: str
    better: Better
    compute: Callable[[Columns], float | None]
    tolerance: float | None = 0.02  # None: a gate leaves it out unless its baseline names it


def mean_of(name: str, columns: Columns) -> float | None:
    """Return the mean of a column, None where no question has a value."""
    values = columns.get(name)
    if values is None:
        return None
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None


def _percentile(name: str, share: float, columns: Columns) -> float | None:
    values = columns[name]
    known = values[~np.isnan(values)]
    return float(np.percentile(known, share)) if len(known) else None


def _levels(columns: Columns, name: str, level: str) -> Bools:
    values = columns[name]
    if level == "any":
        return values > 0
    return np.asarray(values == (2.0 if level == "whole" else 1.0))


def _precision(level: str, columns: Columns) -> float | None:
    given = _levels(columns, "abstention_given", level)
    return float(_levels(columns, "abstention_wanted", level)[given].mean()) if given.any() else None


def _recall(level: str, columns: Columns) -> float | None:
    wanted = _levels(columns, "abstention_wanted", level)
    return float(_levels(columns, "abstention_given", level)[wanted].mean()) if wanted.any() else None


def _f1(level: str, columns: Columns) -> float | None:
    given, wanted = (_levels(columns, f"abstention_{name}", level) for name in ("given", "wanted"))
    total = int(given.sum() + wanted.sum())
    return float(2 * (given & wanted).sum() / total) if total and wanted.any() else None


def _auroc(level: str, columns: Columns) -> float | None:
    """Whole and any: against all other questions; partial: against those that have a whole answer."""
    wanted = _levels(columns, "abstention_wanted", level)
    among: Bools = columns["abstention_wanted"] < 2 if level == "partial" else np.ones(len(wanted), dtype=np.bool_)  # noqa: PLR2004 the level "whole"
    doubt: Floats = columns["doubt"]
    return auroc(doubt[among], wanted[among])


def _mean(name: str, title: str, better: Better = "higher", *, tolerance: float | None = 0.02) -> Measure:
    return Measure(name, title, better, partial(mean_of, name), tolerance)


# Precision is held by way of F1; recall by itself as well, since to answer what has no answer is the worse fault. Few
# questions are partly answerable: one of them moves F1 by as much as 0.02.
_ABSTENTION_TOLERANCE = {
    "any": {"recall": 0.06, "f1": 0.04, "auroc": 0.03},
    "whole": {"recall": 0.06, "f1": 0.04, "auroc": 0.03},
    "partial": {"f1": 0.08},
}


def _abstention(level: str) -> tuple[Measure, ...]:
    words = {"any": "whole or partial", "whole": "whole", "partial": "partial"}[level]
    made = (("precision", _precision), ("recall", _recall), ("f1", _f1), ("auroc", _auroc))
    heads = {"f1": "F1", "auroc": "AUROC"}
    return tuple(
        Measure(
            f"abstention_{level}_{name}",
            f"abstention {heads.get(name, name)}, {words}",
            "higher",
            partial(function, level),
            _ABSTENTION_TOLERANCE[level].get(name),
        )
        for name, function in made
    )


ANSWER_MEASURES: tuple[Measure, ...] = (
    _mean("retrieved", "must-have claims in the first ten passages"),
    _mean("must_have_recall", "must-have recall (span or same wording)"),
    _mean("must_have_judged", "must-have recall (judge's yes counts too)", tolerance=None),
    _mean("must_have_precision", "statements that bear a gold claim"),
    _mean("must_not", "must-not violations a question", "lower", tolerance=0.01),
    _mean("rouge1", "ROUGE-1"),
    _mean("rouge2", "ROUGE-2"),
    _mean("rougeL", "ROUGE-L"),
    _mean("rougeSU4", "ROUGE-SU4"),
    _mean("rougeL_direct", "ROUGE-L of the direct answer"),
    _mean("citation_coverage", "citation coverage", tolerance=0.0),
    _mean("citation_precision", "citation precision"),
    _mean("quote_fidelity", "quote fidelity", tolerance=0.0),
    _mean("reference_relevance", "reference relevance", tolerance=0.03),
    *_abstention("any"),
    *_abstention("whole"),
    *_abstention("partial"),
    _mean("support_right", "support level right", tolerance=0.04),
    _mean("unique_words", "words an answer (each statement once)", "neither", tolerance=None),
    _mean("reading_grade", "reading grade (Flesch-Kincaid)", "lower", tolerance=None),
    _mean("failed", "questions that failed", "lower", tolerance=0.0),
    Measure("latency_p50", "latency p50 (s)", "lower", partial(_percentile, "seconds", 50.0), None),
    Measure("latency_p95", "latency p95 (s)", "lower", partial(_percentile, "seconds", 95.0), None),
)


def measures_for(names: Sequence[str]) -> tuple[Measure, ...]:
    """Return the measures of a run's values: those of answers where it holds answers, else the mean of each value."""
    if "abstention_given" not in names:
        return tuple(_mean(name, name, tolerance=0.01) for name in names)
    kinds = sorted(name for name in names if name.startswith(KIND))
    return (*ANSWER_MEASURES, *(_mean(name, name.replace(KIND, "abstention ", 1), tolerance=0.15) for name in kinds))
