"""A module's name and arguments in, a process of this very interpreter that runs it out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping


def start(
    module: str, arguments: Iterable[object], *, pass_fds: Iterable[int], stdout: int = subprocess.DEVNULL, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start `python -m MODULE ARGUMENTS...`, which finds the modules that this process finds and has these descriptors alone.

    It reads nothing and its errors go nowhere; `stdout` is as in `subprocess`, `environment` is set beside that of this process.
    """
    paths = os.pathsep.join(path for path in sys.path if path)
    return subprocess.Popen(  # noqa: S603 - this very interpreter
        [sys.executable, "-m", module, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": paths, **(environment or {})},
        pass_fds=tuple(pass_fds),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
    )
