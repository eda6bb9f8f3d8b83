"""What waits for HR officers, the safeguarding lead and the whistleblowing officer, for their home pages."""

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.breach_reports.models import REFERRED_TO, TRIAGE_ROLES, BreachReport, ReportStatus, Route, TriageDecision
from app.breach_reports.queries import (
    has_fallen_to,
    nobody_answers,
    open_reports_of,
    open_to_officers,
    visible_to,
)
from app.breach_reports.queries.paths import SWITCH_OF
from app.core.db import named
from app.core.registries import CountKind, DueKind, Registries, Viewer
from app.matters.models import Capacity
from app.matters.queries import among_own_parts
from app.people import vacancies
from app.people.everybody import carries, everybody_with
from app.people.models import HR_OFFICERS, Role
from app.policy.queries import pack

Condition = Callable[[Viewer, date], sa.ColumnElement[bool]]
VACANT = "breach_reports:vacant-role"
WITH_SECOND = "breach_reports:with-second"


def register(registries: Registries) -> None:
    """Put the steps of triage on the home pages of those who take them."""
    for name, sentence, roles, condition in (
        ("acknowledge", "Confirm that report {who} has arrived", TRIAGE_ROLES, _new),
        ("triage", "Decide where report {who} belongs", TRIAGE_ROLES, _undecided),
        ("open-case", "Open the case about report {who}", TRIAGE_ROLES, _case_to_open),
        ("second", "Agree to close report {who}, or send it back", TRIAGE_ROLES, _to_second),
        ("referral", "Answer the referral of report {who}", (*REFERRED_TO.values(), Role.INDEPENDENT), _referred),
        ("take-back", "Refer report {who} again: nobody is left who could answer", TRIAGE_ROLES, _left_unanswered),
    ):
        select = _select(f"breach_reports:{name}", roles, condition)
        registries.add_due(
            DueKind(
                name=f"breach_reports:{name}",
                sentence=sentence,
                endpoint="breach_reports.show",
                argument="reference",
                select=select,
                everybody=everybody_with(select, BreachReport.matter_id),
                opens=open_to_officers,
            )
        )
    registries.add_due(
        DueKind(
            VACANT, vacancies.APPOINT, vacancies.WHERE_ROLES_ARE_GIVEN, "role", _vacant,
            everybody=everybody_with(_vacant), unopened=vacancies.ABOUT_ROLES,
        )
    )  # fmt: skip
    registries.add_panel("roles", vacancies.explained(_vacant))
    _register_what_is_with_others(registries)
    registries.add_count(CountKind("reports", "open report", "open reports", "breach_reports.queue", _how_many))


def _register_what_is_with_others(registries: Registries) -> None:
    registries.add_due(
        DueKind(
            "breach_reports:sent", "Human Resources to confirm that your report {who} has arrived",
            "breach_reports.receipt", "reference", _sent, waiting=True,
        )
    )  # fmt: skip
    with_second = _select(WITH_SECOND, TRIAGE_ROLES, _with_second)
    registries.add_due(
        DueKind(
            WITH_SECOND, "A second officer to agree to close report {who}", "breach_reports.show", "reference", with_second,
            waiting=True,
        )
    )  # fmt: skip


def _how_many(viewer: Viewer, _today: date) -> sa.Select[Any] | None:
    return open_reports_of(viewer) if viewer.holds(*HR_OFFICERS) else None


def _vacant(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    """The roles to which reports go and that nobody holds at all, for the administrator who appoints.

    They stand there whether there is a report or not, with the day on which they were last held, so nobody learns from it
    that there is one; nor does the HR manager who is told once it is late. That every holder is kept from one report is not
    said here, for that very reason: it comes to HR, or to the independent person; and where nobody of them is left either,
    to the administrator, without a word of what it is (`app.hr_cases.queries.left_to_nobody`).
    """
    if not viewer.holds(Role.ADMINISTRATOR):
        return None
    asked = [role for route, role in REFERRED_TO.items() if pack().switches[SWITCH_OF[route]].value]
    rows = [vacancies.vacancy(VACANT, (role,), role.label, today) for role in (*asked, Role.INDEPENDENT)]
    return sa.select(*sa.union_all(*rows).subquery("vacant_roles").c)


def _sent(viewer: Viewer, _today: date) -> sa.Select[Any]:
    """The reader's own reports that nobody has confirmed yet."""
    columns: list[Any] = [
        sa.literal("breach_reports:sent").label("name"), BreachReport.reference.label("key"),
        BreachReport.reference.label("who"), BreachReport.acknowledge_by.label("due_on"),
    ]  # fmt: skip
    return sa.select(*columns).where(
        BreachReport.acknowledged_at.is_(None),
        among_own_parts(BreachReport.matter_id, viewer.id, (Capacity.REPORTER,)),
    )


def _select(
    name: str, roles: tuple[Role, ...], condition: Condition
) -> Callable[[Viewer, date], sa.Select[Any] | None]:
    def select(viewer: Viewer, today: date) -> sa.Select[Any] | None:
        if not viewer.holds(*roles):
            return None
        columns: list[Any] = [
            sa.literal(name).label("name"),
            BreachReport.reference.label("key"),
            BreachReport.reference.label("who"),
            BreachReport.next_due.label("due_on"),
        ]
        return sa.select(*columns).where(condition(viewer, today), visible_to(viewer, today))

    return select


def _new(_viewer: Viewer, _today: date) -> sa.ColumnElement[bool]:
    return BreachReport.status == ReportStatus.RECEIVED


def _undecided(_viewer: Viewer, _today: date) -> sa.ColumnElement[bool]:
    return sa.and_(BreachReport.status == ReportStatus.TRIAGE, BreachReport.route.is_(None))


def _case_to_open(_viewer: Viewer, _today: date) -> sa.ColumnElement[bool]:
    return sa.and_(BreachReport.status == ReportStatus.TRIAGE, BreachReport.route == Route.CASE)


def _to_second(viewer: Viewer, _today: date) -> sa.ColumnElement[bool]:
    return sa.and_(BreachReport.status == ReportStatus.CLOSING, _waits_for_another_than(viewer))


def _with_second(viewer: Viewer, _today: date) -> sa.ColumnElement[bool]:
    """What the reader asked to close, which waits for another to agree."""
    mine = _waits_for_second(lambda decision: decision.decided_by_id == viewer.id)
    return sa.and_(BreachReport.status == ReportStatus.CLOSING, mine)


def _referred(viewer: Viewer, today: date) -> sa.ColumnElement[bool]:
    mine = [sa.and_(BreachReport.route == route, carries(viewer, role)) for route, role in REFERRED_TO.items()]
    mine.append(has_fallen_to(viewer, today))
    return sa.and_(BreachReport.status == ReportStatus.ROUTED, sa.or_(*mine), _waits_for_another_than(viewer))


def _left_unanswered(_viewer: Viewer, today: date) -> sa.ColumnElement[bool]:
    return sa.and_(BreachReport.route == Route.SAFEGUARDING, nobody_answers(today))


def _waits_for_another_than(viewer: Viewer) -> sa.ColumnElement[bool]:
    return _waits_for_second(lambda decision: decision.decided_by_id != viewer.id)


def _waits_for_second(is_meant: Callable[[Any], sa.ColumnElement[bool]]) -> sa.ColumnElement[bool]:
    """That a decision of those that are meant waits for a second officer to answer it."""
    decision = named(TriageDecision, "decision_to_second")
    waits = (decision.second_by_id.is_(None), decision.taken_back_at.is_(None), is_meant(decision))
    return sa.exists().where(decision.report_id == BreachReport.id, *waits).correlate_except(decision)
