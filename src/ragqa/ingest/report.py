"""What reading gives back: a document, a file left out, or a failure; and the tally of a run, file by file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, Field

from ragqa.text import normalise, one_line
from ragqa.types import Document, Record

REASONS_KEPT: Final = 20


def _one_clear_line(text: str) -> str:
    return one_line(normalise(text))


Reason: TypeAlias = Annotated[str, AfterValidator(_one_clear_line)]
"""Why a file was not read; what it quotes of the file is on one line and without invisible characters."""


class ReadDocument(Record):
    """A document that was read, with the name and the SHA-256 of the file that held it."""

    file: str
    digest: str
    document: Document


class SkippedFile(Record):
    """A file, or a member of an archive, that was left out on purpose; `known` where it is unchanged."""

    file: str
    reason: Reason
    member: Reason | None = None
    digest: str | None = None
    known: bool = False


class FailedFile(Record):
    """A file, or a record or member in it, that could not be read."""

    file: str
    reason: Reason
    member: Reason | None = None
    digest: str | None = None


class Withdrawal(Record):
    """Records of earlier files that a file takes back, by their PubMed ids."""

    file: str
    digest: str
    pmids: tuple[str, ...]


ReadResult: TypeAlias = ReadDocument | SkippedFile | FailedFile | Withdrawal
"""The results of one file come one after another: a file is finished when the next one's first result comes."""


class Outcome(StrEnum):
    """What became of a file."""

    READ = "read"
    SKIPPED = "skipped"
    FAILED = "failed"


class FileReport(Record):
    """What became of one file: the documents it gave, and how many of its records or members failed, and why.

    `reasons` holds the first twenty, those of failures before those of members left out.
    """

    file: str
    outcome: Outcome
    documents: int = Field(ge=0)
    failures: int = Field(ge=0)
    left_out: int = Field(ge=0)
    reasons: tuple[str, ...] = ()


class Tally:
    """Results in, one FileReport a file out."""

    def __init__(self) -> None:
        self._files: dict[str, _Count] = {}

    def add(self, result: ReadResult) -> None:
        """Count a result in."""
        count = self._files.setdefault(result.file, _Count())
        if isinstance(result, ReadDocument | Withdrawal):
            count.documents += isinstance(result, ReadDocument)
            return
        said = result.reason if result.member is None else f"{result.member}: {result.reason}"
        if isinstance(result, FailedFile):
            count.failures += 1
            count.why_failed += [said] * (len(count.why_failed) < REASONS_KEPT)
        else:
            count.left_out += 1
            count.why_left_out += [said] * (len(count.why_left_out) < REASONS_KEPT)

    def reports(self) -> tuple[FileReport, ...]:
        """Return the report of every file, by name."""
        return tuple(count.report(file) for file, count in sorted(self._files.items()))


class _Count:
    def __init__(self) -> None:
        self.documents = self.failures = self.left_out = 0
        self.why_failed: list[str] = []
        self.why_left_out: list[str] = []

    def report(self, file: str) -> FileReport:
        outcome = Outcome.READ if self.documents else Outcome.FAILED if self.failures else Outcome.SKIPPED
        return FileReport(
            file=file,
            outcome=outcome,
            documents=self.documents,
            failures=self.failures,
            left_out=self.left_out,
            reasons=tuple((self.why_failed + self.why_left_out)[:REASONS_KEPT]),
        )
