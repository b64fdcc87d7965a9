"""A text that must stay as it is in; the sections and blocks that can be seen in its lines out, as spans of it.

This is for records whose offsets others point at. Readers that make their own text use `builder` instead.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ragqa.ingest.boilerplate import is_boilerplate
from ragqa.ingest.glued import Piece, pieces_of_line
from ragqa.ingest.labels import label_spans
from ragqa.types import Block, DocumentSection, Span
from ragqa.vocabulary import BlockKind

_LINE: Final = re.compile(r"[^\n]+")
_WORD: Final = re.compile(r"\w")
_DOTTED: Final = re.compile(r"(TITLE|ABSTRACT|BODY)(?:\.([^\n]{1,150}?))?:\s*$")  # "BODY.RESULTS:" on a line of its own
_MARKS: Final = re.compile(r"#{1,6}\s+(\S.*)$")
_RUN_IN: Final = re.compile(r"(Abstract|Text|Summary|[A-Z][A-Z][A-Z /,&'()-]{2,60})\s?:\s+(?=\S)")
_SHORT: Final = re.compile(r"[A-Z0-9\"'(][^\n]{1,98}[^\s.:;,!?]$")
_SHORT_WORDS: Final = 12
_CUT: Final = re.compile(
    r"\b(?:a|an|the|of|in|on|to|for|with|by|from|as|at|and|or|but|that|which|is|are|was|were|be|been|has|have|had|not|than|its|their|our|this|these)$",
    re.IGNORECASE,
)
_LETTERHEAD: Final = re.compile(
    r"(?:https?://\S+$|(?:SHA|DOI|Date|Authors?|License|Licence|URL|PMID|PMCID)\s?:)", re.IGNORECASE
)
_LETTERHEAD_LINES: Final = 12
_MAIN: Final = re.compile(
    r"(?:background|introduction|aims?|objectives?|(?:materials?|patients|subjects)?(?:,? and |, )?methods?(?: and materials)?|methodology|results?|findings"
    r"|discussion|(?:results and )?discussions?|conclusions?|summary|limitations?|case (?:report|presentation)|study design)",
    re.IGNORECASE,
)


class Structure(NamedTuple):
    """The sections and blocks of a text."""

    sections: tuple[DocumentSection, ...]
    blocks: tuple[Block, ...]


def structure(text: str, *, title: str = "", path: tuple[str, ...] = ()) -> Structure:
    """Return the structure of a text; every heading path begins with `path`, and the title is no block."""
    lines = [(match.start(), match.end()) for match in _LINE.finditer(text) if match.group().strip()]
    outline = _Outline(text, path)
    for at, (start, end) in enumerate(lines):
        line = text[start:end].strip()
        if at < _LETTERHEAD_LINES and (line.casefold() == title.casefold() or _LETTERHEAD.match(line)):
            continue
        following = text[slice(*lines[at + 1])].strip() if at + 1 < len(lines) else ""
        if not outline.open_heading(line, following, is_apart=text.endswith("\n\n", 0, start) or at == 0):
            outline.add_line(start, end)
    outline.close()
    return Structure(tuple(outline.sections), tuple(outline.blocks))


class _Outline:
    def __init__(self, text: str, path: tuple[str, ...]) -> None:
        self._text = text
        self._base = path
        self._headings: tuple[str, ...] = ()
        self._first: int | None = None  # the first block of the open section
        self._left_out = False
        self._lead: Span | None = None  # what introduces short lines that follow
        self.sections: list[DocumentSection] = []
        self.blocks: list[Block] = []

    def open_heading(self, line: str, following: str, *, is_apart: bool) -> bool:
        """Open a section where a line is a heading."""
        dotted, marked = _DOTTED.fullmatch(line), _MARKS.fullmatch(line)
        if dotted:
            self._open_dotted(dotted)
        elif marked:
            self._open((marked.group(1).strip(),))
        elif is_apart and self._lead is None and _is_heading(line, following):
            self._open((line,))
        else:
            return False
        return True

    def add_line(self, start: int, end: int) -> None:
        """Add what a line holds: a part with its label, a list, sentences."""
        if self._left_out:
            return
        match = _RUN_IN.match(self._text, start, end)
        if match and match.end() < end:
            label = match.group(1)
            self._open(() if label == "Text" else (label.capitalize() if label.isupper() else label,))
            self._add_parts(match.end(), end)
        else:
            self._add_parts(start, end)

    def _add_parts(self, start: int, end: int) -> None:
        if self._left_out:
            return
        outer = self._headings
        for label, first, last in label_spans(self._text, start, end):
            if label:
                self._open((*outer[:1], label) if outer and outer[0] == "Abstract" else (label,))
            self._add_pieces(pieces_of_line(self._text, first, last))

    def close(self) -> None:
        """End the open section."""
        self._lead = None
        if self._first is not None:
            span = Span(start=self.blocks[self._first].span.start, end=self.blocks[-1].span.end)
            self.sections.append(DocumentSection(heading_path=(*self._base, *self._headings), span=span))
            self._first = None

    def _open(self, headings: tuple[str, ...]) -> None:
        self.close()
        self._headings = headings
        self._left_out = bool(headings) and is_boilerplate(headings[-1])

    def _open_dotted(self, match: re.Match[str]) -> None:
        part, name = match.group(1), (match.group(2) or "").strip()
        heading = name.capitalize() if name.isupper() else name
        if part == "ABSTRACT":
            self._open(("Abstract", heading) if heading else ("Abstract",))
        elif part == "TITLE":
            self._open(("Title",))
            self._left_out = True
        elif not heading or _MAIN.fullmatch(heading) or not self._headings or self._headings[0] == "Abstract":
            self._open((heading,) if heading else ())
        else:
            self._open((self._headings[0], heading))

    def _add_pieces(self, pieces: list[Piece]) -> None:
        short = len(pieces) == 1 and self._lead is not None and _is_short(self._text[pieces[0].start : pieces[0].end])
        for piece in pieces:
            if not _WORD.search(self._text, piece.start, piece.end):
                continue
            if self._first is None:
                self._first = len(self.blocks)
            lead = self._lead if short else piece.lead_in
            kind = BlockKind.LIST_ITEM if short else piece.kind
            self.blocks.append(
                Block(kind=kind, span=Span(start=piece.start, end=piece.end), lead_in=lead, header=piece.header)
            )
        if pieces and not short:
            last = pieces[-1]
            is_lead = last.kind is BlockKind.PARAGRAPH and self._text[last.start : last.end].endswith(":")
            self._lead = Span(start=last.sentence_start(self._text), end=last.end) if is_lead else None


def _is_heading(line: str, following: str) -> bool:
    """Tell whether a short line stands over the next: neither is a piece of a sentence that was cut."""
    is_cut = _CUT.search(line) is not None or not following or following[0].islower() or following[0] in ",;)"
    return _is_short(line) and not is_cut and not _is_short(following)


def _is_short(line: str) -> bool:
    return bool(_SHORT.fullmatch(line)) and len(line.split()) <= _SHORT_WORDS
