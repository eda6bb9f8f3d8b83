"""Two who left before: one whose passwords are all changed and checked, one whose chain is still under way; a mover, one
who stays after all, and one who will be away for long.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.account_register.models import KeeperNotice
from app.account_register.operations import note_notice
from app.core.clock import at_local, local_day
from app.core.db import db
from app.credential_rotation.models import (
    CredentialRotation,
    LeaverNotice,
    MoveKind,
    RotationStatus,
    Sighting,
    StepAnswer,
    StepKind,
    StepOutcome,
)
from app.credential_rotation.operations import (
    Moving,
    complete_leavers,
    mark_changed,
    preview_move,
    record_leaver,
    record_move,
    verify_rotation,
    withdraw_leaver,
)
from app.demo.timeline import act_at
from app.people.models import Person
from app.people.queries import person_by_email
from app.policy.queries import working_calendar

DONE = {kind: StepAnswer(StepOutcome.DONE) for kind in StepKind} | {
    StepKind.BACKUP_CODES: StepAnswer(StepOutcome.NOT_APPLICABLE, "The platform gives none for this account.")
}


def somebody_left(email: str, keeper: Person, at: datetime, *, finished: bool) -> None:
    """Record a leaver by their manager, then change, check and note as far as the demo shows it."""
    with act_at(at) as now:
        leaver, last_day = _known(email), working_calendar().add(local_day(now), 1)
        assert leaver.line_manager is not None
        record_leaver(
            leaver, last_working_day=last_day, immediate=False, by=leaver.line_manager, at=now
        )
    opened = _due(email)
    for number, rotation_id in enumerate(opened if finished else opened[:1]):
        moment = at_local(last_day, 16, 10 * number)
        _change(rotation_id, moment)
        if finished:
            _verify(rotation_id, keeper, moment + timedelta(hours=1))
    if finished:
        with act_at(at_local(last_day + timedelta(days=1), 6, 30)) as now:
            complete_leavers(now)
        _note_all(keeper, at_local(working_calendar().add(last_day, 1), 9, 30))


def somebody_moved(email: str, keeper: Person, at: datetime) -> None:
    """Record that somebody takes other work: one access ends that others have too, and its password is changed."""
    with act_at(at) as now:
        mover = _known(email)
        moving = Moving(mover, MoveKind.MOVED, local_day(now), new_post="Local Studies Officer")
        assert mover.line_manager is not None
        asked = preview_move(moving, by=mover.line_manager, at=now)
        ends = next(grant for grant in asked.grants if grant.account_id not in asked.alone)
        goes_on = {grant.id: grant is not ends for grant in asked.grants}
        goes_on |= {account.id: True for account in asked.owned}
        record_move(moving, goes_on, by=mover.line_manager, at=now)
    for rotation_id in _due(email):
        _change(rotation_id, at + timedelta(hours=1))
        _verify(rotation_id, keeper, at + timedelta(hours=2))


def somebody_stayed(email: str, told: datetime, withdrawn: datetime) -> None:
    """Record a leaver who has more than a month to go, and some days later that they do not leave after all."""
    with act_at(told) as now:
        leaver = _known(email)
        assert leaver.line_manager is not None
        last_day = working_calendar().add(local_day(now), 25)
        notice_id = record_leaver(
            leaver, last_working_day=last_day, immediate=False, by=leaver.line_manager, at=now
        ).id
    with act_at(withdrawn) as now:
        manager = _known(email).line_manager
        assert manager is not None
        withdraw_leaver(db.session.get_one(LeaverNotice, notice_id), by=manager, at=now)


def somebody_goes_away(email: str, at: datetime) -> None:
    """Record that somebody will be away for some months: all their access ends before, and its passwords change."""
    with act_at(at) as now:
        away = _known(email)
        assert away.line_manager is not None
        last_day = working_calendar().add(local_day(now), 10)
        moving = Moving(away, MoveKind.LONG_ABSENCE, last_day, back_on=last_day + timedelta(weeks=20))
        asked = preview_move(moving, by=away.line_manager, at=now)
        goes_on = {grant.id: False for grant in asked.grants} | {account.id: True for account in asked.owned}
        record_move(moving, goes_on, by=away.line_manager, at=now)


def _known(email: str) -> Person:
    person = person_by_email(email)
    assert person is not None
    return person


def _due(email: str) -> list[object]:
    rotations = db.session.execute(
        sa.select(CredentialRotation).where(CredentialRotation.status == RotationStatus.DUE)
    ).scalars()
    leaver = _known(email)
    return [rotation.id for rotation in rotations if any(cause.person_id == leaver.id for cause in rotation.causes)]


def _change(rotation_id: object, at: datetime) -> None:
    with act_at(at) as now:
        rotation = db.session.get_one(CredentialRotation, rotation_id)
        assert rotation.owner is not None
        mark_changed(rotation, by=rotation.owner, at=now, changed_at=now - timedelta(minutes=5), steps=DONE)


def _verify(rotation_id: object, keeper: Person, at: datetime) -> None:
    with act_at(at) as now:
        rotation = db.session.get_one(CredentialRotation, rotation_id)
        verify_rotation(rotation, by=keeper, at=now, saw=Sighting.NO_SESSIONS)


def _note_all(keeper: Person, at: datetime) -> None:
    with act_at(at) as now:
        waiting = sa.select(KeeperNotice).where(KeeperNotice.noted_at.is_(None), KeeperNotice.sent_at <= now)
        for notice in db.session.execute(waiting).scalars():
            note_notice(notice, by=keeper, at=now)
