"""Headings, paragraphs, list items, tables and page breaks in, one Document out; offsets are computed here only.

The text holds one heading or block a line, with a blank line between them. Headings are in no block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ragqa.errors import ReadError
from ragqa.ingest.boilerplate import is_boilerplate
from ragqa.ingest.identity import document_id, name_in_text
from ragqa.ingest.tables import Table
from ragqa.text import normalise, one_line, sentences
from ragqa.types import Block, Document, DocumentSection, Origin, PageStart, Source, Span, Subject
from ragqa.vocabulary import BlockKind

_BETWEEN: Final = "\n\n"
_TERMINAL: Final = re.compile(r"[.!?][\"')\]\u201d\u2019]*$")
_HAS_WORD: Final = re.compile(r"\w")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Return text as it stands in a document: normalised, on one line, without halves of characters."""
    return one_line(normalise(_SURROGATES.sub("\ufffd", text)))


class Builder:
    """Collect the parts of a document in reading order."""

    def __init__(self, title: str = "") -> None:
        self._title = clean(title).casefold().rstrip(".")
        self._pieces: list[str] = []
        self._length = 0
        self._headings: list[tuple[int, str]] = []
        self._sections: list[DocumentSection] = []
        self._section_start: int | None = None
        self._blocks: list[Block] = []
        self._pages: list[PageStart] = []
        self._page_due: int | None = None
        self._leads: list[Span | None] = []
        self._left_out: int | None = None  # the level of a heading whose section is boilerplate

    def heading(self, text: str, level: int) -> None:
        """Open a section; `level` counts from 1.

        The document's own title is no heading, and what stands under references, thanks and the like is left out.
        """
        text = clean(text)
        if not _HAS_WORD.search(text):
            return
        if not self._blocks and not self._headings and text.casefold().rstrip(".") == self._title:
            return
        if self._left_out is not None and level > self._left_out:
            return
        self._close_section()
        self._left_out = level if is_boilerplate(text) else None
        if self._left_out is not None:
            return
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self._headings.append((level, text))
        self._put(text)

    def paragraph(
        self, text: str, *, kind: BlockKind = BlockKind.PARAGRAPH, breaks: Sequence[tuple[int, int]] = ()
    ) -> None:
        """Add a paragraph or caption; `breaks` holds (offset in `text`, page) where a new page begins inside it.

        Text with breaks in it must have been through `clean`.
        """
        self._leads = []
        self._block(text, kind, breaks=breaks)

    def list_item(self, text: str, *, depth: int = 0, breaks: Sequence[tuple[int, int]] = ()) -> None:
        """Add an item of a list; `depth` counts the lists around its list.

        Its lead-in is the item above it that holds it, or the sentence before the list where that runs on into it.
        """
        depth = min(depth, len(self._leads))
        if depth == len(self._leads):
            self._leads.append(self._running_on(whole=depth > 0))
        del self._leads[depth + 1 :]
        self._block(text, BlockKind.LIST_ITEM, lead_in=self._leads[depth], breaks=breaks)

    def end_list(self) -> None:
        """Say that the next item belongs to another list."""
        self._leads = []

    def table(self, table: Table) -> None:
        """Add a table: its caption, then its rows, legible each by itself."""
        self._leads = []
        header = self._block(table.caption, BlockKind.CAPTION)
        if table.header_line:
            header = self._block(table.header_line, BlockKind.TABLE_ROW, header=header) or header
        for row in table.rows:
            self._block(row, BlockKind.TABLE_ROW, header=header)
        self._block(table.notes, BlockKind.CAPTION)

    def page(self, number: int) -> None:
        """Say that what follows stands on another page, counted from 1."""
        self._page_due = number

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no block yet."""
        return not self._blocks

    def build(
        self, source: Source, origin: Origin, *, name: str | None = None, subject: Subject | None = None
    ) -> Document:
        """Return the document; without a `name` its id is derived from the source's identifiers or the text.

        Raises ReadError where there is no text.
        """
        self._close_section()
        if not self._blocks:
            raise ReadError("no text in it")
        text = "".join(self._pieces)
        return Document(
            id=name_in_text(name or "") or document_id(source, text),
            text=text,
            source=source,
            subject=subject or Subject(),
            sections=tuple(self._sections),
            blocks=tuple(self._blocks),
            origin=origin.model_copy(update={"pages": tuple(self._pages)}),
        )

    def _put(self, text: str) -> int:
        if self._pieces:
            self._pieces.append(_BETWEEN)
            self._length += len(_BETWEEN)
        start = self._length
        self._pieces.append(text)
        self._length += len(text)
        if self._page_due is not None:
            self._pages.append(PageStart(page=self._page_due, start=start))
            self._page_due = None
        return start

    def _block(
        self,
        text: str,
        kind: BlockKind,
        *,
        lead_in: Span | None = None,
        header: Span | None = None,
        breaks: Sequence[tuple[int, int]] = (),
    ) -> Span | None:
        text = clean(text)
        if self._left_out is not None or not _HAS_WORD.search(text):
            return None
        start = self._put(text)
        if self._section_start is None:
            self._section_start = start
        span = Span(start=start, end=start + len(text))
        self._blocks.append(Block(kind=kind, span=span, lead_in=lead_in, header=header))
        self._pages += [PageStart(page=page, start=start + offset) for offset, page in breaks]
        return span

    def _close_section(self) -> None:
        self._leads = []
        if self._section_start is not None:
            path = tuple(text for _, text in self._headings)
            span = Span(start=self._section_start, end=self._blocks[-1].span.end)
            self._sections.append(DocumentSection(heading_path=path, span=span))
            self._section_start = None

    def _running_on(self, *, whole: bool) -> Span | None:
        if self._section_start is None:
            return None
        last = self._blocks[-1]
        if last.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) or (last.kind is BlockKind.LIST_ITEM) != whole:
            return None
        text = self._pieces[-1]
        if _TERMINAL.search(text):
            return None
        start, end = sentences(text)[-1]
        return Span(start=last.span.start + start, end=last.span.start + end)
