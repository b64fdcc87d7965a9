"""Ingest into shards and load of them: the same index as a build's, each document once, and what kills its process set aside."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

from ragqa.config import Settings
from ragqa.engine import build_index, ingest, load_index
from ragqa.engine.on_ray import pool_of
from ragqa.errors import IndexDamaged, IndexMismatch, IndexMissing, UsageError
from ragqa.index import LocalIndex
from ragqa.shards import Piece, entries, read_manifest, write_manifest

SETTINGS = Settings(encoder="hashing-64")
CORPUS = Path(__file__).parents[2] / "corpus" / "musculoskeletal"


def contents(folder):
    with LocalIndex.open(folder) as index:
        return [
            (e.document.id, e.content, e.passages, e.abbreviations, e.vectors.tobytes(), [(s.codes.tobytes(), s.scales.tobytes()) for s in e.sentences])
            for e in index.entries()
        ], index.fingerprint


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder of documents, and the shards of it."""
    home = tmp_path_factory.mktemp("made")
    source = home / "in"
    source.mkdir()
    for path in sorted(CORPUS.glob("*.md"))[:3]:
        (source / path.name).write_bytes(path.read_bytes())
    (source / "bad.jsonl").write_bytes(b"{nonsense\n")
    report = ingest(source, home / "out", SETTINGS)
    assert (report.documents, [name for name, _ in report.failed]) == (3, [str(source / "bad.jsonl")])
    return source, home / "out"


def test_the_index_is_that_of_a_build_passage_for_passage(made, tmp_path):
    source, output = made
    load_index(output, tmp_path / "loaded", SETTINGS)
    build_index([source], tmp_path / "built", SETTINGS)
    assert contents(tmp_path / "loaded") == contents(tmp_path / "built")


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
def test_a_server_holds_what_a_folder_holds(made, tmp_path, monkeypatch):
    client = pytest.importorskip("qdrant_client").QdrantClient(":memory:")
    from ragqa.cluster import ClusterIndex  # noqa: PLC0415 an extra
    from ragqa.cluster.qdrant import QdrantCollections  # noqa: PLC0415 an extra

    collections = QdrantCollections(client, "memory")
    monkeypatch.setattr("ragqa.engine.clusters.connected", lambda *_: collections)
    monkeypatch.setattr(collections, "close", lambda: None)
    load_index(made[1], Path("qdrant://localhost/made"), SETTINGS)
    load_index(made[1], tmp_path / "index", SETTINGS)
    with LocalIndex.open(tmp_path / "index") as local:
        server = ClusterIndex.open(collections, "made")
        assert (server.fingerprint, server.cards()) == (local.fingerprint, local.cards())
        assert server.words() == local.words()


def test_an_output_without_a_manifest_is_not_whole(made, tmp_path):
    (tmp_path / "out").mkdir()
    for path in made[1].glob("*.parquet"):
        (tmp_path / "out" / path.name).write_bytes(path.read_bytes())
    with pytest.raises(IndexMissing, match="whole"):
        load_index(tmp_path / "out", tmp_path / "index", SETTINGS)


def test_a_run_wants_a_fresh_folder(made):
    with pytest.raises(UsageError, match="not empty"):
        ingest(*made, SETTINGS)


def test_other_settings_are_refused(made, tmp_path):
    with pytest.raises(IndexMismatch, match="other settings"):
        load_index(made[1], tmp_path / "index", Settings(encoder="hashing-32"))


def pieces_of(output):
    import pyarrow.parquet as pq  # noqa: PLC0415 an extra

    (shard,) = read_manifest(output).shards
    documents = pq.read_table(output / f"{shard.name}.documents.parquet").to_pylist()
    held = {entry.document.id: entry for entry in entries(output, read_manifest(output))}
    return [
        Piece(
            row["document"],
            json.dumps([p.model_dump(mode="json") for p in held[row["id"]].passages]),
            row["abbreviations"], row["file"], row["digest"], row["content"],
        )
        for row in documents
    ]  # fmt: skip


