"""The collector of cycles rests for one answer, and for nothing else."""

from __future__ import annotations

import gc
from types import SimpleNamespace

import pytest

from ragqa.cli import app, main


def test_it_rests_from_the_start_and_goes_on_at_the_end(monkeypatch):
    seen = []

    def ended():
        seen.append(gc.isenabled())
        raise SystemExit

    monkeypatch.setattr(app, "main", ended)
    with pytest.raises(SystemExit):
        main()
    assert seen == [False]
    assert gc.isenabled()


@pytest.mark.parametrize(("command", "rests"), [("ask", True), ("search", True), ("trace", True), ("index", False), ("serve", False), ("chat", False), (None, False)])
def test_it_goes_on_for_what_is_more_than_one_answer(command, rests):
    gc.disable()
    try:
        app.ragqa(SimpleNamespace(invoked_subcommand=command))
        assert gc.isenabled() is not rests
    finally:
        gc.enable()
