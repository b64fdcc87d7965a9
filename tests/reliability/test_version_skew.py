"""An index of another format, or of another encoder: every command refuses it in one line that says what to do, and building makes it anew."""

from __future__ import annotations

import json
import shutil
from hashlib import blake2b

import pytest

from ragqa.cli import main
from ragqa.config import Settings
from ragqa.engine.build import build_index

QUESTION = "Does zinc shorten the common cold?"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    home = tmp_path_factory.mktemp("skew")
    (home / "in").mkdir()
    (home / "in" / "zinc.md").write_text("# Zinc\n\nZinc shortens the common cold by about two days in adults.\n")
    build_index([home / "in"], home / "index", Settings(encoder="hashing-32"))
    return home


@pytest.fixture
def run(whole, tmp_path, capfd, monkeypatch):
    """Run a command over a copy of the index; return its exit code, and what it wrote on both ways."""
    shutil.copytree(whole / "index", tmp_path / "index")
    monkeypatch.setenv("RAGQA_STATE", str(tmp_path / "state"))

    def call(*command, encoder="hashing-32"):
        monkeypatch.setenv("RAGQA_ENCODER", encoder)
        monkeypatch.setattr("sys.argv", ["ragqa", *command, "--index", str(tmp_path / "index")])
        with pytest.raises(SystemExit) as ended:
            main()
        return (ended.value.code, *capfd.readouterr())

    call.folder = tmp_path / "index"
    return call


def put_format(folder, stated):
    """Have the manifest state another format, and CURRENT name that manifest."""
    path = folder / "generations" / "1" / "manifest.json"
    fields = json.loads(path.read_text())
    data = json.dumps(fields | stated).encode()
    path.write_bytes(data)
    (folder / "CURRENT").write_text(f"1 {blake2b(data, digest_size=16).hexdigest()}\n")


COMMANDS = {
    "ask": ("ask", QUESTION), "search": ("search", QUESTION), "info": ("index", "info"), "verify": ("index", "verify"),
    "add": ("index", "add", "{in}"), "remove": ("index", "remove", "zinc"), "serve": ("serve", "--port", "0"),
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("stated", [0, 2, 99])
def test_another_format_is_refused_with_what_to_do(run, whole, command, stated):
    put_format(run.folder, {"format": stated, "something new": True})
    code, out, err = run(*(str(whole / "in") if part == "{in}" else part for part in COMMANDS[command]))
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert f"has format {stated}, this ragqa reads format 1; run: ragqa index build" in err


def test_building_makes_an_index_of_another_format_anew(run, whole):
    put_format(run.folder, {"format": 99})
    assert run("index", "build", str(whole / "in"))[0] == 0
    assert run("index", "verify")[0] == 0
    assert run("search", QUESTION)[0] == 0


def test_another_encoder_adds_nothing_and_questions_use_that_of_the_index(run, whole):
    code, _, err = run("index", "add", str(whole / "in"), encoder="hashing-16")
    assert (code, err.count("\n")) == (1, 1)
    assert "the encoder hashing-32, not hashing-16" in err or "other settings" in err
    assert run("search", QUESTION, encoder="hashing-16")[0] == 0


def test_a_manifest_that_names_an_encoder_that_is_not_there_is_refused(run):
    path = run.folder / "generations" / "1" / "manifest.json"
    recipe = json.loads(path.read_text())["recipe"]
    put_format(run.folder, {"recipe": recipe | {"encoder": "another@0123456789ab"}})
    code, _, err = run("ask", QUESTION)
    assert (code, err.count("\n")) == (1, 1)
    assert "another" in err
