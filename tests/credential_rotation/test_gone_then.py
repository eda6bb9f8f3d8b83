"""What two people said is gone: from then on nobody could get in, the list and the register of a day agree on it, and a
keeper is asked to close it.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.account_register.documents import register_document
from app.account_register.models import Account, AccountOnDay, LoginMode
from app.account_register.operations import close_account
from app.account_register.queries import AccountFilters, accounts_page, register_on
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.paging import Cursor
from app.credential_rotation.models import GoneReport
from app.credential_rotation.operations import take_back_gone
from app.credential_rotation.operations.gone import CLOSING_PERIOD
from app.credential_rotation.queries import gone_to_close
from app.credential_rotation.queries.past_access import what_could_be_got_into
from app.people.models import Person, Role
from app.policy.queries import due_at_once
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, changed, grant, started, who_could_get_in
from tests.credential_rotation.incidents import DELETED, LOST, found_gone, said_to_be_gone
from tests.documents.reading import flat, text_of
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
DAY = timedelta(days=1)
LATER = NOW + 30 * DAY
ROOM = "/credential-rotation"


def _names(on: Account, days: int) -> list[str]:
    return [entry.person.name for entry in who_could_get_in(on, TODAY + days * DAY)]


def _then(on: Account, days: int) -> AccountOnDay:
    return next(one for one in register_on(TODAY + days * DAY) if one.id == on.id)


def _closed(on: Account, by: Person, days: int) -> None:
    begin_writing(on)
    close_account(on, by=by, at=NOW + days * DAY, archive_kept="None could be kept.", redirect_notice="Our website.")
    commit()


def _to_close(person: Person) -> list[uuid.UUID]:
    return [uuid.UUID(row.key) for row in db.session.execute(gone_to_close(person, TODAY))]


@pytest.fixture
def kept(on: Account, sca: Person, owner: Person) -> Account:
    """It has been on the register for long; its owner changed its password, so they know it without access."""
    on.registered_at = NOW - 60 * DAY
    db.session.commit()
    changed(started(on, sca, at=NOW - 40 * DAY), owner, at=NOW - 39 * DAY)
    return on


def test_from_the_day_of_the_confirmation_on_nobody_could_get_in(kept: Account, sca: Person, owner: Person) -> None:
    ann = next(one.person for one in kept.grants if one.person.name == "Ann")
    gone = said_to_be_gone(kept, sca)
    assert _names(kept, 0) == _names(kept, 9) == ["Ann", "Ben", owner.name]  # nothing follows before it is confirmed
    found_gone(gone, owner, at=NOW + 2 * DAY)
    told = {days: _names(kept, days) for days in (-1, 1, 2, 3, 90)}
    assert told == {-1: ["Ann", "Ben", owner.name], 1: ["Ann", "Ben", owner.name], 2: [], 3: [], 90: []}
    for person in (ann, owner):
        found = [len(what_could_be_got_into(person, TODAY + days * DAY)) for days in (1, 2, 90)]
        assert found == [1, 0, 0]
    _closed(kept, sca, 6)
    assert {days: _names(kept, days) for days in told} == told


def test_what_was_said_and_taken_back_changes_nothing_of_who_could_get_in(
    kept: Account, sca: Person, deputy: Person
) -> None:
    gone = said_to_be_gone(kept, sca)
    begin_writing(gone)
    take_back_gone(gone, "It has another name now.", by=deputy, at=NOW)
    commit()
    assert len(_names(kept, 3)) == 3
    assert _then(kept, 3).gone == ""


@pytest.mark.parametrize("report", [LOST, DELETED])
def test_the_register_of_a_day_says_since_when_it_is_gone(
    kept: Account, sca: Person, owner: Person, report: GoneReport
) -> None:
    found_gone(said_to_be_gone(kept, sca, report=report), owner, at=NOW + 2 * DAY)
    before, after = _then(kept, 1), _then(kept, 2)
    words = {"lost": "Lost since 28 February 2027", "deleted": "No longer exists since 28 February 2027"}[report.what.value]
    assert TODAY - report.since == 3 * DAY
    assert (before.status_in_full, before.gone) == ("Live", "")
    assert (after.gone, after.ways_in, after.health) == (words, [], [])
    assert after.status_in_full == f"Closing. {words}"
    paper = flat(text_of(register_document([after], TODAY + 2 * DAY, at=LATER)))
    assert words in paper
    assert "Nobody could get in." in paper


def test_the_list_and_the_register_of_the_day_agree_where_an_account_is_gone(
    make: Factory, kept: Account, sca: Person, owner: Person
) -> None:
    """On the day of the confirmation, and when its reviews and papers would be late."""
    there = account(make, "Still there", owner)
    grant(make, there, make.person("Cy"), mode=LoginMode.INDIVIDUAL)
    for one in (kept, there):
        one.access_review_due_on = one.content_review_due_on = one.papers_due_on = TODAY + DAY
    db.session.commit()
    found_gone(said_to_be_gone(kept, sca), owner)
    for days in (0, 1, 90):
        then = register_on(TODAY + days * DAY)
        with clock.set_to(NOW + days * DAY):
            rows = {row.id: row for row in accounts_page(sca, AccountFilters(), Cursor(), TODAY + days * DAY).rows}
        assert {one.id: one.health for one in then} == {
            id_: [line.label for line in row.health] for id_, row in rows.items()
        }
        assert {one.id: len(one.ways_in) for one in then} == {id_: row.holders for id_, row in rows.items()}
        assert rows[kept.id].to_heed == "Lost for good: nobody can get in"
        assert rows[kept.id].holders == 0


def test_a_keeper_is_asked_to_close_it_by_a_day(
    make: Factory, on: Account, sca: Person, deputy: Person, owner: Person
) -> None:
    admin = make.person("Ada Min", Role.ADMINISTRATOR)
    gone = said_to_be_gone(on, sca)
    assert (gone.close_by, _to_close(sca)) == (None, [])
    found_gone(gone, owner)
    assert gone.close_by == due_at_once(CLOSING_PERIOD, TODAY) > TODAY
    everybody = {sca: True, deputy: True, owner: False, admin: False}
    assert {one: _to_close(one) == [gone.id] for one in everybody} == everybody
    assert {one: gone.account_can_be_closed_by(one) for one in everybody} == everybody
    _closed(on, deputy, 1)
    assert _to_close(sca) == []
    assert not gone.waits_to_be_closed


def test_its_page_leads_to_closing_it_and_says_how_the_day_came_about(
    on: Account, client_of: Clients, sca: Person, owner: Person
) -> None:
    gone = said_to_be_gone(on, sca)
    found_gone(gone, owner)
    assert f"Close {on.name} (Facebook), which no longer exists or is lost" in client_of(sca).get("/").text
    page = client_of(sca).get(f"{ROOM}/gone/{gone.id}")
    assert "A keeper of the register closes the account" in page.text
    assert "It was confirmed on Wednesday 3 March 2027" in page.text
    assert f"/account-register/{on.id}/close" in page.html
    assert f"/account-register/{on.id}/close" not in client_of(owner).get(f"{ROOM}/gone/{gone.id}").html
    _closed(on, sca, 1)
    page = client_of(sca).get(f"{ROOM}/gone/{gone.id}")
    assert "closes the account" not in page.text


def test_on_the_day_itself_its_pages_say_that_nobody_has_access(
    on: Account, client_of: Clients, sca: Person, owner: Person
) -> None:
    ann = next(one.person for one in on.grants if one.person.name == "Ann")
    gone = said_to_be_gone(on, sca)
    found_gone(gone, owner)
    assert "nobody has access" in client_of(sca).get(f"{ROOM}/gone/{gone.id}").text
    page = client_of(sca).get(f"/account-register/{on.id}")
    assert "ends on" not in page.text
    assert "Active" not in page.text
    page = client_of(sca).get("/account-register/")
    assert "Lost for good: nobody can get in" in page.text
    assert "all access to it ends first" not in page.text
    today = client_of(sca).get(f"{ROOM}/accounts/{on.id}/who-could-get-in")
    assert "Nobody could get in on that day" in today.text
    assert "Lost since 28 February 2027" in today.text
    with clock.set_to(NOW):  # who had access until then is told that it is confirmed, not that it is none of their business
        assert gone.can_be_seen_by(ann)
    late = client_of(ann).post(f"{ROOM}/gone/{gone.id}/confirmed", {"how_known": "I looked."}, status=409)
    assert "confirmed already" in late.text


def test_the_history_tells_it_as_a_change(on: Account, client_of: Clients, sca: Person, owner: Person) -> None:
    found_gone(said_to_be_gone(on, sca, report=DELETED), owner)
    page = client_of(sca).get(f"/account-register/{on.id}/changes")
    assert "Account that is gone" in page.text
    assert "No longer exists" in page.text
