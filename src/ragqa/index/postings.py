"""Term frequencies of passages in; postings sorted by term out: the arrays that BM25 scores with.

Memory is bounded by a block of postings at any size: passages come in blocks that are sorted and spilled as runs,
and runs are merged a range of term hashes at a time. The postings of an older index are one more run, so that an
addition reads no old text again.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.index.mapping import map_array

Terms = NDArray[np.uint64]
Rows = NDArray[np.int32]
Frequencies = NDArray[np.uint16]

MERGED_AT_ONCE = 4_000_000
_MOST_OFTEN = 65_535
_RADIX = 1 << 16
_PASSAGES, _LENGTHS = "passages", "lengths"


class Run(NamedTuple):
    """Postings sorted by (term, row)."""

    terms: Terms
    rows: Rows
    frequencies: Frequencies


class Postings(NamedTuple):
    """Postings as compressed sparse columns: those of term i stand at `offsets[i]:offsets[i + 1]`, rows rising."""

    vocabulary: Terms  # sorted hashes
    offsets: NDArray[np.int64]
    rows: Rows
    frequencies: Frequencies
    lengths: Rows  # terms in each passage


@lru_cache(maxsize=500_000)
def term_hash(term: str) -> int:
    """Return the 64-bit hash that stands for a term in an index."""
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


class Numbered(dict[Hashable, int]):
    """Things, numbered in the order in which they are first asked for."""

    def __missing__(self, thing: Hashable) -> int:
        """Give the next number."""
        number = self[thing] = len(self)
        return number


def run_of(passages: Iterable[Sequence[str]]) -> tuple[Run, Rows]:
    """Return the sorted postings of passages (each a list of terms, in row order) and their lengths."""
    numbers = Numbered()
    flat, sizes = array("i"), array("q")
    for passage in passages:
        flat.extend(map(numbers.__getitem__, passage))
        sizes.append(len(passage))
    lengths = np.asarray(sizes, dtype=np.int64)
    rows = np.repeat(np.arange(lengths.size, dtype=np.int32), lengths)
    return counted(hashes_of(numbers), np.asarray(flat, dtype=np.int32), rows), lengths.astype(np.int32)


def hashes_of(terms: Iterable[Any]) -> Terms:
    """Return the hash of each term."""
    return np.array([term_hash(term) for term in terms], dtype=np.uint64)


def counted(hashes: Terms, numbers: NDArray[np.int32], rows: Rows) -> Run:
    """Return the sorted postings of occurrences: the number of each one's term, by which its hash stands, and its row, rising."""
    met = np.zeros(hashes.size, dtype=np.bool_)
    met[numbers] = True
    vocabulary, ranks = np.unique(hashes[met], return_inverse=True)
    rank_of = np.zeros(hashes.size, dtype=np.uint32)
    rank_of[met] = ranks
    names = rank_of[numbers]
    order = _stable_order(names, vocabulary.size)
    names, rows = names[order], rows[order]
    new = np.ones(names.size, dtype=np.bool_)
    np.not_equal(names[1:], names[:-1], out=new[1:])
    new[1:] |= rows[1:] != rows[:-1]
    firsts = np.flatnonzero(new)
    often = np.minimum(np.diff(firsts, append=names.size), _MOST_OFTEN).astype(np.uint16)
    return Run(vocabulary[names[firsts]], rows[firsts], often)


def _stable_order(names: NDArray[np.uint32], count: int) -> NDArray[np.int64]:
    """Return the order of numbers below `count`, 16 bits at a time: only numbers so small are sorted by radix in numpy."""
    order = np.argsort(names.astype(np.uint16), kind="stable")
    if count > _RADIX:
        order = order[np.argsort((names[order] >> 16).astype(np.uint16), kind="stable")]
    return order


def sort_run(run: Run) -> Run:
    """Return postings by (term, row)."""
    order = np.lexsort((run.rows, run.terms))
    return Run(run.terms[order], run.rows[order], run.frequencies[order])


def interleave(runs: Sequence[Run]) -> Run:
    """Return the sorted postings of sorted runs, of which each holds only rows above those of the one before.

    The postings of a term stay together and in order, so each such piece is moved whole, and nothing but the pieces is sorted.
    """
    starts = [_starts(run.terms) for run in runs]
    sizes = [np.diff(start, append=run.terms.size) for start, run in zip(starts, runs, strict=True)]
    names, counts = np.concatenate([run.terms[start] for start, run in zip(starts, runs, strict=True)]), np.concatenate(sizes)
    order = np.argsort(names, kind="stable")
    places = np.empty(order.size, dtype=np.int64)
    places[order] = np.cumsum(counts[order]) - counts[order]
    total = int(counts.sum())
    rows, frequencies = np.empty(total, dtype=np.int32), np.empty(total, dtype=np.uint16)
    first = 0
    for run, start, size in zip(runs, starts, sizes, strict=True):
        target = np.repeat(places[first : first + start.size] - start, size) + np.arange(run.rows.size)
        rows[target], frequencies[target] = run.rows, run.frequencies
        first += start.size
    return Run(np.repeat(names[order], counts[order]), rows, frequencies)


