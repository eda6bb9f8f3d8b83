"""The calendar file of a hearing: right to the minute in summer and winter, and without a word of what it is for."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from icalendar import Calendar

from app.core import clock
from app.core.audit import ReadEvent
from app.core.db import commit, db
from app.hr_cases import queries
from app.hr_cases.documents.calendar_file import calendar_file
from app.hr_cases.models import CaseStatus, CompanionKind, HearingNotice
from app.hr_cases.operations import answer_notice, postpone_hearing
from app.matters.models import Capacity
from app.matters.operations import add_party
from app.people.models import Role
from tests.conftest import NOW
from tests.factories import Factory
from tests.hr_cases.at_stage import READERS, address, own_address, world_at
from tests.hr_cases.factories import World
from tests.mail_text import CASE_WORDS, withheld_words
from tests.pages import Page, PageClient, counted_queries

ClientOf = Callable[..., PageClient]
S = CaseStatus
FILE, OWN_FILE = "/meetings/meeting.ics", "/meeting.ics"


def unfolded(raw: bytes) -> str:
    return raw.decode().replace("\r\n ", "")


def event_of(page: Page) -> Any:
    (event,) = Calendar.from_ical(page.response.data).walk("VEVENT")
    return event


@pytest.fixture
def world(make: Factory) -> World:
    return world_at(make, S.NOTIFIED)


def notice_of(world: World) -> HearingNotice:
    return queries.notices(world.case)[-1]


def test_it_says_when_and_nothing_else(world: World, client_of: ClientOf) -> None:
    notice = notice_of(world)
    notice.reply = "I want to show my papers."
    db.session.commit()
    page = client_of(world.subject).get(own_address(world, OWN_FILE))
    event = event_of(page)
    assert set(event) == {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS"}
    assert (str(event["SUMMARY"]), str(event["CLASS"])) == ("Meeting", "PRIVATE")
    assert event.decoded("DTSTART") == notice.hearing_at
    assert event.decoded("DTEND") == notice.hearing_at + timedelta(hours=1)
    text = unfolded(page.response.data)
    assert "METHOD" not in text
    said = [word for word in withheld_words() | {"Room", "Council"} if word.casefold() in text.casefold().split()]
    assert said == []
    for word in (*CASE_WORDS, "Sam", "Room 4", world.case.reference, world.case.reference.replace("-", "")):
        if word not in ("HR", "late", "case"):  # hexadecimal digits and letters of the id and of DATE may make these up
            assert word.casefold() not in text.casefold(), word
    for secret in (world.case.id, world.case.matter_id, notice.id, world.subject.id):
        assert secret.hex not in text.replace("-", "")


def test_the_answer_is_kept_by_nobody_and_names_nothing(world: World, client_of: ClientOf) -> None:
    headers = client_of(world.subject).get(own_address(world, OWN_FILE)).response.headers
    assert headers["Content-Disposition"] == 'attachment; filename="meeting.ics"'
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert world.case.reference not in str(headers)


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [(date(2027, 3, 26), 14), (date(2027, 3, 29), 13), (date(2027, 10, 29), 13), (date(2027, 11, 1), 14)],
)
def test_clock_changes_do_not_move_it(app: Flask, world: World, day: date, utc_hour: int) -> None:
    """2:05pm on the wall stays 2:05pm on the wall, before and after the clocks change."""
    notice = notice_of(world)
    notice.hearing_at = clock.at_local(day, 14, 5)
    event = Calendar.from_ical(calendar_file(notice, own_host="probity.example")).walk("VEVENT")[0]
    assert event.decoded("DTSTART") == datetime(day.year, day.month, day.day, utc_hour, 5, tzinfo=UTC)
    assert f"DTSTART:{day:%Y%m%d}T{utc_hour}0500Z" in unfolded(calendar_file(notice, own_host="probity.example"))


def test_a_new_notice_moves_the_same_entry(world: World, client_of: ClientOf) -> None:
    browser = client_of(world.subject)
    first = event_of(browser.get(own_address(world, OWN_FILE)))
    old = notice_of(world)
    postpone_hearing(old, reason="The room is flooded.", by=world.owner, at=NOW + timedelta(hours=1))
    commit()
    browser.get(own_address(world, OWN_FILE), status=404)
    client_of(world.owner).get(address(world, FILE), status=404)
    from tests.hr_cases.stages import notified

    notified(world.case, world, at=NOW + timedelta(days=1))  # type: ignore[arg-type]
    second = event_of(browser.get(own_address(world, OWN_FILE)))
    assert str(first["UID"]) == str(second["UID"])
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)
    assert second.decoded("DTSTART") > first.decoded("DTSTART")


def test_who_may_have_it(make: Factory, world: World, client_of: ClientOf) -> None:
    """The person concerned, and those who read the case now; not the companion, the reporter, or whoever investigated."""
    companion = make.person("Cora Companion")
    answer_notice(
        notice_of(world), companion_kind=CompanionKind.FELLOW_WORKER, companion="Cora Companion", reply="", by=world.subject,
        at=NOW + timedelta(hours=1),
    )  # fmt: skip
    add_party(world.case.matter, companion, Capacity.COMPANION, at=NOW)
    commit()
    for name in READERS[:4]:
        person = world.everybody()[name]
        if person is world.investigator:
            continue
        shown = client_of(person).get(address(world, FILE))
        assert str(event_of(shown)["SUMMARY"]) == "Meeting"
        client_of(person).get(own_address(world, OWN_FILE), status=404)
    officer = make.person("Walled Officer", Role.HR_MANAGER)
    add_party(world.case.matter, officer, Capacity.WITNESS, at=NOW)
    commit()
    outside = (companion, world.reporter, world.stranger, world.line_manager, world.subject, officer, world.investigator)
    for person in outside:
        client_of(person).get(address(world, FILE), status=404)
        if person is not world.subject:
            client_of(person).get(own_address(world, OWN_FILE), status=404)


@pytest.mark.parametrize("stage", [S.OPENED, S.ACCEPTED, S.HEARING_SET_UP, S.HEARD, S.CLOSED])
def test_there_is_none_but_for_a_hearing_ahead(make: Factory, client_of: ClientOf, stage: CaseStatus) -> None:
    world = world_at(make, stage)
    with clock.set_to(world.at):
        client_of(world.subject).get(own_address(world, OWN_FILE), status=404)
        client_of(world.owner).get(address(world, FILE), status=404)


def test_the_pages_offer_it_and_taking_it_is_written_down(world: World, client_of: ClientOf) -> None:
    def reads(person: object) -> int:
        mine = sa.select(sa.func.count()).select_from(ReadEvent).where(
            ReadEvent.actor_id == person.id, ReadEvent.subject_id == world.case.id  # type: ignore[attr-defined]
        )  # fmt: skip
        return int(db.session.execute(mine).scalar_one())

    for person, shown_on, link in (
        (world.subject, own_address(world), own_address(world, OWN_FILE)),
        (world.owner, address(world, "/meetings"), address(world, FILE)),
    ):
        browser = client_of(person)
        assert browser.get(shown_on).soup.find("a", href=link)
        before = reads(person)
        with counted_queries() as queries_made:
            browser.get(link)
        assert reads(person) == before + 1
        assert len(queries_made) <= 8
