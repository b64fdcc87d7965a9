"""Hold an index on a server against the local one it was loaded from: rankings, nDCG@10, and the time of a search as a ratio.

Usage: python bench/cluster.py INDEX [--data DIR] [--url qdrant://HOST:PORT/NAME] [--questions FILE]
Without a URL, the shard engine of Qdrant runs in this process (pip install qdrant-edge-py). `--data` is a folder in the BEIR form.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from ragqa import Engine, Settings, render
from ragqa.cluster import ClusterIndex, place_of
from ragqa.config import ClusterSettings
from ragqa.engine.clusters import connected, load_cluster, whole_of
from ragqa.index import LocalGeneration, LocalIndex

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "conformance"))


def main() -> None:
    """Load, ask both, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("index", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--url")
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--most", type=int, default=300)
    parser.add_argument("--fresh", type=int, help="first load so many documents into a local index of this version, whose terms an older one may have cut otherwise")
    parser.add_argument("--exact", action="store_true", help="search without the server's graph")
    chosen = parser.parse_args()
    place = place_of(chosen.url or "qdrant://localhost/bench")
    with tempfile.TemporaryDirectory() as folder:
        if chosen.url:
            collections = connected(place, ClusterSettings())
        else:
            from edge import EdgeCollections  # noqa: PLC0415 tests are no package

            collections = EdgeCollections(Path(folder))
        if chosen.fresh:
            chosen.index = fresh(chosen.index, Path(folder) / "fresh", chosen.fresh)
        with LocalIndex.open(chosen.index) as index:
            begun = time.perf_counter()
            header = load_cluster(whole_of(index), place, ClusterSettings(), collections)
            print(f"loaded {header.documents} documents, {header.passages} passages in {time.perf_counter() - begun:.1f} s")
        local = Engine.open(chosen.index)
        server = Engine(ClusterIndex.open(collections, place.name, exact=chosen.exact), local.encoder, Settings())
        if chosen.questions:
            same_answers(local, server, chosen.questions)
        if chosen.data:
            same_rankings(local, server, chosen.data, chosen.most)


def fresh(source: Path, target: Path, most: int) -> Path:
    """Load documents of an index into a new one."""
    with LocalIndex.open(source) as index:
        generation = LocalGeneration(
            target, index.manifest.recipe, snapshot=index.snapshot, sentence_vectors=index.manifest.sentences is not None, encoder_folder=index.encoder_folder
        )
        generation.add(islice(index.entries(), most))
        generation.seal()
        generation.activate()
        generation.close()
    return target


def same_answers(local: Engine, server: Engine, path: Path) -> None:
    """Ask whole questions of both."""
    questions = [line.split("\t")[-1] for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]
    equal = sum(render(local.ask(question), "json") == render(server.ask(question), "json") for question in questions)
    print(f"answers equal byte for byte: {equal} of {len(questions)}")


def same_rankings(local: Engine, server: Engine, data: Path, most: int) -> None:
    """Search both and compare."""
    rows = (json.loads(line) for line in lines(next(iter(sorted(data.glob("queries*.jsonl*"))))))
    queries = {row["_id"]: row["text"] for row in rows}
    wanted: dict[str, dict[str, int]] = {}
    for line in lines(next(iter(sorted(data.rglob("*.tsv*"))))):
        query, *_, document, grade = line.split("\t")
        if not grade.strip().isdigit():
            continue  # the heading
        wanted.setdefault(query, {})[document] = int(grade)
    names = sorted(wanted)[:most]
    equal, ours, theirs, slow, fast = 0, 0.0, 0.0, 0.0, 0.0
    for name in names:
        begun = time.perf_counter()
        first = documents(local, queries[name])
        middle = time.perf_counter()
        second = documents(server, queries[name])
        fast, slow = fast + middle - begun, slow + time.perf_counter() - middle
        equal += first == second
        ours, theirs = ours + ndcg(first, wanted[name]), theirs + ndcg(second, wanted[name])
    count = len(names)
    print(f"{count} queries: rankings equal {equal}, nDCG@10 local {ours / count:.4f}, server {theirs / count:.4f}, time ratio {slow / fast:.2f}")


def lines(path: Path) -> list[str]:
    """Return the lines of a file, gzip or not."""
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode().splitlines()


def documents(engine: Engine, question: str) -> list[str]:
    """Return the first ten documents."""
    found = dict.fromkeys(passage.document_id for _, passage in engine.search(question, depth=50))
    return list(found)[:10]


def ndcg(found: list[str], grades: dict[str, int]) -> float:
    """Return nDCG@10."""
    gain = sum(grades.get(name, 0) / math.log2(place + 2) for place, name in enumerate(found))
    best = sum(grade / math.log2(place + 2) for place, grade in enumerate(sorted(grades.values(), reverse=True)[:10]))
    return gain / best if best else 0.0


if __name__ == "__main__":
    main()
