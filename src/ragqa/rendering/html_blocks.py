"""Blocks in; their HTML out. Every text passes `escape`, every address was made by `references`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape as escape_markup
from typing import Any

from ragqa.rendering.blocks import (
    Block,
    Bullets,
    Cite,
    Cites,
    Entries,
    Entry,
    Facts,
    Heading,
    Inline,
    Item,
    Line,
    Link,
    Notice,
    Para,
    Pointer,
    Question,
    RunIn,
    Side,
    Sides,
    Small,
    SourceName,
    Style,
    Table,
    Terms,
    Words,
)
from ragqa.rendering.hostile import safe, safe_run

MANY = 6  # places that cite a reference, beyond which they are folded away
_TAGS: dict[str, tuple[str, str]] = {
    Style.QUOTE: ("<q>", "</q>"),
    Style.TERM: ("<q><strong>", "</strong></q>"),
    Style.STRONG: ("<strong>", "</strong>"),
    Style.MUTED: ('<span class="muted">', "</span>"),
}


def escape(text: str) -> str:
    """Return text of a document that HTML shows as it is, inside an element or a quoted attribute."""
    return escape_markup(safe(text), quote=True)


class PageSetter:
    """Sets the blocks of one page; it numbers the headings and the places where each reference is cited."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        headings = [block for block in blocks if isinstance(block, Heading)]
        self._anchors = {id(block): f"s{place}" for place, block in enumerate(headings)}
        self._cited: dict[int, int] = {}
        self._setters: dict[type, Callable[[Any], str]] = {
            Notice: _notice,
            Question: lambda b: (
                f'<p class="question"><span class="label">{escape(b.label)}</span> {escape(b.text)}</p>'
            ),
            Facts: self._facts,
            Heading: self._heading,
            Para: lambda b: f"<p>{self._line(b.line)}</p>",
            Small: lambda b: f'<p class="small">{self._line(b.line)}</p>',
            RunIn: lambda b: f'<p class="run-in"><cite>{escape(b.title)}</cite> {_facts_and_mark(b)}</p>',
            Bullets: self._bullets,
            Table: self._table,
            Sides: self._sides,
            Terms: lambda b: f"<dl>{''.join(f'<dt>{escape(t)}</dt><dd>{escape(m)}</dd>' for t, m in b.pairs)}</dl>",
            Entries: self._entries,
        }

    def anchor(self, heading: Heading) -> str:
        """Return the id of a heading of this page."""
        return self._anchors[id(heading)]

    def html(self, block: Block) -> str:
        """Return a block as HTML; called once a block, in reading order."""
        return self._setters[type(block)](block)

    def address_of(self, cite: Cite, anchor: str) -> str:  # noqa: ARG002 for a page that leads back to it
        """Return where a citation number leads: to its reference; a page that can show the source says otherwise. `anchor` is the number's own."""
        return f"#r{cite.number}"

    def _facts(self, facts: Facts) -> str:
        pairs = "".join(
            f"<div><dt>{escape(label)}</dt><dd>{self._line(line)}</dd></div>" for label, line in facts.pairs
        )
        return f'<dl class="facts">{pairs}</dl>'

    def _heading(self, heading: Heading) -> str:
        return f'<h{heading.level} id="{self.anchor(heading)}">{escape(heading.text)}</h{heading.level}>'

    def _bullets(self, bullets: Bullets) -> str:
        tag, start = ("ul", "") if bullets.start is None else ("ol", f' start="{bullets.start}"' if bullets.start > 1 else "")
        names = f'\n<ul class="names">{"".join(map(_source_name, bullets.names))}</ul>' if bullets.names else ""
        return f"<{tag}{start}>\n{chr(10).join(map(self._item, bullets.items))}\n</{tag}>{names}"

    def _item(self, item: Item) -> str:
        note = f'<p class="note">{escape(item.note)}</p>' if item.note else ""
        words = "".join(f'<p class="word"><dfn>{escape(term)}</dfn>: {escape(meaning)}</p>' for term, meaning in item.words)
        return f"<li>{self._line(item.line)}{note}{words}</li>"

    def _table(self, table: Table) -> str:
        head = "".join(f'<th scope="col" role="columnheader">{escape(name)}</th>' for name in table.header)
        rows = []
        for name, cells in table.rows:
            texts = [self._cell(label, cell, table.empty) for label, cell in zip(table.header[1:], cells, strict=True)]
            rows.append(f'<tr role="row"><th scope="row" role="rowheader">{escape(name)}</th>{"".join(texts)}</tr>')
        return (
            f'<table role="table"><caption>{escape(table.caption)}</caption>'
            f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
            f'<tbody role="rowgroup">\n{chr(10).join(rows)}\n</tbody></table>'
        )

    def _cell(self, label: str, cell: Line | None, empty: str) -> str:
        text = self._line(cell) if cell else f'<span class="muted">{escape(empty)}</span>'
        return f'<td role="cell" data-label="{escape(label)}">{text}</td>'

    def _sides(self, sides: Sides) -> str:
        return f'<div class="sides">\n{chr(10).join(map(self._side, sides.sides))}\n</div>'

    def _side(self, side: Side) -> str:
        return f'<div class="side"><p class="run-in">{_facts_and_mark(side)} <cite>{escape(side.title)}</cite></p><p>{self._line(side.line)}</p></div>'

    def _entries(self, entries: Entries) -> str:
        return f'<ol class="references">\n{chr(10).join(map(self._entry, entries.entries))}\n</ol>'

    def _entry(self, entry: Entry) -> str:
        marks = "".join(f'<strong class="mark">{escape(mark)}.</strong> ' for mark in entry.marks)
        count = self._cited.get(entry.number, 0)
        back = " ".join(
            f'<a href="#c{entry.number}-{place}" aria-label="Back to citation {place} of reference {entry.number}">{place}</a>'
            for place in range(1, count + 1)
        )
        cited = f"Cited: {back}"
        if count > MANY:
            cited = f"<details><summary>Cited {count} times</summary> {back}</details>"
        return (
            f'<li id="r{entry.number}"><span class="number">[{entry.number}]</span> <div><span class="kind" data-kind="{escape(entry.kind)}">{escape(entry.kind)}<span class="stop">.</span></span> '
            f'{marks}{self._line(entry.line)} <div class="back">{cited}</div></div></li>'
        )

    def _line(self, line: Sequence[Inline]) -> str:
        return "".join(map(self._inline, line)).strip()

    def _inline(self, piece: Inline) -> str:
        if isinstance(piece, Cites):
            return f'&#160;<span class="cites">[{", ".join(map(self._cite, piece.cites))}]</span>'
        if isinstance(piece, Pointer):
            return f'<a href="#{self.anchor(piece.to)}">{escape(piece.text)}</a>'
        if isinstance(piece, Link):
            return (
                f'<a href="{escape_markup(piece.url, quote=True)}" rel="noopener noreferrer">{escape(piece.text)}</a>'
            )
        return _words(piece)

    def _cite(self, cite: Cite) -> str:
        place = self._cited[cite.number] = self._cited.get(cite.number, 0) + 1
        anchor = f"c{cite.number}-{place}"
        quotes = "".join(f'<span class="quoted">“{escape(quote)}”</span>' for quote in cite.quotes)
        return (
            f'<span class="cite"><a id="{anchor}" href="{escape(self.address_of(cite, anchor))}" aria-label="Reference {cite.number}" aria-describedby="{anchor}q">{cite.number}</a>'
            f'<span class="card" role="tooltip" id="{anchor}q">{quotes}<span class="from">{escape(cite.source)}</span></span></span>'
        )


def _words(words: Words) -> str:
    text = safe_run(words.text)
    core = escape_markup(text.strip(), quote=True)
    opening, closing = _TAGS.get(words.style, ("", "")) if core else ("", "")
    return (
        f"{text[: len(text) - len(text.lstrip())]}{opening}{core}{closing}{text[len(text.rstrip()) :] if core else ''}"
    )


def _notice(notice: Notice) -> str:
    label = f"<strong>{escape(notice.label)}.</strong>"
    return f'<div class="notice {notice.tone.value}" role="note">{label} {escape(notice.text)}</div>'


def _source_name(name: SourceName) -> str:
    mark = f' <strong class="mark">{escape(name.mark)}</strong>' if name.mark else ""
    return f'<li><span class="number">[{name.number}]</span> <span>{escape(name.label)}{mark}</span></li>'


def _facts_and_mark(block: RunIn | Side) -> str:
    mark = f' <strong class="mark">{escape(block.mark)}</strong>' if block.mark else ""
    return f'<span class="fact">{escape(block.facts)}</span>{mark}'
