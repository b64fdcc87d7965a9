"""Term frequencies in, BM25 scores out, from sparse arrays that are mapped from disk.

score(q, d) = sum over t in q of idf(t) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * |d| / avgdl))
(S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.)
With the Okapi idf the scores are those of `rank_bm25.BM25Okapi`, its floor for frequent terms included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from ragqa.index.manifest import Idf
from ragqa.index.mapping import map_array
from ragqa.index.postings import Postings, Rows, Terms, gather, run_of, term_hash
from ragqa.index.topk import best_rows

_FINALISED_AT_ONCE = 4_000_000
Scores = NDArray[np.float32]


class SparseBM25(BM25Okapi):  # type: ignore[misc]
    """BM25 over compressed sparse columns; a drop-in for its parent where the corpus is given as lists of terms."""

    def __init__(
        self,
        corpus: Iterable[Sequence[str]],
        k1: float = 1.5,
        b: float = 0.75,
        epsilon: float = 0.25,
        *,
        idf: Idf = Idf.OKAPI,
    ) -> None:
        self.k1, self.b, self.epsilon, self.idf_kind = k1, b, epsilon, idf
        self._take(gather(*run_of(corpus)))
        self.impacts = _impacts(self.postings, self._weights(), k1, b, self.avgdl, 0, self.postings.vocabulary.size)

    @classmethod
    def open(cls, folder: Path, *, k1: float, b: float, idf: Idf, epsilon: float = 0.25) -> Self:
        """Map what `finalise` left in a folder."""
        model = cls.__new__(cls)
        model.k1, model.b, model.epsilon, model.idf_kind = k1, b, epsilon, idf
        model._take(map_postings(folder))  # noqa: SLF001 - its own, not yet born
        model.impacts = map_array(folder / "impacts", np.float32)
        return model

    def save(self, folder: Path) -> None:
        """Write all arrays into a folder that is there."""
        for name, array in zip(Postings._fields, self.postings, strict=True):
            np.ascontiguousarray(array).tofile(folder / name)
        self.impacts.tofile(folder / "impacts")

    def get_scores(self, query: Sequence[str] | Mapping[str, float]) -> Scores:
        """Return the score of every passage for terms, each with its weight (default: as often as it is named)."""
        scores = np.zeros(self.corpus_size, dtype=np.float32)
        for weight, part in self._matches(query):
            # The rows of one term are distinct, so that indexed addition loses nothing.
            scores[self.postings.rows[part]] += np.float32(weight) * self.impacts[part]
        return scores

    def get_batch_scores(self, query: Sequence[str] | Mapping[str, float], doc_ids: Sequence[int]) -> list[float]:
        """Return the scores of the passages in the named rows."""
        wanted = np.asarray(doc_ids, dtype=np.int32)
        found = np.zeros(wanted.size, dtype=np.float32)
        for weight, part in self._matches(query):
            rows = self.postings.rows[part]
            places = np.minimum(np.searchsorted(rows, wanted), rows.size - 1)
            hits = rows[places] == wanted
            found[hits] += np.float32(weight) * self.impacts[part][places[hits]]
        return [float(score) for score in found]

    def best(
        self, query: Sequence[str] | Mapping[str, float], depth: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], Scores]:
        """Return the rows of the highest scores above 0, by (-score, row), and these scores."""
        scores = self.get_scores(query)
        if allowed is not None:
            scores *= allowed
        rows = best_rows(scores, depth, above=0.0)
        return rows, scores[rows]

    def frequencies_of(self, terms: Sequence[str]) -> list[int]:
        """Return in how many passages each term stands."""
        slices = [self._slice(term) for term in terms]
        return [part.stop - part.start for part in slices]

    def _take(self, postings: Postings) -> None:
        self.postings = postings
        self.corpus_size = int(postings.lengths.size)
        self.avgdl = _average(postings.lengths)

    def _weights(self) -> NDArray[np.float64]:
        return idf_weights(np.diff(self.postings.offsets), self.corpus_size, self.idf_kind, self.epsilon)

    def _matches(self, query: Sequence[str] | Mapping[str, float]) -> list[tuple[float, slice]]:
        weights: dict[str, float] = dict(query) if isinstance(query, Mapping) else {}
        if not isinstance(query, Mapping):
            for term in query:
                weights[term] = weights.get(term, 0.0) + 1.0
        found = [(weight, self._slice(term)) for term, weight in sorted(weights.items())]
        return [(weight, part) for weight, part in found if weight and part.start < part.stop]

    def _slice(self, term: str) -> slice:
        name = np.uint64(term_hash(term))
        vocabulary: Terms = self.postings.vocabulary
        place = int(np.searchsorted(vocabulary, name))
        if place == vocabulary.size or vocabulary[place] != name:
            return slice(0, 0)
        return slice(int(self.postings.offsets[place]), int(self.postings.offsets[place + 1]))


def idf_weights(frequencies: NDArray[np.int64], passages: int, kind: Idf, epsilon: float) -> NDArray[np.float64]:
    """Return the inverse document frequency of each term from the number of passages that hold it.

    Okapi: ln((N - n + 0.5) / (n + 0.5)), where negative `epsilon` times the mean. Lucene: ln(1 + the same quotient).
    """
    odds = (passages - frequencies + 0.5) / (frequencies + 0.5)
    if kind is Idf.LUCENE:
        return np.asarray(np.log1p(odds), dtype=np.float64)
    weights = np.log(odds)
    floor = epsilon * weights.mean() if weights.size else 0.0
    return np.where(weights < 0, floor, weights)


def finalise(folder: Path, *, k1: float, b: float, idf: Idf, epsilon: float = 0.25) -> None:
    """Write the impacts of the postings in a folder, a bounded number at a time."""
    postings = map_postings(folder)
    weights = idf_weights(np.diff(postings.offsets), postings.lengths.size, idf, epsilon)
    average = _average(postings.lengths)
    with (folder / "impacts").open("wb") as file:
        first = 0
        while first < postings.vocabulary.size:
            end = int(np.searchsorted(postings.offsets, postings.offsets[first] + _FINALISED_AT_ONCE, side="right")) - 1
            last = min(max(end, first + 1), postings.vocabulary.size)
            _impacts(postings, weights, k1, b, average, first, last).tofile(file)
            first = last


def map_postings(folder: Path) -> Postings:
    """Map the arrays of a folder."""
    return Postings(
        vocabulary=map_array(folder / "vocabulary", np.uint64),
        offsets=map_array(folder / "offsets", np.int64),
        rows=map_array(folder / "rows", np.int32),
        frequencies=map_array(folder / "frequencies", np.uint16),
        lengths=map_array(folder / "lengths", np.int32),
    )


def _impacts(
    postings: Postings, weights: NDArray[np.float64], k1: float, b: float, average: float, first: int, last: int
) -> Scores:
    part = slice(int(postings.offsets[first]), int(postings.offsets[last])) if last > first else slice(0, 0)
    often = postings.frequencies[part].astype(np.float64)
    longer = postings.lengths[postings.rows[part]] / average
    each = np.repeat(weights[first:last], np.diff(postings.offsets[first : last + 1]))
    return (each * often * (k1 + 1) / (often + k1 * (1 - b + b * longer))).astype(np.float32)


def _average(lengths: Rows) -> float:
    return (float(lengths.sum(dtype=np.int64)) / lengths.size if lengths.size else 0.0) or 1.0
