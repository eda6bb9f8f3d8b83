"""Matters, their parties, and who may not act in them."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, enum_column, one_of
from app.core.sealing import DataKey, new_data_key
from app.people.models import Person


class MatterKind(StrEnum):
    """What a matter is."""

    REPORT = "report"
    CASE = "case"


class Capacity(StrEnum):
    """In which capacity somebody takes part in a matter (domain 3.1, CaseParty)."""

    REPORTER = "reporter"
    ALSO_REPORTED = "also_reported"
    """Reported the same in a report of their own, which was closed as one that repeats this; this one is not theirs."""
    SUBJECT = "subject"
    POSSIBLE_SUBJECT = "possible_subject"
    WITNESS = "witness"
    COMPANION = "companion"
    CASE_OWNER = "case_owner"
    INVESTIGATOR = "investigator"
    DECISION_MAKER = "decision_maker"
    APPEAL_OFFICER = "appeal_officer"


WHO_REPORTED = (Capacity.REPORTER, Capacity.ALSO_REPORTED)
"""Whose name is kept from the person concerned and from all who need not know who reported."""

WALLED = (*WHO_REPORTED, Capacity.SUBJECT, Capacity.WITNESS)
"""Whoever takes part like this, or ever did, has no officer's view of the matter."""

WALLED_FOR_NOW = (Capacity.POSSIBLE_SUBJECT, Capacity.COMPANION)
"""Whoever may be the one it is about has no officer's view until HR says who it is; a companion as long as they are one."""

CLOSE_MATTERS_TO = (*WHO_REPORTED, Capacity.SUBJECT, Capacity.WITNESS)
CLOSE_MATTERS_FOR_NOW_TO = (Capacity.POSSIBLE_SUBJECT,)
"""Whoever is close to one of these has no officer's view of the matter either: for good, and as long as the part runs."""

CONCERNED = (Capacity.SUBJECT, Capacity.POSSIBLE_SUBJECT)
"""Whose reporting line the matter is closed to, above them and below them, as long as the part runs."""

SEPARATE = (Capacity.CASE_OWNER, Capacity.INVESTIGATOR, Capacity.DECISION_MAKER, Capacity.APPEAL_OFFICER)
"""Four people: nobody is two of these in one matter (conflict rule 2)."""

CANNOT_ALSO_BE: Mapping[Capacity, frozenset[Capacity]] = {
    one: frozenset(SEPARATE) - {one} if one in SEPARATE else frozenset() for one in Capacity
}
"""Who is or was one of the four cannot become another of them."""

DECIDES_OR_INVESTIGATES = (Capacity.INVESTIGATOR, Capacity.DECISION_MAKER, Capacity.APPEAL_OFFICER)
"""Nobody does this who dealt with the report before there was a case (conflict rule 4)."""

DECIDES_FROM_ABOVE = (Capacity.DECISION_MAKER, Capacity.APPEAL_OFFICER)
"""Whoever stands above the line manager of the person concerned may be appointed to these, and to no other part: deciding
and hearing appeals are for managers with authority who were not involved (Acas Code 27; Acas guide, hearings). Everybody
has the head of the organisation above them, and a rule without this would leave nobody to hear an appeal.
"""

OPEN_TO_THE_LINE = (*WALLED, *WALLED_FOR_NOW)
"""What the line manager, or somebody who reports to the person concerned, may be: no officer, and with no officer's view."""


class Matter(Identified, Base):
    """A report or a case, as far as the wall and the data key need to know it."""

    __tablename__ = "matter"
    __table_args__ = (one_of("kind", MatterKind),)

    kind: Mapped[MatterKind] = enum_column(MatterKind)
    data_key_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("data_key.id"))

    data_key: Mapped[DataKey] = relationship(lazy="joined", innerjoin=True)
    parties: Mapped[list["MatterParty"]] = relationship(
        back_populates="matter", order_by="MatterParty.since, MatterParty.id"
    )

    @classmethod
    def new(cls, kind: MatterKind, *, at: datetime) -> "Matter":
        """A fresh matter with a data key of its own."""
        key = new_data_key(at)
        return cls(kind=kind, data_key_id=key.id, data_key=key)

    def people_as(self, *capacities: Capacity) -> list[Person]:
        """Who takes part now in one of these capacities, in the order in which they came."""
        return [party.person for party in self.parties if party.capacity in capacities and party.until is None]

    def walls_off(self, person: Person) -> bool:
        """Whether this person's own part keeps them from any officer's view: for good, or as long as it runs."""
        return any(
            party.capacity in WALLED or (party.capacity in WALLED_FOR_NOW and party.until is None)
            for party in self.parties
            if party.person_id == person.id
        )

    def has_party(self, person: Person, *capacities: Capacity) -> bool:
        """Whether this person takes part now in one of these capacities."""
        return any(
            party.person_id == person.id and party.until is None and party.capacity in capacities
            for party in self.parties
        )


class MatterParty(Identified, Base):
    """That a person takes part in a matter in a capacity, from a moment until another."""

    __tablename__ = "matter_party"
    __table_args__ = (
        one_of("capacity", Capacity),
        sa.CheckConstraint("until IS NULL OR until >= since", name="ends_after_start"),
        sa.Index(
            "uq_matter_party_current",
            "matter_id",
            "person_id",
            "capacity",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
        sa.Index(None, "person_id", "capacity", "matter_id"),
        sa.Index(None, "matter_id", "capacity"),
    )

    matter_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    capacity: Mapped[Capacity] = enum_column(Capacity)
    since: Mapped[datetime]
    until: Mapped[datetime | None]

    matter: Mapped[Matter] = relationship(back_populates="parties")
    person: Mapped[Person] = relationship()

    @property
    def is_of_a_reporter(self) -> bool:
        """Whether this person's name is protected as that of whoever reported: for good, whatever becomes of the part.

        But for those who reported the same and turned out to be the person concerned: it is about them then.
        """
        turned_out = self.capacity is Capacity.ALSO_REPORTED and self.matter.has_party(self.person, Capacity.SUBJECT)
        return self.capacity in WHO_REPORTED and not turned_out
