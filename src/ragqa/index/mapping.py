"""Array files in, arrays that the system pages in as they are read out; and new ones to be filled."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)
_FEW = 4_096
_SMALL = 1 << 26  # bytes that may as well stay in memory


def map_array(path: Path, dtype: type[Scalar], columns: int | None = None) -> NDArray[Scalar]:
    """Map a raw array file for reading, as rows of `columns` where that is given; an empty file is an empty array."""
    size = path.stat().st_size // np.dtype(dtype).itemsize
    shape: Any = (size,) if columns is None else (size // columns, columns)
    if size == 0:
        return np.empty(shape, dtype=dtype)
    # The base class of a memory map: its subclass costs a microsecond or more at every slice.
    return np.memmap(path, dtype=dtype, mode="r", shape=shape).view(np.ndarray)


class ScatteredRows(Generic[Scalar]):
    """Rows of an array file of which a few are read here and there; safe to use from many threads.

    Few are read with calls: a map would bring 64 kB around each, and a thousand of these stay in memory.
    """

    def __init__(self, path: Path, dtype: type[Scalar], columns: int) -> None:
        self.mapped = map_array(path, dtype, columns)
        self._width = columns * self.mapped.itemsize
        self._small = self.mapped.nbytes < _SMALL
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.mapped)

    def take(self, rows: NDArray[np.int64]) -> NDArray[Scalar]:
        """Return rows; IndexError for one that there is not."""
        if self._small or rows.size > _FEW or not rows.size or rows.min() < 0 or rows.max() >= len(self):
            return np.asarray(self.mapped[rows])
        read = b"".join([os.pread(self._file, self._width, row * self._width) for row in rows.tolist()])
        return np.frombuffer(read, dtype=self.mapped.dtype).reshape(rows.size, -1)


def new_array(path: Path, dtype: type[Scalar], shape: tuple[int, ...]) -> NDArray[Scalar]:
    """Map a new array file for writing.

    Its room on the disk is taken at once: a full disk is then an OSError here, not the end of the process later.
    """
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    with path.open("wb") as file:
        if size == 0:
            return np.empty(shape, dtype=dtype)
        os.posix_fallocate(file.fileno(), 0, size)
    return np.memmap(path, dtype=dtype, mode="r+", shape=shape)
