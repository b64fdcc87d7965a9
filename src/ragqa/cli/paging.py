"""Text in; the same, at a terminal in a pager where it is longer than the screen, out.

As git does it: `PAGER`, else less, which is told to show colours and to leave on the screen what was read. In a pipe or a
file there is never a pager.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import sys
from typing import Annotated

import typer

from ragqa.cli.options import write_out

NoPagerOption = Annotated[bool, typer.Option("--no-pager", help="Do not show long output in a pager at a terminal; NO_PAGER=1 does the same.")]
_KEPT = {"LESS": "FRX", "LV": "-c", "LESSCHARSET": "utf-8"}  # where the user has not said otherwise


def show(text: str, *, no_pager: bool) -> None:
    """Print text; through a pager where a person is at the terminal and the text is longer than it."""
    rows = shutil.get_terminal_size((80, 24)).lines
    is_long = sys.stdout.isatty() and text.count("\n") >= rows
    if no_pager or not is_long or not _run(_pager(), text):
        write_out(text, None)


def _pager() -> list[str]:
    """Return the words of the pager's command, none where there is to be none."""
    if os.environ.get("NO_PAGER") or os.environ.get("TERM", "dumb") == "dumb":
        return []
    named = os.environ.get("PAGER")
    if named is None:
        return [found] if (found := shutil.which("less") or shutil.which("more")) else []
    try:
        words = shlex.split(named)
    except ValueError:  # a quotation mark too few
        return []
    return [] if words == ["cat"] else words


def _run(command: list[str], text: str) -> bool:
    """Show text in a pager until it is closed; tell whether there is one."""
    import subprocess  # noqa: PLC0415 loaded only where a person reads, who takes longer

    if not command:
        return False
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, encoding="utf-8", env=_KEPT | os.environ)  # noqa: S603 the user's own pager
    except OSError:
        return False
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pager's, until it has ended
    try:
        process.communicate(text if text.endswith("\n") else f"{text}\n")
    finally:
        signal.signal(signal.SIGINT, before)
    return True
