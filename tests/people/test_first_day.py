"""Somebody announced is prepared for; nobody asks, tells or mails them, and they neither sign in nor act, before their
first day."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock, mail
from app.core.db import db
from app.core.jobs import run_due_jobs
from app.core.mail_ways import Letter, Way
from app.core.outbox import message_kind, notify
from app.duties.queries import chasing
from app.people.models import Person, Role, decider_of
from app.people.queries import (
    decided_by,
    decider_column,
    has_begun,
    has_left,
    holders_of,
    is_here,
    manager_is_here,
    nobody_decides,
    role_without_holder,
)
from app.people.signing_in import WRONG, set_password
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient

TODAY, DAY = NOW.date(), timedelta(days=1)
PASSWORD = "correct horse battery"
AHEAD = message_kind("tests:ahead", "Something was prepared", "home.index")


@pytest.mark.parametrize(
    ("started", "last", "at_once", "begun", "left"),
    [
        (None, None, False, True, False), (-DAY, None, False, True, False), (0 * DAY, None, False, True, False),
        (DAY, None, False, False, False), (DAY, 9 * DAY, False, False, False), (-DAY, 0 * DAY, False, True, False),
        (-DAY, 0 * DAY, True, True, True), (-9 * DAY, -DAY, False, True, True), (0 * DAY, 0 * DAY, False, True, False),
        (None, -DAY, False, True, True), (-DAY, DAY, True, True, False), (-DAY, DAY, False, True, False),
    ],
)  # fmt: skip
def test_who_is_here_asked_of_the_person_and_in_the_queries(
    make: Factory, started: timedelta | None, last: timedelta | None, at_once: bool, begun: bool, left: bool
) -> None:
    day_of = {name: None if ahead is None else TODAY + ahead for name, ahead in (("started", started), ("last", last))}
    one = make.person("One", started=day_of["started"], last_working_day=day_of["last"], left_at_once=at_once)
    columns = (has_begun(TODAY), has_left(TODAY), is_here(TODAY))
    assert tuple(db.session.execute(sa.select(*columns)).one()) == (begun, left, begun and not left)
    assert (one.has_begun_on(TODAY), one.has_left_on(TODAY), one.is_here_on(TODAY)) == (begun, left, begun and not left)
    assert bool(one.why_not_here_on(TODAY)) is not one.is_here_on(TODAY)


@pytest.mark.parametrize("manager", ["here", "gone", "to come", None])
@pytest.mark.parametrize("head", ["here", "gone", "to come", None])
def test_who_stands_in_for_a_manager_who_has_not_begun(make: Factory, manager: str | None, head: str | None) -> None:
    """Just who stands in for one who has left: the head of service, or nobody; told of is the next above, or the head."""
    days = {
        "here": {}, "gone": {"last_working_day": TODAY - DAY}, "to come": {"started": TODAY + DAY},
    }  # fmt: skip
    top = make.person("Top")
    boss = make.person("Boss", manager=top, **days[manager]) if manager else None
    heads = make.person("Head", **days[head]) if head else None
    make.service("Libraries", head=heads)
    one = make.person("One", manager=boss, service="Libraries")
    of_head = heads.id if heads is not None and head == "here" else None
    meant = boss.id if boss is not None and manager == "here" else of_head
    assert decider_of(one, TODAY) == meant
    asked = sa.select(decider_column(TODAY), nobody_decides(TODAY), manager_is_here(TODAY)).where(Person.id == one.id)
    assert tuple(db.session.execute(asked).one()) == (meant, meant is None, manager == "here")
    for other in (boss, heads):
        if other is not None:
            told = sa.select(decided_by(other.id, TODAY)).select_from(Person).where(Person.id == one.id)
            assert db.session.execute(told).scalar_one() is (other.id == meant)
    above = boss if manager == "here" else top if boss is not None else None
    (row,) = db.session.execute(chasing._above([one.id], TODAY)).all()
    assert tuple(row) == (one.id, above.id if above is not None else None, of_head)
    for who in filter(None, (top, above)):
        assert (one.id in db.session.execute(chasing.reports_of(who.id, TODAY)).scalars().all()) is (who is above)


def test_a_role_given_ahead_is_carried_from_the_first_day_on(make: Factory) -> None:
    dpo = make.person("Dee", Role.DPO, started=TODAY + DAY)
    for day, held in ((TODAY, False), (TODAY + DAY, True)):
        assert (holders_of([Role.DPO], day) == [dpo]) is held
        assert ("dpo" in chasing._holders(["dpo"], day)) is held
        assert db.session.execute(sa.select(role_without_holder(Role.DPO, day))).scalar_one() is not held


def test_nobody_signs_in_before_their_first_day(
    make: Factory, client: PageClient, client_of: Callable[..., PageClient]
) -> None:
    """In the words in which a wrong password is refused, and an open session opens nothing."""
    ada = make.person("Ada", started=TODAY + DAY)
    set_password(ada, PASSWORD, at=NOW)
    make.keep(ada)
    browser = client_of(ada)
    page = client.post("/people/sign-in", {"email": ada.email, "password": PASSWORD}, status=422)
    assert page.errors == [WRONG]
    browser.get("/", status=303)
    with clock.set_to(clock.at_local(TODAY + DAY, 0, 1)):
        client.post("/people/sign-in", {"email": ada.email, "password": PASSWORD})
        client.get("/")


def test_mail_waits_for_the_first_day(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was prepared is told on the day itself, and not lost."""
    sent = list[Letter]()
    monkeypatch.setattr(mail, "present_way", lambda: Way(sent.append))
    ada, bo = make.person("Ada", started=TODAY + 9 * DAY), make.person("Bo")
    for person in (ada, bo):
        notify(person.id, AHEAD, make.id(), at=NOW)
    db.session.commit()
    told = []
    for day in (TODAY, TODAY + 8 * DAY, TODAY + 9 * DAY):
        with clock.set_to(clock.at_local(day, 12)):
            run_due_jobs([app.extensions["registries"].jobs["send-mail"]])
        told.append([letter.to for letter in sent])
    assert told == [[bo.email], [bo.email], [bo.email, ada.email]]


def test_a_head_who_is_still_to_begin_is_shown_as_such(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    service = make.service("Libraries", head=make.person("Hedda", started=date(2027, 4, 12)))
    browser = client_of(make.person("Ada", Role.ADMINISTRATOR))
    assert "Hedda, who begins here on 12 April 2027" in browser.get("/people/services").text
    assert "Hedda, who begins here on 12 April 2027, is recorded." in browser.get(f"/people/services/{service.id}/head").text
