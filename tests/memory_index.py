"""Documents in, a PassageIndex held in memory out, with an encoder that needs no model: for tests only.

Everything is plain and slow on purpose, so that a reader can check it against the protocol by eye:
BM25 with Lucene's idf, cosines of hashed terms, filters applied before ranking, ties broken by passage id.
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import blake2b
from pathlib import Path

import numpy as np

from ragqa.compose import compose
from ragqa.config import ComposeSettings
from ragqa.errors import CitationError, IndexDamaged
from ragqa.protocols import DocumentCard, Fields, Instead, Scored, Vectors
from ragqa.question import ByLetter, Lexicon, analyse
from ragqa.retrieve import probe_of, retrieve
from ragqa.text import sentences, terms, words
from ragqa.types import (
    Answer,
    Block,
    Document,
    DocumentSection,
    Filters,
    Hit,
    Origin,
    Passage,
    Query,
    Sentence,
    Source,
    Span,
    Subject,
)
from ragqa.vocabulary import Audience, BlockKind, SourceKind

SNAPSHOT = date(2025, 6, 1)
SENTENCES_A_PASSAGE = 6


class MemoryEncoder:
    """The sum of a fixed random direction for each term, of unit length: texts that share terms are near."""

    def __init__(self, dimensions: int = 256) -> None:
        self.dimensions = dimensions
        self.name = f"memory-{dimensions}"
        self._directions: dict[str, Vectors] = {}

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode texts; one without terms lies on the first axis."""
        found = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text):
                found[row] += self._direction(term)
            if not found[row].any():
                found[row, 0] = 1.0
        return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode questions as passages are encoded."""
        return self.encode_passages(texts)

    def _direction(self, term: str) -> Vectors:
        if term not in self._directions:
            seed = int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "little")
            self._directions[term] = np.random.default_rng(seed).choice(np.array([-1, 1], np.float32), self.dimensions)
        return self._directions[term]


class MemoryIndex:
    """A PassageIndex over documents in memory; one without sentence vectors answers None for them."""

    snapshot = SNAPSHOT

    def __init__(
        self,
        documents: Sequence[Document],
        encoder: MemoryEncoder | None = None,
        *,
        passages: Sequence[Passage] | None = None,
        abbreviations: Mapping[str, tuple[str, ...]] | None = None,
        with_sentence_vectors: bool = True,
        k1: float = 1.2,
        b: float = 0.75,
    ) -> None:
        self.encoder = encoder or MemoryEncoder()
        self.encoder_name = self.encoder.name
        self._documents = {document.id: document for document in sorted(documents, key=lambda d: d.id)}
        cut = passages if passages is not None else [p for d in self._documents.values() for p in passages_of(d)]
        self._passages = {passage.id: passage for passage in sorted(cut, key=lambda p: p.id)}
        self._abbreviations = dict(abbreviations or {})
        self._k1, self._b = k1, b
        shown = {pid: self._shown(passage) for pid, passage in self._passages.items()}
        rows = self.encoder.encode_passages(list(shown.values()))
        self._vectors = dict(zip(shown, rows, strict=True))
        self._terms = {pid: Counter(terms(text)) for pid, text in shown.items()}
        self._frequency = Counter(term for counts in self._terms.values() for term in counts)
        self._mean_length = sum(sum(c.values()) for c in self._terms.values()) / max(1, len(self._terms))
        self._sentence_vectors = {p.id: self._encoded(p) for p in self._passages.values()} if with_sentence_vectors else None

    @property
    def passage_count(self) -> int:
        return len(self._passages)

    @property
    def document_count(self) -> int:
        return len(self._documents)

    @property
    def fingerprint(self) -> str:
        digest = blake2b(digest_size=8)
        for document in self._documents.values():
            digest.update(document.model_dump_json().encode())
        return digest.hexdigest()

    def search_dense(self, vector: Vectors, *, depth: int, filters: Filters) -> list[Scored]:
        allowed = self._allowed(filters)
        return self._best(zip(allowed, self.score_dense(vector, allowed).tolist(), strict=True), depth)

    def search_dense_each(self, vectors: Sequence[Vectors], *, depth: int, filters: Filters) -> list[list[Scored]]:
        return [self.search_dense(vector, depth=depth, filters=filters) for vector in vectors]

    def search_lexical(self, terms: Mapping[str, float], *, depth: int, filters: Filters, instead: Sequence[Instead] = ()) -> list[Scored]:
        allowed = self._allowed(filters)
        scored = zip(allowed, self.score_lexical(terms, allowed, instead=instead).tolist(), strict=True)
        return self._best(((pid, score) for pid, score in scored if score > 0), depth)

    def score_dense(self, vector: Vectors, passage_ids: Sequence[str]) -> Vectors:
        return np.array([float(self._vectors[pid] @ vector) for pid in passage_ids], dtype=np.float32)

    def score_lexical(self, terms: Mapping[str, float], passage_ids: Sequence[str], *, instead: Sequence[Instead] = ()) -> Vectors:
        return np.array([self._scored(terms, self._terms[pid], instead) for pid in passage_ids], dtype=np.float32)

    def _scored(self, terms: Mapping[str, float], counts: Counter[str], instead: Sequence[Instead]) -> float:
        gained = (max((self._bm25(name, counts) for name in one.names if name.keys() <= counts.keys()), default=0.0) - self._bm25(one.words, counts) for one in instead)
        return self._bm25(terms, counts) + sum(max(0.0, gain) for gain in gained)

    def vectors(self, passage_ids: Sequence[str]) -> Vectors:
        return np.array([self._vectors[pid] for pid in passage_ids], dtype=np.float32).reshape(-1, self.encoder.dimensions)

    def sentence_vectors(self, passage_ids: Sequence[str]) -> list[Vectors] | None:
        return None if self._sentence_vectors is None else [self._sentence_vectors[pid] for pid in passage_ids]

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        missing = [pid for pid in passage_ids if pid not in self._passages]
        if missing:
            raise IndexDamaged(f"no passage {missing[0]}")
        return [self._passages[pid] for pid in passage_ids]

    def fields(self, passage_ids: Sequence[str]) -> list[Fields]:
        found = self.passages(passage_ids)
        return [Fields(self._documents[p.document_id].source.title, p.heading_path, p.text) for p in found]

    def passages_of(self, document_id: str) -> list[Passage]:
        mine = [p for p in self._passages.values() if p.document_id == document_id]
        return sorted(mine, key=lambda p: p.span.start)

    def document(self, document_id: str) -> Document:
        if document_id not in self._documents:
            raise CitationError(f"no document {document_id}")
        return self._documents[document_id]

    def cards(self, document_ids: Sequence[str] | None = None) -> list[DocumentCard]:
        asked = [self.document(i) for i in (sorted(self._documents) if document_ids is None else document_ids)]
        return [DocumentCard(d.id, d.source, d.subject) for d in asked]

    def subjects(self) -> Mapping[str, Subject]:
        return {d.id: d.subject for d in self._documents.values() if d.subject != Subject()}

    def document_frequency(self, terms: Sequence[str]) -> list[int]:
        return [self._frequency[term] for term in terms]

    def abbreviations(self) -> Mapping[str, tuple[str, ...]]:
        return self._abbreviations

    def short_forms(self) -> None:
        return None

    def words(self) -> Mapping[str, int]:
        return Counter(word for document in self._documents.values() for word in words(document.text))

    def _shown(self, passage: Passage) -> str:
        title = self._documents[passage.document_id].source.title
        return f"{title}. {' › '.join(passage.heading_path)}. {passage.text}"

    def _encoded(self, passage: Passage) -> Vectors:
        title = self._documents[passage.document_id].source.title
        quotes = [s.span.of(self._documents[passage.document_id].text) for s in passage.sentences]
        return self.encoder.encode_passages([f"{title}. {quote}" for quote in quotes])

    def _allowed(self, filters: Filters) -> list[str]:
        return [pid for pid, p in self._passages.items() if passes(self._documents[p.document_id], filters)]

    def _best(self, scored: object, depth: int) -> list[Scored]:
        return [Scored(pid, score) for pid, score in sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:depth]]

    def _bm25(self, asked: Mapping[str, float], held: Counter[str]) -> float:
        length = sum(held.values()) / self._mean_length
        score = 0.0
        for term, weight in sorted(asked.items()):
            df, tf = self._frequency[term], held[term]
            idf = math.log(1 + (self.passage_count - df + 0.5) / (df + 0.5))
            score += weight * idf * tf * (self._k1 + 1) / (tf + self._k1 * (1 - self._b + self._b * length))
        return score


def passes(document: Document, filters: Filters) -> bool:
    """Tell whether a document may be searched: what is retracted never, what states no year or language passes no filter on it."""
    source = document.source
    year = source.year
    return (
        not source.retracted
        and (not filters.kinds or source.kind in filters.kinds)
        and (filters.since is None or (year is not None and year >= filters.since))
        and (filters.until is None or (year is not None and year <= filters.until))
        and (filters.language is None or source.language == filters.language)
        and (not filters.documents or document.id in filters.documents)
        and (not filters.designs or (source.study_design or "") in filters.designs)
        and (not filters.audiences or source.audience in filters.audiences)
    )


def make_document(
    document_id: str,
    title: str,
    sections: Mapping[str, Sequence[str]],
    *,
    kind: BlockKind = BlockKind.LIST_ITEM,
    source: Mapping[str, object] | None = None,
    subject: Mapping[str, object] | None = None,
) -> Document:
    """Return a document with a line of text for each block; a heading such as "A › B" is a path below the title."""
    text = ""
    made_sections, blocks = [], []
    for heading, lines in sections.items():
        start = len(text)
        for line in lines:
            blocks.append(Block(kind=kind, span=Span(start=len(text), end=len(text) + len(line))))
            text += line + "\n"
        path = (title, *heading.split(" › "))
        made_sections.append(DocumentSection(heading_path=path, span=Span(start=start, end=len(text))))
    return Document(
        id=document_id,
        text=text,
        source=Source(title=title, **(source or {})),
        subject=Subject(**(subject or {})),
        sections=tuple(made_sections),
        blocks=tuple(blocks),
        origin=Origin(file=f"{document_id}.md"),
    )


def passages_of(document: Document) -> list[Passage]:
    """Cut each section of a document into passages of at most six sentences."""
    made = []
    for section in document.sections:
        found = [
            Sentence(span=Span(start=block.span.start + a, end=block.span.start + z), kind=block.kind, lead_in=block.lead_in)
            for block in document.blocks
            if block.span.within(section.span)
            for a, z in sentences(block.span.of(document.text))
        ]
        for at in range(0, len(found), SENTENCES_A_PASSAGE):
            piece = found[at : at + SENTENCES_A_PASSAGE]
            made.append(make_passage(document, section.heading_path, piece))
    return made


def make_passage(document: Document, heading_path: tuple[str, ...], held: Sequence[Sentence]) -> Passage:
    """Return the passage of a document that runs from the first to the last of some sentences."""
    span = Span(start=held[0].span.start, end=held[-1].span.end)
    return Passage(
        id=f"{document.id}:{span.start}-{span.end}",
        document_id=document.id,
        span=span,
        heading_path=heading_path,
        text=span.of(document.text),
        sentences=tuple(held),
    )


def read_documents(path: Path) -> list[Document]:
    """Read documents from a TOML file, a table `document` each; the lists under `sections` are its sentences."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    made = []
    for fields in table["document"]:
        source = {key: fields[key] for key in ("year", "retracted", "superseded_by", "language", "organisation") if key in fields}
        made.append(
            make_document(
                fields["id"],
                fields["title"],
                fields["sections"],
                source={"kind": SourceKind(fields["kind"]), **source},
                subject={
                    "condition": fields.get("condition"),
                    "interventions": tuple(fields.get("interventions", ())),
                    "synonyms": tuple(tuple(group) for group in fields.get("synonyms", ())),
                },
            )
        )
    return made


