"""Entries in, a generation of a local index out: the writer's side of the protocol that both kinds of index keep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from ragqa.errors import EncoderError, IndexDamaged
from ragqa.index.manifest import Recipe
from ragqa.index.writer import IndexWriter, SealReport
from ragqa.protocols import Entry, Vectors


class LocalGeneration:
    """A generation of an index in a folder, from documents that come with their vectors."""

    def __init__(
        self, folder: Path, recipe: Recipe, *, snapshot: date, sentence_vectors: bool, encoder_folder: Path | None = None, fresh: bool = True
    ) -> None:
        """Begin a generation; `fresh` begins with nothing, else with what the index holds."""
        self._snapshot, self._sentence_vectors, self._encoder_folder, self._fresh = snapshot, sentence_vectors, encoder_folder, fresh
        self._stack = ExitStack()
        self._writer = self._stack.enter_context(IndexWriter.open(folder, recipe, rebuild=fresh))
        self._files: set[str] = set()
        self.report: SealReport | None = None

    def add(self, entries: Iterable[Entry]) -> int:
        """Put documents, each in place of one of the same id; return how many."""
        count = 0
        for entry in entries:
            self._files.add(entry.file)
            self._writer.give(entry)
            count += 1
        return count

    def remove(self, document_ids: Sequence[str]) -> int:
        """Remove documents; return how many there were."""
        return sum(self._writer.remove_document(name) for name in document_ids)

    def seal(self) -> None:
        """Drop what the generation should not hold; raise IndexDamaged where nothing is left."""
        if self._fresh:
            self._writer.retain_files(self._files)
        if not self._writer.passage_count:
            raise IndexDamaged("there is no passage to put in force")

    def activate(self) -> None:
        """Put the generation in force, in one step."""
        self.report = self._writer.seal(
            _refuse, snapshot=self._snapshot, sentence_vectors=self._sentence_vectors, encoder_folder=self._encoder_folder
        )

    def close(self) -> None:
        """Let go of the index; what was not activated is gone on with by the next writer, and never seen."""
        self._stack.close()


def _refuse(texts: Sequence[str]) -> Vectors:
    raise EncoderError(f"{len(texts)} texts came without vectors", remedy="load documents that were encoded")
