"""A batch of documents in, a shard on disk out: what every engine runs, however often it runs it.

A shard is named by a digest of what goes into it, and written in one step. A batch that is run twice makes the same file twice; one that
kills its process is tried three times, and then set aside.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ragqa.protocols import Vectors
from ragqa.quantise import to_bytes
from ragqa.shards.manifest import Shard
from ragqa.types import Document, Passage

TRIES: Final = 3
_TOGETHER: Final = 64  # texts that are encoded together, of like length
Encode = Callable[[Sequence[str]], Vectors]
TextsOf = Callable[[Document, Sequence[Passage]], tuple[list[str], list[list[str]]]]


class Piece(NamedTuple):
    """A document on its way: its parts as JSON, so that it may go between processes."""

    document: str
    passages: str
    abbreviations: str
    file: str
    digest: str
    content: str  # in hexadecimal


class Failure(NamedTuple):
    """What could not be read, or was set aside."""

    name: str
    reason: str


class Made(NamedTuple):
    """What became of a batch: its shard, or why there is none."""

    shard: Shard | None
    failures: tuple[Failure, ...] = ()


class Maker:
    """Encodes batches and writes their shards; one a process, because it holds a model."""

    def __init__(self, folder: Path, encode: Encode, texts_of: TextsOf, *, dimensions: int, sentences: bool) -> None:
        self._folder, self._encode, self._texts_of = folder, encode, texts_of
        self._dimensions, self._sentences = dimensions, sentences
        (folder / ".tries").mkdir(parents=True, exist_ok=True)

    def make(self, pieces: Sequence[Piece]) -> Made:
        """Encode a batch and write its shard, unless it has ended three processes already."""
        name = _name_of(pieces)
        tries = self._folder / ".tries" / name
        begun = tries.stat().st_size if tries.exists() else 0
        if begun >= TRIES:
            reason = f"set aside: its batch ended {begun} processes"
            return Made(None, tuple(Failure(json.loads(piece.document)["id"], reason) for piece in pieces))
        with tries.open("ab") as file:
            file.write(b".")  # a byte a try, before anything that may end this process
            file.flush()
            os.fsync(file.fileno())
        made = self._made(name, pieces)
        with suppress(FileNotFoundError):  # a second run of the same batch may have been first
            tries.unlink()
        return Made(made)

    def _made(self, name: str, pieces: Sequence[Piece]) -> Shard:
        documents = [Document.model_validate_json(piece.document) for piece in pieces]
        passages = [[Passage.model_validate(fields) for fields in json.loads(piece.passages)] for piece in pieces]
        texts = [self._texts_of(document, held) for document, held in zip(documents, passages, strict=True)]
        whole = self._vectors([text for own, _ in texts for text in own])
        single = self._vectors([text for _, rows in texts for row in rows for text in row]) if self._sentences else None
        _write(self._folder / f"{name}.documents.parquet", _document_table(documents, pieces))
        counts = [len(row) for _, rows in texts for row in rows]
        flat = [(document.id, passage) for document, held in zip(documents, passages, strict=True) for passage in held]
        _write(self._folder / f"{name}.passages.parquet", _passage_table(flat, whole, single, counts))
        return Shard(name=name, documents=len(documents), passages=len(flat))

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        """Encode texts, those of like length together."""
        found = np.empty((len(texts), self._dimensions), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda place: (-len(texts[place]), place))
        for start in range(0, len(order), _TOGETHER):
            part = order[start : start + _TOGETHER]
            found[part] = self._encode([texts[place] for place in part])
        return found


def _name_of(pieces: Sequence[Piece]) -> str:
    digest = blake2b(digest_size=12)
    for piece in pieces:
        digest.update(f"{piece.file}\0{piece.content}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _document_table(documents: Sequence[Document], pieces: Sequence[Piece]) -> pa.Table:
    columns: dict[str, Any] = {
        "id": [document.id for document in documents],
        "pmid": pa.array([document.source.pmid for document in documents], type=pa.string()),
    }
    columns |= {
        name: [getattr(piece, name) for piece in pieces]
        for name in ("document", "abbreviations", "file", "digest", "content")
    }
    return pa.table(columns)


def _passage_table(
    flat: Sequence[tuple[str, Passage]], whole: Vectors, single: Vectors | None, counts: Sequence[int]
) -> pa.Table:
    columns: dict[str, pa.Array] = {
        "document": pa.array([name for name, _ in flat]),
        "id": pa.array([passage.id for _, passage in flat]),
        "passage": pa.array([passage.model_dump_json() for _, passage in flat]),
        "vector": pa.FixedSizeListArray.from_arrays(pa.array(whole.ravel()), whole.shape[1]),
    }
    if single is not None:
        ends = np.cumsum(counts)
        rows = [to_bytes(single[end - count : end]) for count, end in zip(counts, ends, strict=True)]
        columns["codes"] = pa.array([row.codes.tobytes() for row in rows], type=pa.binary())
        columns["scales"] = pa.array([row.scales.tobytes() for row in rows], type=pa.binary())
    return pa.table(columns)


def _write(path: Path, table: pa.Table) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")  # two processes may be at the same batch
    pq.write_table(table, aside, compression="zstd")
    os.replace(aside, path)  # noqa: PTH105 - one step
