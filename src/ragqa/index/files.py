"""Paths in; files that are written whole, locks that end with their process, and digests out."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from ragqa.errors import IndexBusy, RagqaError

_CHUNK = 1 << 20
LOCK = ".lock"
LEASE = ".lease"
SCRATCH = ".scratch-"


def digest_of(path: Path) -> str:
    """Return the 128-bit BLAKE2b digest of a file in hexadecimal."""
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sync(path: Path) -> None:
    """Have the disk hold a file or folder as it now is."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, text: str) -> None:
    """Write a small file so that a reader, or a machine that stops here, sees the old one or the new one."""
    aside = path.with_name(f".{path.name}.tmp")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync(path.parent)


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file that never changes a second name; copy it where the file system cannot."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the one place of an index's writer; the system lets go of it when the process ends, however it ends.

    Raises IndexBusy while another process or thread holds it.
    """
    with (folder / LOCK).open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IndexBusy(
                f"{folder} is being written by another process", remedy="try again when it is done"
            ) from error
        yield


def take_lease(generation: Path) -> int:
    """Return an open descriptor that keeps a generation from being removed until it is closed."""
    descriptor = os.open(generation / LEASE, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def remove_unread(generation: Path) -> bool:
    """Remove a generation unless a reader holds it; return whether it is gone."""
    try:
        descriptor = os.open(generation / LEASE, os.O_RDONLY)
    except OSError:
        shutil.rmtree(generation, ignore_errors=True)  # without a lease it was never finished
        return not generation.exists()
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        # Renamed first: a reader that comes now finds the whole generation or none of it.
        away = generation.with_name(f".old-{generation.name}")
        shutil.rmtree(away, ignore_errors=True)
        generation.rename(away)
        shutil.rmtree(away, ignore_errors=True)
        return True
    finally:
        os.close(descriptor)


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """Lend a folder inside an index; where its process is killed, the next writer removes it."""
    with failures_explained(folder):
        made = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=folder))
        (made / LEASE).touch()
        lease = take_lease(made)
    try:
        yield made
    finally:
        os.close(lease)
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def failures_explained(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into one line with its remedy."""
    try:
        yield
    except OSError as error:
        raise RagqaError(
            f"cannot write the index in {folder}: {error.strerror or error}",
            remedy="make room or choose another folder; the index that was there is untouched",
        ) from error
