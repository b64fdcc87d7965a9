"""A generation and its manifest in, the files that are not what it says out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ragqa.errors import IndexDamaged
from ragqa.index.files import digest_of
from ragqa.index.manifest import REBUILD, Manifest


def file_problems(generation: Path, manifest: Manifest, *, digests: bool = True) -> Iterator[tuple[str, str]]:
    """Yield (file, what is wrong with it): missing, of another size, or, with `digests`, changed."""
    for name, sheet in sorted(manifest.files.items()):
        path = generation / name
        size = path.stat().st_size if path.is_file() else None
        if size is None:
            yield name, "is missing"
        elif size != sheet.size:
            yield name, f"has {size} bytes instead of {sheet.size}"
        elif digests and digest_of(path) != sheet.digest:
            yield name, "was changed"


def check_files(generation: Path, manifest: Manifest, *, digests: bool) -> None:
    """Raise IndexDamaged, naming the first file that is not what the manifest says."""
    for name, problem in file_problems(generation, manifest, digests=digests):
        raise IndexDamaged(f"{generation / name} {problem}", remedy=REBUILD)
