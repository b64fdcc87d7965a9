"""The parts that only an index on a server has: addresses, keys, sparse vectors, and faults of the server as ragqa's own."""

import socket
import threading
from pathlib import Path

import numpy as np
import pytest

from ragqa.cluster import ClusterIndex, Place, count, place_of
from ragqa.cluster.statistics import term_number
from ragqa.config import ClusterSettings, Settings
from ragqa.engine import Engine, build_index
from ragqa.engine.clusters import connected, load_cluster, open_cluster, remove_from_server, whole_of
from ragqa.errors import ClusterError, IndexMismatch, UsageError
from ragqa.index import LocalIndex
from ragqa.rendering import render
from ragqa.types import Filters
from ragqa.vocabulary import Audience

pytest.importorskip("qdrant_client")
pytestmark = [pytest.mark.filterwarnings("ignore:Payload indexes have no effect"), pytest.mark.filterwarnings("ignore:Local mode performs exact")]
CORPUS = Path(__file__).parents[2] / "corpus" / "musculoskeletal"
QUESTION = "Which dose of colchicine for a gout flare?"


def memory():
    from qdrant_client import QdrantClient  # noqa: PLC0415 an extra

    from ragqa.cluster.qdrant import QdrantCollections  # noqa: PLC0415 an extra

    return QdrantCollections(QdrantClient(":memory:"), "memory")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A local index, and collections that hold the same."""
    folder = tmp_path_factory.mktemp("local") / "index"
    build_index(sorted(CORPUS.glob("*gout*.md")), folder, Settings(encoder="hashing-64"))
    collections = memory()
    with LocalIndex.open(folder) as index:
        load_cluster(whole_of(index), place_of("qdrant://localhost/gout"), ClusterSettings(), collections)
    return folder, collections


def test_an_answer_is_that_of_the_local_index_byte_for_byte(loaded):
    folder, collections = loaded
    local = Engine.open(folder)
    server = Engine(*open_cluster("qdrant://localhost/gout", ClusterSettings(), collections), Settings())
    assert render(server.ask(QUESTION), "json") == render(local.ask(QUESTION), "json")
    assert server.search(QUESTION) == local.search(QUESTION)


def test_a_collection_that_states_no_designs_is_loaded_again_and_not_searched_as_empty(loaded):
    folder, _ = loaded
    collections = memory()
    with LocalIndex.open(folder) as index:
        load_cluster(whole_of(index), place_of("qdrant://localhost/old"), ClusterSettings(), collections)
    fresh = ClusterIndex.open(collections, "old")
    assert fresh.search_lexical({"gout": 1.0}, depth=5, filters=Filters(audiences=(Audience.CLINICIAN,)))
    older = ClusterIndex(collections, "old.g1", fresh.header.model_copy(update={"designs": False}))
    assert older.search_lexical({"gout": 1.0}, depth=5, filters=Filters(since=1990))
    with pytest.raises(IndexMismatch, match="ragqa index load"):
        older.search_lexical({"gout": 1.0}, depth=5, filters=Filters(audiences=(Audience.CLINICIAN,)))


def test_a_document_is_removed_and_a_name_that_is_none_is_said(loaded):
    folder, _ = loaded
    collections = memory()
    with LocalIndex.open(folder) as index:
        load_cluster(whole_of(index), place_of("qdrant://localhost/x"), ClusterSettings(), collections)
        name = index.cards()[0].document_id
    before = ClusterIndex.open(collections, "x")
    assert remove_from_server([name], "qdrant://localhost/x", Settings(), collections) == 1
    after = ClusterIndex.open(collections, "x")
    assert after.document_count == before.document_count - 1
    assert after.fingerprint != before.fingerprint
    with pytest.raises(UsageError, match="no document nowhere"):
        remove_from_server(["nowhere"], "qdrant://localhost/x", Settings(), collections)


def test_an_index_of_another_encoder_is_refused(loaded, tmp_path):
    _, collections = loaded
    index = ClusterIndex.open(collections, "gout")
    other = index.header.model_copy(update={"format": 99})
    from ragqa.cluster.tables import write_header  # noqa: PLC0415

    write_header(collections, "gout.g1.tables", other)
    with pytest.raises(IndexMismatch, match="format 99"):
        ClusterIndex.open(collections, "gout")
    write_header(collections, "gout.g1.tables", index.header)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("qdrant://example.org:6333/papers", Place("example.org", 6333, "papers")),
        ("qdrant:/localhost/papers", Place("localhost", 6333, "papers")),  # what pathlib makes of it
        ("qdrant://[::1]:7000/a-b_c/", Place("[::1]", 7000, "a-b_c")),
    ],
)
def test_addresses(text, place):
    assert place_of(text) == place


@pytest.mark.parametrize("text", ["qdrant://", "qdrant://host", "qdrant://host:6333/", "qdrant://host:x/name", "qdrant://host/a/b", "qdrant://h/../x"])
def test_what_is_no_address(text):
    with pytest.raises(UsageError, match="no address"):
        place_of(text)


def test_a_key_does_not_leave_the_machine_unencrypted(monkeypatch):
    monkeypatch.setenv("RAGQA_QDRANT_KEY", "sesame")
    with pytest.raises(ClusterError, match="unencrypted") as raised:
        connected(place_of("qdrant://example.org/papers"), ClusterSettings(tls=False))
    assert "sesame" not in str(raised.value)


def test_a_server_that_is_not_there_and_one_that_says_nothing():
    with pytest.raises(ClusterError, match="cannot be reached"):
        ClusterIndex.open(connected(place_of("qdrant://127.0.0.1:9/x"), ClusterSettings(timeout=1)), "x")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        held = []
        threading.Thread(target=lambda: held.append(silent.accept()), daemon=True).start()
        with pytest.raises(ClusterError, match="cannot be reached"):
            ClusterIndex.open(connected(place_of(f"qdrant://127.0.0.1:{port}/x"), ClusterSettings(timeout=1)), "x")
        for connection, _ in held:
            connection.close()


def test_a_sparse_vector_by_hand():
    statistics = count([["gout", "gout", "pain"], ["fever"]], k1=1.2, b=0.75)
    vector = statistics.passage_vector(["gout", "gout", "pain"])
    longer = 1.2 * (1 - 0.75 + 0.75 * 3 / 2)  # a passage of 3 terms, where the mean is 2
    weights = dict(zip(vector.terms, vector.weights, strict=True))
    assert weights[term_number("gout")] == pytest.approx(2 / (2 + longer))
    asked = statistics.question_vector({"gout": 1.0})
    idf = np.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    assert asked.weights == [pytest.approx(idf * 2.2)]
    assert statistics.scores({"gout": 1.0}, [(vector, 3)])[0] == pytest.approx(idf * 2 * 2.2 / (2 + longer))
