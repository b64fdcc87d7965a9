"""Files and settings in, Parquet shards of passages and vectors out, for `index load`: on this machine, or on Ray."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ragqa.config import Settings
from ragqa.engine.adapting import encoder_of
from ragqa.errors import MissingExtra, UsageError
from ragqa.index import content_of, passage_text, sentence_texts
from ragqa.ingest import Cut, CutDocument, FailedFile, Withdrawal, find_files, read_apart
from ragqa.shards import Failure, Made, Maker, Piece, Shard, ShardManifest, write_manifest
from ragqa.types import Document, Passage
from ragqa.version import __version__
from ragqa.vocabulary import IngestEngine

OnProgress = Callable[[str, int, int | None], None]
BATCH = 64  # documents that are encoded together and make a shard


class Read(NamedTuple):
    """One thing that a file gave: a document, what could not be read, or what it takes back."""

    piece: Piece | None = None
    failure: Failure | None = None
    withdrawn: tuple[str, tuple[str, ...]] | None = None


class IngestReport(NamedTuple):
    """What an ingest has written; `failed` holds (name, reason)."""

    shards: int
    documents: int
    passages: int
    failed: tuple[tuple[str, str], ...]


def ingest(
    source: Path, output: Path, settings: Settings = Settings(), *, engine: IngestEngine = IngestEngine.LOCAL, on_progress: OnProgress | None = None
) -> IngestReport:
    """Read, cut and encode the files of a folder into an empty folder; the manifest comes last, and with it the output is whole.

    Raises UsageError for a source that is missing or an output that is not empty, MissingExtra where a library is not installed.
    """
    if not source.exists():
        raise UsageError(f"there is no file or folder {source}")
    if output.exists() and any(output.iterdir()):
        raise UsageError(f"{output} is not empty", remedy="give a fresh folder: a run that was stopped left what counts for nothing")
    require("pyarrow", "parquet")
    output.mkdir(parents=True, exist_ok=True)
    gathered = _Gathered(on_progress)
    if engine is IngestEngine.RAY:
        from ragqa.engine.on_ray import run_on_ray  # noqa: PLC0415 an extra

        run_on_ray(readable(source, gathered.fail), output, settings, gathered.take)
    else:
        maker = maker_of(output, settings)
        with closing(read_file(source, settings)) as found:
            while reads := list(islice(found, BATCH)):
                gathered.take(made_of(reads, maker))
    manifest = gathered.manifest(settings)
    write_manifest(output, manifest)
    return IngestReport(
        len(manifest.shards), sum(shard.documents for shard in manifest.shards), sum(shard.passages for shard in manifest.shards), manifest.failed
    )


class Outcome(NamedTuple):
    """What became of a batch of reads."""

    made: Made
    withdrawn: tuple[tuple[str, tuple[str, ...]], ...]


def made_of(reads: Iterable[Read], maker: Maker) -> Outcome:
    """Make the shard of a batch."""
    reads = list(reads)
    pieces = [read.piece for read in reads if read.piece is not None]
    failures = tuple(read.failure for read in reads if read.failure is not None)
    made = maker.make(pieces) if pieces else Made(None)
    return Outcome(Made(made.shard, made.failures + failures), tuple(read.withdrawn for read in reads if read.withdrawn is not None))


def maker_of(output: Path, settings: Settings) -> Maker:
    """Return what encodes and writes by settings, with an encoder of its own."""
    encoder = encoder_of(settings)
    sentences = settings.indexing.sentence_vectors > 0
    return Maker(output, encoder.encode_passages, texts_of, dimensions=encoder.dimensions, sentences=sentences)


def texts_of(document: Document, passages: Sequence[Passage]) -> tuple[list[str], list[list[str]]]:
    """Return what is encoded for each passage, and for each sentence of each."""
    title = document.source.title
    whole = [passage_text(title, passage.heading_path, passage.text) for passage in passages]
    return whole, [sentence_texts(document.text, passage.sentences) for passage in passages]


def read_file(path: Path, settings: Settings) -> Generator[Read, None, None]:
    """Yield what a file or folder gives; what kills its reader is a failure of that file alone."""
    cut = Cut(settings.chunk.target_words, settings.chunk.most_words)
    with closing(read_apart([path], cut=cut)) as results:
        for result in results:
            if isinstance(result, CutDocument):
                yield Read(piece=_piece_of(result))
            elif isinstance(result, Withdrawal):
                yield Read(withdrawn=(result.file, result.pmids))
            elif isinstance(result, FailedFile):
                yield Read(failure=Failure(result.file if result.member is None else f"{result.file} [{result.member}]", result.reason))


def readable(source: Path, fail: Callable[[Failure], None]) -> list[Path]:
    """Return the files of a folder that may be documents, in order."""
    files = []
    for candidate in find_files([source]):
        if candidate.reason is None:
            files.append(candidate.path)
        elif candidate.failed:
            fail(Failure(candidate.name, candidate.reason))
    return files


def require(module: str, extra: str) -> None:
    """Raise MissingExtra where a library is not installed."""
    from importlib.util import find_spec  # noqa: PLC0415 nothing else needs it

    if find_spec(module) is None:
        raise MissingExtra("ingest into shards" if extra == "parquet" else f"the engine {extra}", extra)


def _piece_of(cut: CutDocument) -> Piece:
    document = cut.read.document
    pairs = sorted(set(cut.abbreviations))
    return Piece(
        document=document.model_dump_json(),
        passages=json.dumps([passage.model_dump(mode="json") for passage in cut.passages]),
        abbreviations=json.dumps(pairs),
        file=cut.read.file,
        digest=cut.read.digest,
        content=content_of(document, cut.passages, pairs).hex(),
    )


class _Gathered:
    """What the batches of a run have become."""

    def __init__(self, on_progress: OnProgress | None) -> None:
        self._on_progress = on_progress
        self._shards: dict[str, Shard] = {}
        self._failed: list[Failure] = []
        self._withdrawn: list[tuple[str, tuple[str, ...]]] = []

    def take(self, outcome: Outcome) -> None:
        if outcome.made.shard is not None:
            self._shards[outcome.made.shard.name] = outcome.made.shard
        self._failed += outcome.made.failures
        self._withdrawn += outcome.withdrawn
        if self._on_progress:
            self._on_progress("documents encoded", sum(shard.documents for shard in self._shards.values()), None)

    def fail(self, failure: Failure) -> None:
        self._failed.append(failure)

    def manifest(self, settings: Settings) -> ShardManifest:
        encoder = encoder_of(settings)
        return ShardManifest(
            ragqa=__version__, encoder=encoder.name, dimensions=encoder.dimensions, settings=settings.fingerprint(),
            k1=settings.indexing.k1, b=settings.indexing.b, sentences=settings.indexing.sentence_vectors > 0,
            snapshot=datetime.now(tz=UTC).date(), shards=tuple(self._shards[name] for name in sorted(self._shards)),
            failed=tuple(sorted((failure.name, failure.reason) for failure in set(self._failed))),
            withdrawn=tuple(sorted(set(self._withdrawn))),
        )  # fmt: skip
