"""A numbered type of a disease is a thing asked about of its own: what is said of another type is no answer."""

import pytest

from ragqa.question.typed import typed
from ragqa.types import Concept


def concept(name, *others):
    return Concept(text=name, names=(name, *others))


def named(question, disease, *others):
    start = question.index(disease)
    found = typed(question, start, start + len(disease), concept(disease, *others))
    return found.concept if found else None


@pytest.mark.parametrize(
    ("question", "disease", "of_type"),
    [
        ("How is spinocerebellar ataxia type 36 treated?", "spinocerebellar ataxia", "spinocerebellar ataxia type 36"),
        ("Do I have Usher syndrome, type 2C?", "Usher syndrome", "Usher syndrome, type 2C"),
        ("Do I have long QT syndrome 8?", "long QT syndrome", "long QT syndrome 8"),
        ("mucopolysaccharidosis type VII symptoms", "mucopolysaccharidosis type", "mucopolysaccharidosis type VII"),
    ],
)
def test_the_type_after_a_disease(question, disease, of_type):
    assert named(question, disease).text == of_type


@pytest.mark.parametrize(
    ("question", "disease"),
    [
        ("heart failure 2 years ago", "heart failure"),
        ("metformin in kidney disease 3 times a day", "kidney disease"),
        ("Is hepatitis type A or B worse?", "hepatitis"),
        ("What type of asthma is it?", "asthma"),
    ],
)
def test_no_type_is_asked_about(question, disease):
    assert named(question, disease) is None


def test_a_type_goes_by_every_name_and_by_both_numerals():
    names = named("spinocerebellar ataxia type 3", "spinocerebellar ataxia", "SCA").names
    assert {"spinocerebellar ataxia type III", "SCA 3", "SCA3", "type 3 spinocerebellar ataxia"} <= set(names)


def test_a_question_names_the_type_beside_the_disease(clinic):
    facets = clinic.understand("How is asthma type 7 treated?").facets
    assert [c.text for c in facets.conditions] == ["asthma"]
    assert [c.text for c in facets.others] == ["asthma type 7"]
    known = clinic.understand("How is type 2 diabetes treated?").facets
    assert [c.text for c in known.conditions] == ["type 2 diabetes"]
    assert known.others == ()
