"""What is wrong with an account on the register, in words, worst first: worked out when it is read, never stored.

Each line is one condition of the statement that lists the accounts, so the list, its filters and the page of one account
can never differ, and a list costs the same however many rows it has. What rooms higher up know (a password that is late)
they register as a sign of the same name. Sources: domain 1C (A01, A02, A08, A09, A16, A27) and 3.1; that two people
should be able to act is a local setting.
"""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import aliased

from app.account_register.models import (
    AccessGrant,
    AccessLevel,
    Account,
    AccountKind,
    AccountStatus,
    EndReason,
    RiskAssessment,
    RiskRow,
    TwoStep,
    is_there,
)
from app.core.db import named
from app.core.registries import Registries
from app.people.models import KNOWS_WHY, Person
from app.people.queries import carrying, has_left
from app.policy.models import Acknowledgement, PolicyVersion
from app.policy.queries import pack, stands

NAMED_BY_HANDLE = (AccountKind.SOCIAL, AccountKind.LINKED_GROUP)
Day = date | sa.BindParameter[date]


class Health(StrEnum):
    """One thing that is wrong, in the order in which it is mended."""

    COMPROMISED = "compromised"
    NO_OWNER = "no_owner"
    OWNER_LEFT = "owner_left"
    DEPUTY_LEFT = "deputy_left"
    HOLDER_LEFT = "holder_left"
    PASSWORD_OVERDUE = "password_overdue"
    NO_TWO_STEP = "no_two_step"
    TWO_STEP_NOT_RECORDED = "two_step_not_recorded"
    NOBODY = "nobody"
    ONE_HOLDER = "one_holder"
    HOLDER_LEAVING = "holder_leaving"
    OWNER_LEAVING = "owner_leaving"
    DEPUTY_LEAVING = "deputy_leaving"
    RISK_NOT_ACCEPTED = "risk_not_accepted"
    NO_PAPERS = "no_papers"
    REVIEW_OVERDUE = "review_overdue"
    CONTENT_OVERDUE = "content_overdue"
    INCOMPLETE = "incomplete"
    DORMANT = "dormant"

    @property
    def label(self) -> str:
        """The line that people read."""
        return _WORDS[self]


_WORDS = {
    Health.COMPROMISED: "Compromised: somebody else got in",
    Health.NO_OWNER: "No owner",
    Health.OWNER_LEFT: "Owner has left",
    Health.DEPUTY_LEFT: "Deputy owner has left",
    Health.HOLDER_LEFT: "Somebody who has left still has access",
    Health.PASSWORD_OVERDUE: "Password change is overdue",
    Health.NO_TWO_STEP: "No 2-step verification",
    Health.TWO_STEP_NOT_RECORDED: "Not recorded whether 2-step verification is on",
    Health.NOBODY: "Nobody can post or answer",
    Health.ONE_HOLDER: "Only one person can post or answer",
    Health.HOLDER_LEAVING: "Somebody with access is leaving",
    Health.OWNER_LEAVING: "Owner is leaving",
    Health.DEPUTY_LEAVING: "Deputy owner is leaving",
    Health.RISK_NOT_ACCEPTED: "A high risk that nobody has accepted",
    Health.NO_PAPERS: "No risk assessment or evaluation plan",
    Health.REVIEW_OVERDUE: "Review of access is overdue",
    Health.CONTENT_OVERDUE: "Review of what it says is overdue",
    Health.INCOMPLETE: "Incomplete",
    Health.DORMANT: "Dormant: nobody uses it",
}
NOT_RECORDED = {
    "handle": "handle", "service_id": "service", "purpose": "why it exists", "target_group": "whom it is for",
    "identification": "how the public can tell that it is official",
}  # fmt: skip


def one_is_too_few() -> bool:
    """Whether a single holder is a single point of failure here."""
    return pack().numbers["recommended_account_holders"].value > 1


def papers_are_asked_for() -> bool:
    """Whether the policy asks for a risk assessment or an evaluation plan before an account is used."""
    switches = pack().switches
    return bool(switches["risk_assessment_before_use"].value or switches["monitoring_plan_before_use"].value)


def what_is_missing(account: Account) -> list[str]:
    """What makes an account incomplete, in words, in the order of its page."""
    asked = [name for name in NOT_RECORDED if name != "handle" or account.kind in NAMED_BY_HANDLE]
    return [NOT_RECORDED[name] for name in asked if not getattr(account, name)]


