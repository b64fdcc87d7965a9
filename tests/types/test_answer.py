"""An answer that cannot be checked cannot be constructed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ragqa.types import (
    Answer,
    Citation,
    ComparisonRow,
    Conflict,
    ConflictSide,
    Group,
    Provenance,
    Reference,
    Section,
    Source,
    Span,
    Statement,
    Step,
    Writing,
    sections_of,
    statements_of,
)
from ragqa.vocabulary import Audience, Basis, Intent, SourceKind, StatementRole, StepStage, Support

QUOTE = "Aspirin prevents clots."


def citation(number, document_id=None, quoted=QUOTE):
    return Citation(number=number, document_id=document_id or f"d{number}", span=Span(start=0, end=len(quoted)), quoted=quoted)


def statement(*numbers, text=QUOTE, **changes):
    return Statement(role=StatementRole.EFFECT, text=text, citations=tuple(citation(n) for n in numbers), **changes)


def references(*numbers):
    return tuple(Reference(number=n, document_id=f"d{n}", source=Source(title=f"T{n}")) for n in numbers)


def answer(**changes):
    fields = {
        "question": "Does aspirin help?",
        "snapshot": date(2025, 1, 1),
        "audience": Audience.CLINICIAN,
        "intent": Intent.EVIDENCE,
        "title": "Aspirin",
        "abstained": False,
        "support": Support.SUPPORTED,
        "disclaimer": "Educational.",
        "provenance": Provenance(ragqa_version="0", index_fingerprint="f", encoder="e", composer="c"),
    }
    return Answer(**(fields | changes))


def section(*statements, heading="Effects"):
    return Section(heading=heading, groups=(Group(run_in="T", kind=SourceKind.GUIDELINE, statements=statements),))


def test_a_sound_answer_stands():
    made = answer(direct=(statement(1),), sections=(section(statement(2), statement(1, 3)),), references=references(1, 2, 3))
    assert [c.number for s in statements_of(made) for c in s.citations] == [1, 2, 1, 3]


@pytest.mark.parametrize(
    ("cited", "listed"),
    [
        ([(1,)], ()),  # a number that nothing lists
        ([(1,)], (1, 2)),  # an entry that nothing cites
        ([(2,)], (2,)),  # numbers begin at 1
        ([(2,), (1,)], (1, 2)),  # in order of first citation
        ([(1,), (3,)], (1, 3)),  # without a hole
        ([(1, 2)], (2, 1)),  # the list is in order too
        ([(1,)], (1, 1)),  # one entry a document
    ],
)
def test_numbers_and_list_must_agree(cited, listed):
    with pytest.raises(ValidationError, match=r"reference|numbered"):
        answer(direct=tuple(statement(*numbers) for numbers in cited), references=references(*listed))


def test_the_reference_must_be_the_document_that_was_cited():
    wrong = (Reference(number=1, document_id="other", source=Source(title="T")),)
    with pytest.raises(ValidationError, match="reference list"):
        answer(direct=(statement(1),), references=wrong)


def test_one_number_cannot_cite_two_documents():
    two = Statement(role=StatementRole.EFFECT, text=QUOTE, citations=(citation(1, "a"), citation(1, "b")))
    with pytest.raises(ValidationError, match="two documents"):
        answer(direct=(two,), references=references(1))


def test_one_document_cannot_have_two_numbers():
    two = Statement(role=StatementRole.EFFECT, text=QUOTE, citations=(citation(1, "a"), citation(2, "a")))
    listed = tuple(Reference(number=n, document_id="a", source=Source(title="T")) for n in (1, 2))
    with pytest.raises(ValidationError, match="two reference numbers"):
        answer(direct=(two,), references=listed)


PARTS = {
    "direct": lambda s: {"direct": (s,)},
    "section": lambda s: {"sections": (section(s),)},
    "subsection": lambda s: {"sections": (Section(heading="A", subsections=(section(s),)),)},
    "comparison": lambda s: {"comparison": (ComparisonRow(intervention="aspirin", harm=s),)},
    "conflict": lambda s: {"conflicts": (Conflict(topic="t", sides=(ConflictSide(statement=s, title="T", kind=SourceKind.COHORT),) * 2),)},
    "pitfall": lambda s: {"pitfalls": (s,)},
    "step": lambda s: {"algorithm": (Step(stage=StepStage.MONITOR, statement=s),)},
    "bottom line": lambda s: {"bottom_line": s},
}


@pytest.mark.parametrize("part", PARTS)
def test_a_number_in_any_part_must_be_listed(part):
    fields = PARTS[part](statement(1))
    assert answer(**fields, references=references(1)).references
    with pytest.raises(ValidationError):
        answer(**fields)


@pytest.mark.parametrize("part", PARTS)
def test_an_answer_that_abstains_states_nothing_anywhere(part):
    with pytest.raises(ValidationError, match="abstains"):
        answer(abstained=True, support=Support.INSUFFICIENT, references=references(1), **PARTS[part](statement(1)))


def test_an_answer_that_abstains_is_insufficient_and_one_without_statements_abstains():
    assert answer(abstained=True, support=Support.INSUFFICIENT).references == ()
    with pytest.raises(ValidationError, match="abstains"):
        answer(abstained=True, support=Support.SUPPORTED)
    with pytest.raises(ValidationError, match="must abstain"):
        answer(support=Support.INSUFFICIENT)


def test_a_statement_is_cited_and_says_what_is_quoted():
    with pytest.raises(ValidationError):
        Statement(role=StatementRole.EFFECT, text=QUOTE, citations=())
    with pytest.raises(ValidationError):
        statement(1, text="")
    with pytest.raises(ValidationError, match="not its quote"):
        statement(1, text="Aspirin does not prevent clots.")


def test_a_models_sentence_needs_the_record_of_the_model_and_the_verifier():
    worded = statement(1, text="Aspirin works.", basis=Basis.VERIFIED)
    with pytest.raises(ValidationError, match="no record of the model"):
        answer(direct=(worded,), references=references(1))
    writing = Writing(model="m", endpoint="http://127.0.0.1", prompts=("write-1",), verifier="rules-2")
    provenance = Provenance(ragqa_version="0", index_fingerprint="f", encoder="e", composer="c", writing=writing)
    assert answer(direct=(worded,), references=references(1), provenance=provenance).direct == (worded,)


def test_a_conflict_has_two_sides_and_a_group_a_statement():
    side = ConflictSide(statement=statement(1), title="T", kind=SourceKind.COHORT)
    with pytest.raises(ValidationError):
        Conflict(topic="t", sides=(side,))
    with pytest.raises(ValidationError):
        Group(run_in="T", kind=SourceKind.COHORT, statements=())


def test_sections_are_walked_outermost_first():
    inner = Section(heading="B", subsections=(Section(heading="C"),))
    assert [s.heading for s in sections_of((Section(heading="A", subsections=(inner,)), Section(heading="D")))] == list("ABCD")


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6), st.permutations([1, 2, 3, 4]), st.integers(0, 4))
def test_exactly_the_lists_in_order_of_first_citation_stand(cited, order, length):
    listed = order[:length]
    first = list(dict.fromkeys(cited))
    sound = first == list(range(1, len(first) + 1)) and listed == first
    fields = {"direct": tuple(statement(n) for n in cited), "references": references(*listed)}
    if sound:
        assert answer(**fields)
    else:
        with pytest.raises(ValidationError):
            answer(**fields)


def test_an_answer_survives_json():
    made = answer(direct=(statement(1),), references=references(1))
    assert Answer.model_validate_json(made.model_dump_json()) == made
