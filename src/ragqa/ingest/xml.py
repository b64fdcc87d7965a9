"""Bytes in, XML elements out, with lxml closed to the outside: no DTD, no network, no entity expanded, no huge tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html.entities import html5
from io import BytesIO
from typing import IO, Final, TypeAlias

from lxml import etree

from ragqa.errors import ReadError
from ragqa.ingest import limits

Element: TypeAlias = etree._Element  # noqa: SLF001  # lxml names its element class so

_SUPERSCRIPTS: Final = str.maketrans(
    "0123456789+-\u2212=()n",
    "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207b\u207c\u207d\u207e\u207f",
)


def parse(data: bytes) -> Element:
    """Return the root of an XML document; raise ReadError where it is none or too deeply nested."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.parse(BytesIO(data), parser).getroot()
    except etree.XMLSyntaxError as error:
        raise ReadError(f"not well-formed XML ({_first_line(error)})") from error
    if root is None:
        raise ReadError("not well-formed XML (no element in it)")
    check_depth(root)
    return root


def records(stream: IO[bytes], tags: Iterable[str]) -> Iterator[Element]:
    """Yield the elements of these names one by one, each freed when the next is asked for."""
    wanted = frozenset(tags)
    found = etree.iterparse(
        stream,
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = 0
    inside: Element | None = None
    while True:
        try:
            event, element = next(found)
        except StopIteration:
            return
        except etree.XMLSyntaxError as error:
            raise ReadError(f"not well-formed XML ({_first_line(error)})") from error
        depth += 1 if event == "start" else -1
        if depth > limits.DEPTH:
            raise ReadError(f"nested more than {limits.DEPTH} elements deep")
        if event == "start" and inside is None and local(element) in wanted:
            inside = element
        elif event == "end" and inside is not None and element is inside:
            yield inside
            inside = None
        if event == "end" and inside is None:
            _free(element)


def _free(element: Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def root_name(stream: IO[bytes]) -> str:
    """Return the local name of the root element; raise ReadError where there is none."""
    found = etree.iterparse(stream, events=("start",), resolve_entities=False, load_dtd=False, no_network=True)
    try:
        for _, element in found:
            return local(element)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"not well-formed XML ({_first_line(error)})") from error
    raise ReadError("not well-formed XML (no element in it)")


def local(element: Element) -> str:
    """Return an element's name without its namespace, empty for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def check_depth(root: Element) -> None:
    """Raise ReadError where elements are nested more deeply than `limits.DEPTH`."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limits.DEPTH:
            raise ReadError(f"nested more than {limits.DEPTH} elements deep")


def text_of(element: Element | None, *, without: frozenset[str] = frozenset()) -> str:
    """Return the text in an element, superscript digits as such, without the elements named."""
    if element is None:
        return ""
    parts: list[str] = []
    _gather(element, without, parts)
    return "".join(parts)


def _gather(element: Element, without: frozenset[str], parts: list[str]) -> None:
    if isinstance(element, etree._Entity):  # noqa: SLF001  # lxml names the class so
        parts.append(named_character(element))
        return
    name = local(element)
    if not name:
        return
    if name in without:
        return
    inner: list[str] = [element.text or ""]
    for child in element:
        _gather(child, without, inner)
        inner.append(child.tail or "")
    text = "".join(inner)
    if name in ("br", "break"):
        text = " "
    parts.append(superscript(text) if name == "sup" else text)


def superscript(text: str) -> str:
    """Return digits and signs as superscripts, so that 10 to the 9 is not read as 109; letters stay as they are."""
    bare = text.strip()
    return bare.translate(_SUPERSCRIPTS) if bare and all(c in "0123456789+-\u2212" for c in bare) else text


def named_character(entity: etree._Entity) -> str:
    """Return the character of an entity such as "&alpha;", empty where no list of names has it."""
    return html5.get(f"{entity.name};", "")


def _first_line(error: etree.XMLSyntaxError) -> str:
    return str(error.msg or error).split("\n")[0][:200]
