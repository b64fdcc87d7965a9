"""A question, what is shown and what is missing in; how far the index supports what is asked, out."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ragqa.compose.asking import (
    OF_HARM,
    OPEN,
    SEVERAL,
    asks_both_sides,
    asks_for_overview,
    asks_of_harm,
    asks_to_avoid,
    asks_whether,
)
from ragqa.compose.caveats import is_uncontrolled
from ragqa.compose.choose import Chosen
from ragqa.compose.cues import Cue
from ragqa.compose.divided import ADVICE, DISAGREE, is_divided
from ragqa.compose.evidence import Candidate
from ragqa.compose.ranges import asked_of, decided_by
from ragqa.compose.roles import advises_against
from ragqa.compose.stance import is_gone, oriented, speaks_of, stance_of, warns_some_alone, weightiest
from ragqa.compose.studies import SURE_FROM as STUDY_SURE_FROM
from ragqa.compose.studies import findings_of, is_of_study, says_yes
from ragqa.compose.topic import Topics
from ragqa.patterns import lazy_pattern
from ragqa.shipped import read_model
from ragqa.types import RESULTS, EvidenceGap, Query
from ragqa.vocabulary import GapKind, StatementRole, Support

JUDGED = 2  # statements of the direct answer
NEAR, MOST_NEAR = 1.5, 8  # log-odds within which others on the same things are weighed, and how many of them
SURE_FROM = 0.4  # probability below which neither yes nor no is said
SURE_OF = 0.0  # log-odds from which a statement answers though it names none of the conditions asked about
FEW = 3.0  # by which counts are scaled

_DOUBTS = Cue(
    r"\b(?:may not|no (?:clear|significant|important|convincing|consistent|good)|insufficient|unclear|uncertain|debated|limited evidence|not known"
    r"|inconclusive|low[- ](?:certainty|quality)|conflicting|modest|small|only|reserves?d?)\b",
)
_YES_OR_NO = lazy_pattern(
    r"(?:^|[,.;:?!-] ?)(?:is|are|does|do|did|can|could|should|will|would|has|have|may|was|were)\b"
    r"|\b(?:ok|okay|safe|worth|help|any good|still|good enough|reasonable|start|wants?|need|role for)\b",
    re.IGNORECASE,
)
_FIRST_YES_OR_NO = lazy_pattern(r"(?:is|are|does|do|did|can|should|will|would)\b", re.IGNORECASE)
_UNKNOWN = lazy_pattern(
    r"\b(?:(?:finds?|found|concluded?s?(?: that)?|there (?:is|was|were)) (?:the )?(?:insufficient|inadequate|not enough|no (?:\w+ )?) ?(?:evidence|data)|(?:makes?|gives?) no recommendation|gives? no evidence"
    r"|(?:evidence|data) (?:is|are|was|were) (?:insufficient|inadequate|lacking)|I statement)\b",
    re.IGNORECASE,
)
_ASKS_OPENLY = lazy_pattern(r"(?:(?:in|for|of|to|at|on|by|from|with) )?(?:what|which|how|when|why|who|where)\b", re.IGNORECASE)


class Traits(NamedTuple):
    """What a support level is judged by."""

    first_against: float  # the first statement advises against, denies an effect or states a harm
    first_doubts: float  # it says that little is known, or little gained
    near_for: float  # statements on the same things that come near the first, by their stance
    near_against: float
    yes_or_no: float  # the question can be answered with yes or no
    of_harm: float  # and asks for harm, which a harm affirms
    open: float
    several: float  # it asks for one of several, or for both sides
    premise: float  # it takes something for granted
    begins_yes_or_no: float
    sections: float
    near_doubt: float
    covered: float  # share of interventions and conditions that the first statement covers
    gaps: float
    mean: float  # mean stance of the direct answer
    not_known: float  # statements that say what is not known


def support_of(
    query: Query,
    topics: Topics,
    chosen: Sequence[Chosen],
    direct: Sequence[Chosen],
    gaps: Sequence[EvidenceGap],
    found: Sequence[Candidate] = (),
) -> Support:
    """Return how far the evidence supports what is asked; "mixed" where neither yes nor no is likely enough.

    What decides is missing, or the first statement says what is not known: insufficient. What the question takes for granted
    or asks whether to do, and the weightiest statements advise against: not supported. Else a multinomial logistic model
    decides, fitted by `bench/fit_support.py` on the tuned part of the gold set, and what is shown must bear it out. Where
    reports of studies answer a question of yes or no, `found` holds what else they say, and they are judged by that.
    """
    ruled = level_by_rule(query, topics, chosen, direct, gaps, found)
    if ruled is not None:
        return ruled
    direct = direct[:JUDGED]
    traits = traits_of(query, topics, chosen, direct, gaps)
    odds = {level: intercept + sum(w * v for w, v in zip(weights, traits, strict=True)) for level, (intercept, weights) in _model().items()}
    likeliest = max(odds, key=lambda level: (odds[level], level.value))
    share = 1 / sum(math.exp(value - odds[likeliest]) for value in odds.values())
    if share < SURE_FROM and likeliest in {Support.SUPPORTED, Support.NOT_SUPPORTED}:
        likeliest = Support.MIXED
    if likeliest is Support.NOT_SUPPORTED and _is_of_others(query, topics, direct):
        return Support.INSUFFICIENT
    return _borne_out(likeliest, query, [item.candidate.text for item in direct], [c.text for c in _near(direct[0].candidate, chosen, frozenset(topics.anchors))])


def level_by_rule(
    query: Query,
    topics: Topics,
    chosen: Sequence[Chosen],
    direct: Sequence[Chosen],
    gaps: Sequence[EvidenceGap],
    found: Sequence[Candidate] = (),
) -> Support | None:
    """Return the level where what is missing, not known, reported by studies or advised against decides; None where the model is to weigh."""
    missing = _level_of_what_is_missing(query, topics, direct, gaps)
    if missing is not None:
        return missing
    if is_divided(query, topics, chosen, direct) or (asks_for_overview(query) and is_uncontrolled(direct[0], chosen)):
        return Support.MIXED
    said = studies_say(query, direct, found)
    if said is not None:
        return Support.MIXED if max(said, 1 - said) < STUDY_SURE_FROM else Support.SUPPORTED if said > 1 / 2 else Support.NOT_SUPPORTED
    if _denies_harm(query, topics, direct) or _all_refuse(query, topics, direct) or _bars_each(query, topics, direct[0]):
        return Support.NOT_SUPPORTED
    if asks_whether(query) and _speaks_against(query, topics, direct):
        return Support.INSUFFICIENT if _is_of_others(query, topics, direct) else Support.SUPPORTED if asks_to_avoid(query.text) else Support.NOT_SUPPORTED
    return None


def _level_of_what_is_missing(query: Query, topics: Topics, direct: Sequence[Chosen], gaps: Sequence[EvidenceGap]) -> Support | None:
    """Return "insufficient" where what decides is missing or not known, "not supported" where nothing but a denied premise is."""
    if not direct or direct[0].role is StatementRole.EVIDENCE_GAP:
        return Support.INSUFFICIENT
    decisive = {gap.kind for gap in gaps if gap.decisive}
    if not decisive and asks_both_sides(query) and {item.role for item in direct} >= RESULTS and any(gap.kind is GapKind.CONJUNCTION for gap in gaps):
        return Support.MIXED  # benefits and risks of each are told, whatever joins them
    if GapKind.FACET in decisive and decisive <= {GapKind.FACET, GapKind.PREMISE} and StatementRole.DOSING in query.aspects and _is_denied(topics, direct[0]):
        return Support.NOT_SUPPORTED  # of what is advised against there is no dose to tell
    if decisive:
        denied = decisive == {GapKind.PREMISE} and any(speaks_of(query, topics, item.candidate.text) == -1.0 for item in weightiest(topics.named, direct))
        return Support.NOT_SUPPORTED if denied else Support.INSUFFICIENT
    first = direct[0].candidate.text
    not_known = _UNKNOWN.search(first) and not advises_against(first)
    unanswered = _FIRST_YES_OR_NO.match(query.text) and _unanswered(topics, direct, gaps)
    return Support.INSUFFICIENT if not_known or unanswered else None


def _denies_harm(query: Query, topics: Topics, direct: Sequence[Chosen]) -> bool:
    """Tell whether a question asks for a harm with yes or no, and all of the weightiest statements deny it."""
    if not asks_of_harm(query):
        return False
    return all(oriented(item.candidate.text, for_harm=True) == -1.0 for item in weightiest(topics.named, direct))


def _all_refuse(query: Query, topics: Topics, direct: Sequence[Chosen]) -> bool:
    """Tell whether all that is told at once advises against what is asked about, however it is asked: "PRP or stem cells: what does it say?"."""
    if asks_of_harm(query) or asks_to_avoid(query.text) or DISAGREE.search(query.text) or StatementRole.CONTRAINDICATION in query.aspects or not topics.interventions:
        return False
    return all(
        item.role in ADVICE and not item.candidate.own.isdisjoint(topics.interventions) and advises_against(item.candidate.text) and speaks_of(query, topics, item.candidate.text) == -1.0
        for item in direct[:JUDGED]
    )


def _bars_each(query: Query, topics: Topics, first: Chosen) -> bool:
    """Tell whether each of several interventions asked about is contraindicated in the conditions asked about: "diltiazem or verapamil?"."""
    several = len(topics.interventions) > 1 and first.role is StatementRole.CONTRAINDICATION and not OPEN.search(query.text)
    return several and first.candidate.covered.issuperset((*topics.interventions, *topics.conditions)) and speaks_of(query, topics, first.candidate.text) == -1.0


def _is_denied(topics: Topics, first: Chosen) -> bool:
    """Tell whether a statement advises against an intervention asked about, in the conditions asked about."""
    candidate = first.candidate
    return advises_against(candidate.text) and not candidate.own.isdisjoint(topics.interventions) and candidate.covered.issuperset(topics.conditions)


def _speaks_against(query: Query, topics: Topics, direct: Sequence[Chosen]) -> bool:
    """Tell whether the first statement advises against what is asked, or denies it, and none as weighty speaks for it.

    A contraindication is one for some people: it counts where the question names more of it than what the document is on.
    """
    first, *others = weightiest(topics.named, direct)
    if warns_some_alone(query, topics, first) or speaks_of(query, topics, first.candidate.text) != -1.0:
        return False
    if first.role in ADVICE and decided_by(asked_of(query.text), first.candidate.text) > 0:  # for this very person, whatever a trial found in others
        others = [item for item in others if item.role in ADVICE]
    return first.role is StatementRole.CONTRAINDICATION or is_gone(query, topics, first.candidate.text) or not any(speaks_of(query, topics, item.candidate.text) > 0 for item in others)


def _is_of_others(query: Query, topics: Topics, direct: Sequence[Chosen]) -> bool:
    """Tell whether whatever speaks against is said of other conditions than those asked about."""
    conditions = frozenset(topics.conditions)
    against = [item.candidate for item in direct if stance_of(item.candidate.text) < 0 or speaks_of(query, topics, item.candidate.text) == -1.0]
    return bool(conditions) and all(candidate.covered.isdisjoint(conditions) and candidate.relevance < SURE_OF for candidate in against)


def studies_say(query: Query, direct: Sequence[Chosen], found: Sequence[Candidate]) -> float | None:
    """Return the mean probability that the studies of the direct answer say yes; None where others answer, or none is asked."""
    if not direct or _ASKS_OPENLY.match(query.text) or not all(is_of_study(item.candidate) for item in direct):
        return None
    studies = dict.fromkeys(item.candidate.card.document_id for item in direct)
    reports = [findings for study in studies if (findings := findings_of(study, found))]
    return sum(says_yes(query.text, findings) for findings in reports) / len(reports) if reports else None


def _unanswered(topics: Topics, direct: Sequence[Chosen], gaps: Sequence[EvidenceGap]) -> bool:
    """Tell whether a gap is about a thing of the question that no statement of the direct answer names."""
    told = frozenset[int]().union(*(item.candidate.covered for item in direct))
    missing = {gap.aspect for gap in gaps}
    return any(topics.all[place].concept.text in missing for place in topics.named if place not in told)


def _borne_out(level: Support, query: Query, direct: Sequence[str], near: Sequence[str]) -> Support:
    """Return a level that what is shown bears out, whatever the model makes of the wording of the question.

    "Not supported" needs a statement that speaks against, and none for, in the direct answer; "mixed" and "insufficient"
    give way where a question of yes or no is answered by statements that all speak for it.
    """
    for_harm = bool(OF_HARM.search(query.text))
    stances = [oriented(text, for_harm=for_harm) for text in direct]
    others = [oriented(text, for_harm=for_harm) for text in near]
    speaks_for, against = any(s > 0 for s in stances), any(s < 0 for s in stances)
    if level is Support.NOT_SUPPORTED and (speaks_for or not against):
        return Support.MIXED if against else Support.SUPPORTED if speaks_for else Support.INSUFFICIENT
    if level in {Support.MIXED, Support.INSUFFICIENT} and speaks_for and not against and -1.0 not in others:
        one_way = level is Support.MIXED or bool(_FIRST_YES_OR_NO.match(query.text))
        return Support.SUPPORTED if one_way and not any(_DOUBTS.found(text) for text in direct) else level
    return level


def traits_of(
    query: Query, topics: Topics, chosen: Sequence[Chosen], direct: Sequence[Chosen], gaps: Sequence[EvidenceGap]
) -> Traits:
    """Return what a support level is judged by; `direct` holds one statement at least."""
    anchors = frozenset(topics.anchors)
    first = direct[0].candidate
    near = _near(first, chosen, anchors)
    stances = [stance_of(candidate.text) for candidate in near]
    own = stance_of(first.text)
    asked = query.text
    return Traits(
        first_against=float(own < 0),
        first_doubts=float(_DOUBTS.found(first.text)),
        near_for=sum(stance > 0 for stance in stances) / FEW,
        near_against=sum(stance < 0 for stance in stances) / FEW,
        yes_or_no=float(bool(_YES_OR_NO.search(asked))),
        of_harm=float(bool(OF_HARM.search(asked))),
        open=float(bool(OPEN.search(asked))),
        several=float(bool(SEVERAL.search(asked))),
        premise=float(query.premise is not None),
        begins_yes_or_no=float(bool(_FIRST_YES_OR_NO.match(asked))),
        sections=len({item.facet for item in chosen}) / FEW,
        near_doubt=sum(_DOUBTS.found(candidate.text) for candidate in near) / FEW,
        covered=len(first.covered & anchors) / max(1, len(anchors)),
        gaps=float(bool(gaps)),
        mean=(own + sum(stance_of(item.candidate.text) for item in direct[1:])) / len(direct),
        not_known=sum(item.role is StatementRole.EVIDENCE_GAP for item in chosen) / FEW,
    )


def _near(first: Candidate, chosen: Sequence[Chosen], anchors: frozenset[int]) -> list[Candidate]:
    """Return what else is shown on all the things that the first statement is on, and nearly as relevant."""
    about = first.covered & anchors
    others = [item.candidate for item in chosen if item.candidate is not first]
    return [c for c in others if about <= c.covered and c.relevance >= first.relevance - NEAR][:MOST_NEAR]


@lru_cache(maxsize=1)
def _model() -> dict[Support, tuple[float, Traits]]:
    table = json.loads(read_model("compose/support.json"))
    return {Support(level): (row["intercept"], Traits(**row["weights"])) for level, row in table.items()}
