"""Candidates and a plan in; the evidence that the answer shows, by section and role, out: slots before scores."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from ragqa.compose.aims import on_the_aim
from ragqa.compose.asking import asks_whether, has_parts, is_wide
from ragqa.compose.evidence import Candidate, named_by_title
from ragqa.compose.heard import CLOSE, on_the_thing, on_topic, to_the_purpose
from ragqa.compose.kinds import OF_ONE_THING
from ragqa.compose.plan import Plan
from ragqa.compose.roles import AGAINST, WARNINGS, advises_against
from ragqa.compose.topic import Topics, only_compared_with
from ragqa.patterns import lazy_pattern
from ragqa.text import terms, words
from ragqa.types import RESULTS, Query
from ragqa.vocabulary import Direction, Intent, StatementRole

SAME_FROM = 0.75  # share of the terms of a sentence that one which says no more holds
FLOOR = 3.25  # how far below the best log-odds a statement may lie
WIDE_QUESTION_FLOOR = 3.75  # the same where a question is on all of a thing, or on two
NARROW_FLOOR, HALF_FLOOR, FEW_THINGS = 2.5, 2.0, 3  # the same where it is asked whether to do a thing, or for a dose, and few things are named; and there for what names not all that is asked about
SLOT_FLOOR = 3.0  # the same for the first statement of an asked slot
CAP_ASKED, CAP_OTHER, CAP_TOLD = 12, 8, 2
_TOLD = frozenset({StatementRole.PROGNOSIS, StatementRole.EPIDEMIOLOGY, StatementRole.MECHANISM, StatementRole.BACKGROUND, StatementRole.REGULATION})  # what is told of a disease and not asked for leaves room for what is done
_TOLD_BESIDE = _TOLD - {StatementRole.EPIDEMIOLOGY} | {StatementRole.CURRENCY, StatementRole.METHODS}
ASKED_WIDELY = 3  # of the roles asked for, those for which several documents are heard
DOCUMENTS_A_SLOT = 5
STUDIES_A_SLOT = 8  # of a thing that is asked about at large
WIDE_FLOOR = 3.0
CAP_DOCUMENT = 9  # statements of one document in one of several sections
LIMIT_FLOOR, MOST_LIMITS, MOST_WARNINGS, MOST_WARNINGS_NEXT = 6.0, 2, 4, 6
FIRST_FLOOR, MOST_FIRST = 3.0, 2
_CARE = frozenset({Intent.TREATMENT, Intent.DOSING})
_MEASURED = frozenset({StatementRole.DOSING, StatementRole.MONITORING})
_LIMIT = lazy_pattern(r"\b(?:limit(?:s|ing)?|(?:no|not) more than|not (?:to )?exceed\w*|maximum|at most)\b[^.]*\d|\d[^.]*\b(?:limit|maximum)\b", re.IGNORECASE)
_FIRST_LINE = lazy_pattern(r"\b(?:first[- ]line|first choice|step (?:1|one) treatment|treatment of choice|(?:as|is) (?:the )?(?:usual|preferred|initial)|recommends (?:[\w-]+ ){1,4}first\b|initial (?:treatment|therapy|management))\b", re.IGNORECASE)
_NUMBER = lazy_pattern(r"\d+(?:[.,]\d+)*")
DENIES = lazy_pattern(r"\b(?:no|not|never|without|neither|nor|against|cannot|fails?|failed|lack(?:s|ed)?)\b", re.IGNORECASE)
_ASIDE: dict[StatementRole, int] = {  # what is shown a few times only, however relevant
    StatementRole.EVIDENCE_GAP: 3,
    StatementRole.LIMITATION: 2,
    StatementRole.POPULATION: 2,
    StatementRole.DEFINITION: 2,
    StatementRole.METHODS: 1,
    StatementRole.CURRENCY: 1,
}


class Chosen(NamedTuple):
    """A candidate that is shown, its section, and those of other documents that say the same."""

    candidate: Candidate
    facet: int
    same: tuple[Candidate, ...] = ()

    @property
    def role(self) -> StatementRole:
        """Return the role under which it is shown."""
        return self.candidate.evidence.role


def choose(query: Query, topics: Topics, plan: Plan, found: Sequence[Candidate], *, most_words: int) -> list[Chosen]:
    """Return what the answer shows, best first, within `most_words` words.

    First one statement for each section and asked role, then what each study of a thing asked about at large found, then the
    rest by relevance, capped a section and role, as far as they come near the best. Near-duplicates merge into one with
    several citations.
    """
    told = to_the_purpose(query, topics, on_the_thing(topics, found))
    everything = [(c, facet) for c in told if (facet := plan.facet_of(c, topics)) is not None]
    if not everything:
        return []
    best = everything[0][0].relevance
    nearest = _nearest(plan, everything)
    placed = on_topic(query, topics, plan, everything)
    picker = _Picker(query, plan, most_words)
    slots = list(product(query.aspects, range(len(plan.facets))))

    def in_slot(role: StatementRole | None, facet: int, floor: float) -> list[tuple[Candidate, int]]:
        least = nearest.get(facet, best) - floor
        return [(c, f) for c, f in placed if f == facet and role in {None, c.evidence.role} and c.relevance >= least]

    for role, facet in slots:
        picker.take_first(in_slot(role, facet, SLOT_FLOOR))
    for facet in range(len(plan.facets)):
        picker.take_first(in_slot(None, facet, SLOT_FLOOR))
    studies = _of_studies(topics, plan, everything) if query.at_large else []
    for role, facet in slots:
        picker.take_one_each(_results(role, topics, facet, studies), documents=STUDIES_A_SLOT)
    needed = (*_first_line(query, topics, placed, best), *_limits(query, placed, best), *_warnings(query, topics, plan, found, best), *_of_the_aim(query, topics, plan, found), *_status(query, everything))
    for candidate, facet in needed:
        picker.take(candidate, facet)
    for role, facet in slots[: ASKED_WIDELY * len(plan.facets)]:
        picker.take_one_each(in_slot(role, facet, WIDE_FLOOR), documents=DOCUMENTS_A_SLOT)
    within = _floors(query, topics, placed)
    for candidate, facet in _care_first(query, placed):
        if candidate.relevance >= nearest.get(facet, best) - within(candidate):
            picker.take(candidate, facet)
    return sorted(picker.chosen, key=lambda c: (-c.candidate.relevance, c.candidate.evidence.passage_id, c.candidate.evidence.span.start))


def _care_first(query: Query, placed: Sequence[tuple[Candidate, int]]) -> Sequence[tuple[Candidate, int]]:
    """Return candidates, where all of the care of a thing is asked for, with what is told of it beside behind the rest: there is not room for all."""
    if query.intents[0] is not Intent.TREATMENT or not is_wide(query):
        return placed
    return sorted(placed, key=lambda pair: pair[0].evidence.role in _TOLD_BESIDE)


def _floors(query: Query, topics: Topics, placed: Sequence[tuple[Candidate, int]]) -> Callable[[Candidate], float]:
    """Return how far below the best each candidate may lie: the less, the narrower the question; the best of each source is heard all the same."""
    best_of_source = {c.card.document_id: c for c, _ in reversed(placed)}
    narrow, named = _is_narrow(query, topics), frozenset(topics.named)
    floor = WIDE_QUESTION_FLOOR if is_wide(query) else NARROW_FLOOR if narrow else FLOOR

    def within(candidate: Candidate) -> float:
        if candidate is best_of_source[candidate.card.document_id]:
            return WIDE_QUESTION_FLOOR
        return floor if named <= candidate.own or not narrow else HALF_FLOOR

    return within


def _is_narrow(query: Query, topics: Topics) -> bool:
    """Tell whether a question asks one thing of few things: whether to do it, or its dose."""
    return len(topics.named) <= FEW_THINGS and not has_parts(query.text) and (asks_whether(query) or query.intents[0] is Intent.DOSING)


def _first_line(query: Query, topics: Topics, placed: Sequence[tuple[Candidate, int]], best: float) -> list[tuple[Candidate, int]]:
    """Return what is said to come first, where it is asked what to do."""
    if query.next_step or not asks_what_to_do(query, topics):
        return []
    first = [(c, f) for c, f in placed if comes_first(topics, c) and c.relevance >= best - FIRST_FLOOR]
    return first[:MOST_FIRST]


def asks_what_to_do(query: Query, topics: Topics) -> bool:
    """Tell whether a question asks for the treatment of a condition, and names none."""
    return query.intents[0] is Intent.TREATMENT and bool(topics.conditions) and not topics.interventions


def comes_first(topics: Topics, candidate: Candidate) -> bool:
    """Tell whether a recommendation names a treatment as the first to give, in a document on a condition asked about."""
    on_it = not named_by_title(topics, candidate.card).isdisjoint(topics.conditions)
    return on_it and candidate.evidence.role is StatementRole.RECOMMENDATION and bool(_FIRST_LINE.search(candidate.text)) and not advises_against(candidate.text)


def _limits(query: Query, placed: Sequence[tuple[Candidate, int]], best: float) -> list[tuple[Candidate, int]]:
    """Return what is said of how far a treatment may go, where treatment is asked for: too much of it harms. Of several documents each is heard."""
    if query.intents[0] not in _CARE:
        return []
    limits = [(c, f) for c, f in placed if c.evidence.role in _MEASURED and c.relevance >= best - LIMIT_FLOOR and _LIMIT.search(c.text)]
    first = {c.card.document_id: (c, f) for c, f in reversed(limits)}
    return list(dict.fromkeys([*sorted(first.values(), key=limits.index), *limits]))[:MOST_LIMITS]


def _warnings(query: Query, topics: Topics, plan: Plan, found: Sequence[Candidate], best: float) -> list[tuple[Candidate, int]]:
    """Return what warns of a drug that the person takes already, where treatment is asked for: what is added to it may harm."""
    taken = frozenset(topics.populations)
    if query.intents[0] not in _CARE or not taken:
        return []
    warnings = [c for c in found if c.evidence.role in WARNINGS and c.own & taken and c.relevance >= best - LIMIT_FLOOR]
    return [(c, facet) for c in warnings if (facet := plan.facet_of(c, topics)) is not None][: MOST_WARNINGS_NEXT if query.next_step else MOST_WARNINGS]


def _of_the_aim(query: Query, topics: Topics, plan: Plan, found: Sequence[Candidate]) -> list[tuple[Candidate, int]]:
    """Return how far one treatment does what another is given beside it to prevent, though no document joins the two."""
    return [(c, plan.facet_of(c, topics) or 0) for c in on_the_aim(query.text, topics, found)]


def _status(query: Query, placed: Sequence[tuple[Candidate, int]]) -> list[tuple[Candidate, int]]:
    """Return for what a thing is approved, one statement a section, where its benefits and risks at large are asked about."""
    if not (query.at_large and RESULTS.issubset(query.aspects)):
        return []
    first = {facet: candidate for candidate, facet in reversed(placed) if candidate.evidence.role is StatementRole.REGULATION}
    return [(candidate, facet) for facet, candidate in sorted(first.items())]


def _nearest(plan: Plan, placed: Sequence[tuple[Candidate, int]]) -> dict[int, float]:
    """Return for each section the log-odds of its best statement, or, where things do not stand apart, of the best of all.

    Where they do, it is the best that tells of the thing: that nothing is known of them together is said already.
    """
    if not plan.strict:
        return {}
    nearest: dict[int, float] = {}
    for candidate, facet in placed:
        if candidate.evidence.role is not StatementRole.EVIDENCE_GAP:
            nearest.setdefault(facet, candidate.relevance)
    return nearest


def _of_studies(topics: Topics, plan: Plan, placed: Sequence[tuple[Candidate, int]]) -> list[tuple[Candidate, int]]:
    """Return what studies report of an intervention asked about: an effect with a direction or a number, or a harm.

    Where documents join the things asked about, of those only: a study of the one alone is no study of both.
    """
    asked = frozenset(topics.interventions)
    return [
        (c, f)
        for c, f in placed
        if c.evidence.role in RESULTS
        and c.own & asked
        and c.card.source.kind in OF_ONE_THING
        and (not plan.linking or c.card.document_id in plan.linking)
        and (c.evidence.role is not StatementRole.EFFECT or c.evidence.direction is not Direction.UNSTATED or _NUMBER.search(c.text))
    ]


def _results(role: StatementRole, topics: Topics, facet: int, studies: Sequence[tuple[Candidate, int]]) -> list[tuple[Candidate, int]]:
    """Return what each study found, though far from the question's words: of a study, what it puts first among its nearest."""
    by_study: dict[str, list[Candidate]] = {}
    for c, f in studies:
        if f == facet and c.evidence.role is role:
            by_study.setdefault(c.card.document_id, []).append(c)

    def first(c: Candidate) -> tuple[bool, int]:
        return only_compared_with(topics, topics.interventions, c.text), c.evidence.span.start

    return [(min((c for c in found if c.relevance >= found[0].relevance - CLOSE), key=first), facet) for found in by_study.values()]


