"""That somebody looked at who has access to an account, and said of each whether it stays."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.account_register.models.access import AccessGrant
from app.account_register.models.account import Account
from app.core.db import Base, Identified, append_only
from app.people.models import Person


class AccessReview(Identified, Base):
    """One review of everybody's access to an account; it never changes (a local setting: once a quarter)."""

    __tablename__ = "access_review"
    __table_args__ = (sa.Index(None, "account_id", "reviewed_at"),)

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    reviewed_at: Mapped[datetime]
    reviewed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))

    account: Mapped[Account] = relationship()
    reviewed_by: Mapped[Person] = relationship()
    answers: Mapped[list["AccessReviewAnswer"]] = relationship(back_populates="review")


class AccessReviewAnswer(Identified, Base):
    """Whether one person's access stays, as it was answered in a review."""

    __tablename__ = "access_review_answer"
    __table_args__ = (sa.UniqueConstraint("review_id", "grant_id"),)

    review_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("access_review.id"))
    grant_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("access_grant.id"))
    stays: Mapped[bool]

    review: Mapped[AccessReview] = relationship(back_populates="answers")
    grant: Mapped[AccessGrant] = relationship()


append_only(AccessReview)
append_only(AccessReviewAnswer)
