"""What is kept beside the bytecode is what would be worked out, and made anew where it is not; everyday words are looked up."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.question import common_words
from ragqa.question.everyday import is_common
from ragqa.question.keyed import kept
from ragqa.question.lexicon import _keyed, shipped

MADE = [["a", ["β", 1]], {"c": 2}, ["d"]]


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    path = tmp_path / "words.toml"
    path.write_text("a = 1", encoding="utf-8")
    return path


def make(calls: list[int]) -> Callable[[], object]:
    def made() -> object:
        calls.append(1)
        return MADE

    return made


def the_file(source: Path) -> Path:
    (found,) = (source.parent / "__pycache__").iterdir()
    return found


def test_what_was_made_is_not_made_again(source: Path) -> None:
    calls: list[int] = []
    assert [kept("words", [source], make(calls)) for _ in range(3)] == [MADE] * 3
    assert len(calls) == 1


def test_another_source_is_worked_out_anew(source: Path) -> None:
    calls: list[int] = []
    kept("words", [source], make(calls))
    source.write_text("a = 2", encoding="utf-8")
    kept("words", [source], make(calls))
    kept("words", [source], make(calls))
    assert len(calls) == 2


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:40] + b"\0" + data[41:], lambda _: b""])
def test_a_damaged_copy_is_made_anew(source: Path, damage: Callable[[bytes], bytes]) -> None:
    calls: list[int] = []
    kept("words", [source], make(calls))
    place = the_file(source)
    place.write_bytes(damage(place.read_bytes()))
    assert kept("words", [source], make(calls)) == MADE
    assert len(calls) == 2


def test_a_folder_that_cannot_be_written_is_done_without(source: Path) -> None:
    (source.parent / "__pycache__").write_text("a file in its place", encoding="utf-8")
    assert kept("words", [source], make([])) == MADE


def test_nothing_is_written_where_python_may_not(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert kept("words", [source], make([])) == MADE
    assert not (source.parent / "__pycache__").exists()


def test_the_lexicon_is_that_of_its_file() -> None:
    groups, by_key, by_capitals, longest, broader, implied, fillers = _keyed()
    held = shipped()
    assert [[group.kind.value, list(group.names), list(group.asked)] for group in held.names.groups()] == groups
    assert (held.names.by_key, held.names.by_capitals, held.names.longest, held.fillers) == (by_key, by_capitals, longest, set(fillers))
    assert held.broader == broader
    assert [(row.condition, row.name, [list(one) for one in row.beside]) for row in held.implied] == implied


def test_every_common_word_is_found() -> None:
    assert all(map(is_common, common_words()))


@given(st.text(max_size=8) | st.sampled_from(sorted(common_words())[::97]).flatmap(lambda word: st.sampled_from([word + "x", word[:-1], word + "\n", "\n" + word])))
def test_nothing_else_is(word: str) -> None:
    assert is_common(word) == (word in common_words())
