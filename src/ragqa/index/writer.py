"""Documents and their passages in, a new generation of an index out.

    <index>/CURRENT                 the generation in force, replaced in one step
    <index>/generations/<n>/        what was sealed; never changed afterwards
    <index>/pending/                what is not sealed yet: a draft of the store, and journals of vectors

A process may be killed at any point: the old generation stays in force, and the next writer goes on from `pending`.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from ragqa.errors import EncoderError, RagqaError
from ragqa.index import files
from ragqa.index.draft import Draft
from ragqa.index.filling import Encode, Progress
from ragqa.index.generations import base_of, current, generations, remove_litter
from ragqa.index.journal import PASSAGES_JOURNAL, SENTENCES_JOURNAL, Journal, journal_label
from ragqa.index.manifest import GENERATIONS, Manifest, Recipe, generation_path, point_to
from ragqa.index.schema import STORE
from ragqa.index.sealing import Base, Order, Sealed, write_generation
from ragqa.index.store import Store
from ragqa.protocols import Entry
from ragqa.types import Document, Passage, Record

PENDING = "pending"
_PLAN = "plan.json"
_SCRATCH = "scratch"
_ASIDE = ".new"


class SealReport(NamedTuple):
    """What a seal has done; `changed` is false where the index already held just this."""

    generation: int
    documents: int
    passages: int
    encoded: int
    changed: bool
    fingerprint: str


class Plan(Record):
    """What stands in pending/plan.json: the draft goes on from this generation, by this recipe.

    `form` is that of the draft: one that another ragqa left counts its words in another way, and is begun anew.
    """

    base: int
    carried: int
    recipe: Recipe
    form: int = 2


class IndexWriter:
    """The one writer of an index; open it with `IndexWriter.open`."""

    def __init__(self, folder: Path, recipe: Recipe, base: Base | None) -> None:
        self._folder, self._recipe, self._base = folder, recipe, base
        carried = base.carried if base else 0
        resumed = _prepare_pending(folder, base, Plan(base=_number(base), carried=carried, recipe=recipe))
        self._draft = Draft(folder / PENDING / STORE, carried)
        self._unsealed = resumed or carried == 0  # what there is, is in no generation yet
        self._resumed = resumed
        self._files: dict[str, int] = {}
        self._given: dict[str, Journal] = {}  # of vectors that came with their documents

    @classmethod
    @contextmanager
    def open(cls, folder: Path, recipe: Recipe, *, rebuild: bool = False) -> Iterator[Self]:
        """Open an index for writing, for as long as the `with` block lasts; nothing is in force before `seal`.

        It goes on from what the index holds. With `rebuild`, an index that was made by another recipe, or that is
        damaged, is begun anew instead of refused; vectors that still fit are used again.
        Raises IndexBusy while there is another writer, IndexMismatch, IndexDamaged, and RagqaError for a disk that
        refuses.
        """
        with ExitStack() as stack:
            with _database_explained(folder), files.failures_explained(folder):
                folder.mkdir(parents=True, exist_ok=True)
                stack.enter_context(files.writing(folder))
                base = base_of(folder, recipe, rebuild=rebuild)
                remove_litter(folder, current(folder))
                writer = cls(folder, recipe, base)
            try:
                with _database_explained(folder):
                    yield writer
            finally:
                writer._leave()

    def scratch(self) -> Path:
        """Return an empty folder for what is needed for a while; what is left in it goes with the next generation."""
        folder = self._folder / PENDING / _SCRATCH
        with files.failures_explained(self._folder):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        return folder

    @property
    def document_count(self) -> int:
        """Return how many documents would be sealed now."""
        return self._draft.count("documents")

    @property
    def passage_count(self) -> int:
        """Return how many passages would be sealed now."""
        return self._draft.count("passages")

    def knows(self, name: str, digest: str) -> bool:
        """Tell whether the file of this name was wholly read with these very bytes."""
        return self._draft.knows(name, digest)

    def file_names(self) -> list[str]:
        """Return the names of all files that the index holds, sorted."""
        return self._draft.file_names()

    def begin_file(self, name: str, digest: str) -> None:
        """Announce a file: of what it held before, only what is put again stays. `put` does this by itself."""
        if name not in self._files:
            self._files[name] = self._draft.begin_file(name, digest)

    def put(
        self,
        document: Document,
        passages: Sequence[Passage],
        abbreviations: Iterable[tuple[str, str]] = (),
        *,
        file_name: str,
        file_digest: str,
    ) -> bool:
        """Put a document of a file, in place of one of the same id; return whether anything changed.

        Raises CitationError for a passage that is not what its document says.
        """
        self.begin_file(file_name, file_digest)
        return self._draft.put(self._files[file_name], document, passages, abbreviations)

    def give(self, entry: Entry) -> bool:
        """Put a document with its vectors, so that nothing of it is encoded; return whether anything changed.

        Raises EncoderError for vectors of another shape, or that hold what is no number.
        """
        dimensions = self._recipe.dimensions
        if entry.vectors.shape != (len(entry.passages), dimensions) or not np.isfinite(entry.vectors).all():
            raise EncoderError(f"document {entry.document.id}: vectors of {entry.vectors.shape} for {len(entry.passages)} passages of {dimensions} dimensions")
        changed = self.put(
            entry.document, entry.passages, entry.abbreviations, file_name=entry.file, file_digest=entry.digest
        )
        digests = self._draft.digests(entry.document.id)
        names = [digests[passage.id] for passage in entry.passages]
        self._journal(PASSAGES_JOURNAL, "float32").add(
            [(name, row.astype(np.float32).tobytes()) for name, row in zip(names, entry.vectors, strict=True)]
        )
        if entry.sentences is not None:
            packed = [rows.codes.tobytes() + rows.scales.tobytes() for rows in entry.sentences]
            self._journal(SENTENCES_JOURNAL, "int8").add(list(zip(names, packed, strict=True)))
        return changed

    def finish_file(self, name: str) -> int:
        """Mark a file as wholly read, and return how many documents it no longer holds; `seal` does it for the rest."""
        return self._draft.finish_file(self._files.pop(name))

    def remove_file(self, name: str) -> int:
        """Remove a file; return how many documents went with it."""
        self._files.pop(name, None)
        return self._draft.remove_file(name)

    def remove_document(self, document_id: str) -> bool:
        """Remove a document; tell whether it was there. Its file counts as read until its bytes change."""
        return self._draft.remove_document(document_id)

    def withdraw(self, pmids: Collection[str], *, file_name: str, file_digest: str) -> int:
        """Remove the documents of these PubMed ids, whichever file holds them, because a file takes them back."""
        self.begin_file(file_name, file_digest)
        return self._draft.withdraw(pmids)

    def is_removed(self, name: str) -> bool:
        """Tell whether the generation in force holds a file or document of this name that would not be sealed now."""
        if self._base is None or not self._base.carried:
            return False
        held = Store(self._base.folder / STORE)
        try:
            names = {other for (other,) in held.scan("SELECT name FROM files UNION SELECT id FROM documents")}
            return name in names and not self._draft.holds(name)
        finally:
            held.close()

    def retain_files(self, names: Collection[str]) -> int:
        """Remove all files but these; return how many documents went."""
        kept = frozenset(names)
        return sum(self.remove_file(name) for name in self.file_names() if name not in kept)

    def _journal(self, name: str, form: str) -> Journal:
        if name not in self._given:
            self._given[name] = Journal(self._folder / PENDING / name, f"{journal_label(self._recipe)} {form}")
        return self._given[name]

    def _close_journals(self) -> None:
        for journal in self._given.values():
            journal.close()
        self._given.clear()

    def _leave(self) -> None:
        self._close_journals()
        self._draft.close()
        if not (self._resumed or self._draft.changed):  # there is nothing to go on from
            shutil.rmtree(self._folder / PENDING, ignore_errors=True)

    def seal(
        self,
        encode: Encode,
        *,
        snapshot: date,
        sentence_vectors: bool = True,
        encoder_folder: Path | None = None,
        on_progress: Progress | None = None,
    ) -> SealReport:
        """Put all that was put in force as a new generation; encode only what no generation or journal holds.

        `encoder_folder` holds the export of the encoder, which the index keeps for questions. `on_progress` is called
        with the texts encoded and the texts to encode.
        """
        with files.failures_explained(self._folder):
            for name in sorted(self._files):
                self.finish_file(name)
            self._draft.commit()
            self._close_journals()
            kept = self._base.manifest if self._base else None
            if (
                kept
                and not (self._unsealed or self._draft.changed)
                and (kept.sentences is not None) == sentence_vectors
            ):
                return _report(kept, encoded=0, changed=False)
            self._draft.close()
            generation = 1 + max([_number(self._base), *generations(self._folder)])
            order = Order(self._recipe, generation, snapshot, encode, sentence_vectors, encoder_folder, on_progress)
            sealed = self._write(order)
            point_to(self._folder, sealed.manifest)
            shutil.rmtree(self._folder / PENDING)
            remove_litter(self._folder, generation)
            return _report(sealed.manifest, encoded=sealed.encoded, changed=True)

    def _write(self, order: Order) -> Sealed:
        pending, home = self._folder / PENDING, self._folder / GENERATIONS
        aside = home / f"{_ASIDE}-{order.generation}"
        aside.mkdir(parents=True)
        try:
            sealed = write_generation(pending / STORE, self._base, pending, aside, order)
            aside.rename(generation_path(self._folder, order.generation))
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)  # room for a next try
            raise
        files.sync(home)
        return sealed


@contextmanager
def _database_explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        remedy = f"make room on the disk; if that is not it, remove {folder / PENDING}"
        raise RagqaError(f"cannot write the index in {folder}: {error}", remedy=remedy) from error


def _prepare_pending(folder: Path, base: Base | None, plan: Plan) -> bool:
    """Leave a draft to go on with; return whether it is one that an earlier writer left."""
    pending = folder / PENDING
    path = pending / _PLAN
    text = plan.model_dump_json()
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return True
    pending.mkdir(exist_ok=True)
    for name in (_PLAN, STORE, f"{STORE}-wal", f"{STORE}-shm"):  # the journals of vectors stay
        (pending / name).unlink(missing_ok=True)
    if base and base.carried:
        shutil.copyfile(base.folder / STORE, pending / STORE)
    files.write_whole(path, text)
    return False


def _report(manifest: Manifest, *, encoded: int, changed: bool) -> SealReport:
    return SealReport(
        manifest.generation, manifest.documents, manifest.passages, encoded, changed, manifest.fingerprint
    )


def _number(base: Base | None) -> int:
    return base.manifest.generation if base else 0
