"""Who agreed to which version, who is still to be asked, and how many of each service agreed."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from app.core.db import db, named
from app.core.plain_letters import name_key_of
from app.core.registries import Viewer
from app.people.everybody import carries, opening
from app.people.models import Person, PersonKind, Role, Service
from app.people.queries import has_begun, has_left, is_here
from app.policy.models import (
    NOT_ASKED,
    Acknowledgement,
    AgreementNote,
    CoverageRow,
    NoteKind,
    PolicyAsk,
    PolicyVersion,
    SchoolAdoption,
)
from app.policy.queries.daily import asked_of_a_day
from app.policy.queries.versions import in_force

ACKNOWLEDGE = "policy:acknowledge"


def stands(agreed: Any = Acknowledgement) -> sa.ColumnElement[bool]:
    """That what was recorded was not taken back as a mistake, as a condition: `Acknowledgement.taken_back is None`."""
    back = named(AgreementNote, "agreement_taken_back")
    found = sa.exists().where(back.acknowledgement_id == agreed.id, back.kind == NoteKind.TAKEN_BACK)
    return sa.not_(found.correlate_except(back))


def agreement_to(version: PolicyVersion, person_id: uuid.UUID) -> Acknowledgement | None:
    """That somebody agreed to this exact version, if they did, with who attested it: what they dispute only where they have
    not agreed otherwise.
    """
    return db.session.execute(
        sa.select(Acknowledgement)
        .where(Acknowledgement.person_id == person_id, Acknowledgement.version_id == version.id, stands())
        .options(joinedload(Acknowledgement.attested_by), selectinload(Acknowledgement.notes))
        .order_by(*_undisputed_first())
        .limit(1)
    ).scalar_one_or_none()


def _undisputed_first() -> list[Any]:
    is_disputed = Acknowledgement.notes.any(AgreementNote.kind == NoteKind.DISPUTED)
    return [sa.case((is_disputed, 1), else_=0), Acknowledgement.at, Acknowledgement.id]


def covered(person_id: Any, version: Any = PolicyVersion) -> sa.ColumnElement[bool]:
    """That somebody agreed to a version, or to one before it since which no rule has changed: they are not asked again."""
    agreed, done = named(PolicyVersion, "version_agreed_to"), named(Acknowledgement, "agreed")
    return (
        sa.exists()
        .where(done.person_id == person_id, agreed.id == done.version_id, agreed.slug == version.slug)
        .where(agreed.effective_on >= version.material_since, stands(done))
        .correlate_except(agreed, done)
    )


def agreements_that_count(person_id: uuid.UUID, version: PolicyVersion) -> list[Acknowledgement]:
    """What was recorded that somebody agreed to, and counts for a version by the rule of `covered`, with the version of
    each; also what was taken back since, for who must know what stood on record on a day.
    """
    return list(
        db.session.execute(
            sa.select(Acknowledgement)
            .join(Acknowledgement.version)
            .where(Acknowledgement.person_id == person_id, PolicyVersion.slug == version.slug)
            .where(PolicyVersion.effective_on >= version.material_since)
            .options(contains_eager(Acknowledgement.version), selectinload(Acknowledgement.notes))
            .order_by(Acknowledgement.at, Acknowledgement.id)
        ).scalars()
    )


def how_they_stand(person_id: uuid.UUID, version: PolicyVersion) -> tuple[date | None, bool]:
    """On which day somebody agreed to this exact version, and whether they need not agree (again), in one query."""
    exact = sa.and_(Acknowledgement.person_id == person_id, Acknowledgement.version_id == PolicyVersion.id, stands())
    row = db.session.execute(
        sa.select(Acknowledgement, covered(person_id))
        .select_from(PolicyVersion)
        .outerjoin(Acknowledgement, exact)
        .where(PolicyVersion.id == version.id)
        .order_by(*_undisputed_first())
        .limit(1)
    ).one()
    return row[0].day if row[0] else None, bool(row[1])


def is_covered(person_id: uuid.UUID, version: PolicyVersion) -> bool:
    """Whether somebody need not agree to a version (again)."""
    return bool(db.session.execute(sa.select(covered(person_id)).where(PolicyVersion.id == version.id)).scalar_one())


def in_scope(person: Any = Person) -> sa.ColumnElement[bool]:
    """Whom the policy binds: everybody but councillors, and staff of a school only where it adopted the policy."""
    adopted = (
        sa.exists()
        .where(SchoolAdoption.adopted, SchoolAdoption.until.is_(None), SchoolAdoption.slug == PolicyVersion.slug)
        .where(SchoolAdoption.school_key == name_key_of(person.employing_body))
        .where(person.person_kind == PersonKind.SCHOOL_STAFF)
        .correlate(person, PolicyVersion)
    )
    return sa.or_(person.person_kind.not_in(NOT_ASKED), adopted)


def _still_counts(today: Any) -> sa.ColumnElement[bool]:
    """That the version asked for is in force, or one is since which no rule has changed, in a query of both."""
    asked = named(PolicyVersion, "version_asked_for")
    return sa.and_(asked.id == PolicyAsk.version_id, asked.slug == PolicyVersion.slug, in_force(today),
                   asked.effective_on >= PolicyVersion.material_since)  # fmt: skip


def _still_asked(person: Any) -> sa.ColumnElement[bool]:
    """That somebody has not left and come back since they were asked, as a condition: then they are asked like a starter."""
    begun = sa.or_(person.started.is_(None), PolicyAsk.asked_on >= person.started)
    return sa.or_(person.came_back_at.is_(None), begun)


@asked_of_a_day
def to_ask(day: Any) -> sa.Select[Any]:
    """Whom nobody has asked yet, as rows of person, version and how often they were asked for it before they left: who works
    here and has begun, and has not agreed anyway; `most` of them.
    """
    asked = named(PolicyVersion, "version_asked_for")
    was_asked = (
        sa.exists()
        .where(PolicyAsk.person_id == Person.id, asked.id == PolicyAsk.version_id, asked.slug == PolicyVersion.slug)
        .where(asked.effective_on >= PolicyVersion.material_since, _still_asked(Person))
        .correlate(Person, PolicyVersion)
    )
    before = (
        sa.select(sa.func.count())
        .where(PolicyAsk.person_id == Person.id, PolicyAsk.version_id == PolicyVersion.id)
        .correlate(Person, PolicyVersion)
        .scalar_subquery()
    )
    return (
        sa.select(Person.id.label("person_id"), PolicyVersion.id.label("version_id"), before.label("again"))
        .join(PolicyVersion, sa.true())
        .where(in_force(day), is_here(day), in_scope())
        .where(Person.email.is_not(None), ~was_asked, ~covered(Person.id))
        .order_by(Person.id, PolicyVersion.id)
        .limit(sa.bindparam("most", type_=sa.Integer()))
    )


def to_acknowledge(viewer: Viewer, today: date) -> sa.Select[Any]:
    """What somebody was asked to agree to and has not, as due items; nothing once the policy binds them no longer."""
    asked, bound = named(PolicyVersion, "version_asked_for"), named(Person, "person_bound")
    columns: list[Any] = [
        sa.literal(ACKNOWLEDGE).label("name"), sa.cast(PolicyAsk.id, sa.String).label("key"),
        PolicyVersion.title.label("who"), PolicyAsk.due_on.label("due_on"),
    ]  # fmt: skip
    return (
        sa.select(*columns)
        .join(asked, asked.id == PolicyAsk.version_id)
        .join(PolicyVersion, PolicyVersion.slug == asked.slug)
        .join(bound, bound.id == PolicyAsk.person_id)
        .where(in_scope(bound), _still_asked(bound))
        .where(PolicyAsk.person_id == viewer.id, _still_counts(today), ~covered(viewer.id), ~_asked_anew())
    )


def _asked_anew() -> sa.ColumnElement[bool]:
    """That somebody was asked for the same once more since: then that date counts."""
    later = named(PolicyAsk, "asked_anew")
    same = sa.and_(later.person_id == PolicyAsk.person_id, later.version_id == PolicyAsk.version_id)
    return sa.exists().where(same, later.again > PolicyAsk.again).correlate_except(later)


def _seen(viewer: Viewer, _today: date) -> sa.Select[Any]:
    asked = named(Person, "person_asked")
    key: Any = sa.cast(PolicyAsk.id, sa.String).label("key")
    hr = sa.and_(carries(viewer, Role.HR_MANAGER), asked.id != viewer.id)
    sees = sa.or_(PolicyAsk.person_id == viewer.id, asked.line_manager_id == viewer.id, hr)
    return sa.select(key).join(asked, asked.id == PolicyAsk.person_id).where(sees)


asks_open_to = opening(_seen)


def ask_by_id(ask_id: uuid.UUID) -> PolicyAsk | None:
    """That somebody was asked, with who it is and what they were asked to read."""
    return db.session.execute(
        sa.select(PolicyAsk)
        .where(PolicyAsk.id == ask_id)
        .options(joinedload(PolicyAsk.person), joinedload(PolicyAsk.version))
    ).scalar_one_or_none()


def last_ask(person_id: uuid.UUID, version: PolicyVersion) -> PolicyAsk | None:
    """When somebody was asked to agree to what is in force now, if they were."""
    asked = named(PolicyVersion, "version_asked_for")
    return db.session.execute(
        sa.select(PolicyAsk)
        .join(asked, asked.id == PolicyAsk.version_id)
        .join(Person, Person.id == PolicyAsk.person_id)
        .where(PolicyAsk.person_id == person_id, asked.slug == version.slug, asked.effective_on >= version.material_since)
        .where(_still_asked(Person))
        .order_by(PolicyAsk.asked_on.desc(), PolicyAsk.again.desc(), PolicyAsk.id)
        .limit(1)
    ).scalar_one_or_none()


@dataclass(frozen=True)
class TeamLine:
    """Somebody in a team, and how they stand with the version in force."""

    id: uuid.UUID
    name: str
    post: str
    email: str | None
    agreed: bool
    due_on: date | None


MOST_IN_TEAM = 200


def team_of(manager: Person, day: date, version: PolicyVersion) -> list[TeamLine]:
    """Everybody here who reports to a manager, those first who have not agreed, by name."""
    return _lines(Person.line_manager_id == manager.id, day, version, MOST_IN_TEAM)


def not_agreed(day: date, version: PolicyVersion, *, most: int | None = None) -> list[TeamLine]:
    """Everybody here whom the policy binds and who has not agreed, by name; for HR managers, who can attest for them."""
    bound = sa.and_(has_begun(day), in_scope(), Person.email.is_not(None), ~covered(Person.id))
    return _lines(bound, day, version, most)


def _lines(
    which: sa.ColumnElement[bool], day: date, version: PolicyVersion, most: int | None
) -> list[TeamLine]:
    asked = named(PolicyVersion, "version_asked_for")
    due = (
        sa.select(sa.func.max(PolicyAsk.due_on))
        .join(asked, asked.id == PolicyAsk.version_id)
        .where(PolicyAsk.person_id == Person.id, asked.slug == PolicyVersion.slug)
        .where(asked.effective_on >= PolicyVersion.material_since, _still_asked(Person))
        .correlate(Person, PolicyVersion)
        .scalar_subquery()
    )
    done = covered(Person.id)
    rows = db.session.execute(
        sa.select(Person.id, Person.name, Person.post, Person.email, done.label("agreed"), due.label("due_on"))
        .join(PolicyVersion, PolicyVersion.id == version.id)
        .where(which, ~has_left(day))
        .order_by(done, Person.name, Person.id)
        .limit(most)
    )
    return [TeamLine(row.id, row.name, row.post, row.email, bool(row.agreed), row.due_on) for row in rows]


def coverage(day: date, version: PolicyVersion, *, headed_by: Person | None = None) -> list[CoverageRow]:
    """By service, of everybody here and begun whom the policy binds, in one query; of the services of one head alone."""
    service = aliased(Service)
    name = sa.func.coalesce(service.name, "No service recorded")
    rows = db.session.execute(
        sa.select(name.label("service"), sa.func.count().label("people"),
                  sa.func.sum(sa.case((covered(Person.id), 1), else_=0)).label("agreed"))
        .select_from(Person)
        .join(PolicyVersion, PolicyVersion.id == version.id)
        .outerjoin(service, service.id == Person.service_id)
        .where(is_here(day), in_scope(), Person.email.is_not(None))
        .where(service.head_id == headed_by.id if headed_by is not None else sa.true())
        .group_by(name)
        .order_by(name)
    )  # fmt: skip
    return [CoverageRow(row.service, row.people, int(row.agreed or 0)) for row in rows]


def agreements_of(person_id: uuid.UUID, *, most: int = 50) -> list[Acknowledgement]:
    """Everything that somebody agreed to, newest first."""
    return list(
        db.session.execute(
            sa.select(Acknowledgement)
            .where(Acknowledgement.person_id == person_id)
            .options(joinedload(Acknowledgement.version), joinedload(Acknowledgement.attested_by))
            .options(selectinload(Acknowledgement.notes).joinedload(AgreementNote.by))
            .order_by(Acknowledgement.at.desc(), Acknowledgement.id)
            .limit(most)
        ).scalars()
    )


def version_read(typed: str | None) -> PolicyVersion | None:
    """The version that a page showed when somebody agreed on it."""
    version_id = _uuid(typed)
    return db.session.get(PolicyVersion, version_id) if version_id else None


def _uuid(typed: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        return None
