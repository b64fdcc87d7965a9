"""The head of an HTML page in, its Source out."""

from __future__ import annotations

import re
from typing import Final

from ragqa.ingest.builder import clean
from ragqa.ingest.identity import as_doi, as_pmid, as_year
from ragqa.ingest.kinds import design_of_title
from ragqa.ingest.xml import Element, text_of
from ragqa.types import Source
from ragqa.vocabulary import SourceKind

_SITE: Final = re.compile(r"\s+[|\u2013\u2014\u00bb\u00b7-]\s+[^|\u2013\u2014]{2,60}$")


def source_of_page(root: Element, *, otherwise: str) -> Source:
    """Return what the page's head states; `otherwise` is its title where it has none."""
    stated = _Meta(root)
    title = stated.first("citation_title", "dc.title") or _title(root, stated) or otherwise
    journal = stated.first("citation_journal_title")
    design = design_of_title(title, otherwise=SourceKind.RESEARCH if journal else SourceKind.OTHER)
    url = stated.first("og:url", "citation_public_url") or _canonical(root)
    return Source(
        kind=design.kind,
        study_design=design.study_design,
        title=title,
        authors=stated.every("citation_author") or stated.every("dc.creator") or stated.every("author"),
        organisation=stated.first("og:site_name", "citation_technical_report_institution", "dc.publisher"),
        journal=journal,
        year=as_year(
            stated.first(
                "citation_publication_date", "citation_date", "citation_year", "dc.date", "article:published_time"
            )
        ),
        doi=as_doi(stated.first("citation_doi", "dc.identifier")),
        pmid=as_pmid(stated.first("citation_pmid")),
        url=url if url and url.startswith(("http://", "https://")) else None,
        licence=stated.first("dc.rights"),
        language=(root.get("lang") or "").split("-")[0].lower() or None,
        retracted=title.upper().startswith("RETRACTED"),
    )


def _title(root: Element, stated: _Meta) -> str | None:
    heads = [clean(text_of(head)) for head in root.iter("h1")]
    if len(heads) == 1 and heads[0]:
        return heads[0]
    named = stated.first("og:title") or clean(text_of(root.find(".//title")))
    return _SITE.sub("", named) or (heads[0] if heads else None)


def _canonical(root: Element) -> str | None:
    return next((link.get("href") for link in root.iter("link") if link.get("rel") == "canonical"), None)


class _Meta:
    def __init__(self, root: Element) -> None:
        self._values: dict[str, list[str]] = {}
        for meta in root.iter("meta"):
            name = (meta.get("name") or meta.get("property") or "").lower()
            content = clean(meta.get("content") or "")
            if name and content:
                self._values.setdefault(name, []).append(content)

    def first(self, *names: str) -> str | None:
        return next((self._values[name][0] for name in names if name in self._values), None)

    def every(self, name: str) -> tuple[str, ...]:
        return tuple(self._values.get(name, ()))
