"""Whoever leaves at once is out from the moment it is recorded: signed out, and nothing waits for them any more."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.account_register.health import Health, runs
from app.account_register.models import AccessGrant, EndReason, LoginMode
from app.account_register.operations import plan_register_import
from app.account_register.queries import (
    AccountFilters,
    accountable_owner,
    register_on,
    register_rows,
)
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput
from app.core.spreadsheets import csv_of
from app.credential_rotation import operations
from app.credential_rotation.models import LeaverNotice
from app.credential_rotation.queries.past_access import Way, what_could_be_got_into
from app.duties.queries import desk_of
from app.people.models import Person, Role, SignInSession
from app.people.queries import holders_of, is_here
from app.people.signing_in import check_password, set_password, start_session
from tests.account_register.factories import health_of
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, grant, leave, started
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PASSWORD = "a long enough password"
ROOM = "/credential-rotation"
Clients = Callable[[Person], PageClient]


def _change(notice: LeaverNotice, by: Person, day: date, *, immediate: bool) -> None:
    begin_writing(notice)
    operations.change_leaving(notice, last_working_day=day, immediate=immediate, by=by, at=NOW + HOUR)
    commit()


@pytest.mark.parametrize("changed", [False, True])
def test_an_open_page_is_closed_at_that_moment(
    client_of: Clients, client: PageClient, hr: Person, jo: Person, changed: bool
) -> None:
    """Recorded so at first, or changed to it from a planned leaving. Staying after all opens the door, not old sessions."""
    set_password(jo, PASSWORD, at=NOW)
    commit()
    browser = client_of(jo)
    browser.get("/")
    if changed:
        notice = leave(jo, hr, day=TODAY, immediate=False)
        browser.get("/")
        _change(notice, hr, TODAY, immediate=True)
    else:
        notice = leave(jo, hr)
    assert browser.get("/", status=303).location.endswith("/people/sign-in?next=/")
    client.post("/people/sign-in", {"email": jo.email, "password": PASSWORD}, status=422)
    page = client_of(hr).get(f"{ROOM}/leavers/{notice.id}")
    assert "They cannot sign in to Probity any more." in page.text
    client_of(hr).post(f"{ROOM}/leavers/{notice.id}/withdraw", {})
    browser.get("/", status=303)
    client.post("/people/sign-in", {"email": jo.email, "password": PASSWORD})
    client.get("/")


def test_a_planned_last_day_is_worked_to_its_end(client_of: Clients, hr: Person, jo: Person) -> None:
    """Only at once means at once."""
    browser = client_of(jo)
    notice = leave(jo, hr, day=TODAY, immediate=False)
    browser.get("/")
    page = client_of(hr).get(f"{ROOM}/leavers/{notice.id}")
    assert "They can sign in to Probity until the end of their last working day." in page.text


def test_a_day_in_the_past_signs_out_too(hr: Person, jo: Person) -> None:
    """However it is recorded that somebody is gone, their sessions are over and do not come back."""
    start_session(jo, at=NOW)
    commit()
    leave(jo, hr, day=TODAY - DAY, immediate=False)
    assert db.session.execute(sa.select(SignInSession.ended_at)).scalar_one() == NOW
    with pytest.raises(InvalidInput):
        check_password(str(jo.email), PASSWORD, address="192.0.2.1", at=NOW)


@pytest.mark.parametrize("last", [None, TODAY - DAY, TODAY, TODAY + DAY])
@pytest.mark.parametrize("at_once", [False, True])
def test_the_person_and_the_query_say_the_same(make: Factory, last: date | None, at_once: bool) -> None:
    """Who is here on a day, for every way to leave."""
    person = make.person("Jo", last_working_day=last, left_at_once=at_once and last is not None)
    for ahead in range(-3, 4):
        day = TODAY + ahead * DAY
        found = db.session.execute(sa.select(Person.id).where(Person.id == person.id, is_here(day))).first()
        here = last is None or day < last or (day == last and not at_once)
        assert person.is_here_on(day) is (found is not None) is here, day


def test_what_waited_for_them_waits_for_others(app: Flask, make: Factory, hr: Person, sca: Person, jo: Person) -> None:
    """At that moment: as owner of an account, and as the holder of a role."""
    deputy = make.person("Dee Marsh", Role.DEPUTY_SCA)
    on, other = account(make, "Libraries", jo), account(make, "Museum", make.person("Olu"))
    for person in (make.person(), make.person()):
        grant(make, on, person)
        grant(make, other, person)
    rotation = started(on, sca)
    assert rotation.owner_id == jo.id
    leave(jo, hr, at=NOW)
    assert accountable_owner(on, TODAY) is None
    assert Health.OWNER_LEFT in health_of(on, sca, TODAY)
    assert Health.OWNER_LEAVING not in health_of(on, sca, TODAY)
    with app.test_request_context():
        desk = desk_of(sca, TODAY)
        assert "Change the password of Libraries (Facebook)" in [item.text for item in (*desk.late, *desk.needs)]
    leave(sca, hr, at=NOW)
    assert holders_of((Role.SCA, Role.DEPUTY_SCA), TODAY) == [deputy]


@pytest.mark.parametrize("last", [None, TODAY - DAY, TODAY, TODAY + DAY])
@pytest.mark.parametrize("ends", [None, TODAY - DAY, TODAY, TODAY + DAY])
@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("why", [EndReason.NO_LONGER_NEEDED, EndReason.LEFT])
def test_an_access_and_the_query_say_the_same(
    make: Factory, owner: Person, last: date | None, ends: date | None, at_once: bool, why: EndReason
) -> None:
    """Whether it runs on a day, however its holder leaves, whenever it was to end, and where they came back since."""
    holder = make.person("Jo", last_working_day=last, left_at_once=at_once and last is not None)
    given = grant(make, account(make, "Libraries", owner), holder, ends_on=ends)
    if ends is not None:
        given.end_reason = why
        commit()
    for ahead in range(-3, 4):
        day = TODAY + ahead * DAY
        found = db.session.execute(sa.select(AccessGrant.id).where(AccessGrant.id == given.id, runs(day))).first()
        is_last = holder.is_here_on(day) and (why is not EndReason.LEFT or last == day)
        ran = ends is None or day < ends or (day == ends and is_last)
        assert given.runs_on(day) is (found is not None) is ran, day


def test_every_page_of_the_register_says_that_their_access_is_over(
    client_of: Clients, make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """The account, the table to take away and to bring back, the register of today, and who could get in."""
    on, own = account(make, "Libraries", owner), account(make, "Museum", owner)
    grant(make, on, jo)
    grant(make, own, jo, mode=LoginMode.INDIVIDUAL)
    keeper = client_of(sca)
    assert "ends on" not in keeper.get(f"/account-register/{own.id}").text
    leave(jo, hr)
    page = keeper.get(f"/account-register/{own.id}").text
    assert "Ended until 3 March 2027" in page
    assert "Active" not in page.partition("Who has access")[2].partition("Jo Bell")[2][:80]
    assert Health.NOBODY in health_of(own, sca, TODAY)
    assert Health.HOLDER_LEAVING not in health_of(own, sca, TODAY)
    rows = register_rows(sca, AccountFilters(), TODAY)
    assert [row["holders"] for row in rows] == ["", ""]
    text = csv_of(list(rows[0]), [list(row.values()) for row in rows])
    plan = plan_register_import(text, day=TODAY)
    assert (plan.problems, plan.changes_nothing) == ([], True)
    told = {one.name: [way.words for way in one.ways_in] for one in register_on(TODAY)}
    assert told == {"Libraries": ["Knew the shared password"], "Museum": ["Had access until they left that day"]}
    ways = {(entry.grant.account.name, entry.way) for entry in what_could_be_got_into(jo, TODAY)}
    assert ways == {("Libraries", Way.KNOWN_PASSWORD), ("Museum", Way.UNTIL_THEY_LEFT)}
    page = keeper.get(f"{ROOM}/accounts/{own.id}/who-could-get-in").text
    assert "Had access until they left that day" in page
    assert what_could_be_got_into(jo, TODAY + DAY)[0].way is Way.KNOWN_PASSWORD
    assert {entry.way for entry in what_could_be_got_into(jo, TODAY - DAY)} == {Way.ACCESS}


def test_the_preview_says_so(client_of: Clients, hr: Person, jo: Person) -> None:
    """Whoever records it knows what happens the moment they do."""
    page = client_of(hr).get(f"{ROOM}/leavers/preview?person={jo.id}&day=2027-03-03&immediate=yes")
    assert "As soon as you record it, Jo Bell is signed out of Probity and cannot sign in again." in page.text


INSET = ".govuk-inset-text li"
LIBRARIES = ["Libraries, Facebook (its owner is Olu Abara)"]


def test_staying_after_all_gives_no_access_back_and_names_it(
    client_of: Clients, make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Before, after, in the register of that day and in its table; they can sign in, and be given access anew."""
    on = account(make, "Libraries", owner)
    grant(make, on, jo)
    notice = leave(jo, hr)
    officer, keeper, address = client_of(hr), client_of(sca), f"{ROOM}/leavers/{notice.id}"
    page = officer.get(address)
    assert page.heading == "Jo Bell left on Wednesday 3 March 2027"
    assert "Ended on 3 March 2027" in page.text
    page = officer.get(f"{address}/withdraw")
    device = "Any permission to use a device of their own for Council social media that has not run out is in force again."
    assert device in page.text
    assert "Access that ended at once is over." in page.text
    assert "Passwords that they knew when they left at once are still to be changed." in page.text
    assert [item.get_text() for item in page.soup.select(INSET)] == LIBRARIES
    page = officer.follow(f"{address}/withdraw", {})
    assert device in page.text
    assert "They have no access to 1 account any more: the list is below." in page.text
    assert [item.get_text() for item in page.soup.select(INSET)] == LIBRARIES
    assert "Ended on 3 March 2027" in page.text
    assert "is to change it" in page.text
    for wrong in ("Goes on", "Need not change", "Ends at the end of"):
        assert wrong not in page.text
    (link,) = keeper.get(address).soup.select(f"{INSET} a")
    assert link["href"] == f"/account-register/{on.id}"
    assert "Ended until 3 March 2027" in keeper.get(f"/account-register/{on.id}").text
    assert [row["holders"] for row in register_rows(sca, AccountFilters(), TODAY)] == [""]
    assert [[way.words for way in one.ways_in] for one in register_on(TODAY)] == [["Knew the shared password"]]
    assert [entry.way for entry in what_could_be_got_into(jo, TODAY)] == [Way.KNOWN_PASSWORD]
    client_of(jo).get("/")


