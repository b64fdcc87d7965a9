"""Numbers of a person in a question, and the ranges that sentences state."""

from types import SimpleNamespace

import pytest

from ragqa.compose.particulars import _decided, stages_in
from ragqa.compose.ranges import asked_of, decided_by
from ragqa.compose.without import lacks
from ragqa.types import Concept, Facets, Query
from ragqa.vocabulary import StatementRole


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Should I take aspirin at 62?", {"age": 62.0}),
        ("62-year-old man, aspirin?", {"age": 62.0}),
        ("mammogram aged 40", {"age": 40.0}),
        ("metformin with an eGFR of 25", {"egfr": 25.0}),
        ("aspirin 75 mg daily", {}),
        ("COWS scored 6, first dose?", {"cows": 6.0}),
        ("DKA, pH 6.9", {"ph": 6.9}),
        ("OGTT: fasting 5.2, 2h 7.1", {"fasting glucose": 5.2, "2-hour glucose": 7.1}),
        ("looks well, 96% on 4 L", {"saturation": 96.0}),
    ],
)
def test_what_is_asked_of_a_person_is_read(question, asked):
    assert asked_of(question) == asked


@pytest.mark.parametrize(
    ("asked", "text", "decided"),
    [
        ({"age": 62}, "USPSTF 2022 recommends against aspirin in adults aged 60 years or older.", 1),
        ({"age": 50}, "USPSTF 2022 recommends against aspirin in adults aged 60 years or older.", -1),
        ({"age": 45}, "Screening is advised for women aged 40 to 74 years.", 1),
        ({"age": 80}, "Screening is advised for women aged 40 to 74 years.", -1),
        ({"egfr": 25}, "Metformin is contraindicated when the eGFR is below 30 mL/min.", 1),
        ({"egfr": 45}, "Metformin is contraindicated when the eGFR is below 30 mL/min.", -1),
        ({"egfr": 25}, "Metformin lowers glucose.", 0),
        ({"cows": 6}, "The first dose waits for a COWS score of 11 to 12 or more.", -1),
        ({"ph": 7.1}, "The consensus advises against bicarbonate and reserves bicarbonate for pH below 7.0.", 0),
        ({"saturation": 96}, "Oxygen is titrated to a target saturation of 88 to 92%.", 0),
        ({"sodium": 118}, "Where sodium rises over 10 mmol/L in a day, re-lowering is advised.", 0),
        ({"sodium": 118}, "Serum sodium averaged over 30 days was higher.", 0),
        ({"age": 62, "egfr": 25}, "Adults aged 50 years or older with an eGFR above 30 mL/min take it.", -1),
    ],
)
def test_a_range_holds_the_number_or_not(asked, text, decided):
    assert decided_by(asked, text) == decided


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a calcium channel blocker in adults without type 2 diabetes", True),
        ("no history of diabetes", True),
        ("metformin for diabetes without heart failure", False),
        ("no benefit in diabetes", False),
    ],
)
def test_what_is_said_of_people_without_a_condition_is_seen(text, says):
    assert lacks(("asthma", "diabetes"), text) is says


def test_who_is_not_so_is_without_it():
    assert lacks(("breastfeeding",), "category 2 for people who are not breastfeeding")
    assert not lacks(("breastfeeding",), "category 2, but should not be given while breastfeeding")


def test_who_has_a_sound_organ_is_without_its_disease():
    assert lacks(("thyroid disease",), "no change in patients with a normal thyroid")
    assert lacks(("kidney disease",), "in people with normal kidney function")
    assert not lacks(("thyroid disease",), "levothyroxine until thyroid function is normal")
    assert not lacks(("heart failure",), "in people with normal kidney function")


@pytest.mark.parametrize(
    ("text", "age", "decided"),
    [
        ("For babies under 3 months with fever, a cephalosporin is given.", 4, -1),
        ("For babies under 3 months with fever, a cephalosporin is given.", 0.15, 1),
        ("In babies aged 1 to 3 months a blood count is taken.", 4, -1),
        ("In children under 5 with fever, paracetamol is considered.", 4, 1),
        ("In children under 5 with fever, paracetamol is considered.", 48, -1),
        ("It is given to children 6 months and older.", 4, 1),
        ("It is given to children 6 months and older.", 0.25, -1),
        ("The risk is raised in people 21 to 42 days after birth.", 30, 0),
    ],
)
def test_ages_below_some_years_are_read(text, age, decided):
    assert decided_by({"age": age}, text) == decided


def test_who_asks_for_an_age_is_told_what_gives_one(engine_over, page):
    told = {"Effects": ["Rubberleaf thickens hair in adults.", "Rubberleaf stops hair loss in adults.", "Rubberleaf was given to adults aged 40 to 65 years with hair loss."]}
    engine = engine_over({"leaf": page("leaf", "Rubberleaf for hair loss", told, "kind: guideline", "condition: hair loss")})
    assert "40 to 65" in engine.ask("What ages is rubberleaf for in hair loss?").direct[0].text


@pytest.mark.parametrize(("hours", "decided"), [(2, [1, -1, 0]), (10, [-1, 1, 0]), (30, [0, 0, 0])])
def test_where_nothing_holds_on_the_drug_what_holds_for_others_is_heard(hours, decided):
    facets = Facets(interventions=(Concept(text="lysis", names=("lysis",)),))
    query = Query(text=f"Stroke onset {hours} hours ago, lysis?", facets=facets)
    texts = ("Lysis is recommended within 3 hours.", "Lysis is recommended at 6 to 16 hours.", "Aspirin without lysis is recommended within 48 hours.")
    told = SimpleNamespace(role=StatementRole.EFFECT)
    found = [SimpleNamespace(text=text, own=frozenset({0}), relevance=0.0, evidence=told) for text in texts]
    assert _decided(query, frozenset({0}), asked_of(query.text), found) == decided


@pytest.mark.parametrize(
    ("question", "age"),
    [("black man 48 with hypertension", 48.0), ("My son (19) blacked out", 19.0), ("61, type 2 diabetic", 61.0), ("patient on 48 mg", None)],
)
def test_an_age_beside_whom_it_is_of(question, age):
    assert asked_of(question).get("age") == age


def test_adults_over_an_age_without_its_unit():
    assert decided_by({"age": 48.0}, "NICE suggests treatment for adults over 80 with stage 1 hypertension.") == -1
    assert decided_by({"age": 84.0}, "NICE suggests treatment for adults over 80 with stage 1 hypertension.") == 1


def test_stages_and_grades_by_number():
    assert stages_in("AKI stage 2 and grade III") == {("stage", "2"), ("grade", "3")}
    assert stages_in("on stage, class IIa") == frozenset()
