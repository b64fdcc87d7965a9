"""A sentence and a quote in; what of the sentence the quote does not hold, and what of a clause that it says it leaves out, out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from ragqa.protocols import Finding
from ragqa.text import STOPWORDS, fold, stem
from ragqa.verify.names import NameBook, in_english
from ragqa.verify.quantities import quantities, without_quantities
from ragqa.vocabulary import Fault

BEGINNING = 2  # words that tell whether a sentence begins to say a clause
SAID = 0.5  # of the words of a clause: from here on a sentence says that clause
_SPLIT = re.compile(
    r"[;:]\s|(?<=\w\w)\.\s|,?\s(?:but|whereas|while|although|though)\s|,\s(?:and|which|who|so|with)\s"
    r"|\sand\s(?=(?:\S+\s){0,4}?(?:is|are|was|were|did|does|do|has|have|had|should|must|will|can|may)\s)"
    r"|\sand\s(?=(?:reduc|increas|lower|rais|improv|worsen|recommend|suggest|advis|caus|prevent|reliev|found|show)\w*\s)"
)
_SHARED = re.compile(r"^(?:in|among|for|after|during|before|with|on|at)\s[^,;:]{3,90},\s")
_ASIDE = re.compile(r"\s?\((?!(?:if|when|unless|except|only|not|in|for|with|without|age[ds]?|over|under|above|below|at least|at most|up to|within|[<>≤≥])\b|[<>≤≥])[^()]*\)")
_ATTRIBUTION = re.compile(r"^(?:the )?[A-Z][\w/.&-]*(?: (?:and |& )?[A-Z0-9][\w/.&-]*){0,5} (?=(?:recommends?|suggests?|advises?|states?|reports?|found|finds|concludes?|notes?)\b)")

_PLAIN = (("prior to", "before"), ("with the use of", "using"))


class Word(NamedTuple):
    """A word or name of a text, and what all its synonyms share."""

    key: str
    text: str


def check_wording(sentence: str, quote: str, book: NameBook) -> list[Finding]:
    """Return words that the quote does not hold, and words of the clauses that are said that the sentence leaves out.

    A sentence may leave out a whole clause, an aside or who says it. What else stands in a clause narrows it.
    """
    said, held = row_of(sentence, book), row_of(quote, book)
    here, there = _keys(said, book), _keys(held, book)
    if new := [w.text for w in said if w.text not in _glue() and not _stands(w, there, book)]:
        return [Finding(Fault.ADDED, f"the quote does not hold: {', '.join(dict.fromkeys(new))}")]
    times, numbers = _times(said, book), Counter(q.value for q in quantities(sentence))
    asked, amounts = Counter[str](), Counter[Decimal]()
    for clause, shared, row in _said(quote, here, book):
        left_out = [w.text for w in (*shared, *row) if not _stands(w, here, book)]
        for text, key in ((w.text, w.key) for w in row if w.key in times):
            asked[key] += 1
            left_out += [text] if asked[key] > times[key] else []
        left_out += [text for text, key in _narrowing(row) if times[key] < sum(other == key for _, other in _narrowing(row))]
        for amount in quantities(clause):
            amounts[amount.value] += 1
            left_out += [str(amount)] if amounts[amount.value] > numbers[amount.value] else []
        if left_out:
            return [Finding(Fault.CONDITION, f"the quote says it with: {', '.join(dict.fromkeys(left_out))}")]
    return []


def _times(row: Iterable[Word], book: NameBook) -> Counter[str]:
    """Count what a row of words names, a long name by its parts too."""
    return Counter(key for word in row for key in _keys((word,), book))


def _said(quote: str, here: frozenset[str], book: NameBook) -> Iterator[tuple[str, list[Word], list[Word]]]:
    """Yield the clauses that a sentence says: that it begins, holds enough or a word of that no other clause has, and the fullest.

    Each with the words that it shares with the first, and its own. The first words of all are what the others speak of too.
    """
    front, parts = _clauses(quote)
    rows = [_bearing(part, book) for part in parts]
    everywhere = Counter(key for row in rows for key in {w.key for w in row})
    shares: list[float] = []
    for place, row in enumerate(rows):
        begins = len(row) > BEGINNING and all(_stands(w, here, book) for w in row[:BEGINNING])
        alone = len(rows) > 1 and any(everywhere[w.key] == 1 and _stands(w, here, book) for w in (row if place else row[BEGINNING:]))
        shares.append(1.0 if begins or alone else _share(row, here, book))
    least = min(SAID, max(shares, default=0.0))
    shared = _bearing(front, book)
    yield from ((part, shared if place else [], rows[place]) for place, part in enumerate(parts) if shares[place] >= least)
    for aside in _ASIDE.findall(quote):
        row = _bearing(aside, book)
        own = [w for w in row if w.key not in everywhere]
        if own and _share(own, here, book) >= SAID:
            yield aside, [], row


def _bearing(text: str, book: NameBook) -> list[Word]:
    return [word for word in row_of(text, book) if word.text not in _glue()]


def _share(row: list[Word], here: frozenset[str], book: NameBook) -> float:
    return sum(_stands(word, here, book) for word in row) / len(row) if row else 0.0


def _narrowing(row: list[Word]) -> list[tuple[str, str]]:
    """Return the words of a clause that narrow the next, in names too: whoever says it once of two has widened one."""
    return [(part, _meaning(part)) for word in row for part in _parts(word.text) if part in _narrow()]


@lru_cache(maxsize=2_000)
def row_of(text: str, book: NameBook) -> tuple[Word, ...]:
    """Return the names and content words of a text, without its numbers, their units and how often they are given."""
    folded = without_quantities(fold(in_english(text)))
    for said, plain in _PLAIN:
        folded = folded.replace(said, plain)
    folded = _phrases().sub(lambda match: match.group().replace(" ", "_"), folded)
    row: list[Word] = []
    for piece in re.split(r"(\w+(?:_\w+)+)", folded):
        row += [Word(_meaning(piece), piece.replace("_", " "))] if "_" in piece else _plain(piece, book)
    return tuple(row)


def _plain(text: str, book: NameBook) -> Iterator[Word]:
    for name in book.walk(text):
        if name.group:
            yield Word(_meaning(name.group), name.text)
            continue
        for part in _parts(name.text):
            if part not in STOPWORDS and any(c.isalpha() for c in part):
                yield Word(_meaning(part), part)


def _keys(row: Iterable[Word], book: NameBook) -> frozenset[str]:
    """Return what a row of words names: each word, each part of a name, and each name that ends a longer one."""
    found = {word.key for word in row}
    for word in row:
        found.update(map(_meaning, _parts(word.text)))
        found.update(key for _, key in _endings(word, book))
    return frozenset(found)


def _stands(word: Word, keys: frozenset[str], book: NameBook) -> bool:
    """Tell whether a name stands among keys: whole, by its own words, or by its first words and a synonym of the rest."""
    if word.key in keys or all(_is_held(part, keys) for part in _parts(word.text)):
        return True
    return any(key in keys and all(_is_held(part, keys) for part in before) for before, key in _endings(word, book))


def _is_held(part: str, keys: frozenset[str]) -> bool:
    return part in STOPWORDS or part in _glue() or _meaning(part) in keys


def _endings(word: Word, book: NameBook) -> Iterator[tuple[list[str], str]]:
    """Yield the names that end a longer name, each with the words before it: "resistant", "hypertension"."""
    parts = _parts(word.text)
    for place in range(1, len(parts)):
        rest = " ".join(parts[place:])
        yield from ((parts[:place], _meaning(name.group)) for name in book.walk(rest) if name.group and name.text == rest)


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"[\s/-]", text) if part]


def _clauses(quote: str) -> tuple[str, list[str]]:
    """Return what stands before a quote's first clause and holds for all of them, and its clauses, without asides and who says it."""
    body = _ATTRIBUTION.sub("", _ASIDE.sub("", quote), count=1)
    shared = _SHARED.match(fold(body))
    return (body[: shared.end()] if shared else ""), [part for part in _SPLIT.split(fold(body)) if part]


def _lines(name: str) -> list[str]:
    text = files("ragqa.verify").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def _glue() -> frozenset[str]:
    return frozenset(" ".join(_lines("glue.txt")).split())


@lru_cache(maxsize=1)
def _narrow() -> frozenset[str]:
    return frozenset(" ".join(_lines("narrow.txt")).split())


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for row in map(str.split, _lines("synonyms.txt")):
        for word in row:
            table.setdefault(word, stem(row[0]))
    for word, meaning in list(table.items()):
        if "_" not in word and stem(word) not in _narrow():
            table.setdefault(stem(word), meaning)
    return table


@lru_cache(maxsize=1)
def _phrases() -> re.Pattern[str]:
    phrases = sorted((word.replace("_", " ") for word in _table() if "_" in word), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b")


@lru_cache(maxsize=50_000)
def _meaning(word: str) -> str:
    """Return what all synonyms of a word share. A word that narrows is itself, whatever its stem ("initial", "initiate")."""
    table = _table()
    return table.get(word) or (word if word in _narrow() else table.get(stem(word)) or stem(word))
