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
ARRIVAL = 1.0  # seconds that a request may take to arrive, in these trials
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
        for _ in range(600):
            try:
                if self.get("/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"the service does not start: {self.logged()[-2000:]}")

    def logged(self) -> str:
        """Return what it has written."""
        return (self.home / "log").read_text(encoding="utf-8", errors="replace")

    def get(self, path: str, headers: dict[str, str] | None = None, *, method: str = "GET", body: str | None = None) -> tuple[int, dict[str, str], bytes]:
        """Send a request and return status, headers and body of the response."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {"content-type": "application/json"} | (headers or {}))
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        finally:
            connection.close()

    def bearer(self, role: Role = Role.ADMIN) -> dict[str, str]:
        """Return the header that a key is sent in."""
        return {"authorization": f"Bearer {self.keys[role]}"}

    def ask(self, question: str = QUESTION, path: str = "/v1/answers") -> tuple[int, dict[str, str], bytes]:
        """Ask."""
        return self.get(path, self.bearer(), method="POST", body=json.dumps({"question": question}))

    def raw(self, *pieces: bytes, pause: float = 0, wait: float = 20) -> bytes:
        """Send bytes as they are, and return what comes until the connection ends."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection:
            try:
                for piece in pieces:
                    connection.sendall(piece)
                    time.sleep(pause)
            except OSError:
                pass  # it hung up: what it said is read below
            return read_on(connection)

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
        began = time.monotonic()
        answer = service.raw(b"GET / HTTP/1.1\r\n", *[b"X-A: b\r\n"] * 60, pause=0.25)
        if status(answer) != 0 or time.monotonic() - began > 6 * ARRIVAL + 10:
            broken.append(f"a slow head was not given up: {answer[:60]!r} after {time.monotonic() - began:.0f} s")

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
        answer = service.raw(first, *[piece] * 60, pause=0.25)
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
        answer = service.raw(sent, wait=ARRIVAL + 4)
        beginning = answer.split(b"\r\n\r\n", 1)[0].lower()
        if status(answer) not in allowed or b"x-evil" in beginning or len(beginning) > 3000:
            broken.append(f"{name}: {answer[:120]!r}")
    for body in ("[" * 60_000, '{"question": "' + "9" * 60_000 + '"}', '{"question": "a", "since": ' + "9" * 60_000 + "}", '{"question": "\\ud800 a"}', '{"question": NaN}', "\0", '{"question": "a\\u0000 b?"}')[: 3 + clients]:
        found, _, said = service.get("/v1/answers", service.bearer(), method="POST", body=body)
        if found not in {200, 400, 422} or b"9999" in said[:4000]:
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


def replaced(service: Service, clients: int) -> list[str]:
    """Replace the index while it is asked: no answer fails, and each is of one generation."""
    broken: list[str] = []
    seen: set[str] = set()
    stop = threading.Event()

    def ask_on(number: int) -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            found, _, said = service.ask(f"Does acupuncture help low back pain in {number} of {turn}?")
            if found != 200:
                broken.append(f"while the index was replaced: {found} {said[:100]!r}")
            else:
                seen.add(json.loads(said)["answer"]["provenance"]["index_fingerprint"])

    threads = [threading.Thread(target=ask_on, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    extra = service.home / "extra.md"
    extra.write_text("# Zinc\n\nZinc shortens the common cold by about two days in adults.\n", encoding="utf-8")
    for _ in range(max(1, clients // 10)):
        changes = (lambda: add_to_index([extra], service.index, SETTINGS), lambda: remove_from_index([str(extra)], service.index, SETTINGS))
        for change in changes[: 1 if clients <= SHORT else 2]:
            before = service.get("/readyz")[2]
            change()
            for _ in range(300):
                if service.get("/readyz")[2] != before:
                    break
                time.sleep(0.1)
            else:
                broken.append("a new generation did not come into force")
    stop.set()
    for thread in threads:
        thread.join()
    return broken + ([] if len(seen) > 1 else ["all answers were of one generation"])


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
    asking = [threading.Thread(target=lambda path=path: told.append(service.ask(f"Is acupuncture safe? {name}", path)[::2])) for path in ("/v1/answers", "/v1/answers/stream")]
    for thread in asking:
        thread.start()
    time.sleep(1)
    how()
    time.sleep(0.5)
    for worker in workers:
        os.kill(worker, signal.SIGCONT)
    for thread in asking:
        thread.join()
    broken = [f"{name}: the answer in the making was lost: {found} {said[:80]!r}" for found, said in told if found != 200 or not (b'"answer":' in said or b"event: done" in said)]
    try:
        code = service.process.wait(timeout=40)
        broken += [] if code in {0, 130, -signal.SIGTERM, -signal.SIGINT} else [f"{name}: exit code {code}"]
    except subprocess.TimeoutExpired:
        service.process.kill()
        broken.append(f"{name}: it did not end within 40 s")
    time.sleep(1)
    left = [worker for worker in workers if Path(f"/proc/{worker}/cmdline").exists() and Path(f"/proc/{worker}/cmdline").read_bytes()]
    return broken + ([f"{name}: processes left behind"] if left else []) + ([] if len(told) == 2 else [f"{name}: a client got no response"])


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
