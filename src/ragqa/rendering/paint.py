"""Rows of styled runs in; text for a terminal, with or without colour, out. The only place that writes an escape code."""

from __future__ import annotations

from collections.abc import Iterable

from ragqa.rendering.blocks import Style
from ragqa.rendering.wrap import STICKY, Row

TITLE, HEADING, SUBHEADING, MARK, ALARM, CAUTION, NUMBER, LIT = (
    "title",
    "heading",
    "subheading",
    "mark",
    "alarm",
    "caution",
    "number",
    "lit",
)
_CODES: dict[str, str] = {
    Style.TERM: "1",
    Style.STRONG: "1",
    Style.MUTED: "2",
    TITLE: "1",
    HEADING: "1;36",
    SUBHEADING: "1",
    MARK: "1;33",
    ALARM: "1;31",
    CAUTION: "33",
    NUMBER: "36",
    LIT: "30;43",
}


def paint(rows: Iterable[Row], *, color: bool) -> str:
    """Return rows as lines of text; without colour there is not one escape code in it."""
    lines = []
    for row in rows:
        runs = [_painted(run.text, run.style, color=color) for run in row]
        lines.append("".join(runs).replace(STICKY, " ").rstrip(" "))
    return "\n".join(lines).rstrip("\n") + "\n"


def _painted(text: str, style: str, *, color: bool) -> str:
    code = _CODES.get(style)
    if not color or code is None or not text.strip(f" {STICKY}"):
        return text
    return f"\x1b[{code}m{text}\x1b[0m"
