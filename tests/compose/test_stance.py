"""What is asked whether to do, and what speaks against it: said first, and called what it is."""

import pytest

from ragqa.compose.answerable import asks_for_a_text
from ragqa.compose.stance import asks_whether, refuses_throughout, stance_of
from ragqa.types import Query
from ragqa.vocabulary import Intent, StatementRole, Support

HEAD = 'subject: {condition: "chronic cough", interventions: [nedocromil, zafirlukast]}'
COUGH = {
    "Recommendations": [
        "CoughSoc 2021 recommends against nedocromil for chronic cough in adults.",
        "CoughSoc 2021 recommends zafirlukast for chronic cough in adults.",
        "CoughSoc 2021 finds insufficient evidence on tea with honey for chronic cough.",
    ],
}


@pytest.fixture(scope="module")
def cough(engine_over, page):
    return engine_over({"cough": page("cough", "Chronic cough in adults: CoughSoc guideline 2021", COUGH, HEAD)})


@pytest.mark.parametrize(
    ("question", "intents", "whether"),
    [
        ("Theophylline for a COPD flare?", (Intent.GENERAL,), True),
        ("Can I take it with warfarin?", (Intent.GENERAL,), True),
        ("What is the dose?", (Intent.DOSING,), False),
        ("Magnesium in asthma: dose?", (Intent.DOSING,), False),
        ("Aspirin or a DOAC?", (Intent.TREATMENT,), False),
        ("Does it cause bleeding?", (Intent.HARM,), False),
    ],
)
def test_what_asks_whether_to_do_a_thing(question, intents, whether):
    assert asks_whether(Query(text=question, intents=intents)) is whether


def test_an_exception_is_no_plain_refusal():
    assert refuses_throughout("ACG 2022 recommends against sucralfate for GERD.")
    assert not refuses_throughout("ACG 2022 recommends against sucralfate for GERD except during pregnancy.")


def test_people_at_raised_risk_are_no_harm():
    assert stance_of("Apixaban might be reasonable in atrial fibrillation with raised stroke risk.") > 0
    assert stance_of("Apixaban raised the risk of bleeding.") < 0


def test_what_a_source_advises_against_is_not_supported(cough):
    answer = cough.ask("Nedocromil for chronic cough?")
    assert answer.direct[0].text.startswith("CoughSoc 2021 recommends against nedocromil")
    assert answer.support is Support.NOT_SUPPORTED
    assert cough.ask("Zafirlukast for chronic cough?").support is Support.SUPPORTED


def test_what_is_ruled_out_for_others_comes_after_the_answer(clinic):
    answer = clinic.ask("Is metformin ok in type 2 diabetes?")
    roles = [statement.role for statement in answer.direct]
    assert roles[0] is not StatementRole.CONTRAINDICATION
    assert answer.support is not Support.NOT_SUPPORTED


def test_what_a_source_does_not_know_is_insufficient(cough):
    assert cough.ask("Does tea with honey help in chronic cough?").support is Support.INSUFFICIENT


@pytest.mark.parametrize(
    ("request_", "a_text"),
    [
        ("Write me a cover letter for a band 6 staff nurse job in ED", True),
        ("please translate this email for me", True),
        ("What should the discharge letter say about warfarin?", False),
        ("Create an arteriovenous fistula or use a catheter?", False),
    ],
)
def test_a_request_for_a_text_is_told(request_, a_text):
    assert asks_for_a_text(request_) is a_text
