"""A database made by the migrations is the same as one made from the models, on both databases."""

import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy.exc import IntegrityError

from app import create_app, migrate_with
from app.breach_reports.models import BreachReport
from app.core.db import Base, db
from app.core.sealing import new_data_key
from tests.conftest import DIALECTS
from tests.databases import create_schema, database_url, settings_for
from tests.migrating import insert, insert_account


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


@pytest.mark.parametrize("dialect", DIALECTS)
def test_planned_access_of_leavers_is_called_off_by_the_upgrade(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """What ended on its first day, after the leaving, never began; whoever left at once is known to have done so."""
    with database_url(dialect, f"probity_off_{worker_id}", tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        migrate_with(app)
        with app.app_context():
            upgrade(revision="0011")
            with db.engine.begin() as connection:
                planned, ran = _leavers_access(connection)
            upgrade()
            with db.engine.connect() as connection:
                grant = sa.table("access_grant", sa.column("id", sa.Uuid), sa.column("end_reason"), sa.column("ends_on"))
                found = {row.id: row for row in connection.execute(sa.select(grant))}
                (at_once,) = connection.execute(sa.text("SELECT left_at_once FROM person WHERE name = 'Jo'")).one()
            assert (found[planned].end_reason, found[ran].end_reason) == ("called_off", "left")
            assert str(found[planned].ends_on) < "2026-03-06" == str(found[ran].ends_on)
            assert at_once
            downgrade(revision="0011")
            db.engine.dispose()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_platforms_in_free_words_are_sealed_by_the_upgrade(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """What was typed is sealed with the key of its report and gone from the file; what was chosen stays; and back."""
    with database_url(dialect, f"probity_platform_{worker_id}", tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        migrate_with(app)
        with app.app_context():
            upgrade(revision="0014")
            with db.engine.begin() as connection:
                ids = [_report_on(connection, platform) for platform in ("Qwertyzon group", "Facebook")]
            upgrade(revision="0015")
            with db.engine.connect() as connection:
                clear = connection.execute(sa.text("SELECT platform FROM breach_report ORDER BY platform")).scalars()
                assert list(clear) == ["", "Facebook"]
            assert db.session.get_one(BreachReport, ids[0]).where_seen == "Qwertyzon group"
            db.session.remove()
            if dialect == "sqlite":
                db.engine.dispose()  # The last one to close writes what waits beside the file into it.
                files = list(Path(str(db.engine.url.database)).parent.glob("*.sqlite*"))
                assert files
                assert not [file for file in files if b"Qwertyzon" in file.read_bytes()]
            downgrade(revision="0014")
            with db.engine.connect() as connection:
                back = connection.execute(sa.text("SELECT platform FROM breach_report ORDER BY platform")).scalars()
                assert list(back) == ["Facebook", "Qwertyzon group"]
            db.engine.dispose()


def _report_on(connection: sa.Connection, platform: str) -> uuid.UUID:
    at, day, report, matter = datetime(2026, 3, 5, 12, tzinfo=UTC), date(2026, 3, 6), uuid.uuid4(), uuid.uuid4()
    key = new_data_key(at)
    insert(connection, "data_key", {
        "id": key.id, "wrapped": key.wrapped, "wrapped_by": key.wrapped_by, "created_at": at,
    })  # fmt: skip
    insert(connection, "matter", {"id": matter, "kind": "report", "data_key_id": key.id})
    answers = ("in_working_hours", "malpractice", "person_at_risk", "personal_data_exposed", "reporter_harmed")
    insert(connection, "breach_report", {
        **dict.fromkeys(answers, "no"), "id": report, "reference": f"R-{platform[:4]}", "matter_id": matter,
        "status": "received", "category": "", "platform": platform, "capacity": "unknown", "received_at": at,
        "acknowledge_by": day, "triage_by": day, "version": 1,
    })  # fmt: skip
    return report


def _leavers_access(connection: sa.Connection) -> tuple[uuid.UUID, uuid.UUID]:
    """Access that was to begin a day after its holder left: of one who told before, and one of whom it was told later."""
    last, first = date(2026, 3, 5), date(2026, 3, 6)
    somebody = {"person_kind": "employee", "post": "", "mail_choice": "daily", "version": 1}
    notice = {"last_working_day": last, "immediate": True, "status": "notified", "version": 1}
    hana = uuid.uuid4()
    told = datetime(2026, 3, 5, 12, tzinfo=UTC)
    insert(connection, "person", {"id": hana, "name": "Hana", **somebody})
    account = insert_account(connection, "", told, {})
    made = []
    for name, told_at in (("Jo", told), ("Kim", told + timedelta(days=4))):
        person, grant = uuid.uuid4(), uuid.uuid4()
        insert(connection, "person", {"id": person, "name": name, "last_working_day": last, **somebody})
        insert(connection, "leaver_notice", {
            "id": uuid.uuid4(), "person_id": person, "notified_by_id": hana, "notified_at": told_at, **notice,
        })  # fmt: skip
        insert(connection, "access_grant", {
            "id": grant, "account_id": account, "person_id": person, "level": "admin", "login_mode": "shared",
            "starts_on": first, "ends_on": first, "end_reason": "left", "approved_at": told, "advice": "", "version": 1,
        })  # fmt: skip
        made.append(grant)
    return made[0], made[1]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_policy_gets_its_document_by_the_upgrade(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """With the review that it names, the bodies that approved it, and the fingerprint of its text; and back."""
    with database_url(dialect, f"probity_policy_{worker_id}", tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        migrate_with(app)
        with app.app_context():
            upgrade(revision="0019")
            with db.engine.begin() as connection:
                connection.execute(
                    sa.text("INSERT INTO installation (id, organisation_name, pack_name, set_up_at) "
                            "VALUES (1, 'Northmere', 'council', '2026-01-05 10:00:00')")
                )  # fmt: skip
                connection.execute(
                    sa.text("INSERT INTO policy_version (id, slug, title, label, guardian, effective_on, "
                            "effective_precision, effective_note, next_review_on, next_review_precision) "
                            "VALUES (:id, 'social-media-policy', "
                            "'Social Media Policy', 'Version 2', 'HR', '2017-01-01', 'month', '', '2020-01-31', 'month')"),
                    {"id": uuid.uuid4().hex},
                )  # fmt: skip
            upgrade()
            with db.engine.connect() as connection:
                document = connection.execute(sa.text("SELECT * FROM policy_document")).one()
                bodies = connection.execute(sa.text("SELECT body FROM policy_approval ORDER BY position")).scalars().all()
                version = connection.execute(sa.text("SELECT * FROM policy_version")).one()
            assert (str(document.next_review_on), document.review_basis) == ("2020-01-31", "stated")
            assert bodies == ["Resources DMT", "LJC", "EAC"]
            assert str(version.material_since) == "2017-01-01"
            assert len(version.text_hash) == 64
            downgrade(revision="0019")
            db.engine.dispose()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_school_that_stands_twice_is_one_after_the_upgrade(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """The later decision counts; what was ended before stays as it was; and back."""
    with database_url(dialect, f"probity_school_{worker_id}", tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        migrate_with(app)
        with app.app_context():
            upgrade(revision="0027")
            with db.engine.begin() as connection:
                _schools(connection)
            upgrade()
            with db.engine.connect() as connection:
                rows = connection.execute(
                    sa.text("SELECT school, school_key, until FROM school_adoption ORDER BY decided_on, school")
                ).all()
            assert [(row.school, row.school_key, row.until and str(row.until)) for row in rows] == [
                ("Oakham", "oakham", "2026-02-01"), ("oakham", "oakham", "2026-03-02"),
                ("Elm", "elm", None), ("Oakham.", "oakham", None),
            ]  # fmt: skip
            downgrade(revision="0027")
            db.engine.dispose()


def _schools(connection: sa.Connection) -> None:
    by, at = uuid.uuid4(), datetime(2026, 3, 5, 12, tzinfo=UTC)
    insert(connection, "person", {
        "id": by, "name": "Hana", "person_kind": "employee", "post": "", "mail_choice": "daily", "left_at_once": False,
        "version": 1,
    })  # fmt: skip
    day = date(2026, 3, 1)
    insert(connection, "policy_document", {
        "id": uuid.uuid4(), "slug": "policy", "title": "Policy", "next_review_on": day, "next_review_precision": "day",
        "review_basis": "chosen", "review_shown_from": day, "review_counted_from": day, "version": 1,
    })  # fmt: skip
    ended = date(2026, 2, 1)
    decisions = [("Oakham", date(2026, 1, 1), ended), ("oakham", ended, None), ("Oakham.", date(2026, 3, 2), None),
                 ("Elm", date(2026, 3, 1), None)]  # fmt: skip
    for school, on, until in decisions:
        insert(connection, "school_adoption", {
            "id": uuid.uuid4(), "slug": "policy", "school": school, "adopted": True, "decided_on": on, "until": until,
            "recorded_by_id": by, "recorded_at": at,
        })  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_handles_on_mastodon_get_one_key_by_the_upgrade(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """With the server, also where it was left out or stands in the address; of two that are one the later keeps its own."""
    with database_url(dialect, f"probity_handles_{worker_id}", tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        migrate_with(app)
        with app.app_context():
            upgrade(revision="0027")
            with db.engine.begin() as connection:
                for number, (platform, handle, key, address, status) in enumerate(_HANDLES):
                    insert_account(connection, f"A{number}", datetime(2026, 3, 1 + number, tzinfo=UTC), {
                        "platform": platform, "platform_key": platform.casefold(), "handle": handle, "handle_key": key,
                        "url": address, "status": status, "closed_on": date(2026, 4, 1) if status == "closed" else None,
                    })  # fmt: skip
            upgrade()
            asked = sa.text("SELECT handle, handle_key FROM account ORDER BY name")
            with db.engine.connect() as connection:
                assert [tuple(row) for row in connection.execute(asked)] == [
                    ("@north@mastodon.social", "north@mastodon.social"), ("north", "north"),
                    ("north", "north@mastodon.social"), ("@mere@mastodon.scot", "mere@mastodon.scot"), ("@x@y", "xy"),
                    (None, None),
                ]  # fmt: skip
            downgrade(revision="0027")
            with db.engine.connect() as connection:
                keys = [row.handle_key for row in connection.execute(asked)]
            assert keys == ["northmastodon.social", "north", "north", "meremastodon.scot", "xy", None]
            db.engine.dispose()


_HANDLES = (
    ("Mastodon", "@north@mastodon.social", "northmastodon.social", None, "live"),
    ("Mastodon", "north", "north", "https://mastodon.social/@north", "live"),
    ("Mastodon", "north", "north", None, "closed"),
    ("Mastodon", "Mere", "mere", "https://mastodon.scot/@mere", "live"),
    ("X", "@x@y", "xy", None, "live"),
    ("Mastodon", None, None, "https://mastodon.scot/@other", "live"),
)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_accounts_at_one_address_get_one_key_by_the_upgrade(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """Of two without a handle that are there already the later goes without it, and the database refuses a third."""
    with database_url(dialect, f"probity_addresses_{worker_id}", tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        migrate_with(app)
        with app.app_context():
            upgrade(revision="0031")
            with db.engine.begin() as connection:
                for number, (handle, address, status, _key) in enumerate(_ADDRESSES):
                    insert_account(connection, f"A{number}", datetime(2026, 3, 1 + number, tzinfo=UTC), {
                        "platform": "Blog", "platform_key": "blog", "handle": handle, "handle_key": handle,
                        "url": address, "status": status, "closed_on": date(2026, 4, 1) if status == "closed" else None,
                    })  # fmt: skip
            upgrade()
            with db.engine.connect() as connection:
                keys = connection.execute(sa.text("SELECT address_key FROM account ORDER BY name")).scalars().all()
            assert list(keys) == [key for *_, key in _ADDRESSES]
            with pytest.raises(IntegrityError), db.engine.begin() as connection:
                insert_account(connection, "Third", datetime(2026, 5, 1, tzinfo=UTC), {
                    "platform": "Blog", "platform_key": "blog", "address_key": "town.example/news",
                })  # fmt: skip
            downgrade(revision="0031")
            db.engine.dispose()


_ADDRESSES = (
    (None, "https://www.town.example/News/", "live", "town.example/news"),
    (None, "http://town.example/news", "live", None),
    (None, "http://town.example/news", "closed", "town.example/news"),
    ("town", "http://town.example/news", "live", "town.example/news"),
    (None, "https://town.example/?id=1", "live", "town.example/?id=1"),
    (None, None, "live", None),
)
