"""Permission to change a password, where the policy asks for it: before the change or, in an emergency, after it."""

from datetime import datetime

from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, demand
from app.core.outbox import MessageKind, notify
from app.core.presentation import uk_date
from app.credential_rotation.models import NEEDS_PERMISSION, ROUTINE_PERIOD, CredentialRotation, RotationStatus, is_near_on
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.completing import complete_settled, notices_caused
from app.credential_rotation.operations.opening import settle_owner
from app.credential_rotation.operations.rotating import ASK_KEEPER, must_be_due, tell_permitters, who_permits
from app.people.models import Person
from app.policy.queries import pack, period

ASKED = event_kind("rotation:permission-asked", "asked to permit the change", neutral="asked to permit the change")
_REFUSED_WORDS = "said that the change could have waited"
REFUSED = event_kind("rotation:refused", _REFUSED_WORDS, neutral=_REFUSED_WORDS)
PERMITTED = event_kind("rotation:permitted", "permitted the change", neutral="permitted the change")


def ask_for_permission(rotation: CredentialRotation, *, by: Person, at: datetime) -> None:
    """Ask those whom the pack names to permit a change before it is made (switch of the pack). It is wanted by the day on
    which the password is to be changed.
    """
    demand(rotation.is_changer(by), "You cannot change this password.", what_now=ASK_KEEPER)
    must_be_due(rotation)
    if not pack().switches[NEEDS_PERMISSION].value or rotation.permitted_at is not None:
        raise _needs_none(rotation)
    if rotation.permission_asked_at is not None:
        asker = rotation.permission_asked_by
        raise AlreadyDone(
            "Permission has been asked for already.", who=asker.name if asker else None, when=rotation.permission_asked_at,
            what_now="You are told when it is permitted. In an emergency, say why it could not wait.",
        )  # fmt: skip
    _must_be_near(rotation, at)
    rotation.permission_asked_by, rotation.permission_asked_by_id = by, by.id
    rotation.permission_asked_at = at
    rotation.permit_by = max(rotation.due_on, clock.local_day(at))
    record(ASKED, rotation.id, by=by.id, at=at, facts={"permit_by": rotation.permit_by})
    settle_owner(rotation, at=at)  # who asks sees to it where nobody else can
    tell_permitters(rotation, at=at)


def permit_rotation(rotation: CredentialRotation, *, by: Person, at: datetime) -> None:
    """Permit a change before it is made or, after one made in an emergency, afterwards (switch of the pack)."""
    if by.id in (rotation.permission_asked_by_id, rotation.done_by_id):
        raise NotAllowed("You asked for this or made the change, so another person permits it.", what_now=ASK_KEEPER)
    if rotation.may_need_permission and rotation.permitted_at is None:
        demand(rotation.is_permitter(by), f"Only {who_permits()} can permit this change.", what_now=ASK_KEEPER)
    if rotation.may_need_permission and rotation.status is RotationStatus.DUE and rotation.permission_asked_at is None:
        raise AlreadyDone(
            "Nobody has asked for permission to change this password.",
            what_now="Leave it to whoever is to change it: you are told when they ask. If it is yours to change, ask first.",
        )
    if rotation.status is RotationStatus.DUE:
        _must_be_near(rotation, at)
    if not rotation.can_be_permitted_by(by):
        raise _needs_none(rotation)
    rotation.permitted_by, rotation.permitted_by_id, rotation.permitted_at = by, by.id, at
    record(PERMITTED, rotation.id, by=by.id, at=at)
    if rotation.status is RotationStatus.DUE:
        settle_owner(rotation, at=at)  # who permits it does not make it
    _settle(rotation, messages.PERMITTED, by=by, at=at)


def _must_be_near(rotation: CredentialRotation, at: datetime) -> None:
    """Refuse (409) what others would be told of long before a change that is planned."""
    if not is_near_on(rotation, clock.local_day(at)):
        days, day = period(ROUTINE_PERIOD).value, uk_date(rotation.due_on)
        raise AlreadyDone(
            f"This password is to be changed by {day}, and its holders are not told of that yet.",
            what_now=f"Come back in the last {days} working days before that day.",
        )


def refuse_permission(rotation: CredentialRotation, why: str, *, by: Person, at: datetime) -> None:
    """Say afterwards that a change made in an emergency could have waited, and why. The password stays changed: the record
    says that nobody permitted it.
    """
    if by.id in (rotation.permission_asked_by_id, rotation.done_by_id):
        raise NotAllowed("You made the change, so another person judges it.", what_now=ASK_KEEPER)
    if rotation.waits_for_judgement:
        demand(rotation.is_permitter(by), f"Only {who_permits()} can judge this change.", what_now=ASK_KEEPER)
    if not rotation.can_be_refused_by(by):
        raise _needs_none(rotation)
    if not why.strip():
        raise InvalidInput("Enter why it could have waited", field="why")
    rotation.permission_refused_by, rotation.permission_refused_by_id = by, by.id
    rotation.permission_refused_at, rotation.permission_refused_why = at, why.strip()
    record(REFUSED, rotation.id, by=by.id, at=at)
    _settle(rotation, messages.NOT_PERMITTED, by=by, at=at)


def _settle(rotation: CredentialRotation, told: MessageKind, *, by: Person, at: datetime) -> None:
    """Tell whom it concerns; it may have been the last thing for which a leaver's notice waited."""
    db.session.flush()
    complete_settled(notices_caused(rotation.id), by=by.id, at=at)
    for person_id in {rotation.owner_id, rotation.permission_asked_by_id, rotation.done_by_id} - {by.id, None}:
        if person_id is not None:
            notify(person_id, told, rotation.id, at=at)


def _needs_none(rotation: CredentialRotation) -> AlreadyDone:
    return AlreadyDone(
        "This change needs no permission any more.",
        who=judge.name if (judge := rotation.permitted_by or rotation.permission_refused_by) else None,
        when=rotation.permitted_at or rotation.permission_refused_at,
    )
