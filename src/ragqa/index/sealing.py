"""A draft in, a whole generation in a folder of its own out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.index import files
from ragqa.index.dense import VectorFile, kind_for
from ragqa.index.filling import Encode, Progress, Rows, plan, run
from ragqa.index.journal import PASSAGES_JOURNAL, SENTENCES_JOURNAL, Journal, journal_label
from ragqa.index.layers import OnRead, PassageLayer, SentenceLayer, Texts
from ragqa.index.lexical import Carried, LexicalFile
from ragqa.index.manifest import ENCODER, FORMAT, MANIFEST, FileSheet, Manifest, Recipe
from ragqa.index.masks import OWNERS, write_traits
from ragqa.index.packing import sentence_count
from ragqa.index.schema import STORE, copy_in_order
from ragqa.index.sentences import SentenceFile
from ragqa.index.shortforms import write_keys
from ragqa.index.store import Store
from ragqa.version import __version__

_DIGESTED_AT_ONCE = 4


class Base(NamedTuple):
    """The generation that a draft began from, and how many of its rows the draft carries on (0: only its vectors)."""

    folder: Path
    manifest: Manifest
    carried: int


class Order(NamedTuple):
    """What a generation is made of."""

    recipe: Recipe
    generation: int
    snapshot: date
    encode: Encode
    sentence_vectors: bool
    encoder_folder: Path | None
    on_progress: Progress | None


class Sealed(NamedTuple):
    """A generation as it was made, and how many passages had to be encoded for it."""

    manifest: Manifest
    encoded: int


def write_generation(draft: Path, base: Base | None, pending: Path, target: Path, order: Order) -> Sealed:
    """Write all files of a generation into `target`; journals are kept in `pending` for a next try."""
    copy_in_order(draft, target / STORE)
    rows, drafted = _rows(draft, base, order.recipe)
    carried = Carried(base.folder, base.carried, drafted) if base else Carried(target, 0, drafted)
    with LexicalFile(target, carried, order.recipe) as lexical, closing(Store(target / STORE)) as store:
        owners = np.fromiter((number for (number,) in store.scan("SELECT document FROM passages ORDER BY row")), np.int32)
        owners.tofile(target / OWNERS)
        languages = write_traits(target, _traits(store))
        texts = Texts(store)
        dense, encoded = _write_vectors(texts, rows, base, pending, target, order, lexical.take)
        lexical.read_rest(texts)
        with ThreadPoolExecutor(1, "ragqa-merge") as thread:  # arithmetic on arrays lets go of the interpreter
            merging = thread.submit(lexical.finish)
            dense.finish()
            merging.result()
    lexical.write_words(draft)
    write_keys(target / STORE)
    _copy_encoder(base, target, order)
    with closing(Store(target / STORE)) as store:
        manifest = _manifest(store, rows, target, order, languages)
    (target / files.LEASE).touch()
    (target / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    for path in [*target.rglob("*"), target]:
        files.sync(path)
    return Sealed(manifest, encoded)


def _rows(draft: Path, base: Base | None, recipe: Recipe) -> tuple[Rows, NDArray[np.int64]]:
    """Return the passages of a draft in the order of the new generation, and the row of each in the draft."""
    store = Store(draft)
    try:
        ((count,),) = store.scan("SELECT count(*) FROM passages")
        old, lengths, counts = (np.empty(count, dtype=np.int64) for _ in range(3))
        digests: list[bytes] = []
        statement = "SELECT row, digest, end - start, substr(sentences, 1, 4) FROM passages ORDER BY id"
        for place, (row, digest, length, packed) in enumerate(store.scan(statement)):
            old[place], lengths[place], counts[place] = row, length, sentence_count(packed)
            digests.append(digest)
    finally:
        store.close()
    drafted = old.copy()
    if base is None or base.manifest.recipe.encoder != recipe.encoder:
        old[:] = -1
    else:
        old[old >= base.carried] = -1
        _find_again(old, digests, base)
    return Rows(old, digests, lengths, counts), drafted


def _find_again(old: NDArray[np.int64], digests: list[bytes], base: Base) -> None:
    """Fill in where the old generation holds the content of passages that came anew."""
    wanted = {digests[row] for row in np.flatnonzero(old < 0).tolist()}
    if not wanted:
        return
    store = Store(base.folder / STORE)
    try:
        held = {digest: row for row, digest in store.scan("SELECT row, digest FROM passages") if digest in wanted}
    finally:
        store.close()
    for row in np.flatnonzero(old < 0).tolist():
        old[row] = held.get(digests[row], -1)


def _write_vectors(
    texts: Texts, rows: Rows, base: Base | None, pending: Path, target: Path, order: Order, on_read: OnRead
) -> tuple[VectorFile, int]:
    """Write all vectors; return the file of those of passages, to be finished, and how many had to be encoded."""
    recipe = order.recipe
    dense = VectorFile(target, kind_for(rows.old.size, recipe.dense), rows.old.size, recipe.dimensions)
    usable = base if base and base.manifest.recipe.encoder == recipe.encoder else None
    label = journal_label(recipe)
    with ExitStack() as stack:
        journal = stack.enter_context(Journal(pending / PASSAGES_JOURNAL, f"{label} float32"))
        passages = PassageLayer(dense, texts, (usable.folder, usable.manifest) if usable else None, on_read)
        jobs = [plan(passages, journal, rows, carried=usable is not None, sizes=np.ones_like(rows.old))]
        if order.sentence_vectors:
            old = usable.folder if usable and usable.manifest.sentences is not None else None
            journal = stack.enter_context(Journal(pending / SENTENCES_JOURNAL, f"{label} int8"))
            file = SentenceFile(target, rows.sentences, recipe.dimensions)
            layer = SentenceLayer(file, texts, recipe.dimensions, old)
            jobs.append(plan(layer, journal, rows, carried=old is not None, sizes=rows.sentences))
        run(jobs, order.encode, recipe.dimensions, order.on_progress)
    return dense, jobs[0].left.size + sum(map(len, jobs[0].same.values()))


def _copy_encoder(base: Base | None, target: Path, order: Order) -> None:
    source = order.encoder_folder
    if source is None and base and base.manifest.recipe.encoder == order.recipe.encoder:
        source = base.folder / ENCODER
    if source is not None and source.is_dir():
        for path in sorted(path for path in source.rglob("*") if path.is_file()):
            copy = target / ENCODER / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            files.link_or_copy(path, copy)


def _manifest(store: Store, rows: Rows, target: Path, order: Order, languages: tuple[str, ...]) -> Manifest:
    ((documents, retracted),) = store.scan("SELECT count(*), coalesce(sum(retracted), 0) FROM documents")
    return Manifest(
        format=FORMAT, ragqa=__version__, generation=order.generation, recipe=order.recipe, snapshot=order.snapshot,
        documents=documents, passages=rows.old.size, retracted=retracted,
        sentences=int(rows.sentences.sum()) if order.sentence_vectors else None,
        dense=kind_for(rows.old.size, order.recipe.dense), languages=languages,
        fingerprint=fingerprint_of(store, order.recipe, sentence_vectors=order.sentence_vectors),
        files=sheets_of(target),
    )  # fmt: skip


def sheets_of(generation: Path) -> dict[str, FileSheet]:
    """Return name -> sheet of every file in the folder of a generation, by name."""
    paths = sorted(path for path in generation.rglob("*") if path.is_file())
    with ThreadPoolExecutor(_DIGESTED_AT_ONCE, "ragqa-digest") as threads:  # a digest lets go of the interpreter
        digests = threads.map(files.digest_of, paths)
        return {
            path.relative_to(generation).as_posix(): FileSheet(size=path.stat().st_size, digest=digest)
            for path, digest in zip(paths, digests, strict=True)
        }


def fingerprint_of(store: Store, recipe: Recipe, *, sentence_vectors: bool) -> str:
    """Return a digest of the documents and the recipe; the way by which an index came to them leaves no trace in it."""
    return fingerprint_from(store.scan("SELECT id, content FROM documents ORDER BY id"), recipe, sentence_vectors=sentence_vectors)


def fingerprint_from(contents: Iterable[tuple[Any, ...]], recipe: Recipe, *, sentence_vectors: bool) -> str:
    """Return the same from (id, digest of its content) of each document, by id."""
    digest = blake2b(f"{FORMAT} {sentence_vectors} {recipe.model_dump_json()}".encode(), digest_size=16)
    for name, content in contents:
        digest.update(f"\n{name}\0".encode("utf-8", "surrogatepass") + content)
    return digest.hexdigest()


def _traits(store: Store) -> Iterator[tuple[Any, ...]]:
    yield from store.scan("SELECT kind, year, language, retracted FROM documents ORDER BY number")
