"""What a question names in; what a condition is called besides, by what is named beside it, out."""

from __future__ import annotations

from ragqa.question.lexicon import Implied, shipped
from ragqa.text import key_of
from ragqa.types import Concept, Facets


def with_implied(facets: Facets) -> Facets:
    """Return facets in which a condition also goes by the name that follows from what is named beside it.

    High blood pressure on a calcium channel blocker, an ACE inhibitor and a diuretic is searched for as resistant
    hypertension too. Nothing is claimed of the patient: names are for searching.
    """
    named = {key_of(name) for concept in (*facets.interventions, *facets.populations, *facets.conditions, *facets.others) for name in concept.names}
    for known in shipped().implied:
        if all(any(key_of(name) in named for name in row) for row in known.beside):
            facets = facets.model_copy(update={"conditions": tuple(_named(concept, known) for concept in facets.conditions)})
    return facets


def _named(concept: Concept, known: Implied) -> Concept:
    if key_of(known.condition) not in map(key_of, concept.names) or known.name in concept.names:
        return concept
    return concept.model_copy(update={"names": (*concept.names, known.name), "implied": known.name})
