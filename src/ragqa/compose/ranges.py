"""A question or a sentence in; the numbers of a person and the ranges that it states, and whether the one lies in the other, out."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache

from ragqa.compose.ages import AGE, age_asked, ages_in
from ragqa.compose.bounds import BOUNDS, NUMBER, OR_ABOVE, OR_BELOW, Stated, range_of, written_in
from ragqa.compose.pressures import SYSTOLIC, pressure_asked, pressures_in
from ragqa.compose.times import GESTATION, TIMES, times_asked, times_in
from ragqa.patterns import lazy_pattern

_MEASURES: dict[str, str] = {  # the words that stand before a value of each measure
    "egfr": r"(?:egfr|estimated glomerular filtration rate|gfr)",
    "potassium": r"(?:potassium|hyperkalaemia|hyperkalemia|k\+?)",
    "creatinine rise": r"creat(?:inine)?(?: \w+)? (?:rises?|rose|rising|up|risen|increase[sd]?|gone up|went up)(?: by)?",
    "temperature": r"(?:temp(?:erature)?s?|thermometer|fever of)",
    "sodium": r"(?:sodium|na\+?)",
    "inr": r"inr",
    "hba1c": r"(?:hba1c|a1c)",
    "ferritin": r"ferritin",
    "saturation": r"(?:sats?|spo2|sao2|satting|saturating|(?:oxygen )?saturations?)",
    "ejection fraction": r"(?:lvef|ef|ejection fraction)",
    "nihss": r"nihss(?: score)?",
    "bmi": r"(?:bmi|body mass index)",
    "ph": r"ph",
    "cows": r"cows(?: score)?",
    "timed up and go": r"(?:tug|timed up and go)(?: test)?",
    "cha2ds2-vasc": r"cha2ds2-?vasc(?: score)?",
    "lactate": r"lactate",
    "cigarettes": r"smok(?:es?|ing)",  # a day
    "fasting glucose": r"fasting(?: plasma| blood)?(?: glucose| sugar| number)?",
    "2-hour glucose": r"2[- ]?h(?:our|r)?s?(?: plasma| blood)?(?: glucose| sugar)?",
}
_UNNAMED = (("saturation", lazy_pattern(r"(?<![\d.])(\d{2,3}) ?% (?:on|in) (?:room )?(?:air|oxygen|o2|\d)", re.IGNORECASE)),)  # "96% on 4 L"
_PER_SURFACE = r"(?:\s*mL/min/1\.73\s?m[2\u00b2])?"
_UP_TO = r"\b(?:(?!\b(?:ris|rose|increas|fall|fell|drop|averag|chang))[^.;,0-9<>≥≤]){0,30}?"  # a rise of 10 is no value of 10
_NO_TIME = r"(?! ?(?:days?|hours?|weeks?|months?|years?)\b)"


@lru_cache(maxsize=len(_MEASURES))
def _values_of(measure: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return how ranges of a measure are written; few questions state one."""
    return tuple(
        (re.compile(rf"\b{_MEASURES[measure]}{_UP_TO}{pattern}", re.IGNORECASE), how)
        for pattern, how in (
            *((rf"{re.escape(bound)}\s*{NUMBER}{_NO_TIME}", how) for bound, how in BOUNDS.items()),
            (rf"{NUMBER}\s*(?:to|-|–)\s*(?:below )?{NUMBER}", "between"),
            (rf"{NUMBER}{_PER_SURFACE}[^.;,0-9]{{0,12}}?{OR_ABOVE}", "from"),
            (rf"{NUMBER}{_PER_SURFACE}[^.;,0-9]{{0,12}}?{OR_BELOW}", "to"),
        )
    )


# How a value of each measure is written in a question.
_VALUES_ASKED: dict[str, re.Pattern[str]] = {
    measure: lazy_pattern(rf"\b{words}\s*(?:(?:of|is|was|at|in|now|back|has|have|come|came|gone|went|slid|slipped|fell|fallen|dropped|dropping|down|up|to|today|only|says?|said|reads?|shows?|scored?|=|:|~)\s*){{0,4}}{NUMBER}(?![\d.]*\s*(?:to|-|–)\s*\d)(?!\s*(?:years?|yrs?|months?|weeks?)\b)", re.IGNORECASE) for measure, words in _MEASURES.items()
}
_RESERVES = lazy_pattern(r"\b(?:reserv(?:es|ed|ing)|except|unless)\b", re.IGNORECASE)  # says one thing of the numbers that it names and another of all others
_TO_REACH = lazy_pattern(r"\b(?:targets?|goals?|titrat\w+|aim(?:s|ing)?)\b", re.IGNORECASE)  # what treatment leads to is not what a person has
_DIGIT = lazy_pattern(r"\d")


@lru_cache(maxsize=8)
def asked_of(question: str) -> dict[str, float]:
    """Return the numbers that a question states of a person, by measure: "62-year-old", "eGFR 25"."""
    if not _DIGIT.search(question):
        return times_asked(question)
    asked = {}
    for measure, pattern in _VALUES_ASKED.items():
        if match := pattern.search(question):
            asked[measure] = float(match[1])
    for measure, pattern in _UNNAMED:
        if match := pattern.search(question):
            asked.setdefault(measure, float(match[1]))
    return asked | age_asked(question) | pressure_asked(question) | times_asked(question)


def stated_in(text: str, measures: Container[str] = (AGE, SYSTOLIC, *TIMES, *_MEASURES)) -> list[Stated]:
    """Return the ranges that a sentence states of these measures."""
    pressures = pressures_in(text) if SYSTOLIC in measures else []
    if not _DIGIT.search(text):
        return pressures
    ages = ages_in(text) if AGE in measures else []
    times = [stated for stated in times_in(text) if stated.measure in measures] if any(measure in measures for measure in TIMES) else []
    valued = [] if _TO_REACH.search(text) else [measure for measure in _MEASURES if measure in measures]
    values = [range_of(measure, how, *numbers) for measure in valued for how, numbers in written_in(_values_of(measure), text)]
    return ages + pressures + times + values


def measures_held(asked: dict[str, float], text: str) -> int:
    """Return how many of the measures asked about a text states ranges of."""
    return len({stated.measure for stated in stated_in(text, asked)}) if asked else 0


def decided_by(asked: dict[str, float], text: str) -> int:
    """Return 1 where the ranges that the text states hold all numbers asked about of their measures, -1 where they leave one out, else 0."""
    of_each: dict[str, list[Stated]] = {}
    for stated in stated_in(text, asked) if asked else ():
        of_each.setdefault(stated.measure, []).append(stated)
    if not of_each or _RESERVES.search(text):
        return 0
    return 1 if all(any(stated.holds(asked[measure]) for stated in ranges) for measure, ranges in of_each.items()) else -1


def still_to_come(asked: dict[str, float], text: str) -> dict[str, float]:
    """Return the numbers asked about without the week of a pregnancy, where a text holds from a later one: what is not due yet is not refused."""
    week = asked.get(GESTATION)
    if week is None or not any(stated.low > week for stated in stated_in(text, (GESTATION,))):
        return asked
    return {measure: value for measure, value in asked.items() if measure != GESTATION}


def is_excluded(asked: dict[str, float], text: str) -> bool:
    """Tell whether a number asked about lies outside of all ranges that a text states of its measure."""
    return decided_by(asked, text) < 0
