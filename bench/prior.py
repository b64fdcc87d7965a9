"""Show what composing's mild prior for guidelines does: the tuned gold questions, answered with it and without.

Usage: python bench/prior.py INDEX [--most N]       (INDEX of the starter corpus)

The prior is the weight `guideline` of the relevance of a sentence (compose/relevance.json): log-odds that a sentence has
for standing in a guideline, other things equal. Searches have no such weight. Only questions of the tuned part are asked.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragqa.compose import relevance
from ragqa.engine import Engine
from ragqa.evaluate.claims import distinct_statements, hits
from ragqa.evaluate.gold import GoldQuestion
from ragqa.evaluate.gold_reading import read_gold
from ragqa.evaluate.parts import Part
from ragqa.vocabulary import SourceKind

GOLD = Path(__file__).resolve().parent.parent / "eval" / "gold"
DRAWS, SEED = 2000, 20240229


def answered(engine: Engine, questions: list[GoldQuestion]) -> tuple[NDArray[np.float64], NDArray[np.float64], list[str]]:
    """Return, by question, the share of must-have claims that are quoted, the share of statements from guidelines, and the texts."""
    recalls, shares, texts = [], [], []
    for question in questions:
        answer = engine.ask(question.question, audience=question.audience)
        kind_of = {reference.number: reference.source.kind for reference in answer.references}
        cited = [citation for statement in distinct_statements(answer) for citation in statement.citations]
        claims = [claim for claim in question.must_have if claim.spans]
        recalls.append(np.mean([any(hits(claim.spans, citation) for citation in cited) for claim in claims]))
        shares.append(np.mean([kind_of[c.number] is SourceKind.GUIDELINE for c in cited]) if cited else np.nan)
        texts.append("\n".join(statement.text for statement in distinct_statements(answer)))
    return np.array(recalls), np.array(shares), texts


def main() -> None:
    """Ask twice and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--most", type=int)
    options = parser.parse_args()
    engine = Engine.open(options.index)
    gold = [q for q in read_gold(GOLD, engine.index.document) if q.part is Part.TUNED and any(claim.spans for claim in q.must_have)]
    gold = sorted(gold, key=lambda q: q.id)[: options.most]
    intercept, weights = relevance._weights()  # noqa: SLF001 - a bench looks inside
    recall, share, texts = answered(engine, gold)
    relevance._weights = lambda: (intercept, weights._replace(guideline=0.0))  # noqa: SLF001
    plain_recall, plain_share, plain_texts = answered(engine, gold)
    more = recall - plain_recall
    means = more[np.random.default_rng(SEED).integers(len(more), size=(DRAWS, len(more)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    changed = sum(a != b for a, b in zip(texts, plain_texts, strict=True))
    print(f"{len(gold)} questions; the prior is {weights.guideline:+.3f} log-odds; {changed} answers differ in a statement or its place")
    print(f"must-have claims quoted: {recall.mean():.3f} with, {plain_recall.mean():.3f} without; difference {more.mean():+.4f} ({low:+.4f} to {high:+.4f})")
    print(f"citations of guidelines: {np.nanmean(share):.3f} with, {np.nanmean(plain_share):.3f} without")


if __name__ == "__main__":
    main()
