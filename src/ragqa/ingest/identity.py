"""A source and a text in, the document's id out: derived, never random."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from typing import Final

from ragqa.types import Source

_LONGEST: Final = 200
_DOI: Final = re.compile(r"10\.\d{4,9}/\S+")
_PMID: Final = re.compile(r"[1-9]\d{0,8}")


def document_id(source: Source, text: str, *, pmcid: str | None = None) -> str:
    """Return `doi:...`, `pmid:...`, `pmcid:...` or else `sha256:` with 16 digits of the text's digest."""
    for scheme, value in (("doi", source.doi.lower() if source.doi else None), ("pmid", source.pmid), ("pmcid", pmcid)):
        if value and len(value) < _LONGEST - len(scheme):
            return f"{scheme}:{value}"
    return f"sha256:{sha256(text.encode()).hexdigest()[:16]}"


def name_in_text(name: str) -> str:
    """Return a name without controls, format characters and halves of characters, at most 200 long."""
    kept = "".join(c for c in name if unicodedata.category(c)[0] != "C" and unicodedata.category(c) not in ("Zl", "Zp"))
    return " ".join(kept.split())[:_LONGEST]


def file_name(name: str) -> str:
    """Return a file's name fit to be shown and stored: what cannot be shown is escaped, so that names stay apart."""
    shown = (c if unicodedata.category(c)[0] != "C" else c.encode("unicode_escape").decode("ascii") for c in name)
    return "".join(shown)


def as_doi(value: object) -> str | None:
    """Return a DOI without its prefix or address, None where it is none."""
    match = _DOI.search(str(value)) if value is not None else None
    return match.group().rstrip(".,;)]") if match else None


def as_pmid(value: object) -> str | None:
    """Return a PubMed id, None where it is none."""
    match = _PMID.fullmatch(str(value).strip()) if value is not None else None
    return match.group() if match else None


def as_pmcid(value: object) -> str | None:
    """Return a PubMed Central id with its letters, None where it is none."""
    match = re.fullmatch(r"(?:PMC)?(\d{1,9})", str(value).strip()) if value is not None else None
    return f"PMC{match.group(1)}" if match else None


def as_year(value: object) -> int | None:
    """Return the year at the head of a date, None where there is none."""
    match = re.match(r"\s*(1[5-9]\d\d|20\d\d|21\d\d)\b", str(value)) if value is not None else None
    return int(match.group(1)) if match else None
