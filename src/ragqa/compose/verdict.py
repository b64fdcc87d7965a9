"""Chosen evidence in; the statements that answer at once, out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from ragqa.compose.ages import AGE
from ragqa.compose.asking import asks_what_to_mind, asks_whether
from ragqa.compose.at_large import told_at_large
from ragqa.compose.choose import Chosen, asks_what_to_do, disagree
from ragqa.compose.denied import never_had
from ragqa.compose.drugs import drugs_in
from ragqa.compose.fitness import ROLE_DECIDES, Fitness, tells_age
from ragqa.compose.people import is_child, of_children_alone, says_for_whom_alone
from ragqa.compose.plan import Plan
from ragqa.compose.ranges import asked_of, decided_by, is_excluded
from ragqa.compose.roles import WARNINGS
from ragqa.compose.stance import AS_NEAR, prefers_one, speaks_of, stance_of, warns_some_alone
from ragqa.compose.topic import Topics
from ragqa.patterns import lazy_pattern
from ragqa.types import Query
from ragqa.vocabulary import Direction, StatementRole

MOST_DIRECT = 3
THIRD_WITHIN = 2.0  # log-odds of the first within which a third statement is shown
NEAR = 1.0  # log-odds within which another document is as good
RULES_OUT_WITHIN = 3.0  # log-odds within which what rules a thing out is told where it is asked whether to do it
ROLE_WITHIN = 2.0  # log-odds within which a statement of the asked role goes before one of another
SURE = -1.0  # log-odds from which a statement may answer all the same
LEAST = -3.5  # log-odds below which nothing that is shown answers
LEAST_OF_ONE = -2.5  # the same where an aspect of a condition is asked about and nothing else: a page on it would say so
UNLIKELY = -3.0  # log-odds below which the first statement does not answer where no direct statement names a condition asked about
_OF_THE_PERSON = frozenset({AGE, "egfr", "fasting glucose"})
_DONE = frozenset({StatementRole.RECOMMENDATION, StatementRole.DOSING, StatementRole.PREVENTION, StatementRole.CURRENCY})
_PREGNANT = lazy_pattern(r"\b(?:pregnan\w*|gestational|gestation|postpartum|postnatal\w*|preconception|breast-?feeding|births?|labour|delivery|baby|antenatal\w*|GDM|PPH|pre-?eclampsia|eclampsia)\b", re.IGNORECASE)


def direct_answer(query: Query, topics: Topics, plan: Plan, chosen: Sequence[Chosen]) -> list[Chosen]:
    """Return one to three statements that answer at once: a section each, the asked role and the best covered first.

    Of a thing at large more are told, and what warns of a drug beside one that is taken is never left out.
    """
    fitness = Fitness(query, topics, plan, chosen)
    ranked, leading = _in_order(query, topics, fitness, _of_the_asker(query, topics, chosen))
    if ranked and (told := told_at_large(query, topics, plan, ranked)):
        return told
    leading = [c for c in leading if c.candidate.card.document_id in plan.linking] or leading
    firsts = [c for facet in range(len(plan.facets)) for c in [c for c in leading if c.facet == facet][:1]]
    direct = _with_more(query, topics, fitness, ranked, sorted(firsts, key=ranked.index)[:MOST_DIRECT])
    direct = _without_others(query, direct if fitness.asks_for_values or fitness.asks_for_first else _weightiest_first(query, topics, direct))
    return [*direct, *_warning_of(topics, direct, ranked)]


def _in_order(query: Query, topics: Topics, fitness: Fitness, spoken: Sequence[Chosen]) -> tuple[list[Chosen], list[Chosen]]:
    """Return statements from the fittest on, and those of them that do what is asked, where it is that which decides."""
    fit = fitness.of
    ranked = sorted(spoken, key=lambda c: (*(-x for x in fit(c)), c.candidate.evidence.passage_id))
    if fitness.asks_for_age:
        ranked = [c for c in ranked if tells_age(c.candidate.text)] or ranked
    if not ranked or query.intents[0] not in ROLE_DECIDES or fitness.asks_for_age:
        return ranked, ranked
    least = fit(ranked[0])[0] - ROLE_WITHIN
    # What warns people who are treated otherwise is the first for them to know.
    of_them = [c for c in ranked if fitness.what_to_do and not c.candidate.covered.isdisjoint(topics.special) and c.role in WARNINGS and fit(c)[0] >= least]
    leading = [*of_them[:1], *(c for role in query.aspects[:2] for c in ranked if c.role is role and fit(c)[0] >= least)] or ranked
    named = frozenset(topics.named)
    if ranked[0].candidate.covered & named > leading[0].candidate.covered & named:  # whatever it does, it is on more of the question
        leading = [ranked[0], *(c for c in leading if c is not ranked[0])]
    return leading + [c for c in ranked if c not in leading], leading


def _with_more(query: Query, topics: Topics, fitness: Fitness, ranked: Sequence[Chosen], direct: list[Chosen]) -> list[Chosen]:
    """Return a direct answer with what forbids it in the condition asked about, what disagrees with the first, what another document says, and
    at last more of the same document.
    """
    fit = fitness.of
    contrary = [c for c in ranked if direct and _contradicts(topics, direct[0], c)]
    elsewhere = [c for c in ranked if direct and c.candidate.card.document_id != direct[0].candidate.card.document_id and fit(c)[0] >= fit(direct[0])[0] - NEAR]
    careful = bool(topics.interventions) and asks_what_to_mind(query.text)
    within = RULES_OUT_WITHIN if careful or asks_whether(query) else NEAR
    forbids = [c for c in sorted(ranked, key=lambda c: -len(c.candidate.own.intersection(topics.named))) if _forbids(topics, c, things=1 if careful else 2) and c.candidate.relevance >= ranked[0].candidate.relevance - within]
    if forbids and forbids[0] not in direct and (careful or len(direct) < MOST_DIRECT):
        direct = [forbids[0], *direct][:MOST_DIRECT] if careful else [*direct, forbids[0]]
    for item in (*contrary[:1], *elsewhere, *ranked):
        if len(direct) >= MOST_DIRECT or (len(direct) > 1 and fit(item)[0] < fit(direct[0])[0] - THIRD_WITHIN):
            break
        if item not in direct:
            direct.append(item)
    return direct


def _warning_of(topics: Topics, direct: Sequence[Chosen], ranked: Sequence[Chosen]) -> list[Chosen]:
    """Return what warns of a drug that a direct answer names beside one that is taken: nobody should have to look that up."""
    taken = frozenset(place for place in topics.populations if topics.all[place].concept.taken)
    named = frozenset[str]().union(*(drugs_in(item.candidate.text) for item in direct))
    warned = (c for role in WARNINGS for c in ranked if c.role is role and c not in direct and _is_warning(c) and c.candidate.own & taken and drugs_in(c.candidate.text) & named)
    return list(islice(warned, 1))


def _is_warning(item: Chosen) -> bool:
    direction = item.candidate.evidence.direction
    return direction is not Direction.NO_DIFFERENCE and (item.role is StatementRole.CONTRAINDICATION or direction is Direction.HARM or stance_of(item.candidate.text) < 0)


def _held_by(direct: Sequence[Chosen], numbers: dict[str, float]) -> dict[str, float]:
    """Return a person's numbers where the first statement holds for them, else none: then nothing is left out by a number."""
    return numbers if direct and decided_by(numbers, direct[0].candidate.text) > 0 else {}


