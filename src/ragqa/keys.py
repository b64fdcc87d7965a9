"""API keys: made once and shown once, kept as hashes in one SQLite file; a key in, who may do what out.

A key is `ragqa_ID_SECRET`. The secret has 256 random bits, so that one SHA-256 of it is enough: there is nothing to guess.
"""

from __future__ import annotations

import hmac
import re
import secrets
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from ragqa.errors import AccessError, StateError
from ragqa.vocabulary import Role

_SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, hash TEXT NOT NULL, made TEXT NOT NULL, revoked TEXT
);
"""
_KEY = re.compile(r"ragqa_([0-9a-f]{8})_([\w-]{43})")
_NAME = re.compile(r"[\w .@-]{1,60}")
_RANK = {role: rank for rank, role in enumerate(Role)}
_RESERVED = frozenset({"ragqa", "local user"})  # who stands in a history for steps that no key took


class KeyCard(NamedTuple):
    """What is known of a key; the key itself is kept nowhere."""

    id: str
    name: str  # of the person or program that holds it: it stands in the history of what they review
    role: Role
    made: str
    revoked: str | None = None


def allows(own: Role, needed: Role) -> bool:
    """Tell whether who has a role may do what another one may."""
    return _RANK[own] >= _RANK[needed]


def check_name(name: str) -> None:
    """Raise AccessError for a name under which nobody takes a step of review."""
    if not _NAME.fullmatch(name):
        raise AccessError("a name has 1 to 60 letters, digits, blanks, dots, dashes or @")
    if _folded(name) in _RESERVED:
        raise AccessError(f"the name {name!r} is kept for steps that nobody's key took")


class KeyStore:
    """The keys in one file; safe to use from many threads and processes.

    Each method raises StateError where the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def create(self, name: str, role: Role) -> tuple[KeyCard, str]:
        """Make a key; return its card, and the key itself for this one time. Raises AccessError for a name that is none or taken."""
        check_name(name)
        card = KeyCard(secrets.token_hex(4), name, role, datetime.now(UTC).isoformat(timespec="seconds"))
        secret = secrets.token_urlsafe(32)
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")  # nobody takes the name between the look and the entry
            if any(_folded(taken) == _folded(name) for (taken,) in db.execute("SELECT name FROM keys WHERE revoked IS NULL")):
                raise AccessError(f"{name!r} holds a key already", remedy="revoke it first, or choose another name")
            db.execute("INSERT INTO keys VALUES (?, ?, ?, ?, ?, NULL)", (card.id, name, role.value, _hash(secret), card.made))
        return card, f"ragqa_{card.id}_{secret}"

    def revoke(self, key_id: str) -> None:
        """Let a key open nothing from now on; raise AccessError where there is none of this id."""
        with self._open() as db:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            done = db.execute("UPDATE keys SET revoked = ? WHERE id = ? AND revoked IS NULL", (now, key_id))
            if done.rowcount == 0:
                raise AccessError(f"there is no key {key_id!r} in force", remedy="see: ragqa keys list")

    def cards(self) -> list[KeyCard]:
        """Return all keys ever made, oldest first."""
        if not self._path.is_file():
            return []
        with self._open() as db:
            rows = db.execute("SELECT id, name, role, made, revoked FROM keys ORDER BY made, id").fetchall()
        return [KeyCard(id_, name, Role(role), made, revoked) for id_, name, role, made, revoked in rows]

    def holder(self, key: str) -> KeyCard:
        """Return whose key this is; raise AccessError for one that is unknown or revoked."""
        parts = _KEY.fullmatch(key)
        if parts is None or not self._path.is_file():
            raise AccessError("this is no key of this service")
        with self._open() as db:
            row = db.execute("SELECT id, name, role, made, revoked, hash FROM keys WHERE id = ?", (parts[1],)).fetchone()
        if row is None or not hmac.compare_digest(_hash(parts[2]), row[5]):
            raise AccessError("this is no key of this service")
        if row[4] is not None:
            raise AccessError("this key has been revoked")
        return KeyCard(row[0], row[1], Role(row[2]), row[3])

    def in_force(self, key_id: str) -> bool:
        """Tell whether a key has not been revoked."""
        return any(card.id == key_id and card.revoked is None for card in self.cards())

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            with closing(sqlite3.connect(self._path, timeout=10)) as db, db:
                db.executescript(_SCHEMA)
                yield db
        except (sqlite3.DatabaseError, OSError) as error:
            raise StateError(f"cannot use the key file {self._path}: {error}") from error


def _folded(name: str) -> str:
    """Return a name as one that a reader would take for it is written too."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
