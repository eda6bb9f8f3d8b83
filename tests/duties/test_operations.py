"""The chase: who is reminded of what on which day, by time travel; and who is never told."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import begin_writing, db
from app.core.outbox import OutboxMessage
from app.core.working_days import calendar_for
from app.duties import operations
from app.duties.models import Reminder
from app.matters.models import Capacity, Matter, MatterKind, MatterParty
from app.matters.queries import kept_from
from app.people.models import Person, Role, RoleAssignment
from tests.conftest import NOW
from tests.duties.factories import USUAL, morning, rule, sent, use
from tests.factories import Factory
from tests.pages import counted_queries

WEDNESDAY = date(2027, 3, 10)
DAY = timedelta(days=1)


class Team:
    """A doer with a manager and a head of service, and a register keeper."""

    def __init__(self, make: Factory) -> None:
        self.sca = make.person("Morgan Lee", Role.SCA)
        self.head = make.person("Robin Hill")
        self.manager = make.person("Priya Shah")
        self.doer = make.person("Jo Bell", manager=self.manager, service="Libraries")
        make.service("Libraries", head=self.head)


@pytest.fixture
def team(make: Factory) -> Team:
    return Team(make)


def _travel(first: date, last: date) -> None:
    """Let every day's chase run in the morning and once more late in the evening."""
    day = first
    while day <= last:
        morning(day)
        assert morning(day, hour=23) == 0, f"something was left, or sent twice, on {day}"
        day += DAY


# due, then the days of: the doer a day before, on the day; the keeper a day after; the head three days after, and again
TRAVELS = [
    ("2027-03-10", "2027-03-09", "2027-03-10", "2027-03-11", "2027-03-15", "2027-03-22"),  # nothing in the way
    ("2027-03-13", "2027-03-11", "2027-03-12", "2027-03-15", "2027-03-17", "2027-03-24"),  # due on a Saturday
    ("2027-03-25", "2027-03-24", "2027-03-25", "2027-03-30", "2027-04-01", "2027-04-08"),  # Easter; the clocks go forward
    ("2027-03-26", "2027-03-24", "2027-03-25", "2027-03-30", "2027-04-01", "2027-04-08"),  # due on Good Friday
    ("2026-12-24", "2026-12-23", "2026-12-24", "2026-12-29", "2026-12-31", "2027-01-08"),  # Christmas and New Year
    ("2027-10-29", "2027-10-28", "2027-10-29", "2027-11-01", "2027-11-03", "2027-11-10"),  # the clocks go back
]


@pytest.mark.parametrize("days", TRAVELS, ids=[days[0] for days in TRAVELS])
def test_each_step_goes_out_once_on_its_working_day(
    app: Flask, team: Team, monkeypatch: pytest.MonkeyPatch, days: tuple[str, ...]
) -> None:
    due, before, on_the_day, keeper, head, again = map(date.fromisoformat, days)
    use(app, monkeypatch).add(team.doer, due)
    _travel(due - 6 * DAY, again)
    fifth_day = calendar_for().add(due, 5)
    assert sent(team.doer) == [(before, -1), (on_the_day, 0), (fifth_day, 5)]
    assert sent(team.sca) == [(keeper, 1)]
    assert sent(team.head) == [(head, 3), (again, 8)]
    assert sent(team.manager) == []
    messages = db.session.query(OutboxMessage.to_person_id, OutboxMessage.occasion).all()
    assert sorted(messages) == sorted(
        [(team.doer.id, "reminder")] * 3 + [(team.sca.id, "reminder_escalated")] + [(team.head.id, "reminder_escalated")] * 2
    )


