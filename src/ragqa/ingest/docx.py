"""A Word document in, one Document out: mammoth turns it into plain HTML, and HTML is read as such."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

import mammoth  # type: ignore[import-untyped]  # it has no annotations

from ragqa.errors import ReadError
from ragqa.ingest import limits
from ragqa.ingest.builder import Builder, clean
from ragqa.ingest.html import feed, parse_html
from ragqa.ingest.identity import as_year
from ragqa.ingest.kinds import design_of_title
from ragqa.ingest.xml import Element, local, parse, text_of
from ragqa.protocols import RawFile
from ragqa.types import Document, Origin, Source
from ragqa.vocabulary import SourceKind

_STYLES: Final = """
p[style-name='Title'] => h1:fresh
p[style-name='Caption'] => figure > figcaption:fresh
r[style-name='Footnote Reference'] =>
"""
_BODY: Final = "word/document.xml"
_BEGINNING: Final = 64 * 1024  # bytes of a part at a time, up to its first element
# What a damaged package makes mammoth raise; it has no error of its own for it.
_FAULTS: Final = (
    zlib.error,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    OSError,
    EOFError,
    NotImplementedError,
    RecursionError,
    ExpatError,
    zipfile.BadZipFile,
)


def read_docx(file: RawFile) -> Iterator[Document]:
    """Read one Word document; macros, comments, headers and footers are left out.

    Raises ReadError where it is no Word document, is encrypted, or would unpack to too much.
    """
    core = _check(file.path)
    root = parse_html(f"<html><body>{_to_html(file.path)}</body></html>")
    for note in root.findall(".//li"):
        if (note.get("id") or "").startswith(("footnote-", "endnote-")) and (parent := note.getparent()) is not None:
            parent.remove(note)
    title = _title(root, core) or PurePosixPath(file.name).stem
    design = design_of_title(title, otherwise=SourceKind.OTHER)
    author = core.get("creator")
    source = Source(
        kind=design.kind,
        study_design=design.study_design,
        title=title,
        authors=tuple(part for part in (clean(name) for name in re.split("[;]", author or "")) if part),
        year=as_year(core.get("issued")),
        language=(core.get("language") or "").split("-")[0].lower() or None,
    )
    builder = Builder(title)
    feed(builder, root, is_page=False)
    yield builder.build(source, Origin(file=file.name))


def _check(path: Path) -> dict[str, str]:
    """Return the stated properties of a package that may be opened."""
    with path.open("rb") as stream:
        if stream.read(4) == b"\xd0\xcf\x11\xe0":
            raise ReadError(
                "protected by a password, or an old .doc file", remedy="save it as .docx without a password"
            )
    try:
        with zipfile.ZipFile(path) as package:
            members = {info.filename: info for info in package.infolist()}
            if sum(info.file_size for info in members.values()) > limits.DOCX_UNPACKED:
                raise ReadError("unpacks to more than a Word document may")
            if _BODY not in members:
                raise ReadError("not a Word document (it has no body)")
            for info in members.values():  # whatever it is called: a package may name any part as its text
                _refuse_entities(package, info)
            core = parse(package.read("docProps/core.xml")) if "docProps/core.xml" in members else None
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise ReadError(f"not a Word document ({str(error)[:120]})") from error
    return {} if core is None else {local(child): clean(text_of(child)) for child in core}


def _refuse_entities(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Raise ReadError for a part of XML that is too large or has a document type, which nothing of Word's has."""
    is_xml = info.filename.endswith((".xml", ".rels"))
    if is_xml and info.file_size > limits.DOCX_PART:
        raise ReadError("not a Word document (a part of it is too large)")
    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = _stop
    try:
        with package.open(info) as stream:
            while data := stream.read(_BEGINNING):
                parser.Parse(data)
    except LookupError as error:
        raise ReadError("a damaged Word document (a part of it is in an unknown encoding)") from error
    except (_AtRoot, ExpatError):  # the text begins, or this is no XML: a picture
        return


def _refuse_doctype(*_: object) -> None:
    raise ReadError("not a Word document (a part of it declares entities)")


def _stop(*_: object) -> None:
    raise _AtRoot


class _AtRoot(Exception):  # noqa: N818 - it says where the parser is
    """Nothing that could declare an entity follows."""


def _to_html(path: Path) -> str:
    ignore = mammoth.images.img_element(lambda _: {})
    try:
        with path.open("rb") as stream:
            return str(mammoth.convert_to_html(stream, style_map=_STYLES, convert_image=ignore).value)
    except _FAULTS as error:
        raise ReadError(f"a damaged Word document ({type(error).__name__})") from error


def _title(root: Element, core: dict[str, str]) -> str:
    head = root.find(".//h1")
    first = next((element for element in root.iter() if local(element) in ("h1", "h2", "p", "li")), None)
    if head is not None and first is head:
        return clean(text_of(head))
    return core.get("title", "")
