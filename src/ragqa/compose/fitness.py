"""A question in; how well each statement that is shown would answer it at once, out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragqa.compose.asking import asking_part, asks_age, asks_to_go_on, asks_to_stop, asks_what_to_mind, asks_whether
from ragqa.compose.choose import Chosen, asks_what_to_do, comes_first
from ragqa.compose.denied import barred_in, is_mindful
from ragqa.compose.drugs import A_DRUG
from ragqa.compose.evidence import Candidate
from ragqa.compose.people import CHILDREN, is_child
from ragqa.compose.plan import Plan
from ragqa.compose.ranges import asked_of, decided_by
from ragqa.compose.regimen import Regimen
from ragqa.compose.roles import SETTLES_NOTHING
from ragqa.compose.stance import is_gone, recommends
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
ASKED_FIRST = 2.5  # the same, where the first is asked for
_OR_ELSE = lazy_pattern(r"\b(?:or what|what instead|instead\?|what otherwise|what else)\b", re.IGNORECASE)
_ASKS_FIRST = lazy_pattern(r"\b(?:1st|first)[- ]?(?:line|choice|drug|tablet|agent)\b|\b(?:what|which) (?:drug|antihypertensive|tablet|agent|medicine|antibiotic)s?\b", re.IGNORECASE)
REPLACED = 1.5  # log-odds that a statement of a replaced source loses as an answer, where nothing of the past is asked about
_OF_THEN = lazy_pattern(r"\b(?:19|20)\d\d\b|\b(?:old|older|previous|former|replaced|superseded|used to|still|changed?|no longer)\b", re.IGNORECASE)
NO_DRUG = 1.5  # log-odds that a statement which names no drug loses as an answer, where the first one is asked for
OTHER_AGE = 1.5  # log-odds that a statement which names no children loses as an answer for one
DECIDING = 1.5  # log-odds that a statement whose range holds the person's number gains as an answer, where it is asked whether to do a thing
LATER = 1.5  # log-odds that what holds for a recurrence loses as an answer on a first episode, and gains on a later one
_FIRST = lazy_pattern(r"\b(?:first|initial)\b(?:[- ]ever)? ?(?:\w+ ){0,2}(?:episode|attack|time|infection|bout)\b|\bfirst-?time\b", re.IGNORECASE)
_AGAIN = lazy_pattern(r"\b(?:recurren\w+|relaps\w+|second episode|further episodes?|repeat(?:ed|ing)?|without improvement|(?:recommends?|advises?|suggests?) stopping|after (?:an? )?(?:\d|overcorrection))\b", re.IGNORECASE)
_CAME_BACK = lazy_pattern(r"\b(?:came|come|comes|coming|is|are|it's) back\b|\b(?:recurr\w*|relaps\w*|return(?:ed|s|ing)|flar(?:ed|ing) (?:up )?again|again|(?:second|third|fourth|2nd|3rd|4th) (?:bout|episode|attack|time|recurrence))\b", re.IGNORECASE)
_RECURRENT = lazy_pattern(r"\b(?:recurren\w+|relaps\w+|second episode|further episodes?)\b", re.IGNORECASE)
_ALREADY = lazy_pattern(r"\b(?:after|since|already|so far|still|had|given|post)\b|->|\u2192|\bto \d+ in\b", re.IGNORECASE)
_INITIAL = lazy_pattern(r"\b(?:first|initial)\b", re.IGNORECASE)
JOINS = 1.5  # log-odds that a statement on a combination gains as an answer, where it is asked about
_TOGETHER = lazy_pattern(r"\b(?:together|combin\w+|both|at the same time|alongside|along with|on top of|as well as|dual)\b", re.IGNORECASE)
_JOINS = lazy_pattern(r"\b(?:combin\w+|together|simultaneous\w*|at the same time|concurrent\w*|concomitant\w*|dual)\b", re.IGNORECASE)
SWITCHES = 1.5  # log-odds that a statement on the time between two treatments gains as an answer, where one is to follow the other
_SWITCHING = lazy_pattern(r"\b(?:switch\w*|swap\w*|chang\w+ (?:\w+ ){0,3}(?:from|over|to)|wash-?out|(?:took|used|had|dose of) (?:\w+ ){0,4}(?:yesterday|this morning|last night|today))\b", re.IGNORECASE)
_SWITCHES = lazy_pattern(r"\b(?:within|at least|wait\w*|after) (?:\w+ ){0,3}\d+ (?:to \d+ )?(?:hours|days|weeks)\b|\b\d+ (?:to \d+ )?(?:hours|days) (?:after|of the last)|\bswitch\w*|\bwash-?out\b", re.IGNORECASE)
FARES = 1.5  # log-odds that a statement on stopping or going on gains as an answer, where that is asked about; so for what is added to a treatment that does not do
_ON_OR_OFF = lazy_pattern(r"\b(?:stop\w*|discontinu\w*|withdraw\w*|withh\w+|continu(?:e[sd]?|ing)\b(?! monitor)|indefinite\w*|lifelong|taper\w*|should not be used|extended[- ]phase|de-?escalat\w*)\b", re.IGNORECASE)
_COMING_OFF = lazy_pattern(r"\b(?:com(?:e|ing) off|taper\w*|wean\w*|how (?:do|should|can) (?:\w+ ){1,2}stop)\b", re.IGNORECASE)
CUT_OFF = 2.0  # log-odds that a statement which gives the values of a diagnosis gains as an answer, where they are asked for
_ASKS_CUT_OFF = lazy_pattern(r"\b(?:cut-?offs?|(?:what|which) (?:\w+ )?(?:numbers?|levels?|values?|readings?|results?) (?:mean|count|make|is|are|diagnos\w+)|how (?:high|low)|diagnostic (?:criteria|threshold|levels?)|thresholds? for)\b", re.IGNORECASE)
_GIVES_CUT_OFF = lazy_pattern(r"\b(?:diagnos\w+|defin\w+|is a)\b.*\d.*\b(?:or (?:above|more|higher|below|less|lower)|above|below|at least|over|under)\b|\b(?:diagnos\w+|defin\w+|is a)\b.*\b(?:above|below|at least|over|under)\b.*\d", re.IGNORECASE)
SUCH_A_DOSE = 1.0  # log-odds that a statement on the very kind of dose asked for gains as an answer: a starting dose, or the most; so for one on an age, where that is asked for
_TELLS_AGE = lazy_pattern(r"\b(?:ages?|aged|years?(?: old| of age)|older than|younger than)\b", re.IGNORECASE)
_KINDS_OF_DOSE = tuple(
    (lazy_pattern(rf"\b(?:{asked}) (?:\w+ )?(?:dos\w+|mg|strength)\b", re.IGNORECASE), lazy_pattern(rf"\b(?:{told})\b", re.IGNORECASE))
    for asked, told in ((r"start(?:ing)?|initial|opening", r"start\w*|initial\w*"), (r"max(?:imum)?|highest", r"max\w*|up to|not (?:\w+ )?exceed\w*"), (r"loading", r"loading|bolus|at once"), (r"maintenance", r"maintenance|then"))
)
MINDFUL = 2.0  # log-odds that a statement on those who are allergic to a drug gains as an answer for one of them
TARGET = 1.5  # log-odds that a statement which gives a target gains as an answer, where one is asked for
_ASKS_TARGET = lazy_pattern(r"\b(?:targets?|goals?|aim(?:ing)? for)\b", re.IGNORECASE)
_GIVES_TARGET = lazy_pattern(r"\b(?:targets?|goals?|aim\w*)\b[^.]*\d|\d[^.]*\b(?:targets?|goals?)\b", re.IGNORECASE)
MEMBER = 3.5  # log-odds that a statement which names a member gains as an answer, where it is asked which of a class
BEFORE = 1.0  # log-odds that a statement on what goes before a thing gains as an answer, where it is asked what to mind before it
_BEFORE = lazy_pattern(r"\b(?:before|prior to)\b", re.IGNORECASE)
_A_CONDITION = lazy_pattern(r"\b(?:in|for|of|with) (?P<name>(?:[\w-]+ ){1,3}(?:disorder|diabetes|disease|syndrome))\b", re.IGNORECASE)
IS_GONE = 3.0  # log-odds that a statement which says that a treatment asked about is no longer made gains as an answer
OFF = 1.5  # log-odds that a statement which names nothing of what the answer must be about loses as an answer
_STRONG_KINDS = frozenset({SourceKind.GUIDELINE, SourceKind.SYSTEMATIC_REVIEW, SourceKind.RANDOMISED_TRIAL})


class Fitness:
    """What is known of a question, and how its statements are weighed by it as answers."""

    def __init__(self, query: Query, topics: Topics, plan: Plan, chosen: Sequence[Chosen]) -> None:
        text = query.text
        self.what_to_do = asks_what_to_do(query, topics)
        self._query, self._topics, self._plan = query, topics, plan
        self._anchors = frozenset(topics.anchors)
        self._told_of_conditions = any(not item.candidate.covered.isdisjoint(topics.conditions) and not item.candidate.own.isdisjoint(topics.interventions) for item in chosen) if topics.interventions else False
        self._for_children = is_child(text)
        self._first_time = bool(_FIRST.search(text)) or (self.what_to_do and not (_AGAIN.search(text) or _ALREADY.search(text)))
        self._again = not self._first_time and _CAME_BACK.search(text) is not None
        self._asking = topics.covered(asking_part(text)).intersection(topics.interventions)  # "on ramipril, can I add losartan?" asks about losartan
        self._together = len(topics.interventions) > 1 and _TOGETHER.search(text) is not None
        self._switching = _SWITCHING.search(text) is not None
        self._on_or_off = asks_to_stop(text) or asks_to_go_on(text) or _COMING_OFF.search(text) is not None
        self.asks_for_first = self.what_to_do and _ASKS_FIRST.search(text) is not None
        self.asks_for_values = _ASKS_CUT_OFF.search(text) is not None
        self.asks_for_age = asks_age(text)
        self._barred = barred_in(text)
        self._asks_target = _ASKS_TARGET.search(text) is not None
        self._members = _members_asked_for(query)
        self._before = asks_what_to_mind(text)
        self._kinds_of_dose = [told for asked, told in _KINDS_OF_DOSE if asked.search(text)]
        self._regimen = Regimen(query, topics)
        self._of_then = _OF_THEN.search(text) is not None
        self._or_else = _OR_ELSE.search(text) is not None
        self._numbers = asked_of(text) if asks_whether(query) or self._or_else or Intent.DOSING in query.intents else {}
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
        first = (ASKED_FIRST if self.asks_for_first else COMES_FIRST) if self.what_to_do and not self._query.next_step and comes_first(self._topics, item.candidate) else 0.0
        first -= NO_DRUG * (self.asks_for_first and A_DRUG.search(item.candidate.text) is None)
        replaced = REPLACED if item.candidate.card.source.superseded_by is not None and not self._of_then else 0.0
        return asked + settled + first - replaced - (0.0 if self.asks_for_age and role is StatementRole.POPULATION else _BACKWARD.get(role, 0.0)) * (3.0 if self._plan.unlinked else 1.0)  # that nothing links them is said already

    def _of_people(self, item: Chosen) -> float:
        """Weigh whether it is on a child where one is asked about, and on a first episode where that is."""
        text = item.candidate.text
        of_children = any(CHILDREN.search(each) for each in (text, item.candidate.card.source.title)) if self._for_children else True
        elsewhere = 0.0 if of_children else OTHER_AGE
        later = LATER if self._first_time and _AGAIN.search(text) and not _INITIAL.search(text) else 0.0
        again = LATER * ((_RECURRENT.search(text) is not None) - (_INITIAL.search(text) is not None)) if self._again else 0.0
        return again - elsewhere - later

    def _of_things(self, item: Chosen) -> float:
        """Weigh what it names, and whether it is on two treatments together or one after the other where that is asked."""
        candidate = item.candidate
        off = OFF if candidate.covered.isdisjoint(self._anchors) or (self._asking and candidate.own.isdisjoint(self._asking)) else 0.0
        off += OFF * (not off and self._told_of_conditions and candidate.covered.isdisjoint(self._topics.conditions))
        off += OFF * self._is_on_a_sibling(candidate)
        off += OFF * (self.asks_for_age and bool(self._topics.interventions) and candidate.own.isdisjoint(self._topics.interventions))  # the age for another treatment is no answer
        both = JOINS if self._together and _JOINS.search(candidate.text) and candidate.own.issuperset(self._topics.interventions) else 0.0
        fares = self._of_how_it_fares(candidate)
        cut_off = self.asks_for_values and _GIVES_CUT_OFF.search(candidate.text) is not None
        of_age = self.asks_for_age and tells_age(candidate.text)
        gone = is_gone(self._query, self._topics, candidate.text)
        target = TARGET * (self._asks_target and _GIVES_TARGET.search(candidate.text) is not None)
        member = MEMBER * (self._members is not None and self._members.search(candidate.text) is not None)
        before = BEFORE * (self._before and _BEFORE.search(candidate.text) is not None)
        for_the_allergic = MINDFUL * (self._barred is not None and is_mindful(self._barred, candidate.text))
        such = any(told.search(candidate.text) for told in self._kinds_of_dose)
        return both + before + target + member + for_the_allergic - off + SUCH_A_DOSE * (such + of_age) + IS_GONE * gone + FARES * fares + CUT_OFF * cut_off + SWITCHES * (self._switching and _SWITCHES.search(candidate.text) is not None)

    def _is_on_a_sibling(self, candidate: Candidate) -> bool:
        """Tell whether a statement names a condition of its own, and none that is asked about but by its title: of panic disorder, where anxiety is asked about."""
        conditions = frozenset(self._topics.conditions)
        if not conditions or not candidate.own.isdisjoint(conditions):
            return False
        named = _A_CONDITION.search(candidate.text)
        return named is not None and self._topics.covered(named["name"]).isdisjoint(conditions)

    def _of_how_it_fares(self, candidate: Candidate) -> int:
        """Return 1 for a statement on stopping, going on or what is added, where that is asked; -1 for one that recommends what has failed."""
        if self._on_or_off and _ON_OR_OFF.search(candidate.text):
            return 1
        return self._regimen.weight_of(candidate)

    def _of_numbers(self, item: Chosen) -> float:
        """Weigh whether it holds for the person's numbers, or, where nothing does, for whom a thing is recommended."""
        held = decided_by(self._numbers, item.candidate.text)
        return DECIDING * ((held > 0 and (self._is_on_it(item) or self._or_else)) or (held < 0 and self._for_others and recommends(item.candidate, self._topics.interventions)))


def tells_age(text: str) -> bool:
    """Tell whether a statement says anything of an age."""
    return _TELLS_AGE.search(text) is not None


def _members_asked_for(query: Query) -> re.Pattern[str] | None:
    """Return how the members of a class are written of which it is asked which one: "which antibiotic?"."""
    classes = [concept for concept in query.facets.interventions if concept.members and re.search(rf"\b(?:which|what) (?:[\w-]+ )?{re.escape(concept.text)}", query.text, re.IGNORECASE)]
    names = "|".join(re.escape(name) for concept in classes for name in concept.members)
    return re.compile(rf"\b(?:{names})s?\b", re.IGNORECASE) if names else None
