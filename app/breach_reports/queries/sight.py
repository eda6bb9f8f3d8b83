"""Who may see a report: one condition, in the WHERE clause of every query that HR's pages ask (domain 3.11)."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.breach_reports.models import (
    OPEN_STATUSES,
    REFERRED_TO,
    BreachReport,
    ReportEvidence,
    ReportStatus,
    Route,
    TriageDecision,
)
from app.core.db import db, named
from app.core.references import normalise_reference
from app.core.registries import Viewer
from app.matters.models import Capacity, Matter, MatterParty
from app.matters.queries import kept_from, somebody_is_left, takes_part
from app.people.everybody import carries
from app.people.models import HR_OFFICERS, Person, Role, RoleAssignment
from app.people.queries import carrying, is_here, role_runs
from app.policy.queries import pack


def roles_of_chain(name: str) -> tuple[Role, ...]:
    """The roles of this service that a chain of the pack names, in its order. Posts without a role here are left out."""
    titles = pack().chains[name].value
    known = {role.value: role for role in Role}
    return tuple(known[title] for title in titles if title in known)


def stand_in_roles() -> tuple[Role, ...]:
    """Who takes a report when every HR officer is walled off from it."""
    return roles_of_chain("breach_report_if_all_conflicted") or (Role.INDEPENDENT,)


def visible_to(viewer: Viewer, day: Any) -> sa.ColumnElement[bool]:
    """That somebody may see a report, as a condition on BreachReport.

    HR officers see every report that is not closed to them (`kept_from`), but for those referred to the whistleblowing
    officer, which only that officer sees. The safeguarding lead sees those referred to them. Where no HR officer is
    left (or none but the one who proposed the closing), the independent person sees it.

    The reporting line binds the whistleblowing officer and the safeguarding lead as it binds HR: somebody who discloses
    malpractice must not be heard by its author's manager or staff, and whoever answers for a child or adult at risk must not
    judge their own manager (domain 3.11, rules 1, 3 and 5). Their deputy is whoever else holds the role, who sees the
    referral from their appointment on; without one the referral is refused, and HR reads what to do. Where nobody of the
    role is left afterwards (they leave, the role ends, they come to be in the line), HR takes a referral to the safeguarding
    lead back, and a disclosure falls to the independent person: HR reads nothing of it, as before.
    """
    not_sealed_off = BreachReport.route.is_distinct_from(Route.WHISTLEBLOWING)
    stands_in = sa.and_(carries(viewer, *stand_in_roles()), ~_an_officer_is_left(day))
    ways = [sa.and_(BreachReport.route == route, carries(viewer, role)) for route, role in REFERRED_TO.items()]
    ways.append(has_fallen_to(viewer, day))
    ways.append(sa.and_(not_sealed_off, sa.or_(carries(viewer, *HR_OFFICERS), stands_in)))
    return sa.and_(sa.or_(*ways), ~kept_from(BreachReport.matter_id, viewer.id, day))


def has_fallen_to(viewer: Viewer, day: Any) -> sa.ColumnElement[bool]:
    """That a disclosure has come to a stand-in, since nobody is left to whom it was referred; or that they took it over."""
    taken_over = named(TriageDecision, "decision_taken_over")
    took_it = (
        sa.exists()
        .where(
            taken_over.report_id == BreachReport.id,
            taken_over.route == Route.WHISTLEBLOWING,
            taken_over.second_by_id == viewer.id,
        )
        .correlate_except(taken_over)
    )
    is_mine = sa.or_(took_it, nobody_answers(day))
    return sa.and_(BreachReport.route == Route.WHISTLEBLOWING, carries(viewer, *stand_in_roles()), is_mine)


@lru_cache(maxsize=8)
def nobody_answers(day: Any) -> sa.ColumnElement[bool]:
    """That a referral waits and nobody is left who may answer it: who has the role, is here, is not kept from it and did
    not refer it themselves. The same for every reader, and put together once for a day.
    """
    holder, carries = named(Person, "holder_left"), named(RoleAssignment, "role_of_holder_left")
    decision = named(TriageDecision, "decision_to_answer")
    waits = sa.and_(
        decision.report_id == BreachReport.id,
        decision.route == BreachReport.route,
        decision.second_by_id.is_(None),
        decision.taken_back_at.is_(None),
    )
    answers = (
        sa.exists()
        .where(
            sa.or_(*(sa.and_(decision.route == way, carries.role == role) for way, role in REFERRED_TO.items())),
            role_runs(day, carries),
            holder.id == carries.person_id,
            holder.id != decision.decided_by_id,
            is_here(day, holder),
            ~kept_from(BreachReport.matter_id, holder.id, day),
        )
        .correlate_except(holder, carries)
    )
    left = sa.exists().where(waits, ~answers).correlate_except(decision)
    return sa.and_(BreachReport.status == ReportStatus.ROUTED, BreachReport.route.in_(list(REFERRED_TO)), left)


def is_left_unanswered(report: BreachReport, day: date) -> bool:
    """`nobody_answers`, asked of one report."""
    asked = sa.exists().where(BreachReport.id == report.id, nobody_answers(day))
    return bool(db.session.execute(sa.select(asked)).scalar_one())


def stands_in_for(report: BreachReport, person: Person, day: date) -> bool:
    """`has_fallen_to`, asked of one report."""
    if report.route != Route.WHISTLEBLOWING or not person.holds(*stand_in_roles()):
        return False
    asked = sa.exists().where(BreachReport.id == report.id, has_fallen_to(person, day))
    return bool(db.session.execute(sa.select(asked)).scalar_one())


@lru_cache(maxsize=8)
def _an_officer_is_left(day: Any) -> sa.ColumnElement[bool]:
    """The same for every reader, and put together once for a day: that costs more than asking it."""
    officer, carries = named(Person, "officer_left"), named(RoleAssignment, "role_of_officer_left")
    decision = named(TriageDecision, "decision_of_officer_left")
    proposed_it = (
        sa.exists()
        .where(
            BreachReport.status == ReportStatus.CLOSING,
            decision.report_id == BreachReport.id,
            decision.decided_by_id == officer.id,
            decision.second_by_id.is_(None),
        )
        .correlate_except(decision)
    )
    return (
        sa.exists()
        .where(
            carries.role.in_(HR_OFFICERS),
            role_runs(day, carries),
            officer.id == carries.person_id,
            is_here(day, officer),
            ~kept_from(BreachReport.matter_id, officer.id, day),
            ~proposed_it,
        )
        .correlate_except(officer, carries)
    )


def waits_for_nobody(day: Any) -> sa.ColumnElement[bool]:
    """That a report has its next step with HR, or with whom it was referred to, and it is closed to each of them, and to
    whoever would stand in: nobody sees that it waits.
    """
    for_hr = sa.and_(BreachReport.status.in_(OPEN_STATUSES), ~_an_officer_is_left(day))
    for_another = sa.and_(
        nobody_answers(day), sa.or_(BreachReport.route == Route.WHISTLEBLOWING, ~_an_officer_is_left(day))
    )
    stands_in = somebody_is_left(BreachReport.matter_id, stand_in_roles(), day)
    return sa.and_(sa.or_(for_hr, for_another), ~stands_in)


def open_to_officers(people: Collection[uuid.UUID], keys: Collection[str], day: date) -> sa.Select[Any]:
    """Which of these reports may be read by which of these HR officers: `visible_to` of an officer, as rows of key and
    person. What was referred to the whistleblowing officer is open to none of them.
    """
    columns: list[Any] = [BreachReport.reference.label("key"), Person.id.label("person_id")]
    return (
        sa.select(*columns)
        .join(Person, Person.id.in_(list(people)))
        .where(
            BreachReport.reference.in_(list(keys)),
            Person.id.in_(carrying(HR_OFFICERS, day)),
            BreachReport.route.is_distinct_from(Route.WHISTLEBLOWING),
            ~kept_from(BreachReport.matter_id, Person.id, day),
        )
    )


def may_see(report: BreachReport, person: Person, day: date) -> bool:
    """`visible_to`, asked of one report: the same condition, so that the two can never differ."""
    asked = sa.exists().where(BreachReport.id == report.id, visible_to(person, day))
    return bool(db.session.execute(sa.select(asked)).scalar_one())


def report_for(reference: str, person: Person, day: date) -> BreachReport | None:
    """The report with this reference with all that its page shows, if this person may see it; else None."""
    wanted = normalise_reference(reference)
    if wanted is None:
        return None
    found = db.session.execute(
        sa.select(BreachReport)
        .where(BreachReport.reference == wanted, visible_to(person, day))
        .options(
            joinedload(BreachReport.acknowledged_by),
            joinedload(BreachReport.matter)
            .selectinload(Matter.parties)
            .joinedload(MatterParty.person)
            .options(joinedload(Person.service), joinedload(Person.former_names)),
            joinedload(BreachReport.evidence),
            selectinload(BreachReport.decisions).options(
                joinedload(TriageDecision.decided_by),
                joinedload(TriageDecision.second_by),
                joinedload(TriageDecision.taken_back_by),
            ),
        )
    )
    return found.unique().scalar_one_or_none()


def evidence_for(reference: str, number: int, person: Person, day: date) -> ReportEvidence | None:
    """One file of a report, if this person may see the report; else None."""
    wanted = normalise_reference(reference)
    if wanted is None:
        return None
    return db.session.execute(
        sa.select(ReportEvidence)
        .join(ReportEvidence.report)
        .options(contains_eager(ReportEvidence.report))
        .where(BreachReport.reference == wanted, ReportEvidence.number == number, visible_to(person, day))
    ).scalar_one_or_none()


def own_report(reference: str, person: Person) -> BreachReport | None:
    """The report with this reference, if this person made it; else None."""
    wanted = normalise_reference(reference)
    if wanted is None:
        return None
    return db.session.execute(
        sa.select(BreachReport).where(
            BreachReport.reference == wanted,
            takes_part(BreachReport.matter_id, person.id, (Capacity.REPORTER,)),
        )
    ).scalar_one_or_none()


def same_address(report: BreachReport, person: Person, day: date) -> Sequence[Any]:
    """Other reports about the same address on the web that this person may see: reference, when received, status."""
    if report.address_index is None:
        return []
    return db.session.execute(
        sa.select(BreachReport.reference, BreachReport.received_at, BreachReport.status)
        .where(
            BreachReport.address_index == report.address_index, BreachReport.id != report.id, visible_to(person, day)
        )
        .order_by(BreachReport.received_at.desc(), BreachReport.id)
        .limit(5)
    ).all()
