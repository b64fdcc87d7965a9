from __future__ import annotations

import gzip
import json
import math
from itertools import pairwise
from pathlib import Path

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.config import Settings
from ragqa.errors import GoldError
from ragqa.evaluate import evaluate_retrieval
from ragqa.evaluate.gold import GoldSpan
from ragqa.evaluate.passages import holds, widened
from ragqa.evaluate.ranking import best_passages, measure_rankings, strictly_falling
from ragqa.types import Passage, Span

DISEASES = ("asthma", "gout", "migraine", "psoriasis", "scabies", "tetanus", "measles", "anaemia")
DRUGS = (
    "salbutamol",
    "allopurinol",
    "sumatriptan",
    "calcipotriol",
    "permethrin",
    "immunoglobulin",
    "vitamin A",
    "iron",
)


def data(folder: Path, *, grade: str = "1", document: str = "d0") -> Path:
    folder.mkdir(exist_ok=True)
    corpus = [
        {
            "_id": f"d{n}",
            "title": disease.title(),
            "text": f"{drug.capitalize()} is given to adults who have {disease}. Rest helps many of them.",
        }
        for n, (disease, drug) in enumerate(zip(DISEASES, DRUGS, strict=True))
    ]
    queries = [{"_id": f"q{n}", "text": f"What is given for {disease}?"} for n, disease in enumerate(DISEASES)]
    answers = [
        {
            "_id": f"q{n}",
            "answer": drug,
            "snippets": [{"doc": f"d{n}", "text": f"{drug.capitalize()} is given to adults", "start": 0}],
        }
        for n, drug in enumerate(DRUGS)
    ]
    for name, lines in (("corpus", corpus), ("queries", queries), ("answers", answers)):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
    with gzip.open(folder / "qrels.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("query-id\tcorpus-id\tscore\n")
        file.writelines(f"q{n}\t{document if n == 0 else f'd{n}'}\t{grade}\n" for n in range(len(DISEASES)))
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    home = tmp_path_factory.mktemp("retrieval")
    folder = data(home / "set")
    return folder, evaluate_retrieval(folder, settings=Settings(encoder="hashing-64"), run=home / "run")


def test_arms_and_fusion_are_measured_and_bm25_finds_the_disease(run):
    _, done = run
    values = done.summary["all"]
    assert values["questions"] == len(DISEASES)
    assert values["bm25 nDCG@10"] == values["bm25 RR@10"] == values["bm25 AP"] == values["bm25 hit@1"] == 1.0
    assert {name.partition(" ")[0] for name in values if " " in name} == {"bm25", "dense", "fused"}


def test_run_files_are_read_back_by_ir_measures_to_the_same_values(run):
    folder, done = run
    with gzip.open(folder / "qrels.tsv.gz", "rt") as file:
        rows = [line.split("\t") for line in file.read().splitlines()[1:]]
    qrels = [ir_measures.Qrel(query, document, int(grade)) for query, document, grade in rows]
    for system in ("bm25", "dense", "fused"):
        trec = list(ir_measures.read_trec_run(str(done.folder / f"{system}.trec")))
        for name in ("nDCG@10", "RR@10", "AP", "R@10", "R@100"):
            measure = ir_measures.parse_measure(name)
            peer = ir_measures.calc_aggregate([measure], qrels, trec)[measure]
            assert abs(done.summary["all"][f"{system} {name}"] - peer) < 1e-6


def test_the_index_is_built_once(run, monkeypatch):
    folder, done = run
    monkeypatch.setattr("ragqa.engine.build_index", lambda *_args, **_kwargs: pytest.fail("built again"))
    again = evaluate_retrieval(folder, settings=Settings(encoder="hashing-64"), run=done.folder, most=3)
    assert again.summary["all"]["questions"] == 3
    assert (done.folder / "report.html").read_text().count("<h2>") >= 3


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"grade": "high"}, r"qrels\.tsv\.gz:2: not query-id"),
        ({"document": "d99"}, r"qrels\.tsv\.gz:2: unknown document"),
    ],
)
def test_bad_judgements_are_refused(tmp_path, fault, reason):
    folder = data(tmp_path / "set", **fault)
    with pytest.raises(GoldError, match=reason):
        evaluate_retrieval(folder, settings=Settings(encoder="hashing-64"), run=tmp_path / "run")
    with pytest.raises(GoldError, match="no corpus"):
        evaluate_retrieval(tmp_path)


def test_ndcg_and_the_others_by_hand():
    rankings = {"q": [("a", 3.0), ("b", 2.0), ("c", 1.0)]}
    values = measure_rankings(rankings, {"q": {"b": 1, "c": 1, "x": 1}, "unanswered": {"a": 1}})
    gains = 1 / math.log2(3) + 1 / math.log2(4)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert values["q"]["nDCG@10"] == pytest.approx(gains / ideal, abs=1e-6)
    assert values["q"]["RR@10"] == 1 / 2
    assert values["q"]["AP"] == pytest.approx((1 / 2 + 2 / 3) / 3, abs=1e-6)
    assert values["q"]["R@10"] == pytest.approx(2 / 3)
    assert set(values["unanswered"].values()) == {0.0}


def test_a_document_is_ranked_by_its_best_passage():
    found = [("a:0", 0.9), ("b:0", 0.8), ("a:1", 0.7), ("c:0", 0.8)]
    ranking = best_passages(found, {"a:0": "a", "a:1": "a", "b:0": "b", "c:0": "c"})
    assert [name for name, _ in ranking] == ["a", "b", "c"]
    assert ranking[1][1] > ranking[2][1]


@given(st.lists(st.floats(-5, 5), max_size=30))
def test_scores_of_a_ranking_fall_strictly(scores):
    ranking = strictly_falling([(f"d{n:02}", score) for n, score in enumerate(scores)])
    assert all(one[1] > other[1] for one, other in pairwise(ranking))
    assert [name for name, _ in ranking] == [
        name for name, _ in sorted(((f"d{n:02}", s) for n, s in enumerate(scores)), key=lambda p: (-p[1], p[0]))
    ]


@given(st.integers(1, 5000), st.data())
def test_a_window_holds_its_span_and_stays_in_the_text(length, draw):
    start = draw.draw(st.integers(0, length - 1))
    end = draw.draw(st.integers(start + 1, length))
    window = widened(Span(start=start, end=end), length)
    assert 0 <= window.start <= start < end <= window.end <= length
    assert window.end - window.start == min(length, max(1200, end - start))


def test_a_passage_holds_an_answer_by_half_of_either():
    passage = Passage(
        id="d:0", document_id="d", span=Span(start=0, end=100), heading_path=(), text="x" * 100, sentences=()
    )
    far = GoldSpan(document="d", span=Span(start=300, end=320), quoted="y")
    assert not holds(passage, [far])
    assert holds(passage, [far], length=5000)  # the window reaches to 1,200
    assert not holds(passage, [far.model_copy(update={"document": "e"})], length=5000)
