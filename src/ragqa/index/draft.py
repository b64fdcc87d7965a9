"""Documents in, a store that is being written out: the rows of the next generation, not yet in order."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ragqa.errors import CitationError
from ragqa.index.packing import PieceQueue, pack_sentences, passage_text, sentence_texts, unpack_piece
from ragqa.index.schema import TABLES, connect_to_write
from ragqa.text import words
from ragqa.types import Document, Passage, Subject

_COMMITTED_AT_ONCE = 4_000_000  # characters
_NOTHING_SAID = Subject()


class Draft:
    """The working copy of a store. Files are put document by document and then finished."""

    def __init__(self, path: Path, carried: int) -> None:
        """Open the draft in a file, whose first `carried` rows of passages come from the generation before."""
        self._db = connect_to_write(path)
        if not self._one("SELECT count(*) FROM sqlite_master"):  # new, or its writer was stopped before there was any
            self._db.executescript(f"BEGIN;{TABLES}COMMIT;")
        self._words: Counter[str] = Counter()  # of titles, and of what goes; sealing counts those of new passages
        self._abbreviations: Counter[tuple[str, str]] = Counter()
        self._pieces = PieceQueue()
        self._uncommitted = 0
        self._closed = False
        self._carried = carried
        # A row of the generation before is never given to another passage: it says where a vector comes from.
        self._next_row = max(carried, int(self._one("SELECT coalesce(max(row), -1) + 1 FROM passages")))
        self._next_number = int(self._one("SELECT coalesce(max(number), -1) + 1 FROM documents"))
        self.changed = False

    def begin_file(self, name: str, digest: str) -> int:
        """Return the number of a file that is about to be put; what it held before is stale until put again."""
        self._change()
        self._db.execute(
            "INSERT INTO files(name, digest, whole) VALUES (?, ?, 0)"
            " ON CONFLICT(name) DO UPDATE SET digest = excluded.digest, whole = 0",
            (name, digest),
        )
        number = int(self._one("SELECT number FROM files WHERE name = ?", name))
        self._db.execute("UPDATE file_documents SET stale = 1 WHERE file = ?", (number,))
        return number

    def finish_file(self, number: int) -> int:
        """Drop what the file no longer holds and mark it as wholly read; return how many documents went."""
        self._change()
        gone = self._all("SELECT document FROM file_documents WHERE file = ? AND stale = 1", number)
        self._db.execute("DELETE FROM file_documents WHERE file = ? AND stale = 1", (number,))
        dropped = self._drop_unheld(gone)
        self._db.execute("UPDATE files SET whole = 1 WHERE number = ?", (number,))
        self.commit()
        return dropped

    def put(
        self, file: int, document: Document, passages: Sequence[Passage], abbreviations: Iterable[tuple[str, str]]
    ) -> bool:
        """Write a document in place of the one of the same id; return whether anything changed."""
        pairs = sorted(set(abbreviations))
        content = content_of(document, passages, pairs)
        digest = blake2b(content + document.origin.model_dump_json().encode(), digest_size=16).digest()
        rows = [_passage_row(document, passage) for passage in passages]
        self._change()
        known = self._db.execute("SELECT number, digest FROM documents WHERE id = ?", (document.id,)).fetchone()
        if known and known[1] == digest:
            self._hold(file, known[0])
            return False
        if known:
            self._forget(known[0])
        number = known[0] if known else self._next_number
        self._next_number = max(self._next_number, number + 1)
        self._write(number, document, digest, content)
        self._uncommitted += len(document.text)
        self._db.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((row, first, number, *rest) for row, (first, *rest) in enumerate(rows, self._next_row)),
        )
        self._next_row += len(rows)
        structure = document.model_dump_json(include={"sections", "blocks", "origin"})
        packed = zlib.compress(json.dumps([structure, pairs]).encode(), 6)
        self._db.execute("INSERT INTO structures VALUES (?, ?)", (number, packed))
        self._words.update(words(document.source.title))
        self._abbreviations.update(pairs)
        self._hold(file, number)
        return True

    def digests(self, document_id: str) -> dict[str, bytes]:
        """Return passage id -> the digest of all that is encoded for it."""
        statement = "SELECT id, digest FROM passages WHERE document = (SELECT number FROM documents WHERE id = ?)"
        return dict(self._db.execute(statement, (document_id,)))

    def knows(self, name: str, digest: str) -> bool:
        """Tell whether a file with these bytes was wholly read."""
        return bool(self._one("SELECT count(*) FROM files WHERE name = ? AND digest = ? AND whole = 1", name, digest))

    def holds(self, name: str) -> bool:
        """Tell whether there is a file or a document of this name."""
        return bool(
            self._one(
                "SELECT (SELECT count(*) FROM files WHERE name = ?1) + (SELECT count(*) FROM documents WHERE id = ?1)",
                name,
            )
        )

    def file_names(self) -> list[str]:
        """Return the names of all files, sorted."""
        return [str(name) for name in self._all("SELECT name FROM files ORDER BY name")]

    def remove_file(self, name: str) -> int:
        """Remove a file and the documents that no other file holds; return how many these are."""
        number = self._one("SELECT number FROM files WHERE name = ?", name)
        if number is None:
            return 0
        self._change()
        gone = self._all("SELECT document FROM file_documents WHERE file = ?", number)
        self._db.execute("DELETE FROM file_documents WHERE file = ?", (number,))
        self._db.execute("DELETE FROM files WHERE number = ?", (number,))
        return self._drop_unheld(gone)

    def remove_document(self, document_id: str) -> bool:
        """Remove a document from all files that hold it; tell whether it was there."""
        number = self._one("SELECT number FROM documents WHERE id = ?", document_id)
        if number is None:
            return False
        self._change()
        self._db.execute("DELETE FROM file_documents WHERE document = ?", (number,))
        return self._drop_unheld([number]) == 1

    def withdraw(self, pmids: Iterable[str]) -> int:
        """Remove the documents of these PubMed ids; return how many there were."""
        found = self._all(
            "SELECT id FROM documents WHERE json_extract(source, '$.pmid') IN (SELECT value FROM json_each(?)) ORDER BY id",
            json.dumps(sorted(pmids)),
        )
        return sum(self.remove_document(name) for name in found)

    def count(self, table: str) -> int:
        """Return how many documents or passages there are."""
        return int(
            self._one({"documents": "SELECT count(*) FROM documents"}.get(table, "SELECT count(*) FROM passages"))
        )

    def commit(self) -> None:
        """Make all changes so far outlive this process."""
        if not self._db.in_transaction:
            return
        self._write_pieces()
        self._db.executemany(
            "INSERT INTO words VALUES (?, ?) ON CONFLICT(word) DO UPDATE SET count = count + excluded.count",
            self._words.items(),
        )
        self._db.executemany(
            "INSERT INTO abbreviations VALUES (?, ?, ?)"
            " ON CONFLICT(short, long) DO UPDATE SET count = count + excluded.count",
            ((short, long, count) for (short, long), count in self._abbreviations.items()),
        )
        self._words.clear()
        self._abbreviations.clear()
        self._db.execute("COMMIT")
        self._uncommitted = 0

    def close(self) -> None:
        """Close the store; what was not committed is lost."""
        if self._closed:
            return
        self._closed = True
        self._pieces.close()
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        self._db.close()

    def _change(self) -> None:
        self.changed = True
        if self._uncommitted >= _COMMITTED_AT_ONCE:
            self.commit()
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")

    def _write(self, number: int, document: Document, digest: bytes, content: bytes) -> None:
        source = document.source
        self._db.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number, document.id, source.model_dump_json(exclude_defaults=True), source.kind.value, source.year,
                source.language, source.retracted, source.superseded_by is not None, digest, content,
            ),
        )  # fmt: skip
        self._pieces.put(number, document.text)
        if document.subject != _NOTHING_SAID:
            stated = document.subject.model_dump_json(exclude_defaults=True)
            self._db.execute("INSERT INTO subjects VALUES (?, ?)", (number, stated))

    def _write_pieces(self) -> None:
        self._db.executemany("INSERT INTO pieces VALUES (?, ?, ?)", self._pieces.packed())

    def _hold(self, file: int, document: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO file_documents VALUES (?, ?, 0)", (file, document))

    def _drop_unheld(self, numbers: Iterable[int]) -> int:
        dropped = 0
        for number in numbers:
            if not self._one("SELECT count(*) FROM file_documents WHERE document = ?", number):
                self._forget(number)
                dropped += 1
        return dropped

    def _forget(self, number: int) -> None:
        self._write_pieces()
        title = json.loads(str(self._one("SELECT source FROM documents WHERE number = ?", number)))["title"]
        self._words.subtract(words(title))
        statement = "SELECT start, end FROM passages WHERE document = ? AND row < ?"
        if spans := self._db.execute(statement, (number, self._carried)).fetchall():
            pieces = self._all("SELECT text FROM pieces WHERE document = ? ORDER BY part", number)
            text = "".join(unpack_piece(piece) for piece in pieces)
            for start, end in spans:
                self._words.subtract(words(text[start:end]))
        packed = self._one("SELECT structure FROM structures WHERE document = ?", number)
        self._abbreviations.subtract((short, long) for short, long in json.loads(zlib.decompress(packed))[1])
        for table in ("structures", "pieces", "subjects", "passages"):
            self._db.execute(f"DELETE FROM {table} WHERE document = ?", (number,))  # noqa: S608 - a name from above
        self._db.execute("DELETE FROM documents WHERE number = ?", (number,))

    def _one(self, statement: str, *values: object) -> Any:  # noqa: ANN401 - what SQLite holds
        found = self._db.execute(statement, values).fetchone()
        return found[0] if found else None

    def _all(self, statement: str, *values: object) -> list[Any]:
        return [found[0] for found in self._db.execute(statement, values)]


def content_of(document: Document, passages: Sequence[Passage], abbreviations: Iterable[tuple[str, str]]) -> bytes:
    """Return a digest of what a document says and how it is cut; where it lay leaves no trace in it."""
    parts = [
        document.model_dump_json(exclude={"origin"}),
        *(p.model_dump_json() for p in passages),
        json.dumps(sorted(set(abbreviations))),
    ]
    return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _passage_row(document: Document, passage: Passage) -> tuple[object, ...]:
    if passage.span.of(document.text) != passage.text or passage.document_id != document.id:
        raise CitationError(f"passage {passage.id} is not what document {document.id} says at {passage.span}")
    title = document.source.title
    encoded = [passage_text(title, passage.heading_path, passage.text)]
    encoded += sentence_texts(document.text, passage.sentences)
    digest = blake2b("\0".join(encoded).encode("utf-8", "surrogatepass"), digest_size=16).digest()
    packed = pack_sentences(passage.sentences, passage.span.start)
    return (passage.id, passage.span.start, passage.span.end, _stored_headings(passage.heading_path), packed, digest)


@lru_cache(maxsize=4096)
def _stored_headings(path: tuple[str, ...]) -> str:
    return json.dumps(path, ensure_ascii=False)
