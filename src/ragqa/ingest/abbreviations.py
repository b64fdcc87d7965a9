"""A text in, the abbreviations that it defines out.

The algorithm of A. S. Schwartz and M. A. Hearst, "A simple algorithm for identifying abbreviation definitions in
biomedical text", Pacific Symposium on Biocomputing 8 (2003), 451-462.
"""

from __future__ import annotations

import re
from typing import Final

_BRACKETS: Final = re.compile(r"\(([^()\[\]\n]{2,200})\)")
_SENTENCE: Final = re.compile(r"[.!?]\s+(?=[A-Z(])|\n")
_SHORT_LEAST: Final = 2
_SHORT_MOST: Final = 10
_LONG_WORDS: Final = 2
_WORD: Final = re.compile(r"\S+")


def abbreviations(text: str) -> list[tuple[str, str]]:
    """Return (short form, long form) in order of definition, each pair once.

    Both orders are seen: "long form (SF)" and "SF (long form)".
    """
    found: dict[tuple[str, str], None] = {}
    for match in _BRACKETS.finditer(text):
        inside = match.group(1).strip()
        before = _SENTENCE.split(text[max(0, match.start() - 300) : match.start()])[-1].rstrip()
        short = re.split(r"[;,]|\s+or\s+", inside)[0].strip()
        if _is_short_form(short):
            long = best_long_form(short, _window(before, short))
            if long is not None:
                found[(short, long)] = None
                continue
        words = before.split()
        if words and len(inside.split()) >= _LONG_WORDS and _is_short_form(words[-1]):
            long = best_long_form(words[-1], inside)
            if long is not None:
                found[(words[-1], long)] = None
    return list(found)


def best_long_form(short: str, candidate: str) -> str | None:
    """Return the shortest end of `candidate` that holds the characters of `short` in order, the first at a word's start.

    This is `findBestLongForm` of the paper. None where there is none, or it is no real long form.
    """
    at_long = len(candidate) - 1
    for at_short in range(len(short) - 1, -1, -1):
        wanted = short[at_short].lower()
        if not wanted.isalnum():
            continue
        while at_long >= 0 and (
            candidate[at_long].lower() != wanted or (at_short == 0 and at_long > 0 and candidate[at_long - 1].isalnum())
        ):
            at_long -= 1
        if at_long < 0:
            return None
        at_long -= 1
    long = candidate[candidate.rfind(" ", 0, at_long + 1) + 1 :].strip().lstrip("(['\"\u201c")
    return long if _is_long_form(short, long) else None


def _window(before: str, short: str) -> str:
    """Return the words before a bracket that may hold the long form: min(|A| + 5, 2|A|) of them."""
    most = min(len(short) + 5, len(short) * 2)
    words = list(_WORD.finditer(before))
    return before[words[-most].start() :] if len(words) > most else before


def _is_short_form(text: str) -> bool:
    return (
        _SHORT_LEAST <= len(text) <= _SHORT_MOST
        and len(text.split()) <= _LONG_WORDS
        and text[0].isalnum()
        and any(c.isupper() for c in text)
        and not re.fullmatch(r"[A-Z][a-z]{2,}|\d.*[%\d]|[A-Z]\d{4}", text)
    )


def _is_long_form(short: str, long: str) -> bool:
    letters = sum(c.isalnum() for c in short)
    words = [word for word in re.split(r"[\s-]+", long) if word]
    return (
        len(long) > len(short)
        and len(words) <= min(letters + 5, letters * 2)
        and short not in long.split()
        and long[0].isalnum()
        and not (len(words) == 1 and len(long) < letters + 3)
    )
