"""A question on things at large, and what is shown of them; a direct answer that weighs their studies out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragqa.compose.choose import Chosen
from ragqa.compose.plan import Plan
from ragqa.compose.roles import AGAINST, SAYS_WHICH
from ragqa.compose.topic import Topics, only_compared_with
from ragqa.patterns import lazy_pattern
from ragqa.types import RESULTS, Query
from ragqa.vocabulary import SourceKind, StatementRole

MOST_FACETS = 3  # things asked about at large, each with an effect and a harm
MOST_STUDIES = 3
_CHRONIC, _ACUTE = lazy_pattern(r"\bchronic\b", re.IGNORECASE), lazy_pattern(r"\bacute(?:ly)?\b", re.IGNORECASE)
_OF_MANY = frozenset({SourceKind.GUIDELINE, SourceKind.SYSTEMATIC_REVIEW})  # sources that weigh many studies, and no single one


def told_at_large(query: Query, topics: Topics, plan: Plan, ranked: Sequence[Chosen]) -> list[Chosen]:
    """Return a direct answer where benefits and risks of things at large are asked about, or the effect of one; nothing elsewhere. `ranked` is not empty."""
    if not query.at_large:
        return []
    if RESULTS.issubset(query.aspects):
        return _both_sides(query, topics, plan, ranked)
    of_effects = query.aspects[:1] == (StatementRole.EFFECT,) and len(plan.facets) == 1
    return _of_each_study(query, ranked) if of_effects else []


def _both_sides(query: Query, topics: Topics, plan: Plan, ranked: Sequence[Chosen]) -> list[Chosen]:
    """Return an effect and a harm of each thing asked about: of the thing itself first, with a direction before without, and of many studies before one."""
    direct = []
    for place, facet in enumerate(plan.facets[:MOST_FACETS]):
        mine = sorted((c for c in ranked if c.facet == place), key=lambda c: (only_compared_with(topics, facet.places, c.candidate.text), _is_acute(query, c)))
        itself = [c for c in mine if not c.candidate.own.isdisjoint(facet.places)]
        effects = sorted((c for c in mine if c.role is StatementRole.EFFECT), key=lambda c: (c not in itself, c.candidate.evidence.direction not in SAYS_WHICH, not _is_of_many(c)))
        harms = sorted((c for c in mine if c.role is StatementRole.HARM), key=lambda c: (c not in itself, not _is_of_many(c), c.candidate.evidence.direction not in AGAINST))
        direct += effects[:1] + harms[:1]
    return direct or list(ranked[:1])


def _of_each_study(query: Query, ranked: Sequence[Chosen]) -> list[Chosen]:
    """Return the first statement of all and an effect of each other study, with a direction before without, and of many studies before one."""
    effects = sorted((c for c in ranked if c.role is StatementRole.EFFECT), key=lambda c: (_is_acute(query, c), c.candidate.evidence.direction not in SAYS_WHICH, not _is_of_many(c)))
    of_each = {c.candidate.card.document_id: c for c in reversed(effects)}
    first = ranked[0].candidate.card.document_id
    return [ranked[0], *(c for c in effects if of_each[c.candidate.card.document_id] is c and c.candidate.card.document_id != first)][:MOST_STUDIES]


def _is_of_many(item: Chosen) -> bool:
    return item.candidate.card.source.kind in _OF_MANY


def _is_acute(query: Query, item: Chosen) -> bool:
    """Tell whether a statement is on an acute condition, where a chronic one is asked about."""
    return bool(_CHRONIC.search(query.text)) and bool(_ACUTE.search(item.candidate.text))
