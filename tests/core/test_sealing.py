"""Sealed values open only in their place, with their key, unaltered."""

import base64
import uuid

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.core.db import db
from app.core.drafts import Draft
from app.core.errors import GoneForGood
from app.core.sealing import (
    INDEX_KEY_ID,
    DataKey,
    Keyring,
    SealBroken,
    blind_index,
    destroy,
    ensure_index_key,
    new_data_key,
    rewrap,
    seal,
    unseal,
)
from tests.conftest import NOW

KEY = base64.b64encode(b"k" * 32).decode()


def test_a_sealed_value_opens_in_its_place_only(app: Flask) -> None:
    """Moved to another table, row or column, or opened with another report's key, it does not open."""
    key, other = new_data_key(NOW), new_data_key(NOW)
    sealed = seal(key, "Łąka said so".encode(), "report:1:what")
    assert unseal(key, sealed, "report:1:what").decode() == "Łąka said so"
    for place in ("report:2:what", "report:1:who", "case:1:what", ""):
        with pytest.raises(SealBroken):
            unseal(key, sealed, place)
    with pytest.raises(SealBroken):
        unseal(other, sealed, "report:1:what")


def test_an_altered_value_does_not_open(app: Flask) -> None:
    """Every byte counts, and a cut value is no value."""
    key = new_data_key(NOW)
    sealed = seal(key, b"words", "here")
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(SealBroken):
            unseal(key, bytes(altered), "here")
    for length in (0, 5, 12, len(sealed) - 1):
        with pytest.raises(SealBroken):
            unseal(key, sealed[:length], "here")


def test_the_same_words_are_never_sealed_alike(app: Flask) -> None:
    """Nobody sees that two reports say the same."""
    key = new_data_key(NOW)
    assert seal(key, b"same", "here") != seal(key, b"same", "here")


def _draft(key: DataKey) -> Draft:
    return Draft(owner_id=uuid.uuid4(), kind="x", changed_at=NOW, data_key_id=key.id, data_key=key)


def test_a_sealed_text_belongs_to_its_row(app: Flask) -> None:
    """What the entity property seals cannot be copied into another row with the same key."""
    key = new_data_key(NOW)
    one, two = _draft(key), _draft(key)
    one.content = "secret"
    assert b"secret" not in (one.content_sealed or b"")
    two.content_sealed = one.content_sealed
    assert one.content == "secret"
    with pytest.raises(SealBroken):
        _ = two.content
    one.content = ""
    assert one.content_sealed is None
    assert one.content == ""


def test_rewrapping_keeps_what_is_sealed_and_needs_the_old_key(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys rotate: old data keys are wrapped anew, and open without the old wrapping key afterwards."""
    key = new_data_key(NOW)
    sealed, old = seal(key, b"words", "here"), app.extensions["keyring"]
    fresh = Keyring.parse(Keyring.generate("fresh"))
    monkeypatch.setitem(app.extensions, "keyring", Keyring({**fresh.keys, **old.keys}))
    key._opened = None
    assert rewrap(key)
    assert key.wrapped_by == "fresh"
    assert not rewrap(key)
    key._opened = None
    monkeypatch.setitem(app.extensions, "keyring", fresh)
    assert unseal(key, sealed, "here") == b"words"
    key._opened = None
    monkeypatch.setitem(app.extensions, "keyring", old)
    with pytest.raises(SealBroken, match="not configured"):
        unseal(key, sealed, "here")


def test_a_wrapped_key_belongs_to_its_row(app: Flask) -> None:
    """Copied over another row's, it does not open."""
    one, two = new_data_key(NOW), new_data_key(NOW)
    two.wrapped, two._opened = one.wrapped, None
    with pytest.raises(SealBroken):
        _ = two.secret


def test_destroyed_is_gone_for_good(app: Flask) -> None:
    """Without its wrapped key nothing opens, and nothing can be wrapped again."""
    key = new_data_key(NOW)
    sealed = seal(key, b"words", "here")
    destroy(key, NOW)
    assert key.wrapped is None
    assert key.destroyed_at == NOW
    with pytest.raises(GoneForGood):
        unseal(key, sealed, "here")
    with pytest.raises(GoneForGood):
        seal(key, b"more", "here")
    assert not rewrap(key)


def test_the_blind_index_finds_equal_texts_and_tells_nothing(app: Flask) -> None:
    """The same purpose and text give the same mark; another purpose gives another; without the key nobody can guess."""
    mark = blind_index("address", "example.org/x")
    assert mark == blind_index("address", "example.org/x")
    assert mark != blind_index("person", "example.org/x")
    assert mark != blind_index("address", "example.org/y")
    assert len(mark) == 64
    ensure_index_key(NOW)  # a second time it stays as it is
    assert mark == blind_index("address", "example.org/x")


def test_without_its_key_there_is_no_blind_index(app: Flask) -> None:
    """A fault that an operator can mend, and no index under a key of the moment."""
    db.session.delete(db.session.get_one(DataKey, INDEX_KEY_ID))
    db.session.flush()
    with pytest.raises(SealBroken, match="set-up"):
        blind_index("address", "x")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no data key"),
        (" , ", "no data key"),
        ("one:!!!", "not base64"),
        ("one:" + base64.b64encode(b"short").decode(), "32 bytes"),
        (f":{KEY}", "32 bytes"),
        (KEY, "name"),
        (f"good:{KEY},bad:zzz", "'bad'"),
    ],
)
def test_a_keyring_that_cannot_be_read_says_which_key(text: str, words: str) -> None:
    """The sentence names the key and never shows it."""
    with pytest.raises(ValueError) as refused:
        Keyring.parse(text)
    assert words in str(refused.value) or "base64" in str(refused.value)


def test_the_first_key_of_a_ring_is_current() -> None:
    """Others still open what is old."""
    ring = Keyring.parse(f" new:{KEY} , old:{KEY}")
    assert ring.current == "new"
    assert set(ring.keys) == {"new", "old"}
    assert Keyring.parse(Keyring.generate("made")).current == "made"


@given(st.binary(max_size=300), st.text(max_size=40))
def test_sealing_is_aes_gcm_over_the_place(plain: bytes, place: str) -> None:
    """What is sealed can be opened by anybody's AES-256-GCM with the key, a 12-byte nonce and the place as context."""
    key = DataKey(id=uuid.uuid4(), created_at=NOW)
    key.wrapped, key._opened = b"unused", b"s" * 32
    place = place.encode("utf-8", "ignore").decode()
    sealed = seal(key, plain, place)
    assert AESGCM(b"s" * 32).decrypt(sealed[:12], sealed[12:], place.encode()) == plain
