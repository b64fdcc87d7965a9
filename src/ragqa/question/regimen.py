"""What a patient takes and has in; what the condition is called that holds in spite of it, out."""

from __future__ import annotations

from ragqa.question.lexicon import Resistant, shipped
from ragqa.text import key_of
from ragqa.types import Concept, Facets


def with_resistance(facets: Facets) -> Facets:
    """Return facets in which a condition also goes by the name that follows from the drugs named beside it.

    High blood pressure on a calcium channel blocker, an ACE inhibitor and a diuretic is searched for as resistant
    hypertension too. Nothing is claimed of the patient: names are for searching.
    """
    taken = [concept.names for concept in (*facets.interventions, *facets.populations)]
    for known in shipped().resistant:
        if all(_holds(taken, row) for row in known.classes):
            facets = facets.model_copy(update={"conditions": tuple(_named(concept, known) for concept in facets.conditions)})
    return facets


def _holds(taken: list[tuple[str, ...]], classes: tuple[str, ...]) -> bool:
    wanted = {key_of(name) for name in classes}
    return any(key_of(name) in wanted for names in taken for name in names)


def _named(concept: Concept, known: Resistant) -> Concept:
    if key_of(known.condition) not in map(key_of, concept.names) or known.name in concept.names:
        return concept
    return concept.model_copy(update={"names": (*concept.names, known.name), "implied": known.name})
