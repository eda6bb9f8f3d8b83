"""One request or permission: read, decided, answered, confirmed, ended, printed."""

from datetime import date
from typing import Any, cast

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.account_register.queries import person_to_choose
from app.core import clock
from app.core.clock import local_day
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NothingHere, demand
from app.core.forms import tried
from app.core.headers import as_attachment
from app.core.presentation import uk_date
from app.device_permissions import blueprint, documents, forms, forms_deciding, operations, queries
from app.device_permissions.models import (
    CHECK_WORDS,
    MISSING_WORDS,
    OPEN_STATUSES,
    DevicePermissionRequest,
    Lapse,
    RequestStatus,
)
from app.device_permissions.routes.explaining import confirming, mending, what_a_manager_does, worked_out
from app.device_permissions.routes.shared import ROOM, reader, the_request
from app.people.managing import until_then
from app.people.models import Person, Role
from app.people.queries import timeline
from app.policy.queries import pack, paragraphs_by_number, version_in_force, working_calendar


@blueprint.get("/requests/<reference>")
def show(reference: str) -> Any:
    """Who asks for what and why, on one screen; with the decision or the form for it."""
    return _page(the_request(reference))


@blueprint.post("/requests/<reference>/decide")
def decide(reference: str) -> Any:
    """Approve, ask back or refuse."""
    device_request, person, now = the_request(reference), reader(), clock.now()
    form = forms_deciding.DecideForm()
    if device_request.went_unanswered_on(clock.local_day(now)):
        form.offer_to_take_back()
    demand(device_request.is_for(person), "Only the line manager can decide this request.",
           what_now=operations.ASK_MANAGER)  # fmt: skip
    if device_request.decided_at is not None:
        return _already_decided(device_request)
    if device_request.can_be_decided_by(person) and not form.validate():
        return _page(device_request, decide_form=form), 422
    begin_writing(device_request, *([device_request.renews] if device_request.renews is not None else []))
    try:
        if not tried(lambda: _carry_out(form, device_request, by=person, at=now), form):
            return _page(the_request(reference), decide_form=form), form.answered_as
    except AlreadyDone:
        db.session.rollback()
        late = the_request(reference)
        if late.decided_at is None:
            raise
        return _already_decided(late)
    commit()
    flash(DONE[str(form.decision.data)].format(name=device_request.person.name), "success")
    return redirect(url_for(".show", reference=device_request.reference), 303)


DONE = {
    "approve": "You approved {name}’s request.",
    "return": "You sent your question to {name}.",
    "take_back": "You took your question back. The request of {name} waits for your decision.",
    "answered": "You wrote down what {name} said. The request waits for your decision.",
    "refuse": "You refused {name}’s request.",
}


def _carry_out(form: forms_deciding.DecideForm, device_request: DevicePermissionRequest, *, by: Person, at: Any) -> None:
    if form.decision.data == "approve":
        operations.approve_device_request(
            device_request, by=by, at=at, expires_on=cast(date, form.expires_on.data), conditions=form.conditions.data,
            covers_working_hours=form.covers.data == "yes", seen=form.seen.number,
        )  # fmt: skip
    elif form.decision.data == "return":
        operations.return_device_request(device_request, by=by, at=at, question=form.question.data, seen=form.seen.number)
    elif form.decision.data == "take_back":
        operations.take_question_back(device_request, by=by, at=at, seen=form.seen.number)
    else:
        operations.refuse_device_request(device_request, by=by, at=at, reasons=form.reasons.data, seen=form.seen.number)


@blueprint.post("/requests/<reference>/question")
def settle_question(reference: str) -> Any:
    """Take back the question that was asked back, or write down what they were told, before its day."""
    device_request, person, now, form = the_request(reference), reader(), clock.now(), forms_deciding.QuestionForm()
    demand(device_request.is_for(person), "Only the line manager can settle this question.",
           what_now=operations.ASK_MANAGER)  # fmt: skip
    if device_request.question_can_be_settled_by(person) and not form.validate():
        return _page(device_request, question_form=form), 422
    begin_writing(device_request)
    if not tried(lambda: _settle_question(form, device_request, by=person, at=now), form):
        return _page(the_request(reference), question_form=form), form.answered_as
    commit()
    flash(DONE[str(form.settle.data)].format(name=device_request.person.name), "success")
    return redirect(url_for(".show", reference=device_request.reference), 303)


def _settle_question(
    form: forms_deciding.QuestionForm, device_request: DevicePermissionRequest, *, by: Person, at: Any
) -> None:
    if form.settle.data == "answered":
        operations.write_answer_down(device_request, by=by, at=at, answer=form.answer.data or "", seen=form.seen.number)
    else:
        operations.take_question_back(device_request, by=by, at=at, seen=form.seen.number)


