"""The folder of an index in, an engine out, for a process that does nothing but answer."""

from __future__ import annotations

import gc
from pathlib import Path

from ragqa.config import Settings
from ragqa.engine.ask import Engine

SELDOM = (50_000, 20, 20)  # objects made before the collector looks, and how many looks before it looks further; Python begins with (700, 10, 10)


def open_to_stay(folder: Path, settings: Settings, *, beside: int) -> Engine:
    """Open an index as `Engine.open` does, load what its answers need before anybody waits for it, and `settle`."""
    engine = Engine.open(folder, settings=settings, beside=beside)
    engine.ask("Is this index open?")
    settle()
    return engine


def settle() -> None:
    """Take what has been loaded out of the collector's sight: it stays until the process ends, and looking through it made some answers slow.

    What answers leave behind is looked through less often, too: they make records without cycles, and tables of bounded size.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
