"""Of whose proposals nobody is left to support or approve them until HR records who manages them (policy 6.3(6)).

A request for access comes to the keepers of the register then (`AccessRequest.is_decider`). A proposal does not: they
advise on it, and whoever advises does not approve.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa

from app.account_register.chains import MANAGER, nobody_meant
from app.account_register.models import AccountProposal, MissingManager, ProposalKind, ProposalStatus
from app.account_register.models.proposals import SUPPORT_CHAIN
from app.account_register.queries.proposals import account_was_closed
from app.core.db import db, named
from app.core.presentation import uk_weekday_date
from app.core.registries import Viewer
from app.core.worked_out import WorkedOut
from app.people.models import Person, Role
from app.policy.queries import pack

DUTY = "proposal_manager"


def managers_to_record(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    """For HR managers: who proposed something that waits for nobody, and by when the first of these was to be answered."""
    if not viewer.holds(Role.HR_MANAGER):
        return None
    found, proposer = first_by_person(DUTY, proposals_without_manager(today)), named(Person, "whose_manager")
    columns: list[Any] = [
        sa.literal(DUTY).label("name"),
        sa.func.replace(sa.cast(proposer.id, sa.String), "-", "").label("key"),
        proposer.name.label("who"), found.due_on.label("due_on"),
    ]  # fmt: skip
    query = sa.select(*columns).join_from(proposer, found.due_on.table, found.person_id == proposer.id)
    return query.where(proposer.id != viewer.id)


def first_by_person(duty: str, waiting: sa.Select[Any] | sa.CompoundSelect[Any]) -> Any:
    """Each person (`person_id`) of whom something waits, with the day (`due_on`) by which HR records who manages them: the
    one that was kept, else the first of those of what waits.
    """
    waits, kept = waiting.subquery("waits_for_a_manager").c, named(MissingManager, f"kept_of_{duty}")
    by_now = sa.and_(kept.duty == duty, kept.person_id == waits.person_id)
    first = sa.func.coalesce(sa.func.min(kept.due_on), sa.func.min(waits.due_on)).label("due_on")
    columns: list[Any] = [waits.person_id, first]
    found = sa.select(*columns).outerjoin_from(waits.person_id.table, kept, by_now).group_by(waits.person_id)
    return found.subquery("first_that_waits").c


def first_for_a_manager(person: Person, today: date) -> date | None:
    """By when HR records who manages somebody, of whom a proposal waits for that; none where none waits."""
    found = first_by_person(DUTY, proposals_without_manager(today))
    day: date | None = db.session.execute(sa.select(found.due_on).where(found.person_id == person.id)).scalar_one_or_none()
    return day


def missing_manager_of(duty: str, person: Person) -> MissingManager | None:
    """What was kept of that somebody has nobody who manages them."""
    kept = MissingManager
    return db.session.execute(
        sa.select(kept).where(kept.duty == duty, kept.person_id == person.id)
    ).scalar_one_or_none()


def manager_worked_out(person: Person, due_on: date) -> WorkedOut:
    """How the day came about by which HR records who manages somebody."""
    kept = missing_manager_of(DUTY, person)
    said: tuple[str, ...] = (
        "It is the day by which whoever manages them has to answer what they proposed, as it stands there. Where several "
        "proposals wait, it is the first of their days.",
    )
    if kept is not None and kept.missing_since is not None:
        said = (
            f"Somebody was last there to answer what they proposed on {uk_weekday_date(kept.missing_since)}. That day does "
            "not count. You have the time that whoever manages them would have had, counted from then.",
        )
    return WorkedOut(said, (), f"So it is {uk_weekday_date(due_on)}.")


def proposals_without_manager(today: Any) -> sa.Select[Any]:
    """Each proposal that waits for nobody: whose it is, by when it was to be answered, and where it stands."""
    it, proposer = AccountProposal, named(Person, "proposer_without_manager")
    columns: list[Any] = [it.proposer_id.label("person_id"), it.due_on, it.status]
    waiting = sa.select(*columns).join(proposer, proposer.id == it.proposer_id)
    return waiting.where(sa.not_(account_was_closed()), _waits_for_nobody(proposer, today))


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
