"""What the tools return beside answers: passages found, and quotes traced."""

from __future__ import annotations

from urllib.parse import quote, unquote

from ragqa.protocols import DocumentCard
from ragqa.types import Hit, Passage, Record, Source, Trace

SCHEME = "ragqa://passages/"


class FoundPassage(Record):
    """A passage that a search found; `uri` reads it whole with its source."""

    uri: str
    rank: int
    score: float
    title: str
    heading_path: tuple[str, ...]
    kind: str
    year: int | None
    text: str


class Found(Record):
    """What a search found, best first; `identifiers` are the kinds of what in the question seems to identify a patient."""

    passages: tuple[FoundPassage, ...]
    identifiers: tuple[str, ...] = ()


class Traces(Record):
    """Each quote of an answer held against its source."""

    all_intact: bool
    traces: tuple[Trace, ...]


class PassageText(Record):
    """A passage with its source."""

    document_id: str
    start: int
    end: int
    heading_path: tuple[str, ...]
    source: Source
    text: str


def uri_of(passage_id: str) -> str:
    """Return the address of a passage."""
    return SCHEME + quote(passage_id, safe="")


def id_of(name: str) -> str:
    """Return the id of a passage from its part of an address."""
    return unquote(name)


def found_passage(hit: Hit, passage: Passage, card: DocumentCard) -> FoundPassage:
    """Return a hit as an agent reads it."""
    return FoundPassage(
        uri=uri_of(passage.id),
        rank=hit.rank,
        score=hit.score,
        title=card.source.title,
        heading_path=passage.heading_path,
        kind=card.source.kind.value,
        year=card.source.year,
        text=passage.text,
    )
