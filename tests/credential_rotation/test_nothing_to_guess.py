"""Who may not know that somebody leaves finds it neither by asking for access, nor by ending it, nor in lists and messages:
every answer is the one that they would read of somebody who stays.
"""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessGrant, Account, EndReason, LoginMode
from app.account_register.operations import ask_for_access
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput
from app.core.outbox import OutboxMessage
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, LeaverNotice, RotationStatus
from app.people.models import Person, Role
from tests.account_register.asking import wanted
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, grant, leave, moved, started
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[[Person], PageClient]
ROOM = "/credential-rotation"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER, NEXT_YEAR = date(2027, 3, 25), date(2028, 1, 10)


@pytest.fixture
def on(make: Factory, owner: Person) -> Account:
    """Its owner manages nobody; somebody else administers it."""
    made = account(make, "Libraries", owner)
    grant(make, made, make.person("Kim"))
    return made


@pytest.fixture
def manager(make: Factory) -> Person:
    """Jo's line manager."""
    return make.person("Mel Manager")


@pytest.fixture
def jo(make: Factory, manager: Person) -> Person:
    """Leaves on Friday, as HR and her manager know."""
    return make.person("Jo Bell", manager=manager)


def _leaves(jo: Person, hr: Person) -> LeaverNotice:
    return leave(jo, hr, day=FRIDAY, immediate=False)


@pytest.mark.parametrize("role", [None, Role.SCA])
def test_access_can_be_asked_for_beyond_a_leaving_that_the_asker_may_not_know(
    make: Factory, hr: Person, owner: Person, manager: Person, on: Account, role: Role | None
) -> None:
    """Her manager and HR read why it cannot be; the owner and she herself send it like any other request."""
    leaver = make.person("Lea Ver", *([role] if role else []), manager=manager)
    other = account(make, "Museum", owner)
    _leaves(leaver, hr)
    begin_writing()
    made = ask_for_access(wanted(on, leaver, starts_on=NEXT_YEAR), by=owner, at=NOW, reason="To answer.")
    own = ask_for_access(wanted(other, leaver, starts_on=NEXT_YEAR), by=leaver, at=NOW, reason="To answer.")
    assert [one.status.value for one in (made, own)] == ["asked", "asked"]
    third = account(make, "Parks", owner)
    with pytest.raises(InvalidInput, match="last working day is 5 March 2027"):
        ask_for_access(wanted(third, leaver, starts_on=NEXT_YEAR), by=manager, at=NOW, reason="To answer.")


def test_who_has_access_has_it_also_beyond_an_end_that_the_asker_may_not_know(
    make: Factory, hr: Person, owner: Person, manager: Person, on: Account, jo: Person
) -> None:
    """The same refusal as if it had no end; who may know reads until when."""
    grant(make, on, jo)

    def _refused(by: Person, day: date) -> str:
        begin_writing()
        with pytest.raises(AlreadyDone) as refusal:
            ask_for_access(wanted(on, jo, starts_on=day), by=by, at=NOW, reason="To answer.")
        db.session.rollback()
        return refusal.value.sentence

    days = (TODAY, FRIDAY, FRIDAY + DAY, NEXT_YEAR)
    before = {(by.name, day): _refused(by, day) for by in (owner, jo) for day in days}
    _leaves(jo, hr)
    assert {(by.name, day): _refused(by, day) for by in (owner, jo) for day in days} == before
    assert "until 5 March 2027" in _refused(manager, FRIDAY)


@pytest.mark.parametrize("mode", [LoginMode.SHARED, LoginMode.INDIVIDUAL])
@pytest.mark.parametrize("who", ["owner", "jo"])
@pytest.mark.parametrize("last_day", [FRIDAY, LATER])
def test_ending_access_tells_nothing_of_an_end_that_is_to_come(
    request: pytest.FixtureRequest, make: Factory, client_of: Clients, hr: Person, sca: Person, jo: Person, mode: LoginMode,
    who: str, last_day: date,
) -> None:  # fmt: skip
    """Each day is taken and read back, and refused the second time, as it is of somebody who stays: where a change of the
    password is near, another is near as well there; where it is planned for later, nobody is led to it.
    """
    pat, owner = make.person("Pat Lane"), request.getfixturevalue("owner")
    notice = leave(jo, hr, day=last_day, immediate=False) if who == "owner" else None
    answers: list[list[str]] = []
    for person, leaves in ((pat, False), (jo, True)):
        on = account(make, f"Account of {person.name}", owner)
        grant(make, on, make.person("Kim"))
        if last_day == FRIDAY:
            started(on, sca)
        held = grant(make, on, person, mode=mode)
        if notice is not None and leaves:
            begin_writing()
            operations.follow_account(on, by=hr.id, at=NOW)
            commit()
        elif leaves:
            leave(jo, hr, day=last_day, immediate=False)
        assert (held.ends_on == last_day) is leaves
        browser = client_of(person if who == "jo" else owner)
        where = ROOM + f"/grants/{held.id}/end" if mode is LoginMode.SHARED else f"/account-register/access/{held.id}/end"
        said = []
        tried = (("10 1 2028", 303), ("10 1 2028", 409), ("5 3 2027", 303), ("6 3 2027", 409), ("4 3 2027", 303))
        for day, status in tried:
            page = browser.post(where, {"ends_on": day.split(), "reason": "no_longer_needed"}, status=status)
            main = page.soup.select_one("main")
            said.append(f"{main.get_text() if main else page.location.split('/')[-2]} {_row(browser, on, person)}")
        answers.append([one.replace(person.name, "X") for one in said])
        assert held.ends_on == date(2027, 3, 4)
    assert answers[0] == answers[1]
    led_to_it = who == "owner" and mode is LoginMode.SHARED and last_day == FRIDAY
    assert answers[1][0].startswith("rotations" if led_to_it else "account-register")


