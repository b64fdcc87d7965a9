"""Records in, a folder that `index add` reads out: a file a record, and beside them, hidden, what has been fetched so far.

FOLDER/pubmed/38000001.xml      a record as the library gave it
FOLDER/.fetch/state.json        the queries, and up to which day each has been brought
FOLDER/.fetch/sync.jsonl        what a sync that was stopped had brought
FOLDER/.fetch/quarantine/       what came in place of a record that could not be read
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from ragqa.errors import SourceError
from ragqa.types import Record
from ragqa.vocabulary import Library

_NAMES: Final = {
    Library.PUBMED: re.compile(r"[1-9]\d{0,8}"),
    Library.PMC: re.compile(r"[1-9]\d{0,8}"),
    Library.CLINICALTRIALS: re.compile(r"NCT\d{8}"),
    Library.DAILYMED: re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
}


class Brought(Record):
    """A query, and how far its records have been brought; `until` is the day up to which it is whole."""

    library: Library
    query: str
    most: int | None = None
    until: date | None = None
    syncing: date | None = None  # the day on which a sync began that has not ended


class State(Record):
    """All queries of a folder."""

    queries: tuple[Brought, ...] = ()


class Folder:
    """A folder of records; one process at a time."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._own = home / ".fetch"

    @contextmanager
    def open(self) -> Iterator[None]:
        """Hold the folder; raise SourceError where another process does, or where it cannot be written."""
        with _explained(self._own):
            self._own.mkdir(parents=True, exist_ok=True)
            lock = (self._own / "lock").open("w", encoding="utf-8")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise SourceError(f"another process is fetching into {self.home}") from error
            yield

    def path(self, library: Library, name: str, suffix: str) -> Path | None:
        """Return the file of a record; None for an id that is not of the library's form, and so no file's name."""
        if not _NAMES[library].fullmatch(name):
            return None
        return self.home / library.value / f"{'PMC' if library is Library.PMC else ''}{name}{suffix}"

    def read(self, library: Library, name: str, suffix: str) -> bytes | None:
        """Return the bytes of a record, None where there is none, or only an empty file that a crash left."""
        path = self.path(library, name, suffix)
        try:
            return path.read_bytes() or None if path else None
        except FileNotFoundError:
            return None

    def holds(self, library: Library, name: str, suffix: str) -> bool:
        """Tell whether a record is there."""
        path = self.path(library, name, suffix)
        return path is not None and path.is_file() and path.stat().st_size > 0

    def put(self, library: Library, name: str, suffix: str, data: bytes) -> bool:
        """Write a record in one step, and tell whether anything changed."""
        path = self.path(library, name, suffix)
        if path is None or self.read(library, name, suffix) == data:
            return False
        _write_whole(path, data)
        (self._quarantined(library, name)).unlink(missing_ok=True)
        return True

    def quarantine(self, library: Library, name: str, fault: str, reply: bytes) -> None:
        """Keep what came in place of a record."""
        if self.path(library, name, "") is not None:
            _write_whole(self._quarantined(library, name), f"{fault}\n\n".encode() + reply)

    def state(self) -> State:
        """Return what has been brought; raise SourceError where that cannot be read."""
        path = self._own / "state.json"
        try:
            return State.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return State()
        except (ValidationError, OSError) as error:
            raise SourceError(f"{path} cannot be read", remedy="remove it; the records are kept") from error

    def note(self, brought: Brought) -> None:
        """Write down how far a query has been brought."""
        others = tuple(
            kept for kept in self.state().queries if (kept.library, kept.query) != (brought.library, brought.query)
        )
        _write_whole(
            self._own / "state.json", State(queries=(*others, brought)).model_dump_json(indent=1).encode() + b"\n"
        )

    def synced(self, brought: Brought) -> set[str]:
        """Return what a sync of a query that was stopped had brought already."""
        try:
            lines = (
                (self._own / "sync.jsonl").read_bytes().split(b"\n")[:-1]
            )  # a last line that was cut is not yet said
        except FileNotFoundError:
            return set()
        said = [json.loads(line) for line in lines]
        return {
            name
            for library, query, names in said
            if (library, query) == (brought.library.value, brought.query)
            for name in names
        }

    def note_synced(self, brought: Brought, names: Iterable[str]) -> None:
        """Write down what a sync has brought."""
        line = json.dumps([brought.library.value, brought.query, list(names)]) + "\n"
        with _explained(self._own), (self._own / "sync.jsonl").open("a", encoding="utf-8") as file:
            file.write(line)

    def end_sync(self) -> None:
        """Forget what a sync has brought: it is whole."""
        (self._own / "sync.jsonl").unlink(missing_ok=True)

    def _quarantined(self, library: Library, name: str) -> Path:
        return self._own / "quarantine" / f"{library.value}-{name}.txt"


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceError(
            f"cannot write {path}: {error.strerror}", remedy="make room, or choose another folder"
        ) from error


def _write_whole(path: Path, data: bytes) -> None:
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.part")  # hidden: what is not whole is no document
        aside.write_bytes(data)
        os.replace(aside, path)  # noqa: PTH105 - one step
