"""A service over an index on disk: processes that answer, a new generation without downtime, and hosts that are refused."""

import asyncio
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ragqa.config import ServeSettings, Settings
from ragqa.engine import Engine, build_index, remove_from_index
from ragqa.errors import StateError, UsageError
from ragqa.keys import KeyStore
from ragqa.review import ReviewStore
from ragqa.server import create_app, serving
from ragqa.server.app import KEYS_FILE
from ragqa.server.desk import Asked, ProcessDesk, ThreadDesk
from ragqa.server.metrics import Metrics
from ragqa.server.service import Service
from ragqa.types import Answer
from ragqa.vocabulary import ReviewAction, ReviewStatus, Role

CORPUS = Path(__file__).parents[2] / "corpus"
SETTINGS = Settings(encoder="hashing-64")
EVERYWHERE = "0.0.0.0"  # noqa: S104 nothing listens there
QUESTION = "Does acupuncture help chronic low back pain?"


@pytest.fixture
def folder(tmp_path):
    build_index([CORPUS / "musculoskeletal"], tmp_path / "index", SETTINGS)
    return tmp_path / "index"


def test_processes_answer_as_the_engine_does_and_one_that_dies_is_replaced(folder):
    desk = ProcessDesk(folder, SETTINGS, 1)
    try:
        desk.warm()
        expected = Engine.open(folder, settings=SETTINGS).ask(QUESTION)
        assert asyncio.run(desk.ask(Asked(QUESTION))) == expected
        assert desk._pool.submit(gc.get_freeze_count).result() > 1000  # what is open is not looked through again and again
        (child,) = desk._pool._processes
        os.kill(child, signal.SIGINT)  # as Ctrl-C does to all of a terminal: what is begun is answered
        assert asyncio.run(desk.ask(Asked(QUESTION))) == expected
        assert list(desk._pool._processes) == [child]
        os.kill(child, signal.SIGKILL)
        assert asyncio.run(desk.ask(Asked(QUESTION))) == expected
    finally:
        desk.close()


