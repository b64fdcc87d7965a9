"""Texts and records of a passage in, the bytes that a store keeps out, and back."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from ragqa.types import Sentence, Span
from ragqa.vocabulary import BlockKind

PIECE = 8192  # characters that are compressed together: a passage of a long document opens one or two pieces

_SENTENCE = struct.Struct("<IIB")
_SPAN = struct.Struct("<II")
_COUNT = struct.Struct("<I")
_KINDS = tuple(BlockKind)
_CODES = {kind: code for code, kind in enumerate(_KINDS)}
_LEAD_IN, _HEADER = 0x40, 0x80
_LEVEL = 4  # of zlib: a hundredth larger than at 6, in three quarters of the time
_PACKED_AT_ONCE = 1 << 17  # characters

Piece = tuple[int, int, bytes]
"""The number of a document, that of a piece in it, and the piece."""


def pack_text(text: str) -> Iterator[bytes]:
    """Yield a text as compressed pieces of `PIECE` characters."""
    for start in range(0, len(text), PIECE):
        yield zlib.compress(text[start : start + PIECE].encode("utf-8", "surrogatepass"), _LEVEL)


class PieceQueue:
    """Texts of documents in, their pieces out; a thread compresses them meanwhile, because zlib lets go of the interpreter."""

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None
        self._jobs: list[Future[list[Piece]]] = []
        self._texts: list[tuple[int, str]] = []
        self._held = 0

    def put(self, number: int, text: str) -> None:
        """Take the text of a document."""
        self._texts.append((number, text))
        self._held += len(text)
        if self._held >= _PACKED_AT_ONCE:
            self._thread = self._thread or ThreadPoolExecutor(1, "ragqa-pack")
            self._jobs.append(self._thread.submit(_pieces_of, self._texts))
            self._texts, self._held = [], 0

    def packed(self) -> Iterator[Piece]:
        """Yield the pieces of all texts since the last time."""
        jobs, texts = self._jobs, self._texts
        self._jobs, self._texts, self._held = [], [], 0
        for job in jobs:
            yield from job.result()
        yield from _pieces_of(texts)

    def close(self) -> None:
        """Drop what was not asked for."""
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)


def _pieces_of(texts: Sequence[tuple[int, str]]) -> list[Piece]:
    return [(number, part, data) for number, text in texts for part, data in enumerate(pack_text(text))]


def unpack_piece(data: bytes) -> str:
    """Return the characters of a piece; zlib.error where its bytes were changed."""
    return zlib.decompress(data).decode("utf-8", "surrogatepass")


def pack_sentences(sentences: Sequence[Sentence], start: int) -> bytes:
    """Return the sentences of a passage that starts at `start` as bytes, their number first."""
    form = [_COUNT.format]
    numbers = [len(sentences)]
    for sentence in sentences:
        first, code = sentence.span.start, _CODES[sentence.kind]
        numbers += (first - start, sentence.span.end - first, code)
        form.append("IIB")
        if sentence.lead_in or sentence.header:
            numbers[-1] |= (_LEAD_IN if sentence.lead_in else 0) | (_HEADER if sentence.header else 0)
            for more in (sentence.lead_in, sentence.header):
                if more:
                    numbers += (more.start, more.end)
                    form.append("II")
    return struct.pack("".join(form), *numbers)


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
        span = sentence.span
        bare = document_text[span.start : span.end]
        found.append(f"{context.of(document_text)}\n{bare}" if context else bare)
    return found
