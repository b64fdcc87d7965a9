"""Lines with several cells and ruled grids in, rows of cells out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ragqa.ingest.pdf_drawn import Grid
from ragqa.ingest.pdf_layout import Line
from ragqa.ingest.pdf_page import Fragment
from ragqa.ingest.tables import Cell

_SAME_COLUMN: Final = 8.0
_CLOSE: Final = 1.07  # lines of one cell stand no further apart than this share of the usual distance


def cells_of_grid(grid: Grid, fragments: Sequence[Fragment], join: Callable[[list[str]], str]) -> list[list[Cell]]:
    """Return the rows of a ruled table; its first rows are its head where they are bold."""
    found: dict[tuple[int, int], list[Fragment]] = {}
    for fragment in sorted(fragments, key=lambda f: (-f.y0, f.x0)):
        place = grid.cell((fragment.x0 + fragment.x1) / 2, fragment.middle)
        if place is not None:
            found.setdefault(place, []).append(fragment)
    rows = []
    is_head = True
    for row in range(len(grid.ys) - 1):
        parts = [found.get((row, column), []) for column in range(len(grid.xs) - 1)]
        is_head = is_head and all(fragment.bold for part in parts for fragment in part)
        rows.append([Cell(join([fragment.text for fragment in part]), is_head=is_head) for part in parts])
    return [row for row in rows if any(cell.text for cell in row)]


def end_of_table(lines: Sequence[Line], at: int, is_stop: Callable[[int], bool], pitch: float) -> int:
    """Return where a table without rules that begins at a line with several cells ends."""
    columns = _columns(lines, at, is_stop)
    end, last = at, at
    while end < len(lines) and not is_stop(end):
        line = lines[end]
        if (line.page, line.column) != (lines[at].page, lines[at].column):
            break
        if end > at and lines[end - 1].y - line.y > 3 * pitch:
            break
        if len(line.cells) > 1:
            last = end
        elif not _fits(line, columns):
            break
        elif _column(line.x0, columns) > 0:
            last = end  # a first column alone may be a paragraph that follows
        end += 1
    return last + 1


def rows_of_lines(lines: Sequence[Line], pitch: float, join: Callable[[list[str]], str]) -> list[list[str]]:
    """Return the rows of a table without rules: lines of one column that go on are one cell, cells that overlap a row."""
    columns = sorted({_rounded(cell.x0, lines) for line in lines for cell in line.cells})
    blocks: list[tuple[int, list[Fragment]]] = []
    for column in range(len(columns)):
        own = [
            (cell, len(line.cells) == 1) for line in lines for cell in line.cells if _column(cell.x0, columns) == column
        ]
        for fragment, is_alone in sorted(own, key=lambda pair: -pair[0].y0):
            may_go_on = fragment.text[:1].islower() or (is_alone and column > 0 and not fragment.text[:1].isupper())
            if (
                may_go_on
                and blocks
                and blocks[-1][0] == column
                and blocks[-1][1][-1].y0 - fragment.y0 <= _CLOSE * pitch
            ):
                blocks[-1][1].append(fragment)
            else:
                blocks.append((column, [fragment]))
    rows: list[list[tuple[int, list[Fragment]]]] = []
    for block in sorted(blocks, key=lambda block: (-block[1][0].y1, block[0])):
        row = next(
            (row for row in rows if any(_overlap(block[1], other[1]) and block[0] != other[0] for other in row)), None
        )
        if row is not None and all(block[0] != other[0] for other in row):
            row.append(block)
        else:
            rows.append([block])
    return [
        [join([f.text for f in fragments]) for _, fragments in sorted(row, key=lambda block: block[0])] for row in rows
    ]


def _columns(lines: Sequence[Line], at: int, is_stop: Callable[[int], bool]) -> list[float]:
    starts: list[float] = []
    for index in range(at, len(lines)):
        if is_stop(index) or lines[index].page != lines[at].page:
            break
        if len(lines[index].cells) > 1:
            for cell in lines[index].cells:
                if all(abs(cell.x0 - start) > _SAME_COLUMN for start in starts):
                    starts.append(cell.x0)
    return sorted(starts)


def _rounded(x: float, lines: Sequence[Line]) -> float:
    return min(cell.x0 for line in lines for cell in line.cells if abs(cell.x0 - x) <= _SAME_COLUMN)


def _column(x: float, columns: Sequence[float]) -> int:
    return max(sum(start <= x + _SAME_COLUMN for start in columns) - 1, 0)


def _fits(line: Line, columns: Sequence[float]) -> bool:
    column = _column(line.x0, columns)
    starts_there = any(abs(line.x0 - start) <= _SAME_COLUMN for start in columns)
    return starts_there and (column + 1 >= len(columns) or line.x1 < columns[column + 1])


def _overlap(first: Sequence[Fragment], second: Sequence[Fragment]) -> bool:
    return first[-1].y0 < second[0].middle < first[0].y1 or second[-1].y0 < first[0].middle < second[0].y1
