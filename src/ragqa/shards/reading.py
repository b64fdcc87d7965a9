"""A folder of shards and its manifest in, entries for an index out, each document once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from ragqa.errors import IndexDamaged
from ragqa.protocols import Entry
from ragqa.quantise import Bytes
from ragqa.shards.manifest import Shard, ShardManifest
from ragqa.types import Document, Passage


def entries(folder: Path, manifest: ShardManifest) -> Iterator[Entry]:
    """Yield the documents of all shards, a shard at a time; of those of one id, that of the last file by name, once.

    So the order in which shards came leaves no trace. What a later file takes back does not come.
    Raises IndexDamaged for a shard that is missing, or that does not hold what the manifest says.
    """
    chosen = chosen_of(folder, manifest)
    for shard in manifest.shards:
        for entry in _entries_of(folder, shard, manifest):
            if chosen.get(entry.document.id) == (entry.file, entry.content.hex()):
                del chosen[entry.document.id]  # a batch that was run twice may stand in two shards
                yield entry


def chosen_of(folder: Path, manifest: ShardManifest) -> dict[str, tuple[str, str]]:
    """Return document id -> the file and content that count."""
    found: dict[str, tuple[str, str]] = {}
    gone: dict[str, str] = {}  # PubMed id -> the last file that takes it back
    for file, pmids in manifest.withdrawn:
        gone |= {pmid: max(file, gone.get(pmid, "")) for pmid in pmids}
    for shard in manifest.shards:
        table = _table(folder, shard, "documents", ["id", "pmid", "file", "content"])
        for name, pmid, file, content in zip(*table.to_pydict().values(), strict=True):
            if file > gone.get(pmid, ""):
                found[name] = max((file, content), found.get(name, ("", "")))
    return found


def _table(folder: Path, shard: Shard, part: str, columns: list[str] | None = None) -> pa.Table:
    try:
        return pq.read_table(folder / f"{shard.name}.{part}.parquet", columns=columns)
    except (OSError, ValueError) as error:  # Arrow's own errors are kinds of these
        raise IndexDamaged(
            f"shard {shard.name} cannot be read: {str(error)[:120]}",
            remedy="was the output folder shared by all nodes?",
        ) from error


def _entries_of(folder: Path, shard: Shard, manifest: ShardManifest) -> Iterator[Entry]:
    documents, passages = _table(folder, shard, "documents"), _table(folder, shard, "passages")
    if (documents.num_rows, passages.num_rows) != (shard.documents, shard.passages):
        raise IndexDamaged(
            f"shard {shard.name} has {documents.num_rows} documents and {passages.num_rows} passages, not {shard.documents} and {shard.passages}"
        )
    vectors = (
        passages["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False).reshape(-1, manifest.dimensions)
    )
    columns = passages.drop_columns(["vector"]).to_pydict()
    places: dict[str, list[int]] = {}
    for row, name in enumerate(columns["document"]):
        places.setdefault(name, []).append(row)
    for fields in documents.to_pylist():
        rows = places.get(fields["id"], [])
        try:
            yield Entry(
                document=Document.model_validate_json(fields["document"]),
                passages=tuple(Passage.model_validate_json(columns["passage"][row]) for row in rows),
                abbreviations=tuple((short, long) for short, long in json.loads(fields["abbreviations"])),
                vectors=np.ascontiguousarray(vectors[rows], dtype=np.float32),
                sentences=_sentences(columns, rows, manifest.dimensions) if manifest.sentences else None,
                file=fields["file"],
                digest=fields["digest"],
                content=bytes.fromhex(fields["content"]),
            )
        except (ValidationError, ValueError, KeyError) as error:
            raise IndexDamaged(f"shard {shard.name}, document {fields['id']}: {str(error)[:120]}") from error


def _sentences(columns: dict[str, list[Any]], rows: list[int], dimensions: int) -> tuple[Bytes, ...]:
    return tuple(
        Bytes(
            np.frombuffer(columns["codes"][row], dtype=np.int8).reshape(-1, dimensions),
            np.frombuffer(columns["scales"][row], dtype=np.float32),
        )
        for row in rows
    )
