"""Chosen evidence in; the statements that answer at once, out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragqa.compose.asking import asking_part, asks_whether
from ragqa.compose.choose import Chosen, asks_what_to_do, comes_first, disagree
from ragqa.compose.denied import never_had
from ragqa.compose.people import CHILDREN, is_child, of_children_alone
from ragqa.compose.plan import Plan
from ragqa.compose.ranges import asked_of, decided_by, is_excluded
from ragqa.compose.roles import SETTLES_NOTHING, WARNINGS
from ragqa.compose.stance import AS_NEAR, recommends, speaks_of, warns_some_alone
from ragqa.compose.topic import Topics, only_compared_with
from ragqa.patterns import lazy_pattern
from ragqa.types import RESULTS, Query
from ragqa.vocabulary import Direction, Intent, SourceKind, StatementRole

MOST_DIRECT = 3
MOST_FACETS = 3  # things asked about at large, each with an effect and a harm
THIRD_WITHIN = 2.0  # log-odds of the first within which a third statement is shown
NEAR = 1.0  # log-odds within which another document is as good
RULES_OUT_WITHIN = 3.0  # log-odds within which what rules a thing out is told where it is asked whether to do it
ROLE_WITHIN = 2.0  # log-odds within which a statement of the asked role goes before one of another
_ROLE_DECIDES = frozenset({Intent.TREATMENT, Intent.DOSING, Intent.HARM, Intent.PREVENTION})
_BACKWARD = {  # log-odds that a role loses as an answer
    StatementRole.EVIDENCE_GAP: 1.0,
    StatementRole.BACKGROUND: 1.5,
    StatementRole.POPULATION: 1.5,
    StatementRole.LIMITATION: 1.5,
    StatementRole.METHODS: 1.5,
    StatementRole.CURRENCY: 1.5,
}
NO_ADVICE = 1.0  # log-odds that what a thing is, why or how often loses, where care is asked about
_NO_ADVICE = frozenset({StatementRole.DEFINITION, StatementRole.MECHANISM, StatementRole.EPIDEMIOLOGY, StatementRole.PROGNOSIS})
COMES_FIRST = 1.0  # log-odds that a treatment said to come first gains as an answer, where none is named and treatment is asked about
OTHER_AGE = 1.5  # log-odds that a statement which names no children loses as an answer for one
DECIDING = 1.5  # log-odds that a statement whose range holds the person's number gains as an answer, where it is asked whether to do a thing
LATER = 1.5  # log-odds that what holds for a recurrence loses as an answer on a first episode
_FIRST = lazy_pattern(r"\b(?:first|initial)\b(?:[- ]ever)? ?(?:\w+ ){0,2}(?:episode|attack|time|infection|bout)\b|\bfirst-?time\b", re.IGNORECASE)
_AGAIN = lazy_pattern(r"\b(?:recurren\w+|relaps\w+|second episode|further episodes?)\b", re.IGNORECASE)
_INITIAL = lazy_pattern(r"\b(?:first|initial)\b", re.IGNORECASE)
JOINS = 1.5  # log-odds that a statement on a combination gains as an answer, where it is asked about
_TOGETHER = lazy_pattern(r"\b(?:together|combin\w+|both|at the same time|alongside|along with|on top of|as well as|dual)\b", re.IGNORECASE)
_JOINS = lazy_pattern(r"\b(?:combin\w+|together|concurrent\w*|concomitant\w*|dual)\b", re.IGNORECASE)
SWITCHES = 1.5  # log-odds that a statement on the time between two treatments gains as an answer, where one is to follow the other
_SWITCHING = lazy_pattern(r"\b(?:switch\w*|swap\w*|chang\w+ (?:\w+ ){0,3}(?:from|over|to)|wash-?out|(?:took|used|had|dose of) (?:\w+ ){0,4}(?:yesterday|this morning|last night|today))\b", re.IGNORECASE)
_SWITCHES = lazy_pattern(r"\b(?:within|at least|wait\w*|after) (?:\w+ ){0,3}\d+ (?:to \d+ )?(?:hours|days|weeks)\b|\b\d+ (?:to \d+ )?(?:hours|days) (?:after|of the last)|\bswitch\w*|\bwash-?out\b", re.IGNORECASE)
OFF = 1.5  # log-odds that a statement which names nothing of what the answer must be about loses as an answer
SURE = -1.0  # log-odds from which a statement may answer all the same
LEAST = -3.5  # log-odds below which nothing that is shown answers
LEAST_OF_ONE = -2.5  # the same where an aspect of a condition is asked about and nothing else: a page on it would say so
UNLIKELY = -3.0  # log-odds below which the first statement does not answer where no direct statement names a condition asked about
_SAYS_WHICH = frozenset({Direction.BENEFIT, Direction.NO_DIFFERENCE})
_PREGNANT = lazy_pattern(r"\b(?:pregnan\w*|gestational|gestation|postpartum|postnatal\w*|preconception|breast-?feeding|births?|labour|delivery|baby|antenatal\w*|GDM|PPH|pre-?eclampsia|eclampsia)\b", re.IGNORECASE)
_STRONG_KINDS = frozenset({SourceKind.GUIDELINE, SourceKind.SYSTEMATIC_REVIEW, SourceKind.RANDOMISED_TRIAL})


def direct_answer(query: Query, topics: Topics, plan: Plan, chosen: Sequence[Chosen]) -> list[Chosen]:
    """Return one to three statements that answer at once: a section each, the asked role and the best covered first."""
    for_children, what_to_do = is_child(query.text), asks_what_to_do(query, topics)
    anchors = frozenset(topics.anchors)
    numbers = asked_of(query.text) if asks_whether(query) or Intent.DOSING in query.intents else {}
    asking = topics.covered(asking_part(query.text)).intersection(topics.interventions)  # "on ramipril, can I add losartan?" asks about losartan
    together = len(topics.interventions) > 1 and _TOGETHER.search(query.text) is not None
    switching = _SWITCHING.search(query.text) is not None

    def on_it(item: Chosen) -> bool:
        return not topics.interventions or not item.candidate.own.isdisjoint(topics.interventions)

    for_others = not any(on_it(item) and item.role not in SETTLES_NOTHING and decided_by(numbers, item.candidate.text) > 0 for item in chosen)  # none holds for the person
    first_time = bool(_FIRST.search(query.text)) or (what_to_do and not _AGAIN.search(query.text))

    def fit(item: Chosen) -> tuple[float, float]:
        role = item.role
        asked = 1.0 if role in query.aspects[:1] else 0.5 if role in query.aspects else 0.0
        asked -= NO_ADVICE if query.intents[0] in _ROLE_DECIDES and role in _NO_ADVICE and role not in query.aspects else 0.0
        settled = 0.2 if item.candidate.card.source.kind in _STRONG_KINDS else 0.0
        backward = -_BACKWARD.get(role, 0.0) * (3.0 if plan.unlinked else 1.0)  # that nothing links them is said already
        elsewhere = -OTHER_AGE if for_children and not CHILDREN.search(item.candidate.text) else 0.0
        first = COMES_FIRST if what_to_do and comes_first(topics, item.candidate) else 0.0
        later = -LATER if first_time and _AGAIN.search(item.candidate.text) and not _INITIAL.search(item.candidate.text) else 0.0
        off = -OFF if item.candidate.covered.isdisjoint(anchors) or (asking and item.candidate.own.isdisjoint(asking)) else 0.0
        both = JOINS if together and _JOINS.search(item.candidate.text) and item.candidate.own.issuperset(topics.interventions) else 0.0
        both += SWITCHES * (switching and _SWITCHES.search(item.candidate.text) is not None)
        held = decided_by(numbers, item.candidate.text)
        decides = DECIDING * ((held > 0 and on_it(item)) or (held < 0 and for_others and recommends(item.candidate, topics.interventions)))
        return (elsewhere + first + later + off + both + decides + item.candidate.relevance + asked + settled + backward, topics.share(item.candidate.own))

    spoken = _of_the_asker(query, topics, chosen)
    ranked = sorted(spoken, key=lambda c: (*(-x for x in fit(c)), c.candidate.evidence.passage_id))
    leading = ranked
    if ranked and query.intents[0] in _ROLE_DECIDES:
        least = fit(ranked[0])[0] - ROLE_WITHIN
        # What warns people who are treated otherwise is the first for them to know.
        of_them = [c for c in ranked if what_to_do and not c.candidate.covered.isdisjoint(topics.special) and c.role in WARNINGS and fit(c)[0] >= least]
        leading = [*of_them[:1], *(c for role in query.aspects[:2] for c in ranked if c.role is role and fit(c)[0] >= least)] or ranked
        named = frozenset(topics.named)
        if ranked[0].candidate.covered & named > leading[0].candidate.covered & named:  # whatever it does, it is on more of the question
            leading = [ranked[0], *(c for c in leading if c is not ranked[0])]
        ranked = leading + [c for c in ranked if c not in leading]
    if query.at_large and RESULTS.issubset(query.aspects):
        return _both_sides(topics, plan, ranked)
    leading = [c for c in leading if c.candidate.card.document_id in plan.linking] or leading
    direct: list[Chosen] = []
    for facet in range(len(plan.facets)):
        direct += [c for c in leading if c.facet == facet][:1]
    direct = sorted(direct, key=ranked.index)[:MOST_DIRECT]
    # Then what forbids it in the condition asked about, what disagrees with the first, what another document says, and at last more of the same document.
    contrary = [c for c in ranked if direct and _contradicts(topics, direct[0], c)]
    elsewhere = [c for c in ranked if direct and c.candidate.card.document_id != direct[0].candidate.card.document_id and fit(c)[0] >= fit(direct[0])[0] - NEAR]
    within = RULES_OUT_WITHIN if asks_whether(query) else NEAR
    forbids = [c for c in ranked if _forbids(topics, c) and c.candidate.relevance >= ranked[0].candidate.relevance - within]
    for item in (*forbids[:1], *contrary[:1], *elsewhere, *ranked):
        if len(direct) >= MOST_DIRECT or (len(direct) > 1 and fit(item)[0] < fit(direct[0])[0] - THIRD_WITHIN):
            break
        if item not in direct:
            direct.append(item)
    return _for_the_person(query, _weightiest_first(query, topics, direct))


def _for_the_person(query: Query, direct: list[Chosen]) -> list[Chosen]:
    """Return a direct answer without what its numbers say is for others, where the first statement holds for the person."""
    numbers = asked_of(query.text)
    if not direct or decided_by(numbers, direct[0].candidate.text) <= 0:
        return direct
    return [item for item in direct if not is_excluded(numbers, item.candidate.text)]


def _weightiest_first(query: Query, topics: Topics, direct: list[Chosen]) -> list[Chosen]:
    """Return a direct answer in the order of weight.

    First a statement that names all that the first one names, and more. Where it is asked whether to do a thing, what rules it out
    for more of the question than that goes before, and what rules it out for people of whom a question says nothing goes after.
    """
    if not direct or any(concept.implied for concept in query.facets.conditions):  # then what is named is what did not help
        return direct
    whether, first, named = asks_whether(query), direct[0].candidate, frozenset(topics.named)
    numbers = asked_of(query.text)
    numbers = numbers if decided_by(numbers, first.text) > 0 else {}  # where the first holds for the person, none goes before it that does not
    fuller = [c for c in direct if c.candidate.covered & named > first.covered & named and c.candidate.relevance >= first.relevance - AS_NEAR and not is_excluded(numbers, c.candidate.text)]
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
        spoken = [c for c in spoken if not of_children_alone(c.candidate.text)] or spoken
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


def _both_sides(topics: Topics, plan: Plan, ranked: Sequence[Chosen]) -> list[Chosen]:
    """Return an effect and a harm of each thing asked about: of the thing itself first, and with a direction before without."""
    direct = []
    for place, facet in enumerate(plan.facets[:MOST_FACETS]):
        mine = sorted((c for c in ranked if c.facet == place), key=lambda c: only_compared_with(topics, facet.places, c.candidate.text))
        effects = sorted((c for c in mine if c.role is StatementRole.EFFECT), key=lambda c: c.candidate.evidence.direction not in _SAYS_WHICH)
        harms = [c for c in mine if c.role is StatementRole.HARM]
        direct += effects[:1] + harms[:1]
    return direct or list(ranked[:1])


def _forbids(topics: Topics, item: Chosen) -> bool:
    """Tell whether a statement rules out an intervention beside another thing, both of which the question names."""
    own = item.candidate.own
    return item.role is StatementRole.CONTRAINDICATION and not own.isdisjoint(topics.interventions) and len(own.intersection(topics.named)) > 1


def _contradicts(topics: Topics, a: Chosen, b: Chosen) -> bool:
    """Tell whether two statements of different documents name the same things asked about and point in opposite directions."""
    anchors = frozenset(topics.anchors)
    different = a.candidate.card.document_id != b.candidate.card.document_id
    return different and a.candidate.covered & anchors == b.candidate.covered & anchors and disagree(a.candidate, b.candidate)
