"""From when HR has its days to record who manages somebody whose proposal waits for nobody."""

from collections.abc import Callable
from datetime import date, timedelta

from app.account_register.operations.managers import keep_since_when_managers_are_missing
from app.account_register.queries.managers import first_for_a_manager
from app.core import clock
from app.core.audit import ActorKind
from app.core.db import begin_writing, commit, db
from app.duties.models import Reminder
from app.people.models import Role
from app.people.operations import set_last_working_day
from tests.account_register.proposing import Way
from tests.due_equality import assert_same_duties
from tests.duties.factories import morning
from tests.factories import Factory
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
DAY = timedelta(days=1)
LAST, MONDAY, MEND_BY, BEGINS = date(2027, 3, 12), date(2027, 3, 15), date(2027, 3, 19), date(2027, 4, 12)


def _job(day: date) -> None:
    begin_writing()
    keep_since_when_managers_are_missing(clock.at_local(day, 0, 10))
    commit()


def test_hr_has_its_days_from_the_last_day_of_the_manager(make: Factory, client_of: ClientOf) -> None:
    way, hr = Way(make), make.person("Hana", Role.HR_MANAGER)
    made = way.proposed(handle=None)
    assert made.due_on is not None
    assert made.due_on < LAST
    way.manager.last_working_day = LAST
    commit()
    _job(MONDAY)
    assert first_for_a_manager(way.proposer, MONDAY) == MEND_BY
    with clock.set_to(clock.at_local(MONDAY, 9)):
        assert_same_duties(MONDAY)
        morning(MONDAY)
        assert db.session.query(Reminder).filter_by(kind="proposal_manager").count() == 0
        page = client_of(hr).get(f"/account-register/proposals/of/{way.proposer.id}/manager").text
        assert "Somebody was last there to answer what they proposed on Friday 12 March 2027." in page
        assert "So it is Friday 19 March 2027." in page
    way.proposer.line_manager = way.sca
    commit()
    _job(MONDAY + DAY)
    way.proposer.line_manager = way.manager
    commit()
    assert first_for_a_manager(way.proposer, MONDAY) == made.due_on  # what was kept is forgotten


def test_from_the_moment_at_which_the_manager_leaves(make: Factory) -> None:
    way = Way(make)
    way.proposed(handle=None)
    with clock.set_to(clock.at_local(LAST, 15)):
        begin_writing(way.manager)
        set_last_working_day(way.manager, LAST, by=ActorKind.SYSTEM, at=clock.now(), at_once=True)
        commit()
        assert first_for_a_manager(way.proposer, LAST) == MEND_BY


def test_hr_records_who_manages_until_the_one_who_comes_begins(make: Factory, client_of: ClientOf) -> None:
    way, hr = Way(make), make.person("Hana", Role.HR_MANAGER)
    made = way.proposed(handle=None)
    way.proposer.line_manager = make.person("Nina Newcomer", email="nina@x.example", started=BEGINS)
    commit()
    acting = make.person("Acting Manager", email="acting@x.example")
    browser, where = client_of(hr), f"/account-register/proposals/of/{way.proposer.id}/manager"
    words = "works here now. Nina Newcomer manages them from 12 April 2027. Enter who manages them until then."
    assert words in browser.get(where).text
    assert browser.post(where, {"manager": "nina@x.example"}, status=422).errors == [
        "Nina Newcomer begins on 12 April 2027. Enter who manages them until then"
    ]
    page = browser.follow(where, {"manager": "acting@x.example"})
    assert "You recorded that Acting Manager manages Pat Proposer." in page.text
    assert way.proposer.line_manager == acting
    assert made.who_acts(clock.today()) == "Acting Manager"
    assert made.meant_by("proposal_supported_by") == [acting.id]
    assert "Record who manages" not in browser.get("/").text
