"""Rotations of shared credentials, with their causes and steps."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.account_register.chains import OWNER, roles_of
from app.account_register.models import AccessGrant, AccessLevel, Account
from app.account_register.queries.agreements import waiting_among
from app.core import clock
from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.core.statuses import HasStatus
from app.credential_rotation.models.nearness import NearFrom, is_near, is_shown_to
from app.credential_rotation.models.rotation_states import ROTATION_TRANSITIONS, RotationStatus, Sighting, Trigger
from app.people.models import KEEPERS, KNOWS_WHY, Person, Role
from app.people.queries import holders_of
from app.policy.queries import pack

if TYPE_CHECKING:
    from app.credential_rotation.models.gone import AccountGone

PERMITTED_BY, NEEDS_PERMISSION = "rotation_permitted_by", "rotation_needs_prior_permission"
ALONE = "rotation_verified_alone_where_nobody_else_can"
OTHER_HOLDER = "other_holder"
SEES_CAUSES = KNOWS_WHY


class CredentialRotation(NearFrom, Identified, Versioned, HasStatus, Base):
    """That the shared credential of an account has to change, and who changed and verified it."""

    __tablename__ = "credential_rotation"
    __table_args__ = (
        one_of("status", RotationStatus),
        one_of("saw", Sighting),
        sa.CheckConstraint(
            "gone_id IS NOT NULL OR (status IN ('due', 'stood_down')) = (done_at IS NULL)", name="done_unless_due"
        ),
        sa.CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name="done_by_somebody"),
        sa.CheckConstraint("(done_at IS NULL) = (changed_at IS NULL)", name="done_says_when_changed"),
        sa.CheckConstraint("changed_at IS NULL OR changed_at <= done_at", name="changed_before_it_was_told"),
        sa.CheckConstraint("(status = 'complete') = (verified_at IS NOT NULL)", name="complete_is_verified"),
        sa.CheckConstraint("(verified_at IS NULL) = (verified_by_id IS NULL)", name="verified_by_somebody"),
        sa.CheckConstraint("(verified_at IS NULL) = (saw IS NULL)", name="verifier_saw_something"),
        sa.CheckConstraint(
            "verified_by_id IS NULL OR verified_by_id <> done_by_id OR alone_because <> ''", name="verified_by_another"
        ),
        sa.CheckConstraint("(permitted_at IS NULL) = (permitted_by_id IS NULL)", name="permitted_by_somebody"),
        sa.CheckConstraint("permitted_by_id IS NULL OR permitted_by_id <> done_by_id", name="permitted_by_another"),
        sa.CheckConstraint("(permission_asked_at IS NULL) = (permission_asked_by_id IS NULL)", name="asked_by_somebody"),
        sa.CheckConstraint(
            "permitted_by_id IS NULL OR permitted_by_id <> permission_asked_by_id", name="permitted_by_whom_was_asked"
        ),
        sa.CheckConstraint(
            "(permission_refused_at IS NULL) = (permission_refused_by_id IS NULL)", name="refused_by_somebody"
        ),
        sa.CheckConstraint(
            "permission_refused_at IS NULL OR (permission_refused_why <> '' AND permitted_at IS NULL)",
            name="refused_with_a_reason",
        ),
        sa.CheckConstraint(
            "permission_refused_by_id IS NULL OR permission_refused_by_id <> done_by_id", name="refused_by_another"
        ),
        sa.CheckConstraint("(status = 'not_made') = (not_made_at IS NOT NULL)", name="not_made_is_told"),
        sa.CheckConstraint("(not_made_at IS NULL) = (not_made_by_id IS NULL)", name="not_made_told_by_somebody"),
        sa.CheckConstraint("(not_made_at IS NULL) = (not_made_why = '')", name="not_made_says_why"),
        sa.CheckConstraint("gone_id IS NULL OR status = 'stood_down'", name="gone_is_stood_down"),
        sa.Index(
            "uq_credential_rotation_due",
            "account_id",
            unique=True,
            sqlite_where=sa.text("status = 'due'"),
            postgresql_where=sa.text("status = 'due'"),
        ),
        sa.Index(None, "status", "due_on", "id"),
        sa.Index(None, "status", "verified_at", "id"),
        sa.Index(None, "account_id", "status"),
        sa.Index(None, "owner_id", "status"),
    )
    transitions = ROTATION_TRANSITIONS

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    owner_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    status: Mapped[RotationStatus] = enum_column(RotationStatus, default=RotationStatus.DUE)
    # Asked for before a change, or given afterwards for one that could not wait: then by this day.
    permission_asked_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    permission_asked_at: Mapped[datetime | None]
    permit_by: Mapped[date | None]
    permitted_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    permitted_at: Mapped[datetime | None]
    emergency_reason: Mapped[str] = mapped_column(default="")
    # Who judged afterwards that it could have waited, and why; the change stands all the same.
    permission_refused_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    permission_refused_at: Mapped[datetime | None]
    permission_refused_why: Mapped[str] = mapped_column(default="")
    done_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    done_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    verify_by: Mapped[date | None]
    verified_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    verified_at: Mapped[datetime | None]
    saw: Mapped[Sighting | None] = enum_column(Sighting)
    # Why who made the change verified it too, where the pack allows that and nobody else could.
    alone_because: Mapped[str] = mapped_column(default="")
    # Which second person saw that it was not changed, though somebody had said so, and how they know.
    not_made_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    not_made_at: Mapped[datetime | None]
    not_made_why: Mapped[str] = mapped_column(default="")
    # That the account is gone, where nothing is left to change because of that.
    gone_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account_gone.id"))

    account: Mapped[Account] = relationship()
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
    permission_asked_by: Mapped[Person | None] = relationship(foreign_keys=[permission_asked_by_id])
    permitted_by: Mapped[Person | None] = relationship(foreign_keys=[permitted_by_id])
    permission_refused_by: Mapped[Person | None] = relationship(foreign_keys=[permission_refused_by_id])
    done_by: Mapped[Person | None] = relationship(foreign_keys=[done_by_id])
    verified_by: Mapped[Person | None] = relationship(foreign_keys=[verified_by_id])
    not_made_by: Mapped[Person | None] = relationship(foreign_keys=[not_made_by_id])
    gone: Mapped["AccountGone | None"] = relationship(foreign_keys=[gone_id])
    causes: Mapped[list["RotationCause"]] = relationship(back_populates="rotation")
    steps: Mapped[list["RotationStep"]] = relationship(back_populates="rotation", order_by="RotationStep.position")

    @property
    def counts_from(self) -> datetime:
        """The moment from which a change counts: one made earlier was made before anybody lost access."""
        return min((cause.counts_from for cause in self.standing_causes), default=self.opened_at)

    @property
    def standing_causes(self) -> list["RotationCause"]:
        """The reasons for which it changes still; of one that need not change any more, none."""
        return [cause for cause in self.causes if cause.stood_down_at is None]

    def is_caused_by(self, person: Person) -> bool:
        """Whether it is because of this person that the password changes, or was to change before they stayed after all."""
        return any(cause.person_id == person.id for cause in self.causes)

    @property
    def _running(self) -> list[AccessGrant]:
        return [grant for grant in self.account.grants if grant.runs_on(clock.today())]

    def _gets_in(self, person: Person, *levels: AccessLevel) -> bool:
        """Whether they have access at one of these levels or at any, and have not still to agree to the policy."""
        theirs = [one for one in self._running if one.person_id == person.id and (not levels or one.level in levels)]
        return len(waiting_among(theirs)) < len(theirs)

    def _answers_for_it(self, person: Person) -> bool:
        return person.id == self.account.owner_id or person.holds(*KEEPERS)

    def _is_above_its_owner(self, person: Person) -> bool:
        """Whether this person manages an owner of it, or heads their service: they are told when a change is late."""
        owners = [owner for owner in (self.owner, self.account.owner) if owner is not None]
        return any(person.manages(one) or (one.service is not None and one.service.head_id == person.id) for one in owners)

    def is_changer(self, person: Person) -> bool:
        """Whether it is for this person to change the password: who owns the account, another
        administrator, a keeper of the register; never one because of whom it changes, nor who permitted the change.
        """
        return not self.is_caused_by(person) and person.id != self.permitted_by_id and (
            self._answers_for_it(person) or self._gets_in(person, AccessLevel.ADMIN)
        )

    @property
    def lacks_changer(self) -> bool:
        """Whether it is still to be changed and nobody is asked to: neither who owns the account nor a keeper of the
        register can, nor whoever asked for permission. Other administrators of the account may, but are not asked.
        """
        if self.status is not RotationStatus.DUE:
            return False
        today, asker = clock.today(), self.permission_asked_by
        asked = [self.account.owner, *holders_of(KEEPERS, today)]
        if asker is not None and self._gets_in(asker, AccessLevel.ADMIN):
            asked.append(asker)
        no_part = {self.permitted_by_id, *(cause.person_id for cause in self.causes)}
        return not any(one is not None and one.is_here_on(today) and one.id not in no_part for one in asked)

    def changer_is_found_by(self, person: Person) -> bool:
        """Whether it is for this person to find somebody who changes it: a keeper of the register who permitted it, or the
        administrator where it changes because of every keeper. While nobody keeps the register, somebody is asked to
        appoint one.
        """
        if not person.holds(*KEEPERS, Role.ADMINISTRATOR) or self.is_caused_by(person):
            return False
        if not self.lacks_changer or not is_near(self):
            return False
        return person.holds(*KEEPERS) or self._concerns_every_keeper

    @property
    def _concerns_every_keeper(self) -> bool:
        keepers = holders_of(KEEPERS, clock.today())
        return bool(keepers) and all(self.is_caused_by(one) for one in keepers)

    def is_verifier(self, person: Person) -> bool:
        """Whether it is for this person to verify the change: not who made it, not one because of whom it was made. Where
        nobody else can, and the pack allows it, who made it does.
        """
        if person.id == self.done_by_id and not self.is_verified_alone:
            return False
        return not self.is_caused_by(person) and (self._answers_for_it(person) or self._gets_in(person))

    @property
    def is_verified_alone(self) -> bool:
        """Whether who made the change verifies it too, with a reason: the pack allows it (a local setting), and nobody who
        works here today may verify it but them.
        """
        return pack().switches[ALONE].value and not self._may_verify - {self.done_by_id}

    @property
    def _may_verify(self) -> set[uuid.UUID]:
        """Who works here today and may verify it, if they did not make the change themselves."""
        today, running = clock.today(), self._running
        waiting = waiting_among(running)
        meant = [self.account.owner, *holders_of(KEEPERS, today)]
        meant += [grant.person for grant in running if grant.id not in waiting]
        here = {one.id for one in meant if one is not None and one.is_here_on(today)}
        return here - {cause.person_id for cause in self.causes if cause.person_id}

    @property
    def lacks_verifier(self) -> bool:
        """Whether it waits to be verified and nobody is left who may do that."""
        if self.status is not RotationStatus.TO_VERIFY:
            return False
        return not (self._may_verify if pack().switches[ALONE].value else self._may_verify - {self.done_by_id})

    def verifier_is_found_by(self, person: Person) -> bool:
        """Whether it is for this person to find somebody who may verify it: the keeper of the register who made the change,
        or the administrator where it changes because of every keeper. While nobody keeps the register, somebody is
        asked to appoint one.
        """
        if not person.holds(*KEEPERS, Role.ADMINISTRATOR) or self.is_caused_by(person) or not self.lacks_verifier:
            return False
        if person.id == self.done_by_id and person.holds(*KEEPERS):
            return True
        return person.holds(Role.ADMINISTRATOR) and self._concerns_every_keeper

    @property
    def permitters(self) -> frozenset[uuid.UUID]:
        """Who may permit the change, where the policy asks for that: those of the first word of the pack's chain for
        which there is anybody; never who asked for it, made it, or is the cause of it.
        """
        no_part = {self.permission_asked_by_id, self.done_by_id, *(cause.person_id for cause in self.causes)}
        for word in pack().chains[PERMITTED_BY].value:
            found = self._meant_by(word) - no_part
            if found:
                return frozenset(found)
        return frozenset()

    def _meant_by(self, word: str) -> set[uuid.UUID]:
        today = clock.today()
        if word == OWNER:
            owner = self.account.owner
            return {owner.id} if owner is not None and owner.is_here_on(today) else set()
        if word == OTHER_HOLDER:
            return {grant.person_id for grant in self._running if grant.person.is_here_on(today)}
        return {person.id for person in holders_of(roles_of(word), today)}

    def is_permitter(self, person: Person) -> bool:
        """Whether it is for this person to permit the change."""
        return person.id in self.permitters

    @property
    def may_need_permission(self) -> bool:
        """Whether the policy asks for permission before a password changes, or this was changed without waiting for it."""
        if self.status is RotationStatus.NOT_MADE:
            return False
        return bool(self.emergency_reason) or (
            self.status is RotationStatus.DUE and pack().switches[NEEDS_PERMISSION].value
        )

    def can_be_asked_for_by(self, person: Person) -> bool:
        """Whether this person may ask for permission to make the change now: who may make it, once."""
        waits = self.permitted_at is None and self.permission_asked_at is None and is_near(self)
        return waits and self.can_be_changed_by(person)

    def can_be_changed_by(self, person: Person) -> bool:
        """Whether this person may mark the password as changed now."""
        return self.status is RotationStatus.DUE and self.is_changer(person)

    def can_be_verified_by(self, person: Person) -> bool:
        """Whether this person may verify the change now."""
        return self.status is RotationStatus.TO_VERIFY and self.is_verifier(person)

    def can_be_permitted_by(self, person: Person) -> bool:
        """Whether this person may permit the change now: once it is asked for, or after one made in an emergency."""
        waits = self.status is not RotationStatus.DUE or (self.permission_asked_at is not None and is_near(self))
        return (
            waits and self.permitted_at is None and self.permission_refused_at is None and self.may_need_permission
            and self.is_permitter(person)
        )  # fmt: skip

    @property
    def waits_for_judgement(self) -> bool:
        """Whether it was changed in an emergency, and nobody has permitted it since or said that it could have waited."""
        return bool(
            self.emergency_reason and self.done_at and self.permitted_at is None and self.permission_refused_at is None
            and self.status is not RotationStatus.NOT_MADE
        )  # fmt: skip

    def can_be_refused_by(self, person: Person) -> bool:
        """Whether this person may say now that a change made in an emergency could have waited."""
        return self.waits_for_judgement and self.can_be_permitted_by(person)

    def reasons_are_known_to(self, person: Person, *, knows: bool) -> bool:
        """Whether this person reads what was typed as a reason: who may know why it changes, who typed it, and who judges
        whether it could not wait.
        """
        wrote_or_judged = (self.done_by_id, self.permitted_by_id, self.permission_refused_by_id)
        return knows or person.id in wrote_or_judged or self.can_be_permitted_by(person)

    def can_be_seen_by(self, person: Person, *, knows: bool | None = None) -> bool:
        """Whether this person may read it: who may act on it, other holders, HR and the auditor, and who is told when it
        is late; never one who caused it, and only once its day is near who may not know why (`is_shown_to`).
        """
        looks_after_it = not self.is_caused_by(person) and (
            self._answers_for_it(person) or person.holds(*SEES_CAUSES)
            or any(grant.person_id == person.id for grant in self._running)
            or person.id in (self.done_by_id, self.verified_by_id, self.permitted_by_id, self.not_made_by_id)
            or self._is_above_its_owner(person) or self.can_be_permitted_by(person) or self.verifier_is_found_by(person)
            or self.changer_is_found_by(person)
        )  # fmt: skip
        return looks_after_it and is_shown_to(self, person, knows=knows)


class RotationCause(Identified, Base):
    """One reason why a credential changes. The person is read only by those who need to know."""

    __tablename__ = "rotation_cause"
    __table_args__ = (
        one_of("trigger", Trigger),
        sa.CheckConstraint("trigger IN ('compromise', 'scheduled') OR person_id IS NOT NULL", name="names_who"),
        sa.Index(None, "rotation_id"),
        sa.Index(None, "person_id"),
    )

    rotation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("credential_rotation.id"))
    trigger: Mapped[Trigger] = enum_column(Trigger)
    person_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    counts_from: Mapped[datetime]
    due_on: Mapped[date]
    # From which day and by which setting that was counted, so that it can be explained.
    due_counted_from: Mapped[date | None]
    due_period: Mapped[str | None] = mapped_column(sa.String(80))
    # Since when it is no reason any more, because they stay or go on as before: the history keeps it.
    stood_down_at: Mapped[datetime | None]

    rotation: Mapped[CredentialRotation] = relationship(back_populates="causes")
    person: Mapped[Person | None] = relationship()


class StepKind(StrEnum):
    """What belongs to changing a shared credential (domain 3.1)."""

    PASSWORD = "password"
    SESSIONS = "sessions"
    RECOVERY = "recovery"
    SECOND_FACTOR = "second_factor"
    BACKUP_CODES = "backup_codes"
    CONNECTED_TOOLS = "connected_tools"


class StepOutcome(StrEnum):
    """How a step was answered."""

    DONE = "done"
    NOT_APPLICABLE = "not_applicable"


class RotationStep(Identified, Base):
    """One step of a change, done or not applicable with its reason. The password itself is always changed."""

    __tablename__ = "rotation_step"
    __table_args__ = (
        one_of("kind", StepKind),
        one_of("outcome", StepOutcome),
        sa.UniqueConstraint("rotation_id", "kind"),
        sa.CheckConstraint("outcome = 'done' OR reason <> ''", name="not_applicable_has_a_reason"),
        sa.CheckConstraint("kind <> 'password' OR outcome = 'done'", name="password_is_changed"),
    )

    rotation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("credential_rotation.id"))
    kind: Mapped[StepKind] = enum_column(StepKind)
    outcome: Mapped[StepOutcome] = enum_column(StepOutcome)
    reason: Mapped[str] = mapped_column(default="")
    position: Mapped[int]

    rotation: Mapped[CredentialRotation] = relationship(back_populates="steps")


@dataclass(frozen=True)
class StepAnswer:
    """How one step of a change was answered; one that does not apply says why."""

    outcome: StepOutcome
    reason: str = ""
