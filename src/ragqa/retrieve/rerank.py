"""Fused passages and what is known of each in, the score of a small fitted linear model out.

Which features, and their weights, come from bench/fit_reranker.py; docs/adr/0008 says what they were chosen on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.retrieve.nearness import Nearness
from ragqa.shipped import read_model

RERANKED = 30
"""Passages, best by fusion first, whose texts are looked at; those after them keep their order behind."""

AGREED = 10
Scores = NDArray[np.float32]


class Signals(NamedTuple):
    """How sure each arm is of a question: what shifts trust from one arm to the other."""

    best_cosine: float
    dense_lead: float  # of the best over the tenth, in cosine
    lexical_lead: float  # of the best over the mean of the first hundred, in standard deviations
    agreement: float  # share of the first ten of one arm that are among the first ten of the other


class Found(NamedTuple):
    """What both arms found, best first: ids, cosines, BM25 scores, both scaled to 0 to 1, fused scores, and the signals."""

    ids: list[str]
    cosines: Scores
    bm25: Scores
    dense: Scores
    lexical: Scores
    scores: Scores
    signals: Signals


class Features(NamedTuple):
    """What the model weighs for a passage."""

    fused: float
    whole: float
    window: float
    pairs: float
    lexical_rank: float  # 1 / (1 + rank / 10), ranks from 0
    cosine: float
    cosine_long: float  # the cosine, times how far the index is one of long documents
    best_cosine: float  # these four: the signal, times (dense - lexical), both scaled to 0 to 1
    dense_lead: float
    lexical_lead: float
    agreement: float


def signals(dense: Sequence[float], lexical: Sequence[float], *, common: int) -> Signals:
    """Return the signals of two rankings, scores falling; `common` counts what is among the first ten of both."""
    meaning, wording = np.asarray(dense[:100], dtype=np.float64), np.asarray(lexical[:100], dtype=np.float64)
    spread = float(wording.std()) if wording.size else 0.0
    return Signals(
        best_cosine=float(meaning[0]) if meaning.size else 0.0,
        dense_lead=float(meaning[0] - meaning[min(AGREED, meaning.size) - 1]) if meaning.size else 0.0,
        lexical_lead=float(wording[0] - wording.mean()) / spread if spread > 0 else 0.0,
        agreement=common / AGREED,
    )


def features(found: Found, near: Sequence[Nearness], *, longness: float) -> NDArray[np.float64]:
    """Return a row of `Features` for each of the first passages found, as many as `near` speaks of."""
    first = slice(0, len(near))
    ranks = np.empty(len(found.bm25))
    ranks[np.argsort(-found.bm25, kind="stable")] = np.arange(len(found.bm25))
    trust = (found.dense - found.lexical)[first, None] * np.asarray(found.signals)[None]
    nearness = np.asarray(near, dtype=np.float64).reshape(len(near), len(Nearness._fields))
    cosines = found.cosines[first, None]
    rank = 1 / (1 + ranks[first, None] / 10)
    return np.concatenate([found.scores[first, None], nearness, rank, cosines, longness * cosines, trust], axis=1)


def scored(rows: NDArray[np.float64]) -> Scores:
    """Return the model's score of each row of features; only differences within a question mean anything."""
    return np.asarray(rows @ _weights(), dtype=np.float32)


@cache
def _weights() -> NDArray[np.float64]:
    table = json.loads(read_model("retrieve/rerank.json"))
    return np.array([table[name] for name in Features._fields])
