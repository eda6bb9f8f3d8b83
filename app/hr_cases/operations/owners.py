"""What is said to whoever owns a case."""

import uuid
from datetime import datetime

from app.core import clock
from app.core.db import db
from app.core.outbox import MessageKind, notify
from app.hr_cases.models import Case
from app.matters.queries import is_kept_from
from app.people.models import Person


def tell_owner(case: Case, kind: MessageKind, about_id: uuid.UUID, *, at: datetime, number: int | None = None) -> None:
    """Tell the case owner of a step of their case, unless it has become closed to them since: then it waits for another
    owner, whom the step is shown to (domain 3.11).
    """
    owner = db.session.get_one(Person, case.owner_id)
    if not is_kept_from(case.matter, owner, clock.local_day(at)):
        notify(case.owner_id, kind, about_id, at=at, number=number, matter_id=case.matter_id)
