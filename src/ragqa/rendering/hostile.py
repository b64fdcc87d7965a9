"""Text of documents and users in; the same text, unable to move a cursor, turn a line round or hide a word, out.

Nothing visible is taken away: only characters that change how a line is shown. What is markup to one form
(Markdown, HTML) is that form's own matter and stands in its module.
"""

from __future__ import annotations

import re

from ragqa.patterns import lazy_pattern
from ragqa.text import normalise, one_line

_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"  # show nothing, yet are letters or symbols
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"  # carry hidden bytes behind a visible character
_UNSEEN = lazy_pattern(f"[{_BLANK_LETTERS}{_SELECTORS}\u034f\u206a-\u206f\ufffe\uffff]")
_BROKEN = lazy_pattern("[\ud800-\udfff]")  # half characters, which no file and no terminal takes
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_PILE = lazy_pattern(f"([{_MARKS}]{{4}})[{_MARKS}]+")  # marks stacked over the lines above and below
_CONTROL = lazy_pattern(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def safe(text: str) -> str:
    """Return text on one line, without control, bidi, zero-width and other characters that are not seen."""
    return one_line(_without_unseen(text))


def safe_run(text: str) -> str:
    """Return text as `safe` does, but keep one blank at an end that has white space: it joins on to other text."""
    kept = safe(text)
    if not kept:
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}{kept}{' ' if text[-1].isspace() else ''}"


def safe_lines(text: str) -> list[str]:
    """Return the lines of a text, each made safe."""
    return [one_line(line) for line in _without_unseen(text).split("\n")]


def escape_controls(json: str) -> str:
    r"""Return JSON text with its control, bidi and zero-width characters as \uXXXX: the same value, safe to show."""
    return _CONTROL.sub(_as_escape, json)


def _without_unseen(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    text = _UNSEEN.sub("", normalise(_BROKEN.sub("\ufffd", text)))
    return _PILE.sub(r"\1", text)


def _as_escape(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
