"""A gold claim and an answer's statements in; whether a statement bears the claim, and by what, out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from ragqa.evaluate.gold import GoldClaim, GoldSpan
from ragqa.text import one_line, terms
from ragqa.types import Answer, Citation, Span, Statement, statements_of

SAME_WORDING = 0.75  # Jaccard of the search terms, with equal numbers and equal negation

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATION = re.compile(r"\b(?:no|not|nor|never|neither|without|against|cannot|\w+n't)\b", re.IGNORECASE)


class Bearing(StrEnum):
    """On what ground a statement bears a claim, firmest first."""

    SPAN = "span"
    WORDING = "wording"
    JUDGE = "judge"


def distinct_statements(answer: Answer) -> tuple[Statement, ...]:
    """Return the statements of an answer in reading order, those shown twice once."""
    return tuple({statement.text: statement for statement in reversed(list(statements_of(answer)))}.values())[::-1]


def covers(gold: Span, cited: Span) -> bool:
    """Tell whether the overlap of two spans is at least half of either."""
    overlap = min(gold.end, cited.end) - max(gold.start, cited.start)
    return overlap > 0 and (2 * overlap >= gold.end - gold.start or 2 * overlap >= cited.end - cited.start)


def hits(spans: Sequence[GoldSpan], citation: Citation) -> bool:
    """Tell whether a citation covers one of the gold spans in the same document."""
    return any(span.document == citation.document_id and covers(span.span, citation.span) for span in spans)


def same_wording(one: str, other: str) -> bool:
    """Tell whether two texts say the same thing in nearly the same words: equal numbers, equal negation, like terms."""
    if Counter(_NUMBER.findall(one)) != Counter(_NUMBER.findall(other)):
        return False
    if len(_NEGATION.findall(one)) != len(_NEGATION.findall(other)):
        return False
    left, right = set(terms(one)), set(terms(other))
    return bool(left | right) and len(left & right) >= SAME_WORDING * len(left | right)


def bears(statement: Statement, claim: GoldClaim) -> Bearing | None:
    """Return on what ground a statement bears a claim without asking a judge, None where it does not."""
    if any(hits(claim.spans, citation) for citation in statement.citations):
        return Bearing.SPAN
    if any(same_wording(statement.text, span.quoted) for span in claim.spans):
        return Bearing.WORDING
    return None


def violations(must_not: Sequence[str], statements: Sequence[Statement]) -> tuple[str, ...]:
    """Return the forbidden strings that statements hold: upper or lower case, as whole words."""
    text = "\n".join(one_line(statement.text) for statement in statements).casefold()
    return tuple(
        words for words in must_not if re.search(rf"(?<!\w){re.escape(one_line(words).casefold())}(?!\w)", text)
    )
