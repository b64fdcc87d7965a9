"""An HTML page in, one Document out: its headings, paragraphs, lists and tables, without menus and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final

from lxml import etree

from ragqa.errors import ReadError
from ragqa.ingest.builder import Builder, clean
from ragqa.ingest.decode import decode, read_whole
from ragqa.ingest.html_parts import BLOCKS, LEFT_OUT, is_chrome, is_hidden, is_menu, note_or_power
from ragqa.ingest.html_source import source_of_page
from ragqa.ingest.html_table import is_layout, read_table
from ragqa.ingest.xml import Element, check_depth, local, text_of
from ragqa.protocols import RawFile
from ragqa.types import Document, Origin
from ragqa.vocabulary import BlockKind

_BREAK: Final = "\x0b"  # stands for a line break; two of them end a paragraph
_HEADING: Final = re.compile(r"h([1-6])")
_LEAST_WORDS: Final = 50  # of an element that holds the page's content
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)


def read_html(file: RawFile) -> Iterator[Document]:
    """Read one page; raise ReadError where there is no text in it."""
    root = parse_html(_text(read_whole(file.path)))
    source = source_of_page(root, otherwise=PurePosixPath(file.name).stem)
    content = _content(root)
    builder = Builder(source.title)
    feed(builder, content, is_page=True)
    yield builder.build(source, Origin(file=file.name))


def parse_html(text: str) -> Element:
    """Return the root of a page; raise ReadError where there is no element in it."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    data = text.encode("utf-8", errors="replace")
    try:
        root = etree.parse(BytesIO(data), parser).getroot()
    except etree.XMLSyntaxError as error:
        raise ReadError(f"not HTML ({str(error.msg)[:200]})") from error
    if root is None:
        raise ReadError("not HTML (no element in it)")
    check_depth(root)
    return root


def text_of_fragment(text: str) -> str:
    """Return the text in a piece of HTML, without scripts and the like; empty where there is none."""
    if not text.strip() or text.lstrip().startswith("<!--"):
        return ""
    try:
        root = parse_html(text)
    except ReadError:
        return ""  # such as a lone end tag
    return text_of(root, without=LEFT_OUT)


def feed(builder: Builder, content: Element, *, is_page: bool) -> None:
    """Feed a builder what stands in an element; of a page, menus and hidden parts are left out."""
    walk = _Walk(builder, is_page=is_page)
    walk.element(content)
    walk.flush()


def _text(data: bytes) -> str:
    match = _CHARSET.search(data[:4096])
    if match and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(match.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            return decode(data)
    return decode(data)


def _content(root: Element) -> Element:
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = root.findall(path)
        if len(found) == 1 and len(text_of(found[0]).split()) >= _LEAST_WORDS:
            return found[0]
    body = root.find(".//body")
    return root if body is None else body


class _Walk:
    """Go through elements in reading order; text between blocks gathers until a block ends."""

    def __init__(self, builder: Builder, *, is_page: bool) -> None:
        self._builder = builder
        self._is_page = is_page
        self._text: list[str] = []
        self._kinds: list[str] = []  # "li" for each list around, "figcaption" in one
        self._term = ""

    def element(self, element: Element) -> None:
        name = local(element)
        if not name:
            self._text.append(text_of(element))  # a named character
            return
        if name in LEFT_OUT or (self._is_page and (is_hidden(element) or is_chrome(element))):
            return
        heading = _HEADING.fullmatch(name)
        if heading:
            self.flush()
            self._builder.heading(text_of(element, without=LEFT_OUT), int(heading.group(1)))
        elif name == "table" and not is_layout(element):
            self.flush()
            self._builder.table(read_table(element))
        elif name in ("header", "footer") and self._is_page:
            self._only_headings(element)
        elif name in ("ul", "ol"):
            self._list(element)
        elif name in ("dt", "dd"):
            self._definition(element, name)
        elif name in ("figcaption", "caption"):
            self.flush()
            self._builder.paragraph(text_of(element, without=LEFT_OUT), kind=BlockKind.CAPTION)
        else:
            self._inside(element, name)

    def flush(self) -> None:
        """End a block."""
        text = clean("".join(self._text))
        self._text = []
        if not text:
            return
        if self._kinds:
            self._builder.list_item(text, depth=len(self._kinds) - 1)
        else:
            self._builder.paragraph(text)

    def _inside(self, element: Element, name: str) -> None:
        if name == "sup":
            self._text.append(note_or_power(element))
            return
        if name == "br":
            before = next((text for text in reversed(self._text) if text.strip(" \t\r\n")), "")
            if before == _BREAK:
                self.flush()
            else:
                self._text.append(_BREAK)
            return
        is_block = name in BLOCKS
        if is_block:
            self.flush()
        self._text.append(element.text or "")
        for child in element:
            self.element(child)
            self._text.append(child.tail or "")
        if is_block:
            self.flush()

    def _list(self, element: Element) -> None:
        self.flush()
        if self._is_page and not self._kinds and is_menu(element):
            return
        self._kinds.append("li")
        self._inside(element, "ul")
        self._kinds.pop()
        if not self._kinds:
            self._builder.end_list()

    def _definition(self, element: Element, name: str) -> None:
        self.flush()
        text = clean(text_of(element, without=LEFT_OUT))
        if name == "dt":
            self._term = text
        elif text:
            self._builder.list_item(f"{self._term.rstrip(':')}: {text}" if self._term else text)

    def _only_headings(self, element: Element) -> None:
        for found in element.iter("h1", "h2"):
            self.flush()
            self._builder.heading(text_of(found, without=LEFT_OUT), int(str(found.tag)[1]))
