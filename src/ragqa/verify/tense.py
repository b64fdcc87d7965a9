"""The words of a sentence paired with those of its quote in; whether both speak of the same time, in the same grammar, out."""

from __future__ import annotations

from collections.abc import Iterable

from ragqa.verify.tokens import BE, Token, parts_of

Pairs = list[tuple[Token, Token]]
"""Each token of a clause with that of the quote that means the same."""

_PAST, _PRESENT = frozenset(["was", "were", "did", "had"]), frozenset(["is", "are", "am", "does", "do", "has", "have"])
_RELATIVE = frozenset(["that", "which", "who", "whose", "whom"])
_IRREGULAR = frozenset(
    [
        "rose",
        "fell",
        "grew",
        "led",
        "found",
        "began",
        "gave",
        "took",
        "saw",
        "kept",
        "made",
        "came",
        "became",
        "left",
        "lost",
        "held",
    ]
)


def is_same_time(pairs: Pairs) -> bool:
    """Tell whether a clause speaks of the same time as another: of what was found, or of what holds; of one, or of many."""
    past, present = _helpers(mine for mine, _ in pairs)
    was, holds = _helpers(theirs for _, theirs in pairs)
    if (past < was and present > holds) or (past > was and present < holds):
        return False
    as_passive = _be(mine for mine, _ in pairs) == _be(
        theirs for _, theirs in pairs
    )  # an active made passive has one more
    as_often = (past, present) == (was, holds)
    return all(
        _has_same_grammar(mine, theirs, as_passive=as_passive)
        and _has_same_form(mine, theirs, as_often=as_often, loses_past=past < was)
        for mine, theirs in pairs
    )


def _has_same_grammar(mine: Token, theirs: Token, *, as_passive: bool) -> bool:
    """Tell whether "that" and "is" stand before the same word, and "a trial" has not become "trials"."""
    if _RELATIVE & set(theirs.helpers) and not _RELATIVE & set(mine.helpers):
        return False
    if as_passive and bool(BE & set(mine.helpers)) != bool(BE & set(theirs.helpers)):
        return False
    return not ({"a", "an"} & set(theirs.helpers) and mine.text.endswith("s") and not theirs.text.endswith("s"))


def _has_same_form(mine: Token, theirs: Token, *, as_often: bool, loses_past: bool) -> bool:
    """Tell whether a verb has kept its time, by its ending; and each word of a name."""
    here, there = ([_ending(part) for part in parts_of(token.text)] for token in (mine, theirs))
    if mine.is_small or mine.is_amount or len(here) != len(there):
        return True
    turned = any({one, other} == {"past", "present"} for one, other in zip(here, there, strict=True))
    if len(here) > 1:
        return not turned
    if there == ["past"] and not theirs.helpers and _PRESENT & set(mine.helpers):
        return False
    return not (turned and as_often) and not (loses_past and here == ["present"] != there)


def _ending(word: str) -> str:
    return "past" if word.endswith("ed") or word in _IRREGULAR else "present" if word.endswith("s") else ""


def _helpers(tokens: Iterable[Token]) -> tuple[int, int]:
    """Count the auxiliaries of the past and of the present."""
    found = [helper for token in tokens for helper in token.helpers]
    return sum(helper in _PAST for helper in found), sum(helper in _PRESENT for helper in found)


def _be(tokens: Iterable[Token]) -> int:
    return sum(bool(BE & set(token.helpers)) for token in tokens)
