"""The register as a table to take away, and as a public list."""

import uuid
from collections import defaultdict
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.account_register.health import runs
from app.account_register.models import AccessGrant, Account, AccountStatus
from app.account_register.naming import handle_key, url_key
from app.account_register.queries.accounts import AccountFilters, narrowed_to
from app.core.db import db
from app.people.models import Person, Service
from app.people.queries import is_here

# Not while somebody else is in it: people should not trust it then. One that is being closed is ours to its last day.
PUBLIC_STATES = (AccountStatus.LIVE, AccountStatus.PAUSED, AccountStatus.DORMANT, AccountStatus.CLOSING)


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
    columns: list[Any] = [AccessGrant.account_id, Person.email, AccessGrant.level]
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


def official_accounts(text: str = "") -> list[Any]:
    """What anybody may know, so that they can check whether an account is really ours: no person, nothing of its state.

    `text` is a part of a name, a handle or a pasted address; empty gives all. Rows of name, platform, handle, url, purpose.
    """
    columns: list[Any] = [Account.name, Account.platform, Account.handle, Account.url, Account.purpose]
    rows = db.session.execute(
        sa.select(*columns)
        .where(Account.status.in_(PUBLIC_STATES))
        .order_by(Account.platform, Account.name, Account.id)
    ).all()
    return [row for row in rows if not text or _is_meant(row, text)]


def _is_meant(row: Any, text: str) -> bool:
    typed, address = text.casefold(), url_key(text)
    if "/" in text and row.url:
        return url_key(row.url) == address
    last = handle_key((address or "").rpartition("/")[2])
    return typed in row.name.casefold() or (row.handle is not None and handle_key(row.handle) == last)
