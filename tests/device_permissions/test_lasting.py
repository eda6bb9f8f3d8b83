"""What becomes of a permission: asked for again, let end, confirmed by a new manager, lapsed; with the clock set."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccountStatus
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, NotAllowed
from app.core.outbox import OutboxMessage
from app.device_permissions import operations
from app.device_permissions.models import DevicePermissionRequest, Lapse, RequestStatus
from app.device_permissions.operations import lasting
from app.device_permissions.queries import is_answered_for_by, is_ending, is_in_force, lacks_a_manager
from app.people.models import Person, Role, decider_of
from app.people.queries import decider_column
from app.policy.queries import working_calendar
from tests.conftest import NOW
from tests.device_permissions.factories import ANSWERS, TODAY, account_of, approved, submitted
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
DAY = timedelta(days=1)


def _on(day: date) -> AbstractContextManager[None]:
    return clock.set_to(clock.at_local(day, 10))


def _ask_new_managers(day: date) -> int:
    at = clock.at_local(day, 6, 50)
    with clock.set_to(at):
        begin_writing()
        count = operations.ask_new_managers(at)
        commit()
    return count


@pytest.mark.parametrize(
    ("until", "asked_from"),
    [
        (date(2027, 4, 23), date(2027, 3, 24)),  # Good Friday and Easter Monday do not count
        (date(2027, 5, 31), date(2027, 4, 30)),  # ends on a bank holiday; the early May one before it does not count
        (date(2027, 11, 5), date(2027, 10, 8)),  # the clocks go back on 31 October
        (date(2027, 3, 10), TODAY),  # shorter than the notice: at once
    ],
)
def test_from_when_the_holder_is_asked(
    make: Factory, client_of: Clients, person: Person, manager: Person, until: date, asked_from: date
) -> None:
    """Twenty working days before the end (local setting), on the holder's first page and not a day sooner."""
    made = approved(person, manager, until=until)
    assert made.renew_from == asked_from
    for day, is_asked in ((asked_from - DAY, False), (asked_from, True), (until, True), (until + DAY, False)):
        if day >= TODAY:
            with _on(day):
                assert made.is_ending_on(day) == is_asked
                assert ("Ask again for your device permission" in client_of(person).get("/").text) == is_asked


def test_who_may_ask_again_let_end_or_confirm_and_when(make: Factory, person: Person, manager: Person) -> None:
    """The truth tables: holder, manager, keeper and stranger; before, near and after the end."""
    made, until = approved(person, manager, until=TODAY + 60 * DAY), TODAY + 60 * DAY
    people = {"holder": person, "manager": manager, "keeper": make.person("Sca", Role.SCA), "other": make.person()}
    ending = made.renew_from or TODAY
    table = {
        TODAY: {"can_be_withdrawn_by": "holder", "can_be_revoked_by": "manager"},
        ending: {
            "can_be_renewed_by": "holder", "can_be_let_end_by": "holder", "can_be_withdrawn_by": "holder",
            "can_be_revoked_by": "manager",
        },
        until + DAY: {"can_be_renewed_by": "holder"},
    }  # fmt: skip
    names = ("can_be_renewed_by", "can_be_let_end_by", "can_be_confirmed_by", "can_be_withdrawn_by", "can_be_revoked_by")
    for day, allowed in table.items():
        with _on(day):
            for name in names:
                assert {who for who, one in people.items() if getattr(made, name)(one)} == (
                    {allowed[name]} if name in allowed else set()
                ), (day, name)
    made.confirm_due_on, made.confirm_asked_at = TODAY + DAY, NOW
    assert [who for who, one in people.items() if made.can_be_confirmed_by(one)] == ["manager"]
    with _on(TODAY + 2 * DAY):
        assert not any(made.can_be_confirmed_by(one) for one in people.values())
    db.session.rollback()


