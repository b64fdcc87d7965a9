"""Statements in; the hard words in them, explained, out. The explanations ship with ragqa and are no part of any quote."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

MOST_WORDS = 12


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    table = tomllib.loads(files("ragqa.compose").joinpath("glossary.toml").read_text(encoding="utf-8"))
    return tuple((word, meaning, _pattern(word)) for word, meaning in table.items())


def explained(statements: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the hard words of statements with their meanings, in order of first use, twelve at most."""
    found = []
    text = " ".join(statements)
    for word, meaning, pattern in _words():
        match = pattern.search(text)
        if match:
            found.append((match.start(), word, meaning))
    return tuple((word, meaning) for _, word, meaning in sorted(found)[:MOST_WORDS])


def _pattern(word: str) -> re.Pattern[str]:
    """Return what finds a word in both spellings and in the plural; one with a capital only as it is written: eGFR is no EGFR."""
    if word != word.lower():
        return re.compile(rf"(?<!\w){re.escape(word)}s?(?!\w)")
    spelled = re.escape(word).replace("ae", "a?e").replace("oe", "o?e")
    return re.compile(rf"(?<!\w){spelled}(?:e?s)?(?!\w)", re.IGNORECASE)
