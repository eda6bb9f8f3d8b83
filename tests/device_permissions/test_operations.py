"""The acts of this room: who may, when, with what, and what each leaves behind."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccountStatus, KeeperNotice, NoticeKind
from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import begin_writing, commit, db
from app.core.drafts import find_draft, keep_draft
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.device_permissions import operations
from app.device_permissions.models import DeviceKind, RequestStatus
from app.people.models import Person, PersonKind, Role
from tests.conftest import NOW
from tests.device_permissions.factories import ANSWERS, TODAY, account_of, approved, submitted
from tests.factories import Factory
from tests.pages import PageClient


def _told(person: Person) -> set[str]:
    rows = db.session.execute(sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == person.id))
    return set(rows.scalars())


def test_submitting_tells_the_manager_and_throws_the_draft_away(make: Factory, person: Person, manager: Person) -> None:
    """With its date for the decision, five working days on (local setting)."""
    begin_writing()
    keep_draft(person.id, operations.DRAFT, {"device_kind": "phone"}, at=NOW)
    commit()
    account = account_of(make, person)
    made = submitted(person, account_ids=(account.id,), platforms=("twitter",))
    assert [use.words for use in made.uses] == ["Libraries (Facebook)", "X"]
    assert made.due_on == date(2027, 3, 10)
    assert find_draft(person.id, operations.DRAFT) is None
    assert _told(manager) == {"device_decide"}
    assert db.session.execute(sa.select(AuditEvent.act).where(AuditEvent.subject_id == made.id)).scalars().all() == [
        "device:submitted"
    ]


def test_a_second_open_request_for_the_same_device_and_platform_shows_the_first(person: Person) -> None:
    """However it is spelled; another device or platform is another request; after a decision it may be asked again."""
    first = submitted(person)
    with pytest.raises(AlreadyDone, match=first.reference) as refused:
        submitted(person, device_words="My Laptop", platforms=("facebook",))
    assert refused.value.when == NOW
    db.session.rollback()
    submitted(person, device_words="the other laptop")
    submitted(person, platforms=("Instagram",))
    begin_writing(first)
    operations.withdraw_device_request(first, by=person, at=NOW)
    commit()
    submitted(person)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"platforms": ()}, "accounts"),
        ({"reason": ""}, "reason"),
        ({"undertaken": False}, "undertaken"),
        ({"device_kind": DeviceKind.OTHER, "device_words": ""}, "device_words"),
    ],
)
def test_what_is_missing_is_refused_at_its_field(person: Person, changes: dict[str, object], field: str) -> None:
    """The act asks again what the pages asked."""
    with pytest.raises(InvalidInput) as refused:
        operations.submit_device_request(replace(ANSWERS, **changes), by=person, at=NOW)  # type: ignore[arg-type]
    assert refused.value.field == field
    db.session.rollback()


def test_somebody_elses_account_cannot_be_asked_for(make: Factory, person: Person) -> None:
    """Only accounts open to the requester count."""
    other = account_of(make, make.person())
    with pytest.raises(InvalidInput, match="at least one account"):
        operations.submit_device_request(
            replace(ANSWERS, account_ids=(other.id,), platforms=()), by=person, at=NOW
        )
    db.session.rollback()


def test_volunteers_may_ask_too(make: Factory, manager: Person) -> None:
    """5.2 widens the policy to every representative (decision on 1L)."""
    assert submitted(make.person(kind=PersonKind.VOLUNTEER, manager=manager)).reference


def test_a_request_that_nobody_could_decide_is_taken_and_waits_for_hr(make: Factory) -> None:
    """Whoever asks is not stuck because a record is wrong; nobody decides it until HR has mended that."""
    made, hr = submitted(make.person()), make.person("Hana", Role.HR_MANAGER)
    assert made.lacks_a_manager_on(TODAY)
    assert made.can_be_given_a_manager_by(hr)
    assert not any(made.can_be_decided_by(one) for one in (made.person, hr))


def test_approving_tells_the_keeper_in_the_same_act(make: Factory, person: Person, manager: Person) -> None:
    """In force at once: her noting it is a duty with a date (policy 6.2(1))."""
    sca = make.person("Sca", Role.SCA)
    made = approved(person, manager)
    notice = db.session.execute(sa.select(KeeperNotice).where(KeeperNotice.subject_id == made.id)).scalar_one()
    assert (notice.kind, notice.about_id, notice.noted_at) == (NoticeKind.DEVICE_PERMISSION, person.id, None)
    assert notice.sent_at == made.decided_at == NOW
    assert made.in_force_on(TODAY)
    assert (made.post_at_approval, made.manager_at_approval_id) == ("Officer", manager.id)
    assert f"notice_{NoticeKind.DEVICE_PERMISSION}" in _told(sca)
    assert "device_decided" in _told(person)


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), date(2028, 3, 3), date(2040, 1, 1)])
def test_an_end_date_that_is_past_or_beyond_twelve_months_is_refused(person: Person, manager: Person, day: date) -> None:
    """At most 12 months, the first day counted (local setting)."""
    made = submitted(person)
    with pytest.raises(InvalidInput) as refused:
        operations.approve_device_request(made, by=manager, at=NOW, expires_on=day)
    assert refused.value.field == "expires_on"
    db.session.rollback()


@pytest.mark.parametrize("day", [TODAY, date(2028, 3, 2)])
def test_the_first_and_the_last_possible_end_date(person: Person, manager: Person, day: date) -> None:
    """Both bounds are allowed."""
    made = approved(person, manager, until=day)
    assert made.expires_on == day


def test_only_the_manager_decides_whatever_roles_others_hold(make: Factory, person: Person, manager: Person) -> None:
    """Not the requester, not the keeper, not the manager's manager."""
    made = submitted(person)
    boss = make.person()
    manager.line_manager_id = boss.id
    make.keep(manager)
    for other in (person, make.person("S", Role.SCA), make.person("H", Role.HR_MANAGER), boss):
        with pytest.raises(NotAllowed):
            operations.approve_device_request(made, by=other, at=NOW, expires_on=TODAY)
        with pytest.raises(NotAllowed):
            operations.refuse_device_request(made, by=other, at=NOW, reasons="No")
        with pytest.raises(NotAllowed):
            operations.return_device_request(made, by=other, at=NOW, question="Why?")
    db.session.rollback()


