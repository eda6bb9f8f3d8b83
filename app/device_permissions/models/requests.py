"""A request to use a device, and its decision."""

import uuid
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Base, Identified, Versioned, db, enum_column, one_of
from app.core.statuses import HasStatus
from app.device_permissions.models.before import AskedBefore
from app.device_permissions.models.lapses import DeviceLapse, first_lapse
from app.device_permissions.models.places import PlaceKey, PlaceOfUse
from app.device_permissions.models.questions import DeviceQuestion
from app.device_permissions.models.states import (
    OPEN_STATUSES,
    REQUEST_TRANSITIONS,
    DeviceKind,
    Lapse,
    RequestStatus,
    SecurityCheck,
)
from app.people.models import KEEPERS, Person, Role, decider_of, one_above

OVERSEERS = (*KEEPERS, Role.AUDITOR)
AS_WELL = "as_well"


class DevicePermissionRequest(Identified, Versioned, HasStatus, Base):
    """That somebody asked to use a device of their own for the organisation's social media (policy 6.2(1))."""

    __tablename__ = "device_permission_request"
    __table_args__ = (
        one_of("device_kind", DeviceKind),
        one_of("status", RequestStatus),
        sa.CheckConstraint("undertaken", name="undertaken"),
        sa.CheckConstraint("device_kind <> 'other' OR device_words <> ''", name="other_device_named"),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> person_id", name="not_own_decider"),
        sa.CheckConstraint(
            "status NOT IN ('approved', 'refused', 'revoked', 'renewed') OR decided_at IS NOT NULL",
            name="decision_has_a_moment",
        ),
        sa.CheckConstraint("status NOT IN ('submitted', 'returned') OR decided_at IS NULL", name="open_is_undecided"),
        sa.CheckConstraint(
            "status NOT IN ('approved', 'revoked', 'renewed') OR expires_on IS NOT NULL", name="approval_ends"
        ),
        sa.CheckConstraint("(expires_on IS NULL) = (renew_from IS NULL)", name="end_is_announced"),
        sa.CheckConstraint("status <> 'refused' OR refusal_reasons <> ''", name="refusal_has_reasons"),
        sa.CheckConstraint(
            "(status IN ('withdrawn', 'revoked', 'renewed')) = (ended_at IS NOT NULL)", name="ended_has_a_moment"
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended_by_somebody"),
        sa.CheckConstraint("status <> 'revoked' OR end_reasons <> ''", name="revoking_has_reasons"),
        sa.CheckConstraint("renews_id IS NULL OR renews_id <> id", name="renews_another"),
        sa.CheckConstraint("(confirm_due_on IS NULL) = (confirm_asked_at IS NULL)", name="confirmation_asked_for"),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed_by_somebody"),
        sa.CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> person_id", name="not_own_confirmer"),
        sa.Index(
            "uq_device_permission_request_open",
            "person_id",
            "device_key",
            "platforms_key",
            unique=True,
            sqlite_where=sa.text("status IN ('submitted', 'returned')"),
            postgresql_where=sa.text("status IN ('submitted', 'returned')"),
        ),
        sa.Index(None, "person_id", "submitted_at", "id"),
        sa.Index(None, "status", "submitted_at", "id"),
        sa.Index(None, "renews_id"),
    )
    transitions = REQUEST_TRANSITIONS

    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    device_kind: Mapped[DeviceKind] = enum_column(DeviceKind)
    device_words: Mapped[str] = mapped_column(sa.String(120), default="")
    device_key: Mapped[str] = mapped_column(sa.String(170))
    platforms_key: Mapped[str] = mapped_column(sa.String(400))
    reason: Mapped[str]
    using_since: Mapped[date | None]
    locked: Mapped[bool]
    updated: Mapped[bool]
    two_step: Mapped[bool]
    no_saved_password: Mapped[bool]
    separate_profile: Mapped[bool]
    undertaken: Mapped[bool]
    asks_for_working_hours: Mapped[bool]
    status: Mapped[RequestStatus] = enum_column(RequestStatus, default=RequestStatus.SUBMITTED)
    submitted_at: Mapped[datetime]
    due_on: Mapped[date]
    # By when HR records who manages whoever asked. It stays whatever becomes of the request, until somebody is recorded.
    manager_due_on: Mapped[date | None]
    # The last day on which somebody managed them, where that day is counted from it and not kept from the request.
    manager_missing_since: Mapped[date | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    refusal_reasons: Mapped[str] = mapped_column(default="")
    conditions: Mapped[str] = mapped_column(default="")
    expires_on: Mapped[date | None]
    covers_working_hours: Mapped[bool | None]
    post_at_approval: Mapped[str | None] = mapped_column(sa.String(120))
    manager_at_approval_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    end_reasons: Mapped[str] = mapped_column(default="")
    # The permission that this one takes the place of once it is approved.
    renews_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("device_permission_request.id"))
    # From when its holder is asked whether they still need it, and when they said that they do not.
    renew_from: Mapped[date | None]
    let_end_at: Mapped[datetime | None]
    # Since when, of whom and until when it waits to be confirmed, because somebody else manages its holder now.
    confirm_asked_at: Mapped[datetime | None]
    confirm_asked_of_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    confirm_due_on: Mapped[date | None]
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    # When its holder was told that it lapsed before its last day.
    lapse_told_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
    renews: Mapped["DevicePermissionRequest | None"] = relationship(
        remote_side="DevicePermissionRequest.id", foreign_keys=[renews_id], back_populates="renewals"
    )
    renewals: Mapped[list["DevicePermissionRequest"]] = relationship(
        foreign_keys=[renews_id], back_populates="renews",
        order_by="DevicePermissionRequest.submitted_at, DevicePermissionRequest.id",
    )  # fmt: skip
    uses: Mapped[list["DeviceUse"]] = relationship(back_populates="request", order_by="DeviceUse.position")
    questions: Mapped[list[DeviceQuestion]] = relationship(
        back_populates="request", order_by="DeviceQuestion.asked_at, DeviceQuestion.id"
    )
    # What it said before it was changed, the first answers first.
    before: Mapped[list[AskedBefore]] = relationship(order_by=AskedBefore.number)
    # That it lapsed, once that was recorded. Nothing that happens later takes that back.
    lapsed: Mapped[DeviceLapse | None] = relationship(lazy="joined")

    @property
    def device(self) -> str:
        """The device in words: its kind, and which one where that was said."""
        return self.device_kind.with_words(self.device_words)

    @property
    def used_for(self) -> str:
        """The accounts and platforms for which it is asked, in words."""
        return ", ".join(use.words for use in self.uses)

    @property
    def place_keys(self) -> set[PlaceKey]:
        """The accounts that are not closed and the platforms for which it is asked, as they are compared."""
        return {use.key for use in self.uses if use.is_open}

    @property
    def replaces(self) -> "DevicePermissionRequest | None":
        """The permission whose place it takes, where it covers all that one is for: nobody loses an account unasked."""
        return self.renews if self.renews is not None and self.renews.place_keys <= self.place_keys else None

    @property
    def is_for_nothing(self) -> bool:
        """Whether every account for which it was asked is closed by now: a permission would end with its first day."""
        return not any(use.is_open for use in self.uses)

    @property
    def checks(self) -> dict[SecurityCheck, bool]:
        """What the holder said about the device, check by check."""
        return {check: bool(getattr(self, check.value)) for check in SecurityCheck}

    @property
    def open_question(self) -> DeviceQuestion | None:
        """The question that waits for its answer."""
        return next((question for question in self.questions if question.is_open), None)

    def is_decider(self, person: Person) -> bool:
        """Whether it is for this person to decide about the requester: their line manager, or failing one the head of
        their service; never the requester, whatever roles they hold.
        """
        return person.id == decider_of(self.person, clock.today())

    def is_stand_in(self, person: Person) -> bool:
        """Whether the decision has come to this person because it was not made in time: they stand above who should have
        made it (domain 3.4; local setting), and are told that it is late. Never the requester.
        """
        day = clock.local_day(self.decided_at) if self.decided_at else clock.today()
        if day <= self.due_on or person.id == self.person_id:
            return False
        return self._stands_above_decider(person)

    def _stands_above_decider(self, person: Person) -> bool:
        today = clock.today()
        decider_id = decider_of(self.person, today)
        decider = db.session.get(Person, decider_id) if decider_id else None
        return decider is not None and person == one_above(decider, today)

    def is_for(self, person: Person) -> bool:
        """Whether it is for this person to decide: the decider, or who stands in once it is late."""
        return self.is_decider(person) or self.is_stand_in(person)

    def can_be_decided_by(self, person: Person) -> bool:
        """Whether this person may decide this now; nothing is decided about somebody who has left."""
        return self.waits_to_be_decided_on(clock.today()) and self.is_for(person)

    def went_unanswered_on(self, day: date) -> bool:
        """Whether a question was asked back, and the day by which it was to be answered has passed without an answer."""
        asked = self.open_question
        return self.status is RequestStatus.RETURNED and asked is not None and asked.answer_by < day

    def waits_to_be_decided_on(self, day: date) -> bool:
        """Whether it is for the decider to go on: it was sent, or no answer came in time, and who asked is still here."""
        waits = self.status is RequestStatus.SUBMITTED or self.went_unanswered_on(day)
        return waits and not self.person.has_left_on(day)

    def lacks_a_manager_on(self, day: date) -> bool:
        """Whether HR is to record who manages the requester: nobody here does while it waits to be decided or confirmed, so
        that the head of the service decides, or nobody; or nobody did, whatever became of it since. Not while the head
        stands in for a line manager who is recorded and begins later.
        """
        waits = self.waits_to_be_decided_on(day) or self.waits_to_be_confirmed_on(day)
        is_asked = self.manager_due_on is not None or waits
        return is_asked and not self.person.has_left_on(day) and self.person.needs_a_manager_recorded_on(day)

    @property
    def mended_by(self) -> date:
        """By when HR records who manages the requester: the day that was kept, else that of what waits."""
        waits_until = self.confirm_due_on if self.status is RequestStatus.APPROVED else None
        return self.manager_due_on or waits_until or self.due_on

    def is_mended_by(self, person: Person) -> bool:
        """Whether it is for this person to say who manages the requester: an HR manager, never for themselves."""
        return person.holds(Role.HR_MANAGER) and person.id != self.person_id

    def can_be_given_a_manager_by(self, person: Person) -> bool:
        """Whether this person may now say who manages the requester, whatever became of it."""
        return self.is_mended_by(person) and self.lacks_a_manager_on(clock.today())

    def question_can_be_settled_by(self, person: Person) -> bool:
        """Whether this person may take the question back that was asked back, or write down what they were told, on
        whatever day: whoever decides, while who asked is here.
        """
        waits = self.status is RequestStatus.RETURNED and not self.person.has_left_on(clock.today())
        return waits and self.is_for(person)

    def can_be_answered_by(self, person: Person) -> bool:
        """Whether this person may answer the question that was asked back."""
        return self.person_id == person.id and self.status is RequestStatus.RETURNED

    def can_be_withdrawn_by(self, person: Person) -> bool:
        """Whether this person may take the request back or give the permission up."""
        return self.person_id == person.id and (self.status in OPEN_STATUSES or self.in_force_on(clock.today()))

    def can_be_revoked_by(self, person: Person) -> bool:
        """Whether this person may end the permission."""
        return self.is_ender(person) and self.in_force_on(clock.today())

    def is_ender(self, person: Person) -> bool:
        """Whether it is for this person to end the permission before its day: the decider, or who approved it in the
        decider's place and stands above them still.
        """
        stood_in = self.decided_by_id == person.id and person.id != self.person_id
        return self.is_decider(person) or (stood_in and self._stands_above_decider(person))

    def can_be_renewed_by(self, person: Person) -> bool:
        """Whether this person may ask for it again: its holder, once its end is near or has come, once at a time."""
        today = clock.today()
        over = self.status is RequestStatus.APPROVED and (self.is_ending_on(today) or not self.in_force_on(today))
        return self.person_id == person.id and over and not self.is_being_renewed

    def can_be_let_end_by(self, person: Person) -> bool:
        """Whether this person may say that they will not need it after its last day."""
        is_asked = self.is_ending_on(clock.today()) and self.let_end_at is None
        return self.person_id == person.id and is_asked and not self.is_being_renewed

    def is_answered_for_by(self, person_id: uuid.UUID | None) -> bool:
        """Whether this manager of its holder has answered for it already and need confirm nothing: who confirmed it last;
        else who managed the holder when it was approved, or approved it in their place.
        """
        if self.confirmed_by_id is not None:
            return person_id == self.confirmed_by_id
        return person_id in (self.manager_at_approval_id, self.decided_by_id)

    def can_be_confirmed_by(self, person: Person) -> bool:
        """Whether this person may confirm it as the new manager of its holder."""
        return self.is_decider(person) and self.waits_to_be_confirmed_on(clock.today())

    def can_be_seen_by(self, person: Person) -> bool:
        """Whether this person may read it: who asked, who decides or decided or stands in or asked a question about it, the
        keepers of the register, the auditor.
        """
        return (
            person.id in (self.person_id, self.decided_by_id)
            or person.holds(*OVERSEERS)
            or self.is_for(person)
            or any(question.asked_by_id == person.id for question in self.questions)
        )

    def in_force_on(self, day: date) -> bool:
        """Whether the permission holds on a day: approved, and nothing has happened by which it lapses."""
        return self.status is RequestStatus.APPROVED and self.lapse_on(day) is None

    def lapse_on(self, day: date) -> Lapse | None:
        """Why an approved permission does not hold on a day; None while it does."""
        if self.lapsed is not None:
            return self.lapsed.why if self.lapsed.lapsed_on <= day else None
        found = first_lapse(self, day)
        return found[1] if found is not None else None

    @property
    def held_from_to(self) -> tuple[date, date] | None:
        """From and until which day it was held or will be, as far as that is known today; None if it was never given.

        The days on which it was approved and ended count, though it held for a part of them only.
        """
        if self.decided_at is None or self.expires_on is None:
            return None
        last, today = self.expires_on, clock.today()
        if self.ended_at is not None:
            last = min(last, clock.local_day(self.ended_at))
        elif self.lapsed is not None:
            last = min(last, self.lapsed.lapsed_on - timedelta(days=1))
        elif (found := first_lapse(self, today)) is not None:
            last = min(last, found[0] - timedelta(days=1))
        return clock.local_day(self.decided_at), last

    @property
    def was_ended_early(self) -> bool:
        """Whether somebody ended what was permitted before its last day: given up, ended by the manager or replaced."""
        ended_at, last = self.ended_at, self.expires_on
        return ended_at is not None and last is not None and clock.local_day(ended_at) < last

    def held_on(self, day: date) -> bool:
        """Whether somebody held it on a day, also one long past: by the records of when it was approved, ended or lapsed."""
        held = self.held_from_to
        return held is not None and held[0] <= day <= held[1]

    def last_day(self, *, knows_who_leaves: bool) -> date | None:
        """Its last day; for whoever may know that its holder leaves before it (people/knowing), their last working day."""
        leaves, last = self.person.last_working_day, self.expires_on
        return leaves if knows_who_leaves and leaves is not None and last is not None and leaves < last else last

    def is_ending_on(self, day: date) -> bool:
        """Whether it holds still but its holder is asked by now whether they need it longer."""
        return self.renew_from is not None and self.renew_from <= day and self.in_force_on(day)

    def waits_to_be_confirmed_on(self, day: date) -> bool:
        """Whether it holds, but somebody else manages its holder by now who has not confirmed it."""
        return self.confirm_due_on is not None and self.in_force_on(day)

    @property
    def is_being_renewed(self) -> bool:
        """Whether its holder has asked for it again and that is not decided."""
        return any(renewal.status in OPEN_STATUSES for renewal in self.renewals)


class DeviceUse(PlaceOfUse, Identified, Base):
    """One account, or one platform in words, for which the device is to be used."""

    __tablename__ = "device_use"
    __table_args__ = (
        sa.CheckConstraint("account_id IS NOT NULL OR platform <> ''", name="says_what"),
        sa.UniqueConstraint("request_id", "position"),
        sa.Index(None, "account_id"),
    )

    request_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("device_permission_request.id"))
    request: Mapped[DevicePermissionRequest] = relationship(back_populates="uses")
