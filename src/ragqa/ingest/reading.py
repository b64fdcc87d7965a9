"""Files and folders in; documents, files left out and failures out, one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from ragqa.errors import ReadError, UnsupportedFile
from ragqa.ingest.archive import MemberError, MemberLeftOut
from ragqa.ingest.candidates import Candidate, find_files
from ragqa.ingest.readers import READERS, read_file, suffix_of
from ragqa.ingest.report import FailedFile, ReadDocument, ReadResult, SkippedFile
from ragqa.protocols import RawFile

_BLOCK: Final = 1024 * 1024


def never(_name: str, _digest: str, /) -> bool:
    """Say of every file that it is not known yet."""
    return False


def read_paths(
    paths: Iterable[Path | str], *, known: Callable[[str, str], bool] = never, base: Path | None = None
) -> Iterator[ReadResult]:
    """Read files and folders, folders in sorted order; nothing in a file stops the run.

    `known` is asked with the name and the SHA-256 of a file before it is read; what is known is skipped.
    Names are the paths as given, or relative to `base` for what lies in it.
    """
    for candidate in find_files(paths, base=base):
        yield from _results(candidate, known)


def _results(candidate: Candidate, known: Callable[[str, str], bool]) -> Iterator[ReadResult]:
    name = candidate.name
    if candidate.reason is not None:
        kind = FailedFile if candidate.failed else SkippedFile
        yield kind(file=name, reason=candidate.reason)
        return
    suffix = suffix_of(candidate.path.name)
    if suffix not in READERS:
        yield SkippedFile(file=name, reason=f"no reader for {file_suffix(suffix)}")
        return
    try:
        digest = digest_of(candidate.path)
    except OSError as error:
        yield FailedFile(file=name, reason=f"cannot be opened ({error.strerror})")
        return
    if known(name, digest):
        yield SkippedFile(file=name, reason="unchanged", digest=digest, known=True)
        return
    yield from _documents(RawFile(name=name, suffix=suffix, path=candidate.path), digest)


def _documents(file: RawFile, digest: str) -> Iterator[ReadResult]:
    try:
        found = read_file(file)
    except ReadError as error:
        yield _unread(error, file.name, digest)
        return
    while True:
        try:
            document = next(found)
        except StopIteration:
            return
        except ReadError as error:
            yield _unread(error, file.name, digest)
            continue
        except (ValidationError, RecursionError, OSError) as error:
            yield FailedFile(file=file.name, reason=_in_one_line(error), digest=digest)
            return
        yield ReadDocument(file=file.name, digest=digest, document=document)


def _unread(error: ReadError, file: str, digest: str) -> SkippedFile | FailedFile:
    if isinstance(error, MemberLeftOut):
        return SkippedFile(file=file, reason=error.why, member=error.member, digest=digest)
    if isinstance(error, MemberError):
        return FailedFile(file=file, reason=error.why, member=error.member, digest=digest)
    if isinstance(error, UnsupportedFile):
        return SkippedFile(file=file, reason=str(error), digest=digest)
    return FailedFile(file=file, reason=str(error), digest=digest)


def _in_one_line(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, ValidationError):
        return f"holds a wrong value ({error.errors()[0]['msg'].lower()[:120]})"
    return f"cannot be read ({error})"


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    digest = sha256()
    with path.open("rb") as stream:
        while data := stream.read(_BLOCK):
            digest.update(data)
    return digest.hexdigest()


def file_suffix(suffix: str) -> str:
    """Return a suffix fit to be shown."""
    return suffix or "a file without a suffix"
