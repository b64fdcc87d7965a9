"""Try a real `ragqa serve` process: slow, cancelled, oversized and forged requests, an index replaced while it is asked, SIGTERM and Ctrl-C.

Usage: python bench/service_trials.py [--clients N] [--short]

Starts the service over a part of the starter corpus with the hashing encoder, in a folder of its own, with API keys. Prints one line a
trial: what was tried, how often, and what broke. Exit code 1 where a promise was broken. --short tries each a few times.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ragqa.config import Settings
from ragqa.engine.build import add_to_index, build_index, remove_from_index
from ragqa.keys import KeyStore
from ragqa.vocabulary import Role

ROOT = Path(__file__).parents[1]
SETTINGS = Settings(encoder="hashing-64")
SHORT = 3  # clients of the short form
ARRIVAL = 3.0  # seconds that a request may take to arrive, in these trials: shorter than a drip, longer than a busy machine delays an honest one
DROPS = 60  # of a slow head or body, four a second
PATIENCE = 180.0  # seconds after which what should come to pass is given up, however busy the machine
QUESTION = "Does acupuncture help chronic low back pain?"
COMMAND = [sys.executable, "-c", "from ragqa.cli import main; main()"]


class Service:
    """A service at work, and who may ask it."""

    def __init__(self, home: Path) -> None:
        self.home, self.index, self.state = home, home / "index", home / "state"
        store = KeyStore(self.state / "keys.sqlite")
        self.keys = {role: store.create(f"trial {role.value}", role)[1] for role in Role}
        self.log = (home / "log").open("ab")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    def start(self) -> None:
        """Start the process, and wait until it answers."""
        told = {"RAGQA_ENCODER": SETTINGS.encoder, "RAGQA_STATE": str(self.state), "RAGQA_SERVE__RATE": "1000000", "RAGQA_SERVE__ARRIVAL": str(ARRIVAL)}
        command = [*COMMAND, "serve", "--index", str(self.index), "--port", str(self.port), "--workers", "1"]
        self.process = subprocess.Popen(command, env=os.environ | told, stderr=self.log, stdout=self.log, start_new_session=True)
        if not until(self._is_ready):
            raise SystemExit(f"the service does not start: {self.logged()[-2000:]}")

    def _is_ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def logged(self) -> str:
        """Return what it has written."""
        return (self.home / "log").read_text(encoding="utf-8", errors="replace")

    def get(self, path: str, headers: dict[str, str] | None = None, *, method: str = "GET", body: str | None = None) -> tuple[int, dict[str, str], bytes]:
        """Send a request, head and body at once, and return status, headers and body of the response."""
        data = (body or "").encode()
        lines = {"host": f"127.0.0.1:{self.port}", "content-type": "application/json", "content-length": str(len(data))} | (headers or {})
        sent = "\r\n".join([f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items()), "", ""]).encode("latin-1") + data
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(sent)
            response = http.client.HTTPResponse(connection, method=method)
            response.begin()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()

    def bearer(self, role: Role = Role.ADMIN) -> dict[str, str]:
        """Return the header that a key is sent in."""
        return {"authorization": f"Bearer {self.keys[role]}"}

    def ask(self, question: str = QUESTION, path: str = "/v1/answers") -> tuple[int, dict[str, str], bytes]:
        """Ask."""
        return self.get(path, self.bearer(), method="POST", body=json.dumps({"question": question}))

    def raw(self, *pieces: bytes, pause: float = 0, wait: float = 60, sent: list[bytes] | None = None) -> bytes:
        """Send bytes as they are, all at once unless there is a `pause`, and return what comes until the connection ends.

        Each piece that could be sent is appended to `sent`.
        """
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection:
            try:
                for piece in pieces if pause else (b"".join(pieces),):
                    connection.sendall(piece)
                    if sent is not None:
                        sent.append(piece)
                    time.sleep(pause)
            except OSError:
                pass  # it hung up: what it said is read below
            return read_on(connection)

    def answering(self) -> int:
        """Return how many questions are being answered, as its counters say."""
        found = re.search(rb"^ragqa_questions_waiting (\d+)", self.get("/metrics", self.bearer())[2], re.MULTILINE)
        return int(found[1]) if found else 0

    def workers(self) -> list[int]:
        """Return the processes that answer: those of its children that hold the index open."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
                if parent == self.process.pid and b"spawn_main" in (path / "cmdline").read_bytes():
                    found.append(int(path.name))
            except (OSError, ValueError):
                continue
        return found


