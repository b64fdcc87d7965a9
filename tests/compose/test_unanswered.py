"""Where the one thing that is asked is missing, nothing is shown: what is said of the rest is about something else."""

import pytest

from ragqa.compose.asking import asks_several_things

PAGES = {
    "gout": ("Gout in adults: test guideline 2021", "gout",
        {"Dosing": ["The 2021 guideline starts allopurinol for gout at 100 mg a day."],
         "Recommendations": ["The 2021 guideline recommends allopurinol as the first drug for gout.", "The 2021 guideline recommends against colchicine in high doses for gout flares."],
         "Harms": ["Febuxostat for gout carries a boxed warning on cardiovascular death."]}),
    "reflux": ("Reflux in adults: test guideline 2022", "gastro-oesophageal reflux disease",
        {"Recommendations": ["The 2022 guideline recommends omeprazole for gastro-oesophageal reflux disease.", "The 2022 guideline advises stopping omeprazole when gastro-oesophageal reflux disease has settled."],
         "Dosing": ["Omeprazole for gastro-oesophageal reflux disease is taken once a day before a meal."]}),
    "anxiety": ("Generalised anxiety disorder: test guideline 2020", "generalised anxiety disorder",
        {"Recommendations": ["The 2020 guideline recommends sertraline for generalised anxiety disorder."],
         "Harms": ["Sertraline for generalised anxiety disorder can cause nausea and can raise the risk of bleeding."]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(guidelines_over):
    return guidelines_over(PAGES)


@pytest.mark.parametrize(
    "question",
    [
        "How much does allopurinol cost in gout?",
        "Is sertraline safe while breastfeeding?",
        "Is zorbelimab better than allopurinol for gout?",
        "does omeprazole interact with allopurinol",
        "Febuxostat dose in gout?",
        "grapefruit with sertraline?",
        "Zorbelitis: which dose of allopurinol and for how many days?",
    ],
)
def test_what_is_asked_is_missing_and_so_nothing_is_shown(engine, question):
    answer = engine.ask(question)
    assert answer.abstained
    assert answer.gaps


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("What dose of allopurinol in gout, and what does it cost?", "100 mg"),
        ("Is omeprazole recommended for gastro-oesophageal reflux disease?", "omeprazole"),
        ("What dose of colchicine for gout flares?", "against colchicine"),
    ],
)
def test_a_part_that_is_answered_is_shown(engine, question, shown):
    answer = engine.ask(question)
    assert any(shown in statement.text for statement in answer.direct)


def test_an_answer_that_is_not_given_names_what_is_nowhere_and_not_what_is_held(engine):
    answer = engine.ask("Is zorbelimab better than allopurinol for gout?")
    assert [gap.aspect for gap in answer.gaps] == ["zorbelimab"]


def test_two_parts_are_told_from_one():
    assert asks_several_things("Romosozumab: fracture benefit and cost?")
    assert asks_several_things("Which dose, how often?")
    assert not asks_several_things("Cost per QALY of dapagliflozin in HFrEF?")
