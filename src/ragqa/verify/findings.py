"""The ways in which a sentence can say more than its quote."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Fault(StrEnum):
    """Why a sentence is not borne by its quote."""

    NUMBER = "number"  # a number that the quote does not hold
    UNIT = "unit"  # the number, with another unit
    COMPARATOR = "comparator"  # the number and unit, with another bound ("at least", "below")
    EXCHANGED = "exchanged"  # numbers, or the things compared, in each other's place
    NEGATION = "negation"  # says what the quote denies, or the other way round
    DIRECTION = "direction"  # more for less, better for worse, before for after
    NAME = "name"  # a drug, condition or other name that the quote does not hold
    POPULATION = "population"  # people whom the quote does not speak of, or its restriction left out
    STRENGTH = "strength"  # surer than the quote
    ADDED = "added"  # more than a few words that the quote does not hold
    MEANING = "meaning"  # too far from the quote in meaning
    SHAPE = "shape"  # not one whole sentence


class Finding(NamedTuple):
    """A fault, and the words that show it."""

    fault: Fault
    detail: str
