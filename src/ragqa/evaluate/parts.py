"""A question's id in, the part of the gold set that it belongs to out: by hash, so that nobody chooses."""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b


class Part(StrEnum):
    """The part on which settings are tuned, and the one that is only ever measured."""

    TUNED = "tuned"
    UNTOUCHED = "untouched"


def part_of(question_id: str) -> Part:
    """Return the part of a question: one in three is untouched."""
    digest = blake2b(question_id.encode(), digest_size=8).digest()
    return Part.UNTOUCHED if int.from_bytes(digest, "big") % 3 == 0 else Part.TUNED
