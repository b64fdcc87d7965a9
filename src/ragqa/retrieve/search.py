"""Query in, ranked Hits out: both arms, fused, and the first of them put in order once more; ties broken by passage id."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.protocols import Instead, PassageIndex, Scored, Vectors
from ragqa.retrieve.feedback import rocchio
from ragqa.retrieve.fusion import convex, min_max
from ragqa.retrieve.names import names_instead
from ragqa.retrieve.nearness import Asked, Synonyms
from ragqa.retrieve.rerank import AGREED, RERANKED, Found, features, scored, signals
from ragqa.text import terms
from ragqa.types import Arms, Filters, Hit

FEEDBACK_FROM = 3
FEEDBACK_WEIGHT = 0.6
JUDGED = 30  # passages that a cross-encoder puts in order
SHORT, LONG = 12.0, 24.0  # passages of a document, on the mean
DENSE_SHORT, DENSE_LONG = 0.7, 0.35


Judge = Callable[[Sequence[tuple[str, str]]], list[float]]
"""(question, text) pairs in, a score for each out: a cross-encoder."""


class Probe(NamedTuple):
    """What is searched for: a vector of unit length, weighted search terms, what may stand instead; for reranking the words as asked, with synonyms."""

    vector: Vectors
    terms: Mapping[str, float]
    text: str = ""
    synonyms: Synonyms = ()
    instead: Sequence[Instead] = ()
    effect: bool = False  # the effect of one thing on another is asked for
    nearest: Sequence[Scored] | None = None  # what the vector finds, where it was searched for together with others


def probe_of(vector: Vectors, text: str, synonyms: Synonyms, index: PassageIndex, *, effect: bool = False) -> Probe:
    """Return what searches an index for a text, and for the other names of what it names."""
    asked = weighted_terms(text)
    return Probe(vector, asked, text, synonyms, names_instead(asked, synonyms, index), effect)


def weighted_terms(text: str) -> dict[str, float]:
    """Return the search terms of a text with their counts."""
    return {term: float(count) for term, count in Counter(terms(text)).items()}


def retrieve(  # noqa: PLR0913 each is a choice of its own
    probe: Probe,
    index: PassageIndex,
    *,
    depth: int,
    dense_weight: float | None,
    feedback: bool,
    rerank: bool = False,
    judge: Judge | None = None,
    filters: Filters = Filters(),
    most: int | None = None,
) -> list[Hit]:
    """Return at most `depth` hits, or the first `most` of them, those found by either arm, ranked by (-score, passage id).

    Without `dense_weight` the length of the index's documents decides (`dense_weight_for`). With `rerank` the first are
    put in the order of a fitted model, with a `judge` in its order instead; a place keeps its fused score, so that scores
    stay comparable.
    """
    weight = dense_weight_for(longness(index)) if dense_weight is None else dense_weight
    fused = fuse(probe, index, depth=depth, weight=weight, filters=filters)
    if feedback and len(fused.ids) > FEEDBACK_FROM:
        found = index.vectors(fused.ids[:FEEDBACK_FROM])
        probe = probe._replace(vector=rocchio(probe.vector, found, weight=FEEDBACK_WEIGHT), nearest=None)
        fused = fuse(probe, index, depth=depth, weight=weight, filters=filters)
    order = list(range(len(fused.ids)))[:depth]
    if (rerank or judge is not None) and len(order) > 1:
        first = order[: RERANKED if judge is None else JUDGED]
        scores = scored(features_of(probe, index, fused)) if judge is None else _judged(judge, probe, index, fused.ids[: len(first)])
        order[: len(first)] = sorted(first, key=lambda i: (-float(scores[i]), fused.ids[i]))
    return [
        Hit(
            passage_id=fused.ids[i],
            score=float(fused.scores[place]),
            rank=place + 1,
            arms=Arms(dense=float(fused.cosines[i]), lexical=float(fused.bm25[i]) or None),
        )
        for place, i in enumerate(order[:most])
    ]


def longness(index: PassageIndex) -> float:
    """Return how far an index is one of long documents: 0 at twelve passages each or fewer, 1 at 24 or more."""
    each = index.passage_count / max(1, index.document_count)
    share = (math.log(max(each, 1.0)) - math.log(SHORT)) / (math.log(LONG) - math.log(SHORT))
    return min(1.0, max(0.0, share))


def dense_weight_for(length: float) -> float:
    """Return the weight of the dense arm: in long documents it knows the topic and misses the detail (ADR 0007)."""
    return DENSE_SHORT + (DENSE_LONG - DENSE_SHORT) * length


def features_of(probe: Probe, index: PassageIndex, fused: Found, *, most: int = RERANKED) -> NDArray[np.float64]:
    """Return a row of `Features` for each of the first passages.

    A sentence that states an effect seldom sounds like the question for it: there the nearest sentence is not looked at.
    """
    ids = fused.ids[:most]
    names = sorted(set(terms(probe.text)))
    asked = Asked(probe.text, dict(zip(names, index.document_frequency(names), strict=True)), index.passage_count, probe.synonyms)
    near = asked.near_each(index.fields(ids))
    nearest = [0.0] * len(ids) if probe.effect else _nearest_sentences(probe.vector, index, ids)
    return features(fused, near, nearest, longness=longness(index))


def _nearest_sentences(vector: Vectors, index: PassageIndex, ids: Sequence[str]) -> list[float]:
    """Return the highest cosine of a sentence of each passage, 0 where the index holds no vectors of sentences."""
    found = np.zeros(len(ids))
    rows = index.sentence_vectors(ids) or []
    if held := [place for place, own in enumerate(rows) if len(own)]:
        own = [rows[place] for place in held]
        cosines = np.vecdot(np.concatenate(own), vector)
        found[held] = np.maximum.reduceat(cosines, np.cumsum([0, *map(len, own[:-1])]))
    return [max(best, 0.0) for best in found.tolist()]


def _judged(judge: Judge, probe: Probe, index: PassageIndex, ids: Sequence[str]) -> Sequence[float]:
    """Return a score of each passage, which is read as it is encoded: title, headings, text."""
    texts = ["\n".join(dict.fromkeys((fields.title, *fields.headings, fields.text))) for fields in index.fields(ids)]
    return judge([(probe.text, text) for text in texts])


def fuse(probe: Probe, index: PassageIndex, *, depth: int, weight: float, filters: Filters) -> Found:
    """Return what either arm finds, best by the convex combination first."""
    meaning = index.search_dense(probe.vector, depth=depth, filters=filters) if probe.nearest is None else probe.nearest
    wording = index.search_lexical(probe.terms, depth=depth, filters=filters, instead=probe.instead)
    dense, lexical = dict(meaning), dict(wording)
    found = sorted(dense.keys() | lexical.keys())
    cosines = _complete(dense, found, lambda ids: index.score_dense(probe.vector, ids))
    bm25 = _complete(lexical, found, lambda ids: index.score_lexical(probe.terms, ids, instead=probe.instead))
    scores = convex(cosines, bm25, dense_weight=weight)
    order = np.argsort(-scores, kind="stable")  # by (-score, id): what was found stands in the order of ids
    common = {hit.passage_id for hit in meaning[:AGREED]} & {hit.passage_id for hit in wording[:AGREED]}
    return Found(
        ids=[found[i] for i in order],
        cosines=cosines[order],
        bm25=bm25[order],
        dense=min_max(cosines)[order],
        lexical=min_max(bm25)[order],
        scores=scores[order],
        signals=signals([hit.score for hit in meaning], common=len(common)),
    )


def _complete(known: Mapping[str, float], found: Sequence[str], score: Callable[[Sequence[str]], Vectors]) -> Vectors:
    """Return scores for all that was found: those of the search itself, and scored ones for the other arm's finds."""
    missing = [pid for pid in found if pid not in known]
    scores = {**known, **dict(zip(missing, score(missing).tolist(), strict=True))} if missing else known
    return np.array([scores[pid] for pid in found], dtype=np.float32)
