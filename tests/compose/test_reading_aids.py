"""What patients and students are helped with, and that it never changes what is claimed."""

import pytest

from ragqa.compose.glossary import explained
from ragqa.types import statements_of
from ragqa.vocabulary import Audience

QUESTIONS = [
    "Does metformin help type 2 diabetes?",
    "What are the contraindications of metformin in type 2 diabetes?",
    "How should metformin be used in type 2 diabetes: recommendation, dose, monitoring, contraindications?",
]


def claims(answer):
    """Each statement with the places that it is quoted from."""
    return {
        (statement.text, tuple(sorted((c.document_id, c.span.start, c.span.end) for c in statement.citations)))
        for statement in statements_of(answer)
    }


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("audience", [Audience.PATIENT, Audience.STUDENT, Audience.RESEARCHER])
def test_other_audiences_read_a_subset_of_what_a_clinician_reads(clinic, question, audience):
    whole = claims(clinic.ask(question, audience=Audience.CLINICIAN))
    part = claims(clinic.ask(question, audience=audience))
    assert part
    assert part <= whole


@pytest.mark.parametrize("question", QUESTIONS)
def test_patients_and_students_get_a_reading_grade_and_clinicians_do_not(clinic, question):
    assert clinic.ask(question, audience=Audience.PATIENT).reading_grade is not None
    assert clinic.ask(question, audience=Audience.STUDENT).reading_grade is not None
    assert clinic.ask(question, audience=Audience.CLINICIAN).reading_grade is None


def test_hard_words_that_are_shown_are_explained_and_no_others(clinic):
    answer = clinic.ask(QUESTIONS[1], audience=Audience.PATIENT)
    shown = " ".join(statement.text for statement in statements_of(answer)).lower()
    assert all(term.lower() in shown for term, _ in answer.glossary)


def test_a_key_term_stands_in_its_statement(clinic):
    for statement in statements_of(clinic.ask(QUESTIONS[0])):
        assert statement.key_term is None or statement.key_term in statement.text


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_patient_is_told_that_a_page_is_for_professionals(clinic, question):
    said = {audience: clinic.ask(question, audience=audience).disclaimer for audience in Audience}
    assert "professional use" not in said[Audience.PATIENT]
    assert "not advice for you in person" in said[Audience.PATIENT]
    assert {said[audience] for audience in Audience if audience is not Audience.PATIENT} == {said[Audience.CLINICIAN]}


def test_a_short_form_is_explained_as_it_is_written_only():
    assert "eGFR" in dict(explained(["The eGFR fell."]))
    assert "eGFR" not in dict(explained(["The tumour carries EGFR."]))
