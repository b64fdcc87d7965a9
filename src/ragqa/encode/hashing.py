"""Texts in, vectors out, without a model: hashed terms, for tests and for machines without one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import shake_128
from pathlib import Path

import numpy as np

from ragqa.errors import EncoderError
from ragqa.patterns import lazy_pattern
from ragqa.protocols import Vectors
from ragqa.text import terms

_FEWEST = 2
_NAME = lazy_pattern(r"hashing-(\d{1,5})")


def is_hashing(name: str) -> bool:
    """Tell whether a name such as "hashing-64" asks for this encoder."""
    return _NAME.fullmatch(name) is not None


class HashingEncoder:
    """Sum a fixed pseudo-random unit vector for each search term of a text.

    Texts that share terms are near each other; equal texts have equal vectors on every machine.
    """

    folder: Path | None = None

    def __init__(self, name: str = "hashing-64") -> None:
        match = _NAME.fullmatch(name)
        if match is None or int(match.group(1)) < _FEWEST:
            raise EncoderError(
                f"{name!r} is no hashing encoder", remedy='write "hashing-64", with 2 dimensions or more'
            )
        self._dimensions = int(match.group(1))

    @property
    def name(self) -> str:
        """Return "hashing-" and the dimensions."""
        return f"hashing-{self._dimensions}"

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return self._dimensions

    def encode_passages(self, texts: Sequence[str], on_progress: Callable[[int, int], None] | None = None) -> Vectors:
        """Encode texts; the vector of a text without terms is the first axis."""
        found = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text):
                found[row] += _direction(term, self._dimensions)
            if not found[row].any():
                found[row, 0] = 1.0
        if on_progress is not None:
            on_progress(len(texts), len(texts))
        norms: Vectors = np.linalg.norm(found, axis=1, keepdims=True)
        return found / norms

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode questions as passages are encoded."""
        return self.encode_passages(texts)


@lru_cache(maxsize=50_000)
def _direction(term: str, dimensions: int) -> Vectors:
    drawn = shake_128(term.encode("utf-8", "surrogatepass")).digest(-(-dimensions // 8))
    signs = np.unpackbits(np.frombuffer(drawn, dtype=np.uint8), count=dimensions).astype(np.float32) * 2 - 1
    return np.asarray(signs / np.sqrt(np.float32(dimensions)), dtype=np.float32)
