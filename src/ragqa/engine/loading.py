"""An index or the output of an ingest in; the same in another index, local or on a server, out, with nothing encoded again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ragqa.cluster import place_of
from ragqa.config import Settings
from ragqa.encode import AUTO, CLINICAL
from ragqa.engine.adapting import adapt_short, encoder_of
from ragqa.engine.clusters import Whole, load_cluster, told, whole_of
from ragqa.engine.ingesting import require
from ragqa.engine.places import is_on_server
from ragqa.errors import IndexBusy, IndexMismatch, UsageError
from ragqa.index import LocalGeneration, LocalIndex, Recipe, fingerprint_from
from ragqa.index.manifest import CURRENT
from ragqa.shards import ShardManifest, chosen_of, entries, read_manifest

OnProgress = Callable[[str, int, int | None], None]


class LoadReport(NamedTuple):
    """What was put in force."""

    documents: int
    passages: int


def load_index(source: Path, target: Path, settings: Settings = Settings(), *, on_progress: OnProgress | None = None) -> LoadReport:
    """Put a local index into an index on a server, or the output of an ingest into either, with nothing encoded again.

    It becomes a new generation that is put in force in one step and holds this alone; the one before answers until then.
    Raises UsageError for a local index that should become another, IndexMissing where there is nothing whole to load,
    IndexMismatch for an output that was made with other settings, and what the target raises.
    """
    if (source / CURRENT).is_file():
        if not is_on_server(target):
            raise UsageError(f"{target} is no address of an index on a server", remedy="write --index qdrant://HOST:PORT/NAME")
        with LocalIndex.open(source) as index:
            return _to_server(whole_of(index), target, settings, on_progress)
    require("pyarrow", "parquet")
    manifest = read_manifest(source)
    if manifest.settings != settings.fingerprint():
        raise IndexMismatch(f"{source} was made with other settings", remedy="load it with the settings of the ingest")
    whole = _whole_of_shards(source, manifest)
    return _to_server(whole, target, settings, on_progress) if is_on_server(target) else _to_folder(whole, target, settings, on_progress)


def _whole_of_shards(folder: Path, manifest: ShardManifest) -> Whole:
    recipe = Recipe(encoder=manifest.encoder, dimensions=manifest.dimensions, settings=manifest.settings, k1=manifest.k1, b=manifest.b)
    chosen = chosen_of(folder, manifest)
    contents = ((name, bytes.fromhex(chosen[name][1])) for name in sorted(chosen))
    fingerprint = fingerprint_from(contents, recipe, sentence_vectors=manifest.sentences)
    return Whole(recipe, manifest.snapshot, fingerprint, manifest.sentences, len(chosen), lambda: entries(folder, manifest))


def _to_folder(whole: Whole, target: Path, settings: Settings, on_progress: OnProgress | None) -> LoadReport:
    encoder = encoder_of(settings)
    if encoder.name != whole.recipe.encoder:
        raise IndexMismatch(f"the output was made with {whole.recipe.encoder}, not {encoder.name}")
    recipe = whole.recipe.model_copy(update={"dense": settings.indexing.dense})
    # An index keeps vectors of sentences up to a number of passages; what came beyond is left out, as a build leaves it out.
    count = sum(len(entry.passages) for entry in whole.entries())
    sentences = whole.sentences and count <= settings.indexing.sentence_vectors
    generation = LocalGeneration(target, recipe, snapshot=whole.snapshot, sentence_vectors=sentences, encoder_folder=encoder.folder)
    try:
        generation.add(entry if sentences else entry._replace(sentences=None) for entry in told(whole, on_progress))
        generation.seal()
        generation.activate()
    finally:
        generation.close()
    if settings.adapter == AUTO:
        with suppress(IndexBusy):  # another process has the index now, and decides for it
            adapt_short(target, CLINICAL)
    with LocalIndex.open(target) as index:
        return LoadReport(index.document_count, index.passage_count)


def _to_server(whole: Whole, target: Path, settings: Settings, on_progress: OnProgress | None) -> LoadReport:
    header = load_cluster(whole, place_of(target), settings.cluster, on_progress=on_progress)
    return LoadReport(header.documents, header.passages)
