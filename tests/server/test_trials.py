"""What a hostile or clumsy client can do to the service: slow and oversized requests, other people's roles and sessions, guessed keys."""

import asyncio
import re
from contextlib import suppress

import pytest
from fastapi.routing import APIRoute
from uvicorn import Config
from uvicorn.server import ServerState

from ragqa.config import ServeSettings
from ragqa.engine import Engine
from ragqa.errors import IndexDamaged
from ragqa.keys import KeyStore
from ragqa.server import create_app
from ragqa.server.access import MOST_OF_A_KEY
from ragqa.server.app import KEYS_FILE
from ragqa.server.patience import options
from ragqa.vocabulary import Role

QUESTION = "Does acupuncture help chronic low back pain?"
OPEN, READER, REVIEWER, ADMIN = -1, *range(len(Role))
NEEDS = {
    "GET /healthz": OPEN, "GET /readyz": OPEN, "GET /openapi.json": OPEN, "GET /static/{name}": OPEN,
    "GET /sign-in": OPEN, "POST /sign-in": OPEN, "POST /sign-out": OPEN,
    "POST /v1/answers": READER, "POST /v1/answers/stream": READER, "GET /v1/answers/{answer_id}": READER, "POST /v1/search": READER, "GET /v1/passages/{passage_id:path}": READER,
    "GET /": READER, "POST /ask": READER, "GET /answers/{answer_id}": READER, "GET /answers/{answer_id}/download.{suffix}": READER, "GET /sources/{document_id:path}": READER, "GET /policy": READER,
    "GET /v1/articles": READER, "POST /v1/articles": READER, "GET /v1/articles/{article_id}": READER, "GET /v1/articles/{article_id}/export": READER,
    "GET /articles": READER, "POST /articles": READER, "GET /articles/{article_id}": READER, "GET /articles/{article_id}/download.{suffix}": READER,
    "POST /v1/articles/{article_id}/start": REVIEWER, "POST /v1/articles/{article_id}/approve": REVIEWER, "POST /v1/articles/{article_id}/reject": REVIEWER,
    "POST /v1/articles/{article_id}/edit": REVIEWER, "POST /v1/articles/{article_id}/ask-again": REVIEWER,
    "GET /articles/{article_id}/edit": REVIEWER, "POST /articles/{article_id}/edit": REVIEWER, "POST /articles/{article_id}/approve": REVIEWER,
    "POST /articles/{article_id}/ask-again": REVIEWER, "POST /articles/{article_id}/{step}": REVIEWER,
    "GET /metrics": ADMIN, "GET /v1/articles/verification": ADMIN,
}  # fmt: skip
FORM = {"question": QUESTION, "seen": "0" * 64, "answer_id": "0" * 24, "note": "", "key": "none"}
BODIES = {
    "POST /v1/answers": {"question": QUESTION}, "POST /v1/answers/stream": {"question": QUESTION}, "POST /v1/search": {"question": QUESTION},
    "POST /v1/articles": {"answer_id": "0" * 24}, "POST /v1/articles/{article_id}/edit": {"edit": {"leave_out": ["1a2b3c4d5e6f"]}},
}  # fmt: skip


@pytest.fixture
def keys(tmp_path):
    return KeyStore(tmp_path / "state" / KEYS_FILE)


def routes_of(routes, prefix=""):
    for route in routes:
        if isinstance(route, APIRoute) or not (hasattr(route, "routes") or hasattr(route, "original_router")):
            yield from (f"{method} {prefix}{route.path}" for method in sorted(route.methods - {"HEAD"}))
        else:
            inner = getattr(route, "original_router", route)
            yield from routes_of(inner.routes, prefix)


