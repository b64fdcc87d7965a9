"""Answers in, files of a run folder out, and back: one file an answer, so that a run can go on where it stopped."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from pathlib import Path

from pydantic import ValidationError

import ragqa
from ragqa.errors import UsageError
from ragqa.types import Answer, Hit, Record, Span

ANSWERS_FOLDER = "answers"
SCORES = "scores.jsonl"
SUMMARY = "summary.json"
MANIFEST = "run.json"
MAKES_ANSWERS = frozenset({".py", ".toml", ".json", ".npy", ".npz"})
NO_PART_IN_ANSWERS = frozenset({"evaluate", "cli", "rendering", "review", "server"})


class Retrieved(Record):
    """A passage found for a question, for the report."""

    hit: Hit
    document_id: str
    span: Span
    heading_path: tuple[str, ...]
    text: str


class Kept(Record):
    """What was answered to one question, by what (`key`), and in how many seconds."""

    key: str
    id: str
    seconds: float
    answer: Answer | None
    error: str | None = None
    passages: tuple[Retrieved, ...] = ()


class RunManifest(Record):
    """What was run on what."""

    kind: str
    gold: str
    questions: int
    index_fingerprint: str
    index: str | None
    ragqa_version: str
    code: str
    settings: str
    processes: int
    judge: str


@cache
def code_digest() -> str:
    """Return a digest of the source that makes answers, so that none of older code is taken for one of today's."""
    root = Path(ragqa.__file__).parent
    digest = blake2b(digest_size=8)
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if path.suffix in MAKES_ANSWERS and name.parts[0] not in NO_PART_IN_ANSWERS:
            digest.update(str(name).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def key_of(*parts: str) -> str:
    """Return a digest of texts in order."""
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def answer_path(run: Path, question_id: str) -> Path:
    """Return the file of an answer; any id makes a safe name, and no two the same."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "_", question_id)[:60].lstrip(".")
    name = question_id if readable == question_id else f"{readable}-{key_of(question_id)}"
    return run / ANSWERS_FOLDER / f"{name}.json"


def keep(run: Path, kept: Kept) -> None:
    """Write an answer whole or not at all."""
    path = answer_path(run, kept.id)
    write_whole(path, kept.model_dump_json(indent=1) + "\n")


def read_kept(run: Path, question_id: str, key: str | None = None) -> Kept | None:
    """Return a kept answer; None where there is none, or where it was made with another key or is damaged."""
    path = answer_path(run, question_id)
    if not path.is_file():
        return None
    try:
        kept = Kept.model_validate_json(path.read_bytes())
    except ValidationError:
        return None
    return kept if key is None or kept.key == key else None


def write_whole(path: Path, text: str) -> None:
    """Write a file by way of another, so that a reader or a crash never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def write_lines(path: Path, records: Iterable[Record]) -> None:
    """Write records as JSONL."""
    write_whole(path, "".join(record.model_dump_json() + "\n" for record in records))


def read_manifest(run: Path) -> RunManifest:
    """Return a run's manifest. Raises UsageError where the folder is no run."""
    try:
        return RunManifest.model_validate_json((run / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise UsageError(
            f"{run} is not the folder of a finished run",
            remedy="make one with: ragqa eval answers or ragqa eval retrieval",
        ) from error
