"""Envelope sealing: each report and each case has a data key of its own, wrapped by the organisation's keys.

Text and files are sealed with AES-256-GCM, bound to the table, row and column they stand in, so that a sealed value
moved elsewhere does not open. Rotating the organisation's keys re-wraps data keys; destroying a record deletes its
wrapped key, and nothing of it can be read again, in audit or backup. Enums, dates and person ids stay clear, as the
wall and the lists need them.
"""

import base64
import hashlib
import hmac
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, overload

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import ActorKind, event_kind, record
from app.core.db import Base, Identified, db
from app.core.errors import GoneForGood

KEYS_ROTATED = event_kind("keys:rotated", "wrapped {count} data keys anew")
KEY_BYTES = 32
NONCE_BYTES = 12


class SealBroken(Exception):
    """A sealed value does not open: it was altered, moved, or sealed with a key that is not at hand."""


@dataclass(frozen=True)
class Keyring:
    """The organisation's wrapping keys by name; the first is used for new data keys, the others still open old ones."""

    keys: Mapping[str, bytes]

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """Read `name:base64,name:base64` (32 bytes each). Raises ValueError in words an operator understands."""
        keys: dict[str, bytes] = {}
        for part in filter(None, (p.strip() for p in text.split(","))):
            name, _, encoded = part.partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError as error:
                raise ValueError(f"data key {name!r} is not base64") from error
            if not name or len(key) != KEY_BYTES:
                raise ValueError(f"data key {name!r} must be {KEY_BYTES} bytes in base64, written name:key")
            keys[name] = key
        if not keys:
            raise ValueError("no data key is given")
        return cls(keys)

    @staticmethod
    def generate(name: str) -> str:
        """A fresh wrapping key in the form that `parse` reads."""
        return f"{name}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}"

    @property
    def current(self) -> str:
        """The name of the key that wraps new data keys."""
        return next(iter(self.keys))


def _keyring() -> Keyring:
    keyring: Keyring = current_app.extensions["keyring"]
    return keyring


class DataKey(Identified, Base):
    """The key of one report or case, wrapped. After destruction `wrapped` is empty and nothing opens any more."""

    __tablename__ = "data_key"

    wrapped: Mapped[bytes | None]
    wrapped_by: Mapped[str] = mapped_column(sa.String(60))
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]

    _opened: bytes | None = None

    @property
    def secret(self) -> bytes:
        """The key itself, unwrapped once and kept as long as this object lives. Raises GoneForGood, SealBroken."""
        if self.wrapped is None:
            raise GoneForGood("This record was destroyed under the retention rules.")
        if self._opened is None:
            keys = _keyring().keys
            if self.wrapped_by not in keys:
                raise SealBroken(f"the data key was wrapped by {self.wrapped_by!r}, which is not configured")
            self._opened = _decrypt(keys[self.wrapped_by], self.wrapped, f"data_key:{self.id}")
        return self._opened


def new_data_key(at: datetime) -> DataKey:
    """A fresh data key for one report, case or draft, wrapped by the current wrapping key."""
    keyring, key, secret = _keyring(), DataKey(created_at=at), os.urandom(KEY_BYTES)
    key.wrapped_by = keyring.current
    key.wrapped = _encrypt(keyring.keys[keyring.current], secret, f"data_key:{key.id}")
    key._opened = secret
    return key


def rewrap(key: DataKey) -> bool:
    """Wrap a data key by the current wrapping key. False if it already is, or is destroyed."""
    keyring = _keyring()
    if key.wrapped is None or key.wrapped_by == keyring.current:
        return False
    secret = key.secret
    key.wrapped_by = keyring.current
    key.wrapped = _encrypt(keyring.keys[keyring.current], secret, f"data_key:{key.id}")
    return True


def rewrap_all(*, at: datetime) -> int:
    """Wrap every data key by the current wrapping key; gives how many were not yet. Recorded with its count only."""
    count = sum(rewrap(key) for key in db.session.execute(sa.select(DataKey)).scalars())
    if count:
        record(KEYS_ROTATED, INDEX_KEY_ID, by=ActorKind.INSTALLATION, at=at, facts={"count": count})
    return count


def destroy(key: DataKey, at: datetime) -> None:
    """Delete a wrapped key: all that was sealed with it is unreadable from now on."""
    key.wrapped, key.destroyed_at, key._opened = None, at, None


def seal(key: DataKey, plain: bytes, bound_to: str) -> bytes:
    """Seal bytes, bound to the place they stand in (`table:row:column`)."""
    return _encrypt(key.secret, plain, bound_to)


def unseal(key: DataKey, sealed: bytes, bound_to: str) -> bytes:
    """Open sealed bytes. Raises SealBroken if they were altered or moved, GoneForGood if the key is destroyed."""
    return _decrypt(key.secret, sealed, bound_to)


def _encrypt(key: bytes, plain: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def _decrypt(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken(f"a sealed value does not open: {bound_to}") from error


class SealedText:
    """A text property of an entity whose row keeps only the sealed bytes, in the column named `<name>_sealed`.

    The entity has `id` and `data_key`; it is bound by table, id and column. Use: `summary = SealedText()` beside
    `summary_sealed: Mapped[bytes | None]`.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.column = f"{name}_sealed"

    @overload
    def __get__(self, entity: None, owner: type) -> "SealedText": ...
    @overload
    def __get__(self, entity: Any, owner: type) -> str: ...
    def __get__(self, entity: Any, owner: type) -> "SealedText | str":
        if entity is None:
            return self
        sealed = getattr(entity, self.column)
        if sealed is None:
            return ""
        return unseal(entity.data_key, sealed, self._place(entity)).decode()

    def __set__(self, entity: Any, text: str | None) -> None:
        value = None if not text else seal(entity.data_key, text.encode(), self._place(entity))
        setattr(entity, self.column, value)

    def _place(self, entity: Any) -> str:
        return f"{entity.__tablename__}:{entity.id}:{self.column}"


INDEX_KEY_ID = uuid.UUID("00000000-0000-4000-8000-00000000b11d")


def blind_index(purpose: str, text: str) -> str:
    """A keyed fingerprint of a text (HMAC-SHA-256, hex): equal texts are found again without being kept readable."""
    key = db.session.get(DataKey, INDEX_KEY_ID)
    if key is None:
        raise SealBroken("the index key is missing: run the set-up again")
    return hmac.new(key.secret, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def ensure_index_key(at: datetime) -> None:
    """Make the key of the blind index, once for an installation."""
    if db.session.get(DataKey, INDEX_KEY_ID) is None:
        key = DataKey(id=INDEX_KEY_ID, created_at=at)
        keyring = _keyring()
        key.wrapped_by = keyring.current
        key.wrapped = _encrypt(keyring.keys[keyring.current], os.urandom(KEY_BYTES), f"data_key:{key.id}")
        db.session.add(key)
