"""Fit the weights of relevance and answerability on the tuned part of the gold set, and print how good they are.

Usage: python bench/fit_relevance.py [--write]        (needs scikit-learn, in bench/requirements.txt)

Reads eval/gold and the default index. Questions of the untouched part are never looked at. Every figure printed is
cross-validated by question: a question is judged by weights that were fitted without it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, StratifiedKFold
from sklearn.preprocessing import StandardScaler

from ragqa.compose.answerable import Signs, idf_of, signs_of
from ragqa.compose.evidence import Candidate, candidates
from ragqa.compose.plan import plan
from ragqa.compose.relevance import Features
from ragqa.compose.topic import Topics
from ragqa.config import Settings
from ragqa.engine import Engine, default_index
from ragqa.evaluate.gold import Abstain, GoldClaim, GoldQuestion
from ragqa.evaluate.gold_reading import read_gold
from ragqa.evaluate.parts import Part
from ragqa.text import terms
from ragqa.types import Hit, Query

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "src" / "ragqa" / "compose"
WORDS = 450
SEEDS = range(5)
MUCH_THE_SAME = 0.01  # F1


class Case(NamedTuple):
    """A question of the tuned part with all that was found for it."""

    gold: GoldQuestion
    query: Query
    topics: Topics
    hits: list[Hit]
    found: list[Candidate]


def main() -> None:
    """Fit, print and, if asked, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    write = parser.parse_args().write
    engine = Engine.open(default_index(Settings()))
    cases = [case for gold in read_gold(ROOT / "eval" / "gold", engine.index.document) if (case := look(engine, gold))]
    scores = fit_relevance(cases, write=write)
    fit_answerability(engine, cases, scores, write=write)


def look(engine: Engine, gold: GoldQuestion) -> Case | None:
    """Return what the engine finds for a question; None for one of the untouched part, or that names nothing."""
    if gold.part is not Part.TUNED:
        return None
    query = engine.understand(gold.question, audience=gold.audience)
    topics = Topics(query, engine.index.document_frequency, engine.index.passage_count)
    if not topics.all:
        return None
    hits = engine.hits_for(query)
    return Case(gold, query, topics, hits, candidates(query, topics, hits, engine.index, engine.encoder.encode_queries))


def bears(candidate: Candidate, claims: tuple[GoldClaim, ...]) -> bool:
    """Tell whether more than half of a candidate lies in a span that bears one of the claims."""
    span = candidate.evidence.span
    return any(
        place.document == candidate.evidence.document_id
        and min(place.span.end, span.end) - max(place.span.start, span.start) > 0.5 * (span.end - span.start)
        for claim in claims
        for place in claim.spans
    )


def fit_relevance(cases: list[Case], *, write: bool) -> list[NDArray[np.float64]]:
    """Fit relevance; return the cross-validated log-odds of each case's candidates."""
    rows = np.array([c.features for case in cases for c in case.found])
    groups = np.array([i for i, case in enumerate(cases) for _ in case.found])
    must = np.array([bears(c, case.gold.must_have) for case in cases for c in case.found])
    nice = np.array([bears(c, case.gold.nice_to_have) for case in cases for c in case.found]) & ~must
    target = must | nice
    # A nice-to-have counts half, and the sentences that bear nothing count as a hundred a question, however many there are.
    sizes = np.bincount(groups, minlength=len(cases))
    weight = np.where(nice, 0.5, 1.0) * np.where(target, 1.0, 100 / np.maximum(sizes[groups], 1))
    scaler = StandardScaler().fit(rows)
    scaled = scaler.transform(rows)
    odds = np.zeros(len(rows))
    for train, test in GroupKFold(5).split(scaled, target, groups):
        odds[test] = _logistic(0.3).fit(scaled[train], target[train], sample_weight=weight[train]).decision_function(scaled[test])
    print(f"relevance: {len(rows)} sentences of {len(cases)} questions, {must.sum()} must-have, {nice.sum()} nice-to-have")
    print(f"  AUROC {roc_auc_score(target, odds):.3f}")
    by_case = [odds[groups == i] for i in range(len(cases))]
    for words in (150, 300, WORDS, 10**6):
        print(f"  must-have recall of the best {words} words: {recall(cases, by_case, words):.3f}")
    model = _logistic(0.3).fit(scaled, target, sample_weight=weight)
    _report(model, scaler, Features._fields, WEIGHTS / "relevance.json" if write else None, {})
    return by_case