class MemoryEngine:
    """An index, and the stations of the way of a question in a row: analyse, retrieve, compose."""

    def __init__(self, index: MemoryIndex, *, most_words: int = 500, old_after_years: int = 5) -> None:
        self.index = index
        self.lexicon = Lexicon(index.subjects().values(), index.abbreviations())
        self._settings = ComposeSettings(most_words=most_words, old_after_years=old_after_years)

    def understand(self, question: str, **options: object) -> Query:
        """Return a question as it is understood."""
        return analyse(
            question, lexicon=self.lexicon, frequency=self.index.document_frequency, words=ByLetter(self.index.words), **options
        )

    def hits(self, query: Query, *, depth: int = 60) -> list[Hit]:
        """Return what is found for a query."""
        vector = self.index.encoder.encode_queries([query.text])[0]
        probe = probe_of(vector, query.text, query.synonyms, self.index)
        return retrieve(probe, self.index, depth=depth, dense_weight=0.5, feedback=True, filters=query.filters)

    def compose(self, query: Query, hits: Sequence[Hit], *, asked: str, history: Sequence[str] = ()) -> Answer:
        """Return the answer to a query from given hits."""
        return compose(
            query,
            hits,
            self.index,
            self.index.encoder.encode_queries,
            asked=asked,
            history=history,
            settings=self._settings,
        )

    def ask(
        self, question: str, *, audience: Audience = Audience.CLINICIAN, filters: Filters = Filters(), history: Sequence[str] = ()
    ) -> Answer:
        """Answer a question from the index."""
        query = self.understand(question, audience=audience, filters=filters, history=history)
        return self.compose(query, self.hits(query), asked=question, history=history)
