"""A question or a sentence in; the systolic blood pressures that it states of a person, out."""

from __future__ import annotations

import re

from ragqa.compose.bounds import BOUNDS, NUMBER, OR_ABOVE, OR_BELOW, Stated, range_of, written_in
from ragqa.patterns import lazy_pattern

SYSTOLIC = "systolic blood pressure"  # mmHg
_HYPOTENSION = 90.0  # mmHg, under which guidelines speak of it in shock and pulmonary embolism
_LEAST_SYSTOLIC, _LEAST_DIASTOLIC = 60, 35
_PAIR = lazy_pattern(r"(?<![\d/.])(\d{2,3})\s?/\s?(\d{2,3})(?![\d/.%]|\s?mg\b)")
_ALONE = lazy_pattern(rf"\b(?:systolic(?: (?:blood pressure|BP))?|SBP|BP|blood pressure)\s*(?:of|is|was|at|now|=|:)?\s*{NUMBER}(?!\s?/|\d)", re.IGNORECASE)
_BOUND = "|".join(sorted(map(re.escape, BOUNDS), key=len, reverse=True))
# How pressures are written in sentences, and how each bounds, None where the bound stands before the number.
_STATED: tuple[tuple[re.Pattern[str], str | None], ...] = (
    (lazy_pattern(rf"(?:\b|(?<=\s))({_BOUND})\s*{NUMBER}\s?/\s?\d{{2,3}}\b", re.IGNORECASE), None),
    (lazy_pattern(rf"\bsystolic (?:blood pressure |BP )?({_BOUND})\s*{NUMBER}", re.IGNORECASE), None),
    (lazy_pattern(rf"\b{NUMBER}/\d{{2,3}}(?: ?mmHg)? {OR_ABOVE}", re.IGNORECASE), "from"),
    (lazy_pattern(rf"\b{NUMBER}/\d{{2,3}}(?: ?mmHg)? {OR_BELOW}", re.IGNORECASE), "to"),
    (lazy_pattern(rf"\b{NUMBER}/\d{{2,3}}(?: ?mmHg)? to {NUMBER}/\d{{2,3}}", re.IGNORECASE), "between"),
)
_AIMS = lazy_pattern(r"\b(?:targets?|goals?|aim\w*|lower\w*|reduc\w+|maintain\w*|keep\w*|achiev\w*|control\w*|falls?)\b", re.IGNORECASE)  # what treatment leads to is not what a person has
_BEFORE = lazy_pattern(rf"\bbelow {NUMBER}\s?/\s?\d{{2,3}}(?: ?mmHg)? before\b", re.IGNORECASE)  # what must be so before a thing is done
_LOW = lazy_pattern(r"\b(?P<without>without |no |not )?(?:\w+ )?hypotension\b", re.IGNORECASE)
_STANDING = lazy_pattern(r"\b(?:orthostatic|postural|intracranial)\b", re.IGNORECASE)


def pressure_asked(question: str) -> dict[str, float]:
    """Return the systolic blood pressure that a question states, in mmHg: "BP 200/115"."""
    for match in _PAIR.finditer(question):
        systolic, diastolic = int(match[1]), int(match[2])
        if systolic >= _LEAST_SYSTOLIC and _LEAST_DIASTOLIC <= diastolic < systolic:
            return {SYSTOLIC: float(systolic)}
    alone = _ALONE.search(question)
    return {SYSTOLIC: float(alone[1])} if alone and float(alone[1]) >= _LEAST_SYSTOLIC else {}


def must_come_before(text: str) -> bool:
    """Tell whether a sentence says which pressure must be reached before a thing is done."""
    return _BEFORE.search(text) is not None


def pressures_in(text: str) -> list[Stated]:
    """Return the ranges of systolic blood pressure, in mmHg, of the people that a sentence is on; none where it tells what to reach."""
    if _AIMS.search(text):
        first = _BEFORE.search(text)
        return [range_of(SYSTOLIC, "under", first[1])] if first else []
    found = [range_of(SYSTOLIC, how, *groups) if how else range_of(SYSTOLIC, BOUNDS[groups[0].lower()], *groups[1:]) for how, groups in written_in(_STATED, text)]
    low = None if _STANDING.search(text) else _LOW.search(text)
    if low:
        found.append(range_of(SYSTOLIC, "from" if low["without"] else "under", _HYPOTENSION))
    return found
