"""Leavers as a feed tells them, again and again: the one act for the command with its files and the staff directory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.core import clock
from app.core.db import db
from app.core.errors import Refusal
from app.core.outbox import as_news, notify
from app.credential_rotation.models import LeaverNotice, NoticeSource, ToldByFeed
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.leaving import (
    Teller,
    change_leaving,
    record_leaver,
    tell_who_told,
    who_told,
    withdraw_leaver,
)
from app.credential_rotation.queries import every_leaving_told_by, latest_notice_of, told_by
from app.people.models import Person, Role
from app.people.queries import holders_of


@dataclass(frozen=True)
class LeaverTold:
    """What a line of a file or a feed tells of somebody: their last working day, or none where they stay."""

    person: Person
    last_working_day: date | None
    immediate: bool = False

    def repeats(self, before: ToldByFeed) -> bool:
        """Whether it tells a leaving that was told before. That they stay is looked at each time: it undoes nothing."""
        is_leaving = self.last_working_day is not None
        return is_leaving and before.repeats(self.last_working_day, immediate=self.immediate)

    @property
    def is_of_former_stay(self) -> bool:
        """Whether it tells how somebody left who came back since."""
        day, back = self.last_working_day, self.person.came_back_at
        return day is not None and back is not None and day < clock.local_day(back)

    def is_recorded(self, notice: LeaverNotice) -> bool:
        """Whether a notice says the same."""
        return notice.agrees_with(self.last_working_day, immediate=self.immediate)


@dataclass
class FeedOutcome:
    """What came of it. `refused` says of whom nothing was recorded, and why; `kept` what was told, though people recorded
    otherwise, so that it changed nothing.
    """

    recorded: list[LeaverNotice] = field(default_factory=list)
    changed: list[LeaverNotice] = field(default_factory=list)
    withdrawn: list[LeaverNotice] = field(default_factory=list)
    kept: list[LeaverTold] = field(default_factory=list)
    unchanged: int = 0
    refused: list[tuple[Person, Refusal]] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Of how many something was recorded."""
        return len(self.recorded) + len(self.changed) + len(self.withdrawn)


def hear_of_leavers(
    told: Sequence[LeaverTold], *, source: NoticeSource, by: Teller, at: datetime
) -> FeedOutcome:
    """Bring what is recorded to what a feed tells that is new: record who leaves, change a day, withdraw where they stay.

    What was told before changes nothing: what people recorded since stands, and HR managers are told once that the feed says
    otherwise all the same. So it is with the last day of somebody who came back after it. What is refused of one is kept
    apart, and hinders nobody else. What people recorded is never made less by a feed: a directory that does not know yet
    of a leaver says that they stay. `by` is an HR officer, or the installation itself for the staff directory.

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


def hear_of_no_leaving(addresses: Collection[str], *, source: NoticeSource, at: datetime) -> None:
    """Note that a feed tells no last working day of the people with these addresses any more. What is recorded stays; a day
    that the feed told before is news when it tells it again.
    """
    for before in every_leaving_told_by(source):
        if before.person.email in addresses:
            _remember(before, None, immediate=False, at=at)


def _hear(told: LeaverTold, outcome: FeedOutcome, *, source: NoticeSource, by: Teller, at: datetime) -> None:
    notice, before = latest_notice_of(told.person), told_by(source, told.person)
    if before is None:
        before = ToldByFeed(person_id=told.person.id, source=source, immediate=False, told_at=at)
        before.person = told.person
        db.session.add(before)
    is_new = not told.repeats(before)
    if is_new:
        _remember(before, told.last_working_day, immediate=told.immediate, at=at)
    if is_new and not told.is_of_former_stay:
        _take_in(told, notice, before, outcome, by=by, at=at)
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
    outcome.kept.append(told)
    was_recorded_since = before.told_at < notice.stands_since or told.is_of_former_stay
    if before.against is notice or not was_recorded_since:
        return
    before.against = notice
    number = as_news(before)
    for person in holders_of((Role.HR_MANAGER,), clock.local_day(at)):
        if person not in (by, told.person):
            notify(person.id, messages.TOLD_OTHERWISE, before.id, at=at, number=number)


def _take_in(
    told: LeaverTold, notice: LeaverNotice | None, before: ToldByFeed, outcome: FeedOutcome, *, by: Teller, at: datetime
) -> None:
    """Record what is news, where it says no less than people recorded."""
    person, day = told.person, told.last_working_day
    if notice is None or notice.is_withdrawn or person.last_working_day != notice.last_working_day:
        if day is None or person.last_working_day == day:
            outcome.unchanged += 1
            return
        made = record_leaver(
            person, last_working_day=day, immediate=told.immediate, by=by, at=at, source=before.source
        )
        outcome.recorded.append(made)
        if notice is not None and notice.is_withdrawn and notice.changed_by_id is not None:
            tell_who_told(made, who_told(notice), by=by, at=at)  # nobody undoes in silence that they stay
    elif told.is_recorded(notice) or _is_kept(told, notice, before, by):
        outcome.unchanged += 1
        outcome.kept += [] if told.is_recorded(notice) else [told]
        return
    elif day is None:
        withdraw_leaver(notice, by=by, at=at)
        outcome.withdrawn.append(notice)
    else:
        change_leaving(notice, last_working_day=day, immediate=told.immediate, by=by, at=at)
        outcome.changed.append(notice)
    before.acted_at = at


def _is_kept(told: LeaverTold, notice: LeaverNotice, before: ToldByFeed, by: Teller) -> bool:
    """Whether what is recorded stands against what is told. A feed undoes what it told itself; of what people told it undoes
    nothing, and an officer's file no exit at once.
    """
    day = told.last_working_day
    is_less = day is None or notice.would_be_less(day, immediate=told.immediate)
    return is_less and not before.made(notice) and (notice.immediate or not isinstance(by, Person))


def _remember(before: ToldByFeed, last_working_day: date | None, *, immediate: bool, at: datetime) -> None:
    if not before.repeats(last_working_day, immediate=immediate):
        before.last_working_day, before.immediate, before.told_at = last_working_day, immediate, at
        before.against = None
