"""What answers the parts of a question at once, and its direct answer, in; a direct answer to all of its parts out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ragqa.compose.adding import as_chosen, with_added
from ragqa.compose.choose import Chosen, same_claim
from ragqa.compose.evidence import Candidate
from ragqa.compose.plan import Plan
from ragqa.compose.topic import Topics
from ragqa.types import Hit, Span
from ragqa.vocabulary import StatementRole

SURE = -2.5  # log-odds from which the first statement for a part answers it
MOST = 5  # statements of a direct answer to several parts


class Lead(NamedTuple):
    """The statement that answers a part of a question first, and the hit that holds it."""

    hit: Hit
    span: Span


def lead_of(direct: Sequence[Chosen], hits: Sequence[Hit]) -> Lead | None:
    """Return the first statement of a direct answer, where it is sure enough to answer."""
    if not direct or direct[0].candidate.relevance < SURE:
        return None
    evidence = direct[0].candidate.evidence
    return next((Lead(hit, evidence.span) for hit in hits if hit.passage_id == evidence.passage_id), None)


def with_leads(leads: Sequence[Lead], topics: Topics, plan: Plan, found: Sequence[Candidate], chosen: list[Chosen], direct: list[Chosen]) -> tuple[list[Chosen], list[Chosen]]:
    """Return what is shown and the direct answer, with the first statement for each part in it: after the first of all, in the order in which they are asked.

    Where that answers a later part, names no treatment asked about, or says what is not known, and the first statement for a part does better, that goes first.
    """
    answering = [item for lead in leads if (item := _shown(lead, topics, plan, found, chosen)) is not None]
    if not direct or not answering:
        return chosen, direct
    stays = direct[0] not in answering and _may_stay_first(topics, direct[0], answering[0])
    ahead = _once([direct[0], *answering] if stays else [*answering, direct[0]])
    return with_added(chosen, ahead), _once([*ahead, *direct])[: max(len(direct), min(MOST, len(ahead) + 1))]


def _may_stay_first(topics: Topics, first: Chosen, lead: Chosen) -> bool:
    asked = frozenset(topics.interventions)
    off = first.candidate.own.isdisjoint(asked) and not lead.candidate.own.isdisjoint(asked)
    unknown = first.role is StatementRole.EVIDENCE_GAP and lead.role is not StatementRole.EVIDENCE_GAP
    return not (off or unknown)


def _once(items: Sequence[Chosen]) -> list[Chosen]:
    """Return statements without those that say what one before them says."""
    kept: list[Chosen] = []
    for item in items:
        if not any(same_claim(item.candidate, held.candidate) for held in kept):
            kept.append(item)
    return kept


def _shown(lead: Lead, topics: Topics, plan: Plan, found: Sequence[Candidate], chosen: Sequence[Chosen]) -> Chosen | None:
    """Return the statement of a lead as it is chosen, or as it may be."""

    def is_it(candidate: Candidate) -> bool:
        return (candidate.evidence.passage_id, candidate.evidence.span) == (lead.hit.passage_id, lead.span)

    candidate = next(filter(is_it, (*(item.candidate for item in chosen), *found)), None)
    return as_chosen(candidate, chosen, topics, plan) if candidate is not None else None
