"""Policy documents, their versions with paragraphs that can be cited, and who approved each version."""

import uuid
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned, append_only, enum_column, one_of
from app.core.presentation import uk_date
from app.people.models import HR_OFFICERS, KEEPERS, Person, Role

GUARDIANS = (Role.HR_MANAGER,)
"""Who acts as guardian of the policy: its front page names Human Resources; that the HR manager does it is local."""
SEES_KEEPING = (*GUARDIANS, *HR_OFFICERS, *KEEPERS, Role.AUDITOR)
"""Who sees when the policy is to be reviewed, why it should be revised and which schools adopted it."""


UNDATED_FROM = datetime(2000, 1, 1, tzinfo=UTC)
"""From when a version counts whose document has no date."""


class Precision(StrEnum):
    """How exactly a document gives a date; one to the month is due on the month's last day."""

    DAY = "day"
    MONTH = "month"


def day_in_words(day: date | None, precision: Precision | None) -> str:
    """A date as exactly as it is known: "January 2020" or "3 March 2027"; "not recorded" for none."""
    if day is None:
        return "not recorded"
    return f"{day:%B} {day.year}" if precision is Precision.MONTH else uk_date(day)


def due_day(day: date, precision: Precision) -> date:
    """The day on which something is due that is due on a day, or some time in its month: then on the month's last day."""
    return day.replace(day=monthrange(day.year, day.month)[1]) if precision is Precision.MONTH else day


class ReviewBasis(StrEnum):
    """Where the date of a document's next review comes from."""

    STATED = "stated"
    NOT_STATED = "not_stated"
    CHOSEN = "chosen"
    REASON = "reason"


class PolicyDocument(Identified, Versioned, Base):
    """A policy of the organisation, in whatever version: what it is called, and when it is to be reviewed next."""

    __tablename__ = "policy_document"
    __table_args__ = (one_of("next_review_precision", Precision), one_of("review_basis", ReviewBasis))

    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    title: Mapped[str] = mapped_column(sa.String(160))
    # The last day on which the next review is in time, and from which day its guardian is shown that.
    next_review_on: Mapped[date]
    next_review_precision: Mapped[Precision] = enum_column(Precision, default=Precision.DAY)
    review_basis: Mapped[ReviewBasis] = enum_column(ReviewBasis)
    review_shown_from: Mapped[date]
    # The day from which a review that no paper dates was counted.
    review_counted_from: Mapped[date]

    def is_kept_by(self, person: Person) -> bool:
        """Whether this person keeps the document: reviews it, revises it and publishes versions of it."""
        return person.holds(*GUARDIANS)

    def keeping_seen_by(self, person: Person) -> bool:
        """Whether this person may see how the document is kept."""
        return person.holds(*SEES_KEEPING)


def _effective(context: Any) -> date:
    day: date = context.get_current_parameters()["effective_on"]
    return day


