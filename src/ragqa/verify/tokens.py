"""A text in; its tokens out: names, content words, amounts and the small words that change what is said, each with its meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from ragqa.patterns import lazy_pattern
from ragqa.text import STOPWORDS, fold, stem
from ragqa.verify.names import NameBook, in_english
from ragqa.verify.quantities import amounts

BE = frozenset(["is", "are", "am", "was", "were", "be", "been", "being"])
_GRAMMAR = frozenset(["also", "however", "that", "there"])
_PLAIN = (
    (lazy_pattern(r"\b(did|does|do) not (\w+) any\b"), r"\1 \2 no"),
    (lazy_pattern(r"\bcannot\b"), "can not"),
    (lazy_pattern(r"\bwith the use of\b"), "using"),
    (lazy_pattern(r"\b(?:around|approximately|roughly)(?= \d)"), "about"),
    (lazy_pattern(r"\b(?:recommend|advise)(s|d|ed)?( against)?,? conditionally,?"), r"suggests\2"),
    (lazy_pattern(r"\bconditionally (?:recommend|advise)(s|d|ed)?\b"), "suggests"),
    (lazy_pattern(r"\b(?:treated|managed) with\b"), "given"),
)
_SHOUTED = lazy_pattern(r"\b[A-Z]{2,}\b")
_ENDS = lazy_pattern(r"[,;:()]")
_INFLECTIONS = lazy_pattern(r"(?:e|s|es|ed|d|ing|y|ies|ied|ly|ily|'s)?")
_DOUBLED = lazy_pattern(r"([a-z])(?:ed|ing)")


class Token(NamedTuple):
    """A word, name or amount of a text, what all its synonyms share, and the grammar that stands before it."""

    key: str
    text: str
    helpers: tuple[str, ...] = ()  # auxiliaries right before it: "is", "did"
    after_comma: bool = False
    is_name: bool = False  # that a lexicon knows
    inner: tuple[Token, ...] = ()  # of a name that ends in another: its words before, and that name

    @property
    def is_small(self) -> bool:
        """Tell whether it is a small word."""
        return self.key.startswith("~")

    @property
    def is_amount(self) -> bool:
        """Tell whether it is a number with its unit, or how often."""
        return self.key[0] in "#@"

    def opened(self) -> tuple[Token, ...]:
        """Return what a name is made of, with the grammar that stands before it."""
        return (self.inner[0]._replace(helpers=self.helpers, after_comma=self.after_comma), *self.inner[1:])

    def is_same(self, other: Token) -> bool:
        """Tell whether both mean the same. A name that is the other with a word more is narrower, whatever a lexicon says."""
        if self.key != other.key or self.text == other.text or self.is_small or self.is_amount:
            return self.key == other.key
        if all(token.text.replace(" ", "_") in synonyms() for token in (self, other)):
            return True
        mine, theirs = frozenset(parts_of(self.text)), frozenset(parts_of(other.text))
        ties = [{key for part in parts if (key := small_key(part))} for parts in (mine, theirs)]
        if mine < theirs or theirs < mine or (all(ties) and ties[0] != ties[1]):
            return False
        return (
            (self.is_name and other.is_name)
            or len(mine) > 1
            or len(theirs) > 1
            or _is_inflection(self.text, other.text)
        )


@lru_cache(maxsize=4_000)
def tokens_of(text: str, book: NameBook) -> tuple[Token, ...]:
    """Return the tokens of a text in order."""
    spelled = _SHOUTED.sub(lambda m: f"{m.group()}-short" if m.group().lower() in STOPWORDS else m.group(), text)
    folded = fold(in_english(spelled))
    for pattern, plain in _PLAIN:
        folded = pattern.sub(plain, folded)
    found: list[Token] = []
    helpers: list[str] = []
    comma = False
    for token in _pieces(folded, book):
        if token.key:
            found.append(token._replace(helpers=tuple(helpers), after_comma=comma))
            helpers, comma = [], False
        elif token.text == ",":
            comma = True
        else:
            helpers.append(token.text)
    return tuple(_without_range_words(found))


def _without_range_words(found: list[Token]) -> Iterator[Token]:
    """Leave out "to" between two numbers: a hyphen says the same."""
    for place, token in enumerate(found):
        if (
            token.key == "~to"
            and 0 < place < len(found) - 1
            and found[place - 1].is_amount
            and found[place + 1].is_amount
        ):
            continue
        yield token


def _pieces(folded: str, book: NameBook) -> Iterator[Token]:
    """Yield the tokens of a folded text; those of grammar and marks with an empty key."""
    place = 0
    for start, end, key in [*amounts(folded), (len(folded), len(folded), "")]:
        yield from _words(folded[place:start], book)
        if key:
            yield Token(key, folded[start:end].strip())
        place = max(place, end)


def _words(text: str, book: NameBook) -> Iterator[Token]:
    text = _phrases().sub(lambda match: match.group().replace(" ", "_"), text)
    for piece in re.split(r"([,;:()]|\b\w+(?:_\w+)+\b)", text):
        if _ENDS.fullmatch(piece):
            yield Token("", ",")
        elif "_" in piece:
            yield Token(small_key(piece) or meaning_of(piece), piece.replace("_", " "))
        else:
            yield from _row(piece, book)


def _row(text: str, book: NameBook) -> Iterator[Token]:
    for name in book.walk(text):
        yield from [_name(name.group, name.text, book)] if name.group else _word(name.text)


def _word(text: str) -> Iterator[Token]:
    for part in [text] if text in synonyms() else parts_of(text):
        key = small_key(part)
        if key is None and any(c.isalnum() for c in part):
            key = "" if part in STOPWORDS or part in _GRAMMAR else meaning_of(part)
        if key is not None:
            yield Token(key, part)


def _name(group: str, text: str, book: NameBook) -> Token:
    """Return a name, with what it is made of where its last words are a name too: "resistant", "hypertension"."""
    parts = text.split()
    for place in range(1, len(parts)):
        rest = " ".join(parts[place:])
        for name in book.walk(rest):
            if name.group and name.text == rest:
                before = [token for token in _row(" ".join(parts[:place]), book) if token.key]
                return Token(meaning_of(group), text, is_name=True, inner=(*before, _name(name.group, rest, book)))
    words = [token for token in _word(text.replace(" ", "-")) if token.key]
    return Token(meaning_of(group), text, is_name=True, inner=tuple(words) if len(words) > 1 else ())


def parts_of(text: str) -> list[str]:
    """Return the words of a name or compound."""
    return [part for part in re.split(r"[\s/-]", text) if part]


def _is_inflection(one: str, other: str) -> bool:
    """Tell whether two words differ only by their ending, where no list says that they are synonyms."""
    if any(word in synonyms() or stem(word) in synonyms() for word in (one, other)):
        return True
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    ends = (one[shared:], other[shared:])
    return all(
        _INFLECTIONS.fullmatch(end) or ((m := _DOUBLED.fullmatch(end)) and m[1] == one[shared - 1]) for end in ends
    )


def _lines(name: str) -> list[list[str]]:
    text = files("ragqa.verify").joinpath(name).read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def _small() -> dict[str, str]:
    return {word: f"~{line[0]}" for line in _lines("small.txt") for word in line}


def small_key(word: str) -> str | None:
    """Return what a small word shares with those that mean the same, None for any other word."""
    return _small().get(word)


@lru_cache(maxsize=1)
def _narrow() -> frozenset[str]:
    return frozenset(word for line in _lines("narrow.txt") for word in line)


@lru_cache(maxsize=1)
def synonyms() -> dict[str, str]:
    """Return each word and phrase of the lists of synonyms with what its line shares."""
    table: dict[str, str] = {}
    for line in _lines("synonyms.txt"):
        for word in line:
            table.setdefault(word, stem(line[0]))
    for word, meaning in list(table.items()):
        if "_" not in word and stem(word) not in _narrow():
            table.setdefault(stem(word), meaning)
    return table


@lru_cache(maxsize=1)
def _phrases() -> re.Pattern[str]:
    known = [word for word in (*synonyms(), *_small()) if "_" in word]
    phrases = sorted((word.replace("_", " ") for word in known), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b")


@lru_cache(maxsize=50_000)
def meaning_of(word: str) -> str:
    """Return what all synonyms of a word share. A word that narrows is itself, whatever its stem ("initial", "initiate")."""
    table = synonyms()
    return table.get(word) or (word if word in _narrow() else table.get(stem(word)) or stem(word))
