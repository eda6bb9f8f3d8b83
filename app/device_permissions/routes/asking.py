"""Asking to use a device question by question: for the first time, again, or otherwise after it was sent back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.drafts import Draft, discard_draft, draft_id, find_draft, keep_draft
from app.core.errors import AlreadyDone, InvalidInput, NothingHere, demand
from app.core.forms import ProbityForm
from app.device_permissions import blueprint, forms, operations, queries
from app.device_permissions.models import (
    AS_WELL,
    CHECK_WORDS,
    MISSING_WORDS,
    DeviceAnswers,
    DevicePermissionRequest,
    RequestStatus,
)
from app.device_permissions.routes.shared import ROOM, account_choices, may_ask, reader, the_request
from app.people.models import Person
from app.policy.queries import due_after_receipt, pack


class Asking:
    """What somebody is filling in: a new request, a permission once more, or a request that was sent back."""

    def __init__(self, person: Person, about: DevicePermissionRequest | None) -> None:
        self.person, self.about = person, about
        self.changes = about is not None and about.status is RequestStatus.RETURNED
        self.kind = operations.draft_of(about)

    @property
    def reference(self) -> str | None:
        """What the addresses of its pages carry; nothing for a new request."""
        return self.about.reference if self.about is not None else None

    def draft(self) -> Draft | None:
        """What was kept so far."""
        return find_draft(self.person.id, self.kind)

    def answers(self, draft: Draft | None) -> dict[str, Any]:
        """What was kept so far, over what the request said that it is about."""
        before = forms.answers_of(self.about, anew=not self.changes) if self.about is not None else {}
        return {**before, **(draft.answers if draft is not None else {})}

    def where(self, endpoint: str, **arguments: Any) -> str:
        """The address of one of its pages."""
        return url_for(endpoint, reference=self.reference, **arguments)

    def held(self, kept: Mapping[str, Any]) -> Sequence[DevicePermissionRequest]:
        """The permissions of which is to be said whether they end, once it is answered which device and places it is for."""
        if not all(forms.ASKED_FIRST[step] in kept for step in ("device", "accounts")):
            return ()
        answers, today = forms.answers_from(kept), clock.today()
        uses = operations.uses_asked_for(answers, self.person, today)
        renews = None if self.changes else self.about
        return operations.held_already(answers, uses, by=self.person, today=today, renews=renews).others

    def missing(self, kept: Mapping[str, Any]) -> list[str]:
        """The question pages that are still to be answered."""
        return forms.missing_steps(kept, self.held(kept))

    def device_answers(self, kept: Mapping[str, Any], held: Sequence[DevicePermissionRequest]) -> DeviceAnswers:
        """All that was answered, without what is not asked any more since the device or its places are others by now."""
        answers = forms.answers_from(kept)
        return answers if held else replace(answers, instead_of="")

    def again(self, answers: DeviceAnswers) -> DevicePermissionRequest | None:
        """The permission that is asked for again, if one is."""
        if self.about is None or not self.changes:
            return self.about
        return operations.still_renewed(self.about, answers)

    @property
    def back(self) -> str:
        """Where somebody finds it again who leaves it unfinished."""
        return url_for(".show", reference=self.reference) if self.about is not None else url_for(".index")


def _asking(reference: str | None) -> Asking:
    person = reader()
    may_ask(person)
    if reference is None:
        return Asking(person, None)
    found = the_request(reference)
    demand(found.person_id == person.id, "Only the person who asked to use the device can change the request.")
    if not (found.can_be_answered_by(person) or found.can_be_renewed_by(person)):
        raise AlreadyDone("There is nothing to change about this request now.", what_now="Open it to see how it stands.")
    return Asking(person, found)


@blueprint.get("/")
def index() -> Any:
    """What I asked for, what I may do, and until when."""
    person, today = reader(), clock.today()
    requests = queries.requests_of(person)
    return render_template(
        f"{ROOM}/index.html", requests=requests, draft=find_draft(person.id, operations.DRAFT), today=today,
        why_not=queries.why_not_ask(person), is_use_notified=queries.is_use_notified(),
        decider=queries.who_decides(person, today) if not requests else None,
    )  # fmt: skip


@blueprint.get("/ask")
def ask() -> Any:
    """What will be asked, who decides, and what happens then."""
    asking = _asking(None)
    draft = asking.draft()
    missing = asking.missing(draft.answers) if draft else []
    return render_template(
        f"{ROOM}/ask.html", draft=draft, next_step=missing[0] if missing else None,
        decider=queries.who_decides(asking.person, clock.today()),
    )  # fmt: skip


@blueprint.route("/ask/<step>", methods=["GET", "POST"])
@blueprint.route("/requests/<reference>/ask/<step>", methods=["GET", "POST"])
def question(step: str, reference: str | None = None) -> Any:
    """One question page; its answers are kept as soon as they are sent."""
    asking, now = _asking(reference), clock.now()
    if step not in forms.STEPS:
        raise NothingHere
    answers = asking.answers(asking.draft())
    held = asking.held(answers)
    if step == "instead" and not held:
        return redirect(asking.where(".check_answers"), 303)
    form = _question_form(step, asking, answers, held)
    if not form.validate_on_submit():
        return _question_page(step, form, asking, forms.steps_for(held)), 422 if form.errors else 200
    typed = form.answers()
    begin_writing(asking.person)  # one at a time for one person: both would make the draft
    kept = keep_draft(asking.person.id, asking.kind, typed, at=now)
    missing = asking.missing(asking.answers(kept))
    commit()
    if missing:
        return redirect(asking.where(".question", step=missing[0]), 303)
    return redirect(asking.where(".check_answers"), 303)


@blueprint.get("/ask/check-answers")
@blueprint.get("/requests/<reference>/ask/check-answers")
def check_answers(reference: str | None = None) -> Any:
    """Everything that was answered, before it is sent."""
    return _check_page(_asking(reference))


@blueprint.post("/ask/send")
@blueprint.post("/requests/<reference>/ask/send")
def send(reference: str | None = None) -> Any:
    """Send the request to whoever decides. The second of two clicks finds the request that the first one made."""
    person, form = reader(), forms.SendForm()
    about = the_request(reference) if reference is not None else None
    begin_writing(person, *([about] if about is not None else []))  # the second click waits here for the first
    sent_before = operations.request_sent_from(draft_id(form.draft.data), person)
    if sent_before is None and about is not None and about.person_id == person.id:
        sent_before = about if about.status is RequestStatus.SUBMITTED else None
    if sent_before is not None:
        return redirect(url_for(".sent", reference=sent_before.reference), 303)
    return _sent(_asking(reference), form)


def _sent(asking: Asking, form: forms.SendForm) -> Any:
    draft, now = asking.draft(), clock.now()
    kept = asking.answers(draft)
    held = asking.held(kept)
    if draft is None or forms.missing_steps(kept, held):
        return redirect(url_for(".ask") if asking.about is None else asking.where(".check_answers"), 303)
    answers = asking.device_answers(kept, held)
    try:
        if asking.about is not None and asking.changes:
            made = asking.about
            operations.change_device_request(made, answers, by=asking.person, at=now)
        else:
            made = operations.submit_device_request(answers, by=asking.person, at=now, renews=asking.about)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(InvalidInput(refusal.sentence))
        return _check_page(_asking(asking.reference), form), 422
    commit()
    return redirect(url_for(".sent", reference=made.reference), 303)


@blueprint.post("/ask/discard")
def discard() -> Any:
    """Throw the unfinished request away."""
    person = reader()
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
    device_request = the_request(reference)
    demand(device_request.person_id == current_user.id, "This page is for the person who asked.")
    return render_template(
        f"{ROOM}/sent.html", request=device_request, decider=queries.who_decides(device_request.person, clock.today())
    )


def _question_form(
    step: str, asking: Asking, answers: Mapping[str, Any], held: Sequence[DevicePermissionRequest]
) -> ProbityForm:
    form = forms.STEPS[step](data=forms.filled_in(answers))
    if isinstance(form, forms.DeviceForm):
        form.device_kind.choices = [(kind, forms.KIND_WORDS[kind]) for kind in queries.kinds_to_ask_for()]
    if isinstance(form, forms.AccountsForm):
        form.accounts.choices = account_choices(asking.person, answers.get("accounts") or ())
    if isinstance(form, forms.InsteadForm):
        form.offer(held)
    if isinstance(form, forms.SinceForm):
        form.using_since.not_after = clock.today()
    return form


def _question_page(step: str, form: ProbityForm, asking: Asking, steps: list[str]) -> str:
    back = steps[steps.index(step) - 1] if steps.index(step) else None
    start = url_for(".ask") if asking.about is None else asking.back
    return render_template(
        f"{ROOM}/question.html", form=form, step=step, heading=forms.STEP_HEADINGS[step],
        number=steps.index(step) + 1, of=len(steps), finish_later=asking.back,
        back_href=asking.where(".question", step=back) if back else start,
    )  # fmt: skip


def _check_page(asking: Asking, form: ProbityForm | None = None) -> Any:
    draft, today = asking.draft(), clock.today()
    kept = asking.answers(draft)
    held = asking.held(kept)
    missing = forms.missing_steps(kept, held)
    if missing:
        return redirect(asking.where(".question", step=missing[0]), 303)
    answers = asking.device_answers(kept, held)
    uses = operations.uses_asked_for(answers, asking.person, today)
    again = asking.again(answers)
    former = operations.former_of(answers, uses, by=asking.person, today=today, renews=again)
    return render_template(
        f"{ROOM}/check-answers.html", form=form or forms.SendForm(data={"draft": str(draft.id) if draft else ""}),
        answers=answers, uses=uses, held=held, former=former, again=again, today=today,
        kind_words=forms.KIND_WORDS, check_words=CHECK_WORDS, missing_words=MISSING_WORDS, as_well=AS_WELL, asking=asking,
        due_on=due_after_receipt(operations.DECISION, clock.now()), decider=queries.who_decides(asking.person, today),
        pack=pack(), is_changed=draft is not None,
    )  # fmt: skip
