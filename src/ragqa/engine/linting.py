"""A folder of Markdown documents in; what would keep them from being quoted well, out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ragqa.compose import fault_of
from ragqa.ingest import FailedFile, ReadDocument, read_paths
from ragqa.text import sentences, words
from ragqa.types import Document
from ragqa.vocabulary import SourceKind

HEADINGS = (
    "Definition", "Epidemiology", "Mechanism", "Diagnosis", "Recommendation", "Population", "Effect", "Dosing", "Harms",
    "Contraindications", "Monitoring", "When to refer", "Prevention", "Prognosis", "Durability", "Regulatory status",
    "Evidence gaps", "Limitations", "Currency",
)  # fmt: skip
LEAST_WORDS, MOST_WORDS = 400, 1200
MOST_SENTENCE_WORDS = 40
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_PMID = re.compile(r"\d{1,8}")


class Finding(NamedTuple):
    """What is wrong in a document, and where: the line of text it concerns, or "" for the whole."""

    file: str
    problem: str
    text: str = ""


class LintReport(NamedTuple):
    """What was looked at, and what was found."""

    documents: int
    sentences: int
    findings: tuple[Finding, ...]


def lint(folder: Path) -> LintReport:
    """Check the documents of a folder: front matter, identifiers, headings, length, and that every sentence stands alone."""
    documents: list[ReadDocument] = []
    findings: list[Finding] = []
    for result in read_paths([folder]):
        if isinstance(result, ReadDocument):
            documents.append(result)
        elif isinstance(result, FailedFile):
            findings.append(Finding(result.file, result.reason))
    ids = {read.document.id for read in documents}
    for read in documents:
        findings += [Finding(read.file, problem) for problem in (*_source_problems(read.document, ids), *_shape_problems(read.document))]
        findings += [Finding(read.file, problem, text) for problem, text in _sentence_problems(read.document)]
    count = sum(len(sentences(block.span.of(read.document.text))) for read in documents for block in read.document.blocks)
    return LintReport(len(documents), count, tuple(findings))


def _source_problems(document: Document, ids: set[str]) -> Iterator[str]:
    source, subject = document.source, document.subject
    required = {
        "summary_of": source.summary_of,
        "year": source.year,
        "authors": source.authors,
        "licence": source.licence,
        "status": source.status,
        "condition": subject.condition,
        "interventions": subject.interventions,
        "synonyms": subject.synonyms,
        "specialty": subject.specialty,
        "organisation or journal": source.organisation or source.journal,
        "doi, pmid or url": source.doi or source.pmid or source.url,
    }
    yield from (f"front matter lacks {field}" for field, value in required.items() if not value)
    if source.kind is SourceKind.OTHER:
        yield "front matter has no kind, or one that is not known"
    if source.doi and not _DOI.fullmatch(source.doi):
        yield f"not the form of a DOI: {source.doi}"
    if source.pmid and not _PMID.fullmatch(source.pmid):
        yield f"not the form of a PMID: {source.pmid}"
    if source.superseded_by and source.superseded_by not in ids:
        yield f"superseded_by names a document that is not here: {source.superseded_by}"
    stem = Path(document.origin.file).stem
    if document.id != stem:
        yield f"the id {document.id} is not the file's name {stem}"


def _shape_problems(document: Document) -> Iterator[str]:
    count = sum(len(words(block.span.of(document.text))) for block in document.blocks)
    if not LEAST_WORDS <= count <= MOST_WORDS:
        yield f"{count} words; {LEAST_WORDS} to {MOST_WORDS} are asked for"
    known = [section.heading_path[0] for section in document.sections if section.heading_path]
    yield from (f"unknown heading: {heading}" for heading in dict.fromkeys(known) if heading not in HEADINGS)
    if any(not section.heading_path for section in document.sections):
        yield "text before the first heading"


def _sentence_problems(document: Document) -> Iterator[tuple[str, str]]:
    for block in document.blocks:
        text = block.span.of(document.text)
        for start, end in sentences(text):
            sentence = text[start:end]
            fault = fault_of(sentence)
            if fault is not None:
                yield fault, sentence
            elif len(words(sentence)) > MOST_SENTENCE_WORDS:
                yield f"{len(words(sentence))} words in a sentence", sentence
