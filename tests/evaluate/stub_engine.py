"""A stub engine over hand-made documents, importable by worker processes: it quotes the sentences that it is told to."""

from __future__ import annotations

import time
from datetime import date

from ragqa.errors import CitationError, UsageError
from ragqa.types import (
    Answer,
    Arms,
    Citation,
    Document,
    DocumentSection,
    EvidenceGap,
    Group,
    Hit,
    Origin,
    Passage,
    Provenance,
    Receipt,
    Reference,
    Section,
    Sentence,
    Source,
    Span,
    Statement,
)
from ragqa.vocabulary import Audience, GapKind, Intent, StatementRole, Support

DOCUMENTS = {
    "aspirin": "Aspirin 75 mg lowers the risk of stroke in adults with atrial disease.\n\n"
    "Aspirin raised major bleeding by 0.5% compared with placebo.\n\nAspirin is not advised in children with fever.",
    "statin": "Statins lower LDL cholesterol by 40% in adults.\n\nStatins raised muscle pain compared with placebo in few adults.",
    "copy": "Aspirin 75 mg lowers the risk of stroke in adults with atrial disease overall.",
}


def document(document_id: str) -> Document:
    if document_id not in DOCUMENTS:
        raise CitationError(f"no document {document_id}")
    text = DOCUMENTS[document_id]
    return Document(
        id=document_id,
        text=text,
        source=Source(title=document_id.title()),
        sections=(DocumentSection(heading_path=("Effect",), span=Span(start=0, end=len(text))),),
        blocks=(),
        origin=Origin(file=f"{document_id}.md"),
    )


class StubIndex:
    fingerprint = "f1"

    def document(self, document_id: str) -> Document:
        return document(document_id)


def find(document_id: str, quoted: str) -> Span:
    start = DOCUMENTS[document_id].index(quoted)
    return Span(start=start, end=start + len(quoted))


def answer(
    question: str, quotes: list[tuple[str, str]], *, support: Support = Support.SUPPORTED, gap: str | None = None
) -> Answer:
    """Make an answer that quotes (document, sentence); with no quotes it abstains."""
    numbers: dict[str, int] = {}
    statements = []
    for document_id, quoted in quotes:
        number = numbers.setdefault(document_id, len(numbers) + 1)
        citation = Citation(number=number, document_id=document_id, span=find(document_id, quoted), quoted=quoted)
        statements.append(Statement(role=StatementRole.EFFECT, text=quoted, citations=(citation,)))
    group = (Group(run_in="Effect", kind="guideline", statements=tuple(statements)),) if statements else ()
    gaps = (
        (EvidenceGap(kind=GapKind.FACET, aspect="x", message=gap, receipt=Receipt(passages_searched=5)),) if gap else ()
    )
    return Answer(
        question=question,
        snapshot=date(2024, 1, 1),
        audience=Audience.CLINICIAN,
        intent=Intent.GENERAL,
        title="T",
        abstained=not statements,
        support=support if statements else Support.INSUFFICIENT,
        direct=tuple(statements[:1]),
        sections=(Section(heading="Effect", groups=group),) if group else (),
        gaps=gaps,
        references=tuple(Reference(number=n, document_id=d, source=Source(title=d)) for d, n in numbers.items()),
        disclaimer="D",
        provenance=Provenance(ragqa_version="0", index_fingerprint="f1", encoder="none", composer="stub"),
    )


S1 = "Aspirin 75 mg lowers the risk of stroke in adults with atrial disease."
S2 = "Aspirin raised major bleeding by 0.5% compared with placebo."
S3 = "Aspirin is not advised in children with fever."
T1 = "Statins lower LDL cholesterol by 40% in adults."
T2 = "Statins raised muscle pain compared with placebo in few adults."


class StubEngine:
    """`threshold` is the abstention threshold: at 0 nothing is ever abstained from."""

    def __init__(self, *, threshold: float = 0.5, delay: float = 0.0, lexical: bool = True) -> None:
        self.index = StubIndex()
        self.threshold = threshold
        self.delay = delay
        self.lexical = lexical
        self.asked: list[str] = []

    def ask(self, question: str, *, audience: Audience = Audience.CLINICIAN) -> Answer:
        time.sleep(self.delay)
        self.asked.append(question)
        if question == "refuse":
            raise UsageError("refused")
        words = question.lower()
        score = 1.0 if "aspirin" in words or "statin" in words else 0.1
        if score < self.threshold:
            return answer(question, [])
        if "statin" in words:
            found = [("statin", T1), ("statin", T2)]
        elif self.lexical:
            found = [("aspirin", S1), ("aspirin", S2)]
        else:
            found = [("aspirin", S3)]
        if "lunar" in words:
            return answer(question, found, support=Support.INSUFFICIENT, gap="nothing on lunar")
        return answer(question, found)

    def search(self, question: str, *, depth: int = 10) -> list[tuple[Hit, Passage]]:
        text = DOCUMENTS["aspirin"]
        span = Span(start=0, end=len(text))
        passage = Passage(
            id="aspirin:0",
            document_id="aspirin",
            span=span,
            heading_path=("Effect",),
            text=text,
            sentences=(Sentence(span=span),),
        )
        dense = 0.8 if "aspirin" in question.lower() else 0.1
        return [(Hit(passage_id="aspirin:0", score=1.0, rank=1, arms=Arms(dense=dense)), passage)]


def open_slow() -> StubEngine:
    return StubEngine(delay=0.05)


def open_stub() -> StubEngine:
    return StubEngine()
