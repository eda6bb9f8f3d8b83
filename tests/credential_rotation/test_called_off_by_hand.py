"""Access that has not begun, where somebody ends it by hand or in a review: it is called off, and nobody ever had it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessGrant, Account, AccountStatus, EndReason, GrantState, LoginMode, grant_state
from app.account_register.queries import grants_to_review
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, MoveKind, RotationStatus
from app.people.models import Person
from app.people.queries import timeline
from tests.account_register.factories import LAST_WORDS
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, grant, leave, moved, who_could_get_in
from tests.factories import Factory
from tests.pages import PageClient

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONDAY = date(2027, 3, 8)
Clients = Callable[[Person], PageClient]


@pytest.fixture
def on(make: Factory, owner: Person) -> Account:
    """An account with another administrator."""
    made = account(make, "Libraries", owner)
    grant(make, made, make.person("Ada Stays"), mode=LoginMode.INDIVIDUAL)
    return made


def _to_come(make: Factory, on: Account, person: Person, mode: LoginMode = LoginMode.SHARED) -> AccessGrant:
    """Access that begins on Monday."""
    made = grant(make, on, person, mode=mode)
    made.starts_on = MONDAY
    make.keep(made)
    return made


def _was_called_off(made: AccessGrant, on: Account) -> None:
    assert (made.end_reason, made.is_called_off) == (EndReason.CALLED_OFF, True)
    for ahead in range(-3, 40):
        day = TODAY + ahead * DAY
        assert grant_state(made, None, day) is GrantState.CALLED_OFF
        assert made.person not in [entry.grant.person for entry in who_could_get_in(on, day)], day
    asked = sa.select(CredentialRotation).where(CredentialRotation.status != RotationStatus.STOOD_DOWN)
    assert db.session.execute(asked).all() == []


@pytest.mark.parametrize("mode", LoginMode)
def test_a_review_calls_off_what_has_not_begun(
    make: Factory, client_of: Clients, on: Account, jo: Person, sca: Person, mode: LoginMode
) -> None:
    """It says so before and after, counts nobody as having lost access, and asks for no new password."""
    planned = _to_come(make, on, jo, mode)
    browser, address = client_of(sca), f"/credential-rotation/accounts/{on.id}/review-access"
    page = browser.get(address)
    assert "what has not begun is called off" in page.text
    assert "Admin from 8 March 2027" in page.text
    assert "Admin since 5 January 2026" in page.text
    said = {f"grant_{one.id.hex}": "no" if one is planned else "yes" for one in grants_to_review(on)}
    page = browser.follow(address, said)
    assert "The access of 1 person that had not begun was called off." in page.text
    assert "lost access" not in page.text
    assert "Called off before it began" in page.text
    _was_called_off(planned, on)
    words = [entry.words for entry in timeline([on.id])]
    assert "looked at who has access: 1 stay, 0 end" in words
    assert "called off the access of Jo Bell, which was to begin on 8 March 2027" in words


def test_a_review_counts_what_ended_apart(make: Factory, client_of: Clients, on: Account, jo: Person, sca: Person) -> None:
    _to_come(make, on, jo)
    browser, address = client_of(sca), f"/credential-rotation/accounts/{on.id}/review-access"
    browser.get(address)
    page = browser.follow(address, {f"grant_{one.id.hex}": "no" for one in grants_to_review(on)})
    assert "1 person has lost access. The access of 1 person that had not begun was called off." in page.text
    assert "looked at who has access: 0 stay, 1 end" in [entry.words for entry in timeline([on.id])]


@pytest.mark.parametrize("mode", LoginMode)
@pytest.mark.parametrize("who", ["sca", "owner", "jo"])
def test_end_access_offers_to_call_off_what_has_not_begun(
    request: pytest.FixtureRequest, make: Factory, client_of: Clients, on: Account, jo: Person, mode: LoginMode, who: str
) -> None:
    """Nothing else can be said of it, wherever the link leads; what has begun is ended as before."""
    planned = _to_come(make, on, jo, mode)
    reader: Person = request.getfixturevalue(who)
    browser = client_of(reader)
    links = {
        link.get_text(): str(link["href"]) for link in browser.get(f"/account-register/{on.id}").soup.select("td a")
    }
    address = links["Call off access of Jo Bell"]
    assert "End access of Jo Bell" not in links
    page = browser.get(address)
    assert "It is to begin on 8 March 2027. If you call it off it never begins" in page.text
    assert not page.soup.select("form.govuk-form input[type=text], main input[type=radio]")
    assert browser.get(f"/account-register/access/{planned.id}/end", status=303).location.endswith(address)
    page = browser.follow(address, {})
    assert "You called off the access of Jo Bell to Libraries. It does not begin." in page.text
    assert "Call off access" not in page.text
    _was_called_off(planned, on)
    browser.post(address, {"ends_on": ["3", "3", "2027"], "reason": "no_longer_needed"}, status=409)


def test_who_may_not_end_access_may_not_call_it_off(make: Factory, client_of: Clients, on: Account, jo: Person) -> None:
    planned = _to_come(make, on, jo)
    address = f"/credential-rotation/grants/{planned.id}/end"
    client_of(make.person()).get(address, status=403)
    client_of(make.person()).post(address, {}, status=403)
    assert planned.ends_on is None


@pytest.mark.parametrize("why", ["leaves", "moves"])
def test_what_somebody_who_goes_was_to_have_is_called_off(
    make: Factory, on: Account, jo: Person, hr: Person, sca: Person, why: str
) -> None:
    """The password was to change after them; nothing of it is left once they are never to know it."""
    planned = _to_come(make, on, jo)
    if why == "leaves":
        leave(jo, hr, day=MONDAY + 3 * DAY, immediate=False)
    else:
        moved(jo, hr, {planned: False}, day=MONDAY + 3 * DAY, kind=MoveKind.MOVED)
    rotation = db.session.execute(sa.select(CredentialRotation)).scalar_one()
    begin_writing(planned)
    assert operations.end_shared_access(
        planned, by=sca, at=NOW + HOUR, ends_on=TODAY, reason=EndReason.NO_LONGER_NEEDED
    ) is None  # fmt: skip
    commit()
    assert rotation.status is RotationStatus.STOOD_DOWN
    _was_called_off(planned, on)
    assert operations.complete_leavers(clock.at_local(MONDAY + 4 * DAY, 0)) == (1 if why == "leaves" else 0)


def test_a_password_they_know_still_changes(make: Factory, on: Account, jo: Person, hr: Person, sca: Person) -> None:
    """Who leaves and knew it by an access that ended before: the change is asked for all the same."""
    grant(make, on, jo, ends_on=TODAY - 2 * DAY)
    planned = _to_come(make, on, jo)
    leave(jo, hr, day=MONDAY + 3 * DAY, immediate=False)
    begin_writing(planned)
    operations.end_shared_access(planned, by=sca, at=NOW + HOUR, ends_on=TODAY, reason=EndReason.NO_LONGER_NEEDED)
    commit()
    due = sa.select(CredentialRotation.status).where(CredentialRotation.status == RotationStatus.DUE)
    assert db.session.execute(due).scalar_one()


def test_the_account_can_be_closed_then(
    make: Factory, client_of: Clients, owner: Person, jo: Person, sca: Person
) -> None:
    on = account(make, "Market Day", owner)
    planned = _to_come(make, on, jo)
    on.status = AccountStatus.CLOSING
    make.keep(on)
    browser = client_of(sca)
    page = browser.post(f"/account-register/{on.id}/close", LAST_WORDS, status=409)
    assert "call off what has not begun" in page.text
    browser.follow(f"/credential-rotation/grants/{planned.id}/end", {})
    browser.follow(f"/account-register/{on.id}/close", LAST_WORDS)
    assert on.is_closed


def test_what_begins_today_is_ended(make: Factory, on: Account, jo: Person, sca: Person) -> None:
    """Its holder had it, so the password changes; an end before that day is refused as ever."""
    planned = _to_come(make, on, jo)
    begin_writing(planned)
    made = operations.end_shared_access(
        planned, by=sca, at=clock.at_local(MONDAY, 9), ends_on=MONDAY, reason=EndReason.NO_LONGER_NEEDED
    )
    commit()
    assert made is not None
    assert planned.ends_on == MONDAY
    with pytest.raises(AlreadyDone):
        operations.end_shared_access(
            planned, by=sca, at=clock.at_local(MONDAY, 9), ends_on=MONDAY, reason=EndReason.NO_LONGER_NEEDED
        )
    assert FRIDAY < MONDAY
