"""A sentence and a quote in; why the sentence is not the quote in other words, or empty, out.

A sentence is derived from a quote by a few steps, and by nothing else: a synonym for a word, a phrase in front moved behind or
back, a passive for an active, and a whole clause, an aside or who says it left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from ragqa.protocols import Finding
from ragqa.verify.clauses import asides, clauses, marked, without_frame, without_source
from ragqa.verify.names import NameBook
from ragqa.verify.phrases import Phrases, phrased
from ragqa.verify.tense import Pairs, is_same_time
from ragqa.verify.tokens import Token, tokens_of
from ragqa.vocabulary import Fault

Clause = tuple[Token, ...]


def check_wording(sentence: str, quote: str, book: NameBook) -> list[Finding]:
    """Return why a sentence cannot be derived from a quote; empty where it can."""
    said, source = _with_marks(sentence, quote, book)
    for text, held in product(
        dict.fromkeys((without_frame(said), said)), dict.fromkeys((source, without_source(source)))
    ):
        if _bears(_clauses(text, book), _clauses(held, book)):
            return []
    return _reason(_clauses(without_frame(said), book), _clauses(source, book))


def _with_marks(sentence: str, quote: str, book: NameBook) -> tuple[str, str]:
    """Return both with one mark for each bracket that both hold, and the quote without its other asides."""
    said, source, marks = asides(sentence), asides(quote), []
    for number, text in enumerate(source):
        alike = next((s for s in said if _aligned(tokens_of(s, book), tokens_of(text, book)) is not None), None)
        if alike is not None:
            said.remove(alike)
            marks.append((alike, text, f"aside{number}"))
    return marked(sentence, ((mine, mark) for mine, _, mark in marks), drop=False), marked(
        quote, ((theirs, mark) for _, theirs, mark in marks), drop=True
    )


def _clauses(text: str, book: NameBook) -> list[Clause]:
    """Return the clauses of a text as tokens; what stands in front of the first holds for all."""
    rows = [row for part in clauses(text) if (row := tokens_of(part, book))]
    front = _front(rows[0]) if len(rows) > 1 else ()
    return [
        row if place == 0 or not front else (*front, row[0]._replace(after_comma=True), *row[1:])
        for place, row in enumerate(rows)
    ]


def _bears(mine: Sequence[Clause], theirs: Sequence[Clause]) -> bool:
    """Tell whether each clause of a sentence is one of the quote, none used twice."""
    left = list(theirs)
    for clause in mine:
        found = next((place for place, held in enumerate(left) if _is_derived(clause, held)), None)
        if found is None:
            return False
        left.pop(found)
    return bool(mine)


def _reason(mine: Sequence[Clause], theirs: Sequence[Clause]) -> list[Finding]:
    """Return what a sentence brings, else what it leaves out, else that its time or order is another."""
    held = [token for clause in theirs for token in clause]
    if new := _less([token for clause in mine for token in clause], held):
        return [Finding(Fault.ADDED, f"the quote does not hold: {_listed(new)}")]
    for clause in mine:
        nearest = min((len(_less(clause, other)), place) for place, other in enumerate(theirs))[1]
        if left_out := _less(theirs[nearest], clause):
            return [Finding(Fault.CONDITION, f"the quote says it with: {_listed(left_out)}")]
        if _same_phrases(clause, theirs[nearest]):
            return [Finding(Fault.STRENGTH, "the quote says it of another time")]
    return [Finding(Fault.EXCHANGED, "the quote says it in another order")]


def _front(row: Clause) -> Clause:
    comma = next((place for place, token in enumerate(row) if place and token.after_comma), 0)
    return row[:comma] if row[0].is_small else ()


def _is_derived(mine: Clause, theirs: Clause) -> bool:
    return any(is_same_time(pairs) for pairs in _same_phrases(mine, theirs))


def _same_phrases(mine: Clause, theirs: Clause) -> list[Pairs]:
    """Return how the tokens of two clauses pair where both have the same phrases; empty where they have not."""
    return [pairs for one, other in product(phrased(mine), phrased(theirs)) if (pairs := _paired(one, other))]


def _paired(mine: Phrases, theirs: Phrases) -> Pairs:
    pairs, left = _aligned(mine.fixed, theirs.fixed), list(theirs.free)
    if pairs is None or len(mine.free) != len(left):
        return []
    for phrase in mine.free:
        found = next(
            ((place, same) for place, other in enumerate(left) if (same := _aligned(phrase, other)) is not None), None
        )
        if found is None:
            return []
        left.pop(found[0])
        pairs += found[1]
    return pairs


def _aligned(mine: Clause, theirs: Clause) -> Pairs | None:
    """Return the tokens of two rows in pairs where all mean the same, a name whole or by its parts; else None."""
    if not mine or not theirs:
        return [] if not mine and not theirs else None
    one, other = mine[0], theirs[0]
    if one.is_same(other):
        rest = _aligned(mine[1:], theirs[1:])
        return None if rest is None else [(one, other), *rest]
    if one.inner and (whole := _aligned((*one.opened(), *mine[1:]), theirs)) is not None:
        return whole
    return _aligned(mine, (*other.opened(), *theirs[1:])) if other.inner else None


def _less(these: Iterable[Token], those: Iterable[Token]) -> list[Token]:
    """Return the tokens that others do not hold, or not so often; a name that they do not hold whole by its parts."""
    missing, left = _unmatched(these, those)
    return _unmatched(_parts(missing), _parts(left))[0]


def _unmatched(these: Iterable[Token], those: Iterable[Token]) -> tuple[list[Token], list[Token]]:
    """Return what is left of both when equals are paired."""
    left, missing = list(those), []
    for token in these:
        same = next((place for place, other in enumerate(left) if token.is_same(other)), None)
        if same is None:
            missing.append(token)
        else:
            left.pop(same)
    return missing, left


def _parts(tokens: Iterable[Token]) -> list[Token]:
    return [part for token in tokens for part in (_parts(token.inner) if token.inner else [token])]


def _listed(tokens: Iterable[Token]) -> str:
    return ", ".join(dict.fromkeys(token.text for token in tokens))
