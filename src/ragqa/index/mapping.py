"""Array files in, arrays that the system pages in as they are read out; and new ones to be filled."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)


def map_array(path: Path, dtype: type[Scalar], columns: int | None = None) -> NDArray[Scalar]:
    """Map a raw array file for reading, as rows of `columns` where that is given; an empty file is an empty array."""
    size = path.stat().st_size // np.dtype(dtype).itemsize
    shape: Any = (size,) if columns is None else (size // columns, columns)
    if size == 0:
        return np.empty(shape, dtype=dtype)
    # The base class of a memory map: its subclass costs a microsecond or more at every slice.
    return np.memmap(path, dtype=dtype, mode="r", shape=shape).view(np.ndarray)


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
