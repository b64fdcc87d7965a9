"""A sentence and the quotes that it cites in; whether one of them bears it whole, out. Nothing here trusts whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ragqa.patterns import lazy_pattern
from ragqa.protocols import Finding, Vectors
from ragqa.text import normalise, sentences, words
from ragqa.verify.framing import check_framing
from ragqa.verify.names import NameBook, check_names
from ragqa.verify.polarity import check_polarity
from ragqa.verify.quantities import check_quantities
from ragqa.verify.strength import check_strength
from ragqa.verify.wording import check_wording
from ragqa.vocabulary import Fault

RULES = "rules-4"
NEAREST = 0.6  # cosine; see bench/verify.py
ENTAILED = 0.5  # what a model of natural language inference must give at least
LEAST_WORDS, MOST_WORDS = 3, 70
Entails = Callable[[Sequence[tuple[str, str]]], list[float]]
"""(claim, text) pairs in, how far each text entails its claim, out: 0 to 1."""

_MARKS = lazy_pattern(r"[\[\]<>{}|`*#\\_]|\b(?:https?:|www\.)|[\x00-\x1f\x7f-\x9f]")
_CONTRACTED = lazy_pattern(r"(?<=\w)n['’]t\b")
_HANGING = lazy_pattern(r"[,;:]\W*$|\s[,.]")
_ENDS = (".", "!", "?", ".”", '."', ".)")


class Verifier:
    """Holds sentences against quotes with rules for what can go wrong, and the encoder for what is left."""

    def __init__(
        self, book: NameBook, encode: Callable[[Sequence[str]], Vectors], *, nearest: float = NEAREST, entails: Entails | None = None
    ) -> None:
        """Take the names that are known, the encoder, the least cosine, and what tells inference where there is such a model."""
        self._book, self._encode, self._nearest, self._entails = book, encode, nearest, entails

    @property
    def name(self) -> str:
        """Say which rules and which threshold these are."""
        return f"{RULES}, cosine {self._nearest:.2f}" + (f", entailment {ENTAILED:.2f}" if self._entails else "")

    def check(self, sentence: str, quote: str) -> list[Finding]:
        """Return what a sentence says beyond one quote, most telling first; empty where the quote bears it whole."""
        faults = _shape(sentence, quote)
        if faults or sentence == quote:
            return faults
        sentence, quote = _CONTRACTED.sub(" not", sentence), _CONTRACTED.sub(" not", quote)
        faults = [
            *check_quantities(sentence, quote),
            *check_framing(sentence, quote),
            *check_polarity(sentence, quote),
            *check_names(sentence, quote, self._book),
            *check_strength(sentence, quote),
        ] or check_wording(sentence, quote, self._book)
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
        if cosine < self._nearest:
            return [Finding(Fault.MEANING, f"cosine {cosine:.2f} to the quote")]
        if self._entails is not None and (found := self._entails([(sentence, quote)])[0]) < ENTAILED:
            return [Finding(Fault.MEANING, f"entailment {found:.2f} by the quote")]
        return []


def _shape(sentence: str, quote: str) -> list[Finding]:
    """Ask for one whole sentence of plain text, on one line, without marks that its quote does not hold."""
    strange = [mark for mark in _MARKS.findall(sentence) if mark not in quote]
    if strange or normalise(sentence) != sentence:
        return [Finding(Fault.SHAPE, f"not plain text: {' '.join(dict.fromkeys(strange))}".rstrip(": "))]
    count = len(words(sentence))
    if "\n" in sentence or len(sentences(sentence)) != 1:
        return [Finding(Fault.SHAPE, "not one sentence")]
    if not LEAST_WORDS <= count <= MOST_WORDS or not sentence.rstrip().endswith(_ENDS) or _HANGING.search(sentence):
        return [Finding(Fault.SHAPE, "not a whole sentence")]
    return []
