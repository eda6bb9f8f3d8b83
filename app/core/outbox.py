"""Messages to people, written in the transaction of the act they tell of: a line behind the bell, and mail after it.

A message never carries content: whoever gets it is told that something waits in Probity, and signs in to see it. Behind
the bell stands what kind of thing it is, with a link to a list that itself knows who may see what.
"""

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Identified, Versioned, db
from app.core.paging import Cursor, KeyPage, key_page

MESSAGES_A_PAGE = 25
NEUTRAL_TEXT = "You have something to do in Probity"


@dataclass(frozen=True)
class MessageKind:
    """A kind of message, declared once beside the acts that send it.

    `reads` is its line behind the bell: neutral, without names. `endpoint` is the page where it leads, which takes no
    argument and decides by itself what the reader sees.
    """

    name: str
    reads: str
    endpoint: str


_kinds: dict[str, MessageKind] = {}


def message_kind(name: str, reads: str, endpoint: str) -> MessageKind:
    """Declare a kind of message. Raises ValueError when the name is taken."""
    if name in _kinds:
        raise ValueError(f"messages of the kind {name} are declared twice")
    _kinds[name] = MessageKind(name, reads, endpoint)
    return _kinds[name]


class OutboxMessage(Identified, Base):
    """One message to one person.

    `occasion` is the name of its kind, with a number where the same may happen again to one thing. `matter_id` is there
    when somebody is told as an officer of a report or case: once they are walled off from it, the message is too.
    `settled_at` is when it became part of the mail `mail_id`, or when it was clear that it needs none (see core/mail.py).
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        sa.UniqueConstraint("to_person_id", "occasion", "subject_id"),
        sa.Index("ix_outbox_message_unsettled", "created_at", sqlite_where=sa.text("settled_at IS NULL"),
                 postgresql_where=sa.text("settled_at IS NULL")),
        sa.Index("ix_outbox_message_unread", "to_person_id", sqlite_where=sa.text("read_at IS NULL"),
                 postgresql_where=sa.text("read_at IS NULL")),
        sa.Index(None, "to_person_id", "created_at", "id"),
        sa.Index(None, "mail_id"),
    )  # fmt: skip

    to_person_id: Mapped[uuid.UUID]
    occasion: Mapped[str] = mapped_column(sa.String(60))
    subject_id: Mapped[uuid.UUID]
    matter_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    mail_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("mail.id"))
    read_at: Mapped[datetime | None]

    @property
    def kind(self) -> MessageKind:
        """What kind of message it is."""
        return _kinds[self.occasion.partition("#")[0]]


_KNOWN = sa.select(OutboxMessage.id).where(
    OutboxMessage.to_person_id == sa.bindparam("to"),
    OutboxMessage.occasion == sa.bindparam("occasion"),
    OutboxMessage.subject_id == sa.bindparam("about"),
)


def notify(
    to_person_id: uuid.UUID,
    kind: MessageKind,
    subject_id: uuid.UUID,
    *,
    at: datetime,
    number: int | None = None,
    matter_id: uuid.UUID | None = None,
) -> None:
    """Put a message for one person in the outbox; the same kind (and number) about the same thing only once."""
    occasion = kind.name if number is None else f"{kind.name}#{number}"
    if db.session.execute(_KNOWN, {"to": to_person_id, "occasion": occasion, "about": subject_id}).first() is None:
        _put(to_person_id, occasion, subject_id, at, matter_id)


def notify_of_new(
    to_person_id: uuid.UUID, kind: MessageKind, subject_id: uuid.UUID, *, at: datetime, matter_id: uuid.UUID | None = None
) -> None:
    """`notify` about a thing that was made just now: nobody can have been told of it before, so that is not looked up."""
    _put(to_person_id, kind.name, subject_id, at, matter_id)


def _put(
    to_person_id: uuid.UUID, occasion: str, subject_id: uuid.UUID, at: datetime, matter_id: uuid.UUID | None
) -> None:
    message = OutboxMessage(
        to_person_id=to_person_id, occasion=occasion, subject_id=subject_id, created_at=at, matter_id=matter_id
    )
    db.session.add(message)


def last_told(person_id: uuid.UUID, subject_id: uuid.UUID, kinds: Collection[MessageKind]) -> MessageKind | None:
    """Which of some kinds of message somebody was written last about a thing, if any."""
    written = db.session.execute(
        sa.select(OutboxMessage)
        .where(OutboxMessage.to_person_id == person_id, OutboxMessage.subject_id == subject_id)
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
    ).scalars()
    return next((message.kind for message in written if message.kind in kinds), None)


def was_told(person_id: Any, subject_id: Any, kinds: Collection[MessageKind]) -> sa.ColumnElement[bool]:
    """Whether somebody was ever written a message of these kinds about a thing, as a condition; both may be columns."""
    occasion = OutboxMessage.occasion
    of_these = (sa.or_(occasion == one.name, occasion.startswith(f"{one.name}#", autoescape=True)) for one in kinds)
    is_theirs = sa.and_(OutboxMessage.to_person_id == person_id, OutboxMessage.subject_id == subject_id)
    return sa.exists().where(is_theirs, sa.or_(*of_these)).correlate_except(OutboxMessage)


def as_news(thing: Versioned) -> int:
    """A number for the message about a change of something, no two alike: what happens to it later is told as the first
    was, for a later answer may ask for another day, or for something that they need.
    """
    db.session.flush()
    return thing.version


Wall = Callable[[Any, Any, Any], sa.ColumnElement[bool]]
"""Whether a matter is walled off from a person on a day, as a condition; rooms that know walls register theirs."""


def shown_to(person_id: Any, on: date | Any, walls: Sequence[Wall]) -> sa.ColumnElement[bool]:
    """The messages that a person may see behind the bell, as a condition. `person_id` and `on` may be columns."""
    hidden = [wall(OutboxMessage.matter_id, person_id, on) for wall in walls]
    return sa.and_(
        OutboxMessage.to_person_id == person_id,
        sa.or_(OutboxMessage.matter_id.is_(None), sa.not_(sa.or_(sa.false(), *hidden))),
    )


def unread_count(person_id: Any, on: date | Any, walls: Sequence[Wall]) -> sa.ScalarSelect[int]:
    """How many messages a person has not read, for the bell: a column of the query that finds who is signed in."""
    return (
        sa.select(sa.func.count(OutboxMessage.id))
        .where(OutboxMessage.read_at.is_(None), shown_to(person_id, on, walls))
        .scalar_subquery()
    )


def messages_page(person_id: uuid.UUID, on: date, walls: Sequence[Wall], cursor: Cursor) -> KeyPage:
    """The messages of a person, newest first, a page at a time; rows with the message as `OutboxMessage`."""
    found = sa.select(OutboxMessage, OutboxMessage.id.label("id")).where(shown_to(person_id, on, walls))
    return key_page(found, [OutboxMessage.created_at], OutboxMessage.id, cursor, size=MESSAGES_A_PAGE, descending=True)


def mark_all_read(person_id: uuid.UUID, *, until: datetime, at: datetime) -> None:
    """Note that a person has read what was written to them up to a moment, also what they may no longer see."""
    db.session.execute(
        sa.update(OutboxMessage)
        .where(OutboxMessage.to_person_id == person_id, OutboxMessage.read_at.is_(None), OutboxMessage.created_at <= until)
        .values(read_at=at)
    )
