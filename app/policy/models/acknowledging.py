"""Who read an exact version of the policy and agreed to keep it."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, append_only
from app.policy.models.versions import PolicyVersion


class Acknowledgement(Identified, Base):
    """That somebody read an exact version of the policy and agreed to keep it (a local setting, not in the policy)."""

    __tablename__ = "acknowledgement"
    __table_args__ = (sa.UniqueConstraint("person_id", "version_id"),)

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("policy_version.id"))
    at: Mapped[datetime]

    version: Mapped[PolicyVersion] = relationship()


append_only(Acknowledgement)