@blueprint.post("/requests/<reference>/answer")
def answer(reference: str) -> Any:
    """Answer the manager's question."""
    device_request, form = the_request(reference), forms.AnswerForm()
    demand(device_request.person_id == current_user.id, "Only the person who asked to use the device can answer.")
    if device_request.can_be_answered_by(reader()) and not form.validate():
        return _page(device_request, answer_form=form), 422
    person, now = reader(), clock.now()
    begin_writing(device_request)
    operations.answer_device_question(device_request, by=person, at=now, answer=form.answer.data)
    commit()
    flash("You sent your answer.", "success")
    return redirect(url_for(".show", reference=device_request.reference), 303)


@blueprint.post("/requests/<reference>/withdraw")
def withdraw(reference: str) -> Any:
    """Take the request back, or give the permission up."""
    device_request, person, now = the_request(reference), reader(), clock.now()
    begin_writing(device_request)
    operations.withdraw_device_request(device_request, by=person, at=now)
    commit()
    flash("You withdrew it. Your manager need do nothing more.", "success")
    return redirect(url_for(".show", reference=device_request.reference), 303)


@blueprint.route("/requests/<reference>/revoke", methods=["GET", "POST"])
def revoke(reference: str) -> Any:
    """End a permission before its day."""
    device_request, form = the_request(reference), forms_deciding.RevokeForm()
    person, now = reader(), clock.now()
    demand(device_request.is_ender(person), "Only the line manager can end this permission.",
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


@blueprint.post("/requests/<reference>/let-end")
def let_end(reference: str) -> Any:
    """Say that it will not be needed after its last day."""
    device_request, person, now = the_request(reference), reader(), clock.now()
    begin_writing(device_request)
    operations.let_permission_end(device_request, by=person, at=now)
    commit()
    flash("You let it end on its last day. Nobody will ask you again.", "success")
    return redirect(url_for(".show", reference=device_request.reference), 303)


@blueprint.post("/requests/<reference>/confirm")
def confirm(reference: str) -> Any:
    """Confirm a permission as the new manager of its holder."""
    device_request, person, now = the_request(reference), reader(), clock.now()
    begin_writing(device_request)
    operations.confirm_device_permission(device_request, by=person, at=now)
    commit()
    flash(f"You confirmed {device_request.person.name}’s permission.", "success")
    return redirect(url_for(".show", reference=device_request.reference), 303)


@blueprint.get("/requests/<reference>/permission.pdf")
def slip(reference: str) -> Any:
    """The permission on a page to keep, or in large print; who takes it is written down before the first byte leaves."""
    device_request, now = the_request(reference), clock.now()
    if not device_request.in_force_on(clock.local_day(now)):
        raise AlreadyDone(
            "There is no permission in force to print.", what_now="Open the request to see how it stands."
        )
    pdf = documents.render_permission(device_request, large_print=request.args.get("print") == "large")
    operations.note_slip_taken(device_request, pdf, by=reader(), at=now)
    return as_attachment(pdf, "application/pdf", f"{device_request.reference.lower()}.pdf")


@blueprint.route("/requests/<reference>/manager", methods=["GET", "POST"])
def manager(reference: str) -> Any:
    """Say who manages somebody of whom that is not recorded. What was asked stays between them and their manager."""
    found, form, person, now = queries.request_by_reference(reference), forms_deciding.ManagerForm(), reader(), clock.now()
    demand(person.holds(Role.HR_MANAGER), "Only an HR manager can say who manages somebody.")
    if found is None:
        raise NothingHere
    demand(found.is_mended_by(person), "You cannot say who manages you.", what_now="Ask another HR manager.")
    operations.must_lack_a_manager(found, person)
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
            sent = _what_was_sent(found, local_day(now))
            flash(f"You recorded that {chosen.name} manages {found.person.name}{sent}", "success")
            return redirect(url_for("home.index"), 303)
    follows = f"{until_then(found.person, local_day(now))} {what_a_manager_does(found)}".strip()
    shown = render_template(f"{ROOM}/manager.html", form=form, request=found, how=mending(found), follows=follows)
    return shown, 422 if form.errors else 200


def _what_was_sent(device_request: DevicePermissionRequest, today: date) -> str:
    """What came to the manager whom HR recorded, as it ends a sentence."""
    if device_request.waits_to_be_decided_on(today):
        return ", and sent the request to them."
    if device_request.waits_to_be_confirmed_on(today):
        return ", and asked them to confirm the permission."
    if device_request.status in OPEN_STATUSES:
        return ". The request goes to them once the question about it is answered."
    return ". They have answered for the permission already." if device_request.in_force_on(today) else "."


def _page(
    device_request: DevicePermissionRequest,
    *,
    decide_form: forms_deciding.DecideForm | None = None,
    answer_form: forms.AnswerForm | None = None,
    question_form: forms_deciding.QuestionForm | None = None,
) -> str:
    today, person = clock.today(), reader()
    can_decide = device_request.can_be_decided_by(person)
    if can_decide:
        latest, is_leaving = operations.latest_end(device_request.person, today)
        if decide_form is None:
            decide_form = forms_deciding.DecideForm(formdata=None, expires_on=latest)
            if device_request.went_unanswered_on(today):
                decide_form.offer_to_take_back()
        decide_form.seen.data = str(device_request.version)
        decide_form.expires_on.description = forms_deciding.end_hint(device_request.person, latest, is_leaving=is_leaving)
    elif question_form is None and device_request.question_can_be_settled_by(person):
        question_form = forms_deciding.QuestionForm(formdata=None)
    if question_form is not None:
        question_form.seen.data = str(device_request.version)
    can_answer = device_request.can_be_answered_by(person)
    knows = queries.knows_who_leaves(person, device_request.person)
    version = version_in_force(today) if can_decide else None
    answer_form = (answer_form or forms.AnswerForm(formdata=None)) if can_answer else None
    form = question_form or (decide_form if can_decide else answer_form)
    return render_template(
        f"{ROOM}/show.html", request=device_request, form=form, can_decide=can_decide, can_answer=can_answer,
        can_settle=question_form is not None,
        check_words=CHECK_WORDS, missing_words=MISSING_WORDS, today=today, reader=person,
        calendar=working_calendar(), version=version,
        lapse=device_request.lapse_on(today) if device_request.status is RequestStatus.APPROVED else None,
        rules=paragraphs_by_number(version, ("6.2(1)", "6.2(3)")) if version else [], pack=pack(),
        decider_words=_who_decides(device_request) if device_request.person_id == person.id else "",
        how=worked_out(device_request), how_confirmed=confirming(device_request),
        notice=queries.notice_of(device_request) if device_request.expires_on is not None else None,
        history=timeline([device_request.id]), statuses=RequestStatus, former_words=_former_words(device_request, today),
        last_day=device_request.last_day(knows_who_leaves=knows),
        held_words=_held_words(device_request, today, knows_who_leaves=knows) if can_decide else "",
    )  # fmt: skip


def _who_decides(device_request: DevicePermissionRequest) -> str:
    """Who decides, for whoever asked, as long as that is open."""
    if device_request.status not in OPEN_STATUSES:
        return ""
    decider = queries.who_decides(device_request.person, clock.today())
    if decider.person is None:
        until_then = f" until {decider.to_come.name} begins on {uk_date(decider.to_come.started)}" if decider.to_come else ""
        return f"Nobody yet: HR is asked who manages you{until_then}"
    as_what = "the head of your service" if decider.is_head else "your line manager"
    until = f" until {decider.to_come.name} begins on {uk_date(decider.to_come.started)}" if decider.to_come else ""
    return f"{decider.person.name}, {as_what}{until}"


def _former_words(device_request: DevicePermissionRequest, today: date) -> str:
    """What it replaces once it is approved, and how that stands."""
    former = device_request.renews
    if former is None or (former.ended_at is None and device_request.replaces is None):
        return ""
    if former.ended_at is not None:
        how = f"ended on {uk_date(former.ended_at)}"
    elif (lapse := former.lapse_on(today)) is None:
        how = f"holds until {uk_date(former.expires_on)}"
    elif lapse is Lapse.RAN_OUT:
        how = f"ran out on {uk_date(former.expires_on)}"
    else:
        since = f" since {uk_date(former.lapsed.lapsed_on)}" if former.lapsed is not None else ""
        how = f"does not hold any more{since}: {lapse.label}"
    return f"In place of {former.reference}, {former.device}, used for {former.used_for}, which {how}"


def _held_words(device_request: DevicePermissionRequest, today: date, *, knows_who_leaves: bool) -> str:
    """What somebody holds already, beside what this takes the place of, for whoever decides: a line for each."""
    held = queries.permissions_held_on(device_request.person_id, today)
    return "\n".join(
        f"{one.device}, used for {one.used_for}, until {uk_date(one.last_day(knows_who_leaves=knows_who_leaves))}"
        for one in held
        if one.in_force_on(today) and one is not device_request.replaces
    )


def _already_decided(device_request: DevicePermissionRequest) -> Any:
    return render_template(f"{ROOM}/already-decided.html", request=device_request), 409
