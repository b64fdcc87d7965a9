"""A question with values of a laboratory in; the conditions that they are called by out."""

from __future__ import annotations

import re
from typing import NamedTuple

from ragqa.patterns import lazy_pattern
from ragqa.question.lexicon import Lexicon
from ragqa.text import key_of
from ragqa.types import OVERCORRECTION, Concept, Facets


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
    alone: bool = False  # it is what a question is about where that names no condition
    last: bool = False  # and nothing else that is known


# mmol/L, save for glucose in mg/dL, whose values lie elsewhere, and for filtration in mL/min. Bounds of the conditions'
# definitions: sodium 135 and 145, potassium 3.5 and 5.5, glucose 3.9 (70 mg/dL; no name for what is above: it depends on
# when it was taken), filtration 60 (KDIGO 2024; where it lasts for three months), ejection fraction 40 and 50 %, a bone density
# 2.5 standard deviations below the mean (WHO 1994), HbA1c 6.5 % and 48 mmol/mol (WHO 2011), urate 6.8 mg/dL (404 µmol/L, its solubility), temperature 38 °C, systolic pressure 140 mmHg.
_BOUNDS = (
    _Bound(r"(?:sodium|na\+?)", 135, "hyponatraemia", 145, "hypernatraemia", 90, 190),
    _Bound(r"(?:potassium|k\+?)", 3.5, "hypokalaemia", 5.5, "hyperkalaemia", 1, 10),
    _Bound(r"(?:glucose|blood sugar|sugars?|bm|cbg)", 3.9, "hypoglycaemia", 1000, "", 0.5, 3.9),
    _Bound(r"(?:e?gfr|crcl|creatinine clearance)", 60, "chronic kidney disease", 1000, "", 5, 150, of_whom=True),
    _Bound(r"(?:glucose|blood sugar|sugars?|cbg)", 70, "hypoglycaemia", 1000, "", 15, 70),
    _Bound(r"(?:lv)?ef|ejection fraction", 40.5, "heart failure with reduced ejection fraction", 49.5, "heart failure with preserved ejection fraction", 5, 85, of_whom=True),
    _Bound(r"t[- ]?(?:score)?s?(?:\s+(?:of|is|at))?\s*[-\u2212\u2013]", 0, "", 2.4, "osteoporosis", 0.5, 7),
    _Bound(r"(?:serum )?(?:urate|uric acid)", 0, "", 6.8, "hyperuricaemia", 2, 20),
    _Bound(r"(?:serum )?(?:urate|uric acid)", 0, "", 404, "hyperuricaemia", 120, 1200),
    _Bound(r"(?:temp(?:erature)?s?|thermometer (?:says?|said|reads?|shows?|showed|gives?)|t(?=\s*\d\d\.\d))", 0, "", 37.9, "fever", 34, 43, alone=True, last=True),
    _Bound(r"(?:(?:months?|weeks?|mo|wks?|years?)[ -]old|baby|infant|toddler|child|newborn),?(?=\s*\d\d\.\d)", 0, "", 37.9, "fever", 34, 43, alone=True, last=True),
    _Bound(r"(?:hba1c|a1c)", 0, "", 6.4, "type 2 diabetes", 4, 18, alone=True),
    _Bound(r"(?:hba1c|a1c)", 0, "", 47, "type 2 diabetes", 20, 160, alone=True),
    _Bound(r"(?:bp|blood pressure)", 90, "", 139, "hypertension", 60, 260, alone=True),
    _Bound(r"(?:still|at|is|was|running|now|clinic|home|averag\w+|readings?(?: of)?)(?=\s*\d{3}\s?/\s?\d{2,3}\b)", 90, "", 139, "hypertension", 60, 260, alone=True),
)
_BETWEEN = r"(?:\s+(?:is|was|of|at|level|still|remains?|stuck|now|down to|up to|came back(?: at)?)|\s*[:=])*\s*(?P<value>\d+(?:\.\d+)?)(?![\d.]*\s*(?:mg\b(?!/)|g\b|g/|meq\b|ml\b|hours?|h\b|days?))"
_PATTERNS = tuple((bound, lazy_pattern(rf"(?<![\w-])(?P<written>{bound.written}){_BETWEEN}", re.IGNORECASE)) for bound in _BOUNDS)


PREGNANCY = "pregnancy"
_WEEKS_GONE = lazy_pattern(r"(?<![\d/])(?:[4-9]|[1-3]\d|4[0-2])(?:\+\d)?\s?/\s?40\b(?! ?mmhg)", re.IGNORECASE)  # weeks of a pregnancy, as obstetricians write them


# Sodium that went from one value to another: a rise of more than 10 mmol/L in a first day is an overcorrection (Spasovski and colleagues, 2014).
_ROSE = lazy_pattern(r"\b(?:sodium|na\+?)\b[^.?\d]{0,20}(?P<low>1\d\d)\s*(?:mmol/l)?\s*(?:->|\u2192|to|up to|then|and now|now|,)[^.?\d]{0,16}(?P<high>1\d\d)(?!\d)", re.IGNORECASE)
_MOST_A_DAY = 10


def _is_overcorrected(question: str) -> bool:
    rise = _ROSE.search(question)
    return rise is not None and int(rise["high"]) - int(rise["low"]) > _MOST_A_DAY


def with_values(question: str, facets: Facets, lexicon: Lexicon) -> Facets:
    """Return facets with what sodium, potassium, glucose and other measures in the question stand for.

    "Na 103" is searched for as hyponatraemia, and "K 4.2" for nothing. Nothing is claimed of the patient: names are for searching.
    """
    held = {key_of(name) for concept in (*facets.conditions, *facets.populations) for name in concept.names}
    held_before = bool(facets.conditions)
    known_before = held_before or any(len(concept.names) > 1 and not concept.everyday for concept in facets.others)
    normal: set[str] = set()  # how measures with a normal value are written
    conditions: list[Concept] = []
    populations: list[Concept] = []
    for bound, pattern in _PATTERNS:
        for match in pattern.finditer(question):
            value = float(match["value"])
            name = bound.low if value < bound.below else bound.high if value > bound.above else ""
            if not bound.least <= value <= bound.most:
                continue
            if not name:
                normal.add(match["written"].lower())
            elif key_of(name) not in held and not (bound.alone and held_before) and not (bound.last and known_before):
                held.add(key_of(name))
                (populations if bound.of_whom else conditions).append(_concept(name, lexicon))
    if _WEEKS_GONE.search(question) and key_of(PREGNANCY) not in held:
        populations.append(_concept(PREGNANCY, lexicon))
    others = tuple(concept for concept in facets.others if concept.text.lower() not in normal)
    if _is_overcorrected(question):
        others = (*others, Concept(text=OVERCORRECTION, names=(OVERCORRECTION, "overcorrected"), of_value=True))
    if not (conditions or populations) and len(others) == len(facets.others):
        return facets
    return facets.model_copy(
        update={"conditions": (*facets.conditions, *conditions), "populations": (*facets.populations, *populations), "others": others}
    )


def _concept(name: str, lexicon: Lexicon) -> Concept:
    """Return what a value is called with the names of its group alone: a reduced ejection fraction is not any ejection fraction."""
    group = lexicon.find(name)
    names = lexicon.concept(name).names if group is None else tuple(dict.fromkeys((name, *group.names)))
    return Concept(text=name, names=names, of_value=True)
