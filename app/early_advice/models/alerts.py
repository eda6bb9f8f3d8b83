"""A mistake that somebody told their manager and the register's keeper of, early and by themselves (policy 6.3)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.account_register.models import Account
from app.breach_reports.models import YesNoUnknown
from app.core import clock
from app.core.db import Base, Identified, Versioned, append_only, enum_column, one_of
from app.core.sealing import DataKey, SealedText
from app.core.statuses import HasStatus, TransitionTable
from app.early_advice.models.officer import BreachAnswer, OfficerNote, OfficerStep
from app.early_advice.models.seats import Seat, sits_in
from app.people.models import Person, Role


class AlertStatus(StrEnum):
    """Where an alert is with those who were told (domain 3.6, side workflows). Two things stand beside: who has seen it, for
    each place ticks for itself; and whether the data protection officer looks at it, which goes with every status.
    """

    SENT = "sent"
    SEEN = "seen"
    TAKING_DOWN = "taking_down"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The status as everybody reads it who may read the alert."""
        return {
            "sent": "Sent", "seen": "Seen", "taking_down": "To be taken down", "closed": "Settled",
        }[self.value]  # fmt: skip


ALERT_TRANSITIONS = TransitionTable(
    AlertStatus,
    {
        # What must come down does not wait until the second person has looked.
        AlertStatus.SENT: (AlertStatus.SEEN, AlertStatus.TAKING_DOWN),
        AlertStatus.SEEN: (AlertStatus.TAKING_DOWN, AlertStatus.CLOSED),
        AlertStatus.TAKING_DOWN: (AlertStatus.CLOSED,),
        # It proves worse than thought, or is up again.
        AlertStatus.CLOSED: (AlertStatus.TAKING_DOWN,),
    },
)
UNDECIDED = (AlertStatus.SENT, AlertStatus.SEEN)
WITH_OFFICER = ("with_officer", "With data protection")


def states_of(status: AlertStatus, waits_for_officer: bool) -> list[tuple[str, str]]:
    """Where an alert stands, as states with their words: with those who were told, and with the data protection officer."""
    is_all = waits_for_officer and status is AlertStatus.CLOSED
    return [*([] if is_all else [(status.value, status.label)]), *([WITH_OFFICER] if waits_for_officer else [])]


class AlertOutcome(StrEnum):
    """What comes of an alert (domain 3.6). That the data protection officer looks at it goes with each of these. A report to
    HR is none of them: it is an act of its own that nobody else reads.

    Whoever reports settles the alert like any other, so that nobody learns from it that there is a report (domain 3.11).
    """

    CORRECTED = "corrected"
    TAKE_DOWN = "take_down"
    ADVICE = "advice"
    SETTLED = "settled"

    @property
    def label(self) -> str:
        """What came of it, in words."""
        return {
            "corrected": "It has been put right", "take_down": "It must come down", "advice": "Advice",
            "settled": "Nothing more is needed here",
        }[self.value]  # fmt: skip


