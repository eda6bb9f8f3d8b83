"""Eight requests at once for one transition, on both databases: one wins, the others are told, nobody gets an error."""

import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core import clock
from app.core.audit import AuditEvent, ReadEvent, ReadHead, verify_chain
from app.core.db import db
from app.people.models import Person
from tests.factories import Factory, sign_in
from tests.pages import Page, PageClient, check_page
from tests.races.starts import HARMLESS, ONCE_ONLY, RECEIPTS, Race, Start

AT_ONCE = 8


def _browsers(app: Flask, people: list[Person]) -> list[PageClient]:
    made: list[PageClient] = []
    for number in range(AT_ONCE):
        browser: FlaskClient = app.test_client()
        sign_in(browser, people[number % len(people)])
        made.append(PageClient(browser))
    return made


def _all_at_once(app: Flask, race: Race) -> list[TestResponse]:
    """Every browser sends the same form in the same moment."""
    browsers, barrier = _browsers(app, race.people), threading.Barrier(AT_ONCE)
    db.session.remove()
    answers: list[TestResponse] = []

    def send(browser: PageClient) -> None:
        fields = {**race.data, "csrf_token": browser._token()}
        barrier.wait(20)
        answers.append(browser.browser.post(race.path, data=fields))

    threads = [threading.Thread(target=send, args=(browser,), daemon=True) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def _run(app: Flask, start: Start) -> list[TestResponse]:
    """The answers of a race that left exactly one event of its kind, and whole chains."""
    with app.app_context():
        race = start(Factory())
        db.session.commit()
        with clock.set_to(race.at):
            before = db.session.execute(sa.select(sa.func.max(AuditEvent.number))).scalar_one()
            answers = _all_at_once(app, race)
        left = db.session.execute(sa.select(AuditEvent.act).where(AuditEvent.number > before)).scalars().all()
        assert race.event is None or list(left).count(race.event) == 1, ([answer.status for answer in answers], left)
        assert verify_chain().broken_at is None
        assert verify_chain(ReadEvent, ReadHead).broken_at is None
    return answers


@pytest.mark.parametrize("name", ONCE_ONLY)
def test_of_eight_at_once_one_wins_and_the_others_are_told(racing_app: Flask, name: str) -> None:
    """One redirect, seven pages that say that it has changed in the meantime, one event, whole chains."""
    answers = _run(racing_app, ONCE_ONLY[name])
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * (AT_ONCE - 1)
    for answer in answers:
        if answer.status_code == 409:
            with racing_app.app_context():
                check_page(Page(answer))




@pytest.mark.parametrize("name", HARMLESS)
def test_what_may_be_sent_twice_is_done_once(racing_app: Flask, name: str) -> None:
    """Eight at once: at least one is led on, the others are led on too or told why not; one event."""
    statuses = [answer.status_code for answer in _run(racing_app, HARMLESS[name])]
    assert len(statuses) == AT_ONCE
    assert 303 in statuses
    assert set(statuses) <= {303, 409, 422}


@pytest.mark.parametrize("name", RECEIPTS)
def test_every_click_on_send_leads_to_the_one_receipt(racing_app: Flask, name: str) -> None:
    """Nobody who clicked twice is shown a refusal or the first page, as if nothing had been sent."""
    answers = _run(racing_app, HARMLESS[name])
    assert [answer.status_code for answer in answers] == [303] * AT_ONCE
    assert len({answer.location for answer in answers}) == 1
    assert answers[0].location.rstrip("/") not in ("/device-permissions/ask", "/breach-reports/report")
