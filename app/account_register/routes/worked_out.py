"""How the dates of the register were worked out, each from what the register keeps, as its pages show it."""

from datetime import date

from app.account_register.models import (
    AccessGrant,
    Account,
    AccountCheck,
    CheckKind,
    HorizonItem,
    KeeperNotice,
    LookAlike,
    LookAlikeStatus,
    MonitoringPlan,
    RiskAssessment,
    RiskRow,
)
from app.account_register.operations import checks, watch
from app.account_register.operations.approving import TO_ACKNOWLEDGE, acknowledge_by
from app.account_register.operations.notices import NOTING_PERIODS
from app.account_register.operations.papers import RISK_REVIEW
from app.account_register.queries.agreements import agreements_to
from app.account_register.queries.worked_out import REGISTERED
from app.core.clock import local_day
from app.core.presentation import count_words, uk_weekday_date
from app.core.worked_out import WorkedOut
from app.core.working_days import HolidayDataEnds
from app.policy.explaining import chosen, counted_from, months_from
from app.policy.pack import LOCAL_SETTING
from app.policy.queries import due_within, period


def acknowledgement_worked_out(grant: AccessGrant) -> WorkedOut | None:
    """How the day came about by which a holder agrees to the policy, or the access lapses."""
    due = grant.acknowledge_by
    if due is None:
        return None
    try:
        found = _acknowledgement_counted(grant, due)
    except HolidayDataEnds:
        found = None
    if found is not None:
        return found
    days = count_words(period(TO_ACKNOWLEDGE).value, "working day")
    said = f"{days[0].upper()}{days[1:]} were counted from the day on which it was given ({LOCAL_SETTING})."
    return WorkedOut((said,), (), f"So it is {uk_weekday_date(due)}.")


def _acknowledgement_counted(grant: AccessGrant, due: date) -> WorkedOut | None:
    if due == due_within(TO_ACKNOWLEDGE, grant.starts_on):
        return counted_from(TO_ACKNOWLEDGE, grant.starts_on, due, since="The access begins")
    for one in agreements_to(grant):
        if one.until is not None and due == acknowledge_by(local_day(one.until), grant.starts_on):
            since = "It was taken back as a mistake that you had agreed to the policy"
            return counted_from(TO_ACKNOWLEDGE, local_day(one.until), due, since=since)
    return None


def content_worked_out(account: Account) -> WorkedOut | None:
    """How the day came about by which somebody reads through what an account says."""
    last, due = account.content_reviewed_on, account.content_review_due_on
    if due is None:
        return None
    since = "Somebody last read it through" if last else REGISTERED
    return months_from(checks.CONTENT_MONTHS, last or local_day(account.registered_at), due, since=since)


def papers_worked_out(account: Account) -> WorkedOut | None:
    """How the day came about by which an account has a risk assessment and a plan."""
    due = account.papers_due_on
    if due is None:
        return None
    return months_from(checks.PAPERS_MONTHS, local_day(account.registered_at), due, since=REGISTERED)


def results_worked_out(plan: MonitoringPlan, done: list[AccountCheck]) -> WorkedOut | None:
    """Who chose the day by which the results are written down: the last who wrote some, else who wrote the plan."""
    due = plan.results_due_on
    if due is None:
        return None
    last = next((check for check in done if check.plan_id == plan.id), None)
    if last is not None and last.next_on == due:
        return chosen(due, by=last.done_by.name, at=last.done_at, when="last wrote down results")
    # One that came with a change counts from when that was carried out, and was written before.
    at = None if plan.proposal_id else plan.planned_at
    return chosen(due, by=plan.planned_by.name, at=at, when="wrote the plan")


def assessment_worked_out(assessment: RiskAssessment) -> WorkedOut:
    """How the day came about on which the risks of a proposal are looked at again."""
    return months_from(RISK_REVIEW, local_day(assessment.assessed_at), assessment.review_on, since="They were assessed")


def risk_worked_out(row: RiskRow, done: list[AccountCheck]) -> WorkedOut | None:
    """How the day came about on which a risk is looked at again."""
    due = row.review_on
    if due is None:
        return None
    last = next((check for check in done if check.kind is CheckKind.RISK and check.next_on == due), None)
    if last is not None:
        return chosen(due, by=last.done_by.name, at=last.done_at, when="last looked at it")
    return months_from(RISK_REVIEW, local_day(row.rated_at), due, since="It was assessed")


def acceptance_worked_out(assessment: RiskAssessment) -> WorkedOut | None:
    """How the day came about by which somebody accepts a high risk; of several, the first."""
    row = min(assessment.rows_to_accept, key=lambda one: (one.accept_by, one.rated_at), default=None)
    if row is None or row.accept_by is None or row.high_since is None:
        return None
    return counted_from(checks.ACCEPTANCE, row.high_since, row.accept_by, since="It was rated as high")


def look_alike_worked_out(found: LookAlike) -> WorkedOut | None:
    """How the day came about by which somebody sees to an account that looks like ours."""
    if found.status is LookAlikeStatus.CLOSED:
        return None
    told = local_day(found.recorded_at)
    if found.status is LookAlikeStatus.FOUND or found.reported_on is None:
        return counted_from(watch.TO_REPORT, told, found.due_on, since="It was told of")
    return counted_from(
        watch.TO_FOLLOW_UP, found.reported_on, found.due_on, since="It was reported to the platform"
    )


def horizon_worked_out(item: HorizonItem) -> WorkedOut | None:
    """Who chose the day on which something new is looked at next."""
    due = item.next_look_on
    if due is None:
        return None
    if item.looks:
        last = item.looks[0]
        return chosen(due, by=last.looked_by.name, at=last.looked_at, when="last looked at it")
    return chosen(due, by=item.recorded_by.name, at=item.recorded_at, when="put it on the list")


def notice_worked_out(notice: KeeperNotice) -> WorkedOut | None:
    """How the day came about by which a keeper notes something."""
    return counted_from(NOTING_PERIODS[notice.kind], local_day(notice.sent_at), notice.due_on, since="You were told")
