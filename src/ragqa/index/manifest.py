"""The label of a generation: what is in it, how it was made, and what its files must look like."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path

from pydantic import Field, ValidationError

from ragqa.errors import IndexDamaged, IndexMismatch, IndexMissing
from ragqa.index.files import write_whole
from ragqa.types import Record
from ragqa.vocabulary import DenseKind

FORMAT = 1
MANIFEST = "manifest.json"
CURRENT = "CURRENT"
GENERATIONS = "generations"
ENCODER = "encoder"
REBUILD = "run: ragqa index build"


class Idf(StrEnum):
    """Which inverse document frequency BM25 uses."""

    OKAPI = "okapi"
    LUCENE = "lucene"


class Recipe(Record):
    """How an index is made; two indexes of one recipe and equal documents are equal.

    `settings` is the fingerprint of everything else that shapes the content, such as how passages are cut.
    `repeats` says how often title, headings and text count in BM25. Without `dense`, the size decides.
    """

    encoder: str
    dimensions: int = Field(ge=1)
    settings: str = ""
    k1: float = Field(default=1.2, ge=0)
    b: float = Field(default=0.75, ge=0, le=1)
    idf: Idf = Idf.LUCENE
    repeats: tuple[int, int, int] = (1, 1, 1)
    dense: DenseKind | None = None


class FileSheet(Record):
    """What a file must look like."""

    size: int
    digest: str


class Manifest(Record):
    """What stands in manifest.json."""

    format: int
    ragqa: str
    generation: int = Field(ge=1)
    recipe: Recipe
    snapshot: date
    documents: int
    passages: int
    sentences: int | None  # how many sentence vectors; None where they are switched off
    retracted: int  # documents that are never returned
    dense: DenseKind
    languages: tuple[str, ...]
    fingerprint: str
    files: dict[str, FileSheet]


class Pointer(Record):
    """What stands in CURRENT: the generation in force, and the digest of its manifest."""

    generation: int
    digest: str


def generation_path(folder: Path, generation: int) -> Path:
    """Return the folder of a generation."""
    return folder / GENERATIONS / str(generation)


def point_to(folder: Path, manifest: Manifest) -> None:
    """Put a sealed generation in force."""
    text = (generation_path(folder, manifest.generation) / MANIFEST).read_bytes()
    write_whole(folder / CURRENT, f"{manifest.generation} {_digest(text)}\n")


def read_pointer(folder: Path) -> Pointer:
    """Return what CURRENT says; raise IndexMissing where there is none, IndexDamaged where it says nothing."""
    try:
        words = (folder / CURRENT).read_text(encoding="ascii").split()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexMissing(f"there is no index in {folder}", remedy=f"{REBUILD} PATH --index {folder}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"{folder / CURRENT} cannot be read", remedy=REBUILD) from error
    if len(words) != len(Pointer.model_fields) or not words[0].isdigit():
        raise IndexDamaged(f"{folder / CURRENT} names no generation", remedy=REBUILD)
    return Pointer(generation=int(words[0]), digest=words[1])


def read_manifest(folder: Path, pointer: Pointer) -> Manifest:
    """Return the manifest of the generation in force.

    Raises FileNotFoundError where the generation is gone, IndexDamaged for a changed manifest, IndexMismatch for
    one of another format.
    """
    path = generation_path(folder, pointer.generation) / MANIFEST
    data = path.read_bytes()
    if _digest(data) != pointer.digest:
        raise IndexDamaged(f"{path} is not what {folder / CURRENT} names", remedy=REBUILD)
    try:
        form = _Form.model_validate_json(data)
    except ValidationError as error:
        raise IndexDamaged(f"{path} is no manifest", remedy=REBUILD) from error
    if form.format != FORMAT:
        raise IndexMismatch(f"{folder} has format {form.format}, this ragqa reads format {FORMAT}", remedy=REBUILD)
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as error:
        raise IndexDamaged(f"{path} is no manifest", remedy=REBUILD) from error


class _Form(Record, extra="ignore"):
    format: int


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()
