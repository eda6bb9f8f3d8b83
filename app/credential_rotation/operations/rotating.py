"""Changing a shared password, telling the keeper of the register in the same act, and verifying it (policy 6.1(3))."""

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa

from app.account_register.chains import OWNER
from app.account_register.models import AccessGrant, Account, EndReason, NoticeKind
from app.account_register.operations import end_access, tell_keeper
from app.account_register.operations.following import let_rooms_follow
from app.core import clock
from app.core.audit import Actor, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, demand
from app.core.outbox import MessageKind, notify
from app.core.presentation import uk_datetime
from app.credential_rotation.models import (
    NEEDS_PERMISSION,
    OTHER_HOLDER,
    PERMITTED_BY,
    CredentialRotation,
    LeaverHolding,
    LeaverNotice,
    MoveHolding,
    RotationStatus,
    RotationStep,
    Sighting,
    StepAnswer,
    StepKind,
    StepOutcome,
    Trigger,
)
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.causes import no_longer_because_of
from app.credential_rotation.operations.completing import complete_settled, notices_caused
from app.credential_rotation.operations.following_moves import follow_movers
from app.credential_rotation.operations.leaver_plans import Leaving, plan_leaving
from app.credential_rotation.operations.leaving import follow_account
from app.credential_rotation.operations.opening import (
    OTHER_TRIGGER,
    begin_rotation,
    due_rotation,
    settle_owner_and_date,
)
from app.credential_rotation.operations.signing_in import settled_when_it_ends
from app.people.models import Person
from app.policy.queries import due_at_once, pack

CHANGED = event_kind("rotation:changed", "changed the password", neutral="changed the password")
VERIFIED = event_kind("rotation:verified", "verified the change ({saw})", neutral="verified the change ({saw})")
SPLIT = event_kind(
    "rotation:asked-again",
    "asked for a further change, because somebody still has access until later",
)

ASK_KEEPER = "Ask the owner of the account or the keeper of the register."
WHY_ENDED = {EndReason.WITHDRAWN: Trigger.WITHDRAWN, EndReason.MOVED: Trigger.MOVED}
_WHO = {OWNER: "the accountable owner", OTHER_HOLDER: "another holder of the account"}
EMERGENCY, VERIFICATION = "rotation_emergency_permission_working_days", "rotation_verification_working_days"


def mark_changed(
    rotation: CredentialRotation,
    *,
    by: Person,
    at: datetime,
    changed_at: datetime,
    steps: Mapping[StepKind, StepAnswer],
    emergency_reason: str = "",
) -> None:
    """Note that the password was changed and what became of each step. The keeper is told in the same act.

    Refuses one because of whom it changes (403), a change before anybody lost access or in the future (422), and a
    second change (409). Causes that begin later than the change are not met by it: they get a rotation of their own.
    """
    check_change(rotation, by=by, at=at, changed_at=changed_at, steps=steps, emergency_reason=emergency_reason)
    rotation.move_to(RotationStatus.TO_VERIFY)
    rotation.done_by, rotation.done_by_id = by, by.id
    rotation.done_at, rotation.changed_at = at, changed_at
    if rotation.permitted_at is None and emergency_reason and pack().switches[NEEDS_PERMISSION].value:
        rotation.emergency_reason = emergency_reason
        rotation.permit_by = due_at_once(EMERGENCY, clock.local_day(at))
    rotation.verify_by = due_at_once(VERIFICATION, clock.local_day(at))
    rotation.steps = [
        RotationStep(kind=kind, outcome=steps[kind].outcome, reason=steps[kind].reason, position=position)
        for position, kind in enumerate(StepKind)
    ]
    db.session.flush()
    record(CHANGED, rotation.id, by=by.id, at=at, facts={"account": rotation.account_id, "changed_at": changed_at})
    tell_keeper(NoticeKind.PASSWORD_CHANGED, rotation.id, about=None, account=rotation.account, at=at)
    _ask_again_for_later_causes(rotation, by=by, at=at)
    tell_others(rotation, messages.TO_VERIFY, without=by, at=at)
    if rotation.emergency_reason:
        tell_permitters(rotation, at=at)
    _follow_who_knows_it(rotation, by, at=at)


def check_change(
    rotation: CredentialRotation,
    *,
    by: Person,
    at: datetime,
    changed_at: datetime,
    steps: Mapping[StepKind, StepAnswer],
    emergency_reason: str,
) -> None:
    """Refuse what `mark_changed` refuses, and change nothing."""
    demand(rotation.is_changer(by), "You cannot change this password.", what_now=ASK_KEEPER)
    must_be_due(rotation)
    _check_permission(rotation, by, emergency_reason)
    if changed_at > at:
        raise InvalidInput("The time of the change must be in the past", field="changed_on")
    if clock.is_earlier(changed_at, rotation.counts_from):
        raise InvalidInput(
            f"The change must have been made after {uk_datetime(rotation.counts_from)}. If not, change it again",
            field="changed_on",
        )
    _check_steps(steps)


