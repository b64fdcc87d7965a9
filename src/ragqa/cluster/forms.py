"""Short forms in; those that have one meaning, found by the keys of both sides, out: as a local index looks them up on disk."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ragqa.text import key_of


class MemoryForms:
    """The short forms of an index that have one meaning, in memory."""

    def __init__(self, abbreviations: Mapping[str, tuple[str, ...]]) -> None:
        self._meant = {short: longs[0] for short, longs in sorted(abbreviations.items()) if len(longs) == 1}
        self._by_key: dict[str, list[str]] = {}
        self._longest = 0
        for short, long in self._meant.items():
            for name in (short, long):
                key = key_of(name) or name
                self._by_key.setdefault(key, []).append(short)
                self._longest = max(self._longest, len(key.split()))

    @property
    def longest(self) -> int:
        """Return the terms of the longest name, short or long."""
        return self._longest

    def sharing(self, keys: Collection[str]) -> dict[str, str]:
        """Return short -> long, of those where either has one of the keys."""
        shorts = sorted({short for key in keys for short in self._by_key.get(key, ())})
        return {short: self._meant[short] for short in shorts}

    def all(self) -> dict[str, str]:
        """Return short -> long."""
        return dict(self._meant)
