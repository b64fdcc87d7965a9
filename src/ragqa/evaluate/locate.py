"""A quote and a document's text in, the quote's span in that text out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache
from textwrap import shorten

from ragqa.errors import CitationError, GoldError
from ragqa.evaluate.gold import GoldSpan
from ragqa.text import normalise
from ragqa.types import Document, Span

Lookup = Callable[[str], Document]
"""Return a document by id; raise CitationError where there is none."""

KEPT = 64  # whole documents held in memory at a time


def remembering(lookup: Lookup) -> Lookup:
    """Return a lookup that holds the documents used last."""
    return lru_cache(maxsize=KEPT)(lookup)


def locate(quoted: str, text: str, *, near: int = 0) -> Span | None:
    """Return where a quote stands, white space apart; of several places the one that starts nearest to `near`."""
    wanted = "".join(normalise(quoted).split())
    if not wanted:
        return None
    squeezed, offsets = _squeezed(text)
    target = bisect_left(offsets, near)
    after = squeezed.find(wanted, target)
    before = squeezed.rfind(wanted, 0, target + len(wanted))
    found = [place for place in (before, after) if place >= 0]
    if not found:
        return None
    place = min(found, key=lambda p: (abs(offsets[p] - near), p))
    return Span(start=offsets[place], end=offsets[place + len(wanted) - 1] + 1)


@lru_cache(maxsize=8)
def _squeezed(text: str) -> tuple[str, list[int]]:
    pieces = text.split()
    offsets: list[int] = []
    at = 0
    for piece in pieces:
        at = text.index(piece, at)
        offsets.extend(range(at, at + len(piece)))
        at += len(piece)
    return "".join(pieces), offsets


def gold_span(document_id: str, quoted: str, lookup: Lookup, place: str, *, near: int = 0) -> GoldSpan:
    """Return a gold quote with its offsets.

    Raises GoldError with `place` where the document is unknown or does not hold the quote.
    """
    try:
        document = lookup(document_id)
    except CitationError as error:
        raise GoldError(f"{place}: unknown document {document_id!r}", remedy="it is not in this index") from error
    span = locate(quoted, document.text, near=near)
    if span is None:
        short = shorten(quoted, 80, placeholder="...")
        raise GoldError(
            f"{place}: span does not match: document {document_id!r} does not hold {short!r}",
            remedy="quote it as it stands",
        )
    return GoldSpan(document=document_id, span=span, quoted=span.of(document.text))


def known_document(document_id: str, lookup: Lookup, place: str) -> str:
    """Return a document's id where the index has it. Raises GoldError where it has not."""
    try:
        return lookup(document_id).id
    except CitationError as error:
        raise GoldError(f"{place}: unknown document {document_id!r}", remedy="it is not in this index") from error
