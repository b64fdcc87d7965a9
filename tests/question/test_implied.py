"""A condition that holds in spite of several drugs is searched for under its other name too."""

from ragqa.question.implied import with_implied
from ragqa.types import Concept, Facets

PRESSURE = Concept(text="high blood pressure", names=("high blood pressure", "hypertension"))


def drugs(*names):
    return tuple(Concept(text=name, names=(name, kind)) for name, kind in names)


def test_three_classes_with_a_diuretic_name_resistant_hypertension():
    taken = drugs(("verapamil", "calcium channel blocker"), ("perindopril", "ACE inhibitor"), ("indapamide", "thiazide-like diuretic"))
    found = with_implied(Facets(interventions=taken, conditions=(PRESSURE,)))
    assert "resistant hypertension" in found.conditions[0].names
    assert found.conditions[0].implied == "resistant hypertension"
    assert found.conditions[0].text == "high blood pressure"  # what was asked stays what was asked


def test_two_classes_name_nothing():
    taken = drugs(("verapamil", "calcium channel blocker"), ("perindopril", "ACE inhibitor"))
    assert with_implied(Facets(interventions=taken, conditions=(PRESSURE,))).conditions == (PRESSURE,)


def test_another_condition_gets_no_name():
    gout = Concept(text="gout", names=("gout",))
    taken = drugs(("verapamil", "calcium channel blocker"), ("perindopril", "ACE inhibitor"), ("indapamide", "thiazide-like diuretic"))
    assert with_implied(Facets(interventions=taken, conditions=(gout,))).conditions == (gout,)


def test_what_is_named_beside_a_condition_names_a_narrower_one(clinic):
    names = {name for concept in clinic.understand("Macrobid with flank pain?").facets.conditions for name in concept.names}
    assert "pyelonephritis" in names
    alone = {name for concept in clinic.understand("flank pain, what is it?").facets.conditions for name in concept.names}
    assert "pyelonephritis" not in alone
