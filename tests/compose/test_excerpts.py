"""Pieces of documents around the sentence that answers: what leads, and that they are what the document says."""

import pytest

from ragqa.compose import excerpts
from ragqa.compose.coverage import TermCoverage
from ragqa.question import effect_in

FILLER = "Participants came from four towns and gave their consent in writing before anything was measured. "


@pytest.fixture(scope="module")
def trials(memory):
    def trial(name, outcome, result):
        return memory.make_document(
            name,
            f"Oats and {outcome}",
            {
                "Methods": [f"The effect of oats compared with rice on {outcome} was measured.", FILLER * 4],
                "Results": [result, FILLER * 8],
                "Discussion": [f"Oats may act on {outcome} through fibre.", FILLER * 4],
            },
        )

    return memory.MemoryEngine(
        memory.MemoryIndex(
            [
                trial("lipids", "serum lipids", "Serum lipids were lower with oats than with rice (p = 0.01)."),
                trial("weight", "body weight", "Body weight did not differ between groups (p = 0.60)."),
            ]
        )
    )


def found(engine, question, depth=5):
    query = engine.understand(question)
    return excerpts(query.text, effect_in(query.text), engine.hits(query), engine.index, engine.index.encoder.encode_queries, depth=depth)


def test_a_result_on_the_outcome_leads_before_the_method_that_names_it(trials):
    first = found(trials, "What is the effect of oats compared with rice on serum lipids?")[0]
    assert first.document_id == "lipids"
    assert "p = 0.01" in trials.index.document("lipids").text[first.sentence.start : first.sentence.end]


def test_the_outcome_chooses_the_document(trials):
    assert found(trials, "Do oats change body weight?")[0].document_id == "weight"


def test_a_question_for_a_fact_is_answered_by_its_words(clinic):
    first = found(clinic, "What is the dose of adrenaline in anaphylaxis?")[0]
    assert "500 micrograms" in first.text


def test_excerpts_are_pieces_of_their_document_and_none_repeats_another(trials):
    for question in ("Do oats lower serum lipids?", "Where did participants come from?"):
        shown = found(trials, question)
        assert shown == found(trials, question)
        assert [e.rank for e in shown] == list(range(1, len(shown) + 1))
        for e in shown:
            text = trials.index.document(e.document_id).text
            assert e.text == text[e.span.start : e.span.end]
            assert e.span.start <= e.sentence.start
            assert e.sentence.end <= e.span.end
            assert len(e.text) == min(1200, len(text))
        for a in shown:
            for b in shown:
                if a.rank < b.rank and a.document_id == b.document_id:
                    assert min(a.span.end, b.span.end) - max(a.span.start, b.span.start) <= 600


def test_nothing_found_gives_nothing(clinic):
    for question in ("Does aspirin reduce strokes?", "What is asthma?"):
        query = clinic.understand(question)
        assert excerpts(query.text, effect_in(question), [], clinic.index, clinic.index.encoder.encode_queries, depth=3) == []


def test_coverage_is_by_rarity_and_of_pairs_in_a_row(clinic_index):
    asked = TermCoverage("warfarin dose", clinic_index)
    assert asked.of("The warfarin dose was halved.") == (1.0, 1.0)
    words, pairs = asked.of("The dose of warfarin was halved.")
    assert (words, pairs) == (1.0, 0.0)
    assert asked.of("Nothing of it.") == (0.0, 0.0)
