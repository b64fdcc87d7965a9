"""The hashing encoder: the same everywhere, and near where terms are shared."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.encode import HashingEncoder, open_encoder
from ragqa.errors import EncoderError


@given(st.lists(st.text(max_size=40), max_size=5))
def test_unit_rows_that_do_not_depend_on_their_neighbours(texts):
    encoder = HashingEncoder("hashing-16")
    found = encoder.encode_passages(texts)
    assert found.shape == (len(texts), 16)
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-5)
    for row, text in enumerate(texts):
        assert encoder.encode_queries([text])[0].tolist() == found[row].tolist()


def test_shared_terms_are_near():
    found = open_encoder("hashing-256").encode_passages(["knee pain relief", "relief of knee pain", "stem cell trial"])
    assert found[0] @ found[1] == pytest.approx(1.0, abs=1e-5)
    assert abs(found[0] @ found[2]) < 0.3


def test_the_same_on_every_machine():
    signs = HashingEncoder("hashing-8").encode_passages(["pain"])[0] * 8**0.5
    assert signs.round().astype(int).tolist() == [-1, -1, 1, -1, 1, -1, 1, 1]


@pytest.mark.parametrize("name", ["hashing-", "hashing-1", "hashing-x", "other-64"])
def test_other_names_are_refused(name):
    with pytest.raises(EncoderError):
        HashingEncoder(name)
