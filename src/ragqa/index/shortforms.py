"""Keys of names in; the short forms that the documents of a generation define, out, without reading the others."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path

from ragqa.index.store import Store
from ragqa.text import key_of

_MEANT = "SELECT short, min(long) FROM abbreviations GROUP BY short HAVING count(*) = 1"  # an ambiguous one means nothing


class StoredForms:
    """The short forms of a store that have one meaning."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def longest(self) -> int:
        """Return the terms of the longest name, short or long."""
        ((longest,),) = self._store.scan("SELECT max(terms) FROM abbreviation_keys")
        return longest or 0

    def sharing(self, keys: Collection[str]) -> dict[str, str]:
        """Return short -> long, of those where either has one of the keys; another's hash may be the same."""
        asked = json.dumps([_number(key) for key in keys])
        statement = (
            "SELECT DISTINCT a.short, a.long FROM abbreviation_keys AS k JOIN abbreviations AS a USING (short)"
            " WHERE k.key IN (SELECT value FROM json_each(?))"
        )
        return dict(self._store.scan(statement, asked))

    def all(self) -> dict[str, str]:
        """Return short -> long."""
        return dict(self._store.scan(_MEANT))


def forms_of(store: Store) -> StoredForms | None:
    """Return the short forms of a store, None for one that was written before they had keys."""
    found = list(store.scan("SELECT 1 FROM sqlite_master WHERE name = 'abbreviation_keys'"))
    return StoredForms(store) if found else None


def write_keys(path: Path) -> None:
    """Fill in the keys of the abbreviations of a store that is being written."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = OFF")  # scratch until it is renamed
        connection.execute("BEGIN")
        meant = dict(connection.execute(_MEANT))
        connection.executemany("INSERT OR IGNORE INTO abbreviation_keys VALUES (?, ?, ?)", sorted(_keys_of(meant)))
        connection.execute("COMMIT")
    finally:
        connection.close()


def _keys_of(meant: Mapping[str, str]) -> Iterator[tuple[int, str, int]]:
    for short, long in meant.items():
        for name in (short, long):
            key = key_of(name) or name  # "HE" has no terms, and goes by itself
            yield _number(key), short, len(key.split())


def _number(key: str) -> int:
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little", signed=True)
