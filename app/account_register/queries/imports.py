"""Who imported a register file last, for whoever comes second."""

import uuid

import sqlalchemy as sa

from app.account_register.models import Account, AccountStatus
from app.core.db import db
from app.people.queries import TimelineEntry, timeline

THE_REGISTER = uuid.uuid5(uuid.NAMESPACE_OID, "account register")
"""The register as a whole, as the subject of what is done to all of it."""


def lock_register() -> None:
    """Keep others from giving access to, or changing, any account in use until this transaction is over."""
    in_use = sa.select(Account.id).where(Account.status != AccountStatus.CLOSED).order_by(Account.id)
    db.session.execute(in_use.with_for_update()).all()


def last_import() -> TimelineEntry | None:
    """The last import of a register file: by whom and when."""
    return next(iter(timeline([THE_REGISTER], most=1)), None)