def must_be_due(rotation: CredentialRotation) -> None:
    """Refuse (409), with who and when, where the password has been changed already, or need not be changed any more."""
    must_be_needed(rotation)
    if rotation.status is not RotationStatus.DUE:
        raise AlreadyDone(
            "This password has been changed already.",
            who=rotation.done_by.name if rotation.done_by else None,
            when=rotation.done_at,
            what_now="Open the page again to see whether it still has to be verified.",
        )


def must_be_needed(rotation: CredentialRotation) -> None:
    """Refuse (409) where the password need not change after all, or this change of it was not made."""
    if rotation.status is RotationStatus.NOT_MADE:
        raise AlreadyDone(
            "Somebody has seen that this change was not made.",
            who=rotation.not_made_by.name if rotation.not_made_by else None,
            when=rotation.not_made_at, did="said so",
            what_now="The password is still to be changed: open the list of password changes to see by when.",
        )  # fmt: skip
    if rotation.gone is not None:
        raise AlreadyDone(
            f"This account {rotation.gone.in_words}, so no password of it is left to change.",
            who=rotation.gone.settled_by.name if rotation.gone.settled_by else None,
            when=rotation.gone.settled_at, did="confirmed it", what_now="You need do nothing.",
        )  # fmt: skip
    if rotation.status is RotationStatus.STOOD_DOWN:
        raise AlreadyDone(
            "This password need not be changed after all.", what_now="You need do nothing. Leave the password as it is."
        )


def _check_permission(rotation: CredentialRotation, by: Person, emergency_reason: str) -> None:
    switches = pack().switches
    if rotation.permitted_by_id == by.id:
        raise NotAllowed("You permitted this change, so another person makes it.", what_now=ASK_KEEPER)
    if not switches[NEEDS_PERMISSION].value or rotation.permitted_at is not None:
        return
    if not (switches["rotation_emergency_path"].value and emergency_reason):
        source = pack().cite(switches[NEEDS_PERMISSION].sources)
        raise AlreadyDone(
            f"This change has to be permitted first ({source}): {who_permits()} permits it.",
            what_now="Ask them to open this page and permit it. In an emergency, say why it could not wait.",
        )


def who_permits() -> str:
    """Whom the pack's chain names to permit a change, in its order, with where that is said."""
    chain, titles = pack().chains[PERMITTED_BY], pack().role_titles
    first, *others = [_WHO.get(word) or f"the {titles[word].value}" for word in chain.value]
    rest = f", or where there is nobody {', then '.join(others)}" if others else ""
    return f"{first}{rest} ({pack().cite(chain.sources)})"


def tell_permitters(rotation: CredentialRotation, *, at: datetime) -> None:
    """Tell those whose permission a change waits for."""
    for person_id in rotation.permitters:
        notify(person_id, messages.TO_PERMIT, rotation.id, at=at)


def _check_steps(steps: Mapping[StepKind, StepAnswer]) -> None:
    for kind in StepKind:
        answer = steps.get(kind)
        if answer is None:
            raise InvalidInput("Answer every step: done, or does not apply", field=kind.value)
        if answer.outcome is StepOutcome.NOT_APPLICABLE and kind is StepKind.PASSWORD:
            raise InvalidInput("The password itself must be changed", field=kind.value)
        if answer.outcome is StepOutcome.NOT_APPLICABLE and not answer.reason:
            raise InvalidInput("Enter why this step does not apply", field=f"{kind.value}_reason")


def _ask_again_for_later_causes(rotation: CredentialRotation, *, by: Person, at: datetime) -> None:
    """Somebody who keeps access beyond the change will know the new password too: it changes again after them."""
    done = rotation.changed_at or at
    later = [
        cause for cause in rotation.standing_causes
        if clock.is_earlier(done, cause.counts_from) and cause.trigger is not Trigger.SCHEDULED  # any change renews it
    ]  # fmt: skip
    if not later:
        return
    again = CredentialRotation(account_id=rotation.account_id, opened_at=at, due_on=min(c.due_on for c in later))
    again.account = rotation.account
    db.session.add(again)
    for cause in later:
        rotation.causes.remove(cause)
        again.causes.append(cause)
    settle_owner_and_date(again, at=at)
    db.session.flush()
    record(SPLIT, again.id, by=by.id, at=at, facts={"account": rotation.account_id})


def tell_others(rotation: CredentialRotation, kind: MessageKind, *, without: Person, at: datetime) -> None:
    """Tell the owners and holders of an account, but nobody because of whom its password changes."""
    today = clock.local_day(at)
    caused_by = {cause.person_id for cause in rotation.causes}
    holders = {grant.person_id for grant in rotation.account.grants if grant.runs_on(today)}
    for person_id in (holders | {rotation.owner_id, rotation.account.owner_id}) - caused_by - {without.id}:
        if person_id is not None:
            notify(person_id, kind, rotation.id, at=at)


