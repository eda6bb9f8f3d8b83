"""Leavers and password changes through pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessLevel
from app.core import clock
from app.core.db import db
from app.credential_rotation.models import CredentialRotation, RotationStatus, StepKind
from app.credential_rotation.on_accounts import panel_of_account, why_account_stays_open
from app.credential_rotation.queries import rotation_by_id, rotations_of
from app.people.models import Person, Role
from app.policy.queries import pack
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, changed, grant, leave, started, verified
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
ROOM = "/credential-rotation"
HOUR = timedelta(hours=1)
MARKUP = "<script>alert(1)</script>"
STEPS = {kind.value: "done" for kind in StepKind}
WHEN = {"changed_on": ["3", "3", "2027"], "changed_time": "10:30am"}


@pytest.fixture
def manager(make: Factory) -> Person:
    """Jo's manager."""
    return make.person("Mina Cole")


@pytest.fixture
def jo(make: Factory, manager: Person) -> Person:
    """Who leaves."""
    return make.person("Jo Bell", manager=manager, post="Officer")


def _rotation() -> CredentialRotation:
    return db.session.execute(sa.select(CredentialRotation)).scalar_one()


def test_a_manager_records_a_leaver_after_seeing_what_follows(
    make: Factory, client_of: Clients, sca: Person, owner: Person, manager: Person, jo: Person
) -> None:
    """What will happen, account by account, then the chain; nothing is recorded before the confirmation."""
    grant(make, account(make, "Libraries", owner), jo)
    grant(make, account(make, MARKUP, jo), jo)
    browser = client_of(manager)
    page = browser.get(f"{ROOM}/leavers/new")
    assert "Jo Bell, Officer" in page.text
    answers = {"person": str(jo.id), "last_working_day": ["5", "3", "2027"], "immediate": "no"}
    preview = browser.follow(f"{ROOM}/leavers/new", answers)
    assert preview.heading == "Jo Bell leaves on Friday 5 March 2027"
    for line in (
        "Until the end of Friday 5 March 2027, Jo Bell can sign in to Probity and use their accounts as before.",
        "Their access to 2 accounts ends at the end of Friday 5 March 2027.",
        "2 shared passwords that they know are to be changed.",
        "2 accounts need somebody to take over, as soon as possible.",
    ):
        assert line in preview.text
    assert "<script>alert" not in preview.html
    assert db.session.execute(sa.select(CredentialRotation)).first() is None
    sent = {"person": str(jo.id), "day": "2027-03-05", "immediate": "no"}
    chain = browser.follow(f"{ROOM}/leavers", sent)
    assert "You recorded that Jo Bell leaves." in chain.text
    assert "Olu Abara is to change it by 5 March 2027" in chain.text
    again = browser.post(f"{ROOM}/leavers", sent, status=409)
    assert "Mina Cole did this on 3 March 2027 at 10am" in again.text.replace("10:00am", "10am")
    first = again.soup.find("a", string="Open what was recorded")
    assert browser.get(first["href"]).heading == chain.heading
    home = client_of(sca).get("/")
    assert "Urgent: find somebody to take over Libraries" in home.text
    assert home.text.index("Urgent") < home.text.index("Change the password of")
    assert "Change the password of Libraries" in client_of(owner).get("/").text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.HR_MANAGER])
def test_a_role_that_is_left_empty_is_named_before_it_is(
    make: Factory, client_of: Clients, hr: Person, role: Role
) -> None:
    """Whichever it is: nobody's leaving is refused because of what they do here."""
    person = make.person("Only One", role)
    page = client_of(hr).get(f"{ROOM}/leavers/preview?person={person.id}&day=2027-03-05&immediate=no")
    assert pack().role_titles[role.value].value in page.text


def test_hr_chooses_anybody_and_bad_input_is_kept(client_of: Clients, hr: Person, jo: Person, make: Factory) -> None:
    """31/02, before the start, nobody, somebody who left."""
    browser = client_of(hr)
    typed = {"person": jo.email, "last_working_day": ["31", "02", "2027"], "immediate": "no"}
    page = browser.post(f"{ROOM}/leavers/new", typed, status=422)
    assert page.errors == ["The last working day must be a real date"]
    assert page.field("person") == jo.email
    page = browser.post(f"{ROOM}/leavers/new", {**typed, "last_working_day": ["1", "1", "2019"]}, status=422)
    assert page.errors == ["The last working day must be on or after the day they started"]
    page = browser.post(
        f"{ROOM}/leavers/new", {**typed, "last_working_day": ["5", "3", "2027"], "person": "Nobody"}, status=422
    )
    assert "Nobody is recorded" in page.errors[0]
    make.person("Long Gone", last_working_day=TODAY - timedelta(days=9))
    page = browser.post(
        f"{ROOM}/leavers/new", {**typed, "last_working_day": ["5", "3", "2027"], "person": "Long Gone"}, status=422
    )
    assert "left on" in page.errors[0]
    browser.get(f"{ROOM}/leavers/preview?person=x&day=y", status=404)
    assert browser.post(f"{ROOM}/leavers/new", {}, status=422).errors == [
        "Enter who leaves", "Enter their last working day", "Select how they leave",
    ]  # fmt: skip


