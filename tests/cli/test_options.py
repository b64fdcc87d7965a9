"""What options ask for together."""

import pytest

from ragqa.cli.options import filters_of
from ragqa.errors import UsageError


def test_years_that_no_source_can_have_are_refused():
    with pytest.raises(UsageError, match="no year is from 2024 on and until 2010"):
        filters_of(None, 2024, 2010)
    assert filters_of(None, 2010, 2010).since == 2010
