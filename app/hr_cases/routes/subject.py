"""“Something about you”: the pages of the person concerned, who finds nothing here before they have been told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, render_template

from app.core import clock
from app.core.audit import record_read
from app.core.errors import AlreadyDone, NothingHere
from app.hr_cases import blueprint, operations, queries
from app.hr_cases.documents.words import letter_name, words_for
from app.hr_cases.forms.subject import ALONE, AnswerNoticeForm, AppealForm
from app.hr_cases.models import (
    Appeal,
    Case,
    CaseStatus,
    CompanionKind,
    EvidenceDisclosure,
    EvidenceItem,
    HearingNotice,
    StandingOutcome,
    is_told_of_decision,
    standings_of,
)
from app.hr_cases.routes.common import behind_the_mask, carried_out, done, near, reader
from app.hr_cases.routes.files import EXHIBIT_DOWNLOADED, SHOWN_INLINE, file_of, viewing_copy
from app.hr_cases.routes.hearing import calendar_answer
from app.hr_cases.routes.worked_out import notice_worked_out, outcome_worked_out
from app.people.models import Person
from app.policy.queries import marked, outcome_label

_S = CaseStatus
NEXT = {
    _S.PLANNING: "Somebody is planning how to look into this. You will be asked for your side. Nothing has been decided.",
    _S.INVESTIGATING: "Somebody is looking into this, and will ask you for your side. Nothing has been decided.",
    _S.PAUSED: "The investigation stands still for now. Nothing has been decided. We will tell you when it goes on.",
    _S.REPORT_REVIEW: "The report of the investigation is being checked. Nothing has been decided.",
    _S.ACCEPTED: "Somebody who did not investigate reads the report and decides if there is a case for you to answer.",
    _S.INFORMAL: "There is no hearing. Somebody will talk with you about what should be different. This is no warning.",
    _S.HEARING_SET_UP: "There will be a hearing, at which you can answer. You will get a letter with the day in good time.",
    _S.NOTIFIED: "There is a hearing, at which you can answer before anything is decided.",
    _S.HEARD: "Whoever heard you is deciding, and you will get the decision in a letter with the reasons.",
    _S.DECIDED: "The outcome has been decided. You can appeal if you do not agree with it.",
    _S.APPEALED: "Your appeal is being dealt with, by somebody who was not involved before.",
    _S.FINAL: "The outcome is final. The case will be closed soon.",
    _S.CLOSED: "This is closed. You do not have to do anything.",
}
LATE_APPEAL = "The outcome has been decided. Your appeal came late: you will get a letter that says whether it is heard."
APPEAL_NOT_HEARD = "The outcome has been decided, and your late appeal is not heard. The outcome will be made final soon."


@dataclass(frozen=True)
class OwnVisit:
    """One request of the person concerned to their own case."""

    case: Case
    me: Person
    now: datetime

    @property
    def reference(self) -> str:
        """The reference in its one spelling, for addresses."""
        return self.case.reference


def own_visit(reference: str, *, with_papers: bool = False) -> OwnVisit:
    """The reader's own case once they have been told of it; else the constant page, the same as for nothing.

    `with_papers`: and have the papers, which are given with the notice of the hearing, not before.
    """
    me = reader()
    case = queries.case_for_subject(me, reference, with_papers=with_papers)
    if case is None or not case.is_about(me):
        raise NothingHere(secret=True)
    return OwnVisit(case, me, clock.now())


def _own_page(template: str, here: OwnVisit, heading: str, **shown: Any) -> str:
    """A page for the person concerned. That it was read is written down before anything of it leaves.

    What they said themselves stands as they said it: a mask over it would tell them what they could only guess.
    """
    record_read(queries.CASE_READ, here.case.id, by=here.me.id, at=here.now)
    page = {
        "heading": heading, "case": here.case, "words": words_for, "letter_name": letter_name, "near": near, **marked(),
        **shown,
    }  # fmt: skip
    masked = behind_the_mask(here.case, here.me, page)
    return render_template(f"hr_cases/subject/{template}.html", me=here.me, **masked)


@blueprint.get("/about-me")
def about_me_list() -> Any:
    """What the reader has been told of: the one matter, or a list of them that tells nothing but when."""
    me = reader()
    told = queries.cases_for_subject(me)
    if not told:
        raise NothingHere(secret=True)
    if len(told) == 1:
        return _about(OwnVisit(told[0], me, clock.now()))
    return render_template("hr_cases/subject/list.html", heading="Something about you", told=told, **marked())


@blueprint.get("/about-me/<reference>")
def about_me(reference: str) -> Any:
    """What is alleged, what happens next and when, who the contact is, what they can do, and their letters."""
    return _about(own_visit(reference))


def _about(here: OwnVisit) -> str:
    case = here.case
    so_far = queries.so_far(case)
    outcome, appeal = so_far.outcome, so_far.appeal
    given = so_far.notice if case.status in (_S.HEARING_SET_UP, _S.NOTIFIED) else None
    notice = given if given is not None and given.postponed_at is None else None
    is_told = is_told_of_decision(so_far.decision, so_far.notice)
    return _own_page(
        "about_me",
        here,
        "Something about you",
        next_words=_next_words(case, appeal),
        letters=queries.letters(case),
        notice=notice,
        standings=standings_of(case, so_far.decision, outcome) if is_told else {},
        has_papers=given is not None or outcome is not None or case.status is _S.HEARD,
        outcome=outcome,
        outcome_words=outcome_label,
        stands=StandingOutcome.of(outcome, appeal) if outcome else None,
        appeal=appeal,
        how={**(notice_worked_out(notice) if notice else {}), **outcome_worked_out(outcome, appeal)},
        can_appeal=case.can_appeal(here.me) and appeal is None,
        papers_ahead=notice is not None and clock.local_day(here.now) <= notice.papers_by,
        can_answer=case.can_answer_notice(here.me) and notice is not None and here.now < notice.hearing_at,
        contact=case.owner,
    )


def _next_words(case: Case, appeal: Appeal | None) -> str:
    """What happens next. Whoever has appealed, if too late, is not told that they can: there is one appeal."""
    if case.status is _S.DECIDED and appeal is not None:
        return LATE_APPEAL if appeal.waits_for_judgement else APPEAL_NOT_HEARD
    return NEXT.get(case.status, "")


@blueprint.get("/about-me/<reference>/letters/<uuid:letter_id>")
def about_me_letter(reference: str, letter_id: UUID) -> Any:
    """One letter to the reader, as it was issued."""
    here = own_visit(reference)
    found = next((one for one in queries.letters(here.case) if one.id == letter_id and one.to_id == here.me.id), None)
    if found is None:
        raise NothingHere(secret=True)
    return _own_page("letter", here, "Letter", letter=found)


@blueprint.get("/about-me/<reference>/meeting.ics")
def about_me_meeting_file(reference: str) -> Response:
    """The hearing's day and time for the reader's own calendar, in an entry that says nothing of it."""
    here = own_visit(reference)
    return calendar_answer(queries.notices(here.case), here.me, here.now)


@blueprint.get("/about-me/<reference>/papers")
def papers(reference: str) -> Any:
    """What the hearing relies on: exhibits in words, statements, findings; whoever reported it is not named."""
    here = own_visit(reference, with_papers=True)
    return _own_page(
        "papers",
        here,
        "The papers for your hearing",
        exhibits=queries.exhibits(here.case),
        statements=queries.statements(here.case),
        report=queries.accepted_report(here.case),
        numbers={one.id: one.number for one in here.case.allegations},
        pictures=SHOWN_INLINE,
    )


def _paper(here: OwnVisit, number: int) -> tuple[EvidenceItem, EvidenceItem | EvidenceDisclosure]:
    """An exhibit with the file or copy that the reader gets of it; where they get none, its words are on the page."""
    item = queries.exhibit(here.case, number)
    given = item.file_for(here.me) if item is not None else None
    if item is None or given is None:
        raise NothingHere(secret=True)
    return item, given


@blueprint.get("/about-me/<reference>/papers/<int:number>/picture")
def paper_picture(reference: str, number: int) -> Any:
    """The viewing copy of an exhibit, made anew so that nothing of the file's own properties comes along.

    Where that cannot be done they read what it shows and whom to ask, never that there is nothing.
    """
    here = own_visit(reference, with_papers=True)
    item, given = _paper(here, number)
    if given.media_type not in SHOWN_INLINE:
        raise NothingHere(secret=True)
    picture = viewing_copy(item, given, here.me, here.now)
    if picture is not None:
        return picture
    heading, says = f"Exhibit {item.label} cannot be shown", item.transcript or ""
    return _own_page("no_picture", here, heading, contact=here.case.owner, says=says)


@blueprint.get("/about-me/<reference>/papers/<int:number>/original")
def paper_original(reference: str, number: int) -> Response:
    """An exhibit that is no picture, to keep; the download is logged."""
    here = own_visit(reference, with_papers=True)
    item, given = _paper(here, number)
    if given.media_type in SHOWN_INLINE:
        raise NothingHere(secret=True)
    return file_of(item, here.me, here.now, EXHIBIT_DOWNLOADED, inline=False, given=given)


def _current_notice(here: OwnVisit) -> HearingNotice:
    found = queries.notices(here.case)
    if not found:
        raise NothingHere(secret=True)
    return found[-1]


@blueprint.route("/about-me/<reference>/answer", methods=["GET", "POST"])
def answer_notice(reference: str) -> Any:
    """The person concerned says who comes with them and what they want said; they may change it until the hearing."""
    here = own_visit(reference)
    case, me = here.case, here.me
    notice = _current_notice(here)
    operations.ask_answer(notice, by=me, at=here.now)
    form = AnswerNoticeForm(data=_answered(notice))
    if form.validate_on_submit():
        chosen = form.companion_kind.data or ALONE
        comes_alone = chosen == ALONE

        def act() -> None:
            operations.answer_notice(
                notice,
                companion_kind=None if comes_alone else CompanionKind(chosen),
                companion="" if comes_alone else form.companion.data,
                reply=form.reply.data,
                by=me,
                at=here.now,
            )

        if carried_out(form, act, case, notice):
            return done("You sent your answer.", "about_me", reference=here.reference)
    page = _own_page("answer", here, "Answer the notice of your hearing", form=form, notice=notice)
    return page, 422 if form.errors else 200


def _answered(notice: HearingNotice) -> dict[str, Any]:
    if notice.replied_at is None:
        return {}
    kind = notice.companion_kind.value if notice.companion_kind else ALONE
    return {"companion_kind": kind, "companion": notice.companion, "reply": notice.reply}


@blueprint.route("/about-me/<reference>/appeal", methods=["GET", "POST"])
def appeal(reference: str) -> Any:
    """The person concerned appeals; a late appeal is taken too, and HR decides whether it is heard."""
    here = own_visit(reference)
    case, me = here.case, here.me
    outcome = queries.outcome(case)
    before = queries.appeal(case)
    if outcome is None:
        raise NothingHere(secret=True)
    if before is not None or not case.can_appeal(me):
        raise AlreadyDone(
            "You have appealed already." if before else "It is too late to appeal: the outcome is final.",
            when=before.received_at if before else None,
            who=(before.recorded_by or me).name if before else None,
            what_now="Ask your contact, who is named on the page “Something about you”.",
        )
    form = AppealForm()
    if form.validate_on_submit():

        def act() -> None:
            operations.submit_appeal(case, grounds=form.grounds.data, by=me, at=here.now)

        if carried_out(form, act, case):
            return done("You sent your appeal.", "about_me", reference=here.reference)
    page = _own_page(
        "appeal",
        here,
        "Appeal",
        form=form,
        outcome=outcome,
        is_late=not case.time_to_appeal_waits and clock.local_day(here.now) > outcome.appeal_by,
    )
    return page, 422 if form.errors else 200
