"""Days on which the organisation is closed: who says so, what follows for dates, who reads it; and the end of the data."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.presentation import uk_weekday_date
from app.duties.models import Reminder
from app.people.models import Person, Role
from app.policy.models import KEEP_CLOSED_DAYS, ClosedDay, may_keep_closed_days
from app.policy.operations import record_closed_day, withdraw_closed_day
from app.policy.queries import (
    CLOSED_DAYS_KEPT_FOR,
    HOLIDAYS_END,
    closed_days,
    due_after_receipt,
    due_within,
    holidays_to_update,
    working_calendar,
)
from tests.conftest import NOW
from tests.databases import rolled_back
from tests.duties.factories import morning
from tests.factories import Factory
from tests.pages import Page, PageClient, counted_queries

THURSDAY, FRIDAY = date(2027, 3, 4), date(2027, 3, 5)
MOVE = "Closed for a move"


def closed(day: date, by: Person, reason: str = MOVE) -> ClosedDay:
    """A closed day, recorded."""
    begin_writing()
    made = record_closed_day(day, reason=reason, by=by, at=clock.now())
    commit()
    return made


def test_it_is_for_the_administrator_and_the_hr_manager(make: Factory) -> None:
    for role in Role:
        person = make.person(None, role)
        assert may_keep_closed_days(person) == (role in KEEP_CLOSED_DAYS)
        if role not in KEEP_CLOSED_DAYS:
            with pytest.raises(NotAllowed):
                record_closed_day(THURSDAY, reason=MOVE, by=person, at=NOW)


def test_a_closed_day_does_not_count_from_the_moment_it_is_recorded(make: Factory) -> None:
    """Dates set before stay as they are: they are stored. Later ones leave the day out, with its reason."""
    admin = make.person(None, Role.ADMINISTRATOR)
    before = due_within("triage_working_days", NOW.date())
    made = closed(THURSDAY, admin)
    assert (before, due_within("triage_working_days", NOW.date())) == (date(2027, 3, 10), date(2027, 3, 11))
    assert working_calendar().why_not_worked(THURSDAY) == MOVE
    kinds = [event.act for event in db.session.execute(sa.select(AuditEvent).order_by(AuditEvent.number)).scalars()]
    assert kinds[-1] == "closed-day:recorded"
    begin_writing(made)
    withdraw_closed_day(made, reason="The move was put off", by=admin, at=NOW)
    commit()
    assert due_within("triage_working_days", NOW.date()) == before
    with pytest.raises(AlreadyDone) as late:
        withdraw_closed_day(made, reason="Again", by=admin, at=NOW)
    assert (late.value.who, late.value.when) == (admin.name, NOW)


def test_what_is_not_rolled_forward_is_not_remembered(make: Factory) -> None:
    """A change that is undone leaves nothing behind, and nothing is known before it stands."""
    admin = make.person(None, Role.ADMINISTRATOR)
    record_closed_day(THURSDAY, reason=MOVE, by=admin, at=NOW)
    db.session.rollback()
    assert working_calendar().is_working_day(THURSDAY)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2027, 3, 2), "must be today or later"),
        (date(2027, 3, 6), "does not count anyway \\(Saturday\\)"),
        (date(2027, 3, 26), "does not count anyway \\(Good Friday\\)"),
        (date(2031, 3, 5), "known only up to 31 December 2028"),
    ],
)
def test_days_that_cannot_be_closed(make: Factory, day: date, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        record_closed_day(day, reason=MOVE, by=make.person(None, Role.HR_MANAGER), at=NOW)


def test_once_and_with_a_reason(make: Factory) -> None:
    admin, other = make.person(None, Role.ADMINISTRATOR), make.person(None, Role.HR_MANAGER)
    with pytest.raises(InvalidInput, match="Enter why"):
        record_closed_day(THURSDAY, reason="  ", by=admin, at=NOW)
    made = closed(THURSDAY, admin)
    with pytest.raises(AlreadyDone, match="already recorded") as late:
        record_closed_day(THURSDAY, reason=MOVE, by=other, at=NOW)
    assert late.value.who == admin.name
    with pytest.raises(InvalidInput, match="Enter why"):
        withdraw_closed_day(made, reason=" ", by=other, at=NOW)
    assert not made.can_be_withdrawn_by(other, THURSDAY + timedelta(days=1))
    with pytest.raises(AlreadyDone, match="has passed"):
        withdraw_closed_day(made, reason="Late", by=other, at=NOW + timedelta(days=3))


def test_the_database_knows_one_standing_record_of_a_day(make: Factory) -> None:
    admin = make.person(None, Role.ADMINISTRATOR)
    closed(THURSDAY, admin)
    db.session.add(ClosedDay(day=THURSDAY, reason=MOVE, recorded_by_id=admin.id, recorded_at=NOW))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_they_are_read_once_a_minute_and_again_after_a_change(make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a query for a page; what another process recorded is known within the minute."""
    admin, read_at = make.person(None, Role.ADMINISTRATOR), clock.stopwatch()
    monkeypatch.setattr(clock, "stopwatch", lambda: read_at)
    with counted_queries() as queries:
        closed_days.forget()
        working_calendar()
        working_calendar()
    assert len(queries) == 1
    make.keep(ClosedDay(day=THURSDAY, reason=MOVE, recorded_by_id=admin.id, recorded_at=NOW))  # as another process would
    assert working_calendar().is_working_day(THURSDAY)
    monkeypatch.setattr(clock, "stopwatch", lambda: read_at + CLOSED_DAYS_KEPT_FOR - 1)
    assert working_calendar().is_working_day(THURSDAY)
    monkeypatch.setattr(clock, "stopwatch", lambda: read_at + CLOSED_DAYS_KEPT_FOR)
    assert not working_calendar().is_working_day(THURSDAY)


