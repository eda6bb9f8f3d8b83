"""Which password changes belong to somebody's leaving though they were asked for before it: because of a move, an absence or
an access that ended. Most who are away for long come back; those who do not had their access ended before they left.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from app.core import clock
from app.core.db import db
from app.core.working_days import months_after
from app.credential_rotation.models import (
    OPEN_ROTATION,
    CredentialRotation,
    LeaverHolding,
    LeaverNotice,
    Move,
    MoveHandOver,
    NoticeStatus,
    RotationCause,
)
from app.credential_rotation.queries.hand_overs import left_by_move
from app.credential_rotation.queries.permitting import waits_for_judgement
from app.people.models import Person

BELONGS_FOR_MONTHS = 24
"""What ended longer ago is no part of a leaving: a long illness or another post before it seldom takes longer."""


def earliest_that_belongs(person: Person, today: date) -> datetime:
    """From when on access that ended, and a change because of them, belong to a leaving that is told today: never from
    before they came back, for that belongs to their leaving then.
    """
    earliest, back = clock.at_local(months_after(today, -BELONGS_FOR_MONTHS)), person.came_back_at
    return earliest if back is None else max(earliest, back)


def changes_because_of(person: Person, today: date) -> dict[UUID, RotationCause]:
    """By account, why its password was changed at last because of somebody, as far as that belongs to their leaving: while
    nobody has verified or judged the change, however long ago it was made, and where it was made in the last months.
    """
    it, cause = CredentialRotation, RotationCause
    recent = it.changed_at >= earliest_that_belongs(person, today)
    made = db.session.execute(
        sa.select(cause)
        .join(cause.rotation)
        .where(
            cause.person_id == person.id, cause.stood_down_at.is_(None), it.changed_at.is_not(None),
            sa.or_(recent, _unproved()),
        )
        .options(contains_eager(cause.rotation))
        .order_by(it.changed_at, cause.counts_from, cause.id)
    ).scalars()  # fmt: skip
    return {one.rotation.account_id: one for one in made}


def hand_overs_left_by(person: Person, today: date) -> dict[UUID, date]:
    """By account, since when somebody has been asked for because they moved or are away, where nobody was found yet."""
    rows = db.session.execute(
        sa.select(MoveHandOver.account_id, sa.func.min(MoveHandOver.hand_over_by))
        .join(Move, Move.id == MoveHandOver.move_id)
        .join(MoveHandOver.account)
        .where(Move.person_id == person.id, left_by_move(today))
        .group_by(MoveHandOver.account_id)
    )
    return {account_id: day for account_id, day in rows}


def carried_by_leaver() -> sa.ColumnElement[bool]:
    """Whether the leaving of who moved asks for the same hand-over by that day; in a query of moves and what they leave."""
    return (
        sa.select(LeaverHolding.id)
        .join(LeaverNotice, LeaverNotice.id == LeaverHolding.notice_id)
        .where(
            LeaverNotice.person_id == Move.person_id, LeaverNotice.status != NoticeStatus.WITHDRAWN,
            LeaverHolding.account_id == MoveHandOver.account_id, LeaverHolding.hand_over_by <= MoveHandOver.hand_over_by,
        )
        .correlate(Move, MoveHandOver)
        .exists()
    )  # fmt: skip


def unproved_because_of(person_id: Any) -> sa.ColumnElement[bool]:
    """Whether a change was made, or is to be made, because of somebody and nobody has verified or judged it yet; in a query
    of rotations with their causes.
    """
    return sa.and_(RotationCause.person_id == person_id, RotationCause.stood_down_at.is_(None), _unproved())


def causes_of_leaving(notice: Any) -> sa.ColumnElement[bool]:
    """Which causes belong to an account of a notice, as what joins them to its holdings: the holding's own, and one of each
    further change because of whoever leaves that nobody has verified or judged yet.

    The notice is a value, or the class of them as a part of the query.
    """
    own, first, it = aliased(RotationCause), aliased(RotationCause), RotationCause
    own_change = sa.select(own.rotation_id).where(own.id == LeaverHolding.cause_id).correlate(LeaverHolding)
    leaves_so = sa.exists().where(
        Person.id == notice.person_id, Person.last_working_day == notice.last_working_day,
        notice.status != NoticeStatus.WITHDRAWN,
    )  # fmt: skip
    same_change = sa.exists().where(
        first.rotation_id == it.rotation_id, first.person_id == it.person_id, first.stood_down_at.is_(None),
        first.id < it.id,
    )  # fmt: skip
    of_account = sa.exists().where(
        CredentialRotation.id == it.rotation_id, CredentialRotation.account_id == LeaverHolding.account_id, _unproved()
    )
    further = sa.and_(
        it.person_id == notice.person_id, it.stood_down_at.is_(None), leaves_so.correlate_except(Person),
        sa.not_(same_change.correlate_except(first)), of_account.correlate_except(CredentialRotation),
        it.rotation_id.not_in(own_change),
    )  # fmt: skip
    return sa.or_(RotationCause.id == LeaverHolding.cause_id, further)


def _unproved() -> sa.ColumnElement[bool]:
    return sa.or_(CredentialRotation.status.in_(OPEN_ROTATION), waits_for_judgement())
