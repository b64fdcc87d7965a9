"""Blocks of passages read by their distinct runs, against each passage read for itself."""

from __future__ import annotations

from collections import Counter
from errno import ENOSPC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.errors import RagqaError
from ragqa.index import LocalIndex, passage_terms, verify
from ragqa.index.packing import PieceQueue, pack_text
from ragqa.index.postings import run_of
from ragqa.index.reading import ReadingProcess
from ragqa.index.wording import BlockWriter, Reader, postings_of
from ragqa.index.writer import PENDING
from ragqa.text import words
from ragqa.types import Filters

RUNS = ["the", "knee", "pain,", "IL-6", "(IL-6)", "β-blocker", "of", "...", "mg/dl", "patients'", "Knee\u00a0pain", "e.g.", "1,000", "\U0001d400"]
TEXTS = st.lists(st.sampled_from(RUNS), max_size=12).map(" ".join)
FIELDS = st.lists(st.tuples(TEXTS, st.lists(TEXTS, max_size=2).map(tuple), TEXTS), max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.lists(FIELDS, max_size=3), st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 3)))
def test_blocks_have_the_postings_and_words_of_their_passages(blocks, repeats):
    reader = Reader(repeats)
    for fields in blocks:
        run, lengths = postings_of(reader.read(fields))
        expected, sizes = run_of([passage_terms(*field, repeats) for field in fields])
        assert [array.tolist() for array in run] == [array.tolist() for array in expected]
        assert lengths.tolist() == sizes.tolist()
    assert reader.words() == Counter(word for fields in blocks for *_, text in fields for word in words(text))
    assert reader.words() == Counter()


def test_more_terms_than_sixteen_bits_count():
    passages = [[f"t{number % 70_000}" for number in range(start, start + 50_000)] for start in (0, 50_000)]
    run, lengths = run_of([*passages, ["t1", "t1", "t69999"]])
    assert lengths.tolist() == [50_000, 50_000, 3]
    keys = list(zip(run.terms.tolist(), run.rows.tolist(), strict=True))
    assert keys == sorted(set(keys))
    assert len(keys) == 50_000 + 50_000 + 2
    assert Counter(run.frequencies.tolist()) == {1: 100_001, 2: 1}


def test_tokens_beyond_what_is_kept_count_as_well(bench, another, random_made, monkeypatch):
    bench.write(random_made(3, 40))
    monkeypatch.setattr("ragqa.index.wording._TOKENS_KEPT", 0)
    monkeypatch.setattr("ragqa.index.wording._WORDS_KEPT", 5)
    monkeypatch.setattr("ragqa.index.filling.WINDOW", 7)
    another.write(random_made(3, 40))
    with LocalIndex.open(bench.folder) as one, LocalIndex.open(another.folder) as other:
        assert one.words() == other.words()
        for name in ("vocabulary", "rows", "frequencies", "impacts", "lengths"):
            assert one.manifest.files[name] == other.manifest.files[name]


def test_processes_that_read_write_what_one_does(bench, another, random_made, monkeypatch):
    made, more = random_made(3, 40), random_made(4, 30)
    monkeypatch.setattr("ragqa.index.filling.WINDOW", 7)
    bench.write(made)
    bench.write(more)
    monkeypatch.setattr("ragqa.index.lexical._APART_FROM", 1)
    monkeypatch.setattr("ragqa.index.lexical.free_cores", lambda: 3)
    another.write(made)
    another.write(more)
    with LocalIndex.open(bench.folder) as one, LocalIndex.open(another.folder) as other:
        assert one.words() == other.words()
        assert one.manifest.files == other.manifest.files
    assert verify(another.folder).problems == ()


