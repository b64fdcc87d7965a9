"""What is known of a sentence and a question in; the log-odds that the sentence answers it out."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter, mul, sub
from typing import NamedTuple

from ragqa.compose.roles import WARNINGS
from ragqa.compose.topic import Topics
from ragqa.shipped import read_model
from ragqa.types import Hit, Query, Source
from ragqa.vocabulary import SourceKind, StatementRole

R = StatementRole
BEST_FEW = 3  # sentences whose mean the others are set beside


class Features(NamedTuple):
    """What relevance is judged by; all of it comparable between corpora."""

    meaning: float  # cosine of the sentence, in its context, to the question
    words: float  # share of the question's words in the sentence, by idf
    pairs: float  # the same for pairs of words
    own: float  # share of the things asked about that the sentence names
    covered: float  # the same with its headings and title
    passage: float  # fused score of the passage, 0 to 1
    dense: float  # cosine of the passage
    intervention: float  # an intervention asked about is named: 1 in the sentence, 0.5 in its headings, 0 not
    no_intervention: float  # interventions were asked about, none is named
    condition: float
    no_condition: float
    off: float  # none of what the answer must be about is named
    missed: float  # share of the things asked about, everyday words apart, that is not covered
    unknown: float  # share of the things asked about that no passage of the index names
    asked_role: float  # the sentence does what the question asks for
    main_role: float
    acts: float  # a recommendation or dose
    effect: float
    harm: float
    gap: float  # says what is not known
    side: float  # background, methods, population, limits, currency
    definition: float
    guideline: float
    superseded: float
    density: float  # share of the sentence, by idf, that is made of the question's words and the names of what it asks about
    words_of_headings: float  # share of the question's words, by idf, that its headings hold and the sentence does not
    number: float  # it gives one
    # How far the document lies below the best one found: by its best passage, and by whether its title or stated subject
    # names an intervention that was asked about.
    below_document: float = 0.0
    below_of_intervention: float = 0.0
    # How far below the best few sentences found for this question: what is near in one question is far in another.
    below_meaning: float = 0.0
    below_words: float = 0.0
    below_passage: float = 0.0
    below_own: float = 0.0
    below_covered: float = 0.0


_SET_APART = tuple(map(Features._fields.index, ("meaning", "words", "passage", "own", "covered")))
_GIVEN = len(Features._fields) - len(_SET_APART)  # features of a sentence by itself: those that set it apart stand behind them
_NOT_SET_APART = (0.0,) * len(_SET_APART)


@lru_cache(maxsize=1)
def _weights() -> tuple[float, Features]:
    """Return intercept and weights, fitted by `bench/fit_relevance.py` on the tuned part of the gold set."""
    table = json.loads(read_model("compose/relevance.json"))
    return table["intercept"], Features(**table["weights"])


def relevance_of(features: Features) -> float:
    """Return the log-odds that a sentence answers the question (logistic regression)."""
    intercept, weights = _weights()
    total: float = sum(map(mul, weights, features))
    return intercept + total


_LARGEST = 700.0  # of an exponent: beyond it a float overflows


def probability(log_odds: float) -> float:
    """Return the probability that log-odds stand for (the logistic function)."""
    return 1 / (1 + math.exp(min(-log_odds, _LARGEST)))


class Match(NamedTuple):
    """How a sentence meets a question."""

    own: frozenset[int]  # the things asked about that its words name
    covered: frozenset[int]  # those that its words, headings or title name
    words: float  # share of the question's words in it, by idf
    pairs: float
    meaning: float  # cosine to the question
    density: float  # share of it that is made of what was asked
    words_of_headings: float  # share of the question's words that its headings hold and it does not
    number: bool  # it gives one


class Beside(NamedTuple):
    """How a document compares with the best one found for a question, each from -1 to 0, the best."""

    score: float  # fused score of its best passage
    of_intervention: float  # its title or stated subject names one that was asked about


class Weighing:
    """What is known of the sentences of a question; what many of them have in common is worked out once.

    Many cover the same things, and do the same.
    """

    def __init__(self, query: Query, topics: Topics) -> None:
        self._query, self._topics = query, topics
        self._by_things: dict[tuple[frozenset[int], frozenset[int]], tuple[float, float, tuple[float, ...]]] = {}
        self._by_role: dict[StatementRole, tuple[float, ...]] = {}

    def features_of(self, match: Match, hit: Hit, role: StatementRole, source: Source, document: Beside) -> Features:
        """Return what is known of a sentence of a hit."""
        things = match.own, match.covered
        if things not in self._by_things:
            self._by_things[things] = self._of_things(*things)
        if role not in self._by_role:
            self._by_role[role] = self._of_role(role)
        own, covered, named = self._by_things[things]
        return Features._make(
            (
                match.meaning,
                match.words,
                match.pairs,
                own,
                covered,
                hit.score,
                hit.arms.dense or 0.0,
                *named,
                *self._by_role[role],
                float(source.kind is SourceKind.GUIDELINE),
                float(source.superseded_by is not None),
                match.density,
                match.words_of_headings,
                float(match.number),
                *document,
                *_NOT_SET_APART,
            )
        )

    def _of_things(self, own: frozenset[int], covered: frozenset[int]) -> tuple[float, float, tuple[float, ...]]:
        """Return the features `own` and `covered`, and those from `intervention` to `unknown`."""
        topics = self._topics
        return (
            topics.share(own),
            topics.share(covered),
            (
                _match(topics.interventions, own, covered),
                float(bool(topics.interventions) and covered.isdisjoint(topics.interventions)),
                _match(topics.conditions, own, covered),
                float(bool(topics.conditions) and covered.isdisjoint(topics.conditions)),
                float(covered.isdisjoint(topics.anchors)),
                sum(topics.all[place].weight for place in topics.named if place not in covered) / topics.named_mass,
                topics.unknown_share,
            ),
        )

    def _of_role(self, role: StatementRole) -> tuple[float, ...]:
        """Return the features from `asked_role` to `definition`."""
        asked = self._query.aspects
        return (
            float(role in asked),
            float(role in asked[:1]),
            float(role in {R.RECOMMENDATION, R.DOSING, R.PREVENTION}),
            float(role is R.EFFECT),
            float(role in WARNINGS),
            float(role is R.EVIDENCE_GAP),
            float(role in {R.BACKGROUND, R.METHODS, R.POPULATION, R.LIMITATION, R.CURRENCY}),
            float(role is R.DEFINITION and role not in asked),
        )


def documents_beside(topics: Topics, scores: Mapping[str, float], subjects: Mapping[str, frozenset[int]]) -> dict[str, Beside]:
    """Return how each document compares with the best one: by its best passage's fused score, and by whether its title or
    stated subject names an intervention that was asked about.
    """
    named = {name: not subject.isdisjoint(topics.interventions) for name, subject in subjects.items()}
    best, any_named = max(scores.values(), default=0.0), any(named.values())
    return {name: Beside(score - best, float(named[name]) - any_named) for name, score in scores.items()}


def beside_the_best(found: Sequence[Features], topics: Sequence[frozenset[int]]) -> list[Features]:
    """Return features with what sets each sentence apart from the mean of the best few found on the same topics."""
    of_topics: dict[frozenset[int], list[Features]] = {}
    for features, covered in zip(found, topics, strict=True):
        of_topics.setdefault(covered, []).append(features)
    best = {covered: [_mean_of_best([f[place] for f in group]) for place in _SET_APART] for covered, group in of_topics.items()}
    return [
        Features._make((*features[:_GIVEN], *map(sub, _values_apart(features), best[covered])))
        for features, covered in zip(found, topics, strict=True)
    ]


_values_apart = itemgetter(*_SET_APART)


def _mean_of_best(values: Sequence[float]) -> float:
    return sum(sorted(values)[-BEST_FEW:]) / min(BEST_FEW, len(values))


def _match(places: tuple[int, ...], own: frozenset[int], covered: frozenset[int]) -> float:
    if not own.isdisjoint(places):
        return 1.0
    return 0.0 if covered.isdisjoint(places) else 0.5
