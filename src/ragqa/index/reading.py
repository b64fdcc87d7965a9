"""Blocks of passages in, their postings and words on disk out: the work of a `BlockWriter`, done by a process of its own.

Started as `python -m ragqa.index.reading BLOCKS FOLDER REPEATS...`, BLOCKS being a pipe. It ends with the one who started it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from ragqa import children
from ragqa.errors import RagqaError
from ragqa.index.wording import BlockWriter, Field, Repeats

_MODULE = "ragqa.index.reading"


class ReadingProcess:
    """What a `BlockWriter` is, in another process: `take` returns as soon as that has the block."""

    def __init__(self, folder: Path, repeats: Repeats) -> None:
        """Start the process."""
        reading, writing = os.pipe()
        self._blocks = Connection(writing, readable=False)
        self._process = children.start(_MODULE, (reading, folder, *repeats), pass_fds=[reading], stdout=subprocess.PIPE)
        os.close(reading)

    def take(self, rows: Sequence[int], fields: Iterable[Field]) -> None:
        """Hand over a block, when the one before is done."""
        self._send((rows, list(fields)))

    def finish(self) -> None:
        """Return when all is written; raise OSError where the disk refused, and RagqaError where the process ended otherwise."""
        self._send(None)
        self._check()

    def stop(self) -> None:
        """End the process, if it has not ended."""
        self._blocks.close()
        self._process.kill()
        self._process.communicate()

    def _send(self, block: object) -> None:
        try:
            self._blocks.send(block)
        except BrokenPipeError:
            self._check()
            raise

    def _check(self) -> None:
        told = self._process.stdout.read() if self._process.stdout else b""
        if code := self._process.wait():
            if told:
                raise OSError(int(told), os.strerror(int(told)))
            raise RagqaError(f"a process that reads words for the index ended with {code}", remedy="try again: what was encoded is kept")


def main() -> None:
    """Read blocks until there are no more, or until the one who sends them is gone; tell the number of an error of the system."""
    blocks, folder, *repeats = sys.argv[1:]
    title, headings, text = map(int, repeats)
    writer = BlockWriter(Path(folder), (title, headings, text))
    received = Connection(int(blocks), writable=False)
    try:
        with suppress(EOFError):
            while (block := received.recv()) is not None:
                writer.take(*block)
            writer.finish()
    except OSError as error:
        sys.stdout.write(str(error.errno or ""))
        raise


if __name__ == "__main__":
    main()
