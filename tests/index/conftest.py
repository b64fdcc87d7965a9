"""Small documents and a writer with the hashing encoder, for the tests of the index."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from ragqa.encode import HashingEncoder
from ragqa.index import IndexWriter, Recipe, SealReport
from ragqa.text import sentences
from ragqa.types import Block, Document, DocumentSection, Origin, Passage, Sentence, Source, Span, Subject
from ragqa.vocabulary import BlockKind, SourceKind

DIMENSIONS = 32
VOCABULARY = [
    "aspirin", "stroke", "knee", "pain", "stem", "cell", "trial", "placebo", "risk", "dose", "renal", "warfarin",
    "bleeding", "relief", "adults", "children", "therapy", "needle", "sham", "outcome",
]  # fmt: skip

Made = tuple[Document, list[Passage]]


def make(document_id: str, text: str, **source: object) -> Made:
    """Return a document of one section and a passage for each of its lines."""
    kind = source.pop("kind", SourceKind.COHORT)
    subject = source.pop("subject", Subject())
    document = Document(
        id=document_id,
        text=text,
        source=Source(title=f"Title of {document_id}", kind=kind, **source),
        subject=subject,
        sections=(DocumentSection(heading_path=("Body",), span=Span(start=0, end=len(text))),),
        blocks=(Block(kind=BlockKind.PARAGRAPH, span=Span(start=0, end=len(text))),),
        origin=Origin(file=f"{document_id}.md"),
    )
    passages = []
    start = 0
    for line in text.split("\n"):
        span = Span(start=start, end=start + len(line))
        cut = tuple(Sentence(span=Span(start=start + a, end=start + b)) for a, b in sentences(line))
        passages.append(
            Passage(
                id=f"{document_id}:{span.start}-{span.end}", document_id=document_id, span=span,
                heading_path=("Body",), text=line, sentences=cut,
            )
        )  # fmt: skip
        start += len(line) + 1
    return document, passages


def random_made(seed: int, count: int) -> list[Made]:
    """Return documents of random words, always the same for a seed."""
    chance = random.Random(seed)  # noqa: S311 - test data
    found = []
    for number in range(count):
        lines = [
            " ".join(" ".join(chance.choices(VOCABULARY, k=chance.randint(3, 9))).capitalize() + "." for _ in range(3))
            for _ in range(chance.randint(1, 3))
        ]
        found.append(make(f"d{seed}-{number}", "\n".join(lines), year=1990 + number % 30))
    return found


class Bench:
    """An index folder, written with the hashing encoder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.encoder = HashingEncoder(f"hashing-{DIMENSIONS}")
        self.encoded = 0

    def encode(self, texts):
        self.encoded += len(texts)
        return self.encoder.encode_passages(texts)

    def recipe(self, **changes: object) -> Recipe:
        return Recipe(encoder=self.encoder.name, dimensions=DIMENSIONS, **changes)

    def write(
        self,
        made: Iterable[Made] = (),
        *,
        before: Callable[[IndexWriter], object] = lambda _: None,
        sentence_vectors: bool = True,
        rebuild: bool = False,
        recipe: Recipe | None = None,
        snapshot: date = date(2026, 1, 1),
    ) -> SealReport:
        """Put each document as a file of its own and seal."""
        with IndexWriter.open(self.folder, recipe or self.recipe(), rebuild=rebuild) as writer:
            before(writer)
            for document, passages in made:
                digest = str(zlib.crc32(document.text.encode()))
                writer.put(
                    document, passages, [("BP", "back pain")], file_name=document.origin.file, file_digest=digest
                )
            return writer.seal(self.encode, snapshot=snapshot, sentence_vectors=sentence_vectors)


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path / "index")


@pytest.fixture
def another(tmp_path):
    return Bench(tmp_path / "another")


@pytest.fixture(scope="session")
def bench_at():
    """Return how to open a bench in a folder, for property tests that need many."""
    return Bench


@pytest.fixture(name="make", scope="session")
def make_fixture():
    return make


@pytest.fixture(name="random_made", scope="session")
def random_made_fixture():
    return random_made