def test_no_test_leaves_a_closed_day_to_the_next(shared_app: Flask) -> None:
    with clock.set_to(NOW):
        with rolled_back(shared_app):
            admin = Factory().person(None, Role.ADMINISTRATOR)
            closed(THURSDAY, admin)
            assert not working_calendar().is_working_day(THURSDAY)
        with rolled_back(shared_app):
            assert working_calendar().is_working_day(THURSDAY)


def test_a_closed_day_moves_what_comes_after_hours(make: Factory) -> None:
    """Wednesday at 6pm before a closed Thursday: it counts as received on Friday."""
    closed(THURSDAY, make.person(None, Role.HR_MANAGER))
    evening = clock.at_local(NOW.date(), 18)
    assert due_after_receipt("report_acknowledgement_working_days", evening) == date(2027, 3, 9)
    assert due_after_receipt("report_acknowledgement_working_days", NOW) == date(2027, 3, 8)


def test_everybody_reads_the_list_and_only_keepers_change_it(make: Factory, client_of: Callable[..., PageClient]) -> None:
    employee, admin = make.person(), make.person("Ada Admin", Role.ADMINISTRATOR)
    page = client_of(employee).get("/policy/closed-days")
    assert "Friday 26 March 2027: Good Friday" in page.text
    assert "Monday 3 January 2028: New Year’s Day" in page.text
    assert "A date that was set stays as it is" in page.text
    assert not page.has_button("Add closed day")
    client_of(employee).post("/policy/closed-days", status=403)
    browser = client_of(admin)
    sent = {"day": ["4", "3", "2027"], "reason": "<b>Closed</b> for a move"}
    page = browser.follow("/policy/closed-days", sent)
    assert "You recorded Thursday 4 March 2027 as a closed day" in page.text
    assert "Thursday 4 March 2027: <b>Closed</b> for a move" in page.text  # shown as text
    assert "recorded by Ada Admin on 3 March 2027" in page.text
    late = browser.post("/policy/closed-days", sent, status=409)
    assert "already recorded as closed" in late.text
    link = page.soup.select_one("a[href$='/withdraw']")
    assert link is not None
    where = str(link["href"])
    client_of(employee).get(where, status=403)
    assert browser.post(where, {"reason": ""}, status=422).errors == ["Enter why the day is worked after all"]
    page = browser.follow(where, {"reason": "Put off"})
    assert "It counts again for dates set from now on" in page.text
    assert "4 March" not in page.text.partition("In 2027")[2]
    browser.post(where, {"reason": "Again"}, status=409)
    browser.get(f"/policy/closed-days/{make.id()}/withdraw", status=404)


def test_a_wrong_day_keeps_what_was_typed(make: Factory, client_of: Callable[..., PageClient]) -> None:
    browser = client_of(make.person(None, Role.HR_MANAGER))
    page = browser.post("/policy/closed-days", {"day": ["6", "3", "2027"], "reason": "A fair"}, status=422)
    assert page.errors == ["6 March 2027 does not count anyway (Saturday)"]
    assert page.field("reason") == "A fair"
    page = browser.post("/policy/closed-days", {"day": ["1", "1", "2029"], "reason": "A fair"}, status=422)
    assert "Bank holidays are known only up to 31 December 2028" in page.errors[0]
    assert browser.post("/policy/closed-days", {}, status=422).errors[0] == "Enter the closed day"


