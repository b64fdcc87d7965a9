"""A question or a sentence in; the ages that it states, out."""

from __future__ import annotations

import re

from ragqa.compose.bounds import NUMBER, OR_ABOVE, OR_BELOW, Stated, range_of, written_in
from ragqa.patterns import lazy_pattern

AGE = "age"  # years
_WHOLE_YEAR = 0.999  # who is "up to 74" may be 74 and a half
_AGE = r"(\d{1,3})(?!\d|\.\d)"  # whole years: a value at 3.1 is a potassium
_AGED = lazy_pattern(rf"\b(?:aged?|at|am|i'm|is|over|turned|turning)[\s-]+{_AGE}s?\b(?!\s*(?:mg|mmol|%|percent|weeks?|days?|hours?|months?|units?|ml|mcg|/|:|st\b|nd\b|th\b|[ap]m\b|(?:yesterday|today|tonight|tomorrow|this|last|o.clock|in the)\b|(?:yrs?|years?|y)\b(?!\s*(?:old|of age))))|(?<![\d.]){_AGE}[- ]?(?:years?[- ]old|year[- ]old|yo\b|y/o|yrs? old)|(?<![\w.]){_AGE}\s?[MF]\b|(?:^|,\s){_AGE}\s?(?:years?|yrs?)(?=\s*(?:[,.;?]|$))|^{_AGE}(?=,\s)|\b(?:man|woman|male|female|lady|gentleman|boy|girl|patient|pt|mum|mother|dad|father|husband|wife|son|daughter|sister|brother|nan|gran|grandad)(?:\s(?:is|of|who is)\s|,?\s\(?){_AGE}(?=\s*(?:[,.;?)]|with\b|who\b|and\b|on\b|$))", re.IGNORECASE)
_AGED_LESS = lazy_pattern(
    r"\b(\d{1,2})[- ]?(days?|weeks?|wks?|months?|mths?|mo)[- ]?old\b|\b(?:aged?|infant of|bab(?:y|ies) of|newborn of) (\d{1,2}) (days?|weeks?|months?)\b|\b(\d{1,2}) (mo)\b|\b(?:baby|babe|boy|girl|son|daughter|infant|newborn|toddler|s?he|twins?)(?:'s| is| are|, now)? (?:only |just |nearly |now )?(\d{1,2}) (days?|weeks?|wks?|months?|mths?)\b(?! (?:ago|after|into|later|on|of|post|since|pregnant))",
    re.IGNORECASE,
)
_A_YEAR = {"d": 365.0, "w": 52.0, "m": 12.0}
_YEARS = r"(?:\s*years?(?: of age| old)?)?"
# How ages are written in sentences, and how each bounds; then the same for ages below some years.
_AGES: tuple[tuple[re.Pattern[str], str], ...] = (
    (lazy_pattern(rf"\b(?:aged?|ages?|age of|adults|women|men|people|persons|children|patients)\s+(?:aged?\s+|ages?\s+)?{NUMBER}{_YEARS}\s*(?:to|through|-|–|and)\s*{NUMBER}\b(?!\s*(?:days?|weeks?|months?))", re.IGNORECASE), "between"),
    (lazy_pattern(rf"\b{NUMBER}\s*(?:to|through|-|–)\s*{NUMBER}\s*years\b", re.IGNORECASE), "between"),
    (lazy_pattern(rf"\b(?:aged?|ages?|age of)\s+{NUMBER}{_YEARS}\s*{OR_ABOVE}", re.IGNORECASE), "from"),
    (lazy_pattern(rf"\b{NUMBER}\s*years?(?: of age)?\s*{OR_ABOVE}", re.IGNORECASE), "from"),
    (lazy_pattern(rf"\b(?:older than|above)\s+(?:age\s+|the age of\s+)?{NUMBER}(?:\s*years)\b", re.IGNORECASE), "over"),
    (lazy_pattern(rf"(?<!\d )\b(?:aged?|adults|women|men|people|persons|those|children|patients)\s+over\s+(?:age\s+|the age of\s+)?{NUMBER}(?:\s*years)\b", re.IGNORECASE), "over"),  # "over 10 years" is how long
    (lazy_pattern(rf"\b(?:people|adults|women|men)\s+(?:aged?\s+)?over\s+{NUMBER}\b(?!\s*(?:months?|weeks?|days?|kg|mg|mm|%|percent|years|to|/))", re.IGNORECASE), "over"),
    (lazy_pattern(rf"\b(?:aged?|ages?)\s+{NUMBER}{_YEARS}\s*{OR_BELOW}", re.IGNORECASE), "to"),
    (lazy_pattern(rf"\b{NUMBER}\s*years?(?: of age)?\s*{OR_BELOW}", re.IGNORECASE), "to"),
    (lazy_pattern(rf"\b(?:younger than|under|below)\s+(?:age\s+|the age of\s+)?{NUMBER}(?:\s*years)\b", re.IGNORECASE), "under"),
    (lazy_pattern(rf"\b(?:children|people|adults|women|men)\s+(?:aged?\s+)?(?:under|younger than|below)\s+{NUMBER}\b(?!\s*(?:months?|weeks?|days?|kg|mg|mm|%|percent|years))", re.IGNORECASE), "under"),
)
_PEOPLE = r"(?:child(?:ren)?|infants?|bab(?:ies|y)|adults|women|men|people|persons|those|patients)"
_YOUNG = rf"{NUMBER}\s*(months?|weeks?|days?)\b"  # an age below some years
_YOUNG_AGES: tuple[tuple[re.Pattern[str], str], ...] = (
    (lazy_pattern(rf"\b{_PEOPLE}\s+(?:aged?\s+|between\s+)?{NUMBER}\s*(?:to|through|-|–|and)\s*{_YOUNG}(?! (?:after|of treatment|later))", re.IGNORECASE), "between"),
    (lazy_pattern(rf"\b{_PEOPLE}\s+(?:aged?\s+)?(?:under|below|younger than)\s+(?:the age of\s+)?{_YOUNG}", re.IGNORECASE), "under"),
    (lazy_pattern(rf"\b(?:aged?|{_PEOPLE})\s+(?:aged?\s+)?{_YOUNG}(?: of age)?\s*{OR_ABOVE}", re.IGNORECASE), "from"),
)


def age_asked(question: str) -> dict[str, float]:
    """Return the age in years that a question states: "62-year-old", "3 weeks old"."""
    ages = _AGED.search(question)
    if ages:
        return {AGE: float(next(group for group in ages.groups() if group))}
    young = _AGED_LESS.search(question)
    if young is None:
        return {}
    number, unit = (group for group in young.groups() if group)
    return {AGE: float(number) / _A_YEAR[unit[0].lower()]}


def ages_in(text: str) -> list[Stated]:
    """Return the ranges of age that a sentence states, in years."""
    in_years = [_of_age(how, *numbers) for how, numbers in written_in(_AGES, text)]
    return in_years + [_of_age(how, *numbers).divided_by(_A_YEAR[unit[0].lower()]) for how, (*numbers, unit) in written_in(_YOUNG_AGES, text)]


def _of_age(how: str, first: str, second: str | None = None) -> Stated:
    """Return a range of ages in years: who is "up to 74" may be 74 and a half."""
    stated = range_of(AGE, how, first, second)
    return stated._replace(high=stated.high + _WHOLE_YEAR) if how in {"between", "to"} else stated
