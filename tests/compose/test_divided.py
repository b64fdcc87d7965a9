"""Sources set against each other, and the first numbers of each."""

from types import SimpleNamespace

import pytest

from ragqa.compose.divided import _numbers_differ, _sources_compared
from ragqa.types import Concept, Facets, Query
from ragqa.vocabulary import Intent, StatementRole


def told(document, text, role=StatementRole.RECOMMENDATION):
    card = SimpleNamespace(document_id=document)
    return SimpleNamespace(role=role, candidate=SimpleNamespace(card=card, text=text))


def test_two_sources_that_give_other_numbers_differ():
    nice = told("nice", "NICE 2019 recommends a target below 150/90 mmHg in adults aged 80 years and over.")
    acc = told("acc", "ACC/AHA 2017 recommends a systolic target below 130 mmHg in adults.")
    assert _numbers_differ([nice, acc])
    assert not _numbers_differ([nice, told("esc", "ESC 2018 recommends a target below 150/90 mmHg.")])
    assert not _numbers_differ([nice, told("nice", "NICE 2019 recommends a target below 140/90 mmHg.")])
    assert not _numbers_differ([nice, told("acc", "A target of 130 mmHg was tested.", StatementRole.METHODS)])


@pytest.mark.parametrize(("question", "intents", "compared"), [("NICE vs ACC?", (Intent.COMPARISON,), True), ("Do they disagree?", (Intent.GENERAL,), True), ("NICE target?", (Intent.GENERAL,), False)])
def test_what_sets_sources_against_each_other(question, intents, compared):
    assert _sources_compared(Query(text=question, intents=intents)) is compared


def test_two_drugs_are_no_sources():
    facets = Facets(interventions=(Concept(text="apixaban", names=("apixaban",)),))
    assert not _sources_compared(Query(text="apixaban vs warfarin", intents=(Intent.COMPARISON,), facets=facets))
