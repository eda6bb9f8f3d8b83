"""What happens to a supported proposal: advice, risk assessment and plan, approval, and the register (domain 3.2)."""

from collections.abc import Sequence
from datetime import datetime

from app.account_register.models import (
    Account,
    AccountProposal,
    AccountStatus,
    Advice,
    PlanEntry,
    ProposalKind,
    ProposalStatus,
    RemarkKind,
    RiskEntry,
    RiskLevel,
)
from app.account_register.operations import messages
from app.account_register.operations.accounts import AccountDetails, change_status, register_account
from app.account_register.operations.papers import (
    check_plan,
    check_risks,
    make_assessment,
    make_plan,
)
from app.account_register.operations.proposals import go_to, must_stand_at, say, tell_keepers, tell_proposer
from app.account_register.operations.registering import check_can_go_live, check_is_what_was_approved
from app.account_register.operations.taking_over import take_over_papers
from app.account_register.operations.telling import tell_owner_of_proposal
from app.account_register.operations.watch import settle_proposed
from app.core import clock
from app.core.audit import event_kind, record
from app.core.drafts import discard_draft, find_draft
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import notify
from app.core.presentation import uk_date
from app.core.working_days import last_live_day
from app.people.models import KEEPERS, Person
from app.policy.queries import period

ADVISED = event_kind("proposal:advised", "advised: {advice}", neutral="advised")
ASSESSED = event_kind(
    "proposal:assessed", "sent the risk assessment and the plan", neutral="sent the risk assessment and the plan"
)
ACCEPTED = event_kind("proposal:risk-accepted", "accepted the risk that remains", neutral="accepted the risk that remains")
APPROVED = event_kind("proposal:approved", "approved it; to be used by {lapses_on}", neutral="approved it")
SENT_BACK = event_kind("proposal:sent-back", "sent it back for changes", neutral="sent it back for changes")
REFUSED = event_kind("proposal:refused", "refused it", neutral="refused it")
CARRIED_OUT = event_kind("proposal:carried-out", "carried it out", neutral="carried it out")

LAPSES = "proposal_approval_lapses_months"
NOT_THE_APPROVER = "Only those who approve such proposals can decide this one."
NOT_THE_ASSESSOR = "Only who is to answer for the account, or sees the change through, writes its risk assessment and plan."
NOT_A_KEEPER = "Only the keepers of the register carry out what was approved."


def assessment_draft(proposal: AccountProposal) -> str:
    """The kind of draft in which the owner writes the risk assessment and the plan."""
    return f"proposal_assess:{proposal.reference}"


def advise_on_proposal(
    proposal: AccountProposal, *, by: Person, at: datetime, advice: Advice | None, words: str
) -> None:
    """Give the advice of the Strategic Communications Adviser (policy 6.3). Then the risks are assessed."""
    demand(proposal.is_adviser(by), "Only the keepers of the register advise on proposals, and never on their own.")
    must_stand_at(proposal, ProposalStatus.WITH_SCA)
    onward = ProposalStatus.ASSESSING if proposal.is_assessed else ProposalStatus.APPROVAL
    if advice is None:
        raise InvalidInput("Select what you advise", field="advice")
    if not words:
        raise InvalidInput("Enter your advice", field="words")
    go_to(proposal, onward, at=at)
    say(proposal, RemarkKind.ADVICE, words, by=by, at=at, advice=advice)
    record(ADVISED, proposal.id, by=by.id, at=at, facts={"advice": advice})
    tell_proposer(proposal, at=at)
    if onward is ProposalStatus.ASSESSING:
        notify(proposal.owner_id, messages.PROPOSAL_TO_ASSESS, proposal.id, at=at)
    else:
        _tell_approvers(proposal, at=at)


