"""Dense search: exact by three ways, approximate by one, filters before ranking."""

from __future__ import annotations

import numpy as np
import pytest

from ragqa.index import dense
from ragqa.index.dense import DenseArm, VectorFile, kind_for
from ragqa.vocabulary import DenseKind

N, D = 6000, 64


@pytest.fixture(scope="module")
def vectors():
    chance = np.random.default_rng(3)
    centres = chance.standard_normal((40, D))
    found = centres[chance.integers(0, 40, N)] + 0.7 * chance.standard_normal((N, D))
    found[10] = found[4000]  # a tie between distant rows
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def arm(folder, vectors, kind):
    file = VectorFile(folder, kind, len(vectors), D)
    for start in range(0, len(vectors), 999):
        rows = np.arange(start, min(len(vectors), start + 999))
        file.put(rows, vectors[rows])
    file.finish()
    return DenseArm(folder, kind, D)


def exact(vectors, question, depth, allowed=None):
    scores = np.round(vectors @ question, 6)
    rows = [row for row in range(N) if allowed is None or allowed[row]]
    return sorted(rows, key=lambda row: (-scores[row], row))[:depth]


@pytest.mark.parametrize("gathered", [0, N])
def test_flat_is_exact(tmp_path, vectors, monkeypatch, gathered):
    monkeypatch.setattr(dense, "_GATHERED_MOST", gathered)
    opened = arm(tmp_path, vectors, DenseKind.FLAT)
    allowed = np.arange(N) % 3 == 1
    for question in (vectors[10], vectors[77]):
        assert opened.search(question, 50, None)[0].tolist() == exact(vectors, question, 50)
        assert opened.search(question, 50, allowed)[0].tolist() == exact(vectors, question, 50, allowed)
    assert opened.search(vectors[10], 2, None)[0].tolist() == [10, 4000]


@pytest.mark.parametrize("kind", list(DenseKind))
def test_several_vectors_find_what_each_finds_alone(tmp_path, vectors, kind):
    opened = arm(tmp_path, vectors, kind)
    asked = [vectors[10], vectors[77], vectors[4321]]
    for allowed in (None, np.arange(N) % 3 == 1, np.arange(N) < 7, np.zeros(N, dtype=bool)):
        together = opened.search_each(asked, 50, allowed)
        for (rows, scores), vector in zip(together, asked, strict=True):
            alone = opened.search(vector, 50, allowed)
            assert (rows.tolist(), scores.tolist()) == (alone[0].tolist(), alone[1].tolist())
    assert opened.search_each([], 50, None) == []
    assert [rows.size for rows, _ in opened.search_each(asked, 0, None)] == [0, 0, 0]


def test_rabitq_finds_nearly_all_and_keeps_to_the_filter(tmp_path, vectors, monkeypatch):
    monkeypatch.setattr(dense, "_GATHERED_MOST", 0)
    opened = arm(tmp_path, vectors, DenseKind.RABITQ)
    allowed = np.arange(N) % 3 == 1
    found = overlap = 0
    for row in range(0, 500, 25):
        whole, scores = opened.search(vectors[row], 50, None)
        found += len(set(whole.tolist()) & set(exact(vectors, vectors[row], 50)))
        assert scores.tolist() == sorted(scores.tolist(), reverse=True)
        some = opened.search(vectors[row], 50, allowed)[0].tolist()
        assert all(allowed[some])
        assert len(some) == 50
        overlap += len(set(some) & set(exact(vectors, vectors[row], 50, allowed)))
    assert found / 1000 > 0.93
    assert overlap / 1000 > 0.93


def test_a_filter_that_leaves_few_still_finds_them(tmp_path, vectors):
    opened = arm(tmp_path, vectors, DenseKind.RABITQ)
    allowed = np.zeros(N, dtype=np.bool_)
    allowed[[5, 17, 5999]] = True
    assert sorted(opened.search(vectors[0], 50, allowed)[0].tolist()) == [5, 17, 5999]


def test_bytes_keep_the_direction(tmp_path, vectors):
    opened = arm(tmp_path, vectors, DenseKind.RABITQ)
    rows = np.arange(0, N, 7)
    assert (opened.vectors(rows) * vectors[rows]).sum(axis=1).min() > 0.999


def test_size_decides_unless_told():
    assert kind_for(99_999, None) is DenseKind.FLAT
    assert kind_for(100_000, None) is DenseKind.RABITQ
    assert kind_for(5, DenseKind.RABITQ) is DenseKind.RABITQ


@pytest.mark.parametrize("kind", list(DenseKind))
def test_nothing_to_search(tmp_path, kind):
    opened = arm(tmp_path, np.empty((0, D), dtype=np.float32), kind)
    assert opened.search(np.ones(D, dtype=np.float32), 5, None)[0].tolist() == []
