"""A folder with an index in; a service that listens until it is interrupted, out."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator
from concurrent.futures import BrokenExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from ragqa.config import Settings
from ragqa.engine import Engine
from ragqa.engine.places import is_on_server
from ragqa.engine.standing import mark_in_force, mark_of
from ragqa.engine.staying import settle
from ragqa.errors import RagqaError, UsageError
from ragqa.keys import KeyStore
from ragqa.server.app import KEYS_FILE, Lifespan, app_over
from ragqa.server.desk import Desk, ProcessDesk, ThreadDesk
from ragqa.server.envelope import log_as_json
from ragqa.server.guard import LOOPBACK
from ragqa.server.patience import options
from ragqa.server.service import Service

log = logging.getLogger("ragqa.server")
LOOK, LOOK_AFAR = 1.0, 10.0  # seconds between two looks at which generation is in force, in a folder and on a server
AGAIN = 30.0  # seconds after one that failed: the cause may have passed
KEEP_ALIVE = 10  # seconds between two requests
DRAIN = 30  # seconds that open requests have when the service stops


def serve(folder: Path, state: Path, settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Listen at an address until interrupted.

    Raises UsageError for an address that others can reach while there is no API key, or that is no free one of this machine.
    """
    if host not in LOOPBACK and not KeyStore(state / KEYS_FILE).cards():
        raise UsageError(f"without an API key ragqa serves only this machine, not {host}", remedy="run: ragqa keys create NAME --role admin")
    _check_free(host, port)
    log_as_json()
    desk = ProcessDesk(folder, settings, workers)
    desk.warm()
    app = app_over(desk, state=state, settings=settings.serve, approve_own=settings.review.approve_own, lifespan=_watching(folder, settings, workers))
    settle()
    signal.signal(signal.SIGTERM, _end)  # when uvicorn has drained, it raises the signal again
    log.info("serving", extra={"index": str(folder), "address": f"http://{host}:{port}/"})
    uvicorn.run(
        app, host=host, port=port, access_log=False, log_config=None, server_header=False, timeout_graceful_shutdown=DRAIN,
        timeout_keep_alive=KEEP_ALIVE, **options(settings.serve.arrival),
    )  # fmt: skip


def _check_free(host: str, port: int) -> None:
    """Refuse an address before the index is opened; uvicorn would say it in its log, with the exit code of an abstention."""
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as uvicorn does
                probe.bind(address)
    except OSError as error:
        raise UsageError(f"cannot listen at {host}:{port}: {error.strerror}", remedy="choose another with --port") from error


def _end(_signal: int, _frame: FrameType | None) -> None:
    """Leave in order, so that the processes that answer are waited for."""
    raise SystemExit(0)


def _watching(folder: Path, settings: Settings, workers: int) -> Lifespan:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        service: Service = app.state.service
        task = asyncio.create_task(watch(service, folder, settings, workers))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            service.close()

    return lifespan


async def follow(app: FastAPI, index: Path | str, settings: Settings = Settings()) -> None:
    """Have an application that was made by `create_app` follow its index, in a folder or on a server; ends when cancelled.

    For the application around a mounted one: what is mounted has no beginning and no end of its own.
    """
    await watch(app.state.service, Path(index), settings, None)


async def watch(service: Service, folder: Path, settings: Settings, workers: int | None, *, every: float | None = None, again: float = AGAIN) -> None:
    """Open each new generation of an index as it comes into force, and ask it from then on; ends when cancelled.

    Without `workers` the questions are answered in threads of this process.
    """
    wait = every if every is not None else (LOOK_AFAR if is_on_server(folder) else LOOK)
    opened = mark_of(service.engine.index)  # not the one in force by now, which may have been sealed since
    failed = gone = False
    await _check_reviews(service)
    while True:
        await asyncio.sleep(again if failed else wait)
        try:
            found = await asyncio.to_thread(mark_in_force, service.engine.index, folder)
            failed = False
            if found is None and not gone:
                log.warning("the index is gone from its place; the one that is open goes on", extra={"index": str(folder)})
            gone = found is None
            if found in {None, opened}:
                continue
            desk = await asyncio.to_thread(_opened, folder, settings, workers)
        except (RagqaError, BrokenExecutor, OSError) as error:
            failed = True
            log.error("the new index cannot be opened; the old one goes on", extra={"cause": str(error)})  # noqa: TRY400 one line
        else:
            opened = mark_of(desk.engine.index) or found
            service.replace(desk)
            await _check_reviews(service)


async def _check_reviews(service: Service) -> None:
    try:
        await asyncio.to_thread(service.checked_reviews)
    except RagqaError as error:
        log.error("approvals cannot be held against the index", extra={"cause": str(error)})  # noqa: TRY400 one line


def _opened(folder: Path, settings: Settings, workers: int | None) -> Desk:
    if workers is None:
        engine = Engine.open(folder, settings=settings)
        engine.warm()
        return ThreadDesk(engine)
    desk = ProcessDesk(folder, settings, workers)
    desk.warm()
    return desk
