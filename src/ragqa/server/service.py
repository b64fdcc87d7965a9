"""What every route uses: ask, kept answers, the index in force, articles in review. Settings end here."""

from __future__ import annotations

import asyncio
import logging
from typing import NamedTuple

from ragqa.config import ServeSettings
from ragqa.engine import Engine
from ragqa.errors import Busy, NotKept, TookTooLong
from ragqa.review import ReviewStore
from ragqa.server.desk import Asked, Desk
from ragqa.server.metrics import Metrics
from ragqa.server.shelf import Shelf
from ragqa.types import Answer, Filters

log = logging.getLogger("ragqa.server")


class Kept(NamedTuple):
    """An answer as JSON, and the id under which it is kept."""

    id: str
    data: bytes

    @property
    def answer(self) -> Answer:
        """Return the answer."""
        return Answer.model_validate_json(self.data)


class Service:
    """One index being asked, and what is kept of it."""

    def __init__(self, desk: Desk, reviews: ReviewStore, settings: ServeSettings, metrics: Metrics) -> None:
        self.reviews, self.settings, self.metrics = reviews, settings, metrics
        self._desk = desk
        self._shelf = Shelf(settings.answers_kept)
        self._asking: dict[tuple[str, Asked], asyncio.Task[Kept]] = {}
        metrics.waiting.set_function(lambda: len(self._asking))
        self._ending: set[asyncio.Task[None]] = set()
        self._checked: str | None = None  # the fingerprint of the index that approvals were last held against

    @property
    def engine(self) -> Engine:
        """Return the engine in force; whoever holds it goes on reading from its generation."""
        return self._desk.engine

    def replace(self, desk: Desk) -> None:
        """Ask another desk from now on; what the old one has taken it still answers."""
        old, self._desk = self._desk, desk
        ending = asyncio.create_task(_close_after(old, list(self._asking.values())))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        log.info("index replaced", extra={"index": desk.engine.index.fingerprint})

    def close(self) -> None:
        """Take no more questions."""
        self._desk.close()

    async def ask(self, asked: Asked) -> Kept:
        """Answer a question and keep the answer in memory; what is asked at the same time is answered once.

        Raises Busy, TookTooLong, and what the engine raises.
        """
        key = (self.engine.index.fingerprint, asked)
        name = self._shelf.find(key)
        data = self._shelf.get(name) if name is not None else None
        if name is not None and data is not None:
            self.metrics.reused.inc()
            return Kept(name, data)
        task = self._asking.get(key)
        if task is None:
            if len(self._asking) >= self.settings.most_waiting:
                raise Busy("too many questions at once", remedy="try again in a moment")
            task = self._asking[key] = asyncio.create_task(self._ask(key, self._desk, asked))
            task.add_done_callback(lambda done: self._done(key, done))
        try:
            return await asyncio.wait_for(asyncio.shield(task), self.settings.timeout)
        except TimeoutError as error:
            raise TookTooLong(f"no answer within {self.settings.timeout:g} seconds", remedy="ask a shorter question") from error

    def kept(self, name: str) -> Kept:
        """Return an answer by its id; raise NotKept where there is none."""
        data = self._shelf.get(name)
        if data is None:
            raise NotKept("this answer is not kept any more", remedy="ask the question again; answers are kept in memory only")
        return Kept(name, data)

    def thread(self, answer: Answer) -> list[tuple[str, str | None]]:
        """Return the questions before an answer, oldest first, each with the id of its answer while that is kept."""
        found = []
        for place, question in enumerate(answer.history):
            asked = asked_of(answer)._replace(question=question, history=answer.history[:place])
            found.append((question, self._shelf.find((answer.provenance.index_fingerprint, asked))))
        return found

    def checked_reviews(self) -> ReviewStore:
        """Return the articles after each approval has been held against the index in force, once an index."""
        index = self.engine.index
        if self._checked != index.fingerprint:
            for article in self.reviews.recheck(index):
                log.warning("approval taken back", extra={"article": article.id, "reason": article.last.note})
            self._checked = index.fingerprint
        return self.reviews

    async def _ask(self, key: tuple[str, Asked], desk: Desk, asked: Asked) -> Kept:
        if self.settings.log_questions:
            log.info("question", extra={"question": asked.question})
        answer = await desk.ask(asked)
        self.metrics.answers.labels(support=answer.support.value, audience=answer.audience.value).inc()
        data = answer.model_dump_json().encode()
        return Kept(self._shelf.put(key, data), data)

    def _done(self, key: tuple[str, Asked], task: asyncio.Task[Kept]) -> None:
        self._asking.pop(key, None)
        if not task.cancelled():
            task.exception()  # seen here, so that one nobody waits for any more is not reported as lost


async def _close_after(desk: Desk, begun: list[asyncio.Task[Kept]]) -> None:
    """Close a desk when what it has begun is answered."""
    if begun:
        await asyncio.wait(begun)
    desk.close()


def asked_of(answer: Answer) -> Asked:
    """Return what was asked to get an answer."""
    kept = answer.provenance.filters
    filters = Filters.model_validate_json(kept) if kept is not None else Filters()
    return Asked(answer.question, answer.audience, filters, answer.history)
