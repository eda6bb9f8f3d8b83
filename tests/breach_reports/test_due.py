"""What somebody who reported waits for."""

from datetime import timedelta

from flask import current_app

from app.breach_reports.operations import acknowledge_report
from app.core.db import commit
from app.duties.queries import desk_of
from app.people.models import Person, Role
from tests.breach_reports.factories import a_report
from tests.conftest import NOW
from tests.factories import Factory


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
