"""The acts of the register, with everybody who may not and everything that is refused."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register import operations as acts
from app.account_register.models import (
    AccessGrant,
    AccessLevel,
    Account,
    AccountStatus,
    EndReason,
    LoginMode,
    NoticeKind,
    TwoStep,
)
from app.core.audit import ActorKind, AuditEvent
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.people.models import Person, Role
from app.people.operations import service_named
from app.policy import pack as packs
from app.policy.pack import AccessList
from app.policy.queries import pack, version_in_force
from tests.account_register.factories import LAST_WORDS, account_details, make_account, make_grant
from tests.conftest import NOW
from tests.factories import Factory

TODAY = NOW.date()


def events(thing: object) -> list[str]:
    """The acts recorded about a thing, in order."""
    rows = db.session.execute(
        sa.select(AuditEvent.act).where(AuditEvent.subject_id == thing.id).order_by(AuditEvent.number)  # type: ignore[attr-defined]
    )
    return list(rows.scalars())


def given(account: Account, person: Person, by: Person, **values: object) -> AccessGrant:
    """Access given today as an editor, but for what the test names."""
    known = {
        "level": AccessLevel.EDITOR, "login_mode": LoginMode.INDIVIDUAL, "starts_on": TODAY, "by": by, "at": NOW,
        "advice": "Go ahead", **values,
    }  # fmt: skip
    return acts.give_access(account, person, **known)  # type: ignore[arg-type]


def test_registering_and_changing_an_account(make: Factory, sca: Person, owner: Person) -> None:
    """The kind follows from the platform; a change names what changed; saying the same again changes nothing."""
    account = acts.register_account(account_details(platform="Blog", handle=None), by=sca, at=NOW)
    db.session.commit()
    assert (account.kind, account.status, account.handle_key) == ("blog", AccountStatus.LIVE, None)
    new = account_details(name="Renamed", handle="@new", owner_id=owner.id)
    assert acts.change_account(account, new, by=sca, at=NOW) == ["name", "platform", "handle", "owner_id"]
    db.session.commit()
    assert acts.change_account(account, new, by=sca, at=NOW) == []
    assert {word.word for word in account.words} == {"renamed", "new"}
    assert events(account) == ["account:registered", "account:changed"]


def test_only_keepers_change_the_register(make: Factory, owner: Person) -> None:
    """Not the owner, not HR, not the administrator."""
    account = make_account(make, owner)
    for person in (owner, make.person(None, Role.HR_MANAGER), make.person(None, Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            acts.register_account(account_details(), by=person, at=NOW)
        with pytest.raises(NotAllowed):
            acts.change_account(account, account_details(), by=person, at=NOW)
        with pytest.raises(NotAllowed):
            acts.change_status(account, AccountStatus.PAUSED, by=person, at=NOW, reason="x")
        with pytest.raises(NotAllowed):
            acts.close_account(account, by=person, at=NOW, **LAST_WORDS)


def test_a_second_account_with_the_same_handle_is_refused(make: Factory, sca: Person) -> None:
    """However it is written; on another platform, or once the first is closed, it is another account."""
    first = make_account(make, name="First", handle="@News")
    with pytest.raises(acts.AlreadyRegistered, match="as First") as refused:
        acts.register_account(account_details(handle="n e w s"), by=sca, at=NOW)
    assert (refused.value.status, refused.value.field) == (409, "handle")
    acts.register_account(account_details(handle="news", platform="X"), by=sca, at=NOW)
    first.status, first.closed_on = AccountStatus.CLOSED, TODAY
    make.keep(first)
    acts.register_account(account_details(handle="news"), by=sca, at=NOW)


@pytest.mark.parametrize("field", ["name", "handle", "purpose", "url"])
def test_no_field_takes_a_password(app: object, sca: Person, field: str) -> None:
    """What looks like a secret is refused at its field."""
    secret = "https://user:hunter2@example.com/" if field == "url" else "password: hunter2"
    with pytest.raises(InvalidInput) as refused:
        acts.register_account(account_details(**{field: secret}), by=sca, at=NOW)
    assert refused.value.field == field


def test_an_owner_must_work_here(make: Factory, sca: Person) -> None:
    """A new owner who left is refused; one who left meanwhile does not stop another change."""
    gone = make.person(last_working_day=TODAY - timedelta(days=1))
    with pytest.raises(InvalidInput, match="has left"):
        acts.register_account(account_details(owner_id=gone.id), by=sca, at=NOW)
    account = make_account(make, gone)
    assert "name" in acts.change_account(account, account_details(owner_id=gone.id, name="New"), by=sca, at=NOW)


def test_pausing_needs_a_reason_and_closing_needs_all_access_ended(make: Factory, sca: Person, holder: Person) -> None:
    """Live, paused, live, closing, closed; nothing skips a step, nothing changes afterwards."""
    account = make_account(make)
    grant = make_grant(make, account, holder)
    with pytest.raises(InvalidInput, match="reason"):
        acts.change_status(account, AccountStatus.PAUSED, by=sca, at=NOW, reason="")
    with pytest.raises(InvalidInput, match="by itself"):
        acts.change_status(account, AccountStatus.CLOSED, by=sca, at=NOW, reason="x")
    for status in (AccountStatus.PAUSED, AccountStatus.LIVE, AccountStatus.CLOSING):
        acts.change_status(account, status, by=sca, at=NOW, reason="x")
    with pytest.raises(AlreadyDone, match="1 person still has access"):
        acts.close_account(account, by=sca, at=NOW, **LAST_WORDS)
    with pytest.raises(AlreadyDone, match="being closed"):
        given(account, make.person(), sca)
    acts.end_access(grant, by=sca, at=NOW, ends_on=TODAY, reason=EndReason.ACCOUNT_CLOSED)
    for name, words in (("archive_kept", ""), ("redirect_notice", ""), ("redirect_notice", "password: Hunter2")):
        with pytest.raises(InvalidInput) as refused:
            acts.close_account(account, by=sca, at=NOW, **{**LAST_WORDS, name: words})
        assert refused.value.field == name
    acts.close_account(account, by=sca, at=NOW, **LAST_WORDS)
    db.session.commit()
    assert (account.status, account.closed_on) == (AccountStatus.CLOSED, TODAY)
    with pytest.raises(AlreadyDone):
        acts.change_account(account, account_details(), by=sca, at=NOW)
    with pytest.raises(AlreadyDone):
        acts.close_account(account, by=sca, at=NOW, **LAST_WORDS)
    live = make_account(make)
    with pytest.raises(AlreadyDone):
        acts.close_account(live, by=sca, at=NOW, **LAST_WORDS)


def test_giving_access_requires_the_version_in_force(make: Factory, sca: Person, owner: Person, holder: Person) -> None:
    """The holder is told that something waits."""
    account = make_account(make, owner)
    grant = given(account, holder, sca)
    db.session.commit()
    version = version_in_force(TODAY)
    assert version is not None
    assert (grant.required_version_id, grant.approved_by_id) == (version.id, sca.id)
    told = db.session.execute(sa.select(OutboxMessage.to_person_id).where(OutboxMessage.subject_id == grant.id))
    assert list(told.scalars()) == [holder.id]
    assert events(account) == ["access:given"]


def test_nobody_gives_access_to_themselves(make: Factory, sca: Person, owner: Person) -> None:
    """Not the keeper; and whoever is none gives it to nobody."""
    account = make_account(make, owner)
    with pytest.raises(NotAllowed, match="yourself"):
        given(account, sca, sca)
    for by in (owner, make.person()):
        with pytest.raises(NotAllowed, match="Only the keepers"):
            given(account, make.person(), by)


def test_who_has_access_already_is_not_given_it_twice(make: Factory, sca: Person, owner: Person, holder: Person) -> None:
    """The second is told since when and by whom; after an end it may be given again."""
    account = make_account(make, owner)
    grant = given(account, holder, sca)
    with pytest.raises(AlreadyDone, match="already has access since 3 March 2027, given by Priya Shah"):
        given(account, holder, sca)
    acts.end_access(grant, by=sca, at=NOW, ends_on=TODAY, reason=EndReason.NO_LONGER_NEEDED)
    given(account, holder, sca, starts_on=TODAY + timedelta(days=1))


def test_start_and_last_working_day_bound_new_access(make: Factory, sca: Person) -> None:
    """No start in the past; nobody who will have left by then."""
    account = make_account(make)
    leaving = make.person(last_working_day=TODAY + timedelta(days=5))
    with pytest.raises(InvalidInput) as refused:
        given(account, leaving, sca, starts_on=TODAY - timedelta(days=1))
    assert refused.value.field == "starts_on"
    with pytest.raises(InvalidInput, match="last working day") as refused:
        given(account, leaving, sca, starts_on=TODAY + timedelta(days=6))
    assert refused.value.field == "person"
    given(account, leaving, sca, starts_on=TODAY + timedelta(days=5))


def test_a_closed_list_lets_in_its_posts_only(
    make: Factory, sca: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal names the posts and the paragraph; other platforms are open."""
    present = pack()
    changed = packs.Pack(
        **{
            **{name: getattr(present, name) for name in present.__dataclass_fields__},
            "access_lists": (AccessList(("Facebook",), ("Chair",), True, ("6.1(3)",)),),
        }
    )
    monkeypatch.setattr("app.account_register.queries.access.pack", lambda: changed)
    account, clerk = make_account(make), make.person(post="Clerk")
    with pytest.raises(InvalidInput, match=r"Only the Chair may have access to Facebook \(.*6\.1") as refused:
        given(account, clerk, sca)
    assert refused.value.field == "person"
    given(account, make.person(post="Chair"), sca)
    given(make_account(make, platform="X"), clerk, sca)


