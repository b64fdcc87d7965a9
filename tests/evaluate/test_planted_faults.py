"""Faults planted in the real engine, over the whole starter corpus and every seventh gold question: the gate finds each."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ragqa.cli import evaluating  # noqa: F401 adds its commands
from ragqa.cli.app import app
from ragqa.compose import answerable
from ragqa.config import RetrieveSettings, Settings
from ragqa.engine import Engine, build_index
from ragqa.evaluate import evaluate_answers
from ragqa.evaluate.gate import Baseline, Bound, baseline_of, breaches, write_baseline
from ragqa.evaluate.keeping import Kept
from ragqa.evaluate.measures import measures_for
from ragqa.evaluate.measuring import measured_names
from ragqa.types import Answer, Span

ROOT = Path(__file__).parents[2]
SETTINGS = Settings(encoder="hashing-256")  # quick to build; the engine is the real one in all else


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    build_index([ROOT / "corpus"], folder, SETTINGS)
    return folder


@pytest.fixture(scope="module")
def gold(tmp_path_factory):
    lines = [
        line
        for file in sorted((ROOT / "eval" / "gold").glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    path.write_text("\n".join(lines[::7]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def sound(gold, index, tmp_path_factory):
    return evaluate_answers(gold, index, settings=SETTINGS, judge="lexical", run=tmp_path_factory.mktemp("sound"))


@pytest.fixture
def caught(gold, sound, tmp_path):
    """Run the gold questions on a faulty engine; return the measures that the gate finds broken, over all questions."""
    baseline = baseline_of(sound.summary, measures_for(measured_names(sound.scores)), made_by="test")
    assert breaches(sound.summary, baseline) == []

    def run(opener):
        done = evaluate_answers(gold, opener, judge="lexical", run=tmp_path / "run", gate=baseline)
        assert done.asked == len(sound.scores)
        return {breach.measure for breach in done.broken if breach.group == "all"}

    return run


def test_the_lexical_arm_off(index, caught):
    blind = SETTINGS.model_copy(update={"retrieve": RetrieveSettings(dense_weight=1.0)})
    assert {"retrieved", "must_have_recall"} <= caught(lambda: Engine.open(index, settings=blind))


def test_citations_shifted_by_one_character(index, sound, caught):
    class Shifted:
        """Gives the answers of the sound engine, each citation one character to the right of where it belongs."""

        def __init__(self):
            self.engine = Engine.open(index, settings=SETTINGS)
            self.index = self.engine.index
            kept = (sound.folder / "answers").glob("*.json")
            self.answers = {}
            for file in kept:
                answer = Kept.model_validate_json(file.read_bytes()).answer
                self.answers[answer.question] = answer

        def ask(self, question, *, audience):
            return shifted(self.answers[question])

        def search(self, question, *, depth):
            return self.engine.search(question, depth=depth)

    assert {"quote_fidelity", "citation_precision"} <= caught(Shifted)


def test_nothing_is_ever_abstained_from(index, caught, monkeypatch):
    intercept, weights, _ = answerable._model()
    monkeypatch.setattr(answerable, "_model", lambda: (intercept, weights, 0.0))
    assert "abstention_whole_recall" in caught(lambda: Engine.open(index, settings=SETTINGS))


def test_the_command_names_what_broke_and_leaves_with_1(index, gold, tmp_path):
    few = tmp_path / "few.jsonl"
    few.write_text("".join(gold.read_text(encoding="utf-8").splitlines(keepends=True)[:4]), encoding="utf-8")
    baseline = Baseline(bounds={"all": {"must_have_recall": Bound(value=1.5, tolerance=0.02)}})
    write_baseline(tmp_path / "baseline.json", baseline)
    command = ["eval", "answers", "--gold", few, "--index", index, "--run", tmp_path / "run", "--processes", 1]
    done = CliRunner().invoke(app, [str(word) for word in (*command, "--gate", tmp_path / "baseline.json")])
    assert done.exit_code == 1, done.output
    assert "ragqa: the gate failed in 1 measure:" in done.stderr
    assert "  all: must_have_recall fell to " in done.stderr


def shifted(answer: Answer) -> Answer:
    def moved(value):
        if isinstance(value, dict):
            if {"document_id", "span", "quoted"} <= value.keys():
                span = value["span"]
                return value | {"span": Span(start=span["start"] + 1, end=span["end"] + 1).model_dump()}
            return {key: moved(inner) for key, inner in value.items()}
        return [moved(inner) for inner in value] if isinstance(value, list | tuple) else value

    return Answer.model_validate(moved(answer.model_dump(mode="json")))