class PolicyVersion(Identified, Base):
    """One published version of a policy document. It is never edited; the next version supersedes it.

    One that has not come into force yet can be withdrawn; it ends on the day on which it would have begun, so it never held.
    `material_since` is when the latest version took effect that changed a rule, this one or one before: whoever agreed to
    that one or any since is not asked again.
    """

    __tablename__ = "policy_version"
    __table_args__ = (
        one_of("effective_precision", Precision),
        one_of("next_review_precision", Precision),
        one_of("produced_precision", Precision),
        sa.UniqueConstraint("slug", "label"),
        sa.CheckConstraint("superseded_on IS NULL OR superseded_on >= effective_on", name="superseded_after_effective"),
        sa.CheckConstraint("material_since <= effective_on", name="material_before_effective"),
        sa.CheckConstraint("next_review_on IS NULL OR next_review_on > effective_on", name="reviewed_after_effective"),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_why = '')",
            name="withdrawn_by_somebody_with_a_reason",
        ),
        sa.CheckConstraint("withdrawn_at IS NULL OR superseded_on = effective_on", name="withdrawn_never_held"),
    )

    slug: Mapped[str] = mapped_column(sa.String(80), sa.ForeignKey("policy_document.slug"))
    title: Mapped[str] = mapped_column(sa.String(160))
    label: Mapped[str] = mapped_column(sa.String(40))
    guardian: Mapped[str] = mapped_column(sa.String(120))
    owner: Mapped[str] = mapped_column(sa.String(120), default="")
    reviewer: Mapped[str] = mapped_column(sa.String(120), default="")
    produced_on: Mapped[date | None]
    produced_precision: Mapped[Precision | None] = enum_column(Precision)
    effective_on: Mapped[date]
    effective_precision: Mapped[Precision] = enum_column(Precision)
    effective_note: Mapped[str] = mapped_column(default="")
    next_review_on: Mapped[date | None]
    next_review_precision: Mapped[Precision | None] = enum_column(Precision)
    superseded_on: Mapped[date | None]
    material_since: Mapped[date] = mapped_column(default=_effective)
    change_note: Mapped[str] = mapped_column(default="")
    # One document a line, with the other names that the policy has for it in brackets.
    linked_documents: Mapped[str] = mapped_column(default="")
    text_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    published_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str] = mapped_column(sa.String(300), default="")

    document: Mapped[PolicyDocument] = relationship(viewonly=True)
    published_by: Mapped[Person | None] = relationship(foreign_keys=[published_by_id])
    withdrawn_by: Mapped[Person | None] = relationship(foreign_keys=[withdrawn_by_id])
    paragraphs: Mapped[list["PolicyParagraph"]] = relationship(
        back_populates="version", order_by="PolicyParagraph.position"
    )
    approvals: Mapped[list["PolicyApproval"]] = relationship(order_by="PolicyApproval.position")

    def in_force_on(self, day: date) -> bool:
        """Whether this version held on a day."""
        return self.effective_on <= day and (self.superseded_on is None or day < self.superseded_on)

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken back before it came into force."""
        return self.withdrawn_at is not None

    def can_be_withdrawn_by(self, person: Person, today: date) -> bool:
        """Whether this person may still take it back: it does not hold yet, and no other version follows it."""
        return person.holds(*GUARDIANS) and today < self.effective_on and self.superseded_on is None

    @property
    def last_day(self) -> date | None:
        """The last day on which this version held; None while nothing has superseded it, and where it never held."""
        if self.superseded_on is None or self.is_withdrawn:
            return None
        return self.superseded_on - timedelta(days=1)

    @property
    def effective_words(self) -> str:
        """From when it holds, as exactly as the document says it."""
        return day_in_words(self.effective_on, self.effective_precision)

    @property
    def produced_words(self) -> str:
        """When it was produced, as exactly as that is known."""
        return day_in_words(self.produced_on, self.produced_precision)

    @property
    def next_review_words(self) -> str:
        """When the document itself says that it is reviewed next; empty where it does not."""
        return day_in_words(self.next_review_on, self.next_review_precision) if self.next_review_on else ""

    @property
    def is_material(self) -> bool:
        """Whether it changed a rule, so that everybody is asked to agree to it."""
        return self.material_since == self.effective_on

    @property
    def links(self) -> list[str]:
        """The documents that belong beside it."""
        return self.linked_documents.splitlines()


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


class PolicyApproval(Identified, Base):
    """That a body approved a version or a draft, on a day or in a month; the day may be not recorded."""

    __tablename__ = "policy_approval"
    __table_args__ = (
        one_of("precision", Precision),
        sa.CheckConstraint("(version_id IS NULL) <> (draft_id IS NULL)", name="of_one_thing"),
        sa.CheckConstraint("(approved_on IS NULL) = (precision IS NULL)", name="day_has_precision"),
        sa.CheckConstraint("approved_on IS NULL OR why_no_day = ''", name="day_or_why_none"),
        sa.CheckConstraint("body <> ''", name="names_the_body"),
        sa.Index(None, "version_id"),
        sa.Index(None, "draft_id"),
    )

    version_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("policy_version.id"))
    draft_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("policy_draft.id"))
    body: Mapped[str] = mapped_column(sa.String(80))
    approved_on: Mapped[date | None]
    precision: Mapped[Precision | None] = enum_column(Precision)
    # Empty where there is a day, and of what came with the installation.
    why_no_day: Mapped[str] = mapped_column(sa.String(300), default="")
    position: Mapped[int] = mapped_column(default=0)

    @property
    def words(self) -> str:
        """When, as exactly as it is known, or why that is not recorded."""
        when = day_in_words(self.approved_on, self.precision)
        return f"{when} ({self.why_no_day})" if self.why_no_day else when


append_only(PolicyParagraph)
