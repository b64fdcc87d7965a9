"""Members of closed sets in; the words a reader sees for them, out. One place, so that all forms say the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum, auto

from ragqa.rendering import plain
from ragqa.types import Answer, EvidenceGap, Provenance, Receipt, Writing
from ragqa.vocabulary import Audience, GapKind, SourceKind, StepStage, Support

CAUTION = "Educational purpose only. Exercise caution: this content is pending human review."
NO_ANSWER = (
    "The documents in this index do not answer this question. "
    "That says nothing about the matter itself: neither a yes nor a no follows from it."
)
NOTHING_STATED = "No passage states this directly; nearest statements:"
NO_STATEMENT = "no statement found"
QUOTED = "Every statement is quoted from the source that its number leads to; headings and labels are not part of the quotation."
REWORDED = (
    "Sentences marked “reworded” are a language model's wording. Rules held each of them against the quote that its number "
    "leads to; rules err. All other statements are quoted."
)
NEAR = "Documents that are near to the question, but not about the thing that was asked. Nothing is quoted from them."
NEEDED = "A guideline, review or study on the subject of this question."
NEEDED_NEXT = "Add such a document to the index and ask again, or look outside this index."
SNAPSHOT = "Index snapshot"
ASKED_BEFORE = "Asked before"


class Part(StrEnum):
    """The headed parts of a page."""

    DIRECT = auto()
    NO_ANSWER = auto()
    COMPARISON = auto()
    CONFLICTS = auto()
    PITFALLS = auto()
    GAPS = auto()
    NEEDED = auto()
    NEAR_MISSES = auto()
    ALGORITHM = auto()
    BOTTOM_LINE = auto()
    REFERENCES = auto()
    RELATED = auto()
    GLOSSARY = auto()
    DISCLAIMER = auto()


_HEADINGS: dict[Part, str] = {
    Part.DIRECT: "Direct answer",
    Part.NO_ANSWER: "No answer in this index",
    Part.COMPARISON: "Comparison",
    Part.CONFLICTS: "Conflicting evidence",
    Part.PITFALLS: "Critical pitfalls",
    Part.GAPS: "Evidence gaps",
    Part.NEEDED: "What would be needed",
    Part.NEAR_MISSES: "Related, not the same condition",
    Part.ALGORITHM: "Recommendation algorithm",
    Part.BOTTOM_LINE: "Bottom line",
    Part.REFERENCES: "References",
    Part.RELATED: "Related questions",
    Part.GLOSSARY: "Glossary",
    Part.DISCLAIMER: "Disclaimer",
}
_PATIENT_HEADINGS: dict[Part, str] = {
    Part.DIRECT: "Short answer",
    Part.NO_ANSWER: "No answer found",
    Part.COMPARISON: "Side by side",
    Part.CONFLICTS: "Where the sources disagree",
    Part.PITFALLS: "Important warnings",
    Part.GAPS: "What was not found",
    Part.NEAR_MISSES: "Close, but about something else",
    Part.NEEDED: "What would help to answer this",
    Part.ALGORITHM: "What is advised, step by step",
    Part.BOTTOM_LINE: "In short",
    Part.REFERENCES: "Sources",
    Part.RELATED: "Other questions to ask",
    Part.GLOSSARY: "Words explained",
    Part.DISCLAIMER: "Please note",
}
_KINDS: dict[SourceKind, str] = {
    SourceKind.COHORT: "Cohort study",
    SourceKind.REGULATORY: "Regulatory source",
    SourceKind.OTHER: "Other source",
}
_SUPPORT: dict[Support, tuple[str, str]] = {
    Support.SUPPORTED: ("Support level: supported.", ""),  # that nothing found says otherwise is no more than that
    Support.MIXED: ("Support level: mixed.", "Some of the statements found point one way, some the other."),
    Support.NOT_SUPPORTED: ("Support level: not supported.", "The statements found report no benefit, advise against it, or hold for other people, times or values than those of the question."),
    Support.INSUFFICIENT: ("Support level: insufficient evidence.", ""),
}
_PLAIN: dict[str, str] = {
    NO_ANSWER: plain.NO_ANSWER, QUOTED: plain.QUOTED, NEAR: plain.NEAR, NEEDED_NEXT: plain.NEEDED_NEXT, SNAPSHOT: plain.SNAPSHOT,
}  # fmt: skip
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
COMPARED = ("Intervention", "Benefit", "Harm", "Monitoring")


def heading(part: Part, audience: Audience) -> str:
    """Return the heading of a part for a reader."""
    plain = _PATIENT_HEADINGS.get(part) if audience is Audience.PATIENT else None
    return plain or _HEADINGS[part]


def kind_of(kind: SourceKind, audience: Audience = Audience.CLINICIAN) -> str:
    """Return a kind of source as it is shown to a reader, such as "Systematic review"."""
    if audience is Audience.PATIENT:
        return plain.KINDS[kind]
    return _KINDS.get(kind) or kind.value.capitalize()


def kind_and_year(kind: SourceKind, year: int | None, audience: Audience = Audience.CLINICIAN) -> str:
    """Return "Guideline, 2014"."""
    return f"{kind_of(kind, audience)}, {year or 'year not stated'}"


def stage_of(stage: StepStage, audience: Audience) -> str:
    """Return the label of a step for a reader."""
    return plain.STAGES[stage] if audience is Audience.PATIENT else stage.value.capitalize()


def support_of(answer: Answer) -> tuple[str, str]:
    """Return the support level as a sentence, and what it says about the statements, empty where it says nothing of them."""
    is_plain = answer.audience is Audience.PATIENT
    level, meaning = _SUPPORT[answer.support]
    if is_plain:
        level, meaning = plain.SUPPORT[answer.support]
    if answer.support is Support.INSUFFICIENT and answer.direct:
        meaning = plain.NOTHING_STATED if is_plain else NOTHING_STATED
    return level, meaning


def said_to(audience: Audience, text: str) -> str:
    """Return a fixed text of a page in the words for a reader."""
    return _PLAIN.get(text, text) if audience is Audience.PATIENT else text


def reading_note(grade: float, audience: Audience) -> str:
    """Return what is said of how hard a page is to read."""
    return plain.reading_note(grade) if audience is Audience.PATIENT else f"Reading grade of this page: {grade:.1f} (years of schooling)."


def stated_above(place: int, many: int, audience: Audience) -> str:
    """Return where a statement stands that is not shown again: as which one (counted from 0) of the so many of the direct answer."""
    named = f"the {heading(Part.DIRECT, audience).lower()}, above."
    if many == 1:
        return named.capitalize()
    return f"The {_ORDINALS[place]} statement of {named}" if place < len(_ORDINALS) else f"Statement {place + 1} of {named}"


def nothing_to_compare(interventions: Sequence[str]) -> str:
    """Return what stands in place of a table without a statement."""
    return f"No statement was found on benefit, harm or monitoring that sets {' and '.join(interventions)} side by side."


def receipt_of(receipt: Receipt, audience: Audience) -> str:
    """Return the proof of having looked, as a sentence."""
    if audience is Audience.PATIENT:
        return plain.receipt_note(receipt)
    if receipt.passages_searched == 0:
        return "Searched: nothing; the index holds no passage that may be searched."
    passages = "1 passage" if receipt.passages_searched == 1 else f"{receipt.passages_searched:,} passages"
    parts = [f"Searched {passages}"]
    if receipt.best_score is not None:
        parts.append(f"best score {receipt.best_score:.2f}")
    if receipt.nearest_title is not None:
        parts.append(f"nearest title: “{receipt.nearest_title}”")
    return "; ".join(parts) + "."


def needed_for(gap: EvidenceGap) -> str:
    """Return what document would close a gap."""
    if gap.kind is GapKind.CONJUNCTION:
        return f"A guideline, review or study that examines {gap.aspect.replace(' + ', ' together with ')}."
    return f"A guideline, review or study that covers {gap.aspect}."


def filters_of(filters: str) -> str:
    """Return filters (JSON such as {"kinds": ["guideline"], "since": 2015}) in words; any other text as it stands."""
    try:
        values = json.loads(filters)
    except (ValueError, RecursionError):
        return filters
    if not isinstance(values, dict):
        return filters
    said = {name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in values.items()}
    return "; ".join(f"{name} {value}" for name, value in said.items())


def made_by(provenance: Provenance) -> str:
    """Return what made the answer, for the last line."""
    parts = (
        f"ragqa {provenance.ragqa_version}",
        f"composer {provenance.composer}",
        f"encoder {provenance.encoder}",
        f"index {provenance.index_fingerprint}",
    )
    return " · ".join(parts)


def worded_by(writing: Writing) -> str:
    """Return what a language model did for a page, in one line."""
    parts = [f"Worded by {writing.model} at {writing.endpoint}", f"{writing.kept} of {writing.sentences} sentences shown"]
    replaced = [refusal for refusal in writing.refusals if not refusal.mended]
    if replaced:
        why = Counter(refusal.faults[0].value for refusal in replaced)
        parts.append(f"{len(replaced)} refused, quotes in their place ({', '.join(f'{fault} {count}' for fault, count in sorted(why.items()))})")
    if mended := len(writing.refusals) - len(replaced):
        parts.append(f"{mended} mended when told the reason")
    if writing.searches:
        parts.append("searched besides: " + ", ".join(f"“{words}”" for words in writing.searches))
    usage = writing.usage
    tokens = f"{usage.prompt_tokens:,} and {usage.reply_tokens:,} tokens" if usage.unreported < usage.requests else "tokens not reported"
    parts.append(f"{usage.requests} {'request' if usage.requests == 1 else 'requests'}, {tokens}" + (f", cost {usage.cost:.4f}" if usage.cost is not None else ""))
    return " · ".join((*parts, *writing.notes))
