"""What a function gave out is given again; of what is remembered the collector goes through nothing."""

import gc
from concurrent.futures import ThreadPoolExecutor

import pytest

from ragqa.compose import fault_of
from ragqa.remembering import remembered
from ragqa.text import key_of, stem, terms, trim_quote, words
from ragqa.vocabulary import BlockKind


def test_a_text_is_made_once_until_all_are_forgotten():
    made = []

    @remembered(2)
    def length(text: str) -> int:
        made.append(text)
        return len(text)

    assert [length(text) for text in ("a", "bb", "a", "bb")] == [1, 2, 1, 2]
    assert made == ["a", "bb"]
    assert [length(text) for text in ("ccc", "a")] == [3, 1]
    assert made == ["a", "bb", "ccc", "a"]
    assert length.__name__ == "length"


def test_none_is_remembered_and_an_error_is_not():
    made = []

    @remembered(10)
    def first(text: str) -> str | None:
        made.append(text)
        return {"nothing": None}[text]

    assert first("nothing") is first("nothing") is None
    for _ in range(2):
        with pytest.raises(KeyError) as raised:
            first("unknown")
        assert raised.value.__context__ is None
    assert made == ["nothing", "unknown", "unknown"]


def test_many_threads_are_given_the_same_while_it_is_forgotten():
    doubled = remembered(3)(lambda text: text * 2)
    texts = [str(number % 7) for number in range(2_000)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(doubled, texts)) == [text * 2 for text in texts]


@pytest.mark.parametrize("kind", list(BlockKind))
def test_a_fault_is_remembered_of_the_kind_of_block_it_is_in(kind):
    text = "Aspirin and other drugs that thin the blood"
    assert fault_of(text, kind) == fault_of(text, kind)
    assert (fault_of(text, BlockKind.CAPTION), fault_of(text)) == ("a caption", "cut off at its end")


def test_the_collector_looks_at_nothing_of_what_is_remembered_of_words():
    for given in ("Metformin, 500 mg twice", "IL-6 (interleukin)", ""):
        for remembering in (terms, words, stem, key_of, trim_quote):
            remembering(given)
    from ragqa import text  # noqa: PLC0415 - what it keeps is looked at, not what it offers

    held = [text._words_of._held, text._terms_of._held]
    held += [cell.cell_contents for one in (stem, key_of, trim_quote) for cell in one.__closure__ if isinstance(cell.cell_contents, dict)]
    assert len(held) == 5
    assert not any(map(gc.is_tracked, held))
