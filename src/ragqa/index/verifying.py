"""A folder in, everything that is wrong with the index in it out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ragqa.errors import CitationError, IndexDamaged
from ragqa.index.bm25 import map_postings
from ragqa.index.integrity import file_problems
from ragqa.index.manifest import CURRENT, Manifest, generation_path, read_manifest, read_pointer
from ragqa.index.reader import LocalIndex
from ragqa.index.schema import STORE
from ragqa.index.store import Store


class VerifyReport(NamedTuple):
    """What was checked, and a line for each thing that is wrong."""

    documents: int
    passages: int
    files: int
    problems: tuple[str, ...]


def verify(folder: Path) -> VerifyReport:
    """Check every file, span, count and total of the index in a folder.

    Raises IndexMissing where there is none, IndexMismatch where it has another format.
    """
    try:
        pointer = read_pointer(folder)
        generation = generation_path(folder, pointer.generation)
        manifest = read_manifest(folder, pointer)
    except IndexDamaged as error:
        return VerifyReport(0, 0, 0, (str(error),))
    except FileNotFoundError as error:
        return VerifyReport(0, 0, 0, (f"{error.filename} is missing, though {folder / CURRENT} names it",))
    problems = [f"{generation / name} {problem}" for name, problem in file_problems(generation, manifest)]
    if not problems:  # what was changed is named above; its content would only say so again
        problems += [
            f"{generation / name}: {problem}" for name, problem in _content_problems(folder, generation, manifest)
        ]
    return VerifyReport(manifest.documents, manifest.passages, len(manifest.files) + 2, tuple(problems))


def _content_problems(folder: Path, generation: Path, manifest: Manifest) -> Iterator[tuple[str, str]]:
    store = Store(generation / STORE)
    try:
        names = [name for (name,) in store.scan("SELECT id FROM documents ORDER BY id")]
        ((passages,),) = store.scan("SELECT count(*) FROM passages")
    finally:
        store.close()
    if (len(names), passages) != (manifest.documents, manifest.passages):
        yield STORE, f"{len(names)} documents and {passages} passages, not {manifest.documents} and {manifest.passages}"
    with LocalIndex.open(folder) as index:
        for name in names:
            for problem in _document_problems(index, name):
                yield STORE, problem
    for problem in _posting_problems(generation, manifest):
        yield "rows", problem


def _document_problems(index: LocalIndex, document_id: str) -> Iterator[str]:
    try:
        document = index.document(document_id)
        passages = index.passages_of(document_id)
    except (IndexDamaged, CitationError) as error:
        yield f"document {document_id}: {error}"
        return
    for passage in passages:
        if passage.span.of(document.text) != passage.text or passage.document_id != document_id:
            yield f"passage {passage.id} is not what its document says"


def _posting_problems(generation: Path, manifest: Manifest) -> Iterator[str]:
    postings = map_postings(generation)
    sizes = np.diff(postings.offsets)
    if postings.lengths.size != manifest.passages:
        yield f"lengths of {postings.lengths.size} passages instead of {manifest.passages}"
    if postings.offsets[-1] != postings.rows.size or (sizes < 1).any():
        yield "the offsets do not cover the postings"
    if postings.rows.size and not 0 <= postings.rows.min() <= postings.rows.max() < postings.lengths.size:
        yield "a posting points outside the passages"
    if (postings.vocabulary[1:] <= postings.vocabulary[:-1]).any():
        yield "the vocabulary is out of order"
    if postings.frequencies.sum(dtype=np.int64) != postings.lengths.sum(dtype=np.int64):
        yield "term frequencies and lengths have different totals"