def test_ending_access(make: Factory, sca: Person, holder: Person) -> None:
    """Not before its start; brought forward but never put back; the keepers are told, but not of their own act."""
    deputy = make.person(None, Role.DEPUTY_SCA)
    account = make_account(make)
    grant = make_grant(make, account, holder, starts_on=TODAY)
    with pytest.raises(InvalidInput) as refused:
        acts.end_access(grant, by=sca, at=NOW, ends_on=TODAY - timedelta(days=1), reason=EndReason.LEFT)
    assert refused.value.field == "ends_on"
    with pytest.raises(NotAllowed):
        acts.end_access(grant, by=make.person(), at=NOW, ends_on=TODAY, reason=EndReason.LEFT)
    later = TODAY + timedelta(days=9)
    acts.end_access(grant, by=sca, at=NOW, ends_on=later, reason=EndReason.LEFT)
    with pytest.raises(AlreadyDone, match="ends by then already"):
        acts.end_access(grant, by=sca, at=NOW, ends_on=later, reason=EndReason.LEFT)
    assert not acts.end_access(grant, by=holder, at=NOW, ends_on=later + timedelta(days=1), reason=EndReason.LEFT)
    assert grant.ends_on == later, "whoever may not know that it ends by then already puts nothing back"
    acts.end_access(grant, by=ActorKind.SYSTEM, at=NOW, ends_on=TODAY, reason=EndReason.LEFT)
    db.session.commit()
    assert (grant.ends_on, grant.ended_by_id) == (TODAY, None)
    told = db.session.execute(sa.select(OutboxMessage.to_person_id).where(OutboxMessage.subject_id == grant.id))
    assert set(told.scalars()) == {deputy.id, sca.id}


