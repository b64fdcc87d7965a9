"""An answer and an index in; a digest of each document that it cites, and later what has changed since, out."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from ragqa.errors import CitationError
from ragqa.protocols import PassageIndex
from ragqa.types import Answer, Document, statements_of


def source_digests(answer: Answer, index: PassageIndex) -> dict[str, str]:
    """Return document id -> digest of its text and of what it states of its source.

    Raises CitationError where a cited document is not in the index, is another than the reference says, or does not
    say what is quoted from it.
    """
    documents = {reference.document_id: index.document(reference.document_id) for reference in answer.references}
    for reference in answer.references:
        if documents[reference.document_id].source != reference.source:
            raise CitationError(f"reference {reference.number} is not what the index holds of {reference.document_id}")
    for statement in statements_of(answer):
        for citation in statement.citations:
            if citation.span.of(documents[citation.document_id].text) != citation.quoted:
                raise CitationError(f"{citation.document_id} does not say this at its place: {citation.quoted[:60]!r}")
    return {name: _digest(document) for name, document in documents.items()}


def changes(answer: Answer, kept: Mapping[str, str], index: PassageIndex) -> list[str]:
    """Return what has become of the sources of an answer since their digests were kept, a sentence each."""
    found = []
    for reference in answer.references:
        named = f"[{reference.number}] {reference.source.title}"
        try:
            document = index.document(reference.document_id)
        except CitationError:
            found.append(f"{named}: no longer in the index.")
            continue
        if _digest(document) != kept.get(reference.document_id):
            what = "retracted" if document.source.retracted else "changed"
            found.append(f"{named}: {what} since.")
    return found


def _digest(document: Document) -> str:
    return sha256(document.model_dump_json(include={"text", "source"}).encode()).hexdigest()
