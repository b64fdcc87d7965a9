"""A question or a sentence in; the times since an event and the weeks of pregnancy that it states, out."""

from __future__ import annotations

import re

from ragqa.compose.bounds import NUMBER, Stated, range_of, written_in
from ragqa.patterns import lazy_pattern
from ragqa.remembering import remembered

_REMEMBERED = 5_000  # sentences: those of one question are often those of the next
HOURS, DAYS, YEARS, GESTATION = "hours since", "days since", "years since", "weeks of pregnancy"
TIMES = (HOURS, DAYS, YEARS, GESTATION)
_UNITS: dict[str, tuple[tuple[str, float], ...]] = {  # what a unit is compared in, and how many of those it has: no stroke of some hours ago is one "within 3 months"
    "min": ((HOURS, 1 / 60),),
    "h": ((HOURS, 1.0),),
    "d": ((DAYS, 1.0),),
    "w": ((DAYS, 7.0),),
    "m": ((DAYS, 30.4), (YEARS, 1 / 12)),
    "y": ((YEARS, 1.0),),
}
_UNIT = r"[\s-]?(min(?:ute)?s?|h(?:ou)?rs?|h|days?|d|weeks?|wks?|months?|mths?|years?|yrs?)\b"
_SPOKEN = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "twelve": 12}
_SOME = rf"(?:{NUMBER}|\b({'|'.join(_SPOKEN)})\b)"
_ASKED = (
    lazy_pattern(rf"{_SOME}{_UNIT}\s*(?:ago|after\b|since\b|post\b|post-?\s?(?:partum|natal|delivery|op|birth|stroke|tpa|alteplase|exposure|treatment)|pp\b|from (?:onset|birth|delivery|exposure)|into\b|in\b(?= (?:with|to) )|earlier|out\b|window\b)", re.IGNORECASE),
    lazy_pattern(rf"\b(?:last(?:s|ed|ing)|quit|stopped|gave up|onset|started|began|gave birth|delivered|(?:has |have )?been going|for the (?:last|past))\b[^.?,;0-9]{{0,20}}?{_SOME}{_UNIT}(?! (?:old|of age))", re.IGNORECASE),
    lazy_pattern(rf"{_SOME}{_UNIT}[- ](?:long )?(?:runs?|episodes?|bursts?|spells?|paroxysms?)\b", re.IGNORECASE),
)
_EVENT = r"(?:onset|birth|delivery|symptoms?|exposure|presentation|recognition|discharge|menopause|last|first|the|a)"
_DAY_ASKED = lazy_pattern(r"\b(?:post-?(?:natal|partum|op\w*)|birth|delivery|baby)\b.{0,30}?\bday (\d{1,2})\b|\bday (\d{1,2}) (?:post|after)", re.IGNORECASE)
_AFTER = rf"\s+(?:(?:after|from|since|before|following|postpartum)\b|of {_EVENT}\b)"
# How times are written in sentences, and how each bounds; then the same for weeks of a pregnancy.
_STATED: tuple[tuple[re.Pattern[str], str], ...] = (
    (lazy_pattern(rf"\bwithin (?:the )?(?:first |past |last |previous )?{NUMBER} to {NUMBER}{_UNIT}", re.IGNORECASE), "up to second"),
    (lazy_pattern(rf"\b(?:within|(?:during |in )?the (?:first|past|last|previous))(?: the (?:first|past|last))? {NUMBER}{_UNIT}", re.IGNORECASE), "to"),
    (lazy_pattern(rf"{NUMBER}(?:{_UNIT})?\s*(?:to|-|–|and)\s*{NUMBER}{_UNIT}(?={_AFTER})", re.IGNORECASE), "between"),
    (lazy_pattern(rf"\bat {NUMBER}(?:{_UNIT})?\s*(?:to|-|–)\s*{NUMBER}{_UNIT}", re.IGNORECASE), "between"),
    (lazy_pattern(rf"\bepisodes? (?:of )?{NUMBER}{_UNIT} to {NUMBER}{_UNIT}", re.IGNORECASE), "between"),
    (lazy_pattern(rf"(?<!no )\b(?:shorter|less|fewer|sooner) than {NUMBER}{_UNIT}", re.IGNORECASE), "under"),
    (lazy_pattern(rf"(?<!no )\b(?:longer|more|later) than {NUMBER}{_UNIT}", re.IGNORECASE), "over"),
    (lazy_pattern(rf"\bat least {NUMBER}{_UNIT}(?: of observation|{_AFTER})", re.IGNORECASE), "from"),
    (lazy_pattern(rf"{NUMBER}{_UNIT} or (?:longer|more|later)\b", re.IGNORECASE), "from"),
    (lazy_pattern(rf"{NUMBER}{_UNIT} or (?:shorter|less|earlier)\b", re.IGNORECASE), "to"),
    (lazy_pattern(rf"\b(?:has not|have not|not) (?:\w+ )?for {NUMBER}{_UNIT}", re.IGNORECASE), "from"),
)
_PREGNANT = lazy_pattern(r"\b(?:pregnan\w+|gestation\w*|trimester|antenatal|expecting|pre-?eclampsia|labour|fetus|foetus)\b", re.IGNORECASE)
_BORN = lazy_pattern(r"\b(?:after (?:birth|delivery)|post-?(?:natal|partum))\b", re.IGNORECASE)
_WEEKS_ASKED = lazy_pattern(rf"\b(?:at )?{NUMBER}(?:[\s-]?(?:weeks?|wks?)\b|\s?/\s?40\b(?<![5-9]\d/40))(?! (?:ago|after|old|post\w*|of (?:treatment|age)))", re.IGNORECASE)
_WEEKS_STATED: tuple[tuple[re.Pattern[str], str], ...] = (
    (lazy_pattern(rf"\b{NUMBER}(?:\s*weeks)?(?: and 0 days)?\s*(?:to|-|–|and)\s*{NUMBER}(?:\s*weeks)\b(?! after)", re.IGNORECASE), "between"),
    (lazy_pattern(rf"\bweeks {NUMBER}\s*(?:to|-|–|and)\s*{NUMBER}\b", re.IGNORECASE), "between"),
    (lazy_pattern(rf"\b{NUMBER}\s*weeks?(?: of (?:pregnancy|gestation))? or (?:later|more|above|over)\b", re.IGNORECASE), "from"),
    (lazy_pattern(rf"\b(?:before|under|below|less than) {NUMBER}\s*weeks?", re.IGNORECASE), "under"),
    (lazy_pattern(rf"\b(?:after|from|beyond|over|more than) {NUMBER}\s*weeks?", re.IGNORECASE), "from"),
)
_ANY = lazy_pattern(r"\d[\s-]?(?:min|h|d|w|m|y)|weeks \d", re.IGNORECASE)


