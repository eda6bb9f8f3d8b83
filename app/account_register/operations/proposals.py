"""Proposing that an account be opened, changed or closed, and what the line manager says to it (policy 6.1, 6.3)."""

import uuid
from collections.abc import Collection
from dataclasses import fields
from datetime import datetime

from app.account_register.models import (
    Account,
    AccountProposal,
    Advice,
    ProposalAnswers,
    ProposalKind,
    ProposalRemark,
    ProposalStatus,
    RemarkKind,
)
from app.account_register.models.proposals import SUPPORT_CHAIN, WAITING_STATUSES
from app.account_register.naming import OTHER
from app.account_register.operations import messages
from app.account_register.operations.telling import tell_owner_of_proposal
from app.account_register.queries.notices import keepers_on
from app.account_register.queries.proposals import is_used
from app.account_register.queries.same import registered_already
from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db, new_id
from app.core.drafts import discard_draft, find_draft
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import MessageKind, notify
from app.core.references import new_reference
from app.core.secrets_guard import REFUSAL, looks_like_secret
from app.core.seen import ChangedBySomebody, is_older
from app.people.models import Person
from app.policy.queries import due_after_receipt, pack

MADE = event_kind("proposal:made", "proposed it", neutral="proposed it")
SUPPORTED = event_kind("proposal:supported", "supported it", neutral="supported it")
RETURNED = event_kind("proposal:returned", "asked a question", neutral="asked a question")
ANSWERED = event_kind("proposal:answered", "answered the question", neutral="answered the question")
DECLINED = event_kind("proposal:declined", "declined it", neutral="declined it")
WITHDRAWN = event_kind("proposal:withdrawn", "withdrew it", neutral="withdrew it")

DRAFT = "account_proposal"
SUPPORT = "proposal_manager_decision_working_days"
PERIODS = {
    ProposalStatus.PROPOSED: SUPPORT,
    ProposalStatus.RETURNED: "proposal_answer_working_days",
    ProposalStatus.WITH_SCA: "proposal_register_keeper_advice_working_days",
    ProposalStatus.ASSESSING: "proposal_assessment_working_days",
    ProposalStatus.APPROVAL: "proposal_approval_working_days",
}
ASK_MANAGER = "Ask the proposer’s line manager."


def change_draft(proposal: AccountProposal) -> str:
    """The kind of draft in which a returned proposal is changed."""
    return f"proposal_change:{proposal.reference}"


def proposal_sent_from(draft_id: uuid.UUID, by: Person) -> AccountProposal | None:
    """The proposal that was made of a draft already, for a second click on its button; a proposal keeps its draft's id."""
    made = db.session.get(AccountProposal, draft_id)
    return made if made is not None and made.proposer_id == by.id else None


def submit_proposal(answers: ProposalAnswers, *, by: Person, at: datetime) -> AccountProposal:
    """Send a proposal to whoever supports it; the keepers of the register are told in the same act (policy 6.1).

    Its draft gives it its id, and is thrown away. Refuses one that nobody could support.
    """
    _check(answers, at)
    draft = find_draft(by.id, DRAFT)
    made = AccountProposal(
        id=draft.id if draft is not None else new_id(), reference=new_reference(), proposer=by,
        proposer_id=by.id, submitted_at=at, due_on=due_after_receipt(SUPPORT, at), **_columns(answers),
    )  # fmt: skip
    supporters = made.meant_by(SUPPORT_CHAIN)
    if not supporters:
        raise InvalidInput("Nobody is recorded who could support this. Ask HR to record your manager, then send it again")
    db.session.add(made)
    if draft is not None:
        discard_draft(draft)
    record(MADE, made.id, by=by.id, at=at, facts={"kind": made.kind})
    told = set(supporters)
    for supporter in supporters:
        notify(supporter, messages.PROPOSAL_TO_SUPPORT, made.id, at=at)
    if pack().switches["proposals_tell_register_keeper"].value:
        told |= tell_keepers(made, messages.PROPOSED, by=by, at=at)
    _tell_owner(made, told, by=by, at=at)
    return made


def _tell_owner(made: AccountProposal, told: Collection[uuid.UUID], *, by: Person, at: datetime) -> None:
    """Tell who answers for the account that the proposal names since now."""
    account = db.session.get(Account, made.account_id) if made.account_id else None
    tell_owner_of_proposal(made, account, told=told, by=by, at=at, number=len(made.remarks))


def _columns(answers: ProposalAnswers) -> dict[str, object]:
    return {part.name: getattr(answers, part.name) for part in fields(answers)}


