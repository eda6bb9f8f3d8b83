"""That access to an account was asked for, and what those said to it whose approval and advice it needs (policy 6.3(6))."""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.account_register.chains import anybody_meant, in_words, is_meant
from app.account_register.models.access import AccessGrant, AccessLevel
from app.account_register.models.account import SEES_EVERYTHING, Account, LoginMode
from app.core import clock
from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.core.seen import mark_of
from app.core.statuses import HasStatus, TransitionTable
from app.people.models import KEEPERS, Person
from app.policy.queries import pack

APPROVED_BY, ADVISED_BY = "access_approved_by", "proposal_advised_by"


class AccessRequestStatus(StrEnum):
    """Where a request for access is (domain 3.3). What comes after its approval is the state of the access."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"

    @property
    def label(self) -> str:
        """The status as people read it."""
        return {"asked": "To be approved", "overtaken": "Given another way"}.get(self.value, self.value.capitalize())


ACCESS_REQUEST_TRANSITIONS = TransitionTable(
    AccessRequestStatus,
    {
        AccessRequestStatus.ASKED: (
            AccessRequestStatus.APPROVED,
            AccessRequestStatus.REFUSED,
            AccessRequestStatus.WITHDRAWN,
            AccessRequestStatus.OVERTAKEN,
        ),
    },
)


class AccessRequest(Identified, Versioned, HasStatus, Base):
    """That somebody is to have access to an account, asked by themselves, by their manager or by the account's owner."""

    __tablename__ = "access_request"
    __table_args__ = (
        one_of("status", AccessRequestStatus),
        one_of("level", AccessLevel),
        one_of("login_mode", LoginMode),
        one_of("old_level", AccessLevel),
        sa.CheckConstraint("old_level IS NULL OR grant_id IS NOT NULL", name="more_of_an_access"),
        sa.CheckConstraint("reason <> ''", name="says_why"),
        sa.CheckConstraint("(status = 'asked') = (decided_at IS NULL)", name="decision_has_a_moment"),
        sa.CheckConstraint("status <> 'approved' OR decided_by_id IS NOT NULL", name="approved_by_somebody"),
        sa.CheckConstraint("status <> 'approved' OR decided_by_id <> person_id", name="not_own_approver"),
        sa.CheckConstraint("status <> 'refused' OR words <> ''", name="refusal_has_reasons"),
        sa.CheckConstraint("advised_by_id IS NULL OR advice <> ''", name="advice_has_words"),
        sa.Index(
            "uq_access_request_open",
            "account_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("status = 'asked'"),
            postgresql_where=sa.text("status = 'asked'"),
        ),
        sa.Index(None, "status", "asked_at", "id"),
        sa.Index(None, "person_id", "asked_at"),
        sa.Index(None, "asked_by_id"),
        sa.Index(None, "account_id", "asked_at"),
    )
    transitions = ACCESS_REQUEST_TRANSITIONS

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    status: Mapped[AccessRequestStatus] = enum_column(AccessRequestStatus, default=AccessRequestStatus.ASKED)
    level: Mapped[AccessLevel] = enum_column(AccessLevel)
    login_mode: Mapped[LoginMode] = enum_column(LoginMode)
    starts_on: Mapped[date]
    trained_on: Mapped[date | None]
    reason: Mapped[str]
    asked_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    # By when the keeper of the register advises, and by when the manager decides.
    advise_by: Mapped[date]
    due_on: Mapped[date]
    advice: Mapped[str] = mapped_column(default="")
    # Nobody where it was written down by somebody else, before only keepers could.
    advised_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    # Who approved, refused or withdrew it, or gave the access another way, with reasons where it was refused.
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(default="")
    grant_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("access_grant.id"))
    # What they could do when it was asked that they may do more with access that they have, the one of `grant_id`.
    old_level: Mapped[AccessLevel | None] = enum_column(AccessLevel)

    account: Mapped[Account] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    advised_by: Mapped[Person | None] = relationship(foreign_keys=[advised_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    grant: Mapped[AccessGrant | None] = relationship()

    @property
    def is_for_more(self) -> bool:
        """Whether it asks that somebody may do more with access that they have."""
        return self.old_level is not None

    @property
    def level_since(self) -> AccessLevel | None:
        """What they may do now, where that is not what they could when it was asked that they may do more."""
        return self.grant.level if self.is_for_more and self.grant and self.grant.level is not self.old_level else None

    @property
    def mark(self) -> str:
        """Different once whoever decides on it would read something else: advice, or that they may do less or more now."""
        return mark_of(self.advice, self.grant.level if self.is_for_more and self.grant else None)

    @property
    def is_open(self) -> bool:
        """Whether it still waits: nobody has decided, and it has not ended by itself."""
        return self.status is AccessRequestStatus.ASKED and not self.ended_by_itself(clock.today())

    def ended_by_itself(self, day: date) -> str:
        """Why nobody need decide it any more although nobody has: derived, never stored. Empty while it can go on."""
        if self.status is not AccessRequestStatus.ASKED:
            return ""
        if self.account.is_closed:
            return f"{self.account.name} was closed"
        if self.person.has_left_on(day):
            return f"{self.person.name} has left"
        over = self.is_for_more and self.grant is not None and self.grant.is_over_on(day)
        return f"The access of {self.person.name} has ended" if over else ""

    def deciders(self) -> list[uuid.UUID]:
        """Everybody whose approval the chain of the pack asks for; nobody where no manager is recorded."""
        return anybody_meant(pack().chains[APPROVED_BY].value, self.person, self._answers_for_it, clock.today())

    def is_decider(self, person: Person) -> bool:
        """Whether it is for this person to approve: the grantee's own manager, failing one a keeper; never the grantee."""
        words, day = pack().chains[APPROVED_BY].value, clock.today()
        if is_meant(person, words, self.person, self._answers_for_it, day):
            return True
        return person.id != self.person_id and person.holds(*KEEPERS) and not self.deciders()

    def is_adviser(self, person: Person) -> bool:
        """Whether it is for this person to advise; on access of their own only where nobody else could."""
        words, day = pack().chains[ADVISED_BY].value, clock.today()
        if is_meant(person, words, self.person, self._answers_for_it, day):
            return True
        return (
            person.id == self.person_id
            and person.holds(*KEEPERS)
            and not anybody_meant(words, self.person, self._answers_for_it, day)
        )

    def can_be_decided_by(self, person: Person) -> bool:
        """Whether this person may approve or refuse it now."""
        return self.is_open and self.is_decider(person)

    def can_be_approved_by(self, person: Person) -> bool:
        """Whether this person may approve it now: once a keeper has advised, or as a keeper, who advises by that."""
        return self.can_be_decided_by(person) and (bool(self.advice) or person.holds(*KEEPERS))

    def can_be_advised_by(self, person: Person) -> bool:
        """Whether this person may advise on it now: while nobody has, and nobody has decided."""
        return self.is_open and not self.advice and self.is_adviser(person)

    def is_withdrawer(self, person: Person) -> bool:
        """Whether it is for this person to take it back: who asked, whom it is for, and the keepers of the register."""
        return person.id in (self.asked_by_id, self.person_id) or person.holds(*KEEPERS)

    def can_be_withdrawn_by(self, person: Person) -> bool:
        """Whether this person may take it back now."""
        return self.is_open and self.is_withdrawer(person)

    def can_be_seen_by(self, person: Person) -> bool:
        """Whether this person may read it: those whom it is about or waits for, and who sees the whole register."""
        return (
            person.id in (self.person_id, self.asked_by_id, self.decided_by_id, self.advised_by_id)
            or person.id in (self.account.owner_id, self.account.deputy_id)
            or person.holds(*SEES_EVERYTHING)
            or self.is_decider(person)
        )

    def who_decides(self, day: date) -> str:
        """Whose approval it needs, in words."""
        if not self.deciders():
            return f"the {pack().register_keeper_title.value}"
        owner = self.account.owner or self.person
        return in_words(pack().chains[APPROVED_BY].value, self.person, owner, day)

    @property
    def _answers_for_it(self) -> uuid.UUID:
        return self.account.owner_id or self.person_id
