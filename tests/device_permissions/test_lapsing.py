"""When and why permissions lapsed is recorded once, and stays; who held one on a past day is answered from the records."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccountStatus
from app.core import clock
from app.core.audit import ActorKind, AuditEvent, record
from app.core.db import begin_writing, commit, db
from app.core.outbox import OutboxMessage
from app.device_permissions import operations
from app.device_permissions.models import DeviceLapse, DevicePermissionRequest, Lapse
from app.device_permissions.queries import is_in_force, permissions_held_on
from app.people.models import Person
from app.people.operations import PERSON_CHANGED
from tests.conftest import NOW
from tests.device_permissions.factories import ANSWERS, TODAY, account_of, approved, submitted
from tests.factories import Factory
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
DAY = timedelta(days=1)
UNTIL = TODAY + 100 * DAY


def on(day: date) -> AbstractContextManager[None]:
    return clock.set_to(clock.at_local(day, 10))


def morning(day: date) -> int:
    at = clock.at_local(day, 6, 55)
    with clock.set_to(at):
        begin_writing()
        found = operations.record_lapses(at)
        commit()
    return found


def post_changed(person: Person, post: str, day: date) -> None:
    """A file of people says so."""
    begin_writing(person)
    person.post = post
    at = clock.at_local(day, 14)
    record(PERSON_CHANGED, person.id, by=ActorKind.SYSTEM, at=at, about=person.id)
    commit()


def lapses() -> dict[object, tuple[date, Lapse]]:
    rows = db.session.execute(sa.select(DeviceLapse.request_id, DeviceLapse.lapsed_on, DeviceLapse.why))
    return {row.request_id: (row.lapsed_on, row.why) for row in rows}


def test_each_way_to_lapse_is_recorded_with_its_day(make: Factory, manager: Person) -> None:
    """Also where the job did not run for days; what holds is left alone, and a second run finds nothing."""
    held = {name: approved(make.person(str(name), manager=manager, post="Officer"), manager, until=UNTIL)
            for name in ("holds", "at once", "came back", *Lapse)}  # fmt: skip
    held[Lapse.RAN_OUT].expires_on = TODAY
    held[Lapse.LEFT].person.last_working_day = TODAY + DAY
    held["at once"].person.last_working_day, held["at once"].person.left_at_once = TODAY + DAY, True
    held["came back"].person.came_back_at = clock.at_local(TODAY + 2 * DAY, 9)
    held[Lapse.OTHER_POST].person.post = "Other"
    account = account_of(make, manager)
    account.status, account.closed_on = AccountStatus.CLOSED, TODAY + 2 * DAY
    use = held[Lapse.ACCOUNTS_CLOSED].uses[0]
    use.account_id, use.account = account.id, account
    held[Lapse.NOT_CONFIRMED].confirm_due_on, held[Lapse.NOT_CONFIRMED].confirm_asked_at = TODAY, NOW
    commit()
    expected = {
        Lapse.RAN_OUT: (TODAY + DAY, Lapse.RAN_OUT), Lapse.LEFT: (TODAY + 2 * DAY, Lapse.LEFT),
        "at once": (TODAY + DAY, Lapse.LEFT), "came back": (TODAY + 2 * DAY, Lapse.LEFT),
        Lapse.OTHER_POST: (TODAY + 5 * DAY, Lapse.OTHER_POST),
        Lapse.ACCOUNTS_CLOSED: (TODAY + 2 * DAY, Lapse.ACCOUNTS_CLOSED),
        Lapse.NOT_CONFIRMED: (TODAY + DAY, Lapse.NOT_CONFIRMED),
    }  # fmt: skip
    assert (morning(TODAY + 5 * DAY), morning(TODAY + 5 * DAY)) == (7, 0)
    assert lapses() == {held[name].id: lapse for name, lapse in expected.items()}
    db.session.expire_all()
    for name, (day, why) in expected.items():
        assert (held[name].held_on(day - DAY), held[name].held_on(day), held[name].lapse_on(day)) == (True, False, why)


def test_it_stays_as_it_was_recorded_and_nothing_gives_it_back(
    person: Person, manager: Person, client_of: ClientOf
) -> None:
    """The old post comes back by a file, a day to confirm it by passes: the reason and the day are those of the first."""
    made = approved(person, manager, until=UNTIL)
    where = f"/device-permissions/requests/{made.reference}"
    post_changed(person, "Head of parks", TODAY + 20 * DAY)
    assert morning(TODAY + 21 * DAY) == 1
    post_changed(person, "Officer", TODAY + 30 * DAY)
    assert morning(TODAY + 31 * DAY) == 0
    db.session.refresh(made)
    made.confirm_due_on, made.confirm_asked_at = TODAY + 32 * DAY, NOW
    commit()
    with on(TODAY + 40 * DAY):
        for reader in (person, manager):
            page = client_of(reader).get(where)
            assert "No longer in force since 23 March 2027: its holder has another post now" in page.text
            assert "recorded that it does not hold any more since 23 March 2027 (other post)" in page.text
            assert "the last day is" not in page.text
            assert "Approved until" in page.text
        assert "Lapsed on 23 March 2027" in client_of(person).get("/device-permissions/").text
        page = client_of(manager).get("/device-permissions/team?show=lapsed")
        assert "23 March 2027: its holder has another post now" in page.text
        taken = client_of(manager).get("/device-permissions/export.csv?show=lapsed").response.get_data(as_text=True)
        assert "2027-03-23,,its holder has another post now" in taken
        client_of(person).get(f"{where}/permission.pdf", status=409)
        assert made.can_be_renewed_by(person)
        rows = sa.select(DevicePermissionRequest.id).join(DevicePermissionRequest.person)
        assert db.session.execute(rows.where(is_in_force(clock.today()))).all() == []
    events = sa.select(AuditEvent.actor_kind).where(AuditEvent.act == "device:lapsed", AuditEvent.subject_id == made.id)
    assert db.session.execute(events).scalars().all() == [ActorKind.SYSTEM]


def test_a_new_act_gives_it_back(person: Person, manager: Person) -> None:
    """Asked for and approved again it is another permission; the old one stays lapsed."""
    made = approved(person, manager, until=UNTIL)
    post_changed(person, "Head of parks", TODAY)
    morning(TODAY + DAY)
    with on(TODAY + 2 * DAY):
        begin_writing(person)
        again = operations.submit_device_request(ANSWERS, by=person, at=clock.now(), renews=made)
        commit()
        begin_writing(again, made)
        operations.approve_device_request(again, by=manager, at=clock.now(), expires_on=UNTIL)
        commit()
        assert (again.in_force_on(clock.today()), made.in_force_on(clock.today())) == (True, False)
        assert permissions_held_on(person.id, TODAY + 2 * DAY) == [again]


def test_a_lapse_cannot_be_changed_or_taken_away(person: Person, manager: Person) -> None:
    """Not even past the acts."""
    approved(person, manager, until=TODAY)
    morning(TODAY + DAY)
    for statement in (sa.update(DeviceLapse).values(lapsed_on=TODAY), sa.delete(DeviceLapse)):
        with pytest.raises(sa.exc.DatabaseError, match="append-only"):
            db.session.execute(statement)
        db.session.rollback()


def test_who_held_one_on_a_day_long_past(make: Factory, person: Person, manager: Person) -> None:
    """From the day of approval until it was ended, ran out or lapsed; the days of approval and ending count."""
    ended = approved(person, manager, until=UNTIL)
    with on(TODAY + 9 * DAY):
        begin_writing(ended)
        operations.revoke_device_permission(ended, by=manager, at=clock.now(), reasons="A new laptop came")
        commit()
    waits, refused = submitted(person), submitted(person, device_words="another")
    begin_writing(refused)
    operations.refuse_device_request(refused, by=manager, at=NOW, reasons="No")
    commit()
    short = approved(person, manager, until=TODAY + 20 * DAY, device_words="a third")
    with on(TODAY + 300 * DAY):
        for day, held in (
            (TODAY - DAY, []), (TODAY, [ended, short]), (TODAY + 9 * DAY, [ended, short]), (TODAY + 10 * DAY, [short]),
            (TODAY + 20 * DAY, [short]), (TODAY + 21 * DAY, []),
        ):  # fmt: skip
            assert set(permissions_held_on(person.id, day)) == set(held), day
            assert permissions_held_on(manager.id, day) == []
        assert (waits.held_from_to, refused.held_from_to) == (None, None)


def test_before_it_is_recorded_what_is_known_is_said(person: Person, manager: Person, client_of: ClientOf) -> None:
    """Between the change and the next morning it does not hold, though no day is written down yet."""
    made = approved(person, manager, until=UNTIL)
    post_changed(person, "Head of parks", TODAY)
    page = client_of(manager).get(f"/device-permissions/requests/{made.reference}")
    assert "No longer in force : its holder has another post now" in page.text
    assert "Recorded tomorrow morning" in client_of(manager).get("/device-permissions/team?show=lapsed").text


def test_what_its_holder_was_told_before_is_recorded_with_that_day_and_not_told_anew(
    person: Person, manager: Person
) -> None:
    """What lapsed before lapses were recorded: from the change of the record that came before the message."""
    made = approved(person, manager, until=UNTIL)
    post_changed(person, "Head of parks", TODAY + 3 * DAY)
    made.lapse_told_at = clock.at_local(TODAY + 4 * DAY, 6, 55)
    commit()
    post_changed(person, "Head of halls", TODAY + 30 * DAY)
    morning(TODAY + 40 * DAY)
    assert lapses() == {made.id: (TODAY + 3 * DAY, Lapse.OTHER_POST)}
    told = sa.select(OutboxMessage.id).where(OutboxMessage.occasion.startswith("device_lapsed#"))
    assert db.session.execute(told).all() == []


@pytest.mark.parametrize(
    ("post", "is_the_same"),
    [("officer", True), ("OFFICER", True), ("Off icer", True), ("Óffícer", True), ("Officers", False), ("", True)],
)
def test_a_post_spelled_in_another_way_is_no_other_post(
    person: Person, manager: Person, post: str, is_the_same: bool
) -> None:
    """Compared alike by the thing and by the query."""
    made = approved(person, manager, until=UNTIL)
    post_changed(person, post, TODAY)
    rows = sa.select(DevicePermissionRequest.id).join(DevicePermissionRequest.person).where(is_in_force(TODAY))
    assert bool(db.session.execute(rows).all()) == made.in_force_on(TODAY) == is_the_same
    assert morning(TODAY + DAY) == (0 if is_the_same else 1)


def test_an_empty_post_in_a_file_of_people_ends_nothing(person: Person, manager: Person) -> None:
    """Nor is one told of by it: the post comes back with the next file, and only another one ends the permission."""
    made = approved(person, manager, until=UNTIL)
    post_changed(person, "", TODAY)
    assert (made.in_force_on(TODAY), morning(TODAY + DAY)) == (True, 0)
    post_changed(person, "Officer", TODAY + DAY)
    assert (made.in_force_on(TODAY + DAY), morning(TODAY + 2 * DAY)) == (True, 0)
    post_changed(person, "", TODAY + 2 * DAY)
    post_changed(person, "Clerk", TODAY + 3 * DAY)
    morning(TODAY + 4 * DAY)
    assert lapses() == {made.id: (TODAY + 3 * DAY, Lapse.OTHER_POST)}


def test_where_no_post_was_recorded_at_approval_the_first_one_is_taken_over(
    make: Factory, manager: Person, client_of: ClientOf
) -> None:
    """Filling the record in is no move; what is recorded after that is."""
    person = make.person("Pat Lee", manager=manager)
    made = approved(person, manager, until=UNTIL)
    assert morning(TODAY + DAY) == 0
    post_changed(person, "Clerk", TODAY + DAY)
    rows = sa.select(DevicePermissionRequest.id).join(DevicePermissionRequest.person).where(is_in_force(TODAY + DAY))
    assert made.in_force_on(TODAY + DAY) == bool(db.session.execute(rows).all()) is True
    assert (morning(TODAY + 2 * DAY), morning(TODAY + 3 * DAY), lapses()) == (1, 0, {})
    db.session.refresh(made)
    assert made.post_at_approval == "Clerk"
    page = client_of(manager).get(f"/device-permissions/requests/{made.reference}")
    assert "noted the post of Pat Lee, which was not recorded before" in page.text
    post_changed(person, "Head of parks", TODAY + 3 * DAY)
    morning(TODAY + 4 * DAY)
    assert lapses() == {made.id: (TODAY + 3 * DAY, Lapse.OTHER_POST)}
