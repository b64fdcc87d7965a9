"""Query in, fused Hits out, over an index in memory or one that says what it is told."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.protocols import Fields, Scored
from ragqa.retrieve import Probe, names_instead, retrieve, weighted_terms
from ragqa.retrieve.names import NAME_WEIGHT
from ragqa.types import Filters
from ragqa.vocabulary import SourceKind


class Told:
    """An index with given scores: dense and lexical by passage id; it notes what it was asked."""

    def __init__(self, dense, lexical):
        self.dense, self.lexical = dense, lexical
        self.asked = []

    def _best(self, scores, depth):
        return [Scored(i, s) for i, s in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:depth]]

    def search_dense(self, vector, *, depth, filters):
        self.asked.append(("dense", depth, filters, vector))
        return self._best(self.dense, depth)

    def search_lexical(self, terms, *, depth, filters, instead):
        self.asked.append(("lexical", depth, filters, terms))
        return self._best({i: s for i, s in self.lexical.items() if s > 0}, depth)

    def score_dense(self, vector, passage_ids):
        return np.array([self.dense.get(i, 0.0) for i in passage_ids], dtype=np.float32)

    def score_lexical(self, terms, passage_ids, *, instead):
        return np.array([self.lexical.get(i, 0.0) for i in passage_ids], dtype=np.float32)

    def vectors(self, passage_ids):
        return np.array([[0.0, 1.0]] * len(passage_ids), dtype=np.float32)


PROBE = Probe(np.array([1.0, 0.0], dtype=np.float32), {"gout": 1.0})


def found(index, *, depth=10, dense_weight=0.5, feedback=False, filters=Filters(), probe=PROBE):
    return retrieve(probe, index, depth=depth, dense_weight=dense_weight, feedback=feedback, filters=filters)


def test_fusion_by_hand():
    # dense a .8, b .6, c .4 -> 1, .5, 0; lexical a 1, b 5, c 3 -> 0, 1, .5; halves: a .5, b .75, c .25
    hits = found(Told({"a": 0.8, "b": 0.6, "c": 0.4}, {"a": 1.0, "b": 5.0, "c": 3.0}))
    assert [(hit.passage_id, hit.rank) for hit in hits] == [("b", 1), ("a", 2), ("c", 3)]
    assert [hit.score for hit in hits] == pytest.approx([0.75, 0.5, 0.25])
    assert hits[0].arms.dense == pytest.approx(0.6)
    assert hits[0].arms.lexical == pytest.approx(5.0)


def test_what_one_arm_alone_finds_is_scored_in_the_other():
    index = Told({"a": 0.9, "b": 0.8, "c": 0.1}, {"c": 9.0})
    hits = {hit.passage_id: hit for hit in found(index, depth=2)}
    assert set(hits) <= {"a", "b", "c"}
    assert len(hits) == 2
    assert hits["a"].arms.lexical is None
    assert hits["c"].arms.dense == pytest.approx(0.1)


def test_a_judge_orders_the_first_and_places_keep_their_scores():
    class Worded(Told):
        def fields(self, passage_ids):
            return [Fields("Gout", ("Gout", "Doses"), f"text of {name}") for name in passage_ids]

    asked = []

    def judge(pairs):
        asked.extend(pairs)
        return [{"a": 0.9, "b": 0.1, "c": 0.9}[text[-1]] for _, text in pairs]

    index = Worded({"a": 0.8, "b": 0.6, "c": 0.4}, {"a": 1.0, "b": 5.0, "c": 3.0})
    plain = found(index)
    hits = retrieve(PROBE._replace(text="gout?"), index, depth=10, dense_weight=0.5, feedback=False, judge=judge)
    assert [hit.passage_id for hit in hits] == ["a", "c", "b"]  # equal scores by id
    assert [hit.score for hit in hits] == [hit.score for hit in plain]
    assert hits[2].arms == plain[0].arms
    assert asked == [("gout?", f"Gout\nDoses\ntext of {name}") for name in ("b", "a", "c")]


def test_ties_go_by_passage_id():
    index = Told(dict.fromkeys(["d", "b", "a", "c"], 0.5), dict.fromkeys(["c", "a", "d", "b"], 2.0))
    hits = found(index)
    assert [hit.passage_id for hit in hits] == ["a", "b", "c", "d"]
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]
    assert [hit.passage_id for hit in found(index, depth=2)] == ["a", "b"]


@pytest.mark.parametrize("feedback", [False, True])
def test_filters_and_depth_are_passed_on_to_both_arms_each_time(feedback):
    index = Told({c: i / 10 for i, c in enumerate("abcdef")}, {c: 1.0 + i for i, c in enumerate("fedcba")})
    filters = Filters(kinds=(SourceKind.GUIDELINE,), since=2020)
    found(index, depth=5, feedback=feedback, filters=filters)
    assert {arm for arm, *_ in index.asked} == {"dense", "lexical"}
    assert all(asked[1:3] == (5, filters) for asked in index.asked)
    assert len(index.asked) == (4 if feedback else 2)


def test_feedback_searches_again_with_a_moved_vector_of_unit_length():
    index = Told({c: i / 10 for i, c in enumerate("abcdef")}, {})
    found(index, feedback=True)
    first, second = (asked[3] for asked in index.asked if asked[0] == "dense")
    assert np.linalg.norm(second) == pytest.approx(1)
    assert second[1] > first[1]  # the finds all lie on the second axis


def test_nothing_found_is_no_hit():
    assert found(Told({}, {}), feedback=True) == []


def test_weighted_terms_counts_words():
    assert weighted_terms("gout, gout and pain") == {"gout": 2.0, "pain": 1.0}
    assert weighted_terms("") == {}


class Frequent:
    """An index of 99 passages that knows in how many of them terms stand, and nothing else."""

    passage_count = 99

    def document_frequency(self, terms):
        return [{"gout": 9, "podagra": 9, "acut": 9}.get(term, 0) for term in terms]


def test_a_name_stands_for_the_words_asked_for_and_weighs_no_more_than_they_do():
    asked = weighted_terms("gout and pain")
    (one,) = names_instead(asked, [("gout", ("gout", "podagra", "acute podagra"))], Frequent())
    assert one.words == {"gout": 1.0}
    # three terms of one idf: "podagra" weighs as much as "gout", each word of "acute podagra" half as much
    assert one.names == (pytest.approx({"acut": NAME_WEIGHT / 2, "podagra": NAME_WEIGHT / 2}), {"podagra": NAME_WEIGHT})


def test_what_has_no_other_name_or_is_not_among_the_words_has_nothing_instead():
    asked = weighted_terms("gout and pain")
    assert names_instead(asked, [("gout", ("gout", "pain of gout")), ("asthma", ("asthma", "wheeze"))], Frequent()) == ()


# --- over the index in memory -------------------------------------------------------------------------------------


def test_the_passage_that_says_it_comes_first(clinic, clinic_index):
    query = clinic.understand("colchicine dose for acute gout")
    (first, *_) = clinic.hits(query)
    assert clinic_index.passages([first.passage_id])[0].document_id == "old-2009-gout"


@pytest.mark.parametrize(
    ("filters", "allowed"),
    [
        (Filters(kinds=(SourceKind.GUIDELINE,)), lambda d: d.source.kind is SourceKind.GUIDELINE),
        (Filters(since=2020), lambda d: d.source.year >= 2020),
        (Filters(until=2012), lambda d: d.source.year <= 2012),
        (Filters(since=2012, until=2017), lambda d: 2012 <= d.source.year <= 2017),
        (Filters(documents=("warfarin-2020",)), lambda d: d.id == "warfarin-2020"),
        (Filters(), lambda d: True),
    ],
)
def test_nothing_that_a_filter_shuts_out_is_found_and_nothing_retracted(clinic, clinic_index, filters, allowed):
    query = clinic.understand("Does metformin or acupuncture help?", filters=filters)
    hits = clinic.hits(query, depth=1000)
    documents = [clinic_index.document(p.document_id) for p in clinic_index.passages([h.passage_id for h in hits])]
    assert documents
    assert all(allowed(d) and not d.source.retracted for d in documents)


def test_an_unstated_language_passes_no_filter_on_it(clinic):
    assert clinic.hits(clinic.understand("metformin", filters=Filters(language="en"))) == []


@given(st.lists(st.sampled_from(["metformin", "gout", "pain", "acupuncture", "dose", "zzz", "2"]), max_size=6), st.integers(1, 60), st.floats(0, 1), st.booleans())
def test_hits_are_ranked_from_one_by_score_then_id_without_twins(clinic, words, depth, weight, feedback):
    index = clinic.index
    text = " ".join(words)
    probe = Probe(index.encoder.encode_queries([text])[0], weighted_terms(text))
    hits = retrieve(probe, index, depth=depth, dense_weight=weight, feedback=feedback)
    assert len(hits) <= depth
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))
    assert len({hit.passage_id for hit in hits}) == len(hits)
    assert retrieve(probe, index, depth=depth, dense_weight=weight, feedback=feedback) == hits


# --- the index in memory itself -----------------------------------------------------------------------------------


def test_bm25_of_the_index_in_memory_by_hand(memory):
    documents = [memory.make_document("a", "T", {"H": ["gout gout pain"]}), memory.make_document("b", "T", {"H": ["pain"]})]
    index = memory.MemoryIndex(documents)
    # a passage is encoded as "title. headings. text": T › H adds t, h to each (t is a stop word), twice for the path
    (a, b) = [p.id for d in documents for p in index.passages_of(d.id)]
    lengths = {pid: sum(index._terms[pid].values()) for pid in (a, b)}
    mean = sum(lengths.values()) / 2
    idf = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    expected = idf * 2 * 2.2 / (2 + 1.2 * (1 - 0.75 + 0.75 * lengths[a] / mean))
    assert index.score_lexical({"gout": 1.0}, [a, b]) == pytest.approx([expected, 0.0])
    assert index.document_frequency(["gout", "pain", "none"]) == [1, 2, 0]


def test_passages_of_the_index_in_memory_are_their_documents_text(clinic_index):
    for card in clinic_index.cards():
        document = clinic_index.document(card.document_id)
        for passage in clinic_index.passages_of(card.document_id):
            assert passage.span.of(document.text) == passage.text
            assert clinic_index.sentence_vectors([passage.id])[0].shape == (len(passage.sentences), 256)
