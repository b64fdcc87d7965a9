"""The service over an index on a Qdrant server, in its client's local mode: asked, reviewed, and followed as it is loaded anew."""

import asyncio
import re
from pathlib import Path

import pytest

from ragqa.cluster import place_of
from ragqa.config import ClusterSettings, ServeSettings, Settings
from ragqa.engine import Engine, build_index
from ragqa.engine.clusters import load_cluster, open_cluster, remove_from_server, whole_of
from ragqa.index import LocalIndex
from ragqa.review import ReviewStore
from ragqa.server import create_app, serving
from ragqa.server.desk import Asked, ThreadDesk
from ragqa.server.metrics import Metrics
from ragqa.server.service import Service

pytest.importorskip("qdrant_client")
pytestmark = [pytest.mark.filterwarnings("ignore:Payload indexes have no effect"), pytest.mark.filterwarnings("ignore:Local mode performs exact")]
CORPUS = Path(__file__).parents[2] / "corpus" / "musculoskeletal"
QUESTION = "Which dose of colchicine for a gout flare?"
ADDRESS = "qdrant://localhost/served"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("local") / "index"
    build_index(sorted(CORPUS.glob("*gout*.md")), folder, Settings(encoder="hashing-64"))
    return folder


@pytest.fixture
def collections(folder):
    from qdrant_client import QdrantClient  # noqa: PLC0415 an extra

    from ragqa.cluster.qdrant import QdrantCollections  # noqa: PLC0415 an extra

    found = QdrantCollections(QdrantClient(":memory:"), "memory")
    load(folder, found)
    return found


def load(folder, collections):
    with LocalIndex.open(folder) as index:
        load_cluster(whole_of(index), place_of(ADDRESS), ClusterSettings(), collections)


def engine_over(collections):
    return Engine(*open_cluster(ADDRESS, ClusterSettings(), collections), Settings())


def test_pages_sources_and_review_are_those_of_a_local_index(folder, collections, tmp_path, client_of):
    pages = {}
    for name, engine in (("local", Engine.open(folder)), ("server", engine_over(collections))):
        client = client_of(create_app(engine, state=tmp_path / name, settings=ServeSettings(rate=100_000), approve_own=True))
        assert f"{engine.index.document_count} documents" in client.get("/").text
        given = client.post("/v1/answers", json={"question": QUESTION}).json()
        page = client.get(f"/answers/{given['id']}").text
        source = client.get(re.search(r'href="(/sources/[^"]+)"', page)[1].replace("&amp;", "&")).text
        assert "<mark>" in source
        found = client.post("/v1/search", json={"question": QUESTION}).json()
        article = client.post("/v1/articles", json={"answer_id": given["id"]}).json()["id"]
        client.post(f"/v1/articles/{article}/start", json={})
        assert client.post(f"/v1/articles/{article}/approve", json={"note": "read"}).status_code == 200
        pages[name] = (given, page, source, found, client.get(f"/v1/articles/{article}").json()["status"])
    assert pages["server"] == pages["local"]
    assert pages["server"][-1] == "Approved"


def test_a_new_generation_is_followed_and_one_that_a_document_was_removed_from(folder, collections, tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "_opened", lambda *_: ThreadDesk(engine_over(collections)))

    async def scene():
        service = Service(ThreadDesk(engine_over(collections)), ReviewStore(tmp_path / "review.sqlite"), ServeSettings(), Metrics())
        watching = asyncio.create_task(serving.watch(service, Path(ADDRESS), Settings(), 1, every=0.01))
        name = service.engine.index.cards()[0].document_id
        changes = (lambda: remove_from_server([name], ADDRESS, Settings(), collections), lambda: load(folder, collections), lambda: load(folder, collections))
        for change in changes:
            before = service.engine
            await asyncio.to_thread(change)
            for _ in range(1500):
                if service.engine is not before:
                    break
                await asyncio.sleep(0.02)
            assert service.engine is not before
        answer = (await service.ask(Asked(QUESTION))).answer
        assert name in {reference.document_id for reference in answer.references}
        assert not watching.done()
        watching.cancel()

    asyncio.run(scene())
