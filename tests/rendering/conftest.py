"""The hand-built answers, loaded from a file beside this one."""

import importlib.util
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def answers():
    spec = importlib.util.spec_from_file_location("render_fixture_answers", HERE / "fixtures" / "answers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def golden_folder():
    return HERE / "golden"
