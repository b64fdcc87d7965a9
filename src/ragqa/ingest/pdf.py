"""A PDF in, one Document out: text in reading order with its pages; scans without a text layer are refused."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

import pypdfium2 as pdfium

from ragqa.errors import ReadError
from ragqa.ingest import limits
from ragqa.ingest.builder import Builder, clean
from ragqa.ingest.kinds import design_of_title
from ragqa.ingest.pdf_drawn import drawn_on
from ragqa.ingest.pdf_layout import Line, Page, lines_of
from ragqa.ingest.pdf_page import fragments_of
from ragqa.ingest.pdf_text import PdfWriter
from ragqa.protocols import RawFile
from ragqa.types import Document, Origin, Source
from ragqa.vocabulary import SourceKind

_LEAST_WORDS: Final = 5
_MAKER_WORDS: Final = 8
_TITLE_LENGTH: Final = 300
_TITLE_LINES: Final = 6
_LABEL: Final = re.compile(
    r"highlights of prescribing information|these highlights do not include|\bdrug facts\b|full prescribing information|^\d{1,2} indications and usage|\btablets? are indicated (?:in|for)|\bpackage insert\b",
    re.IGNORECASE | re.MULTILINE,
)
_HIGHLIGHTS: Final = re.compile(r"\.?\s*these highlights do not include.*", re.IGNORECASE | re.DOTALL)
_NO_TITLE: Final = re.compile(
    r"untitled\b.*|microsoft word.*|.*\.(?:docx?|pdf|indd|qxd|tex|pptx?)|slide \d+|\W*", re.IGNORECASE
)
_MONTHS: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
_STATED_YEAR: Final = re.compile(
    rf"(?:(?:revised|updated|published|version|effective|issued|last reviewed)\b[^\n]{{0,40}}?|(?:{_MONTHS})\s+(?:\d{{1,2}},\s+)?|\u00a9\s*|\bcopyright\s+)((?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_REVISED: Final = re.compile(r"\brevised:?\s*(?:\d{1,2}\s*/\s*)?((?:19|20)\d\d)\b", re.IGNORECASE)
_BODY: Final = re.compile(
    r"\b(?:centers? for|society|college|association|organi[sz]ation|institutes?|ministry|department|agency|committee|academy|network|council|foundation"
    r"|university|hospital|federation|inc|llc|ltd|administration)\b",
    re.IGNORECASE,
)
_lock = threading.Lock()  # pdfium may be called by one thread at a time


def read_pdf(file: RawFile) -> Iterator[Document]:
    """Read one PDF.

    Raises ReadError where it is protected by a password, damaged, too large, or has no text layer.
    """
    with _lock:
        pages, stated = _pages(file.path)
    lines = lines_of(pages)
    if sum(len(fragment.text.split()) for page in pages for fragment in page.fragments) < _LEAST_WORDS or not lines:
        raise ReadError("no text layer", remedy="run OCR first")
    source = _source(pages, lines, stated, otherwise=PurePosixPath(file.name).stem)
    builder = Builder(source.title)
    PdfWriter(builder, lines, f"{source.title} {source.organisation or ''}").write()
    yield builder.build(source, Origin(file=file.name))


def _pages(path: Path) -> tuple[list[Page], dict[str, str]]:
    if path.stat().st_size > limits.PDF_FILE:
        raise ReadError("larger than a PDF may be", remedy="split it into smaller files")
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ReadError("protected by a password", remedy="save it without one") from error
        raise ReadError(f"not a PDF, or damaged ({error})") from error
    try:
        if len(document) > limits.PDF_PAGES:
            raise ReadError(f"more than {limits.PDF_PAGES} pages", remedy="split it into smaller files")
        return list(_each_page(document)), document.get_metadata_dict()
    finally:
        document.close()


def _each_page(document: pdfium.PdfDocument) -> Iterator[Page]:
    characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
            width, height = page.get_size()
            drawn = drawn_on(page)
            fragments = fragments_of(page, drawn)
            page.close()
        except pdfium.PdfiumError as error:
            raise ReadError(f"page {number + 1} is damaged ({error})") from error
        characters += sum(len(fragment.text) for fragment in fragments)
        if characters > limits.PDF_CHARACTERS:
            raise ReadError("more text than a PDF may hold", remedy="split it into smaller files")
        yield Page(number + 1, width, height, fragments, drawn.grids)


def _source(pages: list[Page], lines: list[Line], stated: dict[str, str], *, otherwise: str) -> Source:
    head = "\n".join(fragment.text for page in pages[:2] for fragment in page.fragments[:200])
    title = _HIGHLIGHTS.sub("", clean(stated.get("Title", "")))
    if _NO_TITLE.fullmatch(title) or len(title) > _TITLE_LENGTH:
        title = _largest(lines) or otherwise
    author = clean(stated.get("Author", ""))
    is_label = _LABEL.search(head) is not None or any(_LABEL.search(line.text) for line in lines[:400])
    design = design_of_title(title, otherwise=SourceKind.OTHER)
    tail = "\n".join(line.text for line in lines[-80:])
    year = _REVISED.search(tail) or _REVISED.search(head) if is_label else _STATED_YEAR.search(head)
    is_body = _BODY.search(author) is not None
    has_maker = (
        is_label and len(lines) > 1 and (_BODY.search(lines[1].text) or lines[1].size == lines[0].size > lines[-1].size)
    )
    maker = clean(lines[1].text) if has_maker and len(lines[1].text.split()) <= _MAKER_WORDS else None
    return Source(
        kind=SourceKind.REGULATORY if is_label else design.kind,
        study_design=None if is_label else design.study_design,
        title=title,
        authors=()
        if is_body or not author
        else tuple(part.strip() for part in re.split(r"[;,]", author) if part.strip()),
        organisation=author if is_body else maker,
        year=int(year.group(1)) if year else None,
    )


def _largest(lines: list[Line]) -> str:
    """Return the largest text of the first page, where it may be a title."""
    first = [line for line in lines if line.page == lines[0].page]
    size = max(line.size for line in first)
    if sum(line.size > 0.9 * size for line in first) > _TITLE_LINES:
        return clean(first[0].text)[:200]
    return clean(" ".join(line.text for line in first if line.size > 0.9 * size))[:200]
