"""Vectors of an index are turned in place: all of them, as a new generation, or not at all."""

from datetime import date

import numpy as np
import pytest

from ragqa.errors import IndexBusy, IndexDamaged, IndexMissing
from ragqa.index import DenseKind, LocalIndex, turn_vectors, verify
from ragqa.types import Filters


def halves_swapped(vectors):
    middle = vectors.shape[1] // 2
    return np.ascontiguousarray(np.hstack([vectors[:, middle:], vectors[:, :middle]]))


def turn(folder, encoder_folder, **changed):
    encoder_folder.mkdir(exist_ok=True)
    (encoder_folder / "encoder.json").write_text("{}")
    try:
        fingerprint = LocalIndex.open(folder).fingerprint
    except (IndexMissing, IndexDamaged):
        fingerprint = "none"
    return turn_vectors(
        folder, changed.get("by", halves_swapped), fingerprint=changed.get("fingerprint", fingerprint),
        encoder="other-32", encoder_folder=encoder_folder, snapshot=date(2026, 1, 1),
    )  # fmt: skip


@pytest.fixture(params=[DenseKind.FLAT, DenseKind.RABITQ])
def folder(request, bench, random_made):
    bench.write(random_made(1, 40), recipe=bench.recipe(dense=request.param))
    return bench.folder


def test_every_vector_is_turned_and_all_else_stays(folder, tmp_path):
    with LocalIndex.open(folder) as old:
        ids = [p.id for card in old.cards() for p in old.passages_of(card.document_id)]
        before, sentences = old.vectors(ids), old.sentence_vectors(ids)
        generation, passages = old.manifest.generation, old.passages(ids)
        terms = old.search_lexical({"aspirin": 1.0}, depth=10, filters=Filters())
    made = turn(folder, tmp_path / "encoder")
    assert made.generation == generation + 1
    assert verify(folder).problems == ()
    with LocalIndex.open(folder) as new:
        assert new.encoder_name == "other-32"
        assert new.vectors(ids) == pytest.approx(halves_swapped(before), abs=0.02)
        for turned, original in zip(new.sentence_vectors(ids), sentences, strict=True):
            assert turned == pytest.approx(halves_swapped(original), abs=0.02)
        assert new.passages(ids) == passages
        assert new.search_lexical({"aspirin": 1.0}, depth=10, filters=Filters()) == terms


def test_a_failure_on_the_way_leaves_the_old_generation_and_no_litter(folder, tmp_path):
    before = LocalIndex.open(folder).fingerprint

    def fail(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        turn(folder, tmp_path / "encoder", by=fail)
    assert LocalIndex.open(folder).fingerprint == before
    assert not [path for path in (folder / "generations").iterdir() if path.name.startswith(".")]


def test_a_reader_goes_on_in_its_generation(folder, tmp_path):
    with LocalIndex.open(folder) as reader:
        ids = [p.id for card in reader.cards() for p in reader.passages_of(card.document_id)]
        before = reader.vectors(ids)
        turn(folder, tmp_path / "encoder")
        assert (reader.vectors(ids) == before).all()


def test_a_damaged_index_is_not_turned(folder, tmp_path):
    path = next((folder / "generations").glob("*/vectors.*"))
    path.write_bytes(b"\0" * path.stat().st_size)
    with pytest.raises(IndexDamaged):
        turn(folder, tmp_path / "encoder")


def test_a_folder_without_an_index_is_said(tmp_path):
    (tmp_path / "none").mkdir()
    with pytest.raises(IndexMissing):
        turn(tmp_path / "none", tmp_path / "encoder")


def test_two_turns_made_for_one_index_are_not_both_taken(folder, tmp_path):
    before = LocalIndex.open(folder).fingerprint
    turn(folder, tmp_path / "encoder", fingerprint=before)
    with pytest.raises(IndexBusy, match="changed by another process"):
        turn(folder, tmp_path / "encoder", fingerprint=before)
