"""A question of several parts in; what of it stands without the part that names a thing, out."""

from __future__ import annotations

import re
from itertools import dropwhile

from ragqa.patterns import lazy_pattern
from ragqa.text import standing

_NEXT_PART = lazy_pattern(r"(?<=[.?!;])\s+|,?\s+(?=(?:also|plus|and (?:if|what|how|when|would|could|should|does|do|is|are|can))\b)", re.IGNORECASE)
_ASKS = lazy_pattern(r"\?\s*$|\b(?:what|which|how|when|next|first|best|should|options?|doses?|treat\w*|manage\w*)\b", re.IGNORECASE)
_REFERS = lazy_pattern(r"\b(?:cure|clear|help|cause|stop|fix|trigger|affect|with) (?:them|it|this|that|these|those|both)\b", re.IGNORECASE)  # asks what the one does to the other


_SENTENCE = lazy_pattern(r"(?<=[.?!;])\s+")
_WH = r"what|which|how|when|where|why|who"
_FURTHER = lazy_pattern(
    rf",?\s+(?:and|plus|also|but|&)\s+(?=(?:(?:for|in|at|by|to|with|if so,?|then)\s+)?(?:{_WH}|can|could|is|are|does|do|did|would|should|will|must|the dose (?:for|in)|[\w-]+ or not)\b)|,\s+(?=(?:(?:for|in|at|by|to|with|from)\s+)?(?:{_WH}|should|does|can|is|are)\b)", re.IGNORECASE
)
_A_QUESTION = lazy_pattern(rf"\?\s*$|(?:^|:\s+)(?:(?:for|in|at|by|to|with|then|and|also|plus|but|or|if so,?)\s+){{0,2}}(?:{_WH}|can|could|is|are|does|do|did|would|should|will|must|any)\b|\b(?:dos(?:e|es|age|ing)|loading|duration)\b(?!.*\b(?:is|are|was|were|had|has|have|given|took|taken)\b)", re.IGNORECASE)
_LEAST_WORDS = 2


def parts_of(question: str) -> tuple[str, ...]:
    """Return the questions that a question of several parts asks, each with what it tells of the person; none where it asks one.

    "Cirrhotic, drowsy. Is an ammonia any use, and what if it is normal?" asks two.
    """
    told, asked = _pieces(question)
    return tuple(" ".join((*told, f"{part.rstrip('?.')}?")) for part in asked) if len(asked) > 1 else ()


def pieces_of(question: str) -> tuple[str, ...]:
    """Return the pieces of a question that ask, each as it is asked."""
    return tuple(_pieces(question)[1])


def _pieces(question: str) -> tuple[list[str], list[str]]:
    """Return the pieces of a question that tell and those that ask."""
    told: list[str] = []
    asked: list[str] = []
    for sentence in _SENTENCE.split(question):
        for piece in filter(None, map(str.strip, _FURTHER.split(sentence))):
            is_one = _A_QUESTION.search(piece) and any(map(str.isalpha, piece)) and (piece.endswith("?") or len(piece.split()) >= _LEAST_WORDS)
            (asked if is_one else told).append(piece)
    return told, asked


def asking_in(question: str) -> str:
    """Return a question from its first sentence on that ends with a question mark: "scan normal. Start Keppra?" asks for no scan."""
    return " ".join(dropwhile(lambda sentence: not sentence.rstrip().endswith("?"), _SENTENCE.split(question))) or question


def without_part(question: str, thing: str, kept: str) -> str | None:
    """Return a question without its parts that name a thing; None where none goes, or what is left does not name `kept` or asks nothing.

    "Anaphylaxis on bisoprolol. Next step, and how much glucagon?" still asks for the next step without glucagon.
    """
    parts = _NEXT_PART.split(question)
    left = [part for part in parts if not standing(thing, part)]
    rest = " ".join(left)
    asks = any(_ASKS.search(part) and not _REFERS.search(part) for part in left)
    return rest if len(left) < len(parts) and asks and standing(kept, rest) else None
