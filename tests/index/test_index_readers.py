"""Readers see one whole generation each, whatever a writer does meanwhile."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from ragqa.index import LocalIndex
from ragqa.types import Filters

NO_FILTER = Filters()


def test_every_reader_sees_one_generation(bench, make):
    def generation(number):
        return [make(f"d{n}", f"Aspirin round{number} pain number{n}.") for n in range(6)]

    bench.write(generation(0))
    stop, seen, faults = threading.Event(), set(), []

    def read():
        while not stop.is_set():
            with LocalIndex.open(bench.folder) as index:
                hits = index.search_lexical({"aspirin": 1.0}, depth=10, filters=NO_FILTER)
                texts = [passage.text for passage in index.passages([hit.passage_id for hit in hits])]
                rounds = {text.split()[1] for text in texts}
                if len(texts) != 6 or len(rounds) != 1:
                    faults.append(texts)
                seen.update(rounds)

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        for number in range(1, 9):
            bench.write(generation(number))
        stop.set()
        for reader in readers:
            reader.result()
    assert faults == []
    assert len(seen) > 2


def test_a_reader_keeps_its_generation_until_it_closes(bench, make):
    bench.write([make("a", "Aspirin helps.")])
    index = LocalIndex.open(bench.folder)
    for number in range(3):
        bench.write([make("a", f"Ice helps {number}.")])
    with ThreadPoolExecutor(1) as pool:  # a thread that has not read before: it opens the store only now
        assert pool.submit(index.document, "a").result().text == "Aspirin helps."
    kept = [path.name for path in (bench.folder / "generations").iterdir()]
    assert sorted(kept) == ["1", "4"]
    index.close()
    bench.write([make("a", "Heat helps.")])
    assert [path.name for path in (bench.folder / "generations").iterdir()] == ["5"]


def test_many_threads_give_what_one_gives(bench, random_made):
    bench.write(random_made(1, 60))
    with LocalIndex.open(bench.folder) as index:

        def ask(word):
            vector = bench.encoder.encode_queries([word])[0]
            dense = index.search_dense(vector, depth=10, filters=NO_FILTER)
            lexical = index.search_lexical({word: 1.0}, depth=10, filters=Filters(since=2000))
            return dense, lexical, index.passages([hit.passage_id for hit in [*dense, *lexical]])

        words = ["aspirin", "stroke", "knee", "pain", "trial", "dose"] * 10
        expected = [ask(word) for word in words]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(ask, words)) == expected
