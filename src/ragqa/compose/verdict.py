"""Chosen evidence in; the statements that answer at once, out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragqa.compose.choose import Chosen, disagree
from ragqa.compose.plan import Plan
from ragqa.compose.ranges import CHILDREN, is_child
from ragqa.compose.topic import Topics
from ragqa.types import Query
from ragqa.vocabulary import Intent, SourceKind, StatementRole

MOST_DIRECT = 3
NEAR = 1.0  # log-odds within which another document is as good
_ROLE_DECIDES = frozenset({Intent.TREATMENT, Intent.DOSING, Intent.HARM, Intent.PREVENTION})
_BACKWARD = {  # log-odds that a role loses as an answer
    StatementRole.EVIDENCE_GAP: 1.0,
    StatementRole.BACKGROUND: 1.5,
    StatementRole.POPULATION: 1.5,
    StatementRole.LIMITATION: 1.5,
    StatementRole.METHODS: 1.5,
    StatementRole.CURRENCY: 1.5,
}
OTHER_AGE = 1.5  # log-odds that a statement which names no children loses as an answer for one
_ADULTS = re.compile(r"\badults?\b", re.IGNORECASE)
_STRONG_KINDS = frozenset({SourceKind.GUIDELINE, SourceKind.SYSTEMATIC_REVIEW, SourceKind.RANDOMISED_TRIAL})


def direct_answer(query: Query, topics: Topics, plan: Plan, chosen: Sequence[Chosen]) -> list[Chosen]:
    """Return one to three statements that answer at once: a section each, the asked role and the best covered first."""
    for_children = is_child(query.text)

    def fit(item: Chosen) -> tuple[float, float]:
        role = item.role
        asked = 1.2 if role in query.aspects[:1] else 0.6 if role in query.aspects else 0.0
        settled = 0.2 if item.candidate.card.source.kind in _STRONG_KINDS else 0.0
        backward = -_BACKWARD.get(role, 0.0) * (3.0 if plan.unlinked else 1.0)  # that nothing links them is said already
        elsewhere = -OTHER_AGE if for_children and not CHILDREN.search(item.candidate.text) else 0.0
        return (elsewhere + item.candidate.relevance + asked + settled + backward, topics.share(item.candidate.own))

    current = {c.candidate.card.document_id for c in chosen}
    spoken = [c for c in chosen if c.candidate.card.source.superseded_by not in current]
    if not for_children:  # a child's dose is no answer for anybody else, however near its words come
        spoken = [c for c in spoken or chosen if not _of_children_alone(c.candidate.text)] or spoken
    ranked = sorted(spoken or chosen, key=lambda c: (*(-x for x in fit(c)), c.candidate.evidence.passage_id))
    leading = ranked
    if query.intents[0] in _ROLE_DECIDES:
        leading = [c for role in query.aspects[:2] for c in ranked if c.role is role] or ranked
        ranked = leading + [c for c in ranked if c not in leading]
    direct: list[Chosen] = []
    for facet in range(len(plan.facets)):
        direct += [c for c in leading if c.facet == facet][:1]
    direct = sorted(direct, key=ranked.index)[:MOST_DIRECT]
    # Then what disagrees with the first, what another document says, and at last more of the same document.
    contrary = [c for c in ranked if direct and _contradicts(topics, direct[0], c)]
    elsewhere = [c for c in ranked if direct and c.candidate.card.document_id != direct[0].candidate.card.document_id and fit(c)[0] >= fit(direct[0])[0] - NEAR]
    for item in (*contrary[:1], *elsewhere, *ranked):
        if len(direct) >= max(2, min(MOST_DIRECT, len(plan.facets) + len(contrary[:1]) + 1)):
            break
        if item not in direct:
            direct.append(item)
    return direct


def _of_children_alone(text: str) -> bool:
    return bool(CHILDREN.search(text)) and not _ADULTS.search(text)


def _contradicts(topics: Topics, a: Chosen, b: Chosen) -> bool:
    """Tell whether two statements of different documents name the same things asked about and point in opposite directions."""
    anchors = frozenset(topics.anchors)
    different = a.candidate.card.document_id != b.candidate.card.document_id
    return different and a.candidate.covered & anchors == b.candidate.covered & anchors and disagree(a.candidate, b.candidate)
