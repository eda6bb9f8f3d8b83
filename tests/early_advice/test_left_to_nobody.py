"""Declarations that no officer may look at: the administrator is told that something waits, and no more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.db import commit, db
from app.core.outbox import OutboxMessage
from app.early_advice import operations
from app.early_advice.models import HrAnswer
from app.hr_cases.operations.left_to_nobody import tell_of_work_left_to_nobody
from app.people.models import RelationshipKind, Role, RoleAssignment
from app.people.relating import relate
from tests.conftest import NOW
from tests.early_advice.factories import TODAY, People, declared, gone, passed_on
from tests.factories import Factory
from tests.pages import PageClient

LINE = "Appoint another HR manager, from outside if need be: HR work waits that nobody may see"


def _told() -> set[object]:
    asked = sa.select(OutboxMessage.to_person_id).where(OutboxMessage.occasion == "hr:left-to-nobody")
    return set(db.session.execute(asked).scalars())


@pytest.fixture
def people(make: Factory) -> People:
    """HR is one person."""
    found = People(make)
    gone(found.hr_manager, TODAY - timedelta(days=1))
    return found


def test_what_the_only_officer_declared_is_told_without_a_word_of_it(
    make: Factory, client_of: Callable[..., PageClient], people: People
) -> None:
    """Never to an administrator who is close to them; once there is another officer it is theirs."""
    ada, friend = make.person("Ada", Role.ADMINISTRATOR), make.person("Fay", Role.ADMINISTRATOR)
    relate(friend, people.hr, RelationshipKind.FAMILY, by=None, at=NOW)
    commit()
    assert tell_of_work_left_to_nobody(NOW) == 0
    one = declared(people.hr, at_risk="yes")
    declared(people.author, at_risk="yes")
    assert (tell_of_work_left_to_nobody(NOW), tell_of_work_left_to_nobody(NOW)) == (1, 0)
    commit()
    assert _told() == {ada.id}
    browser = client_of(ada)
    assert LINE in browser.get("/").text
    assert LINE not in client_of(friend).get("/").text
    for page in (browser.get("/"), browser.get("/messages")):
        for words in (one.reference, people.hr.name, "eclar"):
            assert words not in page.text
    outside = make.person("From outside", Role.HR_MANAGER)
    assert LINE not in browser.get("/").text
    assert "Ivo Intake’s declaration" in client_of(outside).get("/").text


def test_an_officer_who_manages_whoever_declared_it_or_is_close_leaves_it_to_nobody(make: Factory, people: People) -> None:
    make.person("Ada", Role.ADMINISTRATOR)
    declared(make.person("Tess Team", manager=people.hr), at_risk="unknown")
    assert tell_of_work_left_to_nobody(NOW) == 1


def test_what_was_taken_to_a_lead_is_left_to_nobody_only_where_hr_is_gone_too(make: Factory, people: People) -> None:
    make.person("Ada", Role.ADMINISTRATOR)
    lead = make.person("Lena Lead", Role.SAFEGUARDING_LEAD)
    one = passed_on(declared(people.author, at_risk="yes"), people.hr)
    gone(lead, TODAY - timedelta(days=1))
    assert tell_of_work_left_to_nobody(NOW) == 0
    db.session.execute(sa.delete(RoleAssignment).where(RoleAssignment.person_id == people.hr.id))
    commit()
    assert tell_of_work_left_to_nobody(NOW) == 1
    back = make.person("New lead", Role.SAFEGUARDING_LEAD)
    operations.take_over_declaration(one, words="Done.", by=back, at=NOW)
    commit()
    assert (one.hr_answer, tell_of_work_left_to_nobody(NOW)) == (HrAnswer.PASSED_ON, 0)
