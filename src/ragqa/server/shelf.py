"""Answers in, kept in memory under ids derived from their bytes; the answers, as long as there is room, out."""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from collections.abc import Hashable
from hashlib import sha256

ID_LENGTH = 24


class Shelf:
    """The newest answers, packed; nothing of it is written to disk. Safe to use from many threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._packed: OrderedDict[str, bytes] = OrderedDict()
        self._ids: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, asked: Hashable, data: bytes) -> str:
        """Keep the answer to what was asked, as JSON; return its id, the same for the same answer."""
        name = sha256(data).hexdigest()[:ID_LENGTH]
        packed = zlib.compress(data)
        with self._lock:
            self._packed[name], self._ids[asked] = packed, name
            self._packed.move_to_end(name)
            self._ids.move_to_end(asked)
            if len(self._packed) > self._most:
                self._packed.popitem(last=False)
            if len(self._ids) > self._most:
                self._ids.popitem(last=False)
        return name

    def get(self, name: str) -> bytes | None:
        """Return an answer as JSON by its id, None where it is no longer kept."""
        with self._lock:
            packed = self._packed.get(name)
            if packed is not None:
                self._packed.move_to_end(name)
        return zlib.decompress(packed) if packed is not None else None

    def find(self, asked: Hashable) -> str | None:
        """Return the id of the answer to what was asked, None where it is no longer kept."""
        with self._lock:
            name = self._ids.get(asked)
            if name is None or name not in self._packed:
                return None
            self._ids.move_to_end(asked)
            return name
