"""What is worked out from files that travel with ragqa in; the same out, kept beside Python's bytecode for the next process.

Like bytecode it is made anew when a file or the code has changed, and done without where its folder cannot be written.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import blake2b
from importlib.util import cache_from_source
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")
_DIGEST = 16


def kept(name: str, sources: Sequence[Path], make: Callable[[], Made]) -> Made:
    """Return what `make` gives, lists and objects as JSON has them; `sources` is all that it depends on."""
    place = Path(cache_from_source(str(sources[0].with_name(f"{name}.py")))).with_suffix(".keyed")
    stamp = _digest(b"\0".join(path.read_bytes() for path in sources))
    found = b""
    with suppress(OSError):
        found = place.read_bytes()
    head, data = found[: 2 * _DIGEST], found[2 * _DIGEST :]
    if head == stamp + _digest(data):
        held: Made = json.loads(data)
        return held
    made = make()
    if not sys.dont_write_bytecode:
        with suppress(OSError):
            _write(place, stamp, json.dumps(made, ensure_ascii=False).encode())
    return made


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=_DIGEST).digest()


def _write(place: Path, stamp: bytes, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f"{place.name}.{os.getpid()}")
    aside.write_bytes(stamp + _digest(data) + data)
    aside.replace(place)
