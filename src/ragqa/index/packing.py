"""Texts and records of a passage in, the bytes that a store keeps out, and back."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from ragqa.types import Sentence, Span
from ragqa.vocabulary import BlockKind

PIECE = 8192  # characters that are compressed together: a passage of a long document opens one or two pieces

_SENTENCE = struct.Struct("<IIB")
_SPAN = struct.Struct("<II")
_COUNT = struct.Struct("<I")
_KINDS = tuple(BlockKind)
_LEAD_IN, _HEADER = 0x40, 0x80


def pack_text(text: str) -> Iterator[bytes]:
    """Yield a text as compressed pieces of `PIECE` characters."""
    for start in range(0, len(text), PIECE):
        yield zlib.compress(text[start : start + PIECE].encode("utf-8", "surrogatepass"), 6)


def unpack_piece(data: bytes) -> str:
    """Return the characters of a piece; zlib.error where its bytes were changed."""
    return zlib.decompress(data).decode("utf-8", "surrogatepass")


def pack_sentences(sentences: Sequence[Sentence], start: int) -> bytes:
    """Return the sentences of a passage that starts at `start` as bytes, their number first."""
    packed = [_COUNT.pack(len(sentences))]
    for sentence in sentences:
        flags = (_LEAD_IN if sentence.lead_in else 0) | (_HEADER if sentence.header else 0)
        span = sentence.span
        packed.append(_SENTENCE.pack(span.start - start, span.end - span.start, _KINDS.index(sentence.kind) | flags))
        packed.extend(_SPAN.pack(more.start, more.end) for more in (sentence.lead_in, sentence.header) if more)
    return b"".join(packed)


def sentence_count(data: bytes) -> int:
    """Return how many sentences were packed."""
    return int(_COUNT.unpack_from(data)[0])


def unpack_sentences(data: bytes, start: int) -> list[dict[str, Any]]:
    """Return the fields of the sentences of a passage, for a record to validate."""
    found: list[dict[str, Any]] = []
    place = _COUNT.size
    for _ in range(sentence_count(data)):
        offset, length, flags = _SENTENCE.unpack_from(data, place)
        place += _SENTENCE.size
        fields: dict[str, Any] = {
            "span": {"start": start + offset, "end": start + offset + length},
            "kind": _KINDS[flags & 0x3F],
        }
        for name, flag in (("lead_in", _LEAD_IN), ("header", _HEADER)):
            if flags & flag:
                first, last = _SPAN.unpack_from(data, place)
                fields[name] = {"start": first, "end": last}
                place += _SPAN.size
        found.append(fields)
    return found


def passage_text(title: str, headings: Sequence[str], text: str) -> str:
    """Return what is encoded for a passage: title, heading path, text."""
    return "\n".join((title, *(heading for heading in headings if heading != title), text))


def sentence_texts(document_text: str, sentences: Sequence[Sentence]) -> list[str]:
    """Return what is encoded for each sentence of a passage: its words, after the lead-in of a list or the header of a table."""
    found = []
    for sentence in sentences:
        context: Span | None = sentence.lead_in or sentence.header
        bare = sentence.span.of(document_text)
        found.append(f"{context.of(document_text)}\n{bare}" if context else bare)
    return found
