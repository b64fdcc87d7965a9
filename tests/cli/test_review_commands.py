"""Review and keys from the command line, as a person types them."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ragqa.cli import asking, indexing, reviewing, serving  # noqa: F401 each adds its commands
from ragqa.cli.app import app
from ragqa.errors import RagqaError

CORPUS = Path(__file__).parents[2] / "corpus" / "musculoskeletal"
DOCUMENTS = [CORPUS / "acp-2017-low-back-pain.md", CORPUS / "acr-2020-gout.md"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAGQA_ENCODER", "hashing-128")
    monkeypatch.setenv("RAGQA_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("RAGQA_STATE", str(tmp_path / "state"))

    def call(*words):
        result = CliRunner().invoke(app, [str(word) for word in words])
        if isinstance(result.exception, RagqaError):
            return result.exception.exit_code, str(result.exception)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    return call


@pytest.fixture
def article(run):
    assert run("index", "build", *DOCUMENTS)[0] == 0
    assert run("ask", "Which dose of colchicine for a gout flare?", "--format", "json", "--out", "a.json")[0] == 0
    code, said = run("review", "submit", "a.json", "--by", "ada")
    assert code == 0
    return said.split()[0]


def test_an_article_is_approved_exported_and_verified(run, article, tmp_path):
    assert run("review", "approve", article)[0] == 1
    assert "Under review" in run("review", "start", article, "--by", "bea")[1]
    assert "Approved" in run("review", "approve", article, "--by", "bea", "--note", "checked")[1]
    assert "Approved" in run("review", "list")[1]
    shown = run("review", "show", article)[1]
    assert "approve by bea, then Approved: checked" in shown
    assert run("review", "export", article, "--format", "json", "--out", "out.json")[0] == 0
    assert json.loads((tmp_path / "out.json").read_text())["history"][-1]["status"] == "Approved"
    assert "Approved by bea on 20" in run("review", "export", article)[1]
    assert run("review", "verify")[0] == 0


def test_an_empty_list_says_so(run):
    assert "no article yet" in run("review", "list")[1]
    assert "no article is Under review yet" in run("review", "list", "--status", "under review")[1]
    assert "no key yet" in run("keys", "list")[1]


def test_who_submitted_an_answer_does_not_approve_it_unless_the_house_is_of_one(run, article, monkeypatch):
    run("review", "start", article, "--by", "ada")
    code, said = run("review", "approve", article, "--by", "ada")
    assert code == 1
    assert "review.approve_own" in said
    monkeypatch.setenv("RAGQA_REVIEW__APPROVE_OWN", "true")
    assert "Approved" in run("review", "approve", article, "--by", "ada")[1]
    assert "no second person has answered for it" in run("review", "show", article)[1]


def test_an_approval_falls_when_it_is_verified_against_an_index_without_its_source(run, article, tmp_path):
    run("review", "start", article)
    run("review", "approve", article)
    assert run("index", "remove", "acr-2020-gout")[0] == 0
    code, said = run("review", "verify", "--index", tmp_path / "index")
    assert code == 0
    assert "falls back to Under review" in said
    assert "Under review" in run("review", "list")[1]
    assert "no longer in the index" in run("review", "show", article)[1]


def test_looking_at_articles_over_another_index_takes_no_approval_away(run, article, tmp_path):
    run("review", "start", article)
    run("review", "approve", article)
    other = tmp_path / "other"
    assert run("index", "build", DOCUMENTS[0], "--index", other)[0] == 0
    for words in (["list"], ["show", article], ["export", article]):
        code, said = run("review", *words, "--index", other)
        assert code == 0
        assert "no longer in the index" in said
    assert "Approved" in run("review", "list")[1]
    assert "fall back" not in run("review", "show", article)[1]


def test_an_answer_that_was_written_by_hand_is_not_kept(run, article, tmp_path):
    answer = json.loads((tmp_path / "a.json").read_text())
    answer["title"] = "A cure for gout"
    (tmp_path / "b.json").write_text(json.dumps(answer))
    code, said = run("review", "submit", "b.json")
    assert code == 1
    assert "does not give this answer" in said


def test_a_rejection_says_why(run, article):
    run("review", "start", article)
    assert run("review", "reject", article)[0] == 2
    assert "Rejected" in run("review", "reject", article, "--note", "off the point")[1]


def test_keys_are_made_listed_and_revoked(run):
    code, said = run("keys", "create", "Bea Ramos", "--role", "reviewer")
    assert code == 0
    key = re.search(r"ragqa_([0-9a-f]{8})_\S+", said)
    listed = run("keys", "list")[1]
    assert "Bea Ramos" in listed
    assert key.group() not in listed
    assert run("keys", "revoke", key.group(1))[0] == 0
    assert "revoked" in run("keys", "list")[1]
    assert run("keys", "revoke", key.group(1))[0] == 1


class TestWithKeys:
    """From the first key on a step stands under the name of the key that took it, as over HTTP."""

    @pytest.fixture
    def as_holder(self, run, article, monkeypatch):
        """Make a key for each of three, and say whose is used from now on; None uses none."""
        keys = {name: run("keys", "create", name, "--role", role)[1].split()[0] for name, role in (("Ada", "reader"), ("Bea", "reviewer"), ("Cy", "reviewer"))}

        def use(name):
            if name is None:
                monkeypatch.delenv("RAGQA_API_KEY", raising=False)
            else:
                monkeypatch.setenv("RAGQA_API_KEY", keys[name])

        return use

    def test_no_step_is_taken_without_one_and_reading_needs_none(self, run, article, as_holder):
        as_holder(None)
        for words in (["submit", "a.json"], ["start", article], ["approve", article], ["reject", article, "--note", "n"]):
            code, said = run("review", *words, "--by", "Bea")
            assert (code, said) == (1, "a step of review needs an API key, since keys were made; set RAGQA_API_KEY")
        assert run("review", "list")[0] == run("review", "show", article)[0] == run("review", "verify")[0] == 0

    def test_the_name_is_that_of_the_key_and_of_no_other(self, run, article, as_holder):
        as_holder("Bea")
        assert "held by Bea, not by Cy" in run("review", "start", article, "--by", "Cy")[1]
        assert run("review", "start", article)[0] == 0
        assert run("review", "approve", article, "--by", "Bea")[0] == 0
        assert "approve by Bea, then Approved" in run("review", "show", article)[1]

    def test_a_key_takes_the_steps_of_its_role(self, run, article, as_holder):
        as_holder("Ada")
        assert "it needs the role reviewer" in run("review", "start", article)[1]
        assert run("review", "submit", "a.json")[0] == 0


@pytest.mark.parametrize("name", ["", "ragqa", "Local  User", "Bea\x1b[31m", "Bea\nCy", "x" * 61])
def test_no_step_stands_under_a_name_that_is_none_or_the_programs_own(run, article, name):
    code, said = run("review", "start", article, "--by", name)
    assert code == 1
    assert "a name has 1 to 60 letters" in said or "is kept for steps" in said
    assert "Submitted" in run("review", "list")[1]
