"""What is chosen and a further candidate in; what is chosen with it, out."""

from __future__ import annotations

from collections.abc import Sequence

from ragqa.compose.choose import Chosen
from ragqa.compose.evidence import Candidate
from ragqa.compose.plan import Plan
from ragqa.compose.topic import Topics


def as_chosen(candidate: Candidate, chosen: Sequence[Chosen], topics: Topics, plan: Plan) -> Chosen | None:
    """Return a candidate as it is chosen, or as it may be; None where it has no section."""
    held = next((item for item in chosen if (item.candidate.evidence.passage_id, item.candidate.evidence.span) == (candidate.evidence.passage_id, candidate.evidence.span)), None)
    if held is not None:
        return held
    facet = plan.facet_of(candidate, topics)
    return Chosen(candidate, facet) if facet is not None else None


def with_added(chosen: Sequence[Chosen], items: Sequence[Chosen]) -> list[Chosen]:
    """Return what is chosen and those of `items` that are not, the most relevant first."""
    return sorted([*chosen, *(item for item in items if item not in chosen)], key=lambda c: -c.candidate.relevance)
