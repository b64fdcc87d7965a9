from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer
from stub_engine import S1, S2, S3, T1, answer, document, find

from ragqa.evaluate.calibrate import CARDS, Label, calibrate
from ragqa.evaluate.citing import citing
from ragqa.evaluate.claims import Bearing, bears, covers, distinct_statements, same_wording, violations
from ragqa.evaluate.gold import Abstain, GoldClaim, GoldQuestion, GoldSpan
from ragqa.evaluate.judges import CommandJudge, LexicalJudge
from ragqa.evaluate.keeping import Kept, Retrieved
from ragqa.evaluate.measures import ANSWER_MEASURES
from ragqa.evaluate.measuring import Ruler, doubt_of, level_of, measure
from ragqa.evaluate.rouge import rouge, rouge_su4
from ragqa.evaluate.statistics import auroc, best_threshold
from ragqa.readability import reading_grade, syllables
from ragqa.types import Answer, Arms, Hit, Span
from ragqa.vocabulary import Support

RULER = Ruler(document, LexicalJudge(), CARDS["lexical"])


def claim(document_id: str, quoted: str) -> GoldClaim:
    return GoldClaim(
        text=quoted, spans=(GoldSpan(document=document_id, span=find(document_id, quoted), quoted=quoted),)
    )


def question(**more: object) -> GoldQuestion:
    values = {
        "id": "q",
        "question": "Does aspirin lower stroke?",
        "part": "tuned",
        "type": "t",
        "place": "g:1",
        "relevant": ("aspirin",),
    }
    return GoldQuestion.model_validate(values | more)


def kept(given: Answer | None) -> Kept:
    return Kept(key="k", id="q", seconds=0.5, answer=given)


@pytest.mark.parametrize(
    ("cited", "is_hit"),
    [
        ((0, 10), True),
        ((5, 15), True),
        ((6, 16), False),
        ((10, 20), False),
        ((2, 4), True),
        ((9, 11), True),
        ((9, 12), False),
        ((0, 1000), True),
    ],
)
def test_half_of_either_span_is_enough(cited, is_hit):
    assert covers(Span(start=0, end=10), Span(start=cited[0], end=cited[1])) is is_hit


def test_recall_and_precision_by_hand():
    gold = question(must_have=(claim("aspirin", S1), claim("statin", T1)), nice_to_have=(claim("aspirin", S2),))
    values = measure(gold, kept(answer("q", [("aspirin", S1), ("aspirin", S2), ("aspirin", S3)])), RULER).values
    assert values["must_have_recall"] == 1 / 2  # S1 of S1 and T1
    assert values["must_have_precision"] == 2 / 3  # S1 and S2 of three statements
    assert values["reference_relevance"] == 1.0


def test_what_was_retrieved_by_hand():
    where = find("aspirin", S1)
    hit = Hit(passage_id="aspirin:0", score=1.0, rank=1, arms=Arms(dense=0.5))
    half = Span(start=where.start, end=where.start + 10)  # all of it lies in the gold span
    found = Retrieved(hit=hit, document_id="aspirin", span=half, heading_path=(), text="")
    gold = question(must_have=(claim("aspirin", S1), claim("aspirin", S2), claim("statin", T1), GoldClaim(text="worded")))
    value = Kept(key="k", id="q", seconds=0.5, answer=answer("q", []), passages=(found,))
    assert measure(gold, value, RULER).values["retrieved"] == 1 / 3  # S1 of S1, S2 and T1; the worded claim has no place
    assert measure(question(must_have=(GoldClaim(text="worded"),)), value, RULER).values["retrieved"] is None


def test_the_same_wording_elsewhere_bears_a_claim_and_other_numbers_do_not():
    copied = distinct_statements(answer("q", [("copy", S1[:-1] + " overall.")]))[0]
    assert bears(copied, claim("aspirin", S1)) is Bearing.WORDING
    assert not same_wording(S1, S1.replace("75", "150"))
    assert not same_wording(
        "Aspirin is advised in children with fever", "Aspirin is not advised in children with fever"
    )


def test_an_answer_that_is_missing_scores_nothing_and_says_so():
    score = measure(
        question(must_have=(claim("aspirin", S1),)), Kept(key="k", id="q", seconds=0, answer=None, error="why"), RULER
    )
    assert (score.values["must_have_recall"], score.values["failed"], score.values["rouge1"]) == (0.0, 1.0, 0.0)
    assert score.failings()[0] == "no answer: why"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("LOWERS  the risk", True),
        ("lower", False),
        ("75 mg", True),
        ("5 mg", False),
        ("disease.", True),
        ("cures", False),
    ],
)
def test_must_not_is_whole_words_in_any_case(words, found):
    assert bool(violations([words], distinct_statements(answer("q", [("aspirin", S1)])))) is found


def test_citations_shifted_by_one_character_are_unfaithful():
    good = answer("q", [("aspirin", S1), ("aspirin", S2)])
    gold = question(must_have=(claim("aspirin", S1),))
    whole = citing(gold, good, distinct_statements(good), document)
    assert (whole.coverage, whole.fidelity, whole.precision) == (1.0, 1.0, 1.0)
    bad = shifted(good)
    assert citing(gold, bad, distinct_statements(bad), document).fidelity == 0.0


