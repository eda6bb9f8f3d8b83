"""What happens to an account: a compromise with its steps, interest of the media, an attack (domain 2.8, 3.1; S2 5.5)."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.account_register.models import Account
from app.core.db import Base, Identified, Versioned, append_only, enum_column, one_of
from app.core.seen import mark_of
from app.core.statuses import HasStatus, TransitionTable
from app.credential_rotation.models.own_logins import Credentials, LoginToSecure
from app.credential_rotation.models.rotation_states import RotationStatus
from app.credential_rotation.models.rotations import CredentialRotation, RotationCause, StepOutcome
from app.people.models import KEEPERS, Person, Role

HANDLERS = (*KEEPERS, Role.ICT)
"""Who records what happened to an account and puts a compromised one back to live (domain 3.2)."""

SEES_INCIDENTS = (*HANDLERS, Role.DPO, Role.AUDITOR)


class IncidentKind(StrEnum):
    """What happened (domain 3.1)."""

    COMPROMISE = "compromise"
    MEDIA_INTEREST = "media_interest"
    ONLINE_ATTACK = "online_attack"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {
            "compromise": "Compromised", "media_interest": "Media interest", "online_attack": "Online attack",
        }.get(self.value, "Something else")  # fmt: skip


class IncidentStatus(StrEnum):
    """Whether anything is left to do."""

    OPEN = "open"
    CLOSED = "closed"


INCIDENT_TRANSITIONS = TransitionTable(IncidentStatus, {IncidentStatus.OPEN: (IncidentStatus.CLOSED,)})


class PlanStep(StrEnum):
    """A step of the plan for a compromised account, in the order in which they are taken (domain 2.8; S2 5.5)."""

    DECLARED = "declared"
    INFORMED = "informed"
    PLATFORM = "platform"
    CREDENTIALS = "credentials"
    RECOVERY = "recovery"
    ADMINISTRATORS = "administrators"
    CONNECTED_TOOLS = "connected_tools"
    FORWARDING = "forwarding"
    EVIDENCE = "evidence"
    CONTENT = "content"
    STATEMENT = "statement"
    POLICE = "police"
    REFERENCE = "reference"
    LESSONS = "lessons"

    @property
    def label(self) -> str:
        """What is to be done, in words."""
        return _STEP_WORDS[self]


_STEP_WORDS = {
    PlanStep.DECLARED: "Declare that the account is compromised",
    PlanStep.INFORMED: "Tell the keeper of the register, ICT and the data protection officer",
    PlanStep.PLATFORM: "Contact the platform",
    PlanStep.CREDENTIALS: "Change the password and sign out everywhere",
    PlanStep.RECOVERY: "Check the recovery details",
    PlanStep.ADMINISTRATORS: "Check who administers the account",
    PlanStep.CONNECTED_TOOLS: "Check connected tools and apps",
    PlanStep.FORWARDING: "Check forwarding rules",
    PlanStep.EVIDENCE: "Keep evidence",
    PlanStep.CONTENT: "Remove what others published",
    PlanStep.STATEMENT: "Say so on our other channels",
    PlanStep.POLICE: "Report it to Report Fraud or the police",
    PlanStep.REFERENCE: "Log it under the incident policy",
    PlanStep.LESSONS: "Write down the outcome and what was learnt",
}
CHECKLIST = tuple(PlanStep)

_INCIDENT_CAUSES = sa.Table(
    "incident_cause",
    Base.metadata,
    sa.Column("incident_id", sa.ForeignKey("account_incident.id"), primary_key=True),
    sa.Column("cause_id", sa.ForeignKey("rotation_cause.id"), primary_key=True),
    sa.Index(None, "cause_id"),
)
"""Which causes to change a credential a compromise gave. A cause may move to a further change, and is followed there."""


class AccountIncident(Identified, Versioned, HasStatus, Base):
    """Something that happened to an account, from when it was recorded to its outcome."""

    __tablename__ = "account_incident"
    __table_args__ = (
        one_of("kind", IncidentKind),
        one_of("status", IncidentStatus),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_has_a_moment"),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed_by_somebody"),
        sa.CheckConstraint("status <> 'closed' OR outcome <> ''", name="closed_has_an_outcome"),
        sa.CheckConstraint("kind <> 'media_interest' OR by_whom <> ''", name="media_interest_says_who"),
        sa.Index(
            "uq_account_incident_compromise",
            "account_id",
            unique=True,
            sqlite_where=sa.text("status = 'open' AND kind = 'compromise'"),
            postgresql_where=sa.text("status = 'open' AND kind = 'compromise'"),
        ),
        sa.Index(None, "status", "recorded_at", "id"),
        sa.Index(None, "status", "due_on"),
        sa.Index(None, "account_id", "recorded_at"),
    )
    transitions = INCIDENT_TRANSITIONS

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    kind: Mapped[IncidentKind] = enum_column(IncidentKind)
    status: Mapped[IncidentStatus] = enum_column(IncidentStatus, default=IncidentStatus.OPEN)
    noticed_on: Mapped[date]
    what_happened: Mapped[str]
    by_whom: Mapped[str] = mapped_column(sa.String(200), default="")
    what_was_said: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    due_on: Mapped[date]
    reference: Mapped[str] = mapped_column(sa.String(60), default="")
    outcome: Mapped[str] = mapped_column(default="")
    lessons: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))

    account: Mapped[Account] = relationship()
    causes: Mapped[list[RotationCause]] = relationship(secondary=_INCIDENT_CAUSES)
    recorded_by: Mapped[Person] = relationship(foreign_keys=[recorded_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
    logins: Mapped[list[LoginToSecure]] = relationship(back_populates="incident")
    steps: Mapped[list["IncidentStep"]] = relationship(back_populates="incident")
    notes: Mapped[list["IncidentNote"]] = relationship(
        back_populates="incident", order_by="IncidentNote.written_at, IncidentNote.id"
    )

    @property
    def is_open(self) -> bool:
        """Whether anything is left to do."""
        return self.status is IncidentStatus.OPEN

    @property
    def is_compromise(self) -> bool:
        """Whether somebody else got in, so that the steps of the plan are taken."""
        return self.kind is IncidentKind.COMPROMISE

    def answer_to(self, step: PlanStep) -> "IncidentStep | None":
        """How a step of the plan was answered."""
        return next((answer for answer in self.steps if answer.kind is step), None)

    @property
    def mark_of_lessons(self) -> str:
        """Different once somebody has written the outcome or the lessons anew."""
        return mark_of(self.outcome, self.lessons)

    @property
    def unanswered(self) -> list[PlanStep]:
        """The steps of the plan that nobody has answered; none where it is no compromise."""
        return [step for step in CHECKLIST if self.is_compromise and self.answer_to(step) is None]

    @property
    def rotations(self) -> list[CredentialRotation]:
        """The changes of credentials that a compromise asked for: the account's own first, then those of its parts."""
        found = {cause.rotation.id: cause.rotation for cause in self.causes}

        def own_first(one: CredentialRotation) -> tuple[bool, str, str, uuid.UUID]:
            return one.account_id != self.account_id, one.account.name, one.account.platform, one.id

        return sorted(found.values(), key=own_first)

    @property
    def to_change(self) -> list[CredentialRotation]:
        """Those that nobody has marked as changed."""
        return [one for one in self.rotations if one.status is RotationStatus.DUE]

    @property
    def to_finish(self) -> list[CredentialRotation]:
        """Those that are not both changed and verified; of a part that is gone, nothing is left to change."""
        return [one for one in self.rotations if one.status is not RotationStatus.COMPLETE and one.gone_id is None]

    @property
    def credentials(self) -> Credentials:
        """With what people sign in to what is compromised: which of it was to be made new."""
        return Credentials.of(shared=bool(self.causes), own=bool(self.logins))

    def label_of(self, step: PlanStep) -> str:
        """What is to be done, in words that are true of how people sign in to this account."""
        return self.credentials.label if step is PlanStep.CREDENTIALS else step.label

    def to_secure_on(self, day: date) -> list[LoginToSecure]:
        """The own logins that nobody has said to be secured, of people who still have their access, by name."""
        left = (one for one in self.logins if one.is_left_on(day))
        return sorted(left, key=lambda one: (one.grant.person.name, one.grant.account.name, one.id))

    def left_on(self, day: date) -> list[str]:
        """Everything that is still to be done before the account may be live again, in words."""
        return [
            *(self.label_of(step) for step in self.unanswered),
            *(
                f"Change the password of {one.account.name} ({one.account.platform}), and have a second person verify it"
                for one in self.to_finish
            ),
            *(one.what_is_left for one in self.to_secure_on(day)),
        ]

    def can_be_seen_by(self, person: Person) -> bool:
        """Whether this person may read it: keepers, ICT, data protection officer, auditor, and the account's owner."""
        return person.holds(*SEES_INCIDENTS) or self.account.owner_id == person.id

    def is_handler(self, person: Person) -> bool:
        """Whether it is for this person to end it: the keepers of the register and ICT (domain 3.2)."""
        return person.holds(*HANDLERS)

    def is_worker(self, person: Person) -> bool:
        """Whether it is for this person to take the steps and add to the record: who handles it, and the account's owner."""
        return self.is_handler(person) or self.account.owner_id == person.id

    def can_be_worked_on_by(self, person: Person) -> bool:
        """Whether this person may answer steps and add to the record now."""
        return self.is_open and self.is_worker(person)

    def can_be_recovered_by(self, person: Person) -> bool:
        """Whether this person may put the account back to live, once nothing is left to do."""
        return self.is_open and self.is_compromise and self.is_handler(person)

    def can_be_closed_by(self, person: Person) -> bool:
        """Whether this person may close it with its outcome now. A compromise ends with its recovery instead."""
        return self.is_open and not self.is_compromise and self.is_handler(person)


