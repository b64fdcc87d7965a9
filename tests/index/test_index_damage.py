"""A changed byte anywhere in an index is found and its file named; what cannot be read is an error, not a guess."""

from __future__ import annotations

import json
from hashlib import blake2b

import pytest

from ragqa.errors import IndexDamaged, IndexMismatch, RagqaError
from ragqa.index import LocalIndex, verify
from ragqa.types import Filters


@pytest.fixture
def built(bench, random_made):
    recipe = bench.recipe()
    bench.write(random_made(1, 20), recipe=recipe)
    return bench


def files_of(bench):
    return sorted(path for path in bench.folder.rglob("*") if path.is_file() and path.stat().st_size)


def test_every_flipped_byte_is_named(built, make):
    checked = 0
    for path in files_of(built):
        whole = path.read_bytes()
        for place in {0, len(whole) // 2, len(whole) - 1}:
            flipped = bytearray(whole)
            flipped[place] ^= 0x01
            if flipped.strip() == whole.strip():
                continue
            path.write_bytes(flipped)
            problems = verify(built.folder).problems
            assert any(path.name in problem for problem in problems), (path.name, place, problems)
            with pytest.raises(RagqaError):
                built.write([make("new", "Ice helps.")])  # no addition covers damage up
            path.write_bytes(whole)
            checked += 1
    assert checked >= 30
    assert verify(built.folder).problems == ()


def test_a_damaged_index_never_gives_a_wrong_quote(built):
    path = next(path for path in files_of(built) if path.name == "store.sqlite")
    with LocalIndex.open(built.folder) as index:
        truth = {name: index.document(name).text for name in [card.document_id for card in index.cards()]}
        names = [passage.id for name in truth for passage in index.passages_of(name)]
    whole = path.read_bytes()
    refused = 0
    for place in range(100, len(whole), len(whole) // 150):
        flipped = bytearray(whole)
        flipped[place] ^= 0x10
        path.write_bytes(flipped)
        try:
            with LocalIndex.open(built.folder) as index:
                for passage in index.passages(names):
                    text = index.document(passage.document_id).text
                    assert truth[passage.document_id] == text
                    assert passage.span.of(text) == passage.text
        except RagqaError:
            refused += 1
    assert refused > 10


def test_a_short_or_missing_file_is_named_at_open(built):
    for path in files_of(built):
        if path.parent == built.folder or path.name == "manifest.json":
            continue
        whole = path.read_bytes()
        path.write_bytes(whole[:-1])
        with pytest.raises(IndexDamaged, match=path.name):
            LocalIndex.open(built.folder)
        path.unlink()
        with pytest.raises(IndexDamaged, match=f"{path.name} is missing"):
            LocalIndex.open(built.folder)
        path.write_bytes(whole)
    LocalIndex.open(built.folder).close()


def test_a_pointer_to_nothing(built):
    (built.folder / "CURRENT").write_text("77 abc\n")
    with pytest.raises(IndexDamaged):
        LocalIndex.open(built.folder)
    assert "77" in verify(built.folder).problems[0]
    (built.folder / "CURRENT").write_text("gibberish\n")
    with pytest.raises(IndexDamaged, match="CURRENT names no generation"):
        LocalIndex.open(built.folder)


def test_postings_that_point_outside_are_damage_not_a_crash(built):
    path = next(path for path in files_of(built) if path.name == "rows")
    path.write_bytes(b"\xff\xff\xff\x7f" * (path.stat().st_size // 4))
    with LocalIndex.open(built.folder) as index, pytest.raises(IndexDamaged):
        index.search_lexical({"pain": 1.0}, depth=5, filters=Filters())


def test_an_older_format_says_what_to_do(built):
    path = next(path for path in files_of(built) if path.name == "manifest.json")
    fields = json.loads(path.read_text())
    path.write_text(json.dumps(fields | {"format": 0}))
    digest = blake2b(path.read_bytes(), digest_size=16).hexdigest()
    (built.folder / "CURRENT").write_text(f"{fields['generation']} {digest}\n")
    with pytest.raises(IndexMismatch, match="format 0, this ragqa reads format 1; run: ragqa index build"):
        LocalIndex.open(built.folder)


def test_building_again_mends_damage(built, random_made):
    with LocalIndex.open(built.folder) as index:
        before = index.fingerprint
    path = next(path for path in files_of(built) if path.name == "vectors.f32")
    path.write_bytes(b"\0" * path.stat().st_size)
    assert built.write(random_made(1, 20), rebuild=True).encoded > 0
    with LocalIndex.open(built.folder) as index:
        assert index.fingerprint == before
    assert verify(built.folder).problems == ()
