"""A reply of efetch in, each record with its id out, as bytes that stand by themselves; nothing is mended."""

from __future__ import annotations

from typing import Final, NamedTuple

from lxml import etree

from ragqa.sources.client import Malformed
from ragqa.vocabulary import Library

_ROOTS: Final = {Library.PUBMED: "PubmedArticleSet", Library.PMC: "pmc-articleset"}
_RECORDS: Final = {Library.PUBMED: ("PubmedArticle", "PubmedBookArticle"), Library.PMC: ("article",)}
_PMC_IDS: Final = ("pmcaid", "pmc", "pmcid")  # the first two hold the number alone


class Given(NamedTuple):
    """A record and its id."""

    id: str
    data: bytes


def read_set(data: bytes, library: Library) -> list[Given]:
    """Return the records of a reply that say which they are; raise Malformed where it is no set of such records."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed(f"not well-formed XML ({str(error)[:120]})", data) from error
    if root is None or root.tag != _ROOTS[library]:
        raise Malformed(f"not a set of records of {library.value}", data)
    head = b'<?xml version="1.0" encoding="utf-8"?>\n'
    doctype = str(
        getattr(root.getroottree().docinfo, "doctype", "") or ""
    )  # names the characters that a record may use
    if doctype:
        head += doctype.encode() + b"\n"
    given = []
    for record in root.iterchildren(*_RECORDS[library]):
        name = _pmid_of(record) if library is Library.PUBMED else _pmc_of(record)
        if name:
            body = etree.tostring(record, encoding="utf-8", with_tail=False, xml_declaration=False)
            given.append(Given(name, head + (_in_set(body) if library is Library.PUBMED else body) + b"\n"))
    return given


def _in_set(body: bytes) -> bytes:
    return b"<PubmedArticleSet>\n" + body + b"\n</PubmedArticleSet>"


def _pmid_of(record: etree._Element) -> str:
    return (record.findtext("MedlineCitation/PMID") or record.findtext("BookDocument/PMID") or "").strip()


def _pmc_of(record: etree._Element) -> str:
    named = {
        found.get("pub-id-type"): (found.text or "").strip()
        for found in record.findall("front/article-meta/article-id")
    }
    return next((named[kind].removeprefix("PMC") for kind in _PMC_IDS if named.get(kind)), "")
