"""What calls for help at once, and what identifies a patient."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.question import emergency_in, mask_identifiers


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("I have crushing chest pain, what should I take?", "heart attack"),
        ("My husband has chest pain spreading to his left arm", "heart attack"),
        ("my chest pain is getting worse and I am sweating", "heart attack"),
        ("My mother's face is drooping and she has slurred speech", "stroke"),
        ("He suddenly can't speak, what do I do?", "stroke"),
        ("I want to kill myself", "suicide"),
        ("I want to end my life", "suicide"),
        ("My friend is suicidal", "suicide"),
        ("My son's tongue is swelling after a peanut", "allergic"),
        ("my throat is closing up after a bee sting", "allergic"),
        ("My daughter took too many pills", "overdose"),
        ("My baby swallowed a button battery", "overdose"),
        ("I can't breathe", "breathing"),
        ("My friend is unconscious and won't wake up", "consciousness"),
        ("My child has a seizure right now", "seizure"),
        ("I am vomiting blood", "bleeding"),
        ("The bleeding won't stop, help", "bleeding"),
    ],
)
def test_an_emergency_of_a_person_is_named(question, label):
    assert label in (emergency_in(question) or "")


@pytest.mark.parametrize(
    "question",
    [
        "What is the first treatment of anaphylaxis?",
        "antibiotics in sepsis",
        "How is chest pain assessed in the emergency department?",
        "What are the signs of a stroke?",
        "Does aspirin prevent heart attack?",
        "What is the antidote for paracetamol overdose?",
        "How is suicide risk assessed in depression?",
        "Does lithium reduce suicide?",
        "Is colchicine safe in gout?",
        "My knee hurts after running, does ice help?",
        "treatment of status epilepticus",
        "I am a student: what is asthma?",
        "",
    ],
)
def test_a_question_in_general_is_no_emergency(question):
    assert emergency_in(question) is None


def test_the_emergency_is_in_the_query_even_where_a_word_is_misspelt(clinic):
    assert clinic.understand("I have crushing chest pain and took metfromin").emergency
    assert clinic.understand("Is metformin safe?").emergency is None


@pytest.mark.parametrize(
    ("question", "kind", "secret"),
    [
        ("Mail john.smith+x@example.org about gout", "e-mail address", "john.smith"),
        ("Call 555-123-4567 about gout", "telephone number", "4567"),
        ("Call +44 7700 900 123 about gout", "telephone number", "900"),
        ("Call (020) 123 4567 about gout", "telephone number", "4567"),
        ("mrn 12345678 has gout", "record number", "12345678"),
        ("MRN: 12345678 has gout", "record number", "12345678"),
        ("NHS number 9434765919 has gout", "record number", "9434765919"),
        ("SSN 123-45-6789, gout", "social security number", "6789"),
        ("His number is 123-45-6789, gout", "social security number", "6789"),
        ("DOB: 01/02/1960, gout", "date of birth", "1960"),
        ("born on 3 March 1960, gout", "date of birth", "1960"),
        ("Mr. Smith has gout", "name", "Smith"),
        ("Mrs Jane Brown has gout", "name", "Brown"),
        ("a patient named John Miller with gout", "name", "Miller"),
        ("Anna Berg, born 3 May 1961, has gout", "name", "Berg"),
        ("Anna Berg (MRN 884213), has gout", "name", "Berg"),
    ],
)
def test_what_identifies_a_patient_is_masked(question, kind, secret):
    masked, kinds = mask_identifiers(question)
    assert secret not in masked
    assert kinds
    assert f"[{kind}]" in masked or kind != "name"
    assert "gout" in masked


@pytest.mark.parametrize(
    "question",
    [
        "Is metformin 500 mg safe at an eGFR of 30 mL/min/1.73 m2?",
        "72-year-old man with sodium 118 mmol/L and BP 90/60",
        "Does IL-6 rise in COVID-19 after 2020-2021?",
        "Parkinson disease, Crohn disease and the Smith-Lemli-Opitz syndrome",
        "SPRINT 2015: hazard ratio 0.73 (0.60-0.90), 9361 adults",
        "Is 150 mL of 3% saline over 20 minutes right?",
        "E. coli O157:H7 in St. Louis",
        "Management of a Patient With Low Back Pain",
        "",
    ],
)
def test_medicine_is_not_mistaken_for_a_person(question):
    assert mask_identifiers(question) == (question, ())


@pytest.mark.parametrize(
    ("question", "secret"),
    [
        ("Can Mr John Smith take colchicine for gout?", "Smith"),
        ("Can Ms Maria-Luisa O'Neill take colchicine for gout?", "O'Neill"),
        ("A patient named Anna Berg has gout", "Berg"),
        ("My name is Anna and I have gout", "Anna"),
        ("John Smith, 54, has gout", "Smith"),
        ("Does Anna Berg, aged 54, need urate lowering for gout?", "Berg"),
        ("my daughter Anna has gout", "Anna"),
        ("My patient Anna Berg has gout", "Berg"),
    ],
)
def test_a_name_that_shows_itself_is_masked(question, secret):
    masked, kinds = mask_identifiers(question)
    assert secret not in masked
    assert kinds == ("name",)
    assert "gout" in masked


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_more(question):
    masked, _ = mask_identifiers(question)
    assert mask_identifiers(masked)[0] == masked


@pytest.mark.parametrize("question", ["child 3 years fever and stiff neck what to do", "my son has a headache and a rash that doesn't fade"])
def test_signs_of_meningitis_are_an_emergency(question):
    assert emergency_in(question) == "signs of meningitis"
