"""The service keeps to its own description, whatever is sent to it."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from ragqa.config import ServeSettings
from ragqa.server import create_app

schema = schemathesis.pytest.from_fixture("described")


@pytest.fixture(scope="module")
def described(engine, tmp_path_factory):
    app = create_app(engine, state=tmp_path_factory.mktemp("state"), settings=ServeSettings(rate=1_000_000))
    return schemathesis.openapi.from_asgi("/openapi.json", app, base_url="http://127.0.0.1")


@schema.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_no_fault_and_no_answer_outside_the_description(case):
    case.call_and_validate()
