"""API keys: shown once, kept as hashes, opened by the whole key alone."""

import pytest

from ragqa.errors import AccessError
from ragqa.keys import KeyStore
from ragqa.vocabulary import Role


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "keys.sqlite"


def test_a_key_opens_what_its_role_allows_until_it_is_revoked(path):
    keys = KeyStore(path)
    assert keys.cards() == []
    card, key = keys.create("Bea Ramos", Role.REVIEWER)
    assert keys.holder(key) == card
    keys.revoke(card.id)
    with pytest.raises(AccessError, match="revoked"):
        keys.holder(key)
    with pytest.raises(AccessError, match="no key"):
        keys.revoke(card.id)
    assert [c.revoked is None for c in keys.cards()] == [False]


def test_neither_the_key_nor_its_secret_is_on_disk(path):
    _, key = KeyStore(path).create("ada", Role.READER)
    held = path.read_bytes()
    assert key.encode() not in held
    assert key.split("_", 2)[2].encode() not in held
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("change", [lambda k: k[:-1], lambda k: k[:-1] + ("a" if k[-1] != "a" else "b"), lambda k: "", lambda k: "ragqa_00000000_" + "x" * 43])
def test_a_key_that_is_nearly_right_opens_nothing(path, change):
    keys = KeyStore(path)
    _, key = keys.create("ada", Role.ADMIN)
    with pytest.raises(AccessError, match="no key"):
        keys.holder(change(key))


@pytest.mark.parametrize("name", ["ragqa", "RagQA ", "local user", "Local  User"])
def test_no_holder_is_named_as_what_acts_without_a_key(path, name):
    with pytest.raises(AccessError, match="is kept for"):
        KeyStore(path).create(name, Role.READER)


def test_a_name_stands_for_one_key_in_force(path):
    keys = KeyStore(path)
    card, _ = keys.create("Bea Ramos", Role.REVIEWER)
    with pytest.raises(AccessError, match="holds a key already"):
        keys.create("bea  ramos", Role.ADMIN)
    keys.revoke(card.id)
    assert keys.create("Bea Ramos", Role.REVIEWER)[0].id != card.id
    assert len(keys.cards()) == 2


def test_a_holder_has_a_name_that_can_stand_in_a_history(path):
    with pytest.raises(AccessError):
        KeyStore(path).create("\x1b[2J", Role.READER)
