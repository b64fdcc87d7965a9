"""Time BM25 with the best 100 against rank_bm25 and bm25s over the same made passages, and hold the scores against rank_bm25's.

Usage: python bench/bm25.py COUNT [RUNS] [--times N]       rank_bm25 needs about 6 kB of memory a passage

With --times, COUNT passages are taken N times over: what is made then has the size of COUNT * N, and the words of COUNT.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from pathlib import Path

import bm25s
import numpy as np
from passages import documents
from rank_bm25 import BM25Okapi
from timing import in_turn, of_call, show

from ragqa.index.bm25 import open_bm25
from ragqa.index.okapi import SparseBM25
from ragqa.text import terms

DEPTH, K1, B = 100, 1.2, 0.75
QUESTIONS = (
    "Does acupuncture help chronic low back pain?", "What is the dose of metformin in chronic kidney disease?", "colchicine for gout flare",
    "Is aspirin recommended after stroke?", "antibiotics for pneumonia in children", "risk of bleeding with apixaban", "vitamin D and falls in older adults",
    "statins for primary prevention", "adrenaline dose in anaphylaxis", "insulin after gestational diabetes",
)  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("runs", nargs="?", type=int, default=5)
    parser.add_argument("--times", type=int, default=1)
    options = parser.parse_args()
    corpus = [terms(passage.text) for _, passages in documents(options.count) for passage in passages] * options.times
    asked = [terms(question) for question in QUESTIONS]
    with tempfile.TemporaryDirectory() as folder:
        SparseBM25(corpus, k1=K1, b=B).save(Path(folder))
        ours = open_bm25(Path(folder))
        peer = BM25Okapi(corpus, k1=K1, b=B)
        other = bm25s.BM25(method="lucene", k1=K1, b=B)
        other.index(corpus, show_progress=False)
        apart = max(float(np.abs(ours.get_scores(query) - peer.get_scores(query)).max()) for query in asked)
        print(f"{len(corpus)} passages, {ours.postings.vocabulary.size} terms; greatest difference from rank_bm25 {apart:.1e}")
        costs = in_turn(
            options.runs,
            {
                "ragqa": lambda: of_call(lambda: [ours.best(query, DEPTH) for query in asked]),
                "rank_bm25": lambda: of_call(lambda: [np.argsort(-peer.get_scores(query), kind="stable")[:DEPTH] for query in asked]),
                "bm25s": lambda: of_call(lambda: [other.retrieve([query], k=DEPTH, show_progress=False, n_threads=1) for query in asked]),
            },
        )
        show(costs, each=len(asked))
        print(f"peak resident {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
