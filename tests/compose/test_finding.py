"""Which sentences of trials report no difference, and whether a study says yes or no."""

import pytest

from ragqa.compose.finding import NOT_TESTED, TESTED, null_odds, words_of
from ragqa.compose.studies import Finding, says_yes, traits_of


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Pain was lower (P<0.001).", TESTED),
        ("Pain was lower, p = .03.", TESTED),
        ("Pain was lower (p ≤ 0.05).", TESTED),
        ("Pain was lower (P-value 0.20).", None),
        ("Pain was lower (p = 0.30).", NOT_TESTED),
        ("Pain was lower (P > 0.05).", NOT_TESTED),
    ],
)
def test_a_p_value_is_read_as_the_side_of_the_level_on_which_it_lies(text, read):
    assert words_of(text) & {TESTED, NOT_TESTED} == ({read} if read else set())


@pytest.mark.parametrize(
    "text",
    [
        "There was no significant difference in mortality between the groups (p = 0.45).",
        "Mortality was 12.1% with the drug and 12.9% with placebo (P=0.62).",
        "The two groups did not differ in length of stay.",
    ],
)
def test_a_sentence_that_reports_no_difference_has_odds_above_even(text):
    assert null_odds(text) > 0


@pytest.mark.parametrize(
    "text",
    [
        "Mortality was significantly lower in the treated group than in the control group (p = 0.004).",
        "Patients given the drug had a greater gain in strength compared with placebo (P<0.001).",
    ],
)
def test_a_sentence_that_reports_a_difference_has_odds_below_even(text):
    assert null_odds(text) < 0


AIM = Finding("Eighty patients with stroke were given the drug or placebo.", 0.4, result=False)


def study(*results):
    return [AIM, *(Finding(text, 0.7, result=True) for text in results)]


YES = study("Mortality was significantly lower with the drug than with placebo (p<0.001).", "The drug significantly improved recovery (p = 0.002).")
NO = study("There was no significant difference in mortality between the groups (p = 0.45).", "The drug did not improve recovery compared with placebo (p = 0.71).")


def test_a_study_that_found_an_effect_says_yes_and_one_that_found_none_says_no():
    question = "Does the drug reduce mortality after stroke?"
    assert says_yes(question, YES) > 0.68
    assert says_yes(question, NO) < 0.32


def test_no_difference_speaks_less_against_a_question_for_likeness():
    assert says_yes("Is the drug as safe as placebo after stroke?", NO) > says_yes("Does the drug reduce mortality after stroke?", NO)


def test_methods_weigh_nothing_beside_results():
    far = [Finding("There was no difference.", 0.9, result=False), *YES[1:]]
    near = traits_of("Does it work?", far)[:10]
    assert near[0] < 0


def test_a_study_without_headings_is_judged_by_its_latter_half():
    bare = [finding._replace(result=False) for finding in (AIM, AIM, *YES[1:])]
    assert says_yes("Does the drug reduce mortality after stroke?", bare) == pytest.approx(
        says_yes("Does the drug reduce mortality after stroke?", [AIM, AIM, *YES[1:]])
    )
