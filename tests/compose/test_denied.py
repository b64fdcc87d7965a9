"""What a person is said not to be: read from the question, and documents on it are not heard."""

import pytest

from ragqa.compose.denied import barred_in, denied_in, is_on_denied, never_had, offers
from ragqa.types import statements_of


@pytest.mark.parametrize(
    ("question", "denied"),
    [
        ("K 2.4 on digoxin, not diabetic. How fast can I run potassium?", ("diabe",)),
        ("Non-diabetic 38F, glucose 2.6", ("diabe",)),
        ("27F dysuria, no fever, not pregnant", ("pregn",)),
        ("A man of 48 and a woman of 48, neither diabetic?", ("diabe",)),
        ("Why not ciprofloxacin for cystitis?", ()),
        ("Is she diabetic or not diabetic?", ()),
        ("Is it not better to wait?", ()),
    ],
)
def test_what_a_person_is_not(question, denied):
    assert denied_in(question) == denied


def test_a_document_on_people_without_it_is_heard():
    assert is_on_denied(("diabe",), "Diabetic ketoacidosis in adults")
    assert not is_on_denied(("diabe",), "Hypoglycaemia in non-diabetic adults")
    assert not is_on_denied(("diabe",), "Hypoglycaemia in adults without diabetes")
    assert not is_on_denied((), "Diabetic ketoacidosis in adults")


def test_nothing_is_said_from_a_document_on_what_the_person_has_not(clinic):
    asked = "What is the dose of metformin?"
    assert any("metformin" in statement.text.lower() for statement in statements_of(clinic.ask(asked)))
    denied = clinic.ask(f"{asked} I am not diabetic.")
    assert not any("type 2 diabetes" in reference.source.title.lower() for reference in denied.references)


@pytest.mark.parametrize(
    ("question", "text", "offered"),
    [
        ("CAP outpatient with penicillin allergy", "Amoxicillin 1 g three times daily is first line.", True),
        ("Cellulitis in a patient allergic to penicillin", "Flucloxacillin or co-amoxiclav may be used.", True),
        ("Cellulitis in a patient allergic to penicillin", "In penicillin allergy doxycycline replaces amoxicillin.", False),
        ("CAP outpatient with penicillin allergy", "Doxycycline 100 mg twice daily is an option.", False),
        ("Which NSAID with aspirin allergy?", "Aspirin 300 mg is given at once.", True),
        ("severe allergy after a wasp sting", "Amoxicillin 1 g three times daily is first line.", False),
        ("Tongue swelled up on ramipril last year, what now?", "An ACE inhibitor is recommended as step 1 treatment.", True),
        ("Tongue swelled up on ramipril last year, what now?", "Angioedema in the past rules out an ACE inhibitor.", False),
        ("Cystitis in a woman allergic to sulfa", "Trimethoprim-sulfamethoxazole 160/800 mg twice daily for 3 days.", True),
        ("Cystitis, sulfonamide allergy", "Co-trimoxazole twice daily for 3 days.", True),
        ("Gout flare, allergic to NSAIDs", "Naproxen 500 mg twice daily is an option.", True),
        ("Is it a peanut allergy?", "Aspirin 300 mg is given at once.", False),
    ],
)
def test_what_a_person_is_allergic_to_is_not_offered(question, text, offered):
    assert offers(barred_in(question), text) is offered


def test_what_is_advised_for_people_without_an_allergy_is_not_for_one_who_has_it():
    barred = barred_in("H pylori, genuine anaphylaxis to penicillin. First line?")
    assert offers(barred, "For treatment-naive H. pylori without penicillin allergy, 14 days of dual therapy are suitable.")
    assert not offers(barred, "Bismuth quadruple therapy for 14 days is suitable.")


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("I'm 63 and never had a heart attack or a stroke. Aspirin?", "Aspirin is recommended within 48 hours of a stroke.", True),
        ("I'm 63 and never had a heart attack or a stroke. Aspirin?", "Aspirin in people without stroke is a matter of choice.", False),
        ("no history of migraine, aura once", "Triptans are for migraine.", True),
    ],
)
def test_a_disease_that_a_person_never_had(question, text, found):
    assert bool(never_had(question).search(text)) is found


@pytest.mark.parametrize("question", ["Never had a smear, am 30", "Never had any colonoscopy screening", "I had a stroke"])
def test_what_is_no_disease_is_not_denied(question):
    assert never_had(question) is None
