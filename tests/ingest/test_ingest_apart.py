"""Files are read by a process of their own: what kills it, hangs it or fills it is a failure of one file."""

from __future__ import annotations

import os
import subprocess
import tarfile
import zipfile

import pytest

from ragqa.ingest import (
    Cut,
    CutDocument,
    FailedFile,
    Limits,
    SkippedFile,
    abbreviations,
    apart,
    chunk,
    read_apart,
    read_paths,
    worker,
)
from ragqa.ingest.worker import Reply, Request, decode_request, encode_request, replies_to

READERS_THAT_FAIL = """
import os, signal, time
from ragqa.ingest.readers import READERS
usual = READERS[".md"]
def read(file):
    text = file.path.read_text()
    if "DIE" in text:
        (file.path.parent / "died").touch()
        os.kill(os.getpid(), signal.SIGSEGV)
    if "LEAVE" in text:
        os._exit(7)
    if "HANG" in text:
        time.sleep(60)
    if "GROW" in text:
        held = [b"x" * (1 << 20) for _ in range(1 << 14)]
    if "FAIL" in text:
        raise ZeroDivisionError
    if "LITTER" in text:
        import tempfile
        tempfile.mkdtemp()
        os.kill(os.getpid(), signal.SIGKILL)
    return usual(file)
READERS[".md"] = read
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    startup = tmp_path / "startup"
    startup.mkdir()
    (startup / "sitecustomize.py").write_text(READERS_THAT_FAIL)
    monkeypatch.syspath_prepend(str(startup))
    (tmp_path / "in").mkdir()
    (tmp_path / "scratch").mkdir()
    return tmp_path


def outcomes(folder, most=Limits()):
    found = {}
    for result in read_apart([folder / "in"], scratch=folder / "scratch", most=most):
        name = (result.read.file if isinstance(result, CutDocument) else result.file).rsplit("/", 1)[-1]
        found[name] = result.reason if isinstance(result, FailedFile | SkippedFile) else "read"
    return found


def test_a_reader_that_dies_hangs_grows_or_fails_takes_no_one_with_it(folder):
    for name in ("DIE", "LEAVE", "HANG", "GROW", "FAIL", "LITTER"):
        (folder / "in" / f"{name}.md").write_text(f"# {name}\n\nAspirin helps.")
        (folder / "in" / f"{name}-next.md").write_text("# Next\n\nIce helps too.")
    found = outcomes(folder, Limits(seconds=5, memory=1 << 30))
    assert {name: reason for name, reason in found.items() if "next" not in name} == {
        "DIE.md": "its reader died (SIGSEGV)",
        "LEAVE.md": "its reader died (exit code 7)",
        "HANG.md": "takes longer than the 5 seconds that a file may",
        "GROW.md": "needs more memory than a file may",
        "FAIL.md": "its reader failed (ZeroDivisionError)",
        "LITTER.md": "its reader died (SIGKILL)",
    }
    assert [reason for name, reason in found.items() if "next" in name] == ["read"] * 6
    assert not (folder / "scratch").exists()


def test_an_iterator_closed_half_way_ends_its_process(folder, monkeypatch):
    started, popen = [], subprocess.Popen

    def starting(*args, **options):
        started.append(popen(*args, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", starting)
    for number in range(3):
        (folder / "in" / f"{number}.md").write_text(f"# T\n\nNumber {number} helps.")
    results = read_apart([folder / "in"], scratch=folder / "scratch")
    next(results)
    results.close()
    assert not (folder / "scratch").exists()
    assert [process.returncode is not None for process in started] == [True]


def test_the_process_is_renewed_with_each_batch(folder, monkeypatch):
    asked, end = [], apart._Worker.end

    def ending(reader):
        asked.append(reader.asked)
        end(reader)

    monkeypatch.setattr(apart._Worker, "end", ending)
    for number in range(5):
        (folder / "in" / f"{number}.md").write_text(f"# T\n\nNumber {number} helps.")
    assert list(outcomes(folder, Limits(batch=2)).values()) == ["read"] * 5
    assert asked == [2, 2, 1]


def test_it_gives_what_reading_here_gives(data_folder):
    here = list(read_paths([data_folder / "seeds"]))
    there = list(read_apart([data_folder / "seeds"], cut=Cut(60, 80)))
    assert [result.read if isinstance(result, CutDocument) else result for result in there] == here
    for result in there:
        if isinstance(result, CutDocument):
            assert list(result.passages) == chunk(result.read.document, target_words=60, most_words=80)
            assert list(result.abbreviations) == abbreviations(result.read.document.text)
    assert any(isinstance(result, CutDocument) for result in there)


def test_a_path_that_is_no_text_goes_over_and_back():
    request = Request("n", ".md", os.fsdecode(b"/tmp/\xff\xfe.md"), "d", Cut())
    assert decode_request(encode_request(request)) == request


def test_memory_that_runs_out_ends_the_worker_after_it_has_said_so(monkeypatch, tmp_path):
    def full(*_):
        raise MemoryError

    monkeypatch.setattr(worker, "read_one", full)
    first, last = replies_to(Request("n.md", ".md", str(tmp_path), "d", Cut()))
    assert first.failed is not None
    assert first.failed.reason == "needs more memory than a file may"
    assert last == Reply(last=True)


def test_a_reason_quotes_a_file_on_one_line_without_invisible_characters():
    failed = FailedFile(file="a.md", member="b\n\x1b[2Jc", reason="record \x7f2\n\u202eover")
    assert (failed.reason, failed.member) == ("record 2 over", "b [2Jc")


def test_a_file_with_nothing_in_it_is_a_failure_that_names_it(tmp_path):
    for name in ("empty.tar.gz", "empty.zip"):
        with tarfile.open(tmp_path / name, "w:gz") if "tar" in name else zipfile.ZipFile(tmp_path / name, "w"):
            pass
    results = list(read_paths([tmp_path]))
    assert [(result.file.rsplit("/", 1)[-1], result.reason) for result in results] == [
        ("empty.tar.gz", "no document in it"),
        ("empty.zip", "no document in it"),
    ]
