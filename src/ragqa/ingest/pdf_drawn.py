"""What is drawn on a page of a PDF in; its ruled tables, the rules between columns and the bullets out."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Final, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_THIN: Final = 2.5
_LONG: Final = 12.0
_NEAR: Final = 3.0
_BULLET: Final = (1.5, 8.0)
_LEAST_EDGES: Final = 2
_MOST: Final = 2_500  # drawn things on a page; beyond that it is a picture


class Box(NamedTuple):
    """A rectangle in points, y upwards."""

    x0: float
    y0: float
    x1: float
    y1: float


class Grid(NamedTuple):
    """A ruled table: the edges of its columns from the left, of its rows from the top."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """Return the row and column of a point, None where it is outside."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[-1] <= y <= self.ys[0]):
            return None
        row = sum(edge > y for edge in self.ys) - 1
        return max(row, 0), max(sum(edge < x for edge in self.xs) - 1, 0)


class Drawn(NamedTuple):
    """What matters of the drawings of a page."""

    grids: tuple[Grid, ...] = ()
    uprights: tuple[Box, ...] = ()
    bullets: tuple[Box, ...] = ()


def drawn_on(page: pdfium.PdfPage) -> Drawn:
    """Return the grids, upright rules and bullets of a page."""
    boxes = _boxes(page)
    if len(boxes) > _MOST:
        return Drawn()
    level = [box for box in boxes if box.y1 - box.y0 <= _THIN and box.x1 - box.x0 >= _LONG]
    upright = [box for box in boxes if box.x1 - box.x0 <= _THIN and box.y1 - box.y0 >= _LONG]
    least, most = _BULLET
    bullets = [
        box
        for box in boxes
        if least <= box.x1 - box.x0 <= most
        and least <= box.y1 - box.y0 <= most
        and abs((box.x1 - box.x0) - (box.y1 - box.y0)) < 1
    ]
    grids = [grid for group in _groups(level + upright) if (grid := _grid(group)) is not None]
    return Drawn(tuple(grids), tuple(upright), tuple(bullets))


def _boxes(page: pdfium.PdfPage) -> list[Box]:
    """Return the rectangles around what is drawn; pdfium's own functions are five times as quick as its objects."""
    raw = page.raw
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    boxes = []
    for index in range(pdfium_c.FPDFPage_CountObjects(raw)):
        item = pdfium_c.FPDFPage_GetObject(raw, index)
        if pdfium_c.FPDFPageObj_GetType(item) != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        if pdfium_c.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            boxes.append(Box(left.value, bottom.value, right.value, top.value))
    return boxes


def _groups(rules: Sequence[Box]) -> list[list[Box]]:
    """Return the rules that touch each other, group by group."""
    groups: list[tuple[Box, list[Box]]] = []
    for rule in sorted(rules, key=lambda box: (-box.y1, box.x0)):
        touching = [group for group in groups if _touch(group[0], rule)]
        members = [rule, *(member for group in touching for member in group[1])]
        bound = Box(
            min(m.x0 for m in members),
            min(m.y0 for m in members),
            max(m.x1 for m in members),
            max(m.y1 for m in members),
        )
        groups = [group for group in groups if group not in touching] + [(bound, members)]
    return [members for _, members in groups]


def _touch(first: Box, second: Box) -> bool:
    return (
        first.x0 - _NEAR <= second.x1
        and second.x0 - _NEAR <= first.x1
        and first.y0 - _NEAR <= second.y1
        and second.y0 - _NEAR <= first.y1
    )


def _grid(rules: Sequence[Box]) -> Grid | None:
    """Return the grid of rules that touch, None where they make fewer than two columns or two rows.

    An edge counts only where it goes through most of the table, so that a cell over several rows keeps them in one.
    """
    width = max(rule.x1 for rule in rules) - min(rule.x0 for rule in rules)
    height = max(rule.y1 for rule in rules) - min(rule.y0 for rule in rules)
    level: dict[float, float] = {}
    upright: dict[float, float] = {}
    for rule in rules:
        if rule.y1 - rule.y0 <= _THIN:
            _add(level, (rule.y0 + rule.y1) / 2, rule.x1 - rule.x0)
        else:
            _add(upright, (rule.x0 + rule.x1) / 2, rule.y1 - rule.y0)
    ys = sorted((y for y, length in level.items() if length >= 0.85 * width), reverse=True)
    xs = sorted(x for x, length in upright.items() if length >= 0.5 * height)
    return Grid(tuple(xs), tuple(ys)) if min(len(xs), len(ys)) > _LEAST_EDGES else None


def _add(edges: dict[float, float], at: float, length: float) -> None:
    near = next((edge for edge in edges if abs(edge - at) < _NEAR), at)
    edges[near] = edges.get(near, 0.0) + length
