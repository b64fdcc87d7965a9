"""What a person is said not to be: read from the question, and documents on it are not heard."""

import pytest

from ragqa.compose.denied import denied_in, is_on_denied
from ragqa.types import statements_of


@pytest.mark.parametrize(
    ("question", "denied"),
    [
        ("K 2.4 on digoxin, not diabetic. How fast can I run potassium?", ("diabe",)),
        ("Non-diabetic 38F, glucose 2.6", ("diabe",)),
        ("27F dysuria, no fever, not pregnant", ("pregn",)),
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
