"""Persons, services, roles with dates, relationships; how somebody signs in."""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.core.presentation import uk_date
from app.core.sealing import DataKey, SealedText


class PersonKind(StrEnum):
    """What somebody is to the organisation; it decides which procedure is theirs (policy 5.1, 5.2; domain 3.7)."""

    EMPLOYEE = "employee"
    AGENCY = "agency"
    VOLUNTEER = "volunteer"
    STUDENT = "student"
    PARTNER = "partner"
    PARTNERSHIP_MEMBER = "partnership_member"
    BOARD_MEMBER = "board_member"
    COUNCILLOR = "councillor"
    SCHOOL_STAFF = "school_staff"
    CHIEF_OFFICER = "chief_officer"
    STATUTORY_OFFICER = "statutory_officer"

    @property
    def words(self) -> str:
        """What such a person is called, as it stands after "a" or "an"."""
        return {"agency": "agency worker", "student": "student on placement"}.get(self.value, self.value.replace("_", " "))


class Role(StrEnum):
    """What somebody is appointed to do in this service. A pack gives each its title."""

    SCA = "sca"
    DEPUTY_SCA = "deputy_sca"
    HR_INTAKE = "hr_intake"
    HR_CASE_OWNER = "hr_case_owner"
    HR_MANAGER = "hr_manager"
    INVESTIGATOR = "investigator"
    DECISION_MAKER = "decision_maker"
    DISMISSAL_AUTHORITY = "dismissal_authority"
    APPEAL_OFFICER = "appeal_officer"
    INDEPENDENT = "independent"
    WHISTLEBLOWING_OFFICER = "whistleblowing_officer"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    ICT = "ict"
    DPO = "dpo"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    CHAIR = "chair"

    @property
    def label(self) -> str:
        """The role in plain words, for whoever appoints; what a policy calls it stands in its pack."""
        words = [word.upper() if word in ("sca", "hr", "ict", "dpo") else word for word in self.value.split("_")]
        return " ".join([words[0][0].upper() + words[0][1:], *words[1:]])


class MailChoice(StrEnum):
    """How somebody wants to be told by e-mail that something waits for them."""

    AT_ONCE = "at_once"
    DAILY = "daily"


KEEPERS = (Role.SCA, Role.DEPUTY_SCA)
HR_OFFICERS = (Role.HR_INTAKE, Role.HR_CASE_OWNER, Role.HR_MANAGER)
KNOWS_WHY = (*HR_OFFICERS, *KEEPERS, Role.AUDITOR)
"""Who knows of others, beside those who manage them, that they leave, move or lose access (see people/knowing.py)."""
RECORD_HEADS = (Role.ADMINISTRATOR, Role.HR_MANAGER)
"""Who records which service somebody heads."""
CONFIRM_TIES = (Role.HR_MANAGER, Role.INDEPENDENT)
"""Who confirms that two people are close. The independent person too: of the HR managers each may be one of the two."""


class Service(Identified, Base):
    """A part of the organisation, with its head."""

    __tablename__ = "service"

    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    head_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id", use_alter=True))

    head: Mapped["Person | None"] = relationship(foreign_keys=[head_id], viewonly=True)

    def head_can_be_recorded_by(self, person: "Person") -> bool:
        """Whether this person may record who heads the service: an administrator or an HR manager."""
        return person.holds(*RECORD_HEADS)


