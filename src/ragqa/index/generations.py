"""The generations of an index: which is in force, which a writer may go on from, which may go."""

from __future__ import annotations

import shutil
from pathlib import Path

from ragqa.errors import IndexDamaged, IndexMismatch, IndexMissing
from ragqa.index import files
from ragqa.index.integrity import check_files
from ragqa.index.manifest import GENERATIONS, REBUILD, Recipe, generation_path, read_manifest, read_pointer
from ragqa.index.sealing import Base


def base_of(folder: Path, recipe: Recipe, *, rebuild: bool) -> Base | None:
    """Return the generation in force if a writer may go on from it, None where there is none.

    With `rebuild`, one that is damaged counts as none, and one of another recipe lends its vectors only.
    Raises IndexDamaged and IndexMismatch otherwise.
    """
    try:
        pointer = read_pointer(folder)
        path = generation_path(folder, pointer.generation)
        manifest = read_manifest(folder, pointer)
        check_files(path, manifest, digests=True)
    except IndexMissing:
        return None
    except FileNotFoundError as error:
        if rebuild:
            return None
        raise IndexDamaged(f"{error.filename} is missing", remedy=REBUILD) from error
    except (IndexDamaged, IndexMismatch):
        if rebuild:
            return None
        raise
    if manifest.recipe == recipe:
        return Base(path, manifest, manifest.passages)
    if rebuild:
        return Base(path, manifest, 0)
    ours, theirs = recipe.encoder, manifest.recipe.encoder
    what = f"the encoder {theirs}, not {ours}" if ours != theirs else "other settings"
    raise IndexMismatch(
        f"the index in {folder} was built with {what}", remedy=f"{REBUILD}, or use what it was built with"
    )


def remove_litter(folder: Path, current: int) -> None:
    """Remove what is neither in force nor being read: half-made generations and old ones."""
    for path in sorted((folder / GENERATIONS).glob("*")):
        if path.name.startswith("."):
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != str(current):
            files.remove_unread(path)
    for path in sorted((*folder.glob(f"{files.SCRATCH}*"), *folder.glob(f".old-{files.SCRATCH}*"))):
        files.remove_unread(path)


def current(folder: Path) -> int:
    """Return the number of the generation in force, 0 where there is none."""
    try:
        return read_pointer(folder).generation
    except (IndexMissing, IndexDamaged):
        return 0


def generations(folder: Path) -> list[int]:
    """Return the numbers of all generations on disk."""
    return [int(path.name) for path in (folder / GENERATIONS).glob("*") if path.name.isdigit()]
