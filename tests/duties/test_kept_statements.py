"""What is put together once and asked as long as the process lives holds nothing of the day on which it was made."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.jobs import Job
from app.core.mail import Mail
from app.core.registries import Registries
from app.duties.queries import chasing, desk
from app.people.everybody import Reader
from app.people.models import Role
from app.policy.models import ClosedDay
from app.policy.queries import closed_days, daily
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KEPT = ("first pages", "asked of everybody", "duties near", daily.KEPT)
OTHER_DAY = date(2028, 8, 1)
"""In the last half year of the bank holidays."""


@contextmanager
def _put_together_anew(app: Flask) -> Iterator[None]:
    kept = {name: app.extensions.pop(name) for name in KEPT if name in app.extensions}
    try:
        yield
    finally:
        for name in KEPT:
            app.extensions.pop(name, None)
        app.extensions.update(kept)


def _as_asked(statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> tuple[str, list[tuple[str, Any]]]:
    """Its words and the values it holds by itself; what is worked out when it is asked is none of them."""
    compiled = statement.compile(db.engine)
    values = [(compiled.bind_names[bind], bind.value) for bind in compiled.binds.values() if bind.callable is None]
    return compiled.string, values


def _all_kept(app: Flask) -> dict[str, tuple[str, list[tuple[str, Any]]]]:
    registries: Registries = app.extensions["registries"]
    readers = [Reader(frozenset()), *(Reader(frozenset([role])) for role in Role)]
    with _put_together_anew(app):
        found = {f"first page of {sorted(one.roles)}": _as_asked(desk._asked_by(one)) for one in readers}
        for ask, kinds in registries.asked_of_everybody().items():
            found[f"everybody: {[kind.name for kind in kinds]}"] = _as_asked(ask())
        found |= {f"each day: {one.make.__qualname__}": _as_asked(one.statement) for one in daily.QUESTIONS}
        found["the chase"] = _as_asked(chasing._near())
    return found


def test_a_statement_made_today_is_the_one_that_would_be_made_on_any_other_day(app: Flask, make: Factory) -> None:
    """Also once the organisation has recorded closed days."""
    today = _all_kept(app)
    person = make.person("Hana", Role.HR_MANAGER)
    make.keep(ClosedDay(day=OTHER_DAY + DAY, reason="Depot day", recorded_by_id=person.id, recorded_at=NOW))
    closed_days.forget()
    with clock.set_to(clock.at_local(OTHER_DAY, 15)):
        then = _all_kept(app)
    assert then.keys() == today.keys()
    for name, statement in then.items():
        differ = set(map(str, statement[1])) ^ set(map(str, today[name][1]))
        assert not differ, (name, differ)
        is_the_same = statement == today[name]  # kept from pytest, which would look for each letter that differs
        assert is_the_same, name


def test_the_administrator_who_looked_before_sees_that_the_runner_died(
    app: Flask, make: Factory, client_of: ClientOf
) -> None:
    administrator = make.person(None, Role.ADMINISTRATOR)
    make.keep(Job(name="chase", next_run_at=NOW + 5 * MINUTE, last_count=0, failures=0))
    with _put_together_anew(app):
        assert "See why the work" not in client_of(administrator).get("/").text
        for minutes, says in ((20, False), (21, True)):
            with clock.set_to(NOW + minutes * MINUTE):
                assert ("See why the work" in client_of(administrator).get("/").text) is says


@pytest.mark.parametrize(
    ("changed", "hours", "says"),
    [
        ({}, 4, False),
        ({}, 5, True),
        ({"last_error": None}, 5, False),
        ({"given_up_at": NOW}, 24 * 7 - 1, True),
        ({"given_up_at": NOW}, 24 * 7, False),
        ({"given_up_at": NOW, "last_error": "nobody to write to"}, 5, False),
        ({"sent_at": NOW}, 5, False),
    ],
    ids=["waits", "waits too long", "not tried yet", "given up", "given up a week ago", "reader left", "left after all"],
)
def test_the_first_page_says_when_mail_does_not_leave(
    app: Flask, make: Factory, client_of: ClientOf, changed: dict[str, Any], hours: int, says: bool
) -> None:
    """The job that sends it did not fail: nobody would notice that nobody gets mail."""
    reader, administrator = make.person(), make.person(None, Role.ADMINISTRATOR)
    values = {"created_at": NOW, "next_try_at": NOW, "give_up_after": NOW + 5 * DAY, "last_error": "no connection"}
    begin_writing()
    db.session.add(Mail(to_person_id=reader.id, attempts=3, **{**values, **changed}))
    db.session.add(Job(name="chase", next_run_at=NOW + 400 * DAY, last_count=0, failures=0))
    commit()
    with _put_together_anew(app):
        client_of(administrator).get("/")
        with clock.set_to(NOW + hours * HOUR):
            for person in (administrator, reader):
                page = client_of(person).get("/")
                link = page.soup.select_one('a[href="/duties/jobs#mail"]')
                assert (link is not None) is (says and person is administrator)