class MistakeAlert(Identified, Versioned, HasStatus, Base):
    """That somebody thinks they made a mistake. Their words are sealed; who, when and where it stands are clear."""

    __tablename__ = "mistake_alert"
    __table_args__ = (
        one_of("status", AlertStatus),
        one_of("outcome", AlertOutcome),
        one_of("personal_data", YesNoUnknown),
        one_of("breach_answer", BreachAnswer),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"),
        sa.CheckConstraint("(decided_at IS NULL) = (outcome IS NULL)", name="decided_on_something"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> author_id", name="not_own_decider"),
        sa.CheckConstraint("(status IN ('sent', 'seen')) = (outcome IS NULL)", name="open_is_undecided"),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_has_a_moment"),
        sa.CheckConstraint(
            "(COALESCE(outcome, '') = 'take_down') = (take_down_by IS NOT NULL)", name="taken_down_by_a_day"
        ),
        sa.CheckConstraint(
            "(officer_asked_at IS NULL) = (officer_asked_by_id IS NULL) "
            "OR (officer_asked_by_id IS NULL AND personal_data = 'yes')",
            name="officer_asked_by_somebody_or_at_once",
        ),
        sa.CheckConstraint("(officer_asked_at IS NULL) = (officer_due_on IS NULL)", name="officer_has_a_day"),
        sa.CheckConstraint("(officer_asked_at IS NULL) = (officer_counts_from IS NULL)", name="officer_counts_from_then"),
        sa.CheckConstraint("(sent_on_at IS NULL) = (officer_asked_by_id IS NULL)", name="sent_on_by_somebody"),
        sa.CheckConstraint("officer_asked_by_id IS NULL OR officer_asked_by_id <> author_id", name="not_own_asking"),
        sa.CheckConstraint("(breach_answer IS NULL) = (answered_by_id IS NULL)", name="answered_by_somebody"),
        sa.CheckConstraint("answered_by_id IS NULL OR answered_by_id <> author_id", name="not_own_answer"),
        sa.CheckConstraint("breach_answer IS NULL OR officer_asked_at IS NOT NULL", name="answered_when_asked"),
        sa.Index(None, "author_id", "sent_at", "id"),
        sa.Index(None, "status", "sent_at", "id"),
    )
    transitions = ALERT_TRANSITIONS

    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    data_key_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("data_key.id"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    platform: Mapped[str] = mapped_column(sa.String(80), default="")
    """One that the policy knows, or nothing; what was typed in its place is sealed."""
    personal_data: Mapped[YesNoUnknown] = enum_column(YesNoUnknown)
    noticed_on: Mapped[date]
    sent_at: Mapped[datetime]
    due_on: Mapped[date]
    status: Mapped[AlertStatus] = enum_column(AlertStatus, default=AlertStatus.SENT)
    outcome: Mapped[AlertOutcome | None] = enum_column(AlertOutcome)
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    take_down_by: Mapped[date | None]
    same_day: Mapped[bool] = mapped_column(default=False)
    officer_asked_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    """Whoever of those who were told sent it on, the last of them; nobody, while it was only asked at once."""
    sent_on_at: Mapped[datetime | None]
    officer_asked_at: Mapped[datetime | None]
    """When the officer was asked for the first time, which nothing later changes (UK GDPR, Article 33(5))."""
    officer_counts_from: Mapped[datetime | None]
    """The moment from which the hours of the officer count: of the sending, of the first asking where nobody's details were
    said to be shown, or of something new that was told after an answer.
    """
    officer_due_on: Mapped[date | None]
    """The day on which these hours end."""
    breach_answer: Mapped[BreachAnswer | None] = enum_column(BreachAnswer)
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    what_sealed: Mapped[bytes | None]
    address_sealed: Mapped[bytes | None]
    done_sealed: Mapped[bytes | None]
    other_platform_sealed: Mapped[bytes | None]
    words_sealed: Mapped[bytes | None]
    taken_down_sealed: Mapped[bytes | None]
    for_officer_sealed: Mapped[bytes | None]
    why_no_officer_sealed: Mapped[bytes | None]
    breach_words_sealed: Mapped[bytes | None]

    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    officer_asked_by: Mapped[Person | None] = relationship(foreign_keys=[officer_asked_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])
    account: Mapped[Account | None] = relationship()
    data_key: Mapped[DataKey] = relationship(lazy="joined", innerjoin=True)
    receipts: Mapped[list["AlertReceipt"]] = relationship(back_populates="alert", order_by="AlertReceipt.position")
    # What was said to come of it before it had to come down after all, the first outcome first.
    earlier: Mapped[list["EarlierOutcome"]] = relationship(order_by="(EarlierOutcome.decided_at, EarlierOutcome.id)")
    officer_before: Mapped[list[OfficerStep]] = relationship(order_by=(OfficerStep.at, OfficerStep.id))

    what = SealedText()
    address = SealedText()
    done = SealedText()
    other_platform = SealedText()
    words = SealedText()
    taken_down = SealedText()
    for_officer = SealedText()
    why_no_officer = SealedText()
    breach_words = SealedText()

    @property
    def where(self) -> str:
        """The account or the platform, as people say it."""
        return f"{self.account.name} ({self.platform})" if self.account else self.platform or self.other_platform

    @property
    def waits_for_officer(self) -> bool:
        """Whether the data protection officer was asked and has not said yet what was found."""
        return self.officer_asked_at is not None and self.breach_answer is None

    @property
    def may_be_breach(self) -> bool:
        """Whether it may be a personal data breach by what was said: the 72 hours hold (UK GDPR, Article 33(1))."""
        return self.personal_data is not YesNoUnknown.NO

    @property
    def is_sent_to_officer(self) -> bool:
        """Whether somebody who was told sent it to the data protection officer, or these have said what was found."""
        return self.officer_asked_by_id is not None or self.breach_answer is not None

    @property
    def earlier_of_officer(self) -> list[OfficerStep]:
        """What the officer was told, and found, before what stands here now; not looked for while nobody asked them."""
        return self.officer_before if self.officer_asked_at is not None else []

    @property
    def officer_record(self) -> list[OfficerNote]:
        """All that the data protection officer was told and found, the first first."""
        notes = [OfficerNote(one.by, one.at, one.words, one.answer, False) for one in self.earlier_of_officer]
        if self.officer_asked_by is not None and self.sent_on_at is not None:
            notes.append(OfficerNote(self.officer_asked_by, self.sent_on_at, self.for_officer))
        if self.answered_by is not None and self.answered_at is not None:
            notes.append(OfficerNote(self.answered_by, self.answered_at, self.breach_words, self.breach_answer))
        return sorted(notes, key=lambda note: note.at)

    @property
    def was_asked_at_once(self) -> bool:
        """Whether the officer was asked when it was sent, before anybody sent it on."""
        return self.officer_asked_at is not None and all(note.at != self.officer_asked_at for note in self.officer_record)

    @property
    def found_before(self) -> BreachAnswer | None:
        """What the officer had found when something new was told, from which their hours count; else nothing."""
        since = self.officer_counts_from
        if since is None or since in (self.sent_at, self.officer_asked_at):
            return None
        return [note.answer for note in self.officer_record if note.answer is not None and note.at <= since][-1]

    @property
    def is_open(self) -> bool:
        """Whether something is still to come of it, from those who were told or from the data protection officer."""
        return self.status is not AlertStatus.CLOSED or self.waits_for_officer

    @property
    def states(self) -> list[tuple[str, str]]:
        """Where it stands, as states with their words."""
        return states_of(self.status, self.waits_for_officer)

    @property
    def leaves_officer_open(self) -> bool:
        """Whether those who were told have still to say if the data protection officer has to look at it: details about
        others may have been shown, and nobody of them has sent it on or said why not.
        """
        return self.may_be_breach and not (self.is_sent_to_officer or self.why_no_officer)

    def seats_of(self, person: Person) -> list["AlertReceipt"]:
        """The places in which this person hears of it today: whoever sits there while it is open or waits for their tick.

        Once it is settled and ticked, whoever comes to sit there later does not read what was told to others.
        """
        heard = (one for one in self.receipts if self.is_open or one.seen_at is None)
        return [one for one in heard if sits_in(one.seat, person, self.author, clock.today())]

    def is_receiver(self, person: Person) -> bool:
        """Whether it is for this person to see it and to say what comes of it; never who sent it."""
        return bool(self.seats_of(person))

    def has_a_part(self, person: Person) -> bool:
        """Whether this person was told of it and ticked, decided or sent it on, whatever their place is today."""
        ticked = {one.seen_by_id for one in self.receipts}
        decided = {self.decided_by_id, *(one.decided_by_id for one in self.earlier)}
        sent_on = {self.officer_asked_by_id, *(one.by_id for one in self.earlier_of_officer if one.answer is None)}
        return person.id in {*sent_on, *decided, *ticked}

    def has_been_seen_by(self, person: Person) -> bool:
        """Whether every place in which this person hears of it has its tick."""
        return all(one.seen_at is not None for one in self.seats_of(person))

    def can_be_ticked_by(self, person: Person) -> bool:
        """Whether this person may tick now that they have seen it; also where the other has acted in the meantime."""
        return self.is_receiver(person) and not self.has_been_seen_by(person)

    def can_be_decided_by(self, person: Person) -> bool:
        """Whether this person may say now what comes of it: a receiver who has seen it."""
        return self.status in UNDECIDED and self.is_receiver(person) and self.has_been_seen_by(person)

    def can_be_reported_by(self, person: Person) -> bool:
        """Whether this person may report it to HR (policy 7.10): whoever was told and had a part in it, at any time; any
        receiver who has seen it, while it is open.
        """
        return self.has_a_part(person) or (self.is_receiver(person) and self.has_been_seen_by(person))

    def can_be_sent_to_officer_by(self, person: Person) -> bool:
        """Whether this person may send it, or more words, or something new, to the data protection officer at any time:
        whoever may take it to HR.
        """
        return self.can_be_reported_by(person)

    def can_be_confirmed_by(self, person: Person) -> bool:
        """Whether this person may say now that it has come down: who sent it, or a receiver who has looked."""
        return self.status is AlertStatus.TAKING_DOWN and (self.author_id == person.id or self.is_receiver(person))

    def is_opened_again_by(self, person: Person) -> bool:
        """Whether it is for this person to open it again once it is settled: whoever had a part in it, or hears of it still
        and has seen it, and sits there today; never who sent it.
        """
        sits = any(sits_in(one.seat, person, self.author, clock.today()) for one in self.receipts)
        return sits and self.can_be_reported_by(person)

    def can_be_taken_down_after_all_by(self, person: Person) -> bool:
        """Whether this person may say now that it must come down, although it was settled."""
        return self.status is AlertStatus.CLOSED and self.is_opened_again_by(person)

    def is_officer(self, person: Person, officers: Sequence[Person]) -> bool:
        """Whether it is for this person to judge it under the law on personal data: a data protection officer who did not
        send it; where nobody else is one (`officers` are all there are), whoever was told of it.
        """
        others = [one for one in officers if one.id != self.author_id]
        if others:
            return person.holds(Role.DPO) and person.id != self.author_id
        return self.is_receiver(person)

    def can_be_answered_by(self, person: Person, officers: Sequence[Person]) -> bool:
        """Whether this person may record now what was found about personal data; whoever does it in the place of a missing
        officer has ticked first that they have seen it.
        """
        is_ready = person.holds(Role.DPO) or self.has_been_seen_by(person)
        return self.waits_for_officer and self.is_officer(person, officers) and is_ready

    def can_be_corrected_by(self, person: Person, officers: Sequence[Person]) -> bool:
        """Whether this person may put right what was found: whoever recorded it while that is theirs to judge, and another
        officer once they are none any more.
        """
        if self.breach_answer is None or person.id == self.author_id:
            return False
        others = {one.id for one in officers if one.id != self.author_id}
        if person.id in others:
            return person.id == self.answered_by_id or self.answered_by_id not in others
        return not others and person.id == self.answered_by_id and self.can_be_reported_by(person)

    def can_be_seen_by(self, person: Person) -> bool:
        """Whether this person may read it: who sent it, who hears of it, who had a part in it or answered it, and the data
        protection officer from the moment it was sent to them, who keeps the record of it (UK GDPR, Article 33(5)). Nobody
        else knows of it, HR neither.
        """
        found = (one.by_id for one in self.earlier_of_officer if one.answer is not None)
        wrote = person.id in {self.author_id, self.answered_by_id, *found}
        is_theirs = self.officer_asked_at is not None and person.holds(Role.DPO)
        return wrote or is_theirs or self.has_a_part(person) or self.is_receiver(person)


class AlertReceipt(Identified, Base):
    """That an alert was told in one place, and who ticked there that they have seen it."""

    __tablename__ = "alert_receipt"
    __table_args__ = (
        one_of("seat", Seat),
        sa.UniqueConstraint("alert_id", "seat"),
        sa.CheckConstraint("(seen_at IS NULL) = (seen_by_id IS NULL)", name="seen_by_somebody"),
        sa.Index(None, "seen_at", "alert_id"),
    )

    alert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("mistake_alert.id"))
    position: Mapped[int]
    seat: Mapped[Seat] = enum_column(Seat)
    seen_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    seen_at: Mapped[datetime | None]

    alert: Mapped[MistakeAlert] = relationship(back_populates="receipts")
    seen_by: Mapped[Person | None] = relationship()


class EarlierOutcome(Identified, Base):
    """What was said to come of an alert before it had to come down after all. It stays as it was recorded."""

    __tablename__ = "alert_earlier_outcome"
    __table_args__ = (one_of("outcome", AlertOutcome), sa.Index(None, "alert_id", "decided_at", "id"))

    alert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("mistake_alert.id"))
    data_key_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("data_key.id"))
    outcome: Mapped[AlertOutcome] = enum_column(AlertOutcome)
    decided_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    closed_at: Mapped[datetime]

    words_sealed: Mapped[bytes | None]
    taken_down_sealed: Mapped[bytes | None]

    decided_by: Mapped[Person] = relationship()
    data_key: Mapped[DataKey] = relationship(lazy="joined", innerjoin=True)

    words = SealedText()
    taken_down = SealedText()


append_only(EarlierOutcome)


@dataclass(frozen=True)
class AlertAnswers:
    """What somebody says who thinks they made a mistake."""

    what: str
    noticed_on: date
    personal_data: YesNoUnknown
    done: str = ""
    address: str = ""
    account: Account | None = None
    platform: str = ""
