"""How much of a question stands in a passage, computed by hand."""

import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.retrieve.nearness import CLOSE, WINDOW, Asked, Nearness, idf
from ragqa.retrieve.rerank import Features, Found, features, scored, signals
from ragqa.text import word_terms, words

EVEN = {"sepsi": 10, "lactat": 10, "fluid": 10}  # three terms of one weight


RUNS = ["sepsis", "(sepsis,", "lactate", "lactate/fluids", "sepsis,lactate", "fluids.", "of", "the", "–", "IL-6", "il6", "gain", "and;or", "1,000", "shock-free", "septic", "shock"]
TEXTS = st.lists(st.sampled_from(RUNS), max_size=40).map(" ".join)


def word_by_word(question, frequencies, passages, other, title, text):
    """Compute nearness the slow way: every word looked at in its turn; `other` is another name of "sepsis"."""
    sequence = [term for word in words(question) for term in word_terms(word)]
    asked = list(dict.fromkeys(sequence))
    weight = {term: idf(frequencies.get(term, 0), passages) for term in asked}
    mass = sum(weight.values()) or 1.0
    following = {(a, b): weight[a] + weight[b] for a, b in pairwise(sequence)}
    name = {term for word in words(other) for term in word_terms(word)}

    def read(line):
        places, pairs, last = [], set(), None
        for place, word in enumerate(words(line)):
            meant = [term for term in word_terms(word) if term in weight]
            if name == set(word_terms(word)) & name and len(name) == 1 and "sepsi" in weight:
                meant += ["sepsi"]
            meant = list(dict.fromkeys(meant))
            for term in meant:
                places.append((place, term))
                pairs |= {(last, term)} & following.keys()
                last = term
            if not meant and word_terms(word):
                last = None
        return places, pairs

    (own, pairs), (above, more) = read(text), read(title)
    held = {term for _, term in (*own, *above)}
    there = {term for line in (text, title) for word in words(line) for term in word_terms(word)}
    if len(name) > 1 and name <= there and "sepsi" in weight:
        held.add("sepsi")
    windows = [{term for at, term in own if place - WINDOW < at <= place} for place, _ in own]
    close = {
        (asked.index(min(one, two, key=asked.index)), asked.index(max(one, two, key=asked.index)))
        for (place, one), (at, two) in combinations(own, 2)
        if one != two and abs(place - at) < CLOSE
    }
    shares = (
        sum(weight[term] for term in asked if term in held) / mass,
        sum(weight[term] for term in {term for _, term in own}) / mass,
        max((sum(weight[term] for term in window) for window in windows), default=0.0) / mass,
        sum(following[pair] for pair in pairs | more) / (sum(following.values()) or 1.0),
    )
    return shares, pairs | more, following.keys(), close


def by_rarity(held, of):
    """Return for each passage the share that it holds of some things, each weighed by how few passages hold it."""
    weight = {thing: idf(sum(thing in own for own in held), len(held)) for thing in of}
    return [sum(weight[thing] for thing in own) / (sum(weight.values()) or 1.0) for own in held]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["lactate in sepsis", "sepsis lactate fluids il-6", "gain of fluids, lactate", "of the"]), st.sampled_from(["septic shock", "shock"]), st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_many_passages_at_once_are_as_near_as_word_by_word(question, other, passages):
    frequencies = {"sepsi": 10, "lactat": 20, "fluid": 5, "6": 30}
    near = Asked(question, frequencies, 100, [("sepsis", ("sepsis", other))]).near_each([(title, (), text) for title, text in passages])
    expected = [word_by_word(question, frequencies, 100, other, title, text) for title, text in passages]
    rare = by_rarity([pairs for _, pairs, _, _ in expected], expected[0][2] if expected else ())
    close = by_rarity([close for *_, close in expected], set().union(*(close for *_, close in expected)))
    for found, (shares, *_), *others in zip(near, expected, rare, close, strict=True):
        assert found == pytest.approx((*shares, *others))


def test_idf_is_that_of_lucene():
    assert idf(1, 4) == pytest.approx(math.log(1 + 3.5 / 1.5))
    assert idf(0, 0) == pytest.approx(math.log(2))


def test_a_passage_that_holds_two_of_three_terms_holds_two_thirds():
    near = Asked("sepsis lactate fluids", EVEN, 100).near("On sepsis", (), "Measure lactate early.")
    assert near.whole == pytest.approx(2 / 3)
    assert near.window == pytest.approx(1 / 3)  # the title is no part of the text


def test_pairs_are_neighbours_but_for_stop_words():
    asked = Asked("lactate in sepsis", EVEN, 100)
    assert asked.near("", (), "Lactate of the sepsis patient").pairs == pytest.approx(1.0)
    assert asked.near("", (), "Lactate falls; sepsis stays").pairs == 0.0
    assert asked.near("", (), "sepsis lactate").pairs == 0.0  # the other way round


def test_terms_far_apart_do_not_share_a_window():
    asked = Asked("lactate sepsis", EVEN, 100)
    close = "lactate " + "word " * (WINDOW - 2) + "sepsis"
    far = "lactate " + "word " * (WINDOW - 1) + "sepsis"
    assert asked.near("", (), close).window == pytest.approx(1.0)
    assert asked.near("", (), far).window == pytest.approx(0.5)


