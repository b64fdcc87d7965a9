"""Entries in, a generation on a server out, put in force by one swap of a name.

NAME                        an alias of the passages of the generation in force
NAME.g<n>.passages          points with a dense and a sparse vector
NAME.g<n>.documents         whole documents
NAME.g<n>.tables            frequencies, words, short forms; the header comes last
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Final, Self

import numpy as np

from ragqa.cluster.collections import Collections, Point, Where
from ragqa.cluster.points import document_plan, document_point, passage_plan, passage_points, table_plan
from ragqa.cluster.reader import DOCUMENTS, PASSAGES, TABLES
from ragqa.cluster.statistics import Statistics
from ragqa.cluster.tables import Header, read_header, read_statistics, write_header, write_names, write_statistics
from ragqa.errors import ClusterError, EncoderError, IndexDamaged, IndexMissing
from ragqa.protocols import Entry
from ragqa.text import words

TermsOf = Callable[[Entry], list[list[str]]]
_WRITTEN: Final = 512  # passages at once
_PAUSE: Final = 0.5
_READY_WITHIN: Final = 3_600.0  # seconds


class ClusterGeneration:
    """A generation that is being written, or one in force that is kept up to date; one writer at a time."""

    def __init__(
        self,
        collections: Collections,
        name: str,
        number: int,
        header: Header,
        statistics: Statistics,
        terms_of: TermsOf,
        *,
        in_force: bool = False,
    ) -> None:
        self._collections, self._name, self._number = collections, name, number
        self._header, self._statistics, self._terms_of = header, statistics, terms_of
        self._in_force = in_force
        self._runs: Counter[str] = Counter()
        self._abbreviations: Counter[tuple[str, str]] = Counter()

    @classmethod
    def begin(
        cls,
        collections: Collections,
        name: str,
        header: Header,
        statistics: Statistics,
        terms_of: TermsOf,
        *,
        shards: int = 1,
        replicas: int = 1,
        int8: bool = False,
    ) -> Self:
        """Begin an empty generation beside the one in force; what a load that was stopped left is removed."""
        numbers = _generations(collections, name)
        current = _number_behind(collections, name)
        for number in numbers:
            if current is None or number > current:
                _drop(collections, name, number)
        number = 1 + max((n for n in numbers if current is not None and n <= current), default=0)
        prefix = _prefix(name, number)
        collections.create(
            f"{prefix}.{PASSAGES}", passage_plan(header.dimensions, shards=shards, replicas=replicas, int8=int8)
        )
        collections.create(f"{prefix}.{DOCUMENTS}", document_plan(shards=shards, replicas=replicas))
        collections.create(f"{prefix}.{TABLES}", table_plan(replicas=replicas))
        write_statistics(collections, f"{prefix}.{TABLES}", statistics)
        return cls(collections, name, number, header, statistics, terms_of)

    @classmethod
    def reopen(cls, collections: Collections, name: str, terms_of: TermsOf) -> Self:
        """Open the generation in force, to put and remove single documents by its pinned statistics."""
        number = _number_behind(collections, name)
        if number is None:
            raise IndexMissing(f"there is no index {name} on the server")
        tables = f"{_prefix(name, number)}.{TABLES}"
        header = read_header(collections, tables)
        return cls(
            collections, name, number, header, read_statistics(collections, tables, header), terms_of, in_force=True
        )

    def add(self, entries: Iterable[Entry]) -> int:
        """Put documents, each in place of one of the same id; return how many.

        New points are written before those of an older version are deleted: a reader never misses a document.
        """
        count = 0
        batch: list[Entry] = []
        held = 0
        for entry in entries:
            _check(entry, self._header)
            batch.append(entry)
            held += len(entry.passages)
            count += 1
            if held >= _WRITTEN:
                self._write(batch)
                batch, held = [], 0
        self._write(batch)
        return count

    def remove(self, document_ids: Sequence[str]) -> int:
        """Remove documents; return how many there were. The scores of the others stay as they are."""
        where = Where(fields=(("document", tuple(document_ids)),))
        count = self._collections.count(self._part(DOCUMENTS), where) if document_ids else 0
        if count:
            self._collections.delete(self._part(PASSAGES), where)
            self._collections.delete(self._part(DOCUMENTS), where)
        return count

    def seal(self) -> None:
        """Wait until all is searchable, check the counts, and write the header.

        Raises IndexDamaged where the server holds another number of passages than were counted, ClusterError where it
        is not ready within an hour.
        """
        until = time.monotonic() + _READY_WITHIN
        while not all(self._collections.is_ready(self._part(part)) for part in (PASSAGES, DOCUMENTS)):
            if time.monotonic() > until:
                raise ClusterError(f"{self._part(PASSAGES)} is still not indexed", remedy="look at the server's log")
            time.sleep(_PAUSE)
        passages, documents = (self._collections.count(self._part(part)) for part in (PASSAGES, DOCUMENTS))
        if not self._in_force and passages != self._statistics.passages:
            raise IndexDamaged(f"the server holds {passages} passages, {self._statistics.passages} were counted")
        changes: dict[str, object] = {"passages": passages, "documents": documents}
        if self._in_force:  # words and short forms stay those of the load, as the statistics do
            changes["fingerprint"] = self._fingerprint()
        else:
            self._write_names()
        self._header = self._header.model_copy(update=changes)
        write_header(self._collections, self._part(TABLES), self._header)

    def activate(self) -> None:
        """Put the generation in force, in one step. The one before stays for readers that have it open; older ones go.

        Raises IndexDamaged for a generation that is not sealed.
        """
        read_header(self._collections, self._part(TABLES))
        before = _number_behind(self._collections, self._name)
        self._collections.point(self._name, self._part(PASSAGES))
        for number in _generations(self._collections, self._name):
            if number not in (before, self._number):
                _drop(self._collections, self._name, number)

    def close(self) -> None:
        """Let go of the server; what was not activated is never seen, and removed by the next load."""
        self._collections.close()

    def _part(self, part: str) -> str:
        return f"{_prefix(self._name, self._number)}.{part}"

    def _write(self, entries: Sequence[Entry]) -> None:
        passages: list[Point] = []
        for entry in entries:
            passages += passage_points(entry, self._statistics, self._terms_of(entry))
            for text in (entry.document.source.title, *(passage.text for passage in entry.passages)):
                self._runs.update(text.split())
            self._abbreviations.update(entry.abbreviations)
        self._collections.put(self._part(PASSAGES), passages)
        self._collections.put(self._part(DOCUMENTS), [document_point(entry) for entry in entries])
        for entry in entries if self._in_force else ():
            older = Where(fields=(("document", (entry.document.id,)),), unless=(("version", entry.content.hex()),))
            self._collections.delete(self._part(PASSAGES), older)

    def _write_names(self) -> None:
        found: Counter[str] = Counter()
        for run, count in self._runs.items():
            for word in words(run):
                found[word] += count
        longs: dict[str, list[tuple[int, str]]] = {}
        for (short, long), count in self._abbreviations.items():
            longs.setdefault(short, []).append((-count, long))
        ordered = {short: tuple(long for _, long in sorted(longs[short])) for short in sorted(longs)}
        write_names(self._collections, self._part(TABLES), dict(sorted(found.items())), ordered)

    def _fingerprint(self) -> str:
        digest = blake2b(
            self._header.model_dump_json(include={"format", "encoder", "settings", "k1", "b", "sentences"}).encode(),
            digest_size=16,
        )
        held = self._collections.scan(self._part(DOCUMENTS), fields=("document", "content"))
        for name, content in sorted((point.payload["document"], point.payload["content"]) for point in held):
            digest.update(f"\n{name}\0{content}".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def _check(entry: Entry, header: Header) -> None:
    shape = (len(entry.passages), header.dimensions)
    if entry.vectors.shape != shape or not np.isfinite(entry.vectors).all():
        raise EncoderError(
            f"document {entry.document.id}: vectors of {entry.vectors.shape} for {shape[0]} passages of {shape[1]} dimensions"
        )


def _prefix(name: str, number: int) -> str:
    return f"{name}.g{number}"


def _generations(collections: Collections, name: str) -> list[int]:
    form = re.compile(rf"{re.escape(name)}\.g(\d+)\.(?:{PASSAGES}|{DOCUMENTS}|{TABLES})")
    return sorted({int(found[1]) for found in map(form.fullmatch, collections.names()) if found})


def _number_behind(collections: Collections, name: str) -> int | None:
    found = collections.behind(name)
    return int(found.removesuffix(f".{PASSAGES}").rpartition(".g")[2]) if found else None


def _drop(collections: Collections, name: str, number: int) -> None:
    for part in (TABLES, DOCUMENTS, PASSAGES):  # without its tables a generation is no longer whole
        collections.drop(f"{_prefix(name, number)}.{part}")
