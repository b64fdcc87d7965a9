"""A run that was stopped half way is asked for again: it goes on, and nothing that was finished is done twice."""

from __future__ import annotations

import sqlite3

import pytest

from ragqa.config import Settings
from ragqa.engine.build import add_to_index, build_index, remove_from_index
from ragqa.errors import RagqaError, UsageError
from ragqa.index import LocalIndex, verify, writer
from ragqa.index.files import SCRATCH, scratch
from ragqa.index.schema import STORE

SETTINGS = Settings(encoder="hashing-32")


class Stopped(BaseException):
    pass


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for number in range(4):
        (tmp_path / "in" / f"d{number}.md").write_text(f"# Document {number}\n\nAspirin number {number} helps.\n")
    return tmp_path


def stop_at(step, count):
    def told(name, done, _):
        if name == step and done == count:
            raise Stopped

    return told


def test_a_file_that_was_wholly_read_is_not_read_again(home):
    with pytest.raises(Stopped):
        build_index([home / "in"], home / "index", SETTINGS, on_progress=stop_at("documents read", 4))
    report = build_index([home / "in"], home / "index", SETTINGS)
    assert (report.read, report.unchanged, report.documents) == (1, 3, 4)
    assert verify(home / "index").problems == ()


def test_a_removal_that_was_stopped_may_be_asked_for_again(home, monkeypatch):
    build_index([home / "in"], home / "index", SETTINGS)
    name = str(home / "in" / "d1.md")
    real = writer.IndexWriter.seal

    def stopped(self, *_args, **_named):
        self._draft.commit()
        raise Stopped

    monkeypatch.setattr(writer.IndexWriter, "seal", stopped)
    with pytest.raises(Stopped):
        remove_from_index([name], home / "index", SETTINGS)
    monkeypatch.setattr(writer.IndexWriter, "seal", real)
    assert remove_from_index([name], home / "index", SETTINGS).documents == 3
    with pytest.raises(UsageError, match="holds no file or document"):
        remove_from_index([name], home / "index", SETTINGS)


def test_a_draft_without_tables_is_begun_again(home):
    (home / "index" / "pending").mkdir(parents=True)
    with pytest.raises(Stopped):
        build_index([home / "in"], home / "index", SETTINGS, on_progress=stop_at("documents read", 1))
    (home / "index" / "pending" / STORE).write_bytes(b"")
    for path in (home / "index" / "pending").glob(f"{STORE}-*"):
        path.unlink()
    assert build_index([home / "in"], home / "index", SETTINGS).documents == 4


def test_a_database_that_cannot_be_opened_is_said_in_one_line(home, monkeypatch):
    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("ragqa.index.draft.connect_to_write", full)
    with pytest.raises(RagqaError, match="database or disk is full; make room on the disk"):
        build_index([home / "in"], home / "index", SETTINGS)


def test_scratch_of_a_process_that_was_killed_goes_with_the_next_run(home):
    build_index([home / "in"], home / "index", SETTINGS)
    (home / "index" / f"{SCRATCH}killed").mkdir()
    (home / "index" / f".old-{SCRATCH}killed").mkdir()
    with scratch(home / "index") as lent:
        add_to_index([home / "in"], home / "index", SETTINGS)
        assert lent.exists()  # it is in use
    left = {path.name for path in (home / "index").iterdir()} - {".lock", "CURRENT", "generations"}
    assert left == set()
    with LocalIndex.open(home / "index") as index:
        assert index.document_count == 4
