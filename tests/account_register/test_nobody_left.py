"""Where whoever would support, approve or decide has left: it comes to somebody who can act, or HR is asked to mend it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.account_register.chains import MANAGER, OWNER, anybody_meant, is_for, is_meant, nobody_meant
from app.account_register.operations import advise_on_access
from app.account_register.operations.managers import record_manager
from app.account_register.queries.managers import first_for_a_manager
from app.core import clock
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.duties.models import Reminder
from app.people.models import Person, Role
from tests.account_register.asking import asked
from tests.account_register.proposing import Way
from tests.conftest import NOW
from tests.credential_rotation.factories import account
from tests.due_equality import assert_same_duties
from tests.duties.factories import morning
from tests.factories import Factory
from tests.pages import PageClient

TODAY, DAY = NOW.date(), timedelta(days=1)
ClientOf = Callable[..., PageClient]
NOBODY_YET = "somebody once Human Resources have recorded who manages Pat Proposer"


def _goes(make: Factory, *people: Person) -> None:
    for person in people:
        person.last_working_day = TODAY - DAY
        make.keep(person)


@pytest.mark.parametrize("gone", ["", "manager", "head", "manager head", "manager head owner"])
@pytest.mark.parametrize("words", [(MANAGER,), (OWNER,), (MANAGER, "sca"), (OWNER, "sca"), (OWNER, MANAGER)])
def test_whom_a_chain_means_asked_of_people_and_in_the_query(make: Factory, words: tuple[str, ...], gone: str) -> None:
    people = {name: make.person(name) for name in ("manager", "head", "owner")}
    people["sca"] = make.person("sca", Role.SCA)
    make.service("Youth", head=people["head"])
    proposer = make.person("proposer", manager=people["manager"], service="Youth")
    _goes(make, *(people[name] for name in gone.split()))
    owner_id = people["owner"].id
    meant = {one for one in people.values() if is_meant(one, words, proposer, owner_id, TODAY)}
    assert {one.id for one in meant} == set(anybody_meant(words, proposer, owner_id, TODAY))
    assert all(one.is_here_on(TODAY) for one in meant)
    owner = sa.literal(owner_id, sa.Uuid())
    columns = [is_for(one, words, Person, owner, TODAY) for one in people.values() if one.is_here_on(TODAY)]
    asked = sa.select(nobody_meant(words, Person, owner, TODAY), *columns).select_from(Person)
    nobody, *told = db.session.execute(asked.where(Person.id == proposer.id)).one()
    assert bool(nobody) is (not meant)
    assert [bool(one) for one in told] == [one in meant for one in people.values() if one.is_here_on(TODAY)]


@pytest.mark.parametrize("step", ["proposed", "assessed"])
def test_a_proposal_whose_approvers_have_left_is_mended_by_hr(make: Factory, client_of: ClientOf, step: str) -> None:
    """HR managers are asked by the day it is due; the page of the proposal names nobody who is not there."""
    way = Way(make)
    head, hr = make.person("Hedda Head"), make.person("Hana", Role.HR_MANAGER)
    make.service("Youth", head=head)
    made = getattr(way, step)(handle=None)
    where = f"/account-register/proposals/of/{way.proposer.id}/manager"
    client_of(hr).get(where, status=409)
    assert made.who_acts(TODAY) == "Mia Manager"
    _goes(make, way.manager)
    assert made.who_acts(TODAY) == "the head of Youth"
    assert first_for_a_manager(way.proposer, TODAY) is None
    _goes(make, head)
    assert made.who_acts(TODAY) == NOBODY_YET
    assert f"Next: {NOBODY_YET}" in client_of(way.proposer).get(f"/account-register/proposals/{made.reference}").text
    assert first_for_a_manager(way.proposer, TODAY) == made.due_on
    assert assert_same_duties(TODAY) > 0
    morning(made.due_on)
    told = sa.select(Reminder.to_person_id).where(Reminder.kind == "proposal_manager")
    assert db.session.execute(told).scalars().all() == [hr.id]
    another = make.person("Next Manager", email="next@x.example")
    with pytest.raises(NotAllowed):
        record_manager(way.proposer, another, by=way.sca, at=NOW)
    browser = client_of(hr)
    assert "Record who manages Pat Proposer: what they proposed waits for nobody" in browser.get("/").text
    assert "waits for nobody" in browser.get(where).text
    assert browser.post(where, {"manager": ""}, status=422).errors
    page = browser.follow(where, {"manager": "next@x.example"})
    assert "You recorded that Next Manager manages Pat Proposer." in page.text
    assert made.who_acts(TODAY) == "Next Manager"
    assert first_for_a_manager(way.proposer, TODAY) is None
    assert another.id in made.meant_by("proposal_supported_by")
    with pytest.raises(AlreadyDone):
        record_manager(way.proposer, another, by=hr, at=NOW)


def test_hr_does_not_say_who_manages_themselves_nor_others_at_all(make: Factory, client_of: ClientOf) -> None:
    way, hr = Way(make), make.person("Hana", Role.HR_MANAGER)
    way.proposer = hr
    hr.line_manager_id = way.manager.id
    make.keep(hr)
    way.proposed(handle=None)
    _goes(make, way.manager)
    where = f"/account-register/proposals/of/{hr.id}/manager"
    client_of(hr).get(where, status=403)
    client_of(way.sca).get(where, status=403)
    client_of(make.person("Hugo", Role.HR_MANAGER)).get(where)
    assert "Record who manages" not in client_of(hr).get("/").text


def test_nothing_is_proposed_that_only_somebody_who_left_could_support(make: Factory) -> None:
    way, head = Way(make), make.person("Hedda Head")
    make.service("Youth", head=head)
    _goes(make, way.manager, head)
    with pytest.raises(InvalidInput, match="Nobody is recorded who could support this"):
        way.proposed(handle=None)


def test_access_whose_manager_and_head_have_left_comes_to_the_keepers(make: Factory) -> None:
    sca, manager, head = make.person("Sca", Role.SCA), make.person("Mia"), make.person("Hedda")
    make.service("Youth", head=head)
    person = make.person("Asks", manager=manager, service="Youth")
    request = asked(account(make, "Asked for", make.person("Owner")), person)
    assert not request.is_decider(sca)
    advise_on_access(request, by=sca, at=NOW, advice="Go ahead.")
    commit()
    _goes(make, manager)
    assert request.is_decider(head)
    _goes(make, head)
    assert request.is_decider(sca)
    assert not request.is_decider(head)
    assert request.who_decides(TODAY) == "the Strategic Communications Adviser"
    with clock.set_to(clock.at_local(TODAY, 12)):
        assert assert_same_duties(TODAY) > 0
    morning(request.due_on)
    told = sa.select(Reminder.to_person_id).where(Reminder.kind == "access_approve")
    assert sca.id in db.session.execute(told).scalars().all()
