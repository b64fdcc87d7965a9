"""A query in; the texts that its index is searched for, each with the names known for what it names, out."""

from __future__ import annotations

from typing import NamedTuple

from ragqa.retrieve import Synonyms
from ragqa.types import Concept, Query
from ragqa.vocabulary import StatementRole

ASPECT_PROBES = {  # words that sentences of a role use
    StatementRole.EFFECT: "improved or reduced compared with placebo, sham or usual care",
    StatementRole.HARM: "adverse events, harms and risk",
}


class Sought(NamedTuple):
    """A text to search for, the names known for what it names, and how documents would put it, where that is otherwise."""

    text: str
    synonyms: Synonyms = ()
    wording: str = ""


def sought_by(query: Query) -> Sought:
    """Return the whole question as it is searched for."""
    return Sought(query.text, query.synonyms, query.wording)


def probes_of(query: Query) -> list[tuple[str, tuple[str, tuple[str, ...]]]]:
    """Return what is searched for beside the whole question: each intervention and condition that it names, with its names."""
    usual = dict(query.renamed)

    def by_name(concept: Concept) -> tuple[str, tuple[str, ...]]:
        return usual.get(concept.text, concept.text), concept.names

    probes = [(thing[0], thing) for thing in map(by_name, (*query.facets.interventions, *query.facets.conditions))]
    if len(query.facets.interventions) > 1:  # each is asked about for itself, so each aspect of each is looked for
        probes += [
            (f"{thing[0]} {ASPECT_PROBES[role]}", thing)
            for thing in map(by_name, query.facets.interventions)
            for role in query.aspects
            if role in ASPECT_PROBES
        ]
    return probes


def named(concept: Concept) -> tuple[str, tuple[str, ...]]:
    """Return the words of a thing as asked, with every name known for it."""
    return concept.text, concept.names
