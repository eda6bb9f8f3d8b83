"""Whoever comes to decide about somebody whose request waits already is told of it, once."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.audit import ActorKind
from app.core.db import begin_writing, commit, db
from app.core.outbox import OutboxMessage
from app.device_permissions.models import DevicePermissionRequest
from app.device_permissions.operations import (
    answer_device_question,
    approve_device_request,
    ask_new_managers,
    give_manager,
    refuse_device_request,
    return_device_request,
    withdraw_device_request,
)
from app.duties.operations import chase
from app.people.models import Person, Role
from app.people.operations import import_people, plan_people_import
from tests.conftest import NOW
from tests.device_permissions.factories import TODAY, approved, submitted
from tests.factories import Factory
from tests.pages import counted_queries

DAY = timedelta(days=1)
NEXT = TODAY + DAY
HEADER = "email,name,post,service,person_kind,manager_email,started,last_working_day"


@pytest.fixture
def asks(make: Factory) -> Person:
    """Whoever asked, with a manager and a head of service who are here."""
    make.service("Libraries", head=make.person("Hetty Head"))
    return make.person(
        "Ada Asks", email="ada@x.example", post="Officer", service="Libraries", manager=make.person("Mia Manager")
    )


@pytest.fixture
def nina(make: Factory) -> Person:
    """Who manages them later."""
    return make.person("Nina Next", email="nina@x.example")


def _job(day: date = NEXT) -> int:
    at = clock.at_local(day, 6, 50)
    with clock.set_to(at):
        begin_writing()
        count = ask_new_managers(at)
        commit()
    db.session.expire_all()
    return count


def _told(person: Person | None) -> list[str]:
    """The kinds of the messages to somebody who decides."""
    assert person is not None
    told = sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == person.id)
    told = told.order_by(OutboxMessage.created_at)
    return [one.partition("#")[0] for one in db.session.execute(told).scalars()]


def _import(asks: Person, manager: Person) -> None:
    """A file of people that names another line manager."""
    begin_writing()
    row = f"{asks.email},{asks.name},{asks.post},Libraries,employee,{manager.email},,"
    import_people(plan_people_import(f"{HEADER}\n{row}".encode(), today=TODAY), by=ActorKind.INSTALLATION, at=NOW)
    commit()


def test_a_new_line_manager_is_told_once_of_each_request_that_waits(asks: Person, nina: Person) -> None:
    former = asks.line_manager
    submitted(asks)
    submitted(asks, device_words="my tablet")
    approved(asks, former or nina, device_words="my phone")
    before = _told(former)
    _import(asks, nina)
    assert _job() == 2
    assert sorted(_told(nina)) == ["device_confirm", "device_decide", "device_decide"]
    for number in range(3):
        assert _job(NEXT + number * DAY) == 0
    assert len(_told(nina)) == 3
    assert _told(former) == before


@pytest.mark.parametrize("is_head_told", [True, False])
def test_the_head_who_stands_in_is_told_and_not_again_as_the_manager(asks: Person, is_head_told: bool) -> None:
    """Nor is a manager who decides again: the request is among their messages."""
    submitted(asks)
    mia = asks.line_manager
    assert asks.service is not None
    assert mia is not None
    head = asks.service.head
    mia.last_working_day = TODAY
    commit()
    if is_head_told:
        _job()
        assert _told(head) == ["device_decide"]
    asks.line_manager = head
    commit()
    _job()
    assert _told(head) == ["device_decide"]
    mia.last_working_day, asks.line_manager = None, mia
    commit()
    assert _job() == 0
    assert _told(mia) == ["device_decide"]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2027, 3, 5), ["device_decide"]), (date(2027, 3, 6), []), (date(2027, 3, 7), []),
        (date(2027, 3, 8), ["device_decide"]), (date(2027, 3, 9), ["reminder"]), (date(2027, 3, 10), ["reminder"]),
        (date(2027, 3, 11), ["reminder"]),
    ],
)  # fmt: skip
def test_they_are_told_of_one_thing_once_a_day_and_not_on_a_weekend(
    asks: Person, nina: Person, day: date, told: list[str]
) -> None:
    """From the working day before it is due on they are reminded of it."""
    assert submitted(asks).due_on == date(2027, 3, 10)
    _import(asks, nina)
    _job(day)
    at = clock.at_local(day, 7)
    with clock.set_to(at):
        begin_writing()
        chase(at)
        commit()
    assert _told(nina) == told


def test_whoever_begins_later_is_told_on_their_first_day(asks: Person, nina: Person) -> None:
    submitted(asks)
    nina.started, asks.line_manager = NEXT + DAY, nina
    commit()
    _job()
    assert (_told(nina), _told(asks.service.head if asks.service else None)) == ([], ["device_decide"])
    _job(NEXT + DAY)
    assert _told(nina) == ["device_decide"]


def test_whom_hr_recorded_was_told_by_that(make: Factory, asks: Person, nina: Person) -> None:
    made, hr = submitted(asks), make.person("Hana HR", Role.HR_MANAGER)
    asks.line_manager = None
    commit()
    begin_writing(made, asks)
    give_manager(made, nina, by=hr, at=NOW)
    commit()
    _job()
    assert _told(nina) == ["device_decide"]


def _returned(made: DevicePermissionRequest, by: Person) -> None:
    begin_writing(made)
    return_device_request(made, by=by, at=NOW, question="Whose is it?")
    commit()


def test_of_a_question_they_are_told_once_it_is_answered_or_was_not(asks: Person, nina: Person) -> None:
    mia = asks.line_manager
    assert mia is not None
    answered, unanswered = submitted(asks), submitted(asks, device_words="my tablet")
    for made in (answered, unanswered):
        _returned(made, mia)
    _import(asks, nina)
    _job()
    assert _told(nina) == []
    begin_writing(answered)
    answer_device_question(answered, by=asks, at=NOW, answer="Mine")
    commit()
    _job()
    assert _told(nina) == ["device_answer"]
    question = unanswered.open_question
    assert question is not None
    _job(question.answer_by)
    assert _told(nina) == ["device_answer"]
    for _ in range(2):
        _job(question.answer_by + DAY)
        assert _told(nina) == ["device_answer", "device_decide"]


@pytest.mark.parametrize("fate", ["refused", "withdrawn", "left", "nobody decides"])
def test_of_what_does_not_wait_nobody_is_told(asks: Person, nina: Person, fate: str) -> None:
    made, mia = submitted(asks), asks.line_manager
    assert asks.service is not None
    assert mia is not None
    begin_writing(made)
    if fate == "refused":
        refuse_device_request(made, by=mia, at=NOW, reasons="Use ours")
    elif fate == "withdrawn":
        withdraw_device_request(made, by=asks, at=NOW)
    elif fate == "left":
        asks.last_working_day = TODAY
    commit()
    before = db.session.execute(sa.select(sa.func.count(OutboxMessage.id))).scalar_one()
    asks.line_manager = None if fate == "nobody decides" else nina
    asks.service.head_id = None
    commit()
    _job()
    assert db.session.execute(sa.select(sa.func.count(OutboxMessage.id))).scalar_one() == before


def test_another_kind_whose_name_begins_alike_tells_of_nothing_that_waits(asks: Person, nina: Person) -> None:
    """Somebody who asked and was told that theirs is decided is not thereby told of another's."""
    made = submitted(nina)
    nina.line_manager = asks.line_manager
    commit()
    begin_writing(made)
    assert asks.line_manager is not None
    approve_device_request(made, by=asks.line_manager, at=NOW, expires_on=TODAY + 9 * DAY)
    commit()
    submitted(asks)
    _import(asks, nina)
    _job()
    assert sorted(_told(nina)) == ["device_decide", "device_decided"]


def test_the_job_asks_as_much_of_many_as_of_one(make: Factory, asks: Person) -> None:
    """Where everybody was told there is nothing to look up one by one."""
    counts: list[int] = []
    for number in range(3):
        submitted(asks, device_words=f"my tablet {number}", platforms=(f"Forum {number}",))
        _job()
        with counted_queries() as queries:
            _job()
        counts.append(len(queries))
    assert counts[0] == counts[2]
