"""A notice that somebody leaves is complete once all is done: access over, passwords changed and verified, accounts handed
over (domain 3.3).
"""

from datetime import datetime

import sqlalchemy as sa

from app.core import clock
from app.core.audit import Actor, ActorKind, event_kind, record
from app.core.outbox import notify
from app.credential_rotation.models import LeaverHolding, LeaverNotice, NoticeStatus, RotationCause
from app.credential_rotation.operations import messages
from app.credential_rotation.queries import settled_notices

COMPLETED = event_kind("leaver:complete", "completed what had to be done for {about}")


def complete_settled(of: sa.ColumnElement[bool] | None, *, by: Actor, at: datetime) -> int:
    """Complete the notices for which nothing is left to do, and give how many; `of` says which to look at, None: all."""
    settled = settled_notices(clock.local_day(at), only=of)
    for notice in settled:
        notice.move_to(NoticeStatus.COMPLETE)
        notice.completed_at = at
        record(COMPLETED, notice.id, by=by, at=at, about=notice.person_id)
        if notice.notified_by_id is not None and notice.notified_by_id != by:
            notify(notice.notified_by_id, messages.COMPLETE, notice.id, at=at)
    return len(settled)


def complete_leavers(at: datetime) -> int:
    """The job of each morning: for some notices it was only the last day that had to come."""
    return complete_settled(None, by=ActorKind.SYSTEM, at=at)


def notices_caused(rotation_id: object) -> sa.ColumnElement[bool]:
    """The notices that wait for a rotation: those of everybody because of whom it was made."""
    return LeaverNotice.person_id.in_(
        sa.select(RotationCause.person_id).where(
            RotationCause.rotation_id == rotation_id, RotationCause.person_id.is_not(None)
        )
    )


def notices_holding(account_id: object) -> sa.ColumnElement[bool]:
    """The notices of leavers who held or owned an account."""
    return LeaverNotice.id.in_(sa.select(LeaverHolding.notice_id).where(LeaverHolding.account_id == account_id))
