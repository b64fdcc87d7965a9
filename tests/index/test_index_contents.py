"""What goes into an index comes out; what is changed equals what is built anew."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.errors import CitationError, IndexDamaged, IndexMismatch, IndexMissing
from ragqa.index import DenseKind, Idf, IndexWriter, LocalIndex, verify
from ragqa.text import terms
from ragqa.types import Filters, Subject
from ragqa.vocabulary import SourceKind

NO_FILTER = Filters()


def results(bench):
    with LocalIndex.open(bench.folder) as index:
        question = bench.encoder.encode_queries(["aspirin for knee pain"])[0]
        names = sorted(card.document_id for card in index.cards())
        passages = [passage.id for name in names for passage in index.passages_of(name)]
        return {
            "dense": index.search_dense(question, depth=20, filters=NO_FILTER),
            "lexical": index.search_lexical({"aspirin": 1.0, "pain": 0.5}, depth=20, filters=NO_FILTER),
            "words": dict(index.words()),
            "abbreviations": dict(index.abbreviations()),
            "documents": [index.document(name) for name in names],
            "passages": index.passages(passages),
            "vectors": index.vectors(passages).tolist(),
            "sentences": [rows.tolist() for rows in index.sentence_vectors(passages)],
            "fingerprint": index.fingerprint,
        }


def test_what_is_put_comes_back(bench, random_made):
    made = random_made(1, 30)
    report = bench.write(made)
    assert verify(bench.folder).problems == ()
    with LocalIndex.open(bench.folder) as index:
        for document, passages in made:
            assert index.document(document.id) == document
            assert index.passages_of(document.id) == passages
            assert index.cards([document.id])[0].source == document.source
        assert index.passage_count == report.passages == sum(len(passages) for _, passages in made)
        assert index.snapshot == date(2026, 1, 1)
        assert index.encoder_folder is None
        assert index.document_frequency([*terms("knee"), "unheard"]) == [
            sum("knee" in passage.text.lower() for _, passages in made for passage in passages), 0
        ]  # fmt: skip
        assert index.abbreviations() == {"BP": ("back pain",)}
        assert index.words()["title"] == 30
        passage = made[0][1][0]
        expected = bench.encoder.encode_passages([f"Title of {made[0][0].id}\nBody\n{passage.text}"])
        np.testing.assert_allclose(index.vectors([passage.id]), expected, atol=1e-6)
        assert len(index.sentence_vectors([passage.id])[0]) == len(passage.sentences)
        ids = [passage.id for _, passages in made for passage in passages]
        for name, rows in zip(ids, index.sentence_vectors(ids), strict=True):
            np.testing.assert_array_equal(rows, index.sentence_vectors([name])[0])  # of many at once as of each alone
        assert index.sentence_vectors([]) == []


def test_scores_of_both_arms_agree_with_search(bench, random_made):
    bench.write(random_made(2, 40))
    with LocalIndex.open(bench.folder) as index:
        question = bench.encoder.encode_queries(["sham needle therapy"])[0]
        dense = index.search_dense(question, depth=10, filters=NO_FILTER)
        assert index.score_dense(question, [hit.passage_id for hit in dense]).tolist() == [hit.score for hit in dense]
        lexical = index.search_lexical({"sham": 1.0}, depth=10, filters=NO_FILTER)
        scores = index.score_lexical({"sham": 1.0}, [hit.passage_id for hit in lexical])
        assert scores.tolist() == [hit.score for hit in lexical]
        assert dense == sorted(dense, key=lambda hit: (-hit.score, hit.passage_id))
        assert lexical == sorted(lexical, key=lambda hit: (-hit.score, hit.passage_id))
        assert index.search_lexical({}, depth=10, filters=NO_FILTER) == []


@settings(max_examples=7, deadline=None)
@given(st.lists(st.sampled_from(["add", "remove", "replace", "rebuild"]), min_size=1, max_size=5), st.integers(0, 99))
def test_any_history_equals_a_fresh_build(tmp_path_factory, bench_at, random_made, steps, seed):
    folder = tmp_path_factory.mktemp("history")
    bench, fresh = bench_at(folder / "a"), bench_at(folder / "b")
    held = {document.id: (document, passages) for document, passages in random_made(seed, 6)}
    bench.write(held.values())
    for number, step in enumerate(steps):
        first = min(held) if held else None
        if step == "add":
            new = random_made(1000 + seed + number, 2)
            held |= {document.id: (document, passages) for document, passages in new}
            bench.write(new)
        elif step == "remove" and first:
            del held[first]
            bench.write(before=lambda writer, name=first: writer.remove_file(f"{name}.md"))
        elif step == "replace" and first:
            other, passages = random_made(5000 + seed + number, 1)[0]
            held[first] = renamed(other, passages, first)
            bench.write([held[first]])
        elif step == "rebuild":
            bench.write(held.values(), rebuild=True)
    fresh.write(reversed(list(held.values())))
    assert results(bench) == results(fresh)
    assert verify(bench.folder).problems == ()


def renamed(document, passages, name):
    source = document.source.model_copy(update={"title": f"Title of {name}"})
    origin = document.origin.model_copy(update={"file": f"{name}.md"})
    return (
        document.model_copy(update={"id": name, "source": source, "origin": origin}),
        [
            passage.model_copy(update={"document_id": name, "id": f"{name}:{passage.span.start}-{passage.span.end}"})
            for passage in passages
        ],
    )


def test_nothing_is_encoded_twice(bench, random_made):
    first, second = random_made(3, 10), random_made(4, 3)
    bench.write(first)
    encoded, bench.encoded = bench.encoded, 0
    assert bench.write().changed is False
    assert bench.write(first).encoded == 0
    assert bench.encoded == 0
    assert bench.write(second).encoded == sum(len(passages) for _, passages in second)
    assert 0 < bench.encoded < encoded
    bench.encoded = 0
    bench.write([*first, *second], rebuild=True, recipe=bench.recipe(settings="other", k1=0.9))
    assert bench.encoded == 0  # other settings, the same texts: vectors are found by content


def test_files_are_known_by_name_and_bytes(bench, make):
    document, passages = make("d", "Aspirin helps.")
    with IndexWriter.open(bench.folder, bench.recipe()) as writer:
        assert not writer.knows("d.md", "1")
        writer.put(document, passages, file_name="d.md", file_digest="1")
        assert not writer.knows("d.md", "1")  # not yet wholly read
        writer.begin_file("empty.md", "0")
        writer.seal(bench.encode, snapshot=date(2026, 1, 1))
    with IndexWriter.open(bench.folder, bench.recipe()) as writer:
        assert writer.knows("d.md", "1")
        assert writer.knows("empty.md", "0")
        assert not writer.knows("d.md", "2")
        assert writer.file_names() == ["d.md", "empty.md"]
        assert writer.retain_files(["empty.md"]) == 1
        assert (writer.document_count, writer.passage_count) == (0, 0)


def test_a_new_version_of_a_file_drops_what_it_no_longer_holds(bench, make):
    with IndexWriter.open(bench.folder, bench.recipe()) as writer:
        for name in ("a", "b"):
            writer.put(*make(name, "Aspirin helps."), file_name="records.xml", file_digest="1")
        writer.put(*make("b", "Aspirin helps."), file_name="other.xml", file_digest="1")
        writer.seal(bench.encode, snapshot=date(2026, 1, 1))
    with IndexWriter.open(bench.folder, bench.recipe()) as writer:
        writer.put(*make("c", "Ice helps."), file_name="records.xml", file_digest="2")
        assert writer.finish_file("records.xml") == 1
        writer.seal(bench.encode, snapshot=date(2026, 1, 2))
    with LocalIndex.open(bench.folder) as index:
        assert [card.document_id for card in index.cards()] == ["b", "c"]  # b is held by the other file


def test_removing_a_document(bench, make):
    bench.write([make("a", "Aspirin helps."), make("b", "Ice helps.")])
    bench.write(before=lambda writer: (writer.remove_document("a"), writer.remove_document("never")))
    with LocalIndex.open(bench.folder) as index:
        assert [card.document_id for card in index.cards()] == ["b"]
        assert "aspirin" not in index.words()
        assert index.search_lexical({"aspirin": 1.0}, depth=5, filters=NO_FILTER) == []
        with pytest.raises(CitationError):
            index.document("a")
        with pytest.raises(IndexDamaged):
            index.passages(["a:0-14"])


def test_a_passage_that_is_not_its_document_is_refused(bench, make):
    document, passages = make("a", "Aspirin helps.")
    forged = passages[0].model_copy(update={"text": "Aspirin harms."})
    with IndexWriter.open(bench.folder, bench.recipe()) as writer, pytest.raises(CitationError, match="a:0-14"):
        writer.put(document, [forged], file_name="a.md", file_digest="1")


def test_filters_come_before_ranking(bench, make):
    made = [
        make("guide", "Pain relief.", kind=SourceKind.GUIDELINE, year=2020, language="en-GB"),
        make("old", "Pain relief relief.", kind=SourceKind.GUIDELINE, year=1999, language="de"),
        make("cohort", "Pain relief pain.", kind=SourceKind.COHORT, year=2010),
        make("undated", "Pain relief pain pain."),
        make("gone", "Pain pain pain pain.", kind=SourceKind.GUIDELINE, year=2021, language="en", retracted=True),
    ]
    bench.write(made)
    with LocalIndex.open(bench.folder) as index:
        vector = bench.encoder.encode_queries(["pain"])[0]

        def found(**filters):
            chosen = Filters(**filters)
            dense = {hit.passage_id.split(":")[0] for hit in index.search_dense(vector, depth=9, filters=chosen)}
            lexical = {
                hit.passage_id.split(":")[0] for hit in index.search_lexical({"pain": 1}, depth=9, filters=chosen)
            }
            assert dense == lexical
            return dense

        assert found() == {"guide", "old", "cohort", "undated"}  # never the retracted one
        assert found(kinds=(SourceKind.GUIDELINE,)) == {"guide", "old"}
        assert found(since=2010) == {"guide", "cohort"}
        assert found(until=2010) == {"old", "cohort"}
        assert found(language="EN") == {"guide"}
        assert found(documents=("old", "undated", "no such")) == {"old", "undated"}
        assert found(kinds=(SourceKind.GUIDELINE,), since=2000) == {"guide"}
        assert found(documents=("gone",)) == set()
        best = index.search_lexical({"pain": 1}, depth=1, filters=Filters(kinds=(SourceKind.GUIDELINE,)))
        assert best[0].passage_id.startswith(("guide:", "old:"))


def test_subjects_and_cards(bench, make):
    subject = Subject(condition="back pain", interventions=("acupuncture",))
    bench.write([make("a", "Pain.", subject=subject), make("b", "Ice.")])
    with LocalIndex.open(bench.folder) as index:
        assert index.subjects() == {"a": subject}
        assert [card.subject for card in index.cards(["b", "a"])] == [Subject(), subject]


def test_without_sentence_vectors(bench, make):
    made = [make("a", "Pain. Ice.")]
    first = bench.write(made, sentence_vectors=False)
    with LocalIndex.open(bench.folder) as index:
        assert index.sentence_vectors(["a:0-10"]) is None
    second = bench.write(made, sentence_vectors=True)
    assert second.changed
    assert second.encoded == 0  # the passages were there, their sentences were not
    assert second.fingerprint != first.fingerprint
    with LocalIndex.open(bench.folder) as index:
        assert index.sentence_vectors(["a:0-10"])[0].shape == (2, bench.encoder.dimensions)


def test_another_recipe_is_refused_or_begun_anew(bench, make):
    bench.write([make("a", "Pain."), make("b", "Ice.")])
    other = bench.recipe(settings="other")
    with pytest.raises(IndexMismatch, match="other settings"):
        bench.write(recipe=other)
    with pytest.raises(IndexMismatch, match="the encoder hashing-32, not hashing-16"):
        bench.write(recipe=other.model_copy(update={"encoder": "hashing-16"}))
    report = bench.write([make("a", "Pain.")], recipe=other, rebuild=True)
    assert (report.documents, report.encoded) == (1, 0)


def test_okapi_and_rabitq_by_choice(bench, random_made):
    bench.write(random_made(7, 50), recipe=bench.recipe(idf=Idf.OKAPI, dense=DenseKind.RABITQ))
    with LocalIndex.open(bench.folder) as index:
        labels = dict(index.describe())
        assert labels["dense search"].startswith("rabitq")
        assert "okapi" in labels["lexical search"]
        vector = bench.encoder.encode_queries(["renal dose"])[0]
        assert len(index.search_dense(vector, depth=10, filters=NO_FILTER)) == 10
    assert verify(bench.folder).problems == ()


def test_long_texts_of_many_pieces(bench, make):
    text = "\n".join(f"Sentence number {number} is about näïve ‘cells’ and dose {number}." for number in range(600))
    document, passages = make("long", text)
    bench.write([(document, passages)])
    with LocalIndex.open(bench.folder) as index:
        assert index.document("long") == document
        assert index.passages([passages[500].id, passages[3].id]) == [passages[500], passages[3]]


def test_an_index_without_documents(bench):
    bench.write()
    assert verify(bench.folder).problems == ()
    with LocalIndex.open(bench.folder) as index:
        assert index.passage_count == 0
        assert index.search_lexical({"pain": 1.0}, depth=5, filters=NO_FILTER) == []
        assert index.search_dense(np.ones(32, dtype=np.float32), depth=5, filters=NO_FILTER) == []


def test_no_index_says_how_to_make_one(tmp_path):
    for call in (LocalIndex.open, verify):
        with pytest.raises(IndexMissing, match="ragqa index build"):
            call(tmp_path / "nowhere")


def test_sentences_are_encoded_by_the_five_hundred(bench, make, monkeypatch):
    sizes, encode = [], bench.encode

    def counting(texts):
        sizes.append(len(texts))
        return encode(texts)

    monkeypatch.setattr(bench, "encode", counting)
    bench.write([make(f"d{number}", " ".join(f"Word {'a' * length} of {number}." for length in range(1, 8))) for number in range(80)])
    assert sizes == [64, 16, 7 * 74, 7 * 6]  # of passages 64; of sentences 512 or more, as far as whole passages go
