"""Reminders that managers give their teams about the policy, and by when the next one is due (policy 6.1(4))."""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned, append_only, enum_column, one_of
from app.people.models import HR_OFFICERS, KEEPERS, Person, Role
from app.policy.models.versions import PolicyVersion

SEES_REMINDERS = (*KEEPERS, *HR_OFFICERS, Role.AUDITOR)
"""Who sees which managers have reminded their teams, and who is late."""


class RemindedBy(StrEnum):
    """How a manager reminded the team: by a message in their name, or at a briefing they held themselves."""

    MESSAGE = "message"
    BRIEFING = "briefing"

    @property
    def label(self) -> str:
        """How, in words."""
        return {"message": "By message", "briefing": "At a team briefing"}[self.value]


class TeamReminder(Identified, Base):
    """That a manager reminded the team of the policy, in which words, of which version, and who was there."""

    __tablename__ = "team_reminder"
    __table_args__ = (
        one_of("method", RemindedBy),
        sa.CheckConstraint("words <> ''", name="says_something"),
        sa.Index(None, "manager_id", "given_on"),
    )

    manager_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("policy_version.id"))
    method: Mapped[RemindedBy] = enum_column(RemindedBy)
    given_on: Mapped[date]
    words: Mapped[str]
    at: Mapped[datetime]

    manager: Mapped[Person] = relationship()
    version: Mapped[PolicyVersion] = relationship()
    audience: Mapped[list["ReminderTo"]] = relationship(back_populates="reminder")


class ReminderTo(Identified, Base):
    """One person who was reminded."""

    __tablename__ = "team_reminder_to"
    __table_args__ = (sa.UniqueConstraint("reminder_id", "person_id"), sa.Index(None, "person_id"))

    reminder_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("team_reminder.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))

    reminder: Mapped[TeamReminder] = relationship(back_populates="audience")


class ReminderTurn(Identified, Versioned, Base):
    """By when a manager is to remind the team next, and from which day that was counted; done with a reminder.

    Where it was to be shown and there was nobody to remind, it waits from that day on, and is counted anew from the day on
    which there is.
    """

    __tablename__ = "reminder_turn"
    __table_args__ = (
        sa.CheckConstraint("due_on >= counted_from", name="due_after_start"),
        sa.Index(
            "uq_reminder_turn_open", "manager_id", unique=True,
            sqlite_where=sa.text("done_by_id IS NULL"), postgresql_where=sa.text("done_by_id IS NULL"),
        ),
    )  # fmt: skip

    manager_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    counted_from: Mapped[date]
    due_on: Mapped[date]
    shown_from: Mapped[date]
    waits_since: Mapped[date | None]
    done_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("team_reminder.id"))

    manager: Mapped[Person] = relationship()

    def can_be_seen_by(self, person: Person) -> bool:
        """Whether this person may see that it is due: the manager, their own manager, and who sees all reminders."""
        return person.id == self.manager_id or person.manages(self.manager) or person.holds(*SEES_REMINDERS)


append_only(TeamReminder)
append_only(ReminderTo)