def test_a_renewal_takes_the_place_of_what_it_renews(person: Person, manager: Person) -> None:
    """Once; the old one holds until the new is approved, and never both."""
    old = approved(person, manager, until=TODAY + 10 * DAY)
    with pytest.raises(NotAllowed):
        operations.submit_device_request(ANSWERS, by=manager, at=NOW, renews=old)
    begin_writing(person)
    new = operations.submit_device_request(ANSWERS, by=person, at=NOW, renews=old)
    commit()
    db.session.refresh(old)
    assert (new.renews_id, old.is_being_renewed, old.in_force_on(TODAY)) == (old.id, True, True)
    with pytest.raises(AlreadyDone, match=new.reference):
        operations.submit_device_request(ANSWERS, by=person, at=NOW, renews=old)
    begin_writing(new, old)
    operations.approve_device_request(new, by=manager, at=NOW, expires_on=TODAY + 90 * DAY)
    commit()
    assert (old.status, old.ended_by_id, old.in_force_on(TODAY)) == (RequestStatus.RENEWED, manager.id, False)
    assert new.in_force_on(TODAY)
    assert not old.can_be_renewed_by(person)


def test_it_is_too_early_to_ask_again_on_the_first_day(person: Person, manager: Person) -> None:
    """Until shortly before the end there is nothing to renew."""
    old = approved(person, manager, until=TODAY + 200 * DAY)
    with pytest.raises(NotAllowed, match="cannot be asked for again yet"):
        operations.submit_device_request(ANSWERS, by=person, at=NOW, renews=old)


def test_asking_anew_for_what_is_permitted_replaces_it_too(person: Person, manager: Person) -> None:
    """There are never two permissions of one thing; one that covers less stands beside the other."""
    old = approved(person, manager)
    same, less = submitted(person), submitted(person, platforms=("Instagram",))
    assert (same.renews_id, less.renews_id) == (old.id, None)


def test_letting_it_end_is_said_once_and_asks_nobody_again(client_of: Clients, person: Person, manager: Person) -> None:
    """Who holds it says so; it holds until its last day all the same."""
    made = approved(person, manager, until=TODAY + 10 * DAY)
    browser, where = client_of(person), f"/device-permissions/requests/{made.reference}/let-end"
    client_of(manager).post(where, status=403)
    assert "You let it end on its last day." in browser.follow(where).text
    assert "Ask again for your device permission" not in browser.get("/").text
    browser.post(where, status=409)
    assert made.in_force_on(TODAY + 10 * DAY)
    assert made.can_be_renewed_by(person)


def test_who_decides_now_asked_of_the_person_and_in_the_query(make: Factory) -> None:
    """The column by which new managers are found says what `decider_of` says."""
    head, gone = make.person("Head"), make.person("Gone", last_working_day=TODAY - DAY)
    service = make.service("Libraries", head)
    head.service_id = service.id
    make.keep(head)
    people = [
        make.person("A", manager=head), make.person("B", manager=gone, service="Libraries"), head,
        make.person("C", manager=gone), make.person("D", service="Libraries"), make.person("E"),
    ]  # fmt: skip
    rows = db.session.execute(sa.select(Person.id, decider_column(TODAY))).all()
    found = {row[0]: row[1] for row in rows}
    assert [found[one.id] for one in people] == [decider_of(one, TODAY) for one in people]


