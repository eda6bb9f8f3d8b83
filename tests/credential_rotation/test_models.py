"""Predicates of a rotation as truth tables, transitions, and what the database itself refuses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.account_register.models import AccessLevel
from app.core.db import db
from app.core.errors import AlreadyDone
from app.credential_rotation.models import (
    NOTICE_TRANSITIONS,
    ROTATION_TRANSITIONS,
    CredentialRotation,
    LeaverNotice,
    RotationStatus,
    RotationStep,
    StepKind,
    StepOutcome,
)
from app.people.models import Role
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, grant, leave, started
from tests.factories import Factory

S = RotationStatus


@pytest.mark.parametrize(
    ("kind", "old", "new", "allowed"),
    [(CredentialRotation, *pair) for pair in ROTATION_TRANSITIONS.pairs()]
    + [(LeaverNotice, *pair) for pair in NOTICE_TRANSITIONS.pairs()],
)
def test_every_transition_from_every_state(kind: Callable[..., Any], old: Any, new: Any, allowed: bool) -> None:
    """The table and nothing else decides."""
    thing = kind(status=old)
    assert thing.can_move_to(new) == allowed
    if not allowed:
        with pytest.raises(AlreadyDone):
            thing.move_to(new)


def test_who_may_do_what_in_every_state(make: Factory) -> None:
    """Every predicate for every kind of person in every status; `admin` made the change."""
    owner, leaver = make.person("Owner"), make.person("Leaver", Role.SCA)
    hr, sca = make.person("Hr", Role.HR_MANAGER), make.person("Sca", Role.DEPUTY_SCA)
    people = {
        "owner": owner, "leaver": leaver, "hr": hr, "sca": sca, "admin": make.person(), "editor": make.person(),
        "former": make.person(), "auditor": make.person("A", Role.AUDITOR), "other": make.person(),
    }  # fmt: skip
    on = account(make, "Libraries", owner)
    grant(make, on, people["admin"])
    grant(make, on, people["editor"], level=AccessLevel.EDITOR)
    grant(make, on, people["former"], ends_on=TODAY - timedelta(days=1))
    grant(make, on, leaver)
    leave(leaver, hr)
    rotation = db.session.execute(sa.select(CredentialRotation)).scalar_one()
    changers, verifiers = {"owner", "sca", "admin"}, {"owner", "sca", "editor"}
    readers = {"owner", "sca", "admin", "editor", "hr", "auditor"}
    with db.session.no_autoflush:
        for status in S:
            rotation.status = status
            rotation.done_by_id = None if status is S.DUE else people["admin"].id
            for who, person in people.items():
                assert rotation.can_be_changed_by(person) == (who in changers and status is S.DUE), (who, status)
                assert rotation.can_be_verified_by(person) == (who in verifiers and status is S.TO_VERIFY), (who, status)
                assert rotation.can_be_seen_by(person) == (who in readers), (who, status)
    db.session.rollback()


@pytest.mark.parametrize(
    "values",
    [
        {"status": "to_verify"},
        {"status": "complete"},
        {"done_at": NOW},
        {"saw": "no_sessions"},
        {"permitted_at": NOW},
    ],
)
def test_the_database_refuses_nonsense(make: Factory, values: dict[str, object]) -> None:
    """Named check constraints hold what no act would write."""
    sca = make.person("Sca", Role.SCA)
    rotation = started(account(make, "Libraries"), sca)
    with pytest.raises(IntegrityError):
        db.session.execute(sa.update(CredentialRotation).where(CredentialRotation.id == rotation.id).values(**values))
    db.session.rollback()


def test_the_database_wants_a_second_person(make: Factory) -> None:
    """Who changed it cannot be written as who verified it."""
    sca = make.person("Sca", Role.SCA)
    started(account(make, "Libraries"), sca)
    done = {"status": "complete", "done_at": NOW, "changed_at": NOW, "verified_at": NOW, "saw": "no_sessions"}
    with pytest.raises(IntegrityError):
        db.session.execute(
            sa.update(CredentialRotation).values(**done, done_by_id=sca.id, verified_by_id=sca.id)
        )
    db.session.rollback()


def test_one_rotation_to_be_done_per_account_and_one_open_notice_per_person(make: Factory) -> None:
    """In the database, whatever the acts do."""
    sca, person = make.person("Sca", Role.SCA), make.person()
    rotation = started(account(make, "Libraries"), sca)
    db.session.add(CredentialRotation(account_id=rotation.account_id, opened_at=NOW, due_on=TODAY))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
    for _ in range(2):
        db.session.add(
            LeaverNotice(
                person_id=person.id, last_working_day=TODAY, immediate=True, notified_by_id=sca.id, notified_at=NOW,
                source="hr",
            )
        )
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize(
    ("kind", "outcome", "reason"),
    [(StepKind.PASSWORD, StepOutcome.NOT_APPLICABLE, "x"), (StepKind.SESSIONS, StepOutcome.NOT_APPLICABLE, "")],
)
def test_steps_hold_together(make: Factory, kind: StepKind, outcome: StepOutcome, reason: str) -> None:
    """The password is always changed; what does not apply says why."""
    rotation = started(account(make, "Libraries"), make.person("Sca", Role.SCA))
    db.session.add(RotationStep(rotation_id=rotation.id, kind=kind, outcome=outcome, reason=reason, position=0))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
