"""The fragments of pages in, lines in reading order out: columns one after another, running heads and feet left out."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from ragqa.ingest.pdf_drawn import Grid
from ragqa.ingest.pdf_page import Fragment

_EDGE: Final = 0.085  # running heads and feet stand in this share of a page's height
_REPEATED: Final = 0.3  # share of the pages on which a line must come back to be one
_PAGE_NUMBER: Final = re.compile(r"\W*(?:page\s+)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?\W*", re.IGNORECASE)
_TICK_BOX: Final = re.compile(r"[\W_]*(?:(?:yes|no|n/?a|not applicable)[\W_]*)+", re.IGNORECASE)
_COLUMN_LINES: Final = 7
_COLUMN_WORDS: Final = 5
_ABOVE: Final = 3  # lines of a heading over one column
_MARK: Final = 3  # characters of the mark of an item


class Line(NamedTuple):
    """A line of a column; more than one cell where wide gaps part it. `inside` is what stands in its ruled table."""

    cells: tuple[Fragment, ...]
    page: int
    column: int
    inside: tuple[Fragment, ...] = ()

    @property
    def grid(self) -> Grid | None:
        """Return the ruled table that the line stands for."""
        return self.cells[0].grid

    @property
    def text(self) -> str:
        """Return the words of the line."""
        return " ".join(cell.text for cell in self.cells)

    @property
    def x0(self) -> float:
        """Return where the line begins."""
        return self.cells[0].x0

    @property
    def x1(self) -> float:
        """Return where the line ends."""
        return self.cells[-1].x1

    @property
    def y(self) -> float:
        """Return the line's base line."""
        return self.cells[0].y0

    @property
    def size(self) -> float:
        """Return the size of most of the line's text."""
        return max(self.cells, key=lambda cell: len(cell.text)).size

    @property
    def font(self) -> str:
        """Return the font of most of the line's text."""
        return max(self.cells, key=lambda cell: len(cell.text)).font

    @property
    def bold(self) -> bool:
        """Tell whether the whole line is bold."""
        return all(cell.bold for cell in self.cells)


class Page(NamedTuple):
    """A page, counted from 1, with its size in points."""

    number: int
    width: float
    height: float
    fragments: list[Fragment]
    grids: tuple[Grid, ...] = ()


def lines_of(pages: Sequence[Page]) -> list[Line]:
    """Return the lines of all pages in reading order."""
    running = _running(pages)
    lines: list[Line] = []
    for page in pages:
        kept = [
            fragment
            for fragment in page.fragments
            if not _TICK_BOX.fullmatch(fragment.text)
            and not (_at_edge(fragment, page) and _is_running(fragment, running))
        ]
        inside: dict[Grid, list[Fragment]] = {}
        flowing = []
        for fragment in kept:
            grid = next((g for g in page.grids if g.cell((fragment.x0 + fragment.x1) / 2, fragment.middle)), None)
            inside.setdefault(grid, []).append(fragment) if grid else flowing.append(fragment)
        flowing += [_standing_for(grid, fragments[0]) for grid, fragments in inside.items()]
        for column, fragments in enumerate(_columns(flowing, page.width)):
            found = _lines(fragments, page.number, column)
            lines += [line._replace(inside=tuple(inside[line.grid])) if line.grid else line for line in found]
    return lines


def _standing_for(grid: Grid, like: Fragment) -> Fragment:
    """Return a fragment that stands in the flow of the page for a ruled table."""
    top = grid.ys[0]
    return like._replace(text="table", x0=grid.xs[0], x1=grid.xs[-1], y0=top - like.size, y1=top, bold=False, grid=grid)


def _at_edge(fragment: Fragment, page: Page) -> bool:
    return fragment.y0 < _EDGE * page.height or fragment.y1 > (1 - _EDGE) * page.height


def _key(fragment: Fragment) -> str:
    return re.sub(r"[\W\d_]+", "#", fragment.text.casefold())


def _running(pages: Sequence[Page]) -> frozenset[str]:
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_key(fragment) for fragment in page.fragments if _at_edge(fragment, page)})
    least = max(3, _REPEATED * len(pages))
    return frozenset(key for key, count in seen.items() if count >= least)


