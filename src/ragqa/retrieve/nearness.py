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
from itertools import compress, count, pairwise, repeat
from operator import is_, not_
from typing import NamedTuple

from ragqa.text import Uneven, terms, terms_by_run, word_terms, words

Synonyms = Sequence[tuple[str, Sequence[str]]]
"""Words of a question, and the names of what they name."""

WINDOW = 24
"""Words within which terms count as close together: about a sentence."""

_BREAK: tuple[int, ...] = ()  # a word that is no stop word and not asked for: it stands between two terms

Kind = tuple[int, ...] | None
"""The numbers of the asked terms that a word stands for, `_BREAK` for none, None for a stop word."""


class _Held(NamedTuple):
    """What a line of text holds of a question."""

    places: list[tuple[int, int]]  # the place, counted in words, and the number of each term asked for
    pairs: set[tuple[int, int]]  # those asked for of which nothing but stop words stands between
    names: set[str]  # terms of other names


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
        self._wanted = frozenset(self._number).union(words_for, *(name for name, _ in self._names))
        self._met: set[str] = set()  # runs
        self._kinds: dict[str, tuple[Kind, ...]] = {}  # those of the words of a run

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
        return self.near_each([(title, headings, text)])[0]

    def near_each(self, passages: Sequence[tuple[str, Sequence[str], str]]) -> list[Nearness]:
        """Return how much of the question stands in each passage, of which title, headings and text are given.

        Each distinct run of characters between blanks is looked at once: most say nothing of what is asked, and are passed
        over in every text without a step of the interpreter.
        """
        lines = list(dict.fromkeys(line for title, headings, _ in passages for line in (title, *headings)))
        of_lines, of_texts = [line.split() for line in lines], [text.split() for *_, text in passages]
        self._meet([*of_lines, *of_texts])
        held = dict(zip(lines, map(self._scan, of_lines), strict=True))
        return [
            self._nearness(self._scan(runs), [held[line] for line in dict.fromkeys((title, *headings))])
            for (title, headings, _), runs in zip(passages, of_texts, strict=True)
        ]

    def _nearness(self, own: _Held, lines: Sequence[_Held]) -> Nearness:
        """Return the shares of a text and of the lines above it."""
        held = {number for text in (own, *lines) for _, number in text.places}
        if self._names and len(held) < len(self.terms):
            there = own.names.union(*(line.names for line in lines))
            held.update(number for name, numbers in self._names if name <= there for number in numbers)
        pairs = own.pairs.union(*(line.pairs for line in lines))
        return Nearness(
            sum(self._weights[number] for number in sorted(held)) / self._mass,
            self._best_window(own.places) / self._mass,
            sum(self._pairs[pair] for pair in sorted(pairs)) / self._pair_mass,
        )

    def _meet(self, texts: Sequence[Sequence[str]]) -> None:
        """Look at the runs that were not met before: keep those that hold something, and those that are not one word."""
        new = set[str]().union(*texts)
        new -= self._met
        self._met |= new
        found = list(terms_by_run(new))
        telling = compress(new, map(not_, map(self._wanted.isdisjoint, found)))
        uneven = compress(new, map(is_, map(type, found), repeat(Uneven)))
        self._kinds.update((run, tuple(map(self._seen.__getitem__, words(run)))) for run in {*telling, *uneven})

    def _scan(self, runs: Sequence[str]) -> _Held:
        """Return what the runs of a text hold."""
        places: list[tuple[int, int]] = []
        pairs: set[tuple[int, int]] = set()
        names: set[str] = set()
        last, end, more = -1, (0, 0), 0  # the last number, the run and the word in it behind it, and words beyond one a run
        for at in compress(count(), map(self._kinds.__contains__, runs)):
            kinds = self._kinds[runs[at]]
            for word, kind in enumerate(kinds):
                for number in kind or ():
                    places.append((at + more + word, number))
                    if (last, number) in self._pairs and not self._is_broken(runs, end, (at, word)):
                        pairs.add((last, number))
                    last, end = number, (at, word + 1)
            more += len(kinds) - 1
            if self._names:
                names.update(*terms_by_run((runs[at],)))
        return _Held(places, pairs, names)

    def _is_broken(self, runs: Sequence[str], start: tuple[int, int], end: tuple[int, int]) -> bool:
        """Tell whether more than stop words stands between two words, each given by its run and its place in it."""
        (first, word), (last, before) = start, end
        if first == last:
            return _BREAK in self._kinds[runs[first]][word:before]
        near = (*self._kinds[runs[first]][word:], *self._kinds[runs[last]][:before])
        return _BREAK in near or any(terms_by_run(runs[first + 1 : last]))

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


class _Seen(dict[str, Kind]):
    """Word -> the numbers of the asked terms that it stands for, `_BREAK` for none, None for a stop word; filled as words come."""

    def __init__(self, numbers: Mapping[str, int], words_for: Mapping[str, Sequence[int]]) -> None:
        super().__init__()
        self._numbers, self._words_for = numbers, words_for
        self._wanted = numbers.keys() | words_for.keys()

    def __missing__(self, word: str) -> Kind:
        found = word_terms(word)
        if self._wanted.isdisjoint(found):
            kind: Kind = _BREAK if found else None
        else:
            asked = [self._numbers[term] for term in found if term in self._numbers]
            asked += [number for term in found for number in self._words_for.get(term, ())]
            kind = tuple(dict.fromkeys(asked))
        self[word] = kind
        return kind


def idf(frequency: int, passages: int) -> float:
    """Return ln(1 + (N - n + 0.5) / (n + 0.5)), as Lucene does."""
    return math.log1p((passages - frequency + 0.5) / (frequency + 0.5))
