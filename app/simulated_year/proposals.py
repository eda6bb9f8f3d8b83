"""Proposals in the simulated year: how they begin, and what each of the people on their way does."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.account_register.models import (
    Account,
    AccountProposal,
    AccountStatus,
    Advice,
    Frequency,
    LoginMode,
    PlanEntry,
    ProposalAnswers,
    ProposalKind,
    Recovery,
    RiskEntry,
    TwoStep,
)
from app.account_register.operations import (
    AccountDetails,
    accept_risk,
    advise_on_proposal,
    answer_proposal,
    approve_proposal,
    carry_out_proposal,
    decline_proposal,
    refuse_proposal,
    register_proposed_account,
    return_proposal,
    send_proposal_back,
    submit_assessment,
    submit_proposal,
    support_proposal,
)
from app.account_register.operations.managers import record_manager
from app.account_register.queries import proposal_by_reference
from app.core import clock
from app.core.db import db
from app.demo.timeline import act_at
from app.people.models import Person
from app.simulated_year.doing import MOST, NEARLY_ALL, Act, Doing, one_of, some_manager


def propose(proposer: Person, chance: random.Random, at: datetime) -> None:
    """Something new, or a change of an account that there is."""
    kind = chance.choice([one for one in ProposalKind if one is not ProposalKind.CLOSURE])
    live = sa.select(Account).where(Account.status == AccountStatus.LIVE).order_by(Account.platform, Account.name)
    on_register = list(db.session.execute(live).scalars())
    account = None if kind.makes_an_account else one_of(on_register, chance)
    new_on = on_register[0].platform if kind is ProposalKind.NEW_ACCOUNT else "Threads"
    answers = ProposalAnswers(
        kind=kind, account_id=account.id if account else None, name=account.name if account else f"Idea {at:%d %B}",
        platform=account.platform if account else new_on, handle=None if account else f"idea{at:%y%m%d}", url=None,
        change="Answers at weekends" if account else "", purpose="Residents ask there.", target_group="Residents",
        benefit="They get an answer.", cost="An hour a week", owner_id=proposer.line_manager_id or proposer.id,
    )  # fmt: skip
    with act_at(at):
        submit_proposal(answers, by=proposer, at=at)


def _support(doing: Doing) -> None:
    dice = doing.chance.random()
    with act_at(doing.at):
        found = _proposal(doing.key)
        if dice < MOST:
            support_proposal(found, by=doing.by, at=doing.at)
        elif dice < NEARLY_ALL:
            return_proposal(found, by=doing.by, at=doing.at, question="Who answers at night?")
        else:
            decline_proposal(found, by=doing.by, at=doing.at, reasons="Not this year.")


def _answer(doing: Doing) -> None:
    with act_at(doing.at):
        answer_proposal(_proposal(doing.key), by=doing.by, at=doing.at, answer="We thought of that.")


def _advise(doing: Doing) -> None:
    advice = doing.chance.choice(list(Advice))
    with act_at(doing.at):
        advise_on_proposal(_proposal(doing.key), by=doing.by, at=doing.at, advice=advice, words="Look at what there is.")


def _assess(doing: Doing) -> None:
    """By who is to answer for the account, or by a keeper once they have left, who then sees to it all."""
    rating = 5 if doing.chance.random() > MOST else 2
    risk = RiskEntry("Confidentiality", "It is read by others", rating, rating, "Two readers", doing.by.id)
    evaluation = clock.local_day(doing.at) + timedelta(days=200)
    plan = PlanEntry("They know", "Questions answered", doing.by.id, Frequency.MONTHLY, evaluation)
    with act_at(doing.at):
        submit_assessment(_proposal(doing.key), [risk], plan, by=doing.by, at=doing.at)


def _accept(doing: Doing) -> None:
    with act_at(doing.at):
        accept_risk(_proposal(doing.key), by=doing.by, at=doing.at)


def _approve(doing: Doing) -> None:
    """A high risk is accepted first, by somebody else: until then the approver waits."""
    dice = doing.chance.random()
    with act_at(doing.at):
        found = _proposal(doing.key)
        if dice < MOST:
            approve_proposal(found, by=doing.by, at=doing.at, conditions="Not at night.")
        elif dice < NEARLY_ALL:
            send_proposal_back(found, by=doing.by, at=doing.at, changes="Think of the weekends.")
        else:
            refuse_proposal(found, by=doing.by, at=doing.at, reasons="It costs too much.")


def _use(doing: Doing) -> None:
    with act_at(doing.at):
        found = _proposal(doing.key)
        if not found.kind.makes_an_account:
            carry_out_proposal(found, by=doing.by, at=doing.at)
            return
        details = AccountDetails(
            name=found.name, platform=found.platform, handle=found.handle, url=found.url, service_id=found.owner.service_id,
            owner_id=found.owner_id, purpose=found.purpose, login_mode=LoginMode.INDIVIDUAL, two_step=TwoStep.ON,
            target_group=found.target_group, identification="A link from our website.",
            recovery_kind=Recovery.ORGANISATION,
        )  # fmt: skip
        register_proposed_account(found, details, by=doing.by, at=doing.at)


def _proposal(reference: str) -> AccountProposal:
    found = proposal_by_reference(reference)
    assert found is not None
    return found


def _give_manager(doing: Doing) -> None:
    manager = some_manager(doing.id, doing).id
    with act_at(doing.at):
        record_manager(
            db.session.get_one(Person, doing.id), db.session.get_one(Person, manager), by=doing.by, at=doing.at
        )


PROPOSAL_ACTS: Mapping[str, Act] = {
    "proposal_manager": _give_manager,
    "proposal_support": _support,
    "proposal_answer": _answer,
    "proposal_advise": _advise,
    "proposal_assess": _assess,
    "proposal_accept": _accept,
    "proposal_approve": _approve,
    "proposal_use": _use,
}
