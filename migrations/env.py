"""How migrations run: inside the application, on its engine, with constraints compared."""

from alembic import context
from flask import current_app

from app.core.db import Base, EnumText, UtcDateTime, db

config = context.config


def plainly(kind: str, thing: object, _autogen: object) -> str | bool:
    """Write our own column types into migrations as the plain types they are stored in."""
    if kind == "type" and isinstance(thing, EnumText):
        return "sa.String(length=40)"
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run the migrations in one transaction on the application's own engine."""
    with db.engine.connect() as connection:
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


if context.is_offline_mode():
    raise SystemExit("Migrations need the database itself.")
assert current_app
run()
