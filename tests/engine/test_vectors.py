"""A text of a question is encoded once, whoever needs it first, and ahead of its use where a core is free."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ragqa.encode import HashingEncoder
from ragqa.engine.vectors import REMEMBERED, QuestionVectors
from ragqa.errors import EncoderError

WAIT = 10.0  # seconds until a test gives up


class Watched:
    """Encodes, and remembers which thread did; a text in `held` is held up until it is let go."""

    def __init__(self, *held):
        self.by = {}
        self.times = Counter()
        self.begun = {text: threading.Event() for text in held}
        self.go = {text: threading.Event() for text in held}

    def __call__(self, texts):
        (text,) = texts
        self.times[text] += 1
        self.by[text] = threading.current_thread().name
        if text in self.go:
            self.begun[text].set()
            assert self.go[text].wait(WAIT)
        return HashingEncoder("hashing-64").encode_queries(texts)


def test_the_vector_is_that_of_the_encoder_and_nobody_may_change_it():
    vectors = QuestionVectors(Watched(), ahead=False)
    assert vectors("gout").tolist() == HashingEncoder("hashing-64").encode_queries(["gout"])[0].tolist()
    with pytest.raises(ValueError, match="read-only"):
        vectors("gout")[0] = 1.0


def test_what_is_announced_is_encoded_beside_and_never_twice():
    encode = Watched("gout")
    vectors = QuestionVectors(encode, ahead=True)
    vectors.announce("gout")
    assert encode.begun["gout"].wait(WAIT)
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(vectors, "gout")
        assert not waiting.done()
        encode.go["gout"].set()
        assert waiting.result(WAIT).shape == (64,)
    assert encode.times == {"gout": 1}
    assert encode.by["gout"].startswith("ragqa-ahead")


def test_texts_are_prepared_from_both_ends():
    encode = Watched("first")
    vectors = QuestionVectors(encode, ahead=True)
    vectors.announce("first")
    assert encode.begun["first"].wait(WAIT)
    vectors.prepare(["first", "second", "third"])  # comes back though the first is still being made
    encode.go["first"].set()
    mine = threading.current_thread().name
    assert vectors("first") is vectors("first")
    assert (encode.by["second"], encode.by["third"]) == (mine, mine)
    assert set(encode.times.values()) == {1}


def test_without_a_free_core_nothing_is_encoded_before_it_is_needed():
    encode = Watched()
    vectors = QuestionVectors(encode, ahead=False)
    vectors.announce("gout")
    vectors.prepare(["gout", "knee"])
    assert not encode.times
    vectors("gout")
    assert encode.times == {"gout": 1}


def test_a_fault_is_told_to_whoever_needs_the_vector():
    def fails(texts):
        raise EncoderError("the model is gone")

    vectors = QuestionVectors(fails, ahead=True)
    vectors.announce("gout")
    with pytest.raises(EncoderError, match="the model is gone"):
        vectors("gout")


def test_the_last_ones_used_are_remembered_and_all_can_be_forgotten():
    encode = Watched()
    vectors = QuestionVectors(encode, ahead=False)
    for number in range(REMEMBERED):
        vectors(f"text {number}")
    vectors("text 0")  # used again, so that the second is now the oldest
    vectors("one more")
    vectors("text 0")
    vectors("text 1")
    assert (encode.times["text 0"], encode.times["text 1"]) == (1, 2)
    vectors.forget()
    assert np.array_equal(vectors("text 0"), vectors("text 0"))
    assert encode.times["text 0"] == 2
