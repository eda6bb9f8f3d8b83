"""That two people are close, as far as it bears on fairness."""

import uuid
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, enum_column, one_of
from app.core.sealing import DataKey, SealedText
from app.people.models.person import CONFIRM_TIES, Person


class RelationshipKind(StrEnum):
    """How two people are close, as far as it bears on fairness (domain 3.11, conflict rule 1)."""

    FAMILY = "family"
    CLOSE_FRIEND = "close_friend"
    BUSINESS = "business"
    FORMER_LINE_MANAGER = "former_line_manager"

    @property
    def label(self) -> str:
        """The kind in words."""
        return {
            "family": "Family, or somebody you live with",
            "close_friend": "Close friend",
            "business": "In business together",
            "former_line_manager": "Line manager of the other, now or before",
        }[self.value]


class DeclaredRelationship(Identified, Base):
    """That two people are close, as one of them declared or HR recorded; the conflict rules use it. Ended, never deleted.

    It counts from the day on which somebody else confirmed it, until somebody else confirmed that it is over: a wall that
    one person could raise or take down alone would tell them who has a part in a case, or hide a case from all of HR.
    Whoever declared it reads it again: what HR recorded, with its reason, is not shown to the two, who might learn from it
    that there is a report.
    """

    __tablename__ = "declared_relationship"
    __table_args__ = (
        one_of("kind", RelationshipKind),
        sa.CheckConstraint("person_id <> other_id", name="two_people"),
        sa.CheckConstraint("confirmed_by_id NOT IN (person_id, other_id, recorded_by_id)", name="confirmed_by_another"),
        sa.CheckConstraint("said_over_by_id <> other_id", name="not_said_over_by_the_other"),
        sa.Index(
            "uq_declared_relationship_open", "person_id", "other_id", "kind", "recorded_by_id", unique=True,
            sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL"),
        ),
        sa.Index(None, "other_id"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    other_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[RelationshipKind] = enum_column(RelationshipKind)
    declared_on: Mapped[date | None]
    # The first day on which it counts; none while nobody confirmed it.
    since: Mapped[date | None]
    # Its last day, or the day on which it was turned down or taken back.
    until: Mapped[date | None]
    # The day on which it was said that it is over, and by whom: who declared it, or HR where HR recorded it. It counts on
    # until that is confirmed.
    said_over_on: Mapped[date | None]
    said_over_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    # What HR says of it: since when the two are no longer close, or that they never were; and how HR knows.
    over_from: Mapped[date | None]
    was_mistake: Mapped[bool] = mapped_column(default=False)
    over_reason_sealed: Mapped[bytes | None]
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    # Who declared it: one of the two, or an HR officer; nobody for what the installation recorded.
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    data_key_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("data_key.id"))
    reason_sealed: Mapped[bytes | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    other: Mapped[Person] = relationship(foreign_keys=[other_id])
    recorded_by: Mapped[Person | None] = relationship(foreign_keys=[recorded_by_id])
    said_over_by: Mapped[Person | None] = relationship(foreign_keys=[said_over_by_id])
    data_key: Mapped[DataKey | None] = relationship()
    reason = SealedText()
    over_reason = SealedText()

    @property
    def what_waits(self) -> str:
        """What was said last and may wait to be confirmed, as the page that asks for it remembers it."""
        return f"{self.said_over_on} {self.over_from} {self.was_mistake}" if self.said_over_on else "new"

    @property
    def waits(self) -> bool:
        """Whether somebody has to confirm it, or that it is over."""
        return self.until is None and (self.since is None or self.said_over_on is not None)

    def can_be_ended_by(self, person: Person) -> bool:
        """Whether this person may say that it is over: who declared it, once, while it runs."""
        return self.until is None and self.said_over_on is None and person.id == self.person_id == self.recorded_by_id

    def awaits_word_of(self, person: Person) -> bool:
        """Whether this HR officer, if nothing keeps them from it, may say that it is over or was a mistake: once, while it
        runs; before it counts, who recorded it may take it back.
        """
        takes_back = self.since is None and person.id == self.recorded_by_id
        return self.until is None and self.said_over_on is None and (self.since is not None or takes_back)

    def is_judged_by(self, person: Person) -> bool:
        """Whether this person may confirm it, or that it is over: an HR manager or the independent person, who is no part
        of it and said neither.
        """
        part = (self.person_id, self.other_id, self.recorded_by_id, self.said_over_by_id)
        return person.holds(*CONFIRM_TIES) and person.id not in part
