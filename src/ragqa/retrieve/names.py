"""The names of what a question names in, what may stand in the place of its words in the lexical search out.

A thing with ten names is asked for once: in each passage the name that scores best counts, if all of its words are there, and
none beside the words asked for. Names of one meaning as one word, as in structured queries (A. Pirkola, "The effects of query structure and dictionary
setups in dictionary-based cross-language information retrieval", 1998), here by the best instead of the sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ragqa.protocols import Instead, PassageIndex
from ragqa.retrieve.nearness import Synonyms, idf
from ragqa.text import terms

NAME_WEIGHT = 0.8  # of a name, against the words asked for


def names_instead(asked: Mapping[str, float], synonyms: Synonyms, index: PassageIndex) -> tuple[Instead, ...]:
    """Return the other names of what search terms name, each weighted by how much it may say.

    A name weighs no more than the words that it stands for: `NAME_WEIGHT`, times their idf mass over its own where it has more.
    """
    things = [thing for thing in (_thing(asked, text, names) for text, names in synonyms) if thing is not None]
    known = sorted({term for own, names in things for name in (own, *names) for term in name})
    weights = dict(zip(known, (idf(n, index.passage_count) for n in index.document_frequency(known)), strict=True)) if known else {}

    def mass(name: Sequence[str]) -> float:
        return sum(weights[term] for term in name)

    return tuple(
        Instead(
            words=dict.fromkeys(own, 1.0),
            names=tuple(dict.fromkeys(name, NAME_WEIGHT * min(1.0, mass(own) / mass(name))) for name in names),
        )
        for own, names in things
    )


def _thing(asked: Mapping[str, float], text: str, names: Sequence[str]) -> tuple[tuple[str, ...], list[tuple[str, ...]]] | None:
    """Return the terms asked for of what words name, and those of its other names; None where it has none."""
    own = tuple(sorted({term for term in terms(text) if term in asked}))
    others = {tuple(sorted(set(terms(name)))) for name in names}
    kept = sorted(name for name in others if not asked.keys() >= set(name))
    return (own, kept) if own and kept else None
