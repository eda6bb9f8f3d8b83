"""What waits for whom in this room, as rows for first pages and for chasing."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from app.account_register.queries.managers import first_by_person
from app.core.db import db, named
from app.core.registries import Viewer
from app.early_advice.models import (
    UNDECIDED,
    AdviceQuestion,
    AlertReceipt,
    AlertStatus,
    DeclarationOfInterest,
    DeclarationStatus,
    MistakeAlert,
    ProfileCheck,
    QuestionStatus,
    Seat,
)
from app.early_advice.queries.hearing import hears, holder_left, officer_left, seen_by_hr, seen_by_lead, somebody_hears
from app.early_advice.queries.records import receipt_in, waits_for_officer
from app.early_advice.queries.worked_out import ALERT_DUE, DECISION, QUESTION_DUE
from app.people.everybody import carries
from app.people.models import HR_OFFICERS, Person, Role
from app.people.queries import decided_by, has_left, is_here, nobody_decides

Rows = sa.Select[Any]
MANAGER_DUTY = "early_manager"


def _unseen(seat: Seat) -> sa.ColumnElement[bool]:
    return receipt_in(seat, AlertReceipt.seen_at.is_(None))


def _rows(name: str, model: Any, author_id: Any, due_on: Any, *conditions: sa.ColumnElement[bool]) -> Rows:
    columns: list[Any] = [
        sa.literal(name).label("name"), model.reference.label("key"), Person.name.label("who"), due_on.label("due_on"),
    ]  # fmt: skip
    return sa.select(*columns).join(Person, Person.id == author_id).where(*conditions)


def _alerts(name: str, due_on: Any, *conditions: sa.ColumnElement[bool]) -> Rows:
    return _rows(name, MistakeAlert, MistakeAlert.author_id, due_on, *conditions)


def _declarations(name: str, due_on: Any, *conditions: sa.ColumnElement[bool]) -> Rows:
    return _rows(name, DeclarationOfInterest, DeclarationOfInterest.person_id, due_on, *conditions)


def alerts_to_see(viewer: Viewer, today: date) -> Rows:
    """Alerts that nobody has ticked in a place where this person sits."""
    return _alerts("early_alert_see", MistakeAlert.due_on, hears(viewer, today, _unseen))


def alerts_to_decide(viewer: Viewer, today: date) -> Rows:
    """Alerts that everybody has seen who is there to see them, for each of those."""
    mine_unseen, mine = hears(viewer, today, _unseen), hears(viewer, today, receipt_in)
    undecided = MistakeAlert.status.in_(UNDECIDED)
    return _alerts(
        "early_alert_decide", MistakeAlert.due_on, undecided, mine, sa.not_(mine_unseen), sa.not_(_waits(today))
    )


def _waits(today: Any) -> sa.ColumnElement[bool]:
    return somebody_hears(today, _unseen)


def waits_for_a_tick(alert: MistakeAlert, day: date) -> bool:
    """Whether there is still somebody who has to see an alert; a place in which nobody is left holds nothing up."""
    query = sa.select(_waits(day)).select_from(MistakeAlert).join(Person, Person.id == MistakeAlert.author_id)
    return bool(db.session.execute(query.where(MistakeAlert.id == alert.id)).scalar_one())


def alerts_to_take_down(viewer: Viewer, today: date) -> Rows:
    """What is to come down: for who sent it, and once they are gone for those who were told."""
    theirs = sa.or_(Person.id == viewer.id, sa.and_(sa.not_(is_here(today)), hears(viewer, today, receipt_in)))
    to_do = MistakeAlert.status == AlertStatus.TAKING_DOWN
    return _alerts("early_alert_take_down", MistakeAlert.take_down_by, to_do, theirs)


def breaches_to_judge(viewer: Viewer, today: date) -> Rows:
    """What the data protection officer has to look at; where nobody else is one, those who were told."""
    officer = sa.and_(carries(viewer, Role.DPO), Person.id != viewer.id)
    nobody_else = sa.and_(sa.not_(holder_left(today, [Role.DPO])), hears(viewer, today, receipt_in))
    mine = sa.or_(officer, nobody_else)
    return _alerts("early_alert_breach", MistakeAlert.officer_due_on, waits_for_officer(), mine)


def questions_to_answer(viewer: Viewer, today: date) -> Rows:
    """Questions asked of this person by people who work here still."""
    question = AdviceQuestion
    asked = sa.and_(question.status == QuestionStatus.ASKED, ~has_left(today))
    mine = hears(viewer, today, lambda seat: question.seat == seat)
    return _rows("early_question", question, question.author_id, question.due_on, asked, mine)


def declarations_to_review(viewer: Viewer, today: date) -> Rows:
    """Declarations of this person's team that nobody has decided on, of people who work here still."""
    declaration = DeclarationOfInterest
    declared = sa.and_(declaration.status == DeclarationStatus.DECLARED, ~has_left(today))
    mine = sa.and_(decided_by(viewer.id, today), Person.id != viewer.id)
    return _declarations("early_declaration_review", declaration.review_by, declared, mine)


