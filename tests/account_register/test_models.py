"""What the register's things know about themselves."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import (
    ACCOUNT_TRANSITIONS,
    AccessGrant,
    Account,
    AccountStatus,
    GrantState,
    KeeperNotice,
    NoticeKind,
    grant_state,
)
from app.account_register.naming import canonical_platform, clean_url, handle_key, url_key
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput
from app.people.models import KNOWS_WHY, Person, Role
from tests.account_register.factories import make_account, make_grant
from tests.conftest import NOW
from tests.factories import Factory

TODAY = NOW.date()


@pytest.mark.parametrize(("old", "new", "allowed"), ACCOUNT_TRANSITIONS.pairs())
def test_every_change_of_state_is_in_the_table_or_refused(
    old: AccountStatus, new: AccountStatus, allowed: bool
) -> None:
    """Live, paused and dormant accounts are closed in two steps; what is closed stays closed."""
    account = Account(status=old)
    if allowed:
        account.move_to(new)
        assert account.status == new
    else:
        with pytest.raises(AlreadyDone):
            account.move_to(new)


ROLES = (None, Role.SCA, Role.DEPUTY_SCA, Role.AUDITOR, Role.HR_MANAGER, Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what_with_an_account(make: Factory, owner: Person, role: Role | None) -> None:
    """Keepers change it and give access; the owner reviews it too; keepers and the auditor read causes."""
    person = make.person(None, *([role] if role else []))
    account = make_account(make, owner)
    keeps = role in (Role.SCA, Role.DEPUTY_SCA)
    assert account.can_be_changed_by(person) is keeps
    assert account.access_can_be_given_by(person) is keeps
    assert account.causes_are_known_to(person) is (role in KNOWS_WHY)
    assert account.access_can_be_reviewed_by(person) is keeps
    assert account.access_can_be_reviewed_by(owner)
    assert not account.access_can_be_given_by(owner)
    assert not account.can_be_changed_by(owner)


def test_who_may_end_access(make: Factory, sca: Person, owner: Person, holder: Person) -> None:
    """Keepers, the owner, the holder, their line manager and HR; nobody else."""
    manager, stranger, hr = make.person(), make.person(), make.person(None, Role.HR_INTAKE)
    holder.line_manager_id = manager.id
    grant = make_grant(make, make_account(make, owner), make.keep(holder))
    assert all(grant.can_be_ended_by(person) for person in (sca, owner, holder, manager, hr))
    assert not grant.can_be_ended_by(stranger)
    assert not grant.can_be_ended_by(make.person(None, Role.AUDITOR))


VERSION = Factory.id()
LATER, EARLIER = TODAY + timedelta(days=3), TODAY - timedelta(days=3)


@pytest.mark.parametrize(
    ("starts", "ends", "version", "acknowledged", "state"),
    [
        (EARLIER, None, None, None, GrantState.ACTIVE),
        (TODAY, TODAY, None, None, GrantState.ACTIVE),
        (EARLIER, TODAY - timedelta(days=1), None, None, GrantState.ENDED),
        (LATER, None, None, None, GrantState.NOT_STARTED),
        (EARLIER, None, VERSION, None, GrantState.AWAITING_ACKNOWLEDGEMENT),
        (LATER, None, VERSION, None, GrantState.AWAITING_ACKNOWLEDGEMENT),
        (EARLIER, None, VERSION, NOW, GrantState.ACTIVE),
        (EARLIER, None, VERSION, NOW + timedelta(days=1), GrantState.AWAITING_ACKNOWLEDGEMENT),
        (LATER, None, VERSION, NOW, GrantState.NOT_STARTED),
        (EARLIER, EARLIER, VERSION, None, GrantState.ENDED),
    ],
)
def test_access_is_active_from_the_later_of_start_and_acknowledgement(
    starts: date, ends: date | None, version: object, acknowledged: object, state: GrantState
) -> None:
    """Derived for a day, never stored; the last day is a day of access."""
    grant = AccessGrant(starts_on=starts, ends_on=ends, required_version_id=version, person=Person(name="Jo"))
    assert grant_state(grant, acknowledged, TODAY) == state


@pytest.mark.parametrize(
    ("is_keeper", "about_self", "others", "may"),
    [
        (True, False, False, True), (True, False, True, True), (True, True, True, False), (True, True, False, True),
        (False, False, True, False), (False, True, True, False),
    ],
)  # fmt: skip
def test_nobody_notes_a_notice_about_themselves_while_another_can(
    make: Factory, is_keeper: bool, about_self: bool, others: bool, may: bool
) -> None:
    """Where there is only one keeper she notes it herself: somebody must."""
    person = make.person(None, *([Role.SCA] if is_keeper else []))
    keepers = [person, *([make.person(None, Role.DEPUTY_SCA)] if others else [])]
    notice = KeeperNotice(kind=NoticeKind.DEVICE_PERMISSION, about_id=person.id if about_self else Factory.id())
    assert notice.can_be_noted_by(person, keepers) is may


def test_the_database_itself_keeps_one_open_grant_and_one_open_handle(make: Factory, holder: Person) -> None:
    """The second of two at once is refused, whatever the program asked before."""
    account = make_account(make, handle="@Same")
    make_grant(make, account, holder)
    with pytest.raises(sa.exc.IntegrityError):
        make_grant(make, account, holder)
    db.session.rollback()
    with pytest.raises(sa.exc.IntegrityError):
        make_account(make, handle="same")
    db.session.rollback()
    make_account(make, handle="same", status=AccountStatus.CLOSED)


def test_handles_addresses_and_platforms_are_compared_by_what_they_mean(app: object) -> None:
    """@ and spaces, case, Unicode forms, scheme and www make no difference; a platform is found by every name it had."""
    one, same, wide = (handle_key(it, "X") for it in ("@ Northmere Council", "northmerecouncil", "ＮＯＲＴＨmereCouncil"))
    assert one == same == wide
    assert handle_key(" @ ", "X") is handle_key(" @ ", "Mastodon") is None
    assert url_key(clean_url("www.Example.com/a/")) == url_key("http://example.com/a")
    assert [canonical_platform(name) for name in ("Twitter", "x (twitter)", "Other: PeerTube", "other:insta")] == [
        "X", "X", "Other: PeerTube", "Instagram",
    ]  # fmt: skip
    with pytest.raises(InvalidInput, match="Did you mean Facebook"):
        canonical_platform("Facebok")


@pytest.mark.parametrize("bad", ["javascript:alert(1)", "nonsense", "https://", "ftp://example.com/", "https://a b.com"])
def test_what_is_no_web_address_is_refused(bad: str) -> None:
    """Only addresses that a browser opens as a page."""
    with pytest.raises(InvalidInput):
        clean_url(bad)
