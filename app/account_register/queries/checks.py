"""What is to be looked at again, by whom, and what was found before."""

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.account_register.health import goes_on, papers_are_asked_for, required_version
from app.account_register.models import (
    AccessGrant,
    Account,
    AccountCheck,
    AccountStatus,
    CheckKind,
    MonitoringPlan,
    RiskAssessment,
    RiskRow,
    is_there,
)
from app.account_register.queries.accepting import may_accept, may_ever_accept
from app.account_register.queries.access import acknowledged_at
from app.core.db import db, named
from app.core.registries import Viewer
from app.core.seen import mark_of
from app.people.everybody import carries
from app.people.models import KEEPERS, Person
from app.people.queries import carrying, is_here
from app.policy.models import PolicyVersion
from app.policy.queries import pack

MOST, MOST_PLANS = 30, 5


def checks_of(account: Account) -> list[AccountCheck]:
    """What was looked at again, newest first."""
    it = AccountCheck
    loaded = joinedload(it.done_by), joinedload(it.risk_row)
    select = sa.select(it).where(it.account_id == account.id).options(*loaded)
    return list(db.session.execute(select.order_by(it.done_at.desc(), it.id).limit(MOST)).scalars())


def looks_before(
    account: Account, kind: CheckKind, *, plan: MonitoringPlan | None = None
) -> tuple[str, AccountCheck | None]:
    """The last look of this kind, at the same plan, and a mark that is different once there is another."""
    it = AccountCheck
    same_plan = it.plan_id == (plan.id if plan else None)
    select = sa.select(it, sa.func.count().over()).where(it.account_id == account.id, it.kind == kind, same_plan)
    found = db.session.execute(
        select.options(joinedload(it.done_by)).order_by(it.done_at.desc(), it.id).limit(1)
    ).first()
    return (mark_of(found[1]), found[0]) if found else (mark_of(0), None)


def assessment_of(account: Account) -> RiskAssessment | None:
    """The risk assessment of an account that counts, with its risks and their owners."""
    it = RiskAssessment
    return (
        db.session.execute(
            sa.select(it)
            .where(it.account_id == account.id)
            .options(
                joinedload(it.rows).options(
                    joinedload(RiskRow.owner), joinedload(RiskRow.rated_by), joinedload(RiskRow.accepted_by)
                ),
                joinedload(it.assessed_by),
            )
            .order_by(it.assessed_at.desc(), it.id.desc())
        )
        .unique()
        .scalars()
        .first()
    )


def plan_of(account: Account) -> MonitoringPlan | None:
    """The monitoring and evaluation plan of an account that counts."""
    it = MonitoringPlan
    select = sa.select(it).where(it.account_id == account.id).options(joinedload(it.responsible))
    return db.session.execute(select.order_by(it.planned_at.desc(), it.id.desc()).limit(1)).scalar_one_or_none()


def plans_before(account: Account, plan: MonitoringPlan | None) -> list[MonitoringPlan]:
    """The plans that another one took the place of, the last one first."""
    if plan is None:
        return []
    it = MonitoringPlan
    select = sa.select(it).where(it.account_id == account.id, it.id != plan.id)
    loaded = joinedload(it.responsible), joinedload(it.planned_by)
    return list(
        db.session.execute(
            select.options(*loaded).order_by(it.planned_at.desc(), it.id.desc()).limit(MOST_PLANS)
        ).scalars()
    )


def risk_by_id(row_id: uuid.UUID) -> RiskRow | None:
    """A risk of an assessment, of the one that counts or of one before."""
    return db.session.get(RiskRow, row_id)


def check_since(account: Account, row: RiskRow) -> AccountCheck | None:
    """That somebody looked at a risk since the assessment in which this row stands."""
    it, looked_at, of = AccountCheck, RiskRow, RiskAssessment
    since = row.assessment
    return db.session.execute(
        sa.select(it)
        .join(looked_at, looked_at.id == it.risk_row_id)
        .join(of, of.id == looked_at.assessment_id)
        .where(
            it.account_id == account.id, looked_at.heading == row.heading, looked_at.risk == row.risk,
            sa.tuple_(of.assessed_at, of.id) >= sa.tuple_(sa.literal(since.assessed_at), sa.literal(since.id)),
        )
        .options(joinedload(it.done_by))
        .order_by(it.done_at.desc(), it.id)
        .limit(1)
    ).scalar_one_or_none()  # fmt: skip


def accounts_without_papers() -> sa.Select[Account]:
    """The accounts in use that lack a paper which the policy asks for, and for which nobody is asked."""
    switches = pack().switches
    papers = (
        (RiskAssessment.account_id, switches["risk_assessment_before_use"]),
        (MonitoringPlan.account_id, switches["monitoring_plan_before_use"]),
    )
    lacks = [sa.not_(sa.exists().where(account_id == Account.id)) for account_id, switch in papers if switch.value]
    return (
        sa.select(Account)
        .where(is_there(), Account.papers_due_on.is_(None), sa.or_(sa.false(), *lacks))
        .order_by(Account.registered_at, Account.id)
    )


# ---- duties ----


def _is_for(viewer: Viewer, first: Any, today: date) -> sa.ColumnElement[bool]:
    """Whoever it is for, failing them the owner of the account, failing both the keepers of the register."""
    return sa.or_(
        # Who it is comes first: asked of everybody, all else is looked up only where it may be them.
        sa.and_(first == viewer.id, _stays(first, today)),
        sa.and_(Account.owner_id == viewer.id, sa.not_(_stays(first, today))),
        sa.and_(
            sa.not_(_stays(first, today)), sa.not_(_stays(Account.owner_id, today)), carries(viewer, *KEEPERS)
        ),
    )


