"""What the person concerned sent without Probity, recorded by the owner: an answer to the notice, and an appeal."""

from datetime import datetime
from typing import Any

from app.core import clock
from app.core.errors import NothingHere
from app.core.presentation import uk_weekday_date
from app.hr_cases import blueprint, operations, queries
from app.hr_cases.forms.another_way import RecordAnswerForm, RecordAppealForm
from app.hr_cases.forms.answer_seen import answer_shown
from app.hr_cases.forms.subject import ALONE
from app.hr_cases.models import Case, CompanionKind, HearingNotice, Outcome
from app.hr_cases.routes.common import act_page, ask, carried_out, done, visit, where_it_waits
from app.hr_cases.routes.masked_view import LeftAlone
from app.hr_cases.routes.opening import OWNER
from app.people.models import Person


@blueprint.route("/<reference>/record-appeal", methods=["GET", "POST"])
def record_appeal(reference: str) -> Any:
    """The owner records an appeal that came by letter or another way; late, it is judged like any other."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.is_owned_by(me), can=case.can_record_appeal(me), whose=OWNER, doing=operations.came_as(case))
    outcome = operations.outcome_of(case)
    form = RecordAppealForm()
    form.came_on.not_before, form.came_on.not_after = outcome.issued_on, here.today
    if form.validate_on_submit():

        def act() -> None:
            operations.record_appeal(case, grounds=form.grounds.data, came=form.came, by=me, at=here.now)

        if carried_out(form, act, case):
            return done(f"You recorded the appeal. {where_it_waits(here)}", reference=here.reference)
    return act_page(
        here,
        form,
        "Record an appeal that came another way",
        "Record the appeal",
        lead=f"Record what {case.subject.name} sent by letter, by e-mail or another way. {_in_time(case, outcome)}",
    )


def _in_time(case: Case, outcome: Outcome) -> str:
    if case.time_to_appeal_waits:
        return "The time to appeal has not begun, since the letter about the outcome was not sent yet: it is in time."
    last = uk_weekday_date(outcome.appeal_by)
    return f"It is in time if it came by the end of {last}; if it came later, you decide next whether it is heard."


@blueprint.route("/<reference>/record-answer", methods=["GET", "POST"])
def record_answer(reference: str) -> Any:
    """The owner records an answer to the notice of the hearing that came by letter or another way."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(
        here,
        who=case.is_owned_by(me),
        can=case.can_record_answer(me),
        whose=OWNER,
        doing=operations.ANSWER_RECORDED,
    )
    notices = queries.notices(case)
    if not notices:
        raise NothingHere(secret=True)
    notice = notices[-1]
    form = RecordAnswerForm(data=answer_shown(notice))
    form.came_on.not_before, form.came_on.not_after = clock.local_day(notice.issued_at), here.today
    if form.validate_on_submit() and carried_out(form, lambda: _record(form, notice, me, here.now), case, notice):
        return done("You recorded the answer.", "meetings", reference=here.reference)
    return act_page(
        here,
        form,
        "Record an answer that came another way",
        "Record the answer",
        lead=f"Record what {case.subject.name} answered to the notice of the hearing by letter, by e-mail or another way.",
        recalled=("What they answered before", LeftAlone(notice.reply)) if notice.reply else None,
    )


def _record(form: RecordAnswerForm, notice: HearingNotice, me: Person, now: datetime) -> None:
    chosen = form.companion_kind.data or ALONE
    operations.record_answer(
        notice,
        companion_kind=None if chosen == ALONE else CompanionKind(chosen),
        companion="" if chosen == ALONE else form.companion.data,
        reply=form.reply.data,
        came=form.came,
        by=me,
        at=now,
        answer_seen=form.seen,
    )
