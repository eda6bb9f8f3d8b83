"""Persons, what they were called before, services, and roles with dates."""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Base, Identified, Versioned, append_only, enum_column, one_of
from app.core.plain_letters import name_key
from app.core.presentation import uk_date


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
    manager_recorded_on: Mapped[date | None]
    """On which day HR recorded their line manager, for whom a file of people had named nobody who is here."""
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
    former_names: Mapped[list["FormerName"]] = relationship(
        back_populates="person", order_by="FormerName.until, FormerName.id",
        primaryjoin=lambda: sa.and_(Person.id == FormerName.person_id, FormerName.counts()),
    )  # fmt: skip

    def holds(self, *roles: Role) -> bool:
        """Whether this person holds any of these roles today."""
        today = clock.today()
        return any(assignment.role in roles and assignment.runs_on(today) for assignment in self.roles)

    @property
    def names(self) -> list[str]:
        """What this person is called, and each name that they had before: texts say the one or the other."""
        return [self.name, *(former.name for former in self.former_names)]

    @property
    def named_with_post(self) -> str:
        """Who it is and what they do here, as far as that is not the same: a post may stand on the register itself."""
        return with_post(self.name, self.post)

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

    def has_other_work_than(self, post: str, service: str) -> bool:
        """Whether this is not the post and service of whoever has those. Another spelling makes no other work, and nor does
        what is not recorded on one side: that tells of no change.
        """
        pairs = ((self.post, post), (self.service.name if self.service else "", service))
        keys = ((name_key(ours), name_key(other)) for ours, other in pairs)
        return any(ours and other and ours != other for ours, other in keys)

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

    def manager_to_come_on(self, day: date) -> "Person | None":
        """The line manager, where one is recorded who is announced and has not begun by a day."""
        manager = self.line_manager
        return None if manager is None or manager.has_begun_on(day) or manager.has_left_on(day) else manager

    def manager_on(self, day: date) -> "Person | None":
        """Their line manager, where one is recorded who is here on a day."""
        manager = self.line_manager
        return manager if manager is not None and manager.is_here_on(day) else None

    def needs_a_manager_recorded_on(self, day: date) -> bool:
        """Whether their record lacks a manager: nobody who is here manages them. It does not while the line manager is
        announced and the head of the service stands in until they begin.
        """
        stands_in = self.manager_to_come_on(day) is not None and decider_of(self, day) is not None
        return self.manager_on(day) is None and not stands_in

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


def with_post(name: str, post: str) -> str:
    """`Person.named_with_post` for a line of a list."""
    return f"{name}, {post}" if post and post != name else name


def decider_of(person: Person, day: date) -> uuid.UUID | None:
    """Who decides about this person on a day: the line manager, failing one the head of the service; never themselves, and
    never somebody who has left or has not begun yet.
    """
    found = person.manager_on(day) or _head_over(person, day)
    return found.id if found is not None else None


def one_above(person: Person, day: date) -> Person | None:
    """Who stands above somebody on a day, to whom comes what is late with them: the nearest in their line of managers who
    is here, failing one the head of their service; never themselves.
    """
    nearest = next((above for above in person.line_above() if above.is_here_on(day)), None)
    return nearest if nearest is not None and nearest.id != person.id else _head_over(person, day)


def _head_over(person: Person, day: date) -> Person | None:
    """The head of somebody's service who is here on a day, where that is not themselves."""
    head = person.service.head if person.service is not None else None
    return head if head is not None and head.id != person.id and head.is_here_on(day) else None


class FormerName(Identified, Base):
    """What somebody was called, and at which address, before the one or the other became another.

    Written once for each change, and never changed itself: a text in which somebody is named stays as it is when they are
    called otherwise, and so has whatever keeps them from being named there.
    """

    __tablename__ = "former_name"
    __table_args__ = (sa.Index(None, "person_id"), sa.Index(None, "email"))

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(sa.String(120))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    # The day on which they were called otherwise, or had another address, for the first time.
    until: Mapped[date]

    person: Mapped[Person] = relationship(back_populates="former_names")

    @classmethod
    def counts(cls) -> sa.ColumnElement[bool]:
        """That nobody said that it never was theirs, as a condition: what was kept by mistake is asked for no more."""
        return ~sa.exists().where(FormerNameMistake.former_name_id == cls.id).correlate_except(FormerNameMistake)

    @property
    def has_now(self) -> str:
        """Who has which address by now, in words, for whoever wrote the former one."""
        return f"{self.person.name} has {self.person.email or 'no address'} now"


append_only(FormerName)


class FormerNameMistake(Identified, Base):
    """That a name or address which somebody is said to have had never was theirs: who said so, when, and why."""

    __tablename__ = "former_name_mistake"

    former_name_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("former_name.id"), unique=True)
    # Nobody where it was said on the command line, without a name.
    by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.String(500))


append_only(FormerNameMistake)


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
