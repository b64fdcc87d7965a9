"""A Reference in; an entry of the reference list, and the short label of its source, out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from ragqa.patterns import lazy_pattern
from ragqa.rendering.blocks import Entry, Inline, Line, Link, Words
from ragqa.rendering.hostile import safe
from ragqa.rendering.wording import kind_and_year, kind_of
from ragqa.types import Reference, Source
from ragqa.vocabulary import Audience

MOST_AUTHORS = 3
_DOI = lazy_pattern(r"10\.\d{4,9}/\S+")
_PMID = lazy_pattern(r"[0-9]{1,9}")
_OWN_SUMMARY = lazy_pattern(r"^project-written summary\W*", re.IGNORECASE)
_ENDS = (".", "?", "!", "”", "…")


def entry_of(reference: Reference, numbers: Mapping[str, int], audience: Audience = Audience.CLINICIAN) -> Entry:
    """Return "Title. Project-written summary of: ... Authors. Journal, year. DOI. Licence." with the kind and the marks apart.

    `numbers` holds the reference number of each document that is cited.
    """
    source = reference.source
    parts: list[Line] = [(Words(_ended(source.title)),)]
    if (summary := summary_line(source)) is not None:
        parts.append((Words(summary),))
    if source.authors and source.authors != (_publisher(source),):
        parts.append((Words(_ended(_authors(source.authors))),))
    published = ", ".join(str(x) for x in (_publisher(source), source.year) if x)
    if published:
        parts.append((Words(_ended(published)),))
    parts += [(Words(f"{label} "), link, Words(".")) for label, link in identifiers(source)]
    parts += [(Words(_ended(text)),) for text in _terms(source)]
    line: list[Inline] = []
    for part in parts:
        line += [Words(" "), *part] if line else part
    return Entry(reference.number, kind_of(source.kind, audience), marks_of(source, numbers), tuple(line))


def label_of(source: Source, audience: Audience = Audience.CLINICIAN) -> str:
    """Return the title, kind and year of a source."""
    return f"{source.title} · {kind_and_year(source.kind, source.year, audience)}"


def marks_of(source: Source, numbers: Mapping[str, int]) -> tuple[str, ...]:
    """Return what must be said aloud of a source."""
    marks = ["Retracted"] if source.retracted else []
    replaced = superseded(source.superseded_by, numbers)
    return (*marks, replaced) if replaced else tuple(marks)


def superseded(by: str | None, numbers: Mapping[str, int]) -> str | None:
    """Return "Superseded by [3]", or by the id of a document that is not cited; None for a source that stands."""
    if by is None:
        return None
    return f"Superseded by [{numbers[by]}]" if by in numbers else f"Superseded by {by}"


def web_address(url: str) -> str | None:
    """Return an address that is safe to link to, None for any other than http(s) with a host."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or not parts.netloc.isascii() or "@" in parts.netloc:
        return None
    return quote(parts.geturl(), safe="/:?#=&%+,;~.-_!$'@")


def identifiers(source: Source) -> list[tuple[str, Link | Words]]:
    """Return DOI and PMID of a source, else its address: each with its label, and as a link where that is safe."""
    found: list[tuple[str, Link | Words]] = []
    if source.doi is not None:
        doi = safe(source.doi)
        found.append(
            ("DOI", Link(doi, f"https://doi.org/{quote(doi, safe='/:;.-_')}") if _DOI.fullmatch(doi) else Words(doi))
        )
    if source.pmid is not None:
        pmid = safe(source.pmid)
        found.append(
            ("PMID", Link(pmid, f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/") if _PMID.fullmatch(pmid) else Words(pmid))
        )
    if source.url is not None and not found:
        url = safe(source.url)
        address = web_address(url)
        found.append(("URL", Link(url, address) if address else Words(url)))
    return found


def _terms(source: Source) -> list[str]:
    status = source.status
    if status is not None and source.summary_of is not None:
        status = _OWN_SUMMARY.sub("", status)
    terms = [f"Licence: {source.licence}"] if source.licence else []
    if status:
        terms.append(status[:1].upper() + status[1:])
    return terms


def summary_line(source: Source) -> str | None:
    """Return of what publication a source is a summary, and whose; None where it is none."""
    return None if source.summary_of is None else f"{_summary(source)} of: “{source.summary_of}”."


def _summary(source: Source) -> str:
    own = source.status is None or _OWN_SUMMARY.match(source.status)
    return "Project-written summary" if own else "Summary"


def _publisher(source: Source) -> str | None:
    return source.journal or source.organisation


def _authors(authors: tuple[str, ...]) -> str:
    named = ", ".join(authors[:MOST_AUTHORS])
    return f"{named}, et al." if len(authors) > MOST_AUTHORS else named


def _ended(text: str) -> str:
    text = text.rstrip()
    return text if text.endswith(_ENDS) else f"{text}."
