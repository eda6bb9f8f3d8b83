"""From when on a planned change of a password is told, listed and read: by those who may not know why, once it is near."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessLevel
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone
from app.core.outbox import OutboxMessage
from app.credential_rotation import operations
from app.credential_rotation.models import (
    CredentialRotation,
    LeaverNotice,
    NoticeStatus,
    RotationCause,
    Trigger,
    causes_are_known_to,
)
from app.credential_rotation.queries import gone_and_open_changes_of
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, grant, leave, started
from tests.credential_rotation.test_due import waits_for
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
LAST = date(2027, 6, 30)
FIRST_NEAR = date(2027, 6, 16)  # ten working days before
DAY = timedelta(days=1)


@pytest.fixture
def far(make: Factory, owner: Person, hr: Person, sca: Person) -> CredentialRotation:
    """Planned for the last day of somebody who leaves months ahead."""
    owner.line_manager = make.person("Above Owner")
    on = account(make, "Libraries", owner)
    jo = make.person("Jo Bell", manager=make.person("Mina Cole"))
    assert jo.line_manager is not None
    for person, level in ((jo, "admin"), (make.person("Kim Vale"), "editor"), (make.person("Ad Min"), "admin")):
        grant(make, on, person, level=AccessLevel(level))
    grant(make, on, jo.line_manager)
    make.person("Aud", Role.AUDITOR)
    make.person("Stranger")
    leave(jo, hr, day=LAST, immediate=False)
    return db.session.execute(sa.select(CredentialRotation)).scalar_one()


def _cause_of(rotation: CredentialRotation, person: Person) -> RotationCause:
    return RotationCause(
        rotation_id=rotation.id, trigger=Trigger.LEAVER, person_id=person.id, counts_from=NOW, due_on=rotation.due_on
    )


def _named(name: str) -> Person:
    return db.session.execute(sa.select(Person).where(Person.name == name)).scalar_one()


@pytest.mark.parametrize(
    ("reader", "before", "from_then", "names_who"),
    [
        ("Cleo Marsh", 200, 200, True),
        ("Hana Reed", 200, 200, True),
        ("Aud", 200, 200, True),
        ("Mina Cole", 200, 200, True),  # manages who leaves, and has access
        ("Olu Abara", 404, 200, True),  # the owner, who is to change it
        ("Kim Vale", 404, 200, False),
        ("Ad Min", 404, 200, False),
        ("Above Owner", 404, 200, False),
        ("Stranger", 404, 403, False),
        ("Jo Bell", 404, 403, False),
    ],
)
def test_who_reads_it_when(
    client_of: Clients, far: CredentialRotation, reader: str, before: int, from_then: int, names_who: bool
) -> None:
    where, who = f"/credential-rotation/rotations/{far.id}", _named(reader)
    for day, status in ((TODAY, before), (FIRST_NEAR - DAY, before), (FIRST_NEAR, from_then)):
        with clock.set_to(clock.at_local(day, 9)):
            assert far.can_be_seen_by(who) is (status == 200)
            page = client_of(who).get(where, status=status)
            if status == 200:
                assert ("Whoever looks after the account" in page.text) is not names_who
                assert ("3 March 2027" in page.text) is (reader in ("Cleo Marsh", "Hana Reed", "Aud", "Mina Cole"))


def test_who_knows_why_asked_of_the_thing_and_of_the_query(
    make: Factory, far: CredentialRotation, owner: Person, hr: Person, sca: Person
) -> None:
    """Because of one whom a reader manages, of two of whom they manage one or are one, and of nobody."""
    mina, jo = _named("Mina Cole"), _named("Jo Bell")
    two, nobody = account(make, "Two", owner), account(make, "Nobody", owner)
    sam = make.person("Sam", manager=mina)
    for person in (sam, hr, sca):
        grant(make, two, person)
    leave(sam, hr, day=LAST, immediate=False)
    asked = [far, started(nobody, sca), db.session.query(CredentialRotation).filter_by(account_id=two.id).one()]
    people = [*db.session.execute(sa.select(Person)).scalars()]
    for also in (None, jo, owner, hr, sca, mina):
        if also is not None:
            make.keep(_cause_of(asked[-1], also))
            db.session.refresh(asked[-1])
        for rotation in asked:
            for person in people:
                found = dict((one.id, knows) for one, knows in gone_and_open_changes_of(rotation.account, person)[1])
                assert found == {rotation.id: causes_are_known_to(rotation, person)}, (person.name, also)
    assert len(people) > 8


def test_its_pages_take_at_most_eight_queries(client_of: Clients, far: CredentialRotation) -> None:
    """Also for who knows of it long before only because they manage who leaves."""
    pages = (f"/credential-rotation/rotations/{far.id}", f"/account-register/{far.account_id}")
    for day, readers in ((TODAY, ("Mina Cole", "Cleo Marsh")), (FIRST_NEAR, ("Mina Cole", "Cleo Marsh", "Olu Abara"))):
        with clock.set_to(clock.at_local(day, 9)):
            for reader in readers:
                browser = client_of(_named(reader))
                for page in pages:
                    browser.get(page)
                    with counted_queries() as queries:
                        browser.get(page)
                    assert len(queries) <= 8, (reader, page, queries)


@pytest.mark.parametrize(("reader", "before"), [("Olu Abara", False), ("Kim Vale", False), ("Cleo Marsh", True)])
def test_the_page_of_the_account(client_of: Clients, far: CredentialRotation, reader: str, before: bool) -> None:
    for day, shown in ((FIRST_NEAR - DAY, before), (FIRST_NEAR, True)):
        with clock.set_to(clock.at_local(day, 9)):
            page = client_of(_named(reader)).get(f"/account-register/{far.account_id}")
            assert ("Security maintenance" in page.text) is shown


@pytest.mark.parametrize(("day", "shown"), [(FIRST_NEAR - DAY, False), (FIRST_NEAR, True)])
def test_the_history_for_the_owner(client_of: Clients, far: CredentialRotation, day: date, shown: bool) -> None:
    with clock.set_to(clock.at_local(day, 9)):
        page = client_of(_named("Olu Abara")).get(f"/credential-rotation/accounts/{far.account_id}/password-changes")
        assert ("30 June 2027" in page.text) is shown
        assert "3 March 2027" not in page.text


def _told(person: Person) -> list[str]:
    rows = sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == person.id)
    return sorted(occasion.partition("#")[0] for occasion in db.session.execute(rows).scalars())


def _morning(day: date) -> None:
    begin_writing()
    operations.settle_owners(clock.at_local(day, 0, 5))
    commit()


def test_the_owner_is_told_and_has_it_listed_from_that_day(
    make: Factory, client_of: Clients, far: CredentialRotation, owner: Person
) -> None:
    """Ten working days ahead, as with a change because of age; told once."""
    for day, told in ((TODAY, []), (FIRST_NEAR - DAY, []), (FIRST_NEAR, ["rotation_due"]), (LAST, ["rotation_due"])):
        with clock.set_to(clock.at_local(day, 9)):
            _morning(day)
            assert _told(owner) == told
            assert ("Libraries" in client_of(owner).get("/").text) is bool(told)
            assert ("Libraries" in client_of(owner).get("/credential-rotation/").text) is bool(told)


def test_who_was_never_told_is_not_told_that_it_is_off(far: CredentialRotation, owner: Person, hr: Person) -> None:
    notice = db.session.execute(sa.select(LeaverNotice)).scalar_one()
    begin_writing(notice)
    operations.withdraw_leaver(notice, by=hr, at=NOW + DAY)
    commit()
    assert notice.status is NoticeStatus.WITHDRAWN
    assert _told(owner) == []
    for day in (TODAY + DAY, LAST):
        with clock.set_to(clock.at_local(day, 9)):
            assert not far.can_be_seen_by(owner)


def test_a_day_that_moves_is_told_as_far_as_it_is_near(far: CredentialRotation, owner: Person, hr: Person) -> None:
    """Sooner and near: to be changed; later and far: not yet; near again: to be changed."""
    notice = db.session.execute(sa.select(LeaverNotice)).scalar_one()
    steps = ((date(2027, 3, 10), ["rotation_due"]), (LAST, ["rotation_due", "rotation_not_yet"]))
    for number, (last, told) in enumerate(steps, 1):
        begin_writing(notice)
        operations.change_leaving(notice, last_working_day=last, immediate=False, by=hr, at=NOW + number * DAY)
        commit()
        assert _told(owner) == told
    _morning(FIRST_NEAR)
    assert _told(owner) == ["rotation_due", "rotation_due", "rotation_not_yet"]


@pytest.mark.usefixtures("partnership")
def test_permission_is_asked_once_it_is_near(far: CredentialRotation, sca: Person) -> None:
    """Whoever permits it would learn of it otherwise."""
    with pytest.raises(AlreadyDone, match="holders are not told"):
        operations.ask_for_permission(far, by=sca, at=NOW)
    with clock.set_to(clock.at_local(FIRST_NEAR, 9)):
        assert far.can_be_asked_for_by(sca)
        begin_writing(far)
        operations.ask_for_permission(far, by=sca, at=clock.now())
        commit()
        assert far.can_be_permitted_by(_named("Kim Vale"))
    assert not far.can_be_permitted_by(_named("Kim Vale"))
    assert waits_for(_named("Kim Vale"), "rotation_permit") == 0
