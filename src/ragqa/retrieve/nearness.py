"""The terms of a question and the texts of passages in; how much of it each holds, and how close together, out.

What is asked is held where a synonym of it is: a word that stands for it counts as the words asked for, in place; a name of
several words counts where all of them are in the passage.

Every share is of idf mass: sum of idf(t) over the terms that are there, divided by the sum over all terms of the question,
so that it means the same in another index.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain, pairwise, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.retrieve.wordlist import Numbered, Numbers, WordList, spread, starts_of, word_list
from ragqa.text import terms

Synonyms = Sequence[tuple[str, Sequence[str]]]
"""Words of a question, and the names of what they name."""

WINDOW = 24
"""Words of a window: about a sentence."""

CLOSE = 6
"""Words within which two terms are close together."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Nearness(NamedTuple):
    """Shares of the question, 0 to 1, by idf mass; the last two weigh what few of the passages hold more than what most of them do."""

    whole: float  # its terms in the passage with title and headings
    text: float  # in the text alone
    window: float  # in one window of the text
    pairs: float  # its pairs of neighbouring terms, in the passage with title and headings
    rare_pairs: float  # the same pairs
    close: float  # of any two terms that are close together in the text of some passage, those that are in this one's


class _Hits(NamedTuple):
    """Words of texts that say something, in order: the place of each, the text that it is in, and the number of what it says."""

    places: Numbers
    texts: Numbers
    numbers: Numbers

    def held(self, texts: int, numbers: int) -> Flags:
        """Return, for each text, which numbers it holds."""
        found = np.zeros((texts, numbers), dtype=np.bool_)
        found[self.texts, self.numbers] = True
        return found

    def of_first(self, texts: int) -> _Hits:
        """Return those in the first texts."""
        return _Hits(*(part[: int(np.searchsorted(self.texts, texts))] for part in self))

    def close(self, texts: int, numbers: int) -> Flags:
        """Return, for each text, which two numbers it holds close together: a column for the lower times all and the higher."""
        found = np.zeros((texts, numbers * numbers), dtype=np.bool_)
        for step in range(1, len(self.places)):
            near = (self.texts[step:] == self.texts[:-step]) & (self.places[step:] - self.places[:-step] < CLOSE)
            if not near.any():
                break
            one, other = self.numbers[step:][near], self.numbers[:-step][near]
            found[self.texts[step:][near], np.minimum(one, other) * numbers + np.maximum(one, other)] = True
        found[:, np.arange(numbers) * (numbers + 1)] = False
        return found


