"""A clause as tokens in; what of it keeps its place, and the phrases that may stand before or behind it, out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from ragqa.verify.tokens import BE, Token

Row = tuple[Token, ...]
MOST_FRONTS = 3  # commas at which a phrase in front is thought to end

_OPENERS = frozenset(
    f"~{word}"
    for word in (
        "in",
        "for",
        "at",
        "after",
        "before",
        "during",
        "on",
        "since",
        "until",
        "if",
        "unless",
        "when",
        "while",
        "versus",
        "without",
        "by",
        "with",
    )
)
_STARTERS = _OPENERS - {"~without", "~by", "~with"}
_FREE = frozenset(f"~{word}" for word in ("in", "if", "unless", "when", "while", "until", "versus"))
_CONDITIONS = frozenset(f"~{word}" for word in ("if", "unless", "when", "while", "until"))
_TAKE_IN = frozenset(["increase", "reduction", "decrease", "rise", "fall", "change", "difference", "improvement", "decline", "drop", "gain", "loss", "interest", "role", "increases", "reductions", "decreases", "changes", "differences", "improvements"])  # fmt: skip
_JOINS = frozenset(f"~{word}" for word in ("and", "or", "nor", "but", "than"))
_AHEAD = frozenset(f"~{word}" for word in ("not", "only", "just", "both", "never"))  # belong to the phrase after them
_PEOPLE = frozenset(["people", "patients", "adults", "women", "men", "children", "persons", "individuals", "participants", "infants", "adolescents", "babies", "newborns", "neonates", "everyone", "smokers", "survivors", "pregnancy", "girls", "boys", "inpatients", "outpatients", "subjects"])  # fmt: skip
_ADVICE = frozenset(["recommends", "suggests", "advises", "endorses"])


class Phrases(NamedTuple):
    """What of a clause keeps its place, and what may move: a phrase in front, of people, of time, of a comparison, of a condition."""

    fixed: Row
    free: tuple[Row, ...]


def phrased(row: Row) -> list[Phrases]:
    """Return the ways in which a clause can be read, all in the active voice."""
    return [_sorted(front, rest) for front, body in _fronts(row) for rest in _actives(body)]


def _fronts(row: Row) -> Iterator[tuple[Row, Row]]:
    """Yield what stands in front of a clause, up to a comma, with the clause."""
    yield (), row
    if row[0].key in _OPENERS or _opens(row[0]):
        commas = [place for place, token in enumerate(row) if place and token.after_comma][:MOST_FRONTS]
        yield from ((row[:place], row[place:]) for place in commas)


def _actives(row: Row) -> Iterator[Row]:
    """Yield a clause, "B is reduced by A" as "A reduced B", and "recommends A" of an unnamed source as "A is recommended"."""
    yield row
    first = next((place for place, token in enumerate(row) if _opens(token)), len(row))
    if row[0].text in _ADVICE and first > 1:
        yield (*row[1:first], row[0], *row[first:])
    for place, token in enumerate(row[:-1]):
        if token.key != "~by" or row[place + 1].is_amount:
            continue
        verb = next((n for n in (place - 1, place - 2, place - 3) if n > 0 and BE & set(row[n].helpers)), None)
        if verb is None:
            continue
        end = next((n for n in range(place + 1, len(row)) if _opens(row[n]) or row[n].after_comma), len(row))
        yield (*row[place + 1 : end], *row[verb:place], *row[:verb], *row[end:])


def _sorted(front: Row, row: Row) -> Phrases:
    blocks = list(_blocks(row))
    core, behind = blocks[0], blocks[1:]
    if any(_is_joining(block) for block in behind[:-1]) or (behind and _joins_verbs(core)):
        return Phrases((*front, *row), ())
    units = [core if not front or _may_move(front) else (*core, *front)]
    for before, block in pairwise(blocks):
        if _may_move(block) and before[-1].text not in _TAKE_IN:
            units.append(block)
        else:  # it may belong to what stands before it, and stays with it
            units[-1] = (*units[-1], *block)
    return Phrases(units[0], tuple([front] if front and _may_move(front) else []) + tuple(units[1:]))


def _blocks(row: Row) -> Iterator[Row]:
    """Yield a clause cut before each preposition that begins a phrase; "only" goes with it, and what a condition holds is not cut."""
    start, in_condition = 0, row[0].key in _CONDITIONS
    for place in range(1, len(row)):
        in_condition = in_condition and not row[place].after_comma
        opens = _opens(row[place]) and row[place - 1].key not in _AHEAD | _STARTERS
        if not in_condition and (
            opens or (row[place].key in _AHEAD and place + 1 < len(row) and _opens(row[place + 1]))
        ):
            yield row[start:place]
            start = place
        in_condition = in_condition or row[place].key in _CONDITIONS
    yield row[start:]


def _opens(token: Token) -> bool:
    """Tell whether a phrase may begin with a token: a preposition, or an amount that holds one ("within 4 hours")."""
    return token.key in _STARTERS or (token.is_amount and token.text.startswith(("within ", "in less than ")))


def _is_joining(block: Row) -> bool:
    return any(token.key in _JOINS or BE & set(token.helpers) for token in block)


def _joins_verbs(row: Row) -> bool:
    return any(one.key in {"~and", "~or", "~but"} and other.text.endswith("ed") for one, other in pairwise(row))


def _may_move(block: Row) -> bool:
    first = next((token for token in block if token.key not in _AHEAD), block[0])
    if first.key in _FREE or any(token.text in _PEOPLE for token in block):
        return True
    return first.key != "~for" and any(token.is_amount for token in block[:3])  # "gout for 5 years"
