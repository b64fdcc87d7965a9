"""Runs of styled text in; lines of at most so many terminal cells out. No escape code is written here."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from ragqa.rendering.blocks import Style

STICKY = "\u00a0"  # a blank at which no line is cut; `safe` text holds none of its own


class Run(NamedTuple):
    """Text in one style; what styles look like is the terminal's matter."""

    text: str
    style: str = Style.PLAIN


Row: TypeAlias = list[Run]


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for a wide letter, none for a combining mark."""
    if text.isascii():
        return len(text)
    return sum(map(_cells_of, text))


def row_cells(row: Iterable[Run]) -> int:
    """Return how many columns a row takes."""
    return sum(cells(run.text) for run in row)


def wrap(runs: Sequence[Run], width: int, *, first: Sequence[Run] = (), indent: int = 0) -> list[Row]:
    """Return runs as rows of at most `width` cells, cut at blanks, else inside a word that is too long.

    `first` opens the first row (a bullet); later rows are indented by `indent`.
    """
    room = max(width, indent + 8)
    rows: list[Row] = [list(first)]
    used, empty = row_cells(first), True
    for word in _words(runs):
        for piece in _pieces(word, room - indent):
            size = row_cells(piece)
            if not empty and used + 1 + size > room:
                rows.append([Run(" " * indent)] if indent else [])
                used, empty = indent, True
            if not empty:
                rows[-1].append(Run(" ", piece[0].style if rows[-1][-1].style == piece[0].style else Style.PLAIN))
                used += 1
            rows[-1].extend(piece)
            used, empty = used + size, False
    return [_joined(row) for row in rows]


def beside(columns: Sequence[Sequence[Row]], widths: Sequence[int], *, gap: int) -> list[Row]:
    """Return columns of rows side by side, each padded to its width."""
    height = max((len(column) for column in columns), default=0)
    rows: list[Row] = []
    for place in range(height):
        row: Row = []
        for column, width in zip(columns, widths, strict=True):
            cell = column[place] if place < len(column) else []
            row += [*cell, Run(" " * (width - row_cells(cell) + gap))]
        rows.append(_joined(row))
    return rows


def _cells_of(letter: str) -> int:
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1


def _words(runs: Sequence[Run]) -> Iterator[Row]:
    """Yield what stands between blanks; a word may run over several styles."""
    word: Row = []
    for text, style in runs:
        for place, piece in enumerate(text.split(" ")):
            if place and word:
                yield word
                word = []
            if piece:
                word.append(Run(piece, style))
    if word:
        yield word


def _pieces(word: Row, room: int) -> Iterator[Row]:
    """Yield a word whole, or cut into pieces where it is wider than a row."""
    if row_cells(word) <= room:
        yield word
        return
    piece: Row = []
    used = 0
    for text, style in word:
        for letter in text:
            size = _cells_of(letter)
            if piece and used + size > room:
                yield _joined(piece)
                piece, used = [], 0
            piece.append(Run(letter, style))
            used += size
    yield _joined(piece)


def _joined(row: Iterable[Run]) -> Row:
    joined: Row = []
    for run in row:
        if joined and joined[-1].style == run.style:
            joined[-1] = Run(joined[-1].text + run.text, run.style)
        elif run.text:
            joined.append(run)
    return joined
