"""Fit the model that puts the first passages of a search in order, and print what it does to each set that it was not fitted on.

Usage: python bench/fit_reranker.py DATA INDEXES [--write] [--sets NAME...]      (needs scikit-learn; two minutes of one free core)

DATA holds sets in the BEIR form, INDEXES an index of each under its name; `gold` is the tuned part of eval/gold over an index
of the starter corpus. Of scifact only the claims that the adapter was not trained on count, of medquad the quarter by the same hash. A passage is right where it is of a right document, bears a claim of the gold set or, where a set
states spans, holds one as `ragqa eval retrieval` counts it. Pairs of a right and a wrong passage of one question are told
apart by a logistic model without intercept (RankNet with a linear score; Burges et al., 2005); every question weighs the
same, and every set.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from train_adapter import held_back

from ragqa.engine import Engine
from ragqa.evaluate.beir import read_beir
from ragqa.evaluate.claims import covers
from ragqa.evaluate.gold_reading import read_gold
from ragqa.evaluate.locate import remembering
from ragqa.evaluate.parts import Part
from ragqa.evaluate.passages import holds
from ragqa.question import effect_in
from ragqa.retrieve import dense_weight_for, longness, probe_of
from ragqa.retrieve.rerank import RERANKED, Features
from ragqa.retrieve.search import features_of, fuse
from ragqa.types import Filters

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "src" / "ragqa" / "retrieve" / "rerank.json"
SETS = ("scifact", "medquad", "covid_qa", "evidence_inference", "gold")
A_QUARTER = ("scifact", "medquad")  # asked by hash: of scifact the claims that the adapter was not trained on
DEPTH, STRENGTH, MOST_PAIRS, SEED = 100, 1.0, 40, 0
OF_ONE_DOCUMENT = 2  # its best passages count as right where a whole document does
Floats = NDArray[np.float64]


class Asked(NamedTuple):
    """A question: a row of features for each of the first passages, which of them are right, and how an order is measured."""

    rows: Floats
    right: NDArray[np.bool_]
    ids: list[str]
    measure: Callable[[Sequence[int]], dict[str, float]]


class Set(NamedTuple):
    """A set of questions."""

    name: str
    asked: list[Asked]


def read_set(name: str, data: Path, indexes: Path) -> Set:
    """Ask every question of a set that weights may be fitted on."""
    engine = Engine.open(indexes / name)
    lookup = remembering(engine.index.document)
    if name == "gold":
        gold = [q for q in read_gold(ROOT / "eval" / "gold", lookup) if q.part is Part.TUNED and any(claim.spans for claim in q.must_have)]
        found = [(q.question, lambda ids, q=q: _claims(engine, ids, [claim.spans for claim in q.must_have if claim.spans])) for q in gold]
    else:
        beir = read_beir(data / name, lookup)
        queries = [query for query in sorted(beir.queries) if name not in A_QUARTER or held_back(query)]
        found = [(beir.queries[q], lambda ids, q=q: _judged(engine, ids, beir.qrels[q], beir.spans.get(q), lookup)) for q in queries]
    asked = []
    for number, (question, judge) in enumerate(found):
        rows, ids = _features(engine, question)
        right, measure = judge(ids)
        asked.append(Asked(rows, right, ids, measure))
        if number % 100 == 0:
            print(f"  {name}: {number} of {len(found)}", flush=True)
    return Set(name, asked)


def _features(engine: Engine, question: str) -> tuple[Floats, list[str]]:
    query = engine.understand(question)
    vector = engine.encoder.encode_queries([query.text])[0]
    probe = probe_of(vector, query.text, query.synonyms, engine.index, effect=effect_in(query.text) is not None)
    found = fuse(probe, engine.index, depth=DEPTH, weight=dense_weight_for(longness(engine.index)), filters=Filters())
    return features_of(probe, engine.index, found), found.ids[:DEPTH]


def _judged(engine, ids, grades, spans, lookup):  # noqa: ANN001, ANN202 - what read_set hands over
    """Return which of the first passages are right, and nDCG@10 by document with, where there are spans, hit@1 and hit@10."""
    documents = [name.rpartition(":")[0] for name in ids]
    good = {document for document, grade in grades.items() if grade > 0}
    right = np.array([document in good for document in documents[:RERANKED]])
    held: list[bool] = []
    if spans:
        held = [holds(p, spans, length=len(lookup(p.document_id).text)) for p in engine.index.passages(ids[:RERANKED])]
        right = np.array(held[:RERANKED])
    elif right.sum() > OF_ONE_DOCUMENT:
        right[np.flatnonzero(right)[OF_ONE_DOCUMENT:]] = False

    def measure(order: Sequence[int]) -> dict[str, float]:
        ranked = list(dict.fromkeys(documents[i] for i in order))[:10]
        discounts = 1 / np.log2(np.arange(2, 12))
        gained = sum(d for d, document in zip(discounts, ranked, strict=False) if document in good)
        values = {"nDCG@10": gained / discounts[: min(10, len(good))].sum()}
        return values | ({f"hit@{k}": float(any(held[i] for i in order[:k])) for k in (1, 10)} if spans else {})

    return right, measure


def _claims(engine, ids, claims):  # noqa: ANN001, ANN202 - what read_set hands over
    """Return which of the first passages bear a claim, and the share of claims that the first ten bear."""
    passages = engine.index.passages(ids[:RERANKED])
    table = np.array([[any(s.document == p.document_id and covers(s.span, p.span) for s in spans) for p in passages] for spans in claims])
    return table.any(axis=0), lambda order: {"claims@10": float(table[:, list(order[:10])].any(axis=1).mean())}


def pairs_of(sets: Iterable[Set]) -> tuple[Floats, Floats]:
    """Return features of right passages less those of wrong ones, and the weight of each difference."""
    random = np.random.default_rng(SEED)
    differences, weights = [], []
    for one in sets:
        usable = [asked for asked in one.asked if asked.right.any() and not asked.right.all()]
        for asked in usable:
            right, wrong = np.flatnonzero(asked.right), np.flatnonzero(~asked.right)
            all_pairs = np.array([(i, j) for i in right for j in wrong])
            chosen = all_pairs if len(all_pairs) <= MOST_PAIRS else random.permutation(all_pairs)[:MOST_PAIRS]
            differences.append(asked.rows[chosen[:, 0]] - asked.rows[chosen[:, 1]])
            weights.append(np.full(len(chosen), 1000 / len(usable) / len(chosen)))
    return np.concatenate(differences), np.concatenate(weights)


def fit(sets: Sequence[Set]) -> Floats:
    """Return the weight of each feature."""
    differences, weights = pairs_of(sets)
    spread = np.maximum(differences.std(axis=0), 1e-9)
    scaled = differences / spread
    model = LogisticRegression(C=STRENGTH, fit_intercept=False, max_iter=1000)
    model.fit(np.concatenate([scaled, -scaled]), np.repeat([1, 0], len(scaled)), sample_weight=np.tile(weights, 2))
    found: Floats = model.coef_[0] / spread
    return found


def measured(one: Set, weights: Floats | None) -> dict[str, float]:
    """Return the mean of each measure of a set; without weights in the fused order."""
    values: dict[str, list[float]] = {}
    for asked in one.asked:
        order = list(range(len(asked.ids)))
        if weights is not None:
            scores = np.asarray(asked.rows @ weights, dtype=np.float32)
            order[: len(scores)] = sorted(range(len(scores)), key=lambda i: (-float(scores[i]), asked.ids[i]))
        for name, value in asked.measure(order).items():
            values.setdefault(name, []).append(value)
    return {name: float(np.mean(found)) for name, found in values.items()}


def show(title: str, rows: Mapping[str, Mapping[str, float]]) -> None:
    """Print a line of each set: what every order gives."""
    for order, values in rows.items():
        print(f"| {title} | {order} | " + " | ".join(f"{name} {value:.3f}" for name, value in values.items()) + " |", flush=True)


def main() -> None:
    """Fit, print and, if asked, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("indexes", type=Path)
    parser.add_argument("--write", action="store_true", help="write the weights into the package; then run scripts/digests")
    parser.add_argument("--sets", nargs="*", default=SETS)
    options = parser.parse_args()
    sets = [read_set(name, options.data, options.indexes) for name in options.sets]
    whole = fit(sets)
    for one in sets:
        out = fit([other for other in sets if other is not one])
        show(one.name, {"fused": measured(one, None), "set left out": measured(one, out), "all in": measured(one, whole)})
    table = {name: round(float(weight), 3) for name, weight in zip(Features._fields, whole, strict=True)}
    print(json.dumps(table, indent=1))
    if options.write:
        WEIGHTS.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