def test_every_year_of_which_something_is_known_is_shown(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """From this year on to the end of the data, and on a page of their own the years before, the latest first."""
    closed(THURSDAY, make.person(None, Role.ADMINISTRATOR))
    browser, calendar = client_of(make.person()), working_calendar()

    def headings(page: Page) -> list[str]:
        return [one.get_text() for one in page.soup.select("h2") if one.get_text().startswith("In ")]

    assert headings(browser.get("/policy/closed-days")) == ["In 2027", "In 2028"]
    with clock.set_to(clock.at_local(date(2028, 3, 3), 9)):
        page = client_of(make.person()).get("/policy/closed-days")
        assert headings(page) == ["In 2028", "In 2029"]
        assert "The bank holidays of 2029 are not known yet" in page.text
        (link,) = page.soup.find_all("a", string=f"2027 and before, from {calendar.begins.year}")
        page = client_of(make.person()).get(link["href"])
    assert headings(page) == [f"In {year}" for year in range(2027, calendar.begins.year - 1, -1)]
    assert "Thursday 4 March 2027: Closed for a move" in page.text
    assert not page.soup.find("a", string="Withdraw")
    for day, why in calendar.days_off(calendar.begins, date(2027, 12, 31)):
        assert f"{uk_weekday_date(day)}: {why}" in page.text


def test_the_list_takes_a_fixed_number_of_queries(make: Factory, client_of: Callable[..., PageClient]) -> None:
    admin = make.person(None, Role.ADMINISTRATOR)
    browser = client_of(admin)
    counts = []
    for more in (1, 5):
        for number in range(more):
            closed(THURSDAY + timedelta(days=7 * (number + more)), admin)
        browser.get("/policy/closed-days")
        with counted_queries() as queries:
            browser.get("/policy/closed-days")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_the_administrator_is_warned_half_a_year_before_the_data_ends(
    app: Flask, make: Factory, client_of: Callable[..., PageClient]
) -> None:
    """On the first page and on the list; the day before half a year nothing is said."""
    admin, other = make.person(None, Role.ADMINISTRATOR), make.person(None, Role.HR_MANAGER)
    words = "the bank holidays it knows are coming to an end"
    for day, warned in ((date(2028, 6, 30), False), (date(2028, 7, 1), True), (date(2028, 12, 31), True)):
        with clock.set_to(clock.at_local(day, 9)):
            assert (words in client_of(admin).get("/").text) == warned
            assert holidays_to_update(other, day) is None
            everybody = app.extensions["registries"].due[HOLIDAYS_END].everybody
            told = db.session.execute(everybody(), {"today": day}).all()
            assert [row.person_id for row in told] == ([admin.id] if warned else [])
            assert [row.due_on for row in told] == ([date(2028, 9, 30)] if warned else [])
            page = client_of(admin).get("/policy/closed-days")
            assert ("known only up to 31 December 2028" in page.text) == warned


def test_the_administrator_is_reminded_of_it_before_it_is_due_too(app: Flask, make: Factory) -> None:
    """Once within days of the warning, then on the day by which it is due and every ten working days after it."""
    admin = make.person(None, Role.ADMINISTRATOR)
    for day in (date(2028, 6, 30), date(2028, 7, 7), date(2028, 7, 10), date(2028, 9, 29), date(2028, 10, 13)):
        morning(day)
    told = sa.select(Reminder.sent_on, Reminder.step).where(Reminder.kind == HOLIDAYS_END, Reminder.to_person_id == admin.id)
    days = [tuple(row) for row in db.session.execute(told.order_by(Reminder.sent_on))]
    assert days == [(date(2028, 7, 7), -60), (date(2028, 9, 29), 0), (date(2028, 10, 13), 10)]


def test_beyond_the_data_pages_open_and_acts_refuse_in_a_sentence(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    """Nothing breaks for the reader: what must be counted says that it cannot be."""
    admin = make.person(None, Role.ADMINISTRATOR)
    with clock.set_to(clock.at_local(date(2029, 1, 2), 9)):
        page = client_of(admin).get("/policy/closed-days")
        assert "The bank holidays of 2029 are not known yet" in page.text
        client_of(admin).get("/")
        with pytest.raises(InvalidInput, match="known only up to 31 December 2028"):
            due_within("triage_working_days", clock.today())
