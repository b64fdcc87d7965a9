"""Terms of passages in; what BM25 knows of a generation, pinned, and sparse vectors by it, out.

score(q, d) = sum over t in q of idf(t) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * |d| / avgdl)): a passage's sparse vector
holds tf / (tf + k1 (1 - b + b |d| / avgdl)), a question's holds idf times k1 + 1. So the inner product that a server computes, in however
many shards, is the score of one index, and another passage's coming or going changes none.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ragqa.cluster.collections import Sparse
from ragqa.protocols import Instead

MOST_OFTEN = 65_535
Kept = tuple[Sparse, int]
"""The sparse vector of a passage, and its length in terms."""


@lru_cache(maxsize=500_000)
def term_number(term: str) -> int:
    """Return the number that stands for a term on a server; terms that share one count as one."""
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "little")


class Statistics(NamedTuple):
    """How many passages there are, how long they are on the mean, and in how many each term stands."""

    k1: float
    b: float
    passages: int
    average: float
    terms: NDArray[np.uint32]  # rising
    frequencies: NDArray[np.int64]

    def document_frequency(self, term: str) -> int:
        """Return in how many passages a term stands."""
        number = np.uint32(term_number(term))
        place = int(np.searchsorted(self.terms, number))
        return int(self.frequencies[place]) if place < self.terms.size and self.terms[place] == number else 0

    def idf(self, terms: Sequence[str]) -> NDArray[np.float64]:
        """Return ln(1 + (N - n + 0.5) / (n + 0.5)) of each term, as Lucene does."""
        found = np.array([self.document_frequency(term) for term in terms], dtype=np.int64)
        return np.log1p((self.passages - found + 0.5) / (found + 0.5))

    def passage_vector(self, terms: Sequence[str]) -> Sparse:
        """Return the sparse vector of a passage from its terms."""
        counts = Counter(map(term_number, terms))
        longer = self._longer(len(terms))
        numbers = sorted(counts)
        return Sparse(
            numbers, [float(np.float32(_saturated(min(counts[number], MOST_OFTEN), longer))) for number in numbers]
        )

    def question_vector(self, terms: Mapping[str, float]) -> Sparse:
        """Return the sparse vector of weighted terms, without those that stand nowhere."""
        names = [term for term, weight in sorted(terms.items()) if weight and self.document_frequency(term)]
        weights: dict[int, float] = {}
        for term, idf in zip(names, self.idf(names), strict=True):
            number = term_number(term)
            weights[number] = weights.get(number, 0.0) + terms[term] * float(idf) * (self.k1 + 1)
        numbers = sorted(weights)
        return Sparse(numbers, [weights[number] for number in numbers])

    def scores(self, terms: Mapping[str, float], found: Sequence[Kept], instead: Sequence[Instead] = ()) -> NDArray[np.float32]:
        """Return the BM25 score of passages from their sparse vectors and lengths, to the last bit as a local index does."""
        scores = self._summed(terms, found)
        for one in instead:
            best = np.zeros(len(found), dtype=np.float32)
            for name in one.names:
                numbers = set(map(term_number, name))
                whole = np.array([numbers <= set(vector.terms) for vector, _ in found], dtype=np.bool_)
                best = np.where(whole, np.maximum(best, self._summed(name, found)), best)
            scores += np.maximum(np.float32(0), best - self._summed(one.words, found))
        return scores

    def _summed(self, terms: Mapping[str, float], found: Sequence[Kept]) -> NDArray[np.float32]:
        names = [term for term, weight in sorted(terms.items()) if weight and self.document_frequency(term)]
        idfs = self.idf(names)
        held = [dict(zip(*vector, strict=True)) for vector, _ in found]
        longer = np.array([self._longer(length) for _, length in found])
        scores = np.zeros(len(found), dtype=np.float32)
        for term, idf in zip(names, idfs, strict=True):
            number = term_number(term)
            rows = [row for row, vector in enumerate(held) if number in vector]
            weights = np.array([held[row][number] for row in rows])
            often = _often(weights, longer[rows])
            impacts = (idf * often * (self.k1 + 1) / (often + longer[rows])).astype(np.float32)
            scores[rows] += np.float32(terms[term]) * impacts
        return scores

    def _longer(self, length: int) -> float:
        return self.k1 * (1 - self.b + self.b * (length / self.average))

    @classmethod
    def of(cls, frequencies: Mapping[int, int], *, passages: int, length: int, k1: float, b: float) -> Self:
        """Return the statistics of counts by the number of a term; `length` is that of all passages."""
        terms = np.array(sorted(frequencies), dtype=np.uint32)
        counts = np.array([frequencies[int(term)] for term in terms], dtype=np.int64)
        return cls(k1, b, passages, (length / passages if passages else 0.0) or 1.0, terms, counts)


def count(passages: Iterable[Sequence[str]], *, k1: float, b: float) -> Statistics:
    """Return the statistics of passages, each a list of terms."""
    frequencies: Counter[int] = Counter()
    number = length = 0
    for terms in passages:
        frequencies.update(set(map(term_number, terms)))
        number += 1
        length += len(terms)
    return Statistics.of(frequencies, passages=number, length=length, k1=k1, b=b)


def at_most(terms: Mapping[str, float], instead: Sequence[Instead]) -> dict[str, float]:
    """Return weights of terms by which no passage scores less than by the terms with the best of other names."""
    weights = dict(terms)
    for one in instead:
        of_names: dict[str, float] = {}
        for name in one.names:
            for term, weight in name.items():
                of_names[term] = max(weight, of_names.get(term, 0.0))
        for term, weight in of_names.items():
            weights[term] = weights.get(term, 0.0) + weight
    return weights


def _saturated(often: int, longer: float) -> float:
    return often / (often + longer)


def _often(weights: NDArray[np.float64], longer: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how often terms stand in passages, from their weights: weight = often / (often + longer)."""
    left = 1 - weights
    return np.asarray(np.maximum(1, np.rint(weights * longer / np.where(left > 0, left, math.inf))), dtype=np.float64)
