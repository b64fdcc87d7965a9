"""A page of a PDF in, the fragments of text on it out: where each stands, how large, how bold."""

from __future__ import annotations

import ctypes
import re
import statistics
import sys
from typing import Final, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ragqa.ingest.pdf_drawn import Box, Drawn, Grid
from ragqa.ingest.xml import superscript

_BOLD: Final = re.compile(r"bold|black|heavy|semibold|demi|[-,]bd\b|std-bd", re.IGNORECASE)
_HEAVY: Final = 600  # font weight
_HYPHEN: Final = "\x02"  # pdfium's sign for a hyphen at a line's end
_RAISED: Final = 0.86  # a raised character is smaller than this share of its line
_CELL_GAP: Final = 1.6  # a gap of so many letter heights parts two cells
_ENDS: Final = frozenset(".,;:)]\u201d'\"")  # after one of these a raised number marks a note
_APART: Final = 0.5  # points between characters that a rule can part
_RUNS_MOST: Final = 2_500  # on a page on which indices are looked for
_INDEX_MOST: Final = 4  # characters of an index that stands in a line of its own
_BAND: Final = 20.0  # points of height in which boxes are looked up together
_FARTHEST: Final = 20_000.0  # points up or down; no page is as high
_WORD: Final = re.compile(r"[^\W\d_]{4,}$")


class Fragment(NamedTuple):
    """A run of characters on one line; coordinates in points, y upwards."""

    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    size: float
    bold: bool
    font: str
    grid: Grid | None = None  # a ruled table, standing for what is in it

    @property
    def middle(self) -> float:
        """Return the height at which the fragment stands."""
        return (self.y0 + self.y1) / 2


class _Char(NamedTuple):
    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    bold: bool
    font: str

    @property
    def height(self) -> float:
        return self.y1 - self.y0


def fragments_of(page: pdfium.PdfPage, drawn: Drawn) -> list[Fragment]:
    """Return the fragments of a page in the order of its content stream; bullets that were drawn stand in their text."""
    text_page = page.get_textpage()
    try:
        runs = _runs(text_page, drawn.uprights)
    finally:
        text_page.close()
    runs = _with_indices([run for run in runs if run])
    fragments = [fragment for run in runs for fragment in (_fragment(run),) if fragment is not None]
    return [_with_bullet(fragment, drawn.bullets) for fragment in fragments]


def _with_indices(runs: list[list[_Char]]) -> list[list[_Char]]:
    """Put runs of lowered or raised small characters into the line in which they stand."""
    boxes = [(run[0].x0, max(char.x1 for char in run), run[0].y0, run[0].y1) for run in runs]
    kept = list(runs)
    if len(runs) > _RUNS_MOST:
        return kept
    at_height = _by_height(boxes)
    for at, (run, (x0, x1, y0, y1)) in enumerate(zip(runs, boxes, strict=True)):
        if len(run) > _INDEX_MOST:
            continue
        for other in at_height.get(_band((y0 + y1) / 2), ()):
            left, right, bottom, top = boxes[other]
            is_small = y1 - y0 < _RAISED * (top - bottom)
            if (
                is_small
                and left < x0
                and x1 < right + (top - bottom)
                and bottom - 0.3 * (top - bottom) < (y0 + y1) / 2 < top
            ):
                kept[other] = _inserted(kept[other], [char for char in run if char.text != " "])
                kept[at] = []
                break
    return kept


def _by_height(boxes: list[tuple[float, float, float, float]]) -> dict[int, list[int]]:
    """Return band of the page -> the boxes whose lines reach into it: what is far above or below need not be looked at."""
    bands: dict[int, list[int]] = {}
    for at, (_, _, bottom, top) in enumerate(boxes):
        first, last = _band(bottom - 0.3 * (top - bottom)), _band(top)
        for band in range(first, last + 1):
            bands.setdefault(band, []).append(at)
    return bands


