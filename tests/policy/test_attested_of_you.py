"""What is recorded for somebody who agreed on paper or at a briefing: never before they began, and they are told of it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.core.db import commit, db
from app.core.errors import InvalidInput
from app.core.outbox import OutboxMessage
from app.people.models import Person
from app.policy.models import Acknowledgement, AgreedBy
from app.policy.operations import acknowledge, attest
from app.policy.queries import agreement_to, current_version
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient
from tests.policy.factories import SLUG, TODAY

BEGAN = date(2021, 9, 6)
DAY = timedelta(days=1)


def told(person: Person) -> list[str]:
    found = sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == person.id)
    return list(db.session.execute(found).scalars())


@pytest.mark.parametrize(
    ("started", "agreed_on", "is_taken"),
    [
        (BEGAN, BEGAN - DAY, False),
        (BEGAN, BEGAN, True),
        (BEGAN, BEGAN + DAY, True),
        (None, date(2017, 2, 1), True),
    ],
)
def test_nobody_agreed_before_they_began(
    make: Factory, started: date | None, agreed_on: date, is_taken: bool
) -> None:
    """One wrong name in a team refuses the whole, in words that say whose it is; nothing is recorded and nobody told."""
    manager = make.person("Manager")
    person, other = make.person("Carys", manager=manager, started=started), make.person("Old", manager=manager, started=None)
    version = current_version(TODAY)

    def act() -> list[Acknowledgement]:
        return attest([other, person], version, method=AgreedBy.PAPER, agreed_on=agreed_on, by=manager, at=NOW)

    if is_taken:
        assert len(act()) == 2
    else:
        with pytest.raises(InvalidInput, match="worked here: Carys began here on 6 September 2021") as refused:
            act()
        assert refused.value.field == "agreed_on"
    commit()
    assert (agreement_to(version, other.id) is not None) is is_taken
    assert [told(one) for one in (other, person)] == [["policy_attested"] if is_taken else []] * 2


def test_who_agrees_on_the_page_is_told_nothing(make: Factory) -> None:
    person = make.person()
    acknowledge(person, current_version(TODAY), at=NOW)
    commit()
    assert told(person) == []


def test_they_read_when_how_and_by_whom(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """The message leads to their own record; that and the policy say what was recorded, and whom to tell if it is wrong."""
    manager = make.person("Manager")
    person = make.person("Signed", manager=manager)
    typed = {"people": [str(person.id)], "method": "paper", "attested": "y"}
    page = client_of(manager).post("/policy/team", {**typed, "agreed_on": ["1", "2", "2017"]}, status=422)
    assert page.errors == ["Enter a day on which they worked here: Signed began here on 6 January 2020"]
    client_of(manager).follow("/policy/team", {**typed, "agreed_on": ["1", "2", "2027"]})
    browser = client_of(person)
    page = browser.get(f"/policy/{SLUG}/acknowledge")
    assert "You agreed to this version on 1 February 2027, on paper." in page.text
    assert "Manager attested that and recorded it on 3 March 2027." in page.text
    assert "You agreed to this version on 1 February 2027." in browser.get(f"/policy/{SLUG}").text
    assert "It was recorded for you that you agreed to the policy" in browser.get("/messages").text
    page = browser.get("/figures/my-record")
    assert "On paper, attested by Manager on 3 March 2027" in page.text
    assert "is not right, open it and say so" in page.text
