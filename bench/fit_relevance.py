"""Fit the weights of relevance and answerability on the tuned part of the gold set, and print how good they are.

Usage: python bench/fit_relevance.py [--near FOLDER INDEX] [--write]        (needs scikit-learn, in bench/requirements.txt)

Reads eval/gold and the default index. Questions of the untouched part are never looked at. Every figure printed is
cross-validated by question: a question is judged by weights that were fitted without it. With the questions of
`bench/near_neighbours.py` and the index of their part, answerability is fitted on those too, each at a tenth of the weight:
the gold set has few diseases that stand beside one another.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, StratifiedKFold
from sklearn.preprocessing import StandardScaler

from ragqa.compose.answerable import Signs, signs_of
from ragqa.compose.evidence import Candidate, candidates
from ragqa.compose.plan import plan
from ragqa.compose.relevance import Features
from ragqa.compose.topic import Topics
from ragqa.config import Settings
from ragqa.engine import Engine, default_index
from ragqa.evaluate.gold import Abstain, GoldClaim, GoldQuestion
from ragqa.evaluate.gold_reading import read_gold
from ragqa.evaluate.parts import Part
from ragqa.types import Hit, Query

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "src" / "ragqa" / "compose"
WORDS = 450
SEEDS = range(5)
MUCH_THE_SAME = 0.01  # F1
NEAR_WEIGHT = 0.1  # of a question on a near neighbour, those of the gold set weighing half for each side


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
    parser.add_argument("--near", nargs=2, type=Path, metavar=("FOLDER", "INDEX"), help="questions of bench/near_neighbours.py and their index")
    options = parser.parse_args()
    engine = Engine.open(default_index(Settings()))
    cases = [case for gold in read_gold(ROOT / "eval" / "gold", engine.index.document) if (case := look(engine, gold))]
    scores, relevance = fit_relevance(cases, write=options.write)
    fit_answerability(engine, cases, scores, near_signs(*options.near, relevance) if options.near else NO_SIGNS, write=options.write)


class Judged(NamedTuple):
    """Signs of questions, a row each, and whether each is answered by its index."""

    signs: NDArray[np.float64]
    answered: NDArray[np.bool_]


NO_SIGNS = Judged(np.zeros((0, len(Signs._fields))), np.zeros(0, dtype=bool))


def near_signs(folder: Path, index: Path, relevance: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Judged:
    """Return the signs of questions on diseases that an index holds or does not; `relevance` gives log-odds for rows of features."""
    engine = Engine.open(index)
    rows, held = [], []
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        query = engine.understand(asked["question"])
        topics = Topics(query, engine.index.document_frequency, engine.index.passage_count)
        hits = engine.hits_for(query) if topics.all else []
        found = candidates(query, topics, hits, engine.index, engine.encoder.encode_queries) if hits else []
        if found:
            rows.append(_signs(engine, query, topics, hits, _ordered(found, relevance(np.array([c.features for c in found])))))
            held.append(asked["held"])
    return Judged(np.array(rows), np.array(held))


def _ordered(found: list[Candidate], scores: NDArray[np.float64]) -> list[Candidate]:
    return [found[i]._replace(relevance=float(scores[i])) for i in np.argsort(-scores, kind="stable")]


def _signs(engine: Engine, query: Query, topics: Topics, hits: list[Hit], found: list[Candidate]) -> Signs:
    return signs_of(query, topics, hits, found, engine.index, unlinked=bool(plan(topics, found, query.text).unlinked))


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


def fit_relevance(cases: list[Case], *, write: bool) -> tuple[list[NDArray[np.float64]], Callable[[NDArray[np.float64]], NDArray[np.float64]]]:
    """Fit relevance; return the cross-validated log-odds of each case's candidates, and what gives those of any rows of features."""
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
    return by_case, lambda features: np.asarray(model.decision_function(scaler.transform(features)))


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


def fit_answerability(engine: Engine, cases: list[Case], odds: list[NDArray[np.float64]], near: Judged, *, write: bool) -> None:
    """Fit answerability: whether a question must not be abstained from as a whole."""
    rows, target, kinds = [], [], []
    for case, scores in zip(cases, odds, strict=True):
        if not case.found:
            continue
        rows.append(_signs(engine, case.query, case.topics, case.hits, _ordered(case.found, scores)))
        target.append(case.gold.abstain is not Abstain.WHOLE)
        kinds.append(case.gold.abstain_kind)
    table, answerable = np.array(rows), np.array(target)
    scaler = StandardScaler().fit(table)
    scaled, beside = scaler.transform(table), scaler.transform(near.signs) if len(near.signs) else near.signs
    judged, near_judged = np.zeros(len(table)), np.zeros(len(beside))
    for seed in SEEDS:
        folds = [StratifiedKFold(5, shuffle=True, random_state=seed).split(*pair) for pair in ((scaled, answerable), (beside, near.answered)) if len(pair[0])]
        for (train, test), *further in zip(*folds, strict=True):
            near_train, near_test = further[0] if further else (np.zeros(0, dtype=int),) * 2
            model = _answering(scaled[train], answerable[train], beside[near_train], near.answered[near_train])
            judged[test] += model.decision_function(scaled[test]) / len(SEEDS)
            if further:
                near_judged[near_test] += model.decision_function(beside[near_test]) / len(SEEDS)
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
    if len(beside):
        print(f"  near neighbours: AUROC {roc_auc_score(near.answered, near_judged):.3f}; abstained from {np.mean(near_judged[~near.answered] < threshold):.2f} "
              f"of {np.sum(~near.answered)} not held, {np.mean(near_judged[near.answered] < threshold):.2f} of {np.sum(near.answered)} held")
    model = _answering(scaled, answerable, beside, near.answered)
    extra = {"threshold": round(float(1 / (1 + np.exp(-threshold))), 3)}
    _report(model, scaler, Signs._fields, WEIGHTS / "answerable.json" if write else None, extra)


def _answering(signs: NDArray[np.float64], answerable: NDArray[np.bool_], beside: NDArray[np.float64], held: NDArray[np.bool_]) -> LogisticRegression:
    """Fit answerability: both sides of the gold set weigh the same, and a question on a near neighbour NEAR_WEIGHT."""
    share = np.mean(answerable)
    weights = np.concatenate([np.where(answerable, 0.5 / share, 0.5 / (1 - share)), np.full(len(held), NEAR_WEIGHT)])
    return _logistic(0.2).fit(np.concatenate([signs, beside]), np.concatenate([answerable, held]), sample_weight=weights)


def _logistic(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=3000)


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
