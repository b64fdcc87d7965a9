"""An Answer in; its parts in reading order, as named events with JSON data, out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ragqa.types import Answer, Query

_OPENING = {"question", "history", "review_status", "snapshot", "audience", "intent", "title", "emergency", "abstained", "support", "direct"}


def understood(query: Query, identifiers: Sequence[str]) -> str:
    """Return what is known of a question before anything is searched; `identifiers` are the kinds of what may identify a patient."""
    facets = query.facets
    named = [concept.text for concept in (*facets.interventions, *facets.conditions, *facets.populations, *facets.others)]
    return json.dumps({"emergency": query.emergency, "named": named, "corrections": query.corrections, "identifiers": list(identifiers)})


def events_of(answer_id: str, answer: Answer) -> Iterator[tuple[str, str]]:
    """Yield (event, data): the opening, each section, the rest, and the id."""
    yield "opening", answer.model_dump_json(include=_OPENING)
    yield from (("section", section.model_dump_json()) for section in answer.sections)
    yield "closing", answer.model_dump_json(exclude=_OPENING | {"sections"})
    yield "done", json.dumps({"id": answer_id})


def failure(said: str) -> str:
    """Return what is said of a refusal as data."""
    return json.dumps({"detail": said})