def _stays(person_id: Any, today: date) -> sa.ColumnElement[bool]:
    who = named(Person, "who_stays")
    return sa.exists().where(who.id == person_id, is_here(today, who)).correlate_except(who)


def _duty(name: str, key: Any, due_on: Any) -> sa.Select[Any]:
    columns: list[Any] = [
        sa.literal(name).label("name"), sa.cast(key, sa.String).label("key"),
        (Account.name + " (" + Account.platform + ")").label("who"), due_on.label("due_on"),
    ]  # fmt: skip
    return sa.select(*columns).where(is_there())


def content_due(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The accounts whose content somebody is to read through now."""
    return _duty("content_review", Account.id, Account.content_review_due_on).where(
        Account.content_review_from <= today, _is_for(viewer, Account.owner_id, today)
    )


def results_due(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The accounts whose results somebody is to write down now, by the plan that counts."""
    newer = named(MonitoringPlan, "newer_plan")
    after = sa.tuple_(newer.planned_at, newer.id) > sa.tuple_(MonitoringPlan.planned_at, MonitoringPlan.id)
    replaced = sa.exists().where(newer.account_id == MonitoringPlan.account_id, after)
    return (
        _duty("account_results", Account.id, MonitoringPlan.results_due_on)
        .join(MonitoringPlan, MonitoringPlan.account_id == Account.id)
        .where(
            MonitoringPlan.results_from <= today, sa.not_(replaced.correlate_except(newer)),
            _is_for(viewer, MonitoringPlan.responsible_id, today),
        )
    )  # fmt: skip


def risks_due(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The risks that somebody is to look at again now: each a line, with the account it is about."""
    newer = named(RiskAssessment, "newer_assessment_of_account")
    after = sa.tuple_(newer.assessed_at, newer.id) > sa.tuple_(RiskAssessment.assessed_at, RiskAssessment.id)
    replaced = sa.exists().where(newer.account_id == RiskAssessment.account_id, after)
    return (
        _duty("risk_review", RiskRow.id, RiskRow.review_on)
        .join(RiskAssessment, RiskAssessment.account_id == Account.id)
        .join(RiskRow, RiskRow.assessment_id == RiskAssessment.id)
        .where(
            RiskRow.review_from <= today, sa.not_(replaced.correlate_except(newer)),
            _is_for(viewer, RiskRow.owner_id, today),
        )
    )  # fmt: skip


def papers_due(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The accounts without a proposal whose risks somebody is to assess, and whose evaluation somebody is to plan."""
    asked = sa.true() if papers_are_asked_for() else sa.false()
    return _duty("account_papers", Account.id, Account.papers_due_on).where(
        asked, Account.papers_due_on.is_not(None), Account.status != AccountStatus.CLOSING,
        _is_for(viewer, Account.owner_id, today),
    )  # fmt: skip


def to_accept(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The accounts with a high risk that somebody is to accept."""
    due_on = (
        sa.select(sa.func.min(RiskRow.accept_by))
        .join(RiskAssessment, RiskAssessment.id == RiskRow.assessment_id)
        .where(RiskAssessment.account_id == Account.id, may_accept(viewer, today))
        .correlate_except(RiskRow, RiskAssessment)
        .scalar_subquery()
    )
    # Few accounts have such a risk: whoever may accept one is asked of these alone.
    waits = (
        sa.select(RiskAssessment.account_id)
        .join(RiskRow, RiskRow.assessment_id == RiskAssessment.id)
        .where(RiskRow.accept_by.is_not(None))
    )
    concerned = sa.and_(Account.id.in_(waits), may_ever_accept(viewer))
    return _duty("risk_accept", Account.id, due_on).where(concerned, due_on.is_not(None))


def to_acknowledge_for_access(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The accounts that somebody can use once they agree to the policy, while that is possible: neither before the version
    holds that they are to agree to, nor when it is too late.
    """
    holds = sa.select(PolicyVersion.effective_on <= today).where(PolicyVersion.id == required_version())
    return (
        _duty("access_acknowledge", Account.id, AccessGrant.acknowledge_by)
        .join(AccessGrant, AccessGrant.account_id == Account.id)
        .where(
            AccessGrant.person_id == viewer.id, goes_on(today), AccessGrant.acknowledge_by >= today,
            AccessGrant.required_version_id.is_not(None), acknowledged_at().is_(None),
            holds.correlate(AccessGrant).scalar_subquery(),
        )
    )  # fmt: skip


def open_risks_to_keepers(people: Collection[uuid.UUID], keys: Collection[str], on: date) -> sa.Select[Any]:
    """Which of these people keep the register, and so may look at any risk: rows of key and person."""
    columns: list[Any] = [sa.cast(RiskRow.id, sa.String).label("key"), Person.id.label("person_id")]
    return (
        sa.select(*columns)
        .join(Person, Person.id.in_(list(people)))
        .where(sa.cast(RiskRow.id, sa.String).in_(list(keys)), Person.id.in_(carrying(KEEPERS, on)))
    )


def account_of_risk(row_id: uuid.UUID) -> uuid.UUID | None:
    """The account whose risk this is, if it is one's."""
    return db.session.execute(
        sa.select(RiskAssessment.account_id)
        .join(RiskRow, RiskRow.assessment_id == RiskAssessment.id)
        .where(RiskRow.id == row_id)
    ).scalar_one_or_none()
