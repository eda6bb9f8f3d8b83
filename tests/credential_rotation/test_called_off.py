"""Access that was to begin after its holder has left is called off: nothing ever says that they had it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.account_register.models import AccessGrant, AccessLevel, Account, EndReason, GrantState, LoginMode, grant_state
from app.account_register.operations import begin_access, call_off_access, give_access
from app.account_register.queries import accounts_open_to, register_on
from app.core import clock
from app.core.audit import ActorKind
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, LeaverNotice, NoticeStatus, RotationStatus
from app.people.models import Person
from app.people.queries import timeline
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, grant, leave, who_could_get_in
from tests.factories import Factory
from tests.pages import PageClient

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONDAY = date(2027, 3, 8)
ROOM = "/credential-rotation"
Clients = Callable[[Person], PageClient]


@pytest.fixture
def on(make: Factory, owner: Person) -> Account:
    """An account with another administrator."""
    made = account(make, "Libraries", owner)
    grant(make, made, make.person("Ada Stays"))
    return made


@pytest.fixture
def planned(on: Account, jo: Person, sca: Person) -> AccessGrant:
    """Access to the shared login that is to begin on Monday."""
    begin_writing(on)
    made = give_access(
        on, jo, level=AccessLevel.EDITOR, login_mode=LoginMode.SHARED, starts_on=MONDAY, by=sca, at=NOW
    )
    made.required_version_id = made.acknowledge_by = None
    commit()
    return made


def _change(notice: LeaverNotice, by: Person, day: date, *, immediate: bool = False) -> None:
    begin_writing(notice)
    operations.change_leaving(notice, last_working_day=day, immediate=immediate, by=by, at=NOW + HOUR)
    commit()


def _never_had_access(on: Account, jo: Person) -> None:
    for ahead in range(-3, 40):
        day = TODAY + ahead * DAY
        assert jo not in [entry.grant.person for entry in who_could_get_in(on, day)], day
        assert on not in accounts_open_to(jo, day)
        assert jo not in [way.grant.person for one in register_on(day) for way in one.ways_in]


@pytest.mark.parametrize(("day", "immediate"), [(FRIDAY, False), (TODAY, True), (TODAY - DAY, False)])
def test_access_planned_for_after_the_last_day_is_called_off(
    on: Account, planned: AccessGrant, hr: Person, jo: Person, day: date, immediate: bool
) -> None:
    """Neither the register nor the answer for any day says that they could get in, and no password changes for it."""
    notice = leave(jo, hr, day=day, immediate=immediate, at=NOW + HOUR)
    assert (planned.end_reason, planned.is_called_off) == (EndReason.CALLED_OFF, True)
    assert grant_state(planned, None, TODAY) is grant_state(planned, None, MONDAY) is GrantState.CALLED_OFF
    _never_had_access(on, jo)
    assert db.session.execute(sa.select(CredentialRotation)).all() == []
    if day > TODAY:
        assert operations.complete_leavers(clock.at_local(day + DAY, 0)) == 1
    assert notice.status is NoticeStatus.COMPLETE
    said = [entry.words for entry in timeline([on.id])]
    assert "called off the access of Jo Bell, which was to begin on 8 March 2027" in said


def test_it_is_called_off_when_the_day_moves_forward(on: Account, planned: AccessGrant, hr: Person, jo: Person) -> None:
    """The password was to change because of it; it need not any more. A later day does not bring the access back."""
    notice = leave(jo, hr, day=MONDAY + DAY, immediate=False)
    assert (planned.end_reason, planned.ends_on) == (EndReason.LEFT, MONDAY + DAY)
    rotation = db.session.execute(sa.select(CredentialRotation)).scalar_one()
    _change(notice, hr, FRIDAY)
    assert planned.end_reason is EndReason.CALLED_OFF
    assert rotation.status is RotationStatus.STOOD_DOWN
    _change(notice, hr, MONDAY + 2 * DAY)
    assert planned.end_reason is EndReason.CALLED_OFF
    _never_had_access(on, jo)


def test_access_that_has_begun_ran(make: Factory, on: Account, hr: Person, jo: Person) -> None:
    """Told too late: the register keeps the days on which it ran, and the password changes."""
    begun = grant(make, on, jo)
    begun.starts_on = TODAY - DAY
    make.keep(begun)
    leave(jo, hr, day=TODAY - 3 * DAY, immediate=False)
    assert (begun.end_reason, begun.ends_on) == (EndReason.LEFT, TODAY - DAY)
    assert db.session.execute(sa.select(CredentialRotation.status)).scalar_one() is RotationStatus.DUE


def test_staying_after_all_gives_nothing_back_and_says_so(
    make: Factory, client_of: Clients, on: Account, planned: AccessGrant, hr: Person, sca: Person, jo: Person
) -> None:
    """The page before, the words after, the leaver's page and the keeper's message say who needs access again."""
    goes_on = account(make, "Museum", sca)
    for person in (jo, make.person()):
        grant(make, goes_on, person)
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    browser, address = client_of(hr), f"{ROOM}/leavers/{notice.id}"
    assert "Called off: it was to begin on 8 March 2027" in browser.get(address).text
    page = browser.get(f"{address}/withdraw")
    assert "Jo Bell will have no access to these accounts. If they need it, the owner of the account or the" in page.text
    lost = ["Libraries, Facebook (its owner is Olu Abara)"]
    assert [item.get_text() for item in page.soup.select(".govuk-inset-text li")] == lost
    page = browser.follow(f"{address}/withdraw", {})
    assert "They have no access to 1 account any more: the list is below." in page.text
    assert "Access that was over or called off was not given back. If Jo Bell needs it, the owner" in page.text
    assert [item.get_text() for item in page.soup.select(".govuk-inset-text li")] == lost
    assert planned.end_reason is EndReason.CALLED_OFF
    told = sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == sca.id)
    assert any(one.startswith("leaver_give_again") for one in db.session.execute(told).scalars())
    begin_writing(on)
    give_access(
        on, jo, level=AccessLevel.EDITOR, login_mode=LoginMode.SHARED, starts_on=TODAY, by=sca, at=NOW + 2 * HOUR
    )
    commit()
    assert not browser.get(address).soup.select(".govuk-inset-text li")


def test_what_will_be_called_off_is_said_first(
    client_of: Clients, on: Account, planned: AccessGrant, hr: Person, sca: Person, jo: Person
) -> None:
    """And the page of the account says it afterwards, to those who see the account."""
    address = f"{ROOM}/leavers/preview?person={jo.id}&day=2027-03-05&immediate=no"
    page = client_of(hr).get(address)
    assert "Access to 1 account was to begin after that day. It is called off and will not begin." in page.text
    assert "Will not begin: it was to begin on 8 March 2027" in page.text
    assert "Need not change: they never had it" in page.text
    assert planned.ends_on is None
    leave(jo, hr, day=FRIDAY, immediate=False)
    assert "Called off before it began" in client_of(sca).get(f"/account-register/{on.id}").text


def test_none_is_begun_for_after_the_last_day(on: Account, sca: Person, jo: Person, make: Factory) -> None:
    """Not even one found in use at an import."""
    jo.last_working_day = FRIDAY
    make.keep(jo)
    with pytest.raises(InvalidInput, match="last working day is 5 March"):
        begin_access(
            on, jo, level=AccessLevel.EDITOR, login_mode=LoginMode.SHARED, starts_on=MONDAY, required_version_id=None,
            by=sca, at=NOW, found_in_use=True,
        )  # fmt: skip
    db.session.rollback()


def test_who_may_call_off_and_what(make: Factory, on: Account, planned: AccessGrant, sca: Person, jo: Person) -> None:
    """Whoever may end it, once, and only before it begins."""
    with pytest.raises(NotAllowed):
        call_off_access(planned, by=make.person(), at=NOW)
    with pytest.raises(AlreadyDone):
        call_off_access(planned, by=sca, at=NOW + 5 * DAY)
    call_off_access(planned, by=sca, at=NOW)
    assert planned.ended_by_id == sca.id
    for by in (sca, ActorKind.SYSTEM):
        with pytest.raises(AlreadyDone):
            call_off_access(planned, by=by, at=NOW)
    db.session.rollback()


@pytest.mark.parametrize(("ends_on", "reason"), [(MONDAY - DAY, "left"), (MONDAY, "called_off")])
def test_only_what_was_called_off_ends_before_it_starts(
    planned: AccessGrant, ends_on: date, reason: str
) -> None:
    """And the database says so too."""
    change = sa.update(AccessGrant).where(AccessGrant.id == planned.id).values(ends_on=ends_on, end_reason=reason)
    with pytest.raises(IntegrityError):
        db.session.execute(change)
    db.session.rollback()
