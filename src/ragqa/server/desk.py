"""Questions in, answers out, from threads of this process or from processes of their own."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import threading
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import NamedTuple, Protocol

from ragqa.config import Settings
from ragqa.engine import Engine
from ragqa.engine.panel import end_with_parent
from ragqa.engine.staying import open_to_stay
from ragqa.errors import Unanswered
from ragqa.server.envelope import log_as_json
from ragqa.types import Answer, Filters
from ragqa.vocabulary import Audience

THREADS = 4


class Asked(NamedTuple):
    """A question as it is put to an engine; equal ones have equal answers."""

    question: str
    audience: Audience = Audience.CLINICIAN
    filters: Filters = Filters()
    history: tuple[str, ...] = ()


class Desk(Protocol):
    """What answers from one generation of an index; `engine` reads it in this process."""

    engine: Engine

    async def ask(self, asked: Asked) -> Answer:
        """Answer a question."""

    def close(self) -> None:
        """Take no more questions; those already taken are answered."""


class ThreadDesk:
    """Answers in threads of this process."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="ragqa-desk")

    async def ask(self, asked: Asked) -> Answer:
        """Answer a question."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, _answer, self.engine, asked)

    def close(self) -> None:
        """Take no more questions; those already taken are answered."""
        self._pool.shutdown(wait=False)


class ProcessDesk:
    """Answers in processes of their own, each with the index open; one that dies is replaced."""

    def __init__(self, folder: Path, settings: Settings, workers: int) -> None:
        self.engine = Engine.open(folder, settings=settings)
        self._opening = (folder, settings, workers)
        self._renewing = threading.Lock()
        self._pool = _pool(*self._opening)

    def warm(self) -> None:
        """Wait until the processes have opened the index."""
        _, _, workers = self._opening
        for done in [self._pool.submit(_ready) for _ in range(workers)]:
            done.result()
        self.engine.understand("Is this index open?")

    async def ask(self, asked: Asked) -> Answer:
        """Answer a question; raise Unanswered where a process dies of it twice."""
        for _ in range(2):
            pool = self._pool
            try:
                return await asyncio.get_running_loop().run_in_executor(pool, _answer_here, asked)
            except BrokenProcessPool:
                self._renew(pool)
        raise Unanswered("the question could not be answered", remedy="ask it in other words")

    def close(self) -> None:
        """Take no more questions; those already taken are answered."""
        self._pool.shutdown(wait=False)

    def _renew(self, broken: Executor) -> None:
        with self._renewing:
            if self._pool is broken:
                self._pool = _pool(*self._opening)


def _pool(folder: Path, settings: Settings, workers: int) -> ProcessPoolExecutor:
    # Spawned, not forked: the libraries below an engine hold threads that a fork would lose.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_open, initargs=(folder, settings, workers))


_opened: list[Engine] = []  # in a process of a desk: its engine


def _open(folder: Path, settings: Settings, workers: int) -> None:
    log_as_json()  # what a library says of an error here may repeat a question
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all of a terminal; what is begun is answered, and the service ends this process
    threading.Thread(target=end_with_parent, daemon=True).start()
    _opened.append(open_to_stay(folder, settings, beside=workers))


def _ready() -> bool:
    return bool(_opened)


def _answer_here(asked: Asked) -> Answer:
    return _answer(_opened[-1], asked)


def _answer(engine: Engine, asked: Asked) -> Answer:
    return engine.ask(asked.question, audience=asked.audience, filters=asked.filters, history=asked.history)
