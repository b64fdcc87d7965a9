"""A question with numbers and conditions in; candidates, those first that are on people like the one asked about, out."""

from __future__ import annotations

import math
import re
from collections.abc import Container, Sequence
from functools import lru_cache
from typing import NamedTuple

from ragqa.compose.cues import Cue
from ragqa.compose.evidence import Candidate
from ragqa.compose.topic import joined_terms
from ragqa.types import Query

ADULT = 16.0  # years; below that, what is said of adults answers nothing
DECIDES = 1.0  # log-odds that a range gains where it holds the number asked about, and loses where it does not
RULED_OUT = -4.0  # log-odds of a statement on people without a condition that the question names
AS_SEVERE = 0.75  # log-odds that a statement gains which names the severity asked about, and loses, doubled, that names the other
IMPLIED = 3.0  # log-odds that a statement gains which is on the narrower condition that follows from what is asked


class Stated(NamedTuple):
    """Numbers of one measure from `low` to `high`, both included."""

    measure: str
    low: float
    high: float

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
}
_AGE = r"(\d{1,3})(?!\d|\.\d)"  # whole years: a value at 3.1 is a potassium
_AGED = re.compile(rf"\b(?:aged?|at|am|i'm|is|over|turned|turning)\s+{_AGE}\b(?!\s*(?:mg|mmol|%|percent|weeks?|days?|hours?|months?|units?|ml|mcg|/|:|st\b|nd\b|th\b))|(?<![\d.]){_AGE}[- ]?(?:years?[- ]old|year[- ]old|yo\b|y/o|yrs? old)|(?<![\w.]){_AGE}\s?[MF]\b", re.IGNORECASE)
_AGED_LESS = re.compile(
    r"\b(\d{1,2})[- ]?(days?|weeks?|wks?|months?|mths?|mo)[- ]?old\b|\b(?:aged?|infant of|bab(?:y|ies) of|newborn of) (\d{1,2}) (days?|weeks?|months?)\b|\b(\d{1,2}) (mo)\b",
    re.IGNORECASE,
)
_A_YEAR = {"d": 365.0, "w": 52.0, "m": 12.0}
CHILDREN = re.compile(r"\b(?:child(?:ren)?|infants?|neonat\w+|newborns?|bab(?:y|ies)|toddlers?|pa?ediatric|adolescents?|young people|kids?|months old|aged (?:\d|1[0-7]) )\b", re.IGNORECASE)
_ADULTS = re.compile(r"\badults?\b", re.IGNORECASE)
_A_MAN = re.compile(r"\b(?:man|men|males?|boys?|husband|father|dad|grandfather|grandad|brother|he|his|him)\b|(?<![\w.])\d{1,3} ?M\b")
_A_WOMAN = re.compile(r"\b(?:wom[ae]n|females?|girls?|wife|mother|mum|mom|sister|daughter|lady|she|her|pregnan\w*|expecting|gestation\w*|breast-?feed\w*|bab(?:y|ies)|births?|midwife)\b|(?<![\w.])\d{1,3} ?F\b", re.IGNORECASE)
_WOMEN = re.compile(r"\b(?:women|postmenopausal|pregnancy)\b", re.IGNORECASE)
_MEN = re.compile(r"\b(?:men|adults|people)\b", re.IGNORECASE)
_OF_A_MOTHER = re.compile(r"\b(?:pregnan\w*|expecting|gestation\w*|breast-?feed\w*|(?:first|have a|for a|having a|had a|had my) bab(?:y|ies))\b", re.IGNORECASE)
_SEVERE = re.compile(r"(?<!non-)(?<!not )\b(?:severe|severely|life-threatening|fulminant)\b", re.IGNORECASE)
_NOT_SEVERE = re.compile(r"\b(?:mild|non-?severe|uncomplicated|outpatients?|less severe)\b", re.IGNORECASE)
_ASKS_AGE = re.compile(r"\bages? (?:recommend\w+|limits?|ranges?|groups?|restrictions?|cut-?offs?)\b|\b(?:what|which|minimum|maximum) ages?\b|\bhow old\b", re.IGNORECASE)
_AMOUNT = re.compile(r"\d\s?(?:mg|mcg|micrograms?|µg|g|ml|mmol|units?|IU)\b", re.IGNORECASE)
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
_UP_TO = r"\b[^.;,0-9<>≥≤]{0,30}?"