class _Picker:
    """Takes candidates one by one while there is room."""

    def __init__(self, query: Query, plan: Plan, most_words: int) -> None:
        self.chosen: list[Chosen] = []
        self._sections = len(plan.facets)
        self._sources: Counter[tuple[int, str]] = Counter()
        self._asked = frozenset(query.aspects)
        self._room = most_words
        self._slots: Counter[tuple[int, StatementRole]] = Counter()

    def take_first(self, placed: Iterable[tuple[Candidate, int]]) -> None:
        """Take the first of candidates that is not shown yet."""
        for candidate, facet in placed:
            if self.take(candidate, facet):
                return

    def take_one_each(self, placed: Iterable[tuple[Candidate, int]], *, documents: int) -> None:
        """Take the first candidate of each of so many documents."""
        seen: set[str] = set()
        for candidate, facet in placed:
            if candidate.card.document_id not in seen and len(seen) < documents:
                seen.add(candidate.card.document_id)
                self.take(candidate, facet)

    def take(self, candidate: Candidate, facet: int) -> bool:
        """Take a candidate unless it is shown already, its slot is full or there is no room left."""
        for place, held in enumerate(self.chosen):
            if same_claim(held.candidate, candidate):
                self._merge(place, candidate)
                return True
        slot = (facet, candidate.evidence.role)
        source = (facet, candidate.card.document_id)
        size = len(words(candidate.text))
        if size > self._room or self._slots[slot] >= self._cap(slot[1]):
            return False
        if self._sections > 1 and self._sources[source] >= CAP_DOCUMENT:
            return False
        self._sources[source] += 1
        self._slots[slot] += 1
        self._room -= size
        self.chosen.append(Chosen(candidate, facet))
        return True

    def _cap(self, role: StatementRole) -> int:
        if role in self._asked:
            return _ASIDE.get(role) or CAP_ASKED
        return _ASIDE.get(role) or (CAP_TOLD if role in _TOLD else CAP_OTHER)

    def _merge(self, place: int, candidate: Candidate) -> None:
        held = self.chosen[place]
        documents = {held.candidate.card.document_id, *(c.card.document_id for c in held.same)}
        if candidate.card.document_id not in documents and _says_all(candidate.text, held.candidate.text):
            self.chosen[place] = held._replace(same=(*held.same, candidate))


