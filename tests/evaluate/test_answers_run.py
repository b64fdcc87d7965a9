from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from gold_lines import gold, write
from lxml import html
from stub_engine import StubEngine, open_slow, open_stub
from typer.testing import CliRunner

from ragqa.errors import MissingExtra, UsageError
from ragqa.evaluate import compare_runs, evaluate_answers
from ragqa.evaluate.gate import Baseline, Bound, baseline_of, breaches, read_baseline, write_baseline
from ragqa.evaluate.keeping import ANSWERS_FOLDER, answer_path
from ragqa.evaluate.measures import ANSWER_MEASURES
from ragqa.evaluate.report_compare import compare_markdown, write_compare_page
from ragqa.evaluate.summary import measures_of_run, read_summary
from ragqa.types import Answer

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A run of the stub engine, its gold file, and its baseline."""
    folder = tmp_path_factory.mktemp("good")
    path = write(folder, gold())
    done = evaluate_answers(path, StubEngine, run=folder / "run")
    return path, done, baseline_of(done.summary, measures_of_run(done.folder), made_by="a test")


def test_the_summary_by_hand(good):
    _, done, _ = good
    values = done.summary["all"]
    assert values["questions"] == 18
    assert values["must_have_recall"] == 1.0  # 16 questions with claims, all of them borne
    assert values["quote_fidelity"] == values["citation_coverage"] == 1.0
    assert (
        values["abstention_any_f1"]
        == values["abstention_whole_recall"]
        == values["abstention_partial_precision"]
        == 1.0
    )
    assert values["support_right"] == 1.0
    assert done.summary["type: harm"]["questions"] == done.summary["audience: patient"]["questions"] == 1
    assert done.summary["tuned"]["questions"] + done.summary["untouched"]["questions"] == 18
    assert values["kind flagged: unknown-drug"] == 1.0


def test_a_run_keeps_its_own_gate(good, tmp_path):
    _, done, baseline = good
    write_baseline(tmp_path / "b.json", baseline)
    assert breaches(read_summary(done.folder), read_baseline(tmp_path / "b.json")) == []
    assert {"all", "tuned", "untouched"} == set(baseline.bounds)


class Shifted(StubEngine):
    """Its citations point one character too far."""

    def ask(self, question, *, audience="clinician"):
        value = super().ask(question, audience=audience).model_dump(mode="json")
        return Answer.model_validate(_shift(value))


def _shift(value):
    if isinstance(value, dict):
        moved = {key: _shift(inner) for key, inner in value.items()}
        return {key: number + 1 for key, number in moved.items()} if set(moved) == {"start", "end"} else moved
    return [_shift(inner) for inner in value] if isinstance(value, list) else value


class Refusing(StubEngine):
    def ask(self, question, *, audience="clinician"):
        if "statin" in question:
            raise UsageError("refused")
        return super().ask(question, audience=audience)


@pytest.mark.parametrize(
    ("fault", "measure"),
    [
        (lambda: StubEngine(lexical=False), "must_have_recall"),
        (Shifted, "quote_fidelity"),
        (lambda: StubEngine(threshold=0.0), "abstention_whole_recall"),
        (Refusing, "failed"),
    ],
    ids=["BM25 arm off", "citations shifted by one", "abstention threshold at 0", "a question refused"],
)
def test_a_planted_fault_is_caught_by_the_gate(good, tmp_path, fault, measure):
    path, _, baseline = good
    done = evaluate_answers(path, fault, run=tmp_path / "run", gate=baseline)
    assert measure in {breach.measure for breach in done.broken}
    assert "Gate: failed" in (tmp_path / "run" / "report.md").read_text()


def test_a_gate_allows_its_tolerance_and_no_more():
    baseline = Baseline(
        bounds={"all": {"x": Bound(value=0.5, tolerance=0.02), "y": Bound(value=0.1, tolerance=0.0, better="lower")}}
    )
    assert breaches({"all": {"x": 0.48, "y": 0.1}}, baseline) == []
    assert [b.measure for b in breaches({"all": {"x": 0.479, "y": 0.11}}, baseline)] == ["x", "y"]
    assert [b.sentence() for b in breaches({"all": {"x": 0.9, "y": None}}, baseline)] == [
        "all: y is no longer measured (baseline 0.1000)"
    ]


def test_a_baseline_allows_more_in_a_small_part_and_nothing_where_nothing_is_allowed():
    values = {"must_have_recall": 0.8, "quote_fidelity": 1.0, "abstention_partial_f1": 0.5, "reading_grade": 9.0}
    summary = {"all": {"questions": 100.0, **values}, "untouched": {"questions": 25.0, **values}}
    bounds = baseline_of(summary, ANSWER_MEASURES, made_by="a test").bounds
    assert {name: bound.tolerance for name, bound in bounds["all"].items()} == {
        "must_have_recall": 0.02, "quote_fidelity": 0.0, "abstention_partial_f1": 0.08,
    }  # fmt: skip
    assert {name: bound.tolerance for name, bound in bounds["untouched"].items()} == {
        "must_have_recall": 0.04,  # 0.02 times the root of 100 / 25
        "quote_fidelity": 0.0,
    }


@pytest.mark.parametrize("text", ["{", "{}", '{"bounds": {"all": {"x": {"value": 1, "tolerance": -1}}}}'])
def test_a_baseline_that_is_none_is_refused(tmp_path, text):
    (tmp_path / "b.json").write_text(text)
    with pytest.raises(UsageError, match="not a baseline"):
        read_baseline(tmp_path / "b.json")
    with pytest.raises(UsageError, match="cannot read"):
        read_baseline(tmp_path / "none.json")


def test_a_run_goes_on_where_it_was_interrupted(tmp_path):
    path = write(tmp_path, gold())

    class Interrupted(StubEngine):
        def ask(self, question, *, audience="clinician"):
            if len(self.asked) == 7:
                raise KeyboardInterrupt
            return super().ask(question, audience=audience)

    with pytest.raises(KeyboardInterrupt):
        evaluate_answers(path, Interrupted, run=tmp_path / "run")
    (tmp_path / "run" / ANSWERS_FOLDER / "a1.json").write_text('{"key": "half')  # a damaged file is made again
    engine = StubEngine()
    assert evaluate_answers(path, lambda: engine, run=tmp_path / "run").asked == len(engine.asked) == 18 - 7 + 1
    assert evaluate_answers(path, lambda: engine, run=tmp_path / "run").asked == 0


def test_a_killed_run_is_finished_by_the_next(tmp_path):
    path = write(tmp_path, gold())
    code = f"from ragqa.evaluate import evaluate_answers; from stub_engine import StubEngine\nevaluate_answers({str(path)!r}, lambda: StubEngine(delay=0.3), run={str(tmp_path / 'run')!r})"
    with subprocess.Popen(
        [sys.executable, "-c", code], env={"PYTHONPATH": ":".join([str(HERE), *filter(None, sys.path)])}
    ) as process:
        until = time.monotonic() + 30
        while len(list((tmp_path / "run" / ANSWERS_FOLDER).glob("*.json"))) < 3 and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    found = len(list((tmp_path / "run" / ANSWERS_FOLDER).glob("*.json")))
    assert 3 <= found < 18
    assert evaluate_answers(path, StubEngine, run=tmp_path / "run").asked == 18 - found


def test_several_processes_give_what_one_gives(good, tmp_path):
    path, one, _ = good
    several = evaluate_answers(path, open_slow, run=tmp_path / "run", processes=2)
    assert several.asked == 18

    def bare(scores):
        return [score.model_copy(update={"values": score.values | {"seconds": None}}) for score in scores]

    assert bare(several.scores) == bare(one.scores)
    assert evaluate_answers(path, open_stub, run=tmp_path / "run", processes=2).asked == 0


def test_a_change_of_index_asks_again(tmp_path):
    path = write(tmp_path, gold()[:3])

    class Other(StubEngine):
        def __init__(self):
            super().__init__()
            self.index.fingerprint = "f2"

    assert evaluate_answers(path, StubEngine, run=tmp_path / "run").asked == 3
    assert evaluate_answers(path, Other, run=tmp_path / "run").asked == 3


def test_any_id_makes_a_file_name_of_its_own(tmp_path):
    names = [answer_path(tmp_path, name) for name in ("a/b", "a_b", "../a", "..", "é" * 300, "a:b")]
    assert len(set(names)) == 6
    assert all(name.parent == tmp_path / ANSWERS_FOLDER and len(name.name) < 100 for name in names)


def test_the_page_is_whole_safe_and_shows_why(good, tmp_path):
    lines = gold()
    lines[0] |= {"question": "Does <script>alert(1)</script> aspirin help?", "must_not": ["lowers the risk"]}
    done = evaluate_answers(write(tmp_path, lines), lambda: StubEngine(lexical=False), run=tmp_path / "run")
    page = (done.folder / "report.html").read_text()
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page
    tree = html.document_fromstring(page)
    folds = tree.findall(".//details")
    assert len(folds) == sum(bool(score.failings()) for score in done.scores)
    shown = folds[0].text_content()
    assert "Aspirin is not advised" in shown  # the answer
    assert "not there" in shown  # the gold
    assert "Passages retrieved" in shown
    assert len(tree.findall(".//svg")) == 4


def test_a_comparison_finds_what_fell_and_what_moved(good, tmp_path):
    path, one, _ = good
    other = evaluate_answers(path, lambda: StubEngine(lexical=False), run=tmp_path / "run")
    comparison = compare_runs(one.folder, other.folder, draws=200)
    recall = next(found for found in comparison.differences["all"] if found.measure.name == "must_have_recall")
    assert recall.change == pytest.approx(-15 / 16)  # all but the statin question
    assert recall.interval.high < 0
    assert recall.p_value == pytest.approx(1 / 201)
    assert comparison.moves[0].by < 0
    same = compare_runs(one.folder, one.folder, draws=50)
    assert {(found.change, found.p_value) for found in same.differences["all"]} == {(0.0, 1.0)}
    assert "must-have recall" in compare_markdown(comparison)
    page = write_compare_page(comparison, tmp_path / "compare.html").read_text()
    assert page.count("<h3>First</h3>") == sum(bool(move.by) for move in comparison.moves)
    assert compare_markdown(compare_runs(one.folder, other.folder, draws=200)) == compare_markdown(comparison)


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(UsageError, match="not the folder of a finished run"):
        compare_runs(tmp_path, tmp_path)


def test_a_missing_extra_is_named(monkeypatch, tmp_path):
    from ragqa.evaluate import rouge  # noqa: PLC0415

    rouge._scorer.cache_clear()
    monkeypatch.setitem(sys.modules, "rouge_score.rouge_scorer", None)
    with pytest.raises(MissingExtra, match=r"ragqa\[eval\]"):
        evaluate_answers(write(tmp_path, gold()), StubEngine, run=tmp_path / "run")
    rouge._scorer.cache_clear()


def test_every_measure_is_named_once():
    names = [measure.name for measure in ANSWER_MEASURES]
    assert len(names) == len(set(names))


def test_the_command_compares_and_says_what_is_wrong(good, tmp_path):
    from ragqa.cli import evaluating  # noqa: F401, PLC0415 adds its commands
    from ragqa.cli.app import app  # noqa: PLC0415

    _, done, _ = good
    result = CliRunner().invoke(
        app,
        ["eval", "compare", str(done.folder), str(done.folder), "--draws", "100", "--html", str(tmp_path / "c.html")],
    )
    assert result.exit_code == 0, result.output
    assert "must-have recall" in result.output
    assert (tmp_path / "c.html").is_file()
    refused = CliRunner().invoke(app, ["eval", "compare", str(tmp_path), str(tmp_path)])
    assert isinstance(refused.exception, UsageError)


def test_answers_are_kept_as_json_of_the_answer(good):
    _, done, _ = good
    value = json.loads((done.folder / ANSWERS_FOLDER / "a1.json").read_text())
    assert Answer.model_validate(value["answer"]).question == "Does aspirin prevent stroke?"
    assert value["passages"][0]["hit"]["rank"] == 1
