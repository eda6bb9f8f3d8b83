"""How a policy document is kept: reasons to revise it, reviews, and schools that adopted it or did not."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, append_only, enum_column, one_of
from app.core.plain_letters import name_key
from app.people.models import Person
from app.policy.models.versions import PolicyVersion


class RevisionCause(StrEnum):
    """What changed, so that a document should change too (policy 12.1)."""

    LAW = "law"
    GUIDANCE = "guidance"
    PRACTICE = "practice"

    @property
    def label(self) -> str:
        """What changed, in words."""
        return {"law": "The law", "guidance": "Guidance or a standard", "practice": "How we work"}[self.value]


class RevisionReason(Identified, Base):
    """Something that changed on a day and asks for a revision; open until a version or a review answers it."""

    __tablename__ = "revision_reason"
    __table_args__ = (
        one_of("cause", RevisionCause),
        sa.CheckConstraint("words <> ''", name="says_what"),
        sa.CheckConstraint("answered_on IS NOT NULL OR version_id IS NULL", name="answered_by_a_version"),
        sa.Index(None, "slug", "changed_on"),
    )

    slug: Mapped[str] = mapped_column(sa.String(80), sa.ForeignKey("policy_document.slug"))
    cause: Mapped[RevisionCause] = enum_column(RevisionCause)
    words: Mapped[str] = mapped_column(sa.String(500))
    changed_on: Mapped[date]
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    answered_on: Mapped[date | None]
    version_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("policy_version.id"))

    recorded_by: Mapped[Person] = relationship()
    version: Mapped[PolicyVersion | None] = relationship()


class PolicyReview(Identified, Base):
    """That the guardian looked at a document and kept the version in force, with why and until when."""

    __tablename__ = "policy_review"
    __table_args__ = (sa.CheckConstraint("words <> ''", name="says_why"), sa.Index(None, "version_id"))

    version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("policy_version.id"))
    reviewed_on: Mapped[date]
    words: Mapped[str] = mapped_column(sa.String(500))
    next_review_on: Mapped[date]
    reviewed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    reviewed_by: Mapped[Person] = relationship()


def _school_key(context: Any) -> str:
    return name_key(context.get_current_parameters()["school"])


class SchoolAdoption(Identified, Base):
    """What a school's governing body decided about a policy, and when (policy 5.1). A later decision ends it."""

    __tablename__ = "school_adoption"
    __table_args__ = (
        sa.CheckConstraint("school <> '' AND school_key <> ''", name="names_the_school"),
        sa.CheckConstraint("until IS NULL OR until >= decided_on", name="ends_after_start"),
        sa.Index(
            "uq_school_adoption_standing", "slug", "school_key", unique=True,
            sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL"),
        ),
    )  # fmt: skip

    slug: Mapped[str] = mapped_column(sa.String(80), sa.ForeignKey("policy_document.slug"))
    school: Mapped[str] = mapped_column(sa.String(120))
    # By which the school is known again, however somebody types it.
    school_key: Mapped[str] = mapped_column(default=_school_key)
    adopted: Mapped[bool]
    decided_on: Mapped[date]
    until: Mapped[date | None]
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    recorded_by: Mapped[Person] = relationship()


append_only(PolicyReview)
