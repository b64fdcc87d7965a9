"""BEIR-style JSONL in (.jsonl, .jsonl.gz), one Document a line out, streamed; the text stays as the record has it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Final

from pydantic import ValidationError

from ragqa.errors import ReadError
from ragqa.ingest.builder import clean
from ragqa.ingest.decode import lines
from ragqa.ingest.identity import as_doi, as_pmid, as_year, document_id, name_in_text
from ragqa.ingest.kinds import design_of_title, named_audience, named_kind
from ragqa.ingest.records import Records
from ragqa.ingest.structure import structure
from ragqa.protocols import RawFile
from ragqa.text import normalise
from ragqa.types import Document, Origin, Source, Subject
from ragqa.vocabulary import SourceKind

_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_PUBMED: Final = re.compile(r"pubmed\.ncbi\.nlm\.nih\.gov/(\d{1,9})|ncbi\.nlm\.nih\.gov/pubmed/(\d{1,9})")
_SYNONYMS_MOST: Final = 50
_TITLE_LENGTH: Final = 1_000


def read_jsonl(file: RawFile) -> Iterator[Document]:
    """Read records one by one; a bad line is a ReadError with its number, and reading goes on after it."""
    return Records(_documents(file))


def _documents(file: RawFile) -> Iterator[Document | ReadError]:
    is_any = False
    for number, line in lines(file.path):
        if line is None:
            yield ReadError(f"line {number}: longer than a record may be")
            continue
        if not line.strip():
            continue
        is_any = True
        try:
            yield _document(_record(line), file.name, number)
        except ReadError as error:
            yield ReadError(f"line {number}: {error.cause}")
        except RecursionError:
            yield ReadError(f"line {number}: nested too deeply")
    if not is_any:
        yield ReadError("empty file")


def _record(line: bytes) -> Mapping[str, object]:
    try:
        record = json.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        raise ReadError(f"not JSON ({str(error)[:100]})") from error
    if not isinstance(record, dict):
        raise ReadError("not a JSON object")
    return record


def _document(record: Mapping[str, object], file: str, number: int) -> Document:
    raw = record.get("text")
    if not isinstance(raw, str):
        raise ReadError("no field `text`")
    text = normalise(_SURROGATES.sub("\ufffd", raw))
    given = name_in_text(_string(record.get("_id")) or _string(record.get("id")) or "")
    metadata = record.get("metadata")
    fields: Mapping[str, object] = {**record, **metadata} if isinstance(metadata, dict) else record
    source = _source(fields, (_string(record.get("title")) or given or "Untitled")[:_TITLE_LENGTH])
    question = _string(fields.get("question"))
    shape = structure(text, title=source.title, path=(question,) if question else ())
    if not shape.blocks:
        raise ReadError("no text in it")
    try:
        return Document(
            id=given or document_id(source, text),
            text=text,
            source=source,
            subject=_subject(fields, source.title),
            sections=shape.sections,
            blocks=shape.blocks,
            origin=Origin(file=file, member=given or f"line {number}"),
        )
    except ValidationError as error:
        raise ReadError(f"a wrong value ({error.errors()[0]['msg'].lower()})") from error


def _source(fields: Mapping[str, object], title: str) -> Source:
    url = _string(fields.get("url"))
    pubmed = _PUBMED.search(url) if url else None
    journal = _string(fields.get("journal"))
    pmid = as_pmid(fields.get("pmid")) or (as_pmid(pubmed.group(1) or pubmed.group(2)) if pubmed else None)
    kind = named_kind(fields.get("kind"))
    design = design_of_title(title, otherwise=SourceKind.RESEARCH if journal or pmid else SourceKind.OTHER)
    return Source(
        kind=design.kind if kind is SourceKind.OTHER else kind,
        study_design=_string(fields.get("study_design")) or design.study_design,
        audience=named_audience(fields.get("audience")),
        title=title,
        authors=_strings(fields.get("authors")),
        organisation=_string(fields.get("organisation"))
        or _string(fields.get("organization"))
        or _string(fields.get("source")),
        journal=journal,
        year=as_year(fields.get("year")) or as_year(fields.get("date")),
        doi=as_doi(fields.get("doi")),
        pmid=pmid,
        url=url if url and url.startswith(("http://", "https://")) else None,
        licence=_string(fields.get("licence")) or _string(fields.get("license")),
        language=_string(fields.get("language")),
        retracted=fields.get("retracted") is True,
    )


def _subject(fields: Mapping[str, object], title: str) -> Subject:
    synonyms = _strings(fields.get("synonyms"))[:_SYNONYMS_MOST]
    return Subject(
        condition=_string(fields.get("condition")) or (title if "qtype" in fields else None),
        interventions=_strings(fields.get("interventions")),
        synonyms=(tuple(dict.fromkeys((title, *synonyms))),) if synonyms else (),
        specialty=_string(fields.get("specialty")),
    )


def _string(value: object) -> str | None:
    return clean(unescape(str(value))) or None if isinstance(value, str | int) and not isinstance(value, bool) else None


def _strings(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part for part in (clean(name) for name in value.split(";")) if part)
    return tuple(text for text in map(_string, value) if text) if isinstance(value, list) else ()
