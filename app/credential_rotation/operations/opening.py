"""Opening a rotation, or joining the one that is open, with the cause and the owner it has."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from app.account_register.models import Account
from app.account_register.queries import accountable_owner
from app.core import clock
from app.core.audit import Actor, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone
from app.core.outbox import last_told, notify
from app.credential_rotation.models import CredentialRotation, RotationCause, RotationStatus, Trigger, is_near_on
from app.credential_rotation.operations import messages
from app.people.models import KEEPERS, Person, Role, RoleAssignment
from app.people.queries import is_here, role_runs
from app.policy.queries import due_at_once

OPENED = event_kind(
    "rotation:opened",
    # Others read on its page that somebody asked, not who or when: HR ask when somebody leaves, and long before that.
    "asked for a new password because of {about} ({trigger})",
)
# Where a new password is asked for already, another cause asks for nothing new, or for it sooner.
SOONER = event_kind(
    "rotation:asked-sooner",
    "asked for the new password sooner, by {due_on}, because of {about} ({trigger})",
    neutral="asked for the new password sooner",
    unnamed=True,
)
ALSO = event_kind("rotation:asked-also", "gave another reason for the new password: {about} ({trigger})")

OTHER_TRIGGER = "rotation_after_other_trigger_working_days"
_STOOD_DOWN_WORDS = "noted that no new password is needed after all"
STOOD_DOWN = event_kind("rotation:stood-down", _STOOD_DOWN_WORDS, neutral=_STOOD_DOWN_WORDS, unnamed=True)


def backstops(day: date) -> list[Person]:
    """Who sees to rotations where no owner can: the keeper of the register, then her deputy."""
    return list(
        db.session.execute(
            sa.select(Person)
            .join(RoleAssignment, RoleAssignment.person_id == Person.id)
            .where(
                RoleAssignment.role.in_(KEEPERS),
                role_runs(day),
                is_here(day),
            )
            .order_by(RoleAssignment.role != Role.SCA, Person.name, Person.id)
        ).scalars()
    )


def owner_for(
    account: Account, without: Collection[uuid.UUID | None], day: date, keepers: Sequence[Person] | None = None
) -> Person | None:
    """Who sees to a rotation: the accountable owner, unless it changes because of them; else the keeper of the register."""
    owner = accountable_owner(account, day)
    if owner is not None and owner.id not in without:
        return owner
    return next((keeper for keeper in (backstops(day) if keepers is None else keepers) if keeper.id not in without), None)


def begin_rotation(
    account: Account,
    *,
    trigger: Trigger,
    person: Person | None,
    counts_from: datetime,
    period: str,
    since: date,
    by: Actor,
    at: datetime,
) -> RotationCause:
    """Give an account a cause to change its password: a new rotation, or the one still to be done.

    It is due within a period of the pack, counted from the day `since`.
    A change already made and only waiting to be verified was made before this cause, so it is never joined.
    """
    rotation, due_on = due_rotation(account), due_at_once(period, since)  # locked, so that no change of it comes between
    asked = OPENED if rotation is None else SOONER if due_on < rotation.due_on else ALSO
    if rotation is None:
        rotation = CredentialRotation(account_id=account.id, opened_at=at, due_on=due_on)
        rotation.account = account
        db.session.add(rotation)
    cause = RotationCause(
        trigger=trigger, person_id=person.id if person else None, counts_from=counts_from, due_on=due_on,
        due_counted_from=since, due_period=period,
    )  # fmt: skip
    rotation.causes.append(cause)
    settle_owner_and_date(rotation, at=at)
    try:
        db.session.flush()
    except IntegrityError as error:  # the one rotation still to be done per account is the database's too
        raise AlreadyDone("Another change of this password was started at the same moment.") from error
    record(
        asked, rotation.id, by=by, at=at, about=person.id if person else None,
        facts={"trigger": _told(trigger), "account": account.id, "due_on": due_on},
    )  # fmt: skip
    return cause


def _told(trigger: Trigger) -> Trigger:
    """That somebody is away for long is for HR and their managers: others who may know why read that access ended."""
    return Trigger.ACCESS_ENDED if trigger is Trigger.LONG_ABSENCE else trigger


def settle_owner_and_date(rotation: CredentialRotation, *, at: datetime) -> None:
    """The owner and the due date that follow from the causes a rotation has now.

    A new owner is told, and one who now has less time or more; nobody before its day is near.
    """
    due_on = min(cause.due_on for cause in rotation.standing_causes)
    moved, rotation.due_on = (due_on > rotation.due_on) - (due_on < rotation.due_on), due_on
    if settle_owner(rotation, at=at) or rotation.owner_id is None or not moved:
        return
    near, number = is_near_on(rotation, clock.local_day(at)), due_on.toordinal()
    if near and moved < 0:
        notify(rotation.owner_id, messages.TO_CHANGE, rotation.id, at=at, number=number)
    elif has_been_asked(rotation):
        notify(rotation.owner_id, messages.CHANGE_LATER if near else messages.NOT_YET, rotation.id, at=at, number=number)


def has_been_asked(rotation: CredentialRotation) -> bool:
    """Whether who sees to it was told that they have it to change, and not since that they need not yet."""
    kinds = (messages.TO_CHANGE, messages.CHANGE_LATER, messages.NOT_YET)
    last = last_told(rotation.owner_id, rotation.id, kinds) if rotation.owner_id is not None else None
    return last is not None and last is not messages.NOT_YET


def settle_owner(
    rotation: CredentialRotation, *, at: datetime, keepers: Sequence[Person] | None = None
) -> bool:
    """See that the account's owner of today sees to a rotation, else a keeper, else whoever asked for permission to make it;
    and tell them, once its day is near. Gives whether it is another than before.
    """
    not_by = {rotation.permitted_by_id, *(cause.person_id for cause in rotation.causes)}
    day, asker = clock.local_day(at), rotation.permission_asked_by
    owner = owner_for(rotation.account, not_by, day, keepers)
    if owner is None and asker is not None and asker.is_here_on(day) and rotation.is_changer(asker):
        owner = asker
    if rotation.owner_id == (owner.id if owner else None):
        return False
    rotation.owner, rotation.owner_id = owner, owner.id if owner else None
    if owner is not None and rotation.status is not RotationStatus.TO_VERIFY and is_near_on(rotation, day):
        notify(owner.id, messages.TO_CHANGE, rotation.id, at=at)
    return True


def stand_down(rotation: CredentialRotation, *, by: Actor, at: datetime) -> None:
    """Note that a password need not change any more, because whoever it changes for keeps access after all."""
    rotation.move_to(RotationStatus.STOOD_DOWN)
    record(STOOD_DOWN, rotation.id, by=by, at=at, facts={"account": rotation.account_id})
    if rotation.owner_id is not None and rotation.owner_id != by and has_been_asked(rotation):
        notify(rotation.owner_id, messages.CALLED_OFF, rotation.id, at=at)


def due_rotation(account: Account) -> CredentialRotation | None:
    """The one rotation of an account that is still to be done, with its causes, locked until the act is over.

    Whoever changes the password at the same moment has changed it before this (there is none to be done any more), or
    finds what is added here: a change never comes to count for a cause that is later than it.
    """
    return db.session.execute(
        sa.select(CredentialRotation)
        .where(CredentialRotation.account_id == account.id, CredentialRotation.status == RotationStatus.DUE)
        .options(selectinload(CredentialRotation.causes))
        .with_for_update(of=CredentialRotation)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def lock_rotation_of(cause: RotationCause) -> CredentialRotation:
    """The rotation to which a cause belongs, as it is now, locked until the act is over.

    Somebody who changes the password at the same moment may have moved the cause on to a further change: that one is meant.
    """
    db.session.flush()
    while True:
        asked = cause.rotation_id
        rotation = db.session.execute(
            sa.select(CredentialRotation)
            .where(CredentialRotation.id == asked)
            .options(selectinload(CredentialRotation.causes))
            .with_for_update(of=CredentialRotation)
            .execution_options(populate_existing=True)
        ).scalar_one()
        db.session.refresh(cause)
        if cause.rotation_id == asked:
            return rotation
