"""SparseBM25 gives the scores of rank_bm25.BM25Okapi."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from ragqa.index.bm25 import finalise, map_postings, open_bm25
from ragqa.index.manifest import Idf
from ragqa.index.okapi import SparseBM25
from ragqa.index.postings import PostingsBuilder, gather, run_of, spill
from ragqa.protocols import Instead

word = st.sampled_from(["pain", "knee", "stroke", "α", "the", "dose", "risk", "cell", "stem", "x1"])
passage = st.lists(word, min_size=1, max_size=12)
corpora = st.lists(passage, min_size=1, max_size=25)
queries = st.lists(st.one_of(word, st.just("unknown")), max_size=6)


@settings(max_examples=150, deadline=None)
@given(corpora, queries, st.floats(0.1, 3), st.floats(0, 1), st.floats(0, 1))
def test_scores_are_those_of_the_parent(corpus, query, k1, b, epsilon):
    parent = BM25Okapi(corpus, k1=k1, b=b, epsilon=epsilon)
    ours = SparseBM25(corpus, k1=k1, b=b, epsilon=epsilon)
    expected = parent.get_scores(query)
    np.testing.assert_allclose(ours.get_scores(query), expected, atol=1e-5, rtol=1e-5)
    rows = list(range(0, len(corpus), 2))
    np.testing.assert_allclose(ours.get_batch_scores(query, rows), expected[rows], atol=1e-5, rtol=1e-5)


weighted = st.dictionaries(st.one_of(word, st.just("unknown")), st.sampled_from([0.25, 0.5, 1.0]), min_size=1, max_size=3)


@settings(max_examples=100, deadline=None)
@given(corpora, weighted, st.lists(st.tuples(weighted, st.lists(weighted, min_size=1, max_size=3)), max_size=2), st.sampled_from(list(Idf)))
def test_a_passage_gains_what_its_best_name_has_over_the_words(corpus, query, things, idf):
    model = SparseBM25(corpus, idf=idf)
    instead = [Instead(words, names) for words, names in things]
    expected = model.get_scores(query).astype(np.float64)
    for words, names in things:
        whole = [[name.keys() <= set(passage) for passage in corpus] for name in names]
        best = np.maximum.reduce([np.where(held, model.get_scores(name), 0) for held, name in zip(whole, names, strict=True)]).clip(min=0)
        expected += (best - model.get_scores(words).clip(min=0)).clip(min=0)
    scores = model.get_scores(query, instead)
    np.testing.assert_allclose(scores, expected, atol=1e-5)
    assert model.get_batch_scores(query, range(len(corpus)), instead) == scores.tolist()


def test_a_name_of_several_words_counts_where_all_of_them_are():
    model = SparseBM25([["heart", "attack"], ["myocardial", "infarction"], ["infarction", "x"], ["y"], ["z"]], b=0.0, idf=Idf.LUCENE)
    scores = model.get_scores({"heart": 1.0, "attack": 1.0}, [Instead({"heart": 1.0, "attack": 1.0}, [{"myocardial": 0.5, "infarction": 0.5}])])
    assert scores[1] == pytest.approx(0.5 * float(model.get_scores({"myocardial": 1.0, "infarction": 1.0})[1]))
    assert scores[2:].tolist() == [0, 0, 0]


def test_two_names_of_one_thing_in_one_passage_count_once():
    model = SparseBM25([["stroke", "x"], ["apoplexy", "x"], ["apoplexy", "insult", "x"], ["y"], ["y"]], b=0.0, idf=Idf.LUCENE)
    both = [Instead({"stroke": 1.0}, [{"apoplexy": 0.8}, {"insult": 0.8}])]
    asked, one, two = model.get_scores({"stroke": 1.0}, both)[:3].tolist()
    assert two == pytest.approx(0.8 * float(model.get_scores({"insult": 1.0})[2]))  # the rarer name is the better one
    assert one == pytest.approx(0.8 * float(model.get_scores({"apoplexy": 1.0})[1]))
    assert asked == float(model.get_scores({"stroke": 1.0})[0])


@settings(max_examples=50, deadline=None)
@given(corpora, queries, st.integers(1, 8))
def test_best_is_the_head_of_the_sorted_scores(corpus, query, depth):
    model = SparseBM25(corpus)
    scores = model.get_scores(query)
    order = sorted((row for row in range(len(corpus)) if scores[row] > 0), key=lambda row: (-scores[row], row))
    rows, found = model.best(query, depth)
    assert rows.tolist() == order[:depth]
    assert found.tolist() == [scores[row] for row in order[:depth]]


def test_weights_multiply_and_a_mapping_equals_a_list():
    model = SparseBM25([["pain", "knee"], ["pain"], ["dose"], ["risk"], ["cell"]])
    np.testing.assert_allclose(model.get_scores({"knee": 2.0}), model.get_scores(["knee", "knee"]), rtol=1e-6)
    np.testing.assert_allclose(model.get_scores({"knee": 0.5}), model.get_scores(["knee"]) / 2, rtol=1e-6)


def test_lucene_idf_by_hand():
    model = SparseBM25([["a", "b"], ["b", "b"]], k1=1.0, b=0.0, idf=Idf.LUCENE)
    idf = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    assert model.get_scores(["a"])[0] == pytest.approx(idf * 1 * 2 / (1 + 1), rel=1e-6)
    assert model.get_scores(["b"])[1] == pytest.approx(math.log(1 + 0.5 / 2.5) * 2 * 2 / (2 + 1), rel=1e-6)


@settings(max_examples=30, deadline=None)
@given(corpora, queries)
def test_save_and_open(tmp_path_factory, corpus, query):
    folder = tmp_path_factory.mktemp("bm25")
    model = SparseBM25(corpus, k1=1.2, b=0.75, idf=Idf.LUCENE)
    model.save(folder)
    opened = open_bm25(folder)
    assert opened.get_scores(query).tolist() == model.get_scores(query).tolist()
    before = (folder / "impacts").read_bytes()
    finalise(folder, k1=1.2, b=0.75, idf=Idf.LUCENE)
    assert (folder / "impacts").read_bytes() == before


@settings(max_examples=40, deadline=None)
@given(corpora | st.just([]), corpora, st.integers(1, 7), st.booleans(), st.data())
def test_runs_merged_in_blocks_and_carried_over_equal_one_run(tmp_path_factory, old, new, block, crossed, data):
    folder = tmp_path_factory.mktemp("runs")
    keep = data.draw(st.lists(st.booleans(), min_size=len(old), max_size=len(old)))
    kept = [terms for terms, stays in zip(old, keep, strict=True) if stays]
    new_rows = np.array([sum(keep[:row]) if keep[row] else -1 for row in range(len(old))], dtype=np.int64)
    builder = PostingsBuilder(len(kept) + len(new), block=block)
    if old:
        builder.carry(gather(*run_of(old)), new_rows)
    parts = [folder / "one", folder / "other"]
    places = [*range(0, len(new), 2), *range(1, len(new), 2)] if crossed else list(range(len(new)))
    for number, start in enumerate(range(0, len(new), 3)):
        own = sorted(places[start : start + 3])
        parts[number % 2].mkdir(exist_ok=True)
        spill(parts[number % 2], [len(kept) + place for place in own], *run_of([new[place] for place in own]))
    builder.take(parts)
    builder.merge(folder)
    for found, expected in zip(map_postings(folder), gather(*run_of(kept + new)), strict=True):
        assert found.tolist() == expected.tolist()


def test_no_passages_at_all():
    model = SparseBM25([])
    assert model.best(["pain"], 5)[0].tolist() == []
    assert model.frequencies_of(["pain"]) == [0]
