"""From when HR has its days to record who manages somebody of whom something waits for nobody."""

from collections.abc import Callable
from datetime import date, timedelta

from app.core import clock
from app.core.audit import ActorKind
from app.core.db import begin_writing, commit, db
from app.duties.models import Reminder
from app.early_advice import operations, queries
from app.people.models import Person
from app.people.operations import set_last_working_day
from tests.conftest import NOW
from tests.due_equality import assert_same_duties
from tests.duties.factories import morning
from tests.early_advice.factories import TODAY, People, asked, declared, told
from tests.factories import Factory
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
DAY = timedelta(days=1)
LAST, MONDAY, BEGINS = date(2027, 3, 12), date(2027, 3, 15), date(2027, 4, 12)


def _job(day: date) -> None:
    begin_writing()
    operations.keep_since_when_managers_are_missing(clock.at_local(day, 0, 15))
    commit()


def _alone(make: Factory) -> tuple[People, Person, Person]:
    """Somebody whose manager alone decides for them."""
    people, manager = People(make), make.person("Mia Only")
    return people, make.person("Alma Author", manager=manager), manager


def test_hr_has_its_days_from_the_last_day_of_the_manager(make: Factory, client_of: ClientOf) -> None:
    """Each thing anew by its own time, and the first of these days, though the thing itself was late long before."""
    people, author, manager = _alone(make)
    declared(author)
    asked(author)
    assert queries.first_for_a_manager(author, TODAY) == date(2027, 3, 5)
    manager.last_working_day = LAST
    commit()
    _job(MONDAY)
    assert queries.first_for_a_manager(author, MONDAY) == date(2027, 3, 16)  # two working days for a question
    with clock.set_to(clock.at_local(MONDAY, 9)):
        assert_same_duties(MONDAY)
        morning(MONDAY)
        assert db.session.query(Reminder).filter_by(kind="early_manager", escalated=True).count() == 0
        page = client_of(people.hr_manager).get(f"/early-advice/people/{author.id}/manager").text
        assert "Somebody was last there to act on it on Friday 12 March 2027." in page
        assert "The date that was set is Tuesday 16 March 2027." in page
    _job(MONDAY + 3 * DAY)
    assert queries.first_for_a_manager(author, MONDAY + 3 * DAY) == date(2027, 3, 16)
    author.line_manager = people.manager
    commit()
    _job(MONDAY + 4 * DAY)
    assert queries.first_for_a_manager(author, MONDAY) == date(2027, 3, 5)  # nothing is kept any more


def test_from_the_moment_at_which_the_last_who_was_there_leaves(make: Factory) -> None:
    people, author, manager = _alone(make)
    asked(author)
    author.service = make.service("Youth", head=make.person("Hedda Here"))
    commit()
    with clock.set_to(clock.at_local(LAST, 15)):
        for one in (manager, author.service.head):
            assert one is not None
            begin_writing(one)
            set_last_working_day(one, LAST, by=ActorKind.SYSTEM, at=clock.now(), at_once=True)
            commit()
        assert queries.waits_for_a_manager(author, LAST)
        assert queries.first_for_a_manager(author, LAST) == date(2027, 3, 16)
        assert_same_duties(LAST)
    assert people.hr_manager.id != author.id


def test_what_was_told_when_nobody_was_there_keeps_its_day(make: Factory) -> None:
    _people, author, _manager = _alone(make)
    author.line_manager = None
    commit()
    alert = told(author)
    _job(TODAY + DAY)
    assert queries.first_for_a_manager(author, TODAY + DAY) == alert.due_on == TODAY + DAY


def test_hr_records_who_manages_until_the_one_who_comes_begins(make: Factory, client_of: ClientOf) -> None:
    people, author, _manager = _alone(make)
    asked(author)
    author.line_manager = make.person("Nina Newcomer", email="nina@x.example", started=BEGINS)
    commit()
    browser, where = client_of(people.hr_manager), f"/early-advice/people/{author.id}/manager"
    words = "Nina Newcomer manages them from 12 April 2027. Enter who manages them until then."
    assert words in browser.get(where).text
    assert browser.post(where, {"manager": "nina@x.example"}, status=422).errors == [
        "Nina Newcomer begins on 12 April 2027. Enter who manages them until then"
    ]
    page = browser.follow(where, {"manager": people.manager.email})
    assert "You recorded that Mary Manager manages Alma Author." in page.text
    assert author.line_manager == people.manager
    assert not queries.waits_for_a_manager(author, TODAY)
    with clock.set_to(NOW):
        assert "Record who manages" not in browser.get("/").text
        assert "Answer Alma Author, who asks before posting" in client_of(people.manager).get("/").text
