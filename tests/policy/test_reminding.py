"""Managers remind their teams: by when, in which words, in whose name, and who sees that it is late."""

import itertools
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.db import commit, db
from app.core.errors import InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.duties.models import Reminder
from app.people.models import Person, Role
from app.policy.models import SEES_REMINDERS, RemindedBy, ReminderTurn, TeamReminder
from app.policy.operations import give_turns, remind_team
from app.policy.queries import current_version, open_turn, pack, reminded_in, team_to_remind
from tests.conftest import NOW
from tests.duties.factories import morning
from tests.factories import Factory
from tests.pages import PageClient, counted_queries
from tests.policy.factories import DAY, TODAY, published


def a_manager(make: Factory, members: int = 2, **values: object) -> tuple[Person, list[Person]]:
    """Somebody with a team, to whom a turn was given."""
    manager = make.person("Manager", **values)  # type: ignore[arg-type]
    team = [make.person(f"Member {number}", manager=manager) for number in range(members)]
    give_turns(NOW)
    commit()
    return manager, team


def reminded(manager: Person, team: list[Person], **changed: object) -> TeamReminder:
    """A message to the whole team."""
    values: dict[str, object] = {
        "method": RemindedBy.MESSAGE, "words": "Keep it in mind.", "given_on": TODAY, "people": team, "at": NOW, **changed
    }
    made = remind_team(manager, **values)  # type: ignore[arg-type]
    commit()
    return made


def test_the_first_reminder_is_due_six_months_after_somebody_has_a_team(make: Factory) -> None:
    """Once, also when the job runs again; nobody without a team has a turn, nor a manager who left."""
    manager, _team = a_manager(make)
    make.person("Left", last_working_day=TODAY - DAY)
    assert give_turns(NOW + DAY) == 0
    turn = db.session.execute(sa.select(ReminderTurn)).scalar_one()
    assert (turn.manager_id, turn.counted_from, turn.due_on) == (manager.id, TODAY, date(2027, 9, 3))
    assert pack().chases["policy:remind"].duty_sources == ("6.1(4)",)


def test_a_team_begins_with_the_first_day_of_its_first_member(make: Factory) -> None:
    """Nobody is announced ahead and reminded before they have come, and nobody reminds a team that is not there yet."""
    manager = make.person("Manager")
    starter = make.person("Starter", manager=manager, started=TODAY + 2 * DAY)
    assert give_turns(NOW) == give_turns(NOW + DAY) == 0
    assert team_to_remind(manager, TODAY + DAY) == []
    assert give_turns(NOW + 2 * DAY) == 1
    assert team_to_remind(manager, TODAY + 2 * DAY) == [starter]


@pytest.mark.parametrize(
    ("given", "due", "shown_from"),
    [
        (date(2026, 8, 31), date(2027, 2, 28), date(2027, 2, 15)),  # no 31st of February
        (date(2026, 10, 5), date(2027, 4, 5), date(2027, 3, 18)),  # ten working days before, over Easter
        (date(2027, 3, 1), date(2027, 9, 1), date(2027, 8, 17)),  # the summer bank holiday and summer time between
    ],
)
def test_the_next_one_is_counted_from_the_day_on_which_it_was_given(
    make: Factory, given: date, due: date, shown_from: date
) -> None:
    with clock.set_to(clock.at_local(date(2026, 8, 1), 10)):
        manager = make.person("Manager")
        team = [make.person("Member", manager=manager)]
        give_turns(clock.now())
        commit()
    reminded(manager, team, method=RemindedBy.BRIEFING, given_on=given)
    turn = open_turn(manager.id)
    assert turn is not None
    assert (turn.counted_from, turn.due_on, turn.shown_from) == (given, due, shown_from)


