"""A word that no document holds in; the word that was meant out, where one is near enough."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from ragqa.text import stem

SHORTEST = 5  # a shorter word has too many neighbours
LONG = 8  # from so many letters on, two of them may be wrong


class ByLetter(dict[str, Mapping[str, int]]):
    """Letter -> the words of an index that begin with it, in its order, with their counts; gone through when a letter is first looked for."""

    def __init__(self, words: Callable[[], Mapping[str, int]]) -> None:
        """`words` gives all of them."""
        super().__init__()
        self._words = words

    def __missing__(self, letter: str) -> Mapping[str, int]:
        """Go through the words for those of a letter."""
        found = self[letter] = {word: count for word, count in self._words().items() if word[:1] == letter}
        return found


def correct(word: str, known: Mapping[str, int], never: Collection[str] = ()) -> str | None:
    """Return the known word nearest to a misspelt one, the commoner first; None where none is near. All that are known begin with its letter.

    Distance is optimal string alignment (Damerau, 1964, restricted), at most 1 for words of 5 to 7 letters and 2 above;
    the first letter must agree, as people seldom miss it, and digits are never changed. A word of 5 letters is not
    shortened: "Paget" is no "page". `never` holds stems to leave.
    """
    if len(word) < SHORTEST or not word.isalpha() or stem(word) in never:
        return None
    from rapidfuzz import process  # noqa: PLC0415 few questions hold a word that nothing knows
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    most = 1 if len(word) < LONG else 2
    least = len(word) if len(word) == SHORTEST else 0
    near = [
        (distance, -known[candidate], candidate)
        for candidate, distance, _ in process.extract(
            word,
            [k for k in known if abs(len(k) - len(word)) <= most and len(k) >= least and k.isalpha()],
            scorer=OSA.distance,
            score_cutoff=most,
            limit=10,
        )
    ]
    return min(near)[2] if near else None
