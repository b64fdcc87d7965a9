"""Statements in; the hard words in them, explained, out. The explanations ship with ragqa and are no part of any quote."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from ragqa.readability import pattern_of

MOST_WORDS = 12


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    table = tomllib.loads(files("ragqa.compose").joinpath("glossary.toml").read_text(encoding="utf-8"))
    return tuple((word, meaning, pattern_of(word)) for word, meaning in table.items())


def explained(statements: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the hard words of statements with their meanings, in order of first use, twelve at most."""
    found = []
    text = " ".join(statements)
    for word, meaning, pattern in _words():
        match = pattern.search(text)
        if match:
            found.append((match.start(), word, meaning))
    return tuple((word, meaning) for _, word, meaning in sorted(found)[:MOST_WORDS])
