"""Signing in and out: passwords by argon2, sessions that live in the database, and a limit on failed tries."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from sqlalchemy.orm import Session, contains_eager

from app.core import clock
from app.core.audit import ActorKind, event_kind, record
from app.core.db import db, insert_or_update, short_write
from app.core.errors import InvalidInput, TooOften
from app.core.outbox import Wall, unread_count
from app.people.models import Credential, Person, RoleAssignment, SignInSession, SignInThrottle

SESSION_LENGTH = timedelta(hours=12)
IDLE_LENGTH = timedelta(hours=2)
TOUCH_EVERY = timedelta(minutes=1)
THROTTLE_WINDOW = timedelta(minutes=15)
FAILURES_BY_NAME = 8
FAILURES_BY_ADDRESS = 60
MIN_PASSWORD_LENGTH = 12
WRONG = "Enter the e-mail address and password you use for Probity. One of them was not right."

SIGNED_IN = event_kind("person:signed-in", "signed in")
SIGNED_OUT = event_kind("person:signed-out", "signed out")
PASSWORD_SET = event_kind("person:password-set", "set a password")

_hasher = PasswordHasher()
_dummy_hash: str | None = None


def set_password(person: Person, password: str, *, at: datetime) -> None:
    """Give a person the password they sign in with, and end every session begun with an old one.

    Only a command on the server does that, so on record it is the installation that did it, whoever typed it. Raises
    InvalidInput when it is too short.
    """
    if len(password) < MIN_PASSWORD_LENGTH:
        raise InvalidInput(f"Enter a password of at least {MIN_PASSWORD_LENGTH} characters", field="password")
    credential = db.session.get(Credential, person.id) or Credential(person_id=person.id)
    credential.password_hash, credential.changed_at = hash_password(password), at
    db.session.add(credential)
    end_every_session(person, at=at)
    record(PASSWORD_SET, person.id, by=ActorKind.INSTALLATION, at=at, about=person.id)


def end_every_session(person: Person, *, at: datetime) -> None:
    """End whatever sessions a person has, on every browser; none of them ever comes back."""
    db.session.execute(
        sa.update(SignInSession)
        .where(SignInSession.person_id == person.id, SignInSession.ended_at.is_(None))
        .values(ended_at=at)
    )


def hash_password(password: str) -> str:
    """The argon2 hash of a password; takes about a fifth of a second on purpose."""
    return _hasher.hash(password)


def check_password(email: str, password: str, *, address: str, at: datetime) -> Person:
    """The person who signs in with this e-mail address and password.

    Raises TooOften after too many failures for the name or from the network address within fifteen minutes, and
    InvalidInput with one sentence for every other reason, after the same work, so that nobody learns who exists.
    """
    buckets = {_bucket("name", email.casefold()): FAILURES_BY_NAME, _bucket("address", address): FAILURES_BY_ADDRESS}
    _refuse_too_many(buckets, at)
    found = db.session.execute(
        sa.select(Person, Credential.password_hash)
        .join(Credential, Credential.person_id == Person.id)
        .where(sa.func.lower(Person.email) == email.casefold())
    ).one_or_none()
    db.session.rollback()  # the hash below takes a fifth of a second: hold no transaction open for it
    right = _verify(found.password_hash if found else _stand_in_hash(), password)
    if not (found and right and found.Person.is_here_on(clock.local_day(at))):
        _count_failure(buckets, at)
        raise InvalidInput(WRONG, field="email")
    _forget_failures(_bucket("name", email.casefold()))
    person: Person = found.Person
    return person


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _stand_in_hash() -> str:
    global _dummy_hash
    _dummy_hash = _dummy_hash or _hasher.hash(secrets.token_urlsafe())
    return _dummy_hash


def _bucket(kind: str, what: str) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"throttle:{kind}:{what}".encode(), hashlib.sha256).hexdigest()


def _refuse_too_many(buckets: dict[str, int], at: datetime) -> None:
    rows = db.session.execute(
        sa.select(SignInThrottle.bucket, SignInThrottle.failures).where(
            SignInThrottle.bucket.in_(buckets), SignInThrottle.since > at - THROTTLE_WINDOW
        )
    )
    if any(row.failures >= buckets[row.bucket] for row in rows):
        raise TooOften(
            "There were too many tries to sign in.", what_now="Wait fifteen minutes and try again, or ask the help desk."
        )


def _count_failure(buckets: dict[str, int], at: datetime) -> None:
    with short_write() as session:
        for bucket in buckets:
            _add_failure(session, bucket, at)


def _add_failure(session: Session, bucket: str, at: datetime) -> None:
    runs_on = SignInThrottle.since > at - THROTTLE_WINDOW
    insert_or_update(
        session,
        SignInThrottle,
        {"bucket": bucket, "failures": 1, "since": at},
        key="bucket",
        changes={
            "failures": sa.case((runs_on, SignInThrottle.failures + 1), else_=1),
            "since": sa.case((runs_on, SignInThrottle.since), else_=at),
        },
    )


def _forget_failures(bucket: str) -> None:
    """Forget those of a name that signed in; those of an address stay, or one account could be used to try others."""
    with short_write() as session:
        session.execute(sa.delete(SignInThrottle).where(SignInThrottle.bucket == bucket))


def start_session(person: Person, *, at: datetime) -> None:
    """Begin a session for a person; its token goes into the cookie, its fingerprint into the database."""
    token = secrets.token_urlsafe(32)
    person.session_token = token
    db.session.add(
        SignInSession(token_hash=_fingerprint(token), person_id=person.id, started_at=at, last_seen_at=at)
    )
    record(SIGNED_IN, person.id, by=person.id, at=at)


def end_session(person: Person, *, at: datetime) -> None:
    """End a person's present session, here and for whoever copied its cookie."""
    session = db.session.get(SignInSession, _fingerprint(person.get_id()))
    if session is not None and session.ended_at is None:
        session.ended_at = at
        record(SIGNED_OUT, person.id, by=person.id, at=at)


