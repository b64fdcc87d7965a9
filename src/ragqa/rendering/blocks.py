"""The vocabulary of a page that is in no form yet: blocks, and the words inside them. Nothing here is made safe."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, TypeAlias


class Style(StrEnum):
    """How words are set."""

    PLAIN = "plain"
    QUOTE = "quote"  # the words of a source
    TERM = "term"  # a key term inside a quote
    STRONG = "strong"
    MUTED = "muted"


class Tone(StrEnum):
    """How loud a notice is."""

    EMERGENCY = "emergency"
    CAUTION = "caution"


class Words(NamedTuple):
    """A run of words in one style; blanks between runs are part of the runs."""

    text: str
    style: Style = Style.PLAIN


class Link(NamedTuple):
    """Words that lead to an address outside the page."""

    text: str
    url: str


class Pointer(NamedTuple):
    """Words that lead to a heading of the same page."""

    text: str
    to: Heading


class Cite(NamedTuple):
    """A reference number, with what is quoted from it here."""

    number: int
    quotes: tuple[str, ...]
    source: str


class Cites(NamedTuple):
    """The numbers at the end of a statement."""

    cites: tuple[Cite, ...]


Inline: TypeAlias = "Words | Link | Pointer | Cites"
Line: TypeAlias = tuple[Inline, ...]


class Notice(NamedTuple):
    """What must be read first."""

    tone: Tone
    label: str
    text: str


class Heading(NamedTuple):
    """A heading; level 1 is the title of the page."""

    level: int
    text: str


class Facts(NamedTuple):
    """Labels with what they stand for."""

    pairs: tuple[tuple[str, Line], ...]


class Question(NamedTuple):
    """The question, as asked."""

    label: str
    text: str


class Para(NamedTuple):
    """A paragraph."""

    line: Line


class Small(NamedTuple):
    """A paragraph in small print."""

    line: Line


class RunIn(NamedTuple):
    """What stands above a group of quotes: title and headings, then the kind and year, then what replaces it."""

    title: str
    facts: str
    mark: str | None = None


class Item(NamedTuple):
    """A bullet or step: a note and explained words under it where there are any."""

    line: Line
    note: str | None = None
    words: tuple[tuple[str, str], ...] = ()


class SourceName(NamedTuple):
    """What a number under a list of statements stands for: title, kind and year, and what is said loudly of it."""

    number: int
    label: str
    mark: str | None = None


class Bullets(NamedTuple):
    """A list; numbered from `start` on where the order is part of what is said, with the names of its sources where nothing above it names them."""

    items: tuple[Item, ...]
    start: int | None = None
    names: tuple[SourceName, ...] = ()


class Table(NamedTuple):
    """A table; the first cell of a row heads it, None is an empty cell."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Line | None, ...]], ...]
    empty: str


class Side(NamedTuple):
    """One side of a disagreement."""

    title: str
    facts: str
    mark: str | None
    line: Line


class Sides(NamedTuple):
    """Statements that disagree, side by side."""

    sides: tuple[Side, ...]


class Terms(NamedTuple):
    """Terms with their meanings."""

    pairs: tuple[tuple[str, str], ...]


class Entry(NamedTuple):
    """An entry of the reference list; marks are said loudly."""

    number: int
    kind: str
    marks: tuple[str, ...]
    line: Line


class Entries(NamedTuple):
    """The reference list."""

    entries: tuple[Entry, ...]


Block: TypeAlias = (
    Notice | Heading | Facts | Question | Para | Small | RunIn | Bullets | Table | Sides | Terms | Entries
)
