"""Of whose proposals nobody is left to support or approve them until HR records who manages them (policy 6.3(6)).

A request for access comes to the keepers of the register then (`AccessRequest.is_decider`). A proposal does not: they
advise on it, and whoever advises does not approve.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa

from app.account_register.chains import MANAGER, nobody_meant
from app.account_register.models import AccountProposal, ProposalKind, ProposalStatus
from app.account_register.models.proposals import SUPPORT_CHAIN
from app.account_register.queries.proposals import account_was_closed
from app.core.db import db, named
from app.core.presentation import uk_weekday_date
from app.core.registries import Viewer
from app.core.worked_out import WorkedOut
from app.people.models import Person, Role
from app.policy.queries import pack


def managers_to_record(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    """For HR managers: who proposed something that waits for nobody, and by when the first of these was to be answered."""
    if not viewer.holds(Role.HR_MANAGER):
        return None
    found, proposer = _first_days(today).subquery("first_that_waits").c, named(Person, "whose_manager")
    columns: list[Any] = [
        sa.literal("proposal_manager").label("name"),
        sa.func.replace(sa.cast(proposer.id, sa.String), "-", "").label("key"),
        proposer.name.label("who"), found.due_on.label("due_on"),
    ]  # fmt: skip
    query = sa.select(*columns).join_from(proposer, found.due_on.table, found.person_id == proposer.id)
    return query.where(proposer.id != viewer.id)


def first_for_a_manager(person: Person, today: date) -> date | None:
    """By when the first proposal of somebody that waits for a manager was to be answered; none where none waits."""
    found = _first_days(today).subquery().c
    day: date | None = db.session.execute(sa.select(found.due_on).where(found.person_id == person.id)).scalar_one_or_none()
    return day


def manager_worked_out(due_on: date) -> WorkedOut:
    """How the day came about by which HR records who manages somebody."""
    said = (
        "It is the day by which whoever manages them has to answer what they proposed, as it stands there. Where several "
        "proposals wait, it is the first of their days.",
    )
    return WorkedOut(said, (), f"So it is {uk_weekday_date(due_on)}.")


def _first_days(today: Any) -> sa.Select[Any]:
    it, proposer = AccountProposal, named(Person, "proposer_without_manager")
    columns: list[Any] = [it.proposer_id.label("person_id"), sa.func.min(it.due_on).label("due_on")]
    waiting = sa.select(*columns).join(proposer, proposer.id == it.proposer_id)
    waiting = waiting.where(sa.not_(account_was_closed()), _waits_for_nobody(proposer, today))
    return waiting.group_by(it.proposer_id)


def _waits_for_nobody(proposer: Any, today: Any) -> sa.ColumnElement[bool]:
    """That the chain whose turn it is means nobody, where a manager on record would be meant by it."""
    it = AccountProposal
    turns: dict[tuple[str, ...], list[sa.ColumnElement[bool]]] = {}
    turns.setdefault(pack().chains[SUPPORT_CHAIN].value, []).append(it.status == ProposalStatus.PROPOSED)
    for kind in ProposalKind:
        approved = sa.and_(it.status == ProposalStatus.APPROVAL, it.kind == kind)
        turns.setdefault(pack().chains[kind.approval_chain].value, []).append(approved)
    ways = [
        sa.and_(sa.or_(*turn), nobody_meant(words, proposer, it.owner_id, today))
        for words, turn in turns.items()
        if MANAGER in words
    ]
    return sa.or_(sa.false(), *ways)
