"""Messages behind the bell: whose they are, how many are new, what they must not say, and where they lead."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask, url_for

from app.core import clock, outbox
from app.core.db import begin_writing, commit, db
from app.core.outbox import OutboxMessage, message_kind, notify
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

TOLD = message_kind("tests:page", "Something for tests", "home.index")
AGAIN = message_kind("tests:again", "Something that happens again", "home.index")


def _tell(person: Person, *, number: int | None = None, times: int = 1) -> None:
    begin_writing()
    for day in range(times):
        notify(person.id, TOLD, Factory.id(), at=NOW - timedelta(days=day), number=number)
    commit()


def test_the_number_beside_my_name_goes_away_once_i_say_that_i_have_read_them(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    reader, other = make.person(), make.person()
    _tell(reader, times=3)
    _tell(other)
    browser = client_of(reader)
    assert "Messages 3 not read" in browser.get("/").text
    page = browser.get("/messages")
    assert page.text.count("Something for tests") == 3
    assert len(page.soup.select(".govuk-tag")) == 3
    page = browser.follow("/messages/read", {})
    assert "Your messages are marked as read." in page.text
    assert "not read" not in page.text
    assert page.soup.select(".govuk-tag") == []
    assert not page.has_button("Mark all as read")
    assert "Messages 1 not read" in client_of(other).get("/").text


def test_the_same_words_on_one_day_are_one_line(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """The reminders of a morning bury nothing else; each is still counted beside the name."""
    reader = make.person()
    for _ in range(3):
        notify(reader.id, TOLD, make.id(), at=NOW)
    notify(reader.id, TOLD, make.id(), at=NOW - timedelta(days=1))
    commit()
    page = client_of(reader).get("/messages")
    lines = [" ".join(line.get_text(" ").split()) for line in page.soup.select(".app-messages__item")]
    assert [line.startswith("Something for tests (3 times) New") for line in lines] == [True, False]
    assert "4 not read" in page.text


def test_what_came_after_the_page_was_made_stays_unread(make: Factory, client_of: Callable[..., PageClient]) -> None:
    reader = make.person()
    _tell(reader, times=30)
    browser = client_of(reader)
    page = browser.get("/messages")
    until = page.soup.select_one('form[action="/messages/read"] input[name="until"]')
    assert until is not None
    assert until["value"] == "2027-03-03T10:00:00Z"
    older = page.soup.select_one('a[href^="/messages?after="]')
    assert older is not None
    assert not browser.get(str(older["href"])).has_button("Mark all as read"), "there newer ones are not seen"
    begin_writing()
    notify(reader.id, TOLD, make.id(), at=NOW + timedelta(seconds=1))
    commit()
    assert "Messages 1 not read" in browser.follow("/messages/read", {"until": until["value"]}).text
    for nonsense in ("", "soon", "2027-03-03T10:00:00", "9999-12-31T23:59:59-23:59"):
        browser.follow("/messages/read", {"until": nonsense})
    assert db.session.query(OutboxMessage).filter(OutboxMessage.read_at.is_(None)).count() == 1
    with clock.set_to(NOW + timedelta(minutes=1)):
        assert "not read" not in browser.follow("/messages/read", {}).text


def test_nobody_has_messages_before_anything_happens(make: Factory, client_of: Callable[..., PageClient]) -> None:
    page = client_of(make.person()).get("/messages")
    assert "You have no messages." in page.text
    assert not page.has_button("Mark all as read")


def test_the_same_is_told_once_and_again_only_with_a_number(make: Factory) -> None:
    person, thing = make.person(), make.id()
    for number in (None, None, 1, 1, 2):
        notify(person.id, AGAIN, thing, at=NOW, number=number)
    db.session.flush()
    told = db.session.query(OutboxMessage.occasion).order_by(OutboxMessage.occasion).all()
    assert [occasion for (occasion,) in told] == ["tests:again", "tests:again#1", "tests:again#2"]
    assert {message.kind for message in db.session.query(OutboxMessage)} == {AGAIN}


def test_a_kind_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        message_kind("tests:page", "Another", "home.index")


def test_every_line_is_neutral_and_leads_to_a_page_without_arguments(app: Flask) -> None:
    declared = [kind for kind in outbox._kinds.values() if not kind.name.startswith("tests:")]
    assert len(declared) > 25
    for kind in declared:
        with app.test_request_context():
            assert url_for(kind.endpoint).startswith("/")
        assert re.fullmatch(r"[A-Z][^{}@]+[^.]", kind.reads)
        assert len(kind.name) <= 56  # with its number it must fit


@pytest.mark.parametrize("times", [1, 60])
def test_the_page_takes_two_queries_however_many_there_are(
    make: Factory, client_of: Callable[..., PageClient], times: int
) -> None:
    officer = make.person("Officer", Role.HR_INTAKE)
    _tell(officer, times=times)
    browser = client_of(officer)
    browser.get("/")  # what a process reads once a minute, such as closed days, is read
    with counted_queries() as queries:
        page = browser.get("/messages")
    assert len(queries) == 2
    assert ("Older messages" in page.text) is (times > 25)


def test_every_message_can_be_reached(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """Page by page, each once."""
    officer = make.person("Officer", Role.HR_INTAKE)
    _tell(officer, times=60)
    browser, found, path = client_of(officer), 0, "/messages"
    while path:
        page = browser.get(path)
        found += len(page.soup.select(".app-messages__item"))
        older = [link["href"] for link in page.soup.select("a") if "Older messages" in link.get_text()]
        path = str(older[0]) if older else ""
    assert found == 60
