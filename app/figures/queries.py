"""What somebody holds and has agreed to, gathered from every room."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from app.account_register.models import AccessGrant, grant_state
from app.account_register.queries.access import acknowledged_at
from app.core.db import db
from app.device_permissions.queries import requests_of, uses_of
from app.figures.models import Holding, MyRecord
from app.people.models import Person
from app.policy.queries import agreements_of, reminders_received

MOST = 200


def my_record(person: Person, day: date) -> MyRecord:
    """Everything for one person's own page, in a handful of queries however much it is."""
    devices = [one for one in requests_of(person) if one.in_force_on(day)]
    return MyRecord(
        person, day, _holdings(person, day), devices, uses_of(person), agreements_of(person.id),
        reminders_received(person.id, most=20),
    )  # fmt: skip


def _holdings(person: Person, day: date) -> list[Holding]:
    rows = db.session.execute(
        sa.select(AccessGrant, acknowledged_at().label("at"))
        .join(AccessGrant.account)
        .where(AccessGrant.person_id == person.id, sa.or_(AccessGrant.ends_on.is_(None), AccessGrant.ends_on >= day))
        .options(contains_eager(AccessGrant.account), joinedload(AccessGrant.person))
        .order_by(AccessGrant.starts_on, AccessGrant.id)
        .limit(MOST)
    )
    stands = [(row.AccessGrant, grant_state(row.AccessGrant, row.at, day)) for row in rows]
    return [
        Holding(
            grant.account.name, grant.account.platform, grant.level.value.capitalize(), grant.starts_on, state,
            grant.account.status,
        )
        for grant, state in stands
        if state.is_held
    ]  # fmt: skip
