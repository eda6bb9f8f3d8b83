"""Looking again: at what an account says, at its results, and at each risk (S0, S1 paragraph 3; policy 6.1(4), 6.3(10, 11)).

When each is due is a local setting or a date of the plan; a duty asks for it some working days before.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NoReturn

from app.account_register.models import (
    Account,
    AccountCheck,
    CheckKind,
    MonitoringPlan,
    PlanEntry,
    RiskAssessment,
    RiskEntry,
    RiskLevel,
    RiskRow,
)
from app.account_register.models.assessments import mark_of_risks
from app.account_register.operations.papers import (
    NOTICE,
    check_plan,
    check_risks,
    entry_of,
    keep_rating,
    make_assessment,
    make_plan,
)
from app.account_register.queries.accepting import rows_to_accept
from app.account_register.queries.checks import (
    accounts_without_papers,
    assessment_of,
    check_since,
    looks_before,
    plan_of,
)
from app.core import clock
from app.core.audit import ActorKind, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, demand
from app.core.secrets_guard import REFUSAL, looks_like_secret
from app.core.seen import ChangedBySomebody, is_older, mark_of
from app.core.working_days import months_after
from app.people.models import KEEPERS, Person
from app.policy.queries import ask_from, due_at_once, pack, period

CHECKED = event_kind("account:checked", "looked again at its {what}", neutral="looked again at its {what}")
ASSESSED = event_kind("account:assessed", "assessed its risks", neutral="assessed its risks")
_ACCEPTED_WORDS = "accepted the risk that remains"
ACCEPTED = event_kind("account:risk-accepted", _ACCEPTED_WORDS, neutral=_ACCEPTED_WORDS)
PLANNED = event_kind("account:planned", "wrote its evaluation plan", neutral="wrote its evaluation plan")
PAPERS_ASKED = event_kind(
    "account:papers-asked-for", "asked for its risk assessment and plan", neutral="asked for its risk assessment and plan"
)
PAPERS_BITE = 100
CONTENT_MONTHS = "content_review_months"
PAPERS_MONTHS, ACCEPTANCE = "account_papers_months", "risk_acceptance_working_days"
WHAT = {CheckKind.CONTENT: "content", CheckKind.RESULTS: "results", CheckKind.RISK: "risks"}
NOT_ACCEPTED_BY_YOU = "Only the keepers of the register accept a risk, while there is one who did not rate it."
NOT_YOURS = "Only those who look after this account write that down."
SEE_RISKS = "Open “Risks, plan and results” of the account to see it as it is now."
ASK_OWNER = "Ask the owner of the account or the keeper of the register."


def plan_content_review(account: Account, since: date) -> None:
    """What the account says is read through so many months after a day, and asked for some working days before."""
    account.content_review_due_on = months_after(since, period(CONTENT_MONTHS).value)
    account.content_review_from = ask_from(NOTICE, account.content_review_due_on)


def plan_results(plan: MonitoringPlan, due_on: date | None) -> None:
    """Results are written down by this day; nobody asks for them where there is none."""
    plan.results_due_on = due_on
    plan.results_from = ask_from(NOTICE, due_on) if due_on else None


def plan_risk_review(row: RiskRow, due_on: date | None) -> None:
    """The risk is looked at again by this day; nobody asks for it where there is none."""
    row.review_on = due_on
    row.review_from = ask_from(NOTICE, due_on) if due_on else None


def review_content(account: Account, *, by: Person, at: datetime, words: str, seen: str = "") -> AccountCheck:
    """Write down that somebody read through what an account says, and what they mended.

    `seen` is, here and below, the mark of what the page showed: who wrote it down since is told first (409).
    """
    demand(account.is_looked_after_by(by), NOT_YOURS, what_now=ASK_OWNER)
    _refuse_older_page(seen, *looks_before(account, CheckKind.CONTENT))
    made = _check(account, CheckKind.CONTENT, by=by, at=at, words=words)
    account.content_reviewed_on = clock.local_day(at)
    plan_content_review(account, clock.local_day(at))
    made.next_on = account.content_review_due_on
    return made


def record_results(
    account: Account, plan: MonitoringPlan, *, by: Person, at: datetime, words: str, next_on: date | None, seen: str = ""
) -> AccountCheck:
    """Write down what came of an account, as its plan said, and when to look again; no day where it need not be."""
    demand(account.is_looked_after_by(by) or by.id == plan.responsible_id, NOT_YOURS, what_now=ASK_OWNER)
    _refuse_older_page(seen, *looks_before(account, CheckKind.RESULTS, plan=plan))
    _must_be_later(next_on, at)
    made = _check(account, CheckKind.RESULTS, by=by, at=at, words=words, plan_id=plan.id, next_on=next_on)
    plan_results(plan, next_on)
    return made


def review_risk(
    account: Account, row: RiskRow, *, by: Person, at: datetime, words: str, next_on: date | None = None,
    rated: RiskEntry | None = None, dropped: bool = False,
) -> AccountCheck:  # fmt: skip
    """Write down that somebody looked at a risk again, how they rate it now, and when to look again; or that it is none
    any more. A new assessment takes the place of the one before; left out, it is rated as it was.

    Refuses (409) a second look from a page that was opened before the first.
    """
    demand(account.is_looked_after_by(by) or by.id == row.owner_id, NOT_YOURS, what_now=ASK_OWNER)
    row = as_it_stands(account, row)
    rows = row.assessment.rows
    if dropped:
        next_on = None
        if len(rows) == 1:
            raise InvalidInput("An assessment names at least one risk. Add another one first", field="still")
    elif next_on is None:
        raise InvalidInput("Enter when to look at it again", field="next_on")
    _must_be_later(next_on, at)
    now = replace(rated or entry_of(row), review_on=next_on)
    check_risks([now], at)
    made = _check(
        account, CheckKind.RISK, by=by, at=at, words=words, risk_row_id=row.id, next_on=next_on, dropped=dropped
    )
    risks = [(now if one is row else entry_of(one), one) for one in rows if one is not row or not dropped]
    _replace(account, risks, by=by, at=at)
    return made


def as_it_stands(account: Account, row: RiskRow) -> RiskRow:
    """This risk in the assessment that counts; refuses one at which somebody has looked since, or that was rated anew."""
    found, last = assessment_of(account), check_since(account, row)
    rows = found.rows if found is not None and last is None else []
    now = next((one for one in rows if one.is_same_risk(row)), None)
    if now is not None and now.rated_at == row.rated_at:
        return now
    if now is not None:
        raise AlreadyDone(
            "This risk was rated anew, with a change of the account that was carried out since you opened this page.",
            who=now.rated_by.name, when=now.rated_at, did="rated it", what_now=SEE_RISKS,
        )  # fmt: skip
    raise AlreadyDone(
        "Somebody has looked at this risk since you opened this page.", who=last.done_by.name if last else None,
        when=last.done_at if last else None, did="looked at it",
        what_now=SEE_RISKS,
    )  # fmt: skip


def dates_of_papers(assessment: RiskAssessment | None, plan: MonitoringPlan | None) -> None:
    """From when risks and results are asked for, once papers have become those of an account."""
    for row in assessment.rows if assessment else []:
        plan_risk_review(row, row.review_on or (assessment.review_on if assessment else None))
    if plan is not None:
        plan_results(plan, plan.evaluation_on)


def plan_papers(account: Account, since: date) -> None:
    """By when an account that no proposal led to has a risk assessment and a plan (local setting)."""
    account.papers_due_on = months_after(since, period(PAPERS_MONTHS).value)


def ask_for_missing_papers(at: datetime) -> int:
    """Give accounts a day for the risk assessment or plan that they lack and nobody asked for; gives how many there were.

    They came onto the register before papers were asked for, by an earlier version or under a pack that did not ask.
    """
    accounts = db.session.execute(accounts_without_papers().limit(PAPERS_BITE)).scalars().all()
    for account in accounts:
        plan_papers(account, clock.local_day(at))
        record(PAPERS_ASKED, account.id, by=ActorKind.SYSTEM, at=at)
    return len(accounts)


def take_papers(account: Account, assessment: RiskAssessment | None, plan: MonitoringPlan | None) -> None:
    """Papers become those of an account: its risks and results are asked for from now on."""
    if assessment is not None:
        with db.session.no_autoflush:  # what is new does not belong to the account yet
            before = assessment_of(account)
        _ask_for_acceptance(assessment, before)
    for paper in (assessment, plan):
        if paper is not None:
            paper.account_id = account.id
    dates_of_papers(assessment, plan)
    db.session.flush()
    settle_papers(account)


def settle_papers(account: Account) -> None:
    """Nobody is asked for papers any more once those are there that the policy asks for."""
    switches = pack().switches
    lacks_risks = switches["risk_assessment_before_use"].value and assessment_of(account) is None
    lacks_plan = switches["monitoring_plan_before_use"].value and plan_of(account) is None
    if not lacks_risks and not lacks_plan:
        account.papers_due_on = None


def assess_account(account: Account, risk: RiskEntry, *, by: Person, at: datetime) -> RiskAssessment:
    """Add a risk to the assessment of an account: a new assessment, with the risks of the one before, takes its place."""
    demand(account.is_looked_after_by(by), NOT_YOURS, what_now=ASK_OWNER)
    _must_be_open(account)
    check_risks([risk], at)
    before = assessment_of(account)
    rows = list(before.rows) if before else []
    twin = next((row for row in rows if row.is_same_risk(risk)), None)
    if twin is not None:
        raise AlreadyDone(
            "This risk stands in the assessment already.", who=twin.rated_by.name, when=twin.rated_at, did="rated it",
            what_now="Look at that risk again to change how it is rated.",
        )  # fmt: skip
    return _replace(account, [*((entry_of(row), row) for row in rows), (risk, None)], by=by, at=at)


def accept_risks(account: Account, *, by: Person, at: datetime, seen: str = "") -> None:
    """Accept the high risks of an account that remain, as far as somebody else rated them (domain 3.1; `may_accept`).

    Refuses (409) where there are others now than the page showed, whose mark `seen` is.
    """
    assessment = assessment_of(account)
    others = [] if account.is_closed else rows_to_accept(assessment, by, clock.local_day(at))
    if not others or assessment is None:
        demand(by.holds(*KEEPERS), NOT_ACCEPTED_BY_YOU, what_now="Ask the keeper of the register.")
        _refuse_acceptance(account, assessment)
    elif is_older(seen, mark_of_risks(others)):
        raise AlreadyDone(
            "The risks were assessed anew since you opened the page, so you would accept others than you read.",
            who=assessment.assessed_by.name, when=assessment.assessed_at, did="assessed them",
            what_now="Open “Risks, plan and results” of the account and read the risks before you accept them.",
        )  # fmt: skip
    for row in others:
        row.accept(by, at)
    record(ACCEPTED, account.id, by=by.id, at=at, facts={"risks": len(others)})


def _refuse_acceptance(account: Account, assessment: RiskAssessment | None) -> NoReturn:
    if assessment is None or not assessment.rows_to_accept or account.is_closed:
        accepted = [row for row in assessment.rows if row.accepted_at] if assessment else []
        last = max(accepted, key=_accepted_at, default=None)
        raise AlreadyDone(
            "There is no risk to accept here now.", who=last.accepted_by.name if last and last.accepted_by else None,
            when=last.accepted_at if last else None, did="accepted it",
        )  # fmt: skip
    raise NotAllowed(
        "You cannot accept a risk that you rated yourself.",
        what_now="Ask another keeper of the register. While there is none, the owner of the account accepts it, or the "
        "owner’s line manager.",
    )


def _accepted_at(row: RiskRow) -> datetime:
    return row.accepted_at or row.rated_at


def _replace(
    account: Account, risks: Sequence[tuple[RiskEntry, RiskRow | None]], *, by: Person, at: datetime
) -> RiskAssessment:
    """A new assessment, each risk with the row that it had before, whose rating stays where it is the same (`keep_rating`).
    """
    made = make_assessment([entry for entry, _ in risks], by=by, at=at)
    for row, (_, old) in zip(made.rows, risks, strict=True):
        if old is not None:
            keep_rating(row, old)
    db.session.add(made)
    take_papers(account, made, None)
    record(ASSESSED, account.id, by=by.id, at=at, facts={"risks": len(made.rows)})
    return made


def _ask_for_acceptance(made: RiskAssessment, before: RiskAssessment | None) -> None:
    """Each high risk that nobody has accepted is accepted within some working days (a local setting)."""
    for row in before.rows if before else []:
        row.ask_nobody()
    for row in made.rows:
        if row.level is RiskLevel.HIGH and row.accepted_at is None and row.accept_by is None:
            since = clock.local_day(row.rated_at)
            row.ask_by(due_at_once(ACCEPTANCE, since), since)


def plan_account(
    account: Account, plan: PlanEntry, *, by: Person, at: datetime, seen: str = ""
) -> MonitoringPlan:
    """Write the monitoring and evaluation plan of an account; it takes the place of the one before."""
    demand(account.is_looked_after_by(by), NOT_YOURS, what_now=ASK_OWNER)
    _must_be_open(account)
    before = plan_of(account)
    if before is not None and is_older(seen, mark_of(before.id)):
        raise ChangedBySomebody(
            mark_of(before.id), who=before.planned_by.name, when=before.planned_at, did="wrote its plan",
            says={"What it should achieve": before.objectives, "How that is measured": before.measures},
        )  # fmt: skip
    check_plan(plan, at)
    made = make_plan(plan, by=by, at=at)
    made.account_id = account.id
    db.session.add(made)
    take_papers(account, None, made)
    record(PLANNED, account.id, by=by.id, at=at)
    return made


def _refuse_older_page(seen: str, mark: str, last: AccountCheck | None) -> None:
    if last is not None and is_older(seen, mark):
        raise ChangedBySomebody(
            mark, who=last.done_by.name, when=last.done_at, did="wrote this down already",
            says={"What they found": last.words},
        )  # fmt: skip


def _must_be_open(account: Account) -> None:
    if account.is_closed:
        raise AlreadyDone("This account is closed, so there is nothing to look at any more.")


def _check(account: Account, kind: CheckKind, *, by: Person, at: datetime, words: str, **more: object) -> AccountCheck:
    _must_be_open(account)
    if not words:
        raise InvalidInput("Enter what you found", field="words")
    if looks_like_secret(words):
        raise InvalidInput(REFUSAL, field="words")
    made = AccountCheck(account_id=account.id, kind=kind, done_at=at, done_by_id=by.id, words=words, **more)
    db.session.add(made)
    record(CHECKED, account.id, by=by.id, at=at, facts={"what": WHAT[kind]})
    return made


def _must_be_later(next_on: date | None, at: datetime) -> None:
    if next_on is None:
        return
    if next_on <= clock.local_day(at):
        raise InvalidInput("The next date must be after today", field="next_on")
