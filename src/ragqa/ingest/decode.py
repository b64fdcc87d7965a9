"""Files in, text and bounded streams of bytes out: encodings, gzip and sizes are dealt with here."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from charset_normalizer import from_bytes

from ragqa.errors import ReadError
from ragqa.ingest import limits

# The longer mark first: that of UTF-32 begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE: Final = 200_000
_CONTROLS: Final = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1b")
_SHORT: Final = 1_000  # a few stray controls do not make a short text binary
_BINARY: Final = 0.02  # share of control bytes beyond which bytes are no text


def read_whole(path: Path, *, most: int = limits.WHOLE_FILE) -> bytes:
    """Return a file's bytes, unpacked where it is gzip; raise ReadError where it is empty, too large or unreadable."""
    with open_bounded(path, most=most) as stream:
        data = stream.read()
    if not data.strip(b"\0 \t\r\n"):
        raise ReadError("empty file")
    return data


def decode(data: bytes) -> str:
    """Return bytes as text: by their byte order mark, else as UTF-8, else as charset-normalizer guesses.

    Raises ReadError for bytes that are no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _guess(data)
    if _controls(data) > _BINARY:
        raise ReadError("not a text file", remedy="check what it holds and its suffix")
    return text


def _guess(data: bytes) -> str:
    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        if _controls(data) > _BINARY:
            raise ReadError("not a text file", remedy="check what it holds and its suffix")
        return data.decode("utf-8", errors="replace")
    return data.decode(best.encoding, errors="replace")


def _controls(data: bytes) -> float:
    sample = data[:_SAMPLE]
    return sum(byte in _CONTROLS for byte in sample) / max(len(sample), _SHORT)


class _Bounded(io.RawIOBase):
    """A stream that refuses to give more than it may, and turns the faults of what is under it into ReadError."""

    def __init__(self, under: io.BufferedIOBase, most: int) -> None:
        self._under = under
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the stub allows any buffer
        try:
            data = self._under.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise ReadError(f"damaged or cut short ({error})") from error
        self._left -= len(data)
        if self._left < 0:
            raise ReadError("larger than a file of its kind may be", remedy="split it into smaller files")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._under.close()
        super().close()


def open_bounded(path: Path, *, most: int = limits.STREAM) -> io.BufferedReader:
    """Open a file, gzip or not, for reading at most `most` unpacked bytes."""
    try:
        raw = path.open("rb")
        magic = raw.read(2)
        raw.seek(0)
    except OSError as error:
        raise ReadError(f"cannot be opened ({error.strerror})") from error
    under: io.BufferedIOBase = gzip.GzipFile(fileobj=raw) if magic == b"\x1f\x8b" else raw
    if under is raw:
        return io.BufferedReader(_Bounded(raw, most))
    return io.BufferedReader(_Bounded(_Both(under, raw), most))


class _Both(io.BufferedIOBase):
    """A gzip stream that closes the file under it too."""

    def __init__(self, stream: io.BufferedIOBase, file: io.BufferedIOBase) -> None:
        self._stream = stream
        self._file = file

    def read(self, size: int | None = -1, /) -> bytes:
        return self._stream.read(size)

    def close(self) -> None:
        self._stream.close()
        self._file.close()
        super().close()


def lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """Yield the numbered lines of a file, gzip or not; None for a line longer than a record may be."""
    with open_bounded(path) as stream:
        number, is_long = 0, False
        while line := stream.readline(limits.RECORD):
            whole = line.endswith(b"\n") or len(line) < limits.RECORD
            if whole and not is_long:
                number += 1
                yield number, line
            elif whole or not is_long:
                number += not is_long
                if not is_long:
                    yield number, None
            is_long = not whole
