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
TEXTS_AT_ONCE = 64


class Rows(NamedTuple):
    """The passages of a new generation, by row: where the old one holds each (-1: nowhere), and what it is."""

    old: NDArray[np.int64]
    digests: Sequence[bytes]
    lengths: NDArray[np.int64]
    sentences: NDArray[np.int64]


class Job(NamedTuple):
    """What is left to encode of a layer: for each distinct passage the rows that hold it."""

    layer: Layer
    journal: Journal
    rows: Mapping[bytes, list[int]]
    sizes: Mapping[bytes, int]
    lengths: Mapping[bytes, int]


def plan(layer: Layer, journal: Journal, rows: Rows, *, carried: bool, sizes: NDArray[np.int64]) -> Job:
    """Fill in what is known already and return what is left; `sizes` says how many texts each passage has."""
    known = rows.old >= 0 if carried else np.zeros(rows.old.size, dtype=np.bool_)
    layer.carry(np.flatnonzero(known), rows.old[known])
    left: dict[bytes, list[int]] = {}
    for row in np.flatnonzero(~known & (sizes > 0)).tolist():
        digest = rows.digests[row]
        if digest in journal:
            layer.put(row, journal.get(digest))
        else:
            left.setdefault(digest, []).append(row)
    first = {digest: held[0] for digest, held in left.items()}
    return Job(
        layer, journal, left,
        {digest: int(sizes[row]) for digest, row in first.items()},
        {digest: int(rows.lengths[row]) for digest, row in first.items()},
    )  # fmt: skip


def run(jobs: Sequence[Job], encode: Encode, dimensions: int, on_progress: Progress | None) -> None:
    """Encode what is left, passages of like length together, longest first; each batch is journalled at once."""
    total = sum(sum(job.sizes.values()) for job in jobs)
    done = 0
    if on_progress is not None:
        on_progress(done, total)
    for job in jobs:
        order = sorted(job.rows, key=lambda digest: (-job.lengths[digest], digest))
        by_row = {job.rows[digest][0]: digest for digest in order}
        for chunk in chunks_of([job.rows[d][0] for d in order], [job.sizes[d] for d in order], TEXTS_AT_ONCE):
            done += _encode(job, [(row, by_row[row]) for row in chunk], encode, dimensions)
            if on_progress is not None:
                on_progress(done, total)


def _encode(job: Job, chunk: Sequence[tuple[int, bytes]], encode: Encode, dimensions: int) -> int:
    texts = [job.layer.texts(row) for row, _ in chunk]
    flat = [text for some in texts for text in some]
    vectors = np.asarray(encode(flat), dtype=np.float32)
    if vectors.shape != (len(flat), dimensions) or not np.isfinite(vectors).all():
        raise EncoderError(f"the encoder gave {vectors.shape} numbers for {len(flat)} texts of {dimensions} dimensions")
    entries = []
    start = 0
    for some, (_, digest) in zip(texts, chunk, strict=True):
        entries.append((digest, job.layer.pack(vectors[start : start + len(some)])))
        start += len(some)
    job.journal.add(entries)
    for digest, data in entries:
        for row in job.rows[digest]:
            job.layer.put(row, data)
    return len(flat)
