"""Traces in; text for a terminal out: each quote lit up in its surroundings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ragqa.rendering.blocks import Style
from ragqa.rendering.hostile import safe, safe_lines
from ragqa.rendering.paint import ALARM, LIT, NUMBER, TITLE, paint
from ragqa.rendering.wrap import Row, Run, wrap
from ragqa.types import Trace

WIDTH, LEAST, MEASURE = 80, 40, 96
LONG = 120  # characters from which surroundings are taken to be cut out of more
INDENT = 4


def render_trace(trace: Trace, *, width: int | None = None, color: bool = False) -> str:
    """Return one trace: the source with section and page, and the quote in its place."""
    return render_traces([trace], width=width, color=color)


def render_traces(traces: Iterable[Trace], *, width: int | None = None, color: bool = False) -> str:
    """Return traces one after another, then how many quotes stand in their sources as cited."""
    found = list(traces)
    room = min(MEASURE, max(LEAST, width or WIDTH))
    rows: list[Row] = []
    for trace in found:
        rows += [*_rows(trace, room, color=color), []]
    intact = sum(trace.intact for trace in found)
    style = TITLE if intact == len(found) else ALARM
    rows += wrap([Run(f"{intact} of {len(found)} quotes stand in their sources as cited.", style)], room)
    return paint(rows, color=color)


def _rows(trace: Trace, room: int, *, color: bool) -> Iterator[Row]:
    number = f"[{trace.number}] "
    yield from wrap([Run(safe(trace.title), TITLE)], room, first=[Run(number, NUMBER)], indent=INDENT)
    places = [safe(trace.document_id)]
    places += [f"file {safe(trace.file)}"] if trace.file else []
    places += [" › ".join(map(safe, trace.heading_path))] if trace.heading_path else []
    places += [f"page {trace.page}"] if trace.page is not None else []
    yield from wrap([Run(" · ".join(places), Style.MUTED)], room, first=[Run(" " * INDENT)], indent=INDENT)
    for sentence in trace.reworded:
        yield from wrap([Run(f"Reworded as: {safe(sentence)}", Style.MUTED)], room, first=[Run(" " * INDENT)], indent=INDENT)
    if not trace.intact:
        problem = safe(trace.problem or "the source does not say this at this place")
        yield from wrap([Run(f"PROBLEM: {problem}", ALARM)], room, first=[Run(" " * INDENT)], indent=INDENT)
    yield []
    for runs in _lines(trace, color=color):
        yield from wrap(runs, room, first=[Run(" " * INDENT)], indent=INDENT)


def _lines(trace: Trace, *, color: bool) -> Iterator[list[Run]]:
    """Yield the lines of the surroundings with the quote in them, marked »so« where there is no colour."""
    opening, closing = ("", "") if color else ("»", "«")
    before, after = (_shortened(trace.before, end=False), _shortened(trace.after, end=True))
    line: list[Run] = []
    for text, style in (
        (before, Style.MUTED),
        (f"{opening}{trace.quoted.strip()}{closing}", LIT),
        (after, Style.MUTED),
    ):
        first, *rest = _runs(text)
        line.append(Run(first, style))
        for more in rest:
            if any(run.text.strip() for run in line):
                yield line
            line = [Run(more, style)]
    if any(run.text.strip() for run in line):
        yield line


def _runs(text: str) -> list[str]:
    """Return safe lines; white space at the two ends of the text stays, for it joins on to more."""
    lines = safe_lines(text)
    if text[:1] == " ":
        lines[0] = f" {lines[0]}"
    if text[-1:] == " ":
        lines[-1] = f"{lines[-1]} "
    return lines


def _shortened(text: str, *, end: bool) -> str:
    """Return long surroundings cut at a blank, with an ellipsis where they were cut out."""
    if len(text) < LONG:
        return text
    if end:
        kept, blank, _ = text.rpartition(" ")
        return f"{kept} …" if blank else text
    _, blank, kept = text.partition(" ")
    return f"… {kept}" if blank else text
