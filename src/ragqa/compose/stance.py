"""A question and statements in; whether they speak for or against what is asked, out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ragqa.compose.asking import asks_for_all, asks_to_stop
from ragqa.compose.choose import Chosen
from ragqa.compose.cues import Cue
from ragqa.compose.drugs import drugs_in
from ragqa.compose.evidence import Candidate, named_by_subject
from ragqa.compose.ranges import asked_of, decided_by, is_excluded, still_to_come
from ragqa.compose.roles import AGAINST, direction_of
from ragqa.compose.topic import Topics
from ragqa.compose.without import lacks
from ragqa.patterns import lazy_pattern
from ragqa.types import Query
from ragqa.vocabulary import Direction, StatementRole

AS_NEAR = 1.0  # log-odds within which a statement says as much of what is asked as the first

_REFUSES = Cue(
    r"\b(?:(?:recommend|suggest|advis|warn|caution)\w* (?:considering )?(?:reduc\w+ or )?(?:against|not|avoid\w*|delay\w*|stopp\w*|abandon\w*)"
    r"|(?:does|do|did) not (?:\w+ )?(?:recommend|support|advise|suggest|endorse|require|need|approve|cover|apply|list|include|favou?r)|(?:should|must|need) not|do not|(?<!not )contra-?indicate[sd]|(?<!not )a contra-?indication (?:to|for)|unsafe"
    r"|advis\w* (?:\w+ ){1,2}not to|only as (?:an alternative|a second)"
    r"|not (?:be )?(?:offered|used|recommended|approved|indicated|needed|advised|justified)|no longer|category [34]|avoid(?:s|ed|ing)?"
    r"|not (?:an?) (?:substitute|treatment|indication)|(?:adds?|has|have|is|finds?) (?:\w+ )?no (?:[\w,-]+ ){0,4}(?:value|role|place)|not (?:required|necessary|useful)|unnecessary|rather than|among (?:the |its )?contraindications|finds? no|not enough|ha(?:s|ve) not been|inappropriate|no (?:[\w-]+ ){1,8}(?:is|are|was|were) (?:\w+ )?(?:licensed|approved|available))\b",
)
_FAVOURS = Cue(
    r"\b(?:recommends?|suggests?|advises?|supports?|endorses?|should (?:be|receive|have|undergo|start|take)|first[- ]line|is indicated"
    r"|not a contra-?indication|reasonable|an option|appropriate choice|prefers?|preferred|may be (?:used|considered|offered)|can be (?:used|given|added)|approved|safe|category [12])\b",
)
_GOES_ON = lazy_pattern(r"\b(?:(?:recommends?|offering|suggests?) (?:offering )?extended[- ]phase\b(?! (?:\w+ ){0,3}(?:over|at))|indefinite(?:ly)?|lifelong|continu(?:e|es|ed|ing)\b|(?:not|never) be (?:\w+ or )?stopped|not (?:need )?(?:to )?(?:be )?stop|against (?:\w+ ){0,2}(?:stopping|discontinu\w+|withdrawal))", re.IGNORECASE)
_STOPPING = lazy_pattern(r"(?:abrupt(?:ly)?|sudden(?:ly)?|early)? ?(?:stopping|discontinu(?:ing|ation)|withdrawal)\b", re.IGNORECASE)
_ENDS_BADLY = lazy_pattern(r"\b(?:leads? to|(?:is|are|be) followed by|rebound|relapses?|withdrawal symptoms|loss of|rapid)\b", re.IGNORECASE)
_STOPS = lazy_pattern(r"\b(?:recommend|advis|suggest)\w* (?:considering )?(?:stopping|discontinu\w+|withdraw\w+|deprescrib\w+)\b|\b(?:should|can|may) be (?:stopped|discontinued|withdrawn)\b", re.IGNORECASE)
_NEXT_DEED = lazy_pattern(r",? and (?=\w+ing\b)", re.IGNORECASE)
_INFORMS = lazy_pattern(r"\b(?:be told|told (?:of|about)|be (?:informed|warned|aware))\b[^.]*\brisks?\b", re.IGNORECASE)  # neither for a thing nor against it
_GONE = lazy_pattern(r"\b(?:a drug that (?:\w+ ){1,3}discontinued|(?:has|have|had)? ?discontinued \w+ (?:\([^)]*\) )?from|(?:was|were|is|been) (?:discontinued|withdrawn) (?:from the market|by the (?:maker|manufacturer)|worldwide|in \d{4})|no longer (?:made|marketed|manufactured|sold))\b", re.IGNORECASE)
_OF_THE_PAST = lazy_pattern(r"\b(?:did|was|were|trial|study|how does|how do|mechanism)\b", re.IGNORECASE)
_BESIDE = lazy_pattern(r"\b(?:add(?:ed|ing)? to|together with|combin\w+ with|in (?:people|patients|those) (?:who (?:take|are taking)|taking|on)) (?P<other>[\w-]+(?: or [\w-]+)?)", re.IGNORECASE)
_WARNS = lazy_pattern(r"\bboxed warning\b|\bwarn(?:s|ed|ing)?\b[^.]*\b(?:toxic|severe|fatal|serious|precipitat\w+|dangerous)\b|\b(?:toxic levels|fatal)\b", re.IGNORECASE)
_FROM = lazy_pattern(r"\b(?:switch|chang|convert)\w* (?:\w+ ){0,3}?from (?P<left>[^.;]{0,80}?)\b(?:to|in|for|when|because)\b", re.IGNORECASE)
_REVERSED = lazy_pattern(r"\b(?:advice|recommendation|position|suggestion|threshold|guidance) that (?:[\w/-]+ ){1,4}(?:reversed|replaced|changed|withdrew|dropped)\b", re.IGNORECASE)
_LIMITS = lazy_pattern(r"\b(?:limit(?:s|ed)?|restrict(?:s|ed)?|only|reserv(?:es?|ed))\b", re.IGNORECASE)
_NO_MORE = lazy_pattern(r"\bno (?:\w+ ){0,3}(?:increase|excess|rise|higher)\b|\bdid not (?:\w+ )?(?:raise|increase)\b", re.IGNORECASE)
_EXCEPT = lazy_pattern(r"\b(?:except|unless|other than|reserv(?:es|ed|ing))\b", re.IGNORECASE)
_BEFORE_ANOTHER = lazy_pattern(r"\b(?:recommend|suggest|prefer|advis|favour|favor)\w*\b(?P<first>(?:[^.;]|\.(?=\d))*?)\b(?:over|rather than|instead of|in preference to)\b(?P<second>\s*(?:with |for |in |at |by )?(?:[^.;]|\.(?=\d))*?)(?=\s(?:for|in|with|when|as|among|during|if|because)\b|[.;](?!\d)|$)", re.IGNORECASE)
_NO_REASON_AGAINST = lazy_pattern(
    r"\b(?:should|must|need) not be (?:a reason|withheld|denied|delayed)|\bno (?:benefit|need|advantage) (?:of|in|to|from) (?:abstain|avoid|stopp?|withh)", re.IGNORECASE
)  # "should not be withheld" speaks for it
_RATIO = lazy_pattern(
    r"\b(?:ratio|HR|RR|OR|relative risk)\b[^()]{0,24}?\(?\s*\d+\.\d+[;,]?\s*\(?(?:\(?95 ?% ?(?:CI|confidence interval)[:,]?\s*)(?P<low>\d+\.\d+)\s*(?:to|-|–)\s*(?P<high>\d+\.\d+)",
    re.IGNORECASE,
)
_BAD = Cue(  # what a ratio below one is good for
    r"\b(?:deaths?|mortality|died|strokes?|infarctions?|events?|hospitali[sz]\w+|bleeding|relapses?|exacerbations?|fractures?|recurren\w+|infections?"
    r"|cancers?|thrombo\w+|embolism|failure|pre-?eclampsia|falls?)\b",
)


def is_gone(query: Query, topics: Topics, text: str) -> bool:
    """Tell whether a statement says that a treatment asked about is no longer made, where nothing of the past is asked about."""
    return _GONE.search(text) is not None and _OF_THE_PAST.search(query.text) is None and not topics.covered(text).isdisjoint(topics.interventions)


def weightiest(named: Collection[int], direct: Sequence[Chosen]) -> list[Chosen]:
    """Return the first statement and those that are as near to the question and name all of `named` that it names."""
    first = direct[0].candidate
    asked = first.covered.intersection(named)
    return [item for item in direct if item.candidate is first or (item.candidate.relevance >= first.relevance - AS_NEAR and asked <= item.candidate.covered)]


def warns_some_alone(query: Query, topics: Topics, item: Chosen) -> bool:
    """Tell whether a statement is a contraindication that names no more of the question than what its document is on: it holds for
    some people, of whom the question says nothing, not by a number either.
    """
    candidate = item.candidate
    if len(candidate.own.intersection(topics.interventions)) > 1:  # that the two do not go together holds for all who have both
        return False
    if any(topics.all[place].concept.implied for place in candidate.own.intersection(topics.conditions)):  # nor what bars it in just that which the question implies
        return False
    if item.role is not StatementRole.CONTRAINDICATION or decided_by(asked_of(query.text), candidate.text) > 0:
        return False
    return candidate.own.intersection(topics.named) <= named_by_subject(topics, candidate.card)


def recommends(candidate: Candidate, acting: Collection[int]) -> bool:
    """Tell whether a statement recommends any of these things."""
    return candidate.evidence.role is StatementRole.RECOMMENDATION and not candidate.own.isdisjoint(acting) and stance_of(candidate.text) > 0


def stance_of(text: str) -> float:
    """Return whether a statement speaks for (1) or against (-1) what it is about, in part (-0.6), or neither (0)."""
    direction = direction_of(text)
    if _NO_REASON_AGAINST.search(text):
        return 1.0
    if _INFORMS.search(text):
        return 0.0
    if _REFUSES.found(text) or direction is Direction.NO_DIFFERENCE:
        return -1.0
    if direction in AGAINST:
        return -0.6
    return 1.0 if direction is Direction.BENEFIT or _FAVOURS.found(text) else 0.0


def speaks_of(query: Query, topics: Topics, text: str) -> float:
    """Return whether a statement speaks for (1) or against (-1) the things that a question asks about, for whom it asks.

    "Recommends A over B" speaks against B. What it says of other numbers than the question's does not hold; an exception that the
    question names takes a refusal back.
    """
    stance = _of_stopping(text) if asks_to_stop(query.text) else prefers_one(topics, text) or oriented(text, for_harm=False)
    if _turns_away(query, topics, text, stance):
        return -1.0
    numbers = asked_of(query.text)
    if is_excluded(still_to_come(numbers, text), _refused(text) if stance < 0 else text) or lacks(topics.held, text):
        return -1.0 if stance > 0 or _LIMITS.search(text) else 0.0
    if stance < 0 and _is_beside_another(topics, text):
        return 0.0
    exception = _EXCEPT.search(text) if stance == -1.0 else None
    if exception is None:
        return stance
    excepted = text[exception.end() :]
    named = topics.covered(excepted).difference(topics.interventions).intersection(topics.named)
    held = decided_by(numbers, excepted)
    return -0.6 if held > 0 or (named and held == 0) else stance


def _turns_away(query: Query, topics: Topics, text: str, stance: float) -> bool:
    """Tell whether a statement speaks against what is asked about without a refusal: it is no longer made, to be switched from, warned of
    beside what else is named, or for some where it is asked for all.
    """
    left = _FROM.search(text)
    switched = left is not None and not topics.covered(left["left"]).isdisjoint(topics.interventions)
    warned = stance == 0.0 and _WARNS.search(text) is not None and len(topics.covered(text).intersection(topics.named)) > 1
    for_some = stance > 0 and asks_for_all(query.text) and _LIMITS.search(text) is not None
    return is_gone(query, topics, text) or switched or warned or for_some


def is_reversed(text: str) -> bool:
    """Tell whether a statement says that the advice which it quotes holds no more: "advice that ATS 2025 reversed"."""
    return _REVERSED.search(text) is not None


def _refused(text: str) -> str:
    """Return the part of a text that refuses: "advises delaying insulin when potassium is below 3.5" of what goes on with "and giving"."""
    match = _REFUSES.search(text)
    end = _NEXT_DEED.search(text, match.end()) if match else None
    return text[: end.start()] if end else text


def _is_beside_another(topics: Topics, text: str) -> bool:
    """Tell whether a text speaks of a thing only beside a drug that the question does not name: "unsafe to add to verapamil"."""
    beside = _BESIDE.search(text)
    return beside is not None and bool(drugs_in(beside["other"])) and not topics.covered(beside["other"])


def _of_stopping(text: str) -> float:
    """Return -1 where a text is for going on or tells what harm follows when a thing is stopped, 1 where it is for stopping, else 0."""
    if _GOES_ON.search(text) or (_STOPPING.match(text) and (direction_of(text) is Direction.HARM or _ENDS_BADLY.search(text))):
        return -1.0
    return 1.0 if _STOPS.search(text) else 0.0


def prefers_one(topics: Topics, text: str) -> float:
    """Return 1 where a text puts an intervention asked about before another thing, -1 where it puts another before it, or it before what else is asked about, else 0."""
    match = _BEFORE_ANOTHER.search(text)
    if match is None:
        return 0.0
    first, second = (topics.covered(match[side]) for side in ("first", "second"))
    acting_first, acting_second = (not side.isdisjoint(topics.interventions) for side in (first, second))
    if acting_first and not acting_second:  # "before a meal rather than at bedtime", where bedtime is asked about
        return 1.0 if (second - first).isdisjoint(topics.others) else -1.0
    return -1.0 if acting_second and not acting_first else 0.0


def oriented(text: str, *, for_harm: bool) -> float:
    """Return whether a statement speaks for (1) or against (-1) what is asked; a question for harm is affirmed by harm."""
    ratio = _RATIO.search(text)
    if ratio and _BAD.found(text):
        low, high = float(ratio["low"]), float(ratio["high"])
        stance = 1.0 if high < 1 else -1.0 if low <= 1 or not for_harm else -0.6
    else:
        stance = stance_of(text)
    if not for_harm:
        return stance
    if _NO_MORE.search(text):
        return -1.0
    harms = direction_of(text) is Direction.HARM or _REFUSES.found(text) or (ratio is not None and float(ratio["low"]) > 1)
    return 1.0 if harms else min(stance, 0.0)
