"""Declaring a connection with somebody who uses a service, and what the manager decides (policy 7.6; domain 3.8)."""

import uuid
from datetime import date, datetime

from app.breach_reports.models import YesNoUnknown
from app.core import clock
from app.core.audit import EventKind, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import notify
from app.core.references import new_reference
from app.core.sealing import new_data_key
from app.core.working_days import months_after
from app.early_advice.models import (
    DeclarationAction,
    DeclarationAnswers,
    DeclarationOfInterest,
    DeclarationStatus,
    Seat,
    StepOf,
)
from app.early_advice.operations import messages
from app.early_advice.operations.looking import keep_decision, must_be_known, take_to_hr, times_before
from app.early_advice.queries import who_hears
from app.early_advice.queries.worked_out import ACTION, DECISION, DECLARATION_YEARLY, NOTICE
from app.people.models import Person
from app.policy.queries import ask_from, due_after_receipt, due_at_once, pack, period


def _for_all(name: str, reads: str) -> EventKind:
    """What everybody reads who may read the declaration."""
    return event_kind(f"early-declaration:{name}", reads, neutral=reads)


DECLARED = _for_all("declared", "declared a connection")
REVIEWED = _for_all("reviewed", "decided on it: {action}")
DONE = _for_all("done", "said that the connection online has ended")
STILL_HOLDS = _for_all("still-holds", "said that it still holds")
ENDED = _for_all("ended", "said that it no longer holds")


def declare_interest(
    answers: DeclarationAnswers, *, by: Person, at: datetime, declaration_id: uuid.UUID | None = None
) -> DeclarationOfInterest:
    """Declare a connection, to the manager; where it may bear on somebody's safety, to HR in the same act."""
    demand(
        bool(pack().switches["declarations_of_interest"].value), "The policy of this organisation asks for no declarations."
    )
    if not answers.where:
        raise InvalidInput("Enter where you are connected", field="where")
    if not answers.words:
        raise InvalidInput("Enter how you are connected", field="words")
    key, day = new_data_key(at), clock.local_day(at)
    declaration = DeclarationOfInterest(
        id=declaration_id or uuid.uuid4(), reference=new_reference(), person_id=by.id, person=by, data_key_id=key.id,
        data_key=key, connection=answers.connection, at_risk=answers.at_risk, declared_at=at, review_since=at,
        review_by=due_after_receipt(DECISION, at),
    )  # fmt: skip
    declaration.where, declaration.words, declaration.marker = answers.where, answers.words, answers.marker
    db.session.add_all([key, declaration])
    for manager in who_hears(Seat.MANAGER, by, day):
        notify(manager.id, messages.DECLARED, declaration.id, at=at)
    record(DECLARED, declaration.id, by=by.id, at=at)
    if answers.at_risk != YesNoUnknown.NO:
        take_to_hr(declaration, by, at)
    return declaration


def review_declaration(
    declaration: DeclarationOfInterest, action: DeclarationAction, *, reasons: str, by: Person, at: datetime
) -> None:
    """Decide on it as the manager: the connection ends online, or may stay. Or HR looks at it first, and again where it did
    before: then the manager decides once HR has answered.
    """
    must_be_known(declaration, by)
    demand(declaration.is_reviewer(by), "Only the line manager can decide on this.")
    if not declaration.can_be_reviewed_by(by):
        raise _settled(declaration)
    if not reasons:
        raise InvalidInput("Enter your reasons. The person who declared it reads them", field="reasons")
    day = clock.local_day(at)
    keep_decision(declaration)
    declaration.reviewed_by, declaration.reviewed_by_id, declaration.reviewed_at = by, by.id, at
    declaration.action, declaration.reasons = action, reasons
    if action is DeclarationAction.UNLINK:
        declaration.move_to(DeclarationStatus.TO_DO)
        declaration.act_by = due_at_once(ACTION, day)
    elif action is DeclarationAction.MAY_STAY:
        _agree(declaration, at)
    record(REVIEWED, declaration.id, by=by.id, at=at, about=declaration.person_id, facts={"action": action.label})
    notify(declaration.person_id, messages.YOURS, declaration.id, at=at, number=times_before(declaration, StepOf.MANAGER))
    if action is DeclarationAction.REFER:
        take_to_hr(declaration, by, at)
        declaration.move_to(DeclarationStatus.WITH_HR)


def _agree(declaration: DeclarationOfInterest, at: datetime) -> None:
    declaration.move_to(DeclarationStatus.IN_PLACE)
    declaration.agreed_at = at
    declaration.again_on, declaration.again_from = in_a_year(DECLARATION_YEARLY, clock.local_day(at))


def in_a_year(period_name: str, since: date) -> tuple[date, date]:
    """When something is looked at again, and the day from which it is asked for."""
    again = months_after(since, period(period_name).value)
    return again, ask_from(NOTICE, again)


def end_connection(declaration: DeclarationOfInterest, *, by: Person, at: datetime) -> None:
    """Say that the connection online has ended, as the manager asked."""
    _must_be_own(declaration, by)
    if not declaration.can_be_done_by(by):
        raise _settled(declaration)
    _agree(declaration, at)
    record(DONE, declaration.id, by=by.id, at=at)
    _tell_reviewer(declaration, at)


def still_holds(declaration: DeclarationOfInterest, *, by: Person, at: datetime) -> None:
    """Say after a year that it still holds as it was agreed; it is asked again in a year."""
    _must_be_own(declaration, by)
    if not declaration.can_be_looked_at_again_by(by):
        raise _settled(declaration)
    declaration.agreed_at = at
    declaration.again_on, declaration.again_from = in_a_year(DECLARATION_YEARLY, clock.local_day(at))
    record(STILL_HOLDS, declaration.id, by=by.id, at=at)
    _tell_reviewer(declaration, at)


def end_declaration(declaration: DeclarationOfInterest, *, by: Person, at: datetime) -> None:
    """Say that it no longer holds. What HR was asked goes on."""
    _must_be_own(declaration, by)
    if not declaration.can_be_ended_by(by):
        raise _settled(declaration)
    declaration.move_to(DeclarationStatus.ENDED)
    declaration.ended_at = at
    declaration.again_on = declaration.again_from = None
    record(ENDED, declaration.id, by=by.id, at=at)
    _tell_reviewer(declaration, at)


def _tell_reviewer(declaration: DeclarationOfInterest, at: datetime) -> None:
    day = clock.local_day(at)
    for manager in who_hears(Seat.MANAGER, declaration.person, day):
        notify(manager.id, messages.DECLARED, declaration.id, at=at, number=day.toordinal())


def _must_be_own(declaration: DeclarationOfInterest, by: Person) -> None:
    must_be_known(declaration, by)
    demand(declaration.person_id == by.id, "Only the person who declared it can say this.")


def _settled(declaration: DeclarationOfInterest) -> AlreadyDone:
    reviewed = declaration.reviewed_by is not None and declaration.ended_at is None
    who = declaration.reviewed_by if reviewed else declaration.person
    return AlreadyDone(
        f"This cannot be done now. How it stands: {declaration.status.label.lower()}.", who=who.name if who else None,
        when=declaration.reviewed_at if reviewed else declaration.ended_at or declaration.declared_at,
        did="decided on it" if reviewed else "ended it" if declaration.ended_at else "declared it",
        what_now="Open it again to see what comes next.",
    )  # fmt: skip
