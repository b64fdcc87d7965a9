"""Requests in over a pipe, results out over another: the process that reads files, and may die of one.

Started by `ragqa.ingest.apart` as `python -m ragqa.ingest.worker REQUESTS REPLIES SECONDS MEMORY`. What goes over the pipes is JSON:
nothing that a parser was made to do can run in the process that asked.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, NamedTuple

from ragqa.ingest.cutting import Cut, CutDocument, cut_result
from ragqa.ingest.reading import read_one
from ragqa.ingest.report import FailedFile, SkippedFile, Withdrawal
from ragqa.protocols import RawFile
from ragqa.types import Record

FAULT: Final = "its reader failed"
_GRACE: Final = 10
"""Seconds of processor time beyond the limit after which a worker ends itself, where nobody is left to end it."""


class Request(NamedTuple):
    """A file to be read."""

    name: str
    suffix: str
    path: str
    digest: str
    cut: Cut


class Reply(Record):
    """One result, or the end of a file where there is none; after `last` the worker ends."""

    read: CutDocument | None = None
    skipped: SkippedFile | None = None
    failed: FailedFile | None = None
    withdrawal: Withdrawal | None = None
    last: bool = False


def encode_request(request: Request) -> bytes:
    """Return a request as bytes; a path may hold what is no text."""
    return json.dumps(request).encode("ascii")


def decode_request(data: bytes) -> Request:
    """Return the request of bytes."""
    name, suffix, path, digest, cut = json.loads(data)
    return Request(name, suffix, path, digest, Cut(*cut))


def replies_to(request: Request) -> Iterator[Reply]:
    """Yield what a file gives, and its end."""
    file = RawFile(name=request.name, suffix=request.suffix, path=Path(request.path))
    try:
        for result in read_one(file, request.digest):
            found = cut_result(result, request.cut)
            if isinstance(found, CutDocument):
                yield Reply(read=found)
            elif isinstance(found, SkippedFile):
                yield Reply(skipped=found)
            elif isinstance(found, Withdrawal):
                yield Reply(withdrawal=found)
            else:
                yield Reply(failed=found)
    except MemoryError:
        yield _failed(request, "needs more memory than a file may")
        yield Reply(last=True)
        return
    except Exception as error:  # noqa: BLE001 - a fault of a reader is told with its file's name, whatever it is
        yield _failed(request, f"{FAULT} ({type(error).__name__})")
    yield Reply()


def _failed(request: Request, reason: str) -> Reply:
    return Reply(failed=FailedFile(file=request.name, reason=reason, digest=request.digest))


def serve(requests: Connection, replies: Connection, *, seconds: int) -> None:
    """Answer requests until there are no more, or until the one who asked is gone."""
    with suppress(EOFError, BrokenPipeError):
        while True:
            request = decode_request(requests.recv_bytes())
            _limit_processor(seconds)
            for reply in replies_to(request):
                replies.send_bytes(reply.model_dump_json().encode())
                _limit_processor(seconds)
                if reply.last:
                    return


def confine(memory: int) -> None:
    """Limit what this process may take, and keep it from leaving a picture of its memory behind."""
    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # a system without this limit, or with a lower one
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


def _limit_processor(seconds: int) -> None:
    with suppress(ValueError, OSError):
        most = int(time.process_time()) + seconds + _GRACE
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def main() -> None:
    """Serve over the pipes and within the limits that the arguments name."""
    requests, replies, seconds, memory = map(int, sys.argv[1:])
    confine(memory)
    serve(Connection(requests, writable=False), Connection(replies, readable=False), seconds=seconds)


if __name__ == "__main__":
    main()
