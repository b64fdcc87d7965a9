"""A question with particulars in; candidates, those first that are on people like the one asked about, out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragqa.compose.ages import AGE
from ragqa.compose.asking import asks_age, asks_whether
from ragqa.compose.evidence import Candidate
from ragqa.compose.people import is_well, of_the_ill
from ragqa.compose.person import Person
from ragqa.compose.pressures import must_come_before
from ragqa.compose.ranges import asked_of, decided_by, measures_held, stated_in
from ragqa.compose.roles import SETTLES_NOTHING
from ragqa.compose.stance import recommends, stance_of
from ragqa.compose.topic import Topics, joined_terms
from ragqa.patterns import lazy_pattern
from ragqa.types import OVERCORRECTION, Query

DECIDES = 1.0  # log-odds that a range gains where it holds the number asked about, and loses where it does not
MOST_WEIGHED = 150  # candidates, the best; those after them come into no answer
NEAR = 2.5  # log-odds of the best within which a statement may hold for the person
AS_SEVERE = 0.75  # log-odds that a statement gains which names the severity asked about, and loses, doubled, that names the other
IMPLIED = 3.0  # log-odds that a statement gains which is on the narrower condition that follows from what is asked
_WITHOUT_IT = lazy_pattern(r"\b(?:not treated with|without|instead of|rather than)\b", re.IGNORECASE)
_SEVERE = lazy_pattern(r"(?<!non-)(?<!not )\b(?:severe|severely|life-threatening|fulminant)\b", re.IGNORECASE)
_NOT_SEVERE = lazy_pattern(r"\b(?:mild|non-?severe|uncomplicated|outpatients?|less severe)\b", re.IGNORECASE)
_SEVERE_BELOW = {"sodium": 120.0}  # mmol/L, under which the disorder is a severe one (Verbalis and colleagues, 2013)
_STAGE = lazy_pattern(r"\b(?P<kind>stage|grade) (?P<number>\d|I{1,3}|IV|V)\b(?![A-Z])", re.IGNORECASE)
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5"}


def with_particulars(query: Query, topics: Topics, found: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates, best first, after what they say to the particulars of the question.

    Those are the person it is on, the person's numbers, how severe the condition is, an age that is asked for, and a narrower
    condition that follows from what else is named.
    """
    asked = asked_of(query.text)
    person = Person(query, topics, asked)
    implied = [key for concept in query.facets.conditions if concept.implied and (key := joined_terms(concept.implied))]
    severity = _severity_of(query.text) or _severity_by_value(query, asked)
    stages = stages_in(query.text)
    of_age = asks_age(query.text)
    if person.is_anybody and not (asked or severity or stages or of_age):
        return list(found)

    near, far = found[:MOST_WEIGHED], found[MOST_WEIGHED:]
    acting = frozenset(topics.interventions)
    decided = _decided(query, acting, asked, near)

    def weighed(c: Candidate, holds: int) -> Candidate:
        narrower = IMPLIED * any(key in joined_terms(text) for key in implied for text in (c.text, c.card.source.title))
        as_severe = _as_severe(severity, _severity_of(c.text)) if severity else 0.0
        as_staged = _as_staged(stages, c.text) if stages else 0.0
        tells_age = DECIDES * (of_age and (not acting or bool(acting & c.covered)) and bool(stated_in(c.text, (AGE,))))
        weight = DECIDES * holds * (measures_held(asked, c.text) if holds > 0 and len(asked) > 1 else 1) + person.fits(c) + tells_age + narrower + as_severe + as_staged
        return c._replace(relevance=round(c.relevance + weight, 6)) if weight else c

    return sorted([*map(weighed, near, decided), *far], key=lambda c: (-c.relevance, c.evidence.document_id, c.evidence.span.start))


def _decided(query: Query, acting: frozenset[int], asked: dict[str, float], found: Sequence[Candidate]) -> list[int]:
    """Return for each candidate whether it holds for the numbers of the question (1), for others (-1) or says nothing of them (0).

    `acting` holds the places of the interventions asked about. Where it is asked whether to do a thing and nothing near holds for the person, "no" is told by what holds for others, most of all by for whom the thing is recommended.
    """
    if not asked or not found:
        return [0] * len(found)
    well = is_well(query.text)
    decided = [0 if (acting and _WITHOUT_IT.search(c.text)) or (well and of_the_ill(c.text)) else decided_by(asked, c.text) for c in found]
    decided = [1 if held < 0 and c.own & acting and must_come_before(c.text) else held for c, held in zip(found, decided, strict=True)]  # "below 185/110 mmHg before alteplase" is for who is above
    near = found[0].relevance - NEAR
    holding = (c for c, held in zip(found, decided, strict=True) if held > 0 and c.relevance >= near and c.evidence.role not in SETTLES_NOTHING)
    others_tell = asks_whether(query) and not any(not acting or (c.own & acting and stance_of(c.text) >= 0) for c in holding)
    if not others_tell:
        return decided
    return [max(held, held < 0 and recommends(c, acting), 0) for c, held in zip(found, decided, strict=True)]


def _as_severe(asked: int, told: int) -> float:
    """Return the log-odds that a statement gains or loses by its severity, given that which is asked about."""
    if told == asked:
        return AS_SEVERE
    return -2 * AS_SEVERE if told == -asked else 0.0


def stages_in(text: str) -> frozenset[tuple[str, str]]:
    """Return the stages and grades by number that a text names: ("stage", "2")."""
    return frozenset((match["kind"].lower(), _ROMAN.get(match["number"].upper(), match["number"].lower())) for match in _STAGE.finditer(text))


def _as_staged(asked: frozenset[tuple[str, str]], text: str) -> float:
    """Return the log-odds that a statement gains on a stage or grade that is asked about, and loses on another alone."""
    told = {stage for stage in stages_in(text) if stage[0] in {kind for kind, _ in asked}}
    return 0.0 if not told else AS_SEVERE if told & asked else -2 * AS_SEVERE


def _severity_by_value(query: Query, asked: dict[str, float]) -> int:
    """Return 1 where a value is one of a severe disorder that is not corrected too fast already, else 0."""
    if any(concept.text == OVERCORRECTION for concept in query.facets.others):
        return 0
    return int(any(asked.get(measure, least) < least for measure, least in _SEVERE_BELOW.items()))


def _severity_of(text: str) -> int:
    """Return 1 where a text names what is severe, -1 where it names what is not, 0 where it names neither or both."""
    return bool(_SEVERE.search(text)) - bool(_NOT_SEVERE.search(text))
