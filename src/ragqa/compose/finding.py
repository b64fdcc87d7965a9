"""A sentence in; the log-odds that it reports no difference out, as trials report it: p-values are read, not only words."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from ragqa.patterns import lazy_pattern
from ragqa.remembering import remembered
from ragqa.shipped import read_model

LEVEL = 0.05  # of significance
_P_VALUE = lazy_pattern(r"\bp\s?(?:[- ]?values?)?\s?(?:of |was |were |is )?([<>=≤≥])\s?(0?\.\d+)", re.IGNORECASE)
_NUMBER = lazy_pattern(r"\d+(?:\.\d+)?")
_WORD = lazy_pattern(r"[a-z0]+|[<>=]")
TESTED, NOT_TESTED = "psig", "pnull"  # what a p-value is read as


def words_of(text: str) -> frozenset[str]:
    """Return the words of a sentence, numbers as 0 and p-values by the side of 0.05 on which they lie."""
    return frozenset(_WORD.findall(_NUMBER.sub("0", _P_VALUE.sub(_read, text.lower()))))


def _read(match: re.Match[str]) -> str:
    sign, value = match[1], float(match[2])
    beyond = value > LEVEL if sign == "=" else sign in ">≥" and value >= LEVEL * 0.8  # "p > 0.04" is a way to say "not"
    return f" {NOT_TESTED if beyond else TESTED} "


@remembered(20_000)
def null_odds(text: str) -> float:
    """Return the log-odds that a result is "no difference": logistic regression on words, fitted by `bench/verdicts.py`."""
    intercept, weights = _model()
    return intercept + sum(weights[word] for word in sorted(words_of(text)) if word in weights)


@lru_cache(maxsize=1)
def _model() -> tuple[float, dict[str, float]]:
    table = json.loads(read_model("compose/finding.json"))
    return table["intercept"], table["weights"]