def test_nothing_goes_out_on_a_day_off(app: Flask, team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    use(app, monkeypatch).add(team.doer, date(2027, 3, 1))
    for day in (date(2027, 3, 13), date(2027, 3, 14), date(2027, 3, 26), date(2027, 3, 29), date(2027, 12, 27)):
        assert morning(day) == 0
    assert sent() == []


def test_what_fell_due_while_nothing_ran_is_told_once_by_its_latest_step(
    app: Flask, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(app, monkeypatch).add(team.doer, WEDNESDAY)
    ten_days_late = date(2027, 3, 24)
    assert morning(ten_days_late) == 3
    assert (sent(team.doer), sent(team.sca), sent(team.head)) == (
        [(ten_days_late, 10)], [(ten_days_late, 1)], [(ten_days_late, 8)],
    )  # fmt: skip
    assert morning(ten_days_late + DAY) == 0


def test_a_duty_with_a_new_day_begins_anew_but_not_twice_on_one_day(
    app: Flask, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    duties = use(app, monkeypatch)
    duties.add(team.doer, WEDNESDAY)
    morning(WEDNESDAY)
    duties.rows.clear()
    duties.add(team.doer, WEDNESDAY + DAY)
    assert morning(WEDNESDAY, hour=12) == 0
    morning(WEDNESDAY + DAY)
    assert sent(team.doer) == [(WEDNESDAY, 0), (WEDNESDAY + DAY, 0)]


def test_what_is_done_is_no_longer_chased_and_what_came_of_it_is_settled(
    app: Flask, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    duties = use(app, monkeypatch)
    duties.add(team.doer, WEDNESDAY)
    morning(WEDNESDAY)
    morning(WEDNESDAY + DAY)
    duties.rows.clear()
    assert morning(WEDNESDAY + 2 * DAY) == 1
    settled = db.session.query(Reminder.escalated, Reminder.settled_on).order_by(Reminder.escalated).all()
    assert settled == [(False, None), (True, WEDNESDAY + 2 * DAY)]


def test_whoever_has_the_duty_themselves_is_reminded_and_not_told_on(
    app: Flask, make: Factory, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keeper who has the duty, too, and somebody who is both manager and head, get one reminder a day."""
    team.doer.line_manager_id = team.head.id
    make.keep(team.doer)
    duties = use(app, monkeypatch, rule(("doer", 1), ("sca", 1), ("doers_manager", 1), ("head_of_service", 1), repeat=1))
    duties.add(team.doer, WEDNESDAY)
    duties.add(team.sca, WEDNESDAY)
    _travel(WEDNESDAY, WEDNESDAY + 2 * DAY)
    told = db.session.query(Reminder.to_person_id, Reminder.escalated, sa.func.count()).group_by(
        Reminder.to_person_id, Reminder.escalated
    )
    expected = [(team.doer.id, False, 2), (team.sca.id, False, 2), (team.head.id, True, 2)]
    assert sorted(tuple(row) for row in told) == sorted(expected)


def test_somebody_on_their_last_day_is_still_reminded(
    app: Flask, make: Factory, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.doer.last_working_day = WEDNESDAY
    make.keep(team.doer)
    use(app, monkeypatch, rule(("doer", 0), repeat=1)).add(team.doer, WEDNESDAY)
    _travel(WEDNESDAY, WEDNESDAY + DAY)
    assert sent(team.doer) == [(WEDNESDAY, 0)]
    assert sent(team.manager) == []


def test_two_duties_with_one_key_do_not_stop_the_chase(
    app: Flask, make: Factory, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same thing for two people, each by a day of their own: whoever stands above both is told once a day."""
    other = make.person("Other", manager=team.manager)
    duties = use(app, monkeypatch, rule(("doers_manager", 0), ("doers_manager", 1)))
    duties.add(team.doer, WEDNESDAY)
    duties.add(other, WEDNESDAY + DAY)
    _travel(WEDNESDAY, WEDNESDAY + 2 * DAY)
    assert [day for day, _ in sent(team.manager)] == [WEDNESDAY, WEDNESDAY + DAY, WEDNESDAY + 2 * DAY]


def test_two_days_of_one_thing_are_told_in_one_message_a_day_until_both_are_done(
    app: Flask, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two accounts of one leaver, say: what waits longer is told, and when it is done what is left."""
    duties = use(app, monkeypatch, rule(("doer", 0), repeat=1))
    duties.add(team.doer, WEDNESDAY)
    duties.add(team.doer, WEDNESDAY + DAY)
    _travel(WEDNESDAY, WEDNESDAY + DAY)
    del duties.rows[0]
    _travel(WEDNESDAY + 2 * DAY, WEDNESDAY + 2 * DAY)
    told = db.session.query(Reminder.sent_on, Reminder.due_on).order_by(Reminder.sent_on).all()
    longer, left = WEDNESDAY, WEDNESDAY + DAY
    assert told == [(WEDNESDAY, longer), (WEDNESDAY + DAY, longer), (WEDNESDAY + 2 * DAY, left)]


def test_a_role_not_yet_begun_or_ended_gets_nothing(
    app: Flask, make: Factory, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    former, coming, gone = make.person(), make.person(), make.person("Gone", Role.SCA, last_working_day=WEDNESDAY)
    make.keep(
        RoleAssignment(person_id=former.id, role=Role.SCA, since=date(2020, 1, 1), until=WEDNESDAY),
        RoleAssignment(person_id=coming.id, role=Role.SCA, since=WEDNESDAY + 2 * DAY),
    )
    use(app, monkeypatch).add(team.doer, WEDNESDAY)
    morning(WEDNESDAY + DAY)
    assert sent(team.sca) == [(WEDNESDAY + DAY, 1)]
    assert sent(former) == sent(coming) == sent(gone) == []


# ---- who may not know ----

MATTER_RULE = rule(("doer", 0), ("hr_manager", 1), about_matters=True)


def _not_walled(matter_id: uuid.UUID) -> Callable[..., sa.Select[Any]]:
    """What a room about matters says: a thing opens for HR managers who are not walled off from it."""

    def opens(people: Any, keys: Any, today: date) -> sa.Select[Any]:
        free = ~kept_from(sa.literal(matter_id, sa.Uuid(as_uuid=True)), Person.id, today)
        columns: list[Any] = [sa.literal("hall").label("key"), Person.id.label("person_id")]
        return sa.select(*columns).where(Person.id.in_(list(people)), free)

    return opens


@pytest.fixture
def matter(make: Factory) -> Matter:
    made: Matter = make.keep(Matter.new(MatterKind.CASE, at=NOW))
    return made


def test_an_hr_manager_behind_the_wall_is_not_told(
    app: Flask, make: Factory, team: Team, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    free, walled = make.person("Free", Role.HR_MANAGER), make.person("Walled", Role.HR_MANAGER)
    make.keep(MatterParty(matter_id=matter.id, person_id=walled.id, capacity=Capacity.WITNESS, since=NOW))
    duties = use(app, monkeypatch, MATTER_RULE, _not_walled(matter.id))
    duties.add(team.doer, WEDNESDAY, matter_id=matter.id)
    _travel(WEDNESDAY, WEDNESDAY + 3 * DAY)
    assert (sent(free), sent(walled)) == ([(WEDNESDAY + DAY, 1)], [])
    assert {message.matter_id for message in db.session.query(OutboxMessage)} == {matter.id}
    assert walled.id not in {message.to_person_id for message in db.session.query(OutboxMessage)}


def test_of_a_matter_that_opens_for_nobody_else_nobody_else_is_told(
    app: Flask, make: Factory, team: Team, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = make.person("Hana", Role.HR_MANAGER)
    use(app, monkeypatch, MATTER_RULE).add(team.doer, WEDNESDAY, matter_id=matter.id)
    _travel(WEDNESDAY, WEDNESDAY + 3 * DAY)
    assert (sent(team.doer), sent(manager)) == ([(WEDNESDAY, 0)], [])


def test_whoever_may_not_be_told_does_not_keep_others_from_being_told(
    app: Flask, make: Factory, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bite full of those who may not know ends with those who may."""
    monkeypatch.setattr(operations, "BITE", 2)

    def opens(people: Any, keys: Any, today: date) -> sa.Select[Any]:
        columns: list[Any] = [sa.literal("z").label("key"), Person.id.label("person_id")]
        return sa.select(*columns).where(Person.id.in_(list(people)))

    duties = use(app, monkeypatch, rule(("sca", 0)), opens)
    for key in "abcdefz":
        duties.add(team.doer, WEDNESDAY, key=key)
    assert morning(WEDNESDAY) == 1
    assert db.session.query(Reminder.key).all() == [("z",)]


# ---- in bites, and safe to stop anywhere ----


def test_many_go_out_in_bites_and_a_crash_between_two_loses_and_doubles_nothing(
    app: Flask, make: Factory, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "BITE", 3)
    duties = use(app, monkeypatch, rule(("doer", 0)))
    for number in range(8):
        duties.add(team.doer, WEDNESDAY, key=f"hall {number}")
    at = clock.at_local(WEDNESDAY, 7)
    begin_writing()
    assert operations.chase(at) == 3
    db.session.commit()
    begin_writing()
    assert operations.chase(at) == 3
    db.session.rollback()  # killed in the middle of the second bite
    assert morning(WEDNESDAY) == 5
    assert sorted(key for (key,) in db.session.query(Reminder.key)) == [f"hall {number}" for number in range(8)]
    assert db.session.query(OutboxMessage).count() == 8


@pytest.mark.parametrize("changed", [{"step": 1}, {"sent_on": WEDNESDAY + DAY}], ids=["one day", "one step"])
def test_the_database_itself_refuses_a_second_reminder(
    app: Flask, make: Factory, team: Team, changed: dict[str, Any]
) -> None:
    values = {
        "kind": "sweep", "key": "hall", "due_on": WEDNESDAY, "step": 0, "to_person_id": team.doer.id, "escalated": False,
        "sent_on": WEDNESDAY, "created_at": NOW,
    }  # fmt: skip
    make.keep(Reminder(**values))
    with pytest.raises(IntegrityError):
        make.keep(Reminder(**{**values, **changed}))
    db.session.rollback()


def test_keys_by_the_thousand_take_no_more_queries(
    app: Flask, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    duties = use(app, monkeypatch, USUAL)
    counts = []
    for many in (1, 40):
        for number in range(many):
            duties.add(team.doer, WEDNESDAY, key=f"{many}-{number}")
        morning(WEDNESDAY + 5 * DAY)
        begin_writing()  # with the organisation's closed days read, which are kept for a minute
        assert operations.chase(clock.at_local(WEDNESDAY + 5 * DAY, 11)) == 0
        with counted_queries() as statements:
            begin_writing()
            assert operations.chase(clock.at_local(WEDNESDAY + 5 * DAY, 12)) == 0
        counts.append(len(statements))
    assert counts == [7, 7]


def test_no_message_stands_for_nothing(app: Flask, team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    use(app, monkeypatch).add(team.doer, WEDNESDAY)
    _travel(WEDNESDAY - 2 * DAY, WEDNESDAY + 5 * DAY)
    reminders = {reminder.id for reminder in db.session.query(Reminder)}
    assert {message.subject_id for message in db.session.query(OutboxMessage)} == reminders
    assert uuid.UUID(int=0) not in reminders


# ---- whoever is above, whoever has left ----


def _above(app: Flask, monkeypatch: pytest.MonkeyPatch, doer: Person, to: str) -> set[uuid.UUID]:
    """Who is told that it is late with somebody, by a rule that names their manager or their head of service."""
    use(app, monkeypatch, rule((to, 1))).add(doer, WEDNESDAY)
    db.session.query(Reminder).delete()
    db.session.commit()
    morning(WEDNESDAY + DAY)
    return set(db.session.execute(sa.select(Reminder.to_person_id)).scalars())


@pytest.mark.parametrize("to", ["doers_manager", "head_of_service"])
def test_what_is_late_goes_up_past_those_who_left_and_never_to_nobody(
    app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    top = make.person("Top")
    upper = make.person("Upper", manager=top)
    manager = make.person("Manager", manager=upper)
    head, doer = make.person("Head"), make.person("Jo", manager=manager, service="Parks")
    make.service("Parks", head=head)
    administrator = make.person("Ada", Role.ADMINISTRATOR)

    def told(*gone: Person) -> set[uuid.UUID]:
        for one in (top, upper, manager, head):
            one.last_working_day = WEDNESDAY if one in gone else None
            make.keep(one)
        return _above(app, monkeypatch, doer, to)

    first, second = (manager, head) if to == "doers_manager" else (head, manager)
    assert told() == {first.id}
    assert told(first) == ({upper.id} if to == "doers_manager" else {second.id})
    assert told(manager, upper) == ({top.id} if to == "doers_manager" else {head.id})
    assert told(manager, upper, top) == {head.id}
    assert told(head, manager) == {upper.id}
    assert told(head, manager, upper, top) == {administrator.id}
    hana = make.person("Hana", Role.HR_MANAGER)
    assert told(head, manager, upper, top) == {hana.id}


def test_a_role_that_nobody_holds_is_told_to_the_other_keeper_or_to_whoever_is_above(
    app: Flask, team: Team, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(role: Role) -> set[uuid.UUID]:
        return _above(app, monkeypatch, team.doer, role)

    assert told(Role.DEPUTY_SCA) == {team.sca.id}
    deputy = make.person("Dee", Role.DEPUTY_SCA)
    assert told(Role.DEPUTY_SCA) == {deputy.id}
    for one in (team.sca, deputy):
        one.last_working_day = WEDNESDAY
        make.keep(one)
    assert told(Role.SCA) == told(Role.DEPUTY_SCA) == told(Role.ICT) == {team.manager.id}


def test_lines_in_a_ring_come_to_an_end(
    app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    hana, doer = make.person("Hana", Role.HR_MANAGER), make.person("Jo")
    gone = make.person("Gone", last_working_day=WEDNESDAY)
    gone.line_manager_id, doer.line_manager_id = doer.id, gone.id
    make.keep(gone, doer)
    assert _above(app, monkeypatch, doer, "doers_manager") == {hana.id}
    other = make.person("Gone too", manager=gone, last_working_day=WEDNESDAY)
    gone.line_manager_id = other.id
    make.keep(gone)
    assert _above(app, monkeypatch, doer, "head_of_service") == {hana.id}


@pytest.mark.parametrize("ahead", [DAY, 366 * DAY])
def test_a_clock_that_was_ahead_for_a_while_silences_nothing(
    app: Flask, team: Team, monkeypatch: pytest.MonkeyPatch, ahead: timedelta
) -> None:
    """What was told in the days to come is told again once they are there, and what was found done then is open."""
    duties = use(app, monkeypatch)
    duties.add(team.doer, WEDNESDAY)
    _travel(WEDNESDAY, WEDNESDAY + DAY)
    before = sent()
    assert before == [(WEDNESDAY, 0), (WEDNESDAY + DAY, 1)]
    morning(WEDNESDAY + 4 * DAY + ahead)
    kept, duties.rows = duties.rows, []
    morning(WEDNESDAY + 5 * DAY + ahead)
    duties.rows = kept
    _travel(WEDNESDAY + 2 * DAY, WEDNESDAY + 7 * DAY)
    assert sent()[:2] == before
    assert sent(team.head) == [(date(2027, 3, 15), 3)]
    assert sent(team.doer)[1:] == [(date(2027, 3, 17), 5)]
    assert db.session.query(Reminder).filter(Reminder.settled_on.is_not(None)).count() == 0
    assert db.session.query(OutboxMessage).count() == db.session.query(Reminder).count()
