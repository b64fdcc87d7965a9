"""Vectors of questions and passages in; how well the one find the other, before and after an adapter, out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.encode import Lesson
from ragqa.evaluate.statistics import Interval, percentile_interval
from ragqa.protocols import Vectors
from ragqa.retrieve.fusion import convex

DEPTH = 10
ARM_DEPTH = 100
NEGATIVES = 20  # near misses kept for each question
_DRAWS = 2_000
_SEED = 20261102
Rows = NDArray[np.int64]


class Material(NamedTuple):
    """Questions, shape (n, dimensions); passages, (m, dimensions); the rows that answer each; where each stands in the split."""

    questions: Vectors
    passages: Vectors
    answers: Sequence[Rows]
    held_back: NDArray[np.bool_]


class Wording(NamedTuple):
    """What the lexical arm finds for each question, (rows, BM25 scores), and how the arms are fused."""

    found: Sequence[tuple[Rows, NDArray[np.float32]]]
    dense_weight: float


class Change(NamedTuple):
    """A mean over the held-back questions before and after, and the interval of the difference (paired bootstrap, 95 %)."""

    before: float
    after: float
    interval: Interval

    @property
    def better(self) -> bool:
        """Tell whether the whole interval lies above zero."""
        return self.interval.low > 0


def lesson_of(material: Material) -> Lesson:
    """Return what an adapter is trained on: the questions not held back, with the passages that come near by mistake."""
    rows = np.flatnonzero(~material.held_back).tolist()
    answers = [material.answers[row] for row in rows]
    near = [_nearest(material.questions[row], material.passages, NEGATIVES + len(material.answers[row])) for row in rows]
    wrong = [found[~np.isin(found, right)] for found, right in zip(near, answers, strict=True)]
    size = min((len(found) for found in wrong), default=0)
    negatives = np.array([found[:size] for found in wrong], dtype=np.int64).reshape(len(rows), size)
    return Lesson(material.questions[rows], material.passages, answers, negatives)


def change(material: Material, questions: Vectors, passages: Vectors, wording: Wording | None = None) -> Change:
    """Compare nDCG@10 over the held-back questions with the vectors that a trial would give instead.

    With `wording`, of both arms fused; without, of the dense arm alone.
    """
    rows = np.flatnonzero(material.held_back).tolist()

    def gains(asked: Vectors, held: Vectors) -> NDArray[np.float64]:
        found = (_fused(asked[row], held, wording, row) if wording else _nearest(asked[row], held, DEPTH) for row in rows)
        return np.array([_gain(ranked, material.answers[row]) for row, ranked in zip(rows, found, strict=True)])

    before, after = gains(material.questions, material.passages), gains(questions, passages)
    draws = np.random.default_rng(_SEED).integers(0, len(rows), (_DRAWS, len(rows)))
    return Change(float(before.mean()), float(after.mean()), percentile_interval((after - before)[draws].mean(axis=1)))


def _fused(question: Vectors, passages: Vectors, wording: Wording, row: int) -> Rows:
    """Return the first rows by both arms, as a search fuses them."""
    rows, bm25 = wording.found[row]
    both = np.union1d(rows, _nearest(question, passages, ARM_DEPTH))
    lexical = np.zeros(len(both), dtype=np.float32)
    lexical[np.searchsorted(both, rows)] = bm25
    scores = convex((passages[both] @ question).astype(np.float32), lexical, dense_weight=wording.dense_weight)
    return both[np.lexsort((both, -scores))][:DEPTH]


def _gain(ranked: Rows, answers: Rows) -> float:
    """Return nDCG@10 with binary gains (K. Järvelin and J. Kekäläinen, 2002)."""
    discounts = 1 / np.log2(np.arange(2, DEPTH + 2))
    return float((np.isin(ranked, answers) * discounts[: len(ranked)]).sum() / discounts[: min(DEPTH, len(answers))].sum())


def _nearest(question: Vectors, passages: Vectors, depth: int) -> Rows:
    """Return the rows of the highest cosines, by (-cosine, row)."""
    scores = passages @ question
    depth = min(depth, len(scores))
    rows = np.flatnonzero(scores >= np.partition(scores, len(scores) - depth)[len(scores) - depth])
    return rows[np.lexsort((rows, -scores[rows]))][:depth]
