"""Whom a statement leaves out: by an age, by "without", by health, and what that says of the person asked about."""

from importlib import import_module

import pytest

from ragqa.compose.ages import ages_in
from ragqa.compose.people import is_well, of_the_ill
from ragqa.compose.ranges import asked_of
from ragqa.compose.topic import Topics
from ragqa.compose.without import lacks
from ragqa.types import Concept, Facets, Query, statements_of
from ragqa.vocabulary import GapKind, Support

choose = import_module("ragqa.compose.choose")  # its name is that of a function in its room, too
SCREENING = {
    "Recommendations": [
        "ScreenSoc 2021 recommends sinoscopy every 2 years for adults aged 40 to 74 years.",
        "ScreenSoc 2021 names sinoscopy with a light as the test of choice.",
    ],
    "Harms": ["ScreenSoc 2021 states that a false-positive sinoscopy leads to worry and to further tests."],
    "Population": ["ScreenSoc 2021 studied sinoscopy in adults with asthma, back pain and hay fever."],
}
HEAD = 'subject: {condition: "nasal polyps", interventions: [sinoscopy]}'
ASTHMA = {"Recommendations": ["AsthmaSoc 2022 recommends a spacer for asthma in adults."]}


@pytest.fixture(scope="module")
def engine(engine_over, page):
    return engine_over(
        {
            "screening": page("screening", "Sinoscopy for nasal polyps: ScreenSoc guideline 2021", SCREENING, HEAD),
            "asthma": page("asthma", "Asthma in adults: AsthmaSoc guideline 2022", ASTHMA, 'subject: {condition: "asthma"}'),
        }
    )


def test_an_age_outside_is_told_by_for_whom_it_is(engine):
    answer = engine.ask("sinoscopy at 85?")
    assert answer.direct[0].text.startswith("ScreenSoc 2021 recommends sinoscopy every 2 years")
    assert answer.support is Support.NOT_SUPPORTED
    assert engine.ask("sinoscopy at 60?").support is Support.SUPPORTED


def test_whom_a_study_took_in_joins_nothing(engine):
    answer = engine.ask("Does sinoscopy help asthma?")
    assert answer.abstained
    assert GapKind.CONJUNCTION in {gap.kind for gap in answer.gaps}


def test_how_long_is_no_age():
    assert ages_in("Screening 10,000 women over 10 years prevents 3 deaths.") == []
    assert [(a.low, a.high) for a in ages_in("for adults over 60 years")] == [(60.0001, float("inf"))]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("vitamin D for every over-75?", {"age": 75.0}),
        ("eGFR slid to 27 on metformin", {"egfr": 27.0}),
        ("38F smokes 20/day", {"age": 38.0, "cigarettes": 20.0}),
        ("saturating 96%", {"saturation": 96.0}),
        ("creatinine rises 20% on ramipril", {"creatinine rise": 20.0}),
        ("lactate 4.6, BP 82/40", {"lactate": 4.6, "systolic blood pressure": 82.0}),
    ],
)
def test_numbers_as_they_are_typed(question, asked):
    assert asked_of(question) == asked


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (("mechanical heart valve",), "A DOAC is recommended without moderate mitral stenosis or a mechanical heart valve."),
        (("diabetic",), "IDSA 2014 limits prednisone to adults without diabetes."),
        (("Black",), "An ACE inhibitor is for adults who are not of Black African origin."),
    ],
)
def test_people_without_what_is_asked_about(names, text):
    assert lacks(names, text)


def test_what_a_question_denies_is_not_held():
    query = Query(text="no gout, but CKD", facets=Facets(conditions=(Concept(text="gout", names=("gout",)), Concept(text="CKD", names=("CKD",)))))
    assert Topics(query, lambda terms: [3 for _ in terms], 100).held == ("CKD",)


def test_what_is_for_the_ill_is_not_for_the_healthy():
    assert of_the_ill("Two doses are recommended for adults aged 19 years or older who are immunocompromised.")
    assert is_well("Can a healthy 35-year-old have it?")
    assert not is_well("Can a 35-year-old have it?")


def test_an_age_between_commas_and_years_of_smoking():
    assert asked_of("Prasugrel dose, 78 years, after PCI") == {"age": 78.0}
    assert "cigarettes" not in asked_of("58, quit smoking 18 years ago, lung CT?")


def test_a_floor_for_half_matches_leaves_what_names_all_that_is_asked_about(clinic, monkeypatch):
    def whole():
        answer = clinic.ask("Does acupuncture help chronic low back pain?")
        return {s.text for s in statements_of(answer) if "acupuncture" in s.text.lower() and "back pain" in s.text.lower()}

    monkeypatch.setattr(choose, "HALF_FLOOR", choose.FLOOR)
    everything = whole()
    monkeypatch.setattr(choose, "HALF_FLOOR", 0.0)
    assert whole() == everything