@cache
def _session_query(message_walls: tuple[Wall, ...]) -> sa.Select[Person, datetime, int]:
    """Made once: every page sends it."""
    unread = unread_count(SignInSession.person_id, sa.bindparam("today", type_=sa.Date()), message_walls)
    return (
        sa.select(Person, SignInSession.last_seen_at, unread.label("unread"))
        .join(SignInSession, SignInSession.person_id == Person.id)
        .outerjoin(RoleAssignment, RoleAssignment.person_id == Person.id)
        .options(contains_eager(Person.roles))
        .where(
            SignInSession.token_hash == sa.bindparam("token"),
            SignInSession.ended_at.is_(None),
            SignInSession.started_at > sa.bindparam("earliest"),
            SignInSession.last_seen_at > sa.bindparam("idle_since"),
        )
    )


def person_of_session(token: str, *, at: datetime) -> Person | None:
    """Who is signed in by this token, with their roles and how many messages they have not read, in one query.

    None if the session is over, they have left or they have not begun.
    """
    walls = tuple(current_app.extensions["registries"].message_walls)
    found = db.session.execute(
        _session_query(walls),
        {
            "token": _fingerprint(token), "earliest": at - SESSION_LENGTH, "idle_since": at - IDLE_LENGTH,
            "today": clock.local_day(at),
        },
    ).unique().one_or_none()
    if found is None or not found.Person.is_here_on(clock.local_day(at)):
        return None
    person: Person = found.Person
    person.session_token = token
    person.unread_messages = found.unread
    if at - found.last_seen_at >= TOUCH_EVERY:
        _touch(token, at)
    return person


def sweep_sessions(at: datetime) -> int:
    """Delete the rows of sessions that ended or can no longer be used; gives how many. The audit keeps who signed in."""
    over = sa.or_(
        SignInSession.ended_at <= at,
        SignInSession.started_at <= at - SESSION_LENGTH,
        SignInSession.last_seen_at <= at - IDLE_LENGTH,
    )
    return len(db.session.execute(sa.delete(SignInSession).where(over).returning(SignInSession.token_hash)).all())


def sweep_failed_tries(at: datetime) -> int:
    """Delete counts of failed tries that no longer hold anybody back; gives how many."""
    over = SignInThrottle.since <= at - THROTTLE_WINDOW
    return len(db.session.execute(sa.delete(SignInThrottle).where(over).returning(SignInThrottle.bucket)).all())


def _touch(token: str, at: datetime) -> None:
    with short_write() as session:
        session.execute(
            sa.update(SignInSession).where(SignInSession.token_hash == _fingerprint(token)).values(last_seen_at=at)
        )


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
