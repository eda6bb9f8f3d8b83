"""Corporate accounts."""

import unicodedata
import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.core.statuses import HasStatus, TransitionTable
from app.people.models import KEEPERS, KNOWS_WHY, Person, Role, Service

if TYPE_CHECKING:
    from app.account_register.models.access import AccessGrant

SEES_EVERYTHING = (*KEEPERS, Role.AUDITOR)
"""Who sees the whole register and reads why things happened."""
SEES_ACCOUNTS = (*SEES_EVERYTHING, Role.ICT)
"""Who sees every account: ICT too, who help where somebody got in and read where its secrets are kept."""
WHERE_SECRETS_ARE = ("vault_item", "two_step_custody", "recovery", "connected_tools")
"""The details that say where the secrets of an account are kept, or by what else somebody gets in."""


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

    @property
    def to_heed(self) -> str:
        """What whoever uses or owns an account in this state has to know, in a few words; nothing while it is live."""
        return {
            "paused": "Paused: do not post until it is back to live",
            "dormant": "Dormant: it stays up, but nobody posts",
            "compromised": "Compromised: do not use it until it is back to live",
            "closing": "Being closed: all access to it ends first",
            "closed": "Closed: nobody uses it any more",
        }.get(self.value, "")


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
        # To its end without having been live again only where two people said that it is gone.
        AccountStatus.COMPROMISED: (AccountStatus.LIVE, AccountStatus.CLOSING),
        AccountStatus.CLOSING: (AccountStatus.CLOSED, AccountStatus.LIVE),
    },
)


class Gone(StrEnum):
    """Why nobody of ours gets into an account any more, though nobody here closed it (domain 3.2: "or deleted")."""

    DELETED = "deleted"
    LOST = "lost"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {"deleted": "No longer exists", "lost": "Lost for good"}[self.value]

    @property
    def since_when(self) -> str:
        """The words before the day since when it is so."""
        return {"deleted": "No longer exists since", "lost": "Lost since"}[self.value]

    @property
    def to_heed(self) -> str:
        """What whoever used or owned it has to know, in a few words, until a keeper has closed it."""
        return {"deleted": "No longer exists: nobody can get in", "lost": "Lost for good: nobody can get in"}[self.value]


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


class TwoStepMethod(StrEnum):
    """What the second step of signing in is."""

    APP = "app"
    SECURITY_KEY = "security_key"
    TEXT_MESSAGE = "text_message"
    EMAIL = "email"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {
            "app": "A code from an app", "security_key": "A security key or passkey", "text_message": "A text message",
            "email": "An e-mail", "other": "Something else",
        }[self.value]  # fmt: skip


class Recovery(StrEnum):
    """To whom the address and telephone number belong by which the platform lets somebody back in."""

    ORGANISATION = "organisation"
    ONE_PERSON = "one_person"
    NOT_RECORDED = "not_recorded"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {
            "organisation": "The organisation’s", "one_person": "One person’s own", "not_recorded": "Not recorded",
        }[self.value]  # fmt: skip


class Upkeep(StrEnum):
    """Whether something that a platform may offer is set up."""

    ON = "on"
    OFF = "off"
    NOT_OFFERED = "not_offered"
    NOT_RECORDED = "not_recorded"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {
            "on": "On", "off": "Off", "not_offered": "The platform does not offer it", "not_recorded": "Not recorded",
        }[self.value]  # fmt: skip


def folded(text: str) -> str:
    """A name as names are compared: one Unicode form, no letter case, single spaces, and nothing that cannot be seen."""
    seen = "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")
    return " ".join(seen.casefold().split())


def platform_key(platform: str) -> str:
    """What makes two platforms the same."""
    return folded(platform)[:80]


def _key_of_its_platform(context: Any) -> str:
    return platform_key(context.get_current_parameters()["platform"])