def test_no_route_may_be_used_by_who_may_less(app, client, keys):
    of = [{"authorization": f"Bearer {keys.create(role.value, role)[1]}"} for role in Role]
    assert set(routes_of(app.routes)) == set(NEEDS)  # a new route says here who may use it
    for route, needed in NEEDS.items():
        method, pattern = route.split(" ", 1)
        path = pattern.replace("{article_id}", "0" * 16).replace("{answer_id}", "0" * 24).replace("{suffix}", "md").replace("{step}", "start").replace("{name}", "mark.svg")
        path = re.sub(r"\{\w+:path\}", "acp-2017-back:0-9" if "passages" in path else "acp-2017-back?quote=0-9", path)
        sent = {} if method == "GET" else {"json": BODIES.get(route, {})} if path.startswith("/v1") else {"data": FORM}
        statuses = [client.request(method, path, headers=headers, **sent).status_code for headers in ({}, {"authorization": "Bearer none"}, *of)]
        assert all(status < 500 for status in statuses), (route, statuses)
        if needed == OPEN:
            assert 403 not in statuses, (route, statuses)
            continue
        assert statuses[:2] == [401, 401], (route, statuses)
        for role, status in enumerate(statuses[2:]):
            assert (status == 403) == (role < needed), (route, Role, statuses)
            assert status != 401, (route, statuses)


def test_a_key_that_is_guessed_is_refused_in_one_way_whatever_is_right_in_it(client, keys):
    card, key = keys.create("ada", Role.ADMIN)
    secret = key.split("_", 2)[2]
    guesses = [f"ragqa_{card.id}_{'A' * 43}", f"ragqa_00000000_{secret}", f"ragqa_{card.id}_", "", key[:-1], f"{key}A", key.swapcase(), f"ragqa_{card.id}_{secret[:-1]}\u00e9"]
    said = []
    for guess in guesses:
        response = client.get("/v1/articles", headers={"authorization": f"Bearer {guess}".encode("latin-1")})
        said.append((response.status_code, response.json()["detail"]))
    assert set(said) == {(401, "this is no key of this service")}


def test_no_holder_of_a_key_fills_the_room_of_others(app, keys):
    access = app.state.access
    _, ada = keys.create("ada", Role.READER)
    _, bea = keys.create("bea", Role.READER)
    first, kept = access.open_session(bea), [access.open_session(ada) for _ in range(MOST_OF_A_KEY + 5)]
    assert first in access._sessions
    assert [token in access._sessions for token in kept] == [False] * 5 + [True] * MOST_OF_A_KEY


@pytest.mark.parametrize("path", ["/v1/answers", "/v1/answers/stream", "/ask", "/sign-in"])
def test_a_body_in_chunks_is_refused_where_it_grows_too_large(client, path):
    kind = "application/json" if path.startswith("/v1") else "application/x-www-form-urlencoded"
    response = client.post(path, content=(b"a" * 8000 for _ in range(20)), headers={"content-type": kind})
    assert response.status_code == 413
    assert "at most 65536 bytes" in response.text


@pytest.mark.parametrize("path", ["/v1/answers", "/ask"])
def test_a_body_that_does_not_arrive_in_time_is_given_up(engine, tmp_path, path):
    app = create_app(engine, state=tmp_path, settings=ServeSettings(arrival=0.05))
    kind = b"application/json" if path.startswith("/v1") else b"application/x-www-form-urlencoded"
    headers = [(b"host", b"127.0.0.1"), (b"content-type", kind)]
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "client": ("127.0.0.1", 1), "query_string": b"", "root_path": "", "scheme": "http", "server": ("127.0.0.1", 80), "http_version": "1.1"}
    sent = []

    async def drip():
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"{", "more_body": True}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, drip, send))
    assert sent[0]["status"] == 408


async def service_with(arrival, app):
    """Return a server on a free port that speaks the service's protocol."""
    told = options(arrival)
    config = Config(app, http=told["http"], ws=told["ws"], log_config=None, lifespan="off", timeout_keep_alive=60)
    config.load()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: config.http_protocol_class(config=config, server_state=ServerState(), app_state={}), "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


async def answers_late(scope, receive, send):
    await asyncio.sleep(0.4)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.mark.parametrize("sent", [[b""], [b"GET / HTTP/1.1\r\n"] + [b"X-A: b\r\n"] * 20, [b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"", b"GET"]])
