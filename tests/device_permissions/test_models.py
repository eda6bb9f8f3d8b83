"""Predicates of a request as truth tables, its transitions, and what the database itself refuses."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.account_register.models import AccountStatus
from app.core.db import db
from app.core.errors import AlreadyDone
from app.device_permissions.models import REQUEST_TRANSITIONS, DevicePermissionRequest, RequestStatus
from app.people.models import Role, decider_of
from tests.conftest import NOW
from tests.device_permissions.factories import TODAY, account_of, approved, submitted
from tests.factories import Factory

S = RequestStatus


@pytest.mark.parametrize(("old", "new", "allowed"), REQUEST_TRANSITIONS.pairs())
def test_every_transition_from_every_state(old: S, new: S, allowed: bool) -> None:
    """The table and nothing else decides."""
    device_request = DevicePermissionRequest(status=old)
    assert device_request.can_move_to(new) == allowed
    if allowed:
        device_request.move_to(new)
        assert device_request.status is new
    else:
        with pytest.raises(AlreadyDone):
            device_request.move_to(new)


def test_the_decider_is_the_manager_failing_one_the_head_never_oneself(make: Factory) -> None:
    """A manager who left does not count; a head of service does not decide for themselves."""
    head, manager = make.person("Head"), make.person("Manager")
    service = make.service("Libraries", head)
    managed = make.person(manager=manager, service="Libraries")
    unmanaged = make.person(service="Libraries")
    head.service_id = service.id
    nobody = make.person()
    make.keep(head)
    assert decider_of(managed, TODAY) == manager.id
    assert decider_of(unmanaged, TODAY) == head.id
    assert decider_of(head, TODAY) is None
    assert decider_of(nobody, TODAY) is None
    manager.last_working_day = TODAY - timedelta(days=1)
    assert decider_of(managed, TODAY) == head.id


WHO = ("requester", "manager", "sca", "auditor", "hr", "other")


def test_who_may_do_what_in_every_state(make: Factory) -> None:
    """Every predicate for every kind of person in every status."""
    manager = make.person("Manager", Role.SCA)
    people = {
        "manager": manager,
        "requester": make.person("Requester", Role.HR_MANAGER, Role.DEPUTY_SCA, manager=manager),
        "sca": make.person("Sca", Role.SCA),
        "auditor": make.person("Auditor", Role.AUDITOR),
        "hr": make.person("Hr", Role.HR_MANAGER),
        "other": make.person("Other"),
    }
    made = approved(people["requester"], manager)
    allowed = {
        "can_be_decided_by": {("manager", S.SUBMITTED)},
        "can_be_answered_by": {("requester", S.RETURNED)},
        "can_be_withdrawn_by": {("requester", S.SUBMITTED), ("requester", S.RETURNED), ("requester", S.APPROVED)},
        "can_be_let_end_by": set(),
        "can_be_renewed_by": set(),
        "can_be_confirmed_by": set(),
        "can_be_revoked_by": {("manager", S.APPROVED)},
        "can_be_seen_by": {(who, status) for who in ("requester", "manager", "sca", "auditor") for status in S},
    }
    with db.session.no_autoflush:
        for status in S:
            made.status = status
            for who in WHO:
                for predicate, yes in allowed.items():
                    assert getattr(made, predicate)(people[who]) == ((who, status) in yes), (predicate, who, status)
    db.session.rollback()


def test_in_force_only_while_everything_it_was_given_for_holds(make: Factory) -> None:
    """Its last day counts; a new post, leaving, or all accounts closed end it."""
    manager = make.person()
    person = make.person(manager=manager, post="Officer")
    until = TODAY + timedelta(days=10)
    made = approved(person, manager, until=until)
    assert made.in_force_on(until)
    assert not made.in_force_on(until + timedelta(days=1))
    person.post = "Other post"
    assert not made.in_force_on(TODAY)
    person.post, person.last_working_day = "Officer", TODAY
    assert made.in_force_on(TODAY)
    assert not made.in_force_on(TODAY + timedelta(days=1))
    person.left_at_once = True
    assert not made.in_force_on(TODAY)
    person.last_working_day, person.left_at_once = None, False
    account = account_of(make, person)
    made.uses[0].account_id, made.uses[0].account = account.id, account
    assert made.in_force_on(TODAY)
    account.status, account.closed_on = AccountStatus.CLOSED, TODAY
    assert not made.in_force_on(TODAY)


@pytest.mark.parametrize(
    "values",
    [
        {"status": "approved"},
        {"status": "refused", "decided_at": NOW},
        {"undertaken": False},
        {"status": "withdrawn"},
        {"device_kind": "other", "device_words": ""},
        {"decided_at": NOW},
    ],
)
def test_the_database_refuses_nonsense(make: Factory, values: dict[str, object]) -> None:
    """Named check constraints hold what no act would write."""
    made = submitted(make.person(manager=make.person()))
    with pytest.raises(IntegrityError):
        db.session.execute(
            sa.update(DevicePermissionRequest).where(DevicePermissionRequest.id == made.id).values(**values)
        )
    db.session.rollback()


def test_the_requester_cannot_be_written_as_decider(make: Factory) -> None:
    """Not even past the acts."""
    made = submitted(make.person(manager=make.person()))
    with pytest.raises(IntegrityError):
        db.session.execute(
            sa.update(DevicePermissionRequest).values(
                status="refused", refusal_reasons="x", decided_at=NOW, decided_by_id=made.person_id
            )
        )
    db.session.rollback()
