"""What is answered: Answer and its parts. A bad answer cannot be constructed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Self

from pydantic import Field, model_validator

from ragqa.text import is_faithful
from ragqa.types.document import Source
from ragqa.types.records import Record, Span
from ragqa.types.writing import Writing
from ragqa.vocabulary import (
    Audience,
    Basis,
    Direction,
    GapKind,
    Intent,
    ReviewStatus,
    SourceKind,
    StatementRole,
    StepStage,
    Support,
)


class Citation(Record):
    """A numbered pointer into a document: `document.text[span] == quoted`, always."""

    number: int = Field(ge=1)
    document_id: str
    span: Span
    quoted: str

    @model_validator(mode="after")
    def _quote_fits(self) -> Self:
        if len(self.quoted) != self.span.end - self.span.start:
            raise ValueError(f"{len(self.quoted)} characters quoted under {self.span}")
        return self


class Statement(Record):
    """One claim with the citations that bear it.

    A quoted statement's text is the text under its first citation, less a leading connective or a bracketed mark. A
    verified one is a language model's wording of what each of its citations says; only `generate` makes it, of sentences
    that the verifier has passed, and `trace` holds it against its quotes again.
    """

    role: StatementRole
    text: str = Field(min_length=1)
    citations: tuple[Citation, ...] = Field(min_length=1)
    basis: Basis = Basis.QUOTED
    direction: Direction = Direction.UNSTATED
    strength: str | None = None
    certainty: str | None = None
    key_term: str | None = None

    @model_validator(mode="after")
    def _says_what_is_quoted(self) -> Self:
        if self.basis is Basis.QUOTED and not is_faithful(self.text, self.citations[0].quoted):
            raise ValueError(f"a statement that is not its quote: {self.text[:80]!r}")
        return self


class Group(Record):
    """Statements under one run-in heading: the source's title and heading path, outside the quotation."""

    run_in: str
    kind: SourceKind
    year: int | None = None
    superseded_by: str | None = None
    statements: tuple[Statement, ...] = Field(min_length=1)


class Section(Record):
    """A headed part of the article."""

    heading: str
    role: StatementRole | None = None
    groups: tuple[Group, ...] = ()
    subsections: tuple[Section, ...] = ()


class Receipt(Record):
    """Proof of having looked: how many passages, the best score, and the title nearest to the aspect."""

    passages_searched: int = Field(ge=0)
    best_score: float | None = None
    nearest_title: str | None = None


class EvidenceGap(Record):
    """An aspect of the question that no passage covers, said as a sentence."""

    kind: GapKind
    aspect: str
    message: str
    receipt: Receipt
    decisive: bool = False  # without it the question stays unanswered, whatever else is shown


class ComparisonRow(Record):
    """One intervention, side by side with the others; None is a gap."""

    intervention: str
    benefit: Statement | None = None
    harm: Statement | None = None
    monitoring: Statement | None = None


class ConflictSide(Record):
    """One side of a disagreement."""

    statement: Statement
    title: str
    kind: SourceKind
    year: int | None = None
    superseded_by: str | None = None


class Conflict(Record):
    """Statements on one matter that disagree."""

    topic: str
    sides: tuple[ConflictSide, ...] = Field(min_length=2)


class Step(Record):
    """A step of the recommendation algorithm."""

    stage: StepStage
    statement: Statement


class NearMiss(Record):
    """A document that is related, but not about the thing that was asked."""

    document_id: str
    title: str
    kind: SourceKind
    year: int | None = None


class Reference(Record):
    """An entry of the reference list; one entry a document."""

    number: int = Field(ge=1)
    document_id: str
    source: Source


class Provenance(Record):
    """What made the answer: enough to make it again, byte for byte."""

    ragqa_version: str
    index_fingerprint: str
    encoder: str
    composer: str
    corrections: tuple[tuple[str, str], ...] = ()
    filters: str | None = None
    writing: Writing | None = None  # None where every statement is quoted and no model was asked


class Answer(Record):
    """The article that answers one question, as the reader sees it, in this order."""

    question: str
    history: tuple[str, ...] = ()
    review_status: ReviewStatus = ReviewStatus.SUBMITTED
    snapshot: date
    audience: Audience
    intent: Intent
    title: str
    emergency: str | None = None
    abstained: bool
    support: Support
    direct: tuple[Statement, ...] = ()
    sections: tuple[Section, ...] = ()
    comparison: tuple[ComparisonRow, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    pitfalls: tuple[Statement, ...] = ()
    gaps: tuple[EvidenceGap, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    algorithm: tuple[Step, ...] = ()
    bottom_line: Statement | None = None
    references: tuple[Reference, ...] = ()
    related_questions: tuple[str, ...] = ()
    currency_warning: str | None = None
    glossary: tuple[tuple[str, str], ...] = ()
    reading_grade: float | None = None
    disclaimer: str
    provenance: Provenance

    @model_validator(mode="after")
    def _references_resolve(self) -> Self:
        cited: dict[int, str] = {}
        for statement in statements_of(self):
            for citation in statement.citations:
                if cited.setdefault(citation.number, citation.document_id) != citation.document_id:
                    raise ValueError(f"number {citation.number} cites two documents")
        if list(cited) != list(range(1, len(cited) + 1)):
            raise ValueError(f"references are not numbered in order of first citation: {list(cited)}")
        if [(r.number, r.document_id) for r in self.references] != list(cited.items()):
            raise ValueError("the reference list is not the list of what is cited")
        if len(set(cited.values())) != len(cited):
            raise ValueError("a document has two reference numbers")
        return self

    @model_validator(mode="after")
    def _wording_is_accounted_for(self) -> Self:
        if self.provenance.writing is None and any(s.basis is Basis.VERIFIED for s in statements_of(self)):
            raise ValueError("a model's sentence, and no record of the model and the verifier")
        return self

    @model_validator(mode="after")
    def _abstention_is_whole(self) -> Self:
        if self.abstained and (any(True for _ in statements_of(self)) or self.support is not Support.INSUFFICIENT):
            raise ValueError("an answer that abstains states nothing")
        if not self.abstained and not any(True for _ in statements_of(self)):
            raise ValueError("an answer without statements must abstain")
        return self


def sections_of(sections: tuple[Section, ...]) -> Iterator[Section]:
    """Yield sections and their subsections in reading order."""
    for section in sections:
        yield section
        yield from sections_of(section.subsections)


def statements_of(answer: Answer) -> Iterator[Statement]:
    """Yield every statement of an answer in reading order, those shown twice twice."""
    yield from answer.direct
    for section in sections_of(answer.sections):
        for group in section.groups:
            yield from group.statements
    for row in answer.comparison:
        yield from (cell for cell in (row.benefit, row.harm, row.monitoring) if cell is not None)
    for conflict in answer.conflicts:
        yield from (side.statement for side in conflict.sides)
    yield from answer.pitfalls
    yield from (step.statement for step in answer.algorithm)
    if answer.bottom_line is not None:
        yield answer.bottom_line