def shifted(given: Answer) -> Answer:
    def shift(value: object) -> object:
        if isinstance(value, dict):
            moved = {key: shift(inner) for key, inner in value.items()}
            if set(moved) == {"start", "end"}:
                return {"start": moved["start"] + 1, "end": moved["end"] + 1}
            return moved
        return [shift(inner) for inner in value] if isinstance(value, list) else value

    return Answer.model_validate(shift(given.model_dump(mode="json")))


def test_levels_of_abstention_and_doubt():
    whole, full = answer("q", []), answer("q", [("aspirin", S1)])
    part = answer("q", [("aspirin", S1)], support=Support.INSUFFICIENT, gap="g")
    only_gap = answer("q", [("aspirin", S1)], gap="g")
    assert [level_of(given) for given in (whole, part, only_gap, full)] == [2, 1, 0, 0]
    assert doubt_of(kept(full)) == 0.5  # no passage: cosine 0
    score = measure(question(abstain=Abstain.WHOLE, abstain_kind="absent", relevant=()), kept(full), RULER)
    assert (score.values["kind flagged: absent"], score.values["reference_relevance"]) == (0.0, 0.0)


def test_abstention_precision_recall_f1_and_auroc_by_hand():
    columns = {
        "abstention_wanted": np.array([2.0, 2, 1, 0, 0, 0]),
        "abstention_given": np.array([2.0, 0, 1, 2, 0, 0]),
        "doubt": np.array([2.5, 0.9, 1.5, 2.4, 0.2, 0.1]),
        "seconds": np.array([1.0, 2, 3, 4, 5, np.nan]),
    }
    values = {m.name: m.compute(columns) for m in ANSWER_MEASURES if m.name.startswith(("abstention", "latency"))}
    assert values["abstention_whole_precision"] == 1 / 2
    assert values["abstention_whole_recall"] == 1 / 2
    assert values["abstention_whole_f1"] == 1 / 2
    assert values["abstention_any_precision"] == 2 / 3
    assert values["abstention_any_recall"] == 2 / 3
    assert values["abstention_whole_auroc"] == 6 / 8  # pairs in order: 2.5 beats all 4; 0.9 beats 0.2 and 0.1
    assert values["abstention_partial_auroc"] == 2 / 3  # 1.5 beats 0.2 and 0.1, not 2.4
    assert values["latency_p50"] == 3.0


def test_auroc_counts_ties_half():
    assert auroc(np.array([1.0, 1.0]), np.array([True, False])) == 0.5
    assert auroc(np.array([1.0]), np.array([True])) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_auroc_is_the_share_of_pairs_in_order(pairs):
    scores, positive = np.array([float(s) for s, _ in pairs]), np.array([p for _, p in pairs])
    wins = [(a > b) + (a == b) / 2 for a, yes in pairs if yes for b, also in pairs if not also]
    found = auroc(scores, positive)
    assert found is None if not wins else math.isclose(found, sum(wins) / len(wins), abs_tol=1e-12)


def test_rouge_agrees_with_rouge_score():
    peer = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True).score(S1, S2 + " " + S1[:40])
    found = rouge(S1, S2 + " " + S1[:40])
    for name in ("rouge1", "rouge2", "rougeL"):
        assert abs(getattr(found, name) - peer[name].fmeasure) < 1e-6


def test_su4_by_hand():
    # a b c: units a b c ab ac bc (6); a c: units a c ac (3); shared a c ac: precision 3/3, recall 3/6, F1 2/3
    assert rouge_su4(["a", "b", "c"], ["a", "c"]) == pytest.approx(2 / 3)
    # four words lie between a and f, five between a and g
    assert rouge_su4(["a", "1", "2", "3", "4", "f"], ["a", "f"]) == pytest.approx(2 * 1 * (3 / 21) / (1 + 3 / 21))
    assert rouge_su4(["a", "1", "2", "3", "4", "5", "g"], ["a", "g"]) == pytest.approx(
        2 * (2 / 3) * (2 / 27) / (2 / 3 + 2 / 27)
    )
    assert rouge_su4([], ["a"]) == 0.0


def test_reading_grade_by_hand():
    assert [syllables(word) for word in ("the", "table", "aspirin", "made", "lowered")] == [1, 2, 3, 1, 2]
    # 2 sentences, 6 words, 7 syllables (a-spi-rin is 3, the rest 1 each... "Cats eat" 1+1, "fish" 1)
    assert reading_grade("The cat sat. Dogs eat aspirin.") == pytest.approx(0.39 * 6 / 2 + 11.8 * 8 / 6 - 15.59)
    assert reading_grade("...") is None


def test_a_judge_is_calibrated_by_auroc_and_threshold():
    labels = [
        Label("aspirin lowers stroke", "Aspirin lowers stroke.", True),
        Label("aspirin lowers stroke", "Bread is good. It is.", False),
    ]
    card = calibrate(LexicalJudge(), labels, named="two")
    assert (card.auroc, card.threshold, card.sensitivity, card.specificity, card.pairs) == (1.0, 1.0, 1.0, 1.0, 2)
    assert "AUROC 1.000" in card.sentence()
    cut = best_threshold(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True]))
    assert cut == (0.8, 0.5, 1.0)


def test_a_command_can_judge():
    judge = CommandJudge("sed -e s/.*/0.7/")
    assert judge.score([("a", "b"), ("c", "d")]) == [0.7, 0.7]
