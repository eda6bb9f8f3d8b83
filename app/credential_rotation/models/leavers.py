"""Notices that somebody leaves, and what they held when it was told."""

import uuid
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.account_register.models import AccessGrant, Account
from app.core import clock
from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.core.statuses import HasStatus, TransitionTable
from app.credential_rotation.models.rotations import RotationCause
from app.people.models import HR_OFFICERS, KEEPERS, Person, Role

UNDONE_WITHIN = timedelta(days=30)
"""How long after the last working day it can still be recorded that they stayed, or left later: a pay month. Who works here
after that came back.
"""


class NoticeStatus(StrEnum):
    """Where a leaver notice is: things are due because of it, everything was done, or they stay after all."""

    NOTIFIED = "notified"
    COMPLETE = "complete"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The status as the chain shows it."""
        return {"notified": "Actions due", "complete": "Complete"}.get(self.value, "Withdrawn: they stay")


class NoticeSource(StrEnum):
    """Where it was told that somebody leaves: on a page, in a file, or by the staff directory."""

    HR = "hr"
    MANAGER = "manager"
    FILE = "file"
    DIRECTORY = "directory"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {
            "hr": "HR", "manager": "Their line manager", "file": "A file of leavers", "directory": "The staff directory",
        }[self.value]  # fmt: skip


NOTICE_TRANSITIONS = TransitionTable(
    NoticeStatus,
    {
        NoticeStatus.NOTIFIED: (NoticeStatus.COMPLETE, NoticeStatus.WITHDRAWN),
        # Until the last day is over there may be more to do: they are given access once more, or the day changes.
        NoticeStatus.COMPLETE: (NoticeStatus.NOTIFIED, NoticeStatus.WITHDRAWN),
    },
)


class LeaverNotice(Identified, Versioned, HasStatus, Base):
    """That somebody leaves, as HR or a line manager told it (policy 6.1(3))."""

    __tablename__ = "leaver_notice"
    __table_args__ = (
        one_of("status", NoticeStatus),
        one_of("source", NoticeSource),
        sa.CheckConstraint("source = 'directory' OR notified_by_id IS NOT NULL", name="told_by_somebody"),
        sa.CheckConstraint("notified_by_id <> person_id", name="not_by_the_leaver"),
        sa.CheckConstraint("(status = 'complete') = (completed_at IS NOT NULL)", name="complete_has_a_moment"),
        sa.CheckConstraint("changed_by_id IS NULL OR changed_by_id <> person_id", name="not_changed_by_the_leaver"),
        sa.CheckConstraint("changed_by_id IS NULL OR changed_at IS NOT NULL", name="changed_by_somebody"),
        sa.Index(
            "uq_leaver_notice_open",
            "person_id",
            unique=True,
            sqlite_where=sa.text("status = 'notified'"),
            postgresql_where=sa.text("status = 'notified'"),
        ),
        sa.Index(None, "last_working_day", "id"),
        sa.Index(None, "person_id"),
    )
    transitions = NOTICE_TRANSITIONS

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    last_working_day: Mapped[date]
    immediate: Mapped[bool]
    source: Mapped[NoticeSource] = enum_column(NoticeSource)
    # Nobody where the staff directory told it by itself.
    notified_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    notified_at: Mapped[datetime]
    # Who changed or withdrew it last, if anybody did; only when, where it was the staff directory.
    changed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    changed_at: Mapped[datetime | None]
    status: Mapped[NoticeStatus] = enum_column(NoticeStatus, default=NoticeStatus.NOTIFIED)
    completed_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    notified_by: Mapped[Person | None] = relationship(foreign_keys=[notified_by_id])
    changed_by: Mapped[Person | None] = relationship(foreign_keys=[changed_by_id])
    holdings: Mapped[list["LeaverHolding"]] = relationship(back_populates="notice")
    # What feeds tell otherwise, though this stands; HR managers were told.
    told_otherwise: Mapped[list["ToldByFeed"]] = relationship(back_populates="against", order_by="ToldByFeed.source")

    @property
    def leaves(self) -> str:
        """The verb for a last working day that is to come or past; whoever leaves at once has left."""
        return "left" if self.immediate or self.last_working_day < clock.today() else "leaves"

    @property
    def locks_out(self) -> bool:
        """Whether they cannot sign in today because of it: they left at once, or their last day is over."""
        return not self.is_withdrawn and not self.came_back and self.leaves == "left"

    @property
    def came_back(self) -> bool:
        """Whether they left, and work here again since."""
        back = self.person.came_back_at
        return not self.is_withdrawn and back is not None and self.notified_at < back

    def is_over_for_good(self, day: date) -> bool:
        """Whether they are gone so long that nobody says any more that they stayed."""
        return self.last_working_day + UNDONE_WITHIN < day

    @property
    def gone_at(self) -> datetime:
        """From when they had no access: the end of their last working day or when it was told that they leave at once."""
        over = clock.at_local(self.last_working_day + timedelta(days=1))
        return min(self.told_at, over) if self.immediate else over

    @property
    def reference(self) -> str:
        """What papers about it are called: it names nobody."""
        return f"LEAVER-{self.id.hex[-8:].upper()}"

    @property
    def told_at(self) -> datetime:
        """When it was told as it stands now."""
        return self.changed_at or self.notified_at

    @property
    def recorder(self) -> str:
        """Who recorded it, in words."""
        return self.notified_by.name if self.notified_by is not None else NoticeSource.DIRECTORY.label

    @property
    def changer(self) -> str:
        """Who changed or withdrew it last, in words."""
        return self.changed_by.name if self.changed_by is not None else NoticeSource.DIRECTORY.label

    @property
    def teller(self) -> str:
        """Who told it as it stands now, in words."""
        return self.changer if self.changed_at is not None else self.recorder

    @property
    def is_of_hr(self) -> bool:
        """Whether it is for HR alone to make less of it: what a line manager told may be thought again by managers too."""
        return self.source is not NoticeSource.MANAGER

    def can_be_undone_by(self, person: Person) -> bool:
        """Whether this person may say that they stay or leave later or less at once; asked beside who may record it. What
        is complete, HR alone.
        """
        for_hr = self.is_of_hr or self.status is NoticeStatus.COMPLETE
        return not for_hr or person.holds(*HR_OFFICERS)

    def can_be_taken_back_by(self, person: Person) -> bool:
        """Whether this person may record now that they came back: HR, once they are gone and everything is done."""
        is_hr = person.holds(*HR_OFFICERS) and person.id != self.person_id
        return is_hr and self.status is NoticeStatus.COMPLETE and self.locks_out

    def certificate_can_be_taken_by(self, person: Person) -> bool:
        """Whether this person may take the certificate away: it prints what was typed about every account, also about others
        because of whom the same password changed, so it is for those who may know all of that.
        """
        return person.holds(*HR_OFFICERS, *KEEPERS, Role.AUDITOR)

    def would_be_less(self, last_working_day: date, *, immediate: bool) -> bool:
        """Whether another day or way of leaving lets them in for longer than what stands now."""
        return last_working_day > self.last_working_day or (self.immediate and not immediate)

    def is_too_late_for(self, last_working_day: date | None, *, immediate: bool, today: date) -> bool:
        """Whether nobody can record any more what is told, because it would be less and they are gone so long."""
        stands = not self.is_withdrawn and not self.came_back
        is_less = last_working_day is None or self.would_be_less(last_working_day, immediate=immediate)
        return stands and is_less and self.is_over_for_good(today)

    def agrees_with(self, last_working_day: date | None, *, immediate: bool) -> bool:
        """Whether it says already what is told of a leaving. An exit at once on the day that is told says no less."""
        stands = not self.is_withdrawn and not self.came_back
        return stands and last_working_day == self.last_working_day and (self.immediate or not immediate)

    @property
    def stands_since(self) -> datetime:
        """When it was recorded last how it stands now, also that they came back."""
        back = self.person.came_back_at
        return back if back is not None and self.came_back else self.told_at

    @property
    def is_withdrawn(self) -> bool:
        """Whether they stay after all."""
        return self.status is NoticeStatus.WITHDRAWN


class HandOver(StrEnum):
    """What somebody else must take over before the leaver goes."""

    OWNER = "owner"
    ONLY_ADMINISTRATOR = "only_administrator"
    BOTH = "both"


class LeaverHolding(Identified, Base):
    """One account a leaver held when their notice was recorded: what follows there, and what is handed over first."""

    __tablename__ = "leaver_holding"
    __table_args__ = (
        one_of("hand_over", HandOver),
        sa.UniqueConstraint("notice_id", "account_id"),
        sa.CheckConstraint("(hand_over IS NULL) = (hand_over_by IS NULL)", name="hand_over_has_a_day"),
        sa.Index(None, "cause_id"),
    )

    notice_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("leaver_notice.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    grant_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("access_grant.id"))
    cause_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("rotation_cause.id"))
    hand_over: Mapped[HandOver | None] = enum_column(HandOver)
    hand_over_by: Mapped[date | None]

    notice: Mapped[LeaverNotice] = relationship(back_populates="holdings")
    account: Mapped[Account] = relationship()
    grant: Mapped[AccessGrant | None] = relationship()
    cause: Mapped[RotationCause | None] = relationship()


class ToldByFeed(Identified, Versioned, Base):
    """What a feed told last of when somebody leaves. Told once more it is no news: what people recorded since stands.

    It is of the person, not of a notice: a day that was told before one notice was withdrawn is no news for the next.
    """

    __tablename__ = "told_by_feed"
    __table_args__ = (
        one_of("source", NoticeSource),
        sa.UniqueConstraint("person_id", "source"),
        sa.Index(None, "against_id"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    source: Mapped[NoticeSource] = enum_column(NoticeSource)
    # None where it tells of no leaving any more.
    last_working_day: Mapped[date | None]
    immediate: Mapped[bool]
    # Since when it tells this; and when a notice was recorded, changed or withdrawn because of it last.
    told_at: Mapped[datetime]
    acted_at: Mapped[datetime | None]
    # Whether the notice that it acted on last was recorded by it, and no person changed it before it did so itself.
    alone: Mapped[bool]
    # What stands recorded otherwise than it tells, of which HR managers were told.
    against_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("leaver_notice.id"))

    person: Mapped[Person] = relationship()
    against: Mapped[LeaverNotice | None] = relationship(back_populates="told_otherwise")

    def repeats(self, last_working_day: date | None, *, immediate: bool) -> bool:
        """Whether it told the same before."""
        return (self.last_working_day, self.immediate) == (last_working_day, immediate)

    def made(self, notice: LeaverNotice) -> bool:
        """Whether a notice stands as this feed had it recorded, and nobody changed it since."""
        return self.acted_at == notice.told_at

    def may_take_back(self, notice: LeaverNotice) -> bool:
        """Whether a notice is of this feed alone, so that they stay once it tells no day any more."""
        return self.alone and self.made(notice)

    def is_too_late(self, today: date) -> bool:
        """Whether nobody can record any more what it tells otherwise than what stands."""
        against, day = self.against, self.last_working_day
        return against is not None and against.is_too_late_for(day, immediate=self.immediate, today=today)
