"""Texts in; the numbers of their words, the same in every text, out.

What is asked of thousands of words is then looked up in an array of what each word says, in one go. Texts are cut into runs of
characters between blanks, and a run is known again by 64 bits of its characters: no string is made of it but the first time.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from hashlib import shake_256
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.text import word_terms, words

MOST = 200_000
"""Distinct runs that a list takes in before another one is begun."""

_SLOTS = 1 << 19  # of a table that need not be doubled until then
_BLANK = 0x20  # the highest byte between two runs; a word holds no blank of any kind

Numbers = NDArray[np.int64]
Keys = NDArray[np.uint64]


class Numbered(NamedTuple):
    """Texts as numbers of words: those of all, one text after another, and where each text begins, with the end of the last."""

    words: Numbers
    starts: Numbers


class WordList:
    """The words met so far; it only grows, so that a number stays what it is. Safe to use from many threads."""

    def __init__(self) -> None:
        self._runs = _Runs()
        self._lock = threading.Lock()
        self._words: dict[str, int] = {}
        self._of_runs = _Grown()  # the words of all runs, one run after another
        self._first, self._count = _Grown(), _Grown()  # where those of a run begin in it, and how many they are
        self._is_term = _Grown()
        self._terms: list[tuple[str, ...]] = []
        self._holding: dict[str, list[int]] = defaultdict(list)

    def __len__(self) -> int:
        """Return how many distinct runs were met."""
        return self._runs.count

    @property
    def word_count(self) -> int:
        """Return how many distinct words were met: their numbers are below it."""
        return len(self._terms)

    def number(self, texts: Sequence[str]) -> Numbered:
        """Return the numbers of the words of texts, in order."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        cut = _cut(b"\n".join([b"", *encoded, b""]))
        runs = self._runs.find(cut.keys)
        if (runs < 0).any():
            runs = self._take_in(cut)
        counts = self._count.values[runs]
        found = self._of_runs.values[spread(self._first.values[runs], counts)]
        begins = starts_of(np.fromiter((len(text) + 1 for text in encoded), dtype=np.int64, count=len(encoded)))
        return Numbered(found, starts_of(counts)[np.searchsorted(cut.starts, begins)])

    def is_term(self, numbers: Numbers) -> Numbers:
        """Return, for each word, 1 if it gives a search term, 0 for a stop word."""
        return self._is_term.values[numbers]

    def holding(self, term: str) -> Sequence[int]:
        """Return the numbers of the words that give a search term."""
        return self._holding.get(term, ())

    def terms(self, word: int) -> tuple[str, ...]:
        """Return the search terms of a word by its number."""
        return self._terms[word]

    def _take_in(self, cut: _Cut) -> Numbers:
        """Return the numbers of runs; those that have none are given one."""
        with self._lock:
            places = np.flatnonzero(self._runs.find(cut.keys) < 0)
            new, first = np.unique(cut.keys[places], return_index=True)
            for key, place in zip(new, places[first].tolist(), strict=True):
                found = [self._word(word) for word in words(cut.run(place))]
                self._first.add(self._of_runs.size)
                self._count.add(len(found))
                self._of_runs.add(*found)
                self._runs.put(key)  # last: whoever finds it finds the rest in place
        return self._runs.find(cut.keys)

    def _word(self, word: str) -> int:
        if word not in self._words:
            number, found = len(self._terms), word_terms(word)
            self._is_term.add(bool(found))
            self._terms.append(found)
            for term in dict.fromkeys(found):
                self._holding[term].append(number)  # last: whoever is told the word finds its terms
            self._words[word] = number
        return self._words[word]


class _Cut(NamedTuple):
    """Bytes, the runs in them, and what each is known by."""

    data: bytes
    starts: Numbers
    ends: Numbers
    keys: Keys

    def run(self, number: int) -> str:
        return self.data[self.starts[number] : self.ends[number]].decode("utf-8", "surrogatepass")


def _cut(data: bytes) -> _Cut:
    """Cut bytes, blank at both ends, at their blanks.

    The key of a run is the sum of a random number for each byte times a power of an odd factor that goes up with its place: a
    running sum gives all, each divided by the power that its run begins with. For two runs to have one key has a chance of
    2 ** -57 or so.
    """
    held = np.frombuffer(data, dtype=np.uint8)
    blank = held <= _BLANK
    edges = np.flatnonzero(blank[1:] != blank[:-1])
    before, last = edges[::2], edges[1::2]
    powers, inverses = _powers.first(len(data))
    sums = np.cumsum(_OF_BYTES[held] * powers)
    return _Cut(data, before + 1, last + 1, (sums[last] - sums[before]) * inverses[before])


