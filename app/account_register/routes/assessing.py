"""The risk assessment and the monitoring plan of a proposal as a task list: written bit by bit, kept, and sent together."""

import json
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for

from app.account_register import blueprint, operations, queries
from app.account_register import forms_proposals as forms
from app.account_register.models import AccountProposal, ProposalStatus, RiskLevel
from app.account_register.models.assessments import OTHER_RISK, level_of
from app.account_register.operations import approvals as acts
from app.account_register.operations.papers import check_plan, check_risks
from app.account_register.operations.proposals import PERIODS
from app.account_register.routes.shared import TEMPLATES, proposal_or_nothing, reader
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.drafts import find_draft, keep_draft
from app.core.errors import AlreadyDone, InvalidInput, NothingHere, demand
from app.core.forms import ProbityForm, SeenForm
from app.core.seen import is_older, mark_of
from app.policy.queries import due_after_receipt, pack

MOST_RISKS = 30


@dataclass(frozen=True)
class Papers:
    """The risk assessment and the plan of a proposal as far as they are written."""

    proposal: AccountProposal
    risks: list[dict[str, Any]]
    plan: dict[str, Any] | None

    @property
    def is_complete(self) -> bool:
        """Whether they can be sent."""
        return bool(self.risks or not self.proposal.needs_risks) and bool(self.plan or not self.proposal.needs_plan)

    @property
    def mark(self) -> str:
        """Different once a risk was added, changed or removed: a risk is known by its place among them."""
        return mark_of(*(json.dumps(risk, sort_keys=True) for risk in self.risks))

    @property
    def level(self) -> RiskLevel | None:
        """How high the highest risk is that remains."""
        scores = [int(risk["likelihood"]) * int(risk["impact"]) for risk in self.risks]
        return level_of(max(scores)) if scores else None


def _headings() -> dict[str, str]:
    return {key: setting.value for key, setting in pack().risk_headings.items()}


def _papers(reference: str) -> Papers:
    """Only who assesses comes here, and only while it is to be assessed."""
    proposal, person = proposal_or_nothing(reference), reader()
    demand(
        proposal.is_assessor(person), acts.NOT_THE_ASSESSOR,
        what_now=f"That is {proposal.owner.name}.",
    )  # fmt: skip
    if not proposal.can_be_assessed_by(person):
        raise AlreadyDone(
            "The risk assessment and the plan of this proposal cannot be changed now.",
            what_now="Open the proposal to see how it stands.",
        )
    draft = find_draft(person.id, acts.assessment_draft(proposal))
    if draft is not None:
        return Papers(proposal, draft.answers.get("risks", []), draft.answers.get("plan"))
    return Papers(proposal, _sent_risks(proposal), _sent_plan(proposal))


def _sent_risks(proposal: AccountProposal) -> list[dict[str, Any]]:
    """What was sent before, when it comes back for changes."""
    keys = {words: key for key, words in _headings().items()}
    rows = proposal.assessment.rows if proposal.assessment else []
    return [
        {
            "heading": keys.get(row.heading, OTHER_RISK), "risk": row.risk, "control": row.control,
            "likelihood": str(row.likelihood), "impact": str(row.impact), "owner": row.owner.email or row.owner.name,
            "owner_id": str(row.owner_id), "owner_name": row.owner.name,
            "review_on": row.review_on.isoformat() if row.review_on else None,
        }
        for row in rows
    ]  # fmt: skip


def _sent_plan(proposal: AccountProposal) -> dict[str, Any] | None:
    plan = proposal.plan
    if plan is None:
        return None
    who = plan.responsible
    return {
        "objectives": plan.objectives, "measures": plan.measures, "responsible": who.email or who.name,
        "responsible_id": str(who.id), "responsible_name": who.name, "frequency": plan.frequency.value,
        "evaluation_on": plan.evaluation_on.isoformat(),
    }  # fmt: skip


@blueprint.get("/proposals/<reference>/assess")
def assess_proposal(reference: str) -> Any:
    """What is to be written, what is done and what is missing."""
    return _task_list(_papers(reference), forms.NothingToAskForm())


@blueprint.route("/proposals/<reference>/assess/risks/new", methods=["GET", "POST"])
def add_risk(reference: str) -> Any:
    """Add a risk."""
    papers = _papers(reference)
    if len(papers.risks) >= MOST_RISKS:
        raise AlreadyDone(f"There are {MOST_RISKS} risks already.", what_now="Put what belongs together into one of them.")
    return _risk(papers, None)


@blueprint.route("/proposals/<reference>/assess/risks/<int:number>", methods=["GET", "POST"])
def change_risk(reference: str, number: int) -> Any:
    """Change a risk."""
    papers = _papers(reference)
    if not 1 <= number <= len(papers.risks):
        raise NothingHere
    return _risk(papers, number - 1)


@blueprint.post("/proposals/<reference>/assess/risks/<int:number>/remove")
def remove_risk(reference: str, number: int) -> Any:
    """Take a risk out again."""
    seen = SeenForm().seen.data or ""
    papers = _papers_to_write(reference)
    if is_older(seen, papers.mark):
        raise _changed_since(papers)
    if not 1 <= number <= len(papers.risks):
        raise NothingHere
    _keep(papers, risks=[risk for place, risk in enumerate(papers.risks, 1) if place != number])
    flash("You removed a risk.", "success")
    return redirect(url_for(".assess_proposal", reference=papers.proposal.reference), 303)