def verify_rotation(
    rotation: CredentialRotation, *, by: Person, at: datetime, saw: Sighting, alone_because: str = ""
) -> None:
    """Verify a change as a second person, without knowing the password. Completes the notices that waited for it.

    Who made the change verifies it only where nobody else can and the pack allows it, and says why.
    """
    is_alone = check_verifier(rotation, by=by)
    if is_alone and not alone_because.strip():
        raise InvalidInput("Enter why nobody else can verify it", field="alone_because")
    rotation.move_to(RotationStatus.COMPLETE)
    rotation.alone_because = alone_because.strip() if is_alone else ""
    rotation.verified_by, rotation.verified_by_id, rotation.verified_at, rotation.saw = by, by.id, at, saw
    record(VERIFIED, rotation.id, by=by.id, at=at, facts={"saw": saw})
    db.session.flush()
    complete_settled(notices_caused(rotation.id), by=by.id, at=at)
    _follow_who_knows_it(rotation, by, at=at)


def check_verifier(rotation: CredentialRotation, *, by: Person) -> bool:
    """Refuse who may not say now what they saw of a change; gives whether they made it themselves."""
    is_alone = rotation.done_by_id == by.id and rotation.status is RotationStatus.TO_VERIFY
    if rotation.done_by_id == by.id and not (is_alone and rotation.is_verified_alone):
        raise NotAllowed("You changed this password, so another person verifies it.", what_now=ASK_KEEPER)
    demand(rotation.is_verifier(by), "You cannot verify this change.", what_now=ASK_KEEPER)
    must_be_needed(rotation)
    if rotation.status is RotationStatus.DUE:
        raise AlreadyDone("This password has not been changed yet.", what_now="It can be verified once it is changed.")
    if rotation.status is RotationStatus.COMPLETE:
        raise AlreadyDone(
            "This change has been verified already.",
            who=rotation.verified_by.name if rotation.verified_by else None,
            when=rotation.verified_at,
        )
    return is_alone


def _follow_who_knows_it(rotation: CredentialRotation, person: Person, *, at: datetime) -> None:
    """Who is to leave or to move and has come to know a new password: it changes once more when they have."""
    if person.last_working_day is not None:
        follow_account(rotation.account, by=person.id, at=at)
    else:
        follow_movers(rotation.account, by=person.id, at=at)


def end_shared_access(
    grant: AccessGrant, *, by: Person, at: datetime, ends_on: date, reason: EndReason, correction: str = ""
) -> CredentialRotation | None:
    """End somebody's access to an account and, where they know a password that others use, have it changed. Gives that
    change, if any: where access ends sooner for a reason that `by` may not know of, the one that is due for that.

    What has not begun is called off instead, and no password changes because of it.

    That runs until its end is recorded, whatever they needed: a last day in the past is refused, but for a keeper who
    corrects it, and does not count for the password.
    """
    ends_then = end_access(grant, by=by, at=at, ends_on=ends_on, reason=reason, correction=correction)
    if grant.is_called_off:
        _need_not_change(grant, by=by, at=at)
    changes = not grant.is_called_off and settled_when_it_ends(grant, at) is not None
    if changes and ends_then:
        change_what_they_knew(grant, by=by.id, at=at)
    # Whoever leaves or moves may be the last who lets others in now; and where it is they, they know the password less long.
    let_rooms_follow(grant.account, by=by.id, at=at)
    return due_rotation(grant.account) if changes else None


def change_what_they_knew(grant: AccessGrant, *, by: Actor, at: datetime) -> None:
    """Have the password changed that somebody knows whose access ends; also where that follows from an act of the register:
    they were let in by an agreement to the policy that was taken back, and did not agree in time.
    """
    counts_from = settled_when_it_ends(grant, at)
    if counts_from is None or grant.ends_on is None or grant.end_reason is None:
        return
    trigger = WHY_ENDED.get(grant.end_reason, Trigger.ACCESS_ENDED)
    begin_rotation(
        grant.account, trigger=trigger, person=grant.person, counts_from=counts_from,
        period=OTHER_TRIGGER, since=grant.ends_on, by=by, at=at,
    )  # fmt: skip


def _need_not_change(grant: AccessGrant, *, by: Person, at: datetime) -> None:
    """Its holder was to leave or to move with it: a change that was asked for because of that need not be made for it,
    but for who leaves and knows the password all the same, by access that they had before.
    """
    today = clock.local_day(at)
    moves = db.session.execute(sa.select(MoveHolding).where(MoveHolding.grant_id == grant.id)).scalars()
    leaves = db.session.execute(sa.select(LeaverHolding).where(LeaverHolding.grant_id == grant.id)).scalars()
    over = [one for one in leaves if not _knows_it_still(one.notice, grant.account, today)]
    for holding in (*moves, *over):
        no_longer_because_of(holding, goes_on=True, by=by.id, at=at)


def _knows_it_still(notice: LeaverNotice, account: Account, today: date) -> bool:
    return any(planned.rotates for planned in plan_leaving(Leaving.as_told(notice), today, only=account).holdings)
