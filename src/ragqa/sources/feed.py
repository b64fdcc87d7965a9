"""What a library of records must do to be fetched from: find the ids of a query, and give the records of ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from ragqa.sources.client import Malformed, Refused
from ragqa.vocabulary import Library


class Part(NamedTuple):
    """Ids that a search found, and where the server keeps the result, if it does."""

    ids: tuple[str, ...]
    history: tuple[str, str] | None = None


class Fetched(NamedTuple):
    """A record as the library gave it; or, with `data` None, why it could not be had, and what came instead."""

    id: str
    data: bytes | None
    fault: str = ""
    reply: bytes = b""


class Feed(Protocol):
    """A library of records."""

    @property
    def library(self) -> Library:
        """Return which one it is."""

    @property
    def suffix(self) -> str:
        """Return the suffix of a record's file, by which a reader is found."""

    def search(self, query: str, *, since: date | None = None, most: int | None = None) -> list[Part]:
        """Return the ids that a query finds, newest first where the library says so; `since` asks for what is new or changed."""

    def pages(self, parts: Sequence[Part], wanted: Sequence[str]) -> Iterator[list[Fetched]]:
        """Yield the wanted ones among what was found, a page after the other, each once, even those that cannot be had."""

    def retracted(self, query: str) -> list[str]:
        """Return the ids that a query finds and the library marks as retracted."""

    def is_marked(self, data: bytes) -> bool:
        """Tell whether a record says that it is retracted."""


def in_pages(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Yield ids, so many at a time."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def asked_alone(name: str, ask: Callable[[], Fetched]) -> Fetched:
    """Return what asking for a single record gives; where it cannot be had, why, and what came instead."""
    try:
        return ask()
    except Malformed as error:
        return Fetched(name, None, error.cause, error.reply)
    except Refused as error:
        return Fetched(name, None, error.cause)


class Unretracted:
    """What a library does that retracts nothing."""

    def retracted(self, query: str) -> list[str]:
        """Return nothing."""
        del query
        return []

    def is_marked(self, data: bytes) -> bool:
        """Return False."""
        del data
        return False
