"""Documents near to the question in; further questions that the same index answers, and near misses, out."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ragqa.compose.choose import Chosen
from ragqa.compose.evidence import Candidate, named_by_title
from ragqa.compose.topic import Topics
from ragqa.types import EvidenceGap, NearMiss, Query
from ragqa.vocabulary import StatementRole

MOST_RELATED, MOST_NEAR = 4, 4
NEAR = 4.0  # log-odds of the best within which a document beside what is shown is related
NEAR_SHARE = 0.15  # of the question's weight, for a document to be called related
R = StatementRole
_PATTERNS: dict[StatementRole, str] = {
    R.RECOMMENDATION: "What is recommended for {}?",
    R.HARM: "What are the harms of treatment in {}?",
    R.DOSING: "What doses are used in {}?",
    R.CONTRAINDICATION: "What are the contraindications in {}?",
    R.DIAGNOSIS: "How is {} diagnosed?",
    R.MONITORING: "How is {} monitored?",
    R.PREVENTION: "How can {} be prevented?",
    R.PROGNOSIS: "What is the prognosis of {}?",
    R.EFFECT: "What is the evidence for treatment in {}?",
}


def related_questions(query: Query, chosen: Sequence[Chosen], found: Sequence[Candidate]) -> tuple[str, ...]:
    """Return questions on the same and neighbouring subjects; each stands on a statement that was found and not shown.

    Only roles that the question did not ask for are taken where the subject is the one that was asked about.
    """
    shown = {c.candidate.card.document_id for c in chosen}
    made: dict[str, None] = {}
    for candidate in found:
        subject = candidate.card.subject.condition
        role = candidate.evidence.role
        if subject is None or role not in _PATTERNS or (role in query.aspects and candidate.card.document_id in shown):
            continue
        made.setdefault(_PATTERNS[role].format(subject))
        if len(made) >= MOST_RELATED:
            break
    return tuple(made)


def near_misses(topics: Topics, chosen: Sequence[Chosen], found: Sequence[Candidate], gaps: Sequence[EvidenceGap]) -> tuple[NearMiss, ...]:
    """Return documents that cover a part of the question, but nothing of which is shown, where something is missing."""
    if chosen and not gaps:
        return ()
    shown = {c.card.document_id for item in chosen for c in (item.candidate, *item.same)}
    anchors = frozenset(topics.anchors)
    least = max((c.relevance for c in found), default=0.0) - NEAR if chosen else -math.inf
    made: dict[str, NearMiss] = {}
    for candidate in found:
        card = candidate.card
        if candidate.relevance < least:
            break
        if chosen and (named_by_title(topics, card) & anchors or candidate.covered.isdisjoint(anchors)):
            continue  # it is about the thing that was asked, or about nothing of it
        if anchors <= candidate.covered or card.document_id in shown or card.document_id in made or topics.share(candidate.covered) < NEAR_SHARE:
            continue
        source = card.source
        made[card.document_id] = NearMiss(document_id=card.document_id, title=source.title, kind=source.kind, year=source.year)
        if len(made) >= MOST_NEAR:
            break
    return tuple(made.values())
