"""The terms of a question and the texts of passages in; how much of it each holds, and how close together, out.

Every share is of idf mass: sum of idf(t) over the terms that are there, divided by the sum over all terms of the question,
so that it means the same in another index.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from ragqa.text import terms, word_terms, words

WINDOW = 24
"""Words within which terms count as close together: about a sentence."""

_BREAK = (-1,)  # a word that is no stop word and not asked for: it stands between two terms


class Nearness(NamedTuple):
    """Shares of the question, 0 to 1: of its terms in the passage with title and headings, of its terms in one window of the text, and of its pairs of neighbouring terms."""

    whole: float
    window: float
    pairs: float


class Asked:
    """A question, ready to be held against many passages; not to be shared between threads."""

    def __init__(self, question: str, frequencies: Mapping[str, int], passages: int) -> None:
        """Weigh the terms; `frequencies` says in how many of so many passages each stands."""
        sequence = terms(question)
        self.terms = list(dict.fromkeys(sequence))
        self._weights = [idf(frequencies.get(term, 0), passages) for term in self.terms]
        self._number = {term: number for number, term in enumerate(self.terms)}
        numbers = [self._number[term] for term in sequence]
        self._pairs = {pair: self._weights[pair[0]] + self._weights[pair[1]] for pair in pairwise(numbers)}
        self._mass = sum(self._weights) or 1.0
        self._pair_mass = sum(self._pairs.values()) or 1.0
        self._seen = _Seen(self._number)

    def near(self, title: str, headings: Sequence[str], text: str) -> Nearness:
        """Return how much of the question stands in a passage."""
        places, pairs = self._scan(text)
        held = {number for _, number in places}
        for line in dict.fromkeys((title, *headings)):
            found, more = self._scan(line)
            held.update(number for _, number in found)
            pairs |= more
        return Nearness(
            sum(self._weights[number] for number in sorted(held)) / self._mass,
            self._best_window(places) / self._mass,
            sum(self._pairs[pair] for pair in sorted(pairs)) / self._pair_mass,
        )

    def _scan(self, text: str) -> tuple[list[tuple[int, int]], set[tuple[int, int]]]:
        """Return (place, term) of the terms asked for, and the asked pairs of which nothing but stop words stands between."""
        places: list[tuple[int, int]] = []
        pairs: set[tuple[int, int]] = set()
        last = -1
        seen = self._seen
        for place, word in enumerate(words(text)):
            for number in seen[word]:
                if number >= 0:
                    places.append((place, number))
                    if (last, number) in self._pairs:
                        pairs.add((last, number))
                last = number
        return places, pairs

    def _best_window(self, places: Sequence[tuple[int, int]]) -> float:
        """Return the greatest idf mass of distinct terms within `WINDOW` words."""
        inside: deque[tuple[int, int]] = deque()
        counts = [0] * len(self.terms)
        mass = best = 0.0
        for place, number in places:
            inside.append((place, number))
            if not counts[number]:
                mass += self._weights[number]
            counts[number] += 1
            while inside[0][0] <= place - WINDOW:
                _, gone = inside.popleft()
                counts[gone] -= 1
                if not counts[gone]:
                    mass -= self._weights[gone]
            best = max(best, mass)
        return best


class _Seen(dict[str, tuple[int, ...]]):
    """Word -> the numbers of the asked terms that it stands for; filled as words come."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        super().__init__()
        self._numbers = numbers

    def __missing__(self, word: str) -> tuple[int, ...]:
        found = word_terms(word)
        asked = tuple(self._numbers[term] for term in found if term in self._numbers)
        self[word] = asked or (_BREAK if found else ())
        return self[word]


def idf(frequency: int, passages: int) -> float:
    """Return ln(1 + (N - n + 0.5) / (n + 0.5)), as Lucene does."""
    return math.log1p((passages - frequency + 0.5) / (frequency + 0.5))
