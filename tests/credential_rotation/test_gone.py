"""An account that no longer exists or is lost: one says so, another confirms it, and nobody calls its password changed."""

import uuid
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import (
    ACCOUNT_TRANSITIONS,
    AccessGrant,
    Account,
    AccountStatus,
    EndReason,
    Gone,
    LoginMode,
)
from app.account_register.operations import change_status, close_account
from app.account_register.queries.alike import handles_like
from app.account_register.queries.official import official_accounts
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, Refusal
from app.core.outbox import OutboxMessage
from app.credential_rotation import operations
from app.credential_rotation.documents import render_certificate
from app.credential_rotation.models import (
    GONE_TRANSITIONS,
    AccountGone,
    CredentialRotation,
    GoneReport,
    GoneStatus,
    IncidentStatus,
    NoticeStatus,
    RotationStatus,
    may_say_gone,
)
from app.credential_rotation.on_accounts import why_account_stays_open, why_gone_is_settled_first
from app.credential_rotation.operations.gone import CONFIRMING_PERIOD
from app.credential_rotation.queries import certificate_of, chain_of, gone_by_id, gone_to_confirm, open_rotations_of
from app.people.models import Person, Role
from app.policy.queries import due_at_once
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, changed, grant, leave, started
from tests.credential_rotation.incidents import DELETED, LOST, compromised, found_gone, said_to_be_gone
from tests.documents.reading import flat, text_of
from tests.factories import Factory

SINCE = TODAY - timedelta(days=3)
SAW = "I looked for it myself."


def _holder(on: Account, name: str) -> Person:
    return next(one.person for one in on.grants if one.person.name == name)


def _asked(person: Person) -> list[uuid.UUID]:
    """For which accounts somebody is asked to have it confirmed."""
    with clock.set_to(NOW):
        found = gone_to_confirm(person, TODAY)
        return [] if found is None else [uuid.UUID(row.key) for row in db.session.execute(found)]


# ---- who may ----


def test_the_keepers_and_the_owner_say_that_an_account_is_gone(
    on: Account, sca: Person, deputy: Person, owner: Person, ict: Person, hr: Person
) -> None:
    people = {sca: True, deputy: True, owner: True, ict: False, hr: False, _holder(on, "Ann"): False}
    assert {one: may_say_gone(on, one) for one in people} == people
    with pytest.raises(NotAllowed):
        operations.record_gone(on, LOST, by=ict, at=NOW)


def test_another_than_who_said_so_confirms_it(
    on: Account, sca: Person, deputy: Person, owner: Person, ict: Person, hr: Person
) -> None:
    gone = said_to_be_gone(on, sca)
    with clock.set_to(NOW):
        confirms = {sca: False, deputy: True, owner: True, _holder(on, "Ann"): True, ict: False, hr: False}
        assert {one: gone.can_be_confirmed_by(one) for one in confirms} == confirms
        sees = {sca: True, deputy: True, owner: True, _holder(on, "Ann"): True, ict: True, hr: False}
        assert {one: gone.can_be_seen_by(one) for one in sees} == sees
        takes_back = {sca: True, deputy: True, owner: True, _holder(on, "Ann"): True, ict: False, hr: False}
        assert {one: gone.can_be_taken_back_by(one) for one in takes_back} == takes_back


def test_nobody_because_of_whom_the_password_changes_says_that_nothing_is_left_to_change(
    on: Account, sca: Person, owner: Person, hr: Person
) -> None:
    ann = _holder(on, "Ann")
    leave(ann, hr, day=TODAY + timedelta(days=9), immediate=False)
    gone = said_to_be_gone(on, sca)
    with clock.set_to(NOW):
        assert not gone.can_be_confirmed_by(ann)
        assert gone.can_be_confirmed_by(_holder(on, "Ben"))
        with pytest.raises(NotAllowed):
            operations.confirm_gone(gone, SAW, by=ann, at=NOW)


