"""Passages in, the BM25 arrays of a generation and the counts of its words out: by several processes where there is much to read."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import compress, cycle
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ragqa.cores import free_cores
from ragqa.index.bm25 import finalise, map_postings
from ragqa.index.layers import Texts
from ragqa.index.manifest import Recipe
from ragqa.index.postings import PostingsBuilder
from ragqa.index.reading import ReadingProcess
from ragqa.index.schema import STORE
from ragqa.index.wording import WORDS, BlockWriter, Field

_AT_ONCE = 4_096  # passages
_APART_FROM = 20_000  # passages: as many are read in a second, and a process takes a third of one to start
_MOST_PROCESSES = 4  # each takes up to 250 MB
_PART = ".part-"


class Carried(NamedTuple):
    """The folder of a generation, its passages, and where each passage of the new one stood in it (from `passages` on: nowhere)."""

    folder: Path
    passages: int
    old: NDArray[np.int64]


class LexicalFile:
    """The BM25 arrays of a generation that is being written, and the counts of its words; to be used in a `with` block.

    The texts of passages are handed in where they are read anyway; `finish` reads those that were not.
    """

    def __init__(self, target: Path, carried: Carried, recipe: Recipe) -> None:
        self._target, self._recipe = target, recipe
        self._builder = PostingsBuilder(carried.old.size)
        if carried.passages:
            new_rows = np.full(carried.passages, -1, dtype=np.int64)
            kept = np.flatnonzero(carried.old < carried.passages)
            new_rows[carried.old[kept]] = kept
            self._builder.carry(map_postings(carried.folder), new_rows)
        self._missing = carried.old >= carried.passages
        apart = int(self._missing.sum()) >= _APART_FROM and free_cores() > 1
        # A name that no process of a dead writer knows.
        self._parts = [Path(mkdtemp(prefix=_PART, dir=target)) for _ in range(min(free_cores(), _MOST_PROCESSES) if apart else 1)]
        self._writers = [(ReadingProcess if apart else BlockWriter)(part, recipe.repeats) for part in self._parts]
        self._turn = cycle(self._writers)

    def __enter__(self) -> Self:
        """Return the file."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for writer in self._writers:
            writer.stop()

    def take(self, rows: Sequence[int], fields: Sequence[Field]) -> None:
        """Take the fields of passages by their rising rows; of those known already, nothing is taken twice."""
        wanted = self._missing[rows]
        if wanted.any():
            self._missing[rows] = False
            next(self._turn).take(list(compress(rows, wanted)), list(compress(fields, wanted)))

    def read_rest(self, texts: Texts) -> None:
        """Read what was not handed in."""
        missing = np.flatnonzero(self._missing).tolist()
        for start in range(0, len(missing), _AT_ONCE):
            rows = missing[start : start + _AT_ONCE]
            self.take(rows, list(texts.fields(rows)))

    def finish(self) -> None:
        """Write the arrays when all is read.

        Raises OSError where the disk refused, and RagqaError where a process that reads has died.
        """
        for writer in self._writers:
            writer.finish()
        self._builder.take(self._parts)
        self._builder.merge(self._target)
        finalise(self._target, k1=self._recipe.k1, b=self._recipe.b, idf=self._recipe.idf)

    def write_words(self, draft: Path) -> None:
        """Write the words into the store, those that its draft counted and those of what was read; to be called last."""
        with closing(sqlite3.connect(self._target / STORE, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")  # scratch until it is renamed
            connection.execute("PRAGMA temp_store = FILE")
            each = []
            for number, path in enumerate([draft, *(part / WORDS for part in self._parts)]):
                connection.execute(f"ATTACH ? AS counted{number}", (str(path),))
                each.append(f"SELECT word, count FROM counted{number}.words")  # noqa: S608 - a number
            connection.execute("BEGIN")
            connection.execute(
                "INSERT INTO main.words SELECT word, sum(count) AS total"  # noqa: S608 - from above
                f" FROM ({' UNION ALL '.join(each)}) GROUP BY word HAVING total > 0 ORDER BY word"
            )
            connection.execute("COMMIT")
        for part in self._parts:
            shutil.rmtree(part)
