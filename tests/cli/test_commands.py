"""The commands as a person types them, on a small index made with the hashing encoder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from ragqa.cli import agents, asking, corpus, evaluating, indexing, reviewing, serving, tuning  # noqa: F401 each adds its commands
from ragqa.cli.app import COMMANDS, app
from ragqa.errors import RagqaError

CORPUS = Path(__file__).parents[2] / "corpus"
DOCUMENTS = [
    CORPUS / "musculoskeletal" / "acp-2017-low-back-pain.md",
    CORPUS / "musculoskeletal" / "acr-2020-gout.md",
    CORPUS / "emergency" / "rcuk-2021-anaphylaxis.md",
]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAGQA_ENCODER", "hashing-128")
    monkeypatch.setenv("RAGQA_INDEX", str(tmp_path / "index"))

    def call(*words):
        result = CliRunner().invoke(app, [str(word) for word in words])
        if isinstance(result.exception, RagqaError):
            return result.exception.exit_code, str(result.exception)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    return call


@pytest.fixture
def built(run):
    code, said = run("index", "build", *DOCUMENTS)
    assert code == 0
    assert "3 documents" in said
    return run


def test_an_answer_is_written_read_back_and_traced(built, tmp_path):
    code, _ = built("ask", "Which dose of colchicine for a gout flare?", "--format", "json", "--out", "a.json")
    assert code == 0
    answer = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert answer["references"][0]["document_id"] == "acr-2020-gout"
    code, said = built("trace", "a.json")
    assert code == 0
    assert "gout" in said.lower()


def test_trace_fails_when_the_source_has_left_the_index(built, tmp_path):
    built("ask", "Which dose of colchicine for a gout flare?", "--format", "json", "--out", "a.json")
    assert built("index", "remove", "acr-2020-gout")[0] == 0
    assert built("trace", "a.json")[0] == 1


def test_a_number_that_the_answer_does_not_have_is_wrong_usage(built):
    built("ask", "Which dose of colchicine for a gout flare?", "--format", "json", "--out", "a.json")
    code, said = built("trace", "a.json", "99")
    assert code == 2
    assert "99" in said


@pytest.mark.parametrize("question", ["What is the capital of France?", "gjkdfg", "Who won the 1998 World Cup?"])
def test_what_the_index_does_not_hold_exits_with_three(built, question):
    assert built("ask", question)[0] == 3


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "json"])
def test_the_same_question_gives_the_same_bytes(built, form):
    first, second = (built("ask", "How is a gout flare treated?", "--format", form)[1] for _ in range(2))
    assert first == second
    assert len(first) > 500


def test_adding_the_same_files_again_reads_nothing(built):
    code, said = built("index", "add", *DOCUMENTS)
    assert code == 0
    assert "files read 0, unchanged 3" in said
    assert "passages encoded 0" in said


def test_a_build_that_reads_nothing_leaves_the_index_as_it_was(built, tmp_path):
    (tmp_path / "empty").mkdir()
    code, said = built("index", "build", "empty")
    assert code == 2
    assert "left as it was" in said
    assert "3" in built("index", "info")[1].split("documents")[1].split("\n")[0]
    assert built("index", "verify")[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("ask", ""), 2, "empty"),
        (("ask", "gout", "--format", "pdf"), 2, "terminal"),
        (("ask", "gout", "--out", "no/such/folder/a.md"), 2, "cannot write"),
        (("index", "build", "no-such-file"), 2, "no file or folder"),
        (("index", "remove", "no-such-document"), 2, "no-such-document"),
        (("trace", "no-such-file.json"), 2, "cannot read"),
    ],
)
def test_wrong_usage_is_one_line_with_its_reason(built, words, code, says):
    got, said = built(*words)
    assert got == code
    assert says in said
    assert "Traceback" not in said


@pytest.mark.parametrize("words", [("index", "info"), ("index", "verify"), ("index", "remove", "x"), ("ask", "gout")])
def test_a_missing_index_says_how_to_make_one(run, words):
    code, said = run(*words)
    assert code == 1
    assert "ragqa index build" in said


def test_search_shows_both_arms(built):
    code, said = built("search", "colchicine for gout flare", "--depth", "2")
    assert code == 0
    assert "dense" in said
    assert "bm25" in said
    assert "[acr-2020-gout]" in said  # by which a filter or a pair names it


def test_search_cuts_no_word_and_keeps_to_its_width(built):
    code, said = built("search", "colchicine for gout flare", "--depth", "5")
    assert code == 0
    assert max(map(len, said.splitlines())) <= 80
    cut = [line for line in said.splitlines() if line.endswith("…")]
    assert cut
    whole = " ".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    assert all(re.search(rf"{re.escape(line.split()[-2])}(?!\w)", whole) for line in cut)


def test_a_search_in_which_nothing_passes_says_so(built):
    code, said = built("search", "gout", "--until", "1990")
    assert code == 3
    assert "no passage passes the filters" in said


@pytest.mark.parametrize(("words", "says"), [(("--kind", "rct"), "Did you mean"), (("--audience", "nurses"), "clinician"), (("--since", "abc"), "no year")])
def test_a_word_that_no_option_knows_is_refused_in_plain_words(run, words, says):
    code, said = run("ask", "gout", *words)
    assert code == 2
    assert says in said
    assert "Value error" not in said


def test_lint_names_a_sentence_that_cannot_stand_alone(run, tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    text = DOCUMENTS[1].read_text(encoding="utf-8")
    (folder / "acr-2020-gout.md").write_text(text.replace("## Evidence gaps\n", "## Evidence gaps\n\n- It was better than that.\n"), encoding="utf-8")
    code, said = run("corpus", "lint", folder)
    assert code == 1
    assert "It was better than that." in said


def test_help_lists_every_command_as_it_is_needed_and_cuts_none_short(run):
    assert sorted(get_command(app).commands) == sorted(COMMANDS)
    code, said = run("--help")
    assert code == 0
    assert "..." not in said.partition("Commands:")[2]
    assert said.index("  ask ") < said.index("  serve ") < said.index("  mcp ")


def test_the_version_is_told(run):
    assert run("--version") == (0, "ragqa 0.1.0\n")


def test_a_dry_run_prints_what_would_be_sent_and_sends_nothing(built):
    code, said = built("ask", "How is a gout flare treated?", "--composer", "llm", "--model", "m", "--base-url", "http://127.0.0.1:1/v1", "--dry-run")
    assert code == 0
    assert all(f'"name": "{prompt}"' in said for prompt in ("plan-1", "write-2"))
    assert "POST http://127.0.0.1:1/v1/chat/completions" in said
    assert "<evidence>" in said
    assert "is not recognised" in said


def test_a_model_without_being_asked_for_is_wrong_usage(built):
    assert built("ask", "How is a gout flare treated?", "--model", "m")[0] == 2
    assert built("ask", "How is a gout flare treated?", "--composer", "llm", "--dry-run")[0] == 1


def test_the_key_is_no_setting(built, monkeypatch):
    monkeypatch.setenv("RAGQA_LLM_KEY", "sk-secret")
    code, said = built("ask", "How is a gout flare treated?")
    assert code == 0
    assert "sk-secret" not in said


def test_what_cannot_be_done_on_a_server_is_said(run, tmp_path):
    code, said = run("index", "build", tmp_path, "--index", "qdrant://localhost:9/papers")
    assert code == 2
    assert "qdrant://localhost:9/papers is on a server" in said
