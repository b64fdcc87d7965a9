"""What somebody takes already: where the next step is asked for, what is taken is no answer, and what warns of it is told at once."""

import pytest

PAGES = {
    "pressure": ("Hypertension in adults: test guideline 2019", "hypertension",
        {"Recommendations": ["The 2019 guideline recommends an ACE inhibitor or an angiotensin receptor blocker as step 1 treatment of hypertension.",
                             "The 2019 guideline recommends an ACE inhibitor with a calcium channel blocker as step 2 treatment of hypertension.",
                             "The 2019 guideline recommends an ACE inhibitor, a calcium channel blocker and a thiazide-like diuretic together as step 3 treatment of hypertension.",
                             "The 2019 guideline suggests adding spironolactone or a beta-blocker as step 4 treatment of hypertension that is not controlled on three drugs."],
         "Contraindications": ["A beta-blocker for hypertension is unsafe to add to verapamil, because the combination can cause heart block."]}),
    "pylori": ("H. pylori in adults: test guideline 2024", "Helicobacter pylori infection",
        {"Recommendations": ["The 2024 guideline recommends bismuth quadruple therapy for treatment-naive Helicobacter pylori infection.",
                             "The 2024 guideline suggests rifabutin triple therapy for Helicobacter pylori infection that persists after bismuth quadruple therapy."]}),
    "gout": ("Gout in adults: test guideline 2020", "gout",
        {"Recommendations": ["The 2020 guideline recommends allopurinol as the first drug for gout.",
                             "The 2020 guideline recommends raising the dose of allopurinol for gout above 300 mg a day until the target is reached."]}),
    "colitis": ("C. difficile in adults: test guideline 2021", "Clostridioides difficile infection",
        {"Recommendations": ["The 2021 guideline recommends fidaxomicin for an initial episode of Clostridioides difficile infection.",
                             "The 2021 guideline recommends a longer course of fidaxomicin for recurrent Clostridioides difficile infection."],
         "Dosing": ["For recurrent Clostridioides difficile infection bezlotoxumab was given as 10 mg/kg, a drug that the maker discontinued in 2025."]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(guidelines_over):
    return guidelines_over(PAGES)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Next options for a 70-year-old with hypertension on verapamil, perindopril and indapamide?", "adding spironolactone"),
        ("BP 160/95 despite amlodipine and ramipril. Next step?", "step 3"),
        ("Helicobacter pylori infection is still there after bismuth quadruple therapy, what next?", "rifabutin"),
        ("gout still flaring on allopurinol 300, what now?", "raising the dose"),
        ("C. difficile infection came back a month after fidaxomicin, what next?", "longer course"),
    ],
)
def test_what_comes_next_goes_before_what_is_taken(engine, question, first):
    assert first in engine.ask(question).direct[0].text


def test_what_is_taken_already_is_not_shown_where_the_next_step_is_asked_for(engine):
    answer = engine.ask("Next options for a 70-year-old with hypertension on verapamil, perindopril and indapamide?")
    shown = [statement.text for section in answer.sections for part in section.subsections for group in part.groups for statement in group.statements]
    assert not any("step 1" in text or "step 2" in text for text in [*shown, *(statement.text for statement in answer.direct)])


def test_that_nothing_names_what_is_taken_is_no_gap(engine):
    answer = engine.ask("Next options for a 70-year-old with hypertension on verapamil, perindopril and indapamide?")
    assert not any("perindopril" in gap.message for gap in answer.gaps)


def test_a_warning_of_what_is_taken_stands_beside_what_is_offered(engine):
    answer = engine.ask("Next options for a 70-year-old with hypertension on verapamil, perindopril and indapamide?")
    assert any("unsafe to add to verapamil" in statement.text for statement in answer.direct)


def test_a_drug_that_is_no_longer_made_is_not_supported(engine):
    answer = engine.ask("Recurrent C. difficile infection. Can I add bezlotoxumab?")
    assert "discontinued" in answer.direct[0].text
    assert answer.support.value == "not supported"
