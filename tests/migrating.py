"""Rows in a database of an earlier time, which the models of today do not know."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.core.db import Base


def insert(connection: sa.Connection, table: str, values: dict[str, Any]) -> None:
    """A row, with the columns that are named."""
    types = Base.metadata.tables[table].c
    connection.execute(sa.table(table, *(sa.column(name, types[name].type) for name in values)).insert().values(values))


def insert_account(connection: sa.Connection, name: str, at: datetime, values: dict[str, Any]) -> uuid.UUID:
    """An account with the least that a database of any time asks for, and what is named."""
    columns = sa.inspect(connection).get_columns("account")
    least: dict[str, Any] = {column["name"]: "" for column in columns if not column["nullable"]}
    known = dict.fromkeys(("two_step", "recovery_kind", "alerts", "auto_acknowledgement"), "not_recorded")
    account = uuid.uuid4()
    insert(connection, "account", {
        **least, **known, "id": account, "name": name, "kind": "social", "status": "live", "login_mode": "shared",
        "registered_at": at, "version": 1, **({"listed_publicly": True} if "listed_publicly" in least else {}), **values,
    })  # fmt: skip
    return account
