"""The terminal door."""

from __future__ import annotations

import gc
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command line."""
    # Looking for cycles takes a twelfth of a cold answer, and a process that ends with it keeps none; `app` goes on with it for all else.
    gc.disable()
    try:
        from ragqa.cli.app import main as run  # noqa: PLC0415 what it loads is what is not looked through

        run()
    finally:
        gc.enable()
