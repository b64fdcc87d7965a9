"""What a source states of its own design and readers in; SourceKind, study design and Audience out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from ragqa.vocabulary import Audience, SourceKind

_KINDS: Final = {kind.value: kind for kind in SourceKind} | {
    "randomized trial": SourceKind.RANDOMISED_TRIAL,
    "randomised controlled trial": SourceKind.RANDOMISED_TRIAL,
    "randomized controlled trial": SourceKind.RANDOMISED_TRIAL,
    "rct": SourceKind.RANDOMISED_TRIAL,
    "meta-analysis": SourceKind.SYSTEMATIC_REVIEW,
    "cohort study": SourceKind.COHORT,
    "narrative review": SourceKind.NARRATIVE,
    "review": SourceKind.NARRATIVE,
    "label": SourceKind.REGULATORY,
    "drug label": SourceKind.REGULATORY,
}

# The first that fits decides; `None` as kind: the title names a design, but is not of that design.
_TITLES: Final[tuple[tuple[re.Pattern[str], SourceKind | None, str | None], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind, design)
    for pattern, kind, design in (
        (
            r"\b(?:study |trial |review )?protocol\b|\brationale and design\b|\bstudy design\b",
            SourceKind.RESEARCH,
            "protocol",
        ),
        (r"\breporting items\b|\bchecklist\b|\breporting guideline|\bprisma\b.*\bstatement\b", None, None),
        (r"\bmeta-?\s?analy[sz]", SourceKind.SYSTEMATIC_REVIEW, "meta-analysis"),
        (
            r"\bsystematic(?:ally)? (?:literature )?review|\bcochrane review\b|\bumbrella review\b",
            SourceKind.SYSTEMATIC_REVIEW,
            "systematic review",
        ),
        (
            (
                r"\b(?:clinical )?practice (?:guidelines?|parameters?)\b|\bguidelines? (?:for|on|from|of)\b|\bguidelines?$|: .*\bguidelines?\b"
                r"|\bconsensus (?:statement|recommendation)|\bposition statement\b|\b(?:recommendations|guidance) (?:for|on|from|of)\b|^guide to\b"
            ),
            SourceKind.GUIDELINE,
            None,
        ),
        (
            (
                r"\brandomi[sz]ed\b.{0,60}\b(?:trial|study|comparison)\b|\brandomi[sz]ed controlled\b|\bcontrolled,? randomi[sz]ed\b"
                r"|\brandomi[sz]ed(?:,| and)? double|\b(?:trial|study)\b.{0,30}\brandomi[sz]ed\b"
            ),
            SourceKind.RANDOMISED_TRIAL,
            "randomised controlled trial",
        ),
        (
            r"\bcohort\b|\blongitudinal study\b|\bprospective (?:observational )?study\b",
            SourceKind.COHORT,
            "cohort study",
        ),
        (r"\bcase[- ]control\b", SourceKind.RESEARCH, "case-control study"),
        (r"\bcross[- ]sectional\b", SourceKind.RESEARCH, "cross-sectional study"),
        (r"\bcase (?:report|series)\b", SourceKind.RESEARCH, "case report"),
        (r"\bnarrative review\b|: a review\b", SourceKind.NARRATIVE, "narrative review"),
    )
)

# Publication types of PubMed, strongest first: a record may have several.
_TYPES: Final = (
    ("practice guideline", SourceKind.GUIDELINE),
    ("guideline", SourceKind.GUIDELINE),
    ("consensus development conference", SourceKind.GUIDELINE),
    ("consensus development conference, nih", SourceKind.GUIDELINE),
    ("network meta-analysis", SourceKind.SYSTEMATIC_REVIEW),
    ("meta-analysis", SourceKind.SYSTEMATIC_REVIEW),
    ("systematic review", SourceKind.SYSTEMATIC_REVIEW),
    ("clinical trial protocol", SourceKind.RESEARCH),
    ("randomized controlled trial", SourceKind.RANDOMISED_TRIAL),
    ("equivalence trial", SourceKind.RANDOMISED_TRIAL),
    ("pragmatic clinical trial", SourceKind.RESEARCH),
    ("controlled clinical trial", SourceKind.RESEARCH),
    ("clinical trial, phase iii", SourceKind.RESEARCH),
    ("clinical trial, phase iv", SourceKind.RESEARCH),
    ("clinical trial, phase ii", SourceKind.RESEARCH),
    ("clinical trial, phase i", SourceKind.RESEARCH),
    ("clinical trial", SourceKind.RESEARCH),
    ("observational study", SourceKind.RESEARCH),
    ("comparative study", SourceKind.RESEARCH),
    ("multicenter study", SourceKind.RESEARCH),
    ("evaluation study", SourceKind.RESEARCH),
    ("validation study", SourceKind.RESEARCH),
    ("twin study", SourceKind.RESEARCH),
    ("case reports", SourceKind.RESEARCH),
    ("scoping review", SourceKind.NARRATIVE),
    ("review", SourceKind.NARRATIVE),
    ("editorial", SourceKind.OTHER),
    ("comment", SourceKind.OTHER),
    ("letter", SourceKind.OTHER),
    ("news", SourceKind.OTHER),
    ("published erratum", SourceKind.OTHER),
    ("retraction notice", SourceKind.OTHER),
    ("retraction of publication", SourceKind.OTHER),
    ("expression of concern", SourceKind.OTHER),
)


_TITLE_LENGTH: Final = 1_000


class Design(NamedTuple):
    """The kind of a source and its design, as far as it states them."""

    kind: SourceKind
    study_design: str | None


def named_kind(name: object) -> SourceKind:
    """Return the kind of that name, OTHER where there is none."""
    return _KINDS.get(str(name).strip().lower(), SourceKind.OTHER) if name is not None else SourceKind.OTHER


def named_audience(name: object) -> Audience | None:
    """Return the audience of that name, None where there is none."""
    return next((audience for audience in Audience if audience.value == str(name).strip().lower()), None)


def design_of_title(title: str, *, otherwise: SourceKind) -> Design:
    """Return what a title states of the study's design."""
    for pattern, kind, design in _TITLES:
        if pattern.search(title[:_TITLE_LENGTH]):
            return Design(kind if kind is not None else otherwise, design)
    return Design(otherwise, None)


def design_of_types(types: Iterable[str], title: str, *, otherwise: SourceKind = SourceKind.RESEARCH) -> Design:
    """Return the strongest design among publication types; where they state none, what the title states."""
    stated = {name.strip().lower(): name.strip() for name in types}
    for name, kind in _TYPES:
        if name in stated:
            found = Design(kind, stated[name].lower())
            by_title = design_of_title(title, otherwise=kind)
            is_vague = kind is SourceKind.RESEARCH and name != "clinical trial protocol"
            return by_title if is_vague and by_title.study_design else found
    return design_of_title(title, otherwise=otherwise)
