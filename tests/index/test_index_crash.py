"""A writer may fail or be killed anywhere: the old index or the new one stands, and no work is lost."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ragqa.errors import EncoderError, IndexBusy, RagqaError
from ragqa.index import IndexWriter, LocalIndex, mapping, verify
from ragqa.index.layers import PassageLayer, SentenceLayer

HERE = Path(__file__).parent
POINTS = 7

CHILD = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from conftest import Bench, random_made
from pathlib import Path
from ragqa.index.layers import PassageLayer, SentenceLayer
PassageLayer.at_once = SentenceLayer.at_once = 8
bench, kill_at, seen = Bench(Path(sys.argv[2])), int(sys.argv[3]), 0
def touch(event, arguments):
    global seen
    if event.split(".")[0] in ("open", "os", "shutil", "sqlite3", "fcntl", "mmap"):
        seen += 1
        if seen == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
made, more = random_made(1, 12), random_made(2, 6)
sys.addaudithook(touch)
bench.write(more, before=lambda writer: writer.remove_file(made[0][0].origin.file))
print(seen)
"""


def child(folder, kill_at):
    command = [sys.executable, "-c", CHILD, str(HERE), str(folder), str(kill_at)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def litter(folder):
    with LocalIndex.open(folder) as index:
        number = str(index.manifest.generation)
    allowed = {".lock", "CURRENT", "generations"}
    return [path.name for path in folder.iterdir() if path.name not in allowed] + [
        path.name for path in (folder / "generations").iterdir() if path.name != number
    ]


def test_killed_at_many_points(tmp_path, bench_at, random_made):
    made = random_made(1, 12)
    old = bench_at(tmp_path / "old").write(made).fingerprint
    whole = bench_at(tmp_path / "whole")
    whole.write(made)
    done = child(whole.folder, 0)
    assert done.returncode == 0, done.stderr
    with LocalIndex.open(whole.folder) as index:
        new = index.fingerprint
    assert old != new
    events, states = int(done.stdout), []
    for part in range(POINTS):
        bench = bench_at(tmp_path / str(part))
        bench.write(made)
        killed = child(bench.folder, 1 + (events - 1) * part // (POINTS - 1))
        assert killed.returncode == -signal.SIGKILL
        with LocalIndex.open(bench.folder) as index:
            states.append(index.fingerprint)
        assert states[-1] in {old, new}
        assert verify(bench.folder).problems == ()
        bench.write(random_made(2, 6), before=lambda writer: writer.remove_file(made[0][0].origin.file))
        with LocalIndex.open(bench.folder) as index:
            assert index.fingerprint == new
        assert verify(bench.folder).problems == ()
        assert litter(bench.folder) == []
    assert states[0] == old
    assert new in states  # some came after the pointer was set


def test_what_was_encoded_before_a_failure_is_not_encoded_again(bench, random_made, monkeypatch):
    monkeypatch.setattr(PassageLayer, "at_once", 8)
    monkeypatch.setattr(SentenceLayer, "at_once", 8)
    old = bench.write(random_made(1, 5)).fingerprint
    made, encode, calls = random_made(2, 40), bench.encode, []

    def failing(texts):
        calls.append(len(texts))
        if len(calls) == 5:
            raise EncoderError("the model broke")
        return encode(texts)

    bench.encode, bench.encoded = failing, 0
    with pytest.raises(EncoderError):
        bench.write(made)
    before = bench.encoded
    with LocalIndex.open(bench.folder) as index:
        assert index.fingerprint == old
    assert verify(bench.folder).problems == ()
    bench.encode, bench.encoded = encode, 0
    bench.write(made)
    resumed = bench.encoded
    assert before == sum(calls[:4]) > 0
    fresh = type(bench)(bench.folder.with_name("fresh"))
    fresh.write(random_made(1, 5))
    fresh.encoded = 0
    fresh.write(made)
    assert before + resumed == fresh.encoded
    assert litter(bench.folder) == []


def test_documents_put_before_a_failure_are_still_there(bench, make):
    def interrupted():
        with IndexWriter.open(bench.folder, bench.recipe()) as writer:
            writer.put(*make("a", "Aspirin helps."), file_name="a.md", file_digest="1")
            writer.finish_file("a.md")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with IndexWriter.open(bench.folder, bench.recipe()) as writer:
        assert writer.knows("a.md", "1")
        writer.seal(bench.encode, snapshot=date(2026, 1, 1))
    with LocalIndex.open(bench.folder) as index:
        assert index.document("a").text == "Aspirin helps."


def test_vectors_of_a_wrong_shape_are_refused(bench, make):
    bench.encode = lambda texts: bench.encoder.encode_passages(texts)[:, :-1]
    with pytest.raises(EncoderError, match="32 dimensions"):
        bench.write([make("a", "Aspirin helps.")])


def test_a_full_disk_is_said_and_loses_nothing(bench, make, monkeypatch):
    old = bench.write([make("a", "Aspirin helps.")]).fingerprint

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(mapping.os, "posix_fallocate", full)
    with pytest.raises(RagqaError, match="No space left on device; make room"):
        bench.write([make("b", "Ice helps.")])
    monkeypatch.undo()
    with LocalIndex.open(bench.folder) as index:
        assert index.fingerprint == old
    bench.write()  # what was put before goes on
    with LocalIndex.open(bench.folder) as index:
        assert [card.document_id for card in index.cards()] == ["a", "b"]
    assert litter(bench.folder) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_said(tmp_path, bench_at):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(RagqaError, match="Permission denied"):
            bench_at(tmp_path / "index").write()
    finally:
        tmp_path.chmod(0o700)


def test_one_writer_at_a_time(bench, make):
    with (
        IndexWriter.open(bench.folder, bench.recipe()),
        pytest.raises(IndexBusy, match="another process"),
        IndexWriter.open(bench.folder, bench.recipe()),
    ):
        pass
    bench.write([make("a", "Aspirin helps.")])


def test_an_error_of_the_caller_is_not_mistaken_for_one_of_the_disk(bench):
    with pytest.raises(FileNotFoundError), IndexWriter.open(bench.folder, bench.recipe()):
        raise FileNotFoundError(errno.ENOENT, "an input file")
    assert not (bench.folder / "pending").exists()
