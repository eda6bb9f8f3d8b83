"""Every password that had to change because somebody left within some days, with how long it took."""

from datetime import date

import sqlalchemy as sa

from app.account_register.models import Account
from app.core import clock
from app.core.db import db
from app.core.working_days import elapsed_hours
from app.credential_rotation.models import (
    NO_SERVICE,
    CredentialRotation,
    LeaverHolding,
    LeaverNotice,
    NoticeStatus,
    ProvedChange,
    RotationCause,
    RotationStatus,
)
from app.credential_rotation.queries.because_of import causes_of_leaving
from app.people.models import Service


def changes_between(first: date, last: date) -> list[ProvedChange]:
    """The password changes because of those whose last working day fell on one of these days, in one query; without those
    that were proved before it was told that they leave: nobody waited for them then.
    """
    notice, rotation = LeaverNotice, CredentialRotation
    rows = db.session.execute(
        sa.select(notice, Service.name, rotation.changed_at, rotation.verified_at, RotationCause.due_on)
        .join(LeaverHolding, LeaverHolding.notice_id == notice.id)
        .join(RotationCause, causes_of_leaving(notice))
        .join(rotation, rotation.id == RotationCause.rotation_id)
        .join(Account, Account.id == rotation.account_id)
        .outerjoin(Service, Service.id == Account.service_id)
        .where(
            notice.status != NoticeStatus.WITHDRAWN, rotation.status != RotationStatus.STOOD_DOWN,
            notice.last_working_day >= first, notice.last_working_day <= last,
            notice.last_working_day <= clock.today(),
            sa.or_(rotation.verified_at.is_(None), rotation.verified_at >= notice.notified_at),
        )
        .order_by(notice.last_working_day, rotation.id)
    )  # fmt: skip
    return [
        ProvedChange(
            service=service or NO_SERVICE,
            left_on=left.last_working_day,
            changed_on=clock.local_day(changed_at) if changed_at else None,
            due_on=due_on,
            hours=elapsed_hours(left.gone_at, verified_at) if verified_at else None,
        )
        for left, service, changed_at, verified_at, due_on in rows
    ]


def quarters_with_leavers() -> list[date]:
    """The first days of the quarters from the year of the first leaver to today, newest first."""
    first = db.session.execute(sa.select(sa.func.min(LeaverNotice.last_working_day))).scalar_one()
    today = clock.today()
    years = range(today.year, min(first.year if first else today.year, today.year) - 1, -1)
    quarters = [date(year, month, 1) for year in years for month in (10, 7, 4, 1)]
    return [quarter for quarter in quarters if quarter <= today]
