"""Make an index of any number of realistic passages, by the library's own writer, without a model.

Usage: python bench/passages.py COUNT FOLDER [--sentences] [--askable]

Passages are real sentences of corpus/, in the order of chance, with rare terms that follow Zipf's law (each passage names a
few of a vocabulary that grows with the corpus) and vectors in clusters: a document has a topic, a topic a centre. Seeds are
fixed, so that the same COUNT gives the same index. With --askable the index holds the packaged encoder's export, so that
`ragqa ask` takes it; what its vectors find means nothing. Prints the seconds and peak memory of each stage.
"""

from __future__ import annotations

import argparse
import os
import resource
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragqa.encode import DEFAULT_MODEL, open_encoder
from ragqa.index import IndexWriter, Recipe
from ragqa.protocols import Vectors
from ragqa.text import sentences
from ragqa.types import Document, Passage, Sentence, Source, Span
from ragqa.types.document import Block, DocumentSection, Origin
from ragqa.vocabulary import BlockKind, SourceKind

ROOT = Path(__file__).resolve().parent.parent
SEED, DIMENSIONS = 20261125, 384
PASSAGES, SENTENCES = 10, 7  # of a document; of a passage
RARE = 5  # rare terms a passage
ZIPF = 1.3
SPREAD = 1.0  # length of the noise beside a centre of length 1: cosines within a topic are about 0.5
SYLLABLES = ["ab", "cor", "den", "fil", "gat", "hex", "im", "jol", "kin", "lor", "mab", "nib", "ol", "pra", "quin", "ros", "sta", "tin", "uz", "vir"]


