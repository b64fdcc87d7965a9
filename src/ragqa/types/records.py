"""The base of all records, and the span that everything else points with."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Record(BaseModel):
    """A frozen value that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Span(Record):
    """A half-open range of characters in `Document.text`: `text[start:end]`, never empty."""

    start: int = Field(ge=0)
    end: int

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"an empty span: {self.start} to {self.end}")
        return self

    def of(self, text: str) -> str:
        """Return the characters of `text` under this span."""
        return text[self.start : self.end]

    def within(self, other: Span) -> bool:
        """Tell whether this span lies inside another."""
        return other.start <= self.start and self.end <= other.end
