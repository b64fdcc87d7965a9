"""What a question asks for: to stop a thing, a thing for everybody, and which of its parts asks."""

import pytest

from ragqa.compose.asking import asking_part, asks_for_all, asks_to_stop, asks_whether, further_parts
from ragqa.types import Query
from ragqa.vocabulary import Intent


@pytest.mark.parametrize(
    ("question", "to_stop"),
    [
        ("Can I stop the ramipril?", True),
        ("Can denosumab just be stopped after 3 years?", True),
        ("told by the GP to stop it - correct?", True),
        ("Is coming off sertraline hard?", True),
        ("Does it stop progression?", False),
        ("aspirin every day to stop a heart attack?", False),
        ("vitamin D to stop them falling?", False),
        ("If we stop at a month does it hold?", False),
    ],
)
def test_what_asks_to_stop_a_treatment(question, to_stop):
    assert asks_to_stop(question) is to_stop


def test_what_asks_for_everybody():
    assert asks_for_all("Should every over-75 get cholecalciferol?")
    assert not asks_for_all("Should my gran get cholecalciferol?")


def test_to_go_on_at_a_dose_asks_for_no_dose():
    assert asks_whether(Query(text="eGFR slid to 27, carry on at the same dose?", intents=(Intent.DOSING,)))
    assert not asks_whether(Query(text="eGFR slid to 27, which dose?", intents=(Intent.DOSING,)))


@pytest.mark.parametrize(
    ("question", "asking"),
    [
        ("My statin gives me sore muscles, will CoQ10 help?", "will CoQ10 help"),
        ("Had a stent in May. Should she stop her aspirin?", "Should she stop her aspirin"),
        ("cellulitis, diabetic, prednisone", "cellulitis, diabetic, prednisone"),
    ],
)
def test_the_part_that_asks_is_told_from_what_is_told(question, asking):
    assert asking_part(question) == asking


def test_what_is_asked_after_a_first_part():
    assert further_parts("Loading dose after PCI, and how many get breathless?") == "how many get breathless"
    assert further_parts("Bleeding and bruising on apixaban?") == ""