class Person(Identified, Versioned, Base):
    """Somebody for whom the policy holds, or a post that stands for whoever fills it."""

    __tablename__ = "person"
    __table_args__ = (
        one_of("person_kind", PersonKind),
        one_of("mail_choice", MailChoice),
        sa.CheckConstraint("last_working_day IS NULL OR last_working_day >= started", name="leaves_after_start"),
        sa.CheckConstraint("NOT left_at_once OR last_working_day IS NOT NULL", name="left_on_a_day"),
        sa.CheckConstraint("line_manager_id IS NULL OR line_manager_id <> id", name="not_own_manager"),
        sa.Index(None, "name", "id"),
        sa.Index(None, "line_manager_id"),
    )

    name: Mapped[str] = mapped_column(sa.String(120))
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    person_kind: Mapped[PersonKind] = enum_column(PersonKind)
    employing_body: Mapped[str | None] = mapped_column(sa.String(120))
    post: Mapped[str] = mapped_column(sa.String(120), default="")
    service_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("service.id"))
    line_manager_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    # The first day; one ahead is of somebody announced, for whom things are prepared: they count and are asked from it on.
    started: Mapped[date | None]
    last_working_day: Mapped[date | None]
    # Whether they were gone from the moment it was recorded, not only when their last day was over.
    left_at_once: Mapped[bool] = mapped_column(default=False)
    # When it was recorded at last that they work here again, having left: what they were given before is over.
    came_back_at: Mapped[datetime | None]
    mail_choice: Mapped[MailChoice] = enum_column(MailChoice, default=MailChoice.AT_ONCE)

    service: Mapped[Service | None] = relationship(foreign_keys=[service_id])
    line_manager: Mapped["Person | None"] = relationship(remote_side="Person.id")
    roles: Mapped[list["RoleAssignment"]] = relationship(
        back_populates="person", foreign_keys="RoleAssignment.person_id"
    )

    def holds(self, *roles: Role) -> bool:
        """Whether this person holds any of these roles today."""
        today = clock.today()
        return any(assignment.role in roles and assignment.runs_on(today) for assignment in self.roles)

    @property
    def named_with_post(self) -> str:
        """Who it is and what they do here, as far as that is not the same: a post may stand on the register itself."""
        return f"{self.name}, {self.post}" if self.post and self.post != self.name else self.name

    def is_here_on(self, day: date) -> bool:
        """Whether this person works for the organisation on a day: only then they may sign in, are asked and told, and act.

        It begins with their first day; whoever is announced ahead is not here before it, and others stand in for them.
        """
        return self.has_begun_on(day) and not self.has_left_on(day)

    def has_begun_on(self, day: date) -> bool:
        """Whether their first day has come."""
        return self.started is None or self.started <= day

    def has_left_on(self, day: date) -> bool:
        """Whether they are gone: asked alone where somebody announced can be prepared for.

        The last working day is one of work; of somebody who left at once it is no such day any more.
        """
        last = self.last_working_day
        return last is not None and (last < day or (last == day and self.left_at_once))

    def why_not_here_on(self, day: date) -> str:
        """Why they are not here, as it stands behind their name; empty while they are."""
        if self.has_left_on(day):
            return "has left"
        return "" if self.has_begun_on(day) else f"begins here on {uk_date(self.started)}"

    def chooses_mail_of(self, other: "Person") -> bool:
        """Whether this person says how the other is written to: everybody for themselves."""
        return self.id == other.id

    def may_give_roles_to(self, other: "Person") -> bool:
        """Whether this person appoints the other to roles and ends their appointments: an administrator, never for
        themselves.
        """
        return self.holds(Role.ADMINISTRATOR) and other.id != self.id

    def manages(self, other: "Person") -> bool:
        """Whether this person is the other's line manager."""
        return other.line_manager_id == self.id

    def line_above(self) -> "list[Person]":
        """Everybody above this person, the nearest first; also where the line runs in a ring."""
        line: list[Person] = []
        above = self.line_manager
        while above is not None and above not in line:
            line.append(above)
            above = above.line_manager
        return line

    def stands_in_line_with(self, other: "Person") -> bool:
        """Whether one of the two is above the other in the reporting line."""
        return other in self.line_above() or self in other.line_above()

    # What Flask-Login asks of somebody who signed in.
    is_active = True
    is_authenticated = True
    is_anonymous = False
    session_token: str | None = None
    unread_messages: int = 0

    def get_id(self) -> str:
        """The token of this person's present session, by which the next request finds it."""
        if self.session_token is None:
            raise RuntimeError("this person did not sign in")
        return self.session_token


def decider_of(person: Person, day: date) -> uuid.UUID | None:
    """Who decides about this person on a day: the line manager, failing one the head of the service; never themselves, and
    never somebody who has left or has not begun yet.
    """
    manager = person.line_manager
    if manager is not None and manager.is_here_on(day):
        return manager.id
    head = person.service.head if person.service is not None else None
    return head.id if head is not None and head.id != person.id and head.is_here_on(day) else None


class RoleAssignment(Identified, Base):
    """That somebody carries a role from a day on, until a day; `appointed_by` is empty for those made at installation."""

    __tablename__ = "role_assignment"
    __table_args__ = (
        one_of("role", Role),
        sa.CheckConstraint("until IS NULL OR until >= since", name="ends_after_start"),
        sa.CheckConstraint("appointed_by_id IS NULL OR appointed_by_id <> person_id", name="no_self_appointment"),
        sa.Index(
            "uq_role_assignment_open", "person_id", "role", unique=True,
            sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL"),
        ),
        sa.Index(None, "person_id"),
        sa.Index(None, "role"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[Role] = enum_column(Role)
    since: Mapped[date]
    until: Mapped[date | None]
    appointed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))

    person: Mapped[Person] = relationship(back_populates="roles", foreign_keys=[person_id])

    def runs_on(self, day: date) -> bool:
        """Whether the role is carried on a day, both ends included."""
        return self.since <= day and (self.until is None or day <= self.until)


