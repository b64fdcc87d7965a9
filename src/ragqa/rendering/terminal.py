"""An Answer in; text for a terminal of a given width out.

Set without the `rich` library: importing it takes longer than all of this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ragqa.patterns import lazy_pattern
from ragqa.rendering.blocks import (
    Block,
    Bullets,
    Cites,
    Entries,
    Facts,
    Heading,
    Inline,
    Item,
    Link,
    Notice,
    Para,
    Pointer,
    Question,
    RunIn,
    Side,
    Sides,
    Small,
    SourceName,
    Style,
    Table,
    Terms,
    Tone,
)
from ragqa.rendering.hostile import safe, safe_run
from ragqa.rendering.outline import outline
from ragqa.rendering.paint import ALARM, CAUTION, HEADING, MARK, NUMBER, SUBHEADING, TITLE, paint
from ragqa.rendering.wrap import STICKY, Row, Run, beside, cells, row_cells, wrap
from ragqa.types import Answer

WIDTH, LEAST, MEASURE = 80, 40, 96  # columns: where none is given, at least, and the longest line of prose
TABLE_FROM, SIDES_FROM, SIDE = 100, 72, 30  # columns from which a table and sides stand in columns; the narrowest side
GAP = 3
LABEL = 16  # columns of the labels of a stacked table
BETWEEN = " · "
_UNITS = r"%|percent|mg|µg|mcg|kg|g|ml|mL|L|mmol|mol|mm|cm|IU|units?|points?|years?|months?|weeks?|days?|hours?|h|min"
_TIED = lazy_pattern(
    rf"(?<=\d) (?=(?:{_UNITS})(?!\w))|(?<=[<>=≤≥±]) (?=\d)|(?<=\w) (?=[<>=≤≥±] \d)"
)  # blanks at which no line is cut


def to_terminal(answer: Answer, *, width: int | None = None, color: bool = False, standing: str | None = None) -> str:
    """Return an answer as lines of at most `width` columns (80 where none is given, never under 40)."""
    page = _Page(max(LEAST, width or WIDTH))
    rows: list[Row] = []
    for block in outline(answer, standing):
        rows += page.rows(block)
    return paint((row for row, before in zip(rows, [[], *rows], strict=False) if row or before), color=color)


class _Page:
    """Sets blocks as rows for one width."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._prose = min(width, MEASURE)
        self._setters: dict[type, Callable[[Any], Iterator[Row]]] = {
            Notice: self._notice,
            Question: self._question,
            Facts: self._facts,
            Heading: self._heading,
            Para: self._para,
            Small: self._small,
            RunIn: self._run_in,
            Bullets: self._bullets,
            Table: self._table,
            Sides: self._sides,
            Terms: self._terms,
            Entries: self._entries,
        }

    def rows(self, block: Block) -> Iterator[Row]:
        """Yield the rows of a block, an empty one after it where the eye needs it."""
        return self._setters[type(block)](block)

    def _notice(self, notice: Notice) -> Iterator[Row]:
        label, style = (f"{notice.label.upper()}: ", ALARM) if notice.tone is Tone.EMERGENCY else ("! ", CAUTION)
        yield from wrap([Run(safe(notice.text), style)], self._prose, first=[Run(label, style)], indent=2)
        yield []

    def _question(self, question: Question) -> Iterator[Row]:
        yield from wrap(
            [Run(safe(question.text), TITLE)], self._prose, first=[Run(f"{question.label}: ", Style.MUTED)], indent=2
        )

    def _facts(self, facts: Facts) -> Iterator[Row]:
        """Yield facts one after another, as many on a row as go on it: they stand between the question and a notice or the title."""
        row: Row = []
        for label, line in facts.pairs:
            fact = [Run(f"{label}: ", Style.MUTED), *_runs(line)]
            if row and row_cells(row) + len(BETWEEN) + row_cells(fact) <= self._prose:
                row += [Run(BETWEEN, Style.MUTED), *fact]
                continue
            if row:
                yield from wrap(row, self._prose, indent=2)
            row = fact
        yield from wrap(row, self._prose, indent=2)

    def _heading(self, heading: Heading) -> Iterator[Row]:
        text = safe(heading.text)
        rule = {1: "═", 2: "─"}.get(heading.level)
        style = {1: TITLE, 2: HEADING}.get(heading.level, SUBHEADING)
        if heading.level == 1:
            yield []
        rows = wrap([Run(text, style)], self._prose)
        yield from rows
        if rule:
            yield [Run(rule * max(map(row_cells, rows)), Style.MUTED)]
        if heading.level == 1:
            yield []

    def _para(self, para: Para) -> Iterator[Row]:
        yield from wrap(_runs(para.line), self._prose)
        yield []

    def _small(self, small: Small) -> Iterator[Row]:
        yield from wrap([Run(run.text, Style.MUTED) for run in _runs(small.line)], self._prose)
        yield []

    def _run_in(self, run_in: RunIn) -> Iterator[Row]:
        runs = [Run(safe(run_in.title)), Run(f" · {safe(run_in.facts)}", Style.MUTED)]
        if run_in.mark:
            runs.append(Run(f" · {safe(run_in.mark)}", MARK))
        yield from wrap(runs, self._prose, first=[Run("  ")], indent=2)

    def _bullets(self, bullets: Bullets) -> Iterator[Row]:
        for place, item in enumerate(bullets.items, start=bullets.start or 0):
            yield from self._item(item, "  • " if bullets.start is None else f"{place:>4}. ")
        for name in bullets.names:
            yield from self._source_name(name)
        yield []

    def _item(self, item: Item, bullet: str) -> Iterator[Row]:
        yield from wrap(_runs(item.line), self._prose, first=[Run(bullet)], indent=cells(bullet))
        notes = [[Run(safe(item.note), Style.MUTED)]] if item.note else []
        notes += [[Run(safe(term), Style.STRONG), Run(f": {safe(meaning)}")] for term, meaning in item.words]
        indent = cells(bullet)
        for note in notes:
            yield from wrap(note, self._prose, first=[Run(f"{' ' * indent}— ", Style.MUTED)], indent=indent + 2)

    def _source_name(self, name: SourceName) -> Iterator[Row]:
        number = f"    [{name.number}] "
        runs = [Run(safe(name.label), Style.MUTED)]
        if name.mark:
            runs.append(Run(f" · {safe(name.mark)}", MARK))
        yield from wrap(runs, self._prose, first=[Run(number, Style.MUTED)], indent=cells(number))

    def _table(self, table: Table) -> Iterator[Row]:
        if self._width >= TABLE_FROM:
            yield from self._columns(table)
        else:
            yield from self._stacked(table)

    def _columns(self, table: Table) -> Iterator[Row]:
        first = 18
        rest = (self._width - first) // (len(table.header) - 1) - GAP
        widths = [first, *([rest] * (len(table.header) - 1))]
        heads = [wrap([Run(name, Style.STRONG)], size) for name, size in zip(table.header, widths, strict=True)]
        yield from beside(heads, widths, gap=GAP)
        for name, line in table.rows:
            yield [Run("─" * (sum(widths) + GAP * (len(widths) - 1)), Style.MUTED)]
            columns = [wrap([Run(safe(name), Style.STRONG)], first)]
            columns += [wrap(_runs(cell) if cell else [Run(table.empty, Style.MUTED)], rest) for cell in line]
            yield from beside(columns, widths, gap=GAP)
        yield []

    def _stacked(self, table: Table) -> Iterator[Row]:
        for name, line in table.rows:
            yield from wrap([Run(safe(name), Style.STRONG)], self._prose, first=[Run("  ")], indent=2)
            for label, cell in zip(table.header[1:], line, strict=True):
                runs = _runs(cell) if cell else [Run(table.empty, Style.MUTED)]
                yield from wrap(runs, self._prose, first=[Run(f"    {label:<12}", Style.MUTED)], indent=LABEL)
            yield []

    def _sides(self, sides: Sides) -> Iterator[Row]:
        many = len(sides.sides)
        room = (min(self._width, 120) - GAP * (many - 1) - 2) // many
        if self._width < SIDES_FROM or room < SIDE:
            for side in sides.sides:
                indented = [*self._side_head(side, self._prose - 2), *wrap(_runs(side.line), self._prose - 2)]
                yield from ([Run("  "), *row] for row in indented)
                yield []
            return
        for columns in (
            [list(self._side_head(side, room)) for side in sides.sides],
            [[[], *wrap(_runs(side.line), room)] for side in sides.sides],
        ):
            yield from ([Run("  "), *row] for row in beside(columns, [room] * many, gap=GAP))
        yield []

    def _side_head(self, side: Side, width: int) -> Iterator[Row]:
        yield from wrap([Run(safe(side.facts), Style.STRONG)], width)
        yield from wrap([Run(safe(side.title), Style.MUTED)], width)
        if side.mark:
            yield from wrap([Run(safe(side.mark), MARK)], width)

    def _terms(self, terms: Terms) -> Iterator[Row]:
        for term, meaning in terms.pairs:
            yield from wrap(
                [Run(safe(term), Style.STRONG), Run(f": {safe(meaning)}")], self._prose, first=[Run("  ")], indent=4
            )
        yield []

    def _entries(self, entries: Entries) -> Iterator[Row]:
        for entry in entries.entries:
            number = f"{f'[{entry.number}]':>5} "
            runs = [Run(f"{safe(entry.kind)}. ", Style.STRONG)]
            runs += [Run(f"{safe(mark)}. ", MARK) for mark in entry.marks]
            yield from wrap([*runs, *_runs(entry.line)], self._prose, first=[Run(number, NUMBER)], indent=cells(number))
        yield []


def _runs(line: Sequence[Inline]) -> list[Run]:
    runs: list[Run] = []
    for piece in line:
        if isinstance(piece, Cites):
            numbers = f",{STICKY}".join(str(cite.number) for cite in piece.cites)
            runs += [Run(STICKY), Run(f"[{numbers}]", NUMBER)]
        elif isinstance(piece, Link | Pointer):
            runs.append(Run(safe(piece.text)))
        else:
            runs.append(Run(_TIED.sub(STICKY, safe_run(piece.text)), piece.style))
    return runs