def submit_assessment(
    proposal: AccountProposal, risks: Sequence[RiskEntry], plan: PlanEntry | None, *, by: Person, at: datetime
) -> None:
    """Send the risk assessment and the monitoring and evaluation plan for approval (policy 6.1, 6.3)."""
    demand(proposal.is_assessor(by), NOT_THE_ASSESSOR)
    must_stand_at(proposal, ProposalStatus.ASSESSING)
    _check_assessment(proposal, risks, plan, at)
    if risks:
        proposal.assessments.append(make_assessment(risks, by=by, at=at))
    if plan is not None:
        proposal.plans.append(make_plan(plan, by=by, at=at))
    go_to(proposal, ProposalStatus.APPROVAL, at=at)
    draft = find_draft(by.id, assessment_draft(proposal))
    if draft is not None:
        discard_draft(draft)
    record(ASSESSED, proposal.id, by=by.id, at=at, facts={"risks": len(risks)})
    _tell_approvers(proposal, at=at)


def _check_assessment(
    proposal: AccountProposal, risks: Sequence[RiskEntry], plan: PlanEntry | None, at: datetime
) -> None:
    if proposal.needs_risks and not risks:
        raise InvalidInput("Add at least one risk", field="risks")
    if proposal.needs_plan and plan is None:
        raise InvalidInput("Write the monitoring and evaluation plan", field="plan")
    check_risks(risks, at)
    if plan is not None:
        check_plan(plan, at)


def accept_risk(proposal: AccountProposal, *, by: Person, at: datetime) -> None:
    """Accept the high risk that remains: somebody who keeps the register or approves, and did not assess or propose it."""
    assessment = proposal.assessment
    demand(
        by.holds(*KEEPERS) or proposal.is_approver(by), "Only the keepers of the register or the approver accept a risk."
    )
    demand(
        proposal.proposer_id != by.id, "You cannot accept the risk of what you proposed yourself.",
        what_now="Ask another keeper of the register.",
    )  # fmt: skip
    demand(
        assessment is None or assessment.assessed_by_id != by.id, "You cannot accept a risk that you assessed yourself.",
        what_now="Ask another keeper of the register.",
    )  # fmt: skip
    if assessment is None or not proposal.risk_can_be_accepted_by(by):
        accepted_by = assessment.accepted_by if assessment else None
        raise AlreadyDone(
            "There is no risk to accept here now.", who=accepted_by.name if accepted_by else None,
            when=assessment.accepted_at if assessment else None,
        )  # fmt: skip
    assessment.accepted_by, assessment.accepted_by_id, assessment.accepted_at = by, by.id, at
    for row in assessment.rows:
        if row.level is RiskLevel.HIGH:
            row.accept(by, at)
    say(proposal, RemarkKind.RISK_ACCEPTED, "", by=by, at=at)
    record(ACCEPTED, proposal.id, by=by.id, at=at, facts={"assessment": assessment.id})


def approve_proposal(proposal: AccountProposal, *, by: Person, at: datetime, conditions: str = "") -> None:
    """Approve a proposal, with conditions if need be. The approval lapses if it is not used (local setting)."""
    _must_be_approver(proposal, by)
    if proposal.has_unaccepted_risk:
        raise InvalidInput(
            "A high risk remains. Somebody other than who assessed it must accept it before you approve", field="decision"
        )
    go_to(proposal, ProposalStatus.APPROVED, at=at)
    proposal.decided_by_id, proposal.decided_at = by.id, at
    proposal.lapses_on = last_live_day(clock.local_day(at), period(LAPSES).value)
    say(proposal, RemarkKind.APPROVED, conditions, by=by, at=at)
    record(APPROVED, proposal.id, by=by.id, at=at, facts={"lapses_on": proposal.lapses_on})
    tell_proposer(proposal, at=at)
    told = tell_keepers(proposal, messages.PROPOSAL_TO_USE, by=by, at=at) | {proposal.proposer_id}
    tell_owner_of_proposal(proposal, proposal.account, told=told, by=by, at=at, number=len(proposal.remarks))


def send_proposal_back(proposal: AccountProposal, *, by: Person, at: datetime, changes: str) -> None:
    """Send a proposal back to who is to answer for the account, to change the risk assessment or the plan."""
    _must_be_approver(proposal, by)
    if not proposal.is_assessed:
        raise InvalidInput("A closure has no risk assessment to change. Approve it or refuse it", field="decision")
    if not changes:
        raise InvalidInput("Enter what should change", field="changes")
    go_to(proposal, ProposalStatus.ASSESSING, at=at)
    say(proposal, RemarkKind.SENT_BACK, changes, by=by, at=at)
    record(SENT_BACK, proposal.id, by=by.id, at=at)
    notify(proposal.owner_id, messages.PROPOSAL_TO_ASSESS, proposal.id, at=at, number=len(proposal.remarks))