class RelationshipKind(StrEnum):
    """How two people are close, as far as it bears on fairness (domain 3.11, conflict rule 1)."""

    FAMILY = "family"
    CLOSE_FRIEND = "close_friend"
    BUSINESS = "business"
    FORMER_LINE_MANAGER = "former_line_manager"

    @property
    def label(self) -> str:
        """The kind in words."""
        return {
            "family": "Family, or somebody you live with",
            "close_friend": "Close friend",
            "business": "In business together",
            "former_line_manager": "Line manager of the other, now or before",
        }[self.value]


class DeclaredRelationship(Identified, Base):
    """That two people are close, as one of them declared or HR recorded; the conflict rules use it. Ended, never deleted.

    It counts from the day on which somebody else confirmed it, until somebody else confirmed that it is over: a wall that
    one person could raise or take down alone would tell them who has a part in a case, or hide a case from all of HR.
    Whoever declared it reads it again: what HR recorded, with its reason, is not shown to the two, who might learn from it
    that there is a report.
    """

    __tablename__ = "declared_relationship"
    __table_args__ = (
        one_of("kind", RelationshipKind),
        sa.CheckConstraint("person_id <> other_id", name="two_people"),
        sa.CheckConstraint("confirmed_by_id NOT IN (person_id, other_id, recorded_by_id)", name="confirmed_by_another"),
        sa.CheckConstraint("said_over_by_id <> other_id", name="not_said_over_by_the_other"),
        sa.Index(
            "uq_declared_relationship_open", "person_id", "other_id", "kind", "recorded_by_id", unique=True,
            sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL"),
        ),
        sa.Index(None, "other_id"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    other_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[RelationshipKind] = enum_column(RelationshipKind)
    declared_on: Mapped[date | None]
    # The first day on which it counts; none while nobody confirmed it.
    since: Mapped[date | None]
    # Its last day, or the day on which it was turned down or taken back.
    until: Mapped[date | None]
    # The day on which it was said that it is over, and by whom: who declared it, or HR where HR recorded it. It counts on
    # until that is confirmed.
    said_over_on: Mapped[date | None]
    said_over_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    # What HR says of it: since when the two are no longer close, or that they never were; and how HR knows.
    over_from: Mapped[date | None]
    was_mistake: Mapped[bool] = mapped_column(default=False)
    over_reason_sealed: Mapped[bytes | None]
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    # Who declared it: one of the two, or an HR officer; nobody for what the installation recorded.
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    data_key_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("data_key.id"))
    reason_sealed: Mapped[bytes | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    other: Mapped[Person] = relationship(foreign_keys=[other_id])
    recorded_by: Mapped[Person | None] = relationship(foreign_keys=[recorded_by_id])
    said_over_by: Mapped[Person | None] = relationship(foreign_keys=[said_over_by_id])
    data_key: Mapped[DataKey | None] = relationship()
    reason = SealedText()
    over_reason = SealedText()

    @property
    def what_waits(self) -> str:
        """What was said last and may wait to be confirmed, as the page that asks for it remembers it."""
        return f"{self.said_over_on} {self.over_from} {self.was_mistake}" if self.said_over_on else "new"

    @property
    def waits(self) -> bool:
        """Whether somebody has to confirm it, or that it is over."""
        return self.until is None and (self.since is None or self.said_over_on is not None)

    def can_be_ended_by(self, person: Person) -> bool:
        """Whether this person may say that it is over: who declared it, once, while it runs."""
        return self.until is None and self.said_over_on is None and person.id == self.person_id == self.recorded_by_id

    def awaits_word_of(self, person: Person) -> bool:
        """Whether this HR officer, if nothing keeps them from it, may say that it is over or was a mistake: once, while it
        runs; before it counts, who recorded it may take it back.
        """
        takes_back = self.since is None and person.id == self.recorded_by_id
        return self.until is None and self.said_over_on is None and (self.since is not None or takes_back)

    def is_judged_by(self, person: Person) -> bool:
        """Whether this person may confirm it, or that it is over: an HR manager or the independent person, who is no part
        of it and said neither.
        """
        part = (self.person_id, self.other_id, self.recorded_by_id, self.said_over_by_id)
        return person.holds(*CONFIRM_TIES) and person.id not in part


class Credential(Base):
    """How somebody proves who they are: an argon2 hash of their own password (RFC 9106). Nothing else holds one."""

    __tablename__ = "credential"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime]


class SignInSession(Base):
    """One signed-in browser. The cookie carries a token; the row keeps only its SHA-256."""

    __tablename__ = "sign_in_session"
    __table_args__ = (sa.Index(None, "person_id"),)

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class SignInThrottle(Base):
    """How many tries failed lately for one address or one name typed, both kept only as keyed fingerprints."""

    __tablename__ = "sign_in_throttle"

    bucket: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime]
