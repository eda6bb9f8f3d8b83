"""Recording that an account no longer exists or is lost, and what follows once a second person has confirmed it (domain 3.2:
an account is closed once every credential of it is rotated or deleted).
"""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from app.account_register.models import AccessGrant, Account, AccountStatus, EndReason
from app.account_register.operations import end_access
from app.account_register.operations.accounts import set_status
from app.account_register.operations.details import note_change
from app.account_register.queries import keepers_on
from app.account_register.queries.access import who_has_access
from app.core import clock
from app.core.audit import ActorKind, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, demand
from app.core.outbox import MessageKind, notify
from app.core.presentation import uk_date
from app.core.secrets_guard import REFUSAL, looks_like_secret
from app.credential_rotation.models import (
    OPEN_ROTATION,
    AccountGone,
    CredentialRotation,
    GoneReport,
    GoneStatus,
    IncidentKind,
    RotationStatus,
    may_say_gone,
)
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.completing import complete_settled, notices_holding
from app.credential_rotation.operations.incidents import end_with_account
from app.credential_rotation.queries import open_incident_of
from app.credential_rotation.queries.gone import standing_gone_of
from app.people.models import Person
from app.policy.queries import due_at_once

_RECORDED = "said that it is {what}, since {since}"
RECORDED = event_kind("account:gone-recorded", _RECORDED, neutral=_RECORDED)
_CONFIRMED = "confirmed that it is {what}, since {since}"
CONFIRMED = event_kind("account:gone-confirmed", _CONFIRMED, neutral=_CONFIRMED)
_TAKEN_BACK = "took back that it is {what}"
TAKEN_BACK = event_kind("account:gone-taken-back", _TAKEN_BACK, neutral=_TAKEN_BACK)
_NOTHING_LEFT = "noted that no password is left to change, because the account is {what}"
NOTHING_LEFT = event_kind("rotation:account-gone", _NOTHING_LEFT, neutral=_NOTHING_LEFT)

CONFIRMING_PERIOD = "account_gone_confirming_working_days"
CLOSING_PERIOD = "account_gone_closing_working_days"
NOT_FOR_YOU = "Only the owner of the account and the keepers of the register say that it is gone."
TELL_THEM = "Tell one of them what you know of it."
TO_CONFIRM = "Another person confirms it: a keeper of the register, the owner of the account, or somebody who has access."


def demand_may_say_gone(account: Account, by: Person) -> None:
    """Refuse (403) who may not say that an account is gone, and (409) where that is said already, or it is closed."""
    demand(may_say_gone(account, by), NOT_FOR_YOU, what_now=TELL_THEM)
    if account.is_closed:
        raise AlreadyDone("This account is closed already.", what_now="You need do nothing.")
    said = standing_gone_of(account)
    if said is not None:
        raise AlreadyDone(
            f"It has been recorded already that this account {said.in_words}.", who=said.recorded_by.name,
            when=said.recorded_at, did="recorded it",
            what_now="Open the account to see whether somebody has to confirm it." if said.is_waiting
            else "Open the account and close it.",
        )  # fmt: skip


def record_gone(account: Account, report: GoneReport, *, by: Person, at: datetime) -> AccountGone:
    """Record that an account no longer exists on its platform, or is lost for good, since when, and how one knows.

    Nothing follows from it before another person has confirmed it; the keepers and the owner are asked to.
    """
    demand_may_say_gone(account, by)
    if report.since > clock.local_day(at):
        raise InvalidInput("The day must be today or in the past", field="since")
    _check_words(report.reason, "Enter how you know", field="reason")
    gone = AccountGone(
        account_id=account.id, what=report.what, since=report.since, reason=report.reason, recorded_at=at,
        recorded_by_id=by.id, confirm_by=due_at_once(CONFIRMING_PERIOD, clock.local_day(at)),
    )  # fmt: skip
    gone.account, gone.recorded_by = account, by
    db.session.add(gone)
    try:
        db.session.flush()
    except IntegrityError as error:  # that it is said once of an account is the database's rule too
        raise AlreadyDone("Somebody else recorded that at the same moment.") from error
    record(RECORDED, account.id, by=by.id, at=at, facts=_facts(gone))
    _tell_those_asked(gone, messages.GONE_TO_CONFIRM, without=by, at=at)
    return gone


def confirm_gone(gone: AccountGone, how_known: str, *, by: Person, at: datetime) -> None:
    """Confirm as a second person that an account is gone. In the same act nothing is left to change: its open password
    changes are stood down, access ends, a compromise ends, and the account is being closed, which a keeper does by a day.

    What is still true is still asked for: where its archive is kept, what tells people where to go now, what else happened
    to it, and what belongs to it and has passwords of its own.
    """
    if gone.recorded_by_id == by.id:
        raise NotAllowed("You recorded this yourself.", what_now=TO_CONFIRM)
    demand(gone.is_confirmer(by), "You cannot confirm this.", what_now=TO_CONFIRM)
    _must_wait(gone)
    _check_words(how_known, "Enter how you know", field="how_known")
    concerned = _who_is_concerned(gone.account, at)
    _settle(gone, GoneStatus.CONFIRMED, how_known, by=by, at=at)
    _nothing_left_to_change(gone, by=by, at=at)
    _begin_to_close(gone, by=by, at=at)
    _end_all_access(gone.account, at=at)
    _end_compromise(gone, by=by, at=at)
    record(CONFIRMED, gone.account_id, by=by.id, at=at, facts=_facts(gone))
    for person_id in concerned - {by.id}:
        notify(person_id, messages.GONE, gone.id, at=at)
    db.session.flush()
    complete_settled(notices_holding(gone.account_id), by=by.id, at=at)


