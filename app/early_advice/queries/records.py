"""One alert, question or declaration with all that its page shows, and the lists that lead to them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.core.db import db
from app.core.paging import Cursor, KeyPage, key_page
from app.core.references import normalise_reference
from app.early_advice.models import (
    AdviceQuestion,
    AlertReceipt,
    AlertReport,
    AlertStatus,
    DeclarationOfInterest,
    EarlierOutcome,
    EarlierStep,
    MistakeAlert,
    OfficerStep,
    ProfileCheck,
    QuestionStatus,
    Seat,
)
from app.early_advice.queries.hearing import hears, reviewed_ever, seen_by_hr, seen_by_lead
from app.people.everybody import carries
from app.people.models import HR_OFFICERS, Person, Role
from app.people.queries import decided_by

PAGE = 25


def _with_manager(author: Any) -> Any:
    return (joinedload(author).joinedload(Person.line_manager), joinedload(author).joinedload(Person.service))


def _by_reference(model: Any, typed: str, *options: Any) -> Any:
    reference = normalise_reference(typed)
    if reference is None:
        return None
    query = sa.select(model).where(model.reference == reference).options(*options)
    return db.session.execute(query).unique().scalar_one_or_none()


def alert_by_reference(typed: str) -> MistakeAlert | None:
    """An alert with everybody who has a part in it."""
    alert = MistakeAlert
    found: MistakeAlert | None = _by_reference(
        alert, typed, *_with_manager(alert.author), joinedload(alert.account), joinedload(alert.decided_by),
        joinedload(alert.answered_by), joinedload(alert.officer_asked_by),
        selectinload(alert.receipts).joinedload(AlertReceipt.seen_by),
        selectinload(alert.earlier).joinedload(EarlierOutcome.decided_by),
    )  # fmt: skip
    return found


def question_by_reference(typed: str) -> AdviceQuestion | None:
    """A question with who asked and who answered."""
    question = AdviceQuestion
    found: AdviceQuestion | None = _by_reference(
        question, typed, *_with_manager(question.author), joinedload(question.answered_by)
    )
    return found


def declaration_by_reference(typed: str) -> DeclarationOfInterest | None:
    """A declaration with who made, reviewed and answered it."""
    declaration = DeclarationOfInterest
    found: DeclarationOfInterest | None = _by_reference(
        declaration, typed, *_with_manager(declaration.person), joinedload(declaration.reviewed_by),
        joinedload(declaration.hr_by), joinedload(declaration.lead_by),
        selectinload(declaration.earlier).joinedload(EarlierStep.by),
    )  # fmt: skip
    return found


def own_report_of(alert: MistakeAlert, person: Person) -> AlertReport | None:
    """What this person reported to HR of an alert. What anybody else reported is never looked for."""
    return db.session.execute(
        sa.select(AlertReport)
        .where(AlertReport.alert_id == alert.id, AlertReport.reported_by_id == person.id)
        .options(joinedload(AlertReport.report))
    ).scalar_one_or_none()


def receipt_in(seat: Seat, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """That an alert was told in this place, as a condition on MistakeAlert."""
    found = sa.exists().where(AlertReceipt.alert_id == MistakeAlert.id, AlertReceipt.seat == seat, *conditions)
    return found.correlate_except(AlertReceipt)


def waits_for_officer() -> sa.ColumnElement[bool]:
    """`MistakeAlert.waits_for_officer`, as a condition."""
    return sa.and_(MistakeAlert.officer_asked_at.is_not(None), MistakeAlert.breach_answer.is_(None))


def _heard_in(seat: Seat) -> sa.ColumnElement[bool]:
    """That whoever sits in this place hears of an alert: while it is open, or waits for the tick there."""
    is_open = sa.or_(MistakeAlert.status != AlertStatus.CLOSED, waits_for_officer())
    return receipt_in(seat, sa.or_(is_open, AlertReceipt.seen_at.is_(None)))


def _kept_by(model: Any, person: Person, moment: Any) -> Sequence[Any]:
    author = model.person_id if model is DeclarationOfInterest else model.author_id
    query = sa.select(model).where(author == person.id).order_by(moment.desc(), model.id).limit(PAGE)
    return db.session.execute(query).unique().scalars().all()


def own_alerts(person: Person) -> Sequence[MistakeAlert]:
    """What somebody told of themselves, newest first."""
    return _kept_by(MistakeAlert, person, MistakeAlert.sent_at)


def own_questions(person: Person) -> Sequence[AdviceQuestion]:
    """What somebody asked, newest first."""
    return _kept_by(AdviceQuestion, person, AdviceQuestion.asked_at)


def own_declarations(person: Person) -> Sequence[DeclarationOfInterest]:
    """What somebody declared, newest first."""
    return _kept_by(DeclarationOfInterest, person, DeclarationOfInterest.declared_at)


def own_checks(person: Person) -> Sequence[ProfileCheck]:
    """The looks that somebody had at their own profile, newest first. There is no other way to read one."""
    query = sa.select(ProfileCheck).where(ProfileCheck.person_id == person.id)
    query = query.order_by(ProfileCheck.checked_at.desc(), ProfileCheck.id).limit(PAGE)
    return db.session.execute(query).scalars().all()


def alerts_for(viewer: Person, day: date, cursor: Cursor) -> KeyPage:
    """`MistakeAlert.can_be_seen_by`, of all alerts but their own, newest first."""
    alert = MistakeAlert
    ticked = sa.exists().where(AlertReceipt.alert_id == alert.id, AlertReceipt.seen_by_id == viewer.id)
    acted = (alert.decided_by_id, alert.officer_asked_by_id, alert.answered_by_id)
    decided = sa.exists().where(EarlierOutcome.alert_id == alert.id, EarlierOutcome.decided_by_id == viewer.id)
    before = sa.exists().where(OfficerStep.alert_id == alert.id, OfficerStep.by_id == viewer.id)
    part = sa.or_(
        *(one == viewer.id for one in acted), ticked.correlate_except(AlertReceipt),
        decided.correlate_except(EarlierOutcome), before.correlate_except(OfficerStep),
    )  # fmt: skip
    officer = sa.and_(alert.officer_asked_at.is_not(None), carries(viewer, Role.DPO), Person.id != viewer.id)
    mine = sa.or_(hears(viewer, day, _heard_in), part, officer)
    return _told(alert, alert.author_id, alert.sent_at, mine, cursor, waits_for_officer().label("waits_for_officer"))


def questions_for(viewer: Person, day: date, cursor: Cursor) -> KeyPage:
    """`AdviceQuestion.can_be_seen_by`, of all questions but their own, newest first."""
    question = AdviceQuestion
    waits = sa.and_(question.status == QuestionStatus.ASKED, hears(viewer, day, lambda seat: question.seat == seat))
    mine = sa.or_(waits, question.answered_by_id == viewer.id)
    return _told(question, question.author_id, question.asked_at, mine, cursor)


def declarations_for(viewer: Person, day: date, cursor: Cursor) -> KeyPage:
    """The declarations that this person reviews, for HR those that it was asked about, for the safeguarding lead those that
    HR took to them; newest first.
    """
    declaration = DeclarationOfInterest
    ways = [decided_by(viewer.id, day), reviewed_ever(viewer.id)]
    if viewer.holds(*HR_OFFICERS):
        ways.append(seen_by_hr(viewer.id, day))
    if viewer.holds(Role.SAFEGUARDING_LEAD):
        ways.append(seen_by_lead(viewer.id, day))
    mine = sa.and_(Person.id != viewer.id, sa.or_(*ways))
    return _told(declaration, declaration.person_id, declaration.declared_at, mine, cursor)


def _told(
    model: Any, author_id: Any, moment: Any, mine: sa.ColumnElement[bool], cursor: Cursor, *more: Any
) -> KeyPage:
    columns: list[Any] = [model.reference, Person.name, model.status, moment.label("told_at"), model.id, *more]
    query = sa.select(*columns).join(Person, Person.id == author_id).where(mine)
    return key_page(query, [moment], model.id, cursor, size=PAGE, descending=True)
