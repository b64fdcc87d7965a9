"""Ids and rows in; passages, documents and cards out of a sealed store.sqlite."""

from __future__ import annotations

import json
import sqlite3
import struct
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from operator import lt
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from ragqa.errors import CitationError, IndexDamaged
from ragqa.index.manifest import REBUILD
from ragqa.index.packing import PIECE, unpack_piece, unpack_sentences
from ragqa.index.schema import connect_to_read
from ragqa.protocols import DocumentCard
from ragqa.text import design_key
from ragqa.types import Document, Filters, Passage, Source, Subject

_PIECES_KEPT = 512
_MET = 20_000


class StoredPassage(NamedTuple):
    """A passage as its row holds it."""

    row: int
    id: str
    document: int
    start: int
    end: int
    headings: str
    sentences: bytes


class _Open(threading.local):
    """What each thread has of its own: a connection, and the last pieces of text that it unpacked."""

    def __init__(self, path: Path) -> None:
        self.connection = connect_to_read(path)
        self.pieces: dict[tuple[int, int], str] = {}


class Store:
    """A sealed store; safe to use from many threads, each with its own connection."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._met: dict[str, int] = {}  # rows of ids given out lately: what is found is asked for next
        self._named: dict[int, str] = {}  # and the ids of these rows
        with self._damage_named():
            self._open = _Open(path)

    def ids(self, rows: Sequence[int]) -> list[str]:
        """Return the ids of passages by row."""
        if len(self._met) > _MET:
            self._met, self._named = {}, {}
        named = self._named
        if new := [row for row in rows if row not in named]:
            found = dict(self._rows("row, id", "passages", "row", new))
            named.update((row, str(self._there(found, row))) for row in new)
        names = [named[row] for row in rows]
        self._met.update(zip(names, rows, strict=True))
        return names

    def rows(self, passage_ids: Sequence[str]) -> NDArray[np.int64]:
        """Return the rows of passages by id; raise IndexDamaged where one is missing."""
        met = self._met
        found = {name: met[name] for name in passage_ids if name in met}
        if len(found) < len(passage_ids):
            found |= dict(self._rows("id, row", "passages", "id", [name for name in passage_ids if name not in found]))
        return np.array([self._there(found, name) for name in passage_ids], dtype=np.int64)

    def stored(self, rows: Sequence[int]) -> list[StoredPassage]:
        """Return what the rows of passages hold, in the order asked."""
        columns = "row, id, document, start, end, headings, sentences"
        found = {record[0]: StoredPassage(*record) for record in self._rows(columns, "passages", "row", rows)}
        return [self._there(found, row) for row in rows]

    def places(self, rows: Sequence[int]) -> list[tuple[int, int, int, str]]:
        """Return the document of each passage by row, where it starts and ends, and its headings as they are stored."""
        if rows and rows[-1] - rows[0] == len(rows) - 1 and all(map(lt, rows, islice(rows, 1, None))):
            statement = "SELECT document, start, end, headings FROM passages WHERE row BETWEEN ? AND ? ORDER BY row"
            if len(found := list(self._query(statement, rows[0], rows[-1]))) == len(rows):
                return found
        held = {row: place for row, *place in self._rows("row, document, start, end, headings", "passages", "row", rows)}
        return [self._there(held, row) for row in rows]

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        """Return passages in the order asked; raise IndexDamaged where one is missing."""
        return self._built(self.stored([int(row) for row in self.rows(passage_ids)]))

    def passages_of(self, document_id: str) -> list[Passage]:
        """Return the passages of a document in reading order."""
        statement = (
            "SELECT row FROM passages WHERE document = (SELECT number FROM documents WHERE id = ?) ORDER BY start, row"
        )
        return self._built(self.stored([row for (row,) in self._query(statement, document_id)]))

    def document(self, document_id: str) -> Document:
        """Return a whole document; raise CitationError where there is none."""
        statement = (
            "SELECT number, source, structure, subject FROM documents JOIN structures ON structures.document = number"
            " LEFT JOIN subjects ON subjects.document = number WHERE id = ?"
        )
        found = next(self._query(statement, document_id), None)
        if found is None:
            raise CitationError(f"the index holds no document {document_id!r}")
        number, source, packed, subject = found
        with self._damage_named():
            structure = json.loads(json.loads(zlib.decompress(packed))[0])
            pieces = self._query("SELECT text FROM pieces WHERE document = ? ORDER BY part", number)
            text = "".join(unpack_piece(piece) for (piece,) in pieces)
            fields = {"id": document_id, "text": text, "source": json.loads(source), **structure}
            return Document.model_validate(fields | ({"subject": json.loads(subject)} if subject else {}))

    def cards(self, document_ids: Sequence[str] | None) -> list[DocumentCard]:
        """Return the cards of documents in the order asked, or of all by id; raise IndexDamaged for one that is missing."""
        columns = "id, source, (SELECT subject FROM subjects WHERE document = number)"
        if document_ids is None:
            records = list(self._query(f"SELECT {columns} FROM documents ORDER BY id"))  # noqa: S608 - no value in it
            document_ids = [record[0] for record in records]
        else:
            records = self._rows(columns, "documents", "id", document_ids)
        found = {name: (source, subject) for name, source, subject in records}
        with self._damage_named():
            return [_card(name, *self._there(found, name)) for name in document_ids]

    def subjects(self) -> dict[str, Subject]:
        """Return document id -> subject, of the documents that state one."""
        statement = "SELECT id, subject FROM subjects JOIN documents ON number = document ORDER BY id"
        with self._damage_named():
            return {name: Subject.model_validate_json(subject) for name, subject in self._query(statement)}

    def numbers(self, document_ids: Sequence[str]) -> list[int]:
        """Return the numbers of those documents that there are."""
        return [number for (number,) in self._rows("number", "documents", "id", document_ids)]

    def stating(self, filters: Filters) -> list[int]:
        """Return the numbers of documents whose source states one of the study designs and one of the audiences of a filter."""
        statement = "SELECT number, json_extract(source, '$.study_design'), json_extract(source, '$.audience') FROM documents"
        designs = {design_key(design) for design in filters.designs}
        return [
            number
            for number, design, audience in self._query(statement)
            if (not designs or (design is not None and design_key(design) in designs))
            and (not filters.audiences or audience in filters.audiences)
        ]

    def abbreviations(self) -> dict[str, tuple[str, ...]]:
        """Return short form -> long forms, the most often defined first."""
        found: dict[str, list[str]] = {}
        for short, long in self._query("SELECT short, long FROM abbreviations ORDER BY short, count DESC, long"):
            found.setdefault(short, []).append(long)
        return {short: tuple(longs) for short, longs in found.items()}

    def words(self) -> dict[str, int]:
        """Return all surface words with their counts."""
        return dict(self._query("SELECT word, count FROM words"))

    def text(self, document: int, start: int, end: int) -> str:
        """Return characters of a document by its number."""
        first, last = start // PIECE, (end - 1) // PIECE
        if first == last:
            piece = self._open.pieces.get((document, first)) or self._piece(document, first)
            return piece[start - first * PIECE : end - first * PIECE]
        joined = "".join(self._piece(document, part) for part in range(first, last + 1))
        return joined[start - first * PIECE : end - first * PIECE]

    def titles(self, documents: Sequence[int]) -> dict[int, str]:
        """Return the title of each document by its number."""
        columns = "number, json_extract(source, '$.title')"
        found = dict(self._rows(columns, "documents", "number", documents))
        return {number: str(self._there(found, number)) for number in documents}

    def preload(self, places: Sequence[tuple[int, int, int]]) -> None:
        """Read at once what is not at hand of the texts of some places: document, start and end."""
        kept = self._open.pieces
        wanted = {(document, part) for document, start, end in places for part in range(start // PIECE, (end - 1) // PIECE + 1)} - kept.keys()
        if len(wanted) > _PIECES_KEPT:
            return
        if len(kept) + len(wanted) > _PIECES_KEPT:
            kept.clear()
        statement = (
            "SELECT document, part, text FROM json_each(?) CROSS JOIN pieces"
            " ON document = json_extract(value, '$[0]') AND part = json_extract(value, '$[1]')"
        )
        with self._damage_named():
            for document, part, packed in self._query(statement, json.dumps([*wanted])) if wanted else ():
                kept[document, part] = unpack_piece(packed)

    def scan(self, statement: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a statement over the tables."""
        return self._query(statement, *values)

    def close(self) -> None:
        """Close this thread's connection; those of others close with their threads."""
        self._open.connection.close()

    def _piece(self, document: int, part: int) -> str:
        kept = self._open.pieces
        if (document, part) not in kept:
            found = next(self._query("SELECT text FROM pieces WHERE document = ? AND part = ?", document, part), None)
            if found is None:
                raise self._damaged(f"piece {part} of document {document} is missing")
            if len(kept) >= _PIECES_KEPT:
                kept.clear()
            with self._damage_named():
                kept[document, part] = unpack_piece(found[0])
        return kept[document, part]

    def _built(self, stored: Sequence[StoredPassage]) -> list[Passage]:
        names = dict(self._rows("number, id", "documents", "number", sorted({passage.document for passage in stored})))
        self.preload([(passage.document, passage.start, passage.end) for passage in stored])
        with self._damage_named():
            return [self._passage(passage, str(self._there(names, passage.document))) for passage in stored]

    def _passage(self, stored: StoredPassage, document_id: str) -> Passage:
        return Passage.model_validate(
            {
                "id": stored.id,
                "document_id": document_id,
                "span": {"start": stored.start, "end": stored.end},
                "heading_path": json.loads(stored.headings),
                "text": self.text(stored.document, stored.start, stored.end),
                "sentences": unpack_sentences(stored.sentences, stored.start),
            }
        )

    def _rows(self, columns: str, table: str, key: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        statement = f"SELECT {columns} FROM {table} WHERE {key} IN (SELECT value FROM json_each(?))"  # noqa: S608 - names from here
        return list(self._query(statement, json.dumps([*values])))

    def _query(self, statement: str, *values: object) -> Iterator[tuple[Any, ...]]:
        with self._damage_named():
            yield from self._open.connection.execute(statement, values)

    def _there(self, found: dict[Any, Any], key: object) -> Any:  # noqa: ANN401 - whatever the rows hold
        if key not in found:
            raise self._damaged(f"{key!r} is not in it")
        return found[key]

    @contextmanager
    def _damage_named(self) -> Iterator[None]:
        try:
            yield
        except (
            sqlite3.DatabaseError,
            zlib.error,
            struct.error,
            ValidationError,
            ValueError,
            LookupError,
            TypeError,
        ) as error:
            raise self._damaged(str(error).split("\n", 1)[0]) from error

    def _damaged(self, cause: str) -> IndexDamaged:
        return IndexDamaged(f"{self._path} is damaged: {cause}", remedy=REBUILD)


def _card(document_id: str, source: str, subject: str | None) -> DocumentCard:
    stated = Subject.model_validate_json(subject) if subject else Subject()
    return DocumentCard(document_id, Source.model_validate_json(source), stated)
