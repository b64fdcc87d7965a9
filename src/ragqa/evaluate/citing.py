"""An answer's citations in; whether they are there, are true, and bear on the question out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ragqa.errors import CitationError
from ragqa.evaluate.claims import hits
from ragqa.evaluate.gold import Abstain, GoldQuestion
from ragqa.evaluate.locate import Lookup
from ragqa.text import terms
from ragqa.types import Answer, Citation, Document, Statement

# Share of the question's search terms in the quote and its document's title. The lowest cut (2 terms of 11) at which, in
# the tuned part of the gold set, 95 % of the claims of other questions of the same file are refused: sensitivity 0.65,
# specificity 0.96, AUROC 0.90; in the untouched part 0.57, 0.97 and 0.90. Fitted by bench/fit_citation_cut.py.
BEARS_FROM = 0.18


class Citing(NamedTuple):
    """The citation measures of one answer; None where there is nothing to measure."""

    coverage: float | None = None
    precision: float | None = None
    fidelity: float | None = None
    relevance: float | None = None
    unfaithful: tuple[str, ...] = ()

    def values(self) -> dict[str, float | None]:
        """Return the measures by name."""
        return {
            "citation_coverage": self.coverage,
            "citation_precision": self.precision,
            "quote_fidelity": self.fidelity,
            "reference_relevance": self.relevance,
        }


def citing(gold: GoldQuestion, answer: Answer, statements: Sequence[Statement], lookup: Lookup) -> Citing:
    """Measure the citations of an answer.

    Coverage: statements with a citation. Fidelity: citations whose quote stands at their span. Precision: those that
    are faithful and bear on the question, which is to say that they cover a gold span, or lie in a document that
    gold calls relevant, or hold (with the document's title) enough of the question's terms. Relevance: references to
    relevant documents; 0 where the question has no answer at all and something is referred to.
    """
    if not statements:
        return Citing()
    citations = [citation for statement in statements for citation in statement.citations]
    documents = {citation.document_id: _document(citation.document_id, lookup) for citation in citations}
    faithful = [_is_faithful(citation, documents[citation.document_id]) for citation in citations]
    bearing = [
        true and _bears(citation, documents[citation.document_id], gold)
        for citation, true in zip(citations, faithful, strict=True)
    ]
    return Citing(
        coverage=sum(bool(statement.citations) for statement in statements) / len(statements),
        precision=None if not citations or gold.abstain is Abstain.WHOLE else sum(bearing) / len(citations),
        fidelity=sum(faithful) / len(citations) if citations else None,
        relevance=_relevance(gold, answer),
        unfaithful=tuple(
            f"{citation.document_id}:{citation.span.start}-{citation.span.end}"
            for citation, true in zip(citations, faithful, strict=True)
            if not true
        ),
    )


def term_share(question: str, text: str) -> float:
    """Return the share of a question's search terms that a text holds."""
    wanted = set(terms(question))
    return len(wanted & set(terms(text))) / len(wanted) if wanted else 0.0


def _document(document_id: str, lookup: Lookup) -> Document | None:
    try:
        return lookup(document_id)
    except CitationError:
        return None


def _is_faithful(citation: Citation, document: Document | None) -> bool:
    return document is not None and citation.span.of(document.text) == citation.quoted


def _bears(citation: Citation, document: Document | None, gold: GoldQuestion) -> bool:
    if citation.document_id in gold.relevant or any(
        hits(claim.spans, citation) for claim in (*gold.must_have, *gold.nice_to_have)
    ):
        return True
    title = document.source.title if document else ""
    return term_share(gold.question, f"{title} {citation.quoted}") >= BEARS_FROM


def _relevance(gold: GoldQuestion, answer: Answer) -> float | None:
    cited = [reference.document_id for reference in answer.references]
    if not cited or (not gold.relevant and gold.abstain is not Abstain.WHOLE):
        return None
    return sum(document in gold.relevant for document in cited) / len(cited)
