"""Files that once made a reader fail, kept as they were: each gives a document or a clear reason."""

from __future__ import annotations

import pytest

from ragqa.ingest import ReadDocument, read_paths


def read(data_folder, name):
    return list(read_paths([data_folder / "faults" / name]))


def test_a_character_at_infinity(data_folder):
    assert [type(result) for result in read(data_folder, "character-at-infinity.pdf")] == [ReadDocument]


def test_control_characters_in_what_a_reason_quotes(data_folder):
    results = read(data_folder, "control-characters-in-a-reason.txt")
    assert results
    assert all(isinstance(result, ReadDocument) or result.reason.isprintable() for result in results)


@pytest.mark.parametrize("depth", [60, 5_000, 200_000])
@pytest.mark.parametrize("name", ["a.xml", "a.nxml", "a.html", "a.md", "a.jsonl"])
def test_what_is_nested_deeply(tmp_path, name, depth):
    begins = {"a.jsonl": '{"text": ' + "[" * depth, "a.md": "> " * depth, "a.html": "<div>" * depth}
    (tmp_path / name).write_text(begins.get(name, "<article>" + "<sec>" * depth) + "Aspirin helps.")
    (result,) = read_paths([tmp_path / name])
    assert isinstance(result, ReadDocument) or (result.reason and result.reason.isprintable())
