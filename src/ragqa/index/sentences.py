"""Sentence vectors in, as bytes; the vectors of the sentences of a passage out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragqa.index.mapping import map_array, new_array
from ragqa.protocols import Vectors
from ragqa.quantise import Bytes, from_bytes, to_bytes

CODES, SCALES, OFFSETS = "sentences.i8", "sentences.scales", "sentences.offsets"


def map_sentences(folder: Path, dimensions: int) -> Bytes:
    """Map the vectors of all sentences of a generation, in the order of their passages."""
    return Bytes(map_array(folder / CODES, np.int8, dimensions), map_array(folder / SCALES, np.float32))


class SentenceVectors:
    """The sentence vectors of a generation, mapped from disk."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        self._bytes = map_sentences(folder, dimensions)
        self.offsets = map_array(folder / OFFSETS, np.int64)

    def of(self, rows: Sequence[int]) -> list[Vectors]:
        """Return, for each passage, a row for each of its sentences; those of all are made of bytes at once."""
        if not rows:
            return []
        parts = [slice(*pair) for pair in zip(self.offsets[rows].tolist(), self.offsets[np.array(rows) + 1].tolist(), strict=True)]
        codes, scales = (np.concatenate([values[part] for part in parts]) for values in self._bytes)
        vectors = from_bytes(Bytes(codes, scales))
        ends = accumulate(part.stop - part.start for part in parts)
        return [vectors[end - part.stop + part.start : end] for part, end in zip(parts, ends, strict=True)]

    def packed(self, row: int) -> Bytes:
        """Return the bytes of the sentences of a passage."""
        part = slice(int(self.offsets[row]), int(self.offsets[row + 1]))
        return Bytes(self._bytes.codes[part], self._bytes.scales[part])


class SentenceFile:
    """The sentence vectors of a generation that is being written; `counts` holds the sentences of each passage."""

    def __init__(self, folder: Path, counts: NDArray[np.int64], dimensions: int) -> None:
        self.offsets = np.r_[0, np.cumsum(counts)].astype(np.int64)
        self.offsets.tofile(folder / OFFSETS)
        total = int(self.offsets[-1])
        self._codes = new_array(folder / CODES, np.int8, (total, dimensions))
        self._scales = new_array(folder / SCALES, np.float32, (total,))

    def put(self, row: int, packed: Bytes) -> None:
        """Write the sentences of a passage."""
        part = slice(int(self.offsets[row]), int(self.offsets[row + 1]))
        self._codes[part], self._scales[part] = packed


def to_record(vectors: Vectors) -> bytes:
    """Return sentence vectors as a journal keeps them."""
    packed = to_bytes(vectors)
    return packed.codes.tobytes() + packed.scales.tobytes()


def from_record(data: bytes, dimensions: int) -> Bytes:
    """Return what `to_record` was given, as bytes."""
    count = len(data) // (dimensions + 4)
    codes = np.frombuffer(data, dtype=np.int8, count=count * dimensions).reshape(count, dimensions)
    return Bytes(codes, np.frombuffer(data, dtype=np.float32, offset=count * dimensions))
