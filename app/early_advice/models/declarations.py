"""A connection with somebody who uses a service, declared without naming them (policy 7.6; that it is declared is local)."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.breach_reports.models import YesNoUnknown
from app.core import clock
from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.core.sealing import DataKey, SealedText
from app.core.statuses import HasStatus, TransitionTable
from app.early_advice.models.earlier_steps import DeclarationAction, EarlierStep, HrAnswer, StepOf
from app.early_advice.models.seats import Seat, sits_in
from app.people.models import HR_OFFICERS, Person, Role


class Connection(StrEnum):
    """To whom somebody is connected."""

    CURRENT = "current"
    FORMER = "former"
    FAMILY = "family"

    @property
    def label(self) -> str:
        """The connection in words."""
        return {
            "current": "Somebody who uses our services now", "former": "Somebody who used our services before",
            "family": "Somebody in the family of a person who uses or used our services",
        }[self.value]  # fmt: skip


class DeclarationStatus(StrEnum):
    """Where a declaration is (domain 3.8)."""

    DECLARED = "declared"
    WITH_HR = "with_hr"
    TO_DO = "to_do"
    IN_PLACE = "in_place"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """The status in words."""
        return {
            "declared": "To be decided", "with_hr": "With Human Resources", "to_do": "Something to do",
            "in_place": "Agreed", "ended": "No longer holds",
        }[self.value]  # fmt: skip


DECLARATION_TRANSITIONS = TransitionTable(
    DeclarationStatus,
    {
        DeclarationStatus.DECLARED: (
            DeclarationStatus.WITH_HR, DeclarationStatus.TO_DO, DeclarationStatus.IN_PLACE, DeclarationStatus.ENDED,
        ),
        # HR looks and the manager decides: it comes back to them once HR has answered.
        DeclarationStatus.WITH_HR: (DeclarationStatus.DECLARED, DeclarationStatus.ENDED),
        # Where HR's advice comes after the decision, the manager decides anew.
        DeclarationStatus.TO_DO: (DeclarationStatus.IN_PLACE, DeclarationStatus.DECLARED, DeclarationStatus.ENDED),
        # Where something changed it ends, and is declared anew: what was decided stays as it was.
        DeclarationStatus.IN_PLACE: (DeclarationStatus.DECLARED, DeclarationStatus.ENDED),
    },
)  # fmt: skip


class DeclarationOfInterest(Identified, Versioned, HasStatus, Base):
    """That somebody is connected online with a person who uses or used a service. No field is for that person's name.

    A voluntary aid: never a ground of allegation. Words are sealed to the manager, and to HR where it looks at it.
    """

    __tablename__ = "declaration_of_interest"
    __table_args__ = (
        one_of("connection", Connection),
        one_of("status", DeclarationStatus),
        one_of("action", DeclarationAction),
        one_of("at_risk", YesNoUnknown),
        one_of("hr_answer", HrAnswer),
        sa.CheckConstraint("(reviewed_at IS NULL) = (reviewed_by_id IS NULL)", name="reviewed_by_somebody"),
        sa.CheckConstraint("(reviewed_at IS NULL) = (action IS NULL)", name="reviewed_with_an_action"),
        sa.CheckConstraint("reviewed_by_id IS NULL OR reviewed_by_id <> person_id", name="not_own_reviewer"),
        sa.CheckConstraint(
            "status NOT IN ('to_do', 'in_place') OR COALESCE(action, 'refer') <> 'refer'", name="agreed_was_reviewed"
        ),
        sa.CheckConstraint("status <> 'declared' OR COALESCE(action, 'refer') = 'refer'", name="declared_is_undecided"),
        sa.CheckConstraint("status <> 'with_hr' OR COALESCE(action, '') = 'refer'", name="with_hr_was_referred"),
        sa.CheckConstraint("status <> 'with_hr' OR hr_asked_at IS NOT NULL", name="with_hr_asks_hr"),
        sa.CheckConstraint("status <> 'to_do' OR act_by IS NOT NULL", name="to_do_has_a_date"),
        sa.CheckConstraint("(status = 'in_place') = (again_on IS NOT NULL)", name="agreed_is_asked_again"),
        sa.CheckConstraint("(again_on IS NULL) = (again_from IS NULL)", name="asked_again_from_a_day"),
        sa.CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name="ended_has_a_moment"),
        sa.CheckConstraint("(hr_answer IS NULL) = (hr_by_id IS NULL)", name="answered_by_somebody"),
        sa.CheckConstraint("(hr_answer IS NULL) = (hr_at IS NULL)", name="answer_has_a_moment"),
        sa.CheckConstraint("hr_by_id IS NULL OR hr_by_id <> person_id", name="not_own_hr"),
        sa.CheckConstraint("hr_answer IS NULL OR hr_asked_at IS NOT NULL", name="answered_when_asked"),
        sa.CheckConstraint("(hr_asked_at IS NULL) = (hr_due_on IS NULL)", name="hr_has_a_date"),
        sa.CheckConstraint(
            "COALESCE(hr_answer, '') <> 'passed_on' OR lead_due_on IS NOT NULL", name="passed_on_has_a_date"
        ),
        sa.CheckConstraint("(lead_asked_at IS NULL) = (lead_due_on IS NULL)", name="lead_has_a_date"),
        sa.CheckConstraint("(lead_at IS NULL) = (lead_by_id IS NULL)", name="taken_over_by_somebody"),
        sa.CheckConstraint("lead_at IS NULL OR lead_due_on IS NOT NULL", name="taken_over_when_passed_on"),
        sa.CheckConstraint("lead_by_id IS NULL OR lead_by_id <> person_id", name="not_own_lead"),
        sa.Index(None, "person_id", "declared_at", "id"),
        sa.Index(None, "status", "declared_at", "id"),
    )
    transitions = DECLARATION_TRANSITIONS

    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    data_key_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("data_key.id"))
    connection: Mapped[Connection] = enum_column(Connection)
    at_risk: Mapped[YesNoUnknown] = enum_column(YesNoUnknown)
    declared_at: Mapped[datetime]
    # From when the manager's time counts: since it was declared, or since HR has looked at it and they decide after that.
    review_since: Mapped[datetime]
    review_by: Mapped[date]
    status: Mapped[DeclarationStatus] = enum_column(DeclarationStatus, default=DeclarationStatus.DECLARED)
    action: Mapped[DeclarationAction | None] = enum_column(DeclarationAction)
    reviewed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]
    act_by: Mapped[date | None]
    agreed_at: Mapped[datetime | None]
    # When it is looked at again, and from when on that stands on first pages.
    again_on: Mapped[date | None]
    again_from: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    hr_asked_at: Mapped[datetime | None]
    hr_due_on: Mapped[date | None]
    hr_answer: Mapped[HrAnswer | None] = enum_column(HrAnswer)
    hr_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    hr_at: Mapped[datetime | None]
    # Where HR took it to the safeguarding lead: when, by when they take it over, and who has. It stays with them also where
    # HR is asked again.
    lead_asked_at: Mapped[datetime | None]
    lead_due_on: Mapped[date | None]
    lead_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    lead_at: Mapped[datetime | None]

    where_sealed: Mapped[bytes | None]
    marker_sealed: Mapped[bytes | None]
    words_sealed: Mapped[bytes | None]
    reasons_sealed: Mapped[bytes | None]
    hr_words_sealed: Mapped[bytes | None]
    advice_sealed: Mapped[bytes | None]
    lead_words_sealed: Mapped[bytes | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    reviewed_by: Mapped[Person | None] = relationship(foreign_keys=[reviewed_by_id])
    hr_by: Mapped[Person | None] = relationship(foreign_keys=[hr_by_id])
    lead_by: Mapped[Person | None] = relationship(foreign_keys=[lead_by_id])
    data_key: Mapped[DataKey] = relationship(lazy="joined", innerjoin=True)
    earlier: Mapped[list[EarlierStep]] = relationship(order_by=(EarlierStep.at, EarlierStep.id))

    where = SealedText()
    marker = SealedText()
    words = SealedText()
    reasons = SealedText()
    hr_words = SealedText()
    # What HR writes for the manager, beside its own notes.
    advice = SealedText()
    lead_words = SealedText()

    def is_reviewer(self, person: Person) -> bool:
        """Whether it is for this person to review: the manager, failing one the head of the service; never who declared."""
        return sits_in(Seat.MANAGER, person, self.person, clock.today())

    def can_be_reviewed_by(self, person: Person) -> bool:
        """Whether this person may decide on it now."""
        return self.status is DeclarationStatus.DECLARED and self.is_reviewer(person)

    @property
    def need_not_be_reviewed(self) -> bool:
        """Whether it is undecided and whoever declared it has left: the manager may still take it to HR, and need not."""
        return self.status is DeclarationStatus.DECLARED and self.person.has_left_on(clock.today())

    def can_be_done_by(self, person: Person) -> bool:
        """Whether this person may say now that the connection has ended online."""
        return self.status is DeclarationStatus.TO_DO and self.person_id == person.id

    def can_be_looked_at_again_by(self, person: Person) -> bool:
        """Whether this person may say now whether it still holds: whoever declared it."""
        return self.status is DeclarationStatus.IN_PLACE and self.person_id == person.id

    def can_be_ended_by(self, person: Person) -> bool:
        """Whether this person may say that it no longer holds."""
        return self.person_id == person.id and self.can_move_to(DeclarationStatus.ENDED)

    @property
    def waits_for_hr(self) -> bool:
        """Whether HR was asked and has not answered; also where the connection has ended since."""
        return self.hr_asked_at is not None and self.hr_at is None

    @property
    def is_decided(self) -> bool:
        """Whether a decision of the manager holds, which HR's advice opens again."""
        return self.status in (DeclarationStatus.TO_DO, DeclarationStatus.IN_PLACE)

    @property
    def is_decided_anew(self) -> bool:
        """Whether the manager had decided and decides once more, since HR's advice came after that."""
        return self.status is DeclarationStatus.DECLARED and self.action is None and bool(self.before(StepOf.MANAGER))

    def is_for_hr(self, person: Person) -> bool:
        """Whether this person looks at it for HR: an officer who did not declare it and does not review it either. Whether
        they are close to whoever declared it is asked of the database (`queries.is_close`).
        """
        return self.hr_asked_at is not None and person.holds(*HR_OFFICERS) and not self.has_a_part(person)

    def has_a_part(self, person: Person) -> bool:
        """Whether this person declared it, reviews it or did before, and so judges nothing else about it, whatever their
        roles.
        """
        reviewed = {self.reviewed_by_id, *(step.by_id for step in self.before(StepOf.MANAGER))}
        return person.id in {self.person_id, *reviewed} or self.is_reviewer(person)

    @property
    def is_passed_on(self) -> bool:
        """Whether HR took it to the safeguarding lead, whatever HR answers later."""
        return self.lead_due_on is not None

    def has_advice_for(self, person: Person) -> bool:
        """Whether HR wrote something that this reader reads: the manager, HR and the lead do, never who declared it."""
        return bool(self.advice) and person.id != self.person_id

    def earlier_for(self, person: Person, *, for_hr: bool) -> list[EarlierStep]:
        """What this reader sees of what was recorded before it was asked again."""
        advised = person.id != self.person_id
        return [one for one in self.earlier if one.words_are_for(for_hr=for_hr) or (advised and one.advice)]

    def before(self, step_of: StepOf) -> list[EarlierStep]:
        """What was recorded earlier by one of those who look at it, oldest first."""
        return [step for step in self.earlier if step.step_of is step_of]

    def is_for_lead(self, person: Person) -> bool:
        """Whether this person looks at it as the safeguarding lead, since HR took it to them. Whether they are close to
        whoever declared it is asked of the database.
        """
        return self.is_passed_on and person.holds(Role.SAFEGUARDING_LEAD) and not self.has_a_part(person)

    def can_be_taken_over_by(self, person: Person, leads: Collection[Person]) -> bool:
        """Whether this person may take it over now: a safeguarding lead or, where none of them is left to (`leads` are all
        who are), HR, so that it is never with nobody.
        """
        if not self.is_passed_on or self.lead_at is not None:
            return False
        return person.id in {one.id for one in leads} or (not leads and self.is_for_hr(person))

    def can_be_answered_by(self, person: Person) -> bool:
        """Whether this person may record now what HR did."""
        return self.waits_for_hr and self.is_for_hr(person)


@dataclass(frozen=True)
class DeclarationAnswers:
    """What somebody declares."""

    connection: Connection
    where: str
    words: str
    at_risk: YesNoUnknown
    marker: str = ""
