"""The test server as a process of its own, and an engine that asks it."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from ragqa.config import LlmSettings
from ragqa.engine import open_model

SERVER = Path(__file__).with_name("model_server.py")


@pytest.fixture(scope="session")
def server():
    """The address of a server that runs, such as http://127.0.0.1:1234."""
    process = subprocess.Popen([sys.executable, str(SERVER)], stdout=subprocess.PIPE, text=True)
    port = process.stdout.readline().strip()
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture
def model(server, monkeypatch):
    """`model("good", timeout=1)`: a language model of the server."""
    pytest.importorskip("openai")
    monkeypatch.delenv("RAGQA_LLM_KEY", raising=False)

    def make(name, **changes):
        return open_model(LlmSettings(model=name, base_url=f"{server}/v1", **({"timeout": 5, "retries": 1} | changes)))

    return make


@pytest.fixture
def received(server):
    """`received()`: all that the server was sent so far."""

    def ask():
        with urllib.request.urlopen(f"{server}/requests") as reply:  # noqa: S310 this test's own server
            return json.load(reply)

    return ask