def test_headings_count_once_and_a_repeated_title_too():
    asked = Asked("lactate sepsis", EVEN, 100)
    assert asked.near("Sepsis", ("Sepsis", "Lactate"), "nothing of it").whole == pytest.approx(1.0)


def test_a_word_that_stands_for_what_is_asked_counts_in_its_place():
    asked = Asked("heart attack aspirin", {"heart": 10, "attack": 10, "aspirin": 10}, 100, [("heart attack", ("heart attack", "infarction"))])
    near = asked.near("", (), "After infarction give aspirin.")
    assert (near.whole, near.window) == (pytest.approx(1.0), pytest.approx(1.0))
    assert near.pairs == pytest.approx(0.5)  # of the pairs heart attack and attack aspirin the first; "give" breaks the second


def test_a_name_of_several_words_counts_where_all_of_them_are_in_the_passage():
    frequency = {"mi": 10, "aspirin": 10}
    asked = Asked("aspirin in MI", frequency, 100, [("MI", ("MI", "myocardial infarction"))])
    assert asked.near("On myocardial disease", (), "Aspirin after infarction.").whole == pytest.approx(1.0)
    assert asked.near("", (), "Aspirin after infarction.").whole == pytest.approx(0.5)


def test_a_part_of_what_is_asked_is_no_other_name_of_it():
    asked = Asked("sepsis lactate", EVEN, 100, [("sepsis lactate", ("lactate",))])
    assert asked.near("", (), "lactate").whole == pytest.approx(0.5)


def test_what_few_passages_hold_weighs_more_among_them():
    asked = Asked("sepsis lactate fluids", EVEN, 100)
    common, rare, none = asked.near_each([("", (), "sepsis lactate"), ("", (), "lactate fluids"), ("", (), "sepsis lactate given")])
    assert common.pairs == rare.pairs == none.pairs == pytest.approx(0.5)
    assert common.rare_pairs == none.rare_pairs < rare.rare_pairs


def test_two_terms_are_close_within_so_many_words_whatever_stands_between():
    asked = Asked("sepsis lactate", EVEN, 100)
    near, far = asked.near_each([("", (), "lactate " + "word " * (CLOSE - 2) + "sepsis"), ("", (), "lactate " + "word " * (CLOSE - 1) + "sepsis")])
    assert (near.close, far.close) == (pytest.approx(1.0), 0.0)


def test_a_question_of_stop_words_alone_is_nowhere():
    assert Asked("what is it about", {}, 100).near("It", (), "what it is about") == Nearness(0, 0, 0, 0, 0, 0)


def test_signals_of_two_rankings():
    found = signals([0.9] + [0.5] * 9, common=3)
    assert found.best_cosine == pytest.approx(0.9)
    assert found.dense_lead == pytest.approx(0.4)
    assert found.agreement == pytest.approx(0.3)
    assert signals([], common=0) == (0.0, 0.0, 0.0)


def test_features_stand_under_their_names():
    row = np.array
    found = Found(
        ["a", "b"], row([0.8, 0.6]), row([1.0, 3.0]), row([1.0, 0.0]), row([0.0, 1.0]), row([0.7, 0.3]), signals([0.8, 0.6], common=2)
    )
    near = [Asked("sepsis", {"sepsi": 1}, 9).near("", (), "sepsis")] * 2
    rows = features(found, near, [0.9, 0.4], longness=0.5)
    first, second = (Features(*values) for values in rows)
    assert (first.dense, first.lexical, first.whole, first.cosine, first.cosine_long) == pytest.approx((1.0, 0.0, 1.0, 0.8, 0.4))
    assert (first.nearest_sentence, second.nearest_sentence) == pytest.approx((0.9, 0.4))
    assert (first.agreement, second.agreement) == pytest.approx((0.2, -0.2))
    assert len(scored(rows)) == 2


def test_passages_of_the_document_that_an_arm_puts_first_have_its_lead_over_all_others():
    row = np.array
    cosines, bm25 = row([0.9, 0.8, 0.7]), row([1.0, 4.0, 3.0])  # of x, x and y
    found = Found(["x:0-9", "x:9-20", "y:0-5"], cosines, bm25, cosines, bm25, cosines, signals([0.9], common=0))
    rows = [Features(*values) for values in features(found, [Nearness(0, 0, 0, 0, 0, 0)] * 3, [0.0] * 3, longness=0.0)]
    assert [values.dense_document for values in rows] == pytest.approx([0.9 - 0.7, 0.9 - 0.7, 0.0])
    assert [values.lexical_document for values in rows] == pytest.approx([(4 - 3) / 4, (4 - 3) / 4, 0.0])


def test_the_only_document_and_two_equal_ones_lead_by_nothing():
    row = np.array
    for ids in (["x:0-9", "x:9-20"], ["x:0-9", "y:0-9"]):
        found = Found(ids, row([0.5, 0.5]), row([0.0, 0.0]), row([0.0, 0.0]), row([0.0, 0.0]), row([0.0, 0.0]), signals([0.5], common=0))
        table = features(found, [Nearness(0, 0, 0, 0, 0, 0)] * 2, [0.0] * 2, longness=0.0)
        assert [(Features(*values).dense_document, Features(*values).lexical_document) for values in table] == [(0.0, 0.0)] * 2