def _check(answers: ProposalAnswers, at: datetime) -> None:
    for name in ("name", "handle", "url", "change", "purpose", "target_group", "benefit", "cost"):
        if looks_like_secret(getattr(answers, name) or ""):
            raise InvalidInput(REFUSAL, field=name)
    if not answers.purpose:
        raise InvalidInput("Enter why you propose this", field="purpose")
    if pack().switches["target_group_required"].value and not answers.target_group:
        cited = pack().cite(pack().switches["target_group_required"].sources)
        raise InvalidInput(f"Enter whom it is meant to reach ({cited})", field="target_group")
    if answers.kind.makes_an_account:
        _check_new(answers)
    else:
        _check_change(answers)
    owner = db.session.get(Person, answers.owner_id)
    if owner is None or owner.has_left_on(clock.local_day(at)):
        raise InvalidInput("The owner has left. Enter somebody who works here", field="owner")


def _check_new(answers: ProposalAnswers) -> None:
    if not answers.name or not answers.platform:
        raise InvalidInput("Enter the name of the account and its platform", field="name")
    if answers.kind is ProposalKind.NEW_ACCOUNT and not is_used(answers.platform):
        raise InvalidInput(
            f"We have no account on {answers.platform.removeprefix(OTHER)} yet. Change what you propose to “A platform we "
            "are not on yet”", field="platform",
        )  # fmt: skip
    other = registered_already(answers.platform, answers.handle, answers.url, name=answers.name)
    if other is not None:
        raise InvalidInput(
            f"This {other.what} on {answers.platform} is on the register already, as {other.name}. Propose a change of it "
            "instead", field=other.field,
        )  # fmt: skip


def _check_change(answers: ProposalAnswers) -> None:
    account = db.session.get(Account, answers.account_id) if answers.account_id else None
    if account is None or account.is_closed:
        raise InvalidInput("This account is closed. Enter another", field="account")
    if not answers.change:
        raise InvalidInput("Enter what should change", field="change")


def support_proposal(proposal: AccountProposal, *, by: Person, at: datetime, words: str = "") -> None:
    """Support what somebody in one's team proposes; it goes on to the Strategic Communications Adviser."""
    _must_be_supporter(proposal, by)
    proposal.supported_by_id = by.id
    go_to(proposal, ProposalStatus.WITH_SCA, at=at)
    say(proposal, RemarkKind.SUPPORTED, words, by=by, at=at)
    record(SUPPORTED, proposal.id, by=by.id, at=at)
    tell_keepers(proposal, messages.PROPOSAL_TO_ADVISE, by=by, at=at)
    tell_proposer(proposal, at=at)


def return_proposal(proposal: AccountProposal, *, by: Person, at: datetime, question: str) -> None:
    """Ask the proposer a question first; they answer it, and may change the proposal."""
    _must_be_supporter(proposal, by)
    if not question:
        raise InvalidInput("Enter what you want to know", field="question")
    go_to(proposal, ProposalStatus.RETURNED, at=at)
    say(proposal, RemarkKind.QUESTION, question, by=by, at=at)
    record(RETURNED, proposal.id, by=by.id, at=at)
    notify(proposal.proposer_id, messages.PROPOSAL_QUESTION, proposal.id, at=at, number=len(proposal.remarks))


def answer_proposal(
    proposal: AccountProposal, *, by: Person, at: datetime, answer: str, changed: ProposalAnswers | None = None
) -> None:
    """Answer the question, with the proposal as it is or as it is `changed`; whoever supports it has their time anew."""
    demand(proposal.proposer_id == by.id, "Only who made the proposal can answer.")
    must_stand_at(proposal, ProposalStatus.RETURNED)
    if not answer:
        raise InvalidInput("Enter your answer", field="answer")
    was_about = proposal.account_id
    if changed is not None:
        _check(changed, at)
        for name, value in _columns(changed).items():
            setattr(proposal, name, value)
    _discard(by, change_draft(proposal))
    go_to(proposal, ProposalStatus.PROPOSED, at=at)
    say(proposal, RemarkKind.ANSWER, answer, by=by, at=at)
    record(ANSWERED, proposal.id, by=by.id, at=at)
    supporters = proposal.meant_by(SUPPORT_CHAIN)
    for supporter in supporters:
        notify(supporter, messages.PROPOSAL_TO_SUPPORT, proposal.id, at=at, number=len(proposal.remarks))
    if proposal.account_id != was_about:
        _tell_owner(proposal, supporters, by=by, at=at)


