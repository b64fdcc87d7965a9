"""A result of reading in; the same out, a document with its passages and abbreviations: the form that goes between processes."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from ragqa.ingest import limits
from ragqa.ingest.abbreviations import abbreviations
from ragqa.ingest.chunk import chunk
from ragqa.ingest.report import FailedFile, ReadDocument, ReadResult, SkippedFile, Withdrawal
from ragqa.types import Passage, Record


class Cut(NamedTuple):
    """How long passages are, in words."""

    target_words: int = 140
    most_words: int = 180


class CutDocument(Record):
    """A document that was read, its passages, and (short form, long form) of the abbreviations that it defines."""

    read: ReadDocument
    passages: tuple[Passage, ...]
    abbreviations: tuple[tuple[str, str], ...]


CutResult: TypeAlias = CutDocument | SkippedFile | FailedFile | Withdrawal


def cut_result(result: ReadResult, cut: Cut) -> CutResult:
    """Cut a document that was read; what is none stays as it is.

    A document with a sentence that is too long for any use becomes a failure.
    """
    if not isinstance(result, ReadDocument):
        return result
    document = result.document
    passages = chunk(document, target_words=cut.target_words, most_words=cut.most_words)
    longest = max((s.span.end - s.span.start for passage in passages for s in passage.sentences), default=0)
    if longest > limits.SENTENCE:
        reason = f"a sentence of {longest} characters; text is needed that a person could read"
        return FailedFile(file=result.file, member=document.origin.member, reason=reason, digest=result.digest)
    return CutDocument(read=result, passages=tuple(passages), abbreviations=tuple(abbreviations(document.text)))
