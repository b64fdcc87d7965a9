"""The trials of the service in their short form, against a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench" / "service_trials.py"


def test_no_promise_of_the_service_is_broken():
    done = subprocess.run([sys.executable, str(BENCH), "--short"], capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
