"""What somebody who reported, or who asked to close a report, waits for."""

from collections.abc import Callable
from datetime import timedelta

from flask import current_app

from app.breach_reports.models import Route
from app.breach_reports.operations import acknowledge_report, second_closing
from app.core.db import commit
from app.core.presentation import uk_date
from app.duties.queries import desk_of
from app.matters.models import Capacity
from app.matters.operations import add_party
from app.people.models import Person, Role
from tests.breach_reports.factories import a_report, decided, in_triage
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient


def waits(person: Person) -> list[str]:
    """What somebody waits for from others, by kind."""
    with current_app.test_request_context():
        waiting = desk_of(person, NOW.date()).waiting
    return [item.text for item in waiting]


def test_whoever_reported_waits_until_it_is_confirmed(make: Factory) -> None:
    """And nobody else does: not the officers, not the person it is about."""
    reporter, about, hr = make.person("Rita"), make.person("Sam"), make.person("Hana", Role.HR_INTAKE)
    report = a_report(reporter, subject=about)
    assert len(waits(reporter)) == 1
    assert report.reference in waits(reporter)[0]
    assert waits(about) == waits(hr) == []
    acknowledge_report(report, by=hr, at=NOW + timedelta(hours=1))
    commit()
    assert waits(reporter) == []


def test_whoever_asked_to_close_a_report_waits_for_the_second_officer(make: Factory) -> None:
    """Until that officer answers, and never where the report is closed to them since; the reporter learns nothing of it."""
    hr, hr2, hr3 = (make.person(name, Role.HR_INTAKE) for name in ("Hana", "Hari", "Hope"))
    reporter = make.person("Rita")
    agreed, closed_to = (decided(in_triage(reporter, hr), hr, Route.NO_FURTHER_ACTION) for _ in range(2))
    decided(in_triage(reporter, hr, subject=make.person("Sam")), hr, Route.CASE)
    commit()
    line = "A second officer to agree to close report "
    assert sorted(waits(hr)) == sorted(f"{line}{report.reference}" for report in (agreed, closed_to))
    assert waits(hr2) == waits(hr3) == waits(reporter) == []
    add_party(closed_to.matter, hr, Capacity.WITNESS, at=NOW)
    commit()
    assert waits(hr) == [f"{line}{agreed.reference}"]
    second_closing(agreed, agrees=True, reasons="", by=hr2, at=NOW)
    commit()
    assert waits(hr) == []


def test_the_page_explains_the_day_for_which_they_wait(make: Factory, client_of: Callable[..., PageClient]) -> None:
    hr = make.person("Hana", Role.HR_INTAKE)
    make.person("Hari", Role.HR_MANAGER)
    report = decided(in_triage(make.person("Rita"), hr), hr, Route.NO_FURTHER_ACTION)
    commit()
    with current_app.test_request_context():
        (item,) = desk_of(hr, NOW.date()).waiting
    assert item.day == report.next_due is not None
    page = client_of(hr).get(item.href)
    assert uk_date(item.day) in " ".join(part.get_text() for part in page.soup.select(".app-worked-out"))
