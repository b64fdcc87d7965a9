"""A treatment that is to go before or beside another in; what is told of the other that it is meant to prevent out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ragqa.compose.evidence import Candidate
from ragqa.compose.roles import WARNINGS
from ragqa.compose.topic import Topics
from ragqa.patterns import lazy_pattern
from ragqa.vocabulary import Direction, SourceKind, StatementRole

MOST, MOST_OF_ONE = 5, 2  # statements, and of one document
_BESIDE = lazy_pattern(r"\b(?:before|with|during|alongside|ahead of|prior to|cover(?:ed|ing)? (?:for|with)?|prophyla\w+|premedicat\w+)\b", re.IGNORECASE)
_TOLD = frozenset({StatementRole.EFFECT, StatementRole.MECHANISM, *WARNINGS})
# Treatments given beside another against what that may do, by a name of each, and how what they prevent is written.
_AIMS = tuple(
    (names, lazy_pattern(rf"\b(?:{told})", re.IGNORECASE))
    for names, told in (
        (frozenset({"anticoagulation", "anticoagulant", "heparin", "low-molecular-weight heparin", "enoxaparin", "antiplatelet", "aspirin"}), r"thromb\w+|clot\w*|embol\w+"),
        (frozenset({"antibiotics", "antibiotic prophylaxis", "antimicrobial"}), r"infect\w+|sepsis|bacter\w+"),
        (frozenset({"antiemetic", "ondansetron"}), r"nausea|vomit\w*"),
        (frozenset({"proton pump inhibitor", "omeprazole"}), r"ulcers?|gastrointestinal bleed\w*"),
        (frozenset({"antihistamine", "premedication", "corticosteroids"}), r"hypersensitiv\w+|infusion reactions?|allerg\w+|anaphyla\w+"),
    )
)


def on_the_aim(question: str, topics: Topics, found: Sequence[Candidate]) -> list[Candidate]:
    """Return what tells how far a treatment asked about does what another one asked about is given beside it to prevent: of
    "anticoagulation before stem cells?" the clots that cells cause. Reviews of many studies go first, and results before mechanisms.
    """
    if len(topics.interventions) < 2 or not _BESIDE.search(question):  # noqa: PLR2004 one beside another
        return []
    told: list[Candidate] = []
    for place in topics.interventions:
        others = frozenset(topics.interventions) - {place}
        names = {name.lower() for name in topics.all[place].concept.names}
        for aimed, against in _AIMS:
            if not names.isdisjoint(aimed):
                told += [c for c in found if place not in c.own and c.own & others and c.evidence.role in _TOLD and against.search(c.text)]
    told.sort(key=lambda c: (c.card.source.kind is not SourceKind.SYSTEMATIC_REVIEW, c.evidence.direction is Direction.UNSTATED, -c.relevance))
    heard: Counter[str] = Counter()
    kept = []
    for c in told:
        heard[c.card.document_id] += 1
        if heard[c.card.document_id] <= MOST_OF_ONE:
            kept.append(c)
    return kept[:MOST]