class Asked:
    """A question, ready to be held against many passages; not to be shared between threads."""

    def __init__(self, question: str, frequencies: Mapping[str, int], passages: int, synonyms: Synonyms = ()) -> None:
        """Weigh the terms; `frequencies` says in how many of so many passages each stands."""
        sequence = terms(question)
        self.terms = list(dict.fromkeys(sequence))
        self._number = {term: number for number, term in enumerate(self.terms)}
        self._weights = np.array([idf(frequencies.get(term, 0), passages) for term in self.terms])
        self._pairs = list(dict.fromkeys(pairwise(self._number[term] for term in sequence)))
        self._pair_weights = np.array([self._weights[one] + self._weights[next_] for one, next_ in self._pairs])
        self._names, words_for = self._other_names(synonyms)
        self._says = {term: (number,) for term, number in self._number.items()}
        self._says_instead = {term: tuple(dict.fromkeys(numbers)) for term, numbers in words_for.items()}

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
        """Return how much of the question stands in each passage, of which title, headings and text are given."""
        lines = {line: number for number, line in enumerate(dict.fromkeys(line for title, headings, _ in passages for line in (title, *headings)))}
        above = np.zeros((len(passages), len(passages) + len(lines)), dtype=np.float32)  # passage by text: its own, and the lines above it
        np.fill_diagonal(above, 1.0)
        for row, (title, headings, _) in zip(above, passages, strict=True):
            row[[len(passages) + lines[line] for line in (title, *headings)]] = 1.0
        known = word_list()
        read = known.number([*(text for *_, text in passages), *lines])
        hits = _hits(read, known, self._says, self._says_instead)
        each = hits.held(len(above.T), len(self.terms))
        held = above @ each > 0
        if self._names:
            held |= self._held_by_name(above, read, known)
        pairs = above @ self._held_pairs(hits, read, known) > 0
        of_texts = hits.of_first(len(passages))
        close = of_texts.close(len(passages), len(self.terms))
        shares = [
            _share(held, self._weights),
            _share(each[: len(passages)], self._weights),
            self._best_windows(of_texts, read, len(passages)),
            _share(pairs, self._pair_weights),
            _share(pairs, _rarity(pairs)),
            _share(close, np.where(close.any(axis=0), _rarity(close), 0.0)),
        ]
        return list(map(Nearness._make, np.stack(shares, axis=1).tolist()))

    def _held_by_name(self, above: NDArray[np.float32], read: Numbered, known: WordList) -> Flags:
        """Return the terms that each passage holds by a name of several words, all of which are in it."""
        words = {term: number for number, term in enumerate(dict.fromkeys(chain.from_iterable(name for name, _ in self._names)))}
        spelt = np.zeros((len(words), len(self._names)), dtype=np.float32)
        named = np.zeros((len(self._names), len(self.terms)), dtype=np.float32)
        for column, (name, numbers) in enumerate(self._names):
            spelt[[words[term] for term in name], column] = 1.0
            named[column, numbers] = 1.0
        there = above @ _hits(read, known, {term: (number,) for term, number in words.items()}).held(len(above.T), len(words)) > 0
        whole = there.astype(np.float32) @ spelt == spelt.sum(axis=0)
        return np.asarray(whole.astype(np.float32) @ named > 0)

    def _held_pairs(self, hits: _Hits, read: Numbered, known: WordList) -> Flags:
        """Return, for each text, which pairs it holds: neighbours, of which nothing but stop words stands between."""
        number_of = np.full((len(self.terms), len(self.terms)), -1)
        for number, pair in enumerate(self._pairs):
            number_of[pair] = number
        words = known.is_term(read.words)
        words[hits.places] = 0
        broken = np.cumsum(words)[hits.places]
        pairs = number_of[hits.numbers[:-1], hits.numbers[1:]]
        good = (pairs >= 0) & (hits.texts[:-1] == hits.texts[1:]) & (broken[:-1] == broken[1:])
        return _Hits(hits.places[1:][good], hits.texts[1:][good], pairs[good]).held(len(read.starts) - 1, len(self._pairs))

    def _best_windows(self, hits: _Hits, read: Numbered, passages: int) -> Floats:
        """Return for the text of each passage the greatest share of distinct terms within `WINDOW` words.

        Of the windows that end with a hit, a hit is in its own and in those after it, up to the next of its number or until
        it is out of reach.
        """
        places, texts, numbers = hits
        count = len(places)
        order = np.argsort(numbers, kind="stable")
        again = np.full(count, count)
        same = numbers[order[:-1]] == numbers[order[1:]]
        again[order[:-1][same]] = order[1:][same]
        out = np.searchsorted(places, np.minimum(places + WINDOW, read.starts[texts + 1]))
        weights = self._weights[numbers]
        gone = np.bincount(np.minimum(again, out), weights, minlength=count + 1)[:count]
        best = np.zeros(passages)
        np.maximum.at(best, texts, np.cumsum(weights - gone))
        return best / (float(self._weights.sum()) or 1.0)


def _hits(read: Numbered, known: WordList, *says: Mapping[str, tuple[int, ...]]) -> _Hits:
    """Return the words that say something; what each term says is given, and what it says besides."""
    said = _said(known, says)
    lengths = np.fromiter(map(len, said.values()), dtype=np.int64, count=len(said))
    telling = np.fromiter(said, dtype=np.int64, count=len(said))
    counts, first = np.zeros((2, known.word_count), dtype=np.int64)
    counts[telling], first[telling] = lengths, starts_of(lengths)[:-1]
    flat = np.fromiter(chain.from_iterable(said.values()), dtype=np.int64, count=int(lengths.sum()))
    at = np.flatnonzero(counts[read.words])
    words = read.words[at]
    each = counts[words]
    places = np.repeat(at, each)
    return _Hits(places, np.searchsorted(read.starts[1:], places, side="right"), flat[spread(first[words], each)])


def _said(known: WordList, says: Sequence[Mapping[str, tuple[int, ...]]]) -> dict[int, tuple[int, ...]]:
    """Return what each word that says something says, in the order of its terms."""
    said: dict[int, tuple[int, ...]] = {}
    again: set[int] = set()
    for meant in says:
        for term, numbers in meant.items():
            words = known.holding(term)
            again |= said.keys() & words
            said.update(zip(words, repeat(numbers), strict=False))
    for word in again:
        said[word] = tuple(dict.fromkeys(number for meant in says for term in known.terms(word) for number in meant.get(term, ())))
    return said


def _rarity(held: Flags) -> Floats:
    """Return the idf of each column over the rows: high where few hold it."""
    count = held.sum(axis=0)
    return np.asarray(np.log1p((len(held) - count + 0.5) / (count + 0.5)))


def _share(held: Flags, weights: Floats) -> Floats:
    """Return the share of the weights that each row holds."""
    return np.asarray(held @ weights / (float(weights.sum()) or 1.0))


def idf(frequency: int, passages: int) -> float:
    """Return ln(1 + (N - n + 0.5) / (n + 0.5)), as Lucene does."""
    return math.log1p((passages - frequency + 0.5) / (frequency + 0.5))
