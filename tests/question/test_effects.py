"""Which questions ask for an effect, and what of them is intervention, comparator and outcome."""

import json
from pathlib import Path

import pytest

from ragqa.question import effect_in

PARAPHRASED = Path(__file__).parents[2] / "eval" / "effects" / "paraphrased.jsonl"


@pytest.mark.parametrize(
    ("question", "intervention", "comparison", "outcome"),
    [
        ("What is the effect of aspirin compared with placebo on stroke?", "aspirin", "placebo", "stroke"),
        ("Does aspirin reduce strokes?", "aspirin", None, "strokes"),
        ("Did aspirin lower strokes more than placebo?", "aspirin", "placebo", "strokes"),
        ("Does resting heart rate fall with yoga?", "yoga", None, "resting heart rate"),
        ("Are serum lipids affected by oats, as opposed to rice?", "oats", "rice", "serum lipids"),
        ("Is pain worse after surgery than after exercise?", "surgery", "exercise", "pain"),
    ],
)
def test_the_parts_of_a_question_about_an_effect(question, intervention, comparison, outcome):
    effect = effect_in(question)
    assert (effect.intervention, effect.comparison, effect.outcome) == (intervention, comparison, outcome)


@pytest.mark.parametrize(
    "question",
    ["What is asthma?", "Who discovered insulin?", "How many people have gout?", "What causes a rise in potassium?", "", "reduce", "Is it than?"],
)
def test_a_question_of_another_kind_has_no_effect(question):
    assert effect_in(question) is None


def test_most_free_wordings_of_effect_questions_are_recognised():
    questions = [json.loads(line)["text"] for line in PARAPHRASED.read_text(encoding="utf-8").splitlines()]
    assert len(questions) == 50
    assert sum(effect_in(question) is not None for question in questions) >= 44


def test_an_everyday_thing_that_is_to_act_is_what_is_asked_about(clinic):
    facets = clinic.understand("Does iron lower blood pressure in gout?").facets
    assert [concept.text for concept in facets.interventions] == ["iron"]
    assert not facets.interventions[0].everyday
    assert not clinic.understand("Does it help in gout?").facets.interventions
    assert "iron" not in [c.text for c in clinic.understand("Does adrenaline with iron help in anaphylaxis?").facets.interventions]
