"""A folder in, an index open for searching out; it opens in milliseconds, because everything is mapped."""

from __future__ import annotations

import json
import os
import weakref
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import IndexDamaged
from ragqa.index import files
from ragqa.index.bm25 import open_bm25
from ragqa.index.dense import DenseArm
from ragqa.index.integrity import check_files
from ragqa.index.layers import Texts
from ragqa.index.manifest import ENCODER, REBUILD, Manifest, generation_path, read_manifest, read_pointer
from ragqa.index.masks import Masks
from ragqa.index.schema import STORE
from ragqa.index.sentences import SentenceVectors
from ragqa.index.shortforms import forms_of
from ragqa.index.store import Store
from ragqa.protocols import DocumentCard, Entry, Fields, Instead, Scored, ShortForms, Vectors
from ragqa.types import Document, Filters, Passage, Subject

_TRIES = 20
_ENTRIES = (
    "SELECT id, content, structure, min(name), files.digest FROM documents"
    " JOIN structures ON structures.document = documents.number"
    " JOIN file_documents ON file_documents.document = documents.number JOIN files ON files.number = file"
    " GROUP BY documents.number ORDER BY id"
)
Found = TypeVar("Found")


class LocalIndex:
    """One generation of an index, open for reading; safe to use from many threads.

    It goes on answering from its generation when a newer one is sealed, and keeps it from being removed.
    """

    def __init__(self, generation: Path, manifest: Manifest, lease: int) -> None:
        self.manifest = manifest
        self._path = generation
        recipe = manifest.recipe
        self._store = Store(generation / STORE)
        self._dense = DenseArm(generation, manifest.dense, recipe.dimensions)
        self._lexical = open_bm25(generation)
        self._texts = Texts(self._store)
        self._masks = Masks(generation, manifest.languages, manifest.retracted, self._store.numbers, self._store.stating)
        self._sentences = SentenceVectors(generation, recipe.dimensions) if manifest.sentences is not None else None
        self._close = weakref.finalize(self, os.close, lease)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the generation in force.

        Raises IndexMissing, IndexDamaged naming the file, or IndexMismatch for another format, each with its remedy.
        """
        for _ in range(_TRIES):
            pointer = read_pointer(folder)
            generation = generation_path(folder, pointer.generation)
            try:
                lease = files.take_lease(generation)
            except OSError:
                continue  # sealed anew and removed since the pointer was read: read it again
            try:
                manifest = read_manifest(folder, pointer)
                check_files(generation, manifest, digests=False)
                return cls(generation, manifest, lease)
            except FileNotFoundError:
                os.close(lease)
            except BaseException:
                os.close(lease)
                raise
        raise IndexDamaged(f"{generation} is not whole", remedy=REBUILD)

    def __enter__(self) -> Self:
        """Return the index."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the generation; the index is of no use afterwards."""
        self._store.close()
        self._close()

    @property
    def passage_count(self) -> int:
        """Return how many passages are searched."""
        return self.manifest.passages

    @property
    def document_count(self) -> int:
        """Return how many documents these passages are of."""
        return self.manifest.documents

    @property
    def snapshot(self) -> date:
        """Return the day on which this generation was sealed."""
        return self.manifest.snapshot

    @property
    def fingerprint(self) -> str:
        """Return a digest of what is indexed and how: equal for equal content."""
        return self.manifest.fingerprint

    @property
    def encoder_name(self) -> str:
        """Return the name of the encoder that made the vectors."""
        return self.manifest.recipe.encoder

    @property
    def encoder_folder(self) -> Path | None:
        """Return the folder of the encoder's export, None where there is none."""
        folder = self._path / ENCODER
        return folder if folder.is_dir() else None

    def search_dense(self, vector: Vectors, *, depth: int, filters: Filters) -> list[Scored]:
        """Return the `depth` passages of highest cosine to `vector` (shape (dimensions,)), by (-score, id)."""
        return self.search_dense_each([vector], depth=depth, filters=filters)[0]

    def search_dense_each(self, vectors: Sequence[Vectors], *, depth: int, filters: Filters) -> list[list[Scored]]:
        """Return what `search_dense` gives for each vector; of an exact index all are found in one pass over its vectors."""
        return [self._scored(rows, scores) for rows, scores in self._dense.search_each(vectors, depth, self._allowed(filters))]

    def search_lexical(self, terms: Mapping[str, float], *, depth: int, filters: Filters, instead: Sequence[Instead] = ()) -> list[Scored]:
        """Return the `depth` passages of highest BM25 for weighted terms or other names, scores above 0 only, by (-score, id)."""
        allowed = self._allowed(filters)
        rows, scores = self._checked(lambda: self._lexical.best(terms, depth, allowed, instead))
        return self._scored(rows, scores)

    def score_dense(self, vector: Vectors, passage_ids: Sequence[str]) -> NDArray[np.float32]:
        """Return the cosine of each named passage."""
        return self._dense.score(vector, self._store.rows(passage_ids))

    def score_lexical(self, terms: Mapping[str, float], passage_ids: Sequence[str], *, instead: Sequence[Instead] = ()) -> NDArray[np.float32]:
        """Return the BM25 score of each named passage, 0 where no term and no other name matches."""
        rows = self._store.rows(passage_ids)
        return np.asarray(self._checked(lambda: self._lexical.get_batch_scores(terms, rows.tolist(), instead)), dtype=np.float32)

    def vectors(self, passage_ids: Sequence[str]) -> Vectors:
        """Return the stored vectors of passages."""
        return self._dense.vectors(self._store.rows(passage_ids))

    def sentence_vectors(self, passage_ids: Sequence[str]) -> list[Vectors] | None:
        """Return, for each passage, a row for each of its sentences; None where the index holds none."""
        if self._sentences is None:
            return None
        return self._sentences.of(self._store.rows(passage_ids).tolist())

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        """Return passages in the order asked; raise IndexDamaged where one is missing."""
        return self._store.passages(passage_ids)

    def fields(self, passage_ids: Sequence[str]) -> list[Fields]:
        """Return the searched fields of passages in the order asked."""
        rows = self._store.rows(passage_ids).tolist()
        return [Fields(*found) for found in self._texts.fields(rows)]

    def passages_of(self, document_id: str) -> list[Passage]:
        """Return the passages of a document in reading order."""
        return self._store.passages_of(document_id)

    def document(self, document_id: str) -> Document:
        """Return a whole document; raise CitationError where there is none."""
        return self._store.document(document_id)

    def cards(self, document_ids: Sequence[str] | None = None) -> list[DocumentCard]:
        """Return the cards of documents in the order asked, or of all by id."""
        return self._store.cards(document_ids)

    def subjects(self) -> Mapping[str, Subject]:
        """Return document id -> subject, of the documents that state one."""
        return self._store.subjects()

    def document_frequency(self, terms: Sequence[str]) -> list[int]:
        """Return in how many passages each term stands."""
        return self._lexical.frequencies_of(terms)

    def abbreviations(self) -> Mapping[str, tuple[str, ...]]:
        """Return short form -> long forms, as the documents define them (Schwartz and Hearst, 2003)."""
        return self._abbreviations

    def short_forms(self) -> ShortForms | None:
        """Return those that have one meaning, to be looked up by their keys; None for an index without keys."""
        return forms_of(self._store)

    def words(self) -> Mapping[str, int]:
        """Return the surface words of the index, lower case, with their counts."""
        return self._words

    def entries(self) -> Iterator[Entry]:
        """Yield all documents with their passages and vectors, by id, as another index takes them in."""
        for name, content, packed, file, digest in self._store.scan(_ENTRIES):
            passages = tuple(self._store.passages_of(name))
            rows = self._store.rows([passage.id for passage in passages])
            yield Entry(
                document=self._store.document(name),
                passages=passages,
                abbreviations=tuple((short, long) for short, long in json.loads(zlib.decompress(packed))[1]),
                vectors=self._dense.vectors(rows),
                sentences=None if self._sentences is None else tuple(self._sentences.packed(int(row)) for row in rows),
                file=file,
                digest=digest,
                content=content,
            )

    def describe(self) -> list[tuple[str, str]]:
        """Return what the index holds and how it was made, as (label, value) to be shown."""
        recipe, manifest = self.manifest.recipe, self.manifest
        size = sum(sheet.size for sheet in manifest.files.values())
        sentences = "none" if manifest.sentences is None else str(manifest.sentences)
        return [
            ("documents", str(manifest.documents)),
            ("passages", str(manifest.passages)),
            ("retracted, not shown", str(manifest.retracted)),
            ("sentence vectors", sentences),
            ("encoder", recipe.encoder),
            ("dense search", f"{manifest.dense}, {recipe.dimensions} dimensions"),
            ("lexical search", f"BM25, k1 {recipe.k1:g}, b {recipe.b:g}, {recipe.idf} idf"),
            ("snapshot", manifest.snapshot.isoformat()),
            ("generation", str(manifest.generation)),
            ("size", f"{size / 1e6:.1f} MB"),
            ("settings", recipe.settings),
            ("fingerprint", manifest.fingerprint),
            ("made by", f"ragqa {manifest.ragqa}, format {manifest.format}"),
        ]

    @cached_property
    def _abbreviations(self) -> Mapping[str, tuple[str, ...]]:
        return self._store.abbreviations()

    @cached_property
    def _words(self) -> Mapping[str, int]:
        return self._store.words()

    def _allowed(self, filters: Filters) -> NDArray[np.bool_] | None:
        return self._checked(lambda: self._masks.allowed(filters))

    def _checked(self, read: Callable[[], Found]) -> Found:
        try:
            return read()
        except IndexError as error:  # a number in an array points outside
            raise IndexDamaged(f"the arrays in {self._path} are damaged: {error}", remedy=REBUILD) from error

    def _scored(self, rows: NDArray[np.int64], scores: NDArray[np.float32]) -> list[Scored]:
        names = self._store.ids(rows.tolist())
        return [Scored(name, float(score)) for name, score in zip(names, scores, strict=True)]
