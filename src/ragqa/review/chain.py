"""Steps of review in; entries chained by digest, and any break in the chain, out.

Each entry's digest covers what the entry says and the digest before it, so that an entry cannot be changed, taken out
or put in between without breaking all that follow. That the newest entries were cut off shows only to who has kept a
digest of theirs elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256

from ragqa.types import HistoryEntry

START = "0" * 64  # stands before the first entry


def chained(fields: dict[str, object], previous: str) -> HistoryEntry:
    """Return the entry of a step that follows the entry with the digest `previous`."""
    whole = fields | {"previous": previous}
    return HistoryEntry.model_validate(whole | {"digest": _digest(whole)})


def breaks(entries: Iterable[HistoryEntry]) -> Iterator[str]:
    """Yield each place where the chain does not hold, as a sentence; entries come in order of their numbers."""
    previous, due = START, 1
    for entry in entries:
        if entry.number != due:
            yield f"entry {due} is missing."
        elif entry.previous != previous:
            yield f"entry {entry.number} does not follow the one before it."
        if entry.digest != _digest(entry.model_dump(mode="json", exclude={"digest"})):
            yield f"entry {entry.number} was changed after it was written."
        previous, due = entry.digest, entry.number + 1


def _digest(fields: dict[str, object]) -> str:
    return sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
