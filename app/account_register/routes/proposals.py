"""The list of proposals, one proposal, and what others decide about it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from flask import flash, redirect, render_template, request, url_for

from app.account_register import blueprint, operations, queries
from app.account_register import forms_proposals as forms
from app.account_register.forms import RegisterForm
from app.account_register.models import AccountProposal, Advice, ProposalStatus, Recovery, RemarkKind, TwoStep
from app.account_register.operations import AccountDetails
from app.account_register.operations.approvals import LAPSES
from app.account_register.operations.proposals import DRAFT, PERIODS, refuse_older_page
from app.account_register.queries.alike import handles_like, warning_of
from app.account_register.queries.proposals import Shown
from app.account_register.routes.accounts import account_form, entered_details
from app.account_register.routes.shared import TEMPLATES, proposal_or_nothing, reader, warn_of_its_handle
from app.account_register.routes.worked_out import assessment_worked_out
from app.core import clock
from app.core.clock import local_day
from app.core.db import begin_writing, commit, db
from app.core.drafts import find_draft
from app.core.errors import AlreadyDone, InvalidInput
from app.core.forms import SeenForm
from app.core.paging import Cursor
from app.core.seen import is_older
from app.core.worked_out import WorkedOut
from app.people.models import Person
from app.people.queries import timeline
from app.policy.explaining import counted_from_receipt, lasting_months
from app.policy.queries import pack, period, working_calendar


@blueprint.get("/proposals")
def proposals() -> Any:
    """The proposals that the reader sees, newest first."""
    shown = request.args.get("show", "")
    chosen = Shown(shown) if shown in set(Shown) else Shown.OPEN
    cursor = Cursor.read(request.args.get("after"), request.args.get("before"))
    return render_template(
        f"{TEMPLATES}/index.html", page=queries.proposals_page(reader(), chosen, clock.today(), cursor), shown=chosen,
        parts=Shown, today=clock.today(), calendar=working_calendar(), draft=find_draft(reader().id, DRAFT),
        statuses=ProposalStatus,
    )  # fmt: skip


@blueprint.get("/proposals/<reference>")
def show_proposal(reference: str) -> Any:
    """What is proposed and why, how it stands, who acts next and by when; with the form for whoever does."""
    return _page(proposal_or_nothing(reference))


@blueprint.post("/proposals/<reference>/support")
def support_proposal(reference: str) -> Any:
    """Support it, ask back or decline it."""
    form = forms.SupportForm()

    def act(proposal: AccountProposal, by: Person, at: datetime) -> None:
        if form.decision.data == "support":
            operations.support_proposal(proposal, by=by, at=at, words=form.words.data)
        elif form.decision.data == "return":
            operations.return_proposal(proposal, by=by, at=at, question=form.question.data)
        else:
            operations.decline_proposal(proposal, by=by, at=at, reasons=form.reasons.data)

    said = {"support": "You supported the proposal.", "return": "You sent your question.", "decline": "You declined it."}
    return _carry_out(reference, form, AccountProposal.can_be_supported_by, act, lambda: said[str(form.decision.data)])


@blueprint.post("/proposals/<reference>/advise")
def advise_on_proposal(reference: str) -> Any:
    """Give the advice of the keeper of the register."""
    form = forms.AdviseForm()

    def act(proposal: AccountProposal, by: Person, at: datetime) -> None:
        advice = next((one for one in Advice if one == form.advice.data), None)
        operations.advise_on_proposal(proposal, by=by, at=at, advice=advice, words=form.words.data)

    return _carry_out(reference, form, AccountProposal.can_be_advised_by, act, lambda: "You gave your advice.")


@blueprint.post("/proposals/<reference>/accept-risk")
def accept_proposal_risk(reference: str) -> Any:
    """Accept the high risk that remains."""
    proposal, person, now = proposal_or_nothing(reference), reader(), clock.now()
    seen = SeenForm().seen.data or ""
    begin_writing(proposal)
    if is_older(seen, proposal.mark) and proposal.risk_can_be_accepted_by(person):
        raise AlreadyDone(
            "The risk assessment was sent anew since you opened the page, so this risk may be another.",
            what_now="Open the proposal and read the risks before you accept them.",
        )  # fmt: skip
    operations.accept_risk(proposal, by=person, at=now)
    commit()
    flash("You accepted the risk that remains.", "success")
    return redirect(url_for(".show_proposal", reference=proposal.reference), 303)


@blueprint.post("/proposals/<reference>/decide")
def decide_proposal(reference: str) -> Any:
    """Approve it, send it back for changes or refuse it."""
    form = forms.DecideForm(choices={"decision": forms.decide_choices(is_assessed=True)})

    def act(proposal: AccountProposal, by: Person, at: datetime) -> None:
        if form.decision.data == "approve":
            operations.approve_proposal(proposal, by=by, at=at, conditions=form.conditions.data)
        elif form.decision.data == "return":
            operations.send_proposal_back(proposal, by=by, at=at, changes=form.changes.data)
        else:
            operations.refuse_proposal(proposal, by=by, at=at, reasons=form.reasons.data)

    said = {"approve": "You approved the proposal.", "return": "You sent it back.", "refuse": "You refused the proposal."}
    return _carry_out(reference, form, AccountProposal.can_be_decided_by, act, lambda: said[str(form.decision.data)])


@blueprint.post("/proposals/<reference>/withdraw")
def withdraw_proposal(reference: str) -> Any:
    """Take the proposal back."""
    proposal, person, now = proposal_or_nothing(reference), reader(), clock.now()
    begin_writing(proposal)
    operations.withdraw_proposal(proposal, by=person, at=now)
    commit()
    flash("You withdrew the proposal. Nobody need do anything more.", "success")
    return redirect(url_for(".show_proposal", reference=proposal.reference), 303)


@blueprint.route("/proposals/<reference>/register", methods=["GET", "POST"])
def register_proposal(reference: str) -> Any:
    """Put the approved account on the register: what the proposal says is filled in already."""
    proposal = _to_carry_out(reference, is_new=True)
    form = _register_form(proposal)
    if not form.validate_on_submit():
        return _register_page(form, proposal), 422 if form.errors else 200
    person, now = reader(), clock.now()
    begin_writing(proposal)
    try:
        account = operations.register_proposed_account(proposal, _details(form), by=person, at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _register_page(form, proposal_or_nothing(reference)), refusal.status
    commit()
    flash(f"You put {account.name} on the register. Now give people access. {form.derived}".rstrip(), "success")
    warn_of_its_handle(account)
    return redirect(url_for(".show", account_id=account.id), 303)


@blueprint.post("/proposals/<reference>/carry-out")
def carry_out_proposal(reference: str) -> Any:
    """Record that an approved change was made, or begin an approved closure."""
    proposal, person, now = _to_carry_out(reference, is_new=False), reader(), clock.now()
    begin_writing(proposal, proposal.account)  # the account too: nobody adds a risk to it meanwhile
    operations.carry_out_proposal(proposal, by=person, at=now)
    commit()
    flash("You recorded that the proposal was carried out.", "success")
    return redirect(url_for(".show", account_id=proposal.account_id), 303)


# ---- what the routes share ----


def _carry_out(
    reference: str,
    form: SeenForm,
    may: Callable[[AccountProposal, Person], bool],
    act: Callable[[AccountProposal, Person, datetime], None],
    said: Callable[[], str],
) -> Any:
    """One decision on the page of a proposal. Whoever may not, or comes late, is told so by the act."""
    proposal, person, now = proposal_or_nothing(reference), reader(), clock.now()
    if may(proposal, person) and not form.validate():
        return _page(proposal, form), 422
    begin_writing(proposal)
    try:
        if may(proposal, person):
            refuse_older_page(proposal, form.seen.data or "")
        act(proposal, person, now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _page(proposal_or_nothing(reference), form), refusal.status
    commit()
    flash(said(), "success")
    return redirect(url_for(".show_proposal", reference=proposal.reference), 303)


def _page(proposal: AccountProposal, sent: SeenForm | None = None) -> str:
    person, today = reader(), clock.today()
    return render_template(
        f"{TEMPLATES}/show.html", proposal=proposal, reader=person, today=today, pack=pack(), statuses=ProposalStatus,
        form=_form_for(proposal, person, sent), lapsed=proposal.has_lapsed_on(today), how=_worked_out(proposal),
        assessed_how=assessment_worked_out(proposal.assessment) if proposal.assessment else None,
        opens_account=bool(proposal.account_id and queries.accounts_opened_by(person, [proposal.account_id], today)),
        who=proposal.who_acts(today), history=timeline([proposal.id]), calendar=working_calendar(), remark_kinds=RemarkKind,
        kinds={choice.value: choice.label for choice in forms.KIND_CHOICES}, looks_like=_looks_like(proposal),
    )  # fmt: skip


def _looks_like(proposal: AccountProposal) -> str:
    """What those read who support and advise, of a handle that could be taken for that of an account on the register."""
    if not proposal.kind.makes_an_account or proposal.assessment is not None:
        return ""
    return warning_of(handles_like(proposal.platform, proposal.handle))


def _form_for(proposal: AccountProposal, person: Person, sent: SeenForm | None) -> SeenForm | None:
    """The form by which the reader acts now, if any; one that was sent is shown again as it was."""
    seen = {"seen": proposal.mark}
    if proposal.can_be_supported_by(person):
        return sent or forms.SupportForm(formdata=None, data=seen)
    if proposal.can_be_advised_by(person):
        return sent or forms.AdviseForm(formdata=None, data=seen)
    if proposal.can_be_decided_by(person):
        form = sent or forms.DecideForm(formdata=None, data=seen)
        form["decision"].choices = forms.decide_choices(is_assessed=proposal.is_assessed)
        return form
    return None


def _to_carry_out(reference: str, *, is_new: bool) -> AccountProposal:
    proposal = proposal_or_nothing(reference)
    if not proposal.can_be_carried_out_by(reader(), clock.today()) or proposal.kind.makes_an_account is not is_new:
        raise AlreadyDone(
            "This proposal cannot be carried out like that now.", who=proposal.ended_by.name if proposal.ended_by else None,
            when=proposal.ended_at, what_now="Open the proposal to see how it stands.",
        )  # fmt: skip
    return proposal


def _details(form: RegisterForm) -> AccountDetails:
    """What was entered, with what makes sure that nobody loses the account."""
    is_off = form.two_step.data == TwoStep.OFF
    return replace(
        entered_details(form), two_step_waiver=form.two_step_waiver.data if is_off else "",
        recovery_kind=Recovery(str(form.recovery_kind.data)),
    )  # fmt: skip


def _register_form(proposal: AccountProposal) -> RegisterForm:
    known = forms.answers_of(proposal)
    known["service"] = str(proposal.owner.service_id or "")
    return cast(RegisterForm, account_form(known, RegisterForm))


def _register_page(form: RegisterForm, proposal: AccountProposal) -> str:
    return render_template(f"{TEMPLATES}/register.html", form=form, proposal=proposal)


def _worked_out(proposal: AccountProposal) -> WorkedOut | None:
    """How the date came about by which somebody decides, or until which the approval holds."""
    if proposal.status is ProposalStatus.APPROVED and proposal.decided_at and proposal.lapses_on:
        longest = period(LAPSES)
        return lasting_months(
            local_day(proposal.decided_at), longest.value, proposal.lapses_on, since="It was approved",
            source=f"how long an approval holds, {pack().cite(longest.sources)}",
        )  # fmt: skip
    if proposal.due_on is None:
        return None
    since, at = _step_began(proposal)
    return counted_from_receipt(PERIODS[proposal.status], at, proposal.due_on, since=since)


def _step_began(proposal: AccountProposal) -> tuple[str, datetime]:
    words = {
        RemarkKind.SUPPORTED: "It was supported", RemarkKind.QUESTION: "The question was asked",
        RemarkKind.ANSWER: "The question was answered", RemarkKind.ADVICE: "Advice was given",
        RemarkKind.SENT_BACK: "It was sent back",
    }  # fmt: skip
    if proposal.status is ProposalStatus.APPROVAL and proposal.is_assessed:
        if proposal.assessment is not None:
            return "The risk assessment was sent", proposal.assessment.assessed_at
        if proposal.plan is not None:
            return "The plan was sent", proposal.plan.planned_at
    said = [remark for remark in proposal.remarks if remark.kind in words]
    return (words[said[-1].kind], said[-1].said_at) if said else ("It was proposed", proposal.submitted_at)