def test_a_head_that_does_not_arrive_in_time_is_hung_up_on_and_an_answer_is_waited_for(sent):
    async def scene():
        server, port = await service_with(0.2, answers_late)
        async with server:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            with suppress(ConnectionError):
                for piece in sent:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0.05)
            found = b""
            with suppress(ConnectionError):  # whoever goes on sending learns it by a reset
                found = await asyncio.wait_for(reader.read(), 5)
            writer.close()
        return found

    found = asyncio.run(scene())
    assert found.endswith(b"ok") if b"Host" in sent[0] else found == b""


@pytest.mark.parametrize("lines", ["Host: a\r\nHost: b", "Host: a\r\nContent-Length: 1\r\nContent-Length: 2", "Host: a\r\nTransfer-Encoding: gzip, chunked", "Host: a\r\nX: a\0b", "Host : a"])
def test_a_head_that_two_readers_could_take_in_two_ways_is_refused(lines):
    async def scene():
        server, port = await service_with(2, answers_late)
        async with server:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET / HTTP/1.1\r\n{lines}\r\n\r\n".encode())
            found = await asyncio.wait_for(reader.read(), 5)
            writer.close()
        return found

    assert re.match(rb"HTTP/1\.1 (?:400|501) ", asyncio.run(scene()))


class TestFilesOfTheState:
    """What is kept on disk can be damaged, full or gone; the service says so without naming its files, and opens to nobody."""

    @pytest.fixture
    def ada(self, keys):
        return {"authorization": f"Bearer {keys.create('ada', Role.ADMIN)[1]}"}

    def test_a_file_of_keys_that_is_damaged_lets_nobody_in_and_leaves_the_rest_alive(self, client, ada, keys, caplog):
        keys._path.write_bytes(b"no database" * 200)
        assert client.get("/healthz").status_code == 200
        for path in ("/", "/v1/articles"):
            response = client.get(path, headers=ada)
            assert response.status_code == 503
            assert "sqlite" not in response.text
        assert client.post("/sign-in", data={"key": ada["authorization"].partition(" ")[2]}).status_code == 503
        assert str(keys._path) in next(record.cause for record in caplog.records if record.message == "not served")

    def test_a_file_of_keys_that_goes_away_lets_nobody_in(self, client, ada, keys):
        assert client.get("/", headers=ada).status_code == 200
        keys._path.unlink()
        assert client.get("/", headers=ada).status_code == 401
        assert client.get("/").status_code == 401

    def test_a_review_file_on_a_full_disk_is_no_fault_of_the_request(self, app, client, caplog):
        answer_id = client.post("/v1/answers", json={"question": QUESTION}).json()["id"]
        article_id = client.post("/v1/articles", json={"answer_id": answer_id}).json()["id"]
        path = app.state.service.reviews._path
        kept = path.read_bytes()
        path.write_bytes(kept[:4096] + b"\0" * (len(kept) - 4096))
        for response in (client.post(f"/v1/articles/{article_id}/start", json={}), client.post(f"/articles/{article_id}/start", data={"seen": "0" * 64})):
            assert response.status_code == 503
            assert "sqlite" not in response.text
        assert [str(path) in record.cause for record in caplog.records if record.message == "not served"] == [True, True]

    def test_an_index_that_is_gone_is_not_named_to_a_reader(self, app, client, monkeypatch):
        def gone(*_args, **_named):
            raise IndexDamaged("/srv/index/store.sqlite is damaged: unable to open database file")

        monkeypatch.setattr(Engine, "search", gone)
        monkeypatch.setattr(Engine, "ask", gone)
        response = client.post("/v1/search", json={"question": QUESTION})
        assert response.status_code == 503
        assert "/srv" not in response.text
        stream = client.post("/v1/answers/stream", json={"question": QUESTION}).text
        assert "event: problem" in stream
        assert "/srv" not in stream


def test_a_head_is_answered_as_its_page_is_without_the_body(client):
    for path in ("/healthz", "/", "/openapi.json", "/articles/" + "0" * 16):
        got, head = client.get(path), client.head(path)
        assert head.status_code == got.status_code
        assert (head.headers["content-type"], head.headers["content-length"]) == (got.headers["content-type"], got.headers["content-length"])
        assert head.content == b""
    assert client.head("/v1/answers").status_code == 405
    assert 'method="HEAD",route="/healthz",status="200"' in client.get("/metrics").text
