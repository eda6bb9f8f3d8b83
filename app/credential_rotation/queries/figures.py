"""Every password that had to change because somebody left in a year, with how long it took."""

from datetime import date

import sqlalchemy as sa

from app.account_register.models import Account
from app.core import clock
from app.core.db import db
from app.credential_rotation.models import (
    NO_SERVICE,
    CredentialRotation,
    LeaverHolding,
    LeaverNotice,
    NoticeStatus,
    ProvedChange,
    RotationCause,
    RotationStatus,
    hours_to_proof,
)
from app.people.models import Service


def changes_in(year: int) -> list[ProvedChange]:
    """The password changes because of those whose last working day fell in a year, in one query."""
    notice, rotation = LeaverNotice, CredentialRotation
    rows = db.session.execute(
        sa.select(notice, Service.name, rotation.changed_at, rotation.verified_at, RotationCause.due_on)
        .join(LeaverHolding, LeaverHolding.notice_id == notice.id)
        .join(RotationCause, RotationCause.id == LeaverHolding.cause_id)
        .join(rotation, rotation.id == RotationCause.rotation_id)
        .join(Account, Account.id == rotation.account_id)
        .outerjoin(Service, Service.id == Account.service_id)
        .where(
            notice.status != NoticeStatus.WITHDRAWN, rotation.status != RotationStatus.STOOD_DOWN,
            notice.last_working_day >= date(year, 1, 1), notice.last_working_day <= date(year, 12, 31),
            notice.last_working_day <= clock.today(),
        )
        .order_by(notice.last_working_day, rotation.id)
    )  # fmt: skip
    return [
        ProvedChange(
            service=service or NO_SERVICE,
            changed_on=clock.local_day(changed_at) if changed_at else None,
            due_on=due_on,
            hours=hours_to_proof(left.gone_at, verified_at) if verified_at else None,
        )
        for left, service, changed_at, verified_at, due_on in rows
    ]


def years_with_leavers() -> list[int]:
    """From the year of the first leaver to this one, newest first."""
    first = db.session.execute(sa.select(sa.func.min(LeaverNotice.last_working_day))).scalar_one()
    this = clock.today().year
    return list(range(this, min(first.year if first else this, this) - 1, -1))
