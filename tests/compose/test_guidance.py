"""Where a recommendation stands in the order of care, by its own words."""

import pytest

from ragqa.compose.choose import Chosen
from ragqa.compose.evidence import Candidate, Evidence
from ragqa.compose.guidance import _is_led_by, pitfalls, stage_of
from ragqa.compose.topic import Topics
from ragqa.types import Concept, Facets, Query, Span
from ragqa.vocabulary import StatementRole as Role
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
        ("The United States 2013 expert panel advises 100 mL 3% saline over 10 minutes, repeated up to three times as needed.", Stage.FIRST_LINE),
        ("WHO 1999 advises against electroacupuncture in a person with a cardiac pacemaker.", Stage.REFER_OR_AVOID),
        ("NICE NG136 recommends an annual review of care to monitor blood pressure.", Stage.MONITOR),
        ("ACC/AHA 2017 does not recommend beta-blockers as first-line drugs for hypertension.", Stage.REFER_OR_AVOID),
        ("US MEC 2024 rates combined hormonal contraceptives category 4 for people with migraine with aura.", Stage.REFER_OR_AVOID),
        ("ACR 2020 conditionally recommends continuing urate-lowering therapy for gout indefinitely.", Stage.ADVISED),
        ("NICE NG133 recommends a target blood pressure of 135/85 mmHg in pregnancy.", Stage.ADVISED),
        # For whom it is refuses nothing; what it says of them may.
        ("AHS 2021 advises considering migraine prevention when acute treatments are contraindicated, have failed or are overused.", Stage.ADVISED),
        ("ESC 2023 recommends adding ezetimibe when the LDL cholesterol goal is not reached after 4 to 6 weeks.", Stage.ALTERNATIVES),
        ("KDIGO 2024 recommends a statin in adults who are not on chronic dialysis.", Stage.ADVISED),
        ("NICE NG143 recommends an antibiotic active against listeria for babies under 3 months.", Stage.ADVISED),
        ("US MEC 2024 states that valproate should not be used when pregnancy is planned.", Stage.REFER_OR_AVOID),
        ("UKKA 2023 advises that calcium resonium should no longer be used routinely.", Stage.REFER_OR_AVOID),
        ("ADA 2024 advises periodic testing of vitamin B12 on metformin.", Stage.MONITOR),
    ],
)
def test_a_step_is_labelled_by_its_own_words(text, stage):
    assert stage_of(text) is stage


def chosen(text, role, covered=(0,)):
    evidence = Evidence(document_id="d", passage_id="d:0", span=Span(start=0, end=len(text)), text=text, heading_path=("T",), role=role, relevance=0.0)
    return Chosen(Candidate(evidence, None, frozenset(covered), frozenset(covered), 0.0, None), 0)


TOPICS = Topics(Query(text="q", facets=Facets(interventions=(Concept(text="zetamab", names=("zetamab",)),))), lambda terms: [1] * len(terms), 9)


@pytest.mark.parametrize(
    ("text", "role", "covered", "warns"),
    [
        ("Zetamab is contraindicated in pregnancy.", Role.CONTRAINDICATION, (0,), True),
        ("Zetamab can be used in stable liver disease.", Role.CONTRAINDICATION, (0,), False),
        ("Zetamab can cause fatal bleeding.", Role.HARM, (0,), True),
        ("Serious harm was as frequent with zetamab as with placebo.", Role.HARM, (0,), False),
        ("Another drug can cause fatal bleeding.", Role.HARM, (), False),
        ("The guideline recommends zetamab in severe disease.", Role.RECOMMENDATION, (0,), False),
        ("The guideline recommends zetamab when steroids are contraindicated.", Role.RECOMMENDATION, (0,), False),
        ("The guideline recommends against zetamab in children.", Role.RECOMMENDATION, (0,), True),
    ],
)
def test_a_pitfall_warns_of_what_was_asked_about(text, role, covered, warns):
    assert bool(pitfalls(TOPICS, [chosen(text, role, covered)], [])) is warns


def test_a_row_of_the_table_holds_what_is_said_of_its_own_drug():
    """Of "rifaximin with lactulose" the trial is one of rifaximin."""
    concepts = tuple(Concept(text=name, names=(name,)) for name in ("lactulose", "rifaximin"))
    topics = Topics(Query(text="lactulose or rifaximin", facets=Facets(interventions=concepts)), lambda terms: [1] * len(terms), 9)
    text = "Rifaximin with lactulose halved encephalopathy."
    assert [_is_led_by(topics, place, text) for place in (0, 1)] == [False, True]
    assert [_is_led_by(topics, place, "Neither is named here.") for place in (0, 1)] == [True, True]
