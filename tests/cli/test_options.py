"""What options ask for together."""

import pytest

from ragqa.cli.options import filters_of
from ragqa.errors import UsageError
from ragqa.types import Filters
from ragqa.vocabulary import Audience, SourceKind


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