def _is_running(fragment: Fragment, running: frozenset[str]) -> bool:
    return _key(fragment) in running or _PAGE_NUMBER.fullmatch(fragment.text) is not None


def _columns(fragments: list[Fragment], width: float) -> list[list[Fragment]]:
    """Return the fragments of each column or band of a page in reading order."""
    ordered = sorted(fragments, key=lambda fragment: (-fragment.middle, fragment.x0))
    best: tuple[int, list[list[Fragment]]] = (0, [ordered])
    for step in range(30, 71):
        x = width * step / 100
        gain, bands = _bands(ordered, x)
        if gain > best[0]:
            best = (gain, bands)
    return best[1]


def _bands(ordered: list[Fragment], x: float) -> tuple[int, list[list[Fragment]]]:
    """Part fragments at a gutter: those that cross it part the page into bands, each read left side first."""
    groups: list[list[Fragment]] = [[]]
    for fragment in ordered:
        if fragment.x0 < x - 2 and fragment.x1 > x + 2:
            groups += [[fragment], []]
        else:
            groups[-1].append(fragment)
    gain = 0
    bands: list[list[Fragment]] = []
    is_open = False  # the last band goes on
    for group in groups:
        left = [fragment for fragment in group if fragment.x1 <= x + 2]
        right = [fragment for fragment in group if fragment.x1 > x + 2]
        if _is_column(left) and _is_column(right):
            gain += len(group)
            above, left, right = _standing_above(left, right)
            bands += [above, left, right] if above else [left, right]
            is_open = False
        elif group and is_open:
            bands[-1] = bands[-1] + group
        elif group:
            bands.append(group)
            is_open = True
    return gain, bands


def _standing_above(
    left: list[Fragment], right: list[Fragment]
) -> tuple[list[Fragment], list[Fragment], list[Fragment]]:
    """Take off a heading that stands over one column, but above the first lines of both."""
    for column, other in ((left, right), (right, left)):
        top = max(fragment.y1 for fragment in other)
        above = [fragment for fragment in column if fragment.y0 > top + 0.5 * fragment.size]
        if 0 < len(above) <= _ABOVE and all(fragment.bold or fragment.size > 1.1 * other[0].size for fragment in above):
            column[:] = [fragment for fragment in column if fragment not in above]
            return above, left, right
    return [], left, right


def _is_column(fragments: list[Fragment]) -> bool:
    return (
        len(fragments) >= _COLUMN_LINES and statistics.median(len(f.text.split()) for f in fragments) >= _COLUMN_WORDS
    )


def _lines(fragments: list[Fragment], page: int, column: int) -> list[Line]:
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda f: (-f.y0, f.x0)):
        last = rows[-1] if rows else None
        if last and _is_same_line(last[0], fragment):
            last.append(fragment)
        else:
            rows.append([fragment])
    return [Line(_cells(sorted(row, key=lambda f: f.x0)), page, column) for row in rows]


def _is_same_line(first: Fragment, fragment: Fragment) -> bool:
    if first.grid or fragment.grid:
        return False
    if abs(first.y0 - fragment.y0) < 0.45 * max(first.size, fragment.size):
        return True
    small, large = sorted((first, fragment), key=lambda f: f.size)
    return small.size < 0.8 * large.size and large.y0 - 0.2 * large.size < small.middle < large.y1  # lowered or raised


def _cells(row: list[Fragment]) -> tuple[Fragment, ...]:
    """Join what stands close together; keep apart what wide gaps part."""
    cells = [row[0]]
    for fragment in row[1:]:
        last = cells[-1]
        gap = fragment.x0 - last.x1
        if gap > 1.6 * max(last.size, fragment.size) and not _is_mark(last.text):
            cells.append(fragment)
            continue
        larger = last if len(last.text) >= len(fragment.text) else fragment
        space = (
            ""
            if gap < 0.12 * larger.size and not last.text.endswith(" ") and not fragment.text.startswith(" ")
            else " "
        )
        cells[-1] = larger._replace(
            text=last.text.rstrip() + space + fragment.text.lstrip(),
            x0=last.x0,
            x1=max(last.x1, fragment.x1),
            y0=last.y0,
            bold=last.bold and fragment.bold,
        )
    return tuple(cells)


def _is_mark(text: str) -> bool:
    return len(text.strip()) <= _MARK