def test_what_is_made_twice_counts_once(made, tmp_path):
    from ragqa.engine.ingesting import maker_of  # noqa: PLC0415 an extra

    output = tmp_path / "out"
    pieces = pieces_of(made[1])
    maker = maker_of(output, SETTINGS)
    first, again = maker.make(pieces).shard, maker.make(pieces).shard
    half = maker.make(pieces[:2]).shard  # a batch that was cut otherwise when its task was run again
    assert first == again
    manifest = read_manifest(made[1])
    write_manifest(output, manifest.model_copy(update={"shards": (first, half)}))
    found = [entry.document.id for entry in entries(output, read_manifest(output))]
    assert sorted(found) == sorted(set(found))
    assert len(found) == 3


def test_a_later_file_takes_back_and_replaces(made, tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    article = "<PubmedArticle><MedlineCitation><PMID>{}</PMID><Article><ArticleTitle>{}</ArticleTitle><Abstract><AbstractText>It helped.</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
    (source / "a.xml").write_text(f"<PubmedArticleSet>{article.format(1, 'Old')}{article.format(2, 'Gone')}</PubmedArticleSet>")
    (source / "b.xml").write_text(f"<PubmedArticleSet>{article.format(1, 'New')}<DeleteCitation><PMID>2</PMID></DeleteCitation></PubmedArticleSet>")
    ingest(source, tmp_path / "out", SETTINGS)
    found = list(entries(tmp_path / "out", read_manifest(tmp_path / "out")))
    assert [(entry.document.id, entry.document.source.title) for entry in found] == [("pmid:1", "New")]


def test_a_shard_that_is_gone_is_named(made, tmp_path):
    output = tmp_path / "out"
    output.mkdir()
    write_manifest(output, read_manifest(made[1]))
    with pytest.raises(IndexDamaged, match="shared by all nodes"):
        load_index(output, tmp_path / "index", SETTINGS)


KILLER = """
import json, os, sys
from pathlib import Path
from ragqa.shards import Maker, Piece
maker = Maker(Path(sys.argv[1]), lambda texts: os.kill(os.getpid(), 9), lambda d, p: ([x.text for x in p], [[] for x in p]), dimensions=4, sentences=False)
print(maker.make([Piece(*piece) for piece in json.load(sys.stdin)]).failures)
"""


def test_a_batch_that_ends_its_process_is_set_aside_after_three_tries(made, tmp_path):
    text = json.dumps(pieces_of(made[1]))
    runs = [subprocess.run([sys.executable, "-c", KILLER, str(tmp_path)], input=text, capture_output=True, text=True, check=False) for _ in range(4)]
    assert [run.returncode for run in runs] == [-9, -9, -9, 0]
    assert runs[-1].stdout.count("set aside: its batch ended 3 processes") == 3
    assert not list(tmp_path.glob("*.parquet"))


@pytest.mark.parametrize("nodes", [[2, 2], [16] * 10, [1, 1], [64, 8, 8], [3, 2, 4]])
def test_all_actors_find_room_when_the_largest_node_is_gone(nodes):
    actors, share = pool_of(nodes)
    assert actors == sum(nodes) - 1
    left = sorted(nodes)[:-1]
    assert sum(int(node / share) for node in left) >= actors


def test_on_one_node_an_actor_has_a_processor_to_itself():
    assert pool_of([4]) == (3, 1.0)
    assert pool_of([2]) == (1, 1.0)


@pytest.mark.skipif("RAGQA_TEST_RAY" not in os.environ, reason="RAGQA_TEST_RAY is not set: Ray takes half a minute to start")
@pytest.mark.filterwarnings("ignore")
def test_ray_makes_the_same_index(made, tmp_path):
    pytest.importorskip("ray")
    from ragqa.vocabulary import IngestEngine  # noqa: PLC0415

    source, output = made
    ingest(source, tmp_path / "ray", SETTINGS, engine=IngestEngine.RAY)
    load_index(output, tmp_path / "one", SETTINGS)
    load_index(tmp_path / "ray", tmp_path / "two", SETTINGS)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
