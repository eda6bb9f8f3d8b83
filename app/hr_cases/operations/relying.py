"""What a decision may rely on from before: live warnings of the same person, and no others.

Sources: domain 3.6, row Heard ("only live warnings visible", "expired warning relied on: blocked with explanation"); 2.1,
Warnings; Acas Code paragraphs 18 to 22.
"""

import uuid
from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa

from app.core import clock
from app.core.db import db
from app.core.errors import InvalidInput
from app.core.presentation import uk_date, uk_weekday_date
from app.hr_cases.models import Case, EarlierWarning, Outcome, ReliedOnWarning
from app.hr_cases.operations import messages
from app.hr_cases.operations.common import NO_ACTION
from app.hr_cases.operations.letter_parts import known
from app.hr_cases.operations.owners import tell_owner
from app.hr_cases.queries.warnings import earlier_warnings, relied_on_since
from app.people.models import Person
from app.policy.pack import OutcomeKind
from app.policy.queries import knows_warnings, outcome_label

FIELD = "relies_on"
NOT_LISTED = "Select only from the live warnings that this page lists: what you chose is none of them"


def hold_still(warnings: Collection[uuid.UUID]) -> None:
    """Let no appeal against one of these warnings be decided while they are being relied on."""
    if warnings:
        its_case = sa.exists().where(Outcome.case_id == Case.id, Outcome.id.in_(list(warnings))).correlate(Case)
        db.session.execute(sa.select(Case.id).where(its_case).order_by(Case.id).with_for_update(of=Case)).all()


def may_be_relied_on(
    case: Case, kind: OutcomeKind, chosen: Collection[uuid.UUID], *, by: Person, day: date
) -> list[EarlierWarning]:
    """The warnings chosen, as they stand, if each is this person's and live on that day; else why not."""
    if not chosen:
        return []
    if kind.code == NO_ACTION:
        raise InvalidInput("No action follows, so no warning is relied on. Select that you rely on none", field=FIELD)
    earlier = {one.id: one for one in earlier_warnings(case, by, day)} if knows_warnings(case.subject.person_kind) else {}
    if not earlier.keys() >= set(chosen):
        raise InvalidInput(NOT_LISTED, field=FIELD)
    for one in (earlier[key] for key in chosen):
        if not one.is_live_on(day):
            raise InvalidInput(_why_not(one), field=FIELD)
    return [one for one in earlier.values() if one.id in chosen]


def _why_not(warning: EarlierWarning) -> str:
    given_on = uk_date(warning.issued_on)
    if warning.last_live_day is None:
        why = f"The warning of {given_on} does not stand any more since the appeal against it."
    else:
        last = uk_weekday_date(warning.last_live_day)
        why = f"The {outcome_label(warning.kind).lower()} of {given_on} counted up to and including {last}, and no longer."
    return f"{why} It may not be relied on. Select again what you rely on, and write your reasons without it"


def note_reliance(outcome: Outcome, warnings: Collection[EarlierWarning]) -> None:
    """Keep with an outcome which warnings it relied on, as they stood."""
    for one in warnings:
        ReliedOnWarning(
            outcome=outcome, outcome_id=outcome.id, warning_id=one.id, kind=one.kind, issued_on=one.issued_on,
            last_live_day=known(one.last_live_day),
        )  # fmt: skip


def tell_who_relied_on(warning: Outcome, *, at: datetime) -> None:
    """An appeal changed a warning: note that where it was relied on, and tell HR of those cases."""
    for relied in relied_on_since(warning):
        relied.changed_on = clock.local_day(at)
        case = relied.outcome.case
        tell_owner(case, messages.RELIED_ON_CHANGED, relied.id, at=at)