def _starts(terms: Terms) -> NDArray[np.int64]:
    """Return where each term begins in a sorted array."""
    return np.flatnonzero(np.r_[True, terms[1:] != terms[:-1]]) if terms.size else np.empty(0, dtype=np.int64)


def gather(run: Run, lengths: Rows) -> Postings:
    """Return one sorted run as postings."""
    starts = _starts(run.terms)
    offsets = np.r_[starts, run.terms.size].astype(np.int64)
    return Postings(run.terms[starts], offsets, run.rows, run.frequencies, lengths)


def moved(postings: Postings, new_rows: NDArray[np.int64], terms: slice) -> Run:
    """Return part of old postings with their rows renumbered; a new row of -1 drops the passage."""
    offsets = postings.offsets[terms.start : terms.stop + 1]
    part = slice(int(offsets[0]), int(offsets[-1]))
    rows = new_rows[postings.rows[part]]
    kept = rows >= 0
    names = np.repeat(postings.vocabulary[terms], np.diff(offsets))
    return Run(names[kept], rows[kept].astype(np.int32), postings.frequencies[part][kept])


def spill(folder: Path, rows: Sequence[int], run: Run, lengths: Rows) -> None:
    """Write a block of passages into a folder: postings, whose places are counted from 0, and lengths, under the passages' rising rows."""
    numbers = np.asarray(rows, dtype=np.int32)
    written = {**run._replace(rows=numbers[run.rows])._asdict(), _PASSAGES: numbers, _LENGTHS: lengths}
    for name, values in written.items():
        values.tofile(folder / f"{rows[0]}.{name}")


class PostingsBuilder:
    """Collect the spilled runs of an index and merge them into array files.

    `old` and `new_rows` carry over what an older index holds; `lengths` must then have the carried rows filled in.
    """

    def __init__(self, passages: int, *, block: int = MERGED_AT_ONCE) -> None:
        self._block = block
        self._runs: list[Run] = []
        self._old: tuple[Postings, NDArray[np.int64]] | None = None
        self._rising = True  # whether each run holds only rows above those before
        self.lengths = np.zeros(passages, dtype=np.int32)

    def carry(self, old: Postings, new_rows: NDArray[np.int64]) -> None:
        """Take over the postings of the passages whose new row is not -1."""
        self._old = (old, new_rows)
        kept = np.flatnonzero(new_rows >= 0)
        self.lengths[new_rows[kept]] = old.lengths[kept]

    def take(self, folders: Iterable[Path]) -> None:
        """Take the blocks that were spilled into folders, which stay until they are merged."""
        last = -1
        blocks = [(int(path.stem), path) for folder in folders for path in folder.glob(f"*.{_PASSAGES}")]
        for first, path in sorted(blocks):
            passages = map_array(path, np.int32)
            self._rising, last = self._rising and first > last, int(passages[-1])
            self.lengths[passages] = map_array(path.with_suffix(f".{_LENGTHS}"), np.int32)
            terms, rows, often = (path.with_suffix(f".{name}") for name in Run._fields)
            self._runs.append(Run(map_array(terms, np.uint64), map_array(rows, np.int32), map_array(often, np.uint16)))

    def merge(self, target: Path) -> None:
        """Write vocabulary, offsets, rows, frequencies and lengths into a folder."""
        total = sum(run.terms.size for run in self._runs) + (self._old[0].rows.size if self._old else 0)
        ranges = max(1, -(-total // self._block))
        edges = [(1 << 64) * part // ranges for part in range(ranges + 1)]
        end = 0
        with (
            (target / "vocabulary").open("wb") as vocabulary,
            (target / "offsets").open("wb") as offsets,
            (target / "rows").open("wb") as rows,
            (target / "frequencies").open("wb") as frequencies,
        ):
            offsets.write(np.zeros(1, dtype=np.int64).tobytes())
            for low, high in pairwise(edges):
                part = gather(self._range(low, high - 1), self.lengths)
                part.vocabulary.tofile(vocabulary)
                (part.offsets[1:] + end).tofile(offsets)
                part.rows.tofile(rows)
                part.frequencies.tofile(frequencies)
                end += part.rows.size
        self.lengths.tofile(target / "lengths")

    def _range(self, low: int, last: int) -> Run:
        pieces = []
        for run in self._runs:
            part = _between(run.terms, low, last)
            pieces.append(Run(run.terms[part], run.rows[part], run.frequencies[part]))
        if self._old is not None:
            postings, new_rows = self._old
            pieces.append(moved(postings, new_rows, _between(postings.vocabulary, low, last)))
        if not pieces:
            return Run(np.empty(0, np.uint64), np.empty(0, np.int32), np.empty(0, np.uint16))
        if self._rising and self._old is None:
            return interleave(pieces)
        return sort_run(Run(*(np.concatenate(arrays) for arrays in zip(*pieces, strict=True))))


def _between(terms: Terms, low: int, last: int) -> slice:
    start = np.searchsorted(terms, np.uint64(low), side="left")
    return slice(int(start), int(np.searchsorted(terms, np.uint64(last), side="right")))
