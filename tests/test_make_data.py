"""The rows of `flask make-data` are whole: every page works on them."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.core.db import db
from app.hr_cases.models import Case, CaseStatus
from app.make_data import make_data
from app.people.models import Role
from tests.factories import Factory
from tests.pages import PageClient


@pytest.fixture
def reference_of(make: Factory) -> dict[CaseStatus, str]:
    """One case at each stage."""
    make.person("Olive Owner", Role.HR_CASE_OWNER)
    db.session.commit()
    make_data(300)
    found = db.session.execute(sa.select(Case.status, Case.reference).order_by(Case.reference)).all()
    return {status: reference for status, reference in found}


def test_the_pages_of_every_stage_open(
    make: Factory, client_of: Callable[..., PageClient], reference_of: dict[CaseStatus, str]
) -> None:
    """Also of a case that waits for its hearing, whose notice says on which day that is."""
    browser = client_of(make.person("Mo Manager", Role.HR_MANAGER))
    assert reference_of.keys() == set(CaseStatus)
    for reference in reference_of.values():
        for tab in ("", "/people", "/meetings"):
            browser.get(f"/hr-cases/{reference}{tab}")
    notified = browser.get(f"/hr-cases/{reference_of[CaseStatus.NOTIFIED]}/meetings")
    assert "Made for a benchmark." in notified.text
