"""What options ask for together."""

import pytest
import typer

from ragqa.cli.choices import one_of, year
from ragqa.cli.options import filters_of
from ragqa.errors import UsageError
from ragqa.types import Filters
from ragqa.vocabulary import Audience, Library, Role, SourceKind


def test_years_that_no_source_can_have_are_refused():
    with pytest.raises(UsageError, match="no year is from 2024 on and until 2010"):
        filters_of(None, 2024, 2010)
    assert filters_of(None, 2010, 2010).since == 2010


def test_every_filter_comes_through():
    found = filters_of(
        [SourceKind.COHORT], None, 2020, designs=["case-control study"], audiences=[Audience.PATIENT], language="en", documents=["a", "b"]
    )
    assert found == Filters(
        kinds=(SourceKind.COHORT,), until=2020, designs=("case-control study",), audiences=(Audience.PATIENT,), language="en", documents=("a", "b")
    )


@pytest.mark.parametrize(
    ("typed", "member"),
    [("guideline", SourceKind.GUIDELINE), ("Guidelines", SourceKind.GUIDELINE), ("randomized-trial", SourceKind.RANDOMISED_TRIAL), ("systematic_review", SourceKind.SYSTEMATIC_REVIEW)],
)
def test_case_hyphens_and_a_plural_make_no_difference(typed, member):
    assert one_of(SourceKind)(typed) is member


@pytest.mark.parametrize(
    ("members", "typed", "meant"),
    [
        (SourceKind, "rct", '"randomised trial"'), (SourceKind, "guidline", "guideline"), (SourceKind, "meta-analyses", None),
        (SourceKind, "meta-analysis", '"systematic review"'), (Audience, "doctors", "clinician"), (Library, "pubmeed", "pubmed"),
        (Role, "doctor", None), (SourceKind, "", None),
    ],
)  # fmt: skip
def test_a_word_that_is_not_known_is_refused_with_what_may_be_typed(members, typed, meant):
    with pytest.raises(typer.BadParameter) as refused:
        one_of(members)(typed)
    said = refused.value.message
    assert "Value error" not in said
    assert all(member.value in said for member in members)
    assert f"Did you mean {meant}?" in said if meant else "Did you mean" not in said


@pytest.mark.parametrize("typed", ["", "abc", "20 18", "-2018", "12018", "1499", "٢٠١٨", "9" * 5000])
def test_what_is_no_year_is_refused(typed):
    with pytest.raises(typer.BadParameter, match="is no year"):
        year(typed)


def test_a_year_is_a_number():
    assert year("2018") == 2018