def test_who_said_so_does_not_confirm_it(on: Account, sca: Person) -> None:
    gone = said_to_be_gone(on, sca)
    with pytest.raises(NotAllowed) as refused:
        operations.confirm_gone(gone, SAW, by=sca, at=NOW)
    assert "Another person confirms it" in str(refused.value.what_now)


# ---- saying so ----


@pytest.mark.parametrize(
    ("report", "field"),
    [
        (GoneReport(Gone.LOST, TODAY + timedelta(days=1), "It is."), "since"),
        (GoneReport(Gone.LOST, SINCE, ""), "reason"),
        (GoneReport(Gone.LOST, SINCE, "password: Tr0ub4dor"), "reason"),
    ],
)
def test_what_is_said_is_whole(on: Account, sca: Person, report: GoneReport, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        operations.record_gone(on, report, by=sca, at=NOW)
    assert refused.value.field == field


def test_it_is_said_once_with_a_day_to_confirm_it(on: Account, sca: Person, deputy: Person, owner: Person) -> None:
    gone = said_to_be_gone(on, sca)
    assert gone.confirm_by == due_at_once(CONFIRMING_PERIOD, TODAY) > TODAY
    assert on.status is AccountStatus.LIVE
    with pytest.raises(AlreadyDone):
        operations.record_gone(on, DELETED, by=deputy, at=NOW)
    told = db.session.execute(sa.select(OutboxMessage.to_person_id).where(OutboxMessage.occasion.like("account_gone%")))
    assert set(told.scalars()) == {deputy.id, owner.id}
    assert why_gone_is_settled_first(on) is not None


def test_what_waits_stands_on_the_first_page_of_whoever_else_keeps_or_owns_it(
    make: Factory, on: Account, sca: Person, deputy: Person, owner: Person
) -> None:
    admin = make.person("Ada Min", Role.ADMINISTRATOR)
    key = said_to_be_gone(on, owner).id
    assert [_asked(one) == [key] for one in (sca, deputy, owner, admin, _holder(on, "Ann"))] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_where_nobody_is_left_to_confirm_it_the_administrator_finds_somebody(make: Factory, sca: Person) -> None:
    admin, alone = make.person("Ada Min", Role.ADMINISTRATOR), account(make, "Alone")
    gone = said_to_be_gone(alone, sca)
    with clock.set_to(NOW):
        assert gone.lacks_confirmer
        assert gone.confirmer_is_found_by(admin)
        assert gone.can_be_seen_by(admin)
        assert not gone.confirmer_is_found_by(sca)
    assert _asked(admin) == [gone.id]
    assert _asked(sca) == []


def test_it_can_be_taken_back_until_it_is_confirmed(on: Account, sca: Person, deputy: Person) -> None:
    gone = said_to_be_gone(on, sca)
    begin_writing(gone)
    operations.take_back_gone(gone, "It has another name now.", by=deputy, at=NOW)
    commit()
    assert (gone.status, gone.settled_by_id) == (GoneStatus.TAKEN_BACK, deputy.id)
    with pytest.raises(AlreadyDone):
        operations.confirm_gone(gone, SAW, by=deputy, at=NOW)
    again = said_to_be_gone(on, sca, report=DELETED)
    found_gone(again, deputy)
    with pytest.raises(AlreadyDone):
        operations.take_back_gone(again, "It is there.", by=sca, at=NOW)
    with pytest.raises(AlreadyDone):
        operations.record_gone(on, LOST, by=sca, at=NOW)


# ---- what follows ----


def test_a_compromised_account_that_is_lost_ends_as_lost(
    make: Factory, on: Account, sca: Person, owner: Person
) -> None:
    incident = compromised(on, sca)
    part = make.keep(
        Account(name="Group", platform="Facebook", owner_id=owner.id, parent_id=on.id, registered_at=NOW)
    )
    of_part = started(part, sca)
    gone = said_to_be_gone(on, sca)
    found_gone(gone, owner)
    assert (on.status, on.gone, on.gone_since) == (AccountStatus.CLOSING, Gone.LOST, SINCE)
    assert on.status_reason == LOST.reason
    assert incident.status is IncidentStatus.CLOSED
    assert "is lost for good" in incident.outcome
    assert SAW in incident.outcome
    only = db.session.execute(sa.select(CredentialRotation).where(CredentialRotation.account_id == on.id)).scalar_one()
    assert (only.status, only.gone, only.done_at) == (RotationStatus.STOOD_DOWN, gone, None)
    assert open_rotations_of(on) == []
    assert of_part.status is RotationStatus.DUE  # it has a password of its own
    ends = {one.person.name: (one.ends_on, one.end_reason) for one in on.grants}
    assert ends == dict.fromkeys(("Ann", "Ben"), (TODAY, EndReason.ACCOUNT_GONE))


def test_a_change_that_nobody_verified_is_stood_down_as_what_it_was(on: Account, sca: Person, owner: Person) -> None:
    rotation = started(on, sca)
    changed(rotation, sca, at=NOW)
    gone = said_to_be_gone(on, sca, report=DELETED)
    found_gone(gone, owner)
    assert (rotation.status, rotation.done_by_id, rotation.verified_at) == (RotationStatus.STOOD_DOWN, sca.id, None)
    with pytest.raises(AlreadyDone) as refused:
        operations.verify_rotation(rotation, by=owner, at=NOW, saw="vault_date")
    assert "no longer exists" in refused.value.sentence


def test_an_account_that_is_gone_is_closed_with_its_last_words(on: Account, sca: Person, owner: Person) -> None:
    started(on, sca)
    begin_writing(on)
    change_status(on, AccountStatus.CLOSING, by=sca, at=NOW, reason="Nobody reads it.")
    commit()
    assert "If the account no longer exists" in (why_account_stays_open(on) or "")
    found_gone(said_to_be_gone(on, sca, report=DELETED), owner)
    assert on.status_reason == "Nobody reads it."
    assert why_account_stays_open(on) is None
    assert why_gone_is_settled_first(on) is None
    begin_writing(on)
    close_account(on, by=sca, at=NOW, archive_kept="None could be kept.", redirect_notice="Our website says so.")
    commit()
    assert (on.status, on.gone) == (AccountStatus.CLOSED, Gone.DELETED)


def test_what_is_gone_is_never_put_back_nor_given_a_password(on: Account, sca: Person, owner: Person) -> None:
    found_gone(said_to_be_gone(on, sca), owner)
    with pytest.raises(AlreadyDone) as refused:
        change_status(on, AccountStatus.LIVE, by=sca, at=NOW, reason="It is back.")
    assert "register it anew" in str(refused.value.what_now)
    with pytest.raises(AlreadyDone):
        started(on, sca)
    with pytest.raises(AlreadyDone):
        compromised(on, sca)


@pytest.mark.parametrize("status", list(AccountStatus))
@pytest.mark.parametrize("what", list(Gone))
def test_from_every_state_an_account_that_is_gone_comes_to_be_closed(
    on: Account, sca: Person, owner: Person, status: AccountStatus, what: Gone
) -> None:
    begin_writing(on)
    on.status = status
    on.closed_on = TODAY if status is AccountStatus.CLOSED else None
    commit()
    report = GoneReport(what, SINCE, "It is.")
    if status is AccountStatus.CLOSED:
        with pytest.raises(AlreadyDone):
            operations.record_gone(on, report, by=sca, at=NOW)
        return
    found_gone(said_to_be_gone(on, sca, report=report), owner)
    assert on.status is AccountStatus.CLOSING


@pytest.mark.parametrize(("old", "new", "allowed"), ACCOUNT_TRANSITIONS.pairs())
def test_by_hand_a_compromised_account_changes_to_nothing(
    on: Account, sca: Person, old: AccountStatus, new: AccountStatus, allowed: bool
) -> None:
    begin_writing(on)
    on.status, on.closed_on = old, TODAY if old is AccountStatus.CLOSED else None
    commit()
    by_hand = allowed and AccountStatus.COMPROMISED not in (old, new) and new is not AccountStatus.CLOSED
    begin_writing(on)
    if by_hand:
        change_status(on, new, by=sca, at=NOW, reason="So.")
        assert on.status is new
        return
    with pytest.raises(Refusal):
        change_status(on, new, by=sca, at=NOW, reason="So.")


@pytest.mark.parametrize(("old", "new", "allowed"), GONE_TRANSITIONS.pairs())
def test_what_is_said_of_it_is_settled_once(old: GoneStatus, new: GoneStatus, allowed: bool) -> None:
    assert AccountGone(status=old).can_move_to(new) is allowed
    assert allowed is (old is GoneStatus.WAITING and new is not GoneStatus.WAITING)


# ---- leavers ----


def test_the_chain_and_the_certificate_of_a_leaver_say_that_no_password_is_left_to_change(
    on: Account, sca: Person, owner: Person, hr: Person
) -> None:
    ann = _holder(on, "Ann")
    notice = leave(ann, hr)
    found_gone(said_to_be_gone(on, sca), owner)
    (row,) = chain_of(notice, TODAY)
    assert (row.status, row.gone, row.changed_at) == (RotationStatus.STOOD_DOWN, Gone.LOST, None)
    for words in ("is lost for good", sca.name, owner.name):
        assert words in row.is_without_change
    assert notice.status is NoticeStatus.COMPLETE
    certificate = certificate_of(notice, day=TODAY)
    assert (certificate.changes, certificate.gone) == ([], [row])
    paper = flat(text_of(render_certificate(certificate)))
    assert "Accounts that no longer exist or are lost" in paper
    assert "No password is left to change: the account is lost for good" in paper


def test_of_whoever_leaves_later_nothing_is_asked_for_an_account_that_is_gone(
    on: Account, sca: Person, owner: Person, hr: Person
) -> None:
    found_gone(said_to_be_gone(on, sca), owner)
    ben, when = _holder(on, "Ben"), NOW + timedelta(minutes=5)
    for one in (ben, owner):
        leave(one, hr, at=when)
    with clock.set_to(NOW + timedelta(days=1)):
        begin_writing()
        operations.change_what_is_still_known(NOW + timedelta(days=1))
        commit()
    assert open_rotations_of(on) == []


# ---- the register ----


def test_what_is_lost_is_not_on_the_public_list_and_its_handle_is_warned_of(
    make: Factory, on: Account, sca: Person, owner: Person
) -> None:
    begin_writing(on)
    on.handle, on.handle_key = "northmere", "northmere"
    commit()
    assert [row.name for row in official_accounts()] == [on.name]
    found_gone(said_to_be_gone(on, sca), owner)
    assert official_accounts() == []
    begin_writing(on)
    close_account(on, by=sca, at=NOW, archive_kept="None.", redirect_notice="Our website.")
    commit()
    assert [row.name for row in handles_like("Facebook", "n0rthmere")] == [on.name]


def test_access_by_an_own_login_ends_too_and_what_has_not_begun_is_called_off(
    make: Factory, on: Account, sca: Person, owner: Person
) -> None:
    own = grant(make, on, make.person("Cy"), mode=LoginMode.INDIVIDUAL)
    to_come: AccessGrant = make.keep(
        AccessGrant(
            account_id=on.id, person_id=make.person("Di").id, level="editor", login_mode="shared",
            starts_on=date(2027, 6, 1), approved_at=NOW,
        )
    )  # fmt: skip
    found_gone(said_to_be_gone(on, sca), owner)
    assert own.end_reason is EndReason.ACCOUNT_GONE
    assert to_come.end_reason is EndReason.CALLED_OFF


def test_what_is_said_of_an_account_is_loaded_whole(on: Account, sca: Person) -> None:
    gone = said_to_be_gone(on, sca)
    db.session.expire_all()
    assert gone_by_id(gone.id) is gone
