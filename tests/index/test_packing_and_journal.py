"""What is packed comes back; a journal survives a torn end."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.index.journal import Journal
from ragqa.index.packing import (
    PIECE,
    pack_sentences,
    pack_text,
    passage_text,
    sentence_count,
    sentence_texts,
    unpack_piece,
    unpack_sentences,
)
from ragqa.quantise import from_bytes, to_bytes
from ragqa.types import Sentence, Span
from ragqa.vocabulary import BlockKind


@st.composite
def spans(draw):
    start = draw(st.integers(0, 10**6))
    return Span(start=start, end=start + draw(st.integers(1, 10**5)))


@given(
    st.lists(
        st.builds(
            Sentence,
            span=spans(),
            kind=st.sampled_from(BlockKind),
            lead_in=st.none() | spans(),
            header=st.none() | spans(),
        )
    )
)
def test_sentences_come_back(sentences):
    start = min((sentence.span.start for sentence in sentences), default=0)
    packed = pack_sentences(sentences, start)
    assert [Sentence.model_validate(fields) for fields in unpack_sentences(packed, start)] == sentences
    assert sentence_count(packed) == len(sentences)


@settings(max_examples=30)
@given(st.text(min_size=1), st.integers(1, 3000))
def test_text_comes_back_in_pieces(text, times):
    whole = text * times
    pieces = list(pack_text(whole))
    assert "".join(unpack_piece(piece) for piece in pieces) == whole
    assert len(pieces) == -(-len(whole) // PIECE)


def test_what_is_encoded():
    text = "Treatment includes: rest. Aspirin. Ice helps."
    cut = [Sentence(span=Span(start=a, end=b)) for a, b in ((0, 25), (26, 34), (35, 45))]
    assert passage_text("Knee", ["Knee", "Treatment"], "Rest.") == "Knee\nTreatment\nRest."
    assert sentence_texts(text, cut)[1] == "Aspirin."
    item = cut[2].model_copy(update={"kind": BlockKind.LIST_ITEM, "lead_in": Span(start=0, end=19)})
    assert sentence_texts(text, [cut[1], item])[1] == "Treatment includes:\nIce helps."


def test_quantising_twice_changes_nothing():
    vectors = np.random.default_rng(1).standard_normal((50, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    once = to_bytes(vectors)
    assert (to_bytes(from_bytes(once)).codes == once.codes).all()
    assert (from_bytes(once) * vectors).sum(axis=1).min() > 0.999
    assert not to_bytes(np.zeros((1, 4), dtype=np.float32)).codes.any()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(min_size=0, max_size=40), min_size=1, max_size=8), st.integers(0, 400))
def test_a_torn_journal_keeps_its_whole_records(tmp_path_factory, records, cut):
    path = tmp_path_factory.mktemp("journal") / "journal"
    entries = [(bytes([number]) * 16, data) for number, data in enumerate(records)]
    with Journal(path, "model") as journal:
        journal.add(entries)
    ends = [16]
    for _, data in entries:
        ends.append(ends[-1] + 16 + 4 + len(data) + 8)
    torn = path.read_bytes()[: max(0, ends[-1] - cut)]
    path.write_bytes(torn)
    whole = sum(end <= len(torn) for end in ends[1:])
    with Journal(path, "model") as journal:
        assert [digest in journal for digest, _ in entries] == [number < whole for number in range(len(entries))]
        journal.add(entries[whole:])
    with Journal(path, "model") as journal:
        assert [journal.get(digest) for digest, _ in entries] == records
    with Journal(path, "another model") as journal:
        assert not any(digest in journal for digest, _ in entries)


def test_a_changed_byte_ends_a_journal(tmp_path):
    with Journal(tmp_path / "journal", "model") as journal:
        journal.add([(b"a" * 16, b"first"), (b"b" * 16, b"second")])
    data = bytearray((tmp_path / "journal").read_bytes())
    data[16 + 16 + 4 + 5 + 8 + 16 + 4] ^= 1  # the first byte of "second"
    (tmp_path / "journal").write_bytes(data)
    with Journal(tmp_path / "journal", "model") as journal:
        assert b"a" * 16 in journal
        assert b"b" * 16 not in journal
