"""Models that ragqa ships are loaded only as they were published."""

import ast
import importlib
from pathlib import Path

import pytest

from ragqa import shipped
from ragqa.encode import CLINICAL, find_adapter
from ragqa.errors import ModelDamaged

PACKAGE = Path(shipped.__file__).parent
NAMES = sorted(shipped._digests())
LOADERS = {  # who loads what
    "compose/relevance.json": ("ragqa.compose.relevance", "_weights"),
    "compose/answerable.json": ("ragqa.compose.answerable", "_model"),
    "compose/support.json": ("ragqa.compose.support", "_model"),
    "compose/finding.json": ("ragqa.compose.finding", "_model"),
    "compose/studies.json": ("ragqa.compose.studies", "_forest"),
    "retrieve/rerank.json": ("ragqa.retrieve.rerank", "_weights"),
}


def test_every_model_in_the_package_has_a_digest_and_fits_it():
    kinds = (".json", ".safetensors", ".onnx", ".npy", ".npz")
    found = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*") if path.suffix in kinds}
    assert {name for name in found if not name.startswith("starter_corpus")} == set(NAMES)
    for name in NAMES:
        shipped.read_model(name)


@pytest.fixture
def altered(monkeypatch):
    """One byte of a model is another."""

    class Package:
        def __init__(self, path):
            self.path = path

        def joinpath(self, name):
            return Package(self.path / name)

        def read_bytes(self):
            data = bytearray(self.path.read_bytes())
            data[len(data) // 2] ^= 1
            return bytes(data)

    shipped._digests()
    monkeypatch.setattr(shipped, "files", lambda _: Package(PACKAGE))


@pytest.mark.parametrize("name", LOADERS)
def test_a_model_that_was_altered_is_refused_by_name(name, altered):
    module, loader = LOADERS[name]
    with pytest.raises(ModelDamaged, match=f"the model {name} is not the one that was published"):
        getattr(importlib.import_module(module), loader).__wrapped__()


def test_the_shipped_adapter_is_refused_when_it_was_altered(altered):
    with pytest.raises(ModelDamaged, match="encode/clinical"):
        find_adapter(CLINICAL)


def test_a_model_that_is_not_there_is_said_so():
    with pytest.raises(ModelDamaged, match=r"compose/none\.json cannot be read \(No such file"):
        shipped.read_model("compose/none.json")


UNPICKLING = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}


def test_nothing_in_the_package_unpickles():
    """No module imports what unpickles, asks NumPy to, or has torch load a file."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
                assert not {name.split(".")[0] for name in names} & UNPICKLING, path
            if isinstance(node, ast.Call):
                assert "allow_pickle" not in {keyword.arg for keyword in node.keywords}, path
                assert ast.unparse(node.func) != "torch.load", path