class StubEncoder:
    """Vectors in clusters, from the digest of a text: its title chooses the topic, all of it the place beside the centre."""

    name = "stub"

    def __init__(self, topics: int) -> None:
        rng = np.random.default_rng(SEED)
        self._centres = _unit(rng.standard_normal((topics, DIMENSIONS), dtype=np.float32))
        self._noise = _unit(rng.standard_normal((1 << 14, DIMENSIONS), dtype=np.float32))
        self.cost = np.zeros(2)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return a unit vector a text."""
        start = _spent_here()
        own = np.frombuffer(b"".join(blake2b(t.encode(), digest_size=16).digest() for t in texts), dtype=np.uint64).reshape(-1, 2)
        topics = np.array([int(t.partition("\n")[0].rpartition(" ")[2] or 0) if t.partition("\n")[0][-1:].isdigit() else int(own[i, 1]) for i, t in enumerate(texts)])
        one, other = own[:, 0] % len(self._noise), own[:, 1] % len(self._noise)
        found = _unit(self._centres[topics % len(self._centres)] + SPREAD * _unit(self._noise[one] + self._noise[other]))
        self.cost += _spent_here() - start
        return found

    encode_queries = encode_passages


def _unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def real_sentences() -> list[str]:
    """Return every sentence of the starter corpus."""
    found = []
    for path in sorted((ROOT / "corpus").glob("*/*.md")):
        body = path.read_text(encoding="utf-8").split("---\n", 2)[-1]
        found += [text for a, b in sentences(body) if b - a > 40 and (text := body[a:b].removeprefix("- "))[:1].isupper()]
    return found


def documents(count: int) -> Iterator[tuple[Document, list[Passage]]]:
    """Yield documents with their passages, `count` passages in all."""
    rng = np.random.default_rng([SEED, count])
    pool = real_sentences()
    topics = max(10, count // 500)
    for number in range(0, count, PASSAGES):
        size = min(PASSAGES, count - number)
        chosen = rng.integers(0, len(pool), (size, SENTENCES)).tolist()
        rare = np.minimum(rng.zipf(ZIPF, (size, RARE)), 10**7).tolist()
        yield _document(f"d{number // PASSAGES:07}", int(rng.integers(topics)), [[pool[i] for i in row] for row in chosen], rare)


def _document(name: str, topic: int, rows: list[list[str]], rare: list[list[int]]) -> tuple[Document, list[Passage]]:
    texts, spans, place = [], [], 0
    for row, terms in zip(rows, rare, strict=True):
        parts = [*row[:-1], f"Also named are {', '.join(term_of(term) for term in terms)}."]
        starts = []
        for sentence in parts:
            starts.append((place, place + len(sentence)))
            place += len(sentence) + 1
        texts.append(" ".join(parts))
        spans.append(starts)
    text = "\n".join(texts)
    source = Source(kind=SourceKind.NARRATIVE, title=f"A review of topic {topic}", year=2000 + topic % 26)
    section = DocumentSection(heading_path=("Findings",), span=Span(start=0, end=len(text)))
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, span=Span(start=starts[0][0], end=starts[-1][1])) for starts in spans)
    document = Document(id=name, text=text, source=source, sections=(section,), blocks=blocks, origin=Origin(file=f"{name}.md"))
    passages = []
    for starts in spans:
        span = Span(start=starts[0][0], end=starts[-1][1])
        parts = tuple(Sentence(span=Span(start=a, end=b), kind=BlockKind.PARAGRAPH) for a, b in starts)
        passages.append(Passage(id=f"{name}:{span.start}-{span.end}", document_id=name, span=span, heading_path=("Findings",), text=span.of(text), sentences=parts))
    return document, passages


def term_of(number: int) -> str:
    """Return a made word for a number, always the same."""
    word = ""
    while True:
        word += SYLLABLES[number % len(SYLLABLES)]
        number //= len(SYLLABLES)
        if not number:
            return word + "ine"


def spent() -> NDArray[np.float64]:
    """Return the seconds on the clock and of processor until now, those of processes that have ended counted."""
    times = os.times()
    return np.array([time.perf_counter(), time.process_time() + times.children_user + times.children_system])


def _spent_here() -> NDArray[np.float64]:
    """Return the same of this thread alone: others write meanwhile."""
    return np.array([time.perf_counter(), time.thread_time()])


def build(count: int, folder: Path, *, sentence_vectors: bool = False, askable: bool = False) -> dict[str, NDArray[np.float64]]:
    """Build an index and return the seconds of each stage, on the clock and of processor."""
    start = spent()
    encoder, export = StubEncoder(max(10, count // 500)), open_encoder().folder if askable else None
    name = DEFAULT_MODEL if askable else encoder.name
    costs = {"generating": np.zeros(2)}
    with IndexWriter.open(folder, Recipe(encoder=name, dimensions=DIMENSIONS), rebuild=True) as writer:
        made = documents(count)
        while True:
            before = spent()
            pair = next(made, None)
            costs["generating"] += spent() - before
            if pair is None:
                break
            writer.put(*pair, file_name="made.jsonl", file_digest=str(count))
        costs["putting"] = spent() - start - costs["generating"]
        before = spent()
        writer.seal(encoder.encode_passages, snapshot=date(2026, 11, 1), sentence_vectors=sentence_vectors, encoder_folder=export)
    costs["encoding (stub)"] = encoder.cost
    costs["sealing"] = spent() - before - encoder.cost
    return costs


def _watch(found: list[int]) -> None:
    """Take down, twice a second, the memory in kB that is no page of a file."""
    while True:
        found += [int(line.split()[1]) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines() if line.startswith("RssAnon")]
        time.sleep(0.5)


def main() -> None:
    """Build and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sentences", action="store_true", help="with sentence vectors")
    parser.add_argument("--askable", action="store_true", help="with the packaged encoder for questions")
    options = parser.parse_args()
    anonymous: list[int] = []
    threading.Thread(target=_watch, args=(anonymous,), daemon=True).start()
    costs = build(options.count, options.folder, sentence_vectors=options.sentences, askable=options.askable)
    costs["putting and sealing"] = costs["putting"] + costs["sealing"]
    for stage, (wall, processor) in costs.items():
        print(f"{stage:<20} {wall:8.1f} s on the clock, {processor:8.1f} s of processor   {1e6 * processor / options.count:7.1f} µs a passage")
    size = sum(path.stat().st_size for path in options.folder.rglob("*") if path.is_file())
    resident, beside = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"disk {size / options.count:.0f} bytes a passage; peak resident {resident:.0f} MB, of it not of files {max(anonymous, default=0) / 1024:.0f} MB; the largest process beside it {beside:.0f} MB")


if __name__ == "__main__":
    main()
