"""Ask from many threads and processes while one writer adds and removes documents: each answer is of one generation and traces in it.

Usage: python bench/concurrency.py [--documents N] [--threads N] [--processes N]

The writer seals after every 100 documents, and removes a third of them again; two writers are started at once now and then, and one must
be refused by name. Each asker opens the index in force, asks, and checks every passage against the text of its document in that same
generation. Exit code 1 where a promise was broken.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import threading
import time
from collections import Counter
from multiprocessing.synchronize import Event
from pathlib import Path

from crash import SETTINGS, write_documents

from ragqa import Engine
from ragqa.engine.build import add_to_index, build_index, remove_from_index
from ragqa.errors import IndexBusy, RagqaError
from ragqa.index import IndexWriter, LocalIndex, Recipe, verify
from ragqa.types import statements_of

QUESTION = "Does aspirin lower pain in adults?"
BATCH = 100
PAUSE = 0.2  # seconds between two questions of one asker, so that the writer gets on


def ask_once(folder: Path) -> str:
    """Ask, and return what is wrong with the answer; the fingerprint of its generation where nothing is."""
    engine = Engine.open(folder, settings=SETTINGS)
    index = engine.index
    answer = engine.ask(QUESTION)
    for _, passage in engine.search(QUESTION):
        if passage.span.of(index.document(passage.document_id).text) != passage.text:
            return "BROKEN: a passage is not what its document says"
    for statement in statements_of(answer):
        for citation in statement.citations:
            if citation.span.of(index.document(citation.document_id).text) != citation.quoted:
                return "BROKEN: a quote is not what its document says"
    if answer.provenance.index_fingerprint != index.fingerprint:
        return "BROKEN: an answer of another generation than it says"
    return index.fingerprint


def ask_on(folder: Path, stop: Event, told: list[str]) -> None:
    """Ask until told to stop."""
    while not stop.wait(PAUSE):
        try:
            told.append(ask_once(folder))
        except RagqaError as error:
            told.append(f"BROKEN: {error}")
        except Exception as error:  # noqa: BLE001 - any other error is what is looked for
            told.append(f"BROKEN: {type(error).__name__}: {error}")


def process(folder: Path, stop: Event, queue: multiprocessing.SimpleQueue[list[str]]) -> None:
    """Ask on in a process of its own."""
    told: list[str] = []
    ask_on(folder, stop, told)
    queue.put(told)


def two_writers(folder: Path) -> str:
    """Start a writer while another is at work, and return what came of it."""
    with LocalIndex.open(folder) as index:
        recipe = Recipe.model_validate(index.manifest.recipe.model_dump())
    with IndexWriter.open(folder, recipe):
        try:
            with IndexWriter.open(folder, recipe):
                return "BROKEN: two writers at once"
        except IndexBusy as error:
            return "refused by name" if str(folder) in str(error) else "BROKEN: refused without a name"


def main() -> int:
    """Write, ask and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--processes", type=int, default=4)
    options = parser.parse_args()
    context = multiprocessing.get_context("fork")
    told: list[str] = []
    with tempfile.TemporaryDirectory(prefix="ragqa-many-") as work:
        os.chdir(work)
        folder = Path(work) / "index"
        write_documents(Path("in0"), 0, BATCH)
        build_index([Path("in0")], folder, SETTINGS)
        stop, queue = context.Event(), context.SimpleQueue()
        processes = [context.Process(target=process, args=(folder, stop, queue)) for _ in range(options.processes)]
        for one in processes:
            one.start()
        threads = [threading.Thread(target=ask_on, args=(folder, stop, told)) for _ in range(options.threads)]
        for each in threads:
            each.start()
        began, sealed, writers = time.monotonic(), 0, Counter[str]()
        for number in range(1, options.documents // BATCH + 1):
            write_documents(Path(f"in{number}"), number, BATCH)
            add_to_index([Path(f"in{number}")], folder, SETTINGS)
            remove_from_index([path.as_posix() for path in sorted(Path(f"in{number}").iterdir())[: BATCH // 3]], folder, SETTINGS)
            writers[two_writers(folder)] += 1
            sealed += 2
        stop.set()
        for each in threads:
            each.join()
        for _ in processes:
            told += queue.get()
        for one in processes:
            one.join()
        left = [path.name for path in (folder / "generations").iterdir()]
        problems = verify(folder).problems
    broken = Counter(one for one in told if one.startswith("BROKEN"))
    for what, count in broken.items():
        print(f"{what} ({count} times)")
    print(f"{len(told)} answers of {len(set(told) - set(broken))} generations while {sealed} were sealed in {time.monotonic() - began:.0f} s; second writers: {dict(writers)}; problems {problems}; generations left {left}")
    return 1 if broken or problems or any("BROKEN" in what for what in writers) else 0


if __name__ == "__main__":
    raise SystemExit(main())
