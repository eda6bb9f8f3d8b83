"""Asking to use a device question by question, and deciding on one screen."""

from datetime import date
from typing import Any, cast

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.account_register.queries import accounts_open_to, person_to_choose
from app.core import clock
from app.core.clock import local_day
from app.core.db import begin_writing, commit, db
from app.core.drafts import discard_draft, draft_id, find_draft, keep_draft
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, NothingHere, demand
from app.core.forms import Choice, ProbityForm
from app.core.paging import Cursor
from app.core.worked_out import WorkedOut
from app.device_permissions import blueprint, forms, operations, queries
from app.device_permissions.models import DevicePermissionRequest, RequestStatus
from app.people.models import Person, Role
from app.people.queries import timeline
from app.policy.explaining import counted_from_receipt, lasting_months
from app.policy.queries import due_after_receipt, pack, paragraphs_by_number, period, version_in_force, working_calendar

ROOM = "device_permissions"


@blueprint.get("/")
def index() -> Any:
    """What I asked for, what I may do, and until when."""
    person = _reader()
    draft = find_draft(person.id, operations.DRAFT)
    return render_template(
        f"{ROOM}/index.html", requests=queries.requests_of(person), draft=draft, today=clock.today(),
        why_not=queries.why_not_ask(person),
    )  # fmt: skip


@blueprint.get("/team")
def team() -> Any:
    """Requests I decide; for the keepers of the register and the auditor, everybody's."""
    shown = request.args.get("show", "")
    chosen = queries.Shown(shown) if shown in set(queries.Shown) else queries.Shown.WAITING
    cursor = Cursor.read(request.args.get("after"), request.args.get("before"))
    page = queries.requests_for(_reader(), chosen, clock.today(), cursor)
    return render_template(
        f"{ROOM}/team.html", page=page, shown=chosen, today=clock.today(),
        calendar=working_calendar(), parts=queries.Shown,
    )  # fmt: skip


@blueprint.get("/ask")
def ask() -> Any:
    """What will be asked, and what happens then."""
    person = _reader()
    _may_ask(person)
    draft = find_draft(person.id, operations.DRAFT)
    missing = forms.missing_steps(draft.answers) if draft else []
    return render_template(f"{ROOM}/ask.html", draft=draft, next_step=missing[0] if missing else None)


@blueprint.route("/ask/<step>", methods=["GET", "POST"])
def question(step: str) -> Any:
    """One question page; its answers are kept as soon as they are sent."""
    person, now = _reader(), clock.now()
    _may_ask(person)
    if step not in forms.STEPS:
        raise NothingHere
    draft = find_draft(person.id, operations.DRAFT)
    form = _question_form(step, person, forms.filled_in(draft.answers if draft else {}))
    if not form.validate_on_submit():
        return _question_page(step, form), 422 if form.errors else 200
    typed = form.answers()
    begin_writing(person)  # one at a time for one person: both would make the draft
    kept = keep_draft(person.id, operations.DRAFT, typed, at=now)
    missing = forms.missing_steps(kept.answers)
    commit()
    if missing:
        return redirect(url_for(".question", step=missing[0]), 303)
    return redirect(url_for(".check_answers"), 303)


@blueprint.get("/ask/check-answers")
def check_answers() -> Any:
    """Everything that was answered, before it is sent."""
    return _check_page()