class IncidentStep(Identified, Base):
    """One step of the plan: done, or not applicable with its reason, by whom and when."""

    __tablename__ = "incident_step"
    __table_args__ = (
        one_of("kind", PlanStep),
        one_of("outcome", StepOutcome),
        sa.UniqueConstraint("incident_id", "kind"),
        sa.CheckConstraint("outcome = 'done' OR reason <> ''", name="not_applicable_has_a_reason"),
        sa.CheckConstraint("kind <> 'credentials' OR outcome = 'done'", name="credentials_are_changed"),
    )

    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account_incident.id"))
    kind: Mapped[PlanStep] = enum_column(PlanStep)
    outcome: Mapped[StepOutcome] = enum_column(StepOutcome)
    reason: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime]
    answered_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))

    incident: Mapped[AccountIncident] = relationship(back_populates="steps")
    answered_by: Mapped[Person] = relationship()


class IncidentNote(Identified, Base):
    """What somebody added to the record: what was done, asked or said. It never changes."""

    __tablename__ = "incident_note"
    __table_args__ = (sa.Index(None, "incident_id", "written_at"),)

    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account_incident.id"))
    written_at: Mapped[datetime]
    written_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    text: Mapped[str]

    incident: Mapped[AccountIncident] = relationship(back_populates="notes")
    written_by: Mapped[Person] = relationship()


append_only(IncidentNote)


@dataclass(frozen=True)
class IncidentReport:
    """What somebody knows of what happened to an account."""

    noticed_on: date
    what_happened: str
    by_whom: str = ""
    what_was_said: str = ""
    reference: str = ""


@dataclass(frozen=True)
class StepAnswered:
    """How a step is answered. One that does not apply says why; the reference says under which number it is logged."""

    outcome: StepOutcome
    reason: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Ending:
    """How something that happened ended, what was learnt, and under which reference it is logged."""

    outcome: str
    lessons: str = ""
    reference: str = ""
