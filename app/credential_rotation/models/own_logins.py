"""After a compromise each holder who signs in by a login or role of their own secures that (domain 2.8, 3.2)."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.account_register.models import AccessGrant
from app.core.db import Base, Identified, Versioned
from app.people.models import KEEPERS, Person

if TYPE_CHECKING:
    from app.credential_rotation.models.incidents import AccountIncident


class Credentials(StrEnum):
    """With what people sign in to an account of which a compromise was declared, as far as it has to be made new."""

    SHARED = "shared"
    OWN = "own"
    BOTH = "both"
    NONE = "none"

    @staticmethod
    def of(*, shared: bool, own: bool) -> "Credentials":
        """By whether a shared password has to change, and whether somebody was asked to secure a login of their own."""
        if shared:
            return Credentials.BOTH if own else Credentials.SHARED
        return Credentials.OWN if own else Credentials.NONE

    @property
    def label(self) -> str:
        """What is to be done, in words."""
        return {
            "shared": "Change the password and sign out everywhere",
            "own": "Have every own login secured and sign out everywhere",
            "both": "Change the password, have every own login secured and sign out everywhere",
            "none": "Sign out everybody who is signed in",
        }[self.value]


class LoginEnd(StrEnum):
    """Why nobody need say any more that a login is secured."""

    LEFT = "left"
    ACCESS_ENDED = "access_ended"
    SHARED = "shared"
    GONE = "gone"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {
            "gone": "the account no longer exists or is lost, so nobody gets into it by this login",
            "left": "they have left, so they cannot get in any more",
            "access_ended": "their access has ended, so they cannot get in by it any more",
            "shared": "they sign in by the shared login, whose password changes",
        }[self.value]


class LoginToSecure(Identified, Versioned, Base):
    """That a holder was asked to secure their own login to an account, until they did, or somebody wrote down that they
    said so. Access that has ended since secures it too: that is read from the access and never stored.
    """

    __tablename__ = "login_to_secure"
    __table_args__ = (
        sa.CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name="done_by_somebody"),
        sa.UniqueConstraint("incident_id", "grant_id"),
        sa.Index(None, "grant_id"),
    )

    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account_incident.id"))
    grant_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("access_grant.id"))
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))

    incident: Mapped["AccountIncident"] = relationship(back_populates="logins")
    grant: Mapped[AccessGrant] = relationship()
    done_by: Mapped[Person | None] = relationship()

    @property
    def was_written_down(self) -> bool:
        """Whether somebody else says that its holder secured it."""
        return self.done_at is not None and self.done_by_id != self.grant.person_id

    @property
    def what_is_left(self) -> str:
        """What is still to be done with it, in words."""
        account = self.grant.account
        return f"Have {self.grant.person.name} secure their own login to {account.name} ({account.platform})"

    def end_on(self, day: date) -> LoginEnd | None:
        """Why its holder need not secure it any more, where that is so without anybody saying that they did."""
        if self.grant.account.gone is not None:
            return LoginEnd.GONE
        if self.grant.person.has_left_on(day):
            return LoginEnd.LEFT
        if self.grant.is_over_on(day):
            return LoginEnd.ACCESS_ENDED
        return LoginEnd.SHARED if self.grant.needs_new_password else None

    def is_left_on(self, day: date) -> bool:
        """Whether it is still to be secured before the account may be live again."""
        return self.done_at is None and self.end_on(day) is None

    def is_asked_on(self, day: date) -> bool:
        """Whether its holder is asked to secure it now: not any more once the compromise is over."""
        return self.incident.is_open and self.is_left_on(day)

    def can_be_seen_by(self, person: Person) -> bool:
        """Whether this person may read it: its holder, and whoever may read what happened to the account."""
        return person.id == self.grant.person_id or self.incident.can_be_seen_by(person)

    def is_recorder(self, person: Person) -> bool:
        """Whether it is for this person to say that it is secured: its holder; for them the keepers and the account's
        owner, whom they told.
        """
        return self.grant.person_id == person.id or person.holds(*KEEPERS) or self.incident.account.owner_id == person.id

    def can_be_recorded_by(self, person: Person, day: date) -> bool:
        """Whether this person may say now that it is secured."""
        return self.is_asked_on(day) and self.is_recorder(person)
