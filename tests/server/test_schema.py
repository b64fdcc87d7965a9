"""The service keeps to its own description, whatever is sent to it."""

from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from hypothesis.errors import Unsatisfiable

from ragqa.config import ServeSettings
from ragqa.server import create_app
from ragqa.server.access import LOCAL

EXAMPLES = 10  # a route and a kind of input
LEAST = {schemathesis.GenerationMode.POSITIVE: 18, schemathesis.GenerationMode.NEGATIVE: 12}  # routes that were tried


@pytest.fixture(scope="module")
def described(engine, tmp_path_factory):
    state = tmp_path_factory.mktemp("state")
    app = create_app(engine, state=state, settings=ServeSettings(rate=1_000_000), authorise=lambda request: LOCAL)
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def _are_years_the_wrong_way_round(body):
    years = (body.get("since"), body.get("until")) if isinstance(body, dict) else ()
    return len(years) == 2 and all(isinstance(year, int | float) for year in years) and years[0] > years[1]


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_no_fault_and_no_answer_outside_the_description(described, mode):
    """Sends input that fits the description, and input that does not; every response is held against it."""
    tried = 0
    for found in described.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        def keeps_to_it(case):
            assume(not _are_years_the_wrong_way_round(case.body))  # JSON Schema cannot set two fields against each other: test_api.py sends such years
            case.call_and_validate()

        with suppress(Unsatisfiable):  # a route that takes nothing can be given nothing wrong
            keeps_to_it()
            tried += 1
    assert tried >= LEAST[mode]
