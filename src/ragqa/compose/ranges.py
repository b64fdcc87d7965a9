"""A question or a sentence in; the numbers of a person and the ranges that it states, and whether the one lies in the other, out."""

from __future__ import annotations

import math
import re
from collections.abc import Container
from functools import lru_cache
from typing import NamedTuple


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


_N = r"(\d+(?:\.\d+)?)(?!\d|\.\d)"
_ABOVE = r"(?:or (?:older|over|more|higher|above|greater)|and (?:over|above|older)|\+)"
_BELOW = r"(?:or (?:younger|under|less|lower|below|fewer)|and under)"
_MEASURES: dict[str, str] = {  # the words that stand before a value of each measure
    "egfr": r"(?:egfr|estimated glomerular filtration rate|gfr)",
    "potassium": r"(?:potassium|hyperkalaemia|hyperkalemia|k\+?)",
    "sodium": r"(?:sodium|na\+?)",
    "inr": r"inr",
    "hba1c": r"(?:hba1c|a1c)",
    "ferritin": r"ferritin",
    "saturation": r"(?:sats?|spo2|sao2|(?:oxygen )?saturations?)",
    "ejection fraction": r"(?:lvef|ef|ejection fraction)",
    "nihss": r"nihss(?: score)?",
    "bmi": r"(?:bmi|body mass index)",
}
_AGE = r"(\d{1,3})(?!\d|\.\d)"  # whole years: a value at 3.1 is a potassium
_AGED = re.compile(rf"\b(?:aged?|at|am|i'm|is|over|turned|turning)\s+{_AGE}\b(?!\s*(?:mg|mmol|%|percent|weeks?|days?|hours?|months?|units?|ml|mcg|/|:|st\b|nd\b|th\b))|(?<![\d.]){_AGE}[- ]?(?:years?[- ]old|year[- ]old|yo\b|y/o|yrs? old)|(?<![\w.]){_AGE}\s?[MF]\b", re.IGNORECASE)
_AGED_LESS = re.compile(
    r"\b(\d{1,2})[- ]?(days?|weeks?|wks?|months?|mths?|mo)[- ]?old\b|\b(?:aged?|infant of|bab(?:y|ies) of|newborn of) (\d{1,2}) (days?|weeks?|months?)\b|\b(\d{1,2}) (mo)\b",
    re.IGNORECASE,
)
_A_YEAR = {"d": 365.0, "w": 52.0, "m": 12.0}
_YEARS = r"(?:\s*years?(?: of age| old)?)?"
_AGES = (
    (re.compile(rf"\b(?:aged?|ages?|age of|adults|women|men|people|persons|children|patients)\s+(?:aged?\s+|ages?\s+)?{_N}{_YEARS}\s*(?:to|through|-|–|and)\s*{_N}\b(?!\s*(?:days?|weeks?|months?))", re.IGNORECASE), "between"),
    (re.compile(rf"\b{_N}\s*(?:to|through|-|–)\s*{_N}\s*years\b", re.IGNORECASE), "between"),
    (re.compile(rf"\b(?:aged?|ages?|age of)\s+{_N}{_YEARS}\s*{_ABOVE}", re.IGNORECASE), "from"),
    (re.compile(rf"\b{_N}\s*years?(?: of age)?\s*{_ABOVE}", re.IGNORECASE), "from"),
    (re.compile(rf"\b(?:older than|over|above)\s+(?:age\s+|the age of\s+)?{_N}(?:\s*years)\b", re.IGNORECASE), "over"),
    (re.compile(rf"\b(?:aged?|ages?)\s+{_N}{_YEARS}\s*{_BELOW}", re.IGNORECASE), "to"),
    (re.compile(rf"\b{_N}\s*years?(?: of age)?\s*{_BELOW}", re.IGNORECASE), "to"),
    (re.compile(rf"\b(?:younger than|under|below)\s+(?:age\s+|the age of\s+)?{_N}(?:\s*years)\b", re.IGNORECASE), "under"),
    (re.compile(rf"\b(?:children|people|adults|women|men)\s+(?:aged?\s+)?(?:under|younger than|below)\s+{_N}\b(?!\s*(?:months?|weeks?|days?|kg|mg|mm|%|percent|years))", re.IGNORECASE), "under"),
)
_PEOPLE = r"(?:children|infants|babies|adults|women|men|people|persons|those|patients)"
_YOUNG = rf"{_N}\s*(months?|weeks?|days?)\b"  # an age below some years
_YOUNG_AGES = (
    (re.compile(rf"\b{_PEOPLE}\s+(?:aged?\s+|between\s+)?{_N}\s*(?:to|through|-|–|and)\s*{_YOUNG}(?! (?:after|of treatment|later))", re.IGNORECASE), "between"),
    (re.compile(rf"\b{_PEOPLE}\s+(?:aged?\s+)?(?:under|below|younger than)\s+(?:the age of\s+)?{_YOUNG}", re.IGNORECASE), "under"),
    (re.compile(rf"\b(?:aged?|{_PEOPLE})\s+(?:aged?\s+)?{_YOUNG}(?: of age)?\s*{_ABOVE}", re.IGNORECASE), "from"),
)
_BOUNDS = {"below": "under", "less than": "under", "under": "under", "<": "under", "above": "over", "over": "over", "more than": "over", ">": "over", "at least": "from", "≥": "from", "≤": "to"}
_PER_SURFACE = r"(?:\s*mL/min/1\.73\s?m[2\u00b2])?"
_UP_TO = r"\b[^.;,0-9<>≥≤]{0,30}?"


