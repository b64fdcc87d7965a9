"""Time warm answers by stage, with stored sentence vectors against encoding 40 sentences, from eight threads against one, and from
a panel of two processes.

Usage: python bench/warm_ask.py [INDEX] [--questions N] [--runs N]      INDEX should hold sentence vectors
"""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from timing import Cost, in_turn, of_call, show

from ragqa.config import Settings
from ragqa.engine import Engine, Panel, default_index
from ragqa.evaluate.gold_reading import read_gold
from ragqa.rendering import render

ROOT = Path(__file__).resolve().parent.parent
THREADS, PROCESSES = 8, 2


class WithoutSentences:
    """An index whose sentence vectors are out of reach."""

    def __init__(self, index: object) -> None:
        self._index = index

    def __getattr__(self, name: str) -> object:
        return (lambda _ids: None) if name == "sentence_vectors" else getattr(self._index, name)


def stages(engine: Engine, questions: list[str]) -> dict[str, list[Cost]]:
    """Return what each stage of each question costs; the whole is taken apart from its stages."""
    found = defaultdict(list)
    for question in questions:
        forget(engine)
        found["understand"].append(of_call(partial(engine.understand, question)))
        query = engine.understand(question)
        found["encode the question"].append(of_call(partial(engine._vector_of, query.text)))  # noqa: SLF001 - a bench looks inside
        found["retrieve, other encodings included"].append(of_call(partial(engine.hits_for, query)))
        forget(engine)
        found["whole answer"].append(of_call(partial(engine.ask, question)))
        found["render"].append(of_call(partial(render, engine.ask(question), "terminal")))
    return found


def forget(engine: Engine) -> None:
    """Make every question one that was not asked before."""
    engine._vector_of.forget()  # noqa: SLF001


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", nargs="?", type=Path, default=default_index(Settings()))
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    engine = Engine.open(options.index)
    starter = Engine.open(default_index(Settings()))
    gold = sorted({gold.question for gold in read_gold(ROOT / "eval" / "gold", starter.index.document)})
    questions = gold[::7][: options.questions]
    for question in gold[3::7][: options.questions]:  # others: what is remembered of a sentence is not that of the same question
        engine.ask(question)
    print(f"{options.index}: {engine.index.passage_count} passages, {len(questions)} questions; milliseconds a question")
    for name, costs in stages(engine, questions).items():
        wall, processor = ([1000 * getattr(cost, clock) for cost in costs] for clock in Cost._fields)
        print(f"  {name:<36} median {statistics.median(wall):7.1f} by the clock, {statistics.median(processor):7.1f} of processor")

    without = Engine(WithoutSentences(engine.index), engine.encoder, engine.settings)

    def ask_all(one: Engine, each: Callable[..., Iterable[object]] = map) -> Cost:
        forget(one)
        return of_call(lambda: list(each(one.ask, questions)))

    show(in_turn(options.runs, {"stored sentences": lambda: ask_all(engine), "encoding 40": lambda: ask_all(without)}), each=len(questions))
    with ThreadPoolExecutor(THREADS) as pool, Panel(options.index, processes=PROCESSES) as panel:
        # Each round asks what the last did not: processes remember questions, and nothing here makes them forget.
        rounds = iter([gold[offset::7][: options.questions] for offset in (0, 1, 2, 4, 5, 6)])
        asked: list[str] = []
        for question in gold[3::7][: options.questions] * PROCESSES:
            panel.ask(question)

        def by(each: Callable[..., Iterable[object]], one: Engine | Panel, *, fresh: bool = False) -> Cost:
            forget(engine)
            if fresh:
                asked[:] = next(rounds)
            return of_call(lambda: list(each(one.ask, asked)))

        show(
            in_turn(
                min(options.runs, 5),
                {
                    "one thread": lambda: by(map, engine, fresh=True),
                    f"{THREADS} threads": lambda: by(pool.map, engine),
                    f"{THREADS} threads, {PROCESSES} processes": lambda: by(pool.map, panel),
                },
            ),
            each=len(questions),
        )


if __name__ == "__main__":
    main()
