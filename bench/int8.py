"""Measure what an int8 encoder loses and gains against fp32, on the passages of the starter corpus and the questions of the gold set.

Usage: python bench/int8.py [--passages N] [--questions N]      the first run exports the int8 model, which loads torch
"""

from __future__ import annotations

import argparse
import statistics

import numpy as np
from timing import in_turn, of_call, show
from warm_ask import ROOT

from ragqa.config import Settings
from ragqa.encode import DEFAULT_MODEL, open_encoder
from ragqa.engine import Engine, default_index
from ragqa.evaluate.gold_reading import read_gold

BEST = 10


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=1000)
    parser.add_argument("--questions", type=int, default=100)
    options = parser.parse_args()
    engine = Engine.open(default_index(Settings()))
    index = engine.index
    questions = sorted({gold.question for gold in read_gold(ROOT / "eval" / "gold", index.document)})[:: max(1, 300 // options.questions)]
    ids = [passage.id for card in index.cards() for passage in index.passages_of(card.document_id)]
    texts = [passage.text for passage in index.passages(ids[:: max(1, len(ids) // options.passages)])]
    encoders = {"int8": open_encoder(f"{DEFAULT_MODEL}+int8"), "fp32": open_encoder(DEFAULT_MODEL)}
    passages = {name: encoder.encode_passages(texts) for name, encoder in encoders.items()}
    asked = {name: encoder.encode_queries(questions) for name, encoder in encoders.items()}
    cosines = (passages["int8"] * passages["fp32"]).sum(axis=1)
    print(f"{len(texts)} passages: cosine of int8 to fp32 mean {cosines.mean():.4f}, least {cosines.min():.4f}")
    ranked = {name: np.argsort(-(asked[name] @ passages[name].T), axis=1, kind="stable")[:, :BEST] for name in encoders}
    kept = [len({*a} & {*b}) / BEST for a, b in zip(ranked["int8"].tolist(), ranked["fp32"].tolist(), strict=True)]
    first = float((ranked["int8"][:, 0] == ranked["fp32"][:, 0]).mean())
    print(f"{len(questions)} questions: {statistics.mean(kept):.3f} of the best {BEST} are the same, the first one in {first:.3f}")
    show(in_turn(5, {name: (lambda e=encoder: of_call(lambda: e.encode_queries(questions[:10]))) for name, encoder in encoders.items()}), each=10)


if __name__ == "__main__":
    main()
