"""What is proved: a citation held against its source."""

from __future__ import annotations

from pydantic import Field

from ragqa.types.records import Record


class Trace(Record):
    """A quote in its surroundings, and whether the source still says it there."""

    number: int = Field(ge=1)  # of the reference
    document_id: str
    title: str
    file: str | None = None
    page: int | None = None  # counted from 1
    heading_path: tuple[str, ...] = ()
    before: str = ""
    quoted: str
    after: str = ""
    reworded: tuple[str, ...] = ()  # a model's sentences that rest on the quote
    intact: bool
    problem: str | None = None
