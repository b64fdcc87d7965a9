"""Time warm hybrid search with texts against LanceDB's hybrid search and against bm25s, a flat matrix and SQLite together.

Usage: python bench/hybrid.py INDEX [RUNS]       INDEX as bench/passages.py makes it

All three take the same vectors and questions and return the texts of the best 10 of two times 100. ragqa gives the title, the
headings and the scores of both arms with each; "whole records" are the sentences, too,
and a checked record of each of the 100 found, as it was measured before.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from pathlib import Path

import bm25s
import lancedb
import numpy as np
from bm25 import DEPTH, K1, QUESTIONS, B
from lancedb.index import FTS
from lancedb.rerankers import RRFReranker
from timing import in_turn, of_call, show

from ragqa.index import LocalIndex
from ragqa.protocols import Vectors
from ragqa.retrieve import Probe, retrieve, weighted_terms
from ragqa.text import terms
from ragqa.types import Filters, Passage

SHOWN = 10


class Assembled:
    """bm25s for words, a matrix for meaning, SQLite for texts, reciprocal rank fusion: what one would put together in a day."""

    def __init__(self, passages: list[Passage], vectors: Vectors, folder: Path) -> None:
        self._vectors = vectors
        self._words = bm25s.BM25(method="lucene", k1=K1, b=B)
        self._words.index([terms(passage.text) for passage in passages], show_progress=False)
        self._texts = sqlite3.connect(folder / "texts.sqlite")
        self._texts.execute("CREATE TABLE texts(row INTEGER PRIMARY KEY, text TEXT)")
        self._texts.executemany("INSERT INTO texts VALUES (?, ?)", enumerate(passage.text for passage in passages))

    def search(self, question: str, vector: Vectors) -> list[str]:
        """Return the best texts."""
        lexical = self._words.retrieve([terms(question)], k=DEPTH, show_progress=False, n_threads=1)[0][0].tolist()
        cosines = self._vectors @ vector
        nearest = np.argpartition(-cosines, DEPTH)[:DEPTH]
        dense = nearest[np.argsort(-cosines[nearest])].tolist()
        scores: dict[int, float] = {}
        for ranked in (lexical, dense):
            for rank, row in enumerate(ranked):
                scores[row] = scores.get(row, 0.0) + 1 / (60 + rank)
        best = sorted(scores, key=lambda row: -scores[row])[:SHOWN]
        return [self._texts.execute("SELECT text FROM texts WHERE row = ?", (row,)).fetchone()[0] for row in best]


def main() -> None:
    """Measure and print."""
    index = LocalIndex.open(Path(sys.argv[1]))
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    rows = np.arange(index.passage_count)
    passages = index.passages(index._store.ids(rows.tolist()))  # noqa: SLF001 - a bench looks inside
    vectors = index._dense.vectors(rows)  # noqa: SLF001
    rng = np.random.default_rng(3)
    asked = [(question, vectors[int(rng.integers(len(rows)))]) for question in QUESTIONS]
    with tempfile.TemporaryDirectory() as folder:
        assembled = Assembled(passages, vectors, Path(folder))
        table = lancedb.connect(folder).create_table("passages", [{"text": p.text, "vector": v} for p, v in zip(passages, vectors, strict=True)])
        table.create_index("text", config=FTS())
        reranker = RRFReranker()

        def ours() -> None:
            for question, vector in asked:
                probe = Probe(vector, weighted_terms(question))
                hits = retrieve(probe, index, depth=DEPTH, dense_weight=0.5, feedback=False, filters=Filters(), most=SHOWN)
                index.fields([hit.passage_id for hit in hits])

        def whole() -> None:
            for question, vector in asked:
                hits = retrieve(Probe(vector, weighted_terms(question)), index, depth=DEPTH, dense_weight=0.5, feedback=False, filters=Filters())
                index.passages([hit.passage_id for hit in hits[:SHOWN]])

        def lance() -> None:
            for question, vector in asked:
                table.search(query_type="hybrid").vector(vector).text(question.rstrip("?")).rerank(reranker).limit(SHOWN).to_list()

        print(f"{len(rows)} passages")
        costs = in_turn(
            runs,
            {
                "ragqa": lambda: of_call(ours),
                "ragqa, whole records": lambda: of_call(whole),
                "LanceDB hybrid": lambda: of_call(lance),
                "bm25s + flat + SQLite": lambda: of_call(lambda: [assembled.search(*one) for one in asked]),
            },
        )
        show(costs, each=len(asked))


if __name__ == "__main__":
    main()
