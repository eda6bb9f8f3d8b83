"""What is said to whoever owns a case."""

import uuid
from datetime import datetime

import sqlalchemy as sa

from app.core import clock
from app.core.db import db
from app.core.outbox import MessageKind, notify
from app.hr_cases.models import Case
from app.matters.queries import kept_from


def tell_owner(case: Case, kind: MessageKind, about_id: uuid.UUID, *, at: datetime, number: int | None = None) -> None:
    """Tell the case owner of a step of their case, unless it has become closed to them since: then it waits for another
    owner, whom the step is shown to (domain 3.11).
    """
    is_closed = sa.select(kept_from(case.matter_id, case.owner_id, clock.local_day(at)))
    if not db.session.execute(is_closed).scalar_one():
        notify(case.owner_id, kind, about_id, at=at, number=number, matter_id=case.matter_id)
