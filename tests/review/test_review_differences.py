"""Who approves is told what an edit left out, and what asking again has changed."""

import pytest

from ragqa.review import Difference, Edit, difference, edit, statement_id
from ragqa.types import statements_of
from ragqa.vocabulary import Support


@pytest.fixture(scope="module")
def answer(clinic):
    return clinic.ask("Does acupuncture help chronic low back pain?")


def test_the_same_answer_differs_in_nothing(answer):
    assert difference(answer, answer) == Difference()


def test_what_is_left_out_and_what_comes_in_is_told_once_however_often_it_is_shown(answer):
    first = answer.direct[0]
    shorter = edit(answer, Edit(leave_out=(statement_id(first),)))
    assert difference(answer, shorter) == Difference(left_out=(first.text,))
    back = difference(shorter, answer)
    assert back.added == (first.text,)
    assert back.left_out == ()


def test_another_order_of_statements_is_told(answer):
    named = [statement_id(statement) for statement in answer.direct]
    turned = edit(answer, Edit(statements=tuple(reversed(named))))
    assert difference(answer, turned) == Difference(further=("Statements stand at other places.",))


def test_what_the_page_says_besides_is_told(answer):
    other = answer.model_copy(update={"support": Support.INSUFFICIENT, "title": "Another", "gaps": ()})
    said = (f"The title was: {answer.title}.", f"The support level was: {answer.support.value}.")
    assert difference(answer, other).further == (*said, *(["The evidence gaps are others."] if answer.gaps else []))
    assert list(statements_of(other)) == list(statements_of(answer))
