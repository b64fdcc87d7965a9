"""Vectors in as they are made, the same vectors out after a crash: nothing is encoded twice."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Self

from ragqa.index.manifest import Recipe

PASSAGES_JOURNAL, SENTENCES_JOURNAL = "passages.journal", "sentences.journal"
_HEAD = struct.Struct("<16sI")
_CHECK = 8
_SYNCED_EVERY = 10.0
"""Seconds of work that a machine which stops may lose; a process that stops loses none."""


class Journal:
    """An append-only file of digest -> bytes; a half-written end is cut off when it is opened again.

    A journal of another `label` (encoder, form of the vectors) is begun anew.
    """

    def __init__(self, path: Path, label: str) -> None:
        self._first = blake2b(label.encode(), digest_size=16).digest()
        self._places: dict[bytes, int] = {}
        self._file = path.open("r+b" if path.exists() else "w+b")
        self._end = self._read()
        self._file.truncate(self._end)
        self._synced = time.monotonic()

    def __enter__(self) -> Self:
        """Return the journal."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __contains__(self, digest: bytes) -> bool:
        """Tell whether bytes are held for a digest."""
        return digest in self._places

    def get(self, digest: bytes) -> bytes:
        """Return the bytes held for a digest."""
        self._file.seek(self._places[digest])
        _, size = _HEAD.unpack(self._file.read(_HEAD.size))
        return self._file.read(size)

    def add(self, entries: Sequence[tuple[bytes, bytes]]) -> None:
        """Append (digest, bytes) pairs, so that they outlive this process."""
        written = []
        for digest, data in entries:
            self._places[digest] = self._end
            written.append(_record(digest, data))
            self._end += len(written[-1])
        block = b"".join(written)
        self._file.seek(0, os.SEEK_END)
        self._file.write(block)
        self._file.flush()
        if time.monotonic() - self._synced > _SYNCED_EVERY:
            os.fsync(self._file.fileno())
            self._synced = time.monotonic()

    def _read(self) -> int:
        size = os.fstat(self._file.fileno()).st_size
        if self._file.read(len(self._first)) != self._first:
            self._file.seek(0)
            self._file.truncate()
            self._file.write(self._first)
            self._file.flush()
            return len(self._first)
        end = len(self._first)
        while True:
            head = self._file.read(_HEAD.size)
            if len(head) < _HEAD.size:
                return end
            digest, length = _HEAD.unpack(head)
            if length > size - end:
                return end
            data, check = self._file.read(length), self._file.read(_CHECK)
            if _record(digest, data)[-_CHECK:] != check:
                return end
            self._places[digest] = end
            end += _HEAD.size + length + _CHECK


def journal_label(recipe: Recipe) -> str:
    """Return what the vectors of a journal were made with."""
    return f"{recipe.encoder} {recipe.dimensions}"


def _record(digest: bytes, data: bytes) -> bytes:
    record = _HEAD.pack(digest, len(data)) + data
    return record + blake2b(record, digest_size=_CHECK).digest()
