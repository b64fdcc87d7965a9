"""A question on a child gets no dose that is another's."""

from __future__ import annotations

import pytest

from ragqa.compose.people import is_child
from ragqa.compose.ranges import asked_of


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("Infant of 3 weeks, K 7.4 with ECG changes. Insulin dose?", 3 / 52),
        ("8-month-old, both ears infected", 8 / 12),
        ("18 mo with bilateral ear infection", 1.5),
        ("anaphylaxis 4 yr old, adrenaline dose", 4),
    ],
)
def test_the_age_of_a_child_is_read_in_any_unit(question: str, years: float) -> None:
    assert asked_of(question)["age"] == pytest.approx(years)
    assert is_child(question)


@pytest.mark.parametrize("question", ["DKA, K back at 3.1 on the gas. Hold the insulin?", "over 2.5 litres of fluid", "Steroid exposure at six months"])
def test_a_value_with_a_decimal_point_is_no_age(question: str) -> None:
    assert "age" not in asked_of(question)


@pytest.mark.parametrize("question", ["first baby, BMI 37. aspirin?", "pregnant, is paracetamol safe for the baby", "Which dose for a man of 50?"])
def test_who_is_going_to_have_a_child_is_none(question: str) -> None:
    assert not is_child(question)
