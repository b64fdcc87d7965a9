"""Time the exact search of vectors against the 1-bit codes with rescoring, and measure the recall of the latter.

Usage: python bench/dense.py [INDEX...] [--made COUNT] [--runs N]

The vectors are those of the named indexes together, real ones, or with --made those of as many made passages. Without
indexes, real questions are replaced by places beside a made vector. Recall is over the exact best 100.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from passages import DIMENSIONS, StubEncoder
from timing import in_turn, of_call, show

from ragqa.index import LocalIndex
from ragqa.index.dense import DenseArm, VectorFile
from ragqa.protocols import Vectors
from ragqa.vocabulary import DenseKind

DEPTH, QUESTIONS, SEED, BLOCK = 100, 50, 7, 16_384


def real(folders: list[Path]) -> Vectors:
    """Return the vectors of all passages of indexes."""
    parts = []
    for folder in folders:
        with LocalIndex.open(folder) as index:
            parts.append(index._dense.vectors(np.arange(index.passage_count)))  # noqa: SLF001 - a bench looks inside
    return np.concatenate(parts)


def made(count: int) -> Vectors:
    """Return the vectors of made passages."""
    encoder, rng = StubEncoder(max(10, count // 500)), np.random.default_rng(SEED)
    topics = rng.integers(max(10, count // 500), size=count)
    found = np.empty((count, DIMENSIONS), dtype=np.float32)
    for start in range(0, count, BLOCK):
        found[start : start + BLOCK] = encoder.encode_passages([f"topic {topic}\n{start + i}" for i, topic in enumerate(topics[start : start + BLOCK])])
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("indexes", nargs="*", type=Path)
    parser.add_argument("--made", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    vectors = real(options.indexes) if options.indexes else made(options.made)
    rng = np.random.default_rng(SEED)
    asked = vectors[rng.choice(len(vectors), QUESTIONS, replace=False)] + 0.03 * rng.standard_normal((QUESTIONS, vectors.shape[1]), dtype=np.float32)
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    with tempfile.TemporaryDirectory() as folder:
        arms = {}
        for kind in DenseKind:
            home = Path(folder) / kind
            home.mkdir()
            file = VectorFile(home, kind, len(vectors), vectors.shape[1])
            for start in range(0, len(vectors), BLOCK):
                file.put(np.arange(start, min(len(vectors), start + BLOCK)), vectors[start : start + BLOCK])
            file.finish()
            arms[kind] = DenseArm(home, kind, vectors.shape[1])
        flat, coded = arms[DenseKind.FLAT], arms[DenseKind.RABITQ]
        kept = [len(set(flat.search(v, DEPTH, None)[0].tolist()) & set(coded.search(v, DEPTH, None)[0].tolist())) for v in asked]
        print(f"{len(vectors)} vectors; recall@{DEPTH} {np.mean(kept) / DEPTH:.4f}, least {min(kept) / DEPTH:.2f}")
        costs = in_turn(
            options.runs,
            {
                "exact": lambda: of_call(lambda: [flat.search(v, DEPTH, None) for v in asked]),
                "1-bit codes": lambda: of_call(lambda: [coded.search(v, DEPTH, None) for v in asked]),
            },
        )
        show(costs, each=QUESTIONS)


if __name__ == "__main__":
    main()