def test_a_process_that_dies_while_it_reads_is_said(bench, make, monkeypatch):
    monkeypatch.setattr("ragqa.index.lexical._APART_FROM", 1)
    monkeypatch.setattr("ragqa.index.lexical.free_cores", lambda: 2)
    with monkeypatch.context() as patch:
        patch.setattr(ReadingProcess, "take", lambda reading, *_: reading._process.kill())
        with pytest.raises(RagqaError, match="ended with -9"):
            bench.write([make("one", "aspirin")])
    bench.write()
    with LocalIndex.open(bench.folder) as index:
        assert [found.passage_id for found in index.search_lexical({"aspirin": 1.0}, depth=3, filters=Filters())] == ["one:0-7"]


def test_a_disk_that_fills_under_a_process_is_said(tmp_path):
    reading = ReadingProcess(tmp_path / "gone", (1, 1, 1))
    reading.take([0], [("Title", (), "aspirin")])
    with pytest.raises(FileNotFoundError):
        reading.finish()
    reading.stop()


def test_a_process_ends_with_the_one_who_started_it(tmp_path):
    reading = ReadingProcess(tmp_path, (1, 1, 1))
    reading.take([0], [("Title", (), "aspirin")])
    reading._blocks.close()
    assert reading._process.wait(60) == 0
    assert not (tmp_path / "words").exists()  # nothing is finished that nobody asked to finish
    reading.stop()


def test_a_draft_of_another_form_is_begun_anew(bench, make):
    made = make("one", "aspirin aspirin")
    with pytest.raises(KeyboardInterrupt):
        bench.write([made], before=stop_after(made))
    plan = bench.folder / PENDING / "plan.json"
    assert '"form":2' in plan.read_text()
    plan.write_text(plan.read_text().replace('"form":2', '"form":1'))
    bench.write([made], before=lambda writer: assert_equal(writer.file_names(), []))
    with LocalIndex.open(bench.folder) as index:
        assert index.words()["aspirin"] == 2


def test_a_draft_of_this_form_is_gone_on_with(bench, make):
    made = make("one", "aspirin aspirin")
    with pytest.raises(KeyboardInterrupt):
        bench.write([made], before=stop_after(made))
    bench.write([], before=lambda writer: assert_equal(writer.file_names(), ["one.md"]))
    with LocalIndex.open(bench.folder) as index:
        assert index.words()["aspirin"] == 2


def test_a_long_document_is_replaced_before_it_is_committed(bench, make):
    long = make("one", "knee pain\n" * 30_000 + "stroke")
    bench.write([long, make("one", "aspirin"), make("two", "knee")])
    with LocalIndex.open(bench.folder) as index:
        assert {word: count for word, count in index.words().items() if word in {"knee", "stroke", "aspirin"}} == {"knee": 1, "aspirin": 1}
        assert index.document("one").text == "aspirin"


def test_a_disk_that_fills_while_postings_are_sorted_is_said(bench, make, monkeypatch):
    def full(*_):
        raise OSError(ENOSPC, "no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(BlockWriter, "take", full)
        with pytest.raises(RagqaError, match="no space left"):
            bench.write([make("one", "aspirin")])
    bench.write()
    with LocalIndex.open(bench.folder) as index:
        assert [found.passage_id for found in index.search_lexical({"aspirin": 1.0}, depth=3, filters=Filters())] == ["one:0-7"]


def test_texts_are_packed_in_order_on_the_thread_and_off_it():
    texts = [f"{number} " * (20_000 if number % 3 == 0 else 10) for number in range(9)]
    queue = PieceQueue()
    for number, text in enumerate(texts):
        queue.put(number, text)
    assert list(queue.packed()) == [(number, part, data) for number, text in enumerate(texts) for part, data in enumerate(pack_text(text))]
    assert list(queue.packed()) == []
    queue.close()


def stop_after(made):
    """Return what puts a document, ends its file, and is then stopped."""

    def stopped(writer):
        writer.put(*made, file_name="one.md", file_digest="1")
        writer.finish_file("one.md")
        raise KeyboardInterrupt

    return stopped


def assert_equal(found, expected):
    assert found == expected
