"""Blood pressures of a person in a question, and of the people a sentence is on."""

import pytest

from ragqa.compose.pressures import SYSTOLIC, must_come_before, pressure_asked, pressures_in
from ragqa.compose.ranges import decided_by


@pytest.mark.parametrize(
    ("question", "systolic"),
    [
        ("BP 200/115 before alteplase", 200),
        ("PE, 80/50", 80),
        ("systolic 95 on dapagliflozin", 95),
        ("a blood pressure of 150/95 mmHg", 150),
        ("co-trimoxazole 160/800 mg", None),
        ("insulin 70/30", None),
        ("on 12/11 she fell", None),
    ],
)
def test_the_pressure_of_a_person(question, systolic):
    assert pressure_asked(question) == ({} if systolic is None else {SYSTOLIC: systolic})


@pytest.mark.parametrize(
    ("systolic", "text", "decided"),
    [
        (130, "Thrombolysis is suggested in pulmonary embolism with hypotension.", -1),
        (80, "Thrombolysis is suggested in pulmonary embolism with hypotension.", 1),
        (130, "Thrombolysis is advised against in pulmonary embolism without hypotension.", 1),
        (165, "Admission is advised at 160/110 mmHg or higher.", 1),
        (150, "Admission is advised at 160/110 mmHg or higher.", -1),
        (150, "A target below 130/80 mmHg is recommended.", 0),
        (150, "Orthostatic hypotension is looked for.", 0),
    ],
)
def test_whom_a_sentence_is_on(systolic, text, decided):
    assert decided_by({SYSTOLIC: systolic}, text) == decided


def test_a_pressure_that_must_be_reached_first():
    text = "AHA 2019 recommends lowering blood pressure below 185/110 mmHg before alteplase for stroke."
    assert must_come_before(text)
    assert [stated.holds(195) for stated in pressures_in(text)] == [False]
    assert not must_come_before("AHA 2019 recommends a pressure below 180/105 mmHg after alteplase.")
