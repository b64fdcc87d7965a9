"""What an index knows of a whole generation, in pieces that a server keeps: its header, frequencies, words and short forms."""

from __future__ import annotations

import json
import uuid
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import numpy as np
from pydantic import Field, ValidationError

from ragqa.cluster.collections import Collections, Point, Where
from ragqa.cluster.statistics import Statistics
from ragqa.errors import IndexDamaged, IndexMismatch
from ragqa.types import Record

FORMAT: Final = 1
RELOAD: Final = "run: ragqa index load"
_PIECE: Final = 1 << 20
_SPACE: Final = uuid.UUID("6f1d5b1e-6d3c-5a0a-9a55-2f6f7c0f5c11")
_HEADER, _TERMS, _FREQUENCIES, _WORDS, _SHORT = "header", "terms", "frequencies", "words", "abbreviations"


class Header(Record):
    """How a generation was made, and what is in it. Its statistics are pinned: `passages` may move away from `counted`."""

    format: int = FORMAT
    ragqa: str
    encoder: str
    dimensions: int = Field(ge=1)
    settings: str
    k1: float
    b: float
    average: float
    counted: int  # passages whose terms were counted
    sentences: bool
    designs: bool = False  # whether its points state study designs and audiences: those of older loads do not
    snapshot: date
    fingerprint: str
    documents: int
    passages: int


def point_id(name: str) -> str:
    """Return the id of the point of a passage, document or table."""
    return str(uuid.uuid5(_SPACE, name))


def write_statistics(collections: Collections, name: str, statistics: Statistics) -> None:
    """Write the frequencies of terms."""
    _write(collections, name, _TERMS, statistics.terms.tobytes())
    _write(collections, name, _FREQUENCIES, statistics.frequencies.tobytes())


def write_names(
    collections: Collections, name: str, words: Mapping[str, int], abbreviations: Mapping[str, tuple[str, ...]]
) -> None:
    """Write the words and the short forms of the documents."""
    _write(collections, name, _WORDS, json.dumps(words).encode())
    _write(collections, name, _SHORT, json.dumps(abbreviations).encode())


def write_header(collections: Collections, name: str, header: Header) -> None:
    """Write the header, last: without one a generation is not whole."""
    _write(collections, name, _HEADER, header.model_dump_json().encode())


def read_header(collections: Collections, name: str) -> Header:
    """Return the header; raise IndexDamaged where there is none, IndexMismatch for one of another format."""
    try:
        fields = json.loads(_read(collections, name, _HEADER))
        if fields.get("format") != FORMAT:
            raise IndexMismatch(
                f"{name} has format {fields.get('format')}, this ragqa reads format {FORMAT}", remedy=RELOAD
            )
        return Header.model_validate(fields)
    except (ValidationError, ValueError, AttributeError) as error:
        raise IndexDamaged(f"{name} has no header that can be read", remedy=RELOAD) from error


def read_statistics(collections: Collections, name: str, header: Header) -> Statistics:
    """Return the statistics of a generation."""
    terms = np.frombuffer(_read(collections, name, _TERMS), dtype=np.uint32)
    frequencies = np.frombuffer(_read(collections, name, _FREQUENCIES), dtype=np.int64)
    if terms.size != frequencies.size:
        raise IndexDamaged(f"{name} has {frequencies.size} frequencies for {terms.size} terms", remedy=RELOAD)
    return Statistics(header.k1, header.b, header.counted, header.average, terms, frequencies)


def read_words(collections: Collections, name: str) -> dict[str, int]:
    """Return the words of all documents with their counts."""
    found: dict[str, int] = json.loads(_read(collections, name, _WORDS))
    return found


def read_abbreviations(collections: Collections, name: str) -> dict[str, tuple[str, ...]]:
    """Return short form -> long forms."""
    return {short: tuple(longs) for short, longs in json.loads(_read(collections, name, _SHORT)).items()}


def pack(data: bytes) -> str:
    """Return bytes as text, compressed."""
    return b64encode(zlib.compress(data, 6)).decode()


def unpack(text: Any) -> bytes:  # noqa: ANN401 - whatever the server holds
    """Return what was packed; raise IndexDamaged where that is no such text."""
    try:
        return zlib.decompress(b64decode(text))
    except (ValueError, TypeError, zlib.error) as error:
        raise IndexDamaged("a packed part cannot be read", remedy=RELOAD) from error


def _write(collections: Collections, name: str, table: str, data: bytes) -> None:
    pieces = [data[start : start + _PIECE] for start in range(0, len(data), _PIECE)] or [b""]
    for part, piece in enumerate(pieces):  # one request each: a server takes no more than 32 MB at once
        payload = {"table": table, "part": part, "parts": len(pieces), "data": pack(piece)}
        collections.put(name, [Point(point_id(f"{table} {part}"), payload)])


def _read(collections: Collections, name: str, table: str) -> bytes:
    found = {point.payload["part"]: point.payload for point in _pieces(collections, name, table)}
    if not found or sorted(found) != list(range(found[min(found)]["parts"])):
        raise IndexDamaged(f"{name} lacks a part of its {table}", remedy=RELOAD)
    return b"".join(unpack(found[part]["data"]) for part in sorted(found))


def _pieces(collections: Collections, name: str, table: str) -> Iterator[Point]:
    return collections.scan(name, Where(fields=(("table", (table,)),)))