def until(is_so: Callable[[], bool]) -> bool:
    """Wait until something is so, and tell whether it came to pass within PATIENCE."""
    ends = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > ends:
            return False
        time.sleep(0.1)
    return True


def read_on(connection: socket.socket) -> bytes:
    """Return what comes until the connection ends, nothing comes, or a response is whole."""
    found = b""
    try:
        while data := connection.recv(65_536):
            found += data
            beginning, _, body = found.partition(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", beginning)
            if length is not None and len(body) >= int(length[1]):
                return found
    except OSError:
        return found + b" (nothing more came)"
    return found


def status(response: bytes) -> int:
    """Return the status of a response, 0 where there is none."""
    match = re.match(rb"HTTP/1\.1 (\d{3})", response)
    return int(match[1]) if match else 0


def head(method: str, path: str, service: Service, *more: str) -> bytes:
    """Return the head of a request that an admin sends."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: {service.bearer()['authorization']}", "Content-Type: application/json", "Connection: close", *more, "", ""]).encode()


def beside(service: Service, clients: int, drip: Callable[[int], None]) -> list[str]:
    """Let many clients drip at once, and return what is broken for another who asks meanwhile."""
    threads = [threading.Thread(target=drip, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    others = [] if service.ask()[0] == 200 else ["nobody else was answered meanwhile"]
    for thread in threads:
        thread.join()
    return others


def slow_heads(service: Service, clients: int) -> list[str]:
    """Many clients send a head in drops: each is hung up on, and others are answered meanwhile."""
    broken: list[str] = []

    def drip(_number: int) -> None:
        sent: list[bytes] = []
        answer = service.raw(b"GET / HTTP/1.1\r\n", *[b"X-A: b\r\n"] * DROPS, pause=0.25, sent=sent)
        if status(answer) != 0 or len(sent) > DROPS:
            broken.append(f"a slow head was not given up: {answer[:60]!r} after {len(sent)} drops")

    others = beside(service, clients, drip)
    return broken + others


def slow_bodies(service: Service, clients: int) -> list[str]:
    """Many clients send a body in drops, with and without a key: 408."""
    broken: list[str] = []

    def drip(number: int) -> None:
        path, kind = (("/v1/answers", "Content-Length: 500"), ("/ask", "Transfer-Encoding: chunked"), ("/sign-in", "Content-Length: 90"))[number % 3]
        piece = b"1\r\n{\r\n" if "chunked" in kind else b"{"
        first = head("POST", path, service, kind)
        if path != "/v1/answers":
            first = first.replace(b"application/json", b"application/x-www-form-urlencoded")
        answer = service.raw(first, *[piece] * DROPS, pause=0.25)
        if status(answer) != 408:
            broken.append(f"a slow body to {path} gave {answer[:80]!r}")

    others = beside(service, clients, drip)
    return broken + others


def oversized(service: Service, clients: int) -> list[str]:
    """Bodies larger than may be, with a length, with a false one, and in chunks without one: 413, and no memory is spent on them."""
    broken = []
    form = head("POST", "/ask", service, "Transfer-Encoding: chunked").replace(b"application/json", b"application/x-www-form-urlencoded")
    if status(answer := service.raw(form, *[b"3e80\r\n%s\r\n" % (b"a" * 16_000)] * 40)) != 413:
        broken.append(f"a form in chunks: {answer[:70]!r}")
    chunk = b"%x\r\n%s\r\n" % (16_000, b" " * 16_000)
    for number in range(clients):
        path = ("/v1/answers", "/v1/search", "/v1/answers/stream", "/v1/articles")[number % 4]
        told = {
            "with a length": service.raw(head("POST", path, service, "Content-Length: 9999999")),
            "with a length of a thousand digits": service.raw(head("POST", path, service, "Content-Length: " + "9" * 1000)),
            "in chunks": service.raw(head("POST", path, service, "Transfer-Encoding: chunked"), *[chunk] * 40),
            "with both": service.raw(head("POST", path, service, "Content-Length: 5", "Transfer-Encoding: chunked"), *[chunk] * 40),
        }
        broken += [f"{path} {how}: {answer[:70]!r}" for how, answer in told.items() if status(answer) not in {400, 413} or (how == "in chunks" and status(answer) != 413)]
    return broken


HEAD_TRICKS: tuple[tuple[str, bytes, tuple[int, ...]], ...] = (
    ("two hosts", b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", (400,)),
    ("no host", b"GET /readyz HTTP/1.1\r\n\r\n", (400,)),
    ("two lengths", b"POST /v1/answers HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 40\r\n\r\n{}", (400,)),
    ("a length that is none", b"POST /v1/answers HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n{}", (400,)),
    ("a length with a sign", b"POST /v1/answers HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\n{}", (400,)),
    ("an unknown coding", b"POST /v1/answers HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", (400, 501)),
    ("a coding in disguise", b"POST /v1/answers HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", (400, 501)),
    ("a folded header", b"GET /readyz HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n", (200, 400)),
    ("a blank before the colon", b"GET /readyz HTTP/1.1\r\nHost : a\r\n\r\n", (400,)),
    ("a control character in a header", b"GET /readyz HTTP/1.1\r\nHost: a\r\nX-Request-Id: a\0b\r\n\r\n", (400,)),
    ("a bare line end in a header", b"GET /readyz HTTP/1.1\r\nHost: a\r\nX-Request-Id: a\nX-Evil: 1\r\n\r\n", (200, 400)),
    ("an id of a response split in two", b"GET /readyz HTTP/1.1\r\nHost: a\r\nX-Request-Id: a%0d%0aX-Evil: 1\r\n\r\n", (200,)),
    ("an id of 9,000 letters", b"GET /readyz HTTP/1.1\r\nHost: a\r\nX-Request-Id: " + b"a" * 9000 + b"\r\n\r\n", (200,)),
    ("a header of a megabyte", b"GET /readyz HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * (1 << 20) + b"\r\n\r\n", (0, 400, 431)),
    ("a hundred thousand headers", b"GET /readyz HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 100_000 + b"\r\n", (0, 400, 431)),
    ("another version", b"GET /readyz HTTP/9.9\r\nHost: a\r\n\r\n", (200, 400, 505)),
    ("no HTTP at all", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200, (400,)),
    ("an address of another host", b"GET http://evil.example/readyz HTTP/1.1\r\nHost: evil.example\r\n\r\n", (404, 400)),
    ("an address that climbs", b"GET /static/..%2f..%2fkeys.sqlite HTTP/1.1\r\nHost: a\r\n\r\n", (404, 401)),
    ("a method of its own", b"PWN /v1/answers HTTP/1.1\r\nHost: a\r\n\r\n", (405,)),
    ("an upgrade", b"GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n", (200, 400)),
    ("another's address in front", b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\nX-Forwarded-Host: localhost\r\n\r\n", (401,)),
    ("a body after a request without one", b"GET /readyz HTTP/1.1\r\nHost: a\r\nContent-Length: 44\r\n\r\nGET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", (200,)),
)  # fmt: skip


def head_tricks(service: Service, clients: int) -> list[str]:
    """Heads that are forged: each is refused or taken as what it is, and no word of a client becomes a header of a response."""
    broken = []
    for name, sent, allowed in HEAD_TRICKS:
        answer = service.raw(sent)
        beginning = answer.split(b"\r\n\r\n", 1)[0].lower()
        if status(answer) not in allowed or b"x-evil" in beginning or len(beginning) > 3000:
            broken.append(f"{name}: {answer[:120]!r}")
    for body in ("[" * 60_000, '{"question": "' + "9" * 60_000 + '"}', '{"question": "a", "since": ' + "9" * 60_000 + "}", '{"question": "\\ud800 a"}', '{"question": NaN}', "\0", '{"question": "a\\u0000 b?"}')[: 3 + clients]:
        found, _, said = service.get("/v1/answers", service.bearer(), method="POST", body=body)
        if found not in {200, 400, 422} or b"9" * 20 in said[:4000]:  # a request id may hold four of them
            broken.append(f"{body[:40]!r}: {found} {said[:100]!r}")
    return broken


def cancelled(service: Service, clients: int) -> list[str]:
    """Clients that leave before, while and after they are answered, streams too: the next one is answered."""
    dice = random.Random(1)
    for number in range(clients):
        body = json.dumps({"question": f"Does acupuncture help pain after {number} weeks?"}).encode()
        path = ("/v1/answers", "/v1/answers/stream")[number % 2]
        with socket.create_connection(("127.0.0.1", service.port)) as connection:
            connection.sendall(head("POST", path, service, f"Content-Length: {len(body)}") + body[: dice.choice((0, 5, len(body), len(body), len(body)))])
            connection.settimeout(2)
            if dice.random() < 0.5:
                with suppress(OSError):
                    connection.recv(dice.choice((1, 100)))
    found = [service.ask()[0], service.ask(path="/v1/answers/stream")[0]]
    return [] if found == [200, 200] else [f"after clients that left: {found}"]


class Asking:
    """Clients that ask on until told to stop; `seen` holds the generation of each answer, `broken` what went wrong."""

    def __init__(self, service: Service) -> None:
        self._service, self._stop = service, threading.Event()
        self.seen: list[str] = []
        self.broken: list[str] = []
        self._threads = [threading.Thread(target=self._ask_on, args=(number,)) for number in range(3)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop, and wait for what is being asked."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for_the_one_in_force(self) -> None:
        """Wait until an answer has come of the generation that the service says is in force."""
        if not until(lambda: bool(self.broken) or self.seen[-1:] == [json.loads(self._service.get("/readyz")[2])["index"]]):
            self.broken.append("no answer came of the generation in force")

    def _ask_on(self, number: int) -> None:
        for turn in range(1, 1_000_000):
            if self._stop.is_set():
                return
            try:
                found, _, said = self._service.ask(f"Does acupuncture help low back pain in {number} of {turn}?")
            except (OSError, http.client.HTTPException) as error:
                found, said = 0, repr(error).encode()
            if found == 200:
                self.seen.append(json.loads(said)["answer"]["provenance"]["index_fingerprint"])
            else:
                self.broken.append(f"while the index was replaced: {found} {said[:100]!r}")


def replaced(service: Service, clients: int) -> list[str]:
    """Replace the index while it is asked: no answer fails, and each is of one generation."""
    asking = Asking(service)
    asking.wait_for_the_one_in_force()
    extra = service.home / "extra.md"
    extra.write_text("# Zinc\n\nZinc shortens the common cold by about two days in adults.\n", encoding="utf-8")
    changes = (lambda: add_to_index([extra], service.index, SETTINGS), lambda: remove_from_index([str(extra)], service.index, SETTINGS))
    for change in changes[:1] if clients <= SHORT else changes * max(1, clients // 10):
        before = service.get("/readyz")[2]
        change()
        if not until(lambda before=before: service.get("/readyz")[2] != before):
            asking.broken.append("a new generation did not come into force")
        asking.wait_for_the_one_in_force()
    asking.stop()
    return asking.broken + ([] if len(set(asking.seen)) > 1 else ["all answers were of one generation"])


def guessed(service: Service, clients: int) -> list[str]:
    """Keys that are guessed open nothing, whatever they look like, and what is said of each is the same."""
    key = service.keys[Role.ADMIN]
    name, secret = key.split("_")[1:2][0], key.split("_", 2)[2]
    tries = [key[:-1] + ("A" if key[-1] != "A" else "B"), f"ragqa_00000000_{secret}", f"ragqa_{name}_{'A' * 43}", f"ragqa_{name}_", "", key.upper(), key + "a", f"ragqa_{name}_' OR '1'='1", "\xff" * 43, f"{key}\t{key}"]
    tries += [f"ragqa_{name}_{random.Random(n).randbytes(32).hex()[:43]}" for n in range(clients)]
    said = {(found, re.sub(rb'"request_id":"[^"]*"', b"", body)) for found, _, body in (service.get("/v1/articles", {"authorization": f"Bearer {one}"}) for one in tries)}
    wrong = [str(one)[:120] for one in said if one[0] != 401]
    return wrong + ([] if len(said) == 1 else [f"refused in {len(said)} ways: {sorted(said)}"])


def ended(service: Service, how: Callable[[], None], name: str) -> list[str]:
    """Told to end while an answer is in the making, it gives that answer, takes no new one, and leaves no process behind."""
    workers = service.workers()
    told: list[tuple[int, bytes]] = []
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)  # so that the answer is in the making when the signal comes
    paths = ("/v1/answers", "/v1/answers/stream")
    asking = [threading.Thread(target=lambda path=path: told.append(service.ask(f"Is acupuncture safe? {name} {path}", path)[::2])) for path in paths]
    for thread in asking:
        thread.start()
    arrived = until(lambda: service.answering() == len(paths))
    how()
    time.sleep(0.5)
    for worker in workers:
        os.kill(worker, signal.SIGCONT)
    for thread in asking:
        thread.join()
    broken = [f"{name}: the answer in the making was lost: {found} {said[:80]!r}" for found, said in told if found != 200 or not (b'"answer":' in said or b"event: done" in said)]
    broken += [] if arrived else [f"{name}: the questions did not arrive"]
    try:
        code = service.process.wait(timeout=PATIENCE)
        broken += [] if code in {0, 130, -signal.SIGTERM, -signal.SIGINT} else [f"{name}: exit code {code}"]
    except subprocess.TimeoutExpired:
        service.process.kill()
        broken.append(f"{name}: it did not end within {PATIENCE:g} s")
    gone = until(lambda: not any(is_alive(worker) for worker in workers))
    return broken + ([] if gone else [f"{name}: processes left behind"]) + ([] if len(told) == 2 else [f"{name}: a client got no response"])


def is_alive(process: int) -> bool:
    """Tell whether a process is there, and not only waits to be collected."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def ends(service: Service, clients: int) -> list[str]:
    """SIGTERM, and in the long form Ctrl-C for all of a terminal."""
    broken = ended(service, lambda: service.process.send_signal(signal.SIGTERM), "SIGTERM")
    if clients <= SHORT:
        return broken
    service.start()
    return broken + ended(service, lambda: os.killpg(service.process.pid, signal.SIGINT), "Ctrl-C")


def secrets(service: Service, _clients: int) -> list[str]:
    """After all of this, no secret, no question and no traceback with a message stands in the log."""
    log = service.logged()
    found = [f"{role.value}'s key" for role, key in service.keys.items() if key in log or key.split("_", 2)[2] in log]
    found += [word for word in ("acupuncture", "Traceback", "KeyboardInterrupt", "x-evil", "evil.example", "\x1b") if word in log]
    lines = [line for line in log.splitlines() if line.strip()]
    found += [f"a line that is no JSON: {line[:150]}" for line in lines if not line.startswith("{")][:3]
    found += [f"{path.name} is open to others" for path in service.state.iterdir() if path.stat().st_mode & 0o077 and path.name.startswith("keys")]
    found += [f"{role.value}'s key in {path.name}" for path in service.state.iterdir() for role, key in service.keys.items() if key.split("_", 2)[2].encode() in path.read_bytes()]
    return [f"in the log or the state: {what}" for what in found]


TRIALS = (slow_heads, slow_bodies, oversized, head_tricks, cancelled, replaced, guessed, ends, secrets)


def main() -> int:
    """Start, try and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=60)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--keep-log", type=Path)
    options = parser.parse_args()
    clients = SHORT if options.short else options.clients
    broken = 0
    with tempfile.TemporaryDirectory(prefix="ragqa-service-") as work:
        build_index([ROOT / "corpus" / "musculoskeletal"], Path(work) / "index", SETTINGS)
        service = Service(Path(work))
        try:
            for trial in TRIALS:
                began = time.monotonic()
                problems = trial(service, clients)
                broken += len(problems)
                print(f"{trial.__name__:<12} {time.monotonic() - began:5.1f} s  {'BROKEN' if problems else 'held'}", flush=True)
                for problem in problems[:12]:
                    print(f"   BROKEN {problem}", flush=True)
        finally:
            service.process.kill()
            if options.keep_log:
                options.keep_log.write_text(service.logged())
    print(f"{len(TRIALS)} trials with {clients} clients each: {broken} promises broken")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
