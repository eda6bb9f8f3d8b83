"""Corporate accounts, who holds access to them, and what the keeper of the register was told."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.core.statuses import HasStatus, TransitionTable
from app.people.models import HR_OFFICERS, KEEPERS, Person, Role, Service

SEES_EVERYTHING = (*KEEPERS, Role.AUDITOR)
"""Who sees the whole register and reads why things happened."""


class AccountKind(StrEnum):
    """What kind of outlet an account is (policy 3.1; domain 3.1)."""

    SOCIAL = "social"
    BLOG = "blog"
    WEBSITE_TOOL = "website_tool"
    LINKED_GROUP = "linked_group"


class AccountStatus(StrEnum):
    """Where an account is in its life (domain 3.2)."""

    LIVE = "live"
    PAUSED = "paused"
    DORMANT = "dormant"
    COMPROMISED = "compromised"
    CLOSING = "closing"
    CLOSED = "closed"


ACCOUNT_TRANSITIONS = TransitionTable(
    AccountStatus,
    {
        AccountStatus.LIVE: (
            AccountStatus.PAUSED,
            AccountStatus.DORMANT,
            AccountStatus.COMPROMISED,
            AccountStatus.CLOSING,
        ),
        AccountStatus.PAUSED: (AccountStatus.LIVE, AccountStatus.COMPROMISED, AccountStatus.CLOSING),
        AccountStatus.DORMANT: (AccountStatus.LIVE, AccountStatus.COMPROMISED, AccountStatus.CLOSING),
        AccountStatus.COMPROMISED: (AccountStatus.LIVE,),
        AccountStatus.CLOSING: (AccountStatus.CLOSED, AccountStatus.LIVE),
    },
)


class LoginMode(StrEnum):
    """How holders get in: everybody by the same credential, each by their own, or by a role the platform delegates."""

    SHARED = "shared"
    INDIVIDUAL = "individual"
    DELEGATED = "delegated"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {"shared": "Shared login", "individual": "Own login", "delegated": "Role given by the platform"}[self.value]


class TwoStep(StrEnum):
    """Whether signing in takes a second step."""

    ON = "on"
    OFF = "off"
    NOT_RECORDED = "not_recorded"


class Account(Identified, Versioned, HasStatus, Base):
    """One corporate account on the register that the Strategic Communications Adviser holds (policy 6.1)."""

    __tablename__ = "account"
    __table_args__ = (
        one_of("kind", AccountKind),
        one_of("status", AccountStatus),
        one_of("login_mode", LoginMode),
        one_of("two_step", TwoStep),
        sa.CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed_has_a_day"),
        sa.CheckConstraint("(handle IS NULL) = (handle_key IS NULL)", name="handle_has_a_key"),
        sa.Index(
            "uq_account_open_handle",
            "platform",
            "handle_key",
            unique=True,
            sqlite_where=sa.text("status <> 'closed' AND handle_key IS NOT NULL"),
            postgresql_where=sa.text("status <> 'closed' AND handle_key IS NOT NULL"),
        ),
        sa.Index(None, "name", "platform", "id"),
        sa.Index(None, "platform", "name", "id"),
        sa.Index(None, "service_id", "name", "platform", "id"),
        sa.Index(None, "status", "name", "platform", "id"),
        sa.Index(None, "owner_id"),
    )
    transitions = ACCOUNT_TRANSITIONS

    name: Mapped[str] = mapped_column(sa.String(160))
    platform: Mapped[str] = mapped_column(sa.String(80))
    handle: Mapped[str | None] = mapped_column(sa.String(120))
    handle_key: Mapped[str | None] = mapped_column(sa.String(120))
    url: Mapped[str | None] = mapped_column(sa.String(500))
    kind: Mapped[AccountKind] = enum_column(AccountKind, default=AccountKind.SOCIAL)
    parent_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    service_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("service.id"))
    owner_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(default="")
    status: Mapped[AccountStatus] = enum_column(AccountStatus, default=AccountStatus.LIVE)
    login_mode: Mapped[LoginMode] = enum_column(LoginMode, default=LoginMode.SHARED)
    two_step: Mapped[TwoStep] = enum_column(TwoStep, default=TwoStep.NOT_RECORDED)
    registered_at: Mapped[datetime]
    closed_on: Mapped[date | None]
    last_access_review_on: Mapped[date | None]
    status_since: Mapped[date | None]
    status_reason: Mapped[str] = mapped_column(default="")

    service: Mapped[Service | None] = relationship()
    owner: Mapped[Person | None] = relationship()
    grants: Mapped[list["AccessGrant"]] = relationship(back_populates="account")
    words: Mapped[list["AccountWord"]] = relationship(cascade="all, delete-orphan")

    @property
    def is_closed(self) -> bool:
        """Whether the account is no more; it stays readable, and nothing about it changes."""
        return self.status == AccountStatus.CLOSED

    @property
    def takes_holders(self) -> bool:
        """Whether anybody may still be given access: not once closing has begun."""
        return self.status not in (AccountStatus.CLOSING, AccountStatus.CLOSED)

    def can_be_changed_by(self, person: Person) -> bool:
        """Whether this person keeps the register: changes its entries, pauses and closes accounts (policy 6.1)."""
        return person.holds(*KEEPERS)

    def access_can_be_given_by(self, person: Person) -> bool:
        """Whether this person may give others access: the register's keepers and the accountable owner."""
        return person.holds(*KEEPERS) or self.owner_id == person.id

    def causes_are_known_to(self, person: Person) -> bool:
        """Whether this person reads why something happened; others read that it happened."""
        return person.holds(*SEES_EVERYTHING)


