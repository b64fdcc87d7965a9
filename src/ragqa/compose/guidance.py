"""Chosen evidence in; what a reader acts on out: steps, pitfalls, conflicts and the table of interventions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from ragqa.compose.article import Numbering
from ragqa.compose.choose import Chosen, disagree
from ragqa.compose.plan import Plan
from ragqa.compose.topic import Topics
from ragqa.types import ComparisonRow, Conflict, ConflictSide, Query, Step
from ragqa.vocabulary import Direction, Intent, SourceKind, StatementRole, StepStage

LEAST_STEPS, MOST_STEPS = 3, 7
MOST_PITFALLS, MOST_CONFLICTS = 3, 3

_STAGES: tuple[tuple[StepStage, re.Pattern[str]], ...] = tuple(
    (stage, re.compile(pattern, re.IGNORECASE))
    for stage, pattern in (
        (StepStage.REFER_OR_AVOID, r"\b(?:against|avoid|should not|must not|do not|contra-?indicated|not recommended|refer(?:ral|red|ring)?\b)"),
        (StepStage.MONITOR, r"\b(?:monitor\w*|follow[- ]?up|re-?check\w*|repeat\w*|re-?assess\w*|review\w* (?:within|after|at)|surveillance)\b"),
        (StepStage.ASSESS, r"\b(?:assess\w*|measur\w+|evaluat\w+|confirm\w*|screen\w*|diagnos\w+|check\w*|test\w*|history|examin\w+|stratif\w+)\b"),
        (StepStage.ALTERNATIVES, r"\b(?:second[- ]line|alternativ\w+|if .{0,60}(?:not|fail\w*|inadequate|intoleran\w+|contra)|add(?:ing|ed|-on)?|switch\w*|when .{0,50}(?:not|remains)|resistant|refractory|third[- ]line)\b"),
    )
)  # fmt: skip
_WARNS = re.compile(
    r"\b(?:contra-?indicated|avoid\w*|must not|should not|do not|against|fatal|death|serious|severe|life-threatening|delay\w*|too (?:rapid|fast)|risk of|caution|warn\w*|overcorrect\w*|not exceed|blindness|vision loss)\b",
    re.IGNORECASE,
)
_REASSURES = re.compile(r"\b(?:no|not|without|did not|does not) (?:\w+ ){0,3}(?:severe|serious|fatal|increase|raise|significant|risk|death)", re.IGNORECASE)
_CARE = frozenset({Intent.TREATMENT, Intent.PREVENTION, Intent.DIAGNOSIS, Intent.DOSING, Intent.GENERAL})
_STAGE_ORDER = {stage: place for place, stage in enumerate(StepStage)}
_ACTS = frozenset({StatementRole.RECOMMENDATION, StatementRole.DOSING, StatementRole.MONITORING, StatementRole.CONTRAINDICATION, StatementRole.PREVENTION})


def stage_of(text: str) -> StepStage:
    """Return where a recommendation stands in the order of care, by its own words."""
    return next((stage for stage, pattern in _STAGES if pattern.search(text)), StepStage.FIRST_LINE)


def algorithm(query: Query, chosen: Sequence[Chosen], numbering: Numbering) -> tuple[Step, ...]:
    """Return cited recommendations in the order of care, where the question is about care and there are enough for an order."""
    if not _CARE & set(query.intents):
        return ()
    acts = [c for c in chosen if c.role in _ACTS and c.candidate.card.source.superseded_by is None and c.candidate.card.source.kind in {SourceKind.GUIDELINE, SourceKind.REGULATORY}]  # fmt: skip
    acts = acts[:MOST_STEPS]
    if len(acts) < LEAST_STEPS:
        return ()
    staged = sorted(enumerate(acts), key=lambda pair: (_STAGE_ORDER[stage_of(pair[1].candidate.text)], pair[0]))
    return tuple(Step(stage=stage_of(c.candidate.text), statement=numbering.statement(c)) for _, c in staged)


def pitfalls(chosen: Sequence[Chosen], said: Sequence[Chosen]) -> list[Chosen]:
    """Return the contraindications and warnings among what was chosen and is not said already."""
    chosen = [c for c in chosen if c not in said]
    ranked = [c for c in chosen if c.role is StatementRole.CONTRAINDICATION]
    ranked += [c for c in chosen if c.role in {StatementRole.HARM, StatementRole.RECOMMENDATION, StatementRole.MONITORING} and _WARNS.search(c.candidate.text) and not _REASSURES.search(c.candidate.text)]
    return ranked[:MOST_PITFALLS]


def disagreements(topics: Topics, chosen: Sequence[Chosen]) -> list[tuple[Chosen, Chosen]]:
    """Return pairs of two documents on the same things that point in opposite directions, the newer and the current first."""
    made: list[tuple[Chosen, Chosen]] = []
    used: set[int] = set()
    weighed = [(i, c) for i, c in enumerate(chosen) if c.role in {StatementRole.RECOMMENDATION, StatementRole.EFFECT}]
    for (i, a), (j, b) in combinations(weighed, 2):
        if {i, j} & used or len(made) >= MOST_CONFLICTS or not _conflict(topics, a, b):
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
    left, right = a.candidate.card, b.candidate.card
    shared = a.candidate.own & b.candidate.own
    if left.document_id == right.document_id or a.role is not b.role or not shared:
        return False
    if {left.source.superseded_by, right.source.superseded_by} & {left.document_id, right.document_id}:
        return disagree(a.candidate, b.candidate)
    on_intervention = bool(shared & frozenset(topics.interventions))
    conditions = frozenset(topics.conditions)
    same_condition = a.candidate.covered & conditions == b.candidate.covered & conditions
    return on_intervention and same_condition and disagree(a.candidate, b.candidate)


def _side(chosen: Chosen, numbering: Numbering) -> ConflictSide:
    source = chosen.candidate.card.source
    return ConflictSide(
        statement=numbering.statement(chosen), title=source.title, kind=source.kind, year=source.year, superseded_by=source.superseded_by
    )


def comparison(plan: Plan, topics: Topics, chosen: Sequence[Chosen], numbering: Numbering) -> tuple[ComparisonRow, ...]:
    """Return interventions side by side, where the question names several; an empty cell is a gap."""
    if len(topics.interventions) <= 1:
        return ()
    rows = []
    for place in topics.interventions:
        mine = [c for c in chosen if place in c.candidate.own]
        cells = [
            next((c for c in mine if c.role in roles and c.candidate.evidence.direction in directions), None)
            for roles, directions in (
                ({StatementRole.EFFECT}, {Direction.BENEFIT, Direction.NO_DIFFERENCE}),
                ({StatementRole.HARM, StatementRole.CONTRAINDICATION}, set(Direction)),
                ({StatementRole.MONITORING, StatementRole.DOSING}, set(Direction)),
            )
        ]
        benefit, harm, monitoring = (numbering.statement(c) if c else None for c in cells)
        rows.append(ComparisonRow(intervention=topics.all[place].concept.text, benefit=benefit, harm=harm, monitoring=monitoring))
    return tuple(rows) if plan.facets else ()
