"""MEDLINE text in (.nbib, .medline, .txt), many records a file; one Document a record out, streamed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ragqa.errors import ReadError
from ragqa.ingest.builder import Builder, clean
from ragqa.ingest.decode import lines
from ragqa.ingest.identity import as_doi, as_pmid, as_year
from ragqa.ingest.kinds import design_of_types
from ragqa.ingest.labels import labelled_parts
from ragqa.ingest.records import Records
from ragqa.protocols import RawFile
from ragqa.types import Document, Origin, Source

_FIELD: Final = re.compile(r"([A-Z][A-Z0-9 ]{1,3})- (.*)", re.DOTALL)
_FIRST: Final = "PMID- "
_MOST_CHARACTERS: Final = 500_000  # of one record

Fields = dict[str, list[str]]


def is_medline(head: bytes) -> bool:
    """Tell whether a text begins like MEDLINE records."""
    return head.lstrip(b"\xef\xbb\xbf \r\n").startswith(_FIRST.encode())


def read_medline(file: RawFile) -> Iterator[Document]:
    """Read records one by one; one without an abstract is a ReadError, and reading goes on after it."""
    return Records(_documents(file))


def _documents(file: RawFile) -> Iterator[Document | ReadError]:
    is_any = False
    for number, fields in enumerate(_records(file), start=1):
        is_any = True
        if isinstance(fields, ReadError):
            yield fields
            continue
        pmid = fields.get("PMID", [""])[0].strip()
        try:
            yield _document(fields, Origin(file=file.name, member=f"pmid:{pmid}" if pmid else f"record {number}"))
        except ReadError as error:
            yield ReadError(f"record {number} (PMID {pmid or 'not stated'}): {error.cause}")
    if not is_any:
        yield ReadError("no MEDLINE record in it")


def _records(file: RawFile) -> Iterator[Fields | ReadError]:
    fields: Fields = {}
    count = 0
    for number, line in lines(file.path):
        if line is None:
            yield ReadError(f"line {number}: longer than a record may be")
            continue
        text = _decoded(line).rstrip()
        match = _FIELD.match(text)
        if fields and (text.startswith(_FIRST) or count > _MOST_CHARACTERS):
            yield fields
            fields, count = {}, 0
        count += len(text)
        if match:
            name = match.group(1).strip()
            fields.setdefault(name, []).append(match.group(2))
            last = name
        elif text.startswith("      ") and fields:
            fields[last][-1] += " " + text.strip()
    if fields:
        yield fields


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _document(fields: Fields, origin: Origin) -> Document:
    title = _one(fields, "TI") or _one(fields, "TT") or _one(fields, "BTI") or "Untitled article"
    source = _source(fields, title)
    builder = Builder(source.title)
    for label, text in labelled_parts(_one(fields, "AB") or ""):
        if label:
            builder.heading(label, 1)
        builder.paragraph(text)
    if builder.is_empty:
        raise ReadError("no abstract")
    return builder.build(source, origin)


def _source(fields: Fields, title: str) -> Source:
    types = fields.get("PT", [])
    design = design_of_types(types, title)
    dois = [value for value in fields.get("AID", []) + fields.get("LID", []) if "[doi]" in value]
    language = (_one(fields, "LA") or "")[:3].lower()
    return Source(
        kind=design.kind,
        study_design=design.study_design,
        title=title.strip("[]").removesuffix(".").removesuffix("]"),
        authors=tuple(clean(name) for name in fields.get("AU", []) + fields.get("CN", []) if clean(name)),
        journal=_one(fields, "JT") or _one(fields, "TA"),
        year=as_year(_one(fields, "DP")),
        doi=next((doi for doi in map(as_doi, dois) if doi), None),
        pmid=as_pmid(_one(fields, "PMID")),
        language={"eng": "en", "fre": "fr", "ger": "de", "spa": "es"}.get(language, language) or None,
        retracted=bool(fields.get("RIN")) or any(name.lower() == "retracted publication" for name in types),
    )


def _one(fields: Fields, name: str) -> str | None:
    values = fields.get(name)
    return clean(values[0]) or None if values else None