@pytest.mark.parametrize(
    ("changed_on", "due_on"),
    [
        (date(2027, 3, 8), date(2027, 4, 7)),  # over Easter and the night the clocks go forward
        (date(2027, 4, 26), date(2027, 5, 25)),  # over the early May bank holiday
    ],
)
def test_a_new_manager_has_twenty_working_days(
    make: Factory, client_of: Clients, person: Person, manager: Person, changed_on: date, due_on: date
) -> None:
    """Asked by the job of the morning, once; confirmed it runs on, else it lapses after the last of these days."""
    made, new = approved(person, manager, until=TODAY + 200 * DAY), make.person("Nia New")
    assert _ask_new_managers(changed_on - DAY) == 0
    person.line_manager_id = new.id
    make.keep(person)
    assert (_ask_new_managers(changed_on), _ask_new_managers(changed_on + DAY)) == (1, 0)
    db.session.refresh(made)
    assert (made.confirm_due_on, made.confirm_asked_of_id) == (due_on, new.id)
    assert len(working_calendar().explain(changed_on, due_on).counted) == 20
    told = sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == new.id)
    assert [one.partition("#")[0] for one in db.session.execute(told).scalars()] == ["device_confirm"]
    where = f"/device-permissions/requests/{made.reference}"
    with _on(due_on):
        assert made.in_force_on(due_on)
        assert "Confirm Sam Okoro’s device permission, or end it" in client_of(new).get("/").text
        page = client_of(new).get(where)
        assert page.has_button("Confirm permission")
        assert "The new manager was asked on" in page.text
        for other in (person, manager, make.person("Sca", Role.SCA)):
            client_of(other).post(f"{where}/confirm", status=403)
    with _on(due_on + DAY):
        assert made.lapse_on(due_on + DAY) is Lapse.NOT_CONFIRMED
        client_of(new).post(f"{where}/confirm", status=409)
        why = "nobody confirmed it in time after its holder’s line manager had changed or gone"
        assert why in client_of(person).get(where).text
    with _on(due_on):
        assert "You confirmed Sam Okoro’s permission." in client_of(new).follow(f"{where}/confirm").text
        client_of(new).post(f"{where}/confirm", status=409)
    assert made.in_force_on(due_on + DAY)
    assert _ask_new_managers(due_on) == 0


def test_a_manager_who_is_back_needs_confirm_nothing_and_a_third_begins_anew(
    make: Factory, person: Person, manager: Person
) -> None:
    """It is compared with who decides now, however that came about; where nobody does, HR has to mend the record."""
    made, second = approved(person, manager, until=TODAY + 200 * DAY), make.person("Second")
    hr = make.person("Hana", Role.HR_MANAGER)
    person.line_manager_id = second.id
    make.keep(person)
    _ask_new_managers(TODAY + DAY)
    person.line_manager_id = manager.id
    make.keep(person)
    assert _ask_new_managers(TODAY + 2 * DAY) == 1
    db.session.refresh(made)
    assert made.confirm_due_on is None
    manager.last_working_day = TODAY + 5 * DAY
    make.keep(manager)
    assert _ask_new_managers(TODAY + 5 * DAY) == 0
    assert _ask_new_managers(TODAY + 6 * DAY) == 1
    db.session.refresh(made)
    assert made.confirm_asked_of_id is None
    with _on(TODAY + 6 * DAY):
        assert made.can_be_given_a_manager_by(hr)
        begin_writing(made, person)
        operations.give_manager(made, second, by=hr, at=clock.now())
        commit()
        assert made.can_be_confirmed_by(second)
        assert not made.can_be_given_a_manager_by(hr)


def _approved_in_their_place(made: DevicePermissionRequest, by: Person) -> DevicePermissionRequest:
    """By whoever stands in, once it is late."""
    day = made.due_on + DAY
    with _on(day):
        begin_writing(made)
        operations.approve_device_request(made, by=by, at=clock.now(), expires_on=TODAY + 200 * DAY)
        commit()
    return made


def test_whoever_approved_it_in_the_managers_place_and_manages_the_holder_now_confirms_nothing(
    make: Factory, client_of: Clients, person: Person, manager: Person
) -> None:
    """Nobody confirms their own approval, be it that the people file, or HR, says that they manage the holder."""
    above, third, hr = make.person("Above"), make.person("Third"), make.person("Hana", Role.HR_MANAGER)
    manager.line_manager_id = above.id
    make.keep(manager)
    made = _approved_in_their_place(submitted(person), above)
    asked = made.due_on + DAY
    for who, waits in ((above, False), (third, True), (above, False), (manager, False), (third, True)):
        person.line_manager_id = who.id
        make.keep(person)
        _ask_new_managers(asked := asked + DAY)
        db.session.refresh(made)
        assert (made.confirm_due_on is not None) == waits, who.name
    with _on(asked):
        begin_writing(made)
        operations.confirm_device_permission(made, by=third, at=clock.now())
        commit()
    person.line_manager_id = above.id
    make.keep(person)
    assert _ask_new_managers(asked + DAY) == 1  # somebody else answers for it since
    person.line_manager_id = None
    make.keep(person)
    _ask_new_managers(asked + 2 * DAY)
    with _on(asked + 2 * DAY):
        browser, where = client_of(hr), f"/device-permissions/requests/{made.reference}/manager"
        assert "They have answered for the permission already." in browser.follow(where, {"manager": third.email}).text
    db.session.refresh(made)
    assert made.confirm_due_on is None


