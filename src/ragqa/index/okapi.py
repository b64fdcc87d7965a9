"""Lists of terms in, BM25 scores out: the index's BM25 in the shape of `rank_bm25.BM25Okapi`, whose scores it gives.

Apart from `bm25`, because importing rank_bm25 costs a question more than scoring it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from rank_bm25 import BM25Okapi

from ragqa.index.bm25 import BM25, average_length, idf_weights, impacts_of
from ragqa.index.manifest import Idf
from ragqa.index.postings import Postings, gather, run_of


class SparseBM25(BM25, BM25Okapi):  # type: ignore[misc]
    """A drop-in for its parent where the corpus is given as lists of terms; what it saves, `open_bm25` maps."""

    def __init__(
        self,
        corpus: Iterable[Sequence[str]],
        k1: float = 1.5,
        b: float = 0.75,
        epsilon: float = 0.25,
        *,
        idf: Idf = Idf.OKAPI,
    ) -> None:
        self.k1, self.b, self.epsilon = k1, b, epsilon
        postings = gather(*run_of(corpus))
        self.avgdl = average_length(postings.lengths)
        weights = idf_weights(np.diff(postings.offsets), postings.lengths.size, idf, epsilon)
        super().__init__(postings, impacts_of(postings, weights, k1, b, self.avgdl, 0, postings.vocabulary.size))

    def save(self, folder: Path) -> None:
        """Write all arrays into a folder that is there."""
        for name, array in zip(Postings._fields, self.postings, strict=True):
            np.ascontiguousarray(array).tofile(folder / name)
        self.impacts.tofile(folder / "impacts")
