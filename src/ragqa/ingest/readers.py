"""The table of readers, and the one function that picks from it: a RawFile in, its Documents out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ragqa.errors import UnsupportedFile
from ragqa.ingest.archive import read_tar, read_zip
from ragqa.ingest.decode import open_bounded
from ragqa.ingest.docx import read_docx
from ragqa.ingest.html import read_html
from ragqa.ingest.jats import read_jats, read_jats_set
from ragqa.ingest.jsonl import read_jsonl
from ragqa.ingest.markdown import read_markdown
from ragqa.ingest.medline import read_medline
from ragqa.ingest.pdf import read_pdf
from ragqa.ingest.plaintext import read_text
from ragqa.ingest.pubmed import read_pubmed
from ragqa.ingest.spl import read_spl
from ragqa.ingest.trial import read_trial
from ragqa.ingest.xml import root_name
from ragqa.protocols import RawFile, Reader
from ragqa.types import Document

_ROOTS: Final[dict[str, Reader]] = {
    "article": read_jats,
    "pmc-articleset": read_jats_set,
    "articles": read_jats_set,
    "OAI-PMH": read_jats_set,
    "PubmedArticleSet": read_pubmed,
    "PubmedBookArticleSet": read_pubmed,
    "PubmedArticle": read_pubmed,
    "document": read_spl,
    "html": read_html,
}


def read_xml(file: RawFile) -> Iterator[Document]:
    """Read an XML file by its root element."""
    with open_bounded(file.path) as stream:
        root = root_name(stream)
    reader = _ROOTS.get(root)
    if reader is None:
        raise UnsupportedFile(f"no reader for XML with the root <{root[:60]}>")
    return iter(reader(file))


def read_file(file: RawFile) -> Iterator[Document]:
    """Read one file; raise UnsupportedFile where there is no reader for its suffix, ReadError where it is not readable.

    After a ReadError out of the iterator the next call goes on with the next record, where the file holds records.
    """
    reader = READERS.get(file.suffix)
    if reader is None:
        raise UnsupportedFile(
            f"no reader for {file.suffix}" if file.suffix else "no reader for a file without a suffix"
        )
    return iter(reader(file))


def suffix_of(name: str) -> str:
    """Return a name's suffix in lower case, a double one such as ".xml.gz" or ".tar.gz" whole."""
    parts = [part.lower() for part in Path(name).suffixes]
    if len(parts) > 1 and parts[-1] == ".gz":
        return "".join(parts[-2:])
    return parts[-1] if parts else ""


def _read_member(file: RawFile) -> Iterator[Document]:
    """Read a member of an archive; archives in archives are not opened."""
    if READERS.get(file.suffix) in (_read_zip, _read_tar):
        raise UnsupportedFile("an archive in an archive is not opened")
    return read_file(file)


def _read_zip(file: RawFile) -> Iterator[Document]:
    return read_zip(file, suffix_of=suffix_of, reader=_read_member)


def _read_tar(file: RawFile) -> Iterator[Document]:
    return read_tar(file, suffix_of=suffix_of, reader=_read_member)


READERS: Final[dict[str, Reader]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
    ".text": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".docm": read_docx,
    ".xml": read_xml,
    ".xml.gz": read_xml,
    ".nxml": read_xml,
    ".nxml.gz": read_xml,
    ".nbib": read_medline,
    ".medline": read_medline,
    ".jsonl": read_jsonl,
    ".jsonl.gz": read_jsonl,
    ".ndjson": read_jsonl,
    ".json": read_trial,
    ".zip": _read_zip,
    ".tar": _read_tar,
    ".tar.gz": _read_tar,
    ".tgz": _read_tar,
}