def decline_proposal(proposal: AccountProposal, *, by: Person, at: datetime, reasons: str) -> None:
    """Decline a proposal, with reasons the proposer reads. It ends there."""
    _must_be_supporter(proposal, by)
    if not reasons:
        raise InvalidInput("Enter why you decline this", field="reasons")
    go_to(proposal, ProposalStatus.DECLINED, at=at)
    proposal.decided_by_id, proposal.decided_at = by.id, at
    say(proposal, RemarkKind.DECLINED, reasons, by=by, at=at)
    record(DECLINED, proposal.id, by=by.id, at=at)
    tell_proposer(proposal, at=at)


def withdraw_proposal(proposal: AccountProposal, *, by: Person, at: datetime) -> None:
    """Take a proposal back, at any time before it is carried out."""
    demand(proposal.is_withdrawer(by), "Only who made the proposal can withdraw it.")
    must_stand_at(proposal, *WAITING_STATUSES)
    go_to(proposal, ProposalStatus.WITHDRAWN, at=at)
    proposal.ended_by_id, proposal.ended_at = by.id, at
    record(WITHDRAWN, proposal.id, by=by.id, at=at)


# ---- what every step shares ----


def go_to(proposal: AccountProposal, status: ProposalStatus, *, at: datetime) -> None:
    """The next step, with the day by which it is done, where it has one."""
    proposal.move_to(status)
    proposal.due_on = due_after_receipt(PERIODS[status], at) if status in PERIODS else None


def say(
    proposal: AccountProposal, kind: RemarkKind, words: str, *, by: Person, at: datetime, advice: Advice | None = None
) -> None:
    """Keep what somebody said in an act."""
    position = len(proposal.remarks)
    proposal.remarks.append(
        ProposalRemark(
            position=position, kind=kind, words=words, advice=advice, said_by=by, said_by_id=by.id, said_at=at
        )
    )


def tell_keepers(proposal: AccountProposal, kind: MessageKind, *, by: Person, at: datetime) -> set[uuid.UUID]:
    """Tell the keepers of the register, but for the one who acts; gives who was told."""
    told = {keeper.id for keeper in keepers_on(clock.local_day(at)) if keeper.id != by.id}
    for keeper_id in told:
        notify(keeper_id, kind, proposal.id, at=at)
    return told


def tell_proposer(proposal: AccountProposal, *, at: datetime) -> None:
    """Tell the proposer that it went on."""
    notify(proposal.proposer_id, messages.PROPOSAL_MOVED, proposal.id, at=at, number=len(proposal.remarks))


def must_stand_at(proposal: AccountProposal, *statuses: ProposalStatus) -> None:
    """Refuse a rightful actor who comes late, with who was faster and when."""
    if proposal.ended_by_itself:
        raise AlreadyDone(
            f"{proposal.ended_by_itself}, so nobody need deal with this proposal any more.", what_now="You need do nothing."
        )
    if proposal.status in statuses:
        return
    last = proposal.remarks[-1] if proposal.remarks else None
    ended = proposal.ended_by if proposal.ended_at else last.said_by if last else None
    raise AlreadyDone(
        "This proposal has gone on in the meantime, so this cannot be done any more.",
        who=ended.name if ended else None,
        when=proposal.ended_at or (last.said_at if last else None),
        did="dealt with it last",
        what_now="Open the proposal to see how it stands.",
    )


def refuse_older_page(proposal: AccountProposal, seen: str) -> None:
    """Refuse (409) who would decide on something else than their page showed: it was answered or assessed anew since."""
    if not is_older(seen, proposal.mark):
        return
    done = [(remark.said_at, remark.said_by.name) for remark in proposal.remarks]
    done += [(one.assessed_at, one.assessed_by.name) for one in proposal.assessments]
    done += [(one.planned_at, one.planned_by.name) for one in proposal.plans]
    when, who = max(done, default=(None, "Somebody"))
    raise ChangedBySomebody(proposal.mark, who=who, when=when, did="dealt with this proposal")


def _must_be_supporter(proposal: AccountProposal, by: Person) -> None:
    demand(
        proposal.is_meant_by(SUPPORT_CHAIN, by), "Only the line manager of who proposed this can answer it.",
        what_now=ASK_MANAGER,
    )  # fmt: skip
    must_stand_at(proposal, ProposalStatus.PROPOSED)


def _discard(by: Person, kind: str) -> None:
    draft = find_draft(by.id, kind)
    if draft is not None:
        discard_draft(draft)
