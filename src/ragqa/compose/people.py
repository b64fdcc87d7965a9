"""A question and what is found in; whom they are on out: children or grown people, women or men."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragqa.compose.evidence import Candidate
from ragqa.compose.ranges import asked_of
from ragqa.patterns import lazy_pattern
from ragqa.types import Query

ADULT = 16.0  # years; below that, what is said of adults answers nothing
MOST_NEAREST = 3  # candidates by which it is told whom the nearest documents are on
CHILDREN = lazy_pattern(r"\b(?:child(?:ren)?|infants?|neonat\w+|newborns?|bab(?:y|ies)|toddlers?|pa?ediatric|adolescents?|young people|kids?|months old|aged (?:\d|1[0-7]) )\b", re.IGNORECASE)
_ADULTS = lazy_pattern(r"\badults?\b", re.IGNORECASE)
_EXPECTING = r"pregnan\w*|expecting|gestation\w*|breast-?feed\w*"
# "HE" is an encephalopathy, and "5 m" no age.
_A_MAN = lazy_pattern(r"\b(?:[Mm][ae]n|[Mm]ales?|[Bb]oys?|[Hh]usband|[Ff]ather|[Dd]ad|[Gg]randfather|[Gg]randad|[Bb]rother|[Hh]e|[Hh]is|[Hh]im)\b|(?<![\w.])\d{1,3} ?M\b")
_A_WOMAN = lazy_pattern(rf"\b(?:wom[ae]n|females?|girls?|wife|mother|mum|mom|sister|daughter|lady|she|her|{_EXPECTING}|bab(?:y|ies)|births?|midwife)\b|(?<![\w.])\d{{1,3}} ?F\b", re.IGNORECASE)
_WOMEN = lazy_pattern(r"\b(?:women|postmenopausal|pregnancy)\b", re.IGNORECASE)
_MEN = lazy_pattern(r"\b(?:men|adults|people)\b", re.IGNORECASE)
_ALONE = lazy_pattern(r"\b(?:approv\w+|licen[cs]\w+|indicated|authori[sz]\w+) (?:\w+ ){0,3}only\b|\bonly (?:\w+ ){0,6}(?:in|for) (?:children|adults|infants)\b", re.IGNORECASE)
_MALE = lazy_pattern(r"\b(?:m[ae]n|males?)\b(?! fetus)", re.IGNORECASE)
_FEMALE = lazy_pattern(r"\b(?:wom[ae]n|females?|postmenopausal)\b", re.IGNORECASE)
_OF_A_MOTHER = lazy_pattern(rf"\b(?:{_EXPECTING}|(?:first|have a|for a|having a|had a|had my) bab(?:y|ies))\b", re.IGNORECASE)
_WELL = lazy_pattern(r"\bhealthy\b|\bfit and well\b|\bno (?:medical|health) (?:problems?|conditions?|history)\b|\bnothing wrong with (?:me|him|her)\b", re.IGNORECASE)
_OF_THE_ILL = lazy_pattern(r"\b(?:immuno-?(?:compromised|suppress\w+|deficien\w+)|(?:underlying|certain|chronic) (?:\w+ )?(?:conditions?|diseases?)|comorbidit\w+)\b", re.IGNORECASE)


def is_well(question: str) -> bool:
    """Tell whether a question is on somebody who is well."""
    return _WELL.search(question) is not None


def of_the_ill(text: str) -> bool:
    """Tell whether a text is on people who are not well."""
    return _OF_THE_ILL.search(text) is not None


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


def of_adults_alone(text: str) -> bool:
    """Tell whether a text speaks of adults, or of men or women, and not of children."""
    return bool(_ADULTS.search(text) or _MALE.search(text) or _FEMALE.search(text)) and not CHILDREN.search(text)


def on_adults_alone(query: Query, found: Sequence[Candidate]) -> bool:
    """Tell whether a question is on a child, and what comes nearest is of documents that are on adults by their titles."""
    titles = [c.card.source.title for c in found if c.covered][:MOST_NEAREST] if is_child(query.text) else []
    return bool(titles) and any(map(of_adults_alone, titles))


def says_for_whom_alone(text: str) -> bool:
    """Tell whether a text says that a thing is for some alone: that it is not for others is told by it."""
    return _ALONE.search(text) is not None


def sex_of(question: str) -> str:
    """Return "man" or "woman" where a question is on one of them and names none of the other, else ""."""
    man, woman = _A_MAN.search(question) is not None, _A_WOMAN.search(question) is not None
    return "" if man == woman else "man" if man else "woman"


def of_other_sex(sex: str, text: str) -> bool:
    """Tell whether a text speaks of people of the other sex alone."""
    if sex == "woman":
        return _MALE.search(text) is not None and _FEMALE.search(text) is None
    return sex == "man" and _FEMALE.search(text) is not None and _MALE.search(text) is None


def for_women_alone(query: Query, found: Sequence[Candidate]) -> bool:
    """Tell whether a question is on a man, and all candidates are of documents that are on women by their titles."""
    titles = {c.card.source.title for c in found} if sex_of(query.text) == "man" else set()
    return bool(titles) and all(_WOMEN.search(title) and not _MEN.search(title) for title in titles)
