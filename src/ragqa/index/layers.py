"""Rows of passages in; the texts to encode for them, and the place of their vectors, out.

A layer is one kind of vector of a generation: of passages, or of the sentences of passages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ragqa.index.dense import DenseArm, VectorFile
from ragqa.index.manifest import Manifest
from ragqa.index.packing import passage_text, sentence_texts, unpack_sentences
from ragqa.index.sentences import SentenceFile, SentenceVectors, from_record, to_record
from ragqa.index.store import Store
from ragqa.protocols import Vectors
from ragqa.types import Sentence

_BLOCK = 16_384
_TITLES_KEPT = 1_024
Numbers = NDArray[np.int64]
OnRead = Callable[[Sequence[int], Sequence[tuple[str, tuple[str, ...], str]]], None]


class Layer(Protocol):
    """One kind of vector of a generation that is being written."""

    name: str
    at_once: int  # texts that are encoded, and journalled, together

    def texts(self, rows: Sequence[int]) -> list[list[str]]:
        """Return what is encoded for each of some passages."""

    def pack(self, vectors: Vectors) -> bytes:
        """Return the vectors of a passage as a journal keeps them."""

    def put(self, rows: Sequence[int], packed: Sequence[bytes]) -> None:
        """Write what was packed for each of some passages."""

    def carry(self, rows: Numbers, old_rows: Numbers) -> None:
        """Write the vectors that the generation before holds in other rows."""


class Texts:
    """The texts of the passages of a store, as they are encoded."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._titles: dict[int, str] = {}  # of documents read lately

    def fields(self, rows: Sequence[int]) -> Iterator[tuple[str, tuple[str, ...], str]]:
        """Yield the title, the headings and the text of passages."""
        places = self._store.places(rows)
        titles = self._titles_of({document for document, *_ in places})
        self._store.preload([(document, start, end) for document, start, end, _ in places])
        for document, start, end, headings in places:
            yield titles[document], _headings(headings), self._store.text(document, start, end)

    def sentences(self, rows: Sequence[int]) -> Iterator[list[str]]:
        """Yield what is encoded for each sentence of each passage."""
        for stored in self._store.stored(rows):
            sentences = [Sentence.model_validate(fields) for fields in unpack_sentences(stored.sentences, stored.start)]
            spans = [span for s in sentences for span in (s.span, s.lead_in, s.header) if span is not None]
            end = max((span.end for span in spans), default=stored.end)
            yield sentence_texts(self._store.text(stored.document, 0, end), sentences)

    def _titles_of(self, documents: AbstractSet[int]) -> dict[int, str]:
        known = self._titles
        found = {document: known[document] for document in documents & known.keys()}
        if new := documents - found.keys():
            read = self._store.titles(sorted(new))
            found |= read
            self._titles = read if len(known) >= _TITLES_KEPT else known | read
        return found


@lru_cache(maxsize=4096)
def _headings(stored: str) -> tuple[str, ...]:
    return tuple(json.loads(stored))


class PassageLayer:
    """The vectors of passages."""

    name = "passages"
    at_once = 64

    def __init__(self, file: VectorFile, texts: Texts, old: tuple[Path, Manifest] | None, on_read: OnRead) -> None:
        """`on_read` is given the fields of passages whose texts are asked for."""
        self._file, self._texts, self._on_read = file, texts, on_read
        self._old = DenseArm(old[0], old[1].dense, old[1].recipe.dimensions) if old else None

    def texts(self, rows: Sequence[int]) -> list[list[str]]:
        """Return the one text of each passage."""
        fields = list(self._texts.fields(rows))
        self._on_read(rows, fields)
        return [[passage_text(*field)] for field in fields]

    def pack(self, vectors: Vectors) -> bytes:
        """Return a vector whole."""
        return vectors.tobytes()

    def put(self, rows: Sequence[int], packed: Sequence[bytes]) -> None:
        """Write vectors."""
        self._file.put(np.array(rows), np.frombuffer(b"".join(packed), dtype=np.float32).reshape(len(rows), -1))

    def carry(self, rows: Numbers, old_rows: Numbers) -> None:
        """Copy vectors in blocks."""
        for start in range(0, rows.size if self._old else 0, _BLOCK):
            part = slice(start, start + _BLOCK)
            self._file.put(rows[part], self._old.vectors(old_rows[part]))  # type: ignore[union-attr]


class SentenceLayer:
    """The vectors of the sentences of passages."""

    name = "sentences"
    at_once = 512  # of passages of like length, but not alike themselves: fewer would be filled up to the longest of eight

    def __init__(self, file: SentenceFile, texts: Texts, dimensions: int, old: Path | None) -> None:
        self._file, self._texts, self._dimensions = file, texts, dimensions
        self._old = SentenceVectors(old, dimensions) if old else None

    def texts(self, rows: Sequence[int]) -> list[list[str]]:
        """Return a text for each sentence."""
        return list(self._texts.sentences(rows))

    def pack(self, vectors: Vectors) -> bytes:
        """Return the vectors as bytes."""
        return to_record(vectors)

    def put(self, rows: Sequence[int], packed: Sequence[bytes]) -> None:
        """Write the vectors of the sentences of passages."""
        for row, data in zip(rows, packed, strict=True):
            self._file.put(row, from_record(data, self._dimensions))

    def carry(self, rows: Numbers, old_rows: Numbers) -> None:
        """Copy what the generation before holds."""
        for row, old in zip(rows.tolist(), old_rows.tolist(), strict=True):
            self._file.put(row, self._old.packed(old))  # type: ignore[union-attr]


def chunks_of(rows: Sequence[int], sizes: Sequence[int], most: int) -> list[list[int]]:
    """Return rows in runs of about `most` texts each."""
    found: list[list[int]] = [[]]
    held = 0
    for row, size in zip(rows, sizes, strict=True):
        if held >= most:
            found.append([])
            held = 0
        found[-1].append(row)
        held += size
    return [chunk for chunk in found if chunk]
