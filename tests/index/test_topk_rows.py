"""The best rows are those that sorting everything gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.index.topk import best_rows


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 6000), st.integers(0, 40), st.integers(0, 2**32 - 1), st.floats(0, 1), st.integers(1, 50))
def test_equal_to_a_full_sort(size, depth, seed, density, steps):
    chance = np.random.default_rng(seed)
    scores = np.round(chance.random(size), 3) // (1 / steps)  # many ties
    scores = (scores * (chance.random(size) < density)).astype(np.float32)
    order = [int(row) for row in np.lexsort((np.arange(size), -scores)) if scores[row] > 0]
    assert best_rows(scores, depth, above=0.0).tolist() == order[:depth]
