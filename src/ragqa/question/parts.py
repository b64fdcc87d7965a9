"""A question of several parts in; what of it stands without the part that names a thing, out."""

from __future__ import annotations

import re

from ragqa.patterns import lazy_pattern
from ragqa.text import standing

_NEXT_PART = lazy_pattern(r"(?<=[.?!;])\s+|,?\s+(?=(?:also|plus|and (?:if|what|how|when|would|could|should|does|do|is|are|can))\b)", re.IGNORECASE)
_ASKS = lazy_pattern(r"\?\s*$|\b(?:what|which|how|when|next|first|best|should|options?|doses?|treat\w*|manage\w*)\b", re.IGNORECASE)
_REFERS = lazy_pattern(r"\b(?:cure|clear|help|cause|stop|fix|trigger|affect|with) (?:them|it|this|that|these|those|both)\b", re.IGNORECASE)  # asks what the one does to the other


def without_part(question: str, thing: str, kept: str) -> str | None:
    """Return a question without its parts that name a thing; None where none goes, or what is left does not name `kept` or asks nothing.

    "Anaphylaxis on bisoprolol. Next step, and how much glucagon?" still asks for the next step without glucagon.
    """
    parts = _NEXT_PART.split(question)
    left = [part for part in parts if not standing(thing, part)]
    rest = " ".join(left)
    asks = any(_ASKS.search(part) and not _REFERS.search(part) for part in left)
    return rest if len(left) < len(parts) and asks and standing(kept, rest) else None
