"""Passages and documents in, the points that a server keeps out, and back."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Final

import numpy as np
from pydantic import ValidationError

from ragqa.cluster.collections import Payload, Plan, Point, said
from ragqa.cluster.statistics import Statistics
from ragqa.cluster.tables import RELOAD, pack, point_id, unpack
from ragqa.errors import IndexDamaged
from ragqa.protocols import DocumentCard, Entry, Fields, Vectors
from ragqa.quantise import Bytes, from_bytes
from ragqa.text import design_key
from ragqa.types import Document, Passage, Source, Span, Subject

PASSAGE_FIELDS: Final = ("passage", "document", "start", "end", "headings", "text", "sentences")
SHOWN_FIELDS: Final = ("passage", "title", "headings", "text")
SENTENCE_FIELDS: Final = ("passage", "codes", "scales")
CARD_FIELDS: Final = ("document", "source", "subject")


def passage_plan(dimensions: int, *, shards: int, replicas: int, int8: bool) -> Plan:
    """Return how passages are laid out."""
    keywords = ("document", "kind", "languages", "retracted", "version", "design", "audience")
    return Plan(dimensions, keywords, ("year",), shards, replicas, int8)


def document_plan(*, shards: int, replicas: int) -> Plan:
    """Return how documents are laid out."""
    return Plan(None, ("document", "has_subject"), (), shards, replicas)


def table_plan(*, replicas: int) -> Plan:
    """Return how tables are laid out."""
    return Plan(None, ("table",), (), 1, replicas)


def passage_points(entry: Entry, statistics: Statistics, terms: list[list[str]]) -> list[Point]:
    """Return the points of the passages of a document; `terms` holds those that each is found by."""
    source = entry.document.source
    shared: dict[str, object] = {
        "document": entry.document.id,
        "version": entry.content.hex(),
        "title": source.title,
        "kind": source.kind.value,
        "languages": _languages(source.language),
        "retracted": said(source.retracted),
    }
    shared |= {"year": source.year} if source.year is not None else {}
    shared |= {"design": design_key(source.study_design)} if source.study_design is not None else {}
    shared |= {"audience": source.audience.value} if source.audience is not None else {}
    points = []
    for row, (passage, own) in enumerate(zip(entry.passages, terms, strict=True)):
        payload = shared | {
            "passage": passage.id,
            "start": passage.span.start,
            "end": passage.span.end,
            "headings": list(passage.heading_path),
            "text": passage.text,
            "sentences": [sentence.model_dump(mode="json", exclude_defaults=True) for sentence in passage.sentences],
            "length": len(own),
        }
        if entry.sentences is not None:
            codes, scales = entry.sentences[row]
            payload |= {"codes": b64encode(codes.tobytes()).decode(), "scales": b64encode(scales.tobytes()).decode()}
        points.append(
            Point(point_id(f"passage {passage.id}"), payload, entry.vectors[row], statistics.passage_vector(own))
        )
    return points


def document_point(entry: Entry) -> Point:
    """Return the point of a document."""
    document = entry.document
    payload = {
        "document": document.id,
        "content": entry.content.hex(),
        "source": document.source.model_dump_json(exclude_defaults=True),
        "subject": document.subject.model_dump_json(exclude_defaults=True),
        "has_subject": said(document.subject != Subject()),
        "body": pack(document.model_dump_json(exclude={"source", "subject"}).encode("utf-8", "surrogatepass")),
    }
    return Point(point_id(f"document {document.id}"), payload)


def passage_of(payload: Payload) -> Passage:
    """Return the passage of a payload; raise IndexDamaged where it holds none."""
    try:
        return Passage(
            id=payload["passage"],
            document_id=payload["document"],
            span=Span(start=payload["start"], end=payload["end"]),
            heading_path=tuple(payload["headings"]),
            text=payload["text"],
            sentences=payload["sentences"],
        )
    except (KeyError, TypeError, ValidationError) as error:
        raise _damaged(payload, error) from error


def document_of(payload: Payload) -> Document:
    """Return the document of a payload; raise IndexDamaged where it holds none."""
    try:
        fields = json.loads(unpack(payload["body"]))
        return Document.model_validate(
            fields | {"source": json.loads(payload["source"]), "subject": json.loads(payload["subject"])}
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(payload, error) from error


def card_of(payload: Payload) -> DocumentCard:
    """Return the card of a document."""
    try:
        source = Source.model_validate_json(payload["source"])
        return DocumentCard(payload["document"], source, Subject.model_validate_json(payload["subject"]))
    except (KeyError, TypeError, ValidationError) as error:
        raise _damaged(payload, error) from error


def fields_of(payload: Payload) -> Fields:
    """Return the searched fields of a passage."""
    try:
        return Fields(payload["title"], tuple(payload["headings"]), payload["text"])
    except (KeyError, TypeError) as error:
        raise _damaged(payload, error) from error


def sentences_of(payload: Payload, dimensions: int) -> Vectors:
    """Return the vectors of the sentences of a passage."""
    try:
        codes = np.frombuffer(b64decode(payload["codes"]), dtype=np.int8).reshape(-1, dimensions)
        return from_bytes(Bytes(codes, np.frombuffer(b64decode(payload["scales"]), dtype=np.float32)))
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(payload, error) from error


def _languages(language: str | None) -> list[str]:
    """Return a language and those that it is a kind of: "en-gb" passes a filter on "en"."""
    parts = language.casefold().split("-") if language else []
    return ["-".join(parts[:end]) for end in range(1, len(parts) + 1)]


def _damaged(payload: Payload, error: Exception) -> IndexDamaged:
    name = payload.get("passage") or payload.get("document") or "a point"
    return IndexDamaged(f"{name} cannot be read: {type(error).__name__}", remedy=RELOAD)
