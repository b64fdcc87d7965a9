"""A question in; where it asks what one thing does to another, what does it, to what, and against what, out."""

from __future__ import annotations

import re

from ragqa.patterns import lazy_pattern
from ragqa.question.facets import comparison_in
from ragqa.text import one_line, terms
from ragqa.types import Effect, Facets

MOST_WORDS = 3  # of what acts, where it is taken for the thing that is asked about

_ASKS = lazy_pattern(r"\b(?:does|do|did|can|could|will|would|is|are|was|were|has|have)\b", re.IGNORECASE)
_OPEN = lazy_pattern(r"\b(?:who|whom|whose|when|where|why|how (?:many|long|often|old|large|common)|what (?!(?:is|are|was|were) the effects?\b|(?:does|do|did) .+ do\b))", re.IGNORECASE)
_AGAINST = lazy_pattern(
    r",?\s*\b(?:(?:when |as )?compared (?:with|to)|in comparison (?:with|to)|as opposed to|in contrast (?:with|to)|relative to|versus|vs\.?"
    r"|rather than|instead of|set against|against|than(?: (?:with|after|under|on|in|from|to))?)\s+",
    re.IGNORECASE,
)
_ACTS = lazy_pattern(
    r"\b(?:reduc|lower|decreas|increas|rais|improv|chang|affect|alter|influenc|prevent|shorten|prolong|enhanc|inhibit|worsen|accelerat|delay)(?:e|es|ed|s|ing)?\b"
    r"|\b(?:cures?|helps?|protects?|disturbs?|gives?|saves?|leads? to|results? in|cuts?|(?:push|bring|take|get)(?:es|s)? (?=.* (?:up|down)\b)|make(?:s)? (?=.*\b(?:\w+er|more|less)\b)"
    r"|do(?:es)? (?:to|anything for|better than .+? at))\b",
    re.IGNORECASE,
)
_MOVES = lazy_pattern(
    r"\b(?:fall|drop|rise|decline|differ|change|improve|increase|decrease|worsen|(?:go|come) (?:up|down)|become|turn out)s?\b(?:\s+(?:on|with|after|in|under|from|following|when|if))?",
    re.IGNORECASE,
)
_BY = lazy_pattern(r"\b(?:affected|changed|altered|influenced|reduced|lowered|increased|raised|improved|inhibited|prevented) (?:by|with)\b", re.IGNORECASE)
_COMPARED = lazy_pattern(
    r"\b(?:lower|higher|better|worse|less|fewer|more|greater|smaller|shorter|longer|stronger|weaker|faster|slower|different|affected|as good)\b", re.IGNORECASE
)
_UNDER = lazy_pattern(r"\b(?:with|after|under|from|following|when|if|given|by|on|where|without)\b", re.IGNORECASE)


def effect_in(question: str) -> Effect | None:
    """Return what a question asks the effect of, on what and against what, None for a question of another kind.

    Free wording is cut at the word that says change ("does I reduce O", "does O fall with I", "is O lower after I").
    Where a part cannot be told from another, it holds the words of both: coverage is by rarity, so they weigh little.
    """
    text = one_line(question).rstrip("?. ")
    built = comparison_in(text)
    if built is not None:
        return Effect(intervention=built.intervention, comparison=built.comparison, outcome=built.outcome)
    asks = _ASKS.search(text)
    if asks is None or _OPEN.search(text[: asks.end()]):
        return None
    before, body = text[: asks.start()], text[asks.end() :]
    against = _AGAINST.search(body)
    comparison = None
    if against is not None:
        comparison, body = body[against.end() :], body[: against.start()]
    parts = _cut(body) or (_cut(comparison) if comparison else None)
    if parts is None:
        if against is None and not _COMPARED.search(body):
            return None
        parts = (body, body)
    intervention, outcome = parts
    if not terms(intervention):
        intervention = before or body
    if not terms(outcome):
        outcome = body
    if not (terms(intervention) and terms(outcome)):
        return None
    return Effect(intervention=intervention.strip(" ,"), comparison=comparison, outcome=outcome.strip(" ,"))


def with_what_acts(question: str, facets: Facets) -> Facets:
    """Return facets in which an everyday thing that a question asks the effect of is an intervention, where it names no other.

    "Does iron help fatigue in fibromyalgia?" is on iron, however common a word that is.
    """
    effect = None if facets.interventions or not facets.conditions else effect_in(question)
    if effect is None or effect.comparison is not None or len(effect.intervention.split()) > MOST_WORDS:
        return facets
    acting = effect.intervention.lower().split()
    place = next((i for i, concept in enumerate(facets.others) if concept.text.lower().split() == acting[-len(concept.text.split()) :]), None)
    if place is None:
        return facets
    others = facets.others[:place] + facets.others[place + 1 :]
    return facets.model_copy(update={"interventions": (facets.others[place].model_copy(update={"everyday": False}),), "others": others})


def _cut(body: str) -> tuple[str, str] | None:
    """Return intervention and outcome, cut at the word that says what happens; None where there is none."""
    passive = _BY.search(body)
    if passive is not None and terms(body[: passive.start()]):
        return body[passive.end() :], body[: passive.start()]
    acts = _ACTS.search(body)
    if acts is not None and terms(body[: acts.start()]) and terms(body[acts.end() :]):
        return body[: acts.start()], body[acts.end() :]
    moves = _MOVES.search(body)
    if moves is not None and terms(body[: moves.start()]):
        return body[moves.end() :], body[: moves.start()]
    compared = _COMPARED.search(body)
    if compared is not None:
        under = _UNDER.search(body, compared.end()) or _UNDER.search(body)
        if under is not None and under.start():
            return body[under.end() :], body[: under.start()]
    return None
