"""A name or path in, an open encoder out; exports are kept in the user's cache folder, so torch is needed once."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from ragqa.encode.adapted import AdaptedEncoder, join
from ragqa.encode.adapter import NONE, find_adapter, read_adapter
from ragqa.encode.adapter import SHEET as ADAPTER_SHEET
from ragqa.encode.hashing import HashingEncoder, is_hashing
from ragqa.encode.models import DEFAULT_MODEL, Manner, Model, digest_of, find_model, split_name
from ragqa.encode.onnx import OnnxEncoder
from ragqa.encode.paired import QUESTIONS, PairEncoder, pair
from ragqa.errors import EncoderError
from ragqa.patterns import lazy_pattern
from ragqa.protocols import Encoder, Vectors

_log = logging.getLogger(__name__)
_DIGEST = lazy_pattern(r"@[0-9a-f]{12}$")  # a name as an index states it
_EXPORTER = "2"  # raised when the way of exporting changes, so that old exports are not used


class FolderEncoder(Encoder, Protocol):
    """An encoder that may have an export on disk, and tells how far it has come."""

    folder: Path | None

    def encode_passages(self, texts: Sequence[str], on_progress: Callable[[int, int], None] | None = None) -> Vectors:
        """Encode texts that will be searched; `on_progress(done, total)` is called after each batch."""


def open_encoder(
    name_or_path: str = DEFAULT_MODEL,
    *,
    adapter: str = NONE,
    questions: str | None = None,
    prompts: tuple[str | None, str | None] = (None, None),
    exported: Path | None = None,
    allow_network: bool = False,
    cache: Path | None = None,
) -> FolderEncoder:
    """Open an encoder by the package's name, a folder, a hub name, or "hashing-64".

    "+int8" after a model's name quantises it, "+256d" keeps the first 256 dimensions of its vectors ("+256d+int8" does both).
    `questions` names a second model that encodes what is asked; `prompts` (for questions, for passages) stand in place of
    those that a model states, where they are not None.

    With `exported`, the folder of an export such as an index holds, that is opened, and must go by this name.

    `adapter` turns the vectors: "none", "clinical" (shipped) or the folder of another one.

    A model is exported to ONNX at its first use, into `cache` (default: the user's cache folder). One that cannot
    be exported is run by sentence-transformers, with a warning. Nothing is downloaded without `allow_network`.
    Raises EncoderError for a model that is missing, altered or not a sentence-transformers model.
    """
    if exported is not None:
        return _open_named(exported, name_or_path)
    if is_hashing(name_or_path):
        return HashingEncoder(name_or_path)
    from platformdirs import user_cache_path  # noqa: PLC0415 - an index holds its export

    home = cache or user_cache_path("ragqa") / "encoders"
    encoder = _of_model(name_or_path, prompts, home, allow_network=allow_network)
    if questions is None and adapter == NONE:
        return encoder
    if not isinstance(encoder, OnnxEncoder):
        raise EncoderError(f"{encoder.name} cannot be exported, so neither an adapter nor a second model goes with it")
    if questions is None:
        return _adapted(encoder, adapter)
    asking = _of_model(questions, prompts, home, allow_network=allow_network)
    if adapter != NONE or not isinstance(asking, OnnxEncoder):
        raise EncoderError(f"{asking.name} cannot be paired", remedy='a pair is of two models that can be exported, and goes with adapter = "none" or "auto"')
    return pair(encoder, asking, home)


def _of_model(name_or_path: str, prompts: tuple[str | None, str | None], home: Path, *, allow_network: bool) -> FolderEncoder:
    """Return a model's export, made where there is none yet, else the model itself."""
    asked, manner = split_name(name_or_path)
    manner = manner._replace(query_prompt=prompts[0], passage_prompt=prompts[1])
    model = find_model(_DIGEST.sub("", asked), allow_network=allow_network)
    name = manner.named(model.name)
    key = blake2b(f"{_EXPORTER} {name} {model.digest}".encode(), digest_size=16).hexdigest()
    kept = _open_export(home / key)
    if kept is not None:
        return kept
    try:
        return _export(model, home / key, manner, name)
    except EncoderError as error:
        _log.warning("%s; questions will start slowly, through sentence-transformers", error)
        from ragqa.encode.bulk import BulkEncoder  # noqa: PLC0415 - late, as torch is

        return BulkEncoder(name, model.folder, manner)


def _adapted(base: OnnxEncoder, chosen: str) -> AdaptedEncoder:
    adapter = find_adapter(chosen)
    return join(base, adapter, base.home.with_name(f"{base.home.name}-{adapter.name}"))


def _open_named(folder: Path, name: str) -> OnnxEncoder | AdaptedEncoder | PairEncoder:
    base = OnnxEncoder(folder)
    encoder: OnnxEncoder | AdaptedEncoder | PairEncoder = base
    if (folder / ADAPTER_SHEET).is_file():
        encoder = AdaptedEncoder(base, read_adapter(folder), folder)
    elif (folder / QUESTIONS).is_dir():
        encoder = PairEncoder(base, OnnxEncoder(folder / QUESTIONS), folder)
    if encoder.name != name:
        raise EncoderError(
            f"{folder} holds the encoder {encoder.name}, but {name} was expected", remedy="build the index again"
        )
    return encoder


def _open_export(home: Path) -> OnnxEncoder | None:
    if not home.is_dir():
        return None
    try:
        encoder = OnnxEncoder(home)
    except EncoderError:
        return None
    if any(
        not (home / file).is_file() or digest_of(home / file) != digest for file, digest in encoder.sheet.files.items()
    ):
        return None
    return encoder


def _export(model: Model, home: Path, manner: Manner, name: str) -> OnnxEncoder:
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        parent = home.parent if os.access(home.parent, os.W_OK) else Path(tempfile.gettempdir())
    except OSError:
        parent = Path(tempfile.gettempdir())
    aside = Path(tempfile.mkdtemp(prefix=".export-", dir=parent))
    try:
        from ragqa.encode.export import export_model  # noqa: PLC0415 - once a model

        export_model(model, aside, manner=manner, name=name)
        aside.chmod(0o755)
        if parent != home.parent:
            return OnnxEncoder(aside)
        shutil.rmtree(home, ignore_errors=True)  # one that failed its check
        aside.rename(home)
    except EncoderError:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return OnnxEncoder(home)
