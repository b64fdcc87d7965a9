"""The retriever adapters of examples/, where their libraries are installed: examples/requirements.txt."""

import importlib.util
import sys
from pathlib import Path

import pytest

from ragqa.config import Settings
from ragqa.engine import Engine, build_index

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("adapters")
    build_index([ROOT / "corpus" / "musculoskeletal" / "acp-2017-low-back-pain.md"], folder, Settings(encoder="hashing-128"))
    return Engine.open(folder)


def example(name, monkeypatch):
    spec = importlib.util.spec_from_file_location(f"ragqa_examples_{name}", ROOT / "examples" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # pydantic resolves annotations by the module's name
    spec.loader.exec_module(module)
    return module


def is_in_place(engine, text, metadata):
    document = engine.index.document(metadata["document_id"])
    return document.text[metadata["start"] : metadata["end"]] == text and metadata["title"] == document.source.title


def test_langchain(engine, monkeypatch):
    pytest.importorskip("langchain_core")
    retriever = example("langchain_retriever", monkeypatch).RagqaRetriever(engine=engine, depth=3)
    found = retriever.invoke("acupuncture for back pain")
    assert len(found) == 3
    assert all(is_in_place(engine, document.page_content, document.metadata) for document in found)


def test_llamaindex(engine, monkeypatch):
    pytest.importorskip("llama_index.core")
    retriever = example("llamaindex_retriever", monkeypatch).RagqaRetriever(engine, depth=3)
    found = retriever.retrieve("acupuncture for back pain")
    assert len(found) == 3
    assert all(is_in_place(engine, node.node.get_content(), node.node.metadata) for node in found)
