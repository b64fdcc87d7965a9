"""What holds for every answer, over questions put together at random."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ragqa.text import is_faithful
from ragqa.types import Answer, sections_of, statements_of
from ragqa.vocabulary import Audience, Basis, Support

FORMS = [
    "Does {a} help {b}?",
    "What are the benefits and risks of {a} and {b}?",
    "dose of {a} in {b}",
    "Is {a} better than {b} for {c}?",
    "What is {c}?",
    "How should {b} be treated in {c}?",
    "{a} {b} {c}",
    "What about {a}, is it safe and how should it be monitored?",
    "My patient on {a} has {b}: contraindications of {c}?",
]
THINGS = [
    "acupuncture", "electroacupuncture", "mesenchymal stem cell therapy", "metformin", "Glucophage", "warfarin", "apixaban", "colchicine",
    "adrenaline", "hypertonic saline", "bismuth quadruple therapy", "zorblaxinib", "chronic low back pain", "knee osteoarthritis", "T2D",
    "atrial fibrillation", "acute gout", "anaphylaxis", "hyponatraemia", "H. pylori", "asthma", "pregnancy", "older adults", "stroke", "bread",
    "metfromin", "a pacemaker", "😀", "'; --", "IL-6",
]  # fmt: skip
QUESTIONS = st.builds(
    lambda form, a, b, c: form.format(a=a, b=b, c=c),
    st.sampled_from(FORMS), st.sampled_from(THINGS), st.sampled_from(THINGS), st.sampled_from(THINGS),
)  # fmt: skip


def quotes_by_text(answer):
    return {(s.text, s.role, tuple((c.document_id, c.span, c.quoted) for c in s.citations)) for s in statements_of(answer)}


@given(QUESTIONS, st.sampled_from(list(Audience)))
@example("What are the benefits and risks of electroacupuncture and mesenchymal stem cell therapy?", Audience.CLINICIAN)
@example("Does acupuncture help chronic low back pain?", Audience.RESEARCHER)
def test_references_are_numbered_by_first_citation_and_every_number_is_listed(clinic, question, audience):
    answer = clinic.ask(question, audience=audience)
    cited = list(dict.fromkeys(c.number for s in statements_of(answer) for c in s.citations))
    assert cited == list(range(1, len(cited) + 1))
    assert [reference.number for reference in answer.references] == cited
    documents = [reference.document_id for reference in answer.references]
    assert len(set(documents)) == len(documents)
    by_number = {reference.number: reference.document_id for reference in answer.references}
    assert all(by_number[c.number] == c.document_id for s in statements_of(answer) for c in s.citations)


@given(QUESTIONS, st.sampled_from(list(Audience)))
def test_every_quote_is_what_its_document_says_there(clinic, question, audience):
    answer = clinic.ask(question, audience=audience)
    for statement in statements_of(answer):
        assert statement.basis is Basis.QUOTED
        assert is_faithful(statement.text, statement.citations[0].quoted)
        for citation in statement.citations:
            document = clinic.index.document(citation.document_id)
            assert citation.span.of(document.text) == citation.quoted
            assert not document.source.retracted
    for reference in answer.references:
        assert reference.source == clinic.index.document(reference.document_id).source


@given(QUESTIONS)
@settings(max_examples=25)
def test_other_audiences_hear_a_part_of_what_a_clinician_does_with_the_same_quotes(clinic, question):
    full = clinic.ask(question)
    for audience in (Audience.PATIENT, Audience.STUDENT, Audience.RESEARCHER):
        answer = clinic.ask(question, audience=audience)
        assert quotes_by_text(answer) <= quotes_by_text(full)
        assert (answer.abstained, answer.support, answer.gaps) == (full.abstained, full.support, full.gaps)


@pytest.fixture(scope="module")
def made_again(memory, clinic_documents):
    """The same documents in another order, in another index."""
    return memory.MemoryEngine(memory.MemoryIndex(clinic_documents[::-1]))


@given(QUESTIONS)
@settings(max_examples=40)
def test_the_same_question_gives_the_same_bytes(clinic, made_again, question):
    first = clinic.ask(question).model_dump_json()
    assert clinic.ask(question).model_dump_json() == first
    assert made_again.ask(question).model_dump_json() == first
    assert Answer.model_validate_json(first).model_dump_json() == first


@given(QUESTIONS)
def test_an_answer_answers_or_says_what_is_missing(clinic, question):
    answer = clinic.ask(question)
    if answer.abstained:
        assert answer.support is Support.INSUFFICIENT
        assert answer.bottom_line is None
    else:
        assert 1 <= len(answer.direct) <= 3
        assert (answer.bottom_line is None) == (answer.support is Support.INSUFFICIENT)  # what is not settled has no last word
    if any(gap.decisive for gap in answer.gaps):
        assert answer.support is Support.INSUFFICIENT
    shown = {s.text for s in statements_of(answer)}
    assert all(gap.message and gap.message not in shown for gap in answer.gaps)
    assert all(gap.receipt.passages_searched == clinic.index.passage_count for gap in answer.gaps)


@given(QUESTIONS)
@settings(max_examples=40)
def test_no_statement_stands_twice_in_the_direct_answer_and_the_sections(clinic, question):
    answer = clinic.ask(question)
    body = [s.text for section in sections_of(answer.sections) for group in section.groups for s in group.statements]
    direct = [s.text for s in answer.direct]
    assert len(set(body + direct)) == len(body + direct)


@given(QUESTIONS)
@example("How is H. pylori treated?")
@example("metformin dose in T2D")
def test_what_is_superseded_never_speaks_for_the_answer_while_its_successor_is_cited(clinic, question):
    answer = clinic.ask(question)
    replaced = {r.document_id: r.source.superseded_by for r in answer.references if r.source.superseded_by}
    stale = {old for old, new in replaced.items() if new in {r.document_id for r in answer.references}}
    spoken = [*answer.direct, *(step.statement for step in answer.algorithm), *filter(None, [answer.bottom_line])]
    assert not stale & {s.citations[0].document_id for s in spoken}


@given(QUESTIONS)
@settings(max_examples=40)
def test_no_heading_is_empty(clinic, question):
    for section in sections_of(clinic.ask(question).sections):
        assert section.heading.strip()
        assert section.groups or section.subsections


@given(st.text(min_size=1, max_size=80))
def test_any_text_that_is_understood_is_answered_soundly(clinic, question):
    if not question.isprintable() or not question.strip():
        return
    answer = clinic.ask(question)
    assert answer.question == question
    assert Answer.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize("audience", list(Audience))
def test_near_misses_are_not_cited(clinic, audience):
    for question in ("Does zorblaxinib cure type 2 diabetes?", "Can someone with a pacemaker have electroacupuncture?"):
        answer = clinic.ask(question, audience=audience)
        assert not {near.document_id for near in answer.near_misses} & {r.document_id for r in answer.references}
