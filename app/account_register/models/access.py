"""Who holds access to an account, since when, and how it stands on a day."""

import uuid
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.account_register.models.account import SEES_EVERYTHING, Account, LoginMode
from app.core import clock
from app.core.db import Base, Identified, Versioned, append_only, enum_column, one_of
from app.people.models import HR_OFFICERS, KEEPERS, Person


class AccessLevel(StrEnum):
    """What a holder may do with an account."""

    ADMIN = "admin"
    EDITOR = "editor"
    RESPONDER = "responder"
    VIEWER = "viewer"

    def is_more_than(self, other: "AccessLevel") -> bool:
        """Whether somebody may do more by it than by another."""
        return _MAY_DO.index(self) > _MAY_DO.index(other)


_MAY_DO = (AccessLevel.VIEWER, AccessLevel.RESPONDER, AccessLevel.EDITOR, AccessLevel.ADMIN)


class EndReason(StrEnum):
    """Why access ended. Others than the keeper read only that it ended."""

    NO_LONGER_NEEDED = "no_longer_needed"
    LEFT = "left"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    ACCOUNT_CLOSED = "account_closed"
    LAPSED = "lapsed"
    CALLED_OFF = "called_off"
    ACCOUNT_GONE = "account_gone"


class GrantState(StrEnum):
    """How a grant stands on a day; derived, never stored."""

    AWAITING_ACKNOWLEDGEMENT = "awaiting_acknowledgement"
    NOT_STARTED = "not_started"
    ACTIVE = "active"
    LAPSED = "lapsed"
    ENDED = "ended"
    CALLED_OFF = "called_off"

    @property
    def is_held(self) -> bool:
        """Whether its holder has the access, or is about to: it runs, or waits for its day or for their agreement."""
        return self in (GrantState.ACTIVE, GrantState.AWAITING_ACKNOWLEDGEMENT, GrantState.NOT_STARTED)


OPEN_TO_LEAVER = "leaves_on IS NOT NULL AND end_reason = 'left'"


