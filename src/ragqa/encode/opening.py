"""A name or path in, an open encoder out; exports are kept in the user's cache folder, so torch is needed once."""

from __future__ import annotations

import logging
import os
import re
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
from ragqa.encode.models import DEFAULT_MODEL, INT8, Model, digest_of, find_model
from ragqa.encode.onnx import OnnxEncoder
from ragqa.errors import EncoderError
from ragqa.protocols import Encoder, Vectors

_log = logging.getLogger(__name__)
_DIGEST = re.compile(r"@[0-9a-f]{12}$")  # a name as an index states it
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
    exported: Path | None = None,
    allow_network: bool = False,
    cache: Path | None = None,
) -> FolderEncoder:
    """Open an encoder by the package's name, a folder, a hub name, or "hashing-64"; "+int8" after it quantises.

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

    wanted = _DIGEST.sub("", name_or_path.removesuffix(INT8))
    precision = "int8" if name_or_path.endswith(INT8) else "fp32"
    model = find_model(wanted, allow_network=allow_network)
    name = model.name + (INT8 if precision == "int8" else "")
    key = blake2b(f"{_EXPORTER} {name} {model.digest}".encode(), digest_size=16).hexdigest()
    home = (cache or user_cache_path("ragqa") / "encoders") / key
    kept = _open_export(home)
    if kept is None:
        try:
            kept = _export(model, home, precision, name)
        except EncoderError as error:
            if adapter != NONE:
                raise
            _log.warning("%s; questions will start slowly, through sentence-transformers", error)
            from ragqa.encode.bulk import BulkEncoder  # noqa: PLC0415 - late, as torch is

            return BulkEncoder(model.name, model.folder)
    return kept if adapter == NONE else _adapted(kept, adapter)


def _adapted(base: OnnxEncoder, chosen: str) -> AdaptedEncoder:
    adapter = find_adapter(chosen)
    return join(base, adapter, base.home.with_name(f"{base.home.name}-{adapter.name}"))


def _open_named(folder: Path, name: str) -> OnnxEncoder | AdaptedEncoder:
    base = OnnxEncoder(folder)
    encoder = AdaptedEncoder(base, read_adapter(folder), folder) if (folder / ADAPTER_SHEET).is_file() else base
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


def _export(model: Model, home: Path, precision: str, name: str) -> OnnxEncoder:
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        parent = home.parent if os.access(home.parent, os.W_OK) else Path(tempfile.gettempdir())
    except OSError:
        parent = Path(tempfile.gettempdir())
    aside = Path(tempfile.mkdtemp(prefix=".export-", dir=parent))
    try:
        from ragqa.encode.export import export_model  # noqa: PLC0415 - once a model

        export_model(model, aside, precision=precision, name=name)
        aside.chmod(0o755)
        if parent != home.parent:
            return OnnxEncoder(aside)
        shutil.rmtree(home, ignore_errors=True)  # one that failed its check
        aside.rename(home)
    except EncoderError:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return OnnxEncoder(home)
