"""A sentence and the quotes that it cites in; whether one of them bears it whole, out. Nothing here trusts whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ragqa.protocols import Vectors
from ragqa.text import sentences, words
from ragqa.verify.findings import Fault, Finding
from ragqa.verify.names import NameBook, check_names
from ragqa.verify.polarity import check_polarity
from ragqa.verify.quantities import check_quantities
from ragqa.verify.strength import check_strength

NEAREST = 0.6  # cosine; see bench/verify.py
LEAST_WORDS, MOST_WORDS = 3, 70
_ENDS = (".", "!", "?", ".”", '."', ".)")


class Verifier:
    """Holds sentences against quotes with rules for what can go wrong, and the encoder for what is left."""

    def __init__(self, book: NameBook, encode: Callable[[Sequence[str]], Vectors], *, nearest: float = NEAREST) -> None:
        self._book, self._encode, self._nearest = book, encode, nearest

    def check(self, sentence: str, quote: str) -> list[Finding]:
        """Return what a sentence says beyond one quote, most telling first; empty where the quote bears it whole."""
        faults = _shape(sentence)
        if faults or sentence == quote:
            return faults
        faults = [
            *check_quantities(sentence, quote),
            *check_polarity(sentence, quote),
            *check_names(sentence, quote, self._book),
            *check_strength(sentence, quote),
        ]
        return faults or self._meaning(sentence, quote)

    def bearing(self, sentence: str, quotes: Sequence[str]) -> tuple[list[int], list[Finding]]:
        """Return which of the quotes bear a sentence, each alone and whole; where none does, why the nearest does not."""
        found = [self.check(sentence, quote) for quote in quotes]
        bearing = [place for place, faults in enumerate(found) if not faults]
        if bearing or not found:
            return bearing, [] if found else [Finding(Fault.SHAPE, "the sentence cites nothing")]
        return [], min(found, key=len)

    def _meaning(self, sentence: str, quote: str) -> list[Finding]:
        one, other = self._encode([sentence]), self._encode([quote])
        cosine = float(np.dot(one[0], other[0]))
        return [] if cosine >= self._nearest else [Finding(Fault.MEANING, f"cosine {cosine:.2f} to the quote")]


def _shape(sentence: str) -> list[Finding]:
    count = len(words(sentence))
    if "\n" in sentence or len(sentences(sentence)) != 1:
        return [Finding(Fault.SHAPE, "not one sentence")]
    if not LEAST_WORDS <= count <= MOST_WORDS or not sentence.rstrip().endswith(_ENDS):
        return [Finding(Fault.SHAPE, "not a whole sentence")]
    return []
