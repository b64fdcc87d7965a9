"""Measure what an int8 encoder loses and gains against fp32: vectors and speed on the starter corpus, ranking on any set.

Usage: python bench/int8.py [--passages N] [--questions N]      the first run exports the int8 model, which loads torch
       python bench/int8.py ranking KIND DATA FP32 INT8         two indexes of the same passages, one with "+int8" in its encoder

KIND is "beir" (nDCG@10 of documents, dense and fused), "evidence" (excerpts that hit a gold span among the first one and ten) or
"gold" (must-have claims in the first ten passages, tuned questions of a gold folder). Only questions that weights may be chosen on
are asked. The difference comes with its 95 % interval, by resampling questions.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from evidence import is_dev
from timing import in_turn, of_call, show
from warm_ask import ROOT

from ragqa.config import Settings
from ragqa.encode import DEFAULT_MODEL, open_encoder
from ragqa.engine import Engine, default_index
from ragqa.evaluate.arms import System, search_arms
from ragqa.evaluate.beir import read_beir
from ragqa.evaluate.claims import covers
from ragqa.evaluate.gold import GoldSpan
from ragqa.evaluate.gold_reading import read_gold
from ragqa.evaluate.locate import remembering
from ragqa.evaluate.parts import Part, part_of
from ragqa.evaluate.ranking import best_passages, measure_rankings
from ragqa.types import Span

BEST, DEPTH, DRAWS, SEED = 10, 100, 10_000, 20261126
Scores = Mapping[str, list[float]]
"""Measure -> its value for each question."""


def beir(data: Path, engine: Engine) -> Scores:
    """Return the nDCG@10 of each question of the dev half."""
    read = read_beir(data, remembering(engine.index.document))
    asked = {query: text for query, text in sorted(read.queries.items()) if is_dev(query)}
    systems = (System.DENSE, System.FUSED)
    rankings = {system: {} for system in systems}
    for query, text in asked.items():
        found = search_arms(engine, text, depth=DEPTH, systems=systems)
        document_of = {passage.id: passage.document_id for passage in found.passages.values()}
        for system, scored in found.scored.items():
            rankings[system][query] = best_passages(scored, document_of)
    qrels = {query: read.qrels[query] for query in asked}
    measured = {system: measure_rankings(found, qrels) for system, found in rankings.items()}
    return {f"{system} nDCG@10": [found[query]["nDCG@10"] for query in asked] for system, found in measured.items()}


def evidence(data: Path, engine: Engine) -> Scores:
    """Return whether the excerpts of each question of the dev half hit."""
    read = read_beir(data, remembering(engine.index.document))
    asked = [query for query in sorted(read.queries) if query in read.spans and is_dev(query)]
    hits = [[_hits(excerpt.document_id, excerpt.span, read.spans[query]) for excerpt in engine.evidence(read.queries[query], depth=BEST)] for query in asked]
    return {f"hit@{k}": [float(any(found[:k])) for found in hits] for k in (1, BEST)}


def gold(data: Path, engine: Engine) -> Scores:
    """Return the share of the must-have claims of each tuned question of which the first ten passages cover a place."""
    found = []
    for question in read_gold(data, engine.index.document):
        claims = [claim for claim in question.must_have if claim.spans]
        if claims and part_of(question.id) is Part.TUNED:
            passages = [passage for _, passage in engine.search(question.question, depth=BEST)]
            found.append(statistics.mean(any(_hits(p.document_id, p.span, claim.spans) for p in passages) for claim in claims))
    return {"must-have claims in the first ten": found}


def _hits(document: str, span: Span, spans: Sequence[GoldSpan]) -> bool:
    return any(place.document == document and covers(place.span, span) for place in spans)


KINDS: dict[str, Callable[[Path, Engine], Scores]] = {"beir": beir, "evidence": evidence, "gold": gold}


def ranking(kind: str, data: Path, fp32: Path, int8: Path) -> None:
    """Print both sides and their difference."""
    measured = [KINDS[kind](data, Engine.open(folder)) for folder in (fp32, int8)]
    rng = np.random.default_rng(SEED)
    for name, values in measured[0].items():
        before, after = np.array(values), np.array(measured[1][name])
        draws = (after - before)[rng.integers(0, before.size, (DRAWS, before.size))].mean(axis=1)
        low, high = np.quantile(draws, (0.025, 0.975))
        print(f"{data.name} {name}: {before.size} questions, fp32 {before.mean():.4f}, int8 {after.mean():.4f}, difference {(after - before).mean():+.4f} ({low:+.4f} to {high:+.4f})")


def vectors(passages: int, count: int) -> None:
    """Print cosines, agreement of rankings, and time."""
    engine = Engine.open(default_index(Settings()))
    index = engine.index
    questions = sorted({gold.question for gold in read_gold(ROOT / "eval" / "gold", index.document)})[:: max(1, 300 // count)]
    ids = [passage.id for card in index.cards() for passage in index.passages_of(card.document_id)]
    texts = [passage.text for passage in index.passages(ids[:: max(1, len(ids) // passages)])]
    encoders = {"int8": open_encoder(f"{DEFAULT_MODEL}+int8"), "fp32": open_encoder(DEFAULT_MODEL)}
    rows = {name: encoder.encode_passages(texts) for name, encoder in encoders.items()}
    asked = {name: encoder.encode_queries(questions) for name, encoder in encoders.items()}
    cosines = (rows["int8"] * rows["fp32"]).sum(axis=1)
    print(f"{len(texts)} passages: cosine of int8 to fp32 mean {cosines.mean():.4f}, least {cosines.min():.4f}")
    ranked = {name: np.argsort(-(asked[name] @ rows[name].T), axis=1, kind="stable")[:, :BEST] for name in encoders}
    kept = [len({*a} & {*b}) / BEST for a, b in zip(ranked["int8"].tolist(), ranked["fp32"].tolist(), strict=True)]
    first = float((ranked["int8"][:, 0] == ranked["fp32"][:, 0]).mean())
    print(f"{len(questions)} questions: {statistics.mean(kept):.3f} of the best {BEST} are the same, the first one in {first:.3f}")
    show(in_turn(5, {name: (lambda e=encoder: of_call(lambda: e.encode_queries(questions[:10]))) for name, encoder in encoders.items()}), each=10)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=1000)
    parser.add_argument("--questions", type=int, default=100)
    asked = parser.add_subparsers(dest="what").add_parser("ranking")
    asked.add_argument("kind", choices=KINDS)
    for name in ("data", "fp32", "int8"):
        asked.add_argument(name, type=Path)
    given = parser.parse_args()
    if given.what:
        ranking(given.kind, given.data, given.fp32, given.int8)
    else:
        vectors(given.passages, given.questions)


if __name__ == "__main__":
    main()
