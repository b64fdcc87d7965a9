"""Lines in reading order in; headings, paragraphs, list items and table rows to a builder out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ragqa.ingest.builder import Builder, clean
from ragqa.ingest.pdf_layout import Line
from ragqa.ingest.pdf_marks import CAPTION, Heading, find_headings, list_marks
from ragqa.ingest.pdf_measures import Measures, is_below
from ragqa.ingest.pdf_tables import cells_of_grid, end_of_table, rows_of_lines
from ragqa.ingest.pdf_words import Words
from ragqa.ingest.tables import Table, lay_out
from ragqa.vocabulary import BlockKind

_LEADERS: Final = re.compile(r".{0,200}?(?:\.\s?){5,250}\s{0,9}(?:\d{1,4}|[ivxl]{1,8})?\s{0,9}$")
_CONTENTS: Final = re.compile(r"(?:.*:\s*)?(?:table of )?contents\*?", re.IGNORECASE)
_RULE: Final = re.compile(r"[\W_]*$")
_CONTENTS_LINES: Final = 400
_CAPTION_WORDS: Final = 60
_LONG_PARAGRAPH: Final = 3  # lines
# Distances of two lines, in those usual within a paragraph, up to which the second goes on with the first:
_SENTENCE_GAP: Final = 1.2  # after the end of a sentence
_PARAGRAPH_GAP: Final = 1.45
_WIDE_GAP: Final = 2.2  # in the middle of a sentence that goes on in small letters


class PdfWriter:
    """Feed a builder from lines: where a paragraph ends and a list or table begins is decided here."""

    def __init__(self, builder: Builder, lines: Sequence[Line], title: str) -> None:
        self._builder = builder
        self._title = _letters(title)
        self._lines = _without_contents(
            [line for line in lines if not _LEADERS.match(line.text) and not _RULE.match(line.text)]
        )
        self._words = Words(part.text for line in self._lines for part in (line.inside or line.cells))
        self._measures = Measures(self._lines)
        self._marks = list_marks(self._lines)
        self._headings = find_headings(self._lines, self._measures, self._marks)
        self._held: list[int] = []
        self._in_list = False  # under a lead-in: lines that are set in, without marks, are items
        self._indents: list[float] = []  # where the items of the lists around begin
        self._left, self._place = 0.0, (0, 0)  # where the last paragraph begins
        self._page = 0

    def write(self) -> None:
        """Feed everything."""
        at = 0
        while at < len(self._lines):
            heading = self._headings.get(at)
            if heading:
                self._heading(heading)
                at = heading.end
            elif self._lines[at].grid:
                self._ruled(self._lines[at])
                at += 1
            elif len(self._lines[at].cells) > 1 and at not in self._marks:
                at = self._table(at)
            else:
                if self._held and not self._goes_on(self._held[-1], at):
                    self._flush()
                self._held.append(at)
                at += 1
        self._flush()

    def _heading(self, heading: Heading) -> None:
        self._flush()
        self._end_list()
        lines = self._lines[heading.start : heading.end]
        self._turn(lines[0].page)
        text = self._words.join([line.text for line in lines])
        if lines[0].page != self._lines[0].page or _letters(text) not in self._title:
            self._builder.heading(text, heading.level)

    def _goes_on(self, before: int, at: int) -> bool:
        """Tell whether a line goes on with the paragraph or item of the line before it."""
        above, line, first = self._lines[before], self._lines[at], self._lines[self._held[0]]
        if at in self._marks or CAPTION.match(line.text) or abs(above.size - line.size) > 0.15 * self._measures.body:
            return False
        ends = above.text.rstrip().endswith((".", "!", "?", ":"))
        if not is_below(above, line):
            return not ends and not (line.text[:1].isupper() and self._measures.is_short(above))
        gap = (above.y - line.y) / self._measures.pitch
        if self._held[0] in self._marks:
            least = 0.3 if ends else -0.5  # after a full stop only what is set in like the item's text belongs to it
            return gap < _PARAGRAPH_GAP and line.x0 > first.x0 + least * line.size
        is_long = len(self._held) >= _LONG_PARAGRAPH  # longer than a lead-in, so that what follows is no item
        if not ends and line.text[:1].islower() and (is_long or not self._measures.is_short(above)):
            return gap < _WIDE_GAP
        return gap <= (_SENTENCE_GAP if ends else _PARAGRAPH_GAP) and not self._is_new(above, line, ends=ends)

    def _is_new(self, above: Line, line: Line, *, ends: bool) -> bool:
        """Tell whether a line close below another begins a paragraph or item of its own."""
        if self._measures.breaks_early(above, line) if ends or self._in_list else self._measures.is_short(above):
            return True
        if self._in_list and line.text[:1].isupper() and above.text.rstrip().endswith((".", ";", ")", "]")):
            return True
        return line.x0 >= above.x0 + 0.8 * line.size and len(self._held) > 1

    def _flush(self) -> None:
        if not self._held:
            return
        held, self._held = self._held, []
        first = self._lines[held[0]]
        text, breaks = self._joined(held)
        if CAPTION.match(text) and len(text.split()) < _CAPTION_WORDS:
            self._end_list()
            self._builder.paragraph(text, kind=BlockKind.CAPTION, breaks=breaks)
        elif held[0] in self._marks or self._is_set_in(first):
            self._indents = [x for x in self._indents if x < first.x0 - 4] + [first.x0]
            self._builder.list_item(text, depth=len(self._indents) - 1, breaks=breaks)
        else:
            self._end_list()
            self._builder.paragraph(text, breaks=breaks)
        if not self._indents:
            self._left, self._place = first.x0, (first.page, first.column)
            self._in_list = not text.endswith((".", "!", "?", ")"))

    def _is_set_in(self, line: Line) -> bool:
        """Tell whether a line without a mark is an item: set in, or in small letters, under a lead-in."""
        if not self._in_list or (line.page, line.column) != self._place:
            return False
        if self._indents:
            return line.x0 > self._indents[0] - 4
        return line.x0 > self._left + 0.8 * line.size or (line.text[:1].islower() and line.x0 > self._left - 4)

    def _end_list(self) -> None:
        self._indents = []
        self._in_list = False

    def _joined(self, held: list[int]) -> tuple[str, list[tuple[int, int]]]:
        """Return the text of lines without a list mark, and where in it a page begins."""
        texts = [self._lines[at].text for at in held]
        texts[0] = texts[0][self._marks.get(held[0], 0) :]
        self._turn(self._lines[held[0]].page)
        breaks: list[tuple[int, int]] = []
        for number, at in enumerate(held[1:], start=1):
            if self._lines[at].page != self._page:
                self._page = self._lines[at].page
                breaks.append((len(clean(self._words.join(texts[:number]))), self._page))
        text = clean(self._words.join(texts))
        return text, [(min(offset, max(len(text) - 1, 0)), page) for offset, page in breaks]

    def _turn(self, page: int) -> None:
        if page != self._page:
            self._page = page
            self._builder.page(page)

    def _ruled(self, line: Line) -> None:
        self._flush()
        self._end_list()
        self._turn(line.page)
        if line.grid is not None:
            self._builder.table(lay_out("", cells_of_grid(line.grid, line.inside, self._clean)))

    def _table(self, at: int) -> int:
        self._flush()
        self._end_list()
        self._turn(self._lines[at].page)
        end = end_of_table(self._lines, at, self._is_stop, self._measures.pitch)
        rows = rows_of_lines(self._lines[at:end], self._measures.pitch, self._clean)
        self._builder.table(Table("", "", tuple(" | ".join(cell for cell in row if cell) for row in rows)))
        return end

    def _is_stop(self, at: int) -> bool:
        return at in self._headings or at in self._marks or self._lines[at].grid is not None

    def _clean(self, texts: list[str]) -> str:
        return clean(self._words.join(texts))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _without_contents(lines: list[Line]) -> list[Line]:
    """Leave out a table of contents: from its heading to where its first entry comes back as a heading."""
    for at, line in enumerate(lines[:-1]):
        if not _CONTENTS.fullmatch(line.text.strip()):
            continue
        entry = _letters(re.sub(r"\s+\d+$", "", lines[at + 1].text))
        for later in range(at + 2, min(at + _CONTENTS_LINES, len(lines))):
            if entry and _letters(lines[later].text) == entry:
                return lines[:at] + lines[later:]
    return lines
