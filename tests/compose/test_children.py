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


@pytest.mark.parametrize(("question", "years"), [("my baby girl is 10 weeks, feeding less", 10 / 52), ("She's only 7 weeks and hot", 7 / 52)])
def test_an_age_is_read_without_the_word_old(question: str, years: float) -> None:
    assert asked_of(question)["age"] == pytest.approx(years)


@pytest.mark.parametrize("question", ["Na 113 at 8 yesterday and 127 at 8 today", "progression to fracture at 5 y?"])
def test_a_time_is_no_age(question: str) -> None:
    assert "age" not in asked_of(question)


PAGES = {
    "pressure": ("Hypertension in adults: test guideline 2017", "hypertension",
        {"Recommendations": ["The 2017 guideline recommends amlodipine as the first drug for hypertension."], "Dosing": ["Amlodipine for hypertension is started at 5 mg a day."]}),
    "iron": ("Iron deficiency anaemia in adults: test guideline 2021", "iron deficiency anaemia",
        {"Recommendations": ["The 2021 guideline recommends going on with ferrous sulfate for three months in iron deficiency anaemia."]}),
    "ears": ("Otitis media in children: test guideline 2013", "otitis media",
        {"Recommendations": ["The 2013 guideline recommends amoxicillin for otitis media in children.", "The 2013 guideline recommends cefdinir for otitis media in children with a penicillin allergy."]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(guidelines_over):
    return guidelines_over(PAGES)


@pytest.mark.parametrize("question", ["12-year-old with hypertension: which drug?", "My 3-year-old has hypertension, what dose of amlodipine?"])
def test_what_is_said_of_adults_alone_is_nothing_for_a_child(engine, question):
    answer = engine.ask(question)
    assert answer.abstained
    assert any("children" in gap.message or "age of" in gap.message for gap in answer.gaps)


def test_a_child_in_a_further_part_leaves_the_first_answered(engine):
    answer = engine.ask("How long should ferrous sulfate go on in iron deficiency anaemia, and the dose for a toddler?")
    assert not answer.abstained
    assert any("children" in gap.message for gap in answer.gaps)


def test_what_is_for_the_allergic_goes_first_for_one_of_them(engine):
    answer = engine.ask("Child allergic to penicillin with otitis media, which antibiotic?")
    assert "cefdinir" in answer.direct[0].text
    assert not any("amoxicillin" in statement.text for statement in answer.direct)
