"""Hits with their passages in; text for a terminal out: where each stands, its scores, and how it begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ragqa.rendering.blocks import Style
from ragqa.rendering.hostile import safe
from ragqa.rendering.paint import NUMBER, TITLE, paint
from ragqa.rendering.wrap import Row, Run, wrap
from ragqa.types import Hit, Passage

WIDTH, LEAST, MEASURE = 80, 40, 96
BEGINNING = 240  # characters of a passage that are shown
INDENT = 5


def render_found(
    found: Iterable[tuple[Hit, Passage]], titles: Mapping[str, str], *, width: int | None = None, color: bool = False
) -> str:
    """Return what a search found, best first; `titles` holds the title of each document by its id."""
    room = min(MEASURE, max(LEAST, width or WIDTH))
    rows = [row for hit, passage in found for row in _rows(hit, passage, titles[passage.document_id], room)]
    return paint(rows, color=color)


def _rows(hit: Hit, passage: Passage, title: str, room: int) -> Iterator[Row]:
    lexical = f"{hit.arms.lexical:.2f}" if hit.arms.lexical is not None else "-"
    dense = f"{hit.arms.dense:.3f}" if hit.arms.dense is not None else "-"
    place = Run("".join(f" › {safe(heading)}" for heading in passage.heading_path))
    indent = [Run(" " * INDENT)]
    yield from wrap([Run(safe(title), TITLE), place], room, first=[Run(f"{hit.rank:3}  ", NUMBER)], indent=INDENT)
    facts = f"[{safe(passage.document_id)}]  score {hit.score:.3f}, dense {dense}, bm25 {lexical}"
    yield from wrap([Run(facts, Style.MUTED)], room, first=indent, indent=INDENT)
    yield from wrap([Run(_beginning(safe(passage.text)))], room, first=indent, indent=INDENT)
    yield []


def _beginning(text: str) -> str:
    """Return how a text begins, cut after a word."""
    if len(text) <= BEGINNING:
        return text
    kept, blank, _ = text[: BEGINNING + 1].rpartition(" ")
    return f"{kept} …" if blank else f"{text[:BEGINNING]}…"
