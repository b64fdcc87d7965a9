"""What tests share: an index in memory over a small corpus of their own, and quiet, repeatable Hypothesis runs."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent

settings.register_profile(
    "repeatable", deadline=None, derandomize=True, database=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("searching", deadline=None, database=None, max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "2000")))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(scope="session")
def memory():
    """The module `memory_index`: MemoryIndex, MemoryEncoder, MemoryEngine, make_document, read_documents."""
    name = "ragqa_tests_memory_index"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / "memory_index.py")
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def clinic_documents(memory):
    """Fifteen short documents made for tests; what they say is no medical advice."""
    return memory.read_documents(HERE / "data" / "clinic.toml")


@pytest.fixture(scope="session")
def clinic_index(memory, clinic_documents):
    """An index in memory over the test documents."""
    return memory.MemoryIndex(clinic_documents)


@pytest.fixture(scope="session")
def clinic(memory, clinic_index):
    """An engine over the test documents: `clinic.ask(question)`."""
    return memory.MemoryEngine(clinic_index)


@pytest.fixture(scope="session")
def data_folder():
    """The folder of test data."""
    return HERE / "data"
