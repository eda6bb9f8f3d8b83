"""What the keepers watch outside the register: accounts found in use, accounts that pretend to be ours, what is new.

Sources: domain 3.1 (incident log), 3.2 (discovered accounts), 1C A01 and A06; policy 1.4, 2.2, 6.1.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.account_register.models.account import SEES_EVERYTHING, Account
from app.account_register.models.proposals import AccountProposal, ProposalStatus
from app.core import clock
from app.core.db import Base, Identified, Versioned, append_only, enum_column, one_of
from app.core.seen import mark_of
from app.core.statuses import HasStatus, TransitionTable
from app.people.models import KEEPERS, Person, Service

CAME_TO_NOTHING = (ProposalStatus.DECLINED, ProposalStatus.REFUSED, ProposalStatus.WITHDRAWN)
"""How a proposal ends that leaves an account in use without being on the register."""


class DiscoveredStatus(StrEnum):
    """What became of an account that was found in use (domain 3.2)."""

    FOUND = "found"
    PROPOSED = "proposed"
    REGISTERED = "registered"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The status as people read it."""
        return {"found": "To be settled", "registered": "On the register"}.get(self.value, self.value.capitalize())


DISCOVERED_TRANSITIONS = TransitionTable(
    DiscoveredStatus,
    {
        DiscoveredStatus.FOUND: (DiscoveredStatus.PROPOSED, DiscoveredStatus.REGISTERED, DiscoveredStatus.CLOSED),
        # Found again: what was proposed was changed, and is another account now.
        DiscoveredStatus.PROPOSED: (DiscoveredStatus.REGISTERED, DiscoveredStatus.CLOSED, DiscoveredStatus.FOUND),
    },
)


class DiscoveredAccount(Identified, Versioned, HasStatus, Base):
    """An account in use for the organisation that is not on the register (A01), until it is settled."""

    __tablename__ = "discovered_account"
    __table_args__ = (
        one_of("status", DiscoveredStatus),
        sa.CheckConstraint("(handle IS NULL) = (handle_key IS NULL)", name="handle_has_a_key"),
        sa.CheckConstraint("(status IN ('registered', 'closed')) = (settled_at IS NOT NULL)", name="settled_has_a_moment"),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_by_somebody"),
        sa.CheckConstraint("status <> 'registered' OR account_id IS NOT NULL", name="registered_as_an_account"),
        sa.CheckConstraint("status <> 'proposed' OR proposal_id IS NOT NULL", name="proposed_by_a_proposal"),
        sa.CheckConstraint("status <> 'closed' OR outcome <> ''", name="closed_has_an_outcome"),
        sa.Index(
            "uq_discovered_account_found",
            "platform",
            "handle_key",
            unique=True,
            sqlite_where=sa.text("status = 'found' AND handle_key IS NOT NULL"),
            postgresql_where=sa.text("status = 'found' AND handle_key IS NOT NULL"),
        ),
        sa.Index(None, "status", "recorded_at", "id"),
        sa.Index(None, "recorded_by_id"),
        sa.Index(None, "asked_id"),
    )
    transitions = DISCOVERED_TRANSITIONS

    name: Mapped[str] = mapped_column(sa.String(160))
    platform: Mapped[str] = mapped_column(sa.String(80))
    handle: Mapped[str | None] = mapped_column(sa.String(120))
    handle_key: Mapped[str | None] = mapped_column(sa.String(120))
    url: Mapped[str | None] = mapped_column(sa.String(500))
    service_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("service.id"))
    found_on: Mapped[date]
    how_found: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    due_on: Mapped[date]
    status: Mapped[DiscoveredStatus] = enum_column(DiscoveredStatus, default=DiscoveredStatus.FOUND)
    asked_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    proposal_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account_proposal.id"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    outcome: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))

    service: Mapped[Service | None] = relationship()
    recorded_by: Mapped[Person] = relationship(foreign_keys=[recorded_by_id])
    asked: Mapped[Person | None] = relationship(foreign_keys=[asked_id])
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])
    proposal: Mapped[AccountProposal | None] = relationship()
    account: Mapped[Account | None] = relationship()

    @property
    def is_to_be_settled(self) -> bool:
        """Whether somebody has to see to it: nobody has proposed it, or what was proposed came to nothing or lapsed."""
        if self.status is DiscoveredStatus.PROPOSED and self.proposal is not None:
            return self.proposal.status in CAME_TO_NOTHING or self.proposal.has_lapsed_on(clock.today())
        return self.status is DiscoveredStatus.FOUND

    def can_be_seen_by(self, person: Person) -> bool:
        """Whether this person may read it: keepers, auditor, who found it, who is asked, the head of its service."""
        of_service = self.service is not None and self.service.head_id == person.id
        return person.holds(*SEES_EVERYTHING) or person.id in (self.recorded_by_id, self.asked_id) or of_service

    def can_be_settled_by(self, person: Person) -> bool:
        """Whether this person may put it on the register or close it now."""
        return self.is_to_be_settled and person.holds(*KEEPERS)

    def can_be_asked_for_by(self, person: Person) -> bool:
        """Whether this person may ask somebody to propose it now."""
        return self.status is DiscoveredStatus.FOUND and person.holds(*KEEPERS)


