"""The terms of a question and the texts of passages in; how much of it each holds, and how close together, out.

What is asked is held where a synonym of it is: a word that stands for it counts as the words asked for, in place; a name of
several words counts where all of them are in the passage.

Every share is of idf mass: sum of idf(t) over the terms that are there, divided by the sum over all terms of the question,
so that it means the same in another index.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from ragqa.text import terms, word_terms, words

Synonyms = Sequence[tuple[str, Sequence[str]]]
"""Words of a question, and the names of what they name."""

WINDOW = 24
"""Words within which terms count as close together: about a sentence."""

_BREAK: tuple[int, ...] = ()  # a word that is no stop word and not asked for: it stands between two terms

_Terms = tuple[list[tuple[int, int]], set[tuple[int, int]]]
"""The place and the number of each term asked for, and the asked pairs of which nothing but stop words stands between."""


class Nearness(NamedTuple):
    """Shares of the question, 0 to 1: of its terms in the passage with title and headings, of its terms in one window of the text, and of its pairs of neighbouring terms."""

    whole: float
    window: float
    pairs: float


class Asked:
    """A question, ready to be held against many passages; not to be shared between threads."""

    def __init__(self, question: str, frequencies: Mapping[str, int], passages: int, synonyms: Synonyms = ()) -> None:
        """Weigh the terms; `frequencies` says in how many of so many passages each stands."""
        sequence = terms(question)
        self.terms = list(dict.fromkeys(sequence))
        self._weights = [idf(frequencies.get(term, 0), passages) for term in self.terms]
        self._number = {term: number for number, term in enumerate(self.terms)}
        numbers = [self._number[term] for term in sequence]
        self._pairs = {pair: self._weights[pair[0]] + self._weights[pair[1]] for pair in pairwise(numbers)}
        self._mass = sum(self._weights) or 1.0
        self._pair_mass = sum(self._pairs.values()) or 1.0
        self._names, words_for = self._other_names(synonyms)
        self._seen = _Seen(self._number, words_for)
        self._lines: dict[str, _Terms] = {}

    def _other_names(self, synonyms: Synonyms) -> tuple[list[tuple[frozenset[str], list[int]]], dict[str, list[int]]]:
        """Return names of several terms, and single terms, each with the numbers of the asked terms that it stands for."""
        names: list[tuple[frozenset[str], list[int]]] = []
        words_for: dict[str, list[int]] = defaultdict(list)
        for text, others in synonyms:
            own = [self._number[term] for term in dict.fromkeys(terms(text)) if term in self._number]
            for other in others if own else ():
                held = frozenset(terms(other))
                if held <= self._number.keys():
                    continue  # it is among what is asked: "diabetes" is no other name of "type 2 diabetes"
                if len(held) == 1:
                    words_for[next(iter(held))] += own
                else:
                    names.append((held, own))
        return names, words_for

    def near(self, title: str, headings: Sequence[str], text: str) -> Nearness:
        """Return how much of the question stands in a passage."""
        places, pairs = self._scan(text)
        held = {number for _, number in places}
        for line in dict.fromkeys((title, *headings)):
            found, more = self._line(line)
            held.update(number for _, number in found)
            pairs |= more
        if self._names and len(held) < len(self.terms):
            there = {*terms(text), *terms(title), *(term for heading in headings for term in terms(heading))}
            held.update(number for name, own in self._names if name <= there for number in own)
        return Nearness(
            sum(self._weights[number] for number in sorted(held)) / self._mass,
            self._best_window(places) / self._mass,
            sum(self._pairs[pair] for pair in sorted(pairs)) / self._pair_mass,
        )

    def _line(self, line: str) -> _Terms:
        """Return the terms of a title or a heading, which passages of a document share."""
        if line not in self._lines:
            self._lines[line] = self._scan(line)
        return self._lines[line]

    def _scan(self, text: str) -> _Terms:
        """Return the terms of a text; most of its words are none, and are passed over without a step of the interpreter."""
        kinds = list(map(self._seen.__getitem__, words(text)))
        places: list[tuple[int, int]] = []
        pairs: set[tuple[int, int]] = set()
        last, end = -1, 0
        for place in [place for place, kind in enumerate(kinds) if kind]:
            for number in kinds[place] or ():
                places.append((place, number))
                if (last, number) in self._pairs and _BREAK not in kinds[end:place]:
                    pairs.add((last, number))
                last, end = number, place + 1
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


class _Seen(dict[str, tuple[int, ...] | None]):
    """Word -> the numbers of the asked terms that it stands for, `_BREAK` for none, None for a stop word; filled as words come."""

    def __init__(self, numbers: Mapping[str, int], words_for: Mapping[str, Sequence[int]]) -> None:
        super().__init__()
        self._numbers, self._words_for = numbers, words_for
        self._wanted = numbers.keys() | words_for.keys()

    def __missing__(self, word: str) -> tuple[int, ...] | None:
        found = word_terms(word)
        if self._wanted.isdisjoint(found):
            kind = _BREAK if found else None
        else:
            asked = [self._numbers[term] for term in found if term in self._numbers]
            asked += [number for term in found for number in self._words_for.get(term, ())]
            kind = tuple(dict.fromkeys(asked))
        self[word] = kind
        return kind


def idf(frequency: int, passages: int) -> float:
    """Return ln(1 + (N - n + 0.5) / (n + 0.5)), as Lucene does."""
    return math.log1p((passages - frequency + 0.5) / (frequency + 0.5))
