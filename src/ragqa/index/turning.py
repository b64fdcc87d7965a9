"""An index and a change of its vectors in; a new generation with changed vectors and all else as it was out.

This is how a newly trained adapter takes effect: stored vectors are turned, and no text is encoded again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from ragqa.errors import IndexBusy, IndexDamaged
from ragqa.index import files
from ragqa.index.dense import CODES, FLAT, RABITQ, SCALES, DenseArm, VectorFile
from ragqa.index.generations import generations, remove_litter
from ragqa.index.integrity import check_files
from ragqa.index.manifest import (
    ENCODER,
    GENERATIONS,
    MANIFEST,
    REBUILD,
    Manifest,
    Recipe,
    generation_path,
    point_to,
    read_manifest,
    read_pointer,
)  # fmt: skip
from ragqa.index.schema import STORE
from ragqa.index.sealing import fingerprint_of, sheets_of
from ragqa.index.sentences import CODES as SENTENCE_CODES
from ragqa.index.sentences import SCALES as SENTENCE_SCALES
from ragqa.index.sentences import map_sentences
from ragqa.index.store import Store
from ragqa.protocols import Vectors
from ragqa.quantise import Bytes, from_bytes, to_bytes

_ASIDE = ".new"
Turn = Callable[[Vectors], Vectors]
_BLOCK = 16_384
_VECTORS = {FLAT, CODES, SCALES, RABITQ, SENTENCE_CODES, SENTENCE_SCALES, MANIFEST, files.LEASE}


def turn_vectors(
    folder: Path, turn: Turn, *, fingerprint: str, encoder: str, encoder_folder: Path, snapshot: date
) -> Manifest:
    """Put a generation in force whose vectors are what `turn` makes of the old ones (rows in, rows of the same shape out).

    `fingerprint` is that of the index which `turn` was made for: two turns made for one index must not both be taken.
    `encoder` names what now encodes questions, `encoder_folder` holds it. A process killed on the way leaves the old
    generation in force. Raises IndexMissing, IndexDamaged, IndexBusy while another writes or where the index has become
    another one meanwhile, and RagqaError for a disk that refuses.
    """
    with files.failures_explained(folder), files.writing(folder):
        pointer = read_pointer(folder)
        old = generation_path(folder, pointer.generation)
        manifest = read_manifest(folder, pointer)
        if manifest.fingerprint != fingerprint:
            raise IndexBusy(f"{folder} was changed by another process meanwhile", remedy="try again")
        check_files(old, manifest, digests=True)
        remove_litter(folder, pointer.generation)
        number = 1 + max([pointer.generation, *generations(folder)])
        aside = folder / GENERATIONS / f"{_ASIDE}-{number}"
        aside.mkdir()
        try:
            _carry(old, aside)
            shutil.copytree(encoder_folder, aside / ENCODER)
            _turn_passages(old, aside, manifest, turn)
            if manifest.sentences is not None:
                _turn_sentences(old, aside, manifest.recipe.dimensions, turn)
            recipe = manifest.recipe.model_copy(update={"encoder": encoder})
            made = _seal(aside, manifest, recipe, number, snapshot)
            aside.rename(generation_path(folder, number))
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        files.sync(folder / GENERATIONS)
        point_to(folder, made)
        remove_litter(folder, number)
        return made


def _carry(old: Path, aside: Path) -> None:
    for path in sorted(old.iterdir()):
        if path.is_file() and path.name not in _VECTORS:
            files.link_or_copy(path, aside / path.name)


def _turn_passages(old: Path, aside: Path, manifest: Manifest, turn: Turn) -> None:
    arm = DenseArm(old, manifest.dense, manifest.recipe.dimensions)
    if arm.size != manifest.passages:
        raise IndexDamaged(f"{old} holds {arm.size} vectors for {manifest.passages} passages", remedy=REBUILD)
    file = VectorFile(aside, manifest.dense, arm.size, manifest.recipe.dimensions)
    for start in range(0, arm.size, _BLOCK):
        rows = np.arange(start, min(arm.size, start + _BLOCK), dtype=np.int64)
        file.put(rows, turn(arm.vectors(rows)))
    file.finish()


def _turn_sentences(old: Path, aside: Path, dimensions: int, turn: Turn) -> None:
    held = map_sentences(old, dimensions)
    with (aside / SENTENCE_CODES).open("wb") as codes, (aside / SENTENCE_SCALES).open("wb") as scales:
        for start in range(0, len(held.scales), _BLOCK):
            part = slice(start, start + _BLOCK)
            packed = to_bytes(turn(from_bytes(Bytes(held.codes[part], held.scales[part]))))
            packed.codes.tofile(codes)
            packed.scales.tofile(scales)


def _seal(aside: Path, old: Manifest, recipe: Recipe, number: int, snapshot: date) -> Manifest:
    store = Store(aside / STORE)
    try:
        fingerprint = fingerprint_of(store, recipe, sentence_vectors=old.sentences is not None)
    finally:
        store.close()
    made = old.model_copy(
        update={
            "generation": number,
            "recipe": recipe,
            "snapshot": snapshot,
            "fingerprint": fingerprint,
            "files": sheets_of(aside),
        }
    )
    (aside / files.LEASE).touch()
    (aside / MANIFEST).write_text(made.model_dump_json(indent=1) + "\n", encoding="utf-8")
    for path in [*aside.rglob("*"), aside]:
        files.sync(path)
    return made