def declarations_to_act_on(viewer: Viewer, _today: date) -> Rows:
    """What somebody has to do about their own connection."""
    declaration = DeclarationOfInterest
    to_do = declaration.status == DeclarationStatus.TO_DO
    return _declarations("early_declaration_act", declaration.act_by, to_do, declaration.person_id == viewer.id)


def declarations_of_long_ago(viewer: Viewer, today: date) -> Rows:
    """Own declarations of which a year is nearly over."""
    declaration = DeclarationOfInterest
    agreed = sa.and_(declaration.status == DeclarationStatus.IN_PLACE, declaration.again_from <= today)
    return _declarations("early_declaration_again", declaration.again_on, agreed, declaration.person_id == viewer.id)


def declarations_for_hr(viewer: Viewer, today: date) -> Rows | None:
    """What may bear on somebody's safety, for HR."""
    if not viewer.holds(*HR_OFFICERS):
        return None
    declaration = DeclarationOfInterest
    waits = sa.and_(declaration.hr_asked_at.is_not(None), declaration.hr_at.is_(None))
    return _declarations("early_declaration_hr", declaration.hr_due_on, waits, seen_by_hr(viewer.id, today))


def declarations_to_take_over(viewer: Viewer, today: date) -> Rows:
    """What HR took to the safeguarding lead, for them; where none of them is left who could take it over, for HR again."""
    declaration = DeclarationOfInterest
    waits = sa.and_(declaration.lead_due_on.is_not(None), declaration.lead_at.is_(None))
    lead = sa.and_(carries(viewer, Role.SAFEGUARDING_LEAD), seen_by_lead(viewer.id, today))
    nobody_else = sa.not_(officer_left([Role.SAFEGUARDING_LEAD], today))
    for_hr = sa.and_(carries(viewer, *HR_OFFICERS), seen_by_hr(viewer.id, today), nobody_else)
    return _declarations("early_declaration_lead", declaration.lead_due_on, waits, sa.or_(lead, for_hr))


def profile_to_check(viewer: Viewer, today: date) -> Rows:
    """That a year is nearly over since somebody looked at their own profile; for themselves alone."""
    check = ProfileCheck
    columns: list[Any] = [
        sa.literal("early_profile").label("name"), sa.literal("yearly").label("key"),
        sa.cast(sa.null(), sa.String).label("who"), check.again_on.label("due_on"),
    ]  # fmt: skip
    return sa.select(*columns).where(check.person_id == viewer.id, check.again_from <= today)


def managers_to_record(viewer: Viewer, today: date) -> Rows | None:
    """For HR: whose manager is missing, so that something of theirs waits for nobody; not what it is."""
    if not viewer.holds(Role.HR_MANAGER):
        return None
    found = first_by_person(MANAGER_DUTY, _waits_for_a_manager(today))
    columns: list[Any] = [
        sa.literal(MANAGER_DUTY).label("name"),
        sa.func.replace(sa.cast(Person.id, sa.String), "-", "").label("key"),
        Person.name.label("who"), found.due_on.label("due_on"),
    ]  # fmt: skip
    query = sa.select(*columns).join_from(Person, found.due_on.table, found.person_id == Person.id)
    return query.where(nobody_decides(today), Person.id != viewer.id)


