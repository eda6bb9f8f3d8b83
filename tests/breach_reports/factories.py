"""Reports for tests: the least that is valid, and what the test names."""

import io
from datetime import datetime
from typing import Any

from app.breach_reports.models import BreachReport, Route, YesNoUnknown
from app.breach_reports.operations import (
    ReportAnswers,
    acknowledge_report,
    route_report,
    second_closing,
    submit_report,
)
from app.core.db import db
from app.people.models import Person
from tests.conftest import NOW
from tests.evidence import a_png
from tests.pages import Page

PNG = a_png(b"picture" * 40)


def answers(**values: Any) -> ReportAnswers:
    """What somebody says, with nothing urgent in it."""
    no = YesNoUnknown.NO
    said = {
        "what_happened": "They called a resident a liar in a public group.",
        "malpractice": no,
        "person_at_risk": no,
        "personal_data_exposed": no,
        "reporter_harmed": no,
    }
    return ReportAnswers(**{**said, **values})


def a_report(by: Person, *, at: datetime = NOW, **values: Any) -> BreachReport:
    """A report that was just sent."""
    report = submit_report(answers(**values), by=by, at=at)
    db.session.commit()
    return report


def in_triage(by: Person, officer: Person, **values: Any) -> BreachReport:
    """A report that an officer confirmed."""
    report = a_report(by, **values)
    acknowledge_report(report, by=officer, at=NOW)
    db.session.commit()
    return report


def decided(
    report: BreachReport, officer: Person, route: Route, *, repeats: BreachReport | None = None
) -> BreachReport:
    """A report with a decision; of one that was reported before, with which it repeats."""
    reference = repeats.reference if repeats is not None else ""
    route_report(report, route=route, reasons="Because of what was shown.", by=officer, at=NOW, repeats=reference)
    db.session.commit()
    return report


def repeat_of(report: BreachReport, by: Person, first: Person, second: Person, **values: Any) -> BreachReport:
    """A report by somebody that two officers closed since it repeats another."""
    repeat = decided(in_triage(by, first, **values), first, Route.DUPLICATE, repeats=report)
    second_closing(repeat, agrees=True, reasons="", by=second, at=NOW)
    db.session.commit()
    return repeat


def upload(content: bytes = PNG, name: str = "shot.png", description: str = "A screenshot of the post") -> dict[str, Any]:
    """What the evidence page sends."""
    return {"file": (io.BytesIO(content), name), "description": description}


def shown_by(page: Page, tail: str) -> dict[str, Any]:
    """What the form of a report's page that is sent to this address carries unseen; the token is the browser's."""
    form = next(one for one in page.soup.find_all("form", method="post") if str(one["action"]).endswith(tail))
    unseen = {str(one["name"]): one.get("value", "") for one in form.find_all("input", type="hidden")}
    return {name: value for name, value in unseen.items() if name != "csrf_token"}
