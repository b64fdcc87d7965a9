"""The body of a JATS article in; headings, paragraphs, lists, tables and captions to a builder out."""

from __future__ import annotations

import re
from typing import Final

from ragqa.ingest.builder import Builder, clean
from ragqa.ingest.html_table import read_table
from ragqa.ingest.jats_text import raw_text, text_of_jats, tidy
from ragqa.ingest.tables import Table, lay_out
from ragqa.ingest.xml import Element
from ragqa.vocabulary import BlockKind

_LEFT_OUT: Final = frozenset(
    [
        "title",
        "label",
        "ref-list",
        "ack",
        "fn-group",
        "fn",
        "supplementary-material",
        "media",
        "graphic",
        "object-id",
        "sec-meta",
        "sig-block",
        "sig",
        "notes",
        "alt-text",
        "long-desc",
        "permissions",
        "attrib",
        "copyright-statement",
        "question-wrap",
    ]
)
_LEFT_OUT_SECTIONS: Final = frozenset(
    (
        "supplementary-material",
        "display-objects",
        "data-availability",
        "COI-statement",
        "ethics-statement",
        "funding",
        "ack",
    )
)
_STANDING_IN_PARAGRAPHS: Final = frozenset(
    [
        "list",
        "def-list",
        "table-wrap",
        "table-wrap-group",
        "fig",
        "fig-group",
        "boxed-text",
        "disp-quote",
        "statement",
        "verse-group",
        "supplementary-material",
        "disp-formula-group",
        "preformat",
        "code",
        "media",
    ]
)
_RUN_IN_WORDS: Final = 10
_RUN_IN_LEVEL: Final = 20  # deeper than any section
_RUN_IN_END: Final = re.compile(r"[.:\u2014\u2013]\s*$")


class JatsWalk:
    """Feed a builder from the elements of a body or abstract, in order."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder

    def children(self, parent: Element, *, level: int) -> None:
        """Feed what stands in a body, abstract or section under headings of this level."""
        for child in parent:
            self._block(child, level)

    def section(self, section: Element, *, level: int) -> None:
        """Feed a section with its heading, one level below."""
        if section.get("sec-type") in _LEFT_OUT_SECTIONS:
            return
        title = section.find("title")
        if title is None:
            title = section.find("caption/title")
        heading = clean(text_of_jats(title))
        if heading:
            level += 1
            self._builder.heading(heading, level)
        self.children(section, level=level)

    def _block(self, element: Element, level: int) -> None:
        name = element.tag
        if not isinstance(name, str) or name in _LEFT_OUT:
            return
        match name:
            case "sec" | "boxed-text" | "app" | "glossary":
                self.section(element, level=level)
            case "p":
                self._paragraph(element)
            case "list":
                self._list(element, 0)
                self._builder.end_list()
            case "def-list":
                self._definitions(element)
            case "table-wrap":
                self._table(element)
            case "fig":
                self._builder.paragraph(_caption(element), kind=BlockKind.CAPTION)
            case "caption" | "subtitle":
                pass  # of a boxed text: its title has become the heading
            case "table-wrap-group" | "fig-group" | "disp-quote" | "statement" | "verse-group" | "speech":
                self.children(element, level=level)
            case _:
                self._builder.paragraph(text_of_jats(element))

    def _paragraph(self, paragraph: Element, *, depth: int | None = None) -> None:
        """Feed a paragraph; what stands in it as a block of its own cuts it."""
        rest = self._run_in(paragraph) if depth is None else None
        text = _text_before(paragraph) if rest is None else rest
        for child in paragraph:
            if child.tag in _STANDING_IN_PARAGRAPHS:
                self._put(text, depth)
                if child.tag == "list":
                    self._list(child, 0 if depth is None else depth + 1)
                else:
                    self._block(child, _RUN_IN_LEVEL)
                text = ""
            elif rest is None:
                text += raw_text(child)
            else:
                rest = None  # the run-in heading has been taken
                text += child.tail or ""
                continue
            text += child.tail or ""
        self._put(text, depth)

    def _put(self, text: str, depth: int | None) -> None:
        if depth is None:
            self._builder.paragraph(tidy(text))
        else:
            self._builder.list_item(tidy(text), depth=depth)

    def _run_in(self, paragraph: Element) -> str | None:
        """Make a bold beginning that ends like a heading a heading; return the text to go on with, None where none."""
        first = next(iter(paragraph), None)
        if first is None or first.tag not in ("bold", "italic") or (paragraph.text or "").strip():
            return None
        head, tail = clean(text_of_jats(first)), (first.tail or "").lstrip()
        ends = _RUN_IN_END.search(head) or tail[:1] in (":", "\u2014") or tail.startswith(". ")
        is_whole = not tail and len(paragraph) == 1 and first.tag == "bold" and not head.endswith(".")
        if not (ends or is_whole) or not head or len(head.split()) > _RUN_IN_WORDS:
            return None
        if first.tag == "italic" and not (tail or len(paragraph) > 1):
            return None
        self._builder.heading(head.rstrip(".:\u2014\u2013 "), _RUN_IN_LEVEL)
        first.tail = tail.lstrip(".:\u2014 ")
        return ""

    def _list(self, element: Element, depth: int) -> None:
        for item in element.findall("list-item"):
            for part in item:
                if part.tag == "list":
                    self._list(part, depth + 1)
                elif part.tag == "p":
                    self._paragraph(part, depth=depth)
                elif isinstance(part.tag, str) and part.tag not in _LEFT_OUT:
                    self._block(part, _RUN_IN_LEVEL)

    def _definitions(self, element: Element) -> None:
        for item in element.findall("def-item"):
            term = clean(text_of_jats(item.find("term"))).rstrip(":")
            meaning = clean(" ".join(text_of_jats(part) for part in item.findall("def")))
            self._builder.list_item(f"{term}: {meaning}" if meaning else term)
        self._builder.end_list()

    def _table(self, wrap: Element) -> None:
        notes = " ".join(_note(part) for foot in wrap.findall("table-wrap-foot") for part in foot)
        tables = [table for table in wrap.iter("table") if not _is_nested(table)]
        if not tables:
            self._builder.table(lay_out(_caption(wrap), [], notes=notes))
        for number, table in enumerate(tables):
            is_last = number == len(tables) - 1
            self._builder.table(_read(table, _caption(wrap) if number == 0 else "", notes if is_last else ""))


def _read(table: Element, caption: str, notes: str) -> Table:
    for element in table.iter("td", "th"):
        for rule in element.findall("hr"):  # drawn lines, whose tails are text
            rule.tag = "break"
    return read_table(table, caption=caption, notes=notes, text=text_of_jats)


def _note(part: Element) -> str:
    """Return a note under a table, its mark before it."""
    label, *rest = [clean(tidy(raw_text(child))) for child in part] or [clean(text_of_jats(part))]
    if part.tag != "fn":
        return clean(text_of_jats(part))
    return clean(" ".join((label, *rest)))


def _is_nested(table: Element) -> bool:
    return any(parent.tag == "table" for parent in table.iterancestors())


def _text_before(element: Element) -> str:
    return element.text or ""


def _caption(element: Element) -> str:
    label = clean(text_of_jats(element.find("label"))).rstrip(".:")
    caption = element.find("caption")
    parts = [] if caption is None else [clean(text_of_jats(part)) for part in caption if part.tag in ("title", "p")]
    sentences = [part if part.endswith((".", "?", "!", ":")) else f"{part}." for part in (label, *parts) if part]
    return " ".join(sentences)