def refuse_proposal(proposal: AccountProposal, *, by: Person, at: datetime, reasons: str) -> None:
    """Refuse a proposal, with reasons the proposer reads. It ends there."""
    _must_be_approver(proposal, by)
    if not reasons:
        raise InvalidInput("Enter why you refuse this", field="reasons")
    go_to(proposal, ProposalStatus.REFUSED, at=at)
    proposal.decided_by_id, proposal.decided_at = by.id, at
    say(proposal, RemarkKind.REFUSED, reasons, by=by, at=at)
    record(REFUSED, proposal.id, by=by.id, at=at)
    tell_proposer(proposal, at=at)


def register_proposed_account(
    proposal: AccountProposal, details: AccountDetails, *, by: Person, at: datetime
) -> Account:
    """Put the approved account on the register, with what the proposal says and what was missing in it.

    Refuses another account than was approved, and one that lacks what it needs to go live. If it was found in use before,
    that is settled with it.
    """
    _must_carry_out(proposal, by, at)
    if not proposal.kind.makes_an_account:
        raise InvalidInput("This proposal changes an account that is on the register already")
    check_is_what_was_approved(proposal, details, at)
    check_can_go_live(details)
    account = register_account(details, by=by, at=at)
    proposal.account, proposal.account_id = account, account.id
    settle_proposed(proposal, account, by=by, at=at)
    _finish(proposal, account, by=by, at=at)
    return account


def carry_out_proposal(proposal: AccountProposal, *, by: Person, at: datetime) -> None:
    """Record that an approved change was made. An approved closure begins: nobody new gets access (domain 3.2)."""
    _must_carry_out(proposal, by, at)
    account = proposal.account
    if account is None:
        raise InvalidInput("Put the account on the register from this proposal")
    if proposal.kind is ProposalKind.CLOSURE and account.status not in (AccountStatus.CLOSING, AccountStatus.CLOSED):
        change_status(
            account, AccountStatus.CLOSING, by=by, at=at, reason=f"Closure approved: proposal {proposal.reference}"
        )
    _finish(proposal, account, by=by, at=at)


def _finish(proposal: AccountProposal, account: Account, *, by: Person, at: datetime) -> None:
    """From now on the account has the last risk assessment and plan too."""
    go_to(proposal, ProposalStatus.REGISTERED, at=at)
    proposal.ended_by, proposal.ended_by_id, proposal.ended_at = by, by.id, at
    take_over_papers(account, proposal, at=at)
    record(CARRIED_OUT, proposal.id, by=by.id, at=at, facts={"account": account.id})
    told, number = {proposal.proposer_id, proposal.owner_id}, len(proposal.remarks) + 1
    for person_id in told - {by.id}:
        notify(person_id, messages.PROPOSAL_MOVED, proposal.id, at=at, number=number)
    tell_owner_of_proposal(proposal, account, told=told, by=by, at=at, number=number)


def _tell_approvers(proposal: AccountProposal, *, at: datetime) -> None:
    for person_id in proposal.meant_by(proposal.kind.approval_chain):
        notify(person_id, messages.PROPOSAL_TO_APPROVE, proposal.id, at=at, number=len(proposal.remarks))


def _must_be_approver(proposal: AccountProposal, by: Person) -> None:
    demand(proposal.is_approver(by), NOT_THE_APPROVER, what_now="The page of the proposal says who that is.")
    must_stand_at(proposal, ProposalStatus.APPROVAL)


def _must_carry_out(proposal: AccountProposal, by: Person, at: datetime) -> None:
    demand(by.holds(*KEEPERS), NOT_A_KEEPER)
    must_stand_at(proposal, ProposalStatus.APPROVED)
    if proposal.has_lapsed_on(clock.local_day(at)):
        raise AlreadyDone(
            f"The approval lapsed on {uk_date(proposal.lapses_on)}, because nobody used it.",
            who=proposal.decided_by.name if proposal.decided_by else None, when=proposal.decided_at,
            what_now="Ask the proposer to propose it again.",
        )  # fmt: skip
