"""Files and settings in, an index on disk out: new, extended or with something removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from ragqa.config import Settings
from ragqa.encode import AUTO, CLINICAL, JOINT, FolderEncoder, base_name, find_adapter, open_encoder
from ragqa.engine.adapting import adapt_short, encoder_of
from ragqa.errors import EncoderError, IndexBusy, IndexDamaged, IndexMismatch, IndexMissing, UsageError
from ragqa.index import IndexWriter, LocalIndex, Recipe, SealReport
from ragqa.ingest import Cut, CutDocument, FailedFile, SkippedFile, Withdrawal, file_name, read_apart
from ragqa.protocols import Vectors

OnProgress = Callable[[str, int, int | None], None]


class BuildReport(NamedTuple):
    """What a run has done; `skipped` and `failed` hold (name, reason)."""

    documents: int
    passages: int
    encoded: int
    read: int
    unchanged: int
    removed: int
    skipped: tuple[tuple[str, str], ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


def build_index(paths: Sequence[Path], folder: Path, settings: Settings = Settings(), *, on_progress: OnProgress | None = None) -> BuildReport:
    """Make an index of these paths alone; vectors that still fit are used again. The old index answers until the end.

    `on_progress` is called with a step's name, how much is done and how much there is, where that is known.
    Raises UsageError for a path that is missing, EncoderError, IndexBusy, and RagqaError for a disk that refuses.
    """
    report = _Run(folder, settings, on_progress, fresh=True).read(paths)
    if settings.adapter == AUTO:
        with suppress(IndexBusy):  # another process has the index now, and decides for it
            adapt_short(folder, CLINICAL)
    return report


def add_to_index(paths: Sequence[Path], folder: Path, settings: Settings = Settings(), *, on_progress: OnProgress | None = None) -> BuildReport:
    """Add paths to an index, made where there is none; only new and changed files are read and encoded.

    Raises what `build_index` raises, and IndexMismatch for an index made with other settings.
    """
    return _Run(folder, settings, on_progress, fresh=False).read(paths)


def remove_from_index(names: Sequence[str], folder: Path, settings: Settings = Settings()) -> BuildReport:
    """Remove files, by the names they were read under, or documents, by their ids.

    Raises UsageError for a name that the index does not hold.
    """
    return _Run(folder, settings, None, fresh=False).remove(names)


class _Taken(NamedTuple):
    """What became of files: whether those that were read were known already, and (name, reason) of the others."""

    seen: dict[str, bool]
    skipped: list[tuple[str, str]]
    failed: list[tuple[str, str]]


class _Run:
    """One writing of an index."""

    def __init__(self, folder: Path, settings: Settings, on_progress: OnProgress | None, *, fresh: bool) -> None:
        self._folder, self._settings = folder, settings
        self._on_progress = on_progress or (lambda _step, _done, _total: None)
        self._fresh = fresh
        self._encoder = _encoder_for(folder, settings, fresh=fresh)
        self._recipe = Recipe(
            encoder=self._encoder.name,
            dimensions=self._encoder.dimensions,
            settings=settings.fingerprint(),
            k1=settings.indexing.k1,
            b=settings.indexing.b,
            dense=settings.indexing.dense,
        )

    def read(self, paths: Sequence[Path]) -> BuildReport:
        for path in paths:
            if not path.exists():
                raise UsageError(f"there is no file or folder {path}")
        with IndexWriter.open(self._folder, self._recipe, rebuild=self._fresh) as writer:
            taken = self._take_in(writer, paths)
            seen = taken.seen
            if self._fresh and not seen:
                raise UsageError("none of these files could be read as a document", remedy="the index is left as it was; see README for the formats")
            removed = writer.retain_files(frozenset(seen)) if self._fresh else 0
            sealed = self._seal(writer)
            unchanged = sum(seen.values())
            return BuildReport(
                documents=sealed.documents,
                passages=sealed.passages,
                encoded=sealed.encoded,
                read=len(seen) - unchanged,
                unchanged=unchanged,
                removed=removed,
                skipped=tuple(taken.skipped),
                failed=tuple(taken.failed),
            )

    def _take_in(self, writer: IndexWriter, paths: Sequence[Path]) -> _Taken:
        taken = _Taken({}, [], [])
        cut = Cut(self._settings.chunk.target_words, self._settings.chunk.most_words)
        documents = 0
        at_work: str | None = None  # the results of one file come one after another
        with closing(read_apart(paths, known=writer.knows, cut=cut, scratch=writer.scratch())) as results:
            for result in results:
                if isinstance(result, SkippedFile) and result.known:
                    taken.seen[result.file] = True
                elif isinstance(result, SkippedFile | FailedFile):
                    told = taken.failed if isinstance(result, FailedFile) else taken.skipped
                    told.append((_full_name(result.file, result.member), result.reason))
                else:
                    file = result.file if isinstance(result, Withdrawal) else result.read.file
                    if at_work is not None and at_work != file:
                        writer.finish_file(at_work)  # whatever befalls the run now, this file is not read again
                    at_work = file
                    taken.seen.setdefault(file, False)
                    if isinstance(result, Withdrawal):
                        writer.withdraw(result.pmids, file_name=file, file_digest=result.digest)
                        continue
                    _put(writer, result)
                    documents += 1
                    self._on_progress("documents read", documents, None)
        return taken

    def remove(self, names: Sequence[str]) -> BuildReport:
        LocalIndex.open(self._folder).close()  # where there is no index, that is the error to report
        with IndexWriter.open(self._folder, self._recipe) as writer:
            removed = 0
            held = writer.file_names()
            for name in map(file_name, names):  # as it was read: a name need not be text
                file = next((f for f in held if f == name or f == str(Path(name))), None)
                if file is not None:
                    removed += writer.remove_file(file)
                elif writer.remove_document(name):
                    removed += 1
                elif writer.is_removed(name):
                    continue  # by a run that was stopped before it could seal
                else:
                    raise UsageError(f"the index holds no file or document {name}")
            sealed = self._seal(writer)
        return BuildReport(documents=sealed.documents, passages=sealed.passages, encoded=sealed.encoded, read=0, unchanged=0, removed=removed)

    def _seal(self, writer: IndexWriter) -> SealReport:
        return writer.seal(
            self._encode,
            snapshot=datetime.now(tz=UTC).date(),
            sentence_vectors=writer.passage_count <= self._settings.indexing.sentence_vectors,
            encoder_folder=self._encoder.folder,
            on_progress=lambda done, total: self._on_progress("texts encoded", done, total),
        )

    def _encode(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_passages(texts)


def _encoder_for(folder: Path, settings: Settings, *, fresh: bool) -> FolderEncoder:
    """Return the encoder of the settings, with the adapter that an index of the same encoder has already.

    An index that is built anew keeps a tuned adapter, and the shipped one where it is the one shipped now.
    """
    encoder = encoder_of(settings)
    if settings.adapter != AUTO:
        return encoder
    try:
        with LocalIndex.open(folder) as held:
            if held.encoder_folder is None or held.encoder_name == encoder.name or base_name(held.encoder_name) != encoder.name:
                return encoder
            kept = open_encoder(held.encoder_name, exported=held.encoder_folder)
    except (IndexMissing, IndexDamaged, IndexMismatch):
        return encoder  # there is none to keep an adapter of; what is wrong with it, its writer will say
    except EncoderError:
        if fresh:
            return encoder
        raise
    outdated = f"{JOINT}{CLINICAL}@" in kept.name and not kept.name.endswith(find_adapter(CLINICAL).name)
    return encoder if fresh and outdated else kept


def _put(writer: IndexWriter, cut: CutDocument) -> None:
    writer.put(cut.read.document, cut.passages, cut.abbreviations, file_name=cut.read.file, file_digest=cut.read.digest)


def _full_name(name: str, member: str | None) -> str:
    return name if member is None else f"{name} [{member}]"
