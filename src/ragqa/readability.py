"""A text in, its reading grade out; a hard word in, what finds it out."""

from __future__ import annotations

import re
from functools import lru_cache

from ragqa.patterns import lazy_pattern
from ragqa.text import sentences

_WORD = lazy_pattern(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_VOWELS = lazy_pattern(r"[aeiouy]+")
_SILENT = lazy_pattern(r"(?:[^laeiouy]es|[^aeiouytd]ed|[^laeiouy]e)$")


def syllables(word: str) -> int:
    """Return the syllables of a word, estimated: runs of vowels, less a silent ending, one at least."""
    low = word.lower()
    return max(1, len(_VOWELS.findall(low)) - (1 if _SILENT.search(low) and not low.endswith("le") else 0))


def reading_grade(text: str) -> float | None:
    """Return the Flesch-Kincaid grade (Kincaid et al., 1975); None for a text without words."""
    found = _WORD.findall(text)
    if not found:
        return None
    spans = [1 for start, end in sentences(text) if _WORD.search(text, start, end)]
    return 0.39 * len(found) / len(spans) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


@lru_cache(maxsize=512)
def pattern_of(word: str) -> re.Pattern[str]:
    """Return what finds a hard word in both spellings and in the plural; one with a capital only as it is written: eGFR is no EGFR."""
    if word != word.lower():
        return re.compile(rf"(?<!\w){re.escape(word)}s?(?!\w)")
    spelled = re.escape(word).replace("ae", "a?e").replace("oe", "o?e")
    return re.compile(rf"(?<!\w){spelled}(?:e?s)?(?!\w)", re.IGNORECASE)
