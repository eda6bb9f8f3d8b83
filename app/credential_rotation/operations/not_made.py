"""A second person sees that a password was not changed, though somebody said so: it is still to be changed."""

from datetime import datetime

from app.account_register.queries import keepers_on
from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import InvalidInput
from app.core.outbox import notify
from app.credential_rotation.models import CredentialRotation, RotationCause, RotationStatus
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.leaving import follow_account
from app.credential_rotation.operations.opening import due_rotation, settle_owner_and_date
from app.credential_rotation.operations.rotating import check_verifier
from app.people.models import Person

_NOT_MADE_WORDS = "said that the password has not been changed"
NOT_MADE = event_kind("rotation:not-made", _NOT_MADE_WORDS, neutral=_NOT_MADE_WORDS)
_STILL_WORDS = "noted that the password is still to be changed, because a change was not made"
STILL_TO_CHANGE = event_kind("rotation:still-to-change", _STILL_WORDS, neutral=_STILL_WORDS)


def say_not_made(rotation: CredentialRotation, *, why: str, by: Person, at: datetime) -> CredentialRotation:
    """Say as the second person that the password has not been changed, and how one knows. Gives the change that is due.

    What was said stays on record, and settles nothing: the same people's reasons stand, by the same day, in the change of
    this account that is due already or in one anew. Doer, owner and keepers are told.
    """
    check_verifier(rotation, by=by)
    if not why.strip():
        raise InvalidInput("Enter how you know that it has not been changed", field="why_not_made")
    rotation.move_to(RotationStatus.NOT_MADE)
    rotation.not_made_by, rotation.not_made_by_id = by, by.id
    rotation.not_made_at, rotation.not_made_why = at, why.strip()
    record(NOT_MADE, rotation.id, by=by.id, at=at, facts={"account": rotation.account_id})
    waiting = due_rotation(rotation.account)
    again = waiting or _anew(rotation)
    _keep_permission(rotation, again)
    for cause in rotation.standing_causes:
        rotation.causes.remove(cause)
        rotation.causes.append(_as_it_was(cause, at=at))
        again.causes.append(cause)
    settle_owner_and_date(again, at=at)
    db.session.flush()
    record(STILL_TO_CHANGE, again.id, by=by.id, at=at, facts={"account": again.account_id})
    _tell(rotation, again, without={by.id, None if waiting else again.owner_id}, at=at)
    follow_account(rotation.account, by=by.id, at=at)
    return again


def _anew(rotation: CredentialRotation) -> CredentialRotation:
    """As old as the one that was not made."""
    again = CredentialRotation(
        account_id=rotation.account_id, opened_at=rotation.opened_at,
        due_on=min(cause.due_on for cause in rotation.standing_causes),
    )  # fmt: skip
    again.account = rotation.account
    db.session.add(again)
    return again


def _keep_permission(rotation: CredentialRotation, again: CredentialRotation) -> None:
    """Who was permitted to change it is still; what was said of one that could not wait was of that one."""
    if rotation.emergency_reason or again.permission_asked_at or again.permitted_at:
        return
    again.permission_asked_by, again.permission_asked_by_id = rotation.permission_asked_by, rotation.permission_asked_by_id
    again.permission_asked_at, again.permit_by = rotation.permission_asked_at, rotation.permit_by
    again.permitted_by, again.permitted_by_id = rotation.permitted_by, rotation.permitted_by_id
    again.permitted_at = rotation.permitted_at


def _as_it_was(cause: RotationCause, *, at: datetime) -> RotationCause:
    """What the one that was not made was for: it keeps closed to those because of whom it was."""
    return RotationCause(
        trigger=cause.trigger, person_id=cause.person_id, counts_from=cause.counts_from, due_on=cause.due_on,
        due_counted_from=cause.due_counted_from, due_period=cause.due_period, stood_down_at=at,
    )  # fmt: skip


def _tell(rotation: CredentialRotation, again: CredentialRotation, *, without: set[object], at: datetime) -> None:
    """Nobody because of whom it changes; who sees to it anew is told of that alone."""
    keepers = {keeper.id for keeper in keepers_on(clock.local_day(at))}
    caused_by = {cause.person_id for cause in again.causes}
    for person_id in (keepers | {rotation.done_by_id, again.owner_id, rotation.account.owner_id}) - caused_by - without:
        if person_id is not None:
            notify(person_id, messages.NOT_MADE, rotation.id, at=at)
