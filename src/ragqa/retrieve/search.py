"""Query in, fused Hits out: both arms, one round of dense feedback, ties broken by passage id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ragqa.protocols import PassageIndex, Vectors
from ragqa.retrieve.feedback import rocchio
from ragqa.retrieve.fusion import convex
from ragqa.text import terms
from ragqa.types import Arms, Filters, Hit

EXPANSION_WEIGHT = 0.4
FEEDBACK_FROM = 3
FEEDBACK_WEIGHT = 0.6


class Probe(NamedTuple):
    """What is searched for: a vector of unit length, and weighted search terms."""

    vector: Vectors
    terms: Mapping[str, float]


def weighted_terms(text: str, expansions: Sequence[str] = ()) -> dict[str, float]:
    """Return the search terms of a text with their counts, and those of expansions at a smaller weight."""
    weights: dict[str, float] = {term: float(count) for term, count in Counter(terms(text)).items()}
    for name in expansions:
        for term in terms(name):
            weights.setdefault(term, EXPANSION_WEIGHT)
    return weights


def retrieve(
    probe: Probe, index: PassageIndex, *, depth: int, dense_weight: float, feedback: bool, filters: Filters = Filters()
) -> list[Hit]:
    """Return at most `depth` hits by fused score, those found by either arm, ranked by (-score, passage id)."""
    hits = _fuse(probe, index, depth=depth, dense_weight=dense_weight, filters=filters)
    if feedback and len(hits) > FEEDBACK_FROM:
        found = index.vectors([hit.passage_id for hit in hits[:FEEDBACK_FROM]])
        probe = probe._replace(vector=rocchio(probe.vector, found, weight=FEEDBACK_WEIGHT))
        hits = _fuse(probe, index, depth=depth, dense_weight=dense_weight, filters=filters)
    return hits


def _fuse(probe: Probe, index: PassageIndex, *, depth: int, dense_weight: float, filters: Filters) -> list[Hit]:
    dense = dict(index.search_dense(probe.vector, depth=depth, filters=filters))
    lexical = dict(index.search_lexical(probe.terms, depth=depth, filters=filters))
    found = sorted(dense.keys() | lexical.keys())
    if not found:
        return []
    by_meaning = _complete(dense, found, index.score_dense(probe.vector, found))
    by_terms = _complete(lexical, found, index.score_lexical(probe.terms, found))
    fused = convex(by_meaning, by_terms, dense_weight=dense_weight)
    order = sorted(range(len(found)), key=lambda i: (-float(fused[i]), found[i]))[:depth]
    return [
        Hit(
            passage_id=found[i],
            score=float(fused[i]),
            rank=rank,
            arms=Arms(dense=float(by_meaning[i]), lexical=float(by_terms[i]) or None),
        )
        for rank, i in enumerate(order, 1)
    ]


def _complete(known: Mapping[str, float], found: Sequence[str], scored: Vectors) -> Vectors:
    """Return scores for all that was found: those of the search itself, and scored ones for the other arm's finds."""
    return np.array([known.get(pid, score) for pid, score in zip(found, scored.tolist(), strict=True)], dtype=np.float32)
