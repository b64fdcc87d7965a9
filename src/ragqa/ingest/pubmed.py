"""PubMed XML in, many records a file; one Document a record out, streamed."""

from __future__ import annotations

from collections.abc import Iterator

from ragqa.errors import ReadError
from ragqa.ingest.builder import Builder, clean
from ragqa.ingest.decode import open_bounded
from ragqa.ingest.identity import as_doi, as_pmid, as_year
from ragqa.ingest.jats_source import author_name
from ragqa.ingest.kinds import design_of_types
from ragqa.ingest.records import Records, Withdrawn
from ragqa.ingest.xml import Element, local, records, text_of
from ragqa.protocols import RawFile
from ragqa.types import Document, Origin, Source

_DELETED = "DeleteCitation"  # at the end of an update file
_RETRACTED = ("retracted publication",)


def read_pubmed(file: RawFile) -> Iterator[Document]:
    """Read records one by one; one without an abstract is a ReadError, and reading goes on after it."""
    return Records(_documents(file))


def _documents(file: RawFile) -> Iterator[Document | ReadError]:
    with open_bounded(file.path) as stream:
        for number, record in enumerate(records(stream, ("PubmedArticle", "PubmedBookArticle", _DELETED)), start=1):
            if local(record) == _DELETED:
                yield Withdrawn(tuple(filter(None, (as_pmid(text_of(found)) for found in record.findall("PMID")))))
                continue
            citation = record.find("MedlineCitation")
            if citation is None:
                citation = record.find("BookDocument")
            if citation is None:
                yield ReadError(f"record {number}: no citation in it")
                continue
            pmid = text_of(citation.find("PMID")).strip()
            try:
                yield _document(
                    record, citation, Origin(file=file.name, member=f"pmid:{pmid}" if pmid else f"record {number}")
                )
            except ReadError as error:
                yield ReadError(f"record {number} (PMID {pmid or 'not stated'}): {error.cause}")


def _document(record: Element, citation: Element, origin: Origin) -> Document:
    article = citation.find("Article")
    if article is None:
        article = citation
    source = _source(record, citation, article)
    builder = Builder(source.title)
    abstracts = article.findall("Abstract") or citation.findall("Abstract")
    for abstract in abstracts[:1]:
        for part in abstract.findall("AbstractText"):
            label = clean(part.get("Label") or "")
            if label and label.upper() != "UNLABELLED":
                builder.heading(label.capitalize() if label.isupper() else label, 1)
            builder.paragraph(text_of(part))
    if builder.is_empty:
        raise ReadError("no abstract")
    return builder.build(source, origin)


def _source(record: Element, citation: Element, article: Element) -> Source:
    title = (
        clean(text_of(article.find("ArticleTitle")))
        or clean(text_of(article.find("VernacularTitle")))
        or "Untitled article"
    )
    book = citation.find("Book")
    types = [
        clean(text_of(found))
        for found in article.findall("PublicationTypeList/PublicationType") + citation.findall("PublicationType")
    ]
    design = design_of_types(types, title)
    corrections = {found.get("RefType") for found in citation.findall("CommentsCorrectionsList/CommentsCorrections")}
    dois = [
        found.text for found in record.findall("PubmedData/ArticleIdList/ArticleId") if found.get("IdType") == "doi"
    ]
    dois += [found.text for found in article.findall("ELocationID") if found.get("EIdType") == "doi"]
    return Source(
        kind=design.kind,
        study_design=design.study_design,
        title=title.removeprefix("[").removesuffix("].").removesuffix("]")
        if title.startswith("[")
        else title.removesuffix("."),
        authors=_authors(article),
        organisation=clean(text_of(book.find("Publisher/PublisherName"))) or None if book is not None else None,
        journal=clean(text_of(article.find("Journal/Title")))
        or clean(text_of(article.find("Journal/ISOAbbreviation")))
        or None,
        year=_year(article) or (as_year(text_of(book.find("PubDate/Year"))) if book is not None else None),
        doi=next((doi for doi in map(as_doi, dois) if doi), None),
        pmid=as_pmid(text_of(citation.find("PMID"))),
        language={"eng": "en", "fre": "fr", "ger": "de", "spa": "es"}.get(
            language := text_of(article.find("Language")).strip(), language
        )
        or None,
        retracted="RetractionIn" in corrections or any(name.lower() in _RETRACTED for name in types),
    )


def _authors(article: Element) -> tuple[str, ...]:
    names = []
    for author in article.findall("AuthorList/Author"):
        if author.get("ValidYN") == "N":
            continue
        group = clean(text_of(author.find("CollectiveName")))
        initials = text_of(author.find("Initials")) or text_of(author.find("ForeName"))
        names.append(group or author_name(text_of(author.find("LastName")), initials))
    return tuple(name for name in names if name)


def _year(article: Element) -> int | None:
    return (
        as_year(text_of(article.find("Journal/JournalIssue/PubDate/Year")))
        or as_year(text_of(article.find("Journal/JournalIssue/PubDate/MedlineDate")))
        or as_year(text_of(article.find("ArticleDate/Year")))
    )
