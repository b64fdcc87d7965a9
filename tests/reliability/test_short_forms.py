"""The benches of reliability in their short forms: the harness is the same, the rounds are few."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "command",
    [
        ["fuzz.py", "--count", "300", "--first", "7", str(ROOT / "tests" / "data" / "seeds")],
        ["crash.py", "--rounds", "5", "--seed", "3"],
        ["damage.py", "--flips", "60"],
        ["crash.py", "--disk", "--rounds", "2", "--seed", "5"],
        ["crash.py", "--closed", "--rounds", "1", "--seed", "6"],
    ],
    ids=["fuzz", "crash", "damage", "disk", "closed"],
)
def test_no_promise_is_broken(command):
    run(command)


def run(command):
    """Run a bench; it ends with exit code 0 where no promise was broken."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / command[0]), *command[1:]],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
