"""Which letters wait to be sent another way, and whether somebody counts as told by a letter.

A letter that was issued to somebody who could not sign in waits until it is recorded that it was sent another way. So does
one that somebody could have read in Probity, who left, or cannot sign in any more, before they did, while the case is open.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.core.audit import ReadEvent
from app.core.db import db, named
from app.hr_cases.models import Case, Letter, LetterKind, LetterSending
from app.hr_cases.queries.reaching import has_password
from app.hr_cases.queries.sight import CASE_READ
from app.people.models import Person
from app.people.queries import is_here


def letter_waits(on: Any, *kinds: LetterKind) -> sa.ColumnElement[bool]:
    """That a letter of a case, of these kinds or of any, waits to be sent another way, as a condition on Case."""
    letter, person = aliased(Letter), aliased(Person)
    which = [letter.kind.in_(kinds)] if kinds else []
    return sa.exists().where(*_waiting(letter, person, on), *which).correlate(Case)


def may_wait(owner_id: Any = None) -> sa.ColumnElement[bool]:
    """That a case is open and somebody's own (None: anybody's), or has a letter that was issued to somebody who could not
    sign in.

    A condition on Case that finds the few of which it is worth asking what is left to do, however many are closed.
    """
    of_theirs = named(Case, "open_case_of_theirs")
    whose = [] if owner_id is None else [of_theirs.owner_id == owner_id]
    opened = sa.select(of_theirs.id).where(of_theirs.closed_at.is_(None), *whose)
    return Case.id.in_(opened.union_all(_with_letter_to_send()))


def ended_with_letter_to_send() -> sa.ColumnElement[bool]:
    """That a case is closed and has a letter that waits to be sent another way, as a condition on Case."""
    return sa.and_(Case.closed_at.is_not(None), Case.id.in_(_with_letter_to_send()))


def _with_letter_to_send() -> sa.Select[uuid.UUID]:
    letter = named(Letter, "letter_to_send")
    sent = sa.exists().where(LetterSending.letter_id == letter.id).correlate_except(LetterSending)
    return sa.select(letter.case_id).where(letter.send_by.is_not(None), ~sent)


def send_by(on: Any) -> sa.ScalarSelect[date]:
    """By when: the day that was counted when the letter was issued; of an unread one, the last working day of whoever left,
    else when the step of the case is due.
    """
    letter, person = aliased(Letter), aliased(Person)
    left_on = sa.case((~is_here(on, person), person.last_working_day))
    day = sa.func.coalesce(letter.send_by, left_on, Case.step_due_on)
    return sa.select(sa.func.min(day)).where(*_waiting(letter, person, on)).correlate(Case).scalar_subquery()


@dataclass(frozen=True)
class Dispatch:
    """A letter that went another way than through Probity, or waits to."""

    letter: Letter
    waits: bool


def dispatches(case: Case, on: date) -> list[Dispatch]:
    """The letters of a case that went another way or wait to, in the order in which they were issued, in one SELECT."""
    waits = waits_now(on)
    rows = db.session.execute(
        sa.select(Letter, waits.label("waits"))
        .join(Case, Case.id == Letter.case_id)
        .where(Letter.case_id == case.id, went_another_way(on))
        .options(*WITH_ITS_SENDING)
        .order_by(Letter.issued_at, Letter.id)
    ).all()
    return [Dispatch(letter, waits) for letter, waits in rows]


def waits_now(on: Any) -> sa.ColumnElement[bool]:
    """That a letter waits to be sent another way, as a column or condition on Letter and Case."""
    person = named(Person, "reader_of_letter")
    return sa.exists().where(*_waiting(Letter, person, on)).correlate_except(person)


def went_another_way(on: Any) -> sa.ColumnElement[bool]:
    """That a letter waits to be sent another way or was sent so, as a condition on Letter and Case."""
    sent = sa.exists().where(LetterSending.letter_id == Letter.id).correlate_except(LetterSending)
    return sa.or_(waits_now(on), sent)


WITH_ITS_SENDING = (joinedload(Letter.to), joinedload(Letter.sending))


def letters_to_send(case: Case, on: date) -> list[Letter]:
    """The letters of a case that wait to be sent another way, in the order in which they were issued."""
    return [one.letter for one in dispatches(case, on) if one.waits]


def waits_to_be_sent(case: Case, kind: LetterKind, on: date) -> bool:
    """Whether a letter of this kind waits to be sent another way, so that it has told nobody anything yet."""
    return any(letter.kind is kind for letter in letters_to_send(case, on))


def is_told(case: Case, on: date) -> bool:
    """Whether the person concerned has been told what is alleged: a letter that waits to be sent tells nobody."""
    return case.told_subject_at is not None and not waits_to_be_sent(case, LetterKind.INVESTIGATION, on)


def sendings(case: Case) -> list[LetterSending]:
    """How and when letters of a case were sent another way, in the order in which that was recorded."""
    return list(
        db.session.execute(
            sa.select(LetterSending)
            .join(Letter, Letter.id == LetterSending.letter_id)
            .where(Letter.case_id == case.id)
            .options(joinedload(LetterSending.letter), joinedload(LetterSending.recorded_by))
            .order_by(LetterSending.recorded_at, LetterSending.id)
        ).scalars()
    )


def _waiting(letter: Any, person: Any, on: Any) -> list[sa.ColumnElement[bool]]:
    made = named(LetterSending, "made_sending")
    sent = sa.exists().where(made.letter_id == letter.id).correlate_except(made)
    read = (
        sa.exists()
        .where(
            ReadEvent.subject_id == letter.case_id, ReadEvent.act == CASE_READ.name, ReadEvent.actor_id == letter.to_id,
            ReadEvent.at >= letter.issued_at,
        )
        .correlate_except(ReadEvent)
    )  # fmt: skip
    unreached = sa.or_(~is_here(on, person), person.email.is_(None), ~has_password(person))
    unread = sa.and_(Case.closed_at.is_(None), unreached, ~read)
    return [
        letter.case_id == Case.id, person.id == letter.to_id, ~sent, sa.or_(letter.send_by.is_not(None), unread)
    ]  # fmt: skip