def test_the_keeper_is_told_once_and_notes_it_once(make: Factory, sca: Person, holder: Person) -> None:
    """Both keepers get a message; the notice is due within five working days; the second click is told who and when."""
    deputy = make.person("Dai Rees", Role.DEPUTY_SCA)
    account, subject = make_account(make), Factory.id()
    notice = acts.tell_keeper(NoticeKind.PASSWORD_CHANGED, subject, about=None, account=account, at=NOW)
    assert acts.tell_keeper(NoticeKind.PASSWORD_CHANGED, subject, about=None, account=account, at=NOW) is notice
    db.session.commit()
    assert notice.due_on == date(2027, 3, 10)
    assert db.session.execute(sa.select(sa.func.count()).select_from(OutboxMessage)).scalar_one() == 2
    with pytest.raises(NotAllowed):
        acts.note_notice(notice, by=holder, at=NOW)
    acts.note_notice(notice, by=deputy, at=NOW)
    db.session.commit()
    with pytest.raises(AlreadyDone) as late:
        acts.note_notice(notice, by=sca, at=NOW)
    assert (late.value.who, late.value.when) == ("Dai Rees", NOW)


def test_a_notice_about_a_keeper_is_for_the_other(make: Factory, sca: Person) -> None:
    """While there is another; alone she notes it herself."""
    notice = acts.tell_keeper(NoticeKind.DEVICE_PERMISSION, Factory.id(), about=sca, account=None, at=NOW)
    deputy = make.person(None, Role.DEPUTY_SCA)
    with pytest.raises(NotAllowed):
        acts.note_notice(notice, by=sca, at=NOW)
    deputy.last_working_day = TODAY - timedelta(days=1)
    make.keep(deputy)
    acts.note_notice(notice, by=sca, at=NOW)
    assert notice.noted_by is sca


def test_details_keep_two_step_and_service(make: Factory, sca: Person) -> None:
    """What was not recorded can be recorded later."""
    account = make_account(make, two_step=TwoStep.NOT_RECORDED)
    service = service_named("Museums")
    changed = acts.change_account(
        account, account_details(name=account.name, handle=account.handle, service_id=service.id), by=sca, at=NOW
    )
    assert changed == ["service_id", "two_step"]
