"""A question with values of a laboratory in; the conditions that they are called by out."""

from __future__ import annotations

import re
from typing import NamedTuple

from ragqa.question.lexicon import Lexicon
from ragqa.text import key_of
from ragqa.types import Concept, Facets


class _Bound(NamedTuple):
    """Below or above which a value has a name; within `least` and `most` it is one of the unit meant."""

    written: str  # how the measure is written before the value
    below: float
    low: str
    above: float
    high: str
    least: float
    most: float
    of_whom: bool = False  # it says whom a question is about, not what


# mmol/L, save for glucose in mg/dL, whose values lie elsewhere, and for filtration in mL/min. Bounds of the conditions'
# definitions: sodium 135 and 145, potassium 3.5 and 5.5, glucose 3.9 (70 mg/dL; no name for what is above: it depends on
# when it was taken), filtration 60 (KDIGO 2024; where it lasts for three months).
_BOUNDS = (
    _Bound(r"(?:sodium|na\+?)", 135, "hyponatraemia", 145, "hypernatraemia", 90, 190),
    _Bound(r"(?:potassium|k\+?)", 3.5, "hypokalaemia", 5.5, "hyperkalaemia", 1, 10),
    _Bound(r"(?:glucose|blood sugar|sugars?|bm|cbg)", 3.9, "hypoglycaemia", 1000, "", 0.5, 3.9),
    _Bound(r"(?:e?gfr|crcl|creatinine clearance)", 60, "chronic kidney disease", 1000, "", 5, 60, of_whom=True),
    _Bound(r"(?:glucose|blood sugar|sugars?|cbg)", 70, "hypoglycaemia", 1000, "", 15, 70),
)
_BETWEEN = r"(?:\s+(?:is|was|of|at|level|down to|up to|came back(?: at)?)|\s*[:=])*\s*(?P<value>\d+(?:\.\d+)?)(?![\d.]*\s*(?:mg\b(?!/)|g\b|g/|meq\b|ml\b|hours?|h\b|days?))"
_PATTERNS = tuple((bound, re.compile(rf"(?<![\w-]){bound.written}{_BETWEEN}", re.IGNORECASE)) for bound in _BOUNDS)


def with_values(question: str, facets: Facets, lexicon: Lexicon) -> Facets:
    """Return facets with what sodium, potassium, glucose and the filtration rate in the question stand for.

    "Na 103" is searched for as hyponatraemia. Nothing is claimed of the patient: names are for searching.
    """
    held = {key_of(name) for concept in (*facets.conditions, *facets.populations) for name in concept.names}
    conditions: list[Concept] = []
    populations: list[Concept] = []
    for bound, pattern in _PATTERNS:
        for match in pattern.finditer(question):
            value = float(match["value"])
            name = bound.low if value < bound.below else bound.high if value > bound.above else ""
            if name and bound.least <= value <= bound.most and key_of(name) not in held:
                held.add(key_of(name))
                (populations if bound.of_whom else conditions).append(lexicon.concept(name))
    if not (conditions or populations):
        return facets
    return facets.model_copy(update={"conditions": (*facets.conditions, *conditions), "populations": (*facets.populations, *populations)})
