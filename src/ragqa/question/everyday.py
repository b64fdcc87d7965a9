"""A word in; whether it is one of everyday English out."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from ragqa.remembering import remembered


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Return words of everyday English: the whole words of BERT's WordPiece vocabulary (Apache 2.0), and SCOWL's small
    American and British lists (its permissive licence stands in `common_words.LICENSE`).
    """
    return frozenset(_lines().decode().split())


def common_words_from(letter: str) -> list[str]:
    """Return those that begin with a letter, in the order of the alphabet; the list of all is not made for it."""
    return [word for word in _lines().decode().split() if word[0] == letter]


@remembered(100_000)
def is_common(word: str) -> bool:
    """Tell whether a word is one of these, without reading them all: a question asks for a few, and they are sorted."""
    lines, wanted = _lines(), word.encode("utf-8", "surrogatepass")
    low, high = 0, len(lines)
    while low < high:  # between them, on whole lines, stands the word if it is there
        start = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = lines.index(b"\n", start)
        if lines[start:end] == wanted:
            return True
        low, high = (end + 1, high) if lines[start:end] < wanted else (low, start)
    return False


@lru_cache(maxsize=1)
def _lines() -> bytes:
    return files("ragqa.question").joinpath("common_words.txt").read_bytes()
