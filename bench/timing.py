"""Functions or commands to be compared in; medians, spread and ratios out. Taken in turn, so that a busy machine is busy for all."""

from __future__ import annotations

import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Cost(NamedTuple):
    """Seconds on the clock, and seconds of processor."""

    wall: float
    processor: float


def of_call(call: Callable[[], object]) -> Cost:
    """Return what a call costs, all threads of this process together."""
    wall, processor = time.perf_counter(), time.process_time()
    call()
    return Cost(time.perf_counter() - wall, time.process_time() - processor)


def of_command(command: Sequence[str]) -> Cost:
    """Return what a process costs, from its start to its end."""
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(time.perf_counter() - wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def in_turn(runs: int, measured: Mapping[str, Callable[[], Cost]]) -> dict[str, list[Cost]]:
    """Return `runs` costs of each; one round before them warms caches and is not counted."""
    rounds = [{name: measure() for name, measure in measured.items()} for _ in range(runs + 1)][1:]
    return {name: [one[name] for one in rounds] for name in measured}


def show(costs: Mapping[str, Sequence[Cost]], *, each: int = 1) -> None:
    """Print medians with least and most in milliseconds, divided by `each`, and the ratio of the first to each other, pair by pair."""
    first, *others = costs
    for name, some in costs.items():
        for clock in Cost._fields:
            print(f"{name:<34} {clock:<10} {_spread([1000 * getattr(cost, clock) / each for cost in some], 'ms')}")
    for other in others:
        for clock in Cost._fields:
            pairs = zip(costs[first], costs[other], strict=True)
            print(f"{first + ' / ' + other:<34} {clock:<10} {_spread([getattr(a, clock) / max(getattr(b, clock), 1e-9) for a, b in pairs], '')}")


def _spread(values: Sequence[float], unit: str) -> str:
    return f"median {statistics.median(values):9.3f} {unit:<2} least {min(values):9.3f}  most {max(values):9.3f}"
