"""A question in; how well each statement that is shown would answer it at once, out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragqa.compose.asking import asking_part, asks_whether
from ragqa.compose.choose import Chosen, asks_what_to_do, comes_first
from ragqa.compose.people import CHILDREN, is_child
from ragqa.compose.plan import Plan
from ragqa.compose.ranges import asked_of, decided_by
from ragqa.compose.roles import SETTLES_NOTHING
from ragqa.compose.stance import recommends
from ragqa.compose.topic import Topics
from ragqa.patterns import lazy_pattern
from ragqa.types import Query
from ragqa.vocabulary import Intent, SourceKind, StatementRole

ROLE_DECIDES = frozenset({Intent.TREATMENT, Intent.DOSING, Intent.HARM, Intent.PREVENTION})
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
_STRONG_KINDS = frozenset({SourceKind.GUIDELINE, SourceKind.SYSTEMATIC_REVIEW, SourceKind.RANDOMISED_TRIAL})


class Fitness:
    """What is known of a question, and how its statements are weighed by it as answers."""

    def __init__(self, query: Query, topics: Topics, plan: Plan, chosen: Sequence[Chosen]) -> None:
        text = query.text
        self.what_to_do = asks_what_to_do(query, topics)
        self._query, self._topics, self._plan = query, topics, plan
        self._anchors = frozenset(topics.anchors)
        self._for_children = is_child(text)
        self._first_time = bool(_FIRST.search(text)) or (self.what_to_do and not _AGAIN.search(text))
        self._asking = topics.covered(asking_part(text)).intersection(topics.interventions)  # "on ramipril, can I add losartan?" asks about losartan
        self._together = len(topics.interventions) > 1 and _TOGETHER.search(text) is not None
        self._switching = _SWITCHING.search(text) is not None
        self._numbers = asked_of(text) if asks_whether(query) or Intent.DOSING in query.intents else {}
        self._for_others = not any(self._is_on_it(item) and item.role not in SETTLES_NOTHING and decided_by(self._numbers, item.candidate.text) > 0 for item in chosen)  # none holds for the person

    def of(self, item: Chosen) -> tuple[float, float]:
        """Return the log-odds of a statement as an answer, and the share of the question that it names itself."""
        weight = item.candidate.relevance + self._of_role(item) + self._of_people(item) + self._of_things(item) + self._of_numbers(item)
        return weight, self._topics.share(item.candidate.own)

    def _is_on_it(self, item: Chosen) -> bool:
        return not self._topics.interventions or not item.candidate.own.isdisjoint(self._topics.interventions)

    def _of_role(self, item: Chosen) -> float:
        """Weigh what a statement does, and what kind of source says it."""
        role, aspects = item.role, self._query.aspects
        asked = 1.0 if role in aspects[:1] else 0.5 if role in aspects else 0.0
        asked -= NO_ADVICE if self._query.intents[0] in ROLE_DECIDES and role in _NO_ADVICE and role not in aspects else 0.0
        settled = 0.2 if item.candidate.card.source.kind in _STRONG_KINDS else 0.0
        first = COMES_FIRST if self.what_to_do and comes_first(self._topics, item.candidate) else 0.0
        return asked + settled + first - _BACKWARD.get(role, 0.0) * (3.0 if self._plan.unlinked else 1.0)  # that nothing links them is said already

    def _of_people(self, item: Chosen) -> float:
        """Weigh whether it is on a child where one is asked about, and on a first episode where that is."""
        text = item.candidate.text
        elsewhere = OTHER_AGE if self._for_children and not CHILDREN.search(text) else 0.0
        later = LATER if self._first_time and _AGAIN.search(text) and not _INITIAL.search(text) else 0.0
        return -elsewhere - later

    def _of_things(self, item: Chosen) -> float:
        """Weigh what it names, and whether it is on two treatments together or one after the other where that is asked."""
        candidate = item.candidate
        off = OFF if candidate.covered.isdisjoint(self._anchors) or (self._asking and candidate.own.isdisjoint(self._asking)) else 0.0
        both = JOINS if self._together and _JOINS.search(candidate.text) and candidate.own.issuperset(self._topics.interventions) else 0.0
        return both - off + SWITCHES * (self._switching and _SWITCHES.search(candidate.text) is not None)

    def _of_numbers(self, item: Chosen) -> float:
        """Weigh whether it holds for the person's numbers, or, where nothing does, for whom a thing is recommended."""
        held = decided_by(self._numbers, item.candidate.text)
        return DECIDING * ((held > 0 and self._is_on_it(item)) or (held < 0 and self._for_others and recommends(item.candidate, self._topics.interventions)))
