"""A generation on a server in; passages out, ranked and scored as a local index does it.

The server proposes candidates; their scores are computed here, from the vectors that come with them. So rankings do not
depend on shards, on the order in which points came, or on the last digits of another machine's arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from types import TracebackType
from typing import Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from ragqa.cluster.collections import Arm, Collections, Point, Sparse, Where, said, where_of
from ragqa.cluster.forms import MemoryForms
from ragqa.cluster.points import (
    CARD_FIELDS,
    PASSAGE_FIELDS,
    SENTENCE_FIELDS,
    SHOWN_FIELDS,
    card_of,
    document_of,
    fields_of,
    passage_of,
    sentences_of,
)
from ragqa.cluster.statistics import at_most
from ragqa.cluster.tables import (
    RELOAD,
    Header,
    point_id,
    read_abbreviations,
    read_header,
    read_statistics,
    read_words,
)
from ragqa.errors import CitationError, IndexDamaged, IndexMismatch, IndexMissing
from ragqa.protocols import DocumentCard, Fields, Instead, Scored, ShortForms, Vectors
from ragqa.types import Document, Filters, Passage, Subject

PASSAGES, DOCUMENTS, TABLES = "passages", "documents", "tables"
Found = TypeVar("Found")
MOST_SURE: Final = 127
"""Candidates up to which several shards give as many as are asked for; above, a search is made exact."""

_MARGIN: Final = 27  # candidates beyond the depth: equal scores are put in order here
_ROUNDED: Final = 6  # decimals of a cosine, as in a local index


class ClusterIndex:
    """One generation of an index on a server, open for reading; safe to use from many threads.

    It goes on answering from its generation when another one is activated, until that is removed: one generation later.
    """

    def __init__(self, collections: Collections, generation: str, header: Header, *, exact: bool = False) -> None:
        self._collections, self._generation, self.header, self._exact = collections, generation, header, exact
        self._statistics = read_statistics(collections, self._name(TABLES), header)

    @classmethod
    def open(cls, collections: Collections, name: str, *, exact: bool = False) -> Self:
        """Open the generation in force.

        Raises IndexMissing, IndexDamaged, IndexMismatch or ClusterError, each with its remedy.
        """
        found = collections.behind(name)
        if found is None:
            raise IndexMissing(
                f"there is no index {name} on the server", remedy=f"{RELOAD} DIR --index qdrant://HOST:PORT/{name}"
            )
        generation = found.removesuffix(f".{PASSAGES}")
        return cls(collections, generation, read_header(collections, f"{generation}.{TABLES}"), exact=exact)

    def __enter__(self) -> Self:
        """Return the index."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the server."""
        self.close()

    def close(self) -> None:
        """Let go of the server."""
        self._collections.close()

    @property
    def mark(self) -> str:
        """Return what this generation is told from others by, and from itself after a document was removed from it."""
        return _mark(self._generation, self.header)

    def mark_in_force(self) -> str | None:
        """Return the mark of the generation that is in force on the server by now, None where there is none."""
        found = self._collections.behind(self._generation.rsplit(".g", 1)[0])
        if found is None:
            return None
        generation = found.removesuffix(f".{PASSAGES}")
        return _mark(generation, read_header(self._collections, f"{generation}.{TABLES}"))

    @property
    def passage_count(self) -> int:
        """Return how many passages are searched."""
        return self.header.passages

    @property
    def document_count(self) -> int:
        """Return how many documents these passages are of."""
        return self.header.documents

    @property
    def snapshot(self) -> date:
        """Return the day on which this generation was sealed."""
        return self.header.snapshot

    @property
    def fingerprint(self) -> str:
        """Return a digest of what is indexed and how: equal for equal content."""
        return self.header.fingerprint

    @property
    def encoder_name(self) -> str:
        """Return the name of the encoder that made the vectors."""
        return self.header.encoder

    def search_dense(self, vector: Vectors, *, depth: int, filters: Filters) -> list[Scored]:
        """Return the `depth` passages of highest cosine to `vector` (shape (dimensions,)), by (-score, id)."""
        found = self._nearest(Arm.DENSE, np.asarray(vector, dtype=np.float32), depth, filters)
        return _ranked(found, self._cosines(vector, found), depth)

    def search_dense_each(self, vectors: Sequence[Vectors], *, depth: int, filters: Filters) -> list[list[Scored]]:
        """Return what `search_dense` gives for each vector."""
        return [self.search_dense(vector, depth=depth, filters=filters) for vector in vectors]

    def search_lexical(self, terms: Mapping[str, float], *, depth: int, filters: Filters, instead: Sequence[Instead] = ()) -> list[Scored]:
        """Return the `depth` passages of highest BM25 for weighted terms or other names, scores above 0 only, by (-score, id).

        A server sums, and knows no best name: it is asked for what all names together may add at most, and for more
        until no passage that it has not named can score as high as those that it has.
        """
        most = at_most(terms, instead)
        asked = self._statistics.question_vector(most)
        wanted = depth
        while True:
            found = self._nearest(Arm.LEXICAL, asked, wanted, filters) if asked.terms else []
            scores = self._bm25(terms, found, instead)
            best = _ranked([point for point, score in zip(found, scores, strict=True) if score > 0], scores[scores > 0], depth)
            if not instead or len(found) < wanted or (len(best) == depth and best[-1].score > float(self._bm25(most, found).min())):
                return best
            wanted *= 4

    def score_dense(self, vector: Vectors, passage_ids: Sequence[str]) -> NDArray[np.float32]:
        """Return the cosine of each named passage."""
        return self._cosines(vector, self._points(passage_ids, ("passage",), (Arm.DENSE,)))

    def score_lexical(self, terms: Mapping[str, float], passage_ids: Sequence[str], *, instead: Sequence[Instead] = ()) -> NDArray[np.float32]:
        """Return the BM25 score of each named passage, 0 where no term and no other name matches."""
        return self._bm25(terms, self._points(passage_ids, ("passage", "length"), (Arm.LEXICAL,)), instead)

    def vectors(self, passage_ids: Sequence[str]) -> Vectors:
        """Return the stored vectors of passages."""
        return _rows(self._points(passage_ids, ("passage",), (Arm.DENSE,)), self.header.dimensions)

    def sentence_vectors(self, passage_ids: Sequence[str]) -> list[Vectors] | None:
        """Return, for each passage, a row for each of its sentences; None where the index holds none."""
        if not self.header.sentences:
            return None
        return [
            sentences_of(point.payload, self.header.dimensions) for point in self._points(passage_ids, SENTENCE_FIELDS)
        ]

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        """Return passages in the order asked; raise IndexDamaged where one is missing."""
        return [passage_of(point.payload) for point in self._points(passage_ids, PASSAGE_FIELDS)]

    def fields(self, passage_ids: Sequence[str]) -> list[Fields]:
        """Return the searched fields of passages in the order asked."""
        return [fields_of(point.payload) for point in self._points(passage_ids, SHOWN_FIELDS)]

    def passages_of(self, document_id: str) -> list[Passage]:
        """Return the passages of a document in reading order."""
        found = self._collections.scan(
            self._name(PASSAGES), Where(fields=(("document", (document_id,)),)), fields=PASSAGE_FIELDS
        )
        return sorted(
            (passage_of(point.payload) for point in found), key=lambda passage: (passage.span.start, passage.id)
        )

    def document(self, document_id: str) -> Document:
        """Return a whole document; raise CitationError where there is none."""
        found = self._collections.get(self._name(DOCUMENTS), [point_id(f"document {document_id}")])
        if not found:
            raise CitationError(f"the index holds no document {document_id!r}")
        return document_of(found[0].payload)

    def cards(self, document_ids: Sequence[str] | None = None) -> list[DocumentCard]:
        """Return the cards of documents in the order asked, or of all by id; raise IndexDamaged for one that is missing."""
        if document_ids is None:
            found = self._collections.scan(self._name(DOCUMENTS), fields=CARD_FIELDS)
            return sorted((card_of(point.payload) for point in found), key=lambda card: card.document_id)
        names = {point_id(f"document {name}"): name for name in document_ids}
        cards = {
            names[point.id]: card_of(point.payload)
            for point in self._collections.get(self._name(DOCUMENTS), list(names), fields=CARD_FIELDS)
        }
        return [_there(cards, name) for name in document_ids]

    def subjects(self) -> Mapping[str, Subject]:
        """Return document id -> subject, of the documents that state one."""
        return self._subjects

    def document_frequency(self, terms: Sequence[str]) -> list[int]:
        """Return in how many passages each term stands, as it was counted when the generation began."""
        return [self._statistics.document_frequency(term) for term in terms]

    def abbreviations(self) -> Mapping[str, tuple[str, ...]]:
        """Return short form -> long forms, as the documents define them (Schwartz and Hearst, 2003)."""
        return self._abbreviations

    def short_forms(self) -> ShortForms:
        """Return those that have one meaning."""
        return self._forms

    def words(self) -> Mapping[str, int]:
        """Return the surface words of the index, lower case, with their counts."""
        return self._words

    def describe(self) -> list[tuple[str, str]]:
        """Return what the index holds and how it was made, as (label, value) to be shown."""
        header = self.header
        return [
            ("documents", str(header.documents)),
            ("passages", str(header.passages)),
            ("sentence vectors", "yes" if header.sentences else "none"),
            ("encoder", header.encoder),
            ("dense search", f"Qdrant, {header.dimensions} dimensions"),
            ("lexical search", f"BM25, k1 {header.k1:g}, b {header.b:g}, statistics of {header.counted} passages"),
            ("snapshot", header.snapshot.isoformat()),
            ("generation", self._generation),
            ("settings", header.settings),
            ("fingerprint", header.fingerprint),
            ("made by", f"ragqa {header.ragqa}, format {header.format}"),
        ]

    @cached_property
    def _subjects(self) -> Mapping[str, Subject]:
        found = self._collections.scan(
            self._name(DOCUMENTS), Where(fields=(("has_subject", (said(True),)),)), fields=CARD_FIELDS
        )
        return {
            card.document_id: card.subject
            for card in sorted(map(card_of, (p.payload for p in found)), key=lambda c: c.document_id)
        }

    @cached_property
    def _abbreviations(self) -> Mapping[str, tuple[str, ...]]:
        return read_abbreviations(self._collections, self._name(TABLES))

    @cached_property
    def _forms(self) -> MemoryForms:
        return MemoryForms(self._abbreviations)

    @cached_property
    def _words(self) -> Mapping[str, int]:
        return read_words(self._collections, self._name(TABLES))

    def _name(self, part: str) -> str:
        return f"{self._generation}.{part}"

    def _nearest(self, arm: Arm, query: Vectors | Sparse, depth: int, filters: Filters) -> list[Point]:
        if depth < 1:
            return []
        if (filters.designs or filters.audiences) and not self.header.designs:
            raise IndexMismatch(f"{self._generation} was loaded before passages stated study designs and audiences", remedy=RELOAD)
        wanted = depth + _MARGIN
        if depth <= MOST_SURE:
            wanted = min(wanted, MOST_SURE)
        exact = self._exact or wanted > MOST_SURE
        return self._collections.nearest(
            self._name(PASSAGES), arm, query, depth=wanted, where=where_of(filters), exact=exact
        )

    def _points(self, passage_ids: Sequence[str], fields: Sequence[str], arms: Sequence[Arm] = ()) -> list[Point]:
        names = {name: point_id(f"passage {name}") for name in passage_ids}
        found = {
            p.id: p for p in self._collections.get(self._name(PASSAGES), list(names.values()), fields=fields, arms=arms)
        }
        return [_there(found, names[name], name) for name in passage_ids]

    def _cosines(self, vector: Vectors, found: Sequence[Point]) -> NDArray[np.float32]:
        rows = _rows(found, self.header.dimensions)
        cosines = np.vecdot(rows, np.asarray(vector, dtype=np.float32))
        return np.asarray(np.round(cosines, _ROUNDED), dtype=np.float32)

    def _bm25(self, terms: Mapping[str, float], found: Sequence[Point], instead: Sequence[Instead] = ()) -> NDArray[np.float32]:
        held = [(point.lexical or Sparse([], []), int(point.payload["length"])) for point in found]
        return self._statistics.scores(terms, held, instead)


def _mark(generation: str, header: Header) -> str:
    return f"{generation} {header.fingerprint}"


def _rows(found: Sequence[Point], dimensions: int) -> Vectors:
    rows = [point.dense for point in found if point.dense is not None]
    if len(rows) < len(found):
        raise IndexDamaged("a passage has no vector", remedy=RELOAD)
    return np.stack(rows).astype(np.float32) if rows else np.empty((0, dimensions), dtype=np.float32)


def _ranked(found: Sequence[Point], scores: NDArray[np.float32], depth: int) -> list[Scored]:
    scored = [Scored(str(point.payload["passage"]), float(score)) for point, score in zip(found, scores, strict=True)]
    return sorted(scored, key=lambda hit: (-hit.score, hit.passage_id))[:depth]


def _there(found: Mapping[str, Found], key: str, name: str | None = None) -> Found:
    if key not in found:
        raise IndexDamaged(f"{name or key!r} is not in the index", remedy=RELOAD)
    return found[key]
