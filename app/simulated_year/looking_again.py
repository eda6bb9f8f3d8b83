"""Looking again in the simulated year: at what accounts say, at results and at risks; and agreeing to the policy."""

from collections.abc import Mapping
from datetime import timedelta

from app.account_register.models import Account, Frequency, PlanEntry, RiskEntry, RiskRow
from app.account_register.operations import checks
from app.account_register.queries.checks import account_of_risk, assessment_of, plan_of
from app.core import clock
from app.core.db import db
from app.demo.timeline import act_at
from app.policy.operations import acknowledge
from app.policy.queries import current_version
from app.simulated_year.doing import MOST, Act, Doing

FOUND = "In order; two old links were mended."


def _content(doing: Doing) -> None:
    with act_at(doing.at):
        checks.review_content(db.session.get_one(Account, doing.id), by=doing.by, at=doing.at, words=FOUND)


def _results(doing: Doing) -> None:
    """Most go on and are judged again; the others were judged for good."""
    with act_at(doing.at):
        account = db.session.get_one(Account, doing.id)
        plan = plan_of(account)
        assert plan is not None
        again = clock.local_day(doing.at) + timedelta(days=90) if doing.chance.random() < MOST else None
        checks.record_results(account, plan, by=doing.by, at=doing.at, words="More questions answered.", next_on=again)


def _risk(doing: Doing) -> None:
    with act_at(doing.at):
        row = db.session.get_one(RiskRow, doing.id)
        account = db.session.get_one(Account, account_of_risk(row.id))
        again = clock.local_day(doing.at) + timedelta(days=90)
        checks.review_risk(account, row, by=doing.by, at=doing.at, words=FOUND, next_on=again)


def _accept(doing: Doing) -> None:
    with act_at(doing.at):
        checks.accept_risks(db.session.get_one(Account, doing.id), by=doing.by, at=doing.at)


def _papers(doing: Doing) -> None:
    """The risks first, some of them high; the plan in the minute after."""
    day = clock.local_day(doing.at)
    with act_at(doing.at):
        account = db.session.get_one(Account, doing.id)
        if assessment_of(account) is None:
            likelihood = 2 if doing.chance.random() < MOST else 4
            risk = RiskEntry("Confidentiality", "It is read by others", likelihood, 4, "Two readers", doing.by.id)
            checks.assess_account(account, risk, by=doing.by, at=doing.at)
        plan = PlanEntry("They know", "Questions answered", doing.by.id, Frequency.MONTHLY, day + timedelta(days=120))
        checks.plan_account(account, plan, by=doing.by, at=doing.at)


def _acknowledge(doing: Doing) -> None:
    with act_at(doing.at):
        acknowledge(doing.by, current_version(clock.local_day(doing.at)), at=doing.at)


LOOKING_AGAIN_ACTS: Mapping[str, Act] = {
    "content_review": _content,
    "account_results": _results,
    "risk_review": _risk,
    "risk_accept": _accept,
    "account_papers": _papers,
    **dict.fromkeys(("access_acknowledge", "policy:acknowledge"), _acknowledge),
}
