"""HR's pages: the queue, a report with the questions to answer in order, and each act."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.breach_reports import blueprint, forms, operations, queries
from app.breach_reports.models import BreachReport, ReportStatus, Route
from app.core import clock
from app.core.audit import record_read
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput, NothingHere
from app.core.evidence_files import file_to_send
from app.core.file_kinds import kind_called
from app.core.forms import Choice, ProbityForm
from app.core.presentation import uk_date
from app.core.registries import Registries
from app.core.typed_text import clean_line
from app.people.models import Person
from app.people.naming import addresses_of_namesakes
from app.people.queries import person_by_id, timeline
from app.policy.queries import marked, pack, working_calendar

DECIDE_ANEW = " Decide again where it belongs: no case is opened about this person."
EVIDENCE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def _me() -> Person:
    person: Person = current_user._get_current_object()
    return person


def _report(reference: str) -> BreachReport:
    """The one look-up: who may not see it gets the same answer as where there is nothing."""
    report = queries.report_for(reference, _me(), clock.today())
    if report is None:
        raise NothingHere(secret=True)
    return report


@blueprint.get("/")
def queue() -> Any:
    """Every report this officer may know of, late and new first."""
    today, which = clock.today(), _filter()
    rows, following = queries.queue_page(_me(), today, which, after=request.args.get("after", ""))
    kept: dict[str, Any] = {name: request.args[name] for name in ("show", "status", "category") if request.args.get(name)}
    return render_template(
        "breach_reports/queue.html",
        rows=rows,
        count=queries.count_queue(_me(), today, which),
        which=which,
        chosen=kept,
        today=today,
        between=working_calendar().between,
        labels={category.code: category.label for category in pack().categories},
        route_label=queries.route_label,
        statuses=list(ReportStatus),
        next_href=url_for("breach_reports.queue", **kept, after=following) if following else None,
        first_href=url_for("breach_reports.queue", **kept) if request.args.get("after") else None,
        **marked(),
    )


def _filter() -> queries.QueueFilter:
    status, category = request.args.get("status", ""), request.args.get("category", "")
    codes = {one.code for one in pack().categories}
    return queries.QueueFilter(
        dealt_with=request.args.get("show") == "dealt-with",
        status=ReportStatus(status) if status in list(ReportStatus) else None,
        category=category if category in codes else None,
    )


@blueprint.get("/<reference>")
def show(reference: str) -> Any:
    """The reporter's words and evidence, and the questions to answer in order."""
    return _page(_report(reference))


def _page(report: BreachReport, refused: ProbityForm | None = None, status: int = 200) -> Any:
    """The page of a report. The reading is written down before any of its words leave."""
    person, today = _me(), clock.today()
    record_read(operations.REPORT_READ, report.id, by=person.id, at=clock.now())
    registries: Registries = current_app.extensions["registries"]
    same_address = queries.same_address(report, person, today)
    page = render_template(
        "breach_reports/show.html",
        report=report,
        me=person,
        form=refused,
        forms=_forms_for(report, person, refused, same_address),
        found=_found(report, person, refused),
        typed=clean_line(request.values.get("typed") or request.args.get("name")),
        pass_on_words=queries.pass_on_words(report),
        labels={category.code: category.label for category in pack().categories},
        route_label=queries.route_label,
        kind_words=queries.kind_words,
        kind_called=kind_called,
        same_address=same_address,
        said_to_repeat=queries.said_to_repeat(report, person, today),
        entries=timeline([report.id]),
        panels=registries.panels_for("breach_report", report, person),
        open_case_href=registries.way_on("breach_report:open-case", report, person),
        how=queries.next_step_worked_out(report),
        today=today,
        between=working_calendar().between,
        **marked(),
    )
    return page, status


