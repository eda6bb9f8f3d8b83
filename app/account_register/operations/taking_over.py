"""What becomes of the risks and the plan of an account once an approved change is carried out (policy 6.1(4), 6.3(10, 11)).

An approval adds to what the account has: no risk, acceptance or day of it goes because something else was approved.
"""

from dataclasses import replace
from datetime import datetime

from app.account_register.models import Account, AccountProposal, MonitoringPlan, RiskAssessment, RiskEntry, RiskRow
from app.account_register.operations.checks import take_papers
from app.account_register.operations.papers import (
    copy_rating,
    entry_of,
    keep_rating,
    make_assessment,
    make_plan,
    plan_entry_of,
)
from app.account_register.queries.checks import assessment_of
from app.core.db import db


def take_over_papers(account: Account, proposal: AccountProposal, *, at: datetime) -> None:
    """The risks of a proposal come beside those of its account; its plan, if it has one, takes the place of the account's.

    Both are dated by the carrying out, so that what was carried out last counts, and a past day does not know them. A new
    account begins with the papers of its proposal.
    """
    assessment, plan = proposal.assessment, proposal.plan
    if not proposal.kind.makes_an_account:
        plan = _taken_over(proposal, plan, at) if plan else None
        assessment = _added_to(account, assessment, at) if assessment else None
    take_papers(account, assessment, plan)


def _added_to(account: Account, proposed: RiskAssessment, at: datetime) -> RiskAssessment:
    """A new assessment of the account: its own risks, then those that the proposal names beside them."""
    before = assessment_of(account)
    known = before.rows if before else []
    new = [row for row in proposed.rows if _same_risk(row, known) is None]
    pairs = [*((row, _same_risk(row, proposed.rows)) for row in known), *((row, None) for row in new)]
    made = make_assessment([_entry(*pair) for pair in pairs], by=proposed.assessed_by, at=at)
    for row, pair in zip(made.rows, pairs, strict=True):
        _rate(row, *pair)
    db.session.add(made)
    return made


def _same_risk(row: RiskRow, among: list[RiskRow]) -> RiskRow | None:
    """The same risk; where it was entered twice, as the higher rates it."""
    return max((one for one in among if one.is_same_risk(row)), key=lambda one: one.score, default=None)


def _counts(own: RiskRow, other: RiskRow) -> bool:
    """Whether what the proposal says of a risk of the account counts: it rates it higher, or was written since."""
    return other.score > own.score or other.rated_at > own.rated_at


def _entry(own: RiskRow, other: RiskRow | None) -> RiskEntry:
    """A risk as it is from now on; it is looked at again on the sooner of the days that were set."""
    now = other if other is not None and _counts(own, other) else own
    days = [row.review_on for row in (own, now) if row.review_on is not None]
    return replace(entry_of(now), review_on=min(days, default=own.assessment.review_on))


def _rate(row: RiskRow, own: RiskRow, other: RiskRow | None) -> None:
    """Who rated it and who accepted it: as with the row that counts. What was accepted as high as that stays accepted."""
    if other is None or not _counts(own, other):
        copy_rating(row, own)
        return
    copy_rating(row, other)
    if other.accepted_at is None:
        keep_rating(row, own)


def _taken_over(proposal: AccountProposal, plan: MonitoringPlan, at: datetime) -> MonitoringPlan:
    made = make_plan(plan_entry_of(plan), by=plan.planned_by, at=at)
    proposal.plans.append(made)  # so that it says where it comes from
    return made
