"""Hold ragqa's retrieval against other libraries on the same texts and the same vectors, in one run.

Usage: python bench/retrieval_peers.py DATA INDEXES [SET...] [--plain] [--most N] [--only PEER...]
                                                     (needs bench/requirements.txt and ragqa[eval])

DATA holds the sets in the BEIR form, INDEXES an index of each under its name. Every system gets the passages of ragqa's
index and the vectors of its encoder, the shipped adapter included where the index has it; --plain takes the adapter off
for all systems alike. A document counts by its best passage; where a set states spans, hit@k is a passage among the first
k that, widened to 1,200 characters, covers half of a span or lies by half in one. Of scifact only the claims that the
adapter was not trained on are asked. Intervals are of ragqa's whole ranking less the other's, by paired bootstrap over questions.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from peers import DEPTH, PEERS, Floats, Given, Ranked, Search, nearest
from train_adapter import held_back

from ragqa.encode import AdaptedEncoder, OnnxEncoder, turned
from ragqa.engine import Engine
from ragqa.evaluate.beir import Beir, read_beir
from ragqa.evaluate.locate import remembering
from ragqa.evaluate.passages import holds
from ragqa.evaluate.ranking import best_passages, measure_rankings
from ragqa.evaluate.statistics import percentile_interval
from ragqa.index.packing import passage_text
from ragqa.protocols import PassageIndex, Scored
from ragqa.retrieve import probe_of, retrieve
from ragqa.types import Filters, Passage

SETS = ("scifact", "medquad", "pubmedqa", "covid_qa", "evidence_inference")
OURS = "ragqa, fused and reranked"
DRAWS, SEED = 2000, 20240229
HITS = (1, 10)


class Whole(NamedTuple):
    """A set, ready: passages by row, what is given to all, and an engine that sees the same vectors."""

    beir: Beir
    passages: Sequence[Passage]
    given: Given
    engine: Engine
    names: Sequence[str]  # of questions, in the order of `given`


class Turned:
    """An index whose vectors are turned by a matrix; its dense arm searches them exactly, all else is as it was."""

    def __init__(self, index: PassageIndex, ids: Sequence[str], matrix: Floats) -> None:
        self._index, self._ids, self._matrix = index, ids, matrix
        self._vectors = turned(index.vectors(ids), matrix)
        self._row = {name: row for row, name in enumerate(ids)}

    def __getattr__(self, name: str) -> object:
        """Return what the index itself has."""
        return getattr(self._index, name)

    def search_dense(self, vector: Floats, *, depth: int, filters: Filters) -> list[Scored]:
        """Return the nearest of all passages."""
        assert filters == Filters()  # noqa: S101 the bench filters nothing
        cosines = self._vectors @ vector
        best = sorted(np.argsort(-cosines, kind="stable")[:depth].tolist(), key=lambda row: (-float(cosines[row]), self._ids[row]))
        return [Scored(self._ids[row], float(cosines[row])) for row in best]

    def search_dense_each(self, vectors: Sequence[Floats], *, depth: int, filters: Filters) -> list[list[Scored]]:
        """Return the nearest of all passages to each vector."""
        return [self.search_dense(vector, depth=depth, filters=filters) for vector in vectors]

    def score_dense(self, vector: Floats, passage_ids: Sequence[str]) -> Floats:
        """Return cosines."""
        return np.asarray(self.vectors(passage_ids) @ vector, dtype=np.float32)

    def vectors(self, passage_ids: Sequence[str]) -> Floats:
        """Return vectors."""
        return self._vectors[[self._row[name] for name in passage_ids]]

    def sentence_vectors(self, passage_ids: Sequence[str]) -> list[Floats] | None:
        """Return those of sentences."""
        rows = self._index.sentence_vectors(passage_ids)
        return None if rows is None else [turned(own, self._matrix) for own in rows]


def whole_of(name: str, data: Path, indexes: Path, *, plain: bool, most: int | None) -> Whole:
    """Read a set and its index."""
    engine = Engine.open(indexes / name)
    index = engine.index
    beir = read_beir(data / name, remembering(index.document))
    asked = [query for query in sorted(beir.queries) if name != "scifact" or held_back(query)][:most]
    passages = [passage for card in index.cards() for passage in index.passages_of(card.document_id)]
    ids = [passage.id for passage in passages]
    encoder = engine.encoder
    if plain and isinstance(encoder, AdaptedEncoder):
        back = np.linalg.inv(encoder.adapter.matrix.astype(np.float64)).astype(np.float32)
        engine = Engine(Turned(index, ids, back), OnnxEncoder(encoder.base.home), engine.settings)  # type: ignore[arg-type]
    texts = [passage_text(fields.title, list(fields.headings), fields.text) for fields in index.fields(ids)]
    questions = [beir.queries[query] for query in asked]
    rows = np.stack([engine.encoder.encode_queries([question])[0] for question in questions])
    return Whole(beir, passages, Given(texts, engine.index.vectors(ids), questions, rows), engine, asked)


def ours(whole: Whole) -> dict[str, Search]:
    """Return ragqa's arms, their fusion, and the whole as `ragqa search` ranks it."""
    engine, given = whole.engine, whole.given
    row_of = {passage.id: row for row, passage in enumerate(whole.passages)}

    def lexical(number: int) -> Ranked:
        query = engine.understand(given.questions[number])
        probe = probe_of(given.asked[number], query.text, query.synonyms, engine.index)
        found = engine.index.search_lexical(probe.terms, depth=DEPTH, filters=Filters(), instead=probe.instead)
        return [(row_of[hit.passage_id], hit.score) for hit in found]

    def fused(number: int) -> Ranked:
        query = engine.understand(given.questions[number])
        vector = engine.encoder.encode_queries([query.text])[0]
        probe = probe_of(vector, query.text, query.synonyms, engine.index)
        hits = retrieve(probe, engine.index, depth=DEPTH, dense_weight=None, feedback=False)
        return [(row_of[hit.passage_id], hit.score) for hit in hits]

    def reranked(number: int) -> Ranked:
        return [(row_of[hit.passage_id], hit.score) for hit, _ in engine.search(given.questions[number], depth=DEPTH)]

    return {"ragqa, BM25 arm": lexical, "ragqa, dense arm": nearest(given), "ragqa, fused": fused, OURS: reranked}


