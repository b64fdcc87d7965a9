"""Spans, documents, passages and queries: what cannot be constructed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ragqa.types import (
    Block,
    Citation,
    Document,
    DocumentSection,
    Filters,
    Hit,
    Origin,
    Passage,
    Query,
    Sentence,
    Source,
    Span,
    Trace,
)
from ragqa.vocabulary import BlockKind

TEXT = "Aspirin prevents clots. It causes bleeding."
ORIGIN = Origin(file="a.md")


def span(start, end):
    return Span(start=start, end=end)


@given(st.integers(-3, 40), st.integers(-3, 40))
def test_a_span_is_never_empty_or_negative(start, end):
    if 0 <= start < end:
        assert span(start, end).of("x" * 50) == "x" * (end - start)
    else:
        with pytest.raises(ValidationError):
            span(start, end)


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_within_is_inclusion(numbers):
    a, b, c, d = numbers
    if a < b and c < d:
        assert span(a, b).within(span(c, d)) == (set(range(a, b)) <= set(range(c, d)))


def test_within_itself():
    assert span(2, 5).within(span(2, 5))


def test_records_are_frozen_and_refuse_unknown_fields():
    with pytest.raises(ValidationError):
        span(0, 1).start = 2
    with pytest.raises(ValidationError):
        Span(start=0, end=1, colour="red")
    with pytest.raises(ValidationError):
        Query(text="x", hits=())


def test_records_are_values():
    assert span(1, 2) == span(1, 2)
    assert len({span(1, 2), span(1, 2), span(1, 3)}) == 2
    assert Filters() == Filters(kinds=())


@pytest.mark.parametrize(("quoted", "fits"), [("Aspirin", True), ("Aspiri", False), ("Aspirin ", False), ("", False)])
def test_a_citation_quotes_as_many_characters_as_its_span_holds(quoted, fits):
    if fits:
        assert Citation(number=1, document_id="a", span=span(0, 7), quoted=quoted).quoted == quoted
    else:
        with pytest.raises(ValidationError, match="characters quoted"):
            Citation(number=1, document_id="a", span=span(0, 7), quoted=quoted)


@pytest.mark.parametrize("number", [0, -1])
def test_numbers_count_from_one(number):
    with pytest.raises(ValidationError):
        Citation(number=number, document_id="a", span=span(0, 7), quoted="Aspirin")
    with pytest.raises(ValidationError):
        Hit(passage_id="a", score=1.0, rank=number)
    with pytest.raises(ValidationError):
        Trace(number=number, document_id="a", title="t", quoted="q", intact=True)


def document(**changes):
    fields = {
        "id": "a",
        "text": TEXT,
        "source": Source(title="Aspirin"),
        "sections": (DocumentSection(heading_path=("Aspirin",), span=span(0, len(TEXT))),),
        "blocks": (Block(kind=BlockKind.PARAGRAPH, span=span(0, len(TEXT))),),
        "origin": ORIGIN,
    }
    return Document(**(fields | changes))


def test_a_document_may_have_no_structure():
    assert document(sections=(), blocks=()).text == TEXT


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"id": ""},
        {"id": "x" * 201},
        {"blocks": (Block(kind=BlockKind.PARAGRAPH, span=Span(start=0, end=len(TEXT) + 1)),)},
        {
            "blocks": (
                Block(kind=BlockKind.PARAGRAPH, span=Span(start=0, end=10)),
                Block(kind=BlockKind.PARAGRAPH, span=Span(start=9, end=20)),
            )
        },
        {
            "blocks": (
                Block(kind=BlockKind.PARAGRAPH, span=Span(start=10, end=20)),
                Block(kind=BlockKind.PARAGRAPH, span=Span(start=0, end=10)),
            )
        },
        {"sections": (DocumentSection(heading_path=(), span=Span(start=0, end=len(TEXT) + 1)),)},
    ],
)
def test_a_document_refuses_what_lies_outside_its_text_or_overlaps(changes):
    with pytest.raises(ValidationError):
        document(**changes)


def passage(**changes):
    fields = {
        "id": "a:0-23",
        "document_id": "a",
        "span": span(0, 23),
        "heading_path": (),
        "text": TEXT[:23],
        "sentences": (Sentence(span=span(0, 23)),),
    }
    return Passage(**(fields | changes))


def test_a_passage_refuses_a_text_or_a_sentence_that_does_not_fit():
    assert passage().text == TEXT[:23]
    with pytest.raises(ValidationError, match="characters under"):
        passage(text=TEXT[:22])
    with pytest.raises(ValidationError, match="leaves it"):
        passage(sentences=(Sentence(span=span(0, 24)),))


@pytest.mark.parametrize("year", [1499, 2201])
def test_an_impossible_year_is_refused(year):
    with pytest.raises(ValidationError):
        Source(title="t", year=year)


def test_records_survive_json():
    made = document()
    assert Document.model_validate_json(made.model_dump_json()) == made
