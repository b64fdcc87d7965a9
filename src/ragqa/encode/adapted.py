"""An encoder and an adapter in; an encoder of turned vectors out, with one folder for both."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ragqa.encode.adapter import CONFIG, SHEET, WEIGHTS, Adapter
from ragqa.encode.models import INT8
from ragqa.encode.onnx import SHEET as EXPORT_SHEET
from ragqa.encode.onnx import OnnxEncoder
from ragqa.errors import EncoderError
from ragqa.protocols import Vectors

JOINT = "~"  # between the names of an encoder and its adapter


def base_name(name: str) -> str:
    """Return the name of an encoder without that of its adapter."""
    return name.partition(JOINT)[0]


class AdaptedEncoder:
    """An exported encoder whose vectors an adapter turns; safe to use from many threads."""

    def __init__(self, base: OnnxEncoder, adapter: Adapter, folder: Path | None = None) -> None:
        """Join the two; `folder` holds the files of both. Raises EncoderError where they do not belong together."""
        if adapter.base != base.name.removesuffix(INT8) or len(adapter.matrix) != base.dimensions:
            raise EncoderError(
                f"the adapter {adapter.name} was trained for {adapter.base}, not for {base.name}",
                remedy='choose its encoder, or set adapter = "none"',
            )
        self.base, self.adapter, self.folder = base, adapter, folder

    @property
    def name(self) -> str:
        """Return the names of both."""
        return f"{self.base.name}{JOINT}{self.adapter.name}"

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return self.base.dimensions

    def encode_passages(self, texts: Sequence[str], on_progress: Callable[[int, int], None] | None = None) -> Vectors:
        """Encode texts that will be searched."""
        return self.adapter.turn(self.base.encode_passages(texts, on_progress))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode texts that search."""
        return self.adapter.turn(self.base.encode_queries(texts))

    def warm(self) -> None:
        """Load the model now."""
        self.base.warm()


def join(base: OnnxEncoder, adapter: Adapter, home: Path) -> AdaptedEncoder:
    """Put the files of both into the folder `home`, made in one step where it is not there, and return the encoder."""
    joined = AdaptedEncoder(base, adapter)
    own = (adapter.folder / name for name in (SHEET, WEIGHTS, CONFIG))
    gather(home, {path.name: path for path in (*files_of(base), *own)})
    joined.folder = home
    return joined


def files_of(encoder: OnnxEncoder) -> list[Path]:
    """Return the files of an export, its sheet among them."""
    return [encoder.home / name for name in (*encoder.sheet.files, EXPORT_SHEET)]


def gather(home: Path, files: Mapping[str, Path]) -> None:
    """Put files, by their places in it, into the folder `home`, made in one step where it is not there."""
    if home.is_dir():
        return
    home.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".join-", dir=home.parent))
    aside.chmod(0o755)
    for place, path in files.items():
        target = aside / place
        target.parent.mkdir(exist_ok=True)
        _link_or_copy(path, target)
    try:
        aside.rename(home)
    except OSError:  # another process was faster
        shutil.rmtree(aside, ignore_errors=True)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
