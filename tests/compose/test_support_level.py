"""The support level is borne out by the statements under it; the direct answer is about the people asked about."""

import pytest

from ragqa.compose.people import of_children_alone
from ragqa.compose.stance import oriented
from ragqa.compose.support import _borne_out
from ragqa.types import Query
from ragqa.vocabulary import Support

FOR = "The trial found that the drug reduced deaths compared with placebo."
AGAINST = "The 2022 guideline recommends against the drug for primary prevention."
HARM = "The drug increased major bleeding compared with placebo."
RATIO = "Death from any cause occurred in 11.6% and 13.9% (hazard ratio 0.83; 95% CI 0.71 to 0.97)."
NULL_RATIO = "Death occurred in 12.0% and 12.4% (hazard ratio 0.97; 95% CI 0.85 to 1.10)."


def level(model, question, *direct):
    return _borne_out(model, Query(text=question), direct, ())


def test_what_no_statement_speaks_against_is_not_called_unsupported():
    assert level(Support.NOT_SUPPORTED, "Does the drug reduce death?", FOR) is Support.SUPPORTED
    assert level(Support.NOT_SUPPORTED, "Does the drug reduce death?", RATIO) is Support.SUPPORTED


def test_statements_on_both_sides_are_mixed():
    assert level(Support.NOT_SUPPORTED, "Does the drug help?", FOR, AGAINST) is Support.MIXED


def test_statements_against_alone_do_not_support():
    assert level(Support.NOT_SUPPORTED, "Should I take the drug?", AGAINST) is Support.NOT_SUPPORTED
    assert level(Support.NOT_SUPPORTED, "Does the drug reduce death?", NULL_RATIO) is Support.NOT_SUPPORTED


def test_statements_that_all_speak_for_it_are_not_called_mixed():
    assert level(Support.MIXED, "Does the drug reduce death?", FOR, RATIO) is Support.SUPPORTED


def test_a_question_for_harm_is_affirmed_by_harm():
    assert level(Support.NOT_SUPPORTED, "Is the drug harmful?", HARM) is Support.SUPPORTED
    assert oriented(FOR, for_harm=True) <= 0


@pytest.mark.parametrize(("text", "stance"), [(RATIO, 1.0), (NULL_RATIO, -1.0), ("Sodium was 130 (95% CI 0.1 to 0.2).", 0.0)])
def test_a_ratio_with_its_interval_tells_the_direction(text, stance):
    assert oriented(text, for_harm=False) == stance


def test_a_child_s_dose_is_told_apart():
    assert of_children_alone("In children aged 6 to 12 years the dose is 300 micrograms.")
    assert not of_children_alone("In adults and children older than 12 years the dose is 500 micrograms.")
    assert not of_children_alone("The dose is 500 micrograms.")


METHODS = ["Four hundred adults with stroke were randomised to nimesulide or placebo in twelve hospitals."]
STUDY = [
    "Mortality at 90 days after stroke was significantly lower with nimesulide than with placebo (8% and 16%, p<0.001).",
    "Nimesulide significantly improved recovery after stroke compared with placebo (p = 0.002).",
]
NULL_STUDY = [
    "There was no significant difference in mortality after stroke between nimesulide and placebo (p = 0.45).",
    "Nimesulide did not improve recovery after stroke compared with placebo (p = 0.71).",
]


def of_studies(memory, question, kind="research", **results):
    sections = [{"Methods": METHODS, "Results": found} for found in results.values()]
    documents = [
        memory.make_document(name, "Nimesulide in stroke", held, source={"kind": kind}) for name, held in zip(results, sections, strict=True)
    ]
    answer = memory.MemoryEngine(memory.MemoryIndex(documents)).ask(question)
    assert answer.direct
    return answer.support


def test_reports_of_studies_are_judged_by_what_they_found(memory):
    assert of_studies(memory, "Does nimesulide reduce mortality after stroke?", yes=STUDY) is Support.SUPPORTED
    assert of_studies(memory, "Does nimesulide reduce mortality after stroke?", no=NULL_STUDY) is Support.NOT_SUPPORTED


def test_studies_that_disagree_are_mixed(memory):
    assert of_studies(memory, "Does nimesulide reduce mortality after stroke?", yes=STUDY, no=NULL_STUDY) is Support.MIXED
