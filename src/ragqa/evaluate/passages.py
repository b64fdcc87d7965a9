"""Ranked passages and gold spans in; whether one of the first passages holds an answer out."""

from __future__ import annotations

from collections.abc import Sequence

from ragqa.evaluate.claims import covers
from ragqa.evaluate.gold import GoldSpan
from ragqa.types import Passage, Span

WINDOW = 1200  # characters, the size at which the figures of other systems on these sets are stated


def widened(span: Span, length: int, size: int = WINDOW) -> Span:
    """Return a span of at least `size` characters with this one in its middle, inside a text of some length."""
    missing = max(0, size - (span.end - span.start))
    start = max(0, span.start - missing // 2)
    end = min(length, max(span.end, start + max(size, span.end - span.start)))
    return Span(start=max(0, min(start, end - size)), end=end)


def holds(passage: Passage, spans: Sequence[GoldSpan], *, length: int | None = None) -> bool:
    """Tell whether a passage (with `length` of its document: the window around it) covers a gold span."""
    span = passage.span if length is None else widened(passage.span, length)
    return any(gold.document == passage.document_id and covers(gold.span, span) for gold in spans)
