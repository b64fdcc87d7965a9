"""What is read: Source, Document, Passage and their parts."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from ragqa.types.records import Record, Span
from ragqa.vocabulary import Audience, BlockKind, SourceKind


class Source(Record):
    """The publication behind a document, as far as the document states it."""

    kind: SourceKind = SourceKind.OTHER
    title: str
    authors: tuple[str, ...] = ()
    organisation: str | None = None
    journal: str | None = None
    year: int | None = Field(default=None, ge=1500, le=2200)
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    licence: str | None = None
    language: str | None = None
    study_design: str | None = None
    audience: Audience | None = None  # for whom it is written
    retracted: bool = False
    superseded_by: str | None = None  # the id of the document that replaces this one
    summary_of: str | None = None  # the title of the publication, where the document is a summary of it
    status: str | None = None  # such as "project-written summary; verify against the source"


class Subject(Record):
    """What a document says that it is about; empty where it does not say."""

    condition: str | None = None
    interventions: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()  # groups of words that mean the same
    specialty: str | None = None


class DocumentSection(Record):
    """A section: its headings from the outermost in, and the span of its prose (its own heading is outside)."""

    heading_path: tuple[str, ...]
    span: Span


class Block(Record):
    """A paragraph, list item, table row or caption.

    `lead_in` is the span of the sentence that introduces a list ("Treatment includes:"),
    `header` that of the header row or caption of a table.
    """

    kind: BlockKind
    span: Span
    lead_in: Span | None = None
    header: Span | None = None


class PageStart(Record):
    """The offset in `Document.text` at which a page (numbered from 1) begins."""

    page: int = Field(ge=1)
    start: int = Field(ge=0)


class Origin(Record):
    """Where a document came from: the file's name, its member inside an archive or records file, and its pages."""

    file: str
    member: str | None = None
    pages: tuple[PageStart, ...] = ()


class Document(Record):
    """A text with its source and structure; every span is in characters of `text`."""

    id: str = Field(min_length=1, max_length=200)
    text: str = Field(min_length=1)
    source: Source
    subject: Subject = Subject()
    sections: tuple[DocumentSection, ...]
    blocks: tuple[Block, ...]
    origin: Origin

    @model_validator(mode="after")
    def _spans_fit(self) -> Self:
        length = len(self.text)
        last = 0
        for block in self.blocks:
            if block.span.end > length or block.span.start < last:
                raise ValueError(f"document {self.id}: block {block.span} overlaps or leaves the text")
            last = block.span.end
        for section in self.sections:
            if section.span.end > length:
                raise ValueError(f"document {self.id}: section {section.heading_path} leaves the text")
        return self


class Sentence(Record):
    """A sentence, list item or table row of a passage: the smallest thing that can be quoted."""

    span: Span
    kind: BlockKind = BlockKind.PARAGRAPH
    lead_in: Span | None = None
    header: Span | None = None


class Passage(Record):
    """A piece of one section: the unit of retrieval. `text == document.text[span]`."""

    id: str
    document_id: str
    span: Span
    heading_path: tuple[str, ...]
    text: str
    sentences: tuple[Sentence, ...]

    @model_validator(mode="after")
    def _text_fits(self) -> Self:
        if len(self.text) != self.span.end - self.span.start:
            raise ValueError(f"passage {self.id}: {len(self.text)} characters under {self.span}")
        if not all(sentence.span.within(self.span) for sentence in self.sentences):
            raise ValueError(f"passage {self.id}: a sentence leaves it")
        return self

    def text_at(self, span: Span) -> str:
        """Return the characters of a span that lies in this passage."""
        return self.text[span.start - self.span.start : span.end - self.span.start]
