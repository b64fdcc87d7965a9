"""Fit the weights of the support level on the tuned part of the gold set, and print how good they are.

Usage: python bench/fit_support.py [--write]        (needs scikit-learn, in bench/requirements.txt)

Reads eval/gold and the default index. Questions of the untouched part are never looked at. The figures printed are
cross-validated: a question is judged by weights that were fitted without it. Where a rule decides (`level_by_rule`), the
question is counted, and left out of the fit. Run it after
bench/fit_relevance.py.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

from ragqa.compose.extractive import selected
from ragqa.compose.support import JUDGED, SURE_FROM, Traits, level_by_rule, traits_of
from ragqa.config import Settings
from ragqa.engine import Engine, default_index
from ragqa.evaluate.gold import GoldQuestion
from ragqa.evaluate.gold_reading import read_gold
from ragqa.evaluate.parts import Part
from ragqa.vocabulary import Support

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "src" / "ragqa" / "compose" / "support.json"
STRENGTH, SEEDS = 0.1, range(5)


class Case(NamedTuple):
    """A question: the level expected, that which a rule decides, and what it is judged by where none does."""

    wanted: str
    ruled: str | None
    traits: Traits | None


def main() -> None:
    """Fit, print and, if asked, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    write = parser.parse_args().write
    engine = Engine.open(default_index(Settings()))
    gold = read_gold(ROOT / "eval" / "gold", engine.index.document)
    cases = [judge(engine, question) for question in gold if question.support and question.part is Part.TUNED]
    open_cases = [case for case in cases if case.traits is not None]
    rows, wanted = np.array([case.traits for case in open_cases], dtype=float), np.array([case.wanted for case in open_cases])
    given = cross_validated(rows, wanted)
    right = sum(given == wanted) + sum(case.ruled == case.wanted for case in cases)
    print(f"support level: {len(cases)} questions, {len(cases) - len(open_cases)} decided by rule; right {right / len(cases):.3f}")
    print(f"  always supported: {np.mean([case.wanted == Support.SUPPORTED.value for case in cases]):.3f}")
    for (level, called), count in sorted(Counter(zip(wanted.tolist(), given.tolist(), strict=True)).items()):
        print(f"    {level:22} called {called:22} {count}")
    if write:
        WEIGHTS.write_text(json.dumps(fitted(rows, wanted), indent=1) + "\n", encoding="utf-8")


def judge(engine: Engine, question: GoldQuestion) -> Case:
    """Return what the level of a question is judged by."""
    query = engine.understand(question.question, audience=question.audience)
    made = selected(query, engine.hits_for(query), engine.index, engine.encoder.encode_queries, most_words=Settings().compose.most_words)
    ruled = level_by_rule(query, made.topics, made.chosen, made.direct, made.gaps, made.found)
    traits = None if ruled else traits_of(query, made.topics, made.chosen, made.direct[:JUDGED], made.gaps)
    return Case(str(question.support), str(ruled) if ruled else None, traits)


def cross_validated(rows: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the level that each question gets from models that have not seen it."""
    levels = sorted(set(wanted))
    odds = np.zeros((len(rows), len(levels)))
    for seed in SEEDS:
        for train, test in StratifiedKFold(5, shuffle=True, random_state=seed).split(rows, wanted):
            scaler = StandardScaler().fit(rows[train])
            model = LogisticRegression(C=STRENGTH, max_iter=3000).fit(scaler.transform(rows[train]), wanted[train])
            odds[test] += model.predict_proba(scaler.transform(rows[test])) / len(SEEDS)
    given = np.array(levels)[odds.argmax(axis=1)]
    unsure = (odds.max(axis=1) < SURE_FROM) & np.isin(given, [Support.SUPPORTED.value, Support.NOT_SUPPORTED.value])
    return np.where(unsure, Support.MIXED.value, given)


def fitted(rows: np.ndarray, wanted: np.ndarray) -> dict[str, dict[str, object]]:
    """Return intercept and weights of each level, for traits as they are."""
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=STRENGTH, max_iter=3000).fit(scaler.transform(rows), wanted)
    table: dict[str, dict[str, object]] = {}
    for level, coefficients, intercept in zip(model.classes_, model.coef_, model.intercept_, strict=True):
        weights = coefficients / scaler.scale_
        table[str(level)] = {
            "intercept": round(float(intercept - np.sum(weights * scaler.mean_)), 4),
            "weights": {name: round(float(w), 4) for name, w in zip(Traits._fields, weights, strict=True)},
        }
    return table


if __name__ == "__main__":
    main()