class AccountWord(Base):
    """A word by which an account is found: of its name and handle, folded, so that a search can use an index."""

    __tablename__ = "account_word"
    __table_args__ = (sa.Index(None, "account_id"),)

    # Compared byte by byte on both databases, so that "begins with" is a range of the index.
    word: Mapped[str] = mapped_column(
        sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"), primary_key=True
    )
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)


class AccessLevel(StrEnum):
    """What a holder may do with an account."""

    ADMIN = "admin"
    EDITOR = "editor"
    RESPONDER = "responder"
    VIEWER = "viewer"


class EndReason(StrEnum):
    """Why access ended. Others than the keeper read only that it ended."""

    NO_LONGER_NEEDED = "no_longer_needed"
    LEFT = "left"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    ACCOUNT_CLOSED = "account_closed"


class GrantState(StrEnum):
    """How a grant stands on a day; derived, never stored."""

    AWAITING_ACKNOWLEDGEMENT = "awaiting_acknowledgement"
    NOT_STARTED = "not_started"
    ACTIVE = "active"
    ENDED = "ended"


class AccessGrant(Identified, Versioned, Base):
    """That a person may use an account. It is active from the later of its start and its holder's acknowledgement of the
    policy version required at approval (a local setting; the policy asks for no acknowledgement); one found in use at an
    import requires none.
    """

    __tablename__ = "access_grant"
    __table_args__ = (
        one_of("level", AccessLevel),
        one_of("login_mode", LoginMode),
        one_of("end_reason", EndReason),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        sa.CheckConstraint("(ends_on IS NULL) = (end_reason IS NULL)", name="end_has_a_reason"),
        sa.CheckConstraint("approved_by_id IS NULL OR approved_by_id <> person_id", name="not_own_approver"),
        sa.Index(
            "uq_access_grant_open",
            "account_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("ends_on IS NULL"),
            postgresql_where=sa.text("ends_on IS NULL"),
        ),
        sa.Index(None, "person_id", "account_id"),
        sa.Index(None, "account_id", "ends_on"),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    level: Mapped[AccessLevel] = enum_column(AccessLevel)
    login_mode: Mapped[LoginMode] = enum_column(LoginMode)
    starts_on: Mapped[date]
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    approved_at: Mapped[datetime]
    required_version_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("policy_version.id"))
    ends_on: Mapped[date | None]
    end_reason: Mapped[EndReason | None] = enum_column(EndReason)
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))

    account: Mapped[Account] = relationship(back_populates="grants")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])

    def runs_on(self, day: date) -> bool:
        """Whether the grant runs on a day, both ends included; acknowledgement is asked apart."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def can_be_ended_by(self, person: Person) -> bool:
        """Whether this person may end the access: keepers, the account's owner, the holder, their line manager, HR."""
        return (
            person.holds(*KEEPERS, *HR_OFFICERS)
            or person.id in (self.person_id, self.account.owner_id)
            or person.manages(self.person)
        )

    @property
    def needs_new_password(self) -> bool:
        """Whether its end leaves somebody knowing a password that others go on using."""
        return self.login_mode == LoginMode.SHARED


def grant_state(grant: AccessGrant, acknowledged_at: datetime | None, day: date) -> GrantState:
    """How a grant stands on a day: active from the later of its start and its holder's acknowledgement.

    `acknowledged_at` is when the holder agreed to the version required, or to a later one (queries.acknowledged_at).
    """
    if grant.ends_on is not None and grant.ends_on < day:
        return GrantState.ENDED
    if grant.required_version_id is not None and (
        acknowledged_at is None or clock.local_day(acknowledged_at) > day
    ):
        return GrantState.AWAITING_ACKNOWLEDGEMENT
    return GrantState.ACTIVE if grant.starts_on <= day else GrantState.NOT_STARTED


class NoticeKind(StrEnum):
    """What the keeper of the register is told of (policy 6.1, 6.2)."""

    PASSWORD_CHANGED = "password_changed"
    DEVICE_PERMISSION = "device_permission"


class KeeperNotice(Identified, Versioned, Base):
    """A notice to the Strategic Communications Adviser, written in the act it tells of, and her receipt of it.

    Policy 6.1 and 6.2 ask that she is informed; that she notes it within so many days is a local setting.
    """

    __tablename__ = "keeper_notice"
    __table_args__ = (
        one_of("kind", NoticeKind),
        sa.UniqueConstraint("kind", "subject_id"),
        sa.CheckConstraint("(noted_at IS NULL) = (noted_by_id IS NULL)", name="noted_by_somebody"),
        sa.Index(None, "noted_at", "due_on", "id"),
    )

    kind: Mapped[NoticeKind] = enum_column(NoticeKind)
    subject_id: Mapped[uuid.UUID]
    about_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    sent_at: Mapped[datetime]
    due_on: Mapped[date]
    noted_at: Mapped[datetime | None]
    noted_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))

    about: Mapped[Person | None] = relationship(foreign_keys=[about_id])
    account: Mapped[Account | None] = relationship()
    noted_by: Mapped[Person | None] = relationship(foreign_keys=[noted_by_id])

    def can_be_noted_by(self, person: Person, keepers: Sequence[Person]) -> bool:
        """Whether this person may note it: a keeper, and not the one it is about while there is another keeper."""
        others = any(keeper.id != person.id for keeper in keepers)
        return person.holds(*KEEPERS) and (self.about_id != person.id or not others)

