"""Several rotations on one page: as many as go on it, of all that are for its reader, and how many those are."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.account_register.models import AccessLevel, Account
from app.core import clock
from app.core.db import db
from app.credential_rotation.models import CredentialRotation, LeaverHolding, LeaverNotice, RotationCause, RotationStatus
from app.credential_rotation.queries.permitting import caused_by
from app.credential_rotation.queries.rotations import answers_or_gets_in, mine_to_change, mine_to_verify, whole_rotation
from app.people.models import Person

TOGETHER = 10


@dataclass(frozen=True)
class OnOnePage:
    """The rotations that go on one page, soonest first, and how many there are in all."""

    rotations: list[CredentialRotation]
    total: int


def rotations_by_ids(rotation_ids: Collection[uuid.UUID]) -> list[CredentialRotation]:
    """These rotations, as `rotation_by_id` gives one, as far as they go on one page."""
    return _several(CredentialRotation.id.in_(list(rotation_ids))).rotations


def to_change_together(viewer: Person, now: datetime, notice: LeaverNotice | None = None) -> OnOnePage:
    """What this person has to change, or may change because of one leaver: first what can be changed by now."""
    day = clock.local_day(now)
    which = [mine_to_change(viewer, day)] if notice is None else [_because_of(notice), may_change(viewer, day)]
    cause = aliased(RotationCause)
    of_rotation = sa.and_(cause.rotation_id == CredentialRotation.id, cause.stood_down_at.is_(None))
    ready = sa.exists().where(of_rotation, cause.counts_from <= now).correlate_except(cause)
    return _several(*which, first=ready)


def to_verify_together(viewer: Person, day: date) -> OnOnePage:
    """What this person has to verify. What they changed themselves has a page of its own, which asks why nobody else can."""
    return _several(mine_to_verify(viewer, day), CredentialRotation.done_by_id != viewer.id)


def may_change(viewer: Any, day: date) -> sa.ColumnElement[bool]:
    """`CredentialRotation.can_be_changed_by` as a condition of a query that joins the account."""
    rotation = CredentialRotation
    return sa.and_(
        rotation.status == RotationStatus.DUE,
        answers_or_gets_in(viewer, day, AccessLevel.ADMIN),
        sa.not_(caused_by(viewer.id)),
        rotation.permitted_by_id.is_distinct_from(viewer.id),
    )


def _because_of(notice: LeaverNotice) -> sa.ColumnElement[bool]:
    of_notice = (
        sa.select(RotationCause.rotation_id)
        .join(LeaverHolding, LeaverHolding.cause_id == RotationCause.id)
        .where(LeaverHolding.notice_id == notice.id)
    )
    return CredentialRotation.id.in_(of_notice)


def _several(*conditions: sa.ColumnElement[bool], first: sa.ColumnElement[bool] | None = None) -> OnOnePage:
    rotation, number = CredentialRotation, sa.func.count().over()
    order = (rotation.due_on, Account.name, rotation.id)
    rows = db.session.execute(
        sa.select(rotation.id, number)
        .join(Account, Account.id == rotation.account_id)
        .where(*conditions)
        .order_by(*([sa.case((first, 0), else_=1)] if first is not None else []), *order)
        .limit(TOGETHER)
    ).all()
    if not rows:
        return OnOnePage([], 0)
    found = {
        one.id: one
        for one in db.session.execute(
            sa.select(rotation).where(rotation.id.in_([row[0] for row in rows])).options(*whole_rotation())
        )
        .unique()
        .scalars()
    }
    return OnOnePage([found[row[0]] for row in rows], rows[0][1])
