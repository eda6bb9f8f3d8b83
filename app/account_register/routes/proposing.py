"""Writing a proposal question by question: a new one, or one that was sent back with a question."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.account_register import blueprint, operations, queries
from app.account_register import forms_proposals as forms
from app.account_register.chains import in_words
from app.account_register.forms import platform_choices
from app.account_register.models import AccountProposal
from app.account_register.models.proposals import SUPPORT_CHAIN
from app.account_register.naming import clean_url
from app.account_register.operations import proposals as acts
from app.account_register.queries.alike import handles_like, warning_of
from app.account_register.queries.proposals import account_in_address, account_meant
from app.account_register.routes.shared import TEMPLATES, proposal_or_nothing, reader
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.drafts import discard_draft, draft_id, find_draft, keep_draft
from app.core.errors import AlreadyDone, InvalidInput, NothingHere, demand
from app.core.forms import ProbityForm
from app.people.models import Person
from app.policy.queries import due_after_receipt, pack


@dataclass(frozen=True)
class Sheet:
    """What is being written: a new proposal, or one that was sent back; with what has been answered so far."""

    proposal: AccountProposal | None
    draft: str
    answers: dict[str, Any]
    is_kept: bool
    draft_id: uuid.UUID | None = None

    @property
    def missing(self) -> list[str]:
        """The question pages without their answers."""
        return forms.missing_steps(self.answers)

    def href(self, step: str = "") -> str:
        """Where a question page is, or the page that lists them all."""
        account = request.args.get("account") if not self.is_kept or "account_id" not in self.answers else None
        if self.proposal is None:
            if step:
                return url_for(".propose_step", step=step, account=account)
            return url_for(".propose", account=account)
        if step:
            return url_for(".change_proposal_step", reference=self.proposal.reference, step=step)
        return url_for(".change_proposal", reference=self.proposal.reference)


def _new_sheet() -> Sheet:
    draft = find_draft(reader().id, acts.DRAFT)
    return Sheet(None, acts.DRAFT, draft.answers if draft else {}, draft is not None, draft.id if draft else None)


def _changed_sheet(reference: str) -> Sheet:
    """Only who made it comes here; where the question is answered already they are told."""
    proposal = proposal_or_nothing(reference)
    demand(proposal.proposer_id == reader().id, "Only who made the proposal can change it.")
    if not proposal.can_be_answered_by(reader()):
        raise AlreadyDone("This proposal cannot be changed now.", what_now="Open the proposal to see how it stands.")
    kind = acts.change_draft(proposal)
    draft = find_draft(reader().id, kind)
    return Sheet(proposal, kind, draft.answers if draft else forms.answers_of(proposal), draft is not None)


@blueprint.get("/proposals/propose")
def propose() -> Any:
    """What is asked, what is answered already, and what happens then."""
    return render_template(f"{TEMPLATES}/propose.html", sheet=_new_sheet(), steps=_steps(), pack=pack())


@blueprint.route("/proposals/propose/<step>", methods=["GET", "POST"])
def propose_step(step: str) -> Any:
    """One question page of a new proposal; its answers are kept as soon as they are sent."""
    return _question(_new_sheet(), step)


@blueprint.get("/proposals/propose/check-answers")
def check_proposal() -> Any:
    """Everything that was answered, before it is sent."""
    sheet = _new_sheet()
    if sheet.missing:
        return redirect(sheet.href(), 303)
    return _check_page(sheet, forms.SendForm(data={"draft": str(sheet.draft_id or "")}))


@blueprint.post("/proposals/propose/send")
def send_proposal() -> Any:
    """Send the proposal to whoever supports it. The second of two clicks finds the proposal that the first one made."""
    person, now, form = reader(), clock.now(), forms.SendForm()
    begin_writing(person)  # the second click waits here for the first
    sheet, sent_before = _new_sheet(), acts.proposal_sent_from(draft_id(form.draft.data), person)
    if sent_before is not None:
        return redirect(url_for(".proposal_sent", reference=sent_before.reference), 303)
    if sheet.missing:
        return redirect(sheet.href(), 303)
    try:
        made = operations.submit_proposal(forms.answers_from(sheet.answers), by=person, at=now)
        operations.follow_proposal(sheet.answers.get("discovered"), made, by=person, at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(InvalidInput(refusal.sentence))
        return _check_page(_new_sheet(), form), refusal.status
    commit()
    return redirect(url_for(".proposal_sent", reference=made.reference), 303)


@blueprint.post("/proposals/propose/discard")
def discard_proposal() -> Any:
    """Throw the unfinished proposal away."""
    person = reader()
    begin_writing(person)
    draft = find_draft(person.id, acts.DRAFT)
    if draft is not None:
        discard_draft(draft)
        commit()
        flash("You deleted your unfinished proposal.", "success")
    return redirect(url_for(".proposals"), 303)


@blueprint.get("/proposals/<reference>/sent")
def proposal_sent(reference: str) -> Any:
    """That the proposal was sent, what happens next and by when."""
    proposal = proposal_or_nothing(reference)
    demand(proposal.proposer_id == reader().id, "This page is for who made the proposal.")
    return render_template(f"{TEMPLATES}/sent.html", proposal=proposal, who=proposal.who_acts(clock.today()), pack=pack())


@blueprint.get("/proposals/<reference>/change")
def change_proposal(reference: str) -> Any:
    """The proposal as it will be sent again, each answer with a way to change it, and the answer to the question."""
    return _check_page(_changed_sheet(reference), forms.AnswerForm())


@blueprint.route("/proposals/<reference>/change/<step>", methods=["GET", "POST"])
def change_proposal_step(reference: str, step: str) -> Any:
    """One question page of a proposal that was sent back."""
    return _question(_changed_sheet(reference), step)


@blueprint.post("/proposals/<reference>/answer")
def answer_proposal(reference: str) -> Any:
    """Answer the question and send the proposal again."""
    sheet, person, now, form = _changed_sheet(reference), reader(), clock.now(), forms.AnswerForm()
    if not form.validate():
        return _check_page(sheet, form), 422
    if sheet.missing:
        return redirect(sheet.href(sheet.missing[0]), 303)
    assert sheet.proposal is not None
    begin_writing(sheet.proposal)
    try:
        changed = forms.answers_from(sheet.answers) if sheet.is_kept else None
        operations.answer_proposal(sheet.proposal, by=person, at=now, answer=form.answer.data, changed=changed)
        operations.follow_changes(sheet.proposal, by=person, at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _check_page(_changed_sheet(reference), form), refusal.status
    commit()
    flash("You answered the question and sent the proposal again.", "success")
    return redirect(url_for(".show_proposal", reference=reference), 303)


# ---- what both ways share ----


def _steps() -> list[tuple[str, str]]:
    return list(forms.HEADINGS.items())


def _question(sheet: Sheet, step: str) -> Any:
    if step not in forms.STEPS:
        raise NothingHere
    if step == "account" and not sheet.answers.get("kind"):
        return redirect(sheet.href("kind"), 303)
    person, now, form = reader(), clock.now(), _question_form(sheet, step)
    if not form.validate_on_submit():
        return _question_page(sheet, step, form), 422 if form.errors else 200
    try:
        resolved = _resolve(form, person)
    except InvalidInput as refusal:
        form.add_refusal(refusal)
        return _question_page(sheet, step, form), refusal.status
    begin_writing(person)  # one at a time for one person: both would make the draft
    before = {} if sheet.is_kept else sheet.answers  # what was kept may have changed or been sent meanwhile
    kept = keep_draft(person.id, sheet.draft, {**before, **form.answers(), **resolved}, at=now)
    after = Sheet(sheet.proposal, sheet.draft, kept.answers, is_kept=True)
    commit()
    if isinstance(form, forms.NewAccountForm) and form.derived:
        flash(form.derived, "info")
    if after.missing:
        return redirect(sheet.href(after.missing[0]), 303)
    return redirect(sheet.href() if sheet.proposal else url_for(".check_proposal"), 303)


def _question_form(sheet: Sheet, step: str) -> ProbityForm:
    form = forms.form_class(step, sheet.answers)(data=_known(sheet, step))
    if isinstance(form, forms.NewAccountForm):
        form.platform.choices = platform_choices()
    return form


def _known(sheet: Sheet, step: str) -> dict[str, Any]:
    """What the page shows before anything is typed: what was answered, or what follows from where the reader comes from."""
    known = dict(sheet.answers)
    if step == "account" and "account" not in known and request.method == "GET":
        account = account_in_address(request.args.get("account"), reader(), clock.today())
        known["account"] = f"{account.name} ({account.platform})" if account else ""
    if step == "cost":
        known.setdefault("owner", known.get("account_owner", ""))
    return known


def _resolve(form: ProbityForm, person: Person) -> dict[str, Any]:
    """Whom and what the answers mean, kept beside what was typed. Raises InvalidInput at a field."""
    day = clock.today()
    if isinstance(form, forms.NewAccountForm):
        forms.platform_in(form.answers())
        clean_url(form.url.data)
    if isinstance(form, forms.ChangedAccountForm):
        account = account_meant(form.account.data, None, day)  # anybody may propose a change of any (domain 3.2)
        is_seen = bool(queries.accounts_opened_by(person, [account.id], day))
        owner = (account.owner.email or account.owner.name) if account.owner and is_seen else ""
        return {
            "account": f"{account.name} ({account.platform})", "account_id": str(account.id),
            "account_name": account.name, "account_platform": account.platform, "account_owner": owner,
        }  # fmt: skip
    if isinstance(form, forms.CostForm):
        chosen = queries.person_to_choose(form.owner.data, day, field="owner")
        return {"owner_id": str(chosen.id), "owner_name": chosen.name}
    return {}


def _question_page(sheet: Sheet, step: str, form: ProbityForm) -> str:
    number = forms.STEPS.index(step)
    back = sheet.href(forms.STEPS[number - 1]) if number and sheet.proposal is None else sheet.href()
    return render_template(
        f"{TEMPLATES}/question.html", form=form, heading=forms.HEADINGS[step], back=back, number=number + 1,
        of=len(forms.STEPS), sheet=sheet,
    )  # fmt: skip


def _check_page(sheet: Sheet, form: ProbityForm) -> Any:
    return render_template(
        f"{TEMPLATES}/check-answers.html", form=form, sheet=sheet, answers=sheet.answers, looks_like=_looks_like(sheet),
        kind=forms.kind_of(sheet.answers), kinds={choice.value: choice.label for choice in forms.KIND_CHOICES},
        due_on=due_after_receipt(acts.SUPPORT, clock.now()),
        supporter=in_words(pack().chains[SUPPORT_CHAIN].value, reader(), reader(), clock.today()),
    )  # fmt: skip


def _looks_like(sheet: Sheet) -> str:
    """What is said of a proposed handle that could be taken for that of an account on the register."""
    kind = forms.kind_of(sheet.answers)
    if kind is None or not kind.makes_an_account:
        return ""
    return warning_of(handles_like(forms.platform_in(sheet.answers), sheet.answers.get("handle")))
