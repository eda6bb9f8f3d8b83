"""Who sees to a password change is who answers for the account today: its owner, else the keeper of the register."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.account_register.models import Account
from app.core import clock
from app.core.audit import Actor
from app.core.db import db
from app.core.outbox import notify
from app.credential_rotation.models import OPEN_ROTATION, CredentialRotation, RotationStatus, is_near_on
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.opening import backstops, has_been_asked, settle_owner
from app.people.models import KEEPERS, Role


def settle_owners(at: datetime) -> int:
    """See that every open change is with who answers for it today, and tell them; gives for how many that is somebody else
    than before. The job of each morning: an owner's last day or a keeper's term may have ended with yesterday, and the day
    of a change that was planned long before may be near now.
    """
    db.session.flush()
    it, keepers = CredentialRotation, backstops(clock.local_day(at))
    found = list(
        db.session.execute(
            sa.select(it)
            .where(it.status.in_(OPEN_ROTATION))
            .options(joinedload(it.account).joinedload(Account.owner), selectinload(it.causes))
            .order_by(it.due_on, it.id)
        ).scalars()
    )
    others = sum(settle_owner(rotation, at=at, keepers=keepers) for rotation in found)
    db.session.flush()
    for rotation in found:
        _tell_in_time(rotation, at)
    return others


def _tell_in_time(rotation: CredentialRotation, at: datetime) -> None:
    """Tell who sees to it, where its day has come near since it was asked for."""
    today = clock.local_day(at)
    is_due = rotation.status is RotationStatus.DUE and rotation.due_on >= today
    if is_due and rotation.owner_id is not None and is_near_on(rotation, today) and not has_been_asked(rotation):
        notify(rotation.owner_id, messages.TO_CHANGE, rotation.id, at=at, number=rotation.due_on.toordinal())


def follow_role(role: Role, *, by: Actor, at: datetime) -> None:  # noqa: ARG001 - every follower is told who acts
    """Where somebody begins or ceases to keep the register, changes that no owner can see to are with who keeps it now."""
    if role in KEEPERS:
        settle_owners(at)
