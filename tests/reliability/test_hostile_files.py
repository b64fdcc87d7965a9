"""Files made to break a reader, as bench/hostile_files.py makes them: what becomes of each."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

from ragqa.config import Settings
from ragqa.engine.build import build_index, remove_from_index
from ragqa.errors import UsageError
from ragqa.ingest import CutDocument, Limits, read_apart
from ragqa.ingest.cutting import Cut, cut_result
from ragqa.ingest.limits import REASONS, SENTENCE, STREAM
from ragqa.ingest.reading import read_one, read_paths
from ragqa.protocols import RawFile

BENCH = Path(__file__).parents[2] / "bench" / "hostile_files.py"
READ = "read"
EXPECTED = {
    "entity-bomb.nxml": "Maximum entity amplification", "entity-bomb.xml": "Maximum entity amplification", "entity-bomb.html": READ,
    "outside-entity.nxml": READ, "outside-entity.xml": READ, "outside-include.nxml": READ,
    "entity-bomb.docx": "declares entities", "late-entity-bomb.docx": "declares entities", "hidden-entity-bomb.docx": "declares entities", "outside-entity.docx": "declares entities",
    "macro.docm": READ, "deep.docx": "a damaged Word document", "locked.docx": "protected by a password",
    "bomb.zip": "taken for a bomb", "overlapping.zip": "cannot be unpacked", "climbing.zip": READ, "nested.zip": "an archive in an archive is not opened",
    "password.zip": "protected by a password", "climbing.tar.gz": READ, "bomb.jsonl.gz": "a sentence of 3145728 characters",
    "cycle.pdf": "page 2 is damaged", "self-parent.pdf": "no text layer; run OCR first", "locked.pdf": "protected by a password", "scanned.pdf": "no text layer; run OCR first",
    "script.pdf": READ, "counted-wrong.pdf": "no text layer", "bomb.pdf": "no text layer",
    "deep.nxml": "Excessive depth", "deep.html": "nested more than 150", "deep.md": "no text in it", "deep.jsonl": "not JSON",
    "frontmatter.md": "YAML aliases", "laughs.md": "YAML aliases",
    "bidi.txt": READ, "utf16.txt": "not a text file", "utf32.html": READ, "utf7.html": READ, "nul.md": READ, "ends.nbib": READ,
}  # fmt: skip


@pytest.fixture(scope="module")
def made():
    spec = importlib.util.spec_from_file_location("hostile_files", BENCH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def outcomes(made, tmp_path_factory):
    """What each file gave: (name, texts of documents, reasons)."""
    folder, scratch = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("scratch")
    for name, data in made.small().items():
        (folder / name).write_bytes(data)
    found = {name: ([], []) for name in made.small()}
    for result in read_apart([folder], scratch=scratch, most=Limits(60, 2 << 30)):
        name = Path(result.read.file if isinstance(result, CutDocument) else result.file).name
        texts, reasons = found[name]
        texts.append(result.read.document.text) if isinstance(result, CutDocument) else reasons.append(result.reason)
    assert sorted(path.name for path in folder.iterdir()) == sorted(made.small())  # nothing was unpacked beside them
    return found


def test_each_ends_in_a_document_or_in_a_reason(outcomes):
    assert set(outcomes) == set(EXPECTED)
    for name, (texts, reasons) in outcomes.items():
        expected = EXPECTED[name]
        assert (texts if expected == READ else any(expected in reason for reason in reasons)), (name, reasons)


def test_nothing_is_read_that_a_file_points_to(outcomes):
    for name, (texts, _) in outcomes.items():
        assert not any("root:" in text for text in texts), name
        assert not any("hahahaha" in text for text in texts), name
        assert not any("AutoOpen" in text or "calc.exe" in text for text in texts), name


def test_a_file_of_many_bad_records_is_told_in_a_few_lines(tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text("{}\n" * (REASONS + 7) + '{"text": "Zinc shortens the common cold in adults."}\n')
    results = list(read_one(RawFile(path.name, ".jsonl", path), "digest"))
    assert len(results) == REASONS + 2
    assert results[-2].document.text.startswith("Zinc")
    assert results[-1].reason == "7 more of its parts cannot be read"


def test_a_sentence_too_long_for_any_use_is_a_failure_with_its_length(tmp_path):
    path = tmp_path / "long.txt"
    path.write_text("word " * (SENTENCE // 5 + 1))
    (result,) = (cut_result(found, Cut()) for found in read_one(RawFile(path.name, ".txt", path), "digest"))
    assert result.reason.startswith(f"a sentence of {SENTENCE + 4} characters")


@pytest.mark.skipif(not Path("/proc/kmsg").exists(), reason="no file here that says it is empty and never ends")
def test_a_link_to_a_file_that_never_ends_is_not_waited_for(tmp_path):
    (tmp_path / "log.txt").symlink_to("/proc/kmsg")
    (tmp_path / "memory.md").symlink_to("/proc/self/mem")
    os.mkfifo(tmp_path / "pipe.md")
    assert [result.reason for result in read_paths([tmp_path])] == ["empty file", "empty file", "not a regular file"]


def test_a_name_that_is_no_text_is_read_shown_and_removed(tmp_path):
    (tmp_path / "in").mkdir()
    raw = tmp_path / "in" / os.fsdecode(b"bad\xff\n.md")
    raw.write_text("# T\n\nZinc shortens the common cold in adults.\n")
    (tmp_path / "in" / "good.md").write_text("# U\n\nIce lessens the pain of a sprain in adults.\n")
    settings = Settings(encoder="hashing-32")
    assert build_index([tmp_path / "in"], tmp_path / "index", settings).documents == 2
    assert remove_from_index([str(raw)], tmp_path / "index", settings).documents == 1
    with pytest.raises(UsageError, match="the index holds no file or document"):
        remove_from_index([os.fsdecode(b"none\xff")], tmp_path / "index", settings)


def test_a_file_of_no_end_is_refused_before_it_is_looked_through(tmp_path):
    with (tmp_path / "sparse.txt").open("wb") as file:
        file.truncate(STREAM + 1)
    (result,) = read_paths([tmp_path])
    assert result.reason == "larger than a file may be; split it into smaller files"
