"""A direct answer that puts somebody into a class in; what is to be done for those of that class out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragqa.compose.adding import as_chosen, with_added
from ragqa.compose.choose import Chosen
from ragqa.compose.evidence import Candidate
from ragqa.compose.plan import Plan
from ragqa.compose.topic import Topics
from ragqa.patterns import lazy_pattern
from ragqa.vocabulary import StatementRole

MOST = 2
_CLASS = lazy_pattern(r"(?<!\bno )(?<!\bnot a )(?<!\bwithout )\b(?P<name>(?:red|amber|green) (?:features?|flags?|signs?))\b", re.IGNORECASE)
_CALLS_FOR = lazy_pattern(r"\b(?:refer\w*|admi(?:t|tted|ssion)|(?:sent|send|assess\w*|review\w*|seen)\b[^.]*\b(?:urgent\w*|emergency|within|hospital|face-to-face)|(?:urgent\w*|emergency) (?:care|assessment|referral))\b", re.IGNORECASE)
_CLASSES = frozenset({StatementRole.DIAGNOSIS, StatementRole.POPULATION, StatementRole.EPIDEMIOLOGY, StatementRole.RECOMMENDATION})


def with_what_is_called_for(topics: Topics, plan: Plan, found: Sequence[Candidate], chosen: list[Chosen], direct: list[Chosen]) -> tuple[list[Chosen], list[Chosen]]:
    """Return what is shown and the direct answer, with what the same document says is to be done for the class into which the first statement puts
    somebody: that a fever is "a red feature" helps nobody who is not told that a red feature is referred at once.
    """
    named = _CLASS.search(direct[0].candidate.text) if direct and direct[0].role in _CLASSES else None
    if named is None or _CALLS_FOR.search(direct[0].candidate.text):
        return chosen, direct
    name, document = named["name"].lower().removesuffix("s"), direct[0].candidate.card.document_id
    calling = [c for c in found if c.card.document_id == document and name in c.text.lower() and _CALLS_FOR.search(c.text)][:MOST]
    acts = [item for c in calling if (item := as_chosen(c, chosen, topics, plan)) is not None and item not in direct]
    return with_added(chosen, acts), [direct[0], *acts, *direct[1:]][: max(len(direct), 1 + len(acts))]
