"""Which proposals somebody sees, what waits for whom, and what the page of one shows."""

import uuid
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.account_register.chains import is_for
from app.account_register.models import (
    SEES_EVERYTHING,
    Account,
    AccountProposal,
    AccountStatus,
    MonitoringPlan,
    ProposalKind,
    ProposalRemark,
    ProposalStatus,
    RiskAssessment,
    RiskRow,
)
from app.account_register.models.proposals import ADVICE_CHAIN, OPEN_STATUSES, SUPPORT_CHAIN, WAITING_STATUSES
from app.account_register.queries.accounts import account_for, is_meant_by, visible_to
from app.core.db import db, named
from app.core.errors import InvalidInput
from app.core.paging import Cursor, KeyPage, key_page
from app.core.references import normalise_reference
from app.core.registries import Viewer
from app.people.everybody import Everybody, carries
from app.people.models import KEEPERS, Person
from app.people.queries import is_here
from app.policy.queries import pack

PAGE = 25
MOST_OF_ACCOUNT = 5


class Shown(StrEnum):
    """Which part of the list is shown."""

    OPEN = "open"
    APPROVED = "approved"
    ENDED = "ended"


def proposal_by_reference(typed: str) -> AccountProposal | None:
    """A proposal with all that its page shows, by its reference however it is written."""
    reference = normalise_reference(typed)
    if reference is None:
        return None
    it = AccountProposal
    return (
        db.session.execute(
            sa.select(it)
            .where(it.reference == reference)
            .options(
                joinedload(it.proposer).joinedload(Person.line_manager),
                joinedload(it.proposer).joinedload(Person.service),
                joinedload(it.owner),
                joinedload(it.account),
                joinedload(it.decided_by),
                joinedload(it.ended_by),
                selectinload(it.remarks).joinedload(ProposalRemark.said_by),
                selectinload(it.assessments).options(
                    joinedload(RiskAssessment.assessed_by),
                    joinedload(RiskAssessment.accepted_by),
                    selectinload(RiskAssessment.rows).joinedload(RiskRow.owner),
                ),
                selectinload(it.plans).joinedload(MonitoringPlan.responsible),
            )
        )
        .unique()
        .scalar_one_or_none()
    )


def sees_proposal(viewer: Viewer, proposer: Any, day: Any) -> sa.ColumnElement[bool]:
    """`AccountProposal.can_be_seen_by` as a condition of a query that joins the proposer."""
    it = AccountProposal
    said = sa.select(ProposalRemark.proposal_id).where(ProposalRemark.said_by_id == viewer.id)
    owned = sa.select(Account.id).where(Account.owner_id == viewer.id)
    return sa.or_(
        it.proposer_id == viewer.id,
        it.owner_id == viewer.id,
        it.id.in_(said),
        it.account_id.in_(owned),
        carries(viewer, *SEES_EVERYTHING),
        _meant(viewer, SUPPORT_CHAIN, proposer, day),
        _approves(viewer, proposer, day),
    )


