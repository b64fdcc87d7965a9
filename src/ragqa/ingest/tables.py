"""Cells of a table in, legible rows out: spanning cells repeated, each row with its column heads."""

from __future__ import annotations

from typing import Final, NamedTuple

from ragqa.ingest import limits

_HEAD_WORDS: Final = 8  # a longer column head is not repeated in every row
_STUB_COLUMNS: Final = 3  # from so many columns on, an empty first cell may go on with the one above
_INDENTS: Final = ("\u2003", "\u2002", "\u00a0", "\u2001", "\u3000", "\t", "  ")


class Cell(NamedTuple):
    """A cell as the source has it."""

    text: str
    columns: int = 1
    rows: int = 1
    is_head: bool = False


class Table(NamedTuple):
    """A table as it stands in a document's text."""

    caption: str
    header_line: str  # the column heads on a line of their own; empty where each row carries them
    rows: tuple[str, ...]
    notes: str = ""


def lay_out(caption: str, cells: list[list[Cell]], *, head_rows: int | None = None, notes: str = "") -> Table:
    """Return a table with one legible line a row.

    With column heads a row reads "Head: value; Head: value", else "value | value". A row that is one cell across all
    columns heads the rows below it and stands before each of them. `head_rows` counts the rows of column heads;
    None takes the rows made of head cells only.
    """
    if head_rows is None:
        head_rows = _leading_heads(cells)
    grid = _grid(cells)
    if not grid:
        return Table(caption, "", (), notes)
    heads = _heads(grid[:head_rows])
    inline = bool(heads) and all(len(head.split()) <= _HEAD_WORDS for head in heads)
    rows = _rows(cells[head_rows:], grid[head_rows:], heads if inline else None)
    line = "" if inline or not any(heads) else " | ".join(head or "-" for head in heads)
    return Table(caption, line, rows, notes)


def _leading_heads(cells: list[list[Cell]]) -> int:
    count = 0
    for row in cells:
        if not row or not all(cell.is_head for cell in row):
            break
        count += 1
    return count if count < len(cells) else 0


class _Place(NamedTuple):
    """A place in the grid; `is_repeat` where a cell over several columns stands again."""

    text: str
    is_repeat: bool = False


def _grid(cells: list[list[Cell]]) -> list[list[_Place]]:
    grid: list[list[_Place]] = []
    held: dict[int, tuple[int, _Place]] = {}  # column -> rows still covered from above, with what
    size = 0
    for row in cells:
        line: list[_Place] = []
        waiting = list(row)
        while waiting or len(line) in held:
            column = len(line)
            if column in held:
                left, place = held.pop(column)
                if left > 1:
                    held[column] = (left - 1, place)
                line.append(place)
                continue
            cell = waiting.pop(0)
            for offset in range(min(max(cell.columns, 1), limits.TABLE_COLUMNS)):
                place = _Place(" ".join(cell.text.split()), is_repeat=offset > 0)
                if cell.rows > 1 and column + offset not in held:
                    held[column + offset] = (min(cell.rows, len(cells)) - 1, place)
                line.append(place)
            if len(line) > limits.TABLE_COLUMNS:
                return []
        size += len(line)
        if size > limits.TABLE_CELLS:
            return []
        grid.append(line)
    return grid


def _heads(rows: list[list[_Place]]) -> list[str]:
    width = max((len(row) for row in rows), default=0)
    heads = []
    for column in range(width):
        parts: list[str] = []
        for row in rows:
            text = row[column].text if column < len(row) else ""
            if text and text not in parts:
                parts.append(text)
        heads.append(" ".join(parts))
    return heads


def _rows(cells: list[list[Cell]], grid: list[list[_Place]], heads: list[str] | None) -> tuple[str, ...]:
    width = max((len(row) for row in grid), default=0)
    lines: list[str] = []
    group, is_firm, pending = "", False, ""
    above: list[str] = []
    parent = ""  # the first cell of the last row that is not set in
    for raw, row in zip(cells, grid, strict=True):
        values = ["" if heads is None and place.is_repeat else place.text for place in row]
        if width > 1 and raw and any(values) and _is_group(raw, values, width):
            lines += [pending] * bool(pending)
            group, is_firm, pending = values[0], raw[0].columns >= width, values[0]
            continue
        if group and not is_firm and not (raw and raw[0].text.startswith(_INDENTS)):
            lines += [pending] * bool(pending)  # nothing in the layout ties this row to the one above
            group = ""
        if _goes_on_with(above, values):
            values = [above[0], *values[1:]]
        above = values
        line = _line(values, heads)
        is_set_in = bool(raw) and raw[0].text.startswith(_INDENTS)
        if not is_set_in:
            parent = values[0] if values else ""
        over = group or (parent if is_set_in else "")
        if line:
            lines.append(f"{over}; {line}" if over else line)
            pending = ""
    return tuple(lines + [pending] * bool(pending))


def _is_group(raw: list[Cell], values: list[str], width: int) -> bool:
    if not values[0]:
        return False
    return raw[0].columns >= width or (
        len(raw) > 1 and raw[0].rows == 1 and not any(cell.text.strip() for cell in raw[1:])
    )


def _goes_on_with(above: list[str], values: list[str]) -> bool:
    """Tell whether an empty first cell stands for the one above it: where the second cells are words, too."""
    return (
        len(above) >= _STUB_COLUMNS
        and len(values) >= _STUB_COLUMNS
        and not values[0]
        and bool(above[0])
        and all(any(c.isalpha() for c in row[1]) for row in (above, values))
    )


def _line(values: list[str], heads: list[str] | None) -> str:
    if not any(values):
        return ""
    if heads is None:
        return " | ".join(value or "-" for value in values)
    parts: list[str] = []
    for column, value in enumerate(values):
        if not value or value in ("-", "\u2013", "\u2014"):
            continue
        head = heads[column] if column < len(heads) else ""
        parts.append(f"{head.rstrip(':')}: {value}" if head else value)
    return "; ".join(parts)