def _band(height: float) -> int:
    return int(max(-_FARTHEST, min(height, _FARTHEST)) // _BAND)


def _inserted(line: list[_Char], index: list[_Char]) -> list[_Char]:
    at = next((place for place, char in enumerate(line) if char.text != " " and char.x0 >= index[0].x0), len(line))
    while at and line[at - 1].text == " ":
        at -= 1
    rest = line[at:]
    if len(rest) > 1 and rest[0].text == " " and rest[1].text in ",.;:)":
        rest = rest[1:]
    return line[:at] + index + rest


def _with_bullet(fragment: Fragment, bullets: tuple[Box, ...]) -> Fragment:
    for box in bullets:
        if (
            fragment.y0 < (box.y0 + box.y1) / 2 < fragment.y1
            and 0.1 * fragment.size < fragment.x0 - box.x1 < 2 * fragment.size
        ):
            return fragment._replace(text=f"\u2022 {fragment.text.lstrip()}", x0=box.x0)
    return fragment


def _runs(text_page: pdfium.PdfTextPage, uprights: tuple[Box, ...]) -> list[list[_Char]]:
    raw = text_page.raw
    box = pdfium_c.FS_RECTF()
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    runs: list[list[_Char]] = [[]]
    bold, font, is_word = False, "", False
    for index in range(text_page.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(raw, index)
        if code in (10, 13, 0):
            runs.append([])
            is_word = False
            continue
        char = chr(code) if code <= sys.maxunicode else "\ufffd"
        if char.isspace():
            is_word = False
            if runs[-1]:
                runs[-1].append(runs[-1][-1]._replace(text=" ", x0=runs[-1][-1].x1))
            continue
        if not is_word:
            length = pdfium_c.FPDFText_GetFontInfo(raw, index, name, 128, flags)
            font = name.value.decode("latin-1") if length > 1 else ""
            bold = pdfium_c.FPDFText_GetFontWeight(raw, index) >= _HEAVY or _BOLD.search(font) is not None
            is_word = True
        if not pdfium_c.FPDFText_GetLooseCharBox(raw, index, box):
            continue
        if not max(abs(box.left), abs(box.right), abs(box.bottom), abs(box.top)) < _FARTHEST:
            continue  # a damaged font puts a character nowhere, or at no number at all
        new = _Char(char, box.left, box.right, box.bottom, box.top, bold, font)
        if runs[-1] and (_is_apart(runs[-1], new) or _is_parted(runs[-1][-1], new, uprights)):
            runs.append([])
        runs[-1].append(new)
    return runs


def _is_apart(run: list[_Char], new: _Char) -> bool:
    last = run[-1]
    if new.y1 < last.y0 + 0.3 * last.height:
        return True  # on the next line: pdfium does not part lines at a hyphen
    return new.x0 - last.x1 > _CELL_GAP * max(last.height, new.height) or new.x1 < run[0].x0 - last.height


def _is_parted(last: _Char, new: _Char, uprights: tuple[Box, ...]) -> bool:
    """Tell whether a rule stands between two characters."""
    if new.x0 - last.x1 < _APART or not uprights:
        return False
    middle = (new.y0 + new.y1) / 2
    return any(last.x1 - 1 <= rule.x0 and rule.x1 <= new.x0 + 1 and rule.y0 < middle < rule.y1 for rule in uprights)


def _fragment(run: list[_Char]) -> Fragment | None:
    while run and run[-1].text == " ":
        run = run[:-1]
    if not run or not any(char.text.strip() for char in run):
        return None
    solid = [char for char in run if char.text != " "]
    size = statistics.median(char.height for char in solid)
    base = statistics.median(char.y0 for char in solid)
    return Fragment(
        text=_with_powers(run, size, base),
        x0=min(char.x0 for char in solid),
        x1=max(char.x1 for char in solid),
        y0=base,
        y1=statistics.median(char.y1 for char in solid),
        size=round(size, 1),
        bold=sum(char.bold for char in solid) > 0.6 * len(solid),
        font=statistics.mode(char.font for char in solid),
    )


def _with_powers(run: list[_Char], size: float, base: float) -> str:
    """Return the text of a run; raised numbers after a word are marks of notes and dropped, others are powers."""
    text, raised = "", ""
    for char in [*run, None]:
        if char is not None and char.text != " " and char.height < _RAISED * size and char.y0 > base + 0.12 * size:
            raised += char.text
            continue
        if raised:
            is_mark = all(c in "0123456789,-\u2013\u2010" for c in raised) and (
                text[-1:] in _ENDS or bool(_WORD.search(text))
            )
            text += "" if is_mark and text else superscript(raised)
            raised = ""
        if char is not None:
            text += char.text
    return text.replace("\ufffe", _HYPHEN)