def same_claim(a: Candidate, b: Candidate) -> bool:
    """Tell whether one of two sentences says all that the other does, in nearly the same words: equal numbers, equal negation.

    Where each has a word of its own, they are two claims: "recommends A for gout" and "recommends B for gout".
    """
    if a.card.document_id == b.card.document_id and _overlap(a, b):
        return True
    return _says_all(a.text, b.text) or _says_all(b.text, a.text)


def _says_all(text: str, of: str) -> bool:
    """Tell whether a sentence says all that another does, and little more."""
    whole, part = _claim_of(text), _claim_of(of)
    near = part.terms <= whole.terms and len(part.terms) >= SAME_FROM * len(whole.terms)
    return near and whole.numbers == part.numbers and whole.denials == part.denials


class _Claim(NamedTuple):
    """What two sentences are compared by."""

    terms: frozenset[str]
    numbers: tuple[str, ...]
    denials: int


@lru_cache(maxsize=20_000)
def _claim_of(text: str) -> _Claim:
    return _Claim(frozenset(terms(text)), tuple(_NUMBER.findall(text)), len(DENIES.findall(text)))


def _overlap(a: Candidate, b: Candidate) -> bool:
    return a.evidence.span.start < b.evidence.span.end and b.evidence.span.start < a.evidence.span.end


def disagree(a: Candidate, b: Candidate) -> bool:
    """Tell whether two sentences point in opposite directions."""
    pair = {a.evidence.direction, b.evidence.direction}
    return Direction.BENEFIT in pair and bool(pair & AGAINST)