def runs(day: Day) -> sa.ColumnElement[bool]:
    """`AccessGrant.runs_on` as a condition of a query."""
    return sa.and_(AccessGrant.starts_on <= day, goes_on(day))


def goes_on(day: Day, grant: Any = AccessGrant) -> sa.ColumnElement[bool]:
    """That a grant has not ended on a day, as a condition of a query: the contrary of `AccessGrant.is_over_on`; `grant`
    where another than the one grant asked for is meant.
    """
    holder = named(Person, "holder_on_last_day")
    ends_with_it = sa.or_(grant.end_reason != EndReason.LEFT, holder.last_working_day == day)
    stays = sa.select(holder.id).where(holder.id == grant.person_id, sa.not_(has_left(day, holder)), ends_with_it)
    last_day = sa.and_(grant.ends_on == day, grant.end_reason != EndReason.ACCOUNT_GONE)
    return sa.or_(
        grant.ends_on.is_(None), grant.ends_on > day, sa.and_(last_day, stays.correlate(grant).exists()),
    )  # fmt: skip


def holders_on(day: Day) -> sa.ScalarSelect[int]:
    """How many people can get into the account of the row on a day by their access."""
    return (
        sa.select(sa.func.count())
        .select_from(AccessGrant)
        .where(AccessGrant.account_id == Account.id, lets_in(day))
        .correlate(Account)
        .scalar_subquery()
    )


def lets_in(day: Day) -> sa.ColumnElement[bool]:
    """`GrantState.ACTIVE` as a condition of a query: it runs, and its holder agreed to the policy where that is required.

    What lists, tables and documents call a holder. Access that waits for an agreement, or has lapsed without one, is none.
    """
    return sa.and_(runs(day), sa.or_(AccessGrant.required_version_id.is_(None), acknowledged_at().is_not(None)))


def counts_for(agreed: Any, required: Any) -> sa.ColumnElement[bool]:
    """That whoever agreed to one version of the policy need not agree to the other one that their access requires."""
    return sa.and_(required.slug == agreed.slug, required.material_since <= agreed.effective_on)


def required_version() -> sa.ColumnElement[uuid.UUID]:
    """The version of the policy to which the holder of the row's grant agrees: the one that holds on the day on which the
    access begins, where that follows the one of its approval; null where none is required.

    A version that is published only on that day does not count: what was let in that morning stays so.
    """
    approved, later = named(PolicyVersion, "version_at_approval"), named(PolicyVersion, "version_at_start")
    holds_then = (
        sa.select(later.id)
        .join(approved, approved.slug == later.slug)
        .where(approved.id == AccessGrant.required_version_id, later.effective_on > approved.effective_on)
        .where(later.effective_on <= AccessGrant.starts_on, later.withdrawn_at.is_(None))
        .where(sa.or_(later.produced_on.is_(None), later.produced_on < AccessGrant.starts_on))
        .order_by(later.effective_on.desc(), later.id)
        .limit(1)
        .correlate(AccessGrant)
        .scalar_subquery()
    )
    return sa.func.coalesce(holds_then, AccessGrant.required_version_id)


def acknowledged_at() -> sa.ScalarSelect[datetime]:
    """When the holder of the row's grant agreed to the version it requires, or to another that counts as well; as it counts
    now, so without what was taken back (`queries.agreements` says what counted before).

    A later one counts, because who was given access just before a new version can agree only to the new one; and so does an
    earlier one since which no rule has changed.
    """
    required, agreed = aliased(PolicyVersion), aliased(PolicyVersion)
    return (
        sa.select(sa.func.min(Acknowledgement.at))
        .join(agreed, agreed.id == Acknowledgement.version_id)
        .join(required, counts_for(agreed, required))
        .where(Acknowledgement.person_id == AccessGrant.person_id, required.id == required_version())
        .where(stands())
        .correlate(AccessGrant)
        .scalar_subquery()
    )


def able_on(day: Day) -> sa.ScalarSelect[int]:
    """How many of them can act on the day: they may do more than look."""
    return (
        sa.select(sa.func.count())
        .select_from(AccessGrant)
        .where(AccessGrant.account_id == Account.id, lets_in(day), AccessGrant.level != AccessLevel.VIEWER)
        .correlate(Account)
        .scalar_subquery()
    )