def _without_others(query: Query, direct: list[Chosen]) -> list[Chosen]:
    """Return a direct answer without what its numbers say is for others, where the first statement holds for the person."""
    numbers = _held_by(direct, asked_of(query.text))
    return [item for item in direct if not is_excluded(numbers, item.candidate.text)]


def for_the_person(query: Query, chosen: list[Chosen], direct: Sequence[Chosen]) -> list[Chosen]:
    """Return what is chosen without what is to be done for people of another age or kidney function, where the direct answer holds for the person."""
    numbers = _held_by(direct, {measure: value for measure, value in asked_of(query.text).items() if measure in _OF_THE_PERSON})
    return [item for item in chosen if item in direct or item.role not in _DONE or not is_excluded(numbers, item.candidate.text)]


def _weightiest_first(query: Query, topics: Topics, direct: list[Chosen]) -> list[Chosen]:
    """Return a direct answer in the order of weight.

    First a statement that names all that the first one names, and more. Where it is asked whether to do a thing, what rules it out
    for more of the question than that goes before, and what rules it out for people of whom a question says nothing goes after.
    """
    if not direct or any(concept.implied for concept in query.facets.conditions):  # then what is named is what did not help
        return direct
    whether, first, named = asks_whether(query), direct[0].candidate, frozenset(topics.named)
    numbers = _held_by(direct, asked_of(query.text))  # where the first holds for the person, none goes before it that does not
    fuller = [c for c in direct if c.candidate.covered & named > first.covered & named and c.candidate.relevance >= first.relevance - AS_NEAR and not is_excluded(numbers, c.candidate.text)]
    fuller.sort(key=lambda c: prefers_one(topics, c.candidate.text) == 0.0)
    ruling_out = [c for c in direct if whether and _forbids(topics, c) and speaks_of(query, topics, c.candidate.text) == -1.0 and not warns_some_alone(query, topics, c)]
    ordered = list(dict.fromkeys([*ruling_out[:1], *fuller[:1], *direct]))
    if not whether or not named <= ordered[0].candidate.covered:
        return ordered
    told = ordered[0].candidate.own & named
    of_some = [c for c in ordered if warns_some_alone(query, topics, c)]
    of_all = [c for c in ordered if c not in of_some]
    return of_all + of_some if any(c.candidate.own & named >= told for c in of_all) else ordered


