"""A question and its candidates in; the probability that the index holds an answer out."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ragqa.compose.evidence import Candidate, named_by_document, named_by_subject
from ragqa.compose.relevance import probability
from ragqa.compose.roles import TELLS_NOTHING
from ragqa.compose.topic import Topics, idf, joined_terms
from ragqa.patterns import lazy_pattern
from ragqa.protocols import PassageIndex
from ragqa.shipped import read_model
from ragqa.text import terms
from ragqa.types import Hit, Query

TOP = 5
LOOKED_AT = 12  # candidates among which the kind of a condition is looked for
MOST_COVERED, SOMETHING = 0.6, 0.05  # shares of the things asked about


class Signs(NamedTuple):
    """What answerability is judged by; all of it comparable between corpora."""

    best: float  # the highest log-odds of a candidate
    dense: float  # the highest cosine of a passage
    lexical: float  # the highest BM25 score by the idf mass of the question, unknown words counted in
    covered: float  # of the best five candidates, the highest share of the things asked about
    own: float
    missed: float  # the lowest share that is missed, everyday words apart
    unknown: float  # share of the things asked about that no passage names
    unknown_name: float  # one of them is a long word that is no everyday one
    unknown_dosed: float  # and the question asks for its dose or safety, as one does of a drug
    intervention: float  # an intervention asked about is named by one of the best five
    unlinked: float  # things asked about together that nothing joins
    known: float  # how many of the things asked about are known by several names and stand in a passage
    no_such_thing: float  # share of the interventions and conditions asked about that no passage names
    no_such_words: float  # words of the question that name something and stand in no passage
    other_kind: float  # idf, 0 to 1, of what stands beside a condition ("cluster headache") and is beside it in nothing found
    off_subject: float  # conditions were asked about, and no title or stated subject of the best five names one of them
    named_source: float  # the title of one of the best five holds a proper name of the question: a trial, an author, an organisation
    apart: float  # how much better documents cover interventions and conditions each for itself than together


@lru_cache(maxsize=1)
def _model() -> tuple[float, Signs, float]:
    """Return intercept, weights and threshold, fitted by `bench/fit_relevance.py` on the tuned part of the gold set."""
    table = json.loads(read_model("compose/answerable.json"))
    return table["intercept"], Signs(**table["weights"]), table["threshold"]


def answerability(signs: Signs) -> float:
    """Return the probability that the index answers the question (logistic regression)."""
    intercept, weights, _ = _model()
    return probability(intercept + sum(w * v for w, v in zip(weights, signs, strict=True)))


def is_answerable(signs: Signs, topics: Topics) -> bool:
    """Tell whether the probability reaches the calibrated threshold.

    Where a question names nothing but everyday words, what is found must also cover most of them.
    """
    everyday = all(topic.concept.everyday for topic in topics.all)
    return answerability(signs) >= _model()[2] and signs.covered >= (MOST_COVERED if everyday else SOMETHING)


def asks_for_a_text(question: str) -> bool:
    """Tell whether somebody wants a text written, which no index of sources holds: "write me a cover letter"."""
    return _WANTS_A_TEXT.match(question) is not None


_WANTS_A_TEXT = lazy_pattern(
    r"(?:(?:please|can you|could you|help me(?: to)?)\s+)*(?:write|draft|compose|translate|proofread|rewrite|generate|create)\b[^.?!]{0,40}?"
    r"\b(?:letters?|e-?mails?|essays?|poems?|story|stories|songs?|lyrics|speech|cv|resum[eé]|scripts?|code|programs?|posts?|tweets?|blogs?|jokes?|limericks?|haikus?|references?|statement)\b",
    re.IGNORECASE,
)


def signs_of(
    query: Query, topics: Topics, hits: Sequence[Hit], found: Sequence[Candidate], index: PassageIndex, *, unlinked: bool
) -> Signs:
    """Return what answerability is judged by; `found` holds one candidate at least, best first."""
    top = [c.features for c in found[:TOP]]
    subjects = [named_by_subject(topics, c.card) for c in found[:TOP]]
    strange = unknown_names(topics)
    asked_about = (*topics.interventions, *topics.conditions)
    names = _proper_names(query.text)
    return Signs(
        best=found[0].relevance,
        dense=max((hit.arms.dense or 0.0 for hit in hits), default=0.0),
        lexical=max((hit.arms.lexical or 0.0 for hit in hits), default=0.0) / (_idf_mass(query, index) or 1.0),
        covered=max(f.covered for f in top),
        own=max(f.own for f in top),
        missed=min(f.missed for f in top),
        unknown=top[0].unknown,
        unknown_name=float(bool(strange)),
        unknown_dosed=float(_is_dosed(query, [topics.all[place].concept.text for place in strange])),
        intervention=max(f.intervention for f in top),
        unlinked=float(unlinked),
        known=float(sum(topic.known and topic.passages > 0 for topic in topics.all)),
        no_such_thing=sum(topics.all[place].passages == 0 for place in asked_about) / max(1, len(asked_about)),
        no_such_words=float(topics.strange_words),
        other_kind=_other_kind(topics, found[:LOOKED_AT]),
        off_subject=float(bool(topics.conditions) and not any(subject & frozenset(topics.conditions) for subject in subjects)),
        named_source=float(any(f" {name} " in joined_terms(c.card.source.title) for c in found[:TOP] for name in names)),
        apart=_apart(topics, found),
    )


def _proper_names(question: str) -> list[str]:
    """Return the search terms of each word of a question that is written as a name: with a capital that begins no sentence."""
    return [joined_terms(match.group()).strip() for match in _PROPER.finditer(question)]


_PROPER = lazy_pattern(r"(?<![.?!] )(?<!^)\b(?=[\w-]*[A-Z])[A-Za-z][\w-]{3,}(?='s)?|\b[A-Z][A-Z0-9]+-[A-Z0-9]+\b|\b[A-Z]{4,}\d*\b")


def _other_kind(topics: Topics, found: Sequence[Candidate]) -> float:
    """Return the greatest idf, 0 to 1, of a word beside a condition in the question that no candidate on the condition names.

    "Cluster headache" is not answered by what is said of headache: what names the kind must be there too.
    """
    told = [c.covered for c in found if c.evidence.role not in TELLS_NOTHING]
    missed = [topics.all[beside].weight for condition, beside in topics.qualified if not any({condition, beside} <= covered for covered in told)]
    return max(missed, default=0.0) / topics.rarest


def _apart(topics: Topics, found: Sequence[Candidate]) -> float:
    """Return min(best coverage of the interventions, best of the conditions) less the best joint one, by document, 0 to 1."""
    if not (topics.interventions and topics.conditions):
        return 0.0
    told = named_by_document([c for c in found if c.evidence.role not in TELLS_NOTHING]).values()
    pairs = [(topics.share_of(topics.interventions, covered), topics.share_of(topics.conditions, covered)) for covered in told]
    apart = min(max((a for a, _ in pairs), default=0.0), max((b for _, b in pairs), default=0.0))
    return apart - max((min(pair) for pair in pairs), default=0.0)


def unknown_names(topics: Topics) -> list[int]:
    """Return the places of things that no passage mentions and that are names, not shorthand or everyday words."""
    return [place for place in topics.named if topics.all[place].passages == 0 and topics.all[place].concept.unknown]


def _is_dosed(query: Query, names: Sequence[str]) -> bool:
    """Tell whether a dose, schedule or safety is asked of one of the names, within two words of it."""
    between = r"\W+(?:\w+\W+){0,2}"
    return any(
        re.search(rf"\b{name}{between}{_ASKED_OF_A_DRUG}\b|\b{_ASKED_OF_A_DRUG}{between}{name}\b", query.text, re.IGNORECASE)
        for name in map(re.escape, names)
    )


_ASKED_OF_A_DRUG = r"(?:dos(?:e|es|ing|age)|\d+ ?m?c?g|mg|schedule|interval|infusion|prophylaxis|safe|ok|bd|tds|regrow)"


def _idf_mass(query: Query, index: PassageIndex) -> float:
    """Return the idf of the question's distinct terms, ln(1 + N / (df + 0.5)), summed."""
    asked = list(dict.fromkeys(terms(query.text)))
    return sum(idf(df, index.passage_count) for df in index.document_frequency(asked))
