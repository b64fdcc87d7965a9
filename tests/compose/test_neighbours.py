"""A neighbour of what is asked about is no answer: what names nothing of the question is shown only where it is very likely meant."""

import pytest

from ragqa.compose.topic import Topics
from ragqa.types import Concept, Facets, Query, statements_of
from ragqa.vocabulary import Support

PAGES = {
    "alstrom": ("Alstrand syndrome type 2", "The signs of Alstrand syndrome type 2 are loss of sight and hearing in childhood.", "Alstrand syndrome type 2 is treated with hearing aids and vitamin D."),
    "berova": ("Berova disease", "The signs of Berova disease are tremor and weakness of the legs.", "Berova disease is treated with exercise and levodopa."),
    "corvin": ("Corvin syndrome", "The signs and symptoms of Corvin syndrome often appear in early childhood.", "Corvin syndrome is treated by a surgeon; Dellamy fever was ruled out in all of them."),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(engine_over):
    return engine_over({
        name: f"---\nid: {name}\ntitle: {title}\nkind: narrative\nyear: 2021\n---\n\n# {title}\n\n## Signs\n{signs}\n\n## Treatment\n{treatment}\n"
        for name, (title, signs, treatment) in PAGES.items()
    })


def test_what_is_held_is_answered(engine):
    answer = engine.ask("What are the signs of Berova disease?")
    assert "tremor" in answer.direct[0].text
    assert {reference.document_id for reference in answer.references} == {"berova"}


@pytest.mark.parametrize("question", ["What are the signs of Dellamy fever?", "How is Dellamy fever treated?"])
def test_a_disease_that_a_page_names_in_passing_is_not_answered_with_that_page(engine, question):
    answer = engine.ask(question)
    assert all("Dellamy" in statement.text for statement in statements_of(answer))


def test_another_type_does_not_answer_for_the_one_asked_about(engine):
    answer = engine.ask("How is Alstrand syndrome type 7 treated?")
    assert answer.support is Support.INSUFFICIENT
    assert any("type 7" in gap.aspect for gap in answer.gaps)
    assert answer.abstained
    held = engine.ask("How is Alstrand syndrome type 2 treated?")
    assert held.support is not Support.INSUFFICIENT
    assert "hearing aids" in held.direct[0].text


def test_what_was_not_asked_for_must_come_nearer(engine):
    signs = engine.ask("What are the signs of Berova disease?")
    treated = engine.ask("How is Berova disease treated?")
    assert "tremor" in signs.direct[0].text
    assert "levodopa" in treated.direct[0].text


@pytest.mark.parametrize(("text", "covered"), [("A stool FIT is offered every year.", False), ("The fit lasted two minutes.", True), ("Fit people were left out.", True)])
def test_a_test_written_in_capitals_is_not_the_everyday_word(text, covered):
    query = Query(text="Why a fit?", facets=Facets(others=(Concept(text="fit", names=("fit",)),)))
    assert bool(Topics(query, lambda terms: [1] * len(terms), 9).covered(text)) is covered


@pytest.mark.parametrize(
    ("names", "text", "held"),
    [
        (("Evenity", "romosozumab"), "An ACE inhibitor is continued even when eGFR falls.", False),
        (("Evenity", "romosozumab"), "Romosozumab is given for 12 months.", True),
        (("sinusitis", "sinus infection"), "Sinus rhythm was restored in most patients.", False),
        (("sinusitis", "sinus infection"), "Acute sinusitis mostly settles within ten days.", True),
        (("Seizures", "seizure"), "A seizure of more than five minutes is an emergency.", True),
    ],
)
def test_a_name_is_no_other_word_of_its_stem(names, text, held):
    topics = Topics(Query(text=names[0], facets=Facets(conditions=(Concept(text=names[0], names=names),))), lambda terms: [3 for _ in terms], 100)
    assert topics.covered(text) == (frozenset({0}) if held else frozenset())


def test_what_two_names_share_is_said_once():
    names = ("breast cancer", "cancer of the breast")
    topics = Topics(Query(text="breast cancer", facets=Facets(conditions=(Concept(text="breast cancer", names=names),))), lambda terms: [3 for _ in terms], 100)
    assert topics.covered("Breast or endometrial cancer rules it out.")
    assert not topics.covered("Breast pain or endometrial cancer rules it out.")
