"""The front matter of a JATS article in, its Source out."""

from __future__ import annotations

import re
from typing import Final

from ragqa.ingest.builder import clean
from ragqa.ingest.identity import as_doi, as_pmcid, as_pmid, as_year
from ragqa.ingest.jats_text import text_of_jats
from ragqa.ingest.kinds import Design, design_of_title, design_of_types
from ragqa.ingest.xml import Element
from ragqa.types import Source
from ragqa.vocabulary import SourceKind

_LINK: Final = "{http://www.w3.org/1999/xlink}href"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_NOTES: Final = frozenset(("fn", "xref"))
_NOTICES: Final = {
    "retraction": ("retraction notice", "retracted-article"),
    "correction": ("correction notice", "corrected-article"),
    "expression-of-concern": ("expression of concern", "object-of-concern"),
}
_ARTICLE_TYPES: Final = {
    "review-article": SourceKind.NARRATIVE,
    "discussion": SourceKind.NARRATIVE,
    "guideline": SourceKind.GUIDELINE,
    "systematic-review": SourceKind.SYSTEMATIC_REVIEW,
    "editorial": SourceKind.OTHER,
    "letter": SourceKind.OTHER,
    "reply": SourceKind.OTHER,
    "article-commentary": SourceKind.OTHER,
    "book-review": SourceKind.OTHER,
    "news": SourceKind.OTHER,
    "obituary": SourceKind.OTHER,
    "addendum": SourceKind.OTHER,
}
# Dates of print and web publication, best first; those of receipt and release say nothing of the publication.
_DATES: Final = ("epub", "pub", "ppub", "epub-ppub", "epreprint", "collection", "ecorrected")
_INITIALS: Final = 3  # as many capitals at most are initials written without points
_LICENCE_URL: Final = re.compile(r"creativecommons\.org/(?:licenses/([a-z-]+)/(\d\.\d)|publicdomain/(zero|mark)/1\.0)")
_LICENCE_NAME: Final = re.compile(
    r"creative commons attribution((?:[- ](?:non-?commercial|no ?deriv\w*|share ?-?alike))*)", re.IGNORECASE
)

_JOURNAL_NAMES = (".//journal-title", ".//abbrev-journal-title", ".//journal-id[@journal-id-type='nlm-ta']")


def source_of_article(article: Element, meta: Element) -> Source:
    """Return what an article's front matter states."""
    title = _title(meta)
    journal = article.find("front/journal-meta")
    kind = article.get("article-type") or ""
    design = _design(kind, meta, title)
    notice = _NOTICES.get(kind)
    return Source(
        kind=design.kind,
        title=title,
        authors=_authors(meta),
        journal=None
        if journal is None
        else clean(_first(journal, *_JOURNAL_NAMES)) or None,
        year=_year(meta),
        doi=as_doi(_identifier(meta, "doi")),
        pmid=as_pmid(_identifier(meta, "pmid")),
        licence=_licence(meta),
        language=(article.get(_LANGUAGE) or "").split("-")[0].lower() or None,
        study_design=notice[0] if notice else design.study_design,
        retracted=_is_retracted(meta, kind, title),
        status=_notice_of(meta, notice),
    )


def pmcid_of(meta: Element) -> str | None:
    """Return an article's PubMed Central id."""
    return as_pmcid(_identifier(meta, "pmcid") or _identifier(meta, "pmc"))


def _identifier(meta: Element, kind: str) -> str | None:
    return next(
        (text_of_jats(found).strip() for found in meta.findall("article-id") if found.get("pub-id-type") == kind), None
    )


def _title(meta: Element) -> str:
    group = meta.find("title-group")
    if group is None:
        return "Untitled article"
    title = clean(text_of_jats(group.find("article-title"), without=_NOTES))
    subtitle = clean(text_of_jats(group.find("subtitle"), without=_NOTES))
    return (f"{title}: {subtitle}" if title and subtitle else title or subtitle) or "Untitled article"


