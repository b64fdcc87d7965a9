"""The address of an index on a server in, its parts out: qdrant://HOST:PORT/NAME."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

from ragqa.errors import UsageError

_FORM: Final = re.compile(
    r"qdrant:/{1,2}(?P<host>\[[0-9a-fA-F:]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?/(?P<name>[\w-]{1,100})/?"
)
_PORT: Final = 6333
_THIS_MACHINE: Final = frozenset(("localhost", "127.0.0.1", "[::1]"))


class Place(NamedTuple):
    """A server, and the name of an index on it."""

    host: str
    port: int
    name: str

    @property
    def is_local(self) -> bool:
        """Tell whether the server is on this machine."""
        return self.host in _THIS_MACHINE

    def __str__(self) -> str:
        """Return the address."""
        return f"qdrant://{self.host}:{self.port}/{self.name}"


def place_of(path: Path | str) -> Place:
    """Return the parts of an address; raise UsageError where it is none."""
    found = _FORM.fullmatch(str(path))
    if found is None:
        raise UsageError(f"{path} is no address of an index", remedy="write qdrant://HOST:PORT/NAME")
    return Place(found["host"], int(found["port"] or _PORT), found["name"])
