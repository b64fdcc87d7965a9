"""Layers in, every vector of theirs filled out: carried over, found in a journal, or encoded now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import EncoderError
from ragqa.index.journal import Journal
from ragqa.index.layers import Layer, chunks_of
from ragqa.protocols import Vectors

Encode = Callable[[Sequence[str]], Vectors]
Progress = Callable[[int, int], None]
WINDOW = 4096  # passages that are read together in the order of the store, and encoded by length


class Rows(NamedTuple):
    """The passages of a new generation, by row: where the old one holds each (-1: nowhere), and what it is."""

    old: NDArray[np.int64]
    digests: Sequence[bytes]
    lengths: NDArray[np.int64]
    sentences: NDArray[np.int64]


class Job(NamedTuple):
    """What is left to encode of a layer: the first row of each distinct passage, and the further rows that hold the same."""

    layer: Layer
    journal: Journal
    rows: Rows
    left: NDArray[np.int64]
    same: Mapping[int, list[int]]
    sizes: NDArray[np.int64]  # texts of each row


def plan(layer: Layer, journal: Journal, rows: Rows, *, carried: bool, sizes: NDArray[np.int64]) -> Job:
    """Fill in what is known already and return what is left; `sizes` says how many texts each passage has."""
    known = rows.old >= 0 if carried else np.zeros(rows.old.size, dtype=np.bool_)
    layer.carry(np.flatnonzero(known), rows.old[known])
    first: dict[bytes, int] = {}
    same: dict[int, list[int]] = {}
    for row in np.flatnonzero(~known & (sizes > 0)).tolist():
        digest = rows.digests[row]
        if digest in journal:
            layer.put([row], [journal.get(digest)])
        elif (held := first.setdefault(digest, row)) != row:
            same.setdefault(held, []).append(row)
    return Job(layer, journal, rows, np.fromiter(first.values(), dtype=np.int64, count=len(first)), same, sizes)


def run(jobs: Sequence[Job], encode: Encode, dimensions: int, on_progress: Progress | None) -> None:
    """Encode what is left, a window of passages after the other, in each those of like length together, longest first.

    Each batch is journalled at once.
    """
    total = sum(int(job.sizes[job.left].sum()) for job in jobs)
    done = 0
    if on_progress is not None:
        on_progress(done, total)
    for job in jobs:
        for start in range(0, job.left.size, WINDOW):
            window = job.left[start : start + WINDOW]
            texts = dict(zip(window.tolist(), job.layer.texts(window.tolist()), strict=True))
            order = window[np.argsort(-job.rows.lengths[window], kind="stable")]
            for chunk in chunks_of(order.tolist(), job.sizes[order].tolist(), job.layer.at_once):
                done += _encode(job, chunk, [texts[row] for row in chunk], encode, dimensions)
                if on_progress is not None:
                    on_progress(done, total)


def _encode(job: Job, chunk: Sequence[int], texts: Sequence[list[str]], encode: Encode, dimensions: int) -> int:
    flat = [text for some in texts for text in some]
    vectors = np.asarray(encode(flat), dtype=np.float32)
    if vectors.shape != (len(flat), dimensions) or not np.isfinite(vectors).all():
        raise EncoderError(f"the encoder gave {vectors.shape} numbers for {len(flat)} texts of {dimensions} dimensions")
    packed = []
    start = 0
    for some in texts:
        packed.append(job.layer.pack(vectors[start : start + len(some)]))
        start += len(some)
    job.journal.add([(job.rows.digests[row], data) for row, data in zip(chunk, packed, strict=True)])
    job.layer.put(chunk, packed)
    for row, data in zip(chunk, packed, strict=True):
        for other in job.same.get(row, ()):
            job.layer.put([other], [data])
    return len(flat)