class _Runs:
    """The number of each run by its key, in the order in which they came: a table of open addresses."""

    def __init__(self) -> None:
        self.count = 0
        self._table = _Table(np.zeros(_SLOTS, dtype=np.uint64), np.zeros(_SLOTS, dtype=np.int64))

    def find(self, keys: Keys) -> Numbers:
        """Return the number of each key, -1 for those that have none."""
        kept, numbers = self._table
        slots = _slots(keys, len(kept))
        found = np.where(kept[slots] == keys, numbers[slots], 0)
        left = np.flatnonzero((found == 0) & (numbers[slots] > 0))  # another key is there: look in the next slot
        while left.size:
            slots[left] = (slots[left] + 1) % len(kept)
            there = slots[left]
            found[left] = np.where(kept[there] == keys[left], numbers[there], 0)
            left = left[(found[left] == 0) & (numbers[there] > 0)]
        return found - 1

    def put(self, key: np.uint64) -> None:
        """Give a key that has none the next number."""
        if 2 * self.count >= len(self._table.keys):
            self._table = self._table.doubled()
        self.count += 1
        self._table.put(key, self.count)


class _Table(NamedTuple):
    """Keys, and the number of each plus one, 0 where there is none."""

    keys: Keys
    numbers: Numbers

    def put(self, key: np.uint64, number: int) -> None:
        slot = int(_slots(np.array([key]), len(self.keys))[0])
        while self.numbers[slot]:
            slot = (slot + 1) % len(self.keys)
        self.keys[slot] = key
        self.numbers[slot] = number

    def doubled(self) -> _Table:
        new = _Table(np.zeros(2 * len(self.keys), dtype=np.uint64), np.zeros(2 * len(self.keys), dtype=np.int64))
        for slot in np.flatnonzero(self.numbers).tolist():
            new.put(self.keys[slot], int(self.numbers[slot]))
        return new


def _slots(keys: Keys, size: int) -> Numbers:
    """Return where each key is looked for first in a table of a power of two: by its highest bits, mixed."""
    return ((keys * _FACTOR) >> np.uint64(65 - size.bit_length())).astype(np.int64)


class _Powers:
    """Powers of an odd factor and of its inverse, modulo 2 ** 64, as many as were asked for yet."""

    def __init__(self) -> None:
        self._made: tuple[Keys, Keys] = (_powers_of(_FACTOR, 1), _powers_of(_INVERSE, 1))

    def first(self, count: int) -> tuple[Keys, Keys]:
        if count > len(self._made[0]):
            size = 1 << count.bit_length()
            self._made = (_powers_of(_FACTOR, size), _powers_of(_INVERSE, size))
        powers, inverses = self._made
        return powers[:count], inverses[:count]


def _powers_of(factor: np.uint64, count: int) -> Keys:
    return np.multiply.accumulate(np.concatenate([np.ones(1, dtype=np.uint64), np.full(count - 1, factor)]))


class _Grown:
    """Whole numbers in an array that is doubled when it is full; what was read of it stays as it was."""

    def __init__(self) -> None:
        self.values: Numbers = np.zeros(1024, dtype=np.int64)
        self.size = 0

    def add(self, *numbers: int) -> None:
        while self.size + len(numbers) > len(self.values):
            self.values = np.concatenate([self.values, np.zeros_like(self.values)])
        self.values[self.size : self.size + len(numbers)] = numbers
        self.size += len(numbers)


def starts_of(counts: Numbers) -> Numbers:
    """Return where each of some runs of so many things begins, and where the last ends."""
    return np.concatenate([[0], np.cumsum(counts)])


def spread(first: Numbers, counts: Numbers) -> Numbers:
    """Return first, first + 1, ... for each first, as many as its count, one after another."""
    starts = starts_of(counts)
    return np.arange(starts[-1]) + np.repeat(first - starts[:-1], counts)


_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, and 5 modulo 8
_INVERSE = np.uint64(pow(int(_FACTOR), -1, 1 << 64))
_OF_BYTES = np.frombuffer(shake_256(b"words").digest(8 * 256), np.uint64)  # random enough, and numpy.random stays unloaded
_powers = _Powers()
_kept = WordList()


def word_list() -> WordList:
    """Return the list that all questions share; a new one where the last is full."""
    global _kept  # noqa: PLW0603 one list a process
    if len(_kept) >= MOST:
        _kept = WordList()
    return _kept
