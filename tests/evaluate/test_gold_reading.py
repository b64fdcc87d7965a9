from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from gold_lines import gold, line, write
from hypothesis import given
from hypothesis import strategies as st
from stub_engine import DOCUMENTS, S1, StubEngine, document

from ragqa.errors import GoldError
from ragqa.evaluate import evaluate_answers
from ragqa.evaluate.gold_reading import read_gold
from ragqa.evaluate.locate import locate
from ragqa.evaluate.parts import Part, part_of

GOLD = Path(__file__).parents[2] / "eval" / "gold"


def test_a_good_set_is_read_with_offsets_in_the_document(tmp_path):
    questions = read_gold(write(tmp_path, gold()), document)
    span = questions[0].must_have[1].spans[0]
    assert span.span.of(DOCUMENTS["aspirin"]) == span.quoted
    assert questions[0].place.endswith("gold.jsonl:1")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (line("a1", "again", [("aspirin", S1)]), "duplicate id"),
        (line("b", "   ", [("aspirin", S1)]), "empty question"),
        (line("b", "q", [("nowhere", S1)]), "unknown document"),
        (line("b", "q", [("aspirin", "Aspirin cures all.")]), "span does not match"),
        (line("b", "q", [("aspirin", S1)], relevant=["nowhere"]), "unknown document"),
        (line("b", "q", [("aspirin", S1)], audience="doctor"), "audience"),
        (line("b", "q", [("aspirin", S1)], support="maybe"), "support"),
        (line("b", "q", [("aspirin", S1)], must_not=[" "]), "must_not"),
        (line("b", "q", []), "must_have"),
        (line("b", "q", [("aspirin", S1)], surprise=1), "surprise"),
    ],
)
def test_a_bad_line_is_refused_with_file_line_and_reason_before_anything_is_asked(tmp_path, bad, reason):
    path = write(tmp_path, [*gold(), bad])
    engine = StubEngine()
    with pytest.raises(GoldError, match=rf"gold\.jsonl:{len(gold()) + 1}: .*{reason}"):
        evaluate_answers(path, lambda: engine, run=tmp_path / "run")
    assert engine.asked == []
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("text", "reason"), [('{"id": ', "broken JSON"), ("[1]", "not a JSON object"), ("\udcff", "cannot be read")]
)
def test_broken_lines_are_refused(tmp_path, text, reason):
    path = tmp_path / "g.jsonl"
    path.write_bytes(b"\n" + text.encode("utf-8", "surrogateescape") + b"\n")
    with pytest.raises(GoldError, match=rf"g\.jsonl:\d+: {reason}"):
        read_gold(path, document)


def test_no_gold_is_refused(tmp_path):
    with pytest.raises(GoldError, match="no gold file"):
        read_gold(tmp_path, document)
    (tmp_path / "empty.jsonl").write_text("")
    with pytest.raises(GoldError, match="no question"):
        read_gold(tmp_path, document)


def shared(folder: Path, answers: list[dict[str, object]]) -> Path:
    queries = [{"_id": "q1", "text": "Does aspirin prevent stroke?"}, {"_id": "q2", "text": "Is it so?"}]
    for name, lines in (("queries", queries), ("answers", answers)):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(entry) + "\n" for entry in lines)
    return folder


def test_the_shared_form_gives_one_claim_with_its_snippets_and_worded_claims(tmp_path):
    snippets = [{"doc": "aspirin", "text": S1.replace(" ", "  "), "start": 0}]
    folder = shared(
        tmp_path,
        [
            {"_id": "q1", "answer": "Yes.", "exact": "yes", "snippets": snippets},
            {"_id": "q2", "answer": "", "must_have": ["A", "B"]},
        ],
    )
    first, second = read_gold(folder, document)
    assert [claim.spans[0].quoted for claim in first.must_have] == [S1]
    assert (first.support, first.reference, first.relevant) == ("supported", "Yes.", ("aspirin",))
    assert [claim.text for claim in second.must_have] == ["A", "B"]
    with pytest.raises(GoldError, match=r"answers\.jsonl\.gz:1: no query"):
        read_gold(shared(tmp_path, [{"_id": "q9", "answer": ""}]), document)


def test_the_nearest_of_several_places_is_taken():
    text = "ab c. x ab c. y ab c."
    assert locate("ab c.", text, near=9).start == 8
    assert locate("ab  c.", text, near=20).start == 16
    assert locate("abd", text) is None


@given(st.text(alphabet="ab \n", min_size=1, max_size=40), st.integers(0, 39), st.integers(1, 20))
def test_what_is_cut_from_a_text_is_found_in_it(text, start, size):
    quoted = text[start : start + size]
    span = locate(quoted, text, near=start)
    if quoted.strip():
        assert "".join(span.of(text).split()) == "".join(quoted.split())
    else:
        assert span is None


def test_one_question_in_three_is_untouched_and_parts_never_change():
    parts = [part_of(f"q{n}") for n in range(3000)]
    assert 900 < parts.count(Part.UNTOUCHED) < 1100
    assert [part_of(name).value for name in ("a1", "s1")] == ["untouched", "tuned"]


@pytest.mark.skipif(not GOLD.is_dir(), reason="eval/gold is not in this checkout")
def test_the_ids_of_the_projects_gold_set_are_distinct():
    ids = [
        json.loads(text)["id"]
        for path in sorted(GOLD.glob("*.jsonl"))
        for text in path.read_text(encoding="utf-8").splitlines()
    ]
    assert len(ids) == len(set(ids)) >= 150
