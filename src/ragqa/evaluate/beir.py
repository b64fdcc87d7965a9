"""A BEIR-style folder in; its queries, judgements and gold spans out, checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ragqa.errors import CitationError, GoldError
from ragqa.evaluate.gold import GoldSpan
from ragqa.evaluate.gold_shared import ANSWERS, read_queries, read_shared
from ragqa.evaluate.lines import text_lines
from ragqa.evaluate.locate import Lookup, remembering

COLUMNS = 3
Qrels = dict[str, dict[str, int]]
"""Query id -> document id -> grade."""


class Beir(NamedTuple):
    """A retrieval set: queries that have a judgement, the judgements, and the spans that hold an answer where stated."""

    name: str
    queries: Mapping[str, str]
    qrels: Qrels
    spans: Mapping[str, tuple[GoldSpan, ...]]


def corpus_file(folder: Path) -> Path:
    """Return the corpus of a folder. Raises GoldError where there is none."""
    for name in ("corpus.jsonl.gz", "corpus.jsonl"):
        if (folder / name).is_file():
            return folder / name
    raise GoldError(f"{folder}: no corpus.jsonl.gz there", remedy="name a folder in the BEIR form")


def read_beir(folder: Path, lookup: Lookup, *, with_spans: bool = True) -> Beir:
    """Read a folder. Raises GoldError for bad lines, unknown queries or documents, and quotes that are not there."""
    lookup = remembering(lookup)
    asked = read_queries(folder)
    qrels = _read_qrels(folder, asked, lookup)
    spans: dict[str, tuple[GoldSpan, ...]] = {}
    if with_spans and (folder / ANSWERS).is_file():
        for question in read_shared(folder / ANSWERS, lookup):
            found = tuple(span for claim in question.must_have for span in claim.spans)
            if found:
                spans[question.id] = found
    return Beir(folder.resolve().name, {query: asked[query] for query in asked if query in qrels}, qrels, spans)


def _read_qrels(folder: Path, asked: Mapping[str, str], lookup: Lookup) -> Qrels:
    files = sorted([*folder.glob("qrels*.tsv.gz"), *folder.glob("qrels*.tsv"), *folder.glob("qrels/*.tsv")])
    if not files:
        raise GoldError(f"{folder}: no qrels.tsv.gz there")
    qrels: Qrels = {}
    known: set[str] = set()
    for place, line in text_lines(files[0]):
        cells = line.rstrip("\n").split("\t")
        if cells[:2] == ["query-id", "corpus-id"]:
            continue
        if len(cells) != COLUMNS or not cells[2].lstrip("-").isdigit():
            raise GoldError(f"{place}: not query-id, corpus-id and a whole score, with tabs between")
        query, document, grade = cells
        if query not in asked:
            raise GoldError(f"{place}: unknown query {query!r}")
        if document in qrels.get(query, {}):
            raise GoldError(f"{place}: duplicate judgement of {query!r} and {document!r}")
        if document not in known:
            _known(document, lookup, place)
            known.add(document)
        qrels.setdefault(query, {})[document] = int(grade)
    return qrels


def _known(document: str, lookup: Lookup, place: str) -> None:
    try:
        lookup(document)
    except CitationError as error:
        raise GoldError(f"{place}: unknown document {document!r}", remedy="it is not in this index") from error
