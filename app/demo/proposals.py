"""Proposals at the demo council, one at each step of their way, so that everybody finds something to do."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.account_register.models import (
    Account,
    AccountProposal,
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
    advise_on_proposal,
    approve_proposal,
    decline_proposal,
    register_proposed_account,
    return_proposal,
    submit_assessment,
    submit_proposal,
    support_proposal,
)
from app.account_register.operations.proposals import DRAFT
from app.core.clock import local_day
from app.core.db import db
from app.core.drafts import keep_draft
from app.demo.timeline import act_at
from app.people.models import Person

NEW, CHANGED = ProposalKind.NEW_ACCOUNT, ProposalKind.OPERATIONAL_CHANGE
IDEAS = (
    (NEW, "Northmere Walks", "Instagram", "@northmerewalks", "People who walk for their health"),
    (NEW, "Ask the Planners", "Nextdoor", None, "Residents who want to build"),
    (CHANGED, "Answers on Saturdays too, by two people in turn.", "YouTube", None, "Families who ask at the weekend"),
    (ProposalKind.NEW_PLATFORM, "Repair Café", "Bluesky", "@repaircafe.bsky.social", "People who mend things"),
    (ProposalKind.EXPANSION, "A page in Welsh beside the English one.", "Flickr", None, "Visitors who read Welsh"),
    (NEW, "Swim Northmere", "YouTube", "@swimnorthmere", "Families with children who learn to swim"),
    (NEW, "Market Day", "Threads", "@northmeremarket", "Stallholders and their customers"),
    (NEW, "Councillor Gossip", "X", None, "Everybody"),
)
CLOSURE = (ProposalKind.CLOSURE, "Close it: its readers have gone elsewhere.", "Nextdoor", None, "Its last readers")


def fill_proposals(cast: Mapping[str, Person], at: datetime) -> None:
    """Each idea goes one step further than the one before it; the last one is declined. `at` is three weeks ago."""
    steps = (_returned, _supported, _advised, _assessed, _approved, _registered)
    for number, idea in enumerate(IDEAS):
        began = at + timedelta(days=14 - 2 * number if number else 18, minutes=20 * number)
        if number == 0:
            _propose(cast, idea, began)
        elif number < len(IDEAS) - 1:
            steps[number - 1](cast, idea, began)
        else:
            _declined(cast, idea, began)
    _supported(cast, CLOSURE, at + timedelta(days=9))
    with act_at(at + timedelta(days=12)) as now:
        begun = {"kind": NEW.value, "name": "Northmere Archive", "platform": "Flickr", "handle": "", "url": ""}
        keep_draft(cast["deputy-sca"].id, DRAFT, {**begun, "other_platform": ""}, at=now)


Idea = tuple[ProposalKind, str, str, str | None, str]


def _propose(cast: Mapping[str, Person], idea: Idea, at: datetime) -> object:
    """What is proposed: of a change `name` says what should change on the platform's first account."""
    kind, name, platform, handle, target_group = idea
    first = sa.select(Account).where(Account.platform == platform).order_by(Account.name, Account.id).limit(1)
    account = None if kind.makes_an_account else db.session.execute(first).scalar_one()
    answers = ProposalAnswers(
        kind=kind, account_id=account.id if account else None, name=account.name if account else name, platform=platform,
        handle=handle, url=None, change=name if account else "",
        purpose="The questions come in by telephone now, one at a time, and others never see the answers.",
        target_group=target_group, benefit="They see each other’s questions and our answers, and can add to them.",
        cost="Two hours of an officer’s time each week. Nothing in money.", owner_id=cast["colleague"].id,
    )  # fmt: skip
    with act_at(at) as now:
        return submit_proposal(answers, by=cast["employee"], at=now).id


def _found(proposal_id: object) -> AccountProposal:
    return db.session.get_one(AccountProposal, proposal_id)


def _returned(cast: Mapping[str, Person], idea: Idea, at: datetime) -> object:
    made = _propose(cast, idea, at)
    with act_at(at + timedelta(days=1)) as now:
        return_proposal(_found(made), by=cast["manager"], at=now, question="Who answers when you are on leave?")
    return made


def _declined(cast: Mapping[str, Person], idea: Idea, at: datetime) -> None:
    made = _propose(cast, idea, at)
    with act_at(at + timedelta(days=1)) as now:
        decline_proposal(_found(made), by=cast["manager"], at=now, reasons="This is not what the Council is for.")


def _supported(cast: Mapping[str, Person], idea: Idea, at: datetime) -> object:
    made = _propose(cast, idea, at)
    with act_at(at + timedelta(days=1)) as now:
        support_proposal(_found(made), by=cast["manager"], at=now, words="They have asked for this for a year.")
    return made


def _advised(cast: Mapping[str, Person], idea: Idea, at: datetime) -> object:
    made = _supported(cast, idea, at)
    with act_at(at + timedelta(days=2)) as now:
        advise_on_proposal(
            _found(made), by=cast["sca"], at=now, advice=Advice.WITH_CHANGES,
            words="Say on the page when it is read, and link to it from our website, so that people know it is ours.",
        )  # fmt: skip
    return made


def _assessed(cast: Mapping[str, Person], idea: Idea, at: datetime, *, impact: int = 5) -> object:
    made, owner = _advised(cast, idea, at), cast["colleague"]
    risks = (
        RiskEntry("Data protection", "Somebody writes about their own child or health in public.", 4, impact,
                  "Posts are read twice a day. Such posts are hidden at once and answered by message.", owner.id),
        RiskEntry("Reputation of the Council", "A question stays without an answer for days.", 2, 3,
                  "Two people answer, and one of them is always there.", cast["employee"].id),
    )  # fmt: skip
    with act_at(at + timedelta(days=5)) as now:
        plan = PlanEntry(
            "Fewer telephone calls, and more people who know the answer.",
            "Calls about the subject in a month; questions answered within a day; people reached in the target group.",
            cast["employee"].id, Frequency.MONTHLY, local_day(now) + timedelta(days=250),
        )  # fmt: skip
        submit_assessment(_found(made), risks, plan, by=_found(made).owner, at=now)
    return made


def _approved(cast: Mapping[str, Person], idea: Idea, at: datetime) -> object:
    made = _assessed(cast, idea, at, impact=2)
    with act_at(at + timedelta(days=7)) as now:
        approve_proposal(_found(made), by=cast["manager"], at=now, conditions="Not before two people can answer.")
    return made


def _registered(cast: Mapping[str, Person], idea: Idea, at: datetime) -> None:
    made = _approved(cast, idea, at)
    with act_at(at + timedelta(days=9)) as now:
        found = _found(made)
        details = AccountDetails(
            name=found.name, platform=found.platform, handle=found.handle, url=found.url, service_id=found.owner.service_id,
            owner_id=found.owner_id, purpose=found.purpose, login_mode=LoginMode.INDIVIDUAL, two_step=TwoStep.ON,
            target_group=found.target_group, identification="A link from our website.",
            recovery_kind=Recovery.ORGANISATION,
        )  # fmt: skip
        register_proposed_account(found, details, by=cast["sca"], at=now)
