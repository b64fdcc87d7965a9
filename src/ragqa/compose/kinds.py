"""Documents in; which of them studied a thing asked about, and what is a kind of it by their own definition, out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ragqa.compose.topic import Topics, joined_terms
from ragqa.patterns import lazy_pattern
from ragqa.protocols import DocumentCard, PassageIndex
from ragqa.types import Concept
from ragqa.vocabulary import SourceKind

OF_ONE_THING = frozenset({SourceKind.SYSTEMATIC_REVIEW, SourceKind.RANDOMISED_TRIAL, SourceKind.COHORT, SourceKind.REGULATORY})  # all of it is about what was studied
KIND_WITHIN = 60  # characters after "is a" within which the wider thing is named


def studied(concept: Concept, card: DocumentCard) -> bool:
    """Tell whether a document is on one study or product, and says that it is on this thing."""
    return card.source.kind in OF_ONE_THING and any(stands_in(name, what) for what in card.subject.interventions for name in concept.names)


class Kind(NamedTuple):
    """The names of what a document studied, and the places of the things asked about that it is a kind of."""

    names: tuple[str, ...]
    of: frozenset[int]


def kinds_of(topics: Topics, cards: Iterable[DocumentCard], index: PassageIndex) -> dict[str, Kind]:
    """Return, by document, what it studied where that is a kind of an intervention asked about, by its own definition.

    "Remestemcel-L is a mesenchymal stem cell product": its further sentences need not name the wider thing.
    """
    kinds = {}
    for card in cards:
        first, *further = card.subject.interventions or ("",)
        wider = topics.covered("; ".join(further)) & frozenset(topics.interventions) - topics.covered(first)
        if card.source.kind not in OF_ONE_THING or not wider:
            continue
        names = (first, *(name for group in card.subject.synonyms if first in group for name in group))
        said = [p.text_at(s.span) for p in index.passages_of(card.document_id) for s in p.sentences]
        of = frozenset(place for place in wider if any(_is_a(names, topics.all[place].concept.names, text) for text in said))
        if of:
            kinds[card.document_id] = Kind(names, of)
    return kinds


def _is_a(names: Iterable[str], wider: Iterable[str], text: str) -> bool:
    """Tell whether a sentence defines one thing as a kind of another."""
    match = _DEFINES.search(text)
    if match is None or not any(stands_in(name, text[: match.start()]) for name in names):
        return False
    return any(stands_in(_GIVING.sub("", name), text[match.end() :][:KIND_WITHIN]) for name in wider)


_DEFINES = lazy_pattern(r"\b(?:is|are) an? (?!\w+ (?:to|of|for|from|than|with)\b)|\bmeans\b", re.IGNORECASE)

_GIVING = lazy_pattern(r"\s+(?:therap(?:y|ies)|treatments?|infusions?|injections?|products?)$", re.IGNORECASE)  # a product is no therapy, but of its kind


def stands_in(name: str, text: str) -> bool:
    """Tell whether a text holds a name, by its search terms in a row."""
    return joined_terms(name) in joined_terms(text)