class AccessGrant(Identified, Versioned, Base):
    """That a person may use an account. It is active from the later of its start and its holder's acknowledgement of the
    policy version required at approval, or of one that holds by its start (`health.required_version`; a local setting: the
    policy asks for no acknowledgement); one found in use at an import requires none.
    """

    __tablename__ = "access_grant"
    __table_args__ = (
        one_of("level", AccessLevel),
        one_of("login_mode", LoginMode),
        one_of("end_reason", EndReason),
        # Access that was called off has the day before that as its last: it ends before it starts, so it never runs.
        sa.CheckConstraint(
            "ends_on IS NULL OR (ends_on >= starts_on AND end_reason <> 'called_off') "
            "OR (ends_on < starts_on AND end_reason = 'called_off')",
            name="ends_after_start",
        ),
        sa.CheckConstraint("(ends_on IS NULL) = (end_reason IS NULL)", name="end_has_a_reason"),
        sa.CheckConstraint("NOT end_follows OR ends_on IS NOT NULL", name="only_an_end_follows"),
        sa.CheckConstraint(
            "open_until IS NULL OR (ends_on IS NOT NULL AND open_until > ends_on)", name="recorded_after_its_last_day"
        ),
        sa.CheckConstraint(
            "correction IS NULL OR (correction <> '' AND open_until IS NOT NULL)", name="only_a_past_day_is_corrected"
        ),
        sa.CheckConstraint("approved_by_id IS NULL OR approved_by_id <> person_id", name="not_own_approver"),
        sa.Index(
            "uq_access_grant_open",
            "account_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("ends_on IS NULL"),
            postgresql_where=sa.text("ends_on IS NULL"),
        ),
        # Of somebody who is to leave it ends from its first day, so the one above does not hold it to one.
        sa.Index(
            "uq_access_grant_open_to_leaver",
            "account_id",
            "person_id",
            "leaves_on",
            unique=True,
            sqlite_where=sa.text(OPEN_TO_LEAVER),
            postgresql_where=sa.text(OPEN_TO_LEAVER),
        ),
        sa.Index(None, "person_id", "account_id"),
        sa.Index(None, "account_id", "ends_on"),
        sa.Index(None, "acknowledge_by"),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    level: Mapped[AccessLevel] = enum_column(AccessLevel)
    login_mode: Mapped[LoginMode] = enum_column(LoginMode)
    starts_on: Mapped[date]
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    approved_at: Mapped[datetime]
    # Who wrote it down, where that is not who approved it, and what the Strategic Communications Adviser advised.
    given_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    advice: Mapped[str] = mapped_column(default="")
    trained_on: Mapped[date | None]
    # The last day on which its holder can agree to the version required; after it the grant has lapsed.
    acknowledge_by: Mapped[date | None]
    required_version_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("policy_version.id"))
    # The last working day of its holder, where that was known already when it was given.
    leaves_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    end_reason: Mapped[EndReason | None] = enum_column(EndReason)
    # Whether that end follows from a recorded leaving or move: it moves with that, and goes where that is withdrawn.
    end_follows: Mapped[bool] = mapped_column(default=False)
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    # When that end was recorded: until then its holder had access, however early the day on which it was not needed.
    ended_at: Mapped[datetime | None]
    # Only where the end was recorded after the last day: until that day the access was open, whatever was said later. A
    # keeper who sets such a last day by hand says why.
    open_until: Mapped[date | None]
    correction: Mapped[str | None]

    # Where the way of signing in was corrected: when they were said at last to know the shared password, now or until then.
    knew_shared_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(back_populates="grants")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])
    given_by: Mapped[Person | None] = relationship(foreign_keys=[given_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])
    ends_set_aside: Mapped[list["EndSetAside"]] = relationship(
        back_populates="grant", cascade="all, delete-orphan", order_by="EndSetAside.ends_on, EndSetAside.id"
    )

    def runs_on(self, day: date) -> bool:
        """Whether the grant runs on a day, both ends included; acknowledgement is asked apart."""
        return self.starts_on <= day and not self.is_over_on(day)

    def is_over_on(self, day: date) -> bool:
        """Whether it has ended. Its last day is a day of access, but not for a holder who left at once on it, nor of
        an account that two people said on it is gone.

        That stays so where they come back on the same day: their leaving ended it on a day that is not their last any more.
        """
        if self.ends_on is None or day < self.ends_on:
            return False
        if self.ends_on < day or self.person.has_left_on(day) or self.end_reason is EndReason.ACCOUNT_GONE:
            return True
        return self.end_reason is EndReason.LEFT and self.person.last_working_day != self.ends_on

    def is_to_come(self, day: date) -> bool:
        """Whether it is still to begin: it is called off then and not ended, so that nobody ever had access by it."""
        return self.starts_on > day and not self.is_called_off

    def can_be_ended_by(self, person: Person) -> bool:
        """Whether this person may end the access: keepers, the account's owner, the holder, their line manager, HR."""
        return (
            person.holds(*KEEPERS, *HR_OFFICERS)
            or person.id in (self.person_id, self.account.owner_id)
            or person.manages(self.person)
        )

    def end_can_be_corrected_by(self, person: Person) -> bool:
        """Whether this person may say that it ended on a day that has passed: keepers, but never of their own."""
        return person.holds(*KEEPERS) and person.id != self.person_id

    @property
    def last_open_day(self) -> date | None:
        """The last day on which its holder could get in by it: its last, or the later one on which its end was recorded."""
        return self.open_until or self.ends_on

    @property
    def ends_with_leaving(self) -> bool:
        """Whether it ends because it is recorded that its holder leaves."""
        return self.end_reason is EndReason.LEFT and self.end_follows

    @property
    def end_of_its_own(self) -> "EndSetAside | None":
        """The earliest end that it has for another reason than the one with which it ends now."""
        return min(self.ends_set_aside, key=lambda one: one.ends_on, default=None)

    def end_known_to(self, person: Person, day: date, *, knows: bool) -> date | None:
        """The last day as this person may read it: whoever may know of it or set it, and everybody once it is over. What
        they set themselves they read also where it ends sooner, for a reason that they may not know of.
        """
        if knows or self.ended_by_id == person.id or self.is_over_on(day):
            return self.ends_on
        return min((one.ends_on for one in self.ends_set_aside if one.ended_by_id == person.id), default=None)

    @property
    def was_written_down(self) -> bool:
        """Whether somebody else than who approved it says that they did."""
        return None not in (self.approved_by_id, self.given_by_id) and self.approved_by_id != self.given_by_id

    def advice_is_known_to(self, person: Person) -> bool:
        """Whether this person reads what was advised on somebody's access: those who could read the request for it."""
        concerned = (self.person_id, self.approved_by_id, self.given_by_id, self.account.owner_id, self.account.deputy_id)
        return person.id in concerned or person.holds(*SEES_EVERYTHING) or person.manages(self.person)

    @property
    def is_called_off(self) -> bool:
        """Whether it was called off before it began, so that its holder never had access by it."""
        return self.end_reason is EndReason.CALLED_OFF

    @property
    def settled_from(self) -> datetime | None:
        """From when on a change of the password settles what its holder knows; None while no end is set.

        From the start of a last day that was known before; on the day itself from the moment at which it was recorded.
        """
        last = self.last_open_day
        if last is None:
            return None
        begins, over = clock.at_local(last), clock.at_local(last + timedelta(days=1))
        return max(begins, min(self.ended_at, over)) if self.ended_at is not None else begins

    @property
    def needs_new_password(self) -> bool:
        """Whether its end leaves somebody knowing a password that others go on using."""
        return self.login_mode == LoginMode.SHARED

    @property
    def may_know_password(self) -> bool:
        """Whether its holder signs in by a shared login, or did before that was corrected."""
        return self.needs_new_password or self.knew_shared_at is not None

    @property
    def differs_from_account(self) -> bool:
        """Whether its holder signs in another way than the register says of the account."""
        return self.login_mode != self.account.login_mode

    def level_can_be_lowered_by(self, person: Person) -> bool:
        """Whether this person may let its holder do less, at once: keepers and the account's owner."""
        return person.holds(*KEEPERS) or person.id == self.account.owner_id

    def level_can_be_changed_by(self, person: Person) -> bool:
        """Whether this person may let its holder do less, or ask that they may do more."""
        return self.level_can_be_lowered_by(person) or person.id == self.person_id or person.manages(self.person)

    def sign_in_can_be_corrected_by(self, person: Person) -> bool:
        """Whether this person may correct how its holder signs in: keepers, but never their own."""
        return person.holds(*KEEPERS) and person.id != self.person_id


