"""Who may see a case: one condition, in the WHERE clause of every query (domain 3.11)."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from app.core.audit import AuditEvent, EventKind, event_kind
from app.core.db import db
from app.core.references import normalise_reference
from app.core.registries import Viewer
from app.hr_cases.models import Allegation, AllegationParagraph, Case, CaseLeaving, HearingNotice
from app.hr_cases.models.permissions import OFFICERS
from app.matters.models import Capacity, Matter, MatterParty
from app.matters.queries import among_own_parts, kept_from, takes_part
from app.people.models import Person, Role
from app.people.queries import TimelineEntry, carrying, timeline

CASE_READ = event_kind("case:read", "read the case")
MEETING_READ = event_kind("case:meeting-read", "took the calendar entry of the hearing")
EXHIBIT_READ = event_kind("case:exhibit-read", "opened an exhibit")
LIVE_WARNINGS_READ = event_kind("case:live-warnings-read", "looked up which earlier warnings are live")
REPORT_PDF_READ = event_kind("case:report-read", "opened the case report")


def visible_case(viewer: Viewer, on: date) -> sa.ColumnElement[bool]:
    """`Case.can_be_read_by` as a condition on Case, with all whom it is closed to left out."""
    within = sa.true() if viewer.holds(Role.HR_MANAGER) else takes_part(Case.matter_id, viewer.id, OFFICERS)
    return sa.and_(within, not_kept(viewer.id, on))


def not_kept(person_id: Any, on: Any) -> sa.ColumnElement[bool]:
    """That a case is not closed to somebody whatever roles they hold, as a condition on Case."""
    return ~kept_from(Case.matter_id, person_id, on)


def told_subject(person_id: Any) -> sa.ColumnElement[bool]:
    """That a case is about somebody who has been told, as a condition on Case."""
    return sa.and_(Case.told_subject_at.is_not(None), among_own_parts(Case.matter_id, person_id, (Capacity.SUBJECT,)))


def _with_its_page() -> Sequence[ExecutableOption]:
    """What every page of a case shows, in three SELECTs."""
    return (
        joinedload(Case.report),
        joinedload(Case.appeal),
        joinedload(Case.policy_version),
        joinedload(Case.leavings).joinedload(CaseLeaving.decided_by),
        joinedload(Case.matter)
        .selectinload(Matter.parties)
        .joinedload(MatterParty.person)
        .joinedload(Person.former_names),
        selectinload(Case.allegations).joinedload(Allegation.paragraphs).joinedload(AllegationParagraph.paragraph),
    )


def find_case(reference: str, person: Person, *, on: date) -> Case | None:
    """The case with this reference with what its pages show, if this person may see it; else None."""
    wanted = normalise_reference(reference)
    if wanted is None:
        return None
    return _one(sa.select(Case).where(Case.reference == wanted, visible_case(person, on)))


def case_for_subject(person: Person, reference: str, *, with_papers: bool = False) -> Case | None:
    """The case with this reference, if it is about this person and they have been told; `with_papers`: and they have the
    papers, which are given with the notice of the hearing, not before.
    """
    wanted = normalise_reference(reference) or ""
    given = [sa.exists().where(HearingNotice.case_id == Case.id)] if with_papers else []
    return _one(sa.select(Case).where(told_subject(person.id), Case.reference == wanted, *given))


def cases_for_subject(person: Person) -> Sequence[Case]:
    """The cases about this person that they have been told of, newest first, with what the page of the only one shows."""
    query = sa.select(Case).where(told_subject(person.id)).order_by(Case.told_subject_at.desc(), Case.id)
    return db.session.execute(query.options(*_with_its_page())).unique().scalars().all()


def cases_about(person: Viewer) -> Sequence[sa.Row[str, datetime | None, datetime | None]]:
    """Every case about this person that they have been told of, newest first: reference, when told, when closed."""
    return db.session.execute(
        sa.select(Case.reference, Case.told_subject_at, Case.closed_at)
        .where(told_subject(person.id))
        .order_by(Case.told_subject_at.desc(), Case.id)
    ).all()


def _one(query: sa.Select[Case]) -> Case | None:
    return db.session.execute(query.options(*_with_its_page())).unique().scalar_one_or_none()


def open_to_managers(people: Collection[uuid.UUID], keys: Collection[str], on: date) -> sa.Select[Any]:
    """Which of these cases may be read by which of these people as HR managers: `visible_case` as rows of key and person."""
    columns: list[Any] = [Case.reference.label("key"), Person.id.label("person_id")]
    return (
        sa.select(*columns)
        .join(Person, Person.id.in_(list(people)))
        .where(Case.reference.in_(list(keys)), Person.id.in_(carrying([Role.HR_MANAGER], on)), not_kept(Person.id, on))
    )


def may_see(case: Case, person: Person, on: date) -> bool:
    """`visible_case`, asked of one case: the same condition, so that the two can never differ."""
    asked = sa.exists().where(Case.id == case.id, visible_case(person, on))
    return bool(db.session.execute(sa.select(asked)).scalar_one())


def case_of_report(report_id: uuid.UUID, person: Person, on: date) -> str | None:
    """The reference of the case that was opened from a report, if this person may see it."""
    return db.session.execute(
        sa.select(Case.reference).where(Case.report_id == report_id, visible_case(person, on))
    ).scalar_one_or_none()


def last_act(case: Case, kind: EventKind | None = None, *, until: datetime | None = None) -> TimelineEntry | None:
    """What was done last in a case, of one kind if one is given: by whom, when and in words, for those who come late.

    `until` is the moment up to which the reader is told; None: of all of it.
    """
    return next(iter(timeline([case.id], most=1, of=kind, until=until)), None)


def last_moments(case: Case, kinds: Iterable[EventKind]) -> dict[str, datetime]:
    """When each of these acts was done last in a case, by the name of the act; only those that were done."""
    rows = db.session.execute(
        sa.select(AuditEvent.act, sa.func.max(AuditEvent.at))
        .where(AuditEvent.subject_id == case.id, AuditEvent.act.in_([kind.name for kind in kinds]))
        .group_by(AuditEvent.act)
    )
    return {act: at for act, at in rows}
