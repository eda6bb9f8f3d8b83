"""Accounts with their holders, leavers and rotations, for tests."""

from datetime import date, datetime, timedelta

from app.account_register.models import AccessGrant, AccessLevel, Account, LoginMode
from app.core.db import begin_writing, commit
from app.credential_rotation import operations
from app.credential_rotation.models import (
    CredentialRotation,
    LeaverNotice,
    Move,
    MoveKind,
    Sighting,
    StepAnswer,
    StepKind,
    StepOutcome,
    Trigger,
)
from app.credential_rotation.queries.past_access import Entry, ways_in
from app.people.models import Person
from tests.conftest import NOW
from tests.factories import Factory

TODAY = NOW.date()
FRIDAY = date(2027, 3, 5)
ALL_DONE = {kind: StepAnswer(StepOutcome.DONE) for kind in StepKind}


def account(make: Factory, name: str, owner: Person | None = None) -> Account:
    """A live account with an owner."""
    made: Account = make.keep(
        Account(name=name, platform="Facebook", owner_id=owner.id if owner else None, registered_at=NOW)
    )
    return made


def grant(
    make: Factory,
    on: Account,
    person: Person,
    *,
    level: AccessLevel = AccessLevel.ADMIN,
    mode: LoginMode = LoginMode.SHARED,
    ends_on: date | None = None,
) -> AccessGrant:
    """That a person may use an account, since long ago."""
    made: AccessGrant = make.keep(
        AccessGrant(
            account_id=on.id, person_id=person.id, level=level, login_mode=mode, starts_on=date(2026, 1, 5),
            approved_at=NOW, ends_on=ends_on, end_reason="no_longer_needed" if ends_on else None,
        )
    )
    return made


def leave(
    person: Person, by: Person, *, day: date = TODAY, immediate: bool = True, at: datetime = NOW
) -> LeaverNotice:
    """A recorded leaver."""
    begin_writing(person)
    made = operations.record_leaver(person, last_working_day=day, immediate=immediate, by=by, at=at)
    commit()
    return made


def moved(
    person: Person, by: Person, goes_on: dict[AccessGrant | Account, bool], *, day: date = FRIDAY,
    kind: MoveKind = MoveKind.MOVED, back_on: date | None = None, at: datetime = NOW,
) -> Move:  # fmt: skip
    """A recorded move, with what goes on of access and of what they own."""
    begin_writing(person)
    made = operations.record_move(
        operations.Moving(person, kind, day, back_on), {one.id: keeps for one, keeps in goes_on.items()}, by=by, at=at
    )
    commit()
    return made


def started(on: Account, by: Person, *, at: datetime = NOW) -> CredentialRotation:
    """A rotation that is due, without anybody leaving."""
    begin_writing(on)
    made = operations.start_rotation(on, trigger=Trigger.SCHEDULED, by=by, at=at)
    commit()
    return made


def changed(
    rotation: CredentialRotation, by: Person, *, at: datetime = NOW + timedelta(hours=1), made_at: datetime | None = None
) -> None:
    """Mark a rotation as changed; it was at that moment, or before."""
    begin_writing(rotation)
    operations.mark_changed(rotation, by=by, at=at, changed_at=made_at or at, steps=ALL_DONE)
    commit()


def verified(rotation: CredentialRotation, by: Person, *, at: datetime = NOW + timedelta(hours=2)) -> None:
    """Verify a rotation."""
    begin_writing(rotation)
    operations.verify_rotation(rotation, by=by, at=at, saw=Sighting.NO_SESSIONS)
    commit()


def who_could_get_in(on: Account, day: date) -> list[Entry]:
    """Everybody who could get into an account on a day, without those who wait."""
    return [entry for entry in ways_in(day, on.id) if not entry.waits]
