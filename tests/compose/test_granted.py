"""What a question takes for granted, and a statement denies."""

import pytest

from ragqa.types import statements_of
from ragqa.vocabulary import GapKind, Support

PAGES = {
    "trial": ("The ZEBRA trial of intensive treatment in hypertension, 2015", "hypertension", "randomised trial",
        {"Effects": ["In ZEBRA, intensive treatment of hypertension did not significantly reduce stroke compared with standard treatment (hazard ratio 0.89, 95% CI 0.63 to 1.25).",
                     "In ZEBRA, intensive treatment of hypertension reduced death compared with standard treatment (hazard ratio 0.73, 95% CI 0.60 to 0.90)."]}),
    "nipah": ("Nipah virus infection: test overview 2024", "Nipah virus infection", "guideline",
        {"Regulation": ["No vaccine for Nipah virus infection was licensed when the test overview was published."]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(engine_over, page):
    return engine_over({name: page(name, title, sections, f"kind: {kind}", f"condition: {condition}") for name, (title, condition, kind, sections) in PAGES.items()})


@pytest.mark.parametrize("question", ["By how much did intensive treatment reduce stroke in hypertension in ZEBRA?", "How many cases of stroke did intensive treatment prevent in hypertension in ZEBRA?"])
def test_an_effect_that_was_not_there_is_denied(engine, question):
    answer = engine.ask(question)
    assert GapKind.PREMISE in {gap.kind for gap in answer.gaps if gap.decisive}
    assert answer.support is Support.NOT_SUPPORTED
    assert any("did not significantly reduce stroke" in statement.text for statement in statements_of(answer))


def test_an_effect_that_was_there_is_not(engine):
    answer = engine.ask("How many deaths did intensive treatment of hypertension prevent in ZEBRA?")
    assert GapKind.PREMISE not in {gap.kind for gap in answer.gaps}


def test_which_of_what_is_not_licensed_is_denied(engine):
    answer = engine.ask("Which Nipah vaccine should I give?")
    assert GapKind.PREMISE in {gap.kind for gap in answer.gaps}