@lru_cache(maxsize=len(_MEASURES))
def _values_of(measure: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return how ranges of a measure are written; few questions state one."""
    return tuple(
        (how, re.compile(rf"\b{_MEASURES[measure]}{_UP_TO}{pattern}", re.IGNORECASE))
        for pattern, how in (
            *((rf"{re.escape(bound)}\s*{_N}", how) for bound, how in _BOUNDS.items()),
            (rf"{_N}\s*(?:to|-|–)\s*(?:below )?{_N}", "between"),
            (rf"{_N}[^.;,0-9]{{0,12}}?{_ABOVE}", "from"),
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


def is_child(question: str) -> bool:
    """Tell whether a question is on a child: by an age below 16 years, or by its word, unless it is its mother who asks."""
    age = asked_of(question).get("age")
    if age is not None:
        return age < ADULT
    return bool(CHILDREN.search(question)) and not _OF_A_MOTHER.search(question)


def is_grown(question: str) -> bool:
    """Tell whether a question is on somebody of 16 years or more, by an age that it states, and on no child beside."""
    return asked_of(question).get("age", 0.0) >= ADULT and not CHILDREN.search(question)


def of_children_alone(text: str) -> bool:
    """Tell whether a text speaks of children and not of adults."""
    return bool(CHILDREN.search(text)) and not _ADULTS.search(text)


def for_women_alone(query: Query, found: Sequence[Candidate]) -> bool:
    """Tell whether a question is on a man, and all candidates are of documents that are on women by their titles."""
    of_a_man = _A_MAN.search(query.text) is not None and _A_WOMAN.search(query.text) is None
    titles = {c.card.source.title for c in found} if of_a_man else set()
    return bool(titles) and all(_WOMEN.search(title) and not _MEN.search(title) for title in titles)


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
    return 1 if any(stated.low <= asked[stated.measure] <= stated.high for stated in ranges) else -1


def with_particulars(query: Query, found: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates, best first, after what they say to the particulars of the question.

    Those are its numbers, and its conditions where a sentence is on people without them.
    """
    asked = asked_of(query.text)
    has = tuple(name for concept in query.facets.conditions for name in concept.names if not lacks((name,), query.text))
    implied = [key for concept in query.facets.conditions if concept.implied and (key := joined_terms(concept.implied))]
    child, grown = is_child(query.text), is_grown(query.text)
    severity = _severity_of(query.text)
    asks_age = _ASKS_AGE.search(query.text) is not None
    if not asked and not has and not child and not severity and not asks_age:
        return list(found)

    def weighed(c: Candidate) -> Candidate:
        ruled_out = RULED_OUT * lacks(has, c.text)
        ruled_out += RULED_OUT * (child and _is_dose_of_others(asked, c)) + RULED_OUT * (grown and of_children_alone(c.text))
        narrower = IMPLIED * any(key in joined_terms(text) for key in implied for text in (c.text, c.card.source.title))
        as_severe = AS_SEVERE * (_severity_of(c.text) == severity or -2 * (_severity_of(c.text) == -severity)) if severity else 0.0
        tells_age = DECIDES * (asks_age and bool(stated_in(c.text, ("age",))))
        weight = DECIDES * decided_by(asked, c.text) + tells_age + ruled_out + narrower + as_severe
        return c._replace(relevance=round(c.relevance + weight, 6)) if weight else c

    return sorted(map(weighed, found), key=lambda c: (-c.relevance, c.evidence.document_id, c.evidence.span.start))


def _severity_of(text: str) -> int:
    """Return 1 where a text names what is severe, -1 where it names what is not, 0 where it names neither or both."""
    return bool(_SEVERE.search(text)) - bool(_NOT_SEVERE.search(text))


def _is_dose_of_others(asked: dict[str, float], c: Candidate) -> bool:
    """Tell whether a statement gives an amount for another age than a child's, or stands where no child is spoken of."""
    if not _AMOUNT.search(c.text):
        return False
    age = {"age": asked["age"]} if "age" in asked else {}
    decided = decided_by(age, c.text)
    spoken_of = any(CHILDREN.search(text) for text in (c.text, c.card.source.title, *c.evidence.heading_path))
    return decided < 0 or (decided == 0 and not spoken_of)


def lacks(names: tuple[str, ...], text: str) -> bool:
    """Tell whether a text speaks of people without a condition of one of these names: "in adults without type 2 diabetes",
    or of those in whom what is diseased is sound: "with a normal thyroid".
    """
    return bool(names) and _DENIED.found(text) and _without(names).search(text) is not None


_DENIED = Cue(r"\b(?:without |non|no |normal )", needs=("without ", "non", "no ", "normal "))  # few texts do, and no pattern is made for the others
_DISEASED = re.compile(r"(?P<organ>\w{4,}) (?:disease|disorder|dysfunction|failure|impairment)s?", re.IGNORECASE)


@lru_cache(maxsize=256)
def _without(names: tuple[str, ...]) -> re.Pattern[str]:
    without = r"(?:without (?:[\w-]+ ){0,3}|non-?|no (?:known |prior |previous |history of )?)"
    organs = [re.escape(match["organ"]) for name in names if (match := _DISEASED.fullmatch(name))]
    sound = rf"|\bnormal (?:{'|'.join(organs)})(?: function)?(?!\w)" if organs else ""
    return re.compile(rf"\b{without}(?:{'|'.join(map(re.escape, names))})(?!\w){sound}", re.IGNORECASE)
