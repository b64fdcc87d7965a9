"""An answer and an index in; each quote held against its source, and each reworded sentence against its quotes, out."""

from __future__ import annotations

from ragqa.errors import CitationError, UsageError
from ragqa.protocols import Checker, PassageIndex
from ragqa.text import trim_quote
from ragqa.types import Answer, Citation, Trace, statements_of
from ragqa.vocabulary import Basis

SURROUNDINGS = 240  # characters shown before and after a traced quote


class Tracer:
    """Proves an answer again, from nothing but the answer and the index."""

    def __init__(self, index: PassageIndex, checker: Checker) -> None:
        self._index, self._checker = index, checker

    def trace(self, answer: Answer, number: int | None = None) -> list[Trace]:
        """Return a trace for each quote, or for those of one number.

        Raises UsageError where the answer has no such number.
        """
        found: dict[tuple[int, int, int], Citation] = {}
        reworded: dict[tuple[int, int, int], dict[str, None]] = {}
        for statement in statements_of(answer):
            for citation in statement.citations:
                if number is None or citation.number == number:
                    key = (citation.number, citation.span.start, citation.span.end)
                    found.setdefault(key, citation)
                    if statement.basis is Basis.VERIFIED:
                        reworded.setdefault(key, {})[statement.text] = None
        if number is not None and not found:
            raise UsageError(f"the answer has no reference {number}", remedy=f"it has 1 to {len(answer.references)}")
        return [self._with_wording(self._trace(citation, answer), tuple(reworded.get(key, ()))) for key, citation in sorted(found.items())]

    def _trace(self, citation: Citation, answer: Answer) -> Trace:
        reference = answer.references[citation.number - 1]
        try:
            document = self._index.document(citation.document_id)
        except CitationError as error:
            return Trace(
                number=citation.number,
                document_id=citation.document_id,
                title=reference.source.title,
                quoted=citation.quoted,
                intact=False,
                problem=str(error),
            )
        span, text = citation.span, document.text
        intact = span.of(text) == citation.quoted
        sections = [s for s in document.sections if s.span.start <= span.start < s.span.end]
        pages = [page.page for page in document.origin.pages if page.start <= span.start]
        return Trace(
            number=citation.number,
            document_id=document.id,
            title=document.source.title,
            file=document.origin.file,
            page=pages[-1] if pages else None,
            heading_path=sections[-1].heading_path if sections else (),
            before=text[max(0, span.start - SURROUNDINGS) : span.start],
            quoted=citation.quoted,
            after=text[span.end : span.end + SURROUNDINGS],
            intact=intact,
            problem=None if intact else "the source no longer says this at this place: it has changed since the answer was made",
        )

    def _with_wording(self, trace: Trace, sentences: tuple[str, ...]) -> Trace:
        """Add the sentences that rest on a quote; one that says more than the quote breaks the trace."""
        faults = [(text, found[0]) for text in sentences if (found := self._checker.check(text, trim_quote(trace.quoted)))]
        if not faults or not trace.intact:
            return trace.model_copy(update={"reworded": sentences})
        text, fault = faults[0]
        problem = f"the quote does not bear the sentence “{text}”: {fault.detail}"
        return trace.model_copy(update={"reworded": sentences, "intact": False, "problem": problem})