def _forms_for(
    report: BreachReport, person: Person, refused: ProbityForm | None, same_address: Sequence[Any]
) -> dict[str, ProbityForm]:
    """The form of each act that this person may do now, by name; a refused one as it was filled in."""
    made: dict[str, ProbityForm] = {}
    if report.can_be_acknowledged_by(person):
        made["acknowledge"] = forms.AcknowledgeForm(formdata=None)
    if report.can_name_subject(person):
        made["subject"] = forms.SubjectForm(request.args, meta={"csrf": False})
    if report.can_be_triaged_by(person):
        made["decide"] = _decision_form(report, same_address, formdata=None)
    if report.can_be_seconded_by(person):
        made["second"] = forms.SecondForm(formdata=None, data=_shown(report))
    if report.can_be_taken_back_by(person) and queries.is_left_unanswered(report, clock.today()):
        made["take_back"] = forms.TakeBackForm(formdata=None, data=_shown(report))
    if report.can_be_answered_by(person, stands_in=queries.stands_in_for(report, person, clock.today())):
        made["answer"] = forms.AnswerForm(formdata=None, data=_shown(report))
    for name, form in made.items():
        if refused is not None and type(refused) is type(form):
            made[name] = refused
    return made


def _decision_form(report: BreachReport, same_address: Sequence[Any], **options: Any) -> forms.DecisionForm:
    form = forms.DecisionForm(data=_shown(report), **options)
    routes = [Choice(offer.route.value, offer.label, hint=offer.hint) for offer in queries.routes_offered(report)]
    form.offer(routes, [Choice(one.reference, hint=f"Received {uk_date(one.received_at)}") for one in same_address])
    return form


def _shown(report: BreachReport) -> dict[str, str]:
    """How a page shows the report: what was decided since is told to who sends its form."""
    return {
        "decisions_seen": str(len(report.decisions)),
        "subject_seen": str(report.subject.id) if report.subject else "",
    }


def _seen(form: forms.ReportSeenForm) -> operations.ReportSeen:
    """How the report stood on the page from which a form comes; without its fields, as it stands when it is new."""
    return operations.ReportSeen(form.decisions_seen.number or 0, form.subject_seen.data or "")


def _found(report: BreachReport, person: Person, refused: ProbityForm | None) -> forms.SubjectChoiceForm | None:
    """The people found by the name that the officer typed, to choose from."""
    if isinstance(refused, forms.SubjectChoiceForm):
        return refused
    typed = clean_line(request.args.get("name"))
    if not (typed or report.possible_subjects) or not report.can_name_subject(person):
        return None
    return _subject_choice(report, typed, formdata=None)


def _subject_choice(report: BreachReport, typed: str, **options: Any) -> forms.SubjectChoiceForm:
    """The people whom the officer found by what they typed; before that, those whom the reporter may have meant."""
    if typed:
        found = queries.people_called(typed, clock.today(), with_leavers=True)
        people = [(p, p.service, p.left_on and f"left on {uk_date(p.left_on)}") for p in found]
    else:
        people = [(p, p.service.name if p.service else None, None) for p in report.possible_subjects]
    addresses = addresses_of_namesakes(one for one, *_ in people)
    choices = [
        Choice(str(p.id), p.name, hint=", ".join(filter(None, (p.post, service, addresses.get(p.id), left))))
        for p, service, left in people
    ]
    return forms.SubjectChoiceForm(choices={"subject_id": choices}, data=_shown(report), **options)


@blueprint.get("/<reference>/evidence/<int:number>")
def file(reference: str, number: int) -> Any:
    """A file as it was sent: a picture is shown, anything else is a download. Written down before it leaves."""
    person = _me()
    item = queries.evidence_for(reference, number, person, clock.today())
    if item is None:
        raise NothingHere(secret=True)
    kind, key = kind_called(item.media_type), item.data_key
    record_read(operations.EVIDENCE_READ, item.report_id, by=person.id, at=clock.now())
    with file_to_send(item.stored_as, key) as pieces:
        response = Response(pieces, mimetype=kind.media_type)
    how = "inline" if kind.is_picture else "attachment"
    name = f"{item.report.reference}-{item.number}{kind.ending}"
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    response.headers["Content-Length"] = str(item.size)
    response.headers["Content-Security-Policy"] = EVIDENCE_POLICY
    return response


