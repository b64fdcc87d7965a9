"""Lines in reading order in; which of them begin with the mark of a list, and which are headings, out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from ragqa.ingest.pdf_layout import Line
from ragqa.ingest.pdf_measures import Measures, is_below

BULLET: Final = re.compile(
    r"(?:[\u2022\u25aa\u25cf\u25cb\u25a0\u25a1\u25e6\u2023\u2043\u00b7\uf0b7\uf0a7\uf0d8\uf06f\u2610\u2751]|[o\-\u2013](?=\s))\s*"
)
SECTION: Final = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=[A-Z])")
CAPTION: Final = re.compile(r"(?:table|figure|fig\.|box|chart)\s+[\dA-Z]{1,3}[.:]?(?:\s+[A-Z]|$)", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"\(?(?:(\d{1,2})|([a-z])|([ivx]{1,4}))([.)])\s+(?=\S)")
_FAR: Final = 80  # lines between two items of one list
_ROMAN: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_HEADING_WORDS: Final = 20
_QUIET_WORDS: Final = 12  # of a heading in the size and weight of the text
_LEVEL: Final = 4.0  # points between two left edges that are the same
_SAME_SIZE: Final = 0.6
_LEAST_LETTERS: Final = 3
_MANY_NUMBERED: Final = 5


class Heading(NamedTuple):
    """The lines `start` to `end` (half-open) that are one heading."""

    start: int
    end: int
    level: int


def list_marks(lines: Sequence[Line]) -> dict[int, int]:
    """Return, for each line that begins an item of a list, how many characters its mark takes.

    A number or letter is a mark where it is the first of its kind or follows the one before it in the same place.
    """
    marks: dict[int, int] = {}
    last: dict[str, tuple[int, int, float]] = {}  # kind of number -> its value, line and place
    for at, line in enumerate(lines):
        bullet = BULLET.match(line.text)
        if bullet:
            marks[at] = bullet.end()
            continue
        match = _NUMBERED.match(line.text)
        if not match or SECTION.fullmatch(line.text):
            continue
        for kind, value in _values(match):
            before = last.get(kind)
            if value == 1 or (before is not None and value == before[0] + 1 and _follows(lines, before, at)):
                marks[at] = match.end()
                last[kind] = (value, at, line.x0)
                break
    return marks


def _follows(lines: Sequence[Line], before: tuple[int, int, float], at: int) -> bool:
    """Tell whether an item may stand in one list with one before it: in the same place, or in another column."""
    _, index, x0 = before
    elsewhere = (lines[index].page, lines[index].column) != (lines[at].page, lines[at].column)
    return at - index < _FAR and (elsewhere or abs(lines[at].x0 - x0) < 2 * _LEVEL)


def _values(match: re.Match[str]) -> list[tuple[str, int]]:
    number, letter, roman, sign = match.groups()
    values = []
    if number:
        values.append((f"number{sign}", int(number)))
    if letter:
        values.append((f"letter{sign}", ord(letter) - 96))
    text = letter or roman
    if text in _ROMAN:
        values.append((f"roman{sign}", _ROMAN.index(text) + 1))
    return values


def find_headings(lines: Sequence[Line], measures: Measures, marks: dict[int, int]) -> dict[int, Heading]:
    """Return the headings by their first line."""
    runs: list[tuple[int, int]] = []
    at = 0
    while at < len(lines):
        end = _run(lines, at, measures, marks, after_heading=bool(runs) and runs[-1][1] == at)
        if end > at:
            runs.append((at, end))
        at = max(end, at + 1)
    firsts = [lines[start] for start, _ in runs]
    numbered = sum(SECTION.match(line.text) is not None for line in firsts) >= _MANY_NUMBERED
    looks = sorted({_look(line) for line in firsts}, reverse=True)
    return {start: Heading(start, end, _level(lines[start], looks, numbered=numbered)) for start, end in runs}


def _look(line: Line) -> tuple[float, bool, bool]:
    return float(round(line.size)), line.bold, line.text.isupper()


def _level(line: Line, looks: list[tuple[float, bool, bool]], *, numbered: bool) -> int:
    number = SECTION.match(line.text)
    if numbered and number:
        return number.group(1).count(".") + 1
    rank = looks.index(_look(line)) + 1
    if not numbered:
        return rank
    return 1 if line.text.isupper() else 4 + rank


def _run(lines: Sequence[Line], at: int, measures: Measures, marks: dict[int, int], *, after_heading: bool) -> int:
    """Return the end of the heading that begins at a line; `at` itself where there is none."""
    if at in marks or not _may_begin(lines[at]):
        return at
    first = lines[at]
    if first.size >= 1.12 * measures.body or (first.bold and not measures.is_bold):
        end = at + 1
        while end < len(lines) and end not in marks and _same_look(lines[end - 1], lines[end]):
            if SECTION.match(first.text) and measures.breaks_early(lines[end - 1], lines[end]):
                break
            end += 1
        text = " ".join(line.text for line in lines[at:end])
        is_number = SECTION.match(text) is not None
        if end < len(lines) and _runs_on(lines[end - 1], lines[end], measures):
            return at
        if (
            len(text.split()) <= _HEADING_WORDS
            and not text.endswith((".", ";", ","))
            and (is_number or ". " not in text)
        ):
            return end
        return (
            at + 1
            if measures.is_short(first) and text.endswith(".") and not first.text.rstrip().endswith(".") and is_number
            else at
        )
    end = _numbered_run(lines, at, measures)
    if end == at and _is_quiet(lines, at, measures, marks, after_heading=after_heading):
        return at + 1
    return end


def _may_begin(line: Line) -> bool:
    text = line.text.strip()
    return (
        not line.grid
        and len(line.cells) == 1
        and len(text) >= _LEAST_LETTERS
        and any(c.isalpha() for c in text)
        and not text[0].islower()
        and not CAPTION.match(text)
    )


def _same_look(above: Line, line: Line) -> bool:
    return (
        is_below(above, line)
        and above.bold == line.bold
        and abs(above.size - line.size) < _SAME_SIZE
        and above.y - line.y < 1.35 * above.size
        and not line.grid
        and line.x0 < above.x0 + 12 + 0.4 * (above.x1 - above.x0)
        and len(line.cells) == 1
        and not SECTION.match(line.text)
        and (above.text.isupper() == line.text.isupper() or not any(c.isalpha() for c in line.text))
    )


def _runs_on(last: Line, following: Line, measures: Measures) -> bool:
    """Tell whether a bold line is only the beginning of a sentence that goes on below it."""
    return (
        following.text[:1].islower()
        and is_below(last, following)
        and not measures.is_short(last)
        and last.y - following.y < 1.3 * measures.pitch
    )


def _numbered_run(lines: Sequence[Line], at: int, measures: Measures) -> int:
    """Return the end of a heading such as "5.1 Hemorrhage" that is set like the text; `at` where there is none."""
    number = SECTION.match(lines[at].text)
    if not number or "." not in number.group(1):
        return at
    words = 0
    for end in range(at + 1, min(at + 4, len(lines))):
        line = lines[end - 1]
        words += len(line.text.split())
        if line.text.rstrip().endswith((".", ",", ";", ":")) or words > 1.5 * _HEADING_WORDS:
            return at
        if not is_below(line, lines[end]) or measures.breaks_early(line, lines[end]):
            return end
    return at


def _is_quiet(
    lines: Sequence[Line], at: int, measures: Measures, marks: dict[int, int], *, after_heading: bool
) -> bool:
    """Tell whether a line set like the text is a heading: short, ended early, apart from a finished text above it."""
    line = lines[at]
    if at + 1 >= len(lines) or not is_below(line, lines[at + 1]) or not measures.is_short(line):
        return False
    text = line.text.rstrip()
    if (
        len(text.split()) > _QUIET_WORDS
        or text.endswith((".", ",", ";", ":", "?", "!", "-"))
        or text[0] in "*\u2020\u2021("
        or text[0].isdigit()
    ):
        return False
    following = lines[at + 1]
    above = lines[at - 1] if at else None
    is_top = above is None or not is_below(above, line)
    is_apart = is_top or after_heading or (above is not None and above.y - line.y > 1.15 * measures.pitch)
    is_finished = after_heading or (
        above is not None and above.text.rstrip().endswith((".", "!", "?", ".)", ")]", ")"))
    )
    if at + 1 in marks:
        return is_apart and is_finished
    goes_on = (
        following.text[:1].isupper() and len(following.text.split()) > len(text.split()) and len(following.cells) == 1
    )
    is_level = abs(following.x0 - line.x0) < 0.5 * line.size
    return (
        is_apart
        and is_finished
        and goes_on
        and is_level
        and (line.font != measures.font or not measures.is_short(following))
    )
