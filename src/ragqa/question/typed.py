"""A disease and what follows it in a question in; the numbered type of it that is asked about out."""

from __future__ import annotations

import re
from typing import NamedTuple

from ragqa.patterns import lazy_pattern
from ragqa.types import Concept

MOST_NAMES = 8  # of the disease, each with its number written four ways
_TYPE = lazy_pattern(r"(?:,? types?|(?<=type)) (?P<number>\d{1,2}[A-Za-z]?|[IVX]{1,5}[A-Za-z]?|[A-H])\b(?! (?:or|and|to|vs)\b)")
_NUMBER = lazy_pattern(r" (?P<number>\d{1,2}[A-Z]?|[IVX]{2,4}[A-Z]?)(?=[?.!,]|$)")
_DISEASE = lazy_pattern(r"(?:syndrome|disease|dystrophy|ataxia|deficiency|neoplasia|disorder|dysplasia|anemia|anaemia|paraplegia|hypercalcemia)$", re.IGNORECASE)
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")


class Typed(NamedTuple):
    """A numbered type of a disease, and where in the question it ends."""

    concept: Concept
    end: int


def typed(question: str, start: int, end: int, disease: Concept) -> Typed | None:
    """Return the type that a question names right after a disease ("Usher syndrome, type 2C"), None where it names none.

    A number alone counts where it ends the question, and the disease's name is one that is numbered ("long QT syndrome 8").
    """
    match = _TYPE.match(question, end) or (_NUMBER.match(question, end) if _DISEASE.search(disease.text) else None)
    if match is None:
        return None
    numbers = _written(match["number"])
    names = [
        form.format(name=name, number=number)
        for name in (name.removesuffix(" type") for name in disease.names[:MOST_NAMES])
        for number in numbers
        for form in _forms(name)
    ]
    text = question[start : match.end()]
    return Typed(Concept(text=text, names=tuple(dict.fromkeys([text, *names]))), match.end())


def _forms(name: str) -> tuple[str, ...]:
    together = ("{name}{number}",) if name.isupper() and len(name) < MOST_NAMES else ()  # SCA36
    return ("{name} type {number}", "{name} {number}", "type {number} {name}", *together)


def _written(number: str) -> tuple[str, ...]:
    """Return a number as written and, where it is a whole one, in Arabic and Roman numerals."""
    if number.upper() in _ROMAN:
        return (number, str(_ROMAN.index(number.upper()) + 1))
    if number.isdigit() and 0 < int(number) <= len(_ROMAN):
        return (number, _ROMAN[int(number) - 1])
    return (number,)
