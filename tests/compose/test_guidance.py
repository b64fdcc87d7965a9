"""Where a recommendation stands in the order of care, by its own words."""

import pytest

from ragqa.compose.guidance import stage_of
from ragqa.vocabulary import StepStage as Stage


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("ACR 2020 recommends testing for HLA-B*5801 before allopurinol in patients of Southeast Asian descent.", Stage.ASSESS),
        ("AHA/ACC 2018 recommends measuring lipids 4 to 12 weeks after starting a statin.", Stage.ASSESS),
        ("AAP 2013 recommends amoxicillin as first-line treatment of acute otitis media.", Stage.FIRST_LINE),
        ("IDSA 2021 gives fidaxomicin as the preferred drug for C. difficile infection.", Stage.FIRST_LINE),
        ("NICE NG59 suggests spinal decompression for sciatica when non-surgical treatment has not improved pain.", Stage.ALTERNATIVES),
        ("NICE NG136 recommends adding a calcium channel blocker in hypertension.", Stage.ALTERNATIVES),
        ("NICE NG136 recommends an annual review of care to monitor blood pressure.", Stage.MONITOR),
        ("ACC/AHA 2017 does not recommend beta-blockers as first-line drugs for hypertension.", Stage.REFER_OR_AVOID),
        ("US MEC 2024 rates combined hormonal contraceptives category 4 for people with migraine with aura.", Stage.REFER_OR_AVOID),
        ("ACR 2020 conditionally recommends continuing urate-lowering therapy for gout indefinitely.", Stage.ADVISED),
        ("NICE NG133 recommends a target blood pressure of 135/85 mmHg in pregnancy.", Stage.ADVISED),
    ],
)
def test_a_step_is_labelled_by_its_own_words(text, stage):
    assert stage_of(text) is stage
