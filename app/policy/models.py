"""The installation, versions of the policy with their paragraphs, acknowledgements, and closed days."""

import uuid
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned, append_only, enum_column, one_of
from app.people.models import KEEPERS, Person, Role

KEEP_CLOSED_DAYS = (Role.ADMINISTRATOR, Role.HR_MANAGER)
"""Who says on which days the organisation is closed (local setting)."""
SET_HERE = {"official_accounts_page": "The public list of our accounts"}
"""The switches of the pack that are turned on and off while the service runs, and what people call them."""
SET_THE_SWITCHES = (Role.ADMINISTRATOR, *KEEPERS)
"""Who turns these on and off (local setting)."""


class Installation(Base):
    """The one organisation that this installation serves, and the pack it runs."""

    __tablename__ = "installation"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    organisation_name: Mapped[str] = mapped_column(sa.String(120))
    pack_name: Mapped[str] = mapped_column(sa.String(60))
    set_up_at: Mapped[datetime]


class Precision(StrEnum):
    """How exactly a document gives a date; one to the month is due on the month's last day."""

    DAY = "day"
    MONTH = "month"


class PolicyVersion(Identified, Base):
    """One published version of a policy document. It is never edited; the next version supersedes it."""

    __tablename__ = "policy_version"
    __table_args__ = (
        one_of("effective_precision", Precision),
        one_of("next_review_precision", Precision),
        sa.UniqueConstraint("slug", "label"),
        sa.CheckConstraint("superseded_on IS NULL OR superseded_on >= effective_on", name="superseded_after_effective"),
    )

    slug: Mapped[str] = mapped_column(sa.String(80))
    title: Mapped[str] = mapped_column(sa.String(160))
    label: Mapped[str] = mapped_column(sa.String(40))
    guardian: Mapped[str] = mapped_column(sa.String(120))
    effective_on: Mapped[date]
    effective_precision: Mapped[Precision] = enum_column(Precision)
    effective_note: Mapped[str] = mapped_column(default="")
    next_review_on: Mapped[date | None]
    next_review_precision: Mapped[Precision | None] = enum_column(Precision)
    superseded_on: Mapped[date | None]

    paragraphs: Mapped[list["PolicyParagraph"]] = relationship(
        back_populates="version", order_by="PolicyParagraph.position"
    )

    def in_force_on(self, day: date) -> bool:
        """Whether this version held on a day."""
        return self.effective_on <= day and (self.superseded_on is None or day < self.superseded_on)

    @property
    def last_day(self) -> date | None:
        """The last day on which this version held; None while nothing has superseded it."""
        return self.superseded_on - timedelta(days=1) if self.superseded_on is not None else None


class PolicyParagraph(Identified, Base):
    """One paragraph that can be cited, with the rule in the organisation's plain words."""

    __tablename__ = "policy_paragraph"
    __table_args__ = (sa.UniqueConstraint("version_id", "number"), sa.UniqueConstraint("version_id", "anchor"))

    version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("policy_version.id"))
    number: Mapped[str] = mapped_column(sa.String(20))
    cite: Mapped[str] = mapped_column(sa.String(80))
    anchor: Mapped[str] = mapped_column(sa.String(40))
    section: Mapped[str] = mapped_column(sa.String(120))
    heading: Mapped[str] = mapped_column(sa.String(160))
    parent: Mapped[str | None] = mapped_column(sa.String(20))
    summary: Mapped[str]
    position: Mapped[int]

    version: Mapped[PolicyVersion] = relationship(back_populates="paragraphs")

    @property
    def printed_number(self) -> str:
        """The number as the document prints it; empty where the document gives the paragraph none."""
        return self.number if self.number[:1].isdigit() else ""


class Acknowledgement(Identified, Base):
    """That somebody read an exact version of the policy and agreed to keep it (a local setting, not in the policy)."""

    __tablename__ = "acknowledgement"
    __table_args__ = (sa.UniqueConstraint("person_id", "version_id"),)

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("policy_version.id"))
    at: Mapped[datetime]

    version: Mapped[PolicyVersion] = relationship()


class ClosedDay(Identified, Versioned, Base):
    """A day on which the organisation is closed, so that it counts for no deadline (local setting, dated and signed).

    It is never deleted: one that was recorded by mistake is withdrawn. What was set while it stood keeps its date.
    """

    __tablename__ = "closed_day"
    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="says_why"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_somebody"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason = '')", name="withdrawn_with_a_reason"),
        sa.Index(
            "uq_closed_day_standing",
            "day",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
    )

    day: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(80))
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    withdrawn_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(sa.String(200), default="")

    recorded_by: Mapped[Person] = relationship(foreign_keys=[recorded_by_id])
    withdrawn_by: Mapped[Person | None] = relationship(foreign_keys=[withdrawn_by_id])

    def can_be_withdrawn_by(self, person: Person, today: date) -> bool:
        """Whether this person may take it back: it stands, and is not past."""
        return self.withdrawn_at is None and self.day >= today and may_keep_closed_days(person)


def may_keep_closed_days(person: Person) -> bool:
    """Whether it is for this person to say on which days the organisation is closed."""
    return person.holds(*KEEP_CLOSED_DAYS)


class LocalSetting(Identified, Base):
    """That somebody turned a switch of the pack on or off, and why (local setting, dated and signed): the last one counts.

    A row never changes, so what held on a day can be told.
    """

    __tablename__ = "local_setting"
    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="says_why"),
        sa.UniqueConstraint("switch", "number"),
    )

    switch: Mapped[str] = mapped_column(sa.String(60))
    number: Mapped[int]
    is_on: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.String(200))
    set_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[datetime]

    set_by: Mapped[Person] = relationship()


def may_set_switches(person: Person) -> bool:
    """Whether it is for this person to turn switches of the pack on and off."""
    return person.holds(*SET_THE_SWITCHES)


append_only(Acknowledgement)
append_only(LocalSetting)
append_only(PolicyParagraph)
