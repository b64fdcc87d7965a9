"""Which sides of a disease a question and a heading are about, and that the one does not answer for another."""

import pytest

from ragqa.compose.sides import sides_of
from ragqa.types import statements_of


@pytest.mark.parametrize(
    ("question", "same", "other"),
    [
        ("What are the symptoms of gout?", "Signs and symptoms", "How to diagnose gout?"),
        ("How is gout treated?", "What are the treatments for gout?", "What causes gout?"),
        ("Is gout inherited?", "What are the genetic changes related to gout?", "How many people are affected by gout?"),
        ("What is gout?", "What is (are) gout?", "What are the treatments for gout?"),
        ("Who is at risk for gout?", "Risk factors", "What is the outlook for gout?"),
    ],
)
def test_sides_are_told_apart(question, same, other):
    assert sides_of(question) & sides_of(same)
    assert not sides_of(question) & sides_of(other)


def test_words_of_no_side_have_none():
    assert sides_of("Gout and the kidney") == frozenset()


@pytest.fixture(scope="module")
def pages(engine_over, page):
    told = {
        "What are the symptoms of Ondine syndrome?": ["Ondine syndrome begins with shallow breathing in sleep."],
        "What are the treatments for Ondine syndrome?": ["Ondine syndrome is treated with ventilation at night.", "In Ondine syndrome pacing of the diaphragm is used."],
        "How many people are affected by Ondine syndrome?": ["Ondine syndrome affects about 1 in 200,000 children."],
        "What are the genetic changes related to Ondine syndrome?": ["Ondine syndrome is caused by changes in the PHOX2B gene."],
    }
    return engine_over({"ondine": page("ondine", "Ondine syndrome", told, "kind: patient information", "condition: Ondine syndrome")})


def test_a_page_that_tells_each_side_under_a_question_is_quoted_on_the_one_asked_about(pages):
    said = [statement.text for statement in statements_of(pages.ask("What are the treatments for Ondine syndrome?"))]
    assert any("ventilation" in text for text in said)
    assert not any("200,000" in text or "PHOX2B" in text for text in said)


def test_where_a_page_does_not_tell_the_side_asked_about_its_others_are_no_answer(engine_over, page):
    told = {
        "How many people are affected by Ondine syndrome?": ["Ondine syndrome affects about 1 in 200,000 children."],
        "What are the genetic changes related to Ondine syndrome?": ["Ondine syndrome is caused by changes in the PHOX2B gene."],
    }
    engine = engine_over({"ondine": page("ondine", "Ondine syndrome", told, "kind: patient information", "condition: Ondine syndrome")})
    answer = engine.ask("What are the treatments for Ondine syndrome?")
    assert answer.abstained
    assert answer.gaps
    assert not engine.ask("How common is Ondine syndrome?").abstained
