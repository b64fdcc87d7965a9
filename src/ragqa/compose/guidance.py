"""Chosen evidence in; what a reader acts on out: steps, pitfalls, conflicts and the table of interventions."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import combinations

from ragqa.compose.article import Numbering
from ragqa.compose.asking import asks_age
from ragqa.compose.choose import DENIES, Chosen, disagree
from ragqa.compose.plan import Plan
from ragqa.compose.roles import SAYS_WHICH, WARNINGS, advises_against
from ragqa.compose.topic import Topics, only_compared_with, written
from ragqa.patterns import lazy_pattern
from ragqa.text import terms
from ragqa.types import ComparisonRow, Conflict, ConflictSide, Query, Step
from ragqa.vocabulary import Intent, SourceKind, StatementRole, StepStage

LEAST_STEPS, MOST_STEPS = 3, 7
MOST_PITFALLS, MOST_CONFLICTS = 3, 3
ALIKE_FROM = 0.15  # of what two statements say beyond what was asked about, to be in conflict

_ADVISES = r"(?:recommend|advis|suggest|require|support|start)\w*\W+(?:\w+\W+){0,3}?"
_STAGES: tuple[tuple[StepStage, re.Pattern[str]], ...] = tuple(
    (stage, lazy_pattern(pattern, re.IGNORECASE))
    for stage, pattern in (
        (StepStage.MONITOR, r"\b(?:monitor\w*|follow[- ]?up|periodic\w*|regularly|annual\w*|re-?check\w*|repeat(?:ed|ing)? (?!dose|course|up |as |if |every|once|twice|no |only|after|in |at )\w+|re-?assess\w*|review\w* (?:within|after|at)|surveillance)\b"),
        (StepStage.ASSESS, rf"\b(?:{_ADVISES}|should be |before \w+ing \w+.{{0,40}}?)(?:assess|measur|evaluat|confirm|screen|diagnos|check|test|examin|stratif|asking|taking a|calculat)\w*"),
        (StepStage.FIRST_LINE, r"\b(?:first[- ]line|first choice|initial\w*|empiric\w*|preferred|treatment of choice|start(?:s|ing|ed)? (?:with|treatment)|at once|immediate\w*|prompt(?:ly)?|over \d+ minutes)\b"),
        (StepStage.ALTERNATIVES, r"\b(?:second[- ]line|alternativ\w+|if .{0,60}(?:not|fail\w*|inadequate|intoleran\w+|contra|unavailable)|add(?:ing|ed|-on)?|switch\w*|when .{0,50}(?:not|remains|cannot)|resistant|refractory|third[- ]line|instead of|only (?:in|if|when|for))\b"),
    )
)  # fmt: skip
_AT_ONCE = lazy_pattern(r"\b(?:at once|immediate(?:ly)?|prompt(?:ly)?|urgent\w*|emergency|without delay|over \d+ minutes|within (?:\d+ minutes|(?:one|1) hour))\b", re.IGNORECASE)
_REFUSES = lazy_pattern(
    r"\b(?:avoid\w*|unsafe|against(?! (?:listeria|disease|infection))|(?<!not a )(?<!no )contra-?indicat(?:ed|ions?)|(?:should|must|may|can) not|do not|(?:does|did) not (?:\w+ )?(?:recommend|advise|suggest|support|endorse|approve)"
    r"|not (?:be )?(?:recommended|advised|offered|used|given|indicated|approved|started|routinely)|categor(?:y|ies) [34]|class (?:3|III),? (?:harm|no benefit)|no (?:role|longer|more than|greater)|not exceed)\b",
    re.IGNORECASE,
)
_STOPS = lazy_pattern(r"\b(?:recommends?|advises?|suggests?) (?:considering )?(?:stopping|discontinuing|withdrawing)\b", re.IGNORECASE)  # ends a treatment, and is no first one
_REFERS = lazy_pattern(r"\brefer(?:ral|red|ring)?\b(?! to the)", re.IGNORECASE)
# "when triptans are contraindicated", "patients who do not respond": whom a sentence is on, and not what it says of them.
_FOR_WHOM = lazy_pattern(r"\b(?:when|where|if|unless|except|(?-i:who)|whose|because|since|after|given|for which|that (?:do|does|did|has|have|had|is|are|was|were)|without|despite)\b[^,;(]*(?:,[^,;(]*\bor\b[^,;(]*)?", re.IGNORECASE)
_NO_ACT = lazy_pattern(r"\b(?:no recommendations?|unlikely to|(?:does|did|do) not (?:list|name|state|give|define|specify|cover|lower|raise|set)|not a contra-?indication)\b", re.IGNORECASE)
_WARNS = lazy_pattern(
    r"\b(?:fatal|deaths?|serious|severe|life-threatening|delay\w*|too (?:rapid|fast|low|high)|risks? of|raises? the risk|caution\w*|warn\w*|overcorrect\w*|blindness|vision loss|potentially harmful|stopping|stopped|only (?:by|in|under|with))\b",
    re.IGNORECASE,
)
_REASSURES = lazy_pattern(r"\b(?:no|not|without|did not|does not) (?:\w+ ){0,3}(?:severe|serious|fatal|increase|raise|significant|risk|death)|\b(?:as frequent|as often|did not differ|no difference|not settled|uncertain|not a contra-?indication)\b", re.IGNORECASE)
_TELLS = lazy_pattern(r"\b(?:states?|notes?|finds?|found|describes?|defines?|estimates?|reports?|concluded?|may take)\b", re.IGNORECASE)
_ADVICE = lazy_pattern(
    r"\b(?:recommend\w*|suggests?|advis\w*|should|must|contra-?indicated|reasonable|indicated|preferred|first[- ]line|avoid\w*|can be (?:used|given|considered)|may be (?:used|given|considered))\b",
    re.IGNORECASE,
)
_CARE = frozenset({Intent.TREATMENT, Intent.PREVENTION, Intent.DIAGNOSIS, Intent.DOSING, Intent.GENERAL})
_STAGE_ORDER = {stage: place for place, stage in enumerate(StepStage)}
_ACTS = frozenset({StatementRole.RECOMMENDATION, StatementRole.DOSING, StatementRole.MONITORING, StatementRole.CONTRAINDICATION, StatementRole.PREVENTION})


def stage_of(text: str) -> StepStage:
    """Return where a recommendation stands in the order of care, by its own words; "advised" where they do not say.

    What is said of those whom it is for ("when triptans are contraindicated") refuses nothing.
    """
    if _refuses(text) or _REFERS.search(text):
        return StepStage.REFER_OR_AVOID
    if _STOPS.search(text):
        return StepStage.ADVISED
    return next((stage for stage, pattern in _STAGES if pattern.search(text)), StepStage.ADVISED)


def _refuses(text: str) -> bool:
    """Tell whether a sentence speaks against an act, beyond those clauses that say whom it is for."""
    return bool(_REFUSES.search(_FOR_WHOM.sub("", text)))


def algorithm(query: Query, topics: Topics, chosen: Sequence[Chosen], direct: Sequence[Chosen], numbering: Numbering, *, refused: bool) -> tuple[Step, ...]:
    """Return cited recommendations in the order of care, where the question is about care and there are enough for an order.

    Where what is asked about is `refused`, no step gives it. What the `direct` answer warns of beside what is taken is a step.
    """
    if not _CARE & set(query.intents):
        return ()
    acts = [c for c in chosen if c.role in _ACTS and c.candidate.card.source.superseded_by is None and c.candidate.card.source.kind in {SourceKind.GUIDELINE, SourceKind.REGULATORY}]  # fmt: skip
    acts = [c for c in acts if (not _TELLS.search(c.candidate.text) or _ADVICE.search(c.candidate.text)) and not _NO_ACT.search(c.candidate.text)]
    if refused:
        acts = [c for c in acts if c.candidate.own.isdisjoint(topics.interventions) or _refuses(c.candidate.text)]
    warned = [c for c in direct if query.next_step and c.role in WARNINGS and c not in acts]  # what must not be added stands beside what may
    acts = [*acts[: MOST_STEPS - len(warned)], *warned]
    if len(acts) < LEAST_STEPS:
        return ()
    staged = sorted(enumerate(acts), key=lambda pair: (_STAGE_ORDER[stage_of(pair[1].candidate.text)], _AT_ONCE.search(pair[1].candidate.text) is None, pair[0]))
    return tuple(Step(stage=stage_of(c.candidate.text), statement=numbering.statement(c)) for _, c in staged)


def pitfalls(topics: Topics, chosen: Sequence[Chosen], said: Sequence[Chosen]) -> list[Chosen]:
    """Return the contraindications and warnings on what was asked about, among what was chosen and is not said already."""
    about = frozenset(topics.interventions or topics.anchors)
    left = [c for c in chosen if c not in said and not c.candidate.covered.isdisjoint(about) and not _REASSURES.search(c.candidate.text)]
    ranked = [c for role in WARNINGS for c in left if c.role is role and (_refuses(c.candidate.text) or _WARNS.search(c.candidate.text))]
    ranked += [c for c in left if c.role in {StatementRole.RECOMMENDATION, StatementRole.MONITORING, StatementRole.DOSING} and _refuses(c.candidate.text)]
    return ranked[:MOST_PITFALLS]


def disagreements(topics: Topics, chosen: Sequence[Chosen]) -> list[tuple[Chosen, Chosen]]:
    """Return pairs of two documents on the same things that point in opposite directions, the newer and the current first."""
    made: list[tuple[Chosen, Chosen]] = []
    used: set[int] = set()
    weighed = [(i, c) for i, c in enumerate(chosen) if c.role in {StatementRole.RECOMMENDATION, StatementRole.EFFECT}]
    pairs = [(_alike(topics, a, b), i, j, a, b) for (i, a), (j, b) in combinations(weighed, 2) if _conflict(topics, a, b)]
    for _, i, j, a, b in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if {i, j} & used or len(made) >= MOST_CONFLICTS:
            continue
        used |= {i, j}
        newer, older = sorted((a, b), key=lambda c: (c.candidate.card.source.superseded_by is not None, -(c.candidate.card.source.year or 0)))
        made.append((newer, older))
    return made


def conflicts(topics: Topics, pairs: Sequence[tuple[Chosen, Chosen]], numbering: Numbering) -> tuple[Conflict, ...]:
    """Return disagreements as the article shows them, side by side."""
    return tuple(
        Conflict(
            topic=" and ".join(topics.all[place].concept.text for place in sorted(a.candidate.own & b.candidate.own)),
            sides=(_side(a, numbering), _side(b, numbering)),
        )
        for a, b in pairs
    )


def _conflict(topics: Topics, a: Chosen, b: Chosen) -> bool:
    """Tell whether two statements of different documents say opposite things of one intervention in one condition.

    Two recommendations are opposed where one is for it and the other against it in so many words, two effects where
    their directions are; and their other words must show that they speak of the same thing.
    """
    left, right = a.candidate.card, b.candidate.card
    shared = a.candidate.own & b.candidate.own
    if left.document_id == right.document_id or a.role is not b.role or not shared:
        return False
    conditions, interventions = frozenset(topics.conditions), frozenset(topics.interventions)
    advice = a.role is StatementRole.RECOMMENDATION
    if advice and not _for_and_against(a.candidate.text, b.candidate.text):
        return False
    names_both = advice and shared & conditions and shared & interventions
    if not names_both and (_alike(topics, a, b) < ALIKE_FROM or not disagree(a.candidate, b.candidate)):
        return False
    if {left.source.superseded_by, right.source.superseded_by} & {left.document_id, right.document_id}:
        return True
    asked_alike = a.candidate.covered & conditions == b.candidate.covered & conditions
    return bool(shared & interventions) and asked_alike and _on_one_condition(a, b)


def _for_and_against(a: str, b: str) -> bool:
    """Tell whether one of two recommendations is against something in so many words, and the other denies nothing."""
    against, spoken_for = (a, b) if advises_against(a) else (b, a)
    return advises_against(against) and not advises_against(spoken_for) and not DENIES.search(spoken_for)


def _on_one_condition(a: Chosen, b: Chosen) -> bool:
    """Tell whether the documents of two statements are on one condition, as far as they say."""
    left, right = (set(terms(c.candidate.card.subject.condition or "")) for c in (a, b))
    return not left or not right or bool(left & right)


def _alike(topics: Topics, a: Chosen, b: Chosen) -> float:
    """Return the Jaccard similarity of what two statements say beyond the names of what was asked about, 0 to 1."""
    left, right = ({term for term in terms(c.candidate.text) if not term.isdigit()} - topics.name_terms for c in (a, b))
    return len(left & right) / (len(left | right) or 1)


def _side(chosen: Chosen, numbering: Numbering) -> ConflictSide:
    source = chosen.candidate.card.source
    return ConflictSide(
        statement=numbering.statement(chosen), title=source.title, kind=source.kind, year=source.year, superseded_by=source.superseded_by
    )


def _is_led_by(topics: Topics, place: int, text: str) -> bool:
    """Tell whether an intervention is the first of those compared that a text names: of "rifaximin with lactulose" the trial is one of rifaximin."""
    first = {other: min((match.start() for name in topics.all[other].concept.names if (match := written(name, text))), default=len(text)) for other in topics.interventions}
    return first[place] == min(first.values())


def comparison(query: Query, plan: Plan, topics: Topics, chosen: Sequence[Chosen], direct: Sequence[Chosen], numbering: Numbering) -> tuple[ComparisonRow, ...]:
    """Return interventions side by side, where the question is on what several do and something can be set beside another; an empty cell is a gap.

    What the direct answer says of one goes before the rest.
    """
    if len(topics.interventions) <= 1 or not plan.facets or query.intents[0] is Intent.DOSING or asks_age(query.text):
        return ()
    rows = []
    for place in topics.interventions:
        mine = sorted((c for c in chosen if place in c.candidate.own and _is_led_by(topics, place, c.candidate.text)), key=lambda c: (c not in direct, only_compared_with(topics, (place,), c.candidate.text)))
        effects = sorted((c for c in mine if c.role is StatementRole.EFFECT), key=lambda c: (c not in direct, c.candidate.evidence.direction not in SAYS_WHICH))
        rows.append((place, [*effects[:1], None][0], _first_of(WARNINGS, mine), _first_of({StatementRole.MONITORING}, mine)))
    if sum(effect is not None or harm is not None for _, effect, harm, _ in rows) <= 1:
        return ()
    return tuple(
        ComparisonRow(
            intervention=topics.all[place].concept.text, **{name: numbering.statement(c) if c else None for name, c in zip(("benefit", "harm", "monitoring"), cells, strict=True)}
        )
        for place, *cells in rows
    )


def _first_of(roles: Collection[StatementRole], statements: Sequence[Chosen]) -> Chosen | None:
    return next((c for c in statements if c.role in roles), None)