@blueprint.post("/ask/send")
def send() -> Any:
    """Send the request to the manager. The second of two clicks finds the request that the first one made."""
    person, now, form = _reader(), clock.now(), forms.SendForm()
    begin_writing(person)  # one at a time for one person: the second click waits here for the first
    sent_before = operations.request_sent_from(draft_id(form.draft.data), person)
    if sent_before is not None:
        return redirect(url_for(".sent", reference=sent_before.reference), 303)
    draft = find_draft(person.id, operations.DRAFT)
    if draft is None or forms.missing_steps(draft.answers):
        return redirect(url_for(".ask"), 303)
    try:
        made = operations.submit_device_request(forms.answers_from(draft.answers), by=person, at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(InvalidInput(refusal.sentence))
        return _check_page(form), 422
    commit()
    return redirect(url_for(".sent", reference=made.reference), 303)


@blueprint.post("/ask/discard")
def discard() -> Any:
    """Throw the unfinished request away."""
    person = _reader()
    begin_writing(person)
    draft = find_draft(person.id, operations.DRAFT)
    if draft is not None:
        discard_draft(draft)
        commit()
        flash("You deleted your unfinished request.", "success")
    return redirect(url_for(".index"), 303)


@blueprint.get("/requests/<reference>/sent")
def sent(reference: str) -> Any:
    """That the request was sent, what happens next and by when."""
    device_request = _request(reference)
    demand(device_request.person_id == current_user.id, "This page is for the person who asked.")
    return render_template(f"{ROOM}/sent.html", request=device_request)


@blueprint.get("/requests/<reference>")
def show(reference: str) -> Any:
    """Who asks for what and why, on one screen; with the decision or the form for it."""
    return _page(_request(reference))


@blueprint.post("/requests/<reference>/decide")
def decide(reference: str) -> Any:
    """Approve, ask back or refuse."""
    device_request, person, now = _request(reference), _reader(), clock.now()
    form = forms.DecideForm()
    demand(device_request.is_for(person), "Only the line manager can decide this request.",
           what_now=operations.ASK_MANAGER)  # fmt: skip
    if device_request.decided_at is not None:
        return _already_decided(device_request)
    if not form.validate():
        return _page(device_request, decide_form=form), 422
    begin_writing(device_request)
    try:
        _carry_out(form, device_request, by=person, at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _page(_request(reference), decide_form=form), 422
    except AlreadyDone:
        db.session.rollback()
        late = _request(reference)
        if late.decided_at is None:
            raise
        return _already_decided(late)
    commit()
    flash(DONE[str(form.decision.data)].format(name=device_request.person.name), "success")
    return redirect(url_for(".show", reference=device_request.reference), 303)


DONE = {
    "approve": "You approved {name}’s request.",
    "return": "You sent your question to {name}.",
    "refuse": "You refused {name}’s request.",
}


def _carry_out(form: forms.DecideForm, device_request: DevicePermissionRequest, *, by: Person, at: Any) -> None:
    if form.decision.data == "approve":
        operations.approve_device_request(
            device_request, by=by, at=at, expires_on=cast(date, form.expires_on.data), conditions=form.conditions.data,
            covers_working_hours=form.covers.data == "yes",
        )  # fmt: skip
    elif form.decision.data == "return":
        operations.return_device_request(device_request, by=by, at=at, question=form.question.data)
    else:
        operations.refuse_device_request(device_request, by=by, at=at, reasons=form.reasons.data)


@blueprint.post("/requests/<reference>/answer")
def answer(reference: str) -> Any:
    """Answer the manager's question."""
    device_request, form = _request(reference), forms.AnswerForm()
    demand(device_request.person_id == current_user.id, "Only the person who asked to use the device can answer.")
    if device_request.can_be_answered_by(_reader()) and not form.validate():
        return _page(device_request, answer_form=form), 422
    person, now = _reader(), clock.now()
    begin_writing(device_request)
    operations.answer_device_question(device_request, by=person, at=now, answer=form.answer.data)
    commit()
    flash("You sent your answer.", "success")
    return redirect(url_for(".show", reference=device_request.reference), 303)


@blueprint.post("/requests/<reference>/withdraw")
def withdraw(reference: str) -> Any:
    """Take the request back, or give the permission up."""
    device_request, person, now = _request(reference), _reader(), clock.now()
    begin_writing(device_request)
    operations.withdraw_device_request(device_request, by=person, at=now)
    commit()
    flash("You withdrew it. Your manager need do nothing more.", "success")
    return redirect(url_for(".show", reference=device_request.reference), 303)


@blueprint.route("/requests/<reference>/revoke", methods=["GET", "POST"])
def revoke(reference: str) -> Any:
    """End a permission before its day."""
    device_request, form = _request(reference), forms.RevokeForm()
    person, now = _reader(), clock.now()
    demand(device_request.is_decider(person), "Only the line manager can end this permission.",
           what_now=operations.ASK_MANAGER)  # fmt: skip
    asked = request.method == "POST"
    if device_request.can_be_revoked_by(person) and not form.validate_on_submit():
        return render_template(f"{ROOM}/revoke.html", form=form, request=device_request), 422 if form.errors else 200
    if not asked:
        return redirect(url_for(".show", reference=device_request.reference), 303)
    begin_writing(device_request)
    operations.revoke_device_permission(device_request, by=person, at=now, reasons=form.reasons.data)
    commit()
    flash(f"You ended {device_request.person.name}’s permission.", "success")
    return redirect(url_for(".show", reference=device_request.reference), 303)


@blueprint.route("/requests/<reference>/manager", methods=["GET", "POST"])
def manager(reference: str) -> Any:
    """Say who manages somebody whose request waits for nobody. What was asked stays between them and their manager."""
    found, form, person, now = queries.request_by_reference(reference), forms.ManagerForm(), _reader(), clock.now()
    demand(person.holds(Role.HR_MANAGER), "Only an HR manager can say who manages somebody.")
    if found is None:
        raise NothingHere
    demand(found.is_mended_by(person), "You cannot say who manages you.", what_now="Ask another HR manager.")
    if not found.can_be_given_a_manager_by(person):
        raise AlreadyDone("There is somebody who decides this request by now.")
    if form.validate_on_submit():
        try:
            chosen = person_to_choose(form.manager.data, local_day(now), field="manager")
            begin_writing(found, found.person)
            operations.give_manager(found, chosen, by=person, at=now)
        except InvalidInput as refusal:
            db.session.rollback()
            form.add_refusal(refusal)
        else:
            commit()
            flash(f"You recorded that {chosen.name} manages {found.person.name}, and sent the request to them.", "success")
            return redirect(url_for("home.index"), 303)
    return render_template(f"{ROOM}/manager.html", form=form, request=found), 422 if form.errors else 200


def _reader() -> Person:
    person: Person = current_user._get_current_object()
    return person


def _may_ask(person: Person) -> None:
    why_not = queries.why_not_ask(person)
    if why_not:
        raise NotAllowed(why_not, what_now="You need do nothing.")


def _request(reference: str) -> DevicePermissionRequest:
    found = queries.request_by_reference(reference)
    if found is None:
        raise NothingHere
    demand(found.can_be_seen_by(_reader()), "This request is not yours to see.", what_now=operations.ASK_MANAGER)
    return found


def _question_form(step: str, person: Person, answers: dict[str, Any]) -> ProbityForm:
    form = forms.STEPS[step](data=answers)
    if isinstance(form, forms.DeviceForm):
        form.device_kind.choices = [(kind, forms.KIND_WORDS[kind]) for kind in queries.kinds_to_ask_for()]
    if isinstance(form, forms.AccountsForm):
        accounts = accounts_open_to(person, clock.today())
        form.accounts.choices = [
            *(Choice(str(account.id), account.name, hint=account.platform) for account in accounts),
            Choice(forms.OTHER, "Another platform", reveals=("other_platform",)),
        ]
    if isinstance(form, forms.WhyForm):
        form.using_since.not_after = clock.today()
    return form


def _question_page(step: str, form: ProbityForm) -> str:
    steps = list(forms.STEPS)
    return render_template(
        f"{ROOM}/question.html", form=form, step=step, heading=forms.STEP_HEADINGS[step],
        number=steps.index(step) + 1, of=len(steps),
        back=steps[steps.index(step) - 1] if steps.index(step) else None,
    )  # fmt: skip


def _check_page(form: ProbityForm | None = None) -> Any:
    person = _reader()
    _may_ask(person)
    draft = find_draft(person.id, operations.DRAFT)
    missing = forms.missing_steps(draft.answers) if draft else list(forms.STEPS)
    if draft is None or missing:
        return redirect(url_for(".question", step=missing[0]), 303)
    answers = forms.answers_from(draft.answers)
    chosen = [account for account in accounts_open_to(person, clock.today()) if account.id in answers.account_ids]
    return render_template(
        f"{ROOM}/check-answers.html", form=form or forms.SendForm(data={"draft": str(draft.id)}), answers=answers,
        accounts=chosen, kind_words=forms.KIND_WORDS, check_words=forms.CHECK_WORDS,
        due_on=due_after_receipt(operations.DECISION, clock.now()),
    )  # fmt: skip


def _page(
    device_request: DevicePermissionRequest,
    *,
    decide_form: forms.DecideForm | None = None,
    answer_form: forms.AnswerForm | None = None,
) -> str:
    today, person = clock.today(), _reader()
    can_decide = device_request.can_be_decided_by(person)
    if can_decide:
        latest, is_leaving = operations.latest_end(device_request.person, today)
        decide_form = decide_form or forms.DecideForm(formdata=None, expires_on=latest)
        decide_form.expires_on.description = forms.end_hint(device_request.person, latest, is_leaving=is_leaving)
    can_answer = device_request.can_be_answered_by(person)
    version = version_in_force(today) if can_decide else None
    form = decide_form if can_decide else (answer_form or forms.AnswerForm(formdata=None)) if can_answer else None
    return render_template(
        f"{ROOM}/show.html", request=device_request, form=form, can_decide=can_decide, can_answer=can_answer,
        check_words=forms.CHECK_WORDS, today=today, reader=person, calendar=working_calendar(), version=version,
        rules=paragraphs_by_number(version, ("6.2(1)", "6.2(3)")) if version else [], pack=pack(),
        how=_worked_out(device_request), notice=queries.notice_of(device_request),
        history=timeline([device_request.id]), statuses=RequestStatus,
    )  # fmt: skip


def _worked_out(device_request: DevicePermissionRequest) -> WorkedOut | None:
    """How the date came about by which the manager decides, or until which the permission lasts."""
    if device_request.status is RequestStatus.SUBMITTED:
        answered = [question.answered_at for question in device_request.questions if question.answered_at is not None]
        since = "The manager’s question was answered" if answered else "The request was sent"
        at = answered[-1] if answered else device_request.submitted_at
        return counted_from_receipt(operations.DECISION, at, device_request.due_on, since=since)
    if device_request.status is not RequestStatus.APPROVED or device_request.expires_on is None:
        return None
    longest = period(operations.LONGEST)
    return lasting_months(
        local_day(device_request.decided_at or device_request.submitted_at), longest.value, device_request.expires_on,
        since="It was approved", source=f"the longest time, {pack().cite(longest.sources)}",
    )  # fmt: skip


def _already_decided(device_request: DevicePermissionRequest) -> Any:
    return render_template(f"{ROOM}/already-decided.html", request=device_request), 409
