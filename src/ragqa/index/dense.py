"""Vectors in, the rows nearest to a question's vector out: exact while that is fast, by 1-bit codes above.

FAISS is imported when the codes are first needed: that takes a tenth of a second or more, which an exact index saves.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragqa.index.mapping import ScatteredRows, map_array, new_array
from ragqa.index.topk import best_rows
from ragqa.protocols import Vectors
from ragqa.quantise import Bytes, from_bytes, to_bytes
from ragqa.vocabulary import DenseKind

FLAT, CODES, SCALES, RABITQ = "vectors.f32", "vectors.i8", "vectors.scales", "vectors.rabitq"
APPROXIMATE_FROM = 100_000
"""Passages from which on the 1-bit codes are searched: below, one exact pass takes less than 10 ms."""

_AT_HAND = 1_024  # rows that several vectors are held against while they are in the processor's cache
_RESCORED = 1_000
_GATHERED_MOST = 50_000  # allowed rows up to which they are simply all scored
_GATHERED_SHARE = 20  # of an exact index, one row in so many: to copy more costs more than to scan all
_BLOCK = 65_536
_ROUNDED = 6  # decimals of a cosine: equal texts get equal scores wherever they stand
_MARGIN = 64

Mask = NDArray[np.bool_]


def kind_for(passages: int, wanted: DenseKind | None) -> DenseKind:
    """Return how this many passages are searched, unless something else is wanted."""
    return wanted or (DenseKind.FLAT if passages < APPROXIMATE_FROM else DenseKind.RABITQ)


class DenseArm:
    """The vectors of a generation, mapped from disk; safe to use from many threads."""

    def __init__(self, folder: Path, kind: DenseKind, dimensions: int) -> None:
        self._kind = kind
        self._path = folder / RABITQ
        self._opening = threading.Lock()
        self._opened: Any = None
        if kind is DenseKind.FLAT:
            self._flat = map_array(folder / FLAT, np.float32, dimensions)
            self.size = len(self._flat)
        else:
            self._codes = ScatteredRows(folder / CODES, np.int8, dimensions)
            self._scales = map_array(folder / SCALES, np.float32)
            self.size = len(self._codes)

    def vectors(self, rows: NDArray[np.int64]) -> Vectors:
        """Return the vectors of rows."""
        if self._kind is DenseKind.FLAT:
            return np.ascontiguousarray(self._flat[rows])
        return from_bytes(Bytes(self._codes.take(rows), self._scales[rows]))

    def score(self, vector: Vectors, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of each row, rounded."""
        vector = vector.astype(np.float32)
        if self._kind is DenseKind.FLAT:
            return np.round(_cosines(self.vectors(rows), vector), _ROUNDED)
        codes = self._codes.take(rows).astype(np.float32)  # the scale of a row changes its length, not its direction
        lengths = np.sqrt(_cosines(codes, codes))
        return np.round(_cosines(codes, vector) / np.maximum(lengths, np.float32(1)), _ROUNDED)

    def search(
        self, vector: Vectors, depth: int, allowed: Mask | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows of highest cosine among those allowed, by (-score, row), and their cosines."""
        return self.search_each([vector], depth, allowed)[0]

    def search_each(
        self, vectors: Sequence[Vectors], depth: int, allowed: Mask | None
    ) -> list[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Return what `search` gives for each vector; an exact index is gone through once for all of them."""
        if depth < 1 or not self.size:
            return [(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)) for _ in vectors]
        asked = [np.ascontiguousarray(vector, dtype=np.float32) for vector in vectors]
        return [self._ranked(vector, rows, depth) for vector, rows in zip(asked, self._candidates(asked, depth, allowed), strict=True)]

    def _ranked(self, vector: Vectors, rows: NDArray[np.int64], depth: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        scores = self.score(vector, rows)
        order = np.lexsort((rows, -scores))[:depth]
        return rows[order], scores[order]

    def _candidates(self, vectors: Sequence[Vectors], depth: int, allowed: Mask | None) -> list[NDArray[np.int64]]:
        if allowed is not None:
            rows = np.flatnonzero(allowed)
            if rows.size <= min(
                _GATHERED_MOST, self.size // (1 if self._kind is DenseKind.RABITQ else _GATHERED_SHARE)
            ):
                return [self._best_of(vector, rows, depth) for vector in vectors]
        if self._kind is DenseKind.RABITQ:
            return [self._coded(vector, depth, allowed) for vector in vectors]
        return self._scanned(vectors, depth + _MARGIN, allowed)

    def _best_of(self, vector: Vectors, rows: NDArray[np.int64], depth: int) -> NDArray[np.int64]:
        if rows.size <= depth:
            return rows
        pieces = [self.score(vector, rows[start : start + _BLOCK]) for start in range(0, rows.size, _BLOCK)]
        return rows[best_rows(np.concatenate(pieces), depth, above=-2)]

    def _scanned(self, vectors: Sequence[Vectors], depth: int, allowed: Mask | None) -> list[NDArray[np.int64]]:
        """Hold vectors against the mapped ones, a piece at a time: to read them from memory takes longer than to multiply them."""
        scores = np.empty((len(vectors), self.size), dtype=np.float32)
        for start in range(0, self.size, _AT_HAND):
            part = slice(start, start + _AT_HAND)
            for vector, found in zip(vectors, scores, strict=True):
                np.vecdot(self._flat[part], vector, out=found[part])
        return [best_rows(found if allowed is None else np.where(allowed, found, -2), depth, above=-2) for found in scores]

    def _coded(self, vector: Vectors, depth: int, allowed: Mask | None) -> NDArray[np.int64]:
        """Take the best by 1-bit codes; enough of them that, after the filter, as many remain as without one."""
        index = self._rabitq()
        wanted = max(_RESCORED, 5 * depth)
        share = 1.0 if allowed is None else float(allowed.mean())
        rows = index.search(vector[None], int(min(self.size, wanted * (1.3 / share if share < 1 else 1))))[1][0]
        rows = np.asarray(rows[rows >= 0], dtype=np.int64)
        if allowed is None:
            return rows
        kept = rows[allowed[rows]]
        return kept if kept.size >= depth else self._best_of(vector, np.flatnonzero(allowed), depth)

    def _rabitq(self) -> Any:  # noqa: ANN401 - FAISS has no types
        faiss = self._faiss()
        with self._opening:
            if self._opened is None:
                self._opened = faiss.read_index(str(self._path))
            return self._opened

    def _faiss(self) -> Any:  # noqa: ANN401 - FAISS has no types
        import faiss  # noqa: PLC0415 - only where it is needed, as said above

        faiss.omp_set_num_threads(1)  # a single question gains nothing, and the threads of others lose
        return faiss


def _cosines(rows: Vectors, vector: Vectors) -> NDArray[np.float32]:
    # A matrix product would start a thread for every core: where others are at work, it then takes ten times as long.
    return np.asarray(np.vecdot(rows, vector), dtype=np.float32)


class VectorFile:
    """The vectors of a generation that is being written."""

    def __init__(self, folder: Path, kind: DenseKind, passages: int, dimensions: int) -> None:
        self._folder, self._kind, self._dimensions, self._passages = folder, kind, dimensions, passages
        if kind is DenseKind.FLAT:
            self._flat = new_array(folder / FLAT, np.float32, (passages, dimensions))
        else:
            self._codes = new_array(folder / CODES, np.int8, (passages, dimensions))
            self._scales = new_array(folder / SCALES, np.float32, (passages,))

    def put(self, rows: NDArray[np.int64], vectors: Vectors) -> None:
        """Write the vectors of some rows."""
        if self._kind is DenseKind.FLAT:
            self._flat[rows] = vectors
        else:
            self._codes[rows], self._scales[rows] = to_bytes(vectors)

    def finish(self) -> None:
        """Write the 1-bit codes where they are wanted."""
        if self._kind is DenseKind.RABITQ:
            self._write_codes()

    def _write_codes(self) -> None:
        import faiss  # noqa: PLC0415 - only where it is needed, as said above

        arm = DenseArm(self._folder, self._kind, self._dimensions)
        index = faiss.IndexRaBitQFastScan(self._dimensions, faiss.METRIC_INNER_PRODUCT)
        sample = np.unique(np.linspace(0, max(0, self._passages - 1), num=min(self._passages, _BLOCK), dtype=np.int64))
        index.train(arm.vectors(sample) if self._passages else np.eye(1, self._dimensions, dtype=np.float32))
        for start in range(0, self._passages, _BLOCK):
            index.add(arm.vectors(np.arange(start, min(self._passages, start + _BLOCK))))
        faiss.write_index(index, str(self._folder / RABITQ))
