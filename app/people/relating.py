"""Who is close to whom, as it bears on fairness: declared by one of the two, or recorded by HR (domain 3.11, rule 1)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.audit import Actor, ActorKind, event_kind, record
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.sealing import new_data_key
from app.people.models import HR_OFFICERS, DeclaredRelationship, Person, RelationshipKind

# What is recorded about somebody names nobody else, and has no neutral line: a timeline must not tell who is close to whom.
RELATED = event_kind("relationship:recorded", "recorded a close relationship of {about}")
UNRELATED = event_kind("relationship:ended", "recorded that a close relationship of {about} is over")


def relate(
    person: Person, other: Person, kind: RelationshipKind, *, by: Person | None, at: datetime, reason: str = ""
) -> DeclaredRelationship:
    """Record that two people are close, from today on: every matter of the one is closed to the other from this moment.

    By the person themself; by an HR officer, who says why, since neither of the two reads it; `by` None is the installation.
    """
    day = local_day(at)
    if person.id == other.id:
        raise InvalidInput("Enter somebody else", field="email")
    is_own = by is not None and by.id == person.id
    if by is not None and not is_own:
        if not by.holds(*HR_OFFICERS):
            raise NotAllowed("You can only say this of yourself.", what_now="Ask HR to record it.")
        if by.id == other.id:
            raise InvalidInput("This is about you. Record it on the page “People close to you at work”", field="email")
        if not reason.strip():
            raise InvalidInput("Enter how you know it", field="reason")
    recorder = by.id if by is not None else None
    if any(tie.kind is kind for tie in _running(person, other, recorder, day)):
        raise AlreadyDone("This is recorded already.", what_now="You need do nothing.")
    tie = DeclaredRelationship(person_id=person.id, other_id=other.id, kind=kind, since=day, recorded_by_id=recorder)
    if reason.strip():
        tie.data_key = new_data_key(at)
        tie.data_key_id = tie.data_key.id
        tie.reason = reason.strip()
    db.session.add(tie)
    db.session.flush()
    actor: Actor = recorder or ActorKind.INSTALLATION
    record(RELATED, tie.id, by=actor, at=at, about=person.id, facts={"kind": kind, "other": other.id})
    return tie


def end_relationship(tie: DeclaredRelationship, *, by: Person | None, at: datetime) -> None:
    """Record that two people are no longer close, after today; it is never deleted. `by` None is the installation."""
    if by is not None and not by.id == tie.person_id == tie.recorded_by_id:
        raise NotAllowed("Only who declared this can end it.", what_now="Ask HR.")
    if tie.until is not None:
        raise AlreadyDone("This is over already.", what_now="You need do nothing.")
    tie.until = max(tie.since, local_day(at))
    actor: Actor = by.id if by is not None else ActorKind.INSTALLATION
    record(UNRELATED, tie.id, by=actor, at=at, about=tie.person_id, facts={"until": tie.until})


def declared_by(person: Person) -> Sequence[DeclaredRelationship]:
    """What somebody declared of themselves: what runs first, then what is over, the newest first."""
    tie = DeclaredRelationship
    return (
        db.session.execute(
            sa.select(tie)
            .where(tie.person_id == person.id, tie.recorded_by_id == person.id)
            .options(joinedload(tie.other))
            .order_by(tie.until.is_not(None), tie.since.desc(), tie.id)
            .limit(200)
        )
        .scalars()
        .all()
    )


def declared_relationship(tie_id: uuid.UUID, person: Person) -> DeclaredRelationship | None:
    """What somebody declared of themselves with this id."""
    tie = db.session.get(DeclaredRelationship, tie_id)
    return tie if tie is not None and person.id == tie.person_id == tie.recorded_by_id else None


def running_between(person: Person, other: Person) -> Sequence[DeclaredRelationship]:
    """Everything recorded of two people, by whomever, that is not over."""
    tie = DeclaredRelationship
    one_way = sa.and_(tie.person_id == person.id, tie.other_id == other.id)
    other_way = sa.and_(tie.person_id == other.id, tie.other_id == person.id)
    asked = sa.select(tie).where(sa.or_(one_way, other_way), tie.until.is_(None)).order_by(tie.since, tie.id)
    return db.session.execute(asked).scalars().all()


def _running(
    person: Person, other: Person, recorder: uuid.UUID | None, day: date
) -> Sequence[DeclaredRelationship]:
    tie = DeclaredRelationship
    asked = sa.select(tie).where(
        tie.person_id == person.id,
        tie.other_id == other.id,
        tie.recorded_by_id.is_(None) if recorder is None else tie.recorded_by_id == recorder,
        sa.or_(tie.until.is_(None), tie.until > day),
    )
    return db.session.execute(asked).scalars().all()
