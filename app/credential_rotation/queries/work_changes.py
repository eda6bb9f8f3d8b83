"""For whom it waits to say which access somebody keeps in their other work."""

import uuid
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.account_register.models import AccessGrant, Account, AccountStatus
from app.core.db import db
from app.core.registries import Viewer
from app.credential_rotation.models import Move, MoveKind, MoveStatus, WorkChange
from app.people.everybody import carries
from app.people.models import Person, Role
from app.people.queries import carrying, has_left, manager_is_here

WORK_CHANGE = "work_change"
TOLD_BEFORE = timedelta(days=31)


def work_change_by_id(change_id: uuid.UUID) -> WorkChange | None:
    """Another post or service that somebody has, with what its page shows."""
    people = (joinedload(WorkChange.person), joinedload(WorkChange.settled_by))
    return db.session.execute(
        sa.select(WorkChange).where(WorkChange.id == change_id).options(*people)
    ).scalar_one_or_none()


def open_work_change(person: Person) -> WorkChange | None:
    """What was told of somebody's other work and is not settled."""
    return db.session.execute(
        sa.select(WorkChange).where(WorkChange.person_id == person.id, WorkChange.settled_at.is_(None))
    ).scalar_one_or_none()


def move_told_before(person: Person, day: date) -> bool:
    """Whether somebody recorded other work of them for about this day already: then their access was asked about."""
    told = sa.exists().where(
        Move.person_id == person.id, Move.kind == MoveKind.MOVED, Move.status == MoveStatus.RECORDED,
        Move.last_day.between(day - TOLD_BEFORE, day + TOLD_BEFORE),
    )  # fmt: skip
    return bool(db.session.execute(sa.select(told)).scalar_one())


def needs_asking(person: Person, day: date) -> bool:
    """Whether somebody works here and holds access, or is to, or answers for an account."""
    return bool(db.session.execute(sa.select(sa.exists().where(Person.id == person.id, _holds_something(day)))).scalar_one())


def to_say_what_goes_on(viewer: Viewer, today: date) -> sa.Select[Any]:
    """Whose access it waits for this person to say: their line manager, or where none is here an HR manager; never their
    own. Nothing is asked of somebody who has gone, or holds and owns nothing any more.
    """
    columns: list[Any] = [
        sa.literal(WORK_CHANGE).label("name"), sa.cast(WorkChange.id, sa.String).label("key"),
        Person.name.label("who"), WorkChange.due_on.label("due_on"),
    ]  # fmt: skip
    has_manager = manager_is_here(today)
    hr = sa.and_(carries(viewer, Role.HR_MANAGER), sa.not_(has_manager))
    return (
        sa.select(*columns)
        .join_from(WorkChange, Person, Person.id == WorkChange.person_id)
        .where(
            WorkChange.settled_at.is_(None), _holds_something(today), Person.id != viewer.id,
            sa.or_(Person.line_manager_id == viewer.id, hr),
        )
    )  # fmt: skip


def work_changes_opened(people: Collection[uuid.UUID], keys: Collection[str], day: date) -> sa.Select[Any]:
    """Which of these may be read by which of these people when it is late: HR managers, never of themselves."""
    columns: list[Any] = [sa.cast(WorkChange.id, sa.String).label("key"), Person.id.label("person_id")]
    return (
        sa.select(*columns)
        .join(Person, Person.id.in_(list(people)))
        .where(
            WorkChange.id.in_([uuid.UUID(key) for key in keys]), Person.id != WorkChange.person_id,
            Person.id.in_(carrying((Role.HR_MANAGER,), day)),
        )
    )  # fmt: skip


def _holds_something(day: date) -> sa.ColumnElement[bool]:
    """Whether a person works here and has access, or an account, in a query of people."""
    grant, account = AccessGrant, Account
    goes_on = sa.or_(grant.ends_on.is_(None), sa.and_(grant.ends_on >= day, grant.ends_on >= grant.starts_on))
    holds = sa.exists().where(
        grant.person_id == Person.id, goes_on, grant.account_id == account.id, account.status != AccountStatus.CLOSED
    )
    owns = sa.exists().where(account.owner_id == Person.id, account.status != AccountStatus.CLOSED)
    return sa.and_(sa.not_(has_left(day)), sa.or_(holds.correlate_except(grant, account), owns.correlate_except(account)))
