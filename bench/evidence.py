"""Measure which 1,200 characters are shown first for a question, against BM25, fusion, first sentences, TextRank and MMR.

Usage: python bench/evidence.py SET INDEX [--questions FILE]     (SET holds corpus, queries and answers in the BEIR form)

A hit covers at least half of a gold span, or lies by half in one; the whole set is the corpus. Weights were chosen on
the questions whose id hashes to dev; test is only measured. `--questions` asks other wordings of the set's questions.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ragqa.engine import Engine
from ragqa.evaluate.arms import System, search_arms
from ragqa.evaluate.beir import read_beir
from ragqa.evaluate.claims import covers
from ragqa.evaluate.gold import GoldSpan
from ragqa.evaluate.locate import remembering
from ragqa.evaluate.passages import WINDOW, widened
from ragqa.text import terms
from ragqa.types import Span

KEPT = 10  # passages that TextRank and MMR choose from, and the excerpts that are measured
ROUNDS, DAMPING, DIVERSITY = 30, 0.85, 0.3


class Place(NamedTuple):
    """A piece of a document."""

    document: str
    span: Span


def is_dev(question: str) -> bool:
    """Tell whether a question is one that weights may be chosen on."""
    return blake2b(question.encode(), digest_size=8).digest()[0] % 2 == 0


def main() -> None:
    """Ask every question with every system and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--most", type=int)
    given = parser.parse_args()
    engine = Engine.open(given.index)
    lookup = remembering(engine.index.document)
    beir = read_beir(given.folder, lookup)
    questions = {q: text for q, text in beir.queries.items() if q in beir.spans}
    if given.questions:
        lines = given.questions.read_text(encoding="utf-8").splitlines()
        questions = {row["_id"]: row["text"] for row in map(json.loads, lines)}
    lengths: Callable[[str], int] = lambda document: len(lookup(document).text)  # noqa: E731 one use, next line
    found: dict[str, dict[str, list[bool]]] = {}
    for number, (question, text) in enumerate(sorted(questions.items())):
        if given.most and number >= given.most:
            break
        for system, places in ranked(engine, text, lengths).items():
            found.setdefault(system, {})[question] = [_hit(place, beir.spans[question]) for place in places[:KEPT]]
    print(f"{given.folder.name}: {len(next(iter(found.values())))} questions, hit@1 / hit@10")
    print("| system | dev | test | all |\n| --- | ---: | ---: | ---: |")
    for system, hits in found.items():
        cells = [_cell([h for q, h in hits.items() if keep(q)]) for keep in (is_dev, lambda q: not is_dev(q), lambda _: True)]
        print(f"| {system} | {' | '.join(cells)} |")


def ranked(engine: Engine, text: str, length_of: Callable[[str], int]) -> dict[str, list[Place]]:
    """Return the places that each system shows first."""
    arms = search_arms(engine, text, depth=KEPT, systems=(System.BM25, System.FUSED))
    wide = {
        system: [_wide(arms.passages[passage].document_id, arms.passages[passage].span, length_of) for passage, _ in scored]
        for system, scored in arms.scored.items()
    }
    first = [arms.passages[passage] for passage, _ in arms.scored[System.FUSED]]
    sentences = [(Place(p.document_id, s.span), p.text_at(s.span)) for p in first for s in p.sentences]
    *rows, asked = unit_rows([sentence for _, sentence in sentences], text)
    vectors = np.array(rows)
    chosen = {name: [_wide(sentences[i][0].document, sentences[i][0].span, length_of) for i in order]
              for name, order in (("TextRank over the first ten", textrank(vectors)), ("MMR over the first ten", mmr(vectors, asked)))}
    lead = [_wide(p.document_id, p.sentences[0].span, length_of) for p in first if p.sentences]
    ours = [Place(e.document_id, e.span) for e in engine.evidence(text, depth=KEPT)]
    return {"BM25": wide[System.BM25], "fused": wide[System.FUSED], "first sentence of the passages": lead, **chosen, "Engine.evidence": ours}


def _wide(document: str, span: Span, length_of: Callable[[str], int]) -> Place:
    return Place(document, widened(span, length_of(document)))


def unit_rows(sentences: Sequence[str], question: str) -> np.ndarray:
    """Return a row of unit length for each text, of the search terms that it holds: overlap of words, as TextRank has it."""
    held = [set(terms(text)) for text in (*sentences, question)]
    places = {term: place for place, term in enumerate(sorted(set().union(*held)))}
    rows = np.zeros((len(held), max(1, len(places))))
    for row, found in zip(rows, held, strict=True):
        row[[places[term] for term in found]] = 1.0
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def textrank(vectors: np.ndarray) -> list[int]:
    """Return the sentences of the highest rank in the graph of their likeness (Mihalcea and Tarau, 2004)."""
    links = np.clip(vectors @ vectors.T, 0, None)
    np.fill_diagonal(links, 0)
    links /= np.maximum(links.sum(axis=1, keepdims=True), 1e-9)
    rank = np.full(len(vectors), 1 / len(vectors))
    for _ in range(ROUNDS):
        rank = (1 - DAMPING) / len(vectors) + DAMPING * links.T @ rank
    return [int(i) for i in np.argsort(-rank, kind="stable")[:KEPT]]


def mmr(vectors: np.ndarray, asked: np.ndarray) -> list[int]:
    """Return the sentences near the question and unlike those taken before (Carbonell and Goldstein, 1998)."""
    near, like = vectors @ asked, vectors @ vectors.T
    taken: list[int] = []
    while len(taken) < min(KEPT, len(vectors)):
        left = [i for i in range(len(vectors)) if i not in taken]
        taken.append(max(left, key=lambda i: (1 - DIVERSITY) * near[i] - DIVERSITY * max((like[i, j] for j in taken), default=0.0)))
    return taken


def _hit(place: Place, spans: Sequence[GoldSpan]) -> bool:
    return any(gold.document == place.document and covers(gold.span, place.span) for gold in spans)


def _cell(hits: Sequence[Sequence[bool]]) -> str:
    return f"{np.mean([any(h[:1]) for h in hits]):.3f} / {np.mean([any(h) for h in hits]):.3f}" if hits else "none"


assert WINDOW == 1200  # noqa: S101 the figures of others are stated at this size

if __name__ == "__main__":
    main()
