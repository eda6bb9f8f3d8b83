"""The next version of a policy while its guardian writes it and bodies approve it (domain 3.5)."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.core.plain_letters import name_key
from app.core.statuses import HasStatus, TransitionTable
from app.people.models import Person
from app.policy.models.versions import GUARDIANS, PolicyApproval, PolicyDocument, PolicyVersion, Precision


class DraftStatus(StrEnum):
    """Where a draft is. While bodies look at it, its text stays as it is."""

    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


DRAFT_TRANSITIONS = TransitionTable(
    DraftStatus,
    {
        DraftStatus.DRAFT: (DraftStatus.IN_APPROVAL, DraftStatus.WITHDRAWN),
        DraftStatus.IN_APPROVAL: (DraftStatus.DRAFT, DraftStatus.PUBLISHED, DraftStatus.WITHDRAWN),
    },
)


class PolicyDraft(Identified, Versioned, HasStatus, Base):
    """The next version, begun as a copy of the one that it will follow. One at a time for each document."""

    __tablename__ = "policy_draft"
    __table_args__ = (
        one_of("status", DraftStatus),
        one_of("next_review_precision", Precision),
        sa.CheckConstraint("(status IN ('published', 'withdrawn')) = (ended_at IS NOT NULL)", name="ended_has_a_moment"),
        sa.CheckConstraint("(status = 'published') = (version_id IS NOT NULL)", name="published_as_a_version"),
        sa.Index(
            "uq_policy_draft_open", "slug", unique=True,
            sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )  # fmt: skip
    transitions = DRAFT_TRANSITIONS

    slug: Mapped[str] = mapped_column(sa.String(80), sa.ForeignKey("policy_document.slug"))
    status: Mapped[DraftStatus] = enum_column(DraftStatus, default=DraftStatus.DRAFT)
    title: Mapped[str] = mapped_column(sa.String(160))
    label: Mapped[str] = mapped_column(sa.String(40), default="")
    guardian: Mapped[str] = mapped_column(sa.String(120), default="")
    owner: Mapped[str] = mapped_column(sa.String(120), default="")
    reviewer: Mapped[str] = mapped_column(sa.String(120), default="")
    effective_on: Mapped[date | None]
    next_review_on: Mapped[date | None]
    next_review_precision: Mapped[Precision | None] = enum_column(Precision)
    is_material: Mapped[bool | None]
    change_note: Mapped[str] = mapped_column(default="")
    linked_documents: Mapped[str] = mapped_column(default="")
    started_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    started_at: Mapped[datetime]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    version_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("policy_version.id"))

    document: Mapped[PolicyDocument] = relationship(viewonly=True)
    started_by: Mapped[Person] = relationship(foreign_keys=[started_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])
    published: Mapped[PolicyVersion | None] = relationship(foreign_keys=[version_id])
    paragraphs: Mapped[list["DraftParagraph"]] = relationship(
        back_populates="draft", order_by="DraftParagraph.position", cascade="all, delete-orphan"
    )
    approvals: Mapped[list[PolicyApproval]] = relationship(order_by=PolicyApproval.position)

    @property
    def is_open(self) -> bool:
        """Whether it may still become a version."""
        return self.ended_at is None

    def is_kept_by(self, person: Person) -> bool:
        """Whether it is for this person to write, to send for approval and to publish it."""
        return person.holds(*GUARDIANS)

    def can_be_written_by(self, person: Person) -> bool:
        """Whether this person may change its text now."""
        return self.status is DraftStatus.DRAFT and self.is_kept_by(person)

    def can_be_published_by(self, person: Person) -> bool:
        """Whether this person may record approvals and publish it now."""
        return self.status is DraftStatus.IN_APPROVAL and self.is_kept_by(person)

    def can_be_withdrawn_by(self, person: Person) -> bool:
        """Whether this person may give it up now."""
        return self.is_open and self.is_kept_by(person)

    def outstanding(self, bodies: Iterable[str]) -> list[str]:
        """Which of these bodies, those of the version before, are not recorded to have approved it."""
        there = {name_key(one.body) for one in self.approvals}
        return [body for body in bodies if name_key(body) not in there]

    def missing(self) -> list[str]:
        """What has to be there before it can be approved."""
        there = {
            "What the version is called": self.label,
            "From when it holds": self.effective_on,
            "When it is reviewed next": self.next_review_on,
            "Whether it changes a rule": self.is_material is not None,
            "What changes, in a few words": self.change_note,
        }
        return [words for words, value in there.items() if not value]


@dataclass(frozen=True)
class Beside:
    """The paragraphs of the same level that stand before and behind one in its section; None where there is none."""

    above: "DraftParagraph | None"
    below: "DraftParagraph | None"


class DraftParagraph(Identified, Base):
    """One paragraph of a draft, which may still change."""

    __tablename__ = "policy_draft_paragraph"
    __table_args__ = (sa.UniqueConstraint("draft_id", "number"),)

    draft_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("policy_draft.id"))
    number: Mapped[str] = mapped_column(sa.String(20))
    section: Mapped[str] = mapped_column(sa.String(120))
    heading: Mapped[str] = mapped_column(sa.String(160))
    summary: Mapped[str]
    position: Mapped[int]

    draft: Mapped[PolicyDraft] = relationship(back_populates="paragraphs")

    @property
    def parent(self) -> str:
        """The number of the paragraph below which it stands; empty where it stands below none."""
        return self.number.rpartition("(")[0]

    def stands_below(self, other: "DraftParagraph") -> bool:
        """Whether it is a point of another paragraph, or a point of such a point."""
        return self.number.startswith(f"{other.number}(")

    def beside(self) -> Beside:
        """Past which paragraphs it can be moved; what stands below a paragraph goes with it."""
        level = [one for one in self.draft.paragraphs if (one.section, one.parent) == (self.section, self.parent)]
        place = level.index(self)
        return Beside(level[place - 1] if place else None, level[place + 1] if place + 1 < len(level) else None)
