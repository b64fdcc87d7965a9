"""Adapters: what they do to vectors, what they refuse, and that sentence-transformers reads them."""

import json
from hashlib import sha256

import numpy as np
import pytest

from ragqa.encode import Course, Lesson, find_adapter, open_encoder, read_adapter, train_adapter, turned, write_adapter
from ragqa.errors import EncoderError


def unit(rows):
    rows = np.asarray(rows, dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_vector_is_multiplied_and_of_unit_length_again():
    matrix = np.array([[1.0, 0.0], [0.0, 2.0]], dtype=np.float32)
    found = turned(unit([[3.0, 4.0]]), matrix)
    assert found == pytest.approx(unit([[3.0, 8.0]]))


def test_what_was_written_is_read(tmp_path):
    matrix = np.eye(3, dtype=np.float32) * 2
    adapter = write_adapter(tmp_path / "a", matrix, name="mine", base="some-model")
    assert (read_adapter(tmp_path / "a").matrix == matrix).all()
    assert adapter.name.startswith("mine@")
    assert adapter.base == "some-model"
    assert {path.stat().st_mode & 0o044 for path in (tmp_path / "a").iterdir()} == {0o044}  # others may read an index


def test_a_changed_file_is_refused(tmp_path):
    write_adapter(tmp_path / "a", np.eye(3, dtype=np.float32), name="mine", base="some-model")
    path = tmp_path / "a" / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(EncoderError, match="is not the file"):
        read_adapter(tmp_path / "a")


@pytest.mark.parametrize("broken", [b"", b"no tensors", b"\xff" * 40])
def test_a_file_that_holds_no_matrix_is_refused(tmp_path, broken):
    folder = tmp_path / "a"
    write_adapter(folder, np.eye(3, dtype=np.float32), name="mine", base="some-model")
    (folder / "model.safetensors").write_bytes(broken)
    sheet = json.loads((folder / "adapter.json").read_text())
    sheet["weights"] = sha256(broken).hexdigest()
    (folder / "adapter.json").write_text(json.dumps(sheet))
    with pytest.raises(EncoderError, match="holds no matrix"):
        read_adapter(folder)


def test_numbers_that_are_none_are_refused(tmp_path):
    matrix = np.eye(3, dtype=np.float32)
    matrix[0, 0] = np.nan
    with pytest.raises(EncoderError, match="is no 3 x 3 matrix"):
        write_adapter(tmp_path / "a", matrix, name="mine", base="some-model")


def test_a_folder_without_an_adapter_is_refused(tmp_path):
    with pytest.raises(EncoderError, match="holds no adapter"):
        find_adapter(str(tmp_path))


def test_an_adapter_of_another_encoder_is_refused(tmp_path):
    write_adapter(tmp_path / "a", np.eye(384, dtype=np.float32), name="mine", base="another-model")
    with pytest.raises(EncoderError, match="trained for another-model"):
        open_encoder(adapter=str(tmp_path / "a"))


def test_the_shipped_adapter_turns_the_vectors_of_its_encoder():
    plain, adapted = open_encoder(), open_encoder(adapter="clinical")
    texts = ["Does acupuncture help chronic low back pain?"]
    expected = turned(plain.encode_queries(texts), find_adapter("clinical").matrix)
    assert adapted.encode_queries(texts) == pytest.approx(expected)
    assert adapted.name == f"{plain.name}~{find_adapter('clinical').name}"
    again = open_encoder(adapted.name, exported=adapted.folder)
    assert again.encode_queries(texts) == pytest.approx(expected)


def test_sentence_transformers_reads_the_shipped_adapter_as_a_dense_layer():
    import torch  # noqa: PLC0415 - five seconds, for this test alone
    from sentence_transformers.sentence_transformer.modules import Dense  # noqa: PLC0415

    adapter = find_adapter("clinical")
    layer = Dense.load(str(adapter.folder), local_files_only=True)
    vectors = unit(np.random.default_rng(0).normal(size=(4, 384)))
    with torch.no_grad():
        found = layer({"sentence_embedding": torch.from_numpy(vectors)})["sentence_embedding"].numpy()
    assert unit(found) == pytest.approx(adapter.turn(vectors), abs=1e-5)


def lesson(rng):
    """Questions share the first 8 of 16 dimensions with their passages; the rest is noise, which a map can learn to leave out."""
    meaning = rng.normal(size=(120, 8))
    passages = unit(np.hstack([meaning, rng.normal(size=(120, 8)) * 1.5]))
    questions = unit(np.hstack([meaning, rng.normal(size=(120, 8)) * 1.5]))
    negatives = np.array([[(row + step) % 120 for step in (1, 2, 3)] for row in range(120)])
    return Lesson(questions, passages, [np.array([row]) for row in range(120)], negatives)


def found_first(questions, passages):
    return float(np.mean((questions @ passages.T).argmax(axis=1) == np.arange(len(questions))))


def test_training_learns_a_map_that_finds_more_and_gives_the_same_matrix_again():
    rng = np.random.default_rng(7)
    taught, unseen = lesson(rng), lesson(rng)
    course = Course(steps=150, batch=60, negatives=3, rate=1e-2, pull=1e-4, share=1.0)
    matrix = train_adapter([taught], course)
    before = found_first(unseen.questions, unseen.passages)
    after = found_first(turned(unseen.questions, matrix), turned(unseen.passages, matrix))
    assert after > before + 0.1
    assert (train_adapter([taught], course) == matrix).all()


def test_without_pairs_nothing_is_trained():
    with pytest.raises(EncoderError, match="no pair"):
        train_adapter([])
