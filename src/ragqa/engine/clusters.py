"""The address of an index on a server and settings in; an index to ask, to fill or to remove from, out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ragqa.cluster import ClusterGeneration, ClusterIndex, Collections, Header, Place, count, place_of
from ragqa.cluster.qdrant import connect
from ragqa.config import QDRANT_KEY, ClusterSettings, Settings
from ragqa.encode import CLINICAL, JOINT, NONE, PAIRED, PROMPTS, base_name, open_encoder
from ragqa.errors import IndexMismatch, UsageError
from ragqa.index import LocalIndex, Recipe, passage_terms
from ragqa.protocols import Encoder, Entry
from ragqa.version import __version__

OnProgress = Callable[[str, int, int | None], None]


class Whole(NamedTuple):
    """A whole index, to be put elsewhere; `entries` may be asked for more than once."""

    recipe: Recipe
    snapshot: date
    fingerprint: str
    sentences: bool
    documents: int
    entries: Callable[[], Iterator[Entry]]


def connected(place: Place, settings: ClusterSettings) -> Collections:
    """Return the collections of a server; the key comes from the environment variable RAGQA_QDRANT_KEY alone."""
    tls = settings.tls if settings.tls is not None else not place.is_local
    return connect(place, key=os.environ.get(QDRANT_KEY) or None, tls=tls, timeout=settings.timeout)


def open_cluster(path: Path | str, settings: ClusterSettings, collections: Collections | None = None) -> tuple[ClusterIndex, Encoder]:
    """Open the index of an address, and the encoder that asks it.

    Raises ClusterError, IndexMissing, IndexDamaged, IndexMismatch or EncoderError, each with its remedy.
    """
    place = place_of(path)
    index = ClusterIndex.open(collections or connected(place, settings), place.name, exact=settings.exact)
    return index, _encoder_of(index.encoder_name, settings.encoder)


def _encoder_of(name: str, exported: Path | None) -> Encoder:
    if exported is not None:
        return open_encoder(name, exported=exported)
    adapter = CLINICAL if f"{JOINT}{CLINICAL}@" in name else NONE
    alone = PAIRED not in name and PROMPTS not in name  # no name says what a second model or a prompt is
    encoder = open_encoder(base_name(name), adapter=adapter) if alone else None
    if encoder is None or encoder.name != name:
        raise IndexMismatch(f"the index was made with {name}", remedy="set cluster.encoder to the folder `encoder` of the local index that it was loaded from")
    return encoder


def whole_of(index: LocalIndex) -> Whole:
    """Return what a local index holds."""
    manifest = index.manifest
    return Whole(manifest.recipe, manifest.snapshot, manifest.fingerprint, manifest.sentences is not None, manifest.documents, index.entries)


def load_cluster(
    whole: Whole, place: Place, settings: ClusterSettings, collections: Collections | None = None, *, on_progress: OnProgress | None = None
) -> Header:
    """Put a whole index on a server as a new generation, and put it in force in one step; the one before answers until then.

    All documents are read twice: their terms are counted before the first is written, so that the statistics are pinned.
    Raises ClusterError where the server cannot be reached, IndexDamaged where it does not hold what it was given.
    """
    recipe, terms_of = whole.recipe, _terms_of(whole.recipe)
    statistics = count((terms for entry in whole.entries() for terms in terms_of(entry)), k1=recipe.k1, b=recipe.b)
    header = Header(
        ragqa=__version__, encoder=recipe.encoder, dimensions=recipe.dimensions, settings=recipe.settings, k1=recipe.k1, b=recipe.b,
        average=statistics.average, counted=statistics.passages, sentences=whole.sentences, designs=True, snapshot=whole.snapshot, fingerprint=whole.fingerprint,
        documents=whole.documents, passages=statistics.passages,
    )  # fmt: skip
    generation = ClusterGeneration.begin(
        collections or connected(place, settings), place.name, header, statistics, terms_of,
        shards=settings.shards, replicas=settings.replicas, int8=settings.int8,
    )  # fmt: skip
    try:
        generation.add(told(whole, on_progress))
        generation.seal()
        generation.activate()
    finally:
        if collections is None:
            generation.close()
    return header


def open_on_server(path: Path | str, settings: Settings) -> ClusterIndex:
    """Open the index of an address, without its encoder."""
    place = place_of(path)
    return ClusterIndex.open(connected(place, settings.cluster), place.name)


def remove_from_server(names: Sequence[str], path: Path | str, settings: Settings, collections: Collections | None = None) -> int:
    """Remove documents by their ids from the generation in force; return how many.

    Raises UsageError where the index holds none of them.
    """
    place = place_of(path)
    generation = ClusterGeneration.reopen(collections or connected(place, settings.cluster), place.name, lambda _entry: [])
    try:
        removed = generation.remove(names)
        if not removed:
            raise UsageError(f"the index holds no document {names[0]}")
        generation.seal()
    finally:
        if collections is None:
            generation.close()
    return removed


def _terms_of(recipe: Recipe) -> Callable[[Entry], list[list[str]]]:
    def terms_of(entry: Entry) -> list[list[str]]:
        title = entry.document.source.title
        return [passage_terms(title, list(passage.heading_path), passage.text, recipe.repeats) for passage in entry.passages]

    return terms_of


def told(whole: Whole, on_progress: OnProgress | None) -> Iterator[Entry]:
    """Yield the documents of a whole, and say how far it has come."""
    for done, entry in enumerate(whole.entries(), start=1):
        yield entry
        if on_progress:
            on_progress("documents loaded", done, whole.documents)