def test_strangers_and_the_leaver(make: Factory, client_of: Clients, hr: Person, owner: Person, jo: Person) -> None:
    """Nobody else records, reads a notice, or learns from the list that somebody leaves."""
    grant(make, account(make, "Libraries", owner), jo)
    notice = leave(jo, hr, immediate=False)
    rotation = _rotation()
    for person in (make.person(), jo):
        browser = client_of(person)
        browser.get(f"{ROOM}/leavers/new", status=403)
        browser.get(f"{ROOM}/leavers/{notice.id}", status=404)
        assert "Jo Bell leaves" not in browser.get(f"{ROOM}/leavers").text
        browser.post(f"{ROOM}/leavers", {"person": str(owner.id), "day": "2027-03-05"}, status=403)
        browser.get(f"{ROOM}/rotations/{rotation.id}", status=403)
        for act in ("changed", "verified", "permitted"):
            browser.post(f"{ROOM}/rotations/{rotation.id}/{act}", {**STEPS, **WHEN}, status=403)
    client_of(hr).get(f"{ROOM}/leavers/{make.id()}", status=404)
    client_of(hr).get(f"{ROOM}/rotations/{make.id()}", status=404)


def test_changed_by_one_and_verified_by_another(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """The whole chain through pages; it ends with how long it took."""
    on = account(make, "Libraries", owner)
    for person in (jo, make.person()):
        grant(make, on, person)
    notice = leave(jo, hr)
    address = f"{ROOM}/rotations/{_rotation().id}"
    first, second = client_of(owner), client_of(sca)
    assert "Change the password of Libraries" in first.get(f"{ROOM}/").text
    with clock.set_to(NOW + HOUR):
        page = first.post(f"{address}/changed", {**STEPS, "sessions": "not_applicable"}, status=422)
        assert "Enter why this step does not apply" in page.errors
        assert "Enter the day you changed it" in page.errors
        page = first.post(f"{address}/changed", {**STEPS, **WHEN, "changed_time": "9am"}, status=422)
        assert "must have been made after 3 March 2027" in page.errors[0]
        told = {"sessions": "not_applicable", "sessions_reason": "password: Summer2027!"}
        page = first.post(f"{address}/changed", {**STEPS, **WHEN, **told}, status=422)
        assert "Do not write a password" in page.errors[0]
        reason = {"sessions": "not_applicable", "sessions_reason": MARKUP}
        page = first.follow(f"{address}/changed", {**STEPS, **WHEN, **reason})
        assert "Somebody else verifies it now" in page.text
        assert MARKUP in page.text
        assert not page.has_button("Record what I saw")
        first.post(f"{address}/verified", {"saw": "no_sessions"}, status=403)
        late = second.post(f"{address}/changed", {**STEPS, **WHEN}, status=409)
        assert "Olu Abara did this" in late.text
        assert second.post(f"{address}/verified", {}, status=422).errors == ["Select what you saw"]
    with clock.set_to(NOW + 2 * HOUR + HOUR / 2):
        second.post(f"{address}/verified", {"saw": "no_sessions"})
        second.post(f"{address}/verified", {"saw": "no_sessions"}, status=409)
        chain = client_of(hr).get(f"{ROOM}/leavers/{notice.id}")
        assert "every password was changed and verified after 2 hours" in chain.text
        assert "Cleo Marsh" in chain.text
    assert "Complete" in client_of(hr).get(f"{ROOM}/leavers").text


def test_who_caused_it_is_read_only_by_those_who_need_to_know(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, manager: Person, jo: Person
) -> None:
    """Holders and the owner read security maintenance; HR, the keeper and a manager who holds access read why."""
    on = account(make, "Libraries", owner)
    holder = make.person("Holder")
    for person in (jo, holder, manager):
        grant(make, on, person)
    leave(jo, hr)
    address = f"{ROOM}/rotations/{_rotation().id}"
    for person, knows in ((owner, False), (holder, False), (hr, True), (sca, True), (manager, True)):
        text = client_of(person).get(address).text
        assert ("Jo Bell" in text) == knows, person.name
        assert ("Security maintenance" in text) != knows
        assert ("security maintenance" in text) != knows


def test_ending_shared_access_through_its_page(
    make: Factory, client_of: Clients, sca: Person, owner: Person, jo: Person
) -> None:
    """The same act asks for the new password."""
    given = grant(make, account(make, "Libraries", owner), jo)
    address = f"{ROOM}/grants/{given.id}/end"
    browser = client_of(owner)
    assert browser.get(address).heading == "End the access of Jo Bell"
    assert browser.post(address, {"ends_on": ["1", "1", "2020"], "reason": "moved"}, status=422).errors
    page = browser.follow(address, {"ends_on": ["3", "3", "2027"], "reason": "moved"})
    assert page.heading == "New password for Libraries"
    browser.post(address, {"ends_on": ["3", "3", "2027"], "reason": "moved"}, status=409)
    client_of(make.person()).get(address, status=403)
    browser.get(f"{ROOM}/grants/{make.id()}/end", status=404)


def test_the_keeper_asks_for_a_new_password(make: Factory, client_of: Clients, sca: Person, owner: Person) -> None:
    """From the page of the account; it then cannot be closed, and its panel shows why in neutral words."""
    on = account(make, "Libraries", owner)
    address = f"{ROOM}/accounts/{on.id}/start"
    browser = client_of(sca)
    assert why_account_stays_open(on) is None
    assert browser.post(address, {}, status=422).errors == ["Select why the password has to change"]
    browser.post(address, {"trigger": "compromise"})
    assert "must be done and verified first" in (why_account_stays_open(on) or "")
    assert "Security maintenance" in browser.get(f"/account-register/{on.id}").text
    assert panel_of_account(on, owner) is not None
    assert panel_of_account(on, make.person()) is None
    assert "Libraries" in browser.get(f"{ROOM}/all").text
    assert "No" in browser.get(f"{ROOM}/all?show=complete").text
    client_of(owner).get(f"{ROOM}/all", status=403)


def test_my_list_and_the_predicates_agree(make: Factory, hr: Person, sca: Person, owner: Person, jo: Person) -> None:
    """What the lists select is what the model allows, for everybody and in every state."""
    holder, viewer = make.person(), make.person()
    people = [hr, sca, owner, jo, holder, viewer]
    for number in range(4):
        on = account(make, f"A{number}", owner if number % 2 else holder)
        grant(make, on, holder, level=AccessLevel.EDITOR)
        grant(make, on, viewer, ends_on=TODAY - timedelta(days=1))
        if number:
            grant(make, on, jo)
    leave(jo, hr)
    on = account(make, "Other", holder)
    started(on, sca)
    rotations = list(db.session.execute(sa.select(CredentialRotation)).scalars())
    changed(rotations[0], sca)
    changed(rotations[1], sca)
    changed(rotations[2], sca)
    verified(rotations[2], make.person("Deputy", Role.DEPUTY_SCA))
    for person in people:
        mine = rotations_of(person, TODAY)
        every = [rotation_by_id(one.id) for one in rotations]
        assert {row.id for row in mine.to_verify} == {one.id for one in every if one and one.can_be_verified_by(person)}
        may = {one.id for one in every if one and one.can_be_changed_by(person)}
        assert {row.id for row in mine.to_change} <= may


def test_lists_take_few_queries_whatever_their_length(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, manager: Person
) -> None:
    """At most four for lists; at most eight for a record."""
    pages = [(hr, f"{ROOM}/leavers"), (sca, f"{ROOM}/all"), (owner, f"{ROOM}/"), (manager, f"{ROOM}/leavers/new")]
    open_pages = [(client_of(person), path) for person, path in pages]

    def _count() -> list[int]:
        counts = []
        for browser, path in open_pages:
            with counted_queries() as queries:
                browser.get(path)
            counts.append(len(queries))
        return counts

    leave(make.person(manager=manager), hr)
    make.person(manager=manager)
    _count()
    few = _count()
    for number in range(6):
        person = make.person(f"Leaver {number}", manager=manager)
        grant(make, account(make, f"Account {number}", owner), person)
        leave(person, hr)
    assert _count() == few
    assert max(few) <= 4, few


def test_records_take_few_queries(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """The chain and a rotation at most eight, the preview nine: with one account and with seven, held and owned."""
    browser = client_of(hr)
    kim = make.person("Kim")
    counts = []
    for number in range(7):
        on = account(make, f"Account {number}", owner)
        grant(make, on, jo)
        grant(make, on, kim)
        account(make, f"Owned {number}", kim)
        if number in (0, 6):
            address = f"{ROOM}/leavers/preview?person={kim.id}&day=2027-03-05&immediate=no"
            browser.get(address)
            with counted_queries() as queries:
                browser.get(address)
            counts.append(len(queries))
    assert counts[0] == counts[1] <= 9, counts
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    rotation = db.session.execute(sa.select(CredentialRotation)).scalars().first()
    assert rotation is not None
    for person, path in (
        (hr, f"{ROOM}/leavers/{notice.id}"), (owner, f"{ROOM}/rotations/{rotation.id}"),
    ):  # fmt: skip
        reader = client_of(person)
        reader.get(path)
        with counted_queries() as queries:
            reader.get(path)
        assert len(queries) <= 8, queries


def test_paging_shows_every_leaver_once(make: Factory, client_of: Clients, hr: Person) -> None:
    """Twenty-five a page."""
    for number in range(27):
        leave(make.person(f"Leaver {number:02}"), hr)
    browser = client_of(hr)
    first = browser.get(f"{ROOM}/leavers")
    older = first.soup.select_one("a[rel=next]")
    assert older is not None
    second = browser.get(str(older["href"]))
    assert len(first.soup.select("tbody tr")) + len(second.soup.select("tbody tr")) == 27
    assert RotationStatus.DUE.label == "To be changed"