def recall(cases: list[Case], odds: list[NDArray[np.float64]], words: int) -> float:
    """Return the mean share of must-haves among the best sentences that fit into so many words."""
    shares = []
    for case, scores in zip(cases, odds, strict=True):
        if not case.gold.must_have:
            continue
        room, taken = words, []
        for i in np.argsort(-scores):
            size = len(case.found[i].text.split())
            if size <= room:
                room -= size
                taken.append(case.found[i])
        shares.append(np.mean([any(bears(c, (claim,)) for c in taken) for claim in case.gold.must_have]))
    return float(np.mean(shares))


def fit_answerability(engine: Engine, cases: list[Case], odds: list[NDArray[np.float64]], *, write: bool) -> None:
    """Fit answerability: whether a question must not be abstained from as a whole."""
    rows, target, kinds = [], [], []
    for case, scores in zip(cases, odds, strict=True):
        if not case.found:
            continue
        order = np.argsort(-scores)
        found = [case.found[i]._replace(relevance=float(scores[i])) for i in order]
        asked = list(dict.fromkeys(terms(case.query.text)))
        idf = idf_of(case.query, engine.index.document_frequency(asked), engine.index.passage_count)
        unlinked = bool(plan(case.topics, found, case.query.text).unlinked)
        rows.append(signs_of(case.query, case.topics, case.hits, found, idf, unlinked=unlinked))
        target.append(case.gold.abstain is not Abstain.WHOLE)
        kinds.append(case.gold.abstain_kind)
    table, answerable = np.array(rows), np.array(target)
    scaler = StandardScaler().fit(table)
    scaled = scaler.transform(table)
    judged = np.zeros(len(table))
    for seed in SEEDS:
        for train, test in StratifiedKFold(5, shuffle=True, random_state=seed).split(scaled, answerable):
            judged[test] += _logistic(0.2, balanced=True).fit(scaled[train], answerable[train]).decision_function(scaled[test]) / len(SEEDS)
    print(f"answerability: {len(table)} questions, {np.sum(~answerable)} to abstain from; AUROC {roc_auc_score(answerable, judged):.3f}")
    marks = []
    for threshold in np.arange(-3.0, 1.0, 0.1):
        abstained = judged < threshold
        right = np.sum(abstained & ~answerable)
        precision, share = right / max(1, abstained.sum()), right / np.sum(~answerable)
        marks.append((2 * precision * share / max(1e-9, precision + share), threshold, precision, share))
    # Of thresholds that do about equally well, the one that abstains least.
    score, threshold, precision, share = next(mark for mark in marks if mark[0] >= max(marks)[0] - MUCH_THE_SAME)
    print(f"  threshold {threshold:5.1f}: precision {precision:.2f}, recall {share:.2f}, F1 {score:.3f}")
    for kind in sorted({kind for kind, answered in zip(kinds, target, strict=True) if kind and not answered}):
        of_kind = np.array([k == kind for k in kinds]) & ~answerable
        print(f"    flagged, {kind:16} {np.mean(judged[of_kind] < threshold):.2f} of {of_kind.sum()}")
    model = _logistic(0.2, balanced=True).fit(scaled, answerable)
    extra = {"threshold": round(float(1 / (1 + np.exp(-threshold))), 3)}
    _report(model, scaler, Signs._fields, WEIGHTS / "answerable.json" if write else None, extra)


def _logistic(strength: float, *, balanced: bool = False) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=3000, class_weight="balanced" if balanced else None)


def _report(model: LogisticRegression, scaler: StandardScaler, names: tuple[str, ...], path: Path | None, extra: dict[str, float]) -> None:
    weights = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - np.sum(weights * scaler.mean_))
    for name, weight, scaled in zip(names, weights, model.coef_[0], strict=True):
        print(f"    {name:16} {weight:8.3f}   per standard deviation {scaled:6.2f}")
    if path is not None:
        table = {"intercept": round(intercept, 4), "weights": {n: round(float(w), 4) for n, w in zip(names, weights, strict=True)}, **extra}
        path.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