def _design(article_type: str, meta: Element, title: str) -> Design:
    if article_type in _NOTICES:
        return Design(SourceKind.OTHER, None)
    otherwise = _ARTICLE_TYPES.get(article_type, SourceKind.RESEARCH)
    if otherwise is SourceKind.OTHER:
        return Design(otherwise, article_type.replace("-", " "))
    subjects = [clean(text_of_jats(found)) for found in meta.findall(".//article-categories//subject")]
    by_title = design_of_title(title, otherwise=otherwise)
    return (
        by_title
        if by_title.study_design or by_title.kind is not otherwise
        else design_of_types(subjects, title, otherwise=otherwise)
    )


def _authors(meta: Element) -> tuple[str, ...]:
    names = []
    for person in meta.findall("contrib-group/contrib"):
        if person.get("contrib-type") not in (None, "author"):
            continue
        name = person.find("name") if person.find("name") is not None else person.find("name-alternatives/name")
        group = person.find("collab")
        if name is not None:
            names.append(author_name(text_of_jats(name.find("surname")), text_of_jats(name.find("given-names"))))
        elif group is not None:
            names.append(clean(text_of_jats(group, without=frozenset(("contrib-group", *_NOTES)))))
        elif person.find("string-name") is not None:
            names.append(clean(text_of_jats(person.find("string-name"))))
    return tuple(name for name in names if name)


def author_name(surname: str, given: str) -> str:
    """Return a name as reference lists have it: "Whitley RJ"."""
    parts = [part for part in re.split(r"[\s.\-\u2010\u2011]+", clean(given)) if part]
    initials = "".join(part if part.isupper() and len(part) <= _INITIALS else part[0].upper() for part in parts)
    return clean(f"{surname} {initials}")


def _year(meta: Element) -> int | None:
    found: dict[str, int] = {}
    for date in meta.findall("pub-date"):
        year = as_year(text_of_jats(date.find("year")))
        kind = date.get("pub-type") or date.get("date-type") or "pub"
        if year is not None:
            found.setdefault(kind, year)
    return next((found[kind] for kind in _DATES if kind in found), None)


def _licence(meta: Element) -> str | None:
    for licence in meta.findall(".//license"):
        links = " ".join(
            str(value) for element in licence.iter() for value in (*element.attrib.values(), element.text or "")
        )
        url = _LICENCE_URL.search(links)
        if url:
            if url.group(3):
                return "CC0 1.0" if url.group(3) == "zero" else "public domain"
            return f"CC {url.group(1).upper()} {url.group(2)}"
        return _licence_in_words(clean(text_of_jats(licence)))
    statement = clean(_first(meta, ".//copyright-statement", ".//copyright"))
    return _licence_in_words(statement) if statement else None


def _licence_in_words(text: str) -> str | None:
    if "free of all copyright" in text or "public domain" in text:
        return "public domain"
    match = _LICENCE_NAME.search(text)
    if not match:
        return text[:200] or None
    more = match.group(1).lower()
    clauses = (("-NC", "commercial"), ("-ND", "deriv"), ("-SA", "share"))
    return "CC BY" + "".join(mark for mark, word in clauses if word in more)


def _is_retracted(meta: Element, article_type: str, title: str) -> bool:
    """Tell whether the article itself has been retracted; a notice of retraction has not."""
    if article_type == "retraction":
        return False
    if article_type == "retracted-article" or re.match(r"\[?retracted(?: article)?\b\s*[:\]]", title, re.IGNORECASE):
        return True
    return any(found.get("related-article-type") == "retraction-forward" for found in meta.findall("related-article"))


def _notice_of(meta: Element, notice: tuple[str, str] | None) -> str | None:
    if notice is None:
        return None
    for found in meta.findall("related-article"):
        if found.get("related-article-type") == notice[1] and as_doi(found.get(_LINK)):
            return f"{notice[0]} of doi:{as_doi(found.get(_LINK))}"
    return notice[0]


def _first(element: Element, *paths: str) -> str:
    for path in paths:
        found = element.find(path)
        if found is not None:
            return text_of_jats(found)
    return ""
