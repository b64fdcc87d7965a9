"""The record of one question, measured: its values by measure, and what there is to show where it failed."""

from __future__ import annotations

from ragqa.evaluate.claims import Bearing
from ragqa.evaluate.gold import Abstain
from ragqa.evaluate.parts import Part
from ragqa.types import Record


class ClaimResult(Record):
    """A gold claim, whether it must be there, and on what ground the answer bears it; None where it does not."""

    text: str
    must: bool
    bearing: Bearing | None


class QuestionScore(Record):
    """One question, measured. A value of None is one that the question has not got."""

    id: str
    question: str
    part: Part
    type: str
    audience: str
    values: dict[str, float | None]
    abstain: Abstain = Abstain.NO
    abstain_kind: str | None = None
    support: str | None = None  # as gold has it
    given_support: str | None = None
    claims: tuple[ClaimResult, ...] = ()
    violations: tuple[str, ...] = ()
    unfaithful: tuple[str, ...] = ()  # citations whose quote their document does not hold
    error: str | None = None

    def failings(self) -> tuple[str, ...]:
        """Return in words what is wrong with the answer, worst first."""
        found = []
        if self.error:
            found.append(f"no answer: {self.error}")
        found += [f"says what it must not: {words}" for words in self.violations]
        found += [f"citation not in its source: {name}" for name in self.unfaithful]
        if self.values.get("abstention_right") == 0:
            found.append(
                f"abstention should be: {self.abstain.value}" + (f" ({self.abstain_kind})" if self.abstain_kind else "")
            )
        missed = [claim.text for claim in self.claims if claim.must and claim.bearing in (None, Bearing.JUDGE)]
        found += [f"missing: {text}" for text in missed]
        if self.values.get("support_right") == 0:
            found.append(f"support should be: {self.support}")
        return tuple(found)
