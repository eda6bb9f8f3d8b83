"""The register as a table to take away."""

import uuid
from collections import defaultdict
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.account_register.health import lets_in
from app.account_register.models import AccessGrant, Account
from app.account_register.queries.accounts import AccountFilters, narrowed_to
from app.core.db import db
from app.people.models import Person, Service
from app.people.queries import has_left


def register_rows(viewer: Person, filters: AccountFilters, day: date) -> list[dict[str, str]]:
    """Every account of a list, by the columns of a register file, with those who can get in on the day.

    What comes out can be imported again and changes nothing; so it names nobody who has left, which a file may not.
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
            "holders": "; ".join(_held(held, row.Account) for held in holders[row.Account.id] if held.email),
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
        "login_mode": account.login_mode.value,
    }


def _held(held: Any, account: Account) -> str:
    """A holder with what they may do, and how they sign in where that is not as the account says."""
    way = f":{held.login_mode}" if held.login_mode != account.login_mode else ""
    return f"{held.email}:{held.level}{way}"


def _holders_on(day: date) -> dict[uuid.UUID, list[Any]]:
    columns: list[Any] = [AccessGrant.account_id, Person.email, AccessGrant.level, AccessGrant.login_mode]
    rows = db.session.execute(
        sa.select(*columns)
        .join(Person, Person.id == AccessGrant.person_id)
        .where(lets_in(day), ~has_left(day))
        .order_by(Person.name, AccessGrant.id)
    )
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.account_id].append(row)
    return found


