"""Words as numbers: the same word has the same number, whatever text and whatever list of texts it stands in."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.retrieve import wordlist
from ragqa.retrieve.wordlist import WordList, word_list
from ragqa.text import word_terms, words

RUNS = ["sepsis", "(sepsis,", "IL-6", "il6", "IL‑6", "–", "α-blocker", "a/b,c", "1,000", "of", "\x07sepsis\x1f6", "müde", "\udc80x", "日本"]
BLANKS = st.sampled_from([" ", "\n", "\t", "  ", "\u00a0", "\u2003", "\r\n"])
TEXTS = st.lists(st.builds("".join, st.lists(st.one_of(st.sampled_from(RUNS), BLANKS, st.text(max_size=4)), max_size=30)), max_size=6)


def read(known, texts):
    """Return the words of each text by their numbers."""
    numbered = known.number(texts)
    assert len(numbered.starts) == len(texts) + 1
    return [numbered.words[start:end].tolist() for start, end in zip(numbered.starts, numbered.starts[1:], strict=False)]


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_numbers_stand_for_the_words_of_each_text_in_order(rounds):
    known, number_of = WordList(), {}
    for texts in rounds:
        for text, numbers in zip(texts, read(known, texts), strict=True):
            assert len(numbers) == len(words(text))
            for word, number in zip(words(text), numbers, strict=True):
                assert number_of.setdefault(word, number) == number
                assert known.terms(number) == word_terms(word)
                assert known.is_term(np.array([number]))[0] == bool(word_terms(word))
                assert all(number in known.holding(term) for term in word_terms(word))
    assert len(set(number_of.values())) == len(number_of) == known.word_count


def test_a_table_that_is_full_is_doubled(monkeypatch):
    monkeypatch.setattr(wordlist, "_SLOTS", 4)
    known, texts = WordList(), [f"word{number}" for number in range(300)]
    before = [read(known, [text])[0] for text in texts]
    assert read(known, [" ".join(texts)]) == [[number for (number,) in before]]
    assert len(known) == known.word_count == 300


def test_a_list_that_is_full_is_followed_by_a_new_one(monkeypatch):
    monkeypatch.setattr(wordlist, "_kept", WordList())
    monkeypatch.setattr(wordlist, "MOST", 3)
    first = word_list()
    first.number(["one two"])
    assert word_list() is first
    first.number(["three"])
    assert word_list() is not first
    assert first.word_count == 3  # whoever still reads with it is not disturbed


def test_many_threads_give_a_word_one_number():
    known = WordList()
    texts = [" ".join(f"w{(number * step) % 997}" for number in range(400)) for step in range(1, 33)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: read(known, [text])[0], texts))
    assert found == read(known, texts)
    assert known.word_count == len({word for text in texts for word in words(text)})
