"""A Statement in; its line out: the quote with its key term, what the source states of strength, and the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ragqa.rendering.blocks import Cite, Cites, Line, SourceName, Style, Words
from ragqa.rendering.references import label_of, marks_of
from ragqa.rendering.wording import kind_and_year
from ragqa.text import standing
from ragqa.types import Reference, Statement
from ragqa.vocabulary import Audience, Basis


class Sources:
    """Looks up what a reference number stands for."""

    def __init__(self, references: Sequence[Reference], audience: Audience) -> None:
        self.numbers = {reference.document_id: reference.number for reference in references}
        self._labels = {reference.number: label_of(reference.source, audience) for reference in references}
        self._short = {
            reference.number: kind_and_year(reference.source.kind, reference.source.year, audience) for reference in references
        }
        self._marks = {reference.number: marks_of(reference.source, self.numbers) for reference in references}

    def label(self, number: int) -> str:
        """Return title, kind and year."""
        return self._labels[number]

    def mark(self, number: int) -> str | None:
        """Return what must be said loudly of a source."""
        return ". ".join(self._marks[number]) or None

    def short(self, number: int) -> str:
        """Return kind and year."""
        return self._short[number]


def line_of(statement: Statement, sources: Sources) -> Line:
    """Return a statement with its numbers at the end, for a place that names its source."""
    return (*_quote(statement), *_aside(_stated(statement)), cites_of(statement, sources))


def in_short(statement: Statement, sources: Sources) -> Line:
    """Return a statement with the kind and year of its source before its numbers."""
    said = [*_stated(statement), sources.short(statement.citations[0].number)]
    return (*_quote(statement), *_aside(said), cites_of(statement, sources))


def names_of(statements: Iterable[Statement], sources: Sources) -> tuple[SourceName, ...]:
    """Return the sources that statements cite, in order of their numbers."""
    numbers = {citation.number for statement in statements for citation in statement.citations}
    return tuple(SourceName(number, sources.label(number), sources.mark(number)) for number in sorted(numbers))


def _quote(statement: Statement) -> Line:
    text, term = statement.text, statement.key_term
    found = standing(term, text) if term else None
    if found is None:
        return (Words(text, Style.QUOTE),)
    cuts = (text[: found.start()], found.group(), text[found.end() :])
    styles = (Style.QUOTE, Style.TERM, Style.QUOTE)
    return tuple(Words(piece, style) for piece, style in zip(cuts, styles, strict=True) if piece)


def _stated(statement: Statement) -> list[str]:
    """Return what the source states of a statement and its text does not say, and whether the text is no quote."""
    text = statement.text.lower()
    stated = ", ".join(x for x in (statement.strength, statement.certainty) if x and x.lower() not in text)
    said = [f"as stated: {stated}"] if stated else []
    return said if statement.basis is Basis.QUOTED else [*said, "reworded; checked against its quote"]


def _aside(said: Sequence[str]) -> Line:
    return (Words(f" ({'; '.join(said)})", Style.MUTED),) if said else ()


def cites_of(statement: Statement, sources: Sources) -> Cites:
    """Return the numbers of a statement with what is quoted under each."""
    quotes: dict[int, list[str]] = {}
    for citation in statement.citations:
        quotes.setdefault(citation.number, []).append(citation.quoted)
    return Cites(
        tuple(
            Cite(number, tuple(dict.fromkeys(said)), sources.label(number)) for number, said in sorted(quotes.items())
        )
    )