def test_an_earlier_briefing_written_down_late_moves_nothing(make: Factory) -> None:
    manager, team = a_manager(make)
    reminded(manager, team, method=RemindedBy.BRIEFING, given_on=TODAY - DAY)
    turn = open_turn(manager.id)
    assert turn is not None
    assert turn.counted_from == TODAY


def test_a_briefing_is_of_the_version_that_held_on_its_day(make: Factory) -> None:
    manager, team = a_manager(make)
    before = current_version(TODAY)
    published(make.person("Guardian", Role.HR_MANAGER))
    with clock.set_to(NOW + 2 * DAY):
        briefing = reminded(manager, team, method=RemindedBy.BRIEFING, given_on=TODAY, at=NOW + 2 * DAY)
        message = reminded(manager, team, given_on=TODAY + 2 * DAY, at=NOW + 2 * DAY)
    assert briefing.version_id == before.id
    assert message.version.label == "Version 3"


def test_a_turn_is_done_when_everybody_was_reminded_since_it_was_counted(make: Factory) -> None:
    """Part of a team moves nothing; the last of them does, from the last day, whatever was written down in which order."""
    manager, team = a_manager(make, members=3)
    first = open_turn(manager.id)
    assert first is not None
    for days, people in ((1, team[:1]), (9, team[:2]), (20, team[1:2])):
        with clock.set_to(NOW + days * DAY):
            reminded(manager, people, given_on=TODAY + days * DAY, at=NOW + days * DAY)
        assert open_turn(manager.id) == first
        assert reminded_in(first) == {one.id for one in (team[:1] if days == 1 else team[:2])}
    with clock.set_to(NOW + 21 * DAY):
        briefing = reminded(
            manager, team[2:], method=RemindedBy.BRIEFING, given_on=TODAY + 5 * DAY, at=NOW + 21 * DAY
        )  # fmt: skip
        commit()
    following = open_turn(manager.id)
    assert following is not None
    assert first.done_by_id == briefing.id
    assert (following.counted_from, reminded_in(following)) == (TODAY + 20 * DAY, set())


def test_a_turn_is_done_too_once_those_who_were_left_have_gone(make: Factory) -> None:
    manager, team = a_manager(make, members=3)
    assert give_turns(NOW) == 0
    reminded(manager, team[:1])
    assert give_turns(NOW) == 0
    team[1].last_working_day = TODAY
    team[2].line_manager_id = None
    commit()
    assert give_turns(NOW) == 0
    at = NOW + DAY
    with clock.set_to(at):
        assert give_turns(at) == 1
        commit()
        turn = open_turn(manager.id)
        assert turn is not None
        assert (turn.counted_from, reminded_in(turn)) == (TODAY, set())
        assert give_turns(at) == 0


def test_pages_say_how_many_of_the_team_were_reminded(make: Factory, client_of: Callable[..., PageClient]) -> None:
    manager, team = a_manager(make, members=3)
    reminded(manager, team[:1])
    browser = client_of(manager)
    with counted_queries() as queries:
        page = browser.get("/policy/remind")
    assert len(queries) <= 8, queries
    assert "Reminded for it already: 1 of 3. Still to be reminded: Member 1, Member 2." in page.text
    assert [box["value"] for box in page.soup.select("input[name=people][checked]")] == [str(one.id) for one in team[1:]]
    sca = client_of(make.person("Sca", Role.SCA))
    with counted_queries() as queries:
        assert "1 of 3" in sca.get("/policy/reminders/managers").text
    assert len(queries) <= 4, queries
    turn = open_turn(manager.id)
    assert turn is not None
    assert "Reminded for it already: 1 of 3." in sca.get(f"/policy/reminders/turns/{turn.id}").text
    assert ",1 of 3," in sca.get("/policy/reminders/managers.csv").response.get_data(as_text=True)


