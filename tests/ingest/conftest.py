from __future__ import annotations

from pathlib import Path

import pytest

from ragqa.errors import ReadError
from ragqa.ingest import read_file
from ragqa.ingest.readers import suffix_of
from ragqa.protocols import RawFile
from ragqa.types import Document


class Reading:
    """Write a file and read it back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: str | bytes) -> RawFile:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return RawFile(name=name, suffix=suffix_of(name), path=path)

    def all(self, name: str, content: str | bytes) -> list[Document]:
        """Read to the end, then raise the first error there was: an iterator left half way keeps its files open."""
        found = read_file(self.write(name, content))
        documents: list[Document] = []
        errors: list[ReadError] = []
        while True:
            try:
                documents.append(next(found))
            except StopIteration:
                break
            except ReadError as error:
                errors.append(error)
        if errors:
            raise errors[0]
        return documents

    def one(self, name: str, content: str | bytes) -> Document:
        (document,) = self.all(name, content)
        return document


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    return Reading(tmp_path)


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, block.span.of(document.text)) for block in document.blocks]


def texts(document: Document) -> list[str]:
    return [block.span.of(document.text) for block in document.blocks]


def paths(document: Document) -> list[tuple[str, ...]]:
    return [section.heading_path for section in document.sections]
