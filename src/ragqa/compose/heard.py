"""Candidates in; those that are heard at all out: on what is asked about, to the purpose, of documents on the subject."""

from __future__ import annotations

from collections.abc import Sequence

from ragqa.compose.denied import barred_in, offers
from ragqa.compose.evidence import Candidate, named_by_document, named_by_title
from ragqa.compose.plan import Plan
from ragqa.compose.roles import FILLED_BY
from ragqa.compose.sides import AT_LARGE, sides_of
from ragqa.compose.topic import Topics
from ragqa.types import Query
from ragqa.vocabulary import Intent, StatementRole

OFF_FLOOR = -4.0  # log-odds under which a statement that does not name all that is asked about is not shown
CLOSE = 2.25  # log-odds within which a document that does not join what is asked about is heard beside those that do
ON_IT_FROM = 2.0  # log-odds of the best within which a document on the condition must come to be heard before others
ASIDE_FLOOR = 3.5  # how far below the best log-odds one that does nothing of what is asked for may lie
ASIDE_OF_ONE = 0.5  # the same where an aspect of a condition is asked about and nothing else ("symptoms of X")
NEAR = 3.0  # log-odds within which a statement may be on something else than the condition asked about
BESIDE = 1.0  # the same for an intervention that is asked about in itself; how near the best the first one on it must come
_ABOUT_THE_INTERVENTION = frozenset({Intent.EVIDENCE, Intent.EFFECT, Intent.HARM})


def on_the_thing(topics: Topics, found: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that name what is asked about, or are likely enough to answer without; of several interventions
    or conditions one is enough. What a document says that names nothing of it anywhere must come close to the best of all.
    """
    anchors, named = frozenset(topics.anchors), frozenset(topics.named)
    several = [frozenset(group) for group in (topics.interventions, topics.conditions)]
    strangers = {document for document, places in named_by_document(found).items() if places.isdisjoint(anchors)}
    close = max((c.relevance for c in found), default=0.0) - CLOSE

    def names_all(covered: frozenset[int]) -> bool:
        return named.difference(*(group for group in several if group & covered)) <= covered

    found = [
        c
        for c in found
        if (c.relevance >= OFF_FLOOR or names_all(c.covered)) and (c.relevance >= close or c.card.document_id not in strangers)
    ]
    return _of_documents_on_it(topics, found)


def _of_documents_on_it(topics: Topics, found: list[Candidate]) -> list[Candidate]:
    """Return what documents on a condition asked about say, where the best comes near the best of all, and what comes near
    that: a page on influenza goes before one on another disease that mentions it.
    """
    conditions = frozenset(topics.conditions)
    on_it = {c.card.document_id for c in found if named_by_title(topics, c.card) & conditions}
    best = next((c.relevance for c in found if c.card.document_id in on_it), None)
    if best is None or best < found[0].relevance - ON_IT_FROM:
        return found
    return [c for c in found if c.card.document_id in on_it or c.relevance >= best - BESIDE]


def to_the_purpose(query: Query, topics: Topics, found: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates whose role was asked for, if any was, or may stand for it, and others that come near the best,
    nearer where the question is on an aspect of a condition and names nothing else, and nothing then of what a page tells under
    a question on another; nothing that offers a drug which the person is allergic to, and no dose of a drug that is not asked about
    where one is.
    """
    barred = barred_in(query.text)
    interventions = frozenset(topics.interventions)
    found = [c for c in found if not (offers(barred, c.text) or (interventions and c.evidence.role is StatementRole.DOSING and c.own.isdisjoint(interventions)))]
    if not query.aspects:
        return found
    asked = frozenset(query.aspects).union(*(FILLED_BY.get(role, frozenset()) for role in query.aspects))
    if topics.of_a_condition_alone:
        sides = sides_of(query.text)
        found = [c for c in found if not _is_on_another_side(sides, c)]
    least = max((c.relevance for c in found), default=0.0) - (ASIDE_OF_ONE if topics.of_a_condition_alone else ASIDE_FLOOR)
    return [c for c in found if c.evidence.role in asked or c.relevance >= least]


def _is_on_another_side(asked: frozenset[int], candidate: Candidate) -> bool:
    """Tell whether a statement stands under a question on another side of a disease than those asked about; what stands under
    "What is X?" may tell of any, in its own words.
    """
    heading = candidate.evidence.heading_path[-1] if candidate.evidence.heading_path else ""
    if not asked or not heading.rstrip().endswith("?"):
        return False
    told = sides_of(heading)
    if AT_LARGE in told:
        told |= sides_of(candidate.text)
    return bool(told) and told.isdisjoint(asked)


def on_topic(query: Query, topics: Topics, plan: Plan, placed: list[tuple[Candidate, int]]) -> list[tuple[Candidate, int]]:
    """Return the candidates that name a condition asked about, if one of the best does, and others that come near it; and so
    for interventions, and much nearer, where the question is about one in itself ("is X safe?") and not about what to do
    next. Where documents join the things asked about, others stay only if they come close to the best. What a document says
    that names an intervention asked about nowhere is no dose, effect or harm of it, where another's comes near the best.
    """
    if plan.linking:
        least = placed[0][0].relevance - CLOSE
        placed = [(c, f) for c, f in placed if c.card.document_id in plan.linking or c.relevance >= least]
    about_it = query.intents[0] in _ABOUT_THE_INTERVENTION
    if about_it or query.intents[0] is Intent.DOSING:
        placed = _of_documents_that_name(topics.interventions, placed)
    for places, within in ((frozenset(topics.conditions), NEAR), (frozenset(topics.interventions if about_it else ()), BESIDE)):
        best = next((c.relevance for c, _ in placed if not c.covered.isdisjoint(places)), None)
        if best is not None and best >= placed[0][0].relevance - BESIDE:
            placed = [(c, f) for c, f in placed if not c.covered.isdisjoint(places) or c.relevance >= best - within]
    return placed


def _of_documents_that_name(interventions: tuple[int, ...], placed: list[tuple[Candidate, int]]) -> list[tuple[Candidate, int]]:
    asked = frozenset(interventions)
    best = next((c.relevance for c, _ in placed if c.covered & asked), None)
    if best is None or best < placed[0][0].relevance - NEAR:
        return placed
    named = named_by_document([c for c, _ in placed])
    return [(c, f) for c, f in placed if named[c.card.document_id] & asked]
