"""A database made by the migrations is the same as one made from the models, on both databases."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade

from app import create_app, migrate_with
from app.core.db import Base, db
from tests.conftest import DIALECTS
from tests.databases import create_schema, database_url, settings_for


def _catalogue(connection: sa.Connection) -> dict[str, Any]:
    """Everything a database knows of its schema: tables, columns, checks, keys, indexes and triggers."""
    inspector, found = sa.inspect(connection), {}
    for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        found[table] = {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"], str(c["default"])) for c in inspector.get_columns(table)
            },
            "primary": inspector.get_pk_constraint(table)["constrained_columns"],
            "checks": sorted((c["name"], " ".join(c["sqltext"].split())) for c in inspector.get_check_constraints(table)),
            "unique": sorted((c["name"], c["column_names"]) for c in inspector.get_unique_constraints(table)),
            "foreign": sorted(
                (str(f["name"]), f["constrained_columns"], f["referred_table"]) for f in inspector.get_foreign_keys(table)
            ),
            "indexes": sorted(
                (i["name"], i["column_names"], i["unique"], {k: str(v) for k, v in i.get("dialect_options", {}).items()})
                for i in inspector.get_indexes(table)
            ),
        }
    return {"tables": found, "triggers": _triggers(connection)}


def _triggers(connection: sa.Connection) -> list[tuple[str, str]]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    else:
        query = "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
    return [(name, " ".join(sql.split())) for name, sql in connection.exec_driver_sql(query)]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_migrations_make_what_the_models_say(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """Upgraded schema equals created schema, by the catalogues, triggers and checks included; and there is a way back."""
    with (
        database_url(dialect, f"probity_up_{worker_id}", tmp_path) as upgraded,
        database_url(dialect, f"probity_made_{worker_id}", tmp_path) as made,
    ):
        app = create_app(settings_for(upgraded, tmp_path))
        migrate_with(app)
        with app.app_context():
            upgrade()
            with db.engine.connect() as connection:
                by_migration = _catalogue(connection)
                context = MigrationContext.configure(connection, opts={"compare_type": True})
                assert compare_metadata(context, Base.metadata) == []
                heads = connection.exec_driver_sql("SELECT id, number FROM audit_head").all()
            assert [tuple(row) for row in heads] == [(1, 0)]
        other = create_app(settings_for(made, tmp_path))
        with other.app_context():
            create_schema()
            with db.engine.connect() as connection:
                by_models = _catalogue(connection)
            db.engine.dispose()
        for table in sorted({*by_migration["tables"], *by_models["tables"]}):
            assert by_migration["tables"].get(table) == by_models["tables"].get(table), table
        assert by_migration["triggers"] == by_models["triggers"]
        with app.app_context():
            downgrade(revision="base")
            with db.engine.connect() as connection:
                assert set(sa.inspect(connection).get_table_names()) <= {"alembic_version"}
            db.engine.dispose()
