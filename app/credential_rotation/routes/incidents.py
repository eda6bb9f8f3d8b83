"""What happened to accounts: the list, recording something, the steps after a compromise, and the end of it."""

import uuid
from datetime import date, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.account_register.models import SEES_EVERYTHING, Account
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.error_pages import answer_refusal
from app.core.errors import AlreadyDone, InvalidInput, NothingHere, demand
from app.core.forms import ProbityForm
from app.core.paging import Cursor
from app.core.presentation import uk_datetime
from app.core.worked_out import WorkedOut
from app.credential_rotation import blueprint, operations, queries
from app.credential_rotation import forms_incidents as forms
from app.credential_rotation.models import (
    CHECKLIST,
    HANDLERS,
    AccountIncident,
    Credentials,
    IncidentKind,
    IncidentStatus,
    PlanStep,
    StepOutcome,
)
from app.credential_rotation.operations import NotRecovered
from app.credential_rotation.operations.incidents import (
    CHECKLIST_PERIOD,
    CLOSING_PERIOD,
    ONLY_HANDLERS,
    TELL_A_HANDLER,
    RecordedAlready,
)
from app.credential_rotation.routes.shared import account_or_nothing, happened_or_nothing, reader
from app.people.models import Person
from app.people.queries import timeline
from app.policy.explaining import counted_from
from app.policy.queries import working_calendar

TEMPLATES = "credential_rotation/incidents"
WHAT_FOLLOWS = {
    Credentials.SHARED: "Its passwords have to be changed.",
    Credentials.OWN: "Everybody who has a login of their own was asked to secure it.",
    Credentials.BOTH: "Its passwords have to be changed, and everybody who has a login of their own was asked to secure it.",
    Credentials.NONE: "The register names nobody who can get in.",
}
"""What follows from a compromise for those who sign in."""


@blueprint.get("/incidents")
def incidents() -> Any:
    """What happened to the accounts of which the reader may know."""
    shown = request.args.get("show", "")
    status = IncidentStatus(shown) if shown in set(IncidentStatus) else IncidentStatus.OPEN
    page = queries.incidents_page(reader(), status, Cursor.read(request.args.get("after"), request.args.get("before")))
    return render_template(
        f"{TEMPLATES}/index.html", page=page, shown=status, statuses=IncidentStatus, steps=len(CHECKLIST),
        can_record=reader().holds(*HANDLERS), today=clock.today(), calendar=working_calendar(),
    )  # fmt: skip


@blueprint.route("/incidents/new", methods=["GET", "POST"])
def find_account() -> Any:
    """Which account did something happen to?"""
    form = forms.FindAccountForm()
    if not form.validate_on_submit():
        return render_template(f"{TEMPLATES}/find-account.html", form=form), 422 if form.errors else 200
    found = queries.accounts_meant(form.account.data)
    if len(found) == 1:
        return redirect(url_for(".record_incident", account_id=found[0].id), 303)
    none = f"No account on the register is called “{form.account.data}”. Check how it is written on the register"
    form.add_refusal(
        InvalidInput("More than one account is called that. Enter its web address" if found else none, field="account")
    )
    return render_template(f"{TEMPLATES}/find-account.html", form=form), 422


