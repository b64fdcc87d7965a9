"""JATS articles in (.xml, .nxml, sets of articles), one Document an article out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ragqa.errors import ReadError
from ragqa.ingest.builder import Builder
from ragqa.ingest.decode import open_bounded, read_whole
from ragqa.ingest.identity import document_id
from ragqa.ingest.jats_body import JatsWalk
from ragqa.ingest.jats_source import pmcid_of, source_of_article
from ragqa.ingest.jats_text import text_of_jats
from ragqa.ingest.records import Records
from ragqa.ingest.xml import Element, local, parse, records
from ragqa.protocols import RawFile
from ragqa.types import Document, Origin

# Abstracts for a reader in a hurry repeat the real one.
_SHORT_ABSTRACTS: Final = frozenset(
    ("toc", "short", "teaser", "graphical", "editor", "executive-summary", "web-summary", "highlights")
)
_ABSTRACT_NAMES: Final = {
    "summary": "Summary",
    "plain-language-summary": "Plain language summary",
    "key-points": "Key points",
}


def read_jats(file: RawFile) -> Iterator[Document]:
    """Read the one article of a file; raise ReadError where there is none."""
    root = parse(read_whole(file.path))
    if local(root) != "article":
        raise ReadError(f"not a JATS article: its root is <{local(root)}>")
    yield _document(root, Origin(file=file.name))


def read_jats_set(file: RawFile) -> Iterator[Document]:
    """Read the articles of a set one by one."""
    return Records(_articles(file))


def _articles(file: RawFile) -> Iterator[Document | ReadError]:
    with open_bounded(file.path) as stream:
        for number, element in enumerate(records(stream, ("article",)), start=1):
            try:
                yield _document(element, Origin(file=file.name, member=f"article {number}"))
            except ReadError as error:
                yield ReadError(f"article {number}: {error.cause}")


def _document(article: Element, origin: Origin) -> Document:
    for element in article.iter():
        if isinstance(element.tag, str) and element.tag.startswith("{"):
            element.tag = local(element)
    meta = article.find("front/article-meta")
    if meta is None:
        raise ReadError("a JATS article without article-meta")
    source = source_of_article(article, meta)
    builder = Builder(source.title)
    walk = JatsWalk(builder)
    for abstract in meta.findall("abstract"):
        _abstract(abstract, builder, walk)
    body = article.find("body")
    if body is not None:
        walk.children(body, level=0)
    for part in article.findall("back/glossary") + article.findall("back/app-group/app") + article.findall("back/app"):
        walk.section(part, level=0)
    document = builder.build(source, origin)
    pmcid = pmcid_of(meta)
    return document.model_copy(update={"id": document_id(source, document.text, pmcid=pmcid)})


def _abstract(abstract: Element, builder: Builder, walk: JatsWalk) -> None:
    kind = abstract.get("abstract-type") or ""
    if kind in _SHORT_ABSTRACTS:
        return
    title = text_of_jats(abstract.find("title")).strip()
    builder.heading(title or _ABSTRACT_NAMES.get(kind, "Abstract"), 1)
    walk.children(abstract, level=1)
