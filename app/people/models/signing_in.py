"""How somebody signs in."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base
from app.people.models.person import Person


class Credential(Base):
    """How somebody proves who they are: an argon2 hash of their own password (RFC 9106). Nothing else holds one."""

    __tablename__ = "credential"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime]


class SignInSession(Base):
    """One signed-in browser. The cookie carries a token; the row keeps only its SHA-256."""

    __tablename__ = "sign_in_session"
    __table_args__ = (sa.Index(None, "person_id"),)

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class SignInThrottle(Base):
    """How many tries failed lately for one address or one name typed, both kept only as keyed fingerprints."""

    __tablename__ = "sign_in_throttle"

    bucket: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime]
