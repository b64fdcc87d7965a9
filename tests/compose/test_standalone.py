"""Which sentences may be quoted alone, under the title of their source."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.compose import fault_of
from ragqa.compose.relevance import probability
from ragqa.vocabulary import BlockKind

LINES = (Path(__file__).parents[1] / "data" / "standalone.jsonl").read_text(encoding="utf-8").splitlines()
CASES = [json.loads(line) for line in LINES]


def test_there_are_cases_enough_of_both_kinds():
    assert len(CASES) >= 60
    assert min(sum(case["stands"] for case in CASES), sum(not case["stands"] for case in CASES)) >= 30


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:50])
def test_verdict(case):
    fault = fault_of(case["text"], BlockKind(case["kind"]))
    assert (fault is None) == case["stands"], fault


@pytest.mark.parametrize("connective", ["However, ", "Therefore, ", "In addition, ", "Moreover, ", "In conclusion, "])
def test_a_leading_connective_is_no_fault_by_itself(connective):
    assert fault_of(connective + "metformin lowers glucose in adults.") is None
    assert fault_of(connective + "it lowers glucose in adults.") is not None


def test_a_reference_mark_is_no_fault():
    assert fault_of("Metformin lowers glucose in adults [1, 2].") is None


@pytest.mark.parametrize("kind", [BlockKind.TABLE_ROW, BlockKind.CAPTION])
def test_table_rows_and_captions_are_never_quoted(kind):
    assert fault_of("Metformin lowers glucose in adults.", kind) is not None


def test_a_sentence_of_a_hundred_words_is_too_long():
    assert fault_of("Metformin lowers " + "very " * 100 + "high glucose.") is not None


@given(st.text(max_size=200), st.sampled_from(list(BlockKind)))
def test_any_text_gets_a_verdict(text, kind):
    fault = fault_of(text, kind)
    assert fault is None or fault
    assert fault_of(text, kind) == fault


def test_a_title_with_a_full_stop_is_no_sentence():
    assert fault_of("Sinus and Upper Respiratory Infections.") == "a title"
    assert fault_of("Antibiotics can cure Pelvic Inflammatory Disease.") is None
    assert fault_of("Bismuth relieves Travellers' Diarrhoea.") is None


@pytest.mark.parametrize("unit", ["a-", "((", "1/", "acupuncture-lowers-pain-"])
def test_what_is_longer_than_any_sentence_is_not_quoted_however_few_its_words(unit):
    assert fault_of("Acupuncture lowers pain " + unit * 1000 + " in adults.") == "too many characters"


@pytest.mark.parametrize(("log_odds", "expected"), [(-1e6, 0.0), (-800.0, 0.0), (0.0, 0.5), (1e6, 1.0)])
def test_log_odds_of_any_size_have_a_probability(log_odds, expected):
    assert probability(log_odds) == pytest.approx(expected)
