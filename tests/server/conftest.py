"""Applications over the test documents, and a service with a browser in front of it."""

import pytest
from fastapi.testclient import TestClient

from ragqa.config import ServeSettings, Settings
from ragqa.engine import Engine
from ragqa.server import create_app
from ragqa.server.access import Visitor
from ragqa.vocabulary import Role

QUESTION = "Does acupuncture help chronic low back pain?"


@pytest.fixture(scope="session")
def engine(clinic_index):
    return Engine(clinic_index, clinic_index.encoder, Settings())


@pytest.fixture
def client_of():
    """A client for an application, from this machine or from elsewhere."""

    def make(app, *, host="127.0.0.1", peer="127.0.0.1"):
        return TestClient(app, base_url=f"http://{host}", client=(peer, 50_000), raise_server_exceptions=False, follow_redirects=False)

    return make


@pytest.fixture
def app(engine, tmp_path):
    """An application in a house of one person: who sends an answer to review may approve it."""
    return create_app(engine, state=tmp_path / "state", settings=ServeSettings(rate=100_000), approve_own=True)


@pytest.fixture
def client_of_two(engine, tmp_path, client_of):
    """A client of a house where each request says by a header who it is from."""
    app = create_app(
        engine, state=tmp_path / "state", settings=ServeSettings(rate=100_000), authorise=lambda request: Visitor(request.headers["x-who"], Role.REVIEWER)
    )
    return client_of(app)


@pytest.fixture
def client(app, client_of):
    return client_of(app)


@pytest.fixture
def ask(client):
    """Ask by the form, and return the address of the answer's page."""

    def call(question=QUESTION, **fields):
        response = client.post("/ask", data={"question": question, **fields})
        assert response.status_code == 303, response.text
        return response.headers["location"]

    return call
