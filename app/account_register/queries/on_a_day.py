"""The register as it stood at the end of a day: what it said then, who could get in, and what was wrong.

What has changed since is read back from what was written down at each change, so nothing that is said later changes the
past.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload

from app.account_register.health import NAMED_BY_HANDLE, NOT_RECORDED, Health, one_is_too_few
from app.account_register.models import (
    WHO_COULD_GET_IN,
    AccessLevel,
    AccessReview,
    Account,
    AccountChange,
    AccountCheck,
    AccountOnDay,
    AccountStatus,
    CheckKind,
    MonitoringPlan,
    RiskAssessment,
    RiskRow,
    TwoStep,
    WayIn,
)
from app.account_register.naming import platform_on
from app.core import clock
from app.core.db import db, named
from app.core.presentation import status_words, uk_date
from app.core.registries import Registries
from app.core.working_days import months_after
from app.people.models import Person
from app.policy.queries import pack, period

_PAPERS = {"risks": "risk_assessment_before_use", "plan": "monitoring_plan_before_use"}


def register_on(day: date) -> list[AccountOnDay]:
    """The accounts that were on the register at the end of a day, each as it stood."""
    ways: dict[uuid.UUID, list[WayIn]] = defaultdict(list)
    for way in _ask_who_could_get_in(day, None):
        ways[way.account.id].append(way)
    end = clock.at_local(day + timedelta(days=1))
    accounts = db.session.execute(
        sa.select(Account)
        .where(Account.registered_at < end, sa.or_(Account.closed_on.is_(None), Account.closed_on > day))
        .options(joinedload(Account.service), joinedload(Account.owner), joinedload(Account.deputy))
        .order_by(Account.name, Account.platform, Account.id)
    ).scalars()
    return _as_they_stood(accounts, day, sa.true(), ways)


def register_begins_on() -> date | None:
    """The day on which the first account was put on the register; None while there is none. It tells of no day before."""
    first = db.session.execute(sa.select(sa.func.min(Account.registered_at))).scalar()
    return clock.local_day(first) if first is not None else None


def account_on(account: Account, day: date, ways: list[WayIn]) -> AccountOnDay | None:
    """One account as it stood, with its ways in; None if it was not on the register."""
    if clock.local_day(account.registered_at) > day or (account.closed_on is not None and account.closed_on <= day):
        return None
    return _as_they_stood([account], day, Account.id == account.id, {account.id: ways})[0]


def _ask_who_could_get_in(day: date, account_id: uuid.UUID | None) -> list[WayIn]:
    registries: Registries = current_app.extensions["registries"]
    answer = registries.answers.get(WHO_COULD_GET_IN)
    return list(answer(day, account_id)) if answer else []


def _as_they_stood(
    accounts: Iterable[Account], day: date, which: sa.ColumnElement[bool], ways: dict[uuid.UUID, list[WayIn]]
) -> list[AccountOnDay]:
    """The accounts that `which` selects, each with what was different then."""
    end = clock.at_local(day + timedelta(days=1))
    then, looks = _Then(end, which), _looks(end, which)
    return [_as_it_stood(account, day, then, looks, ways.get(account.id, [])) for account in accounts]


class _Then:
    """What accounts said before a moment, where it has changed since: in the words that were written down."""

    def __init__(self, end: datetime, which: sa.ColumnElement[bool]) -> None:
        it = AccountChange
        columns: list[Any] = [it.account_id, it.detail, it.old, Person]
        rows = db.session.execute(
            sa.select(*columns)
            .join(Account, Account.id == it.account_id)
            .outerjoin(Person, sa.and_(it.detail.in_(("owner_id", "deputy_id")), Person.name == it.old))
            .where(it.changed_at >= end, which)
            .order_by(it.changed_at.desc(), it.id.desc(), Person.id)
        ).all()
        # The first change after the moment is read last.
        self._old = {(row.account_id, row.detail): row.old for row in rows}
        self._called: dict[str, set[Person]] = defaultdict(set)
        for row in rows:
            if row.Person is not None:
                self._called[row.old].add(row.Person)

    def words(self, account: Account, detail: str, now: Any) -> str:
        """What a detail said then; `now` is what it says now."""
        words = self._old.get((account.id, detail))
        return words if words is not None else str(now or "")

    def enum(self, account: Account, detail: str) -> str:
        """The same of a detail that is one of a few words."""
        value = getattr(account, detail)
        return self.words(account, detail, status_words(value) if value else "")

    def have_left(self, account: Account, detail: str, now: Person | None, day: date) -> bool:
        """Whether its owner or deputy then had left; each of several, where their name is all that is known."""
        words = self._old.get((account.id, detail))
        found = self._called[words] if words else {now} if words is None and now else set()
        return bool(found) and all(one.has_left_on(day) for one in found)


@dataclass(frozen=True)
class _Look:
    """When something was looked at or written down: at first, before the moment, and at last."""

    first: datetime
    before: datetime | None
    last: datetime

    @property
    def day(self) -> date | None:
        """The last day before the moment."""
        return clock.local_day(self.before) if self.before else None


_Looks = dict[tuple[uuid.UUID, str], _Look]


def _looks(end: datetime, which: sa.ColumnElement[bool]) -> _Looks:
    """Reviews of access, looks at content, risk assessments and plans, by account and kind."""
    parts: list[tuple[str, Any, Any, list[Any]]] = [
        ("review", AccessReview.account_id, AccessReview.reviewed_at, []),
        ("content", AccountCheck.account_id, AccountCheck.done_at, [AccountCheck.kind == CheckKind.CONTENT]),
        ("risks", RiskAssessment.account_id, RiskAssessment.assessed_at, []),
        ("high", RiskAssessment.account_id, RiskAssessment.assessed_at, [_had_a_risk_to_accept(end)]),
        ("plan", MonitoringPlan.account_id, MonitoringPlan.planned_at, []),
    ]
    rows = db.session.execute(
        sa.union_all(
            *(
                sa.select(
                    sa.literal(what).label("what"), account_id.label("account_id"), sa.func.min(at).label("first"),
                    sa.func.max(sa.case((at < end, at))).label("before"), sa.func.max(at).label("last"),
                )
                .join(Account, Account.id == account_id)
                .where(which, *only)
                .group_by(account_id)
                for what, account_id, at, only in parts
            )
        )
    )  # fmt: skip
    return {(row.account_id, row.what): _Look(row.first, row.before, row.last) for row in rows}


def _had_a_risk_to_accept(end: datetime) -> sa.ColumnElement[bool]:
    """That an assessment was the last before a moment, and named a high risk that nobody had accepted by then."""
    newer = named(RiskAssessment, "newer_before")
    after = sa.tuple_(newer.assessed_at, newer.id) > sa.tuple_(RiskAssessment.assessed_at, RiskAssessment.id)
    replaced = sa.select(newer.id).where(newer.account_id == RiskAssessment.account_id, after, newer.assessed_at < end)
    high = sa.select(RiskRow.id).where(
        RiskRow.assessment_id == RiskAssessment.id,
        RiskRow.likelihood * RiskRow.impact >= pack().numbers["high_risk_from"].value,
        sa.or_(RiskRow.accepted_at.is_(None), RiskRow.accepted_at >= end),
    )
    return sa.and_(RiskAssessment.assessed_at < end, high.exists(), sa.not_(replaced.correlate(RiskAssessment).exists()))


def _as_it_stood(account: Account, day: date, then: _Then, looks: _Looks, ways: list[WayIn]) -> AccountOnDay:
    review = looks.get((account.id, "review"))
    two_step, method = then.enum(account, "two_step"), then.enum(account, "two_step_method")
    one = AccountOnDay(
        id=account.id,
        name=then.words(account, "name", account.name),
        platform=platform_on(then.words(account, "platform", account.platform), day),
        handle=then.words(account, "handle", account.handle),
        service=then.words(account, "service_id", account.service.name if account.service else ""),
        owner=then.words(account, "owner_id", account.owner.name if account.owner else ""),
        status=then.enum(account, "status"),
        gone=_gone(account, then),
        login_mode=then.enum(account, "login_mode"),
        two_step=f"{two_step}: {method.lower()}" if method else two_step,
        on_register_since=clock.local_day(account.registered_at),
        ways_in=[way for way in ways if not way.waits],
        awaited=[way.person for way in ways if way.waits],
        last_review=review.day if review else None,
        health=[],
    )
    # As the register counts them now: whoever looks only, or has not agreed to the policy yet, can neither post nor answer.
    able = {way.person.id for way in ways if way.runs and way.level is not AccessLevel.VIEWER}
    wrong = {
        **_wrong_with_people(one, len(able), day),
        Health.OWNER_LEFT: then.have_left(account, "owner_id", account.owner, day),
        Health.DEPUTY_LEFT: then.have_left(account, "deputy_id", account.deputy, day),
        **_wrong_with_account(one, account, two_step, then),
        **_overdue(account, looks, day),
    }
    if one.gone:  # nothing is left to mend, as the list has it (`is_there`)
        return one
    if one.status == status_words(AccountStatus.CLOSING):  # nobody wants papers any more of what is being given up
        wrong[Health.NO_PAPERS] = False
    one.health.extend(health.label for health in Health if wrong.get(health))
    return one


def _gone(account: Account, then: _Then) -> str:
    """That it was gone by then, and since when. Once two people have said so it stays so, so the day is that of now."""
    if account.gone is None or account.gone_since is None or not then.enum(account, "gone"):
        return ""
    return f"{account.gone.since_when} {uk_date(account.gone_since)}"


def _wrong_with_people(one: AccountOnDay, able: int, day: date) -> dict[Health, bool]:
    return {
        Health.NO_OWNER: not one.owner,
        Health.HOLDER_LEFT: any(way.runs and way.person.has_left_on(day) for way in one.ways_in),
        Health.NOBODY: able == 0,
        Health.ONE_HOLDER: able == 1 and one_is_too_few(),
    }


def _wrong_with_account(one: AccountOnDay, account: Account, two_step: str, then: _Then) -> dict[Health, bool]:
    asked = [name for name in NOT_RECORDED if name != "handle" or account.kind in NAMED_BY_HANDLE]
    known = {"handle": one.handle, "service_id": one.service}
    return {
        Health.COMPROMISED: one.status == status_words(AccountStatus.COMPROMISED),
        Health.DORMANT: one.status == status_words(AccountStatus.DORMANT),
        Health.NO_TWO_STEP: two_step == status_words(TwoStep.OFF),
        Health.TWO_STEP_NOT_RECORDED: two_step == status_words(TwoStep.NOT_RECORDED),
        Health.INCOMPLETE: not all(
            known[name] if name in known else then.words(account, name, getattr(account, name)) for name in asked
        ),
    }


def _overdue(account: Account, looks: _Looks, day: date) -> dict[Health, bool]:
    """What was late. A date that has moved since is worked out again from what was done before."""
    end = clock.at_local(day + timedelta(days=1))
    planned = {
        ("review", "access_review_months"): account.access_review_due_on,
        ("content", "content_review_months"): account.content_review_due_on,
    }
    late = {}
    for (what, months), due_on in planned.items():
        look, then_due_on = looks.get((account.id, what)), due_on
        if look is not None and look.last >= end:
            since = look.day or clock.local_day(account.registered_at)
            then_due_on = months_after(since, period(months).value)
        late[what] = then_due_on is not None and then_due_on < day
    papers = {what: looks.get((account.id, what)) for what, switch in _PAPERS.items() if pack().switches[switch].value}
    lacked = any(look is None or look.first >= end for look in papers.values())
    asked_for = account.papers_due_on is not None or any(look and look.first >= end for look in papers.values())
    return {
        Health.RISK_NOT_ACCEPTED: (account.id, "high") in looks,
        Health.REVIEW_OVERDUE: late["review"],
        Health.CONTENT_OVERDUE: late["content"],
        Health.NO_PAPERS: lacked and asked_for,
    }
