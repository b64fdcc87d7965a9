"""Emergencies in the words in which people type them, and questions about emergencies in general."""

from __future__ import annotations

import pytest

from ragqa.question import emergency_in


@pytest.mark.parametrize(
    "question",
    [
        "I took 40 paracetamol tablets an hour ago, what should I do?",
        "face drooping and slurred speech since 20 minutes",
        "chest pain radiating to the left arm and sweating",
        "my baby is 2 months old and has a fever of 39 and is floppy",
        "vomiting blood and dizzy",
        "heavy bleeding after giving birth, feeling faint",
        "worst headache of my life, thunderclap",
        "my sugar is low and I feel shaky, what do I do",
        "his blood sugar is 2.1 and he is confused",
        "my baby is 2 months old with a temp of 38.5",
        "fever 38.5 in a 2-month-old, refusing feeds",
        "crushing chest pain and my left arm is numb what do I do",
        "My dad's face dropped on one side and he can't speak properly, what do I do?",
        "mum can't get her words out since breakfast",
        "his arm has gone limp, what is it",
    ],
)
def test_an_emergency_is_noticed(question):
    assert emergency_in(question) is not None


@pytest.mark.parametrize(
    "question",
    [
        "What antibiotics in sepsis?",
        "What is the dose of adrenaline in anaphylaxis?",
        "Management of acute ischaemic stroke within 4.5 hours",
        "Does tranexamic acid reduce death from postpartum haemorrhage?",
        "Why is blood sugar low in liver failure?",
        "How to prevent a hypo at night?",
        "my child is 2 years old and has a fever of 38.5",
        "What are the red flags of fever in infants of 2 months?",
        "Which investigations after a first seizure in adults?",
        "Is it normal that my arm has gone dead after sleeping on it?",
    ],
)
def test_a_question_about_emergencies_in_general_is_none(question):
    assert emergency_in(question) is None
