"""A thing asked about at large, in no condition: what each study of it found, under whatever name, and both sides of it."""

import pytest

from ragqa.compose.kinds import kinds_of, studied
from ragqa.compose.topic import Topics, only_compared_with
from ragqa.types import Concept, Facets, Query, statements_of
from ragqa.vocabulary import StatementRole, Support

PAGES = {
    "landscape": ("systematic review", "Zeta cell therapy: trial landscape, Roe 2021", "", ["zeta cell therapy"],
        {"Published results": ["Roe 2021 reports that all 18 trials of zeta cell therapy gave positive results.", "Roe 2021 counts 1,138 registered trials of zeta cell therapy.", "Roe 2021 counts 228 trials of zeta cell therapy in China."]}),
    "alfacel": ("randomised trial", "Alfacel in steroid-refractory colitis: phase 3 trial, Doe 2020", "colitis", ["alfacel", "zeta cell therapy"],
        {"Definition": ["Alfacel is a zeta cell product given into a vein."], "Effect": ["Alfacel did not raise response compared with placebo in colitis (35 percent versus 30 percent)."], "Harms": ["Alfacel caused fever in 12 percent of people with colitis."]}),
    "betacel": ("randomised trial", "Betacel injection for knee pain: trial, Moe 2023", "knee pain", ["betacel", "zeta cell therapy"],
        {"Definition": ["Betacel injection means placing zeta cells into the knee joint."], "Effect": ["Betacel improved knee pain compared with placebo by 1.2 points."]}),
    "gamma": ("randomised trial", "Gammamab or zeta cell therapy in colitis: trial, Poe 2022", "colitis", ["gammamab", "zeta cell therapy"],
        {"Definition": ["Gammamab is an alternative to zeta cell therapy in colitis."], "Effect": ["Gammamab reduced bleeding in colitis compared with usual care."]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(engine_over, page):
    synonyms = ("synonyms:", "  - [zeta cell, zeta cells, ZC]", "  - [zeta cell therapy, ZC therapy]")
    return engine_over({
        name: page(name, title, sections, f"kind: {kind}", f"condition: {condition or 'any'}", f"interventions: [{', '.join(interventions)}]", *synonyms)
        for name, (kind, title, condition, interventions, sections) in PAGES.items()
    })


def query(*interventions, conditions=(), aspects=(StatementRole.EFFECT,)):
    def named(names):
        return tuple(Concept(text=name, names=(name,)) for name in names)

    return Query(text="?", facets=Facets(interventions=named(interventions), conditions=named(conditions)), aspects=aspects)


@pytest.mark.parametrize(
    ("asked", "at_large"),
    [
        (query("zeta cell therapy"), True),
        (query("zeta cell therapy", aspects=(StatementRole.HARM,)), True),
        (query("zeta cell therapy", aspects=(StatementRole.DOSING,)), False),
        (query("zeta cell therapy", conditions=("colitis",)), False),
        (query(conditions=("colitis",)), False),
    ],
)
def test_a_thing_is_asked_about_at_large_where_no_condition_is_named(asked, at_large):
    assert asked.at_large is at_large


def test_a_kind_is_what_its_document_defines_as_one_and_no_rival(engine):
    index = engine.index
    topics = Topics(query("zeta cell therapy", "zeta cell"), index.document_frequency, index.passage_count)
    kinds = kinds_of(topics, index.cards(), index)
    assert set(kinds) == {"alfacel", "betacel"}
    assert kinds["alfacel"].names[0] == "alfacel"


def test_a_study_is_of_what_it_says(engine):
    cards = {card.document_id: card for card in engine.index.cards()}
    zeta, gamma = (Concept(text=name, names=(name,)) for name in ("zeta cell therapy", "gammamab"))
    assert [studied(zeta, cards[name]) for name in ("landscape", "alfacel", "gamma")] == [True, True, True]
    assert [studied(gamma, cards[name]) for name in ("landscape", "alfacel", "gamma")] == [False, False, True]


def test_each_study_is_heard_though_its_words_are_far_from_the_question(engine):
    answer = engine.ask("What is the efficacy of zeta cell therapy?")
    said = [statement.text for statement in statements_of(answer)]
    assert any("all 18 trials" in text for text in said)
    assert any(text.startswith("Alfacel did not raise response") for text in said)
    assert answer.support is Support.MIXED  # one found an effect, another none


def test_both_sides_are_told_at_once(engine):
    answer = engine.ask("What are the benefits and risks of zeta cell therapy?")
    roles = [statement.role for statement in answer.direct]
    assert roles == [StatementRole.EFFECT, StatementRole.HARM]
    assert "fever" in answer.direct[1].text


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("Fever was more frequent with alfacel than with zeta cells.", True),
        ("Alfacel was not shown to be noninferior to zeta cells.", True),
        ("Zeta cells reduced pain compared with alfacel.", False),
        ("Pain fell with zeta cells and rose compared with zeta cells alone.", False),
        ("Alfacel reduced pain.", False),
    ],
)
def test_what_another_is_set_against_is_not_what_is_told_of(engine, text, only):
    topics = Topics(query("zeta cells"), engine.index.document_frequency, engine.index.passage_count)
    assert only_compared_with(topics, topics.interventions, text) is only


def test_of_two_things_that_documents_join_no_study_of_the_one_alone_is_heard(engine):
    answer = engine.ask("What are the effects of gammamab before zeta cell therapy?")
    assert {reference.document_id for reference in answer.references} == {"gamma"}


def test_what_two_do_together_is_told_by_no_document_that_names_each_apart(engine):
    apart = engine.ask("Does gammamab work better with alfacel, any trial of the pair?")
    assert [gap.kind.value for gap in apart.gaps if gap.decisive][:1] == ["conjunction"]
