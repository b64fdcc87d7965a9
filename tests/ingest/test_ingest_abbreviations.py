from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.ingest import abbreviations


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Chronic obstructive pulmonary disease (COPD) is common.", ("COPD", "Chronic obstructive pulmonary disease")),
        ("patients with heat shock transcription factor (HSF) levels", ("HSF", "heat shock transcription factor")),
        ("the forced expiratory volume in 1 second (FEV1) fell", ("FEV1", "forced expiratory volume in 1 second")),
        ("We measured interleukin-6 (IL-6).", ("IL-6", "interleukin-6")),
        ("COPD (chronic obstructive pulmonary disease) is common.", ("COPD", "chronic obstructive pulmonary disease")),
        ("treated with intravenous (IV) fluids", ("IV", "intravenous")),
        (
            "acute lymphoblastic leukemia (ALL; also called acute lymphocytic leukemia)",
            ("ALL", "acute lymphoblastic leukemia"),
        ),
        ("the 5-hydroxytryptamine (5-HT) receptor", ("5-HT", "5-hydroxytryptamine")),
    ],
)
def test_a_definition_is_found(text: str, pair: tuple[str, str]) -> None:
    assert abbreviations(text) == [pair]


@pytest.mark.parametrize(
    "text",
    [
        "A trial (Smith 2010) found nothing.",
        "Pain fell (95% CI 2 to 4).",
        "Some drugs (Table 2) were used.",
        "in 40 patients (12%)",
        "Blood was taken (see above).",
        "the treatment (XYZ) was given",
        "nothing in brackets",
        "of (B)",
        "( )",
    ],
)
def test_what_is_no_definition_is_left_alone(text: str) -> None:
    assert abbreviations(text) == []


def test_each_pair_comes_once_in_order() -> None:
    text = "Low back pain (LBP) and body mass index (BMI). Low back pain (LBP) again."
    assert abbreviations(text) == [("LBP", "Low back pain"), ("BMI", "body mass index")]


def test_a_long_form_does_not_reach_into_the_sentence_before() -> None:
    assert abbreviations("It was low. Back pain (LBP) is common.") == []


@given(st.text(alphabet="aB (c)-1.\n;", max_size=60))
def test_any_text_is_survived_and_long_forms_stand_in_it(text: str) -> None:
    for short, long in abbreviations(text):
        assert short in text
        assert long in text
