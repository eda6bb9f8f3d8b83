"""Recording that somebody leaves, that the day changes, and that they stay after all (policy 6.1(3))."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.account_register.models import AccessGrant, Account, EndReason
from app.account_register.operations import call_off_access, end_access, move_end_of_access, requests_go_on
from app.account_register.queries import keepers_on
from app.core import clock
from app.core.audit import Actor, ActorKind, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import MessageKind, notify
from app.core.presentation import uk_date
from app.credential_rotation.models import UNDONE_WITHIN, LeaverHolding, LeaverNotice, NoticeSource, NoticeStatus, Trigger
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.causes import follow_end, have_changed, no_longer_because_of
from app.credential_rotation.operations.completing import complete_settled, notices_holding
from app.credential_rotation.operations.following_moves import follow_movers
from app.credential_rotation.operations.leaver_plans import (
    HoldingPlan,
    LeaverPlan,
    Leaving,
    check_not_far_away,
    plan_leaving,
)
from app.credential_rotation.operations.opening import settle_owner
from app.credential_rotation.operations.seeing_to_it import settle_owners
from app.credential_rotation.queries import (
    latest_notice_of,
    may_record_leaver,
    not_given_back,
    notices_touching,
    open_rotations_of,
    settled_notices,
)
from app.people.models import HR_OFFICERS, KEEPERS, Person, Role
from app.people.operations import set_last_working_day
from app.people.queries import holders_of

RECORDED = event_kind("leaver:recorded", "recorded that {about} leaves, with {last_working_day} as the last day")
DAY_CHANGED = event_kind("leaver:day-changed", "changed the last working day of {about} to {last_working_day}")
WITHDRAWN = event_kind("leaver:withdrawn", "recorded that {about} stays after all")
LEAVERS_DAY = "last_working_day"
ONLY_HR_OR_MANAGER = "Only HR or their line manager can record that somebody leaves."
ONLY_HR_REOPENS = "Everything is done because they leave, so only HR records that they stay, or leave later."
TELL_HR = "Tell HR when they leave."
ONLY_HR_UNDOES = "HR recorded this, so only HR records that they stay, or leave later or less at once."


Teller = Person | ActorKind
"""Who tells that somebody leaves: a person, or the staff directory by itself."""


def preview_leaver(
    person: Person, *, last_working_day: date, immediate: bool, by: Teller, at: datetime, also: Sequence[Leaving] = ()
) -> LeaverPlan:
    """What will follow when somebody leaves. Changes nothing; refuses what recording it would refuse. `also` are others
    of whom it is recorded in the same act.
    """
    _demand_teller(by, person)
    _refuse_second(person)
    return _plan(Leaving(person, last_working_day, immediate, at), also)


def record_leaver(
    person: Person, *, last_working_day: date, immediate: bool, by: Teller, at: datetime,
    source: NoticeSource | None = None,
) -> LeaverNotice:  # fmt: skip
    """Record that somebody leaves: end every access on the last day, and have each shared password changed.

    Never refused because nobody else could take over: where the leaver owns an account, or alone can let others in, the
    hand-over becomes an urgent duty of the keeper of the register.
    """
    plan = preview_leaver(person, last_working_day=last_working_day, immediate=immediate, by=by, at=at)
    actor = _actor(by)
    set_last_working_day(person, last_working_day, by=actor, at=at, at_once=immediate)
    notice = LeaverNotice(
        person_id=person.id, last_working_day=last_working_day, immediate=immediate, notified_at=at,
        source=source or _source_of(by),
    )  # fmt: skip
    notice.person, notice.notified_by = person, by if isinstance(by, Person) else None
    db.session.add(notice)
    db.session.flush()
    record(RECORDED, notice.id, by=actor, at=at, about=person.id, facts={LEAVERS_DAY: last_working_day})
    _carry_out(notice, plan, by=by, at=at)
    _let_others_follow(notice, by=actor, at=at)
    _tell_keepers(notice, messages.HAND_OVER if plan.hand_overs else messages.LEAVER, by=by, at=at)
    complete_settled(LeaverNotice.id == notice.id, by=actor, at=at)
    return notice


def preview_change(
    notice: LeaverNotice, *, last_working_day: date, immediate: bool, by: Teller, at: datetime
) -> LeaverPlan:
    """What will follow when somebody leaves on another day, or at once. Refuses what changing it would refuse."""
    _demand_teller(by, notice.person)
    if notice.is_withdrawn:
        raise already_withdrawn(notice)
    if notice.came_back:
        raise already_back(notice)
    if notice.would_be_less(last_working_day, immediate=immediate):
        demand_may_undo(notice, by, at=at)
    if (last_working_day, immediate) == (notice.last_working_day, notice.immediate):
        raise AlreadyDone(
            f"It is recorded like this already: {notice.person.name} {notice.leaves} on {last_working_day:%-d %B %Y}.",
            who=notice.teller,
            when=notice.told_at,
            what_now="Open the list of leavers to see what is done and what is not.",
        )
    return _plan(Leaving(notice.person, last_working_day, immediate, at))


def change_leaving(
    notice: LeaverNotice, *, last_working_day: date, immediate: bool, by: Teller, at: datetime
) -> None:
    """Record that somebody leaves on another day, or at once: access and what is still to be changed move with it.

    Access that is over, or was called off, is not given back, and what ended at once is over: the keeper of the register
    is told that it may be needed. A password changed already changes again where they used it after that.
    """
    plan = preview_change(notice, last_working_day=last_working_day, immediate=immediate, by=by, at=at)
    today = clock.local_day(at)
    was_gone = notice.person.has_left_on(today)
    told = who_told(notice)
    set_last_working_day(notice.person, last_working_day, by=_actor(by), at=at, at_once=immediate)
    notice.last_working_day, notice.immediate = last_working_day, immediate
    _changed_by(notice, by, at=at)
    record(DAY_CHANGED, notice.id, by=_actor(by), at=at, about=notice.person_id, facts={LEAVERS_DAY: last_working_day})
    _carry_out(notice, plan, by=by, at=at)
    _let_others_follow(notice, by=_actor(by), at=at)
    comes_back = was_gone and not notice.person.has_left_on(today)
    _tell_of_change(notice, told, lost=comes_back and bool(not_given_back(notice, today)), by=by, at=at)
    if comes_back:
        requests_go_on(notice.person, by=_actor(by), at=at)
    complete_settled(LeaverNotice.id == notice.id, by=_actor(by), at=at)


def withdraw_leaver(notice: LeaverNotice, *, by: Teller, at: datetime) -> None:
    """Record that somebody stays after all: they may sign in, access goes on where it is not over or called off, or ends as
    it was to before, and what is not done stands down. What is over is not given back, nor what ended at once: the keeper
    of the register is told that it may be needed.

    A password that they knew of an account they have no access to any more is changed all the same, and so is each that
    was to change because they left at once.
    """
    _demand_teller(by, notice.person)
    if notice.is_withdrawn:
        raise already_withdrawn(notice)
    demand_may_undo(notice, by, at=at)
    today, actor, told = clock.local_day(at), _actor(by), who_told(notice)
    theirs = {
        holding.id: [grant for grant in holding.account.grants if grant.person_id == notice.person_id]
        for holding in notice.holdings
    }
    still_run = [one for grants in theirs.values() for one in grants if not one.is_over_on(today)]
    was_gone = notice.person.has_left_on(today)
    notice.move_to(NoticeStatus.WITHDRAWN)
    notice.completed_at = None
    _changed_by(notice, by, at=at)
    set_last_working_day(notice.person, None, by=actor, at=at)
    record(WITHDRAWN, notice.id, by=actor, at=at, about=notice.person_id)
    for grant in still_run:
        if grant.ends_with_leaving:
            move_end_of_access(grant, None, because=EndReason.LEFT, by=actor, at=at)
    for holding in notice.holdings:
        follow_end(holding, theirs[holding.id], by=actor, at=at)
    _let_others_follow(notice, by=actor, at=at)
    _tell_of_change(notice, told, lost=bool(not_given_back(notice, today)), by=by, at=at)
    if was_gone:
        requests_go_on(notice.person, by=actor, at=at)


def demand_may_undo(notice: LeaverNotice, by: Teller, *, at: datetime) -> None:
    """Refuse (403) a manager who would make less of what HR told, be it an exit at once, or of what is complete; and
    anybody (409) once they came back, or are gone for long: what was proved of their leaving stays.
    """
    if isinstance(by, Person):
        told = ONLY_HR_UNDOES if notice.is_of_hr else ONLY_HR_REOPENS
        demand(notice.can_be_undone_by(by), told, what_now="Ask HR. A leaving that is sooner, you may record.")
    if notice.came_back:
        raise already_back(notice)
    if notice.is_over_for_good(clock.local_day(at)):
        raise AlreadyDone(
            f"{notice.person.name} left more than {UNDONE_WITHIN.days} days ago, so what was done because of it stays.",
            what_now="If they work here again, HR records on their page under Leavers that they came back.",
        )


def _demand_teller(by: Teller, person: Person) -> None:
    if isinstance(by, Person):
        demand(may_record_leaver(by, person), ONLY_HR_OR_MANAGER, what_now=TELL_HR)


def _actor(by: Person | Actor) -> Actor:
    return by.id if isinstance(by, Person) else by


def _source_of(by: Teller) -> NoticeSource:
    if not isinstance(by, Person):
        return NoticeSource.DIRECTORY
    return NoticeSource.HR if by.holds(*HR_OFFICERS) else NoticeSource.MANAGER


def _changed_by(notice: LeaverNotice, by: Teller, *, at: datetime) -> None:
    """Who changed it; what HR or the directory said of a manager's notice is theirs from now on. Whether a feed tells it
    otherwise than it stands now is seen when the feed is heard next.
    """
    if not notice.is_of_hr:
        notice.source = _source_of(by)
    person = by if isinstance(by, Person) else None
    notice.changed_by, notice.changed_by_id, notice.changed_at = person, person.id if person else None, at
    notice.told_otherwise = []


def who_told(notice: LeaverNotice) -> set[UUID]:
    """Who is told when it changes: who recorded it or changed it last, and HR."""
    hr = {person.id for person in holders_of((Role.HR_MANAGER,), clock.today())}
    return hr | {one for one in (notice.notified_by_id, notice.changed_by_id) if one is not None}


def _let_others_follow(notice: LeaverNotice, *, by: Actor, at: datetime) -> None:
    """Whoever else leaves or moves may now be the last who lets others in, and another may have to see to a password."""
    db.session.flush()
    if any(role.role in KEEPERS for role in notice.person.roles):
        settle_owners(at)
    for holding in notice.holdings:
        follow_account(holding.account, by=by, at=at, but=notice)


def follow_account(account: Account, *, by: Actor, at: datetime, but: LeaverNotice | None = None) -> None:
    """What follows for leavers when an account changes hands: access or ownership they are given after it was recorded
    that they leave ends with it too; where somebody else's ends, they may be the last who lets others in, and their own
    may end sooner; and a hand-over that is done may have been the last thing left. For movers see `follow_movers`.

    Nothing is looked at again of the notice `but`, which has just been carried out.
    """
    today = clock.local_day(at)
    db.session.flush()
    for rotation in open_rotations_of(account):
        settle_owner(rotation, at=at)
    follow_movers(account, by=by, at=at)
    for notice in notices_touching(account, today):
        if notice is but:
            continue
        leaving = Leaving.as_told(notice)
        _carry_out(notice, plan_leaving(leaving, today, only=account), by=by, at=at)
    complete_settled(notices_holding(account.id), by=by, at=at)


def _plan(leaving: Leaving, also: Sequence[Leaving] = ()) -> LeaverPlan:
    """Refuses at the field a day before they started, one to come for somebody who left at once, one too far away."""
    person, last_day, today = leaving.person, leaving.last_working_day, clock.local_day(leaving.told_at)
    check_not_far_away(last_day, today, field=LEAVERS_DAY)
    if person.started is not None and last_day < person.started:
        raise InvalidInput("The last working day must be on or after the day they started", field=LEAVERS_DAY)
    if leaving.immediate and last_day > today:
        raise InvalidInput("Somebody who leaves at once has a last working day of today or earlier", field=LEAVERS_DAY)
    plan = plan_leaving(leaving, today, also=also)
    if last_day == today and any(holding.lost for holding in plan.holdings):
        raise InvalidInput(
            f"{person.name} left at once today, so their access is over. Enter a later day, or record that "
            "they leave at once", field=LEAVERS_DAY,
        )  # fmt: skip
    return plan


class LeavesAlready(AlreadyDone):
    """That somebody leaves is recorded already: the first notice says what is done."""

    def __init__(self, first: LeaverNotice) -> None:
        super().__init__(
            f"It is already recorded that {first.person.name} {first.leaves}, with {first.last_working_day:%-d %B %Y} as "
            "the last working day.",
            who=first.teller, when=first.told_at,
            what_now="Open what was recorded to see what is done, to change the day, or to say that they stay.",
        )  # fmt: skip
        self.first_id = first.id


def _refuse_second(person: Person) -> None:
    first = latest_notice_of(person)
    if first is None or first.is_withdrawn:
        return
    if first.status is NoticeStatus.NOTIFIED or person.last_working_day == first.last_working_day:
        raise LeavesAlready(first)


def already_back(notice: LeaverNotice) -> AlreadyDone:
    """Why nothing of a notice can be changed of somebody who came back since."""
    started = notice.person.started
    return AlreadyDone(
        f"{notice.person.name} came back{f' on {uk_date(started)}' if started else ''}, so what was recorded before stays.",
        when=notice.person.came_back_at, what_now="If they leave now, record it anew.",
    )  # fmt: skip


def already_withdrawn(notice: LeaverNotice) -> AlreadyDone:
    """Why nothing of a notice that was withdrawn can be changed: who withdrew it, and when."""
    return AlreadyDone(
        f"It is already recorded that {notice.person.name} stays after all.",
        who=notice.teller,
        when=notice.told_at,
        what_now="If they leave now, record it anew.",
    )


def _carry_out(notice: LeaverNotice, plan: LeaverPlan, *, by: Person | Actor, at: datetime) -> None:
    """End access, ask for new passwords and for somebody to take over, as far as that has not been done before."""
    held = {holding.account_id: holding for holding in notice.holdings}
    actor = _actor(by)
    for planned in plan.holdings:
        holding = held.get(planned.account.id)
        if holding is None:
            holding = LeaverHolding(account_id=planned.account.id)
            holding.account = planned.account
            notice.holdings.append(holding)
        if planned.grant is not None:
            holding.grant, holding.grant_id = planned.grant, planned.grant.id
        if planned.hand_over is not None:
            asked_on = planned.asked_to_take_over or clock.local_day(at)
            holding.hand_over, holding.hand_over_by = planned.hand_over, holding.hand_over_by or asked_on
        _take_over_what_came_before(holding, planned)
        for grant in planned.grants:
            _end_with(grant, plan.last_working_day, by=by, at=at)
        for grant in planned.back:
            move_end_of_access(grant, plan.last_working_day, because=EndReason.LEFT, by=actor, at=at)
        for grant in planned.called_off:
            call_off_access(grant, by=_ender(grant, by), at=at)
        if planned.rotates:
            period, since = planned.period
            have_changed(
                holding, planned.account, trigger=Trigger.LEAVER, person=plan.person, counts_from=planned.counts_from,
                period=period, since=since, by=actor, at=at,
            )  # fmt: skip
        elif planned.called_off:  # asked for when it was still to begin, and by it they never knew the password
            no_longer_because_of(holding, goes_on=True, by=actor, at=at)
    db.session.flush()
    reopen_if_needed(notice, at=at)


def _take_over_what_came_before(holding: LeaverHolding, planned: HoldingPlan) -> None:
    """Access that ended before they leave, and the change that was made because of it."""
    if holding.grant is None and planned.over is not None:
        holding.grant, holding.grant_id = planned.over, planned.over.id
    if holding.cause is None and planned.made is not None and not planned.rotates:
        holding.cause, holding.cause_id = planned.made, planned.made.id


def reopen_if_needed(notice: LeaverNotice, *, at: datetime) -> None:
    """Something is to be done because of somebody once more, though all had been."""
    complete, this = NoticeStatus.COMPLETE, LeaverNotice.id == notice.id
    if notice.status is complete and not settled_notices(clock.local_day(at), only=this, status=complete):
        notice.move_to(NoticeStatus.NOTIFIED)
        notice.completed_at = None


def _end_with(grant: AccessGrant, last_working_day: date, *, by: Person | Actor, at: datetime) -> None:
    last = max(last_working_day, grant.starts_on)
    if grant.ends_on is None or grant.ends_on > last:
        end_access(
            grant, by=_ender(grant, by), at=at, ends_on=last, reason=EndReason.LEFT, recorded_late=True, follows=True
        )
    elif grant.ends_on < last:
        move_end_of_access(grant, last, because=EndReason.LEFT, by=_actor(by), at=at)


def _ender(grant: AccessGrant, by: Person | Actor) -> Person | ActorKind:
    return by if isinstance(by, Person) and grant.can_be_ended_by(by) else ActorKind.SYSTEM


def _tell_of_change(notice: LeaverNotice, told: set[UUID], *, lost: bool, by: Teller, at: datetime) -> None:
    """Tell the keepers, and who told it as it stood before, with HR: nobody undoes what another said in silence."""
    tell_who_told(notice, told, by=by, at=at)
    _tell_keepers(
        notice, messages.GIVE_AGAIN if lost else messages.LEAVER_CHANGED, by=by, at=at, number=notice.version
    )


def tell_who_told(notice: LeaverNotice, told: set[UUID], *, by: Teller, at: datetime) -> None:
    """Tell those who told of it before that it is otherwise now; keepers read it as what they have to see to."""
    keepers = {keeper.id for keeper in keepers_on(clock.local_day(at))}
    for person_id in told - keepers - {_actor(by), notice.person_id}:
        notify(person_id, messages.LEAVER_CHANGED, notice.id, at=at, number=notice.version)


def _tell_keepers(
    notice: LeaverNotice, kind: MessageKind, *, by: Teller, at: datetime, number: int | None = None
) -> None:
    for keeper in keepers_on(clock.local_day(at)):
        if keeper.id not in (_actor(by), notice.person_id):
            notify(keeper.id, kind, notice.id, at=at, number=number)
