"""A real model, exported: the same vectors as sentence-transformers, without torch at question time."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ragqa.encode import DEFAULT_MODEL, OnnxEncoder, bulk, export, models, open_encoder, opening
from ragqa.encode.models import find_model
from ragqa.errors import EncoderError

TEXTS = ["Does acupuncture help?", "A longer passage on stem cells and knee pain. " * 30, "", "α-blockers", "dose"]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def encoder(cache):
    return open_encoder(cache=cache)


@pytest.fixture(scope="module")
def original():
    return bulk.BulkEncoder(DEFAULT_MODEL, find_model(DEFAULT_MODEL, allow_network=False).folder)


def test_vectors_are_those_of_sentence_transformers(encoder, original):
    assert isinstance(encoder, OnnxEncoder)
    assert (encoder.name, encoder.dimensions) == (DEFAULT_MODEL, 384) == (original.name, original.dimensions)
    assert encoder.sheet.agreement >= 0.9999
    cosines = (encoder.encode_passages(TEXTS) * original.encode_passages(TEXTS)).sum(axis=1)
    assert cosines.min() >= 0.9999
    assert (encoder.encode_queries(TEXTS) * original.encode_queries(TEXTS)).sum(axis=1).min() >= 0.9999


def test_order_and_neighbours_do_not_matter(encoder):
    together = encoder.encode_passages(TEXTS * 5)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    for row, text in enumerate(TEXTS):
        assert together[row] @ encoder.encode_passages([text])[0] > 0.99999
    assert encoder.encode_passages([]).shape == (0, 384)


def test_progress_ends_at_all(encoder, original):
    for one in (encoder, original):
        calls = []
        one.encode_passages(["a"] * 20, on_progress=lambda done, total, calls=calls: calls.append((done, total)))
        assert calls[-1] == (20, 20)
        assert calls == sorted(calls)


def test_threads(encoder):
    fresh = OnnxEncoder(encoder.folder)  # opened by whichever thread comes first
    expected = encoder.encode_queries(["knee pain"])
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: fresh.encode_queries(["knee pain"]), range(16)):
            assert found.tolist() == expected.tolist()


def test_the_second_opening_loads_no_torch(encoder, cache):
    code = (
        "import sys, pathlib; from ragqa.encode import open_encoder; cache = pathlib.Path(sys.argv[1]);"
        "e = open_encoder(cache=cache); e.encode_queries(['pain']);"
        "open_encoder(e.name, exported=e.folder).encode_queries(['pain']);"
        "assert not {'torch', 'transformers', 'sentence_transformers', 'faiss'} & set(sys.modules)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(opening.__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", code, str(cache)], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_int8_is_near(encoder, cache):
    small = open_encoder(f"{DEFAULT_MODEL}+int8", cache=cache)
    assert small.name == f"{DEFAULT_MODEL}+int8"
    assert (small.encode_passages(TEXTS[:2]) * encoder.encode_passages(TEXTS[:2])).sum(axis=1).min() > 0.97
    assert (small.folder / "model.weights").stat().st_size < (encoder.folder / "model.weights").stat().st_size / 3


def test_another_name_than_the_index_states_is_refused(encoder):
    assert open_encoder(encoder.name, exported=encoder.folder).name == encoder.name
    with pytest.raises(EncoderError, match="but other was expected"):
        open_encoder("other", exported=encoder.folder)


def test_a_damaged_export_is_refused(encoder, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(encoder.folder, copy)
    (copy / "tokenizer.json").write_text("{}")
    with pytest.raises(EncoderError, match="not the file that was exported"):
        OnnxEncoder(copy).encode_queries(["pain"])
    (copy / "model.onnx").write_bytes(b"nonsense")
    with pytest.raises(EncoderError, match="cannot be opened"):
        OnnxEncoder(copy).encode_queries(["pain"])
    sheet = json.loads((copy / "encoder.json").read_text())
    (copy / "encoder.json").write_text(json.dumps(sheet | {"format": 9}))
    with pytest.raises(EncoderError, match="another version"):
        OnnxEncoder(copy)
    (copy / "encoder.json").unlink()
    with pytest.raises(EncoderError, match="cannot be read"):
        OnnxEncoder(copy)


def test_a_cached_export_that_was_changed_is_not_used(encoder, tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "_export", lambda *_: "exported again")
    shutil.copytree(encoder.folder, tmp_path / encoder.folder.name)
    assert open_encoder(cache=tmp_path).name == DEFAULT_MODEL
    with (tmp_path / encoder.folder.name / "model.onnx").open("ab") as file:
        file.write(b"x")
    assert open_encoder(cache=tmp_path) == "exported again"


def test_a_model_that_cannot_be_exported_is_run_with_a_warning(tmp_path, monkeypatch, caplog):
    def impossible(*_):
        raise EncoderError("the model cannot be exported to ONNX: no such operator")

    monkeypatch.setattr(export.bulk, "write_onnx", impossible)
    with caplog.at_level(logging.WARNING, logger="ragqa"):
        found = open_encoder(cache=tmp_path)
    assert isinstance(found, bulk.BulkEncoder)
    assert found.folder is None
    assert "no such operator" in caplog.text
    assert found.encode_queries(["pain"]).shape == (1, 384)
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_differs_is_refused(encoder, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "LEAST_COSINE", {"fp32": 1.1})
    shutil.copytree(encoder.folder, tmp_path / "x")
    with pytest.raises(EncoderError, match="differs from the model"):
        export._agreement(encoder.sheet, tmp_path / "x", encoder.encode_passages(export._SAMPLES))


def test_a_folder_goes_by_its_name_and_digest(tmp_path):
    folder = find_model(DEFAULT_MODEL, allow_network=False).folder
    copy = tmp_path / "my-model"
    shutil.copytree(folder, copy)
    found = find_model(str(copy), allow_network=False)
    assert found.name.startswith("my-model@")
    (copy / "config.json").write_text((copy / "config.json").read_text() + "\n")
    assert find_model(str(copy), allow_network=False).name != found.name


def test_pickles_and_unknown_models_are_refused(tmp_path):
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(EncoderError, match=r"no \.safetensors"):
        open_encoder(str(tmp_path))
    with pytest.raises(EncoderError, match="there is no encoder"):
        open_encoder("no-such-model")
    (tmp_path / "model.safetensors").write_bytes(b"not one")
    with pytest.raises(EncoderError, match="no sentence-transformers model"):
        bulk.load_model(tmp_path)


def test_a_part_that_would_fall_back_to_a_pickle_is_refused(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "pytorch_model.bin").write_bytes(b"the same weights, which nobody opens")
    find_model(str(tmp_path), allow_network=False)
    (tmp_path / "2_Dense").mkdir()
    (tmp_path / "2_Dense" / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(EncoderError, match=r"2_Dense/pytorch_model\.bin holds weights as a pickle"):
        find_model(str(tmp_path), allow_network=False)


def test_a_hub_name_stays_off_the_network(monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", "/nonexistent")
    with pytest.raises(EncoderError, match="allow the network once"):
        open_encoder("someone/some-model-that-is-nowhere")
    assert os.environ["HF_HUB_OFFLINE"] == "1"


def test_altered_weights_of_the_default_model_are_refused(monkeypatch):
    monkeypatch.setattr(models, "_DEFAULT_WEIGHTS", "0" * 64)
    with pytest.raises(EncoderError, match="not those that were published"):
        open_encoder()


def test_prompts_are_those_that_the_model_chooses():
    class Model:
        default_prompt_name = None
        prompts = {"query": "query: ", "passage": "passage: "}  # noqa: RUF012

    assert bulk.prompts_of(Model()) == ("query: ", "passage: ")
    Model.prompts = {"query": "", "document": "", "passage": "p"}
    assert bulk.prompts_of(Model()) == ("", "")
    Model.prompts, Model.default_prompt_name = {"all": "all: "}, "all"
    assert bulk.prompts_of(Model()) == ("all: ", "all: ")
