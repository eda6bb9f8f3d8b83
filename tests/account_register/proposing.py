"""Proposals for tests, at each step of their way."""

from dataclasses import replace
from datetime import date
from typing import Any

from app.account_register import operations as acts
from app.account_register.models import (
    Account,
    AccountProposal,
    Advice,
    Frequency,
    PlanEntry,
    ProposalAnswers,
    ProposalKind,
    RiskEntry,
)
from app.core.db import begin_writing, commit
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.factories import Factory


def answers(owner: Person, account: Account | None = None, **changes: Any) -> ProposalAnswers:
    """What somebody answers who proposes a new account, or a change of the one given."""
    known = ProposalAnswers(
        kind=ProposalKind.NEW_PLATFORM, account_id=None, name="Youth voice", platform="Instagram", handle="@youthvoice",
        url=None, change="", purpose="Young people do not read our letters.", target_group="Young people of 13 to 19",
        benefit="They can answer each other.", cost="Nothing", owner_id=owner.id,
    )  # fmt: skip
    if account is not None:
        known = replace(
            known, kind=ProposalKind.OPERATIONAL_CHANGE, account_id=account.id, name=account.name,
            platform=account.platform, handle=None, change="Answers at weekends",
        )  # fmt: skip
    return replace(known, **changes)


def risk(owner: Person, **changes: Any) -> RiskEntry:
    """A risk that is in check."""
    return replace(
        RiskEntry("Confidentiality", "A message is read by others", 2, 2, "Two people read each post", owner.id), **changes
    )


def plan(owner: Person, **changes: Any) -> PlanEntry:
    """How somebody will know."""
    known = PlanEntry(
        "Young people take part", "Answers to each question", owner.id, Frequency.MONTHLY, date(2027, 12, 1)
    )
    return replace(known, **changes)


class Way:
    """The people of a proposal, and the proposal at any step of its way."""

    def __init__(self, make: Factory) -> None:
        self.make = make
        self.manager = make.person("Mia Manager")
        self.proposer = make.person("Pat Proposer", manager=self.manager, service="Youth")
        self.owner = make.person("Olu Owner", manager=self.manager)
        self.sca = make.person("Sca Keeper", Role.SCA)

    def proposed(self, account: Account | None = None, **changes: Any) -> AccountProposal:
        """It waits for its support."""
        begin_writing()
        made = acts.submit_proposal(answers(self.owner, account, **changes), by=self.proposer, at=NOW)
        commit()
        return made

    def returned(self, **changes: Any) -> AccountProposal:
        """Its proposer was asked something."""
        made = self.proposed(**changes)
        acts.return_proposal(made, by=self.manager, at=NOW, question="Who answers at night?")
        commit()
        return made

    def supported(self, account: Account | None = None, **changes: Any) -> AccountProposal:
        """It waits for advice."""
        made = self.proposed(account, **changes)
        acts.support_proposal(made, by=self.manager, at=NOW)
        commit()
        return made

    def advised(self, account: Account | None = None, **changes: Any) -> AccountProposal:
        """It waits for the risk assessment and the plan; a closure for its approval."""
        made = self.supported(account, **changes)
        acts.advise_on_proposal(made, by=self.sca, at=NOW, advice=Advice.GO_AHEAD, words="A good idea.")
        commit()
        return made

    def assessed(self, account: Account | None = None, *, high: bool = False, **changes: Any) -> AccountProposal:
        """It waits for its approval."""
        made = self.advised(account, **changes)
        entry = risk(self.owner, likelihood=5, impact=5) if high else risk(self.owner)
        acts.submit_assessment(made, [entry], plan(self.owner), by=self.owner, at=NOW)
        commit()
        return made

    def approved(self, account: Account | None = None, **changes: Any) -> AccountProposal:
        """It can be carried out."""
        closure = changes.get("kind") is ProposalKind.CLOSURE
        made = self.advised(account, **changes) if closure else self.assessed(account, **changes)
        acts.approve_proposal(made, by=self.manager, at=NOW)
        commit()
        return made
