"""A question and what is shown in; whether what it takes for granted is stated, or denied, out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragqa.compose.choose import DENIES, Chosen
from ragqa.compose.roles import AGAINST
from ragqa.compose.topic import Topics
from ragqa.patterns import lazy_pattern
from ragqa.text import terms
from ragqa.types import Query
from ragqa.vocabulary import Direction

CONFIRMED_FROM = 0.8  # of the premise's words in one statement that does not deny
MOST_NEAR = 4  # statements, the best, that may deny
_HOW_LARGE = lazy_pattern(
    r"\b(?:how (?:many|much|large|big|great)|(?:by )?(?:what|which) (?:proportion|percentage|mechanism|share)|why (?:did|does|do|was|is))\b.*\b(?:prevent\w*|cut|cuts|reduc\w+|lower\w*|sav(?:e|es|ed|ing)|avert\w*|halv\w+|protect\w*|benefits?|improv\w+|prolong\w*|longer|rais(?:e|ed)|increas\w+|worsen\w*)\b"
    r"|\b(?:prevented|cut|cuts|reduced|lowered|saved|averted|halved|protected|improved)\b.*\b(?:by how much|how much|by what|mechanism|why)\b",
    re.IGNORECASE,
)
_ALIKE = lazy_pattern(r"\b(?:did not|no) (?:\w+ )?(?:prolong|lengthen|extend)\w*|\bin both (?:the|groups|arms)\b", re.IGNORECASE)
_WHICH = lazy_pattern(r"^(?:which|what|how many)\b.*\b(?:should|best|approved|licen[cs]ed|give|offer|use|due)\b", re.IGNORECASE)
_NONE_APPROVED = lazy_pattern(r"\b[Nn]o (?:[\w-]+ ){1,6}(?:is|are|was|were|has been|have been) (?:\w+ )?(?:licensed|approved)\b|\bnot (?:been )?(?:FDA[- ])?(?:approved|licensed)\b|\bhas (?:not )?approved no\b")


def is_confirmed(premise: str, chosen: Sequence[Chosen]) -> bool:
    """Tell whether a shown statement holds nearly all words of a premise and does not speak against it."""
    asked = set(terms(premise))
    return any(
        len(asked & set(terms(c.candidate.text))) >= CONFIRMED_FROM * len(asked)
        and c.candidate.evidence.direction not in AGAINST
        and bool(DENIES.search(c.candidate.text)) == bool(DENIES.search(premise))
        for c in chosen
    )


def is_denied(query: Query, topics: Topics, chosen: Sequence[Chosen]) -> bool:
    """Tell whether a question asks how large an effect is, or which of what is approved to take, and what comes nearest says that there is none."""
    first, anchors = chosen[0].candidate, frozenset(topics.anchors)
    if _HOW_LARGE.search(query.text):
        return (first.evidence.direction is Direction.NO_DIFFERENCE or _ALIKE.search(first.text) is not None) and anchors <= first.covered
    return _WHICH.search(query.text) is not None and any(
        _NONE_APPROVED.search(c.candidate.text) and not c.candidate.own.isdisjoint(topics.interventions) and anchors <= c.candidate.covered for c in chosen[:MOST_NEAR]
    )
