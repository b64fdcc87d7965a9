"""Two arms' scores in, one score out: arithmetic by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ragqa.retrieve.feedback import rocchio
from ragqa.retrieve.fusion import convex, min_max, reciprocal_rank

SCORES = hnp.arrays(np.float32, st.integers(1, 20), elements=st.floats(-10, 10, width=32))


def row(*values):
    return np.array(values, dtype=np.float32)


def test_min_max_by_hand():
    # (3 - 1) / (5 - 1) = 0.5
    assert min_max(row(1, 3, 5)).tolist() == [0, 0.5, 1]
    assert min_max(row(-2, 2)).tolist() == [0, 1]
    assert min_max(row(7, 7, 7)).tolist() == [0, 0, 0]
    assert min_max(row(7)).tolist() == [0]
    assert min_max(row()).tolist() == []


def test_convex_by_hand():
    # dense 0.2, 0.4, 0.6 -> 0, 0.5, 1; lexical 10, 0, 5 -> 1, 0, 0.5
    # 0.25 x dense + 0.75 x lexical = 0.75, 0.125, 0.625
    fused = convex(row(0.2, 0.4, 0.6), row(10, 0, 5), dense_weight=0.25)
    assert fused == pytest.approx([0.75, 0.125, 0.625])


def test_a_weight_of_one_or_nothing_is_one_arm():
    dense, lexical = row(0.1, 0.9, 0.3), row(4, 2, 6)
    assert convex(dense, lexical, dense_weight=1.0) == pytest.approx(min_max(dense))
    assert convex(dense, lexical, dense_weight=0.0) == pytest.approx(min_max(lexical))


def test_reciprocal_rank_by_hand():
    # dense ranks 1, 2, 3; lexical ranks 2, 3, 1; k = 60
    fused = reciprocal_rank(row(0.9, 0.5, 0.1), row(3, 1, 5))
    assert fused == pytest.approx([1 / 61 + 1 / 62, 1 / 62 + 1 / 63, 1 / 63 + 1 / 61])
    assert reciprocal_rank(row(0.9, 0.5), row(1, 2), k=1) == pytest.approx([1 / 2 + 1 / 3, 1 / 3 + 1 / 2])


@given(SCORES, st.floats(0, 1))
def test_convex_stays_between_nothing_and_one(dense, weight):
    fused = convex(dense, dense[::-1].copy(), dense_weight=weight)
    assert (fused >= -1e-6).all()
    assert (fused <= 1 + 1e-6).all()


@given(SCORES)
def test_fusing_an_arm_with_itself_keeps_its_order(dense):
    fused = convex(dense, dense, dense_weight=0.5)
    assert (np.diff(fused[np.argsort(dense, kind="stable")]) >= -1e-6).all()


def test_rocchio_by_hand():
    # (1, 0) + 0.5 x mean((0, 1), (0, 1)) = (1, 0.5), of length sqrt(1.25)
    moved = rocchio(row(1, 0), np.array([[0, 1], [0, 1]], dtype=np.float32), weight=0.5)
    assert moved == pytest.approx([1 / 1.25**0.5, 0.5 / 1.25**0.5])
    assert moved.dtype == np.float32


def test_rocchio_without_finds_or_weight_leaves_the_query():
    query = row(0.6, 0.8)
    assert rocchio(query, np.zeros((0, 2), dtype=np.float32), weight=0.5) == pytest.approx(query)
    assert rocchio(query, np.array([[1, 0]], dtype=np.float32), weight=0.0) == pytest.approx(query)


@given(st.integers(0, 1000), st.integers(1, 8), st.floats(0.01, 0.95))
def test_rocchio_has_unit_length_and_moves_towards_what_was_found(seed, count, weight):
    random = np.random.default_rng(seed)
    rows = random.normal(size=(count + 1, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    query, found = rows[0], rows[1:]
    moved = rocchio(query, found, weight=weight)
    assert np.linalg.norm(moved) == pytest.approx(1, abs=1e-5)
    middle = found.mean(axis=0)
    assert moved @ middle >= query @ middle - 1e-5
