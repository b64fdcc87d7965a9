"""A table element of HTML or JATS in, a legible Table out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from ragqa.ingest.tables import Cell, Table, lay_out
from ragqa.ingest.xml import Element, local, text_of

_SPAN: Final = re.compile(r"[1-9][0-9]{0,2}")


def read_table(
    table: Element, *, caption: str = "", notes: str = "", text: Callable[[Element], str] = text_of
) -> Table:
    """Return a table's rows; `caption` stands before the element's own, `text` gives the text of a cell."""
    own = next((text(child) for child in table if local(child) == "caption"), "")
    rows: list[list[Cell]] = []
    heads = 0
    for row in _rows(table):
        cells = [_cell(cell, text) for cell in row if local(cell) in ("td", "th")]
        if not cells:
            continue
        in_head = any(local(parent) == "thead" for parent in row.iterancestors())
        heads += in_head and heads == len(rows)
        rows.append(cells)
    return lay_out(f"{caption} {own}".strip(), rows, head_rows=heads if 0 < heads < len(rows) else None, notes=notes)


def is_layout(table: Element) -> bool:
    """Tell whether a table only arranges a page: it holds tables, headings or lists, or has one column."""
    if table.get("role") == "presentation":
        return True
    for inner in table.iter("table", "h1", "h2", "h3", "ul", "ol"):
        if inner is not table:
            return True
    return all(sum(local(cell) in ("td", "th") for cell in row) <= 1 for row in _rows(table))


def _rows(table: Element) -> list[Element]:
    return [row for row in table.iter() if local(row) == "tr" and _table_of(row) is table]


def _table_of(row: Element) -> Element | None:
    return next((parent for parent in row.iterancestors() if local(parent) == "table"), None)


def _cell(cell: Element, text: Callable[[Element], str]) -> Cell:
    indent = "\u2003" if "indent" in (cell.get("class") or "") else ""
    return Cell(
        indent + text(cell).lstrip("\n\r"),
        columns=_count(cell.get("colspan")),
        rows=_count(cell.get("rowspan")),
        is_head=local(cell) == "th",
    )


def _count(value: str | None) -> int:
    return int(value) if value and _SPAN.fullmatch(value) else 1
