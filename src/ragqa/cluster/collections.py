"""What an index needs of a server of vectors: collections of points with a dense and a sparse vector, and names for them.

Small on purpose: a server, and an engine in this process, are tried against the same suite.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from ragqa.protocols import Vectors
from ragqa.text import design_key
from ragqa.types import Filters

Payload = Mapping[str, Any]


class Arm(StrEnum):
    """The vectors of a passage's point."""

    DENSE = "dense"
    LEXICAL = "lexical"


class Sparse(NamedTuple):
    """A sparse vector: numbers of terms, rising, and their weights."""

    terms: list[int]
    weights: list[float]


class Point(NamedTuple):
    """A point as it is written, or found; `score` is that of the search that found it."""

    id: str
    payload: Payload
    dense: Vectors | None = None
    lexical: Sparse | None = None
    score: float = 0.0


class Where(NamedTuple):
    """Which points: each of `fields` holds one of its values, each of `ranges` lies within, and none of `unless` holds."""

    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ranges: tuple[tuple[str, int | None, int | None], ...] = ()
    unless: tuple[tuple[str, str], ...] = ()


class Plan(NamedTuple):
    """How a collection is laid out; without dimensions its points have no vectors."""

    dimensions: int | None
    keywords: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    shards: int = 1
    replicas: int = 1
    int8: bool = False


class Collections(Protocol):
    """Collections on a server; every method raises ClusterError where that cannot be reached or refuses."""

    def create(self, name: str, plan: Plan) -> None:
        """Make an empty collection; its payload indexes come first, so that a graph knows of them."""

    def put(self, name: str, points: Sequence[Point]) -> None:
        """Write points, each in place of one of the same id, and wait until that is done."""

    def delete(self, name: str, where: Where) -> None:
        """Delete points, and wait until that is done."""

    def nearest(
        self, name: str, arm: Arm, query: Vectors | Sparse, *, depth: int, where: Where, exact: bool
    ) -> list[Point]:
        """Return the points of highest inner product, with that vector and the payload `passage` and `length`."""

    def get(
        self, name: str, ids: Sequence[str], *, fields: Sequence[str] | None = None, arms: Sequence[Arm] = ()
    ) -> list[Point]:
        """Return those points that there are, in any order; `fields` names what is wanted of the payload, None for all."""

    def scan(self, name: str, where: Where = Where(), *, fields: Sequence[str] | None = None) -> Iterator[Point]:
        """Yield points without their vectors."""

    def count(self, name: str, where: Where = Where()) -> int:
        """Return how many points there are, exactly."""

    def is_ready(self, name: str) -> bool:
        """Tell whether all that was written is indexed."""

    def names(self) -> list[str]:
        """Return the names of all collections."""

    def behind(self, alias: str) -> str | None:
        """Return the collection that an alias stands for."""

    def point(self, alias: str, name: str) -> None:
        """Let an alias stand for a collection, in one step."""

    def drop(self, name: str) -> None:
        """Remove a collection, if there is one."""

    def close(self) -> None:
        """Let go of the server."""


def said(value: bool) -> str:  # noqa: FBT001 - it is what is said
    """Return a keyword for a truth: an index of booleans that was made before its points can miss those that are false."""
    return "yes" if value else "no"


def where_of(filters: Filters) -> Where:
    """Return which passages pass a filter; a retracted source never does, and one that states no year passes none on it."""
    fields: list[tuple[str, tuple[str, ...]]] = [("retracted", (said(False),))]
    if filters.kinds:
        fields.append(("kind", tuple(kind.value for kind in filters.kinds)))
    if filters.language is not None:
        fields.append(("languages", (filters.language.casefold(),)))
    if filters.documents:
        fields.append(("document", filters.documents))
    if filters.designs:
        fields.append(("design", tuple(design_key(design) for design in filters.designs)))
    if filters.audiences:
        fields.append(("audience", tuple(audience.value for audience in filters.audiences)))
    ranges = (("year", filters.since, filters.until),) if filters.since is not None or filters.until is not None else ()
    return Where(tuple(fields), ranges)
