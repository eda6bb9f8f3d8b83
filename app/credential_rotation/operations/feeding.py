"""Leavers as a feed tells them, again and again: the one act for the command with its files and the staff directory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.core import clock
from app.core.db import db
from app.core.errors import Refusal
from app.core.outbox import as_news, notify
from app.credential_rotation.models import UNDONE_WITHIN, LeaverNotice, NoticeSource, ToldByFeed
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.leaving import (
    Teller,
    change_leaving,
    record_leaver,
    tell_who_told,
    who_told,
    withdraw_leaver,
)
from app.credential_rotation.queries import every_day_told_by, latest_notice_of, told_by
from app.people.models import Person, Role
from app.people.queries import holders_of


@dataclass(frozen=True)
class LeaverTold:
    """What a line of a file or a feed tells of somebody: their last working day, or none, by an empty cell."""

    person: Person
    last_working_day: date | None
    immediate: bool = False

    def repeats(self, before: ToldByFeed) -> bool:
        """Whether it tells what was told before."""
        return before.repeats(self.last_working_day, immediate=self.immediate)

    @property
    def is_of_former_stay(self) -> bool:
        """Whether it tells how somebody left who came back since."""
        day, back = self.last_working_day, self.person.came_back_at
        return day is not None and back is not None and day < clock.local_day(back)

    def is_recorded(self, notice: LeaverNotice) -> bool:
        """Whether a notice says the same."""
        return notice.agrees_with(self.last_working_day, immediate=self.immediate)


@dataclass(frozen=True)
class Kept:
    """Of whom what is recorded stands though a feed tells otherwise, and why, in words."""

    person: Person
    why: str


@dataclass
class FeedOutcome:
    """What came of it. `refused` says of whom nothing was recorded, and why; `kept` of whom it changed nothing, though it is
    not what is recorded.
    """

    recorded: list[LeaverNotice] = field(default_factory=list)
    changed: list[LeaverNotice] = field(default_factory=list)
    withdrawn: list[LeaverNotice] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    unchanged: int = 0
    refused: list[tuple[Person, Refusal]] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Of how many something was recorded."""
        return len(self.recorded) + len(self.changed) + len(self.withdrawn)


def hear_of_leavers(
    told: Sequence[LeaverTold], *, source: NoticeSource, by: Teller, at: datetime
) -> FeedOutcome:
    """Bring what is recorded to what a feed tells that is new: record who leaves, change a day, withdraw where it told one
    and tells none any more.

    What was told before changes nothing: what people recorded since stands, and HR managers are told once that the feed says
    otherwise all the same. So it is with the last day of somebody who came back after it, with what is new and would make
    less of what people recorded, and with what nobody can change any more. A directory that does not know yet of a leaver
    told no day and tells none: that is no news. What is refused of one is kept apart, and hinders nobody else. `by` is an
    HR officer, or the installation itself for the staff directory.

    A file that HR select on the page, look at and confirm is no feed (`record_leavers`).
    """
    outcome = FeedOutcome()
    for one in told:
        try:
            with db.session.begin_nested():
                _hear(one, outcome, source=source, by=by, at=at)
        except Refusal as refusal:
            outcome.refused.append((one.person, refusal))
    return outcome


def days_taken_out(addresses: Collection[str], *, source: NoticeSource) -> list[LeaverTold]:
    """What a file tells of the people with these addresses, whose cells in it are empty: of those alone of whom the feed
    told a day before. Of all others it tells nothing, nor of who is not in the file at all.
    """
    return [LeaverTold(one.person, None) for one in every_day_told_by(source) if one.person.email in addresses]


def _hear(told: LeaverTold, outcome: FeedOutcome, *, source: NoticeSource, by: Teller, at: datetime) -> None:
    notice, before = latest_notice_of(told.person), told_by(source, told.person)
    if before is None:
        before = ToldByFeed(person_id=told.person.id, source=source, immediate=False, told_at=at, alone=False)
        before.person = told.person
        db.session.add(before)
    if told.last_working_day is None:
        _hear_of_no_day(told, notice, before, outcome, by=by, at=at)
        return
    is_new = not told.repeats(before)
    if is_new:
        _remember(before, told.last_working_day, immediate=told.immediate, at=at)
    if is_new and not told.is_of_former_stay:
        _take_in(told, told.last_working_day, notice, before, outcome, by=by, at=at)
    else:
        outcome.unchanged += 1
        _see_what_stands(told, notice, before, outcome, by=by, at=at)


