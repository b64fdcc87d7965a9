from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.ingest import chunk
from ragqa.ingest.builder import Builder
from ragqa.types import Document, Origin, Source
from ragqa.vocabulary import BlockKind

WORDS = st.lists(
    st.sampled_from(
        ["pain", "dose", "5", "mg", "of", "risk", "the", "(CI", "trial", "Dr.", "vs.", "IL-6", "e.g.", "falls"]
    ),
    min_size=1,
    max_size=60,
)
SENTENCES = st.lists(WORDS.map(lambda words: " ".join(words).capitalize() + "."), min_size=1, max_size=6).map(" ".join)
PARTS = st.lists(
    st.tuples(st.sampled_from(["heading", "paragraph", "lead", "item", "item", "caption"]), SENTENCES), max_size=30
)


def document(parts: list[tuple[str, str]]) -> Document:
    builder = Builder()
    builder.paragraph("The first sentence.")
    for what, text in parts:
        if what == "heading":
            builder.heading(text[:40], 2)
        elif what == "item":
            builder.list_item(text)
        elif what == "lead":
            builder.paragraph(f"{text} These are:")
        else:
            builder.paragraph(text, kind=BlockKind.CAPTION if what == "caption" else BlockKind.PARAGRAPH)
    return builder.build(Source(title="T"), Origin(file="f"))


@settings(max_examples=150, deadline=None)
@given(PARTS, st.sampled_from([(30, 40), (140, 180), (20, 200)]))
def test_passages_slice_their_document_cover_all_prose_and_never_overlap(
    parts: list[tuple[str, str]], words: tuple[int, int]
) -> None:
    source = document(parts)
    target, most = words
    passages = chunk(source, target_words=target, most_words=most)
    end = 0
    for passage in passages:
        assert passage.text == passage.span.of(source.text)
        assert passage.id == f"{source.id}:{passage.span.start}-{passage.span.end}"
        assert passage.span.start >= end
        end = passage.span.end
        assert passage.sentences[0].span.start == passage.span.start
        assert passage.sentences[-1].span.end == passage.span.end
        (section,) = [s for s in source.sections if passage.span.within(s.span)]
        assert passage.heading_path == section.heading_path
        counted = sum(len(s.span.of(source.text).split()) for s in passage.sentences)
        assert counted <= most or len(passage.sentences) == 1
    sentences = [s for passage in passages for s in passage.sentences]
    covered = "".join("".join(s.span.of(source.text).split()) for s in sentences)
    assert covered == "".join("".join(b.span.of(source.text).split()) for b in source.blocks)
    for first, second in pairwise(sentences):
        assert first.span.end <= second.span.start


def test_a_list_stays_with_its_lead_in() -> None:
    filler = " ".join(["word"] * 24) + "."
    source = document(
        [("paragraph", " ".join([filler.capitalize()] * 6)), ("lead", "Rest."), ("item", "ice packs"), ("item", "heat")]
    )
    last = chunk(source)[-1]
    assert [s.span.of(source.text) for s in last.sentences][-3:] == ["These are:", "ice packs", "heat"]
    assert last.sentences[-1].lead_in == last.sentences[-3].span


def test_short_items_are_one_unit_and_long_ones_are_cut_into_sentences() -> None:
    long = "Drug A lowered the pain in adults with low back pain at twelve weeks compared with placebo. " * 2
    source = document([("lead", "Rest."), ("item", "Take it. With food."), ("item", long.strip())])
    items = [s for p in chunk(source) for s in p.sentences if s.kind is BlockKind.LIST_ITEM]
    assert len(items) == 3
    assert [item.lead_in is None for item in items] == [False, False, True]


def test_a_small_remnant_joins_the_passage_before_it() -> None:
    sentence = " ".join(["Word", *["word"] * 18, "end."])
    source = document([("heading", "H"), ("paragraph", " ".join([sentence] * 7)), ("paragraph", "A few words more.")])
    assert len(chunk(source)) == 2


def test_one_long_sentence_stands_alone() -> None:
    long = "word " * 300 + "end."
    source = document([("paragraph", "Before."), ("paragraph", long), ("paragraph", "After.")])
    assert max(len(p.text.split()) for p in chunk(source)) == 301
