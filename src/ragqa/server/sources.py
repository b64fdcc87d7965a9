"""A document and spans in it in; the section that holds them, with the quotes marked, out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from pydantic import Field

from ragqa.errors import CitationError
from ragqa.protocols import PassageIndex
from ragqa.types import Record, Source, Span

MOST_SHOWN = 6000  # characters of a section, as long as the quotes themselves are not longer
_PASSAGE = re.compile(r"(.+):(\d{1,9})-(\d{1,9})", re.DOTALL)


class Quote(Record):
    """A quote in a document (`span`) and in the text that is shown here (`start`, `end`): `text[start:end]`."""

    span: Span
    start: int = Field(examples=[120])
    end: int = Field(examples=[268])
    text: str


class Surroundings(Record):
    """The section around quotes: `text` is what stands under `span` in the document."""

    document_id: str = Field(examples=["acp-2017-low-back-pain"])
    source: Source
    file: str
    page: int | None = None
    heading_path: tuple[str, ...] = ()
    span: Span
    whole_section: bool  # False where a long section was cut around the quotes
    text: str
    quotes: tuple[Quote, ...]


def parse_passage_id(passage_id: str) -> tuple[str, Span]:
    """Return the document and the span of a passage's id, `document_id:start-end`; raise CitationError for another text."""
    found = _PASSAGE.fullmatch(passage_id)
    if found is None or int(found[2]) >= int(found[3]):
        raise CitationError(f"{passage_id[:80]!r} is no passage", remedy="an id is DOCUMENT:START-END")
    return found[1], Span(start=int(found[2]), end=int(found[3]))


def surroundings(index: PassageIndex, document_id: str, quotes: Sequence[Span]) -> Surroundings:
    """Return the section that holds the first quote, stretched to hold all; raise CitationError for what is not there."""
    document = index.document(document_id)
    ordered = sorted(set(quotes), key=lambda span: (span.start, span.end))
    if any(span.end > len(document.text) for span in ordered):
        raise CitationError(f"{document_id} has only {len(document.text)} characters")
    first, last = ordered[0].start, max(span.end for span in ordered)
    section = next((s for s in document.sections if s.span.start <= first < s.span.end), None)
    start, end = (min(section.span.start, first), max(section.span.end, last)) if section else (first, last)
    whole = end - start <= MOST_SHOWN
    if not whole:
        room = max(0, MOST_SHOWN - (last - first)) // 2
        start, end = _at_blanks(document.text, max(start, first - room), min(end, last + room), first, last)
    pages = [page.page for page in document.origin.pages if page.start <= first]
    return Surroundings(
        document_id=document_id,
        source=document.source,
        file=PurePath(document.origin.file).name,  # where it lies on this machine is nobody else's matter
        page=pages[-1] if pages else None,
        heading_path=section.heading_path if section else (),
        span=Span(start=start, end=end),
        whole_section=whole,
        text=document.text[start:end],
        quotes=tuple(Quote(span=s, start=s.start - start, end=s.end - start, text=s.of(document.text)) for s in ordered),
    )


def lines_of(found: Surroundings) -> Iterator[list[tuple[str, bool]]]:
    """Yield the lines of a text as pieces, each with whether it is quoted."""
    quoted = [False] * len(found.text)
    for quote in found.quotes:
        quoted[quote.start : quote.end] = [True] * (quote.end - quote.start)
    at = 0
    for line in found.text.split("\n"):
        pieces: list[tuple[str, bool]] = []
        begin = at
        for place in range(at, at + len(line) + 1):
            if place == at + len(line) or quoted[place] != quoted[begin]:
                if place > begin:
                    pieces.append((found.text[begin:place], quoted[begin]))
                begin = place
        if any(text.strip() for text, _ in pieces):
            yield pieces
        at += len(line) + 1


def _at_blanks(text: str, start: int, end: int, first: int, last: int) -> tuple[int, int]:
    """Return a cut moved inwards to white space, so that no word is halved; never into the quotes."""
    while start and start < first and not text[start - 1].isspace():
        start += 1
    while end < len(text) and end > last and not text[end].isspace():
        end -= 1
    return start, end
