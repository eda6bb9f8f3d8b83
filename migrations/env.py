"""How migrations run: inside the application, on its engine, with constraints compared."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app.core.db import Base, EnumText, UtcDateTime, db

config = context.config


def plainly(kind: str, thing: object, _autogen: object) -> str | bool:
    """Write our own column types into migrations as the plain types they are stored in."""
    if kind == "type" and isinstance(thing, EnumText):
        return "sa.String(length=40)"
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def rows_kept(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew and dropping the old one, which no row may point to meanwhile.

    So its foreign keys rest until all is done, and are looked at before the commit; inside a transaction they cannot be
    switched. Source: sqlite.org/lang_altertable.html, 7.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    switch = connection.connection.cursor()
    switch.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        switch.execute("PRAGMA foreign_keys=ON")
        switch.close()


def refuse_broken_keys(connection: Connection) -> None:
    """Nothing is committed that points to a row which is not there."""
    if connection.dialect.name == "sqlite" and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise RuntimeError(f"a row of {broken[0]} would point to a row of {broken[2]} that is not there")


def run() -> None:
    """Run the migrations in one transaction on the application's own engine."""
    with db.engine.connect() as connection, rows_kept(connection):
        connection = connection.execution_options(probity_writes=True)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=plainly,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
            refuse_broken_keys(connection)


if context.is_offline_mode():
    raise SystemExit("Migrations need the database itself.")
assert current_app
run()
