"""The pages on which somebody looks again: at what an account says, at its results, and at a risk."""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import flash, redirect, render_template, url_for

from app.account_register import blueprint
from app.account_register import forms_proposals as forms
from app.account_register.forms_checks import (
    DROPPED,
    STILL,
    AccountPlanForm,
    FoundAndNextForm,
    FoundForm,
    RiskAgainForm,
)
from app.account_register.models import Account, CheckKind, MonitoringPlan, RiskEntry, RiskRow
from app.account_register.models.assessments import mark_of_risks
from app.account_register.operations import checks as acts
from app.account_register.queries import accepting, account_by_id, account_for, person_to_choose
from app.account_register.queries import checks as queries
from app.account_register.routes.shared import account_or_nothing, reader
from app.account_register.routes.worked_out import (
    acceptance_worked_out,
    content_worked_out,
    papers_worked_out,
    results_worked_out,
    risk_worked_out,
)
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput, NothingHere, demand
from app.core.forms import SeenForm
from app.core.seen import mark_of
from app.core.worked_out import WorkedOut
from app.people.models import Person
from app.policy.queries import pack


@blueprint.get("/<uuid:account_id>/papers")
def papers(account_id: uuid.UUID) -> Any:
    """The risks of an account, its plan, and what was found when somebody looked again."""
    account, sees_it = _account_to_accept(account_id)
    plan, done, assessment = queries.plan_of(account), queries.checks_of(account), queries.assessment_of(account)
    return render_template(
        "account_register/papers.html", account=account, assessment=assessment,
        plan=plan, plans_before=queries.plans_before(account, plan), checks=done, reader=reader(),
        accepts=accepting.rows_to_accept(assessment, reader(), clock.today()), mark_of_risks=mark_of_risks, sees_it=sees_it,
        how={
            "accept": acceptance_worked_out(assessment) if assessment else None,
            "papers": papers_worked_out(account), "content": content_worked_out(account),
            "results": results_worked_out(plan, done) if plan else None,
        },
    )  # fmt: skip


@blueprint.route("/<uuid:account_id>/assess", methods=["GET", "POST"])
def assess_account(account_id: uuid.UUID) -> Any:
    """Add a risk to the assessment of an account."""
    account = account_or_nothing(account_id)
    demand(account.is_looked_after_by(reader()), acts.NOT_YOURS, what_now=acts.ASK_OWNER)
    headings = {key: setting.value for key, setting in pack().risk_headings.items()}
    form = forms.RiskForm(
        data={"owner": reader().email or reader().name}, choices={"heading": forms.heading_choices(headings)}
    )

    def act(sent: Any, by: Person, at: datetime) -> object:
        who = person_to_choose(sent.owner.data, clock.local_day(at), field="owner")
        risk = forms.risk_entry({**sent.answers(), "owner_id": str(who.id)}, headings)
        return acts.assess_account(account, risk, by=by, at=at)

    return _page(account, form, "Add a risk", act, "", back="papers")


@blueprint.post("/<uuid:account_id>/accept-risks")
def accept_risks(account_id: uuid.UUID) -> Any:
    """Accept the high risks of an account that remain."""
    (account, sees_it), now = _account_to_accept(account_id), clock.now()
    seen = SeenForm().seen.data or ""
    begin_writing(account)
    acts.accept_risks(account, by=reader(), at=now, seen=seen)
    commit()
    flash(f"You accepted the high risk that remains of {account.name}.", "success")
    return redirect(url_for(".papers", account_id=account.id) if sees_it else "/", 303)


def _account_to_accept(account_id: uuid.UUID) -> tuple[Account, bool]:
    """The account, and whether the reader sees it; if not, only while they are to accept a risk of it: a line manager."""
    account = account_for(reader(), account_id, clock.today())
    if account is not None:
        return account, True
    account = account_by_id(account_id)
    if account is None or account.is_closed:
        raise NothingHere
    if not accepting.rows_to_accept(queries.assessment_of(account), reader(), clock.today()):
        raise NothingHere
    return account, False


@blueprint.route("/<uuid:account_id>/plan", methods=["GET", "POST"])
def plan_account(account_id: uuid.UUID) -> Any:
    """Write the monitoring and evaluation plan of an account."""
    account = account_or_nothing(account_id)
    demand(account.is_looked_after_by(reader()), acts.NOT_YOURS, what_now=acts.ASK_OWNER)
    before = queries.plan_of(account)
    form = AccountPlanForm(
        data={"responsible": reader().email or reader().name, "seen": mark_of(before.id if before else None)}
    )

    def act(sent: Any, by: Person, at: datetime) -> object:
        who = person_to_choose(sent.responsible.data, clock.local_day(at), field="responsible")
        plan = forms.plan_entry({**sent.answers(), "responsible_id": str(who.id)})
        return acts.plan_account(account, plan, by=by, at=at, seen=sent.seen.data or "")

    return _page(account, form, "Monitoring and evaluation plan", act, "", back="papers")


