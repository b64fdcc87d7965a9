"""A text asked about and an index in; how much of it another text covers, by idf, out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import chain, compress, pairwise
from typing import NamedTuple

from ragqa.compose.topic import idf, joined_terms
from ragqa.protocols import PassageIndex
from ragqa.text import terms


class Covered(NamedTuple):
    """The share of single terms and of pairs in a row that is covered, by idf, each 0 to 1."""

    words: float
    pairs: float


class TermCoverage:
    """The terms of a text, weighed by their rarity in an index: idf = ln(1 + N / (df + 0.5)); a pair weighs both."""

    def __init__(self, text: str, index: PassageIndex) -> None:
        row = terms(text)
        weights = _weights(row, index)
        self._words = {f" {term} ": weight for term, weight in weights.items()}
        self._pairs = {f" {a} {b} ": weights[a] + weights[b] for a, b in pairwise(row)}
        self._mass = Covered(sum(self._words.values()) or 1.0, sum(self._pairs.values()) or 1.0)

    def held(self, text: str) -> tuple[str, ...]:
        """Return the terms that a text holds, each between blanks, for `beyond`."""
        return tuple(filter(joined_terms(text).__contains__, self._words))

    def beyond(self, text: str, terms: Sequence[str]) -> float:
        """Return the share, by idf, of terms (see `held`) that a text does not hold, 0 to 1."""
        joined = joined_terms(text) if terms else ""
        return sum(self._words[term] for term in terms if term not in joined) / self._mass.words

    def of(self, text: str) -> Covered:
        """Return what a text covers."""
        joined = joined_terms(text)
        single = sum(compress(self._words.values(), map(joined.__contains__, self._words)))
        paired = sum(compress(self._pairs.values(), map(joined.__contains__, self._pairs)))
        return Covered(single / self._mass.words, paired / self._mass.pairs)


def densities(texts: Sequence[str], of_question: Collection[str], index: PassageIndex) -> list[float]:
    """Return how much of each text, by idf, is made of the terms of a question: low where it goes on about other things."""
    by_text = [joined_terms(text).split() for text in texts]
    weights = _weights(chain.from_iterable(by_text), index)
    asked = weights.keys() & set(of_question)
    return [sum([weights[term] for term in row if term in asked]) / (sum(map(weights.__getitem__, row)) or 1.0) if not asked.isdisjoint(row) else 0.0 for row in by_text]


def _weights(row: Iterable[str], index: PassageIndex) -> dict[str, float]:
    """Return the idf of each term."""
    distinct = list(dict.fromkeys(row))
    found, passages = index.document_frequency(distinct), index.passage_count
    by_frequency = {df: idf(df, passages) for df in set(found)}  # most terms are rare, and stand in one, two or three passages
    return dict(zip(distinct, map(by_frequency.__getitem__, found), strict=True))
