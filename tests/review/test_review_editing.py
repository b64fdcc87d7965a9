"""Editors take away and put in order; nothing can be written, and what is left is an answer in good order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.errors import ReviewError
from ragqa.review import Edit, ReviewStore, edit, statement_id
from ragqa.types import Answer, statements_of
from ragqa.vocabulary import ReviewAction, ReviewStatus

QUESTION = "Does acupuncture help chronic low back pain?"


@pytest.fixture(scope="session")
def answer(clinic):
    return clinic.ask(QUESTION)


def ids(answer):
    return list(dict.fromkeys(map(statement_id, statements_of(answer))))


def test_a_claim_that_is_left_out_is_gone_everywhere(answer):
    out = ids(answer)[0]
    edited = edit(answer, Edit(leave_out=(out,)))
    assert out not in ids(edited)
    assert set(ids(edited)) == set(ids(answer)) - {out}
    assert edited.support is answer.support
    assert edited.provenance.composer == answer.provenance.composer + " (edited)"


@given(st.data())
def test_whatever_is_left_out_or_moved_references_stay_in_order_of_first_citation(answer, data):
    known = ids(answer)
    out = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=len(known) - 1, unique=True))
    order = data.draw(st.permutations(known))
    sections = data.draw(st.permutations(range(len(answer.sections))))
    edited = edit(answer, Edit(leave_out=tuple(out), statements=tuple(order), sections=tuple(sections)))
    assert Answer.model_validate_json(edited.model_dump_json()) == edited
    assert set(ids(edited)) == set(known) - set(out)
    assert {s.text for s in statements_of(edited)} <= {s.text for s in statements_of(answer)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Edit(leave_out=("nothing",)), "no statement"),
        (Edit(sections=(0, 0)), "order of sections"),
        (Edit(), "changes nothing"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(answer, change, said):
    with pytest.raises(ReviewError, match=said):
        edit(answer, change)


def test_an_article_must_keep_a_statement(answer):
    with pytest.raises(ReviewError, match="must keep a statement"):
        edit(answer, Edit(leave_out=tuple(ids(answer))))


def test_an_edit_is_a_further_revision_and_ends_no_review(tmp_path, answer, clinic_index):
    store = ReviewStore(tmp_path / "review.sqlite")
    article = store.submit(answer, clinic_index, by="ada")
    edited = edit(article.answer, Edit(leave_out=(ids(answer)[-1],)))
    with pytest.raises(ReviewError, match="takes no step"):
        store.revise(article.id, ReviewAction.EDIT, edited, clinic_index, by="bea", note="shorter", seen=article.last.answer)
    store.step(article.id, ReviewAction.START, by="bea")
    after = store.revise(article.id, ReviewAction.EDIT, edited, clinic_index, by="bea", note="shorter", seen=article.last.answer)
    assert after.id == article.id
    assert after.answer == edited
    assert after.status is ReviewStatus.UNDER_REVIEW
    assert after.last.answer != article.last.answer
    assert store.verify() == []
    left_out = {s.text for s in statements_of(answer) if statement_id(s) == ids(answer)[-1]}
    assert {number: set(change.left_out) for number, change in store.differences(after).items()} == {after.last.number: left_out}
