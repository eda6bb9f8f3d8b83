"""A risk assessment and a monitoring plan as they are entered, checked and made (policy 6.1(4), 6.3(10, 11))."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from app.account_register.models import MonitoringPlan, PlanEntry, RiskAssessment, RiskEntry, RiskLevel, RiskRow
from app.account_register.models.assessments import HIGHEST
from app.core import clock
from app.core.errors import InvalidInput
from app.core.secrets_guard import REFUSAL, looks_like_secret
from app.core.working_days import months_after
from app.people.models import Person
from app.policy.queries import period

NOTICE = "looking_again_notice_working_days"
RISK_REVIEW = "risk_assessment_review_months"


def check_risks(risks: Sequence[RiskEntry], at: datetime) -> None:
    """Refuse a rating that there is not, a risk that nothing keeps in check, a day that has passed, and secrets."""
    for risk in risks:
        if not (1 <= risk.likelihood <= HIGHEST and 1 <= risk.impact <= HIGHEST):
            raise InvalidInput(f"Likelihood and impact must be between 1 and {HIGHEST}", field="likelihood")
        if not risk.control:
            raise InvalidInput("Enter what keeps the risk in check", field="control")
        if risk.review_on is not None and risk.review_on <= clock.local_day(at):
            raise InvalidInput("The day on which a risk is looked at again must be after today", field="review_on")
        if looks_like_secret(risk.risk) or looks_like_secret(risk.control):
            raise InvalidInput(REFUSAL)


def check_plan(plan: PlanEntry, at: datetime) -> None:
    """Refuse a plan that measures nothing or was to be judged before it began, and secrets."""
    if not plan.measures:
        raise InvalidInput("Enter at least one measure", field="measures")
    if plan.evaluation_on <= clock.local_day(at):
        raise InvalidInput("The evaluation date must be after today", field="evaluation_on")
    if looks_like_secret(plan.objectives) or looks_like_secret(plan.measures):
        raise InvalidInput(REFUSAL)


def make_assessment(risks: Sequence[RiskEntry], *, by: Person, at: datetime) -> RiskAssessment:
    """The assessment with its risks, each to be looked at again with it."""
    made = RiskAssessment(
        assessed_by=by, assessed_by_id=by.id, assessed_at=at,
        review_on=months_after(clock.local_day(at), period(RISK_REVIEW).value),
        highest_score=max(risk.likelihood * risk.impact for risk in risks),
    )  # fmt: skip
    made.rows = [
        RiskRow(position=position, rated_by=by, rated_by_id=by.id, rated_at=at, **vars(risk))
        for position, risk in enumerate(risks)
    ]
    return made


def make_plan(plan: PlanEntry, *, by: Person, at: datetime) -> MonitoringPlan:
    """The plan as it was entered."""
    return MonitoringPlan(planned_by=by, planned_by_id=by.id, planned_at=at, **vars(plan))


def entry_of(row: RiskRow) -> RiskEntry:
    """A risk as it was entered."""
    return RiskEntry(*(getattr(row, part.name) for part in fields(RiskEntry)))


def plan_entry_of(plan: MonitoringPlan) -> PlanEntry:
    """A plan as it was entered."""
    return PlanEntry(*(getattr(plan, part.name) for part in fields(PlanEntry)))


def copy_rating(row: RiskRow, old: RiskRow) -> None:
    """Who rated it and who accepted it, or by when somebody does, is as with another row of the same risk."""
    row.rated_by, row.rated_by_id, row.rated_at = old.rated_by, old.rated_by_id, old.rated_at
    row.accepted_by, row.accepted_by_id, row.accepted_at = old.accepted_by, old.accepted_by_id, old.accepted_at
    row.ask_by(old.accept_by, old.high_since)


def keep_rating(row: RiskRow, old: RiskRow) -> None:
    """Who rated a risk and who accepted it stays where the score and what keeps it in check do, or an accepted score fell.

    The day by which a high risk is accepted stays until it is, however it is rated meanwhile.
    """
    as_before = (row.score, row.control) == (old.score, old.control)
    if as_before or (row.score < old.score and old.accepted_at is not None):
        copy_rating(row, old)
    elif row.level is RiskLevel.HIGH:
        row.ask_by(old.accept_by, old.high_since)