def _row(browser: PageClient, on: Account, person: Person) -> str:
    page = browser.get(f"/account-register/{on.id}")
    rows = [row.get_text(" ", strip=True) for row in page.soup.select("main tr")]
    return next((row for row in rows if row.startswith(person.name)), "")


def test_an_end_recorded_beside_one_that_is_not_known_counts_once_they_stay(
    make: Factory, client_of: Clients, hr: Person, owner: Person, on: Account, jo: Person
) -> None:
    """Then the password changes after it; the owner reads their own day all along."""
    held, notice = grant(make, on, jo), None
    notice = _leaves(jo, hr)
    begin_writing(held)
    operations.end_shared_access(held, by=owner, at=NOW, ends_on=LATER, reason=EndReason.WITHDRAWN)
    commit()
    assert (held.ends_on, held.end_reason) == (FRIDAY, EndReason.LEFT)
    assert "ends on 25 March 2027" in _row(client_of(owner), on, jo)
    begin_writing(notice)
    operations.withdraw_leaver(notice, by=hr, at=NOW + HOUR)
    commit()
    assert (held.ends_on, held.end_reason) == (LATER, EndReason.WITHDRAWN)
    found = sa.select(CredentialRotation).where(CredentialRotation.status == RotationStatus.DUE)
    rotation = db.session.execute(found).scalar_one()
    assert rotation.counts_from == clock.at_local(LATER)


def test_an_end_that_was_known_is_still_read_where_a_leaving_is_sooner(
    make: Factory, client_of: Clients, hr: Person, owner: Person, on: Account, jo: Person
) -> None:
    held = grant(make, on, jo)
    begin_writing(held)
    operations.end_shared_access(held, by=owner, at=NOW, ends_on=LATER, reason=EndReason.WITHDRAWN)
    commit()
    before = _row(client_of(owner), on, jo)
    assert "ends on 25 March 2027" in before
    _leaves(jo, hr)
    assert _row(client_of(owner), on, jo) == before
    assert "ends on 5 March 2027" in _row(client_of(make.person("Cleo", Role.SCA)), on, jo)


def test_the_review_of_access_asks_about_a_leaver_too(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, on: Account, jo: Person
) -> None:
    """The owner's page is the same; a keeper reads when it ends. Whoever answers that it is not needed ends it at once."""
    held = grant(make, on, jo)
    where = f"{ROOM}/accounts/{on.id}/review-access"
    before = client_of(owner).get(where).soup.select_one("form").get_text()
    _leaves(jo, hr)
    assert client_of(owner).get(where).soup.select_one("form").get_text() == before
    assert "Ends on 5 March 2027" in client_of(sca).get(where).text
    grants = list(db.session.execute(sa.select(AccessGrant).where(AccessGrant.account_id == on.id)).scalars())
    begin_writing(on)
    operations.review_access(on, {one.id: one is not held for one in grants}, by=owner, at=NOW + HOUR)
    commit()
    assert (held.ends_on, held.end_reason) == (TODAY, EndReason.NO_LONGER_NEEDED)


@pytest.mark.parametrize("who", ["owner", "sca"])
def test_a_review_on_the_last_day_is_not_refused(
    request: pytest.FixtureRequest, make: Factory, hr: Person, on: Account, jo: Person, who: str
) -> None:
    """What ends today anyway is left as it is."""
    by: Person = request.getfixturevalue(who)
    held = grant(make, on, jo)
    leave(jo, hr, day=TODAY, immediate=False)
    grants = list(db.session.execute(sa.select(AccessGrant).where(AccessGrant.account_id == on.id)).scalars())
    begin_writing(on)
    operations.review_access(on, {one.id: one is not held for one in grants}, by=by, at=NOW + HOUR)
    commit()
    assert (held.ends_on, held.end_reason) == (TODAY, EndReason.LEFT)


@pytest.mark.parametrize("how", ["leaves", "moves"])
def test_a_keeper_is_neither_told_nor_asked_because_of_her_own_leaving_or_move(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, how: str
) -> None:
    """She alone administers it; the deputy is asked to find somebody, and told that access ended."""
    deputy = make.person("Dep Uty", Role.DEPUTY_SCA)
    held = grant(make, account(make, "Youth", owner), sca)
    if how == "leaves":
        _leaves(sca, hr)
    else:
        moved(sca, hr, {held: False})
    words = "find somebody to take over Youth"
    assert words in client_of(deputy).get("/duties/mine").text
    assert "Youth" not in client_of(sca).get("/duties/mine").text
    assert "Youth" not in client_of(sca).get("/").text
    told = db.session.execute(sa.select(OutboxMessage.to_person_id)).scalars().all()
    assert sca.id not in told
    assert deputy.id in told
