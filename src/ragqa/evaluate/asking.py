"""Gold questions in, kept answers out: in this process or in several, and only those that are not kept yet."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import NamedTuple, Protocol

from ragqa.engine.staying import settle
from ragqa.errors import RagqaError
from ragqa.evaluate.keeping import Kept, Retrieved, keep, read_kept
from ragqa.types import Answer, Document, Hit, Passage
from ragqa.vocabulary import Audience

SHOWN_PASSAGES = 10
SHOWN_CHARACTERS = 1200
WAITING_EACH = 4  # tasks handed out ahead, a process
OnProgress = Callable[[str, int, int | None], None]


class Documents(Protocol):
    """The part of an index that evaluating needs."""

    @property
    def fingerprint(self) -> str:
        """Return a digest of what is indexed and how."""

    def document(self, document_id: str) -> Document:
        """Return a whole document; raise CitationError where there is none."""


class Answerer(Protocol):
    """The part of an engine that evaluating needs."""

    @property
    def index(self) -> Documents:
        """Return the open index."""

    def ask(self, question: str, *, audience: Audience) -> Answer:
        """Answer a question."""

    def search(self, question: str, *, depth: int) -> list[tuple[Hit, Passage]]:
        """Return the passages found for a question, best first."""


Opener = Callable[[], Answerer]
"""Open an engine; it is called once in each process, so it must be picklable."""


class Task(NamedTuple):
    """A question to be asked, and the key under which its answer is kept."""

    id: str
    question: str
    audience: Audience
    key: str


_mine: list[Answerer] = []  # the engine of a worker process


def ask_all(
    tasks: Sequence[Task],
    run: Path,
    opener: Opener,
    here: Answerer,
    *,
    processes: int,
    on_progress: OnProgress | None = None,
) -> int:
    """Ask what is not kept yet and keep each answer at once; return how many were asked.

    Only a few questions are handed out ahead and no answer comes back from a process, so memory does not grow.
    """
    due = [task for task in tasks if read_kept(run, task.id, task.key) is None]
    done = len(tasks) - len(due)
    finished = (
        _here(due, run, here) if processes <= 1 or len(due) <= processes else _elsewhere(due, run, opener, processes)
    )
    if on_progress:
        on_progress("asking", done, len(tasks))
    for _ in finished:
        done += 1
        if on_progress:
            on_progress("asking", done, len(tasks))
    return len(due)


def answer_task(task: Task, run: Path, engine: Answerer) -> None:
    """Ask one question and keep what comes; a deliberate error is kept as such."""
    started = time.perf_counter()
    answer, problem = None, None
    try:
        answer = engine.ask(task.question, audience=task.audience)
    except RagqaError as error:
        problem = str(error)
    seconds = time.perf_counter() - started
    found = engine.search(task.question, depth=SHOWN_PASSAGES) if problem is None else []
    passages = tuple(
        Retrieved(
            hit=hit,
            document_id=passage.document_id,
            span=passage.span,
            heading_path=passage.heading_path,
            text=passage.text[:SHOWN_CHARACTERS],
        )
        for hit, passage in found
    )
    keep(
        run, Kept(key=task.key, id=task.id, seconds=round(seconds, 6), answer=answer, error=problem, passages=passages)
    )


def _here(due: Sequence[Task], run: Path, engine: Answerer) -> Iterator[None]:
    for task in due:
        answer_task(task, run, engine)
        yield


def _elsewhere(due: Sequence[Task], run: Path, opener: Opener, processes: int) -> Iterator[None]:
    context = multiprocessing.get_context("spawn")  # a fork of a process with an open model may hang
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_open, initargs=(opener,))
    waiting: set[Future[None]] = set()
    rest = iter(due)
    try:
        while True:
            while len(waiting) < WAITING_EACH * processes and (task := next(rest, None)) is not None:
                waiting.add(pool.submit(_work, task, run))
            if not waiting:
                return
            ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in ready:
                future.result()
                yield
    except BrokenProcessPool as error:
        raise RagqaError(
            "a process ended before its time",
            remedy="run the same command again: finished questions are kept; use fewer --processes if memory is short",
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _open(opener: Opener) -> None:
    _mine.append(opener())
    settle()


def _work(task: Task, run: Path) -> None:
    answer_task(task, run, _mine[0])
