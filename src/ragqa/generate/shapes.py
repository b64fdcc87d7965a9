"""What a reply must hold, and whatever a model sent in; the parts of it that hold it, out."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import Field, ValidationError
from pydantic_core import from_json

from ragqa.errors import ReplyError
from ragqa.types import Record

MOST_ITEMS = 80


class PlannedSection(Record):
    """A section's id, and those of its evidence in order."""

    section: str = Field(max_length=12)
    evidence: tuple[str, ...] = Field(max_length=80)


class Outline(Record):
    """The reply to a plan."""

    sections: tuple[PlannedSection, ...]


class Draft(Record):
    """A sentence, and the ids that it cites."""

    text: str = Field(min_length=1, max_length=800)
    evidence: tuple[str, ...] = Field(max_length=12)


class Drafts(Record):
    """The reply to a request for sentences."""

    sentences: tuple[Draft, ...]


class Mended(Draft):
    """A sentence in the place of a refused one."""

    number: int


class Mendings(Record):
    """The reply to a request for other sentences."""

    sentences: tuple[Mended, ...]


class SearchList(Record):
    """The reply to a request for searches."""

    searches: tuple[str, ...]


Item = TypeVar("Item", bound=Record)


def list_in(text: str, key: str, *, whole: bool = True) -> list[Any]:
    """Return the list under a key of the JSON object in a text, as far as it goes.

    What stands around the object, such as a code fence, is not read. Raises ReplyError where there is no such list.
    """
    start = text.find("{")
    if start < 0:
        raise ReplyError("the language model's reply holds no JSON")
    body = text[start : text.rfind("}") + 1] if whole else text[start:]
    try:
        value = from_json(body, allow_partial=not whole)
    except ValueError as error:
        raise ReplyError("the language model's reply is no JSON") from error
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, list):
        raise ReplyError(f"the language model's reply holds no {key}")
    return found


def items_in(text: str, key: str, shape: type[Item], *, whole: bool = True) -> tuple[list[Item], int]:
    """Return the items of a list that have the shape asked for, and how many have not. Raises ReplyError as `list_in`."""
    raw = list_in(text, key, whole=whole)
    kept: list[Item] = []
    for value in raw[:MOST_ITEMS]:
        try:
            kept.append(shape.model_validate(value))
        except ValidationError:
            continue
    return kept, len(raw) - len(kept)