def conditions(day: Day, viewer_id: Any) -> dict[Health, sa.ColumnElement[bool]]:
    """What is wrong, each as a condition of a query that has joined the owner as `Person`; worst first.

    A sign of another room may be kept from some readers, so it is asked with who reads.
    """
    registries: Registries = current_app.extensions["registries"]
    late_password = registries.signs.get(("account", Health.PASSWORD_OVERDUE.value))
    knows = viewer_id.in_(carrying(KNOWS_WHY, day))  # that somebody is to leave is no news for all who hold the account

    def leaving(who: Any) -> sa.ColumnElement[bool]:
        return sa.and_(who.last_working_day >= day, ~has_left(day, who), who.id != viewer_id, knows)

    handle_missing = sa.and_(Account.handle.is_(None), Account.kind.in_(NAMED_BY_HANDLE))
    found: dict[Health, sa.ColumnElement[bool]] = {
        Health.COMPROMISED: Account.status == AccountStatus.COMPROMISED,
        Health.NO_OWNER: Account.owner_id.is_(None),
        Health.OWNER_LEFT: has_left(day),
        Health.DEPUTY_LEFT: _its_deputy(lambda deputy: has_left(day, deputy)),
        Health.HOLDER_LEFT: _held_by(day, lambda holder: has_left(day, holder)),
        Health.PASSWORD_OVERDUE: late_password(Account.id, viewer_id, day) if late_password else sa.false(),
        Health.NO_TWO_STEP: Account.two_step == TwoStep.OFF,
        Health.TWO_STEP_NOT_RECORDED: Account.two_step == TwoStep.NOT_RECORDED,
        Health.NOBODY: able_on(day) == 0,
        Health.ONE_HOLDER: able_on(day) == 1 if one_is_too_few() else sa.false(),
        Health.HOLDER_LEAVING: _held_by(day, leaving),
        Health.OWNER_LEAVING: _yes(leaving(Person)),
        Health.DEPUTY_LEAVING: _its_deputy(leaving),
        Health.NO_PAPERS: _lacks_papers() if papers_are_asked_for() else sa.false(),
        Health.RISK_NOT_ACCEPTED: _has_a_risk_to_accept(),
        Health.REVIEW_OVERDUE: _yes(Account.access_review_due_on < day),
        Health.CONTENT_OVERDUE: _yes(Account.content_review_due_on < day),
        Health.INCOMPLETE: sa.or_(
            handle_missing, Account.service_id.is_(None), Account.purpose == "", Account.target_group == "",
            Account.identification == "",
        ),
        Health.DORMANT: Account.status == AccountStatus.DORMANT,
    }  # fmt: skip
    return {health: sa.and_(is_there(), wrong) for health, wrong in found.items()}


def lines_of(row: Any) -> list[Health]:
    """What is wrong by one row of a list that selects `health_columns`, worst first."""
    return [health for health in Health if getattr(row, health.value)]


def health_columns(day: Day, viewer_id: Any) -> list[Any]:
    """The conditions as columns, one for each line."""
    return [sa.case((wrong, 1), else_=0).label(health.value) for health, wrong in conditions(day, viewer_id).items()]


def needs_attention(day: Day, viewer_id: Any) -> sa.ColumnElement[bool]:
    """That anything is wrong, as a condition of a query that has joined the owner."""
    return sa.or_(*conditions(day, viewer_id).values())


def _lacks_papers() -> sa.ColumnElement[bool]:
    """That papers are asked for which are not there; nobody wants any for an account that is being given up."""
    return sa.and_(Account.papers_due_on.is_not(None), Account.status != AccountStatus.CLOSING)


def _yes(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """A date that is not there is not late."""
    return sa.func.coalesce(condition, sa.false())


def _has_a_risk_to_accept() -> sa.ColumnElement[bool]:
    return (
        sa.select(RiskRow.id)
        .join(RiskAssessment, RiskAssessment.id == RiskRow.assessment_id)
        .where(RiskAssessment.account_id == Account.id, RiskRow.accept_by.is_not(None))
        .correlate(Account)
        .exists()
    )


def _its_deputy(condition: Any) -> sa.ColumnElement[bool]:
    deputy = named(Person, "deputy_of_row")
    return sa.select(deputy.id).where(deputy.id == Account.deputy_id, condition(deputy)).correlate(Account).exists()


def _held_by(day: Day, condition: Any) -> sa.ColumnElement[bool]:
    holder = named(Person, "holder_of_row")
    return (
        sa.select(AccessGrant.id)
        .join(holder, holder.id == AccessGrant.person_id)
        .where(AccessGrant.account_id == Account.id, runs(day), condition(holder))
        .correlate(Account)
        .exists()
    )
