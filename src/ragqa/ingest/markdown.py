"""Markdown in, with or without YAML front matter; one Document out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ragqa.errors import ReadError
from ragqa.ingest import limits
from ragqa.ingest.builder import Builder, clean
from ragqa.ingest.decode import decode, read_whole
from ragqa.ingest.frontmatter import Front, read_front_matter
from ragqa.ingest.html import text_of_fragment
from ragqa.ingest.tables import Cell, lay_out
from ragqa.protocols import RawFile
from ragqa.text import normalise
from ragqa.types import Document, Origin, Source

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_PARSER = MarkdownIt("commonmark", {"maxNesting": 40}).enable(["table", "strikethrough"])


def read_markdown(file: RawFile) -> Iterator[Document]:
    """Read one Markdown file; raise ReadError where its front matter is no YAML or it holds no text."""
    text = normalise(decode(read_whole(file.path)).expandtabs(4)).lstrip("\n")
    if any(part.count("[") > limits.BRACKETS for part in text.split("\n\n")):
        raise ReadError("more brackets in one paragraph than a text may hold")
    match = _FRONT.match(text)
    front = read_front_matter(match.group(1)) if match else Front(source=None)
    tokens = _PARSER.parse(text[match.end() :] if match else text)
    source = front.source or Source(title="")
    if not source.title:
        source = source.model_copy(update={"title": _first_heading(tokens) or PurePosixPath(file.name).stem})
    builder = Builder(source.title)
    _Walk(builder).feed(tokens)
    yield builder.build(source, Origin(file=file.name), name=front.id, subject=front.subject)


def _first_heading(tokens: list[Token]) -> str | None:
    for at, token in enumerate(tokens[:-1]):
        if token.type == "heading_open":
            return clean(_inline(tokens[at + 1])) or None if token.tag == "h1" else None
    return None


def _inline(token: Token) -> str:
    parts = []
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "html_inline":
            parts.append(" " if child.content.lower().startswith("<br") else "")
    return "".join(parts)


class _Walk:
    """Feed a builder from the flat list of tokens."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._heading = 0
        self._lists = 0
        self._rows: list[list[Cell]] | None = None

    def feed(self, tokens: list[Token]) -> None:
        for token in tokens:
            match token.type:
                case "heading_open":
                    self._heading = int(token.tag[1])
                case "bullet_list_open" | "ordered_list_open":
                    self._lists += 1
                case "bullet_list_close" | "ordered_list_close":
                    self._close_list()
                case "inline":
                    self._text(token)
                case "html_block":
                    self._builder.paragraph(text_of_fragment(token.content))
                case "fence" | "code_block":
                    self._builder.paragraph(token.content)
                case _:
                    self._table(token.type)

    def _close_list(self) -> None:
        self._lists -= 1
        if self._lists == 0:
            self._builder.end_list()

    def _table(self, what: str) -> None:
        if what == "table_open":
            self._rows = []
        elif what == "tr_open" and self._rows is not None:
            self._rows.append([])
        elif what == "table_close":
            self._builder.table(lay_out("", self._rows or []))
            self._rows = None

    def _text(self, token: Token) -> None:
        text = _inline(token)
        if self._rows is not None:
            self._rows[-1].append(Cell(text, is_head=len(self._rows) == 1))
        elif self._heading:
            self._builder.heading(text, self._heading)
            self._heading = 0
        elif self._lists:
            # A further paragraph of an item is an item of its own: it has the same lead-in.
            self._builder.list_item(text, depth=self._lists - 1)
        else:
            self._builder.paragraph(text)
