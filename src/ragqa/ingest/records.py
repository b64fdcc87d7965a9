"""An iterator over the records of one file that goes on after a bad one."""

from __future__ import annotations

from collections.abc import Iterator

from ragqa.errors import ReadError
from ragqa.types import Document


class Withdrawn(ReadError):  # noqa: N818 - as in errors.py
    """Report records that a file takes back; `pmids` says which."""

    def __init__(self, pmids: tuple[str, ...]) -> None:
        super().__init__(f"takes back {len(pmids)} records of earlier files")
        self.pmids = pmids


class Records(Iterator[Document]):
    """Documents in, documents out; a ReadError among them is raised, and the next call goes on after it."""

    def __init__(self, found: Iterator[Document | ReadError]) -> None:
        self._found = found

    def __next__(self) -> Document:
        item = next(self._found)
        if isinstance(item, ReadError):
            raise item
        return item
