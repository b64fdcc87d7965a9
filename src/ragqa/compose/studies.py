"""A question of yes or no and what one study found in; the probability that the study says yes out."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, TypeAlias

from ragqa.compose.evidence import Candidate
from ragqa.compose.finding import NOT_TESTED, TESTED, null_odds, words_of
from ragqa.compose.roles import denies_effect
from ragqa.patterns import lazy_pattern
from ragqa.shipped import read_model
from ragqa.vocabulary import SourceKind

Tree: TypeAlias = "float | tuple[int, float, Tree, Tree]"  # a leaf, or feature, threshold, where at most it, where above
SURE_FROM = 0.76  # probability from which a yes or no of studies is said: the surest third of the dev part lies above it
MOST_ODDS = 4.0  # to which the log-odds of one sentence count
NEARER, NEAREST = 10.0, 25.0  # how sharply sentences near the question are weighed above others

_ADJUSTED = lazy_pattern(r"adjust|multivari|multiple (?:linear |logistic )?regress|independent|logistic|controlling", re.IGNORECASE)
_SHORT = lazy_pattern(
    r"\b(?:limited|poor\w*|only|low|lack\w*|less|fail\w*|unable|insufficient|inadequate|none|neither|nor|however|although|but|no longer|weak\w*"
    r"|disappoint\w*|rare\w*|few|unlikely|suboptimal|overestimat\w*|underestimat\w*)\b",
    re.IGNORECASE,
)
_STRONG = lazy_pattern(
    r"\b(?:significant\w*|strong\w*|effective\w*|success\w*|improv\w*|excellent|good|better|high\w*|safe\w*|all|accurate\w*|independent\w*|well|feasible"
    r"|useful|superior)\b",
    re.IGNORECASE,
)
_DENIES = lazy_pattern(r"\bnot?\b", re.IGNORECASE)
_ASKS = tuple(  # what a question asks after: "no difference" affirms that two things are equal and denies that one acts
    lazy_pattern(pattern, re.IGNORECASE)
    for pattern in (
        r"differ|affect|influenc|impact|effect|associat|correlat|relat|link|predict|contribut|depend",
        r"improv|reduc|better|superior|benefi|help|useful|value|valid|reliab|accura|effective|role|advantage|increase|enhance|prevent",
        r"safe|feasib|possib|adequa|suffici|appropriate|as (?:\w+ )?as|equal|equivalen|similar|same|alternative|comparable|acceptable|suitable",
        r"necessary|need|justif|require|indicated|should|mandatory|worth|still",
        r"caus|risk|harm|worse|compromis|complicat|increase|adverse|lead to|impair",
        r"^(?:is|are|was|were)\b",
        r"^(?:do|does|did)\b",
        r"^(?:can|could|may|might)\b",
        r"[:.] ",
        r"\bor\b",
        r"^(?:what|why|how|which)",
        r"\b(?:not|no|without|only|all|always|really|enough|too|just|any|every|myth|overestimat)\b",
        r"\bthere\b",
        r"compar|versus|\bvs\b|than\b|between",
        r"know|aware|understand|agree|prefer|want|perce|attitude|believ|complian|adher|practice",
        r"predict|prognos|marker|factor|determin|indicat|surrogate|screen|diagnos|detect|identif",
    )
)


_OF_RESULTS = lazy_pattern(r"results?|findings?|conclusions?|discussion|interpretation", re.IGNORECASE)


class Finding(NamedTuple):
    """A sentence of a study: how near it is to the question (cosine), and whether it stands among results."""

    text: str
    meaning: float
    result: bool


def is_of_study(candidate: Candidate) -> bool:
    """Tell whether a sentence is out of the report of a study, by the kind of its source or its innermost heading."""
    return candidate.card.source.kind is SourceKind.RESEARCH or _among_results(candidate)


def findings_of(document_id: str, found: Sequence[Candidate]) -> list[Finding]:
    """Return what was found of a study, in its order."""
    own = sorted((c for c in found if c.card.document_id == document_id), key=lambda c: c.evidence.span.start)
    return [Finding(c.text, c.features.meaning, _among_results(c)) for c in own]


def _among_results(candidate: Candidate) -> bool:
    path = candidate.evidence.heading_path
    return bool(path) and bool(_OF_RESULTS.search(path[-1]))


def says_yes(question: str, findings: Sequence[Finding]) -> float:
    """Return the probability that a study answers a question of yes or no with yes.

    The mean of trees (Geurts et al., 2006) over what its sentences report, those near the question weighed above others.
    They are fitted by `bench/verdicts.py`. `findings` holds one sentence at least, in the order of the study.
    """
    traits = traits_of(question, findings)
    leaves = [_leaf(tree, traits) for tree in _forest()]
    return sum(leaves) / len(leaves)


def traits_of(question: str, findings: Sequence[Finding]) -> list[float]:
    """Return what a study is judged by: signs of its sentences under four weightings, and the same by what is asked."""
    results = [finding.result for finding in findings]
    if not any(results):
        results = [2 * place + 1 >= len(findings) for place in range(len(findings))]
    rows = [_signs(finding.text) for finding in findings]
    best = max(finding.meaning for finding in findings)
    near, nearest = (_weighted(rows, [result * math.exp(sharp * (f.meaning - best)) for f, result in zip(findings, results, strict=True)]) for sharp in (NEARER, NEAREST))
    plain = _weighted(rows, [float(result) for result in results])
    odds = [row[0] for row, result in zip(rows, results, strict=True) if result]
    nearest_result = max(finding.meaning for finding, result in zip(findings, results, strict=True) if result)
    asked = [float(bool(pattern.search(question))) for pattern in _ASKS]
    by_kind = (near[0], nearest[2], near[5] - near[6] / 2)
    return [
        *near, *nearest, *plain, *rows[-1], max(odds), min(odds), best, nearest_result, float(len(findings)),
        *asked, *chain.from_iterable([kind * value for kind in asked] for value in by_kind), float(len(question.split())),
    ]  # fmt: skip


def _signs(text: str) -> tuple[float, ...]:
    odds = max(-MOST_ODDS, min(MOST_ODDS, null_odds(text)))
    words = words_of(text)
    adjusted = float(bool(_ADJUSTED.search(text)))
    return (
        odds,
        float(odds > 0),
        float(denies_effect(text)),
        float(TESTED in words),
        float(NOT_TESTED in words),
        float(len(_SHORT.findall(text))),
        float(len(_STRONG.findall(text))),
        adjusted,
        adjusted * odds,
        float(bool(_DENIES.search(text))),
    )


def _weighted(rows: Sequence[Sequence[float]], weights: Sequence[float]) -> list[float]:
    mass = sum(weights)
    return [sum(w * value for w, value in zip(weights, column, strict=True)) / mass for column in zip(*rows, strict=True)]


def _leaf(tree: Tree, traits: Sequence[float]) -> float:
    while isinstance(tree, list | tuple):
        feature, threshold, low, high = tree
        tree = low if traits[feature] <= threshold else high
    return tree


@lru_cache(maxsize=1)
def _forest() -> list[Tree]:
    trees: list[Tree] = json.loads(read_model("compose/studies.json"))["trees"]
    return trees
