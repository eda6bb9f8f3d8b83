"""What may go wrong with an account and how its success is judged: asked for before it is used (policy 6.1, 6.3)."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.account_register.models.account import Account
from app.core.db import Base, Identified, Versioned, append_only, enum_column, one_of
from app.core.seen import mark_of
from app.people.models import Person
from app.policy.queries import pack

OTHER_RISK = "other"
HIGHEST = 5


class RiskLevel(StrEnum):
    """How much of a risk is left once its control is in place."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Frequency(StrEnum):
    """How often somebody looks at the measures."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {"weekly": "Every week", "monthly": "Every month", "quarterly": "Every quarter", "yearly": "Every year"}[
            self.value
        ]


def level_of(score: int) -> RiskLevel:
    """How high likelihood times impact is (local settings)."""
    numbers = pack().numbers
    if score >= numbers["high_risk_from"].value:
        return RiskLevel.HIGH
    return RiskLevel.MEDIUM if score >= numbers["medium_risk_from"].value else RiskLevel.LOW


class RiskAssessment(Identified, Versioned, Base):
    """What may go wrong, how it is kept in check, and what remains; of a proposal, an account, or both.

    One that is sent is never changed: a new one takes its place. Who accepts a high risk is not who assessed it.
    """

    __tablename__ = "risk_assessment"
    __table_args__ = (
        sa.CheckConstraint("proposal_id IS NOT NULL OR account_id IS NOT NULL", name="about_something"),
        sa.CheckConstraint("(accepted_at IS NULL) = (accepted_by_id IS NULL)", name="accepted_by_somebody"),
        sa.CheckConstraint("accepted_by_id IS NULL OR accepted_by_id <> assessed_by_id", name="not_own_acceptance"),
        sa.Index(None, "proposal_id", "assessed_at"),
        sa.Index(None, "account_id", "assessed_at"),
    )

    proposal_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account_proposal.id"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    assessed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    assessed_at: Mapped[datetime]
    review_on: Mapped[date]
    highest_score: Mapped[int]
    accepted_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    accepted_at: Mapped[datetime | None]

    account: Mapped[Account | None] = relationship()
    assessed_by: Mapped[Person] = relationship(foreign_keys=[assessed_by_id])
    accepted_by: Mapped[Person | None] = relationship(foreign_keys=[accepted_by_id])
    rows: Mapped[list["RiskRow"]] = relationship(back_populates="assessment", order_by="RiskRow.position")

    @property
    def level(self) -> RiskLevel:
        """The highest of the risks that remain."""
        return level_of(self.highest_score)

    @property
    def must_be_accepted(self) -> bool:
        """Whether a high risk remains that nobody has accepted yet."""
        return self.accepted_at is None and self.level is RiskLevel.HIGH

    @property
    def rows_to_accept(self) -> list["RiskRow"]:
        """The high risks of an account that nobody has accepted."""
        return [row for row in self.rows if row.accept_by is not None]


def mark_of_risks(rows: Iterable["RiskRow"]) -> str:
    """Different once somebody would accept something else: another risk, rated or kept in check otherwise."""
    told = ((row.heading, row.risk, row.likelihood, row.impact, row.control) for row in rows)
    return mark_of(*(part for row in told for part in row))


class RiskRow(Identified, Base):
    """One risk under a heading of the pack, with what keeps it in check and who sees to that."""

    __tablename__ = "risk_row"
    __table_args__ = (
        sa.CheckConstraint(f"likelihood BETWEEN 1 AND {HIGHEST}", name="likelihood_in_range"),
        sa.CheckConstraint(f"impact BETWEEN 1 AND {HIGHEST}", name="impact_in_range"),
        sa.CheckConstraint("control <> ''", name="has_a_control"),
        sa.CheckConstraint("(accepted_at IS NULL) = (accepted_by_id IS NULL)", name="accepted_by_somebody"),
        sa.CheckConstraint("accepted_by_id IS NULL OR accepted_by_id <> rated_by_id", name="not_own_acceptance"),
        sa.CheckConstraint("accept_by IS NULL OR accepted_at IS NULL", name="accepted_or_waiting"),
        sa.CheckConstraint("(accept_by IS NULL) = (high_since IS NULL)", name="counted_from_a_day"),
        sa.UniqueConstraint("assessment_id", "position"),
        sa.Index(None, "review_from"),
        sa.Index(None, "accept_by"),
    )

    assessment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("risk_assessment.id"))
    position: Mapped[int]
    heading: Mapped[str] = mapped_column(sa.String(160))
    risk: Mapped[str]
    likelihood: Mapped[int]
    impact: Mapped[int]
    control: Mapped[str]
    owner_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    # By when its owner looks at it again, and from when that is asked for.
    review_on: Mapped[date | None]
    review_from: Mapped[date | None]
    # Who rated it, and who else accepted it as high as that: both stay until somebody rates it higher, or
    # rewrites what keeps it in check without the score falling.
    rated_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    rated_at: Mapped[datetime]
    # By when a high risk of an account is accepted; empty once nothing waits for that.
    accept_by: Mapped[date | None]
    # From which day that is counted: since then it is high and nobody has accepted it, however it was rated meanwhile.
    high_since: Mapped[date | None]
    accepted_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    accepted_at: Mapped[datetime | None]

    assessment: Mapped[RiskAssessment] = relationship(back_populates="rows")
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    rated_by: Mapped[Person] = relationship(foreign_keys=[rated_by_id])
    accepted_by: Mapped[Person | None] = relationship(foreign_keys=[accepted_by_id])

    @property
    def score(self) -> int:
        """Likelihood times impact."""
        return self.likelihood * self.impact

    @property
    def level(self) -> RiskLevel:
        """How high that is."""
        return level_of(self.score)

    def is_same_risk(self, other: "RiskRow | RiskEntry") -> bool:
        """Whether another row, of this assessment or of one before or after, is about the same risk."""
        return (self.heading, self.risk) == (other.heading, other.risk)

    def accept(self, by: Person, at: datetime) -> None:
        """Note who accepted it."""
        self.accepted_by, self.accepted_by_id, self.accepted_at = by, by.id, at
        self.ask_nobody()

    def ask_by(self, due_on: date | None, since: date | None) -> None:
        """Note by when somebody accepts it, counted from a day."""
        self.accept_by, self.high_since = due_on, since

    def ask_nobody(self) -> None:
        """Note that nothing waits for its acceptance."""
        self.accept_by = self.high_since = None


class MonitoringPlan(Identified, Base):
    """How somebody will know whether an account does what it is for, and when that is judged (policy 6.3)."""

    __tablename__ = "monitoring_plan"
    __table_args__ = (
        one_of("frequency", Frequency),
        sa.CheckConstraint("proposal_id IS NOT NULL OR account_id IS NOT NULL", name="about_something"),
        sa.CheckConstraint("measures <> ''", name="has_a_measure"),
        sa.Index(None, "proposal_id", "planned_at"),
        sa.Index(None, "account_id", "planned_at"),
        sa.Index(None, "results_from"),
    )

    proposal_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account_proposal.id"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    planned_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    planned_at: Mapped[datetime]
    objectives: Mapped[str]
    measures: Mapped[str]
    responsible_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    frequency: Mapped[Frequency] = enum_column(Frequency)
    evaluation_on: Mapped[date]
    # By when results are written down next, and from when that is asked for; empty once no more are asked for.
    results_due_on: Mapped[date | None]
    results_from: Mapped[date | None]

    account: Mapped[Account | None] = relationship()
    planned_by: Mapped[Person] = relationship(foreign_keys=[planned_by_id])
    responsible: Mapped[Person] = relationship(foreign_keys=[responsible_id])


class CheckKind(StrEnum):
    """What was looked at again."""

    CONTENT = "content"
    RESULTS = "results"
    RISK = "risk"


class AccountCheck(Identified, Base):
    """That somebody read through what an account says, wrote down its results, or looked at a risk again. Never changed."""

    __tablename__ = "account_check"
    __table_args__ = (
        one_of("kind", CheckKind),
        sa.CheckConstraint("(kind = 'results') = (plan_id IS NOT NULL)", name="results_of_a_plan"),
        sa.CheckConstraint("(kind = 'risk') = (risk_row_id IS NOT NULL)", name="about_a_risk"),
        sa.CheckConstraint("words <> ''", name="has_words"),
        sa.CheckConstraint("NOT dropped OR kind = 'risk'", name="only_a_risk_is_dropped"),
        sa.Index(None, "account_id", "done_at"),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    kind: Mapped[CheckKind] = enum_column(CheckKind)
    plan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("monitoring_plan.id"))
    risk_row_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("risk_row.id"))
    done_at: Mapped[datetime]
    done_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    words: Mapped[str]
    next_on: Mapped[date | None]
    # Whether that risk is none any more; else the assessment that followed says how it was rated then.
    dropped: Mapped[bool] = mapped_column(default=False)

    done_by: Mapped[Person] = relationship()
    risk_row: Mapped[RiskRow | None] = relationship()


append_only(AccountCheck)


@dataclass(frozen=True)
class RiskEntry:
    """One risk as it was entered, rated with its control in place."""

    heading: str
    risk: str
    likelihood: int
    impact: int
    control: str
    owner_id: uuid.UUID
    # By when its owner looks at it again; left out, with the whole assessment.
    review_on: date | None = None


@dataclass(frozen=True)
class PlanEntry:
    """A monitoring and evaluation plan as it was entered."""

    objectives: str
    measures: str
    responsible_id: uuid.UUID
    frequency: Frequency
    evaluation_on: date