@blueprint.route("/proposals/<reference>/assess/plan", methods=["GET", "POST"])
def write_plan(reference: str) -> Any:
    """How its success is monitored and evaluated, and when."""
    papers = _papers(reference)
    known = papers.plan and forms.filled_plan(papers.plan)
    form = forms.PlanForm(data=known or {"responsible": reader().email or reader().name})
    if not form.validate_on_submit():
        return _question(papers, form, "Monitoring and evaluation plan"), 422 if form.errors else 200
    try:
        who = queries.person_to_choose(form.responsible.data, clock.today(), field="responsible")
        plan = {**form.answers(), "responsible_id": str(who.id), "responsible_name": who.name}
        check_plan(forms.plan_entry(plan), clock.now())
    except InvalidInput as refusal:
        form.add_refusal(refusal)
        return _question(papers, form, "Monitoring and evaluation plan"), refusal.status
    _keep(_papers_to_write(reference), plan=plan)
    return redirect(url_for(".assess_proposal", reference=papers.proposal.reference), 303)


@blueprint.get("/proposals/<reference>/assess/check-answers")
def check_assessment(reference: str) -> Any:
    """Everything that was written, before it is sent."""
    papers = _papers(reference)
    if not papers.is_complete:
        return redirect(url_for(".assess_proposal", reference=papers.proposal.reference), 303)
    return _check_page(papers, forms.NothingToAskForm())


@blueprint.post("/proposals/<reference>/assess/send")
def send_assessment(reference: str) -> Any:
    """Send the risk assessment and the plan for approval."""
    papers, person, now = _papers(reference), reader(), clock.now()
    risks = [forms.risk_entry(risk, _headings()) for risk in papers.risks]
    plan = forms.plan_entry(papers.plan) if papers.plan else None
    begin_writing(papers.proposal)
    try:
        operations.submit_assessment(papers.proposal, risks, plan, by=person, at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form = forms.NothingToAskForm()
        form.add_refusal(InvalidInput(refusal.sentence))
        return _task_list(_papers(reference), form), refusal.status
    commit()
    flash("You sent the risk assessment and the plan for approval.", "success")
    return redirect(url_for(".show_proposal", reference=papers.proposal.reference), 303)


def _risk(papers: Papers, place: int | None) -> Any:
    known = forms.filled_risk(papers.risks[place]) if place is not None else {"owner": reader().email or reader().name}
    shown = {**known, "seen": _mark_of_risk(papers, place)}
    form = forms.DraftRiskForm(data=shown, choices={"heading": forms.heading_choices(_headings())})
    heading = "Add a risk" if place is None else "Change a risk"
    if not form.validate_on_submit():
        return _question(papers, form, heading, place), 422 if form.errors else 200
    try:
        who = queries.person_to_choose(form.owner.data, clock.today(), field="owner")
        risk = {**form.answers(), "owner_id": str(who.id), "owner_name": who.name}
        del risk["seen"]
        check_risks([forms.risk_entry(risk, _headings())], clock.now())
    except InvalidInput as refusal:
        form.add_refusal(refusal)
        return _question(papers, form, heading, place), refusal.status
    papers = _papers_to_write(papers.proposal.reference)
    if place is not None and is_older(form.seen.data or "", _mark_of_risk(papers, place)):
        raise _changed_since(papers)
    risks = [*papers.risks, risk] if place is None else [*papers.risks[:place], risk, *papers.risks[place + 1 :]]
    _keep(papers, risks=risks)
    return redirect(url_for(".assess_proposal", reference=papers.proposal.reference), 303)


def _mark_of_risk(papers: Papers, place: int | None) -> str:
    """Different once the risk at a place is another than it was, or reads otherwise."""
    found = papers.risks[place : place + 1] if place is not None else []
    return mark_of(*(json.dumps(risk, sort_keys=True) for risk in found))


def _changed_since(papers: Papers) -> AlreadyDone:
    """The place of a risk on an older page may be that of another one now, or of none."""
    refusal = AlreadyDone(
        "You added, changed or removed a risk after you opened that page, so nothing was done now.",
        what_now="Go back to the list of risks to see what is left.",
    )
    refusal.back_href = url_for(".assess_proposal", reference=papers.proposal.reference)
    refusal.back_text = "Go to the list of risks"
    return refusal


def _papers_to_write(reference: str) -> Papers:
    """The same as they are once nobody else writes: one at a time for one person, who may have two pages open."""
    begin_writing(reader())
    return _papers(reference)


def _keep(papers: Papers, **changed: Any) -> None:
    kept = {"risks": papers.risks, "plan": papers.plan, **changed}
    keep_draft(reader().id, acts.assessment_draft(papers.proposal), kept, at=clock.now())
    commit()


def _question(papers: Papers, form: ProbityForm, heading: str, place: int | None = None) -> str:
    return render_template(
        f"{TEMPLATES}/assess-question.html", form=form, heading=heading, proposal=papers.proposal,
        remove=place + 1 if place is not None else None, mark=papers.mark,
    )  # fmt: skip


def _task_list(papers: Papers, form: ProbityForm) -> str:
    return render_template(
        f"{TEMPLATES}/assess.html", form=form, papers=papers, proposal=papers.proposal, headings=_headings(), pack=pack(),
        level_of=level_of,
    )  # fmt: skip


def _check_page(papers: Papers, form: ProbityForm) -> str:
    return render_template(
        f"{TEMPLATES}/check-assessment.html", form=form, entries=[forms.filled_risk(risk) for risk in papers.risks],
        papers=papers, proposal=papers.proposal, headings=_headings(),
        plan=papers.plan and forms.plan_entry(papers.plan), level_of=level_of, levels=RiskLevel, pack=pack(),
        due_on=due_after_receipt(PERIODS[ProposalStatus.APPROVAL], clock.now()),
    )  # fmt: skip