def take_back_gone(gone: AccountGone, why: str, *, by: Person, at: datetime) -> None:
    """Say that an account is not gone after all, while nobody has confirmed it. Everything goes on as it was."""
    demand(gone.is_taken_back_by(by), "You cannot take this back.", what_now=TELL_THEM)
    _must_wait(gone)
    _check_words(why, "Enter why it is not so", field="why")
    _settle(gone, GoneStatus.TAKEN_BACK, why, by=by, at=at)
    record(TAKEN_BACK, gone.account_id, by=by.id, at=at, facts=_facts(gone))
    _tell_those_asked(gone, messages.NOT_GONE, without=by, at=at)
    if gone.recorded_by_id != by.id:
        notify(gone.recorded_by_id, messages.NOT_GONE, gone.id, at=at)


def _settle(gone: AccountGone, status: GoneStatus, why: str, *, by: Person, at: datetime) -> None:
    gone.move_to(status)
    gone.settled_at, gone.settled_by, gone.settled_by_id, gone.settled_why = at, by, by.id, why


def _nothing_left_to_change(gone: AccountGone, *, by: Person, at: datetime) -> None:
    """The open changes of its password stay on record as what was never done, or never seen by a second person."""
    it = CredentialRotation
    found = db.session.execute(
        sa.select(it)
        .where(it.account_id == gone.account_id, it.status.in_(OPEN_ROTATION))
        .options(selectinload(it.causes))
        .order_by(it.due_on, it.id)
        .with_for_update(of=it)
        .execution_options(populate_existing=True)
    ).scalars()
    for rotation in list(found):
        rotation.move_to(RotationStatus.STOOD_DOWN)
        rotation.gone, rotation.gone_id = gone, gone.id
        record(NOTHING_LEFT, rotation.id, by=by.id, at=at, facts={"what": gone.what, "account": gone.account_id})
        if rotation.owner_id is not None and rotation.owner_id != by.id:
            notify(rotation.owner_id, messages.CALLED_OFF, rotation.id, at=at)


def _begin_to_close(gone: AccountGone, *, by: Person, at: datetime) -> None:
    account = gone.account
    note_change(account, "gone", None, gone.what, by=by.id, at=at)
    account.gone, account.gone_since = gone.what, gone.since  # told by this act, so not as a change of state besides
    gone.close_by = due_at_once(CLOSING_PERIOD, clock.local_day(at))
    if account.status is not AccountStatus.CLOSING:
        set_status(account, AccountStatus.CLOSING, by=by.id, at=at, reason=gone.reason)


def _end_all_access(account: Account, *, at: datetime) -> None:
    """It follows from what two people said, so it is nobody's own act; what ends by today does so as it was to."""
    today = clock.local_day(at)
    grants = db.session.execute(
        sa.select(AccessGrant)
        .where(AccessGrant.account_id == account.id, sa.or_(AccessGrant.ends_on.is_(None), AccessGrant.ends_on > today))
        .options(joinedload(AccessGrant.person))
        .order_by(AccessGrant.starts_on, AccessGrant.id)
    ).scalars()
    for grant in list(grants):
        end_access(grant, by=ActorKind.SYSTEM, at=at, ends_on=today, reason=EndReason.ACCOUNT_GONE)


def _end_compromise(gone: AccountGone, *, by: Person, at: datetime) -> None:
    incident = open_incident_of(gone.account, IncidentKind.COMPROMISE)
    if incident is not None:
        said = f"The account {gone.in_words}, since {uk_date(gone.since)}. {gone.recorded_by.name}: {gone.reason}"
        end_with_account(incident, f"{said}\n{by.name} confirmed it: {gone.settled_why}", by=by, at=at)


def _who_is_concerned(account: Account, at: datetime) -> set[uuid.UUID]:
    """Who has access until now, who answers for the account, and who keeps the register."""
    day = clock.local_day(at)
    answers = {one.id for one in (account.owner, account.deputy) if one is not None and one.is_here_on(day)}
    return {*who_has_access(account, day), *answers, *(keeper.id for keeper in keepers_on(day))}


def _tell_those_asked(gone: AccountGone, kind: MessageKind, *, without: Person, at: datetime) -> None:
    day = clock.local_day(at)
    owner = gone.account.owner
    asked = {keeper.id for keeper in keepers_on(day)} | ({owner.id} if owner and owner.is_here_on(day) else set())
    for person_id in asked - {without.id, gone.recorded_by_id}:
        notify(person_id, kind, gone.id, at=at)


def _must_wait(gone: AccountGone) -> None:
    if gone.is_waiting:
        return
    is_confirmed = gone.status is GoneStatus.CONFIRMED
    raise AlreadyDone(
        "This has been confirmed already." if is_confirmed else "This was taken back.",
        who=gone.settled_by.name if gone.settled_by else None, when=gone.settled_at,
        did="confirmed it" if is_confirmed else "took it back",
        what_now="If it is in use all the same, close the account and put it on the register anew." if is_confirmed
        else "If it is so all the same, record it anew.",
    )  # fmt: skip


def _check_words(words: str, missing: str, *, field: str) -> None:
    if not words:
        raise InvalidInput(missing, field=field)
    if looks_like_secret(words):
        raise InvalidInput(REFUSAL, field=field)


def _facts(gone: AccountGone) -> dict[str, object]:
    return {"what": gone.what, "since": gone.since}
