"""What the person concerned sent without Probity, recorded by the owner: an answer to the notice, and an appeal.

Somebody who has left, or never could sign in, has the right to both all the same (Acas Code paragraphs 12 and 26). What
is recorded goes the way of what they send themselves, with the same stages, letters and deadlines; whether it is in time is
told by the day on which it came, not by that on which it was recorded.
"""

from datetime import date, datetime

from app.core import clock
from app.core.audit import record
from app.core.errors import AlreadyDone, InvalidInput
from app.core.outbox import as_news, notify
from app.core.presentation import uk_date
from app.hr_cases.models import Appeal, Came, Case, CompanionKind, HearingNotice
from app.hr_cases.operations import messages
from app.hr_cases.operations.answering import ANSWER_RECORDED, take_answer
from app.hr_cases.operations.appeals import APPEAL_RECORDED, came_as, take_appeal
from app.hr_cases.operations.common import ask_officer, must_hold, outcome_of
from app.hr_cases.operations.guards import need
from app.people.models import Person

OWNER = "the case owner"


def record_appeal(case: Case, *, grounds: str, came: Came, by: Person, at: datetime) -> Appeal:
    """Record an appeal that came another way: in time or late by the day on which it came. There is one appeal."""
    ask_officer(case, case.is_owned_by(by), case.can_record_appeal(by), by=by, at=at, whose=OWNER, act=came_as(case))
    _check_day(came, outcome_of(case).issued_on, "the outcome was issued", at=at)
    grounds = need(grounds, "Enter why they appeal, in their own words", "grounds")
    appeal = take_appeal(case, grounds=grounds, by=by, at=at, came=came)
    facts = {"in_time": appeal.in_time, "came_on": came.on, "came_by": came.by}
    record(APPEAL_RECORDED, case.id, by=by.id, at=at, about=case.subject.id, facts=facts)
    return appeal


def record_answer(
    notice: HearingNotice,
    *,
    companion_kind: CompanionKind | None,
    companion: str,
    reply: str,
    came: Came,
    by: Person,
    at: datetime,
    answer_seen: datetime | None = None,
) -> None:
    """Record an answer to the notice that came another way, on the day of the hearing at the latest.

    `answer_seen` is when the answer was given that the page showed: a form from an older page replaces no newer answer.
    """
    case = notice.case
    ask_officer(case, case.is_owned_by(by), case.can_record_answer(by), by=by, at=at, whose=OWNER, act=ANSWER_RECORDED)
    must_hold(notice)
    if answer_seen != notice.replied_at:
        raise AlreadyDone(
            "This notice has been answered in the meantime.",
            who=notice.answered_by.name,
            when=notice.replied_at,
            did="recorded an answer" if notice.is_recorded else "answered the notice",
            what_now="Open the meetings of the case to read that answer. Record yours after it only if it came later.",
        )
    _check_day(came, clock.local_day(notice.issued_at), "the notice was issued", at=at)
    if came.on > clock.local_day(notice.hearing_at):
        raise InvalidInput(
            f"The hearing was set for {uk_date(notice.hearing_at)}. Enter that day or one before it, or give what came "
            "later to whoever decides",
            field="came_on",
        )
    notice.came_another_way(came, by)
    take_answer(notice, companion_kind=companion_kind, companion=companion, reply=reply, by=by, at=at)
    facts = {"notice": notice.id, "came_on": came.on, "came_by": came.by}
    record(ANSWER_RECORDED, case.id, by=by.id, at=at, about=case.subject.id, facts=facts)
    notify(case.subject.id, messages.YOURS_ANSWER, notice.id, at=at, number=as_news(notice))


def _check_day(came: Came, since: date, when: str, *, at: datetime) -> None:
    today = clock.local_day(at)
    if came.on > today:
        raise InvalidInput("The day on which it came must be today or in the past", field="came_on")
    if came.on < since:
        raise InvalidInput(f"Enter {uk_date(since)} or a later day: {when} on that day", field="came_on")
