"""The pages on which somebody looks again: at what an account says, at its results, and at a risk."""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import flash, redirect, render_template, url_for

from app.account_register import blueprint
from app.account_register import forms_proposals as forms
from app.account_register.models import Account, CheckKind, MonitoringPlan, RiskRow
from app.account_register.operations import checks as acts
from app.account_register.queries import account_by_id, person_to_choose
from app.account_register.queries import checks as queries
from app.account_register.routes.shared import account_or_nothing, reader
from app.account_register.routes.worked_out import (
    content_worked_out,
    papers_worked_out,
    results_worked_out,
    risk_worked_out,
)
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput, NothingHere, demand
from app.core.forms import DateField, NoSecrets, Required, SeenForm, TextAreaField
from app.core.seen import mark_of
from app.core.worked_out import WorkedOut
from app.people.models import Person
from app.policy.queries import pack


class FoundForm(SeenForm):
    """What did you find?"""

    words = TextAreaField(
        "What did you find, and what did you mend?", [Required("Enter what you found"), NoSecrets()], rows=4,
        max_length=2000, what="what you found",
    )  # fmt: skip


class FoundAndNextForm(FoundForm):
    """What did you find, and when do you look again?"""

    next_on = DateField("When do you look again?", what="the next date", hint="Leave it empty for results that are final.")


class AccountPlanForm(SeenForm, forms.PlanForm):
    """The plan of an account, with the mark of the one that it replaces."""


@blueprint.get("/<uuid:account_id>/papers")
def papers(account_id: uuid.UUID) -> Any:
    """The risks of an account, its plan, and what was found when somebody looked again."""
    account = account_or_nothing(account_id)
    plan, done = queries.plan_of(account), queries.checks_of(account)
    return render_template(
        "account_register/papers.html", account=account, assessment=queries.assessment_of(account),
        plan=plan, checks=done, reader=reader(),
        how={
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
    row = queries.risk_row_of(account, row_id) if account else None
    if account is None or row is None:
        raise NothingHere
    demand(account.is_looked_after_by(reader()) or row.owner_id == reader().id, acts.NOT_YOURS, what_now=acts.ASK_OWNER)
    lead = f"{row.heading}: {row.risk} Kept in check by: {row.control}"
    due = (row.review_on, risk_worked_out(row.assessment, row, queries.checks_of(account)))
    form = FoundAndNextForm(data={"seen": queries.looks_before(account, CheckKind.RISK, risk=row)[0]})
    return _page(account, form, "Look at a risk again", _risk_act(account, row), lead, due=due)


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
    return lambda form, by, at: acts.review_risk(
        account, row, by=by, at=at, words=form.words.data, next_on=form.next_on.data, seen=form.seen.data or ""
    )


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
