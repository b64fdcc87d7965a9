"""Words of a page in; plainer ones for a patient, where there are any, out. What is quoted stays as it is.

And the hard words of a statement, explained beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ragqa.readability import pattern_of
from ragqa.types import Receipt
from ragqa.vocabulary import SourceKind, StepStage, Support

STAGES: dict[StepStage, str] = {
    StepStage.ASSESS: "Check first",
    StepStage.FIRST_LINE: "Tried first",
    StepStage.ADVISED: "Advised",
    StepStage.ALTERNATIVES: "Other options",
    StepStage.MONITOR: "Keep an eye on",
    StepStage.REFER_OR_AVOID: "See a specialist, or avoid",
}
KINDS: dict[SourceKind, str] = {
    SourceKind.GUIDELINE: "Guideline",
    SourceKind.SYSTEMATIC_REVIEW: "Review of many studies",
    SourceKind.RANDOMISED_TRIAL: "Trial with groups drawn by lot",
    SourceKind.COHORT: "Study that followed people over time",
    SourceKind.REGULATORY: "Medicines authority",
    SourceKind.RESEARCH: "Study",
    SourceKind.NARRATIVE: "Overview",
    SourceKind.OTHER: "Other source",
}
SUPPORT: dict[Support, tuple[str, str]] = {
    Support.SUPPORTED: ("What the sources say: supported.", ""),
    Support.MIXED: ("What the sources say: mixed.", "Some say one thing, some another."),
    Support.NOT_SUPPORTED: ("What the sources say: not supported.", "They report no benefit, advise against it, or are about other people, times or values than yours."),
    Support.INSUFFICIENT: ("What the sources say: not enough evidence.", ""),
}
NO_ANSWER = "The documents searched here do not answer this question. That means neither yes nor no."
NOTHING_STATED = "No source says this in so many words. These lines come nearest:"
QUOTED = "Each line is copied word for word from the source behind its number. The headings are not."
NEAR = "These are close to the question, but about something else. Nothing is taken from them."
NEEDED_NEXT = "Please ask a doctor, nurse or pharmacist."
SNAPSHOT = "Sources as of"
SCHOOL_YEARS = 9
"""Up to this reading grade a page counts as easy to read (the end of compulsory school in many countries)."""


def reading_note(grade: float) -> str:
    """Return what a reading grade (years of schooling) means to a patient."""
    if grade <= SCHOOL_YEARS:
        return "These lines are fairly easy to read."
    return "These lines were written for health professionals and are hard to read. A doctor, nurse or pharmacist can explain them to you."


def receipt_note(receipt: Receipt) -> str:
    """Return the proof of having looked, without scores."""
    if receipt.passages_searched == 0:
        return "There was nothing to search."
    nearest = f" The nearest was: “{receipt.nearest_title}”." if receipt.nearest_title is not None else ""
    many = "1 passage was" if receipt.passages_searched == 1 else f"{receipt.passages_searched:,} passages were"
    return f"{many} searched.{nearest}"


class Explainer:
    """Explains each hard word of an answer once, beside the first statement that holds it."""

    def __init__(self, glossary: Sequence[tuple[str, str]]) -> None:
        self._left = dict(glossary)

    def beside(self, text: str) -> tuple[tuple[str, str], ...]:
        """Return the words of a statement that were not explained before, with what they mean, in its order."""
        found = sorted((match.start(), term) for term in self._left if (match := pattern_of(term).search(text)))
        return tuple((term, self._left.pop(term)) for _, term in found)

    def left(self) -> tuple[tuple[str, str], ...]:
        """Return the words that have stood beside no statement yet."""
        return tuple(self._left.items())