def test_leaving_later_after_all_gives_no_access_back_and_says_so(
    client_of: Clients, make: Factory, hr: Person, owner: Person, jo: Person
) -> None:
    """The page that asks for the day, the preview and the page of the leaver agree; the password still changes today."""
    on, own = account(make, "Libraries", owner), account(make, "Museum", jo)
    grant(make, on, jo)
    grant(make, own, jo, mode=LoginMode.INDIVIDUAL)
    notice = leave(jo, hr)
    officer, address = client_of(hr), f"{ROOM}/leavers/{notice.id}"
    page = officer.get(f"{address}/change")
    assert "Access that ended at once is over" in page.text
    assert [item.get_text() for item in page.soup.select(INSET)] == [*LIBRARIES, "Museum, Facebook"]
    with counted_queries() as queries:
        page = officer.get(f"{address}/change/preview?day=2027-03-05&immediate=no")
    assert len(queries) <= 8, len(queries)
    assert "sign in to Probity, and use the accounts to which their access is not over." in page.text
    assert "Ended on 3 March 2027, and is not given back" in page.text
    assert "It was recorded that Jo Bell leaves at once on Wednesday 3 March 2027." in page.text
    assert [item.get_text() for item in page.soup.select(INSET)] == [*LIBRARIES, "Museum, Facebook"]
    for wrong in ("use their accounts as before", "Ends at the end of", "ends at the end of"):
        assert wrong not in page.text
    page = officer.follow(f"{address}/change/record", {"day": "2027-03-05", "immediate": "no"})
    assert "They have no access to 2 accounts any more: the list is below" in page.text
    assert "They can sign in to Probity until the end of their last working day." in page.text
    assert "Ended on 3 March 2027" in page.text
    assert "It was recorded that Jo Bell leaves at once on Wednesday 3 March 2027." in page.text
    assert [item.get_text() for item in page.soup.select(INSET)] == [*LIBRARIES, "Museum, Facebook"]
    page = officer.get(f"{address}/change/preview?day=2027-03-08&immediate=no")
    assert "use their accounts as before" not in page.text


def test_a_change_to_a_planned_last_day_of_today_is_refused_at_its_field(
    client_of: Clients, make: Factory, hr: Person, owner: Person, jo: Person
) -> None:
    """Access that ended at once would be given back for the rest of the day."""
    grant(make, account(make, "Libraries", owner), jo)
    notice = leave(jo, hr)
    sent = {"last_working_day": ["3", "3", "2027"], "immediate": "no"}
    page = client_of(hr).post(f"{ROOM}/leavers/{notice.id}/change", sent, status=422)
    assert page.errors == [
        "Jo Bell left at once today, so their access is over. Enter a later day, or record that they leave at once"
    ]