def _see_what_stands(
    told: LeaverTold, notice: LeaverNotice | None, before: ToldByFeed, outcome: FeedOutcome, *, by: Teller, at: datetime
) -> None:
    """What was recorded after it was told stands; HR managers are told of it once, whoever recorded it."""
    if notice is None or told.is_recorded(notice):
        before.against = None
        return
    outcome.kept.append(_kept(told, notice, at))
    if before.told_at < notice.stands_since or told.is_of_former_stay:
        _tell_once(told, notice, before, by=by, at=at)


def _hear_of_no_day(
    told: LeaverTold, notice: LeaverNotice | None, before: ToldByFeed, outcome: FeedOutcome, *, by: Teller, at: datetime
) -> None:
    """Withdraw what a feed alone had recorded and tells no more. It lets nobody in who has left, and undoes nothing that a
    person recorded or changed: of that HR managers are told, where it told a day before.
    """
    person, day = told.person, before.last_working_day
    is_news = day is not None and not LeaverTold(person, day).is_of_former_stay
    _remember(before, None, immediate=False, at=at)
    if notice is None or notice.is_withdrawn or notice.came_back:
        outcome.unchanged += 1
    elif is_news and before.may_take_back(notice) and not person.has_left_on(clock.local_day(at)):
        withdraw_leaver(notice, by=by, at=at)
        outcome.withdrawn.append(notice)
        before.acted_at = at
    else:
        outcome.unchanged += 1
        if is_news:
            _tell_once(told, notice, before, by=by, at=at)
        if before.against is notice:
            outcome.kept.append(_kept(told, notice, at))


def _tell_once(
    told: LeaverTold, notice: LeaverNotice, before: ToldByFeed, *, by: Teller, at: datetime
) -> None:
    """HR managers are told once of each thing recorded that a feed tells otherwise; the pages say so until it agrees."""
    if before.against is notice:
        return
    before.against = notice
    number = as_news(before)
    for person in holders_of((Role.HR_MANAGER,), clock.local_day(at)):
        if person not in (by, told.person):
            notify(person.id, messages.TOLD_OTHERWISE, before.id, at=at, number=number)


def _take_in(
    told: LeaverTold, day: date, notice: LeaverNotice | None, before: ToldByFeed, outcome: FeedOutcome, *, by: Teller,
    at: datetime,
) -> None:  # fmt: skip
    """Record the day that is news, where it says no less than people recorded."""
    person = told.person
    if notice is None or notice.is_withdrawn or person.last_working_day != notice.last_working_day:
        if person.last_working_day == day:
            outcome.unchanged += 1
            return
        made = record_leaver(
            person, last_working_day=day, immediate=told.immediate, by=by, at=at, source=before.source
        )
        outcome.recorded.append(made)
        before.alone = True
        if notice is not None and notice.is_withdrawn and notice.changed_by_id is not None:
            tell_who_told(made, who_told(notice), by=by, at=at)  # nobody undoes in silence that they stay
    elif told.is_recorded(notice):
        outcome.unchanged += 1
        return
    elif _is_kept(day, told, notice, before, by=by, at=at):
        outcome.unchanged += 1
        outcome.kept.append(_kept(told, notice, at))
        _tell_once(told, notice, before, by=by, at=at)
        return
    else:
        before.alone = before.may_take_back(notice)
        change_leaving(notice, last_working_day=day, immediate=told.immediate, by=by, at=at)
        outcome.changed.append(notice)
    before.acted_at = at


def _is_kept(
    day: date, told: LeaverTold, notice: LeaverNotice, before: ToldByFeed, *, by: Teller, at: datetime
) -> bool:
    """Whether what is recorded stands against what is told. A feed undoes what it told itself, until nobody can any more; of
    what people told it undoes nothing, and an officer's file no exit at once.
    """
    if notice.is_too_late_for(day, immediate=told.immediate, today=clock.local_day(at)):
        return True
    is_less = notice.would_be_less(day, immediate=told.immediate)
    return is_less and not before.made(notice) and (notice.immediate or not isinstance(by, Person))


def _kept(told: LeaverTold, notice: LeaverNotice, at: datetime) -> Kept:
    day, today = told.last_working_day, clock.local_day(at)
    if notice.is_too_late_for(day, immediate=told.immediate, today=today):
        return Kept(told.person, f"they left more than {UNDONE_WITHIN.days} days ago")
    has_left = day is None and told.person.has_left_on(today)
    return Kept(told.person, "they have left" if has_left else "people recorded otherwise")


def _remember(before: ToldByFeed, last_working_day: date | None, *, immediate: bool, at: datetime) -> None:
    if not before.repeats(last_working_day, immediate=immediate):
        before.last_working_day, before.immediate, before.told_at = last_working_day, immediate, at
        before.against = None
