"""Fused passages and what is known of each in, the score of a small fitted linear model out.

Which features, and their weights, come from bench/fit_reranker.py; docs/adr/0071 and 0086 say what they were chosen on.
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

RERANKED = 60
"""Passages, best by fusion first, whose texts are looked at; those after them keep their order behind."""

AGREED = 10
Scores = NDArray[np.float32]


class Signals(NamedTuple):
    """How sure each arm is of a question: what shifts trust from one arm to the other."""

    best_cosine: float
    dense_lead: float  # of the best over the tenth, in cosine
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

    dense: float  # the cosine and BM25, scaled to 0 to 1 over what was found
    lexical: float
    whole: float
    text: float
    window: float
    pairs: float
    rare_pairs: float
    close: float
    cosine: float
    cosine_long: float  # the cosine, times how far the index is one of long documents
    nearest_sentence: float  # the highest cosine of a sentence; 0 where the index holds none, and for effects (see `features_of`)
    dense_document: float  # for passages of the document that an arm puts first: the lead of its best passage over the
    lexical_document: float  # best of any other document, in cosine, and as a share of BM25
    best_cosine: float  # these three: the signal, times (dense - lexical), both scaled to 0 to 1
    dense_lead: float
    agreement: float


def signals(dense: Sequence[float], *, common: int) -> Signals:
    """Return the signals of the cosines found, falling; `common` counts what is among the first ten of both arms."""
    if not dense:
        return Signals(0.0, 0.0, 0.0)
    return Signals(best_cosine=dense[0], dense_lead=dense[0] - dense[:AGREED][-1], agreement=common / AGREED)


def features(found: Found, near: Sequence[Nearness], sentences: Sequence[float], *, longness: float) -> NDArray[np.float64]:
    """Return a row of `Features` for each of the first passages found, as many as `near` speaks of."""
    first = slice(0, len(near))
    documents = [document_of(name) for name in found.ids]
    number_of = {document: number for number, document in enumerate(dict.fromkeys(documents))}
    numbers = np.array([number_of[document] for document in documents])
    trust = (found.dense - found.lexical)[first, None] * np.asarray(found.signals)[None]
    nearness = np.asarray(near, dtype=np.float64).reshape(len(near), len(Nearness._fields))
    cosines = found.cosines[first, None]
    scaled = np.stack([found.dense[first], found.lexical[first]], axis=1)
    nearest = np.asarray(sentences, dtype=np.float64)[:, None]
    leads = [_document_leads(scores, numbers)[first, None] for scores in (found.cosines, found.bm25)]
    leads[1] = leads[1] / (float(found.bm25.max(initial=0.0)) or 1.0)
    return np.concatenate([scaled, nearness, cosines, longness * cosines, nearest, *leads, trust], axis=1)


def document_of(passage_id: str) -> str:
    """Return the document of a passage: an id is that of the document, a colon and the span."""
    return passage_id.rpartition(":")[0]


def _document_leads(scores: Scores, documents: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return, for passages of the document with the best one, its lead over the best of all others, and 0 for the rest."""
    first = documents == documents[np.argmax(scores)]
    lead = 0.0 if first.all() else float(scores[first].max()) - float(scores[~first].max())
    return np.where(first, lead, 0.0)


def scored(rows: NDArray[np.float64]) -> Scores:
    """Return the model's score of each row of features; only differences within a question mean anything."""
    return np.asarray(rows @ _weights(), dtype=np.float32)


@cache
def _weights() -> NDArray[np.float64]:
    table = json.loads(read_model("retrieve/rerank.json"))
    return np.array([table[name] for name in Features._fields])
