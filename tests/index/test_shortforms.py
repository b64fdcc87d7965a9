"""Short forms that are looked up by their keys give what all of them, read at once, give."""

from __future__ import annotations

import sqlite3

from hypothesis import given, settings
from hypothesis import strategies as st

from ragqa.index.schema import STORE, TABLES, copy_in_order
from ragqa.index.shortforms import forms_of, write_keys
from ragqa.index.store import Store
from ragqa.question import Lexicon
from ragqa.types import Subject

NAMES = [
    "AF",
    "AFs",
    "af",
    "HE",
    "MI",
    "BP",
    "atrial fibrillation",
    "blood pressure",
    "back pain",
    "myocardial infarction",
    "afs",
    "hepatic encephalopathy",
    "heart attack",
]
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=12)


def stored(folder, pairs):
    folder.mkdir(exist_ok=True)
    for name in ("draft", STORE):
        (folder / name).unlink(missing_ok=True)
    draft = sqlite3.connect(folder / "draft")
    draft.executescript(TABLES)
    draft.executemany("INSERT OR IGNORE INTO abbreviations VALUES (?, ?, 1)", pairs)
    draft.commit()
    draft.close()
    copy_in_order(folder / "draft", folder / STORE)
    write_keys(folder / STORE)
    return Store(folder / STORE)


@settings(max_examples=60, deadline=None)
@given(pairs=PAIRS, asked=st.permutations(NAMES))
def test_groups_are_those_of_all_short_forms_whatever_is_asked_first(tmp_path_factory, pairs, asked):
    store = stored(tmp_path_factory.getbasetemp() / "forms", pairs)
    subjects = [Subject(condition="atrial fibrillation", synonyms=(("atrial fibrillation", "irregular heartbeat"),))]
    eager = Lexicon(subjects, store.abbreviations())
    keyed = Lexicon(subjects, {}, forms_of(store))
    assert [keyed.find(name) for name in asked] == [eager.find(name) for name in asked]
    assert keyed.find("irregular heartbeat") == eager.find("irregular heartbeat")
    assert keyed.groups() == eager.groups()
    store.close()


def test_what_means_two_things_is_not_found(tmp_path):
    store = stored(tmp_path, [("BP", "blood pressure"), ("BP", "back pain"), ("HE", "hepatic encephalopathy")])
    assert forms_of(store).all() == {"HE": "hepatic encephalopathy"}
    assert forms_of(store).sharing(["bp"]) == {}
    assert forms_of(store).sharing(["HE"]) == {"HE": "hepatic encephalopathy"}  # its letters are a stop word


def test_a_store_without_keys_has_no_forms_to_look_up(tmp_path):
    stored(tmp_path, []).close()
    with sqlite3.connect(tmp_path / STORE) as connection:
        connection.execute("DROP TABLE abbreviation_keys")
    assert forms_of(Store(tmp_path / STORE)) is None