def times_asked(question: str) -> dict[str, float]:
    """Return how long ago a thing was, or how long it lasts, in hours, days and years as far as they tell; and the week of a pregnancy."""
    asked: dict[str, float] = {}
    for pattern in _ASKED:
        match = pattern.search(question)
        if match:
            figure, word, unit = match.groups()
            number = float(figure) if figure else float(_SPOKEN[word.lower()])
            asked |= {measure: number * size for measure, size in _sizes(unit)}
            break
    if day := _DAY_ASKED.search(question):
        asked.setdefault(DAYS, float(day[1] or day[2]))
    if _PREGNANT.search(question) and (weeks := _WEEKS_ASKED.search(question)):
        asked[GESTATION] = float(weeks[1])
    return asked


@remembered(_REMEMBERED)
def times_in(text: str) -> list[Stated]:
    """Return the ranges of time since an event, and of weeks of a pregnancy, that a sentence states."""
    found: list[Stated] = []
    if not _ANY.search(text):
        return found
    for how, groups in written_in(_STATED, text):
        numbers = [float(group) for group in groups if group and group[0].isdigit()]
        units = [group for group in groups if group and not group[0].isdigit()]
        found += _of_units(how, numbers, units)
    if _PREGNANT.search(text) and not _BORN.search(text):
        found += [range_of(GESTATION, how, *weeks) for how, weeks in written_in(_WEEKS_STATED, text)]
    return found


def _of_units(how: str, numbers: list[float], units: list[str]) -> list[Stated]:
    """Return a range in all that its last unit is compared in; "5 minutes to 24 hours" has two units."""
    found = []
    for measure, size in _sizes(units[-1]):
        first = dict(_sizes(units[0])).get(measure)
        if first is None:
            continue
        scaled = [numbers[0] * first, *(number * size for number in numbers[1:])]
        found.append(range_of(measure, "to", scaled[1]) if how == "up to second" else range_of(measure, how, *scaled))
    return found


def _sizes(unit: str) -> tuple[tuple[str, float], ...]:
    unit = unit.lower()
    return _UNITS["min" if unit.startswith("min") else unit[0]]
