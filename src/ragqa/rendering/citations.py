"""An Answer in; its reference list as RIS or BibTeX, for a reference manager, out. Only what a source states is written."""

from __future__ import annotations

from collections.abc import Iterator

from ragqa.patterns import lazy_pattern
from ragqa.rendering.hostile import safe
from ragqa.rendering.references import web_address
from ragqa.types import Answer, Reference, Source

_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_", "%": r"\%",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_NOT_IN_KEY = lazy_pattern(r"[^A-Za-z0-9:.-]+")


def to_ris(answer: Answer) -> str:
    """Return the references as RIS records; what a document summarises is cited, and the summary named in a note."""
    return "".join(f"{line}\r\n" for reference in answer.references for line in _ris(reference))


def to_bibtex(answer: Answer) -> str:
    """Return the references as BibTeX entries, their keys the ids of the documents."""
    return "\n".join(map(_bibtex, answer.references))


def _ris(reference: Reference) -> Iterator[str]:
    source = reference.source
    yield f"TY  - {'JOUR' if source.journal else 'RPRT'}"
    yield f"TI  - {safe(_title(source))}"
    for author in source.authors:
        yield f"AU  - {safe(author)}"
    fields = (
        ("JO", source.journal), ("PB", source.organisation), ("PY", source.year), ("DO", source.doi), ("AN", source.pmid),
        ("UR", source.url and web_address(safe(source.url))), ("N1", _note(source)), ("ID", reference.document_id),
    )  # fmt: skip
    for tag, value in fields:
        if value is not None:
            yield f"{tag}  - {safe(str(value))}"
    yield "ER  - "
    yield ""


def _bibtex(reference: Reference) -> str:
    source = reference.source
    fields = (
        ("title", _title(source)), ("author", " and ".join(source.authors) or None), ("journal", source.journal),
        ("institution", source.organisation), ("year", source.year), ("doi", source.doi), ("pmid", source.pmid),
        ("url", source.url and web_address(safe(source.url))), ("note", _note(source)),
    )  # fmt: skip
    lines = [f"  {name} = {{{_tex(str(value))}}}," for name, value in fields if value is not None]
    kind = "article" if source.journal else "techreport"
    return "\n".join((f"@{kind}{{{_NOT_IN_KEY.sub('-', reference.document_id)},", *lines, "}", ""))


def _title(source: Source) -> str:
    return source.summary_of or source.title


def _note(source: Source) -> str | None:
    said = [f"Read as: {source.title}"] if source.summary_of else []
    said += ["Retracted"] if source.retracted else []
    return ". ".join((*said, source.status or "")).strip(". ") or None


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in safe(text))
