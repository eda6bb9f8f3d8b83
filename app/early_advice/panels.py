"""What pages of reports and cases show of this room: that the person concerned told of something by themselves, and when."""

from typing import Any

from app.breach_reports.models import BreachReport
from app.core.registries import Panel
from app.early_advice.queries import told_before
from app.people.models import HR_OFFICERS, Person

TEMPLATE = "early_advice/told_early_panel.html"


def panel_of_report(report: BreachReport, viewer: Any) -> Panel | None:
    """For HR beside a report: what may count for the person concerned, and what was counted."""
    return _panel(report, report.subject, may_count=report.is_work_of(viewer))


def panel_of_case(case: Any, viewer: Any) -> Panel | None:
    """Beside a case: for its officers what HR counts, and for HR what else may count."""
    return _panel(case.report, case.subject, may_count=viewer.holds(*HR_OFFICERS))


def _panel(report: BreachReport, subject: Person | None, *, may_count: bool) -> Panel | None:
    """The page has asked the wall; the act of counting asks it again."""
    told = [one for one in told_before(report, subject) if may_count or one.counted is not None]
    return Panel(TEMPLATE, {"told": told, "report": report, "may_count": may_count}) if told else None
