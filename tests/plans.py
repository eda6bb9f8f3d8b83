"""How a database means to carry a query out."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from app.core.db import db


def plan_of(query: sa.Select[Any]) -> str:
    """The plan of a query on the present database; on PostgreSQL as it is with many rows, where an index pays."""
    connection, sent = db.session.connection(), list[tuple[str, Any]]()

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        db.session.execute(query).all()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN "
    if connection.dialect.name == "postgresql":
        explain = "EXPLAIN "
        for way in ("seqscan", "sort", "bitmapscan"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    statement, parameters = sent[-1]
    return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, parameters))
