"""Answers of a panel of processes are those of an engine."""

from __future__ import annotations

import gc
import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from ragqa.config import Settings
from ragqa.engine import Engine, Panel, add_to_index, build_index
from ragqa.engine.staying import SELDOM, settle
from ragqa.errors import IndexBusy, IndexMissing, RagqaError, UsageError
from ragqa.types import Filters
from ragqa.vocabulary import SourceKind

SETTINGS = Settings(encoder="hashing-64")
QUESTIONS = ["Which dose of colchicine for a gout flare?", "Is colchicine safe in gout?", "What is the capital of France?", "How is gout treated?"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("panel")
    text = "# Gout\n\n## Dosing\n\nColchicine is given for a gout flare at 1.2 mg, then 0.6 mg one hour later.\n"
    (home / "gout.md").write_text(text, encoding="utf-8")
    build_index([home / "gout.md"], home / "index", SETTINGS)
    return home / "index"


@pytest.fixture(scope="module")
def panel(folder):
    with Panel(folder, processes=2, settings=SETTINGS) as panel:
        yield panel


def test_answers_are_those_of_an_engine_in_order(folder, panel):
    engine = Engine.open(folder, settings=SETTINGS)
    expected = [engine.ask(question) for question in QUESTIONS]
    assert list(panel.ask_all(QUESTIONS * 5)) == expected * 5
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(panel.ask, QUESTIONS)) == expected
    only = Filters(kinds=(SourceKind.GUIDELINE,))
    assert panel.ask(QUESTIONS[0], filters=only) == engine.ask(QUESTIONS[0], filters=only)
    assert list(panel.ask_all([])) == []


def test_what_is_open_in_a_process_is_out_of_the_collector_s_sight(panel):
    assert panel._pool.submit(gc.get_freeze_count).result() > 1000


def test_an_error_of_a_question_is_that_question_s(panel):
    with pytest.raises(UsageError):
        panel.ask(" ")
    assert panel.ask(QUESTIONS[0]).question == QUESTIONS[0]


def test_no_panel_without_an_index_or_a_process(tmp_path, folder):
    with pytest.raises(IndexMissing):
        Panel(tmp_path / "none", processes=2)
    with pytest.raises(UsageError, match="0 processes"):
        Panel(folder, processes=0)


def test_an_index_that_is_sealed_meanwhile_is_said(folder, tmp_path, monkeypatch):
    more = tmp_path / "more.md"
    more.write_text("# Gout\n\nAllopurinol lowers uric acid.\n", encoding="utf-8")
    with Panel(folder, processes=1, settings=SETTINGS) as late:
        add_to_index([more], folder, SETTINGS)  # processes start with the first question
        with pytest.raises(IndexBusy, match="open it again"):
            late.ask(QUESTIONS[0])


def test_a_process_that_is_killed_is_said(folder):
    with Panel(folder, processes=1, settings=SETTINGS) as panel:
        panel.ask(QUESTIONS[0])
        (process,) = panel._pool._processes
        os.kill(process, signal.SIGKILL)
        with pytest.raises(RagqaError, match="ended before its time"):
            list(panel.ask_all(QUESTIONS))


def test_a_process_that_answers_lets_the_collector_rest():
    before = gc.get_threshold()
    try:
        settle()
        assert gc.get_threshold() == SELDOM
        assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