def _of_the_asker(query: Query, topics: Topics, chosen: Sequence[Chosen]) -> Sequence[Chosen]:
    """Return what may answer at once: nothing superseded by what is shown, nor on other people alone, where that leaves anything."""
    current = {c.candidate.card.document_id for c in chosen}
    spoken = [c for c in chosen if c.candidate.card.source.superseded_by not in current] or chosen
    if not is_child(query.text):  # a child's dose is no answer for anybody else, however near its words come
        spoken = [c for c in spoken if not of_children_alone(c.candidate.text) or says_for_whom_alone(c.candidate.text)] or spoken
    never = never_had(query.text)
    if never is not None:
        spoken = [c for c in spoken if not never.search(c.candidate.text)] or spoken
    if asks_what_to_do(query, topics) and not _PREGNANT.search(query.text) and not topics.populations:
        spoken = [c for c in spoken if not _PREGNANT.search(c.candidate.text)] or spoken
    return spoken


def is_on_it(topics: Topics, direct: Sequence[Chosen], chosen: Sequence[Chosen]) -> bool:
    """Tell whether any of what is shown is likely enough to answer, and the first statement names any of what an answer must be about, or
    is sure enough to answer without.

    Where no passage of the index names a condition that was asked about, or the direct answer not its numbered type, the
    condition that qualifies it or the kind that no passage names either, what is said of others is none of it; nor is an unlikely answer that names no condition.
    """
    if topics.conditions and not any(_stands_in(topics, place, chosen) for place in topics.conditions):
        return False
    kinds = [(c, kind) for c, kind in topics.qualified if kind in topics.conditions or topics.is_type(c, kind) or not (topics.all[kind].passages or topics.all[kind].concept.everyday)]
    if kinds and not any(item.candidate.covered.issuperset(pair) for item in direct for pair in kinds):
        return False
    if not direct or chosen[0].candidate.relevance < (LEAST_OF_ONE if topics.of_a_condition_alone else LEAST):
        return False
    first = direct[0].candidate
    if topics.conditions and first.relevance < UNLIKELY and all(item.candidate.covered.isdisjoint(topics.conditions) for item in direct):
        return False
    return not first.covered.isdisjoint(topics.anchors) or first.relevance >= SURE


def _stands_in(topics: Topics, place: int, chosen: Sequence[Chosen]) -> bool:
    """Tell whether a passage of the index names a thing; by what is shown, where its stem is another word's."""
    topic = topics.all[place]
    return topic.passages > 0 and not (topic.misread and all(place not in item.candidate.covered for item in chosen))


def _forbids(topics: Topics, item: Chosen, *, things: int = 2) -> bool:
    """Tell whether a statement rules out an intervention beside another thing, both of which the question names; of as many `things` in all."""
    own = item.candidate.own
    return item.role is StatementRole.CONTRAINDICATION and stance_of(item.candidate.text) < 0 and not own.isdisjoint(topics.interventions) and len(own.intersection(topics.named)) >= things


def _contradicts(topics: Topics, a: Chosen, b: Chosen) -> bool:
    """Tell whether two statements of different documents name the same things asked about and point in opposite directions."""
    anchors = frozenset(topics.anchors)
    different = a.candidate.card.document_id != b.candidate.card.document_id
    return different and a.candidate.covered & anchors == b.candidate.covered & anchors and disagree(a.candidate, b.candidate)
