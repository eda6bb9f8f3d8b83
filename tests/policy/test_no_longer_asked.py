"""Whom the policy binds no longer, or who is covered already, is asked nothing."""

from collections.abc import Callable

import pytest

from app.core import clock
from app.core.db import begin_writing, commit
from app.people.models import PersonKind, Role
from app.policy.operations import acknowledge, ask_to_acknowledge, record_adoption
from app.policy.queries import current_version
from tests.conftest import NOW
from tests.due_equality import assert_same_duties
from tests.factories import Factory
from tests.pages import PageClient
from tests.policy.factories import DAY, SLUG, TODAY, published, the_document

DUTY = "and agree to it"


@pytest.mark.parametrize("again", [False, True])
def test_staff_of_a_school_that_takes_its_adoption_back_are_asked_nothing(
    make: Factory, client_of: Callable[..., PageClient], again: bool
) -> None:
    guardian = make.person("Guardian", Role.HR_MANAGER)
    tess = make.person("Tess Cher", kind=PersonKind.SCHOOL_STAFF, employing_body="Oak School")

    def decide(adopted: bool) -> None:
        document = the_document()
        begin_writing(document)
        record_adoption(document, "Oak School", adopted=adopted, decided_on=clock.today(), by=guardian, at=clock.now())
        commit()

    decide(True)
    ask_to_acknowledge(NOW)
    commit()
    assert DUTY in client_of(tess).get("/").text
    with clock.set_to(NOW + DAY):
        decide(False)
        if again:
            decide(True)
        assert (DUTY in client_of(tess).get("/").text) is again
        assert assert_same_duties(clock.today()) > 0


def test_who_is_covered_reads_no_day_by_which_they_are_asked(make: Factory, client_of: Callable[..., PageClient]) -> None:
    guardian, person = make.person("Guardian", Role.HR_MANAGER), make.person("Person")
    page = f"/policy/{SLUG}/acknowledge"
    ask_to_acknowledge(NOW)
    commit()
    browser = client_of(person)
    assert "You are asked to do this by" in browser.get(page).text
    acknowledge(person, current_version(TODAY), at=NOW)
    commit()
    published(guardian, is_material=False)
    with clock.set_to(NOW + 2 * DAY):
        shown = client_of(person).get(page)
        assert "You are asked to do this by" not in shown.text
        assert "You are not asked to agree again" in shown.text
        assert shown.has_button("I have read this")
