"""Who was asked to read a version of the policy, and who read an exact version and agreed to keep it."""

import uuid
from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import local_day
from app.core.db import Base, Identified, append_only, enum_column, one_of
from app.people.models import Person, PersonKind, Role
from app.policy.models.versions import PolicyVersion

NOT_ASKED = (PersonKind.COUNCILLOR, PersonKind.SCHOOL_STAFF)
"""Whom the policy does not bind by itself: councillors, and staff of schools unless their school adopted it (5.1, 5.2)."""


class AgreedBy(StrEnum):
    """How somebody agreed: on the page, or in a way that their manager attests."""

    ONLINE = "online"
    PAPER = "paper"
    BRIEFING = "briefing"

    @property
    def label(self) -> str:
        """How, in words."""
        return {"online": "On the page", "paper": "On paper", "briefing": "At a briefing"}[self.value]


class NoteKind(StrEnum):
    """What was said later of an agreement that was attested."""

    DISPUTED = "disputed"
    TAKEN_BACK = "taken_back"
    UPHELD = "upheld"


class Acknowledgement(Identified, Base):
    """That somebody read an exact version of the policy and agreed to keep it (a local setting, not in the policy).

    `at` is when it was recorded; from then on it counts. What was signed on paper or said at a briefing has its own day, and
    somebody else who attests it.
    """

    __tablename__ = "acknowledgement"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "version_id", "again"),
        one_of("method", AgreedBy),
        sa.CheckConstraint("(method = 'online') = (attested_by_id IS NULL)", name="attested_unless_online"),
        sa.CheckConstraint("(method = 'online') = (agreed_on IS NULL)", name="day_unless_online"),
        sa.CheckConstraint("attested_by_id IS NULL OR attested_by_id <> person_id", name="not_own_witness"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("policy_version.id"))
    at: Mapped[datetime]
    method: Mapped[AgreedBy] = enum_column(AgreedBy, default=AgreedBy.ONLINE)
    agreed_on: Mapped[date | None]
    # The words that they agreed to.
    statement: Mapped[str] = mapped_column(sa.String(300), default="")
    attested_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    # How many were recorded of the same before, and taken back.
    again: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    version: Mapped[PolicyVersion] = relationship()
    attested_by: Mapped[Person | None] = relationship(foreign_keys=[attested_by_id])
    notes: Mapped[list["AgreementNote"]] = relationship(order_by="AgreementNote.at")

    @property
    def day(self) -> date:
        """The day on which they agreed, which for paper and briefings may be before it was recorded."""
        return self.agreed_on or local_day(self.at)

    def _noted(self, kind: NoteKind) -> "AgreementNote | None":
        return next((note for note in self.notes if note.kind is kind), None)

    @property
    def taken_back(self) -> "AgreementNote | None":
        """That it was recorded by mistake, if it was: from then on it counts for nothing."""
        return self._noted(NoteKind.TAKEN_BACK)

    @property
    def disputed(self) -> "AgreementNote | None":
        """That the person says that they did not agree, if they do."""
        return self._noted(NoteKind.DISPUTED)

    @property
    def upheld(self) -> "AgreementNote | None":
        """That Human Resources found it to be right after that, if it did."""
        return self._noted(NoteKind.UPHELD)

    @property
    def waits_to_be_settled(self) -> bool:
        """Whether the person says that they did not agree, and nobody has taken it back or found it to be right."""
        return self.disputed is not None and self.taken_back is None and self.upheld is None

    def can_be_seen_by(self, person: Person) -> bool:
        """Whether this person may open what was recorded for somebody: they, whoever attested it, and the HR manager."""
        return self.attested_by_id is not None and (person.id == self.person_id or self._is_corrected_by(person))

    def _is_corrected_by(self, person: Person) -> bool:
        is_theirs = person.id == self.attested_by_id or person.holds(Role.HR_MANAGER)
        return self.attested_by_id is not None and person.id != self.person_id and is_theirs

    def can_be_taken_back_by(self, person: Person) -> bool:
        """Whether this person may record now that it was a mistake: whoever attested it, or an HR manager."""
        return self.taken_back is None and self._is_corrected_by(person)

    def can_be_upheld_by(self, person: Person, managers: Collection[Person]) -> bool:
        """Whether this person may record now that it is right all the same: an HR manager, never of themselves, nor of what
        they attested where another HR manager is there (`managers` are all who are).
        """
        return self.waits_to_be_settled and self.is_settled_by(person, managers)

    def is_settled_by(self, person: Person, managers: Collection[Person]) -> bool:
        """Whether it is for this person to settle, whatever was noted by now."""
        others = [one for one in managers if one.id not in (self.person_id, self.attested_by_id)]
        is_apart = person.id != self.attested_by_id or not others
        return person.holds(Role.HR_MANAGER) and person.id != self.person_id and is_apart

    def can_be_disputed_by(self, person: Person) -> bool:
        """Whether this person may say now that they did not agree: for whom it was recorded, once."""
        noted = self.taken_back or self.disputed
        return self.attested_by_id is not None and person.id == self.person_id and noted is None


class AgreementNote(Identified, Base):
    """What was said later of an agreement that somebody attested, which itself stays: that it is not right, a mistake, or
    right after all.
    """

    __tablename__ = "acknowledgement_note"
    __table_args__ = (
        sa.UniqueConstraint("acknowledgement_id", "kind"),
        one_of("kind", NoteKind),
        sa.CheckConstraint("kind = 'disputed' OR reason <> ''", name="settled_for_a_reason"),
        sa.CheckConstraint("(kind = 'disputed') = (due_on IS NOT NULL)", name="settled_by_a_day"),
    )

    acknowledgement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("acknowledgement.id"))
    kind: Mapped[NoteKind] = enum_column(NoteKind)
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    # By when Human Resources settles what is disputed.
    due_on: Mapped[date | None]

    by: Mapped[Person] = relationship()


class PolicyAsk(Identified, Base):
    """That somebody was asked to read a version and to agree to it, and by when (local settings)."""

    __tablename__ = "policy_ask"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "version_id", "again"),
        sa.CheckConstraint("due_on >= asked_on", name="due_after_asking"),
        sa.Index(None, "version_id"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("policy_version.id"))
    asked_on: Mapped[date]
    due_on: Mapped[date]
    # How often they were asked for it before: anew where what was recorded for them was a mistake, or they left and came
    # back. The last one counts.
    again: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person] = relationship()
    version: Mapped[PolicyVersion] = relationship()

    def can_be_seen_by(self, person: Person) -> bool:
        """Whether this person may see that it waits: who is asked, their line manager, and the HR manager."""
        return person.id == self.person_id or may_attest(person, self.person)


def may_attest(person: Person, other: Person) -> bool:
    """Whether this person may record that the other agreed on paper or at a briefing: their manager, or an HR manager."""
    return person.id != other.id and (person.manages(other) or person.holds(Role.HR_MANAGER))


append_only(Acknowledgement)
append_only(AgreementNote)
append_only(PolicyAsk)
