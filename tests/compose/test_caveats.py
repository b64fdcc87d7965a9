"""A study's result is not shown without what must be said against the study, and reviews go before single trials."""

import pytest

from ragqa.compose.caveats import gravity


@pytest.mark.parametrize(
    ("text", "grave"),
    [
        ("The trial had no control group, so the trial cannot show whether cells heal better than bone graft.", 0),
        ("The trial did not compare electroacupuncture with sham acupuncture.", 0),
        ("Positive results in all published trials suggest publication bias.", 1),
        ("One author of the trial was employed by the maker, which raises a risk of bias.", 1),
        ("The trial enrolled only 28 patients.", 2),
        ("The trial was run in four countries.", None),
    ],
)
def test_how_grave_a_caveat_is(text, grave):
    assert gravity(text) == grave


@pytest.fixture(scope="module")
def engine(engine_over, page):
    trial = ("kind: cohort", "condition: non-union", 'interventions: ["stem cell therapy"]')
    review = ("kind: systematic review", "condition: knee osteoarthritis", 'interventions: ["stem cell therapy"]')
    needles = ("kind: systematic review", "condition: knee osteoarthritis", 'interventions: ["electroacupuncture"]')
    return engine_over(
        {
            "union": page("union", "Stem cell therapy for non-union: pilot 2019", {
                "Effects": ["Stem cell therapy healed 26 of 28 patients with non-union at one year."],
                "Harms": ["Stem cell therapy caused no severe adverse event in 28 patients with non-union."],
                "Limits": ["The pilot of stem cell therapy had no control group, so healing of non-union cannot be credited to the cells."]}, *trial),
            "knee": page("knee", "Stem cell therapy for knee osteoarthritis: review 2021", {
                "Effects": ["Stem cell therapy slightly improved pain compared with placebo in knee osteoarthritis, by 1.2 points."],
                "Harms": ["Stem cell therapy raised the risk of fever compared with placebo in knee osteoarthritis (relative risk 2.5)."]}, *review),
            "needles": page("needles", "Electroacupuncture for knee osteoarthritis: review 2020", {
                "Effects": ["Electroacupuncture reduced pain compared with sham acupuncture in knee osteoarthritis."],
                "Harms": ["Electroacupuncture caused bruising in 3 percent of people with knee osteoarthritis."]}, *needles),
        }
    )  # fmt: skip


def test_a_caveat_is_shown_with_the_result(engine):
    answer = engine.ask("What are the benefits and risks of stem cell therapy?")
    shown = [statement.text for section in answer.sections for part in section.subsections for group in part.groups for statement in group.statements]
    assert any("no control group" in text for text in shown)


def test_many_studies_are_told_before_one(engine):
    direct = [statement.text for statement in engine.ask("What are the benefits and risks of stem cell therapy?").direct]
    assert "slightly improved pain" in direct[0]
    assert any("fever" in text for text in direct)


def test_benefits_and_risks_of_two_that_nothing_joins_are_mixed(engine):
    answer = engine.ask("What are the benefits and risks of electroacupuncture and stem cell therapy?")
    assert answer.support.value == "mixed"
    assert any(gap.kind.value == "conjunction" for gap in answer.gaps)
