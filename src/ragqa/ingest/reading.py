"""Files and folders in; documents, files left out and failures out, one after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from ragqa.errors import ReadError, UnsupportedFile
from ragqa.ingest import limits
from ragqa.ingest.archive import MemberError, MemberLeftOut
from ragqa.ingest.candidates import Candidate, find_files
from ragqa.ingest.readers import READERS, read_file, suffix_of
from ragqa.ingest.records import Withdrawn
from ragqa.ingest.report import FailedFile, ReadDocument, ReadResult, SkippedFile, Withdrawal
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
    for found in to_read(paths, known=known, base=base):
        if isinstance(found, SkippedFile | FailedFile):
            yield found
        else:
            yield from read_one(*found)


def to_read(
    paths: Iterable[Path | str], *, known: Callable[[str, str], bool] = never, base: Path | None = None
) -> Iterator[tuple[RawFile, str] | SkippedFile | FailedFile]:
    """Yield the files that are to be read, each with its digest, and what is left out, in order."""
    for candidate in find_files(paths, base=base):
        yield _looked_at(candidate, known)


def _looked_at(
    candidate: Candidate, known: Callable[[str, str], bool]
) -> tuple[RawFile, str] | SkippedFile | FailedFile:
    name = candidate.name
    if candidate.reason is not None:
        kind = FailedFile if candidate.failed else SkippedFile
        return kind(file=name, reason=candidate.reason)
    suffix = suffix_of(candidate.path.name)
    if suffix not in READERS:
        return SkippedFile(file=name, reason=f"no reader for {file_suffix(suffix)}")
    try:
        unfit = _unfit(candidate.path.stat().st_size)
        if unfit is not None:
            return FailedFile(file=name, reason=unfit)
        digest = digest_of(candidate.path)
    except OSError as error:
        return FailedFile(file=name, reason=f"cannot be opened ({error.strerror})")
    if known(name, digest):
        return SkippedFile(file=name, reason="unchanged", digest=digest, known=True)
    return RawFile(name=name, suffix=suffix, path=candidate.path), digest


def _unfit(size: int) -> str | None:
    """Return why a file of a size is not even opened, None where it may be: taking a digest has no limit of its own."""
    if not size:  # those of /proc say so too, and some of them never end
        return "empty file"
    return "larger than a file may be; split it into smaller files" if size > limits.STREAM else None


def read_one(file: RawFile, digest: str) -> Iterator[ReadResult]:
    """Read one file; what is wrong with it is a result like any other, one by one up to `limits.REASONS` of them."""
    told = 0
    untold: Counter[type[ReadResult]] = Counter()
    for result in _all_of(file, digest):
        if not isinstance(result, ReadDocument):
            told += 1
            if told > limits.REASONS:
                untold[type(result)] += 1
                continue
        yield result
    for kind, how in ((FailedFile, "cannot be read"), (SkippedFile, "were left out")):
        if untold[kind]:
            yield kind(file=file.name, reason=f"{untold[kind]} more of its parts {how}", digest=digest)


def _all_of(file: RawFile, digest: str) -> Iterator[ReadResult]:
    try:
        found = read_file(file)
    except ReadError as error:
        yield _unread(error, file.name, digest)
        return
    is_any = False
    while True:
        try:
            document = next(found)
        except StopIteration:
            if not is_any:
                yield FailedFile(file=file.name, reason="no document in it", digest=digest)
            return
        except ReadError as error:
            is_any = True
            yield _unread(error, file.name, digest)
            continue
        except (ValidationError, RecursionError, OSError) as error:
            yield FailedFile(file=file.name, reason=_in_one_line(error), digest=digest)
            return
        is_any = True
        yield ReadDocument(file=file.name, digest=digest, document=document)


def _unread(error: ReadError, file: str, digest: str) -> SkippedFile | FailedFile | Withdrawal:
    if isinstance(error, Withdrawn):
        return Withdrawal(file=file, digest=digest, pmids=error.pmids)
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
