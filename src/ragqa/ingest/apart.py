"""Files and folders in, documents cut into passages out, read by another process: a parser that dies, hangs or grows takes no one with it."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple, Self

from ragqa import children
from ragqa.ingest import limits
from ragqa.ingest.cutting import Cut, CutResult
from ragqa.ingest.reading import never, to_read
from ragqa.ingest.report import FailedFile, SkippedFile
from ragqa.ingest.worker import Reply, Request, encode_request
from ragqa.protocols import RawFile


class Limits(NamedTuple):
    """What one file may take before it counts as failed: seconds between two of its documents, and bytes of memory."""

    seconds: int = limits.SECONDS
    memory: int = limits.MEMORY
    batch: int = limits.BATCH


def read_apart(
    paths: Iterable[Path | str],
    *,
    known: Callable[[str, str], bool] = never,
    cut: Cut = Cut(),
    scratch: Path | None = None,
    most: Limits = Limits(),
) -> Generator[CutResult, None, None]:
    """Read files and folders as `read_paths` does, in a process of its own that is renewed with each batch.

    Archives are unpacked in `scratch`, which is removed at the end; close the iterator where it is not read to its end.
    """
    with _Reader(scratch, most) as reader:
        for found in to_read(paths, known=known):
            if isinstance(found, SkippedFile | FailedFile):
                yield found
            else:
                file, digest = found
                yield from reader.read(file, digest, cut)


class _Stopped(Exception):  # noqa: N818 - it says what the worker has done
    """The worker did not come to the end of a file."""


class _Reader:
    """One who asks a worker, and starts another where that one has ended."""

    def __init__(self, scratch: Path | None, most: Limits) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="ragqa-")) if scratch is None else scratch
        self._most = most
        self._worker: _Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def read(self, file: RawFile, digest: str, cut: Cut) -> Iterator[CutResult]:
        """Yield what a file gives; where the worker dies of it, a failure that says so."""
        worker = self._worker = self._worker or _Worker(self._folder, self._most)
        try:
            for reply in worker.ask(Request(file.name, file.suffix, str(file.path), digest, cut)):
                found = reply.read or reply.skipped or reply.failed or reply.withdrawal
                if found is not None:
                    yield found
                if reply.last:
                    self._end()
        except _Stopped as stopped:
            self._end()
            yield FailedFile(file=file.name, reason=str(stopped), digest=digest)
        if worker.asked >= self._most.batch:
            self._end()

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.end()
            self._worker = None
            for left in self._folder.iterdir():  # what a worker that was killed could not remove
                shutil.rmtree(left, ignore_errors=True)


class _Worker:
    """A process that reads files, and the two pipes to it."""

    def __init__(self, folder: Path, most: Limits) -> None:
        asked, self._requests = _pipe()
        self._replies, told = _pipe()
        self._seconds = most.seconds
        self.asked = 0
        numbers = (asked.fileno(), told.fileno())
        own = {"TMPDIR": str(folder.absolute()), "PYTHONDONTWRITEBYTECODE": "1"}
        self._process = children.start("ragqa.ingest.worker", (*numbers, most.seconds, most.memory), pass_fds=numbers, environment=own)
        asked.close()
        told.close()

    def ask(self, request: Request) -> Iterator[Reply]:
        """Yield the replies to a request; raise _Stopped where the worker ends before the file does."""
        self.asked += 1
        with suppress(BrokenPipeError):  # that it has ended, the pipe from it says as well
            self._requests.send_bytes(encode_request(request))
        while True:
            if not self._replies.poll(self._seconds):
                raise _Stopped(f"takes longer than the {self._seconds} seconds that a file may")
            try:
                reply = Reply.model_validate_json(self._replies.recv_bytes())
            except (EOFError, OSError) as error:
                raise _Stopped(f"its reader died ({self._how_it_ended()})") from error
            yield reply
            if reply.last or reply == _END:
                return

    def _how_it_ended(self) -> str:
        code = self._process.wait()
        with suppress(ValueError):
            return signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return f"signal {-code}"

    def end(self) -> None:
        """End the process and close the pipes to it."""
        self._requests.close()
        self._replies.close()
        self._process.kill()
        self._process.wait()


_END = Reply()


def _pipe() -> tuple[Connection, Connection]:
    reading, writing = os.pipe()
    return Connection(reading, writable=False), Connection(writing, readable=False)
