"""A question and what is shown in; whether studies, sources or the times disagree on what is asked, out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from ragqa.compose.asking import asks_whether
from ragqa.compose.choose import Chosen
from ragqa.compose.roles import AGAINST
from ragqa.compose.stance import is_reversed, speaks_of
from ragqa.compose.topic import Topics
from ragqa.patterns import lazy_pattern
from ragqa.types import Query
from ragqa.vocabulary import Direction, Intent, StatementRole

ADVICE = frozenset({StatementRole.RECOMMENDATION, StatementRole.CONTRAINDICATION})
DISAGREE = lazy_pattern(r"\b(?:dis)?agree\b", re.IGNORECASE)
_VALUE = lazy_pattern(r"(?<![\w.])(?!(?:19|20)\d\d\b)\d+(?:[./]\d+)?(?! years)")


def is_divided(query: Query, topics: Topics, chosen: Sequence[Chosen], direct: Sequence[Chosen]) -> bool:
    """Tell whether studies, sources or the times disagree on what is asked."""
    if _sources_compared(query):
        return _numbers_differ(direct)
    if query.at_large and _divided(topics, chosen):
        return True
    return asks_whether(query) and (_sides_differ(query, topics, direct) or is_reversed(direct[0].candidate.text))


def _sides_differ(query: Query, topics: Topics, direct: Sequence[Chosen]) -> bool:
    """Tell whether one document's recommendation refuses what is asked about, and another document's finding or recommendation is for it, on all that is asked about."""
    if not (topics.interventions and topics.conditions):
        return False
    refusing, favouring = set[str](), set[str]()
    for item in {item.candidate.card.document_id: item for item in reversed(direct)}.values():  # of each document what it says first
        if item.role in {*ADVICE, StatementRole.EFFECT} and item.candidate.covered.issuperset((*topics.interventions, *topics.conditions)):
            stance = speaks_of(query, topics, item.candidate.text)
            if stance > 0:
                favouring.add(item.candidate.card.document_id)
            elif stance == -1.0 and item.role is StatementRole.RECOMMENDATION:
                refusing.add(item.candidate.card.document_id)
    return bool(favouring - refusing and refusing - favouring)


def _sources_compared(query: Query) -> bool:
    """Tell whether a question sets what two sources say against each other: "NICE vs ACC/AHA?"."""
    return not query.facets.interventions and bool(DISAGREE.search(query.text) or Intent.COMPARISON in query.intents)


def _numbers_differ(direct: Sequence[Chosen]) -> bool:
    """Tell whether the first recommendations of two documents give other numbers."""
    first = {item.candidate.card.document_id: set(_VALUE.findall(item.candidate.text)) for item in reversed(direct) if item.role in ADVICE}
    given = [numbers for numbers in first.values() if numbers]
    return len(given) > 1 and any(a.isdisjoint(b) for a, b in combinations(given, 2))


def _divided(topics: Topics, chosen: Sequence[Chosen]) -> bool:
    """Tell whether one study found an effect of what is asked about at large, and another found none."""
    told = [c.candidate for c in chosen if c.role is StatementRole.EFFECT and c.candidate.own & frozenset(topics.interventions)]
    found, none = (
        {c.card.document_id for c in told if c.evidence.direction in directions} for directions in ({Direction.BENEFIT}, {Direction.NO_DIFFERENCE, *AGAINST})
    )
    return bool(found and none) and len(found | none) > 1
