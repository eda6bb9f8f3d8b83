"""The hearing: its notice with the letter beside the form, the companion, a postponement, and what happened."""

from datetime import datetime
from typing import Any

from flask import Response, current_app

from app.core import clock
from app.core.audit import record_read
from app.core.errors import InvalidInput, NothingHere
from app.core.headers import as_attachment
from app.hr_cases import blueprint, operations, queries
from app.hr_cases.documents.calendar_file import FILE_NAME, calendar_file
from app.hr_cases.forms.answer_seen import answer_shown
from app.hr_cases.forms.deciding import CompanionForm, HearingForm, NoticeForm, PostponeForm
from app.hr_cases.models import HearingNotice, Section, UnionStanding
from app.hr_cases.operations.authority import UnionSaid
from app.hr_cases.routes.common import Visit, act_page, ask, carried_out, done, visit, where_it_waits
from app.hr_cases.routes.deciding import DECISION_MAKER, DO_NOT_NAME, day_of
from app.hr_cases.routes.files import LOCKED
from app.hr_cases.routes.opening import OWNER
from app.hr_cases.routes.worked_out import earliest_worked_out, latest_day_worked_out
from app.people.models import Person


@blueprint.get("/<reference>/meetings/meeting.ics")
def meeting_file(reference: str) -> Response:
    """The hearing's day and time for the calendar of whoever reads the case: an entry that says nothing of it."""
    here = visit(reference)
    if not here.sees(Section.AFTERWARDS):
        raise NothingHere(secret=True)
    return calendar_answer(queries.notices(here.case), here.me, here.now)


def calendar_answer(notices: list[HearingNotice], reader: Person, at: datetime) -> Response:
    """The calendar file of the hearing that is ahead; the constant page where none is. Logged like its page."""
    if not notices or not notices[-1].is_ahead:
        raise NothingHere(secret=True)
    content = calendar_file(notices[-1], own_host=current_app.extensions["settings"].own_host)
    record_read(queries.MEETING_READ, notices[-1].case_id, by=reader.id, at=at)
    response = as_attachment(content, "text/calendar; charset=utf-8", FILE_NAME)
    response.headers["Content-Security-Policy"] = LOCKED
    return response


@blueprint.route("/<reference>/issue-notice", methods=["GET", "POST"])
def issue_notice(reference: str) -> Any:
    """The owner gives notice of the hearing; the letter can be read beside the form before it is issued."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.is_owned_by(me), can=case.can_issue_notice(me), whose=OWNER, doing=operations.NOTICE_ISSUED)
    earliest = operations.earliest_hearing_day(here.today, False), operations.earliest_hearing_day(here.today, True)
    form = NoticeForm()
    letter = ""
    if form.validate_on_submit():
        if form.preview.data:
            letter = _preview(here, form)
        else:

            def act() -> None:
                operations.issue_notice(case, **_said(form), by=me, at=here.now)

            if carried_out(form, act, case):
                return done(f"You gave notice of the hearing. {where_it_waits(here)}", reference=here.reference)
    return act_page(
        here,
        form,
        "Give notice of the hearing",
        "Issue the notice",
        template="act_with_letter",
        letter=letter,
        earliest=earliest,
        how=earliest_worked_out(here.today, earliest),
        undecided=queries.undecided_files(case),
    )


def _said(form: NoticeForm) -> dict[str, Any]:
    time = form.hearing_time.data
    if time is None:
        raise ValueError("a required time is missing")
    when: datetime = clock.at_local(day_of(form.hearing_at.data), time.hour, time.minute)
    return {
        "hearing_at": when,
        "place": form.place.data,
        "dismissal_possible": form.dismissal_possible.data == "yes",
        "union": UnionSaid(
            UnionStanding(form.union_standing.data or ""), form.union_official.data, form.union_consulted_on.data
        ),
    }


def _preview(here: Visit, form: NoticeForm) -> str:
    try:
        return operations.preview_notice(here.case, **_said(form), by=here.me, at=here.now)
    except InvalidInput as refusal:
        form.add_refusal(refusal)
        return ""


def _notice(here: Visit) -> HearingNotice:
    """The newest notice; the constant page where none was ever given."""
    notices = queries.notices(here.case)
    if not notices:
        raise NothingHere(secret=True)
    return notices[-1]


@blueprint.route("/<reference>/judge-companion", methods=["GET", "POST"])
def judge_companion(reference: str) -> Any:
    """The owner decides about a companion who has no right to come."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.is_owned_by(me), can=True, whose=OWNER)
    notice = _notice(here)
    can = case.can_judge_companion(me) and notice.companion_waits
    ask(here, who=case.is_owned_by(me), can=can, whose=OWNER, doing=operations.COMPANION_JUDGED)
    form = CompanionForm(data=answer_shown(notice))
    if form.validate_on_submit():

        def act() -> None:
            operations.judge_companion(
                notice, allowed=form.allowed.data == "yes", by=me, at=here.now, answer_seen=form.seen
            )

        if carried_out(form, act, case, notice):
            return done("You recorded whether the companion may come.", "meetings", reference=here.reference)
    return act_page(
        here,
        form,
        "Decide about the companion",
        "Record decision",
        recalled=(f"{case.subject.name} wants to bring", notice.companion),
    )


@blueprint.route("/<reference>/postpone", methods=["GET", "POST"])
def postpone(reference: str) -> Any:
    """The owner puts the hearing off; another notice is needed then."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.is_owned_by(me), can=True, whose=OWNER)
    notice = _notice(here)
    ask(here, who=case.is_owned_by(me), can=case.can_postpone(me), whose=OWNER, doing=operations.HEARING_POSTPONED)
    form = PostponeForm(data={"notice_seen": str(notice.number)})
    if form.validate_on_submit():

        def act() -> None:
            operations.postpone_hearing(
                notice, reason=form.reason.data, proposed_day=form.proposed_day.data, by=me, at=here.now,
                notice_seen=form.notice_seen.data,
            )  # fmt: skip

        if carried_out(form, act, case, notice):
            return done("You put the hearing off. Give a new notice as soon as you can.", reference=here.reference)
    return act_page(
        here,
        form,
        "Put the hearing off",
        "Put the hearing off",
        latest=latest_day_worked_out(notice),
        recalled=(f"What {case.subject.name} answered", notice.reply) if notice.reply else None,
    )


@blueprint.route("/<reference>/record-hearing", methods=["GET", "POST"])
def record_hearing(reference: str) -> Any:
    """The decision maker records who was there and what was said."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(
        here,
        who=case.is_decided_by(me),
        can=case.can_record_hearing(me),
        whose=DECISION_MAKER,
        doing=operations.HEARING_HELD,
    )
    form = HearingForm(data={"held_on": clock.local_day(_notice(here).hearing_at)})
    form.held_on.not_after = here.today
    if form.validate_on_submit():

        def act() -> None:
            operations.record_hearing(
                case,
                held_on=day_of(form.held_on.data),
                in_absence=form.in_absence.data == "yes",
                absence_reasons=form.absence_reasons.data,
                present=form.present.data,
                minutes=form.minutes.data,
                by=me,
                at=here.now,
            )

        if carried_out(form, act, case):
            return done("You recorded the hearing. The outcome is decided next.", reference=here.reference)
    return act_page(here, form, "Record the hearing", "Record the hearing", lead=DO_NOT_NAME)
