"""A question of several parts: what each asks, and what is left without the part that names a thing."""

import pytest

from ragqa.question import parts_of, without_part
from ragqa.question.parts import asking_in, pieces_of


@pytest.mark.parametrize(
    ("question", "thing", "kept", "rest"),
    [
        ("Refractory anaphylaxis on bisoprolol. Next step, and how much glucagon?", "glucagon", "anaphylaxis", "Refractory anaphylaxis on bisoprolol. Next step"),
        ("GAD, first choice drug? also thinking propranolol for the shakes", "propranolol", "GAD", "GAD, first choice drug?"),
        ("My dad has gout. Would fidaxomicin help?", "fidaxomicin", "gout", None),  # what is left asks nothing
        ("Does fidaxomicin cut down asthma attacks?", "fidaxomicin", "asthma attacks", None),
        ("Is lactulose good in COPD, and how long is it taken?", "lactulose", "COPD", None),  # what is left is on nothing
        ("I have H pylori. My migraines began then, will clearing it cure them?", "H pylori", "migraines", None),  # asks what the one does to the other
        ("What helps in gout?", "fidaxomicin", "gout", None),
    ],
)
def test_what_is_left_of_a_question(question, thing, kept, rest):
    assert without_part(question, thing, kept) == rest


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Cirrhotic, drowsy. Is an ammonia any use, and what if it is normal?", ("Cirrhotic, drowsy. Is an ammonia any use?", "Cirrhotic, drowsy. what if it is normal?")),
        ("variceal bleed, Hb 76. Transfuse? FFP?", ("variceal bleed, Hb 76. Transfuse?", "variceal bleed, Hb 76. FFP?")),
        ("Methadone for OUD: first dose? also at what QTc do I stop it", ("Methadone for OUD: first dose?", "also at what QTc do I stop it?")),
        ("Nitrofurantoin dose for cystitis. she takes warfarin, what will it do to the INR?", ("she takes warfarin Nitrofurantoin dose for cystitis?", "she takes warfarin what will it do to the INR?")),
        ("Gestational diabetes: what fasting target, when insulin, and by what week is birth due?", ("Gestational diabetes: what fasting target?", "when insulin?", "by what week is birth due?")),
        ("Pneumonia on the ward: which antibiotics, for how long, and steroids or not?", ("Pneumonia on the ward: which antibiotics?", "for how long?", "steroids or not?")),
        ("Who is at risk for gout? ?", ()),
        ("What helps in gout?", ()),
        ("Benefits and risks of electroacupuncture in an adult with a chronic condition?", ()),
    ],
)
def test_the_parts_of_a_question(question, parts):
    assert parts_of(question) == parts


def test_the_pieces_of_a_question_are_as_they_are_asked():
    assert pieces_of("AF for 3 days. Can I shock him today? And how long on tablets after?") == ("Can I shock him today?", "And how long on tablets after?")


@pytest.mark.parametrize(
    ("question", "asking"),
    [
        ("First fit, scan and EEG normal. Start Keppra? He wants to know the odds", "Start Keppra? He wants to know the odds"),
        ("H pylori, never treated. Regimen with doses please", "H pylori, never treated. Regimen with doses please"),
    ],
)
def test_what_of_a_question_asks(question, asking):
    assert asking_in(question) == asking
