"""Measure `ragqa serve` on loopback: throughput, latency and memory with 1, 8 and 32 clients, then over many requests.

Usage: python bench/serve.py INDEX QUESTIONS.jsonl [--requests 200] [--soak 5000] [--workers 2] [--loads distinct,zipf,kept]

QUESTIONS holds a JSON object a line with `text`, as in the BEIR form. Answers are kept and the same question is not
composed twice, so what is asked decides what is measured. Each client asks without a pause, one question after another:

- distinct: no question is asked twice; every answer is composed.
- zipf: questions are drawn by Zipf's law (the r-th most asked with a weight of 1/r), as people repeat one another.
- kept: 40 questions, all asked before; every answer is given from memory.

The last two columns hold a 95th percentile against the p50 of one client of the same load, and of one client whose
answers are all composed. Memory is proportional set size, that of the processes apart from that of mapped files, which the
system takes back when it needs it.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

CLIENTS = (1, 8, 32)
POOL = 40  # questions of the load of kept answers
KEPT, SOAKED = 200, 240  # answers kept, and questions of the long load: a sixth or so are composed anew
WAIT = 300.0
OK = 200
HEADER = (
    "| load | clients | requests | failed | a second | p50 ms | p95 ms | p95 / p50 of 1 | p95 / p50 of 1, distinct | MB own | MB files | work of the workers |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
)


class Memory(NamedTuple):
    """Proportional set size in MB: of the processes themselves, and of mapped files."""

    own: float
    files: float


class Client:
    """A connection that is kept open; it costs little beside the service that it measures."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, method: str, path: str, body: bytes = b"") -> int:
        """Send a request, read the response whole, and return its status."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 22)
        reader, writer = self._streams
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        await reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
        return int(head.split()[1])

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def main() -> None:
    """Start a service, put the loads on it, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--soak", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--loads", default="distinct,zipf,kept")
    options = parser.parse_args()
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    questions = list(dict.fromkeys(json.loads(line)["text"][:1000] for line in lines))
    random.Random(0).shuffle(questions)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"RAGQA_SERVE__RATE": "100000000", "RAGQA_SERVE__TIMEOUT": str(WAIT), "RAGQA_SERVE__ANSWERS_KEPT": str(KEPT)}
    command = [str(Path(sys.executable).parent / "ragqa"), "serve"]
    service = subprocess.Popen(
        [*command, "--index", str(options.index), "--port", str(port), "--workers", str(options.workers)], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        asyncio.run(_measure(port, service.pid, questions, options))
    finally:
        service.terminate()
        service.wait(60)


async def _measure(port: int, pid: int, questions: list[str], options: argparse.Namespace) -> None:
    await _until_ready(port)
    fresh = iter(questions)
    made: dict[str, Callable[[int, int], Iterator[str]]] = {
        "distinct": lambda count, _: itertools.islice(fresh, count),
        "zipf": lambda count, seed: _by_zipf(questions, count, seed=seed),
        "kept": lambda count, seed: _drawn(questions[:POOL], count, seed=seed),
    }
    print(HEADER)
    composed = 0.0
    for load in options.loads.split(","):
        alone = 0.0
        if load == "kept":
            await _load(port, iter(questions[:POOL]), 2)
        for clients in CLIENTS:
            before = _work(pid)
            times, failed, took = await _load(port, made[load](options.requests, clients), clients)
            p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            alone = alone or p50
            composed = composed or p50
            used, work = _memory(pid), [after - then for then, after in zip(before, _work(pid), strict=True)]
            shares = " : ".join(f"{one / max(0.01, sum(work)):.2f}" for one in work)
            print(
                f"| {load} | {clients} | {len(times)} | {failed} | {len(times) / took:.1f} | {p50 * 1e3:.0f} | {p95 * 1e3:.0f} | {p95 / alone:.1f} | {p95 / composed:.1f} "
                f"| {used.own:.0f} | {used.files:.0f} | {shares} |",
                flush=True,
            )
    done, used = 0, _memory(pid)
    print(f"before the long load: {used.own:.0f} MB own, {used.files:.0f} MB of mapped files", flush=True)
    while done < options.soak:
        step = min(1000, options.soak - done)
        _, failed, _ = await _load(port, _drawn(questions[:SOAKED], step, seed=done), 8)
        done, used = done + step, _memory(pid)
        print(f"after {done} requests more: {used.own:.0f} MB own, {used.files:.0f} MB of mapped files, {failed} failed", flush=True)


def _drawn(pool: list[str], count: int, *, seed: int) -> Iterator[str]:
    draw = random.Random(seed)
    return (draw.choice(pool) for _ in range(count))


def _by_zipf(pool: list[str], count: int, *, seed: int) -> Iterator[str]:
    return iter(random.Random(seed).choices(pool[::-1], [1 / rank for rank in range(1, len(pool) + 1)], k=count))


async def _load(port: int, questions: Iterator[str], clients: int) -> tuple[list[float], int, float]:
    times: list[float] = []
    failed = 0

    async def one() -> None:
        nonlocal failed
        client = Client(port)
        for question in questions:
            began = time.perf_counter()
            try:
                status = await client.send("POST", "/v1/answers", json.dumps({"question": question}).encode())
            except (OSError, asyncio.IncompleteReadError):
                status = 0
                client.close()
            times.append(time.perf_counter() - began)
            failed += status != OK
        client.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(clients)))
    return times, failed, time.perf_counter() - began


async def _until_ready(port: int) -> None:
    for _ in range(1500):
        try:
            if await Client(port).send("GET", "/readyz") == OK:
                return
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.2)
    sys.exit("the service did not start")


def _family(pid: int) -> list[int]:
    """Return a process and all below it."""
    found, children = [pid], {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    for parent in found:
        found += children.get(parent, [])
    return found


def _memory(pid: int) -> Memory:
    own = files = 0
    for one in _family(pid):
        told = dict(line.split(":")[:2] for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines() if line.startswith("Pss"))
        pss, mapped = (int(told[name].split()[0]) for name in ("Pss", "Pss_File"))
        own, files = own + pss - mapped, files + mapped
    return Memory(own / 1024, files / 1024)


def _work(pid: int) -> list[float]:
    """Return the seconds of processor that each process that answers has used."""
    ticks = os.sysconf("SC_CLK_TCK")
    workers = [one for one in sorted(_family(pid)) if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]
    return [sum(map(int, Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()[11:13])) / ticks for one in workers]


if __name__ == "__main__":
    main()
