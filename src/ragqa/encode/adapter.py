"""A folder with a linear map in; vectors of a base encoder, turned by the map, out.

An adapter is a square matrix M of shape (dimensions, dimensions), near the identity: v becomes M v / |M v|, for questions
and passages alike. Its folder is a `Dense` module of sentence-transformers (no bias, no activation), so that the same
model can be put together there; adapter.json names the encoder that it was trained for.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydantic import Field, ValidationError

from ragqa.encode.models import digest_of
from ragqa.errors import EncoderError
from ragqa.protocols import Vectors
from ragqa.shipped import read_model
from ragqa.types import Record

SHEET, WEIGHTS, CONFIG = "adapter.json", "model.safetensors", "config.json"
NONE, CLINICAL, AUTO = "none", "clinical", "auto"
_SHIPPED = Path(__file__).parent / CLINICAL
_TENSOR = "linear.weight"
_REMEDY = 'give the folder of an adapter, or set adapter = "none"'
_DENSE = (
    '{{\n  "in_features": {0},\n  "out_features": {0},\n  "bias": false,\n'
    '  "activation_function": "torch.nn.modules.linear.Identity"\n}}\n'
)


class AdapterSheet(Record):
    """What stands in adapter.json; `weights` is the SHA-256 of the file of the matrix."""

    format: int = 1
    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")
    base: str  # the name of the encoder, with its digest
    dimensions: int = Field(ge=1)
    weights: str


class Adapter:
    """A linear map of vectors, and the encoder that it belongs to."""

    def __init__(self, folder: Path, sheet: AdapterSheet, matrix: Vectors) -> None:
        self.folder, self.matrix, self.base = folder, matrix, sheet.base
        self.name = f"{sheet.name}@{sheet.weights[:12]}"

    def turn(self, vectors: Vectors) -> Vectors:
        """Return the unit vectors that the map makes of unit vectors, shape (texts, dimensions)."""
        return turned(vectors, self.matrix)


def turned(vectors: Vectors, matrix: Vectors) -> Vectors:
    """Return M v / |M v| for each row v."""
    found = vectors @ matrix.T
    found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), np.float32(1e-12))
    return np.asarray(found, dtype=np.float32)


def find_adapter(name_or_path: str) -> Adapter:
    """Return the shipped adapter ("clinical") or that of a folder.

    Raises EncoderError for a folder that holds none, or whose weights are not those that its sheet names, and
    ModelDamaged where the shipped one is not what was published.
    """
    if name_or_path != CLINICAL:
        return read_adapter(Path(name_or_path).expanduser())
    for name in (SHEET, CONFIG, WEIGHTS):
        read_model(f"encode/{CLINICAL}/{name}")
    return read_adapter(_SHIPPED)


def read_adapter(folder: Path) -> Adapter:
    """Read an adapter and check its digest. Raises EncoderError."""
    from safetensors import SafetensorError  # noqa: PLC0415 - late: only an index with an adapter needs it
    from safetensors.numpy import load_file  # noqa: PLC0415 - late

    try:
        sheet = AdapterSheet.model_validate_json((folder / SHEET).read_text(encoding="utf-8"))
        digest = digest_of(folder / WEIGHTS)
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise EncoderError(f"{folder} holds no adapter", remedy=_REMEDY) from error
    if sheet.format != 1:
        raise EncoderError(f"{folder} is of another version of ragqa (format {sheet.format})", remedy=_REMEDY)
    if digest != sheet.weights:
        raise EncoderError(f"{folder / WEIGHTS} is not the file that {SHEET} names", remedy=_REMEDY)
    try:
        matrix = load_file(folder / WEIGHTS)[_TENSOR]
    except (SafetensorError, KeyError) as error:
        raise EncoderError(f"{folder / WEIGHTS} holds no matrix", remedy=_REMEDY) from error
    if matrix.shape != (sheet.dimensions, sheet.dimensions) or not np.isfinite(matrix).all():
        raise EncoderError(f"{folder / WEIGHTS} is no {sheet.dimensions} x {sheet.dimensions} matrix", remedy=_REMEDY)
    return Adapter(folder, sheet, np.ascontiguousarray(matrix, dtype=np.float32))


def write_adapter(folder: Path, matrix: Vectors, *, name: str, base: str) -> Adapter:
    """Write a matrix of shape (dimensions, dimensions) as an adapter of the encoder `base`, and return it opened."""
    from safetensors.numpy import save_file  # noqa: PLC0415 - late

    folder.mkdir(parents=True, exist_ok=True)
    save_file({_TENSOR: np.ascontiguousarray(matrix, dtype=np.float32)}, folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)  # as readable as the other files of an index: the library makes it private
    (folder / CONFIG).write_text(_DENSE.format(len(matrix)), encoding="utf-8")
    sheet = AdapterSheet(name=name, base=base, dimensions=len(matrix), weights=digest_of(folder / WEIGHTS))
    (folder / SHEET).write_text(sheet.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return read_adapter(folder)