@blueprint.route("/accounts/<uuid:account_id>/incident", methods=["GET", "POST"])
def record_incident(account_id: uuid.UUID) -> Any:
    """Record what happened to an account; after a compromise every credential of it is made new at once."""
    account, person, now = account_or_nothing(account_id), reader(), clock.now()
    if account.is_closed:
        raise AlreadyDone("This account is closed.", what_now="If it is in use all the same, register it anew.")
    form = forms.IncidentForm(noticed_on=clock.local_day(now))
    form.noticed_on.not_after = clock.local_day(now)
    if not form.validate_on_submit():
        return _record_page(form, account), 422 if form.errors else 200
    begin_writing(account)
    try:
        made = operations.record_incident(account, IncidentKind(str(form.kind.data)), form.report, by=person, at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _record_page(form, account_or_nothing(account_id)), refusal.status
    commit()
    then = f" {WHAT_FOLLOWS[made.credentials]} Those who must know were told." if made.is_compromise else ""
    flash(f"You recorded what happened to {account.name}.{then}", "success")
    return redirect(url_for(".incident", incident_id=made.id), 303)


@blueprint.errorhandler(RecordedAlready)
def recorded_already(refusal: RecordedAlready) -> Any:
    """Lead to what was recorded first."""
    refusal.back_href, refusal.back_text = url_for(".incident", incident_id=refusal.first_id), "Open what was recorded"
    return answer_refusal(refusal)


@blueprint.get("/incidents/<uuid:incident_id>")
def incident(incident_id: uuid.UUID) -> Any:
    """One incident: the steps and what is left, what is known, what happened since."""
    return _page(_incident(incident_id))


@blueprint.route("/incidents/<uuid:incident_id>/steps/<step>", methods=["GET", "POST"])
def incident_step(incident_id: uuid.UUID, step: str) -> Any:
    """Answer one step of the plan for a compromised account."""
    found, now = _to_work_on(incident_id), clock.now()
    if step not in set(PlanStep) or not found.is_compromise:
        raise NothingHere
    which = PlanStep(step)
    form = _step_form(found, which)
    if not form.validate_on_submit():
        return _step_page(found, which, form), 422 if form.errors else 200
    begin_writing(found)
    try:
        _answer(found, which, form, at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _step_page(_incident(incident_id), which, form), refusal.status
    commit()
    flash(f"You answered “{found.label_of(which)}”.", "success")
    return redirect(url_for(".incident", incident_id=incident_id), 303)


def _answer(found: AccountIncident, step: PlanStep, form: ProbityForm, *, at: datetime) -> None:
    if isinstance(form, forms.LessonsForm):
        operations.record_lessons(found, form.ending, by=reader(), at=at, seen=form.seen.data or "")
    elif isinstance(form, forms.StepForm):
        operations.answer_step(found, step, form.answered, by=reader(), at=at)


@blueprint.post("/incidents/<uuid:incident_id>/recover")
def recover_account(incident_id: uuid.UUID) -> Any:
    """Put the account back to live once nothing is left to do."""
    found, now, form = _incident(incident_id), clock.now(), forms.RecoverForm()
    begin_writing(found, found.account)
    try:
        operations.recover_account(found, by=reader(), at=now)
    except NotRecovered as refusal:
        db.session.rollback()
        form.form_errors.extend(refusal.left)
        return _page(_incident(incident_id), refused=form), refusal.status
    commit()
    flash(f"{found.account.name} is live again.", "success")
    return redirect(url_for(".incident", incident_id=incident_id), 303)


@blueprint.route("/incidents/<uuid:incident_id>/close", methods=["GET", "POST"])
def close_incident(incident_id: uuid.UUID) -> Any:
    """Close media interest, an attack or something else with its outcome."""
    found, now = _incident(incident_id), clock.now()
    demand(found.is_handler(reader()), ONLY_HANDLERS, what_now=TELL_A_HANDLER)
    form = forms.CloseIncidentForm(reference=found.reference)
    if found.can_be_closed_by(reader()) and not form.validate_on_submit():
        return _close_page(found, form), 422 if form.errors else 200
    begin_writing(found)
    try:
        operations.close_incident(found, form.ending, by=reader(), at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _close_page(_incident(incident_id), form), refusal.status
    commit()
    flash("You closed it with its outcome.", "success")
    return redirect(url_for(".incident", incident_id=incident_id), 303)


@blueprint.post("/incidents/<uuid:incident_id>/notes")
def add_note(incident_id: uuid.UUID) -> Any:
    """Add to the record."""
    found, now, form = _to_work_on(incident_id), clock.now(), forms.NoteForm()
    if not form.validate():
        return _page(found, noted=form), 422
    begin_writing(found)
    operations.add_note(found, form.text.data, by=reader(), at=now)
    commit()
    flash("You added to the record.", "success")
    return redirect(url_for(".incident", incident_id=incident_id), 303)


def _incident(incident_id: uuid.UUID) -> AccountIncident:
    return happened_or_nothing(queries.incident_by_id(incident_id))


def _to_work_on(incident_id: uuid.UUID) -> AccountIncident:
    found = _incident(incident_id)
    demand(found.is_worker(reader()), "You cannot change this record.", what_now=TELL_A_HANDLER)
    if not found.is_open:
        raise AlreadyDone(
            "This is closed already, so nothing about it can change.",
            who=found.closed_by.name if found.closed_by else None, when=found.closed_at,
        )  # fmt: skip
    return found


def _record_page(form: forms.IncidentForm, account: Account) -> str:
    return render_template(f"{TEMPLATES}/record.html", form=form, account=account)


def _close_page(found: AccountIncident, form: forms.CloseIncidentForm) -> str:
    return render_template(f"{TEMPLATES}/close.html", form=form, incident=found)


def _step_form(found: AccountIncident, step: PlanStep) -> ProbityForm:
    """The form of a step with what it was answered with before."""
    answer = found.answer_to(step)
    if step is PlanStep.LESSONS:
        return forms.LessonsForm(outcome=found.outcome, lessons=found.lessons, seen=found.mark_of_lessons)
    if step is PlanStep.CREDENTIALS:
        return forms.CredentialsForm()
    known = {"outcome": answer.outcome.value, "reason": answer.reason} if answer else {}
    if step is PlanStep.REFERENCE:
        return forms.ReferenceForm(data={"reference": found.reference, **known})
    return forms.StepForm(data=known)


def _tasks(found: AccountIncident, *, works: bool) -> list[dict[str, Any]]:
    """Each step with whether it is answered, by whom and when; a link where it can still be answered."""
    tasks = []
    for step in CHECKLIST if found.is_compromise else ():
        answer = found.answer_to(step)
        can_answer = works and (answer is None or answer.outcome is not StepOutcome.DONE or step is PlanStep.LESSONS)
        task: dict[str, Any] = {
            "text": found.label_of(step), "hint": forms.hint_of(found, step), "done": answer is not None,
            "href": url_for(".incident_step", incident_id=found.id, step=step.value) if can_answer else "",
            "status": "" if answer or can_answer else "Not yet answered",
        }  # fmt: skip
        if answer is not None:
            task["hint"] = f"{answer.answered_by.name}, {uk_datetime(answer.answered_at)}"
            if answer.outcome is StepOutcome.NOT_APPLICABLE:
                task["status"], task["hint"] = "Does not apply", f"{answer.reason} ({task['hint']})"
        tasks.append(task)
    return tasks


def _how(found: AccountIncident) -> WorkedOut | None:
    """How the date came about by which the steps are taken, or by which it is closed."""
    if not found.is_open:
        return None
    name = CHECKLIST_PERIOD if found.is_compromise else CLOSING_PERIOD
    return counted_from(name, clock.local_day(found.recorded_at), found.due_on, since="It was recorded")


def _account_href(account: Account) -> str:
    sees = reader().holds(*SEES_EVERYTHING) or account.owner_id == reader().id
    return url_for("account_register.show", account_id=account.id) if sees else ""


def _step_page(found: AccountIncident, step: PlanStep, form: ProbityForm) -> str:
    return render_template(
        f"{TEMPLATES}/step.html", incident=found, form=form, heading=found.label_of(step), hint=forms.hint_of(found, step)
    )


def _rotations(found: AccountIncident, person: Person) -> list[dict[str, Any]]:
    """The credentials that change because of it, each with how far that is; a link for those who may open it."""
    return [
        {
            "rotation": one,
            "href": url_for(".rotation", rotation_id=one.id) if one.can_be_seen_by(person) else "",
            "who": one.owner.name if one.owner else "the keeper of the register",
        }
        for one in found.rotations
    ]


def _logins(found: AccountIncident, day: date) -> list[dict[str, Any]]:
    """Who was asked to secure a login of their own, by name, each with how far that is."""
    by_name = sorted(found.logins, key=lambda one: (one.grant.person.name, one.grant.account.name, one.id))
    return [{"login": one, "href": url_for(".own_login", login_id=one.id), "end": one.end_on(day)} for one in by_name]


def _page(
    found: AccountIncident, *, refused: forms.RecoverForm | None = None, noted: forms.NoteForm | None = None
) -> str:
    person, today = reader(), clock.today()
    works = found.can_be_worked_on_by(person)
    return render_template(
        f"{TEMPLATES}/show.html", incident=found, tasks=_tasks(found, works=works),
        rotations=_rotations(found, person), closes=found.can_be_closed_by(person),
        recovers=found.can_be_recovered_by(person), form=refused or noted,
        note_form=(noted or forms.NoteForm(formdata=None)) if works else None,
        account_href=_account_href(found.account), history=timeline([found.id]), how=_how(found), left=found.left_on(today),
        logins=_logins(found, today), today=today, calendar=working_calendar(),
    )  # fmt: skip