def test_what_is_refused(make: Factory) -> None:
    manager, team = a_manager(make)
    stranger = make.person("Stranger")
    with pytest.raises(NotAllowed, match="Only somebody with a team"):
        reminded(stranger, team)
    refused: list[dict[str, object]] = [
        {"people": []}, {"people": [*team, stranger]}, {"words": ""}, {"given_on": TODAY - DAY},
        {"method": RemindedBy.BRIEFING, "given_on": TODAY + DAY},
        {"method": RemindedBy.BRIEFING, "given_on": date(2016, 1, 1)},
    ]  # fmt: skip
    for changed in refused:
        with pytest.raises(InvalidInput):
            reminded(manager, team, **changed)
        db.session.rollback()
    starter = make.person("Nia Starter", manager=manager, started=TODAY)
    with pytest.raises(InvalidInput, match="they worked here: Nia Starter began here on 3 March 2027") as refusal:
        reminded(manager, [*team, starter], method=RemindedBy.BRIEFING, given_on=TODAY - DAY)
    assert refusal.value.field == "given_on"
    db.session.rollback()
    reminded(manager, [*team, starter])


@pytest.mark.parametrize(("own", "manages", "role"), list(itertools.product((False, True), (False, True), [None, *Role])))
def test_who_sees_that_it_is_due(make: Factory, own: bool, manages: bool, role: Role | None) -> None:
    """The truth table of the one predicate of a turn."""
    person = make.person("Reader", *([role] if role else []))
    manager = person if own else make.person("Manager", manager=person if manages else None)
    turn = ReminderTurn(manager_id=manager.id, counted_from=TODAY, due_on=TODAY, shown_from=TODAY)
    turn.manager = manager
    expected = own or (manages and not own) or role in SEES_REMINDERS
    assert turn.can_be_seen_by(person) is expected
    db.session.rollback()


