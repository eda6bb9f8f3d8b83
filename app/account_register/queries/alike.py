"""Handles that people could take for that of another account on the register: what is warned of, and never refused."""

import uuid
from typing import Any

import sqlalchemy as sa

from app.account_register.models import Account, AccountStatus, Gone
from app.account_register.naming import handle_key, look_alike_key, platform_key
from app.core.db import db


def handles_like(platform: str, handle: str | None, own_id: uuid.UUID | None = None) -> list[Any]:
    """The other accounts on a platform whose handle looks like this one, by name: rows of name and handle. With those that
    are lost: whoever has them may pass for us.
    """
    looks, key = look_alike_key(handle), handle_key(handle, platform)
    if looks is None:
        return []
    columns: list[Any] = [Account.name, Account.handle, Account.handle_key]
    rows = db.session.execute(
        sa.select(*columns)
        .where(
            Account.platform_key == platform_key(platform), Account.handle_key.is_not(None),
            sa.or_(Account.status != AccountStatus.CLOSED, Account.gone == Gone.LOST),
            *([Account.id != own_id] if own_id else []),
        )
        .order_by(Account.name, Account.id)
    )  # fmt: skip
    return [row for row in rows if row.handle_key != key and look_alike_key(row.handle) == looks]


def warning_of(alike: list[Any]) -> str:
    """What somebody is told of a handle that looks like others; empty where there are none."""
    if not alike:
        return ""
    named = " and ".join(f"{row.handle} ({row.name})" for row in alike)
    return f"This handle looks like {named}. Check that it is written rightly, and that people can tell the accounts apart."
