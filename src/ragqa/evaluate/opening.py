"""An index folder in, what opens it (in this process and in others) out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Protocol, runtime_checkable

from ragqa.config import Settings
from ragqa.evaluate.asking import Answerer, Opener
from ragqa.evaluate.judges import Encode
from ragqa.protocols import Encoder


@runtime_checkable
class _WithEncoder(Protocol):
    @property
    def encoder(self) -> Encoder:
        """Return the encoder of questions."""


def opener_of(index: Path, settings: Settings, *, processes: int = 1) -> Opener:
    """Return what opens an index folder with these settings, in so many processes that answer at the same time."""
    from ragqa.engine import Engine  # noqa: PLC0415 a caller with an engine of its own does without

    return partial(Engine.open, index, settings=settings, beside=processes)


def encode_of(engine: Answerer) -> Encode | None:
    """Return the encoding function of an engine; None where it has no encoder."""
    return engine.encoder.encode_queries if isinstance(engine, _WithEncoder) else None
