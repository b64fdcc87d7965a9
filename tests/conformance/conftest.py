"""Entries without a model, and the kinds of index that must treat them alike: local, Qdrant's local mode, its engine, a server."""

import os
import uuid
import warnings
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ragqa.cluster import ClusterGeneration, ClusterIndex, Header, count, place_of
from ragqa.cluster.qdrant import QdrantCollections
from ragqa.config import ClusterSettings
from ragqa.engine.clusters import connected
from ragqa.index import LocalGeneration, LocalIndex, Recipe, content_of, passage_terms
from ragqa.ingest import chunk
from ragqa.ingest.builder import Builder
from ragqa.protocols import Entry
from ragqa.quantise import to_bytes
from ragqa.types import Origin, Source
from ragqa.vocabulary import Audience, SourceKind

URL = os.environ.get("RAGQA_TEST_QDRANT_URL")
DIMENSIONS = 16
DAY = date(2026, 11, 1)
WORDS = (["fever", "pain", "gout", "aspirin", "colchicine", "dose", "daily", "children", "trial", "placebo", "lowered", "raised", "kidney", "heart", "risk", "bleeding", "stroke", "sleep", "insulin", "glucose"])
RECIPE = Recipe(encoder="hashing-16", dimensions=DIMENSIONS)


def entry_of(name, seed, *, year=2020, kind=SourceKind.RESEARCH, language="en", sentences=6, **stated):
    """An entry with the text of a seed: the same seed gives the same."""
    random = np.random.default_rng(seed)
    title = f"About {random.choice(WORDS)}"
    source = Source(title=title, kind=kind, year=year, language=language, **stated)
    builder = Builder(source.title)
    for section in range(2):
        builder.heading(f"Part {section}", 1)
        builder.paragraph(" ".join(" ".join(random.choice(WORDS, 9)).capitalize() + "." for _ in range(sentences)))
    document = builder.build(source, Origin(file=f"{seed}.md"), name=name)
    passages = tuple(chunk(document, target_words=30, most_words=40))
    vectors = unit(random.normal(size=(len(passages), DIMENSIONS)))
    rows = tuple(to_bytes(unit(random.normal(size=(len(p.sentences), DIMENSIONS)))) for p in passages)
    pairs = (("GT", "gout test"),)
    return Entry(document, passages, pairs, vectors, rows, f"{seed}.md", f"{seed:064x}", content_of(document, passages, pairs))


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def terms_of(entry):
    return [passage_terms(entry.document.source.title, list(p.heading_path), p.text, RECIPE.repeats) for p in entry.passages]


class LocalBackend:
    """An index in a folder."""

    pinned = False

    def __init__(self, folder):
        self._folder = folder / "index"

    def begin(self, entries, *, fresh=True):
        return LocalGeneration(self._folder, RECIPE, snapshot=DAY, sentence_vectors=True, fresh=fresh)

    def update(self):
        return self.begin((), fresh=False)

    def open(self):
        return LocalIndex.open(self._folder)

    def reopen(self):
        return self.open()


class ClusterBackend:
    """An index in collections."""

    pinned = True

    def __init__(self, collections, name="test"):
        self.collections, self.name = collections, name

    def begin(self, entries):
        statistics = count((terms for entry in entries for terms in terms_of(entry)), k1=RECIPE.k1, b=RECIPE.b)
        header = Header(
            ragqa="0", encoder=RECIPE.encoder, dimensions=DIMENSIONS, settings="", k1=RECIPE.k1, b=RECIPE.b, average=statistics.average,
            counted=statistics.passages, sentences=True, designs=True, snapshot=DAY, fingerprint="f", documents=0, passages=0,
        )  # fmt: skip
        return ClusterGeneration.begin(self.collections, self.name, header, statistics, terms_of)

    def update(self):
        return ClusterGeneration.reopen(self.collections, self.name, terms_of)

    def open(self):
        return ClusterIndex.open(self.collections, self.name)

    def reopen(self):
        if hasattr(self.collections, "reopen"):
            self.collections.reopen()
        return self.open()


def backend_of(kind, folder: Path):
    if kind == "local":
        return LocalBackend(folder)
    if kind == "qdrant-local":
        client = pytest.importorskip("qdrant_client").QdrantClient(path=str(folder / "qdrant"))
        return ClusterBackend(QdrantCollections(client, "qdrant in this process"))
    if kind == "qdrant-edge":
        pytest.importorskip("qdrant_edge")
        from .edge import EdgeCollections  # noqa: PLC0415 an extra

        return ClusterBackend(EdgeCollections(folder / "edge"))
    if URL is None:
        pytest.skip("RAGQA_TEST_QDRANT_URL names no server: this part is not tried")
    pytest.importorskip("qdrant_client")
    place = place_of(f"{URL.rstrip('/')}/ragqa-test-{uuid.uuid4().hex[:8]}" if URL.count("/") < 3 else URL)
    return ClusterBackend(connected(place, ClusterSettings()), place.name)


KINDS = ("local", "qdrant-local", "qdrant-edge", "server")


@pytest.fixture(params=KINDS)
def backend(request, tmp_path):
    """An index of each kind, empty."""
    made = backend_of(request.param, tmp_path)
    yield made
    clear(made)


@pytest.fixture(scope="module", params=KINDS)
def whole(request, tmp_path_factory):
    """An index of each kind that holds the corpus, for tests that only read."""
    made = backend_of(request.param, tmp_path_factory.mktemp("whole"))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Payload indexes have no effect")
        index = fill(made, corpus())
    yield index
    clear(made)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """The local index that the others are held against."""
    return fill(LocalBackend(tmp_path_factory.mktemp("reference")), corpus())


def clear(made):
    """Remove what a backend has left on a server."""
    if isinstance(made, ClusterBackend):
        for name in made.collections.names():
            if name.startswith(f"{made.name}.g"):
                made.collections.drop(name)
        made.collections.close()


def corpus():
    """24 documents of several kinds, years, languages, designs and audiences; one is retracted."""
    kinds = (SourceKind.GUIDELINE, SourceKind.RESEARCH, SourceKind.COHORT)
    languages = ("en", "en-GB", "de", None)
    designs = ("Randomized controlled trial", "randomised controlled trial", "case-control study", None)
    audiences = (None, Audience.PATIENT, Audience.CLINICIAN)
    return [
        entry_of(
            f"doc{n:02}", n, year=None if n % 7 == 0 else 2000 + n, kind=kinds[n % 3], language=languages[n % 4], retracted=n == 5,
            study_design=designs[n % 4], audience=audiences[n % 3],
        )
        for n in range(24)
    ]  # fmt: skip


def fill(backend, entries):
    """Put entries in force as a new generation, and open it."""
    generation = backend.begin(entries)
    try:
        generation.add(entries)
        generation.seal()
        generation.activate()
    finally:
        if isinstance(backend, LocalBackend):
            generation.close()
    return backend.open()


def change(backend, *, put=(), remove=()):
    """Change the generation in force."""
    generation = backend.update()
    try:
        generation.add(put)
        removed = generation.remove(remove)
        generation.seal()
        generation.activate()
    finally:
        if isinstance(backend, LocalBackend):
            generation.close()
    return removed