def proposals_seen(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The proposals that somebody may read."""
    proposer, key = _proposer(), AccountProposal.reference.label("key")
    made: sa.Select[Any] = sa.select(key).join(proposer, proposer.id == AccountProposal.proposer_id)
    return made.where(sees_proposal(viewer, proposer, today))


def proposals_page(viewer: Person, shown: Shown, day: date, cursor: Cursor) -> KeyPage:
    """One page of the proposals that somebody sees, newest first."""
    it, proposer = AccountProposal, aliased(Person)
    goes_on = sa.not_(account_was_closed())
    is_open = sa.and_(it.status.in_(OPEN_STATUSES), goes_on)
    live = sa.and_(it.status == ProposalStatus.APPROVED, it.lapses_on >= day, goes_on)
    part = {
        Shown.OPEN: is_open,
        Shown.APPROVED: live,
        Shown.ENDED: sa.and_(sa.not_(is_open), sa.not_(sa.func.coalesce(live, sa.false()))),
    }[shown]
    select = (
        sa.select(
            it.id, it.reference, it.kind, it.status, it.name, it.platform, it.submitted_at, it.due_on, it.lapses_on,
            proposer.name.label("proposer"),
            sa.and_(it.status.in_(WAITING_STATUSES), sa.not_(goes_on)).label("ended_by_itself"),
        )
        .join(proposer, proposer.id == it.proposer_id)
        .where(part, sees_proposal(viewer, proposer, day))
    )  # fmt: skip
    return key_page(select, [it.submitted_at], it.id, cursor, size=PAGE, descending=True)


def account_was_closed() -> sa.ColumnElement[bool]:
    """That the account was closed that a proposal is about, which ended by itself then where it still waited."""
    closed = named(Account, "account_that_was_closed")
    of = sa.select(closed.id).where(closed.id == AccountProposal.account_id, closed.status == AccountStatus.CLOSED)
    return of.correlate(AccountProposal).exists()


def proposals_about(account: Account) -> list[AccountProposal]:
    """The newest proposals about an account, for its own page: whoever sees the account sees that they exist."""
    it = AccountProposal
    return list(
        db.session.execute(
            sa.select(it).where(it.account_id == account.id).order_by(it.submitted_at.desc(), it.id).limit(MOST_OF_ACCOUNT)
        ).scalars()
    )


def is_used(platform: str) -> bool:
    """Whether an account on this platform is on the register, and not closed."""
    found = sa.select(Account.id).where(Account.platform == platform, Account.status != AccountStatus.CLOSED).limit(1)
    return db.session.execute(found).first() is not None


def account_meant(typed: str, viewer: Person | None, day: date) -> Account:
    """The account somebody meant by its name, its handle or its address, among those that they see; among all for None.

    Raises InvalidInput where none, or more than one, is meant.
    """
    found = list(
        db.session.execute(
            sa.select(Account)
            .where(
                visible_to(viewer, day) if viewer else sa.true(),
                Account.status != AccountStatus.CLOSED,
                sa.or_(is_meant_by(typed), (Account.name + " (" + Account.platform + ")") == typed),
            )
            .options(joinedload(Account.owner))
            .order_by(Account.name, Account.platform, Account.id)
            .limit(5)
        ).scalars()
    )  # fmt: skip
    if not found:
        seen = " that you can see" if viewer else ""
        raise InvalidInput(f"No account{seen} is called “{typed}”. Enter its full name", field="account")
    if len(found) > 1:
        names = " or ".join(f"“{account.name} ({account.platform})”" for account in found)
        raise InvalidInput(f"More than one account is called that. Enter {names}", field="account")
    return found[0]


def account_in_address(text: str | None, viewer: Person, day: date) -> Account | None:
    """The account whose id stands in an address, if the reader may see it."""
    try:
        return account_for(viewer, uuid.UUID(text), day) if text else None
    except ValueError:
        return None


# ---- what waits for whom ----

def _proposer() -> Any:
    return named(Person, "proposer")


def _meant(viewer: Viewer, chain: str, proposer: Any, day: Any) -> sa.ColumnElement[bool]:
    return is_for(viewer, pack().chains[chain].value, proposer, AccountProposal.owner_id, day)


def _approves(viewer: Viewer, proposer: Any, day: Any) -> sa.ColumnElement[bool]:
    """`AccountProposal.is_approver` as a condition: each kind has a chain of its own, many of them the same."""
    kinds_of: dict[tuple[str, ...], list[ProposalKind]] = {}
    for kind in ProposalKind:
        kinds_of.setdefault(pack().chains[kind.approval_chain].value, []).append(kind)
    ways = [
        sa.and_(AccountProposal.kind.in_(kinds), _meant(viewer, kinds[0].approval_chain, proposer, day))
        for kinds in kinds_of.values()
    ]
    return sa.or_(*ways)


def _waiting(name: str, proposer: Any, due_on: Any, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    it = AccountProposal
    columns: list[Any] = [
        sa.literal(name).label("name"), it.reference.label("key"), (it.name + " (" + it.platform + ")").label("who"),
        due_on.label("due_on"),
    ]  # fmt: skip
    return sa.select(*columns).join(proposer, proposer.id == it.proposer_id).where(
        sa.not_(account_was_closed()), *conditions
    )


def to_support(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The proposals that somebody is to support, return or decline."""
    proposer = _proposer()
    return _waiting(
        "proposal_support", proposer, AccountProposal.due_on,
        AccountProposal.status == ProposalStatus.PROPOSED, _meant(viewer, SUPPORT_CHAIN, proposer, today),
    )  # fmt: skip


def to_advise(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The proposals that somebody is to advise on; their own only where nobody else could."""
    proposer = _proposer()
    own = sa.and_(
        proposer.id == viewer.id, carries(viewer, *KEEPERS), sa.not_(_another_adviser(proposer, today))
    )
    return _waiting(
        "proposal_advise", proposer, AccountProposal.due_on,
        AccountProposal.status == ProposalStatus.WITH_SCA,
        sa.or_(_meant(viewer, ADVICE_CHAIN, proposer, today), own),
    )  # fmt: skip


def _another_adviser(proposer: Any, today: Any) -> sa.ColumnElement[bool]:
    anybody, words = named(Person, "another_adviser"), pack().chains[ADVICE_CHAIN].value
    meant = is_for(Everybody(anybody.id, today), words, proposer, AccountProposal.owner_id, today)
    return sa.select(anybody.id).where(is_here(today, anybody), meant).exists()


def _latest() -> tuple[Any, sa.ColumnElement[bool]]:
    """The risk assessment that counts, and the condition that it is the last one of its proposal."""
    latest, newer = named(RiskAssessment, "latest_assessment"), named(RiskAssessment, "newer_assessment")
    after = sa.tuple_(newer.assessed_at, newer.id) > sa.tuple_(latest.assessed_at, latest.id)
    is_last = sa.not_(sa.select(newer.id).where(newer.proposal_id == latest.proposal_id, after).exists())
    return latest, sa.and_(latest.proposal_id == AccountProposal.id, is_last)


def to_accept(viewer: Viewer, _today: date) -> sa.Select[Any] | None:
    """The proposals whose high risk a keeper of the register is to accept: not one that they assessed or proposed."""
    if not viewer.holds(*KEEPERS):
        return None
    proposer, (latest, is_last) = _proposer(), _latest()
    waiting = sa.select(latest.id).where(
        is_last,
        latest.accepted_at.is_(None),
        latest.highest_score >= pack().numbers["high_risk_from"].value,
        latest.assessed_by_id != viewer.id,
    )
    return _waiting(
        "proposal_accept", proposer, AccountProposal.due_on,
        AccountProposal.status == ProposalStatus.APPROVAL, AccountProposal.proposer_id != viewer.id, waiting.exists(),
    )  # fmt: skip


def to_approve(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The proposals that somebody is to approve or refuse."""
    proposer = _proposer()
    return _waiting(
        "proposal_approve", proposer, AccountProposal.due_on,
        AccountProposal.status == ProposalStatus.APPROVAL, _approves(viewer, proposer, today),
    )  # fmt: skip


def to_use(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    """The approved proposals that a keeper of the register is to carry out before they lapse."""
    if not viewer.holds(*KEEPERS):
        return None
    it = AccountProposal
    return _waiting(
        "proposal_use", _proposer(), it.lapses_on, it.status == ProposalStatus.APPROVED, it.lapses_on >= today
    )


def to_answer(viewer: Viewer, _today: date) -> sa.Select[Any]:
    """The questions that somebody is to answer about what they proposed."""
    it = AccountProposal
    return _waiting(
        "proposal_answer", _proposer(), it.due_on, it.status == ProposalStatus.RETURNED, it.proposer_id == viewer.id
    )


def to_assess(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The proposals for which somebody is to write the risk assessment and the plan; a keeper, where the owner left."""
    it, owner = AccountProposal, aliased(Person)
    gone = sa.select(owner.id).where(owner.id == it.owner_id, ~is_here(today, owner)).exists()
    mine = sa.or_(it.owner_id == viewer.id, sa.and_(carries(viewer, *KEEPERS), gone))
    return _waiting("proposal_assess", _proposer(), it.due_on, it.status == ProposalStatus.ASSESSING, mine)


def waiting_for_others(viewer: Viewer, _today: date) -> sa.Select[Any]:
    """What somebody proposed that waits for others."""
    it = AccountProposal
    with_others = it.status.in_([status for status in OPEN_STATUSES if status is not ProposalStatus.RETURNED])
    not_mine = sa.or_(it.status != ProposalStatus.ASSESSING, it.owner_id != viewer.id)
    return _waiting("proposal_waiting", _proposer(), it.due_on, it.proposer_id == viewer.id, with_others, not_mine)
