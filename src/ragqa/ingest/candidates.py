"""Paths in, the files to be read out, in sorted order, with the reason where one is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import Final, NamedTuple

from ragqa.ingest.identity import file_name

_NOT_DOCUMENTS: Final = re.compile(
    r"(?:readme|manifest|licen[cs]e|copying|notice|changelog|changes|contributing|authors|contributors|codeowners|security|makefile|dockerfile"
    r"|requirements|robots|thumbs|desktop)(?:[._-].*)?",
    re.IGNORECASE,
)
_BEIR_PARTS: Final = re.compile(
    r"(?:queries|qrels|answers)(?:[._-].*)?\.(?:jsonl|jsonl\.gz|tsv|tsv\.gz)", re.IGNORECASE
)
_LITTER: Final = frozenset(("__MACOSX", "__pycache__", "node_modules"))


class Candidate(NamedTuple):
    """A file that was found; `reason` says why it is not to be read, `failed` where that is a fault."""

    name: str
    path: Path
    reason: str | None = None
    failed: bool = False


def why_no_document(name: PurePath) -> str | None:
    """Return why a file of a folder or archive is no document, None where it may be one."""
    if any(part.startswith(".") and part not in (".", "..") for part in name.parts):
        return "hidden"
    if any(part in _LITTER for part in name.parts):
        return "not a document"
    if _NOT_DOCUMENTS.fullmatch(name.name):
        return "not a document"
    if _BEIR_PARTS.fullmatch(name.name):
        return "questions or judgements of a test set"
    return None


def find_files(paths: Iterable[Path | str], *, base: Path | None = None) -> Iterator[Candidate]:
    """Yield the files under paths, each once, folders in sorted order.

    A name is the path as given, or relative to `base` where it lies in it. Links to folders are not followed.
    """
    seen: set[Path] = set()
    for given in paths:
        root = Path(given)
        for candidate in _under(root, base):
            real = candidate.path.absolute()
            if real not in seen:
                seen.add(real)
                yield candidate


def _under(root: Path, base: Path | None) -> Iterator[Candidate]:
    if root.is_dir():
        yield from _in_folder(root, root, base)
    elif root.is_file():
        yield Candidate(_name(root, base), root)
    elif root.exists():
        yield Candidate(_name(root, base), root, "neither a file nor a folder")
    else:
        yield Candidate(_name(root, base), root, "there is no such file or folder", failed=True)


def _in_folder(folder: Path, root: Path, base: Path | None) -> Iterator[Candidate]:
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        yield Candidate(_name(folder, base), folder, f"cannot be opened ({error.strerror})", failed=True)
        return
    for path in entries:
        name = _name(path, base)
        reason = why_no_document(path.relative_to(root))
        if path.is_dir():
            if path.is_symlink():
                yield Candidate(name, path, "a link to a folder")
            elif reason is not None and not _NOT_DOCUMENTS.fullmatch(path.name):
                yield Candidate(name, path, reason)
            else:
                yield from _in_folder(path, root, base)
        elif not path.is_file():
            yield Candidate(name, path, "a broken link" if path.is_symlink() else "not a regular file")
        else:
            yield Candidate(name, path, reason)


def _name(path: Path, base: Path | None) -> str:
    if base is not None and path.absolute().is_relative_to(base.absolute()):
        path = path.absolute().relative_to(base.absolute())
    return file_name(path.as_posix())
