"""Second thoughts about leavers and movers, and that no password stays with somebody who has gone."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.account_register.models import AccessGrant, EndReason, LoginMode, is_there
from app.core import clock
from app.core.db import db
from app.credential_rotation.models import (
    CredentialRotation,
    LeaverNotice,
    Move,
    MoveKind,
    MoveStatus,
    NoticeStatus,
    RotationStatus,
)
from app.credential_rotation.operations import (
    Moving,
    change_leaving,
    change_move,
    preview_move,
    record_move,
    withdraw_leaver,
    withdraw_move,
)
from app.credential_rotation.queries import same_move
from app.demo.timeline import act_at
from app.people.models import Person
from app.policy.queries import working_calendar


def think_again(chance: random.Random, at: datetime) -> None:
    """Somebody who is leaving leaves on another day, at once, or not at all."""
    today = clock.local_day(at)
    notices = list(
        db.session.execute(
            sa.select(LeaverNotice)
            .join(LeaverNotice.person)
            .where(LeaverNotice.status != NoticeStatus.WITHDRAWN, LeaverNotice.last_working_day >= today)
            .order_by(Person.email, LeaverNotice.notified_at)
        ).scalars()
    )
    if not notices:
        return
    notice, kind = chance.choice(notices), chance.random()
    assert notice.notified_by is not None
    by, later = notice.notified_by, working_calendar().add(today, chance.randint(1, 10))
    with act_at(at):
        if kind < 0.3:
            withdraw_leaver(notice, by=by, at=at)
        elif kind < 0.6:
            change_leaving(notice, last_working_day=today, immediate=True, by=by, at=at)
        else:
            change_leaving(notice, last_working_day=later, immediate=False, by=by, at=at)


def move_on(mover: Person, chance: random.Random, at: datetime) -> None:
    """Somebody takes other work, or is away for long: about half of their access goes on, and of what they own."""
    kind = chance.choice(list(MoveKind))
    moving = Moving(mover, kind, working_calendar().add(clock.local_day(at), chance.randint(0, 10)))
    with act_at(at):
        assert mover.line_manager is not None
        asked = preview_move(moving, by=mover.line_manager, at=at)
        goes_on = {grant.id: chance.random() < 0.5 for grant in asked.grants}
        goes_on |= {account.id: chance.random() < 0.5 for account in asked.owned}
        record_move(moving, goes_on, by=mover.line_manager, at=at)


def move_otherwise(chance: random.Random, at: datetime) -> None:
    """Somebody who was to move or to be away does so on another day, or not at all."""
    today = clock.local_day(at)
    moves = list(
        db.session.execute(
            sa.select(Move)
            .join(Move.person)
            .where(Move.status == MoveStatus.RECORDED, Move.last_day >= today, Person.last_working_day.is_(None))
            .order_by(Person.email, Move.recorded_at)
        ).scalars()
    )
    if not moves:
        return
    move, later = chance.choice(moves), working_calendar().add(today, chance.randint(1, 10))
    with act_at(at):
        if chance.random() < 0.4:
            withdraw_move(move, by=move.recorded_by, at=at)
        elif same_move(move.person, move.kind, later) is None:
            change_move(move, last_day=later, back_on=None, by=move.recorded_by, at=at)


def known_to_the_gone(day: date) -> Iterator[str]:
    """Each shared password that somebody who has gone could use: it was changed since, or it is being changed.

    So too of somebody who stays after all, or for longer, where their access had ended with their leaving.
    """
    grants = db.session.execute(
        sa.select(AccessGrant)
        .join(AccessGrant.person)
        .join(AccessGrant.account)
        .where(
            AccessGrant.login_mode == LoginMode.SHARED,
            sa.or_(
                Person.last_working_day < day,
                sa.and_(AccessGrant.end_reason == EndReason.LEFT, AccessGrant.ends_on < day),
            ),
            sa.or_(AccessGrant.ends_on.is_(None), AccessGrant.ends_on >= AccessGrant.starts_on),
            is_there(),
        )
        .options(joinedload(AccessGrant.person))
    ).scalars()  # fmt: skip
    rotation = CredentialRotation
    changes: dict[object, datetime | None] = {}
    for account_id, changed_at in db.session.execute(
        sa.select(rotation.account_id, sa.func.max(rotation.changed_at))
        .where(rotation.status != RotationStatus.NOT_MADE)
        .group_by(rotation.account_id)
    ):
        changes[account_id] = changed_at
    due = set(
        db.session.execute(sa.select(rotation.account_id).where(rotation.status == RotationStatus.DUE)).scalars()
    )
    for grant in grants:
        until = min(last for last in (grant.ends_on, grant.person.last_working_day) if last is not None)
        # By the day: somebody who left at once was gone before that day was over.
        changed = changes.get(grant.account_id)
        if grant.account_id not in due and (changed is None or changed < clock.at_local(until)):
            yield f"{grant.person.name}, gone since {until + timedelta(days=1)}, still knows a password: {grant.id}"
