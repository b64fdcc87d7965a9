"""Passages of a store in; blocks of the postings of their terms, and the counts of their words, out.

A text is cut at its blanks, and what stands between two is numbered: each distinct run of a block of passages is
looked into once, and all the rest is arithmetic on numbers.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.index.postings import Numbered, Rows, Run, Terms, counted, spill, term_hash
from ragqa.text import terms, words

_TOKENS_KEPT = 200_000  # distinct ones
_WORDS_KEPT = 500_000  # in memory; more are written out
WORDS = "words"
Repeats = tuple[int, int, int]
Field = tuple[str, Sequence[str], str]
"""The title, the headings and the text of a passage."""


class Said(NamedTuple):
    """What a block of passages says, in numbers."""

    tokens: NDArray[np.int32]  # of all passages in turn
    sizes: NDArray[np.int64]  # tokens of each passage
    hashes: Terms  # of the terms, in the order of their numbers
    terms: NDArray[np.int32]  # the terms of each distinct token, by number, in turn
    each: NDArray[np.int64]  # how many it has


class Reader:
    """Reads passages, block by block; each distinct run of characters, title and line of headings is looked into once."""

    def __init__(self, repeats: Repeats = (1, 1, 1)) -> None:
        """`repeats` says how often title, headings and text count."""
        self._repeats = repeats
        self._begin()

    def _begin(self) -> None:
        self._numbers = Numbered()  # a run of characters is a string; a title is (0, title), a line of headings (1, line)
        self._names = Numbered()
        self._terms, self._each, self._hashes = array("i"), array("q"), array("Q")
        self._counts = np.zeros(0, dtype=np.int64)

    @property
    def held(self) -> int:
        """Return how many distinct tokens are in memory."""
        return len(self._numbers)

    def read(self, passages: Iterable[Field]) -> Said:
        """Return what passages say, from the title, the headings and the text of each."""
        number = self._numbers.__getitem__
        tokens, sizes = array("i"), array("q")
        for title, headings, text in passages:
            own = [*map(number, text.split()), number((0, title)), number((1, _heading_line(title, headings)))]
            sizes.append(len(own))
            tokens.fromlist(own)
        self._look_into_new()
        found = np.array(tokens, dtype=np.int32)
        counts = np.bincount(found, minlength=self.held)
        counts[: self._counts.size] += self._counts
        self._counts = counts
        return Said(
            found, np.array(sizes, dtype=np.int64), np.array(self._hashes, dtype=np.uint64),
            np.array(self._terms, dtype=np.int32), np.array(self._each, dtype=np.int64),
        )  # fmt: skip

    def _look_into_new(self) -> None:
        repeats, known = self._repeats, len(self._names)
        for key in islice(self._numbers, len(self._each), None):
            own = terms(key) * repeats[2] if isinstance(key, str) else _label_terms(key[1]) * repeats[key[0]]  # type: ignore[index]
            self._terms.extend(map(self._names.__getitem__, own))
            self._each.append(len(own))
        self._hashes.extend(map(term_hash, islice(self._names, known, None)))

    def words(self) -> Counter[str]:
        """Return how often each word stood in the texts since the last time, and begin anew."""
        found: Counter[str] = Counter()
        for key, count in zip(self._numbers, self._counts.tolist(), strict=True):
            if isinstance(key, str):
                for word in words(key):
                    found[word] += count
        self._begin()
        return found


class BlockWriter:
    """Blocks of passages in, their postings and the counts of their words in a folder out."""

    def __init__(self, folder: Path, repeats: Repeats) -> None:
        """Write into an empty folder."""
        self._folder, self._reader = folder, Reader(repeats)
        self._counts = _WordCounts(folder / WORDS)

    def take(self, rows: Sequence[int], fields: Iterable[Field]) -> None:
        """Write a block of passages, at least one, by their rising rows."""
        spill(self._folder, rows, *postings_of(self._reader.read(fields)))
        if self._reader.held > _TOKENS_KEPT:
            self._counts.add(self._reader.words())

    def finish(self) -> None:
        """Write the words that are still held."""
        self._counts.add(self._reader.words())
        self._counts.spill()

    def stop(self) -> None:
        """Do nothing: nobody else is at work."""


def postings_of(said: Said) -> tuple[Run, Rows]:
    """Return the sorted postings of passages, their rows counted from 0, and the terms in each."""
    telling = (said.each > 0)[said.tokens]  # a stop word says nothing
    tokens = said.tokens[telling]
    owners = np.repeat(np.arange(said.sizes.size, dtype=np.int32), said.sizes)[telling]
    starts = (np.cumsum(said.each) - said.each).astype(np.int32)
    many = said.each[tokens]
    ends = np.cumsum(many)
    places = np.arange(int(ends[-1]) if ends.size else 0, dtype=np.int32)
    places += np.repeat((starts[tokens] - ends + many).astype(np.int32), many)
    rows = np.repeat(owners, many)
    lengths = np.bincount(rows, minlength=said.sizes.size).astype(np.int32)
    return counted(said.hashes, said.terms[places], rows), lengths


def passage_terms(title: str, headings: Sequence[str], text: str, repeats: Repeats) -> list[str]:
    """Return the terms that a passage is found by, each field as often as it counts."""
    return [
        *(_label_terms(title) * repeats[0]),
        *(_label_terms(_heading_line(title, headings)) * repeats[1]),
        *(terms(text) * repeats[2]),
    ]


class _WordCounts:
    """Counts of words in, a scratch database of them out; a word may stand in it more than once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._counts: Counter[str] = Counter()

    def add(self, counts: Counter[str]) -> None:
        """Take more."""
        self._counts.update(counts)
        if len(self._counts) > _WORDS_KEPT:
            self.spill()

    def spill(self) -> None:
        """Write what is held."""
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("CREATE TABLE IF NOT EXISTS words(word TEXT NOT NULL, count INTEGER NOT NULL)")
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO words VALUES (?, ?)", self._counts.items())
            connection.execute("COMMIT")
        self._counts.clear()


def _heading_line(title: str, headings: Sequence[str]) -> str:
    return " \n ".join(heading for heading in headings if heading != title)


@lru_cache(maxsize=4096)
def _label_terms(label: str) -> tuple[str, ...]:
    return tuple(terms(label))  # the passages of a document share their title, those of a section its headings
