"""The register as a table to take away, and as it stood on a day."""

import uuid
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.account_register.health import runs
from app.account_register.models import AccessGrant, AccessReview, Account
from app.account_register.models.on_a_day import AccountOnDay
from app.account_register.naming import platform_on
from app.account_register.queries.access import acknowledged_at
from app.account_register.queries.accounts import AccountFilters, narrowed_to
from app.core import clock
from app.core.db import db
from app.people.models import Person, Service
from app.people.queries import is_here


def register_rows(viewer: Person, filters: AccountFilters, day: date) -> list[dict[str, str]]:
    """Every account of a list, by the columns of a register file, with those who have access on the day.

    What comes out can be imported again and changes nothing.
    """
    deputy = aliased(Person)
    columns: list[Any] = [
        Account, Service.name.label("service"), sa.func.coalesce(Person.email, "").label("owner_email"),
        sa.func.coalesce(deputy.email, "").label("deputy_email"),
    ]  # fmt: skip
    accounts = db.session.execute(
        narrowed_to(
            viewer,
            filters,
            day,
            sa.select(*columns)
            .outerjoin(Service, Service.id == Account.service_id)
            .outerjoin(Person, Person.id == Account.owner_id)
            .outerjoin(deputy, deputy.id == Account.deputy_id),
        ).order_by(Account.name, Account.platform, Account.id)
    ).all()
    holders = _holders_on(day)
    return [
        {
            "platform": row.Account.platform,
            "handle": row.Account.handle or "",
            "url": row.Account.url or "",
            "name": row.Account.name,
            "service": row.service or "",
            "owner_email": row.owner_email,
            "purpose": row.Account.purpose,
            "status": row.Account.status.value,
            "holders": "; ".join(f"{held.email}:{held.level}" for held in holders[row.Account.id] if held.email),
            "deputy_email": row.deputy_email,
            **_more_of(row.Account),
        }
        for row in accounts
    ]


def _more_of(account: Account) -> dict[str, str]:
    """The columns that a file may have beside. What is not recorded is left empty: an empty cell says nothing."""
    ups = {"two_step": account.two_step, "alerts": account.alerts, "auto_acknowledgement": account.auto_acknowledgement}
    words = {name: up.value.replace("_", " ") for name, up in ups.items()}
    return {
        "brand": account.brand,
        "emergency_contact": account.emergency_contact,
        "target_group": account.target_group,
        "identification": account.identification,
        "opened_on": f"{account.opened_on:%d/%m/%Y}" if account.opened_on else "",
        **{name: "" if word == "not recorded" else word for name, word in words.items()},
    }


def _holders_on(day: date) -> dict[uuid.UUID, list[Any]]:
    columns: list[Any] = [
        AccessGrant.account_id, Person.email, Person.name, AccessGrant.level, AccessGrant.starts_on,
        AccessGrant.required_version_id, acknowledged_at().label("agreed_at"),
    ]  # fmt: skip
    rows = db.session.execute(
        sa.select(*columns)
        .join(Person, Person.id == AccessGrant.person_id)
        .where(runs(day), is_here(day))
        .order_by(Person.name, AccessGrant.id)
    )
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.account_id].append(row)
    return found


def register_on(day: date) -> list[AccountOnDay]:
    """The accounts that were on the register on a day, who could get in, and when that was last reviewed by then."""
    end = clock.at_local(day + timedelta(days=1))
    columns: list[Any] = [
        Account.id, Account.name, Account.platform, Account.handle, Service.name.label("service"),
        Person.name.label("owner"), Account.registered_at,
    ]  # fmt: skip
    accounts = db.session.execute(
        sa.select(*columns)
        .outerjoin(Service, Service.id == Account.service_id)
        .outerjoin(Person, Person.id == Account.owner_id)
        .where(Account.registered_at < end, sa.or_(Account.closed_on.is_(None), Account.closed_on > day))
        .order_by(Account.name, Account.platform, Account.id)
    ).all()
    holders, reviews = _holders_on(day), _reviews_before(end)
    return [
        AccountOnDay(
            row.name, platform_on(row.platform, day), row.handle or "", row.service or "", row.owner or "",
            clock.local_day(row.registered_at), [held for held in holders[row.id] if _is_active(held, day)],
            [held for held in holders[row.id] if not _is_active(held, day)], reviews.get(row.id),
        )
        for row in accounts
    ]  # fmt: skip


def _is_active(held: Any, day: date) -> bool:
    """`grant_state` of a running grant, read from its row: whether its holder had agreed to the policy by then."""
    if held.required_version_id is None:
        return True
    return held.agreed_at is not None and clock.local_day(held.agreed_at) <= day


def _reviews_before(moment: datetime) -> dict[uuid.UUID, date]:
    rows = db.session.execute(
        sa.select(AccessReview.account_id, sa.func.max(AccessReview.reviewed_at))
        .where(AccessReview.reviewed_at < moment)
        .group_by(AccessReview.account_id)
    )
    return {account_id: clock.local_day(at) for account_id, at in rows}