def test_processes_end_with_the_service_even_when_it_is_killed(folder):
    code = (
        "import sys; from pathlib import Path; from ragqa.config import Settings; from ragqa.server.desk import ProcessDesk\n"
        "if __name__ == '__main__':\n"
        f"    desk = ProcessDesk(Path({str(folder)!r}), Settings(encoder='hashing-64'), 1); desk.warm()\n"
        "    print(*desk._pool._processes, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    for _ in range(100):
        if not alive(child):
            return
        time.sleep(0.1)
    pytest.fail("a process outlived its service")


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Gated(ThreadDesk):
    """A desk that answers when it is told to."""

    def __init__(self, engine):
        super().__init__(engine)
        self.gate = asyncio.Event()

    async def ask(self, asked):
        await self.gate.wait()
        return await super().ask(asked)


def test_a_new_generation_is_asked_while_the_old_one_ends_what_it_began(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "_opened", lambda folder, settings, workers: ThreadDesk(Engine.open(folder, settings=settings)))

    async def scene():
        old = Gated(Engine.open(folder, settings=SETTINGS))
        store = ReviewStore(tmp_path / "review.sqlite")
        cited = old.engine.ask(QUESTION)
        article = store.submit(cited, old.engine.index, by="ada")
        store.step(article.id, ReviewAction.START, by="bea")
        store.approve(article.id, old.engine.index, by="bea")
        service = Service(old, store, ServeSettings(), Metrics())
        watching = asyncio.create_task(serving.watch(service, folder, SETTINGS, 1, every=0.01))
        begun = asyncio.create_task(service.ask(Asked(QUESTION)))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(remove_from_index, [cited.references[0].document_id], folder, SETTINGS)
        for _ in range(500):
            if service.engine is not old.engine and store.article(article.id).status is not ReviewStatus.APPROVED:
                break
            await asyncio.sleep(0.02)
        new = await service.ask(Asked(QUESTION))
        assert cited.references[0].document_id not in {r.document_id for r in new.answer.references}
        assert store.article(article.id).status is ReviewStatus.UNDER_REVIEW
        old.gate.set()
        assert (await begun).answer == cited
        watching.cancel()

    asyncio.run(scene())


def test_a_mounted_application_follows_its_index_where_it_is_told_to(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "LOOK", 0.01)

    async def scene():
        app = create_app(Engine.open(folder, settings=SETTINGS), state=tmp_path)
        service = app.state.service
        before = await service.ask(Asked(QUESTION))
        following = asyncio.create_task(serving.follow(app, str(folder), SETTINGS))
        gone, first = before.answer.references[0].document_id, service.engine
        await asyncio.to_thread(remove_from_index, [gone], folder, SETTINGS)
        for _ in range(500):
            if service.engine is not first:
                break
            await asyncio.sleep(0.02)
        after = await service.ask(Asked(QUESTION))
        assert gone not in {reference.document_id for reference in after.answer.references}
        following.cancel()

    asyncio.run(scene())


def test_a_review_file_that_cannot_be_read_keeps_no_new_index_away(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "_opened", lambda folder, settings, workers: ThreadDesk(Engine.open(folder, settings=settings)))

    async def scene():
        (tmp_path / "review.sqlite").write_bytes(b"no database" * 200)
        service = Service(ThreadDesk(Engine.open(folder, settings=SETTINGS)), ReviewStore(tmp_path / "review.sqlite"), ServeSettings(), Metrics())
        with pytest.raises(StateError):
            service.checked_reviews()
        await replaced_twice(service, folder)

    asyncio.run(scene())


async def replaced_twice(service, folder):
    """Take two documents out, one after the other; the watch must follow both times and still be at work."""
    watching = asyncio.create_task(serving.watch(service, folder, SETTINGS, 1, every=0.01))
    for name in ("acp-2017-low-back-pain", "acr-2020-gout"):
        before = service.engine
        await asyncio.to_thread(remove_from_index, [name], folder, SETTINGS)
        for _ in range(500):
            if service.engine is not before:
                break
            await asyncio.sleep(0.02)
        assert service.engine is not before
    assert not watching.done()
    watching.cancel()


def test_a_generation_sealed_before_the_watch_begins_is_served(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "_opened", lambda folder, settings, workers: ThreadDesk(Engine.open(folder, settings=settings)))

    async def scene():
        old = Engine.open(folder, settings=SETTINGS)
        service = Service(ThreadDesk(old), ReviewStore(tmp_path / "review.sqlite"), ServeSettings(), Metrics())
        await asyncio.to_thread(remove_from_index, ["acr-2020-gout"], folder, SETTINGS)
        watching = asyncio.create_task(serving.watch(service, folder, SETTINGS, 1, every=0.01))
        for _ in range(500):
            if service.engine is not old:
                break
            await asyncio.sleep(0.02)
        assert service.engine.index.manifest.generation == old.index.manifest.generation + 1
        watching.cancel()

    asyncio.run(scene())


def test_an_index_that_goes_from_its_place_is_told_once_and_asked_on(folder, tmp_path, caplog):
    told = "the index is gone from its place; the one that is open goes on"

    async def scene():
        service = Service(ThreadDesk(Engine.open(folder, settings=SETTINGS)), ReviewStore(tmp_path / "review.sqlite"), ServeSettings(), Metrics())
        watching = asyncio.create_task(serving.watch(service, folder, SETTINGS, None, every=0.01))
        (folder / "CURRENT").rename(folder / "elsewhere")
        for _ in range(500):
            if told in caplog.text:
                break
            await asyncio.sleep(0.02)
        assert (await service.ask(Asked(QUESTION))).id
        watching.cancel()

    asyncio.run(scene())
    assert caplog.messages.count(told) == 1


def test_a_generation_that_could_not_be_opened_is_tried_again_and_not_at_every_look(folder, tmp_path, monkeypatch):
    tries = []

    def opened(folder, settings, workers):
        tries.append(time.monotonic())
        if len(tries) < 3:
            raise OSError("too many open files")
        return ThreadDesk(Engine.open(folder, settings=settings))

    monkeypatch.setattr(serving, "_opened", opened)

    async def scene():
        old = Engine.open(folder, settings=SETTINGS)
        service = Service(ThreadDesk(old), ReviewStore(tmp_path / "review.sqlite"), ServeSettings(), Metrics())
        await asyncio.to_thread(remove_from_index, ["acr-2020-gout"], folder, SETTINGS)
        watching = asyncio.create_task(serving.watch(service, folder, SETTINGS, 1, every=0.01, again=0.3))
        for _ in range(3000):
            if service.engine is not old:
                break
            await asyncio.sleep(0.02)
        assert service.engine is not old
        watching.cancel()

    asyncio.run(scene())
    assert len(tries) == 3
    assert min(tries[1] - tries[0], tries[2] - tries[1]) >= 0.3


def test_what_goes_wrong_in_a_process_is_one_line_without_the_words_of_an_error(folder):
    code = (
        "import logging; from pathlib import Path; from ragqa.config import Settings; from ragqa.server import desk\n"
        "if __name__ == '__main__':\n"
        f"    desk._open(Path({str(folder)!r}), Settings(encoder='hashing-64'), 1)\n"
        "    try:\n        raise ValueError('Mrs Roe')\n"
        "    except ValueError:\n        logging.getLogger('some.library').exception('it failed')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(one["message"], one["error"]) for one in told] == [("it failed", "ValueError")]
    assert "Roe" not in done.stderr


def test_the_same_question_at_the_same_time_is_answered_once(folder, tmp_path):
    asked = []

    class Counting(ThreadDesk):
        async def ask(self, question) -> Answer:
            asked.append(question)
            return await super().ask(question)

    async def scene():
        service = Service(Counting(Engine.open(folder, settings=SETTINGS)), ReviewStore(tmp_path / "r.sqlite"), ServeSettings(), Metrics())
        kept = await asyncio.gather(*(service.ask(Asked(QUESTION)) for _ in range(5)))
        assert len({one.id for one in kept}) == 1
        await service.ask(Asked(QUESTION))

    asyncio.run(scene())
    assert len(asked) == 1


def test_another_host_is_refused_until_there_is_a_key(folder, tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(serving.uvicorn, "run", lambda app, **options: started.append(options["host"]))
    monkeypatch.setattr(serving, "log_as_json", lambda: None)
    monkeypatch.setattr(serving, "ProcessDesk", lambda folder, settings, workers: ThreadDesk(Engine.open(folder, settings=settings)))
    monkeypatch.setattr(ThreadDesk, "warm", lambda self: None, raising=False)
    state = tmp_path / "state"
    with pytest.raises(UsageError, match=r"serves only this machine, not 0\.0\.0\.0"):
        serving.serve(folder, state, SETTINGS, host=EVERYWHERE, port=0, workers=1)
    serving.serve(folder, state, SETTINGS, host="127.0.0.1", port=0, workers=1)
    KeyStore(state / KEYS_FILE).create("ada", Role.ADMIN)
    serving.serve(folder, state, SETTINGS, host=EVERYWHERE, port=0, workers=1)
    assert started == ["127.0.0.1", EVERYWHERE]


def test_an_address_that_is_taken_is_refused_before_the_index_is_opened(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "ProcessDesk", None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"cannot listen at 127\.0\.0\.1:{port}: Address already in use; choose another"):
            serving.serve(folder, tmp_path / "state", SETTINGS, host="127.0.0.1", port=port, workers=1)
