"""Term frequencies in, BM25 scores out, from sparse arrays that are mapped from disk.

score(q, d) = sum over t in q of idf(t) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * |d| / avgdl))
(S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.)
With the Okapi idf the scores are those of `rank_bm25.BM25Okapi`, its floor for frequent terms included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragqa.index.manifest import Idf
from ragqa.index.mapping import map_array
from ragqa.index.postings import Postings, Rows, Terms, term_hash
from ragqa.index.topk import best_rows
from ragqa.protocols import Instead

_FINALISED_AT_ONCE = 4_000_000
_MET = 100_000  # terms whose place is remembered: sentences ask for the same ones again and again
Scores = NDArray[np.float32]
Query = Sequence[str] | Mapping[str, float]
Match = tuple[float, slice]
"""A weight, and where the postings of its term stand."""


class BM25:
    """BM25 over compressed sparse columns, mapped from disk."""

    def __init__(self, postings: Postings, impacts: Scores) -> None:
        self.postings, self.impacts = postings, impacts
        self.corpus_size = int(postings.lengths.size)
        self._met: dict[str, tuple[int, int]] = {}  # where the postings of terms met lately begin and end

    def get_scores(self, query: Query, instead: Sequence[Instead] = ()) -> Scores:
        """Return the score of every passage for terms, each with its weight (default: as often as it is named)."""
        scores = np.zeros(self.corpus_size, dtype=np.float32)
        for weight, part in self._matches(query):
            # The rows of one term are distinct, so that indexed addition loses nothing.
            scores[self.postings.rows[part]] += np.float32(weight) * self.impacts[part]
        for one in instead:
            held = [rows for rows in map(self._holding, one.names) if rows.size]
            if held:
                rows = np.unique(np.concatenate(held))
                scores[rows] += self._gained(rows, one)
        return scores

    def get_batch_scores(self, query: Query, doc_ids: Sequence[int], instead: Sequence[Instead] = ()) -> list[float]:
        """Return the scores of the passages in the named rows."""
        wanted = np.asarray(doc_ids, dtype=np.int32)
        found = self._scores_in(wanted, query)
        for one in instead:
            found += self._gained(wanted, one)
        return [float(score) for score in found]

    def best(
        self, query: Query, depth: int, allowed: NDArray[np.bool_] | None = None, instead: Sequence[Instead] = ()
    ) -> tuple[NDArray[np.int64], Scores]:
        """Return the rows of the highest scores above 0, by (-score, row), and these scores."""
        scores = self.get_scores(query, instead)
        if allowed is not None:
            scores *= allowed
        rows = best_rows(scores, depth, above=0.0)
        return rows, scores[rows]

    def frequencies_of(self, terms: Sequence[str]) -> list[int]:
        """Return in how many passages each term stands."""
        return [end - start for start, end in self._places(terms)]

    def _holding(self, name: Mapping[str, float]) -> Rows:
        """Return the rows in which every term of a name stands."""
        held = sorted((self.postings.rows[part] for _, part in self._matches(name)), key=len)
        if len(held) < len(name):
            return np.empty(0, dtype=np.int32)
        rows: Rows = held[0]
        for others in held[1:]:
            rows = rows[_among(rows, others)[1]]
        return rows

    def _gained(self, wanted: Rows, one: Instead) -> Scores:
        """Return what the best name scores over the words that it stands for in the named rows, nothing where it does not."""
        best = np.zeros(wanted.size, dtype=np.float32)
        for name in one.names:
            whole = np.ones(wanted.size, dtype=np.bool_)
            scores = self._scores_in(wanted, name, whole)
            best[whole] = np.maximum(best[whole], scores[whole])
        gained: Scores = np.maximum(np.float32(0), best - np.maximum(np.float32(0), self._scores_in(wanted, one.words)))
        return gained

    def _scores_in(self, wanted: Rows, query: Query, whole: NDArray[np.bool_] | None = None) -> Scores:
        """Return the scores of the named rows; `whole` is left true where every term stands."""
        found = np.zeros(wanted.size, dtype=np.float32)
        matches = self._matches(query)
        for weight, part in matches:
            places, hits = _among(wanted, self.postings.rows[part])
            found[hits] += np.float32(weight) * self.impacts[part][places[hits]]
            if whole is not None:
                whole &= hits
        if whole is not None and len(matches) < len(query):
            whole[:] = False
        return found

    def _matches(self, query: Query) -> list[Match]:
        weights: dict[str, float] = dict(query) if isinstance(query, Mapping) else {}
        if not isinstance(query, Mapping):
            for term in query:
                weights[term] = weights.get(term, 0.0) + 1.0
        terms = sorted(weights)
        found = [(weights[term], *place) for term, place in zip(terms, self._places(terms), strict=True)]
        return [(weight, slice(start, end)) for weight, start, end in found if weight and start < end]

    def _places(self, terms: Sequence[str]) -> list[tuple[int, int]]:
        """Return where the postings of each term stand; those not met lately are looked up together."""
        if len(self._met) > _MET:
            self._met = {}
        met = self._met
        if new := [term for term in dict.fromkeys(terms) if term not in met]:
            met.update(self._looked_up(new))
        return [met[term] for term in terms]

    def _looked_up(self, terms: Sequence[str]) -> dict[str, tuple[int, int]]:
        vocabulary: Terms = self.postings.vocabulary
        names = np.fromiter(map(term_hash, terms), dtype=np.uint64, count=len(terms))
        places = np.minimum(np.searchsorted(vocabulary, names), max(0, vocabulary.size - 1))
        known = vocabulary[places] == names if vocabulary.size else np.zeros(len(terms), dtype=np.bool_)
        starts, ends = self.postings.offsets[places].tolist(), self.postings.offsets[places + known].tolist()
        return dict(zip(terms, zip(starts, ends, strict=True), strict=True))


def _among(wanted: Rows, rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return where each wanted row would stand among rising rows, and whether it does."""
    places = np.minimum(np.searchsorted(rows, wanted), rows.size - 1)
    return places, rows[places] == wanted


def open_bm25(folder: Path) -> BM25:
    """Map what `finalise` or `SparseBM25.save` left in a folder."""
    return BM25(map_postings(folder), map_array(folder / "impacts", np.float32))


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
    average = average_length(postings.lengths)
    with (folder / "impacts").open("wb") as file:
        first = 0
        while first < postings.vocabulary.size:
            end = int(np.searchsorted(postings.offsets, postings.offsets[first] + _FINALISED_AT_ONCE, side="right")) - 1
            last = min(max(end, first + 1), postings.vocabulary.size)
            impacts_of(postings, weights, k1, b, average, first, last).tofile(file)
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


def impacts_of(
    postings: Postings, weights: NDArray[np.float64], k1: float, b: float, average: float, first: int, last: int
) -> Scores:
    """Return what each posting of the terms `first` to `last` adds to the score of its passage."""
    part = slice(int(postings.offsets[first]), int(postings.offsets[last])) if last > first else slice(0, 0)
    often = postings.frequencies[part].astype(np.float64)
    longer = postings.lengths[postings.rows[part]] / average
    each = np.repeat(weights[first:last], np.diff(postings.offsets[first : last + 1]))
    return (each * often * (k1 + 1) / (often + k1 * (1 - b + b * longer))).astype(np.float32)


def average_length(lengths: Rows) -> float:
    """Return the mean length of passages in terms, 1 where there are none."""
    return (float(lengths.sum(dtype=np.int64)) / lengths.size if lengths.size else 0.0) or 1.0
