"""Long output at a terminal goes through the user's pager; in a pipe, in a file or where none is wanted it never does."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

GOUT = Path(__file__).parents[2] / "corpus" / "musculoskeletal" / "acr-2020-gout.md"
SHOW = "import sys; from ragqa.cli.paging import show; show('a line\\n' * int(sys.argv[1]), no_pager=sys.argv[2] == 'no')"
SCREEN = 24
INTO_FILE = 'sh -c "cat > paged"'


def shell(**variables):
    return {name: value for name, value in os.environ.items() if name not in {"LESS", "NO_PAGER", "PAGER"}} | {"TERM": "xterm", "LINES": str(SCREEN)} | variables


def at_terminal(command, folder, **variables):
    """Run a command at a terminal; return its exit code and what it left on the screen."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdout=theirs, stdin=theirs, stderr=subprocess.PIPE, cwd=folder, env=shell(**variables))
    os.close(theirs)
    screen = bytearray()
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the last one at the other end has gone
            break
        if not piece:
            break
        screen += piece
    os.close(ours)
    error = process.communicate()[1].decode()
    assert "Traceback" not in error, error
    return process.returncode, screen.decode().replace("\r\n", "\n")


@pytest.fixture
def shown(tmp_path):
    """Show so many lines at a terminal; return what went to the screen and what to the pager."""

    def call(lines=100, say="", **variables):
        code, screen = at_terminal([sys.executable, "-c", SHOW, str(lines), say], tmp_path, **({"PAGER": INTO_FILE} | variables))
        assert code == 0
        paged = tmp_path / "paged"
        return screen, paged.read_text() if paged.exists() else None

    return call


def test_what_is_longer_than_the_screen_goes_through_the_pager(shown):
    assert shown(100) == ("", "a line\n" * 100)


def test_what_fits_the_screen_is_printed(shown):
    assert shown(SCREEN - 1) == ("a line\n" * (SCREEN - 1), None)


@pytest.mark.parametrize("variables", [{"NO_PAGER": "1"}, {"TERM": "dumb"}, {"PAGER": ""}, {"PAGER": "cat"}, {"PAGER": "no-such-pager"}, {"PAGER": "sh -c 'unclosed"}, {"say": "no"}])
def test_where_no_pager_is_wanted_or_found_all_is_printed(shown, variables):
    assert shown(100, **variables) == ("a line\n" * 100, None)


def test_a_pager_that_is_left_early_is_no_error(shown):
    assert shown(100_000, PAGER="true")[1] is None


def test_the_pager_is_told_to_keep_colours_unless_the_user_says_otherwise(shown):
    assert shown(100, PAGER='sh -c "echo $LESS > paged"')[1] == "FRX\n"
    assert shown(100, PAGER='sh -c "echo $LESS > paged"', LESS="i")[1] == "i\n"


def test_in_a_pipe_there_is_no_pager(tmp_path):
    done = subprocess.run([sys.executable, "-c", SHOW, "100", ""], capture_output=True, text=True, check=True, cwd=tmp_path, env=shell(PAGER=INTO_FILE))
    assert done.stdout == "a line\n" * 100
    assert not (tmp_path / "paged").exists()


def test_an_answer_is_paged_and_its_exit_code_stays(tmp_path):
    ragqa = [sys.executable, "-c", "from ragqa.cli import main; main()"]
    settled = {"RAGQA_ENCODER": "hashing-64", "RAGQA_INDEX": str(tmp_path / "index"), "LINES": "10"}
    assert at_terminal([*ragqa, "index", "build", str(GOUT)], tmp_path, **settled)[0] == 0
    for question, expected in (("Which dose of colchicine for a gout flare?", 0), ("Does homeopathic arnica cure Fabry disease?", 3)):
        assert at_terminal([*ragqa, "ask", question], tmp_path, PAGER=INTO_FILE, **settled) == (expected, "")
        assert question in (tmp_path / "paged").read_text()
        code, screen = at_terminal([*ragqa, "ask", question, "--no-pager"], tmp_path, PAGER="false", **settled)
        assert code == expected
        assert question in screen
