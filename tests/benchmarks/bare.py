"""What the pages are compared with: a bare Flask page of three queries, and a bare Flask POST with a chained commit."""

import hashlib
import os
from typing import Any

import sqlalchemy as sa
from flask import Flask, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.core.db import new_id
from app.hr_cases.models import Case, CaseStatus
from app.people.models import Person

FILLER = "<p>" + "What stands on a page around its rows, for everybody the same. " * 270 + "</p>"
PAGE = (
    "<!doctype html><title>Cases</title><p>{{ me.name }}</p><p>{{ count }} cases</p><table>"
    "{% for row in rows %}<tr><td>{{ row.reference }}</td><td>{{ row.status.value }}</td><td>{{ row.opened_at }}</td>"
    "<td>{{ row.step_due_on }}</td></tr>{% endfor %}</table>" + FILLER
)
METADATA = sa.MetaData()
CHAIN = sa.Table(
    "bare_chain", METADATA,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("who", sa.Uuid), sa.Column("hash", sa.LargeBinary),
)  # fmt: skip
THING = sa.Table("bare_thing", METADATA, sa.Column("id", sa.Uuid, primary_key=True), sa.Column("who", sa.Uuid))


def three_query_page(engine: sa.Engine, who: Any) -> Flask:
    """Who am I, a count that stops at 1,001, and 25 rows; 21 KiB of Jinja."""
    app = Flask("bare")
    template = app.jinja_env.from_string(PAGE)

    @app.get("/")
    def page() -> str:
        with Session(engine) as session:
            me = session.execute(sa.select(Person).where(Person.id == who)).scalar_one()
            some = sa.select(Case.id).where(Case.status != CaseStatus.CLOSED).limit(1001).subquery()
            count = session.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()
            rows = session.execute(
                sa.select(Case.reference, Case.status, Case.opened_at, Case.step_due_on)
                .where(Case.closed_at.is_(None))
                .order_by(Case.step_due_on, Case.id)
                .limit(25)
            ).all()
            return template.render(me=me, count=count, rows=rows)

    return app


def bare_post(url: str, who: Any) -> Flask:
    """Who am I, one row, one link of a chain, one commit as durable as ours."""
    app, engine = Flask("bare"), sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
    METADATA.create_all(engine)

    @app.post("/")
    def post() -> tuple[str, int]:
        with Session(engine) as session:
            me = session.execute(sa.select(Person).where(Person.id == who)).scalar_one()
            last = session.execute(sa.select(CHAIN).order_by(CHAIN.c.number.desc()).limit(1)).one_or_none()
            row, before = new_id(), last.hash if last else bytes(32)
            session.execute(sa.insert(THING).values(id=row, who=me.id))
            link = hashlib.sha256(before + row.bytes + request.get_data()).digest()
            session.execute(sa.insert(CHAIN).values(number=(last.number if last else 0) + 1, who=me.id, hash=link))
            session.commit()
        return os.urandom(4).hex(), 303

    return app


def _durable(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()
