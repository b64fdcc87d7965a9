"""The folder of an index in; answers from several processes out: one process alone answers one question at a time.

Most of an answer is Python, and only one thread of a process runs that at a time.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from ragqa.config import Settings
from ragqa.engine.ask import Engine
from ragqa.engine.staying import open_to_stay
from ragqa.errors import IndexBusy, RagqaError, UsageError
from ragqa.index import LocalIndex
from ragqa.types import Answer, Filters
from ragqa.vocabulary import Audience

_AHEAD = 4  # questions handed out ahead, a process


class Panel:
    """One generation of an index, open in several processes; safe to use from many threads.

    Each process holds the encoder and the lexicon for itself, 100 MB and more, and shares the index with the others. They are
    spawned: a script opens a panel under `if __name__ == "__main__":`.
    """

    def __init__(self, folder: Path | str, *, processes: int, settings: Settings = Settings()) -> None:
        """Open the index in a folder.

        Raises IndexMissing, IndexDamaged or IndexMismatch, each with its remedy, and UsageError for less than one process.
        """
        if processes < 1:
            raise UsageError(f"a panel of {processes} processes cannot answer")
        with LocalIndex.open(Path(folder)) as index:
            self.fingerprint = index.fingerprint
        context = multiprocessing.get_context("spawn")  # a fork of a process with an open model may hang
        self._processes = processes
        self._pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_open, initargs=(Path(folder), settings, processes))

    def __enter__(self) -> Self:
        """Return the panel."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the processes; what was handed out and not begun is not answered."""
        self._pool.shutdown(cancel_futures=True)

    def ask(self, question: str, *, audience: Audience = Audience.CLINICIAN, filters: Filters = Filters()) -> Answer:
        """Answer a question with the bytes of `Engine.ask`, while others are answered for other threads.

        Raises UsageError for a question that cannot be read, IndexBusy where the index was sealed anew while the panel
        was opened, and RagqaError where a process ended before its time.
        """
        with _death_explained():
            return self._submit(question, audience, filters).result()

    def ask_all(
        self, questions: Iterable[str], *, audience: Audience = Audience.CLINICIAN, filters: Filters = Filters()
    ) -> Iterator[Answer]:
        """Yield the answer of each question, in order; only a few are handed out ahead. Raises what `ask` raises."""
        rest = iter(questions)
        waiting: list[Future[Answer]] = []
        while True:
            with _death_explained():
                more = islice(rest, _AHEAD * self._processes - len(waiting))
                waiting += [self._submit(question, audience, filters) for question in more]
                if not waiting:
                    return
                answer = waiting.pop(0).result()
            yield answer

    def _submit(self, question: str, audience: Audience, filters: Filters) -> Future[Answer]:
        return self._pool.submit(_answer, question, audience, filters, self.fingerprint)


@contextmanager
def _death_explained() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise RagqaError("a process ended before its time", remedy="open the panel again, with fewer processes if memory is short") from error


_mine: list[Engine | RagqaError] = []  # in a process of a panel: its engine, or why there is none


def _open(folder: Path, settings: Settings, processes: int) -> None:
    threading.Thread(target=end_with_parent, daemon=True).start()
    try:
        _mine.append(open_to_stay(folder, settings, beside=processes))
    except RagqaError as error:
        _mine.append(error)


def _answer(question: str, audience: Audience, filters: Filters, fingerprint: str) -> Answer:
    engine = _mine[-1]
    if isinstance(engine, RagqaError):
        raise engine
    if engine.index.fingerprint != fingerprint:
        raise IndexBusy("the index was sealed anew while the panel was opened", remedy="open it again")
    return engine.ask(question, audience=audience, filters=filters)


def end_with_parent() -> None:
    """End this process when the one that started it has ended, however it ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)
