"""A query and an engine in; the passages of each retrieval arm and of their fusion out."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from ragqa.protocols import Encoder, PassageIndex
from ragqa.retrieve import names_instead, weighted_terms
from ragqa.types import Filters, Hit, Passage, Query


class System(StrEnum):
    """What ranks: one arm alone, or both as the engine fuses them."""

    BM25 = "bm25"
    DENSE = "dense"
    FUSED = "fused"


class Searcher(Protocol):
    """The part of an engine that retrieval is measured on."""

    @property
    def index(self) -> PassageIndex:
        """Return the open index."""

    @property
    def encoder(self) -> Encoder:
        """Return the encoder of questions."""

    def understand(self, question: str) -> Query:
        """Return a question as it is understood."""

    def search(self, question: str, *, depth: int) -> list[tuple[Hit, Passage]]:
        """Return the passages found, best first."""


class Found(NamedTuple):
    """Scored passages, best first, by what ranked them; and each passage that stands in one of them."""

    scored: dict[System, list[tuple[str, float]]]
    passages: dict[str, Passage]


def search_arms(engine: Searcher, question: str, *, depth: int, systems: Sequence[System] = tuple(System)) -> Found:
    """Search with each arm and with both; the arms see the question as the engine understands it."""
    query = engine.understand(question)
    scored: dict[System, list[tuple[str, float]]] = {}
    passages: dict[str, Passage] = {}
    if System.BM25 in systems:
        terms = weighted_terms(query.text)
        instead = names_instead(terms, query.synonyms, engine.index)
        scored[System.BM25] = [
            (found.passage_id, found.score)
            for found in engine.index.search_lexical(terms, depth=depth, filters=Filters(), instead=instead)
        ]
    if System.DENSE in systems:
        vector = engine.encoder.encode_queries([query.text])[0]
        scored[System.DENSE] = [
            (found.passage_id, found.score)
            for found in engine.index.search_dense(vector, depth=depth, filters=Filters())
        ]
    if System.FUSED in systems:
        hits = engine.search(question, depth=depth)
        scored[System.FUSED] = [(hit.passage_id, hit.score) for hit, _ in hits]
        passages |= {passage.id: passage for _, passage in hits}
    missing = sorted({passage for found in scored.values() for passage, _ in found} - passages.keys())
    passages |= {passage.id: passage for passage in engine.index.passages(missing)} if missing else {}
    return Found(scored, passages)