class Account(Identified, Versioned, HasStatus, Base):
    """One corporate account on the register that the Strategic Communications Adviser holds (policy 6.1)."""

    __tablename__ = "account"
    __table_args__ = (
        one_of("kind", AccountKind),
        one_of("status", AccountStatus),
        one_of("login_mode", LoginMode),
        one_of("two_step", TwoStep),
        one_of("two_step_method", TwoStepMethod),
        one_of("recovery_kind", Recovery),
        one_of("alerts", Upkeep),
        one_of("auto_acknowledgement", Upkeep),
        one_of("gone", Gone),
        sa.CheckConstraint("(gone IS NULL) = (gone_since IS NULL)", name="gone_has_a_day"),
        sa.CheckConstraint("gone IS NULL OR status IN ('closing', 'closed')", name="gone_is_not_used"),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_own_parent"),
        sa.CheckConstraint("deputy_id IS NULL OR deputy_id <> owner_id", name="deputy_is_another"),
        sa.CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed_has_a_day"),
        sa.CheckConstraint("(handle IS NULL) = (handle_key IS NULL)", name="handle_has_a_key"),
        sa.Index(
            "uq_account_open_handle",
            "platform_key",
            "handle_key",
            unique=True,
            sqlite_where=sa.text("status <> 'closed' AND handle_key IS NOT NULL"),
            postgresql_where=sa.text("status <> 'closed' AND handle_key IS NOT NULL"),
        ),
        sa.Index(
            "uq_account_open_address",
            "platform_key",
            "address_key",
            unique=True,
            sqlite_where=sa.text("status <> 'closed' AND handle_key IS NULL AND address_key IS NOT NULL"),
            postgresql_where=sa.text("status <> 'closed' AND handle_key IS NULL AND address_key IS NOT NULL"),
        ),
        sa.Index(None, "name", "platform", "id"),
        sa.Index(None, "platform", "name", "id"),
        sa.Index(None, "service_id", "name", "platform", "id"),
        sa.Index(None, "status", "name", "platform", "id"),
        sa.Index(None, "owner_id"),
        sa.Index(None, "deputy_id"),
        sa.Index(None, "access_review_from"),
        sa.Index(None, "content_review_from"),
        sa.Index(None, "papers_due_on"),
        sa.Index(None, "parent_id"),
    )
    transitions = ACCOUNT_TRANSITIONS

    name: Mapped[str] = mapped_column(sa.String(160))
    platform: Mapped[str] = mapped_column(sa.String(80))
    # What makes two platforms the same, also those that somebody typed: kept beside the name, for the database to compare.
    platform_key: Mapped[str] = mapped_column(sa.String(80), default=_key_of_its_platform)
    handle: Mapped[str | None] = mapped_column(sa.String(120))
    handle_key: Mapped[str | None] = mapped_column(sa.String(120))
    url: Mapped[str | None] = mapped_column(sa.String(500))
    # What makes two addresses the same. Of two at one address that an earlier version took, the later has none.
    address_key: Mapped[str | None] = mapped_column(sa.String(500))
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
    # By when access is reviewed next, and from when it is asked for; empty only where nobody has planned it.
    access_review_due_on: Mapped[date | None]
    access_review_from: Mapped[date | None]
    status_since: Mapped[date | None]
    status_reason: Mapped[str] = mapped_column(default="")
    # That it no longer exists on the platform or is out of our hands, and since when, as two people said.
    gone: Mapped[Gone | None] = enum_column(Gone)
    gone_since: Mapped[date | None]

    deputy_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    brand: Mapped[str] = mapped_column(sa.String(120), default="")
    emergency_contact: Mapped[str] = mapped_column(sa.String(200), default="")
    target_group: Mapped[str] = mapped_column(default="")
    identification: Mapped[str] = mapped_column(default="")
    opened_on: Mapped[date | None]
    # How it is protected. Nowhere is a secret: only what kind it is and where it is kept.
    two_step_method: Mapped[TwoStepMethod | None] = enum_column(TwoStepMethod)
    two_step_custody: Mapped[str] = mapped_column(sa.String(200), default="")
    recovery_kind: Mapped[Recovery] = enum_column(Recovery, default=Recovery.NOT_RECORDED)
    recovery: Mapped[str] = mapped_column(sa.String(200), default="")
    vault_item: Mapped[str] = mapped_column(sa.String(200), default="")
    connected_tools: Mapped[str] = mapped_column(default="")
    compromise_drill_on: Mapped[date | None]
    # Why it does without 2-step verification, where somebody has agreed to that.
    two_step_waiver: Mapped[str] = mapped_column(sa.String(300), default="")
    # Whether anybody may read that it is ours, and the one sentence that they read of it then.
    listed_publicly: Mapped[bool] = mapped_column(default=True)
    public_words: Mapped[str] = mapped_column(sa.String(200), default="")
    alerts: Mapped[Upkeep] = enum_column(Upkeep, default=Upkeep.NOT_RECORDED)
    auto_acknowledgement: Mapped[Upkeep] = enum_column(Upkeep, default=Upkeep.NOT_RECORDED)
    pre_election_pause: Mapped[bool | None]
    # By when what it says is read through next, and from when that is asked for.
    content_reviewed_on: Mapped[date | None]
    content_review_due_on: Mapped[date | None]
    content_review_from: Mapped[date | None]
    # By when an account that no proposal led to has a risk assessment and a plan; empty once it has both.
    papers_due_on: Mapped[date | None]
    # Where its archive is kept and what tells people where to go now, recorded when it was closed.
    archive_kept: Mapped[str | None]
    redirect_notice: Mapped[str | None]

    service: Mapped[Service | None] = relationship()
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
    deputy: Mapped[Person | None] = relationship(foreign_keys=[deputy_id])
    parent: Mapped["Account | None"] = relationship(remote_side="Account.id", back_populates="children")
    children: Mapped[list["Account"]] = relationship(back_populates="parent", order_by="Account.name, Account.id")
    grants: Mapped[list["AccessGrant"]] = relationship(back_populates="account")
    words: Mapped[list["AccountWord"]] = relationship(cascade="all, delete-orphan")

    @property
    def is_closed(self) -> bool:
        """Whether the account is no more; it stays readable, and nothing about it changes."""
        return self.status == AccountStatus.CLOSED

    @property
    def is_there(self) -> bool:
        """Whether there is anything of ours left to sign in to: it is not closed, and neither deleted nor lost."""
        return not self.is_closed and self.gone is None

    @property
    def takes_holders(self) -> bool:
        """Whether anybody may still be given access: not once closing has begun."""
        return self.status not in (AccountStatus.CLOSING, AccountStatus.CLOSED)

    def can_be_changed_by(self, person: Person) -> bool:
        """Whether this person keeps the register: changes its entries, pauses and closes accounts (policy 6.1)."""
        return person.holds(*KEEPERS)

    def access_can_be_given_by(self, person: Person) -> bool:
        """Whether this person may give others access, written down as approved by whom it needs: the register's keepers.

        Anybody else asks for it, and those approve and advise themselves.
        """
        return person.holds(*KEEPERS)

    def access_can_be_reviewed_by(self, person: Person) -> bool:
        """Whether this person may say whose access stays: the accountable owner, and the register's keepers."""
        return person.holds(*KEEPERS) or self.owner_id == person.id

    @property
    def children_in_use(self) -> list["Account"]:
        """The linked groups and website tools that belong to it and are in use, by name."""
        return [child for child in self.children if not child.is_closed]

    def is_looked_after_by(self, person: Person) -> bool:
        """Whether this person reads through what it says and writes its risks and plan: the owner, the deputy, keepers."""
        return person.holds(*KEEPERS) or person.id in (self.owner_id, self.deputy_id)

    def vault_is_known_to(self, person: Person) -> bool:
        """Whether this person reads where its secrets are (`WHERE_SECRETS_ARE`): keepers, ICT and the owner, nobody else."""
        return person.holds(*KEEPERS, Role.ICT) or person.id == self.owner_id

    def past_access_is_known_to(self, person: Person) -> bool:
        """Whether this person reads who could get in on a day: who sees everything, the owner and the deputy."""
        return person.holds(*SEES_EVERYTHING) or person.id in (self.owner_id, self.deputy_id)

    def causes_are_known_to(self, person: Person) -> bool:
        """Whether this person reads why something happened; others read that it happened."""
        return person.holds(*KNOWS_WHY)


def is_there() -> sa.ColumnElement[bool]:
    """`Account.is_there` as a condition of a query."""
    return sa.and_(Account.status != AccountStatus.CLOSED, Account.gone.is_(None))


class AccountWord(Base):
    """A word by which an account is found: of its name and handle, folded, so that a search can use an index."""

    __tablename__ = "account_word"
    __table_args__ = (sa.Index(None, "account_id"),)

    # Compared byte by byte on both databases, so that "begins with" is a range of the index.
    word: Mapped[str] = mapped_column(
        sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"), primary_key=True
    )
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
