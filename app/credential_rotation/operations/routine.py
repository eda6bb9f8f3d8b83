"""Passwords that change because of their age (a local setting). Others read the same as of any other change."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.account_register.health import runs
from app.account_register.models import AccessGrant, Account, AccountStatus, LoginMode
from app.core import clock
from app.core.audit import ActorKind
from app.core.working_days import months_after
from app.credential_rotation.models import OPEN_ROTATION, ROUTINE_PERIOD, CredentialRotation, RotationStatus, Trigger
from app.credential_rotation.operations.opening import begin_rotation
from app.policy.queries import due_at_once, period
from app.policy.queries.daily import asked_of_a_day

AGE = "rotation_routine_months"
BITE = 50


def renew_old_passwords(at: datetime) -> int:
    """Ask for a new password wherever a shared one is older than the pack allows and no change of it is open.

    It is asked for on its day, not before: so it reads as every other change does that is planned for a day to come.
    The job of each morning. A password is as old as its last change, else as long as its account is on the register.
    """
    months, today, begun = period(AGE).value, clock.local_day(at), 0
    for account, changed_at in _oldest(today).all():
        if months_after(clock.local_day(changed_at or account.registered_at), months) <= today:
            begin_rotation(
                account, trigger=Trigger.SCHEDULED, person=None, period=ROUTINE_PERIOD, since=today,
                counts_from=clock.at_local(due_at_once(ROUTINE_PERIOD, today)), by=ActorKind.SYSTEM, at=at,
            )  # fmt: skip
            begun += 1
    return begun


@asked_of_a_day
def _oldest(day: Any) -> sa.Select[Any]:
    """The oldest shared passwords of which no change is open, with when each was changed last."""
    rotation = CredentialRotation
    changed = (
        sa.select(rotation.account_id, sa.func.max(rotation.changed_at).label("changed_at"))
        .where(rotation.changed_at.is_not(None), rotation.status != RotationStatus.NOT_MADE)
        .group_by(rotation.account_id)
        .subquery()
    )
    since = sa.func.coalesce(changed.c.changed_at, Account.registered_at)
    is_shared = sa.exists().where(
        AccessGrant.account_id == Account.id, AccessGrant.login_mode == LoginMode.SHARED, runs(day)
    )
    is_open = sa.exists().where(rotation.account_id == Account.id, rotation.status.in_(OPEN_ROTATION))
    return (
        sa.select(Account, changed.c.changed_at)
        .outerjoin(changed, changed.c.account_id == Account.id)
        .where(Account.status == AccountStatus.LIVE, is_shared, sa.not_(is_open))
        .order_by(since, Account.id)
        .limit(BITE)
    )