@blueprint.route("/<uuid:account_id>/review-content", methods=["GET", "POST"])
def review_content(account_id: uuid.UUID) -> Any:
    """Read through what an account says."""
    account = _account(account_id)
    demand(account.is_looked_after_by(reader()), acts.NOT_YOURS, what_now=acts.ASK_OWNER)
    due = (account.content_review_due_on, content_worked_out(account))
    form = FoundForm(data={"seen": queries.looks_before(account, CheckKind.CONTENT)[0]})
    return _page(account, form, "Read through what it says", _content_act(account), account.purpose, due=due)


@blueprint.route("/<uuid:account_id>/results", methods=["GET", "POST"])
def record_results(account_id: uuid.UUID) -> Any:
    """Write down what came of an account, as its plan says."""
    account = _account(account_id)
    plan = queries.plan_of(account)
    if plan is None:
        raise NothingHere
    demand(
        account.is_looked_after_by(reader()) or plan.responsible_id == reader().id, acts.NOT_YOURS, what_now=acts.ASK_OWNER
    )
    lead = f"It should achieve: {plan.objectives} Measured by: {plan.measures}"
    due = (plan.results_due_on, results_worked_out(plan, queries.checks_of(account)))
    form = FoundAndNextForm(data={"seen": queries.looks_before(account, CheckKind.RESULTS, plan=plan)[0]})
    return _page(account, form, "Write down the results", _results_act(account, plan), lead, due=due)


@blueprint.route("/risks/<uuid:row_id>/review", methods=["GET", "POST"])
def review_risk(row_id: uuid.UUID) -> Any:
    """Look at a risk again."""
    account_id = queries.account_of_risk(row_id)
    account = _account(account_id) if account_id else None
    row = queries.risk_by_id(row_id) if account else None
    if account is None or row is None:
        raise NothingHere
    demand(account.is_looked_after_by(reader()) or row.owner_id == reader().id, acts.NOT_YOURS, what_now=acts.ASK_OWNER)
    now = acts.as_it_stands(account, row)
    known = {
        "control": now.control, "likelihood": str(now.likelihood), "impact": str(now.impact),
        "owner": now.owner.email or now.owner.name,
    }  # fmt: skip
    lead = f"{now.heading} (what remains is {now.level.value}): {now.risk}"
    due = (now.review_on, risk_worked_out(now, queries.checks_of(account)))
    return _page(account, RiskAgainForm(data=known), "Look at a risk again", _risk_act(account, row), lead, due=due)


Act = Callable[[Any, Person, datetime], object]


def _content_act(account: Account) -> Act:
    return lambda form, by, at: acts.review_content(
        account, by=by, at=at, words=form.words.data, seen=form.seen.data or ""
    )


def _results_act(account: Account, plan: MonitoringPlan) -> Act:
    return lambda form, by, at: acts.record_results(
        account, plan, by=by, at=at, words=form.words.data, next_on=form.next_on.data, seen=form.seen.data or ""
    )


def _risk_act(account: Account, row: RiskRow) -> Act:
    def act(form: Any, by: Person, at: datetime) -> object:
        rated = None
        if form.still.data == STILL:
            who = person_to_choose(form.owner.data, clock.local_day(at), field="owner")
            rated = RiskEntry(
                row.heading, row.risk, int(form.likelihood.data), int(form.impact.data), form.control.data, who.id
            )
        return acts.review_risk(
            account, row, by=by, at=at, words=form.words.data, next_on=form.next_on.data, rated=rated,
            dropped=form.still.data == DROPPED,
        )  # fmt: skip

    return act


def _page(
    account: Account, form: Any, heading: str, act: Act, lead: str, *, back: str = "",
    due: tuple[date | None, WorkedOut | None] = (None, None),
) -> Any:  # fmt: skip
    def page() -> str:
        return render_template(
            "account_register/check.html", form=form, account=account, title=heading, lead=lead, back=there,
            due_on=due[0], how=due[1],
        )  # fmt: skip

    there = url_for(f".{back}", account_id=account.id) if back else url_for("home.index")

    if not form.validate_on_submit():
        return page(), 422 if form.errors else 200
    now = clock.now()
    begin_writing(account)
    try:
        act(form, reader(), now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return page(), refusal.status
    commit()
    flash(f"You wrote it down for {account.name}.", "success")
    return redirect(there, 303)


def _account(account_id: uuid.UUID) -> Account:
    """Those who look after a risk or the results need not see the whole account, so the page asks who they are itself."""
    found = account_by_id(account_id)
    if found is None:
        raise NothingHere
    return found
