"""Plain text in, one Document out: hard-wrapped lines are joined, headings and lists seen by their shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from ragqa.ingest.builder import Builder, clean
from ragqa.ingest.decode import decode, open_bounded, read_whole
from ragqa.ingest.kinds import design_of_title
from ragqa.ingest.medline import is_medline, read_medline
from ragqa.protocols import RawFile
from ragqa.text import normalise
from ragqa.types import Document, Origin, Source
from ragqa.vocabulary import SourceKind

_ITEM: Final = re.compile(r"(\s*)(?:[-*\u2022\u25aa\u2013\u25cf]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+(?=\S)")
_RULE: Final = re.compile(r"\s*([=\-_*~#])\1{2,}\s*")
_CONTENTS: Final = re.compile(r".{0,200}?(?:\.\s?){4,150}\s{0,9}\d{1,4}\s{0,9}$")
_HEADING_WORDS: Final = 12
_TITLE_LINES: Final = 2
_TITLE_WORDS: Final = 30


def read_text(file: RawFile) -> Iterator[Document]:
    """Read a text file, or the records of one that holds MEDLINE text."""
    with open_bounded(file.path) as stream:
        head = stream.read(200)
    return read_medline(file) if is_medline(head) else iter((_document(file),))


def _document(file: RawFile) -> Document:
    text = normalise(decode(read_whole(file.path)).expandtabs(4))
    paragraphs = [part.split("\n") for part in re.split(r"\n\s*\n", text) if part.strip()]
    title = ""
    if len(paragraphs) > 1 and len(paragraphs[0][0].split()) <= _TITLE_WORDS and _is_title(paragraphs[0]):
        title = clean(paragraphs[0][0])
    stated = title
    title = title or PurePosixPath(file.name).stem
    builder = Builder(title)
    for at, lines in enumerate(paragraphs):
        following = paragraphs[at + 1][0] if at + 1 < len(paragraphs) else ""
        _paragraph(
            builder,
            [line for line in lines if not _RULE.fullmatch(line) and not _CONTENTS.match(line)],
            following,
            title,
        )
    design = design_of_title(title, otherwise=SourceKind.OTHER)
    source = Source(kind=design.kind, study_design=design.study_design, title=title)
    if builder.is_empty:
        builder.paragraph(stated)  # a title and nothing else
    return builder.build(source, Origin(file=file.name))


def _is_title(lines: list[str]) -> bool:
    return len(lines) <= _TITLE_LINES and not lines[-1].rstrip().endswith((".", ":", ";", ",", "!"))


def _paragraph(builder: Builder, lines: list[str], following: str, title: str) -> None:
    if lines and clean(lines[0]) == title:
        lines = lines[1:]
    while lines and _is_heading(lines[0], lines[1] if len(lines) > 1 else following, is_alone=len(lines) == 1):
        builder.heading(lines[0], 1 if lines[0].isupper() else 2)
        lines = lines[1:]
    gathered: list[str] = []
    depths: list[int] | None = None  # the indents of the lists around; None outside a list
    for line in lines:
        match = _ITEM.match(line)
        if match and (
            depths is not None
            or not gathered
            or gathered[-1].rstrip().endswith((":", "."))
            or line.lstrip()[0] in "-*\u2022\u25aa\u25cf"
        ):
            _flush(builder, gathered, depths)
            indent = len(match.group(1))
            depths = [*(depth for depth in depths or [] if depth < indent), indent]
            gathered = [line[match.end() :]]
        else:
            gathered.append(line)
    _flush(builder, gathered, depths)


def _flush(builder: Builder, lines: list[str], depths: list[int] | None) -> None:
    text = " ".join(line.strip() for line in lines)
    if not text:
        return
    if depths is None:
        builder.paragraph(text)
    else:
        builder.list_item(text, depth=len(depths) - 1)


def _is_heading(line: str, following: str, *, is_alone: bool) -> bool:
    text = line.strip()
    if not text or len(text.split()) > _HEADING_WORDS or text[-1] in ".,;:!?" or _ITEM.match(line):
        return False
    if _RULE.fullmatch(following):
        return True
    looks = text.isupper() or (text[0].isupper() or text[0].isdigit())
    return looks and bool(following.strip()) and (is_alone or text.isupper())
