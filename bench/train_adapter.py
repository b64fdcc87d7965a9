"""Train the clinical adapter that ragqa ships, and print what it does to each set, those not trained on included.

Usage: python bench/train_adapter.py [--write] [--data DIR] [--indexes DIR]        (about ten minutes on two free cores)

Indexes without an adapter that stand in DIR under the names of the sets are used, and left there.

Trained on: SciFact claims but for one in four by a hash of the id (abstracts), PubMedQA questions (abstracts), and MedQuAD
questions that are not among its 1,000 queries (pages, cut after 120 words, without their question as a heading).
Never trained on: SciFact's other claims, MedQuAD's queries, COVID-QA (full texts), and the gold set of eval/.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.config import IndexSettings, Settings
from ragqa.encode import CLINICAL, Course, Lesson, find_adapter, open_encoder, train_adapter, turned, write_adapter
from ragqa.engine import build_index
from ragqa.index import LocalIndex
from ragqa.retrieve import weighted_terms
from ragqa.retrieve.fusion import convex
from ragqa.types import Filters

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "src" / "ragqa" / "encode" / CLINICAL
PLAIN = Settings(adapter="none", indexing=IndexSettings(sentence_vectors=0))
MEDQUAD_DOCUMENTS, MEDQUAD_WORDS, MEDQUAD_SEED = 4_500, 120, 7  # beside those that answer a query
NEAR = 15  # nearest of each arm that are not an answer: what a question must learn to tell apart
NEGATIVES = 20
ANSWERS = 2  # passages of a document that count as its answer, best by both arms
DEPTH = 100


class Set(NamedTuple):
    """Questions and passages of one collection, as arrays."""

    name: str
    questions: NDArray[np.float32]
    passages: NDArray[np.float32]
    documents: NDArray[np.int64]  # of each passage
    lexical: NDArray[np.float32]  # question x passage
    right: list[set[int]]  # the documents that answer each question
    held_back: NDArray[np.bool_]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def qrels(path: Path) -> dict[str, set[str]]:
    """Return query -> documents that answer it."""
    found: dict[str, set[str]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        next(file)
        for line in file:
            query, document, grade = line.split("\t")
            if int(grade) > 0:
                found.setdefault(query, set()).add(document)
    return found


def held_back(name: str) -> bool:
    """Tell whether a query is one of the fourth that is only measured on."""
    return blake2b(name.encode(), digest_size=4).digest()[0] % 4 == 0


def indexed(name: str, corpus: Path, queries: Mapping[str, str], right: Mapping[str, set[str]], scratch: Path) -> Set:
    """Return a collection as ragqa indexes it, without an adapter."""
    if not (scratch / name / "CURRENT").is_file():
        build_index([corpus], scratch / name, PLAIN)
    with LocalIndex.open(scratch / name) as index:
        return _set(name, index, {query: queries[query] for query in right}, right)


def medquad(data: Path, scratch: Path) -> tuple[Set, Set]:
    """Return MedQuAD's pages under its queries, and under the questions that are trained on."""
    queries = {row["_id"]: row["text"] for row in rows(data / "queries.jsonl.gz")}
    right = qrels(data / "qrels.tsv.gz")
    answering = set().union(*right.values())
    pages = list(rows(data / "corpus.jsonl.gz"))
    others = [page for page in pages if page["_id"] not in answering]
    random.Random(MEDQUAD_SEED).shuffle(others)
    kept = [page for page in pages if page["_id"] in answering] + others[:MEDQUAD_DOCUMENTS]
    corpus = scratch / "medquad-pages.jsonl"
    with corpus.open("w", encoding="utf-8") as file:
        for page in kept:
            text = " ".join(page["text"].split()[:MEDQUAD_WORDS])
            file.write(json.dumps({"_id": page["_id"], "title": page["title"], "text": text}) + "\n")
    asked = set(queries.values())
    taught: dict[str, set[str]] = {}
    for page in kept:
        question = page["metadata"].get("question")
        if question and question not in asked:
            taught.setdefault(question, set()).add(page["_id"])
    dev = indexed("medquad-pages", corpus, queries, right, scratch)
    with LocalIndex.open(scratch / "medquad-pages") as index:
        return dev, _set("medquad questions", index, {question: question for question in taught}, taught)


def _set(name: str, index: LocalIndex, queries: Mapping[str, str], right: Mapping[str, set[str]]) -> Set:
    names = [card.document_id for card in index.cards()]
    number = {document: place for place, document in enumerate(names)}
    held = [(passage.id, number[document]) for document in names for passage in index.passages_of(document)]
    ids = [passage for passage, _ in held]
    place = {passage: row for row, passage in enumerate(ids)}
    lexical = np.zeros((len(queries), len(ids)), dtype=np.float32)
    for row, text in enumerate(queries.values()):
        for hit in index.search_lexical(weighted_terms(text), depth=DEPTH, filters=Filters()):
            lexical[row, place[hit.passage_id]] = hit.score
    return Set(
        name, open_encoder().encode_queries(list(queries.values())), index.vectors(ids),
        np.array([document for _, document in held]), lexical,
        [{number[document] for document in right[query] if document in number} for query in queries],
        np.array([held_back(query) for query in queries]),
    )  # fmt: skip


