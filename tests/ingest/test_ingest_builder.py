from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.errors import ReadError
from ragqa.ingest.builder import Builder
from ragqa.ingest.tables import Cell, lay_out
from ragqa.text import normalise
from ragqa.types import Document, Origin, Source
from ragqa.vocabulary import BlockKind

ORIGIN = Origin(file="f")


def built(builder: Builder) -> Document:
    return builder.build(Source(title="T"), ORIGIN)


def test_headings_stand_on_lines_of_their_own_and_in_no_block() -> None:
    builder = Builder("T")
    builder.heading("T", 1)
    builder.paragraph("Before any heading.")
    builder.heading("Harms", 2)
    builder.heading("In children", 3)
    builder.paragraph("A rash was seen.")
    builder.heading("Dosing", 2)
    builder.paragraph("5 mg daily.")
    document = built(builder)
    assert document.text == "Before any heading.\n\nHarms\n\nIn children\n\nA rash was seen.\n\nDosing\n\n5 mg daily."
    assert [s.heading_path for s in document.sections] == [(), ("Harms", "In children"), ("Dosing",)]
    assert [s.span.of(document.text) for s in document.sections] == [
        "Before any heading.",
        "A rash was seen.",
        "5 mg daily.",
    ]


def test_a_list_knows_the_sentence_that_introduces_it() -> None:
    builder = Builder()
    builder.paragraph("Asthma is common. Treatment includes:")
    builder.list_item("inhaled steroids:")
    builder.list_item("budesonide", depth=1)
    builder.list_item("salbutamol")
    builder.end_list()
    builder.list_item("of another list")
    document = built(builder)
    leads = [b.lead_in.of(document.text) if b.lead_in else None for b in document.blocks]
    assert leads == [None, "Treatment includes:", "inhaled steroids:", "Treatment includes:", None]


def test_a_finished_sentence_introduces_nothing() -> None:
    builder = Builder()
    builder.paragraph("Asthma is common.")
    builder.list_item("Salbutamol helps.")
    assert built(builder).blocks[1].lead_in is None


def test_what_stands_under_references_is_left_out_until_the_next_heading_of_that_level() -> None:
    builder = Builder()
    builder.paragraph("Kept.")
    builder.heading("References", 2)
    builder.paragraph("1. Smith 2010.")
    builder.heading("Online", 3)
    builder.paragraph("2. Jones 2011.")
    builder.heading("Appendix", 2)
    builder.paragraph("Kept, too.")
    document = built(builder)
    assert document.text == "Kept.\n\nAppendix\n\nKept, too."


def test_pages_are_offsets_in_the_text() -> None:
    builder = Builder()
    builder.page(1)
    builder.paragraph("One goes on over the page.", breaks=[(4, 2)])
    builder.page(3)
    builder.paragraph("Three.")
    document = built(builder)
    starts = {p.page: document.text[p.start : p.start + 4] for p in document.origin.pages}
    assert starts == {1: "One ", 2: "goes", 3: "Thre"}


def test_the_rows_of_a_table_point_to_its_caption() -> None:
    builder = Builder()
    builder.table(
        lay_out("Table 1. Pain.", [[Cell("Drug", is_head=True), Cell("Dose", is_head=True)], [Cell("A"), Cell("5 mg")]])
    )
    document = built(builder)
    caption, row = document.blocks
    assert caption.kind is BlockKind.CAPTION
    assert row.span.of(document.text) == "Drug: A; Dose: 5 mg"
    assert row.header == caption.span


def test_nothing_in_it_is_an_error() -> None:
    builder = Builder()
    builder.heading("Only a heading", 1)
    builder.paragraph(" \u200b ")
    with pytest.raises(ReadError, match="no text"):
        built(builder)


def test_an_id_is_derived_from_the_text_where_nothing_else_is_known() -> None:
    first, second = Builder(), Builder()
    first.paragraph("Same.")
    second.paragraph("Same.")
    assert built(first).id == built(second).id
    assert built(first).id.startswith("sha256:")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("heading"), st.text(max_size=30), st.integers(1, 6)),
        st.tuples(st.just("paragraph"), st.text(max_size=80), st.just(0)),
        st.tuples(st.just("item"), st.text(max_size=40), st.integers(0, 3)),
        st.tuples(st.just("page"), st.just(""), st.integers(1, 9)),
    ),
    max_size=25,
)


@given(STEPS)
def test_any_text_gives_exact_spans(steps: list[tuple[str, str, int]]) -> None:
    builder = Builder("title")
    builder.paragraph("At least this.")
    for what, text, number in steps:
        if what == "heading":
            builder.heading(text, number)
        elif what == "paragraph":
            builder.paragraph(text)
        elif what == "item":
            builder.list_item(text, depth=number)
        else:
            builder.page(number)
    document = built(builder)
    assert normalise(document.text) == document.text
    for block in document.blocks:
        text = block.span.of(document.text)
        assert text == text.strip()
        assert "\n" not in text
        assert any(
            section.span.start <= block.span.start and block.span.end <= section.span.end
            for section in document.sections
        )
    for first, second in zip(document.sections, document.sections[1:], strict=False):
        assert first.span.end <= second.span.start
