"""Which report another repeats, as far as an officer may know of both, and which repeat one."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from app.breach_reports.models import BreachReport, TriageDecision
from app.breach_reports.queries.sight import visible_to
from app.core.db import db
from app.core.references import normalise_reference
from app.people.models import Person


def report_called(reference: str, person: Person, day: date) -> BreachReport | None:
    """The report with this reference, however it is written, if this person may see it; else None."""
    wanted = normalise_reference(reference)
    if wanted is None:
        return None
    return db.session.execute(
        sa.select(BreachReport).where(BreachReport.reference == wanted, visible_to(person, day))
    ).scalar_one_or_none()


def repeated_by(report: BreachReport) -> list[BreachReport]:
    """The report that one repeats, what that repeats itself, and so on; each once, and never itself."""
    found: list[BreachReport] = []
    one = report.repeats
    while one is not None and one is not report and one not in found:
        found.append(one)
        one = one.repeats
    return found


def leads_to(report: BreachReport, other: BreachReport) -> bool:
    """Whether a report is the other, or repeats it, if only by way of reports between them."""
    return other in (report, *repeated_by(report))


def to_lock(report: BreachReport) -> list[BreachReport]:
    """A report and all that it repeats, in an order that is the same for whoever locks some of them."""
    return sorted((report, *repeated_by(report)), key=lambda one: one.id)


def repeats_of(report: BreachReport) -> list[BreachReport]:
    """The reports that were closed since they repeat this one, or one that was; each once."""
    found, further = [report], [report]
    while further:
        repeats = sa.select(BreachReport).join(TriageDecision, TriageDecision.report_id == BreachReport.id).where(
            TriageDecision.repeats_id.in_([one.id for one in further]), TriageDecision.second_agreed.is_(True)
        )
        rows = db.session.execute(repeats.order_by(BreachReport.received_at, BreachReport.id)).scalars()
        further = [one for one in rows if one not in found]
        found += further
    return found[1:]


def said_to_repeat(report: BreachReport, person: Person, day: date) -> Mapping[int, str]:
    """For each decision that a report repeats another: the other's reference, where this person may see that one too."""
    if all(decision.repeats_id is None for decision in report.decisions):
        return {}
    asked = (
        sa.select(TriageDecision.number, BreachReport.reference)
        .join(BreachReport, BreachReport.id == TriageDecision.repeats_id)
        .where(TriageDecision.report_id == report.id, visible_to(person, day))
    )
    return {row.number: row.reference for row in db.session.execute(asked)}
