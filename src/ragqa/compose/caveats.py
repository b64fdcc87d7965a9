"""What an answer shows of studies in; what must be said against those studies out."""

from __future__ import annotations

from collections.abc import Sequence

from ragqa.compose.adding import as_chosen, with_added
from ragqa.compose.asking import asks_for_overview, is_wide
from ragqa.compose.choose import Chosen
from ragqa.compose.cues import Cue
from ragqa.compose.evidence import Candidate
from ragqa.compose.kinds import OF_ONE_THING
from ragqa.compose.plan import Plan
from ragqa.compose.topic import Topics
from ragqa.types import RESULTS, Query
from ragqa.vocabulary import Intent, StatementRole

_LESS = 2  # from which on a caveat is no more than that a study was small
MOST = 3  # caveats of an answer, one a study
_OF_EFFECTS = frozenset({Intent.EVIDENCE, Intent.EFFECT, Intent.HARM})
_AGAINST = frozenset({StatementRole.LIMITATION, StatementRole.EVIDENCE_GAP})
# What may turn a result round, the gravest first: nothing to compare with, chance or interest in what is reported, too little of it.
_GRAVE = (
    Cue(r"\b(?:no (?:control|comparator)\b|no group without|without (?:an? )?(?:control|comparator)|did not compare \w+ with (?:sham|placebo)|not randomi[sz]ed|cannot be credited)"),
    Cue(r"\b(?:publication bias|cannot be pooled|risk of bias|may bias|employed by|funded by the (?:maker|manufacturer)|post[- ]hoc|unblinded|open[- ]label|knew which treatment)\b"),
    Cue(r"\b(?:too few|small (?:samples?|trials?|stud(?:y|ies))|enrolled only|included only|imprecise|weaken|are needed|still need)\b"),
)


def with_caveats(query: Query, topics: Topics, plan: Plan, found: Sequence[Candidate], chosen: list[Chosen]) -> list[Chosen]:
    """Return what is chosen with the gravest caveat of each study whose results it shows, where it is asked for effects or all of a thing.

    Those of the most relevant results are heard, as far as they are found and none as grave is chosen already.
    """
    if not (is_wide(query) or query.intents[0] in _OF_EFFECTS):
        return chosen
    studies = dict.fromkeys(item.candidate.card.document_id for item in chosen if item.role in RESULTS and item.candidate.card.source.kind in OF_ONE_THING)
    shown = {item.candidate.card.document_id: grave for item in chosen if item.role in _AGAINST and (grave := gravity(item.candidate.text)) is not None}
    graver = [c for study in studies if (c := _gravest([c for c in found if c.card.document_id == study], shown.get(study, len(_GRAVE)))) is not None]
    made = [item for c in graver if (item := as_chosen(c, chosen, topics, plan)) is not None]
    return with_added(chosen, made[:MOST])


def _gravest(of_study: Sequence[Candidate], shown: int) -> Candidate | None:
    """Return the gravest caveat of a study, where it is graver than what is shown."""
    against = [(grave, place) for place, c in enumerate(of_study) if c.evidence.role in _AGAINST and (grave := gravity(c.text)) is not None and grave < shown]
    return of_study[min(against)[1]] if against else None


def with_gravest(query: Query, chosen: Sequence[Chosen], direct: list[Chosen]) -> list[Chosen]:
    """Return a direct answer to a question at large with the gravest caveat of the studies whose results it tells: a number does not go without it."""
    if not asks_for_overview(query):
        return direct
    studies = {item.candidate.card.document_id for item in direct if item.role in RESULTS}
    against = [(grave, place) for place, item in enumerate(chosen) if item.role in _AGAINST and item.candidate.card.document_id in studies and item not in direct and (grave := gravity(item.candidate.text)) is not None and grave < _LESS]
    return [*direct, chosen[min(against)[1]]] if against else direct


def gravity(text: str) -> int | None:
    """Return how grave a caveat is, 0 the gravest; None for a text that is none."""
    return next((place for place, cue in enumerate(_GRAVE) if cue.found(text)), None)


def is_uncontrolled(item: Chosen, chosen: Sequence[Chosen]) -> bool:
    """Tell whether a statement is the result of a study of which it is said that it had nothing to compare with."""
    study = item.candidate.card.document_id
    return item.role is StatementRole.EFFECT and any(c.candidate.card.document_id == study and c.role in _AGAINST and gravity(c.candidate.text) == 0 for c in chosen)
