"""What a sentence does, which way it points, and what it states of strength and certainty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.compose.roles import advises_against, certainty_of, direction_of, role_of, strength_of
from ragqa.vocabulary import Direction
from ragqa.vocabulary import StatementRole as Role

NEUTRAL = "Metformin and insulin are drugs."


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Definition", Role.DEFINITION),
        ("Epidemiology", Role.EPIDEMIOLOGY),
        ("Mechanism", Role.MECHANISM),
        ("Diagnosis", Role.DIAGNOSIS),
        ("Symptoms", Role.DIAGNOSIS),
        ("Recommendation", Role.RECOMMENDATION),
        ("Treatment", Role.RECOMMENDATION),
        ("Population", Role.POPULATION),
        ("Effect", Role.EFFECT),
        ("Results", Role.EFFECT),
        ("Dosing", Role.DOSING),
        ("Harms", Role.HARM),
        ("Side effects", Role.HARM),
        ("Adverse events", Role.HARM),
        ("Contraindications", Role.CONTRAINDICATION),
        ("Warnings and precautions", Role.CONTRAINDICATION),
        ("Monitoring", Role.MONITORING),
        ("When to refer", Role.MONITORING),
        ("Prevention", Role.PREVENTION),
        ("Prognosis", Role.PROGNOSIS),
        ("Outlook", Role.PROGNOSIS),
        ("Durability", Role.DURABILITY),
        ("Regulatory status", Role.REGULATION),
        ("Evidence gaps", Role.EVIDENCE_GAP),
        ("Limitations", Role.LIMITATION),
        ("Currency", Role.CURRENCY),
        ("Methods", Role.METHODS),
        ("Background", Role.BACKGROUND),
    ],
)
def test_the_heading_decides(heading, role):
    assert role_of(NEUTRAL, ("A title", heading)) is role
    assert role_of(NEUTRAL, ("A title", heading.upper())) is role


def test_the_innermost_heading_that_says_something_decides():
    assert role_of(NEUTRAL, ("T", "Recommendation", "Harms")) is Role.HARM
    assert role_of(NEUTRAL, ("T", "Harms", "Adults over 80")) is Role.HARM
    assert role_of(NEUTRAL, ("T", "Harms", "Summary")) is Role.HARM


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("ACP 2017 recommends acupuncture for chronic low back pain.", Role.RECOMMENDATION),
        ("Adults with gout should be offered colchicine.", Role.RECOMMENDATION),
        ("Warfarin is contraindicated in pregnancy.", Role.CONTRAINDICATION),
        ("Metformin should not be used below an eGFR of 30 mL/min.", Role.CONTRAINDICATION),
        ("Adverse events were more common with aspirin.", Role.HARM),
        ("Colchicine 0.6 mg is taken twice daily.", Role.DOSING),
        ("Pain was significantly lower with acupuncture than with usual care.", Role.EFFECT),
        ("The hazard ratio was 0.73 for stroke.", Role.EFFECT),
        ("No randomised trial has tested electroacupuncture with stem cells.", Role.EVIDENCE_GAP),
        ("The long-term effect of acupuncture remains unclear.", Role.EVIDENCE_GAP),
        ("The prevalence of asthma is 8 percent.", Role.EPIDEMIOLOGY),
        ("Cystic fibrosis is caused by mutations of CFTR.", Role.MECHANISM),
        ("Purple elephants walked by.", Role.UNSORTED),
    ],
)
@pytest.mark.parametrize("path", [(), ("Abstract",), ("Discussion",)])
def test_cue_words_decide_only_under_generic_headings(text, role, path):
    assert role_of(text, path) is role


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Acupuncture reduced pain compared with usual care.", Direction.BENEFIT),
        ("Statins prevent heart attacks.", Direction.BENEFIT),
        ("Apixaban increased survival compared with placebo.", Direction.BENEFIT),
        ("ACP 2017 recommends exercise for low back pain.", Direction.BENEFIT),
        ("Acupuncture did not reduce pain more than sham needles.", Direction.NO_DIFFERENCE),
        ("There was no significant difference in mortality.", Direction.NO_DIFFERENCE),
        ("Mortality was similar in both groups.", Direction.NO_DIFFERENCE),
        ("Aspirin failed to prevent dementia.", Direction.NO_DIFFERENCE),
        ("Apixaban was noninferior to warfarin.", Direction.NO_DIFFERENCE),
        ("Vitamin D had no effect on fractures.", Direction.NO_DIFFERENCE),
        ("Aspirin increased the risk of bleeding.", Direction.HARM),
        ("Mortality was higher with hydroxyethyl starch: it raised mortality by 3 percent.", Direction.HARM),
        ("USPSTF 2022 recommends against starting aspirin over 60 years.", Direction.HARM),
        ("Tolvaptan should not be given with hypertonic saline.", Direction.HARM),
        ("Steroids worsened survival in head injury.", Direction.HARM),
        ("Metformin is a biguanide.", Direction.UNSTATED),
        ("The trial enrolled 120 adults.", Direction.UNSTATED),
    ],
)
def test_direction_by_the_sentences_own_words(text, direction):
    assert direction_of(text) is direction


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("ACP recommends exercise (strong recommendation, low-quality evidence).", "strong recommendation"),
        ("ACP suggests heat (weak recommendation, low-quality evidence).", "weak recommendation"),
        ("It is advised (conditional recommendation).", "conditional recommendation"),
        ("Aspirin is given (Class I, LOE A).", "Class I"),
        ("Aspirin may be given (Class IIb, LOE B-R).", "Class IIb"),
        ("Colchicine is advised (Grade B).", "Grade B"),
        ("Colchicine is advised (GRADE 1A).", "GRADE 1A"),
        ("Aspirin lowers risk (COR 2a).", "COR 2a"),
        ("A strong odour was noted.", None),
        ("Weak patients fell more often.", None),
        ("Metformin lowers glucose.", None),
        ("Adults with NYHA class III heart failure should receive dapagliflozin.", None),
        ("Children with grade B graft-versus-host disease responded.", None),
        ("Pain was moderate for three days.", None),
    ],
)
def test_strength_is_carried_as_stated(text, strength):
    assert strength_of(text) == strength


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("ACP recommends exercise (strong recommendation, moderate-quality evidence).", "moderate-quality evidence"),
        ("Pain fell by 9 points (low-certainty evidence).", "low-certainty evidence"),
        ("Pain fell by 9 points (very low certainty).", "very low certainty"),
        ("Pain fell by 9 points (high quality of evidence).", "high quality of evidence"),
        ("Aspirin is given (Class I, LOE A).", "LOE A"),
        ("Aspirin is given (Class I, LOE: B-NR).", "LOE: B-NR"),
        ("Aspirin is given (Class I, Level of Evidence C).", "Level of Evidence C"),
        ("A low dose is enough.", None),
        ("Moderate pain was common.", None),
        ("A randomised trial found a benefit.", None),  # never inferred from the design
    ],
)
def test_certainty_is_carried_as_stated_and_never_inferred(text, certainty):
    assert certainty_of(text) == certainty


@given(st.text(max_size=150), st.lists(st.text(max_size=20), max_size=3))
def test_any_sentence_has_a_role_and_what_it_states_stands_in_it(text, path):
    assert role_of(text, tuple(path)) in Role
    assert direction_of(text) in Direction
    assert (strength_of(text) or "") in text
    assert (certainty_of(text) or "") in text


@pytest.mark.parametrize(
    ("text", "against"),
    [
        ("NICE NG59 recommends against acupuncture for low back pain.", True),
        ("OARSI 2019 does not recommend hyaluronic acid injection for hip osteoarthritis.", True),
        ("The 2012 guideline recommended stopping metformin when serum creatinine is above 1.5 mg/dL.", True),
        ("NAMS 2022 states that a progestogen is not required with low-dose vaginal estrogen.", False),
        ("ACP 2017 names acupuncture as an initial treatment for chronic low back pain.", False),
    ],
)
def test_advice_against_is_told_from_other_denials(text, against):
    assert advises_against(text) is against


def test_whom_a_trial_took_and_what_all_in_it_were_given_is_no_advice():
    assert role_of("ASPREE did not enrol people who were taking aspirin.", ("Contraindications",)) is Role.POPULATION
    assert role_of("In the REDUCE trial, all patients with COPD exacerbation received antibiotics for 7 days.", ("Dosing",)) is Role.METHODS
    assert role_of("Children received 40 mg once daily.", ("Dosing",)) is Role.DOSING