def test_late_managers_are_chased_and_listed(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """The manager before, on the day; their own manager 5 working days later, the register keeper after 10."""
    above, sca = make.person("Above"), make.person("Sca", Role.SCA)
    manager, team = a_manager(make, manager=above)
    turn = open_turn(manager.id)
    assert turn is not None
    turn.due_on, turn.shown_from = date(2027, 3, 24), date(2027, 3, 10)
    commit()
    for number in range(1, 40):
        morning(TODAY + number * DAY)
    sent = db.session.execute(
        sa.select(Reminder.to_person_id, sa.func.min(Reminder.sent_on)).where(Reminder.kind == "policy:remind")
        .group_by(Reminder.to_person_id)
    ).all()  # fmt: skip
    assert dict(map(tuple, sent)) == {
        manager.id: date(2027, 3, 10), above.id: date(2027, 4, 2), sca.id: date(2027, 4, 9)
    }  # Good Friday and Easter Monday count for nothing
    with clock.set_to(clock.at_local(date(2027, 4, 9), 10)):
        browser = client_of(sca)
        with counted_queries() as queries:
            page = browser.get("/policy/reminders/managers")
        assert len(queries) <= 4, queries
        assert "Manager None recorded 24 March 2027" in page.text
        assert "0 of 2" in page.text
        assert "Late with Manager: remind your team" in browser.get("/").text
        assert "It was counted on" in browser.get(f"/policy/reminders/turns/{turn.id}").text
        client_of(team[0]).get(f"/policy/reminders/turns/{turn.id}", status=403)
        client_of(team[0]).get("/policy/reminders/managers", status=403)


def test_the_words_go_out_in_the_managers_name_once_confirmed(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    """Prepared, changed, confirmed; opening the page sends nothing; markup is shown as text."""
    manager, team = a_manager(make)
    browser = client_of(manager)
    with counted_queries() as queries:
        page = browser.get("/policy/remind")
    assert len(queries) <= 8, queries
    assert "Social Media Policy" in page.field("words")
    assert db.session.execute(sa.select(sa.func.count(TeamReminder.id))).scalar_one() == 0
    chosen = {"people": [str(team[0].id)], "words": "Read <i>7.10</i> again."}
    page = browser.post("/policy/remind", chosen, status=422)
    assert page.errors == ["Select how you remind them"]
    assert page.field("words") == "Read <i>7.10</i> again."
    page = browser.post("/policy/remind", {**chosen, "method": "briefing", "given_on": ["", "", ""]}, status=422)
    assert page.errors == ["Enter the day of the briefing"]
    page = browser.post("/policy/remind", {**chosen, "people": [str(Factory.id())], "method": "message"}, status=422)
    page = browser.follow("/policy/remind", {**chosen, "method": "message"})
    assert "You reminded 1 person." in page.text
    told = db.session.execute(
        sa.select(OutboxMessage.to_person_id).where(OutboxMessage.occasion == "policy_from_manager")
    ).scalars().all()  # fmt: skip
    assert told == [team[0].id]
    page = client_of(team[0]).get("/policy/reminders")
    assert "Manager, 3 March 2027" in page.text
    assert "Read <i>7.10</i> again." in page.text
    assert "Nothing yet." in client_of(team[1]).get("/policy/reminders").text
    assert "Nobody is recorded as reporting to you" in client_of(team[1]).get("/policy/remind").text
    page = browser.follow("/policy/remind", {**chosen, "method": "briefing", "given_on": ["2", "3", "2027"]})
    assert "2 March 2027, at a team briefing, 1 person, Version 2" in page.text


def test_the_same_page_sent_twice_reminds_once(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """The second click finds the first; other words, other people or another day are another reminder."""
    manager, team = a_manager(make)
    browser = client_of(manager)
    chosen = {"people": [str(one.id) for one in team], "words": "Read 7.10 again.", "method": "message"}
    for _ in range(2):
        assert "You reminded 2 people." in browser.follow("/policy/remind", chosen).text
    mails = sa.select(OutboxMessage.to_person_id).where(OutboxMessage.occasion == "policy_from_manager")
    assert sorted(db.session.execute(mails).scalars()) == sorted(one.id for one in team)
    assert len(db.session.execute(sa.select(TeamReminder.id)).all()) == 1
    assert len(db.session.execute(sa.select(ReminderTurn.id).where(ReminderTurn.manager_id == manager.id)).all()) == 2
    briefing = {**chosen, "method": "briefing", "given_on": ["2", "3", "2027"]}
    for changed in (
        {**chosen, "words": "Read 7.11 too."}, {**chosen, "people": chosen["people"][:1]}, briefing, briefing,
        {**briefing, "given_on": ["1", "3", "2027"]},
    ):  # fmt: skip
        browser.follow("/policy/remind", changed)
    assert len(db.session.execute(sa.select(TeamReminder.id)).all()) == 5
    other, members = make.person("Other"), []
    members = [make.person("Theirs", manager=other)]
    reminded(other, members, words="Read 7.10 again.")
    assert len(db.session.execute(sa.select(TeamReminder.id)).all()) == 6


def test_the_log_can_be_taken_away(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """Each reminder of each manager, and those who gave none; only for those who read the page."""
    manager, team = a_manager(make)
    reminded(manager, team)
    reminded(manager, team[:1], method=RemindedBy.BRIEFING, given_on=TODAY - DAY, words="Again.")
    other = make.person("Another")
    make.person("Theirs", manager=other)
    give_turns(NOW + DAY)
    commit()
    browser = client_of(make.person("Sca", Role.SCA))
    assert browser.get("/policy/reminders/managers").soup.find("a", href="/policy/reminders/managers.csv") is not None
    with counted_queries() as queries:
        taken = browser.get("/policy/reminders/managers.csv")
    assert len(queries) <= 4, queries
    assert taken.response.get_data().decode("utf-8-sig").splitlines() == [
        "Manager,Next due,Reminded for it,Given on,How,To how many,Version",
        "Manager,2027-09-03,0 of 2,2027-03-03,By message,2,Version 2",
        "Manager,2027-09-03,0 of 2,2027-03-02,At a team briefing,1,Version 2",
        "Another,2027-09-04,0 of 1,,,,",
    ]
    client_of(team[0]).get("/policy/reminders/managers.csv", status=403)


def on(day: date) -> int:
    """The job's morning run of a day."""
    with clock.set_to(clock.at_local(day, 7)):
        done = give_turns(clock.now())
        commit()
        return done


def test_whoever_has_a_team_again_has_the_whole_period_from_that_day(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    """Nobody is late on the first day of a new member of the team, and nobody above hears of it."""
    above, sca = make.person("Above"), make.person("Sca", Role.SCA)
    manager, (only,) = a_manager(make, members=1, manager=above)
    turn = open_turn(manager.id)
    assert turn is not None
    turn.due_on, turn.shown_from = date(2027, 4, 12), date(2027, 3, 24)
    only.last_working_day = date(2027, 3, 12)
    joins = date(2027, 6, 1)
    make.person("Successor", manager=manager, started=joins)
    commit()
    assert on(date(2027, 3, 23)) == 0
    assert turn.waits_since is None
    assert (on(date(2027, 3, 24)), on(date(2027, 3, 25))) == (1, 0)
    assert turn.waits_since == date(2027, 3, 24)
    with clock.set_to(clock.at_local(date(2027, 5, 3), 10)):
        waits = f"Nobody has reported to Manager since 24 March 2027. {FROM_THE_DAY} somebody does."
        assert waits in client_of(sca).get(f"/policy/reminders/turns/{turn.id}").text
        assert f"{FROM_THE_DAY} somebody reports to you." in client_of(manager).get("/policy/remind").text
    with clock.set_to(clock.at_local(joins, 6)):  # before the job ran on that day
        assert "12 April 2027" not in client_of(sca).get("/policy/reminders/managers").text
    for number in range(3):
        assert on(joins + number * DAY) == (1 if number == 0 else 0)
        morning(joins + number * DAY)
    assert db.session.execute(sa.select(Reminder.id).where(Reminder.kind == "policy:remind")).all() == []
    assert (turn.waits_since, turn.counted_from, turn.due_on) == (None, joins, date(2027, 12, 1))
    with clock.set_to(clock.at_local(joins, 10)):
        assert "Manager None recorded 1 December 2027" in client_of(sca).get("/policy/reminders/managers").text


FROM_THE_DAY = "The next reminder is counted from the day on which"


@pytest.mark.parametrize("back", [date(2027, 3, 10), date(2027, 3, 24)])
def test_a_team_that_is_there_again_before_it_is_shown_moves_nothing(make: Factory, back: date) -> None:
    """As where somebody reports to another for a day."""
    manager, (only,) = a_manager(make, members=1)
    turn = open_turn(manager.id)
    assert turn is not None
    turn.due_on, turn.shown_from = date(2027, 4, 12), date(2027, 3, 24)
    only.line_manager_id = None
    commit()
    assert on(back - DAY) == 0
    only.line_manager_id = manager.id
    commit()
    assert on(back) == 0
    assert (turn.waits_since, turn.counted_from, turn.due_on) == (None, TODAY, date(2027, 4, 12))


def test_a_manager_who_left_and_comes_back_has_the_whole_period_too(make: Factory) -> None:
    manager, _team = a_manager(make)
    turn = open_turn(manager.id)
    assert turn is not None
    turn.due_on = turn.shown_from = date(2027, 3, 24)
    manager.last_working_day = date(2027, 3, 12)
    commit()
    assert on(date(2027, 3, 24)) == 1
    manager.started, manager.last_working_day = date(2027, 6, 1), None
    commit()
    assert (on(date(2027, 5, 31)), on(date(2027, 6, 1))) == (0, 1)
    assert (turn.waits_since, turn.counted_from, turn.due_on) == (None, date(2027, 6, 1), date(2027, 12, 1))