def measured(whole: Whole, search: Search) -> dict[str, NDArray[np.float64]]:
    """Return nDCG@10, and hit@k where the set has spans, of each question."""
    document_of = {str(row): passage.document_id for row, passage in enumerate(whole.passages)}
    rankings, hits = {}, []
    length_of = _lengths(whole)
    for number, query in enumerate(whole.names):
        found = search(number)
        rankings[query] = best_passages([(str(row), -float(place)) for place, (row, _) in enumerate(found)], document_of)
        spans = whole.beir.spans.get(query)
        if spans:
            first = [whole.passages[row] for row, _ in found[: max(HITS)]]
            held = [holds(passage, spans, length=length_of(passage.document_id)) for passage in first]
            hits.append([float(any(held[:k])) for k in HITS])
    values = measure_rankings(rankings, {query: whole.beir.qrels[query] for query in whole.names})
    table = {"nDCG@10": np.array([values[query]["nDCG@10"] for query in whole.names])}
    if hits:
        table |= {f"hit@{k}": np.array(hits)[:, place] for place, k in enumerate(HITS)}
    return table


def _lengths(whole: Whole) -> Callable[[str], int]:
    known: dict[str, int] = {}

    def length(document: str) -> int:
        if document not in known:
            known[document] = len(whole.engine.index.document(document).text)
        return known[document]

    return length


def show(name: str, whole: Whole, tables: Mapping[str, Mapping[str, NDArray[np.float64]]]) -> None:
    """Print a table of systems by measures, each with the interval of what ragqa's whole ranking has more."""
    encoder = "adapter on" if isinstance(whole.engine.encoder, AdaptedEncoder) else "no adapter"
    measures = list(tables[OURS])
    print(f"\n{name}: {len(whole.names)} questions, {len(whole.passages)} passages, {encoder}\n")
    print("| system |" + "".join(f" {measure} | ragqa less this |" for measure in measures))
    print("| --- |" + " ---: | --- |" * len(measures))
    draw = np.random.default_rng(SEED)
    for system, table in tables.items():
        cells = []
        for measure in measures:
            more = tables[OURS][measure] - table[measure]
            means = more[draw.integers(len(more), size=(DRAWS, len(more)))].mean(axis=1)
            interval = percentile_interval(means)
            cells.append(f" {table[measure].mean():.3f} | " + ("|" if system == OURS else f"{more.mean():+.3f} ({interval.low:+.3f} to {interval.high:+.3f}) |"))
        print(f"| {system} |" + "".join(cells), flush=True)


def main() -> None:
    """Ask every question of every system and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("indexes", type=Path)
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--plain", action="store_true", help="take the adapter off, for all systems alike")
    parser.add_argument("--most", type=int, help="only the first questions by id")
    parser.add_argument("--only", nargs="*", choices=PEERS, default=list(PEERS), help="these peers alone")
    options = parser.parse_args()
    for name in options.sets:
        whole = whole_of(name, options.data, options.indexes, plain=options.plain, most=options.most)
        systems = ours(whole) | {peer: PEERS[peer](whole.given) for peer in options.only}
        show(name, whole, {system: measured(whole, search) for system, search in systems.items()})


if __name__ == "__main__":
    main()
