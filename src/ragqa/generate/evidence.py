"""An answer made of quotes in; its pieces of evidence, numbered, each with its place on the page, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ragqa.text import trim_quote
from ragqa.types import Answer, Citation, Group, Section, Statement

DIRECT = "S0"


class Leaf(NamedTuple):
    """A part of the page in which statements stand. Those of one topic stand under one heading of the page."""

    id: str
    topic: int  # 0 is the direct answer
    heading: str
    topic_heading: str


class Piece(NamedTuple):
    """A quoted statement that a model may word anew."""

    id: str
    statement: Statement
    leaf: Leaf
    group: Group | None  # what stands above it on the page; nothing in the direct answer

    def quote(self, citation: Citation) -> str:
        """Return the quote of a citation as a statement shows it."""
        return trim_quote(citation.quoted)


class Stock(NamedTuple):
    """The leaves of a page in order, and its pieces by id."""

    leaves: tuple[Leaf, ...]
    pieces: Mapping[str, Piece]


def stock_of(answer: Answer) -> Stock:
    """Return what the direct answer and the sections hold; the other parts of a page stay as they are."""
    direct = Leaf(DIRECT, 0, "Direct answer", "Direct answer")
    leaves, pieces = [direct], [Piece("", statement, direct, None) for statement in answer.direct]
    for topic, section in enumerate(answer.sections, 1):
        for part, heading in leaf_sections(section):
            leaf = Leaf(f"S{len(leaves)}", topic, heading, section.heading)
            leaves.append(leaf)
            pieces += [Piece("", statement, leaf, group) for group in part.groups for statement in group.statements]
    numbered = [piece._replace(id=f"E{number}") for number, piece in enumerate(pieces, 1)]
    return Stock(tuple(leaves), {piece.id: piece for piece in numbered})


def leaf_sections(section: Section) -> Iterator[tuple[Section, str]]:
    """Yield the parts of a section that hold statements, in reading order, with the headings below the section's own."""
    if section.groups:
        yield section, section.heading
    for part in section.subsections:
        yield from leaf_sections(part)


def lines_of(pieces: Sequence[Piece], answer: Answer) -> list[dict[str, object]]:
    """Return pieces of evidence as a model is given them."""
    found: list[dict[str, object]] = []
    for piece in pieces:
        source = answer.references[piece.statement.citations[0].number - 1].source
        line: dict[str, object] = {"id": piece.id, "kind": source.kind.value, "year": source.year}
        line["source"] = piece.group.run_in if piece.group else source.title
        stated = [x for x in (piece.statement.strength, piece.statement.certainty) if x]
        found.append(line | ({"as_stated": stated} if stated else {}) | {"text": piece.statement.text})
    return found


def head_of(answer: Answer, stock: Stock, placed: Mapping[str, Sequence[Piece]]) -> dict[str, object]:
    """Return question, reader and sections as a model is given them."""
    sections = [
        {"section": leaf.id, "topic": leaf.topic_heading, "heading": leaf.heading, "evidence": [piece.id for piece in placed[leaf.id]]}
        for leaf in stock.leaves
        if placed[leaf.id]
    ]
    return {"question": answer.question, "asked_before": list(answer.history), "reader": answer.audience.value, "sections": sections}