@lru_cache(maxsize=len(_MEASURES))
def _values_of(measure: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return how ranges of a measure are written; few questions state one."""
    return tuple(
        (how, re.compile(rf"\b{_MEASURES[measure]}{_UP_TO}{pattern}", re.IGNORECASE))
        for pattern, how in (
            *((rf"{re.escape(bound)}\s*{_N}", how) for bound, how in _BOUNDS.items()),
            (rf"{_N}\s*(?:to|-|–)\s*(?:below )?{_N}", "between"),
            (rf"{_N}{_PER_SURFACE}[^.;,0-9]{{0,12}}?{_ABOVE}", "from"),
            (rf"{_N}{_PER_SURFACE}[^.;,0-9]{{0,12}}?{_BELOW}", "to"),
        )
    )


_OF_A_MEASURE = {
    measure: re.compile(rf"\b{words}\s*(?:of|is|was|at|=|:)?\s*{_N}(?![\d.]*\s*(?:to|-|–)\s*\d)", re.IGNORECASE) for measure, words in _MEASURES.items()
}
_DIGIT = re.compile(r"\d")


def asked_of(question: str) -> dict[str, float]:
    """Return the numbers that a question states of a person, by measure: "62-year-old", "eGFR 25"."""
    asked = {}
    for measure, pattern in _OF_A_MEASURE.items():
        if match := pattern.search(question):
            asked[measure] = float(match[1])
    ages = _AGED.search(question)
    if ages:
        asked["age"] = float(next(group for group in ages.groups() if group))
    elif young := _AGED_LESS.search(question):
        number, unit = (group for group in young.groups() if group)
        asked["age"] = float(number) / _A_YEAR[unit[0].lower()]
    return asked


def stated_in(text: str, measures: Container[str] = ("age", *_MEASURES)) -> list[Stated]:
    """Return the ranges that a sentence states of these measures."""
    if not _DIGIT.search(text):
        return []
    ages = _ages_in(text) if "age" in measures else []
    values = [
        _range(measure, how, *match.groups())
        for measure in _MEASURES
        if measure in measures
        for how, pattern in _values_of(measure)
        for match in pattern.finditer(text)
    ]
    return ages + values


def _ages_in(text: str) -> list[Stated]:
    """Return the ranges of age that a sentence states, in years."""
    found = [_range("age", how, *match.groups()) for pattern, how in _AGES for match in pattern.finditer(text)]
    for pattern, how in _YOUNG_AGES:
        for *numbers, unit in (match.groups() for match in pattern.finditer(text)):
            found.append(_range("age", how, *numbers).divided_by(_A_YEAR[unit[0].lower()]))
    return found


def _range(measure: str, how: str, first: str, second: str | None = None) -> Stated:
    a = float(first)
    least = 0.0001
    if how == "between" and second is not None:
        return Stated(measure, a, float(second) + 0.999 if measure == "age" else float(second))
    return {
        "from": Stated(measure, a, math.inf),
        "over": Stated(measure, a + least, math.inf),
        "to": Stated(measure, 0.0, a + 0.999 if measure == "age" else a),
        "under": Stated(measure, 0.0, a - least),
    }[how]


def decided_by(asked: dict[str, float], text: str) -> int:
    """Return 1 where a range that the text states holds a number asked about, -1 where none of its ranges does, else 0."""
    ranges = stated_in(text, asked) if asked else []
    if not ranges:
        return 0
    return 1 if any(stated.holds(asked[stated.measure]) for stated in ranges) else -1


def is_excluded(asked: dict[str, float], text: str) -> bool:
    """Tell whether a number asked about lies outside of all ranges that a text states of its measure, whatever it says of others."""
    ranges = stated_in(text, asked) if asked else []
    of_each = {measure: [stated for stated in ranges if stated.measure == measure] for measure in asked}
    return any(held and not any(stated.holds(asked[measure]) for stated in held) for measure, held in of_each.items())
