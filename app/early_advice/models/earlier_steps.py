"""What the manager, HR and the safeguarding lead recorded of a declaration before it was asked of them again."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, append_only, enum_column, one_of
from app.core.sealing import DataKey, SealedText
from app.people.models import Person


class HrAnswer(StrEnum):
    """What HR did about what may bear on somebody's safety."""

    NO_CONCERN = "no_concern"
    ADVICE = "advice"
    PASSED_ON = "passed_on"

    @property
    def label(self) -> str:
        """The answer in words."""
        return {
            "no_concern": "No concern for anybody's safety", "advice": "Advice to the manager",
            "passed_on": "Taken to the safeguarding lead",
        }[self.value]  # fmt: skip


class DeclarationAction(StrEnum):
    """What the manager decided. What is referred to HR comes back to them to be decided."""

    UNLINK = "unlink"
    MAY_STAY = "may_stay"
    REFER = "refer"

    @property
    def label(self) -> str:
        """The decision in words."""
        return {
            "unlink": "End the connection online", "may_stay": "It may stay, for the reasons given",
            "refer": "HR looks at it",
        }[self.value]  # fmt: skip


class StepOf(StrEnum):
    """Whose step it was."""

    MANAGER = "manager"
    HR = "hr"
    LEAD = "lead"

    @property
    def label(self) -> str:
        """What they did, in words."""
        return {
            "manager": "Taken to Human Resources", "hr": "Looked at by Human Resources", "lead": "Taken over",
        }[self.value]  # fmt: skip


class EarlierStep(Identified, Base):
    """One answer that a later one of the same kind took the place of. It stays as it was, for whoever may read it."""

    __tablename__ = "declaration_earlier_step"
    __table_args__ = (
        one_of("step_of", StepOf),
        one_of("answer", HrAnswer),
        sa.CheckConstraint("(step_of = 'hr') = (answer IS NOT NULL)", name="only_hr_answers"),
        sa.CheckConstraint("step_of = 'hr' OR advice_sealed IS NULL", name="only_hr_advises"),
        one_of("action", DeclarationAction),
        sa.CheckConstraint("step_of = 'manager' OR action IS NULL", name="only_managers_decide"),
        sa.Index(None, "declaration_id", "at", "id"),
    )

    declaration_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("declaration_of_interest.id"))
    data_key_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("data_key.id"))
    step_of: Mapped[StepOf] = enum_column(StepOf)
    answer: Mapped[HrAnswer | None] = enum_column(HrAnswer)
    # What the manager decided; nothing where they took it to HR before that was kept here.
    action: Mapped[DeclarationAction | None] = enum_column(DeclarationAction)
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    words_sealed: Mapped[bytes | None]
    advice_sealed: Mapped[bytes | None]

    by: Mapped[Person] = relationship()
    data_key: Mapped[DataKey] = relationship(lazy="joined", innerjoin=True)

    words = SealedText()
    # What HR wrote for the manager.
    advice = SealedText()

    @property
    def label(self) -> str:
        """What was done, in words."""
        is_referral = self.action in (None, DeclarationAction.REFER)
        return self.step_of.label if is_referral else f"Decided: {self.action.label}" if self.action else ""

    def words_are_for(self, *, for_hr: bool) -> bool:
        """Whether a reader of the declaration reads the words and whose they are: all do of the manager's, of the others'
        only who reads what HR did.
        """
        return for_hr or self.step_of is StepOf.MANAGER


append_only(EarlierStep)
