"""Chosen evidence in; the headed, numbered parts of the article out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ragqa.compose.choose import Chosen
from ragqa.compose.evidence import Candidate
from ragqa.compose.plan import Plan
from ragqa.compose.topic import Topics
from ragqa.protocols import DocumentCard
from ragqa.types import Citation, Group, Reference, Section, Statement
from ragqa.vocabulary import Audience, SourceKind, StatementRole

R = StatementRole
HEADINGS: dict[StatementRole, str] = {
    R.DEFINITION: "What it is",
    R.RECOMMENDATION: "Recommendations",
    R.EFFECT: "Effects",
    R.HARM: "Safety",
    R.CONTRAINDICATION: "Contraindications",
    R.DOSING: "Dosing",
    R.DIAGNOSIS: "Diagnosis",
    R.MONITORING: "Monitoring",
    R.PREVENTION: "Prevention",
    R.MECHANISM: "Mechanism and causes",
    R.PROGNOSIS: "Prognosis",
    R.DURABILITY: "Durability",
    R.EPIDEMIOLOGY: "How common, and who is at risk",
    R.REGULATION: "Regulatory status",
    R.POPULATION: "Who was studied",
    R.EVIDENCE_GAP: "What is not known",
    R.LIMITATION: "Limits of the evidence",
    R.BACKGROUND: "Background",
    R.UNSORTED: "Further statements",
    R.METHODS: "Methods",
    R.CURRENCY: "Currency",
}
PATIENT_HEADINGS: dict[StatementRole, str] = {
    R.RECOMMENDATION: "What is advised",
    R.EFFECT: "What it can do",
    R.HARM: "Possible harms",
    R.CONTRAINDICATION: "Who should not have it",
    R.DOSING: "How much",
    R.DIAGNOSIS: "How it is found",
    R.MONITORING: "What to watch",
    R.MECHANISM: "How it works",
    R.PROGNOSIS: "What to expect",
    R.LIMITATION: "How sure this is",
}
_ORDER: dict[Audience, tuple[StatementRole, ...]] = {
    Audience.CLINICIAN: tuple(HEADINGS),
    Audience.PATIENT: (R.DEFINITION, R.RECOMMENDATION, R.EFFECT, R.HARM, R.CONTRAINDICATION, R.MONITORING, *HEADINGS),
    Audience.STUDENT: (R.DEFINITION, R.EPIDEMIOLOGY, R.MECHANISM, R.DIAGNOSIS, *HEADINGS),
    Audience.RESEARCHER: (R.EFFECT, R.EVIDENCE_GAP, R.LIMITATION, R.POPULATION, R.HARM, *HEADINGS),
}
# What a reader who is no professional is spared, and how much of one kind is shown; the rest is in the clinician's page.
_SPARED: dict[Audience, frozenset[StatementRole]] = {Audience.PATIENT: frozenset({R.METHODS, R.POPULATION, R.CURRENCY})}
_DEPTH: dict[Audience, int] = {Audience.PATIENT: 5}
_KIND_ORDER = {kind: place for place, kind in enumerate(SourceKind)}


class Numbering:
    """Gives documents their reference numbers in order of first citation."""

    def __init__(self, cards: Mapping[str, DocumentCard], topics: Topics) -> None:
        self._cards = cards
        self._topics = topics
        self._numbers: dict[str, int] = {}

    def statement(self, chosen: Chosen) -> Statement:
        """Return what was chosen as a statement with its citations."""
        evidence = chosen.candidate.evidence
        return Statement(
            role=evidence.role,
            text=chosen.candidate.text,
            citations=tuple(self._citation(candidate) for candidate in (chosen.candidate, *chosen.same)),
            direction=evidence.direction,
            strength=evidence.strength,
            certainty=evidence.certainty,
            key_term=self._topics.named_in(chosen.candidate.text, chosen.candidate.own),
        )

    def references(self) -> tuple[Reference, ...]:
        """Return the reference list of all that was cited."""
        return tuple(
            Reference(number=number, document_id=document_id, source=self._cards[document_id].source)
            for document_id, number in self._numbers.items()
        )

    def _citation(self, candidate: Candidate) -> Citation:
        evidence = candidate.evidence
        number = self._numbers.setdefault(evidence.document_id, len(self._numbers) + 1)
        return Citation(number=number, document_id=evidence.document_id, span=evidence.span, quoted=evidence.text)


def sections(plan: Plan, chosen: Sequence[Chosen], numbering: Numbering, audience: Audience) -> tuple[Section, ...]:
    """Return a section for each facet, with a subsection for each role, ordered for the audience."""
    made = []
    for place, facet in enumerate(plan.facets):
        mine = [c for c in chosen if c.facet == place and c.role not in _SPARED.get(audience, ())]
        roles = [role for role in dict.fromkeys(_ORDER[audience]) if any(c.role is role for c in mine)]
        subsections = tuple(
            Section(
                heading=_heading(role, audience),
                role=role,
                groups=groups([c for c in mine if c.role is role][: _DEPTH.get(audience)], numbering),
            )
            for role in roles
        )
        if subsections:
            made.append(Section(heading=facet.heading, subsections=subsections))
    return tuple(made)


def groups(chosen: Iterable[Chosen], numbering: Numbering) -> tuple[Group, ...]:
    """Return statements under their run-in headings: guidelines first, the newer first, superseded last, then by relevance.

    A statement stands under the heading that it has in its source, never under that of another.
    """
    by_source: dict[str, dict[str, list[Chosen]]] = {}
    for item in chosen:
        by_source.setdefault(item.candidate.card.document_id, {}).setdefault(run_in(item.candidate), []).append(item)
    made = []
    for headed in sorted(by_source.values(), key=_rank):
        for heading, items in headed.items():
            source = items[0].candidate.card.source
            made.append(
                Group(
                    run_in=heading,
                    kind=source.kind,
                    year=source.year,
                    superseded_by=source.superseded_by,
                    statements=tuple(numbering.statement(item) for item in items),
                )
            )
    return tuple(made)


def _rank(headed: Mapping[str, Sequence[Chosen]]) -> tuple[bool, int, int, float, str]:
    """Return by what the groups of one source are ordered among those of others."""
    first = next(iter(headed.values()))[0].candidate
    source = first.card.source
    return (
        source.superseded_by is not None,
        _KIND_ORDER[source.kind],
        -(source.year or 0),
        -first.relevance,
        first.card.document_id,
    )


def run_in(candidate: Candidate) -> str:
    """Return what stands above a group of quotes: the title, and the headings below it that say more."""
    title = candidate.card.source.title
    heading = " › ".join(h for h in candidate.evidence.heading_path[1:] if h.lower() not in title.lower())
    return f"{title} › {heading}" if heading else title


def _heading(role: StatementRole, audience: Audience) -> str:
    plain = PATIENT_HEADINGS.get(role) if audience is Audience.PATIENT else None
    return plain or HEADINGS[role]
