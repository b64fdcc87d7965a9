"""Rankings of documents and judgements in; the measures of ir-measures by query, and TREC run files, out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from ragqa.errors import MissingExtra
from ragqa.evaluate.beir import Qrels
from ragqa.evaluate.keeping import write_whole

Ranking: TypeAlias = list[tuple[str, float]]
"""(document id, score), best first; the scores fall strictly, so that any tool reads the same order out of them."""

MEASURES = ("nDCG@10", "RR@10", "AP", "R@10", "R@100")


def strictly_falling(found: Sequence[tuple[str, float]]) -> Ranking:
    """Return a ranking by (-score, id) with equal scores set apart by the smallest step of single precision."""
    ranking: Ranking = []
    ceiling = np.float32(np.inf)
    for name, score in sorted(found, key=lambda pair: (-pair[1], pair[0])):
        single = np.float32(score)
        if single >= ceiling:
            single = np.nextafter(ceiling, np.float32(-np.inf))
        ceiling = single
        ranking.append((name, float(single)))
    return ranking


def best_passages(found: Sequence[tuple[str, float]], document_of: Mapping[str, str]) -> Ranking:
    """Return the ranking of documents, each by its best passage, from scored passages."""
    best: dict[str, float] = {}
    for passage, score in found:
        document = document_of[passage]
        best[document] = max(score, best.get(document, -np.inf))
    return strictly_falling(list(best.items()))


def measure_rankings(rankings: Mapping[str, Ranking], qrels: Qrels) -> dict[str, dict[str, float]]:
    """Return query id -> measure -> value, by ir-measures; a query without hits has 0.

    Raises MissingExtra where ir-measures is not installed.
    """
    try:
        import ir_measures  # noqa: PLC0415 an extra
    except ImportError as error:
        raise MissingExtra("measuring retrieval", "eval") from error
    judged = [
        ir_measures.Qrel(query, document, grade) for query, found in qrels.items() for document, grade in found.items()
    ]
    run = [
        ir_measures.ScoredDoc(query, document, score) for query, found in rankings.items() for document, score in found
    ]
    wanted = [ir_measures.parse_measure(name) for name in MEASURES]
    values = {query: dict.fromkeys(MEASURES, 0.0) for query in qrels}
    for metric in ir_measures.iter_calc(wanted, judged, run):
        values[metric.query_id][str(metric.measure)] = float(metric.value)
    return values


def write_trec(path: Path, rankings: Mapping[str, Ranking], tag: str) -> None:
    """Write a TREC run file: query, Q0, document, rank from 1, score, tag."""
    lines = [
        f"{query} Q0 {document} {rank} {score!r} {tag}\n"
        for query, ranking in rankings.items()
        for rank, (document, score) in enumerate(ranking, 1)
    ]
    write_whole(path, "".join(lines))