@blueprint.post("/<reference>/acknowledge")
def acknowledge(reference: str) -> Any:
    """Confirm that the report arrived, after the conflict check."""
    report, person, form = _report(reference), _me(), forms.AcknowledgeForm()
    if not form.validate():
        return _page(report, form, 422)
    begin_writing(report)
    operations.acknowledge_report(report, by=person, at=clock.now())
    commit()
    flash("You confirmed that the report arrived. Its reporter has been told.", "success")
    return _back_to(report)


@blueprint.post("/<reference>/subject")
def name_subject(reference: str) -> Any:
    """Record whom the report is about."""
    report, person = _report(reference), _me()
    form = _subject_choice(report, request.form.get("typed", ""))
    seen = _seen(form)
    operations.ask_to_name_subject(report, by=person, at=clock.now(), seen=seen)
    subject = person_by_id(uuid.UUID(form.subject_id.data)) if form.validate() and form.subject_id.data else None
    if subject is None:
        return _page(report, form, 422)
    begin_writing(report)
    was = report.route
    operations.name_subject(report, subject, by=person, at=clock.now(), seen=seen)
    is_open_again = was is not None and report.route is None
    commit()
    flash(f"You recorded who the report is about.{DECIDE_ANEW if is_open_again else ''}", "success")
    return _back_to(report)


@blueprint.post("/<reference>/decision")
def decide(reference: str) -> Any:
    """Decide with reasons where the report belongs."""
    report, person = _report(reference), _me()
    form = _decision_form(report, queries.same_address(report, person, clock.today()))
    offered = form.route.choices
    form.route.choices = [*offered, *Route]  # the act says why a way is not open
    is_complete = form.validate()
    form.route.choices = offered
    if not is_complete:
        return _page(report, form, 422)
    route = Route(form.route.data or "")
    try:
        begin_writing(report)
        operations.route_report(
            report,
            route=route,
            reasons=form.reasons.data,
            by=person,
            at=clock.now(),
            seen=_seen(form),
            repeats=form.repeated(),
        )
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _page(_report(reference), form, 422)
    commit()
    flash(f"You decided: {queries.route_label(route)}.", "success")
    return _back_to(report)


@blueprint.post("/<reference>/second")
def second(reference: str) -> Any:
    """Agree as second officer, or send it back."""
    report, person, form = _report(reference), _me(), forms.SecondForm()
    if not form.validate():
        return _page(report, form, 422)
    agrees = form.agrees.data == "yes"
    try:
        begin_writing(*queries.to_lock(report))  # a case may be opened now from what it repeats
        operations.second_closing(
            report, agrees=agrees, reasons=form.reasons.data, by=person, at=clock.now(),
            seen=_seen(form),
        )  # fmt: skip
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _page(_report(reference), form, 422)
    commit()
    flash("You agreed: the report is closed." if agrees else "You sent the report back to be decided again.", "success")
    return _back_to(report)


@blueprint.post("/<reference>/answer")
def answer(reference: str) -> Any:
    """Answer a referral as the safeguarding lead or the whistleblowing officer."""
    report, person, form = _report(reference), _me(), forms.AnswerForm()
    if not form.validate():
        return _page(report, form, 422)
    begin_writing(report)
    operations.answer_referral(
        report, reasons=form.reasons.data, by=person, at=clock.now(), seen=_seen(form)
    )
    commit()
    flash("You answered the referral.", "success")
    return _back_to(report)


@blueprint.post("/<reference>/take-back")
def take_back(reference: str) -> Any:
    """Take a referral back that nobody is left to answer."""
    report, person, form = _report(reference), _me(), forms.TakeBackForm()
    if not form.validate():
        return _page(report, form, 422)
    begin_writing(report)
    operations.take_back_referral(report, reasons=form.reasons.data, by=person, at=clock.now(), seen=_seen(form))
    commit()
    flash("You took the referral back. Refer the report again as soon as there is somebody to answer.", "success")
    return _back_to(report)


def _back_to(report: BreachReport) -> Any:
    """The report again, or the list where the act itself took it out of the reader's sight."""
    if queries.may_see(report, _me(), clock.today()):
        return redirect(url_for("breach_reports.show", reference=report.reference), 303)
    return redirect(url_for("breach_reports.queue"), 303)