def test_a_late_decision_says_who_decided_and_when(person: Person, manager: Person) -> None:
    """409 with the name and the moment."""
    made = approved(person, manager)
    for act in (
        lambda: operations.approve_device_request(made, by=manager, at=NOW, expires_on=TODAY),
        lambda: operations.refuse_device_request(made, by=manager, at=NOW, reasons="No"),
        lambda: operations.return_device_request(made, by=manager, at=NOW, question="Why?"),
    ):
        with pytest.raises(AlreadyDone) as refused:
            act()
        assert (refused.value.who, refused.value.when) == ("Priya Shah", NOW)
    db.session.rollback()


def test_a_question_comes_back_answered_and_the_time_begins_again(person: Person, manager: Person) -> None:
    """Returned, answered, and due five working days after the answer; twice if need be."""
    made = submitted(person)
    for number in (1, 2):
        begin_writing(made)
        operations.return_device_request(made, by=manager, at=NOW, question=f"Question {number}?")
        commit()
        assert made.status is RequestStatus.RETURNED
        later = NOW + timedelta(days=number)
        begin_writing(made)
        operations.answer_device_question(made, by=person, at=later, answer="Because")
        commit()
        assert made.status is RequestStatus.SUBMITTED
        assert made.due_on == clock.local_day(later) + timedelta(days=7)
    assert [question.answer for question in made.questions] == ["Because", "Because"]
    assert {"device_question#1", "device_question#2"} <= _told(person)
    with pytest.raises(AlreadyDone):
        operations.answer_device_question(made, by=person, at=NOW, answer="Again")
    with pytest.raises(NotAllowed):
        operations.answer_device_question(made, by=manager, at=NOW, answer="Mine")
    db.session.rollback()


def test_refusing_and_revoking_need_reasons(person: Person, manager: Person) -> None:
    """A refusal without reasons is refused; so is an end without."""
    made = submitted(person)
    with pytest.raises(InvalidInput):
        operations.refuse_device_request(made, by=manager, at=NOW, reasons="")
    begin_writing(made)
    operations.refuse_device_request(made, by=manager, at=NOW, reasons="Use the laptop we gave you")
    commit()
    assert made.status is RequestStatus.REFUSED
    held = approved(person, manager)
    with pytest.raises(InvalidInput):
        operations.revoke_device_permission(held, by=manager, at=NOW, reasons="")
    with pytest.raises(NotAllowed):
        operations.revoke_device_permission(held, by=person, at=NOW, reasons="x")
    begin_writing(held)
    operations.revoke_device_permission(held, by=manager, at=NOW, reasons="New laptop came")
    commit()
    assert not held.in_force_on(TODAY)
    with pytest.raises(AlreadyDone) as refused:
        operations.withdraw_device_request(held, by=person, at=NOW)
    assert refused.value.who == "Priya Shah"
    db.session.rollback()


def test_only_the_requester_withdraws(person: Person, manager: Person) -> None:
    """Also a permission in force."""
    made = approved(person, manager)
    with pytest.raises(NotAllowed):
        operations.withdraw_device_request(made, by=manager, at=NOW)
    begin_writing(made)
    operations.withdraw_device_request(made, by=person, at=NOW)
    commit()
    assert made.status is RequestStatus.WITHDRAWN


def test_nothing_is_permitted_where_every_account_was_closed_meanwhile(
    make: Factory, person: Person, manager: Person, client_of: Callable[..., PageClient]
) -> None:
    """Whoever decides reads it beforehand and can refuse; with one account in use left it can be approved."""
    closed, used = account_of(make, person), account_of(make, person, "Parks")
    only = submitted(person, account_ids=(closed.id,), platforms=())
    closed.status, closed.closed_on = AccountStatus.CLOSED, TODAY
    commit()
    browser = client_of(manager)
    address = f"/device-permissions/requests/{only.reference}"
    page = browser.get(address)
    assert "there is nothing to permit. Refuse it and say why: Sam Okoro can ask for what they use." in page.text
    typed = {"decision": "approve", "covers": "no", "expires_on": ["1", "6", "2027"], "seen": page.field("seen")}
    assert browser.post(f"{address}/decide", typed, status=422).errors == [operations.NOTHING_TO_PERMIT]
    browser.follow(f"{address}/decide", {"decision": "refuse", "reasons": "It was closed.", "seen": page.field("seen")})
    both = submitted(person, account_ids=(used.id,), platforms=("Facebook",))
    assert "nothing to permit" not in browser.get(f"/device-permissions/requests/{both.reference}").text
