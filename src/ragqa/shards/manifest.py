"""The label of an ingest's output, written last: which shards count, what is in them, and how they were made."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationError

from ragqa.errors import IndexDamaged, IndexMismatch, IndexMissing
from ragqa.types import Record

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"


class Shard(Record):
    """Two files, NAME.documents.parquet and NAME.passages.parquet."""

    name: str
    documents: int
    passages: int


class ShardManifest(Record):
    """What stands in manifest.json. A file that it does not name is left from a task that was run again, and counts for nothing."""

    format: int = FORMAT
    ragqa: str
    encoder: str
    dimensions: int = Field(ge=1)
    settings: str
    k1: float
    b: float
    sentences: bool
    snapshot: date
    shards: tuple[Shard, ...]
    failed: tuple[tuple[str, str], ...]  # (file or record, reason), batches that were set aside among them
    withdrawn: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (file, PubMed ids that it takes back)


def write_manifest(folder: Path, manifest: ShardManifest) -> None:
    """Write the manifest in one step: with it the output is whole."""
    aside = folder / f".{MANIFEST}.part"
    aside.write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    os.replace(aside, folder / MANIFEST)  # noqa: PTH105 - one step


def read_manifest(folder: Path) -> ShardManifest:
    """Return the manifest; raise IndexMissing where the output is not whole, IndexMismatch for another format."""
    try:
        text = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise IndexMissing(
            f"there is no whole output of an ingest in {folder}", remedy="run ragqa ingest again, into a fresh folder"
        ) from error
    try:
        manifest = ShardManifest.model_validate_json(text)
    except ValidationError as error:
        raise IndexDamaged(f"{folder / MANIFEST} is no manifest", remedy="run ragqa ingest again") from error
    if manifest.format != FORMAT:
        raise IndexMismatch(
            f"{folder} has format {manifest.format}, this ragqa reads format {FORMAT}", remedy="run ragqa ingest again"
        )
    return manifest
