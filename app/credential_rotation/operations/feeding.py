"""Leavers as a feed tells them, again and again: the one act for files, the command and the staff directory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.core.db import db
from app.core.errors import Refusal
from app.credential_rotation.models import LeaverNotice, NoticeSource
from app.credential_rotation.operations.leaving import Teller, change_leaving, record_leaver, withdraw_leaver
from app.credential_rotation.queries import latest_notice_of
from app.people.models import Person


@dataclass(frozen=True)
class LeaverTold:
    """What a line of a file or a feed tells of somebody: their last working day, or none where they stay."""

    person: Person
    last_working_day: date | None
    immediate: bool = False


@dataclass
class FeedOutcome:
    """What came of it. `refused` says of whom nothing was recorded, and why."""

    recorded: list[LeaverNotice] = field(default_factory=list)
    changed: list[LeaverNotice] = field(default_factory=list)
    withdrawn: list[LeaverNotice] = field(default_factory=list)
    unchanged: int = 0
    refused: list[tuple[Person, Refusal]] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Of how many something was recorded."""
        return len(self.recorded) + len(self.changed) + len(self.withdrawn)


def hear_of_leavers(
    told: Sequence[LeaverTold], *, source: NoticeSource, by: Teller, at: datetime
) -> FeedOutcome:
    """Bring what is recorded to what a feed tells: record who leaves, change a day, withdraw where they stay.

    The same told twice does nothing the second time. What is refused of one is kept apart, and hinders nobody else. What
    people recorded is never made less by a feed: a directory that does not know yet of a leaver says that they stay. `by` is
    an HR officer, or the installation itself for the staff directory.
    """
    outcome = FeedOutcome()
    for one in told:
        try:
            with db.session.begin_nested():
                _hear(one, outcome, source=source, by=by, at=at)
        except Refusal as refusal:
            outcome.refused.append((one.person, refusal))
    return outcome


def _hear(told: LeaverTold, outcome: FeedOutcome, *, source: NoticeSource, by: Teller, at: datetime) -> None:
    notice, day = latest_notice_of(told.person), told.last_working_day
    if notice is not None and (notice.is_withdrawn or told.person.last_working_day != notice.last_working_day):
        notice = None  # an older story: they stayed, or came back since
    if notice is None:
        if day is None or told.person.last_working_day == day:
            outcome.unchanged += 1
            return
        outcome.recorded.append(
            record_leaver(told.person, last_working_day=day, immediate=told.immediate, by=by, at=at, source=source)
        )
        return
    stands = day == notice.last_working_day and (notice.immediate or not told.immediate)
    less = day is None or notice.would_be_less(day, immediate=told.immediate)
    # A feed undoes what it told itself; of what people told it undoes nothing, and an officer's file no exit at once.
    keeps = less and notice.source is not source and (notice.immediate or not isinstance(by, Person))
    if stands or keeps:
        outcome.unchanged += 1
    elif day is None:
        withdraw_leaver(notice, by=by, at=at)
        outcome.withdrawn.append(notice)
    else:
        change_leaving(notice, last_working_day=day, immediate=told.immediate, by=by, at=at)
        outcome.changed.append(notice)
