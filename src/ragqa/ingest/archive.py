"""A .zip or .tar.gz in, the Documents of its members out, one member at a time on disk and none outside its own folder.

No path of a member is ever used as a path: each is copied, within limits, to a file of its own with a name of ours.
"""

from __future__ import annotations

import re
import shutil
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Final, NamedTuple

from ragqa.errors import ReadError, UnsupportedFile
from ragqa.ingest import limits
from ragqa.ingest.candidates import why_no_document
from ragqa.ingest.decode import open_bounded
from ragqa.ingest.identity import file_name
from ragqa.ingest.records import Records
from ragqa.protocols import RawFile, Reader
from ragqa.types import Document

_COPY: Final = 1024 * 1024
_SUFFIX: Final = re.compile(r"[.a-z0-9]{1,20}")
_FAULTS: Final = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    zlib.error,
    zipfile.BadZipFile,
    tarfile.TarError,
)

SuffixOf = Callable[[str], str]


class _Member(NamedTuple):
    name: str
    packed: int  # bytes in the archive; 0 where not known
    open: Callable[[], IO[bytes]]


class MemberError(ReadError):
    """Report a member of an archive that cannot be read; `member` is its name."""

    def __init__(self, member: str, cause: str) -> None:
        super().__init__(f"{member}: {cause}")
        self.member, self.why = member, cause


class MemberLeftOut(UnsupportedFile):
    """Report a member of an archive that is no document; `member` is its name."""

    def __init__(self, member: str, cause: str) -> None:
        super().__init__(f"{member}: {cause}")
        self.member, self.why = member, cause


def read_zip(file: RawFile, *, suffix_of: SuffixOf, reader: Reader) -> Iterator[Document]:
    """Read the members of a .zip in the order of their names."""
    return Records(_documents(file, _zip_members, suffix_of, reader))


def read_tar(file: RawFile, *, suffix_of: SuffixOf, reader: Reader) -> Iterator[Document]:
    """Read the members of a .tar or .tar.gz in the order in which they stand."""
    return Records(_documents(file, _tar_members, suffix_of, reader))


_Found = Iterator[_Member | ReadError]


def _documents(
    file: RawFile, members: Callable[[Path], _Found], suffix_of: SuffixOf, reader: Reader
) -> Iterator[Document | ReadError]:
    left = limits.ARCHIVE_TOTAL
    count = 0
    folder = tempfile.mkdtemp(prefix="ragqa-")
    try:
        for member in members(file.path):
            count += 1
            if isinstance(member, ReadError):
                yield member
                continue
            if count > limits.ARCHIVE_MEMBERS:
                yield ReadError(f"more than {limits.ARCHIVE_MEMBERS} members", remedy="split the archive")
                return
            reason = why_no_document(PurePosixPath(member.name))
            if reason is not None:
                yield MemberLeftOut(member.name, reason)
                continue
            suffix = suffix_of(member.name)
            path = Path(folder) / f"member{suffix if _SUFFIX.fullmatch(suffix) else ''}"
            try:
                left -= _copy(member, path, left)
            except ReadError as error:
                yield MemberError(member.name, error.cause)
                continue
            yield from _read(RawFile(name=file.name, suffix=suffix, path=path), member.name, reader)
            path.unlink(missing_ok=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(raw: RawFile, name: str, reader: Reader) -> Iterator[Document | ReadError]:
    try:
        found = iter(reader(raw._replace(name=f"{raw.name}/{name}")))
    except UnsupportedFile as error:
        yield MemberLeftOut(name, error.cause)
        return
    except ReadError as error:
        yield MemberError(name, error.cause)
        return
    while True:
        try:
            document = next(found)
        except StopIteration:
            return
        except ReadError as error:
            yield MemberError(name, error.cause)
            continue
        inner = document.origin.member
        origin = document.origin.model_copy(update={"file": raw.name, "member": f"{name}#{inner}" if inner else name})
        yield document.model_copy(update={"origin": origin})


def _copy(member: _Member, path: Path, left: int) -> int:
    """Copy a member to a file and return its size; raise ReadError beyond the limits."""
    size = 0
    try:
        with member.open() as source, path.open("wb") as target:
            while data := source.read(_COPY):
                size += len(data)
                if size > limits.ARCHIVE_MEMBER or size > left:
                    raise ReadError("unpacks to more than a member of an archive may")
                if member.packed and size > _COPY and size > limits.ARCHIVE_RATIO * member.packed:
                    raise ReadError("packed more tightly than any text; taken for a bomb")
                target.write(data)
    except _FAULTS as error:
        raise ReadError(f"cannot be unpacked ({str(error)[:100]})") from error
    return size


def _zip_members(path: Path) -> _Found:
    try:
        package = zipfile.ZipFile(path)
    except _FAULTS as error:
        yield ReadError(f"not a zip archive ({str(error)[:100]})")
        return
    with package:
        for info in sorted(package.infolist(), key=lambda info: info.filename):
            if not info.filename or info.filename.endswith("/"):
                continue
            name = file_name(info.filename)
            if info.flag_bits & 1:
                yield MemberError(name, "protected by a password")
            elif stat.S_ISLNK(info.external_attr >> 16):
                yield MemberLeftOut(name, "a link")
            else:
                yield _Member(name, info.compress_size, lambda info=info: package.open(info))  # type: ignore[misc]


def _tar_members(path: Path) -> _Found:
    try:
        with (
            open_bounded(path, most=limits.ARCHIVE_TOTAL) as stream,
            tarfile.open(fileobj=stream, mode="r|") as package,
        ):
            for info in package:
                name = file_name(info.name)
                if info.isfile() and not info.issparse():
                    yield _Member(name, 0, lambda info=info: _opened(package, info))  # type: ignore[misc]
                elif not info.isdir():
                    yield MemberLeftOut(name, "a link or a special file")
    except _FAULTS as error:
        yield ReadError(f"damaged, or not a tar archive ({str(error)[:100]})")
    except ReadError as error:
        yield error


def _opened(package: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    stream = package.extractfile(info)
    if stream is None:
        raise ReadError("not a file")
    return stream