def test_who_answered_for_it_asked_of_the_thing_and_of_the_query(make: Factory, person: Person, manager: Person) -> None:
    """Whoever confirmed it last; else the manager of the time and whoever approved it."""
    above, third = make.person("Above"), make.person("Third")
    manager.line_manager_id = above.id
    make.keep(manager)
    made = _approved_in_their_place(submitted(person), above)
    people: dict[str, uuid.UUID | None] = {
        "above": above.id, "manager": manager.id, "third": third.id, "holder": person.id, "nobody": None,
    }  # fmt: skip
    for confirmed_by, expected in ((None, {"above", "manager"}), (third, {"third"})):
        made.confirmed_by_id, made.confirmed_at = (confirmed_by.id, NOW) if confirmed_by else (None, None)
        commit()
        assert {who for who, one in people.items() if made.is_answered_for_by(one)} == expected
        for who, one in people.items():
            value = sa.literal(one, sa.Uuid()) if one is not None else sa.cast(sa.null(), sa.Uuid())
            found = db.session.execute(sa.select(is_answered_for_by(value))).scalars().all()
            assert found == [who in expected], who


def test_nobody_confirms_their_own(make: Factory, person: Person) -> None:
    """Who manages themselves by mistake of the record, or heads the service, is not asked."""
    service = make.service("Libraries", person)
    person.service_id, person.line_manager = service.id, None
    make.keep(person)
    assert decider_of(person, TODAY) is None


def test_why_it_lapses_asked_of_the_thing_and_of_the_query(make: Factory, manager: Person) -> None:
    """One permission for each way to lapse, and one that holds; the conditions of the lists say the same of each."""
    held = {name: approved(make.person(name, manager=manager, post="Officer"), manager, until=TODAY + 20 * DAY)
            for name in ("holds", *Lapse)}  # fmt: skip
    held[Lapse.RAN_OUT].expires_on = TODAY
    held[Lapse.LEFT].person.last_working_day = TODAY
    held[Lapse.OTHER_POST].person.post = "Other"
    account = account_of(make, manager)
    account.status, account.closed_on = AccountStatus.CLOSED, TODAY
    use = held[Lapse.ACCOUNTS_CLOSED].uses[0]
    use.account_id, use.account = account.id, account
    held[Lapse.NOT_CONFIRMED].confirm_due_on, held[Lapse.NOT_CONFIRMED].confirm_asked_at = TODAY, NOW
    held["holds"].renew_from = TODAY + DAY
    commit()
    request, day = DevicePermissionRequest, TODAY + DAY
    assert {name: one.lapse_on(day) for name, one in held.items()} == {"holds": None, **{one: one for one in Lapse}}
    for on in (TODAY, day, day + DAY):
        for condition, asked in (
            (is_in_force(on), lambda one, on=on: one.in_force_on(on)),
            (is_ending(on), lambda one, on=on: one.is_ending_on(on)),
            (lacks_a_manager(on), lambda one, on=on: one.lacks_a_manager_on(on)),
        ):
            found = sa.select(request.id).join(Person, Person.id == request.person_id).where(condition)
            assert set(db.session.execute(found).scalars()) == {one.id for one in held.values() if asked(one)}


@pytest.mark.parametrize("act", ["withdraw", "revoke"])
def test_what_has_lapsed_cannot_be_ended_any_more(person: Person, manager: Person, act: str) -> None:
    """409, saying why it does not hold."""
    made = approved(person, manager, until=TODAY + 10 * DAY)
    at = clock.at_local(TODAY + 11 * DAY, 10)
    acts: dict[str, Callable[[], None]] = {
        "withdraw": lambda: operations.withdraw_device_request(made, by=person, at=at),
        "revoke": lambda: operations.revoke_device_permission(made, by=manager, at=at, reasons="x"),
    }
    with clock.set_to(at), pytest.raises(AlreadyDone, match="its last day has passed"):
        acts[act]()
    db.session.rollback()