def _waits_for_a_manager(day: Any) -> sa.CompoundSelect[Any]:
    """What was asked and declared only while its author works here; what somebody did by mistake also after that."""
    alert, question, declaration = MistakeAlert, AdviceQuestion, DeclarationOfInterest
    asked = sa.and_(question.status == QuestionStatus.ASKED, question.seat == Seat.MANAGER)
    asked = sa.and_(asked, _works_here_still(question.author_id, day))
    declared = sa.and_(
        declaration.status == DeclarationStatus.DECLARED, _works_here_still(declaration.person_id, day)
    )
    return sa.union_all(
        _part(alert.author_id, alert.due_on, ALERT_DUE, _unseen(Seat.MANAGER)),
        _part(question.author_id, question.due_on, QUESTION_DUE, asked),
        _part(declaration.person_id, declaration.review_by, DECISION, declared),
    )


def _part(person_id: Any, due_on: Any, period: str, waits: sa.ColumnElement[bool]) -> sa.Select[Any]:
    columns: list[Any] = [
        person_id.label("person_id"), due_on.label("due_on"), sa.literal(period).label("period"),
    ]  # fmt: skip
    return sa.select(*columns).where(waits)


def _works_here_still(author_id: Any, day: Any) -> sa.ColumnElement[bool]:
    author = named(Person, "author_waiting")
    return sa.exists().where(author.id == author_id, ~has_left(day, author)).correlate_except(author)


def first_for_a_manager(person: Person, day: date) -> date | None:
    """By when HR records who manages somebody, of whom something waits for a manager; none where nothing does."""
    found = first_by_person(MANAGER_DUTY, _waits_for_a_manager(day))
    query = sa.select(found.due_on).where(found.person_id == person.id)
    due_on: date | None = db.session.execute(query).scalar_one_or_none()
    return due_on


def what_waits_for_nobody(day: date) -> sa.Select[Any]:
    """Each thing that waits for a manager where nobody is there to be one: whose, by when, and by which period."""
    waiting = _waits_for_a_manager(day).subquery().c
    query = sa.select(waiting.person_id, waiting.due_on, waiting.period)
    return query.join_from(waiting.due_on.table, Person, Person.id == waiting.person_id).where(nobody_decides(day))


def waits_for_a_manager(person: Person, day: date) -> bool:
    """Whether something of somebody waits for a manager, and nobody is there to be one."""
    waiting = _waits_for_a_manager(day).subquery().c
    asked = sa.exists().where(waiting.person_id == Person.id)
    query = sa.select(sa.and_(asked, nobody_decides(day))).select_from(Person).where(Person.id == person.id)
    return bool(db.session.execute(query).scalar_one())


def own_alerts_waiting(viewer: Viewer, _today: date) -> Rows:
    """Own alerts of which somebody else has still to say what comes of it, or what it means for personal data."""
    undecided = MistakeAlert.status.in_(UNDECIDED)
    due_on = sa.case((undecided, MistakeAlert.due_on), else_=MistakeAlert.officer_due_on)
    waits = sa.or_(undecided, waits_for_officer())
    return _alerts("early_alert_waiting", due_on, waits, MistakeAlert.author_id == viewer.id)


def take_downs_waiting(viewer: Viewer, today: date) -> Rows:
    """What this person said must come down, while who told of it is there to take it down."""
    to_do = MistakeAlert.status == AlertStatus.TAKING_DOWN
    return _alerts(
        "early_take_down_waiting", MistakeAlert.take_down_by, to_do, MistakeAlert.decided_by_id == viewer.id, is_here(today)
    )


def own_questions_waiting(viewer: Viewer, _today: date) -> Rows:
    """Own questions without an answer."""
    question = AdviceQuestion
    asked = question.status == QuestionStatus.ASKED
    return _rows(
        "early_question_waiting", question, question.author_id, question.due_on, asked, question.author_id == viewer.id
    )


def own_declarations_waiting(viewer: Viewer, _today: date) -> Rows:
    """Own declarations that the manager has not decided on, or that HR looks at for the manager."""
    declaration = DeclarationOfInterest
    with_hr = declaration.status == DeclarationStatus.WITH_HR
    due_on = sa.case((with_hr, declaration.hr_due_on), else_=declaration.review_by)
    undecided = sa.or_(with_hr, declaration.status == DeclarationStatus.DECLARED)
    return _declarations("early_declaration_waiting", due_on, undecided, declaration.person_id == viewer.id)
