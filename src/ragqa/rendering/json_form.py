"""An Answer in, JSON out; and back."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from ragqa.errors import ReadError
from ragqa.rendering.hostile import escape_controls, safe
from ragqa.types import Answer

_REMEDY = "give a file written by: ragqa ask ... --format json --out FILE"


def to_json(answer: Answer, *, width: int | None = None, color: bool = False, standing: str | None = None) -> str:  # noqa: ARG001 one signature for all forms
    """Return an answer as JSON that `parse_answer` reads back equal.

    Raises ReadError for text that is no Unicode.
    """
    try:
        return escape_controls(answer.model_dump_json(indent=2)) + "\n"
    except PydanticSerializationError as error:
        raise ReadError(
            "the answer holds half of a character and cannot be written", remedy="ask again in plain text"
        ) from error


def parse_answer(text: str) -> Answer:
    """Return the answer that JSON text holds.

    Raises ReadError, with the first fault in one line, for text that is not an answer.
    """
    try:
        return Answer.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        where = f" at {safe(place)[:80]}" if place else ""
        raise ReadError(f"not an answer of ragqa{where}: {safe(first['msg'])[:160]}", remedy=_REMEDY) from error