class EndSetAside(Identified, Base):
    """A last day of access for another reason than an earlier one that follows from a leaving or a move: it comes back
    where that is withdrawn, or put off beyond it.
    """

    __tablename__ = "access_end_set_aside"
    __table_args__ = (one_of("reason", EndReason), sa.Index(None, "grant_id"))

    grant_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("access_grant.id"))
    ends_on: Mapped[date]
    reason: Mapped[EndReason] = enum_column(EndReason)
    follows: Mapped[bool]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))

    grant: Mapped[AccessGrant] = relationship(back_populates="ends_set_aside")

    @property
    def settled_from(self) -> datetime:
        """From when on a change of the password settles what its holder knows, where it ends with this day."""
        return clock.at_local(self.ends_on)


class AccessLevelChange(Identified, Base):
    """That a holder could do more or less from a moment on: so a past day says what they could do then.

    More is approved as access is; nobody approves less, nor what a file says.
    """

    __tablename__ = "access_level_change"
    __table_args__ = (
        one_of("old", AccessLevel), one_of("new", AccessLevel), sa.Index(None, "grant_id", "changed_at"),
        sa.CheckConstraint("approved_by_id IS NOT NULL OR advice = ''", name="advice_on_an_approval"),
        sa.Index(None, "changed_at"),
    )  # fmt: skip

    grant_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("access_grant.id"))
    changed_at: Mapped[datetime]
    old: Mapped[AccessLevel] = enum_column(AccessLevel)
    new: Mapped[AccessLevel] = enum_column(AccessLevel)
    # Who approved it, and what the keeper of the register advised.
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    advice: Mapped[str] = mapped_column(default="")

    approved_by: Mapped[Person | None] = relationship()


append_only(AccessLevelChange)


class SignInChange(Identified, Base):
    """That a keeper corrected how a holder signs in, from which day that was true, and how they know it.

    Whoever signed in by a shared login knows its password until it is changed, whatever is corrected. Only where it is
    said that they `never_shared` it, so that the register was wrong, do they not.
    """

    __tablename__ = "access_sign_in_change"
    __table_args__ = (
        one_of("old", LoginMode), one_of("new", LoginMode),
        sa.CheckConstraint("reason <> ''", name="says_why"),
        sa.CheckConstraint("NOT never_shared OR new <> 'shared'", name="shared_or_never"),
        sa.CheckConstraint("old <> new OR never_shared", name="changes_something"),
        sa.Index(None, "grant_id", "changed_at"),
        sa.Index(None, "changed_at"),
    )  # fmt: skip

    grant_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("access_grant.id"))
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    old: Mapped[LoginMode] = enum_column(LoginMode)
    new: Mapped[LoginMode] = enum_column(LoginMode)
    true_from: Mapped[date]
    never_shared: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str]


append_only(SignInChange)
