"""Ingest a corpus on two local nodes of Ray, end one of them on the way, and hold the index against that of the local engine.

Usage: python bench/ray_trial.py CORPUS.jsonl.gz [--documents 2000] [--files 16]   (needs the extra ray)
A hashing encoder stands for a model: what is tried is that nothing is lost or doubled, not how fast a model is.
"""

from __future__ import annotations

import argparse
import gzip
import os
import tempfile
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from ragqa.config import Settings
from ragqa.engine import ingest, load_index
from ragqa.index import LocalIndex
from ragqa.vocabulary import IngestEngine

SETTINGS = Settings(encoder="hashing-64", adapter="none")


def main() -> None:
    """Run both, end a node, compare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--files", type=int, default=16)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = split(chosen.corpus, folder / "in", chosen.documents, chosen.files)
        begun = time.perf_counter()
        here = ingest(source, folder / "local", SETTINGS)
        alone = time.perf_counter() - begun
        print(f"local: {here.documents} documents, {here.passages} passages, {here.shards} shards")
        begun = time.perf_counter()
        on_ray(source, folder / "ray")
        print(f"time on Ray, start of two nodes and loss of one included, to time alone: {(time.perf_counter() - begun) / alone:.2f}")
        for kind in ("local", "ray"):
            load_index(folder / kind, folder / f"{kind}-index", SETTINGS)
        first, second = contents(folder / "local-index"), contents(folder / "ray-index")
        print(f"passages {len(first[0])} and {len(second[0])}, equal with their vectors: {first[0] == second[0]}; fingerprints equal: {first[1] == second[1]}")


def split(corpus: Path, folder: Path, documents: int, files: int) -> Path:
    """Write the first documents of a corpus into so many files."""
    folder.mkdir()
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        kept = [line for _, line in zip(range(documents), lines, strict=False)]
    for number in range(files):
        (folder / f"{number:03}.jsonl").write_text("".join(kept[number::files]), encoding="utf-8")
    return folder


def on_ray(source: Path, output: Path) -> None:
    """Ingest on two nodes; one is ended, without a word to it, as soon as there are shards."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray: Any = import_module("ray")
    utils: Any = import_module("ray.cluster_utils")
    cluster = utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 2})
    node = cluster.add_node(num_cpus=2)
    ray.init(address=cluster.address, log_to_driver=False)
    ended: list[int] = []

    def end() -> None:
        while not list(output.glob("*.passages.parquet")):
            time.sleep(0.05)
        cluster.remove_node(node, allow_graceful=False)
        ended.append(len(list(output.glob("*.passages.parquet"))))

    thread = threading.Thread(target=end)
    thread.start()
    try:
        report = ingest(source, output, SETTINGS, engine=IngestEngine.RAY)
    finally:
        thread.join()
        ray.shutdown()
        cluster.shutdown()
    files = len(list(output.glob("*.passages.parquet")))
    print(f"Ray: one of two nodes ended after {ended[0]} shards; {report.shards} shards count of {files} on disk, failed {len(report.failed)}")


def contents(folder: Path) -> tuple[dict[str, tuple[str, bytes]], str]:
    """Return passage id -> text and vector, and the fingerprint."""
    with LocalIndex.open(folder) as index:
        held = {
            passage.id: (passage.text, vector.tobytes())
            for entry in index.entries()
            for passage, vector in zip(entry.passages, entry.vectors, strict=True)
        }
        return held, index.fingerprint


if __name__ == "__main__":
    main()
