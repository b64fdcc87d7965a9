"""Measure `ragqa serve` on loopback: throughput, latency and memory with 1, 8 and 32 clients, then over many requests.

Usage: python bench/serve.py INDEX QUESTIONS.jsonl [--requests 200] [--soak 5000] [--workers 2]

QUESTIONS holds a JSON object a line with `text`, as in the BEIR form. Two loads are measured, because answers are kept
and the same question is not computed twice: `distinct`, in which no question is asked twice, and `repeated`, in which
questions are drawn from a small pool. Only the ratio to the p50 of one client in the same run means anything.
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
from collections.abc import Iterator
from pathlib import Path

import httpx

CLIENTS = (1, 8, 32)
POOL = 40  # questions of the repeated load
KEPT, SOAKED = 200, 240  # answers kept, and questions of the long load: a sixth or so are computed anew
WAIT = 300.0


def main() -> None:
    """Start a service, put the loads on it, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--soak", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["text"][:1000] for line in lines]
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
        asyncio.run(_measure(f"http://127.0.0.1:{port}", service.pid, questions, options))
    finally:
        service.terminate()
        service.wait(60)


async def _measure(address: str, pid: int, questions: list[str], options: argparse.Namespace) -> None:
    limits = httpx.Limits(max_connections=max(CLIENTS))
    async with httpx.AsyncClient(base_url=address, timeout=WAIT, limits=limits) as client:
        await _until_ready(client)
        fresh = iter(questions)
        print("| load | clients | requests | failed | a second | p50 ms | p95 ms | p95 / p50 of 1 client | MB |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        for load in ("distinct", "repeated"):
            alone = 0.0
            for clients in CLIENTS:
                pool = itertools.islice(fresh, options.requests) if load == "distinct" else _drawn(questions[:POOL], options.requests)
                times, failed, took = await _load(client, pool, clients)
                p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
                alone = alone or p50
                print(f"| {load} | {clients} | {len(times)} | {failed} | {len(times) / took:.1f} | {p50 * 1e3:.0f} | {p95 * 1e3:.0f} | {p95 / alone:.1f} | {_memory(pid):.0f} |", flush=True)
        done = 0
        while done < options.soak:
            step = min(1000, options.soak - done)
            _, failed, _ = await _load(client, _drawn(questions[:SOAKED], step, seed=done), 8)
            done += step
            print(f"after {done} requests more: {_memory(pid):.0f} MB, {failed} failed", flush=True)


def _drawn(pool: list[str], count: int, *, seed: int = 0) -> Iterator[str]:
    draw = random.Random(seed)
    return (draw.choice(pool) for _ in range(count))


async def _load(client: httpx.AsyncClient, questions: Iterator[str], clients: int) -> tuple[list[float], int, float]:
    times: list[float] = []
    failed = 0

    async def one() -> None:
        nonlocal failed
        for question in questions:
            began = time.perf_counter()
            response = await client.post("/v1/answers", json={"question": question})
            times.append(time.perf_counter() - began)
            failed += response.status_code != httpx.codes.OK

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(clients)))
    return times, failed, time.perf_counter() - began


async def _until_ready(client: httpx.AsyncClient) -> None:
    for _ in range(600):
        try:
            if (await client.get("/readyz")).is_success:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.2)
    sys.exit("the service did not start")


def _memory(pid: int) -> float:
    """Return the proportional memory of a process and all below it, in MB."""
    found, children = [pid], {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    for parent in found:
        found += children.get(parent, [])
    total = 0
    for one in found:
        text = Path(f"/proc/{one}/smaps_rollup").read_text()
        total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024


if __name__ == "__main__":
    main()
