"""What sets a sentence apart from others, and how much of it is on the question."""

from __future__ import annotations

import pytest

from ragqa.compose.coverage import densities
from ragqa.compose.relevance import Features, beside_the_best

NOTHING = Features(*[0.0] * len(Features._fields))
ONE, OTHER = frozenset({0}), frozenset({1})


def test_a_sentence_is_set_beside_the_best_on_its_own_topics() -> None:
    found = [NOTHING._replace(meaning=value) for value in (0.9, 0.6, 0.3, 0.1)]
    apart = beside_the_best(found, [ONE] * 4)
    assert [row.below_meaning for row in apart] == pytest.approx([0.3, 0.0, -0.3, -0.5])
    alone = beside_the_best(found, [ONE, ONE, ONE, OTHER])
    assert alone[3].below_meaning == 0.0
    assert beside_the_best([], []) == []


def test_a_sentence_that_goes_on_about_other_things_is_less_dense(clinic_index) -> None:
    dense, thin, empty = densities(["warfarin dose", "warfarin dose in kidney failure with a mechanical valve", ""], {"warfarin", "dose"}, clinic_index)
    assert dense == 1.0
    assert 0.0 < thin < dense
    assert empty == 0.0