def test_nobody_is_asked_to_confirm_after_the_last_day(
    make: Factory, client_of: Clients, person: Person, manager: Person
) -> None:
    """By the last day of the permission, where that comes before the new manager's days are over."""
    made = approved(person, manager, until=TODAY + 5 * DAY)
    person.line_manager_id = make.person("New manager").id
    commit()
    assert _ask_new_managers(TODAY) == 1
    db.session.refresh(made)
    assert made.confirm_due_on == made.expires_on == TODAY + 5 * DAY
    page = client_of(person).get(f"/device-permissions/requests/{made.reference}")
    assert "Unless your new manager confirms it" in page.text


def test_a_request_sent_back_is_changed_and_sent_again(client_of: Clients, person: Person, manager: Person) -> None:
    """By whoever asked, in their own pages; the time begins anew and the question is closed; a second click is harmless."""
    made = submitted(person)
    where = f"/device-permissions/requests/{made.reference}"
    boss, browser = client_of(manager), client_of(person)
    browser.get(f"{where}/ask/why", status=409)
    boss.post(f"{where}/decide", {"decision": "return", "question": "Which laptop?"})
    boss.get(f"{where}/ask/why", status=403)
    page = browser.get(f"{where}/ask/check-answers")
    assert "You have not changed anything yet." in page.text
    assert browser.post(f"{where}/ask/send").location.endswith("/ask/check-answers")
    browser.post(f"{where}/ask/device", {"device_kind": "home_computer", "device_words": "the grey one"})
    browser.post(f"{where}/ask/accounts", {"accounts": ["platform:Facebook", "platform:X"]})
    page = browser.get(f"{where}/ask/check-answers")
    assert "the grey one" in page.text
    assert "Facebook, X" in page.text
    with _on(date(2027, 3, 4)):
        browser, boss = client_of(person), client_of(manager)
        assert browser.post(f"{where}/ask/send").location.endswith(f"{made.reference}/sent")
        assert browser.post(f"{where}/ask/send").location.endswith(f"{made.reference}/sent")
        page = boss.get(where)
    assert "Home computer (the grey one)" in page.text
    assert "The request was changed instead." in page.text
    assert (made.status, made.due_on) == (RequestStatus.SUBMITTED, date(2027, 3, 11))
    assert [use.words for use in made.uses] == ["Facebook", "X"]


def test_a_change_to_what_another_open_request_says_is_409(person: Person, manager: Person) -> None:
    """Also by the way of changing there are no two open requests of one thing."""
    first, other = submitted(person), submitted(person, device_words="the other")
    begin_writing(other)
    operations.return_device_request(other, by=manager, at=NOW, question="Why?")
    commit()
    with pytest.raises(AlreadyDone, match=first.reference):
        operations.change_device_request(other, ANSWERS, by=person, at=NOW)
    db.session.rollback()
    with pytest.raises(NotAllowed):
        operations.change_device_request(other, ANSWERS, by=manager, at=NOW)
    db.session.rollback()
    with pytest.raises(AlreadyDone):
        operations.change_device_request(first, ANSWERS, by=person, at=NOW)
    db.session.rollback()


def test_the_page_of_a_permission_takes_at_most_eight_queries(
    make: Factory, client_of: Clients, person: Person, manager: Person
) -> None:
    """Renewed, waiting to be confirmed, told and printed."""
    old = approved(person, manager, until=TODAY + 10 * DAY)
    begin_writing(person)
    operations.submit_device_request(ANSWERS, by=person, at=NOW, renews=old)
    lasting.ask_to_confirm(old, manager.id, at=NOW)
    commit()
    browser, where = client_of(person), f"/device-permissions/requests/{old.reference}"
    browser.get(where)
    with counted_queries() as queries:
        browser.get(where)
    assert len(queries) <= 8, queries