def lesson(found: Set, chosen: Sequence[int], weight: float) -> Lesson:
    """Return what is trained on: for each question the best passages of its documents, and what comes near by mistake."""
    answers, negatives = [], []
    for row in chosen:
        cosines = found.passages @ found.questions[row]
        fused = convex(cosines, found.lexical[row], dense_weight=0.5)
        right = np.flatnonzero(np.isin(found.documents, list(found.right[row])))
        answers.append(right[np.argsort(-fused[right], kind="stable")][:ANSWERS])
        near = np.concatenate([np.argsort(-scores, kind="stable")[: NEAR + len(right)] for scores in (found.lexical[row], cosines)])
        wrong = near[~np.isin(near, right)]
        negatives.append(np.resize(wrong, NEGATIVES))
    return Lesson(found.questions[list(chosen)], found.passages, answers, np.array(negatives), weight)


def ndcg(found: Set, chosen: Sequence[int], matrix: NDArray[np.float32] | None, dense_weight: float) -> float:
    """Return the mean nDCG@10 of documents, each by its best passage, binary gains."""
    questions, passages = found.questions, found.passages
    if matrix is not None:
        questions, passages = turned(questions, matrix), turned(passages, matrix)
    gains = []
    for row in chosen:
        cosines = passages @ questions[row]
        both = np.union1d(np.argsort(-cosines)[:DEPTH], np.flatnonzero(found.lexical[row]))
        scores = convex(cosines[both], found.lexical[row][both], dense_weight=dense_weight)
        ranked = list(dict.fromkeys(found.documents[both[np.argsort(-scores, kind="stable")]].tolist()))[:10]
        discounts = 1 / np.log2(np.arange(2, 12))
        right = found.right[row]
        gains.append(sum(d for d, document in zip(discounts, ranked, strict=False) if document in right) / discounts[: min(10, len(right))].sum())
    return float(np.mean(gains))


def main() -> None:
    """Train, print and, if asked, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the adapter into the package")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--indexes", type=Path)
    options = parser.parse_args()
    data = options.data
    with tempfile.TemporaryDirectory() as name:
        scratch = options.indexes or Path(name)
        claims = {row["_id"]: row["text"] for row in rows(data / "scifact" / "queries_train.jsonl.gz")}
        scifact = indexed("scifact", data / "scifact" / "corpus.jsonl.gz", claims, qrels(data / "scifact" / "qrels_train.tsv.gz"), scratch)
        asked = {row["_id"]: row["text"] for row in rows(data / "pubmedqa" / "queries.jsonl.gz")}
        pubmedqa = indexed("pubmedqa", data / "pubmedqa" / "corpus.jsonl.gz", asked, qrels(data / "pubmedqa" / "qrels.tsv.gz"), scratch)
        pages, taught = medquad(data / "medquad", scratch)
        full = {row["_id"]: row["text"] for row in rows(data / "covid_qa" / "queries.jsonl.gz")}
        covid = indexed("covid_qa", data / "covid_qa" / "corpus.jsonl.gz", full, qrels(data / "covid_qa" / "qrels.tsv.gz"), scratch)
    lessons = [
        lesson(scifact, np.flatnonzero(~scifact.held_back).tolist(), 2.0),
        lesson(pubmedqa, range(len(pubmedqa.questions)), 1.0),
        lesson(taught, range(len(taught.questions)), 1.0),
    ]
    matrix = train_adapter(lessons, Course())
    print("| set | nDCG@10 dense | with the adapter | fused 0.7 | with the adapter |\n| --- | ---: | ---: | ---: | ---: |")
    for found, chosen, trained in (
        (scifact, np.flatnonzero(scifact.held_back).tolist(), "claims held back"),
        (pages, range(len(pages.questions)), "queries held back"),
        (pubmedqa, range(len(pubmedqa.questions)), "trained on"),
        (covid, range(len(covid.questions)), "not trained on"),
    ):
        figures = [ndcg(found, list(chosen), m, w) for w in (1.0, 0.7) for m in (None, matrix)]
        print(f"| {found.name}, {trained} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |", flush=True)
    if options.write:
        print(write_adapter(SHIPPED, matrix, name=CLINICAL, base=open_encoder().name).name)
    else:
        shipped = find_adapter(CLINICAL).matrix
        print(f"largest difference from the shipped matrix: {np.abs(shipped - matrix).max():.4f}")


if __name__ == "__main__":
    main()
