"""Texts of questions in, their vectors out: each encoded once, and ahead of its use where a core is free for that.

A text is encoded alone, never in a batch: padding moves the last digits, and the same question gives the same bytes. The
encoder lets go of the interpreter, so that two texts may be encoded, or a question be understood, at the same time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from ragqa.protocols import Vectors

REMEMBERED = 1024  # vectors of questions and of what they name, which others name too: 1.5 kB each


class _Once:
    """The vector of a text: whoever takes the lock first makes it, and others wait."""

    __slots__ = ("lock", "text", "vector")

    def __init__(self, text: str) -> None:
        self.text = text
        self.lock = threading.Lock()
        self.vector: Vectors | None = None


class QuestionVectors:
    """The vectors of texts, those used last remembered; safe to use from many threads."""

    def __init__(self, encode: Callable[[Sequence[str]], Vectors], *, ahead: bool) -> None:
        """With `ahead`, a thread beside encodes what is announced."""
        self._encode = encode
        self._kept: OrderedDict[str, _Once] = OrderedDict()
        self._keeping = threading.Lock()
        self._beside = ThreadPoolExecutor(1, "ragqa-ahead") if ahead else None  # no thread before its first use

    def __call__(self, text: str) -> Vectors:
        """Return the vector of a text, shape (dimensions,), read-only."""
        once = self._once(text)
        with once.lock:
            return self._made(once)

    def announce(self, text: str) -> None:
        """Say that a text will be needed soon."""
        if self._beside is not None and (once := self._once(text)).vector is None:
            self._beside.submit(self._make, once)

    def prepare(self, texts: Sequence[str]) -> None:
        """Encode texts that will be needed in this order, from both ends, until each is made or being made."""
        if self._beside is None:
            return
        for text in texts:
            self.announce(text)
        for text in reversed(texts):
            self._make(self._once(text))

    def forget(self) -> None:
        """Make every text one that was not met before."""
        with self._keeping:
            self._kept.clear()

    def _once(self, text: str) -> _Once:
        with self._keeping:
            once = self._kept.setdefault(text, _Once(text))
            self._kept.move_to_end(text)
            if len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
            return once

    def _make(self, once: _Once) -> None:
        """Encode a text, unless somebody is at it."""
        if once.lock.acquire(blocking=False):
            try:
                self._made(once)
            finally:
                once.lock.release()

    def _made(self, once: _Once) -> Vectors:
        if once.vector is None:
            vector: Vectors = self._encode([once.text])[0]
            vector.flags.writeable = False
            once.vector = vector
        return once.vector
