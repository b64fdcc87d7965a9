"""The nouns of a gold set: questions, the claims an answer must hold, and where in which document they stand."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from ragqa.evaluate.parts import Part
from ragqa.types import Record, Span
from ragqa.vocabulary import Audience, Support


class Abstain(StrEnum):
    """How much of a question has no answer in the documents."""

    NO = "no"
    PARTIAL = "partial"
    WHOLE = "whole"


class GoldSpan(Record):
    """A place that bears a claim: `document.text[span] == quoted`."""

    document: str
    span: Span
    quoted: str


class GoldClaim(Record):
    """A claim in short, and the places that bear it, any of which will do; none where the claim is only worded."""

    text: str
    spans: tuple[GoldSpan, ...] = ()


class GoldQuestion(Record):
    """A question with what a right answer holds and what it must not hold."""

    id: str
    question: str
    part: Part
    audience: Audience = Audience.CLINICIAN
    type: str
    support: Support | None = None
    must_have: tuple[GoldClaim, ...] = ()
    nice_to_have: tuple[GoldClaim, ...] = ()
    must_not: tuple[str, ...] = ()
    relevant: tuple[str, ...] = ()
    abstain: Abstain = Abstain.NO
    abstain_kind: str | None = None
    gap: str | None = None
    reference: str | None = None  # a whole answer written by a person, where there is one
    place: str = Field(description="file and line, for messages")

    def reference_text(self) -> str:
        """Return the reference answer; where nobody wrote one, the quotes of the claims, the first of each."""
        if self.reference is not None:
            return self.reference
        return " ".join(claim.spans[0].quoted for claim in (*self.must_have, *self.nice_to_have) if claim.spans)
