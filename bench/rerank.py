"""Time what the built-in reranker adds to a search of 100 passages: the 30 that it looks at, and all 100.

Usage: python bench/rerank.py SET INDEX [RUNS] [--most N]        SET in the BEIR form; one thread: OMP_NUM_THREADS=1

Both arms and their fusion are done before, but for the line that times them. "Texts", "words" and "sentences" are parts of
the 100: reading title, headings and text, holding them against the question, and the cosines of the nearest sentences.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from timing import in_turn, of_call, show

from ragqa.engine import Engine
from ragqa.evaluate.beir import read_beir
from ragqa.evaluate.locate import remembering
from ragqa.protocols import Fields, PassageIndex
from ragqa.question import effect_in
from ragqa.retrieve import Probe, dense_weight_for, longness, probe_of
from ragqa.retrieve.nearness import Asked
from ragqa.retrieve.rerank import RERANKED, Found, scored
from ragqa.retrieve.search import features_of, fuse
from ragqa.text import terms
from ragqa.types import Filters

DEPTH = 100


class Ready(NamedTuple):
    """A question, searched: what is left is to put what was found in order."""

    probe: Probe
    found: Found
    asked: Callable[[], Asked]
    fields: Sequence[Fields]


def ready(engine: Engine, question: str) -> Ready:
    """Search for a question, and read what was found."""
    query, index = engine.understand(question), engine.index
    vector = engine.encoder.encode_queries([query.text])[0]
    probe = probe_of(vector, query.text, query.synonyms, index, effect=effect_in(query.text) is not None)
    found = fused(probe, index)
    names = sorted(set(terms(probe.text)))
    known = dict(zip(names, index.document_frequency(names), strict=True))
    return Ready(probe, found, lambda: Asked(probe.text, known, index.passage_count, probe.synonyms), index.fields(found.ids[:DEPTH]))


def fused(probe: Probe, index: PassageIndex) -> Found:
    """Return what both arms find, as a search does before it is put in order."""
    return fuse(probe, index, depth=DEPTH, weight=dense_weight_for(longness(index)), filters=Filters())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("runs", nargs="?", type=int, default=5)
    parser.add_argument("--most", type=int, default=100, help="questions, the first by id")
    options = parser.parse_args()
    engine = Engine.open(options.index)
    index = engine.index
    beir = read_beir(options.set, remembering(index.document))
    questions = [ready(engine, beir.queries[query]) for query in sorted(beir.queries)[: options.most]]
    print(f"{len(questions)} questions, {index.passage_count} passages, one question each:")

    def put_in_order(most: int) -> None:
        for one in questions:
            scored(features_of(one.probe, index, one.found, most=most))

    def held_against() -> None:
        for one in questions:
            one.asked().near_each(one.fields)

    def sentences() -> None:
        for one in questions:
            for own in index.sentence_vectors(one.found.ids[:DEPTH]) or ():
                (own @ one.probe.vector).max(initial=0.0)

    parts: dict[str, Callable[[], object]] = {
        "reranker, all 100": lambda: put_in_order(DEPTH),
        f"reranker, the first {RERANKED} (shipped)": lambda: put_in_order(RERANKED),
        "texts of 100": lambda: [index.fields(one.found.ids[:DEPTH]) for one in questions],
        "words of 100": held_against,
        "sentences of 100": sentences,
        "both arms and fusion": lambda: [fused(one.probe, index) for one in questions],
    }
    show(in_turn(options.runs, {name: lambda part=part: of_call(part) for name, part in parts.items()}), each=len(questions))


if __name__ == "__main__":
    main()