class LookAlikeStatus(StrEnum):
    """Where an account is that pretends to be ours."""

    FOUND = "found"
    REPORTED = "reported"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The status as people read it."""
        return {"found": "To be reported", "reported": "Reported"}.get(self.value, "Closed")


LOOK_ALIKE_TRANSITIONS = TransitionTable(
    LookAlikeStatus,
    {
        LookAlikeStatus.FOUND: (LookAlikeStatus.REPORTED, LookAlikeStatus.CLOSED),
        LookAlikeStatus.REPORTED: (LookAlikeStatus.CLOSED,),
    },
)


class LookAlikeOutcome(StrEnum):
    """What came of it."""

    REMOVED = "removed"
    CHANGED = "changed"
    LEFT = "left"
    HARMLESS = "harmless"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {
            "removed": "The platform removed it", "changed": "It was renamed or marked as unofficial",
            "left": "The platform left it as it is", "harmless": "It does not pretend to be ours",
        }[self.value]  # fmt: skip


class LookAlike(Identified, Versioned, HasStatus, Base):
    """An account of somebody else that looks like ours or pretends to be (A06)."""

    __tablename__ = "look_alike"
    __table_args__ = (
        one_of("status", LookAlikeStatus),
        one_of("outcome", LookAlikeOutcome),
        sa.CheckConstraint("handle IS NOT NULL OR url IS NOT NULL", name="can_be_found"),
        sa.CheckConstraint("(handle IS NULL) = (handle_key IS NULL)", name="handle_has_a_key"),
        sa.CheckConstraint("(reported_on IS NULL) = (reported_by_id IS NULL)", name="reported_by_somebody"),
        sa.CheckConstraint("status <> 'reported' OR reported_on IS NOT NULL", name="reported_has_a_day"),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_has_a_moment"),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed_by_somebody"),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_has_an_outcome"),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome = 'harmless' OR reported_on IS NOT NULL", name="platform_was_asked"
        ),
        sa.Index(
            "uq_look_alike_open",
            "platform",
            "handle_key",
            unique=True,
            sqlite_where=sa.text("status <> 'closed' AND handle_key IS NOT NULL"),
            postgresql_where=sa.text("status <> 'closed' AND handle_key IS NOT NULL"),
        ),
        sa.Index(None, "status", "recorded_at", "id"),
        sa.Index(None, "recorded_by_id"),
    )
    transitions = LOOK_ALIKE_TRANSITIONS

    platform: Mapped[str] = mapped_column(sa.String(80))
    handle: Mapped[str | None] = mapped_column(sa.String(120))
    handle_key: Mapped[str | None] = mapped_column(sa.String(120))
    url: Mapped[str | None] = mapped_column(sa.String(500))
    pretends: Mapped[str]
    noticed_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    due_on: Mapped[date]
    status: Mapped[LookAlikeStatus] = enum_column(LookAlikeStatus, default=LookAlikeStatus.FOUND)
    reported_on: Mapped[date | None]
    reported_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    reference: Mapped[str] = mapped_column(sa.String(60), default="")
    outcome: Mapped[LookAlikeOutcome | None] = enum_column(LookAlikeOutcome)
    words: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))

    recorded_by: Mapped[Person] = relationship(foreign_keys=[recorded_by_id])
    reported_by: Mapped[Person | None] = relationship(foreign_keys=[reported_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])

    @property
    def title(self) -> str:
        """Which account it is."""
        return f"{self.handle or self.url} ({self.platform})"

    def can_be_seen_by(self, person: Person) -> bool:
        """Whether this person may read it: keepers, auditor, and who noticed it."""
        return person.holds(*SEES_EVERYTHING) or self.recorded_by_id == person.id

    def can_be_reported_by(self, person: Person) -> bool:
        """Whether this person may note now that the platform was asked to act."""
        return self.status is LookAlikeStatus.FOUND and person.holds(*KEEPERS)

    def can_be_closed_by(self, person: Person) -> bool:
        """Whether this person may note now what came of it."""
        return self.status is not LookAlikeStatus.CLOSED and person.holds(*KEEPERS)


class LookResult(StrEnum):
    """What somebody concludes who looked at a platform or feature."""

    WATCH = "watch"
    GUIDANCE = "guidance"
    PROPOSE = "propose"
    NOT_FOR_US = "not_for_us"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {
            "watch": "Keep watching", "guidance": "Staff need guidance", "propose": "To be proposed",
            "not_for_us": "Not for us",
        }[self.value]  # fmt: skip


class HorizonItem(Identified, Versioned, Base):
    """A platform or feature that is new, and when it is looked at next (policy 1.4)."""

    __tablename__ = "horizon_item"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.Index(None, "next_look_on"),
        sa.Index(None, "recorded_at", "id"),
    )

    name: Mapped[str] = mapped_column(sa.String(160))
    key: Mapped[str] = mapped_column(sa.String(160))
    what: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    next_look_on: Mapped[date | None]

    recorded_by: Mapped[Person] = relationship()
    looks: Mapped[list["HorizonLook"]] = relationship(
        back_populates="item", order_by="HorizonLook.looked_at.desc(), HorizonLook.id"
    )

    @property
    def mark(self) -> str:
        """Different once somebody has looked at it again."""
        return mark_of(len(self.looks))

    def can_be_seen_by(self, person: Person) -> bool:
        """Whether this person may read it: keepers and the auditor."""
        return person.holds(*SEES_EVERYTHING)

    def can_be_looked_at_by(self, person: Person) -> bool:
        """Whether this person may note what they found."""
        return person.holds(*KEEPERS)


class HorizonLook(Identified, Base):
    """That somebody looked at it, with what result. It never changes."""

    __tablename__ = "horizon_look"
    __table_args__ = (one_of("result", LookResult), sa.Index(None, "item_id", "looked_at"))

    item_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("horizon_item.id"))
    looked_at: Mapped[datetime]
    looked_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    result: Mapped[LookResult] = enum_column(LookResult)
    words: Mapped[str]
    next_look_on: Mapped[date | None]

    item: Mapped[HorizonItem] = relationship(back_populates="looks")
    looked_by: Mapped[Person] = relationship()


append_only(HorizonLook)


@dataclass(frozen=True)
class Found:
    """What somebody knows of an account that is in use. `platform` is a name as `canonical_platform` gives it."""

    name: str
    platform: str
    handle: str | None
    url: str | None
    service_id: uuid.UUID | None
    found_on: date
    how_found: str


@dataclass(frozen=True)
class Noticed:
    """What somebody knows of an account that pretends to be ours."""

    platform: str
    handle: str | None
    url: str | None
    noticed_on: date
    pretends: str
