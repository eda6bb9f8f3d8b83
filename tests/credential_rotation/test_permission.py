"""Permission before a password changes, and after one that could not wait, where the policy asks for it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessLevel, Account, EndReason
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, NotAllowed
from app.core.outbox import OutboxMessage
from app.credential_rotation import operations
from app.credential_rotation.due import DUE_KINDS
from app.credential_rotation.models import CredentialRotation, RotationStatus, Sighting, StepKind
from app.credential_rotation.queries import rotations_of
from app.duties.models import Reminder
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import ALL_DONE, TODAY, account, changed, grant, leave, started
from tests.duties.factories import morning
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
ROOM = "/credential-rotation"
HOUR = timedelta(hours=1)
LATER = NOW + HOUR
STEPS = {kind.value: "done" for kind in StepKind}
WHEN = {"changed_on": ["3", "3", "2027"], "changed_time": "10:30am"}
TO_PERMIT = next(kind for kind in DUE_KINDS if kind.name == "rotation_permit")


@pytest.fixture
def holder(make: Factory) -> Person:
    """Another holder of the account."""
    return make.person("Holder Hill")


@pytest.fixture
def page_of(make: Factory, owner: Person, holder: Person) -> Account:
    """An account with an owner and another holder."""
    on = account(make, "Village page", owner)
    grant(make, on, holder, level=AccessLevel.EDITOR)
    return on


def _asked(rotation: CredentialRotation, by: Person) -> None:
    begin_writing(rotation)
    operations.ask_for_permission(rotation, by=by, at=NOW)
    commit()


def _permitted(rotation: CredentialRotation, by: Person) -> None:
    begin_writing(rotation)
    operations.permit_rotation(rotation, by=by, at=LATER)
    commit()


def _due(person: Person) -> list[str]:
    made = TO_PERMIT.select(person, TODAY)
    assert made is not None
    return [row.who for row in db.session.execute(made)]


@pytest.mark.usefixtures("partnership")
def test_who_asks_never_permits(
    make: Factory, sca: Person, owner: Person, holder: Person, page_of: Account
) -> None:
    """Asked once by who may change it; permitted once by another holder; told by whom and when to all who come late."""
    rotation = started(page_of, sca)
    for wrong in (holder, make.person()):
        with pytest.raises(NotAllowed):
            operations.ask_for_permission(rotation, by=wrong, at=NOW)
        db.session.rollback()
    _asked(rotation, owner)
    assert (rotation.permit_by, rotation.permission_asked_by_id) == (rotation.due_on, owner.id)
    told = db.session.execute(sa.select(OutboxMessage.to_person_id).where(OutboxMessage.occasion == "rotation_to_permit"))
    assert set(told.scalars()) == {holder.id}
    with pytest.raises(AlreadyDone) as refused:
        operations.ask_for_permission(rotation, by=sca, at=LATER)
    assert (refused.value.who, refused.value.when) == ("Olu Abara", NOW)
    db.session.rollback()
    with pytest.raises(NotAllowed, match="another person permits it"):
        operations.permit_rotation(rotation, by=owner, at=LATER)
    db.session.rollback()
    # The pack names another holder first, so while there is one it is for nobody else.
    assert [_due(person) for person in (owner, holder, sca)] == [[], ["Village page (Facebook)"], []]
    with pytest.raises(NotAllowed, match=r"Only another holder of the account.*\(local setting\)"):
        operations.permit_rotation(rotation, by=sca, at=LATER)
    db.session.rollback()
    _permitted(rotation, holder)
    assert _due(sca) == []
    for act in (operations.ask_for_permission, operations.permit_rotation):
        with pytest.raises(AlreadyDone) as refused:
            act(rotation, by=sca, at=LATER)
        assert (refused.value.who, refused.value.when) == ("Holder Hill", LATER)
        db.session.rollback()
    with pytest.raises(NotAllowed):
        operations.mark_changed(rotation, by=holder, at=LATER, changed_at=LATER, steps=ALL_DONE)
    db.session.rollback()
    changed(rotation, owner)
    assert rotation.emergency_reason == ""
    with pytest.raises(AlreadyDone):
        operations.ask_for_permission(rotation, by=sca, at=LATER)


@pytest.mark.usefixtures("partnership")
def test_nothing_is_permitted_before_anybody_asks(
    client_of: Clients, sca: Person, owner: Person, holder: Person, page_of: Account
) -> None:
    """Neither by the page nor by the act; then by who is asked alone."""
    rotation = started(page_of, sca)
    address = f"{ROOM}/rotations/{rotation.id}"
    browser = client_of(holder)
    assert not rotation.can_be_permitted_by(holder)
    assert not browser.get(address).has_button("Permit this change")
    assert "Nobody has asked for permission" in browser.post(f"{address}/permitted", {}, status=409).text
    with pytest.raises(AlreadyDone, match="Nobody has asked"):
        operations.permit_rotation(rotation, by=holder, at=LATER)
    db.session.rollback()
    _asked(rotation, owner)
    assert browser.get(address).has_button("Permit this change")


@pytest.mark.usefixtures("partnership")
def test_whoever_asked_sees_to_it_where_the_only_keeper_permits_it(
    make: Factory, client_of: Clients, hr: Person, sca: Person, jo: Person
) -> None:
    """The partnership's own register: the Project Manager owns the account and keeps the register alone."""
    chair, on = make.person("Chair", Role.CHAIR), account(make, "Village page", sca)
    for person in (jo, sca, chair):
        grant(make, on, person)
    leave(jo, hr)
    rotation = db.session.execute(sa.select(CredentialRotation)).scalar_one()
    _asked(rotation, chair)
    assert rotation.owner_id == sca.id
    _permitted(rotation, sca)
    assert rotation.owner_id == chair.id
    line = "Change the password of Village page (Facebook)"
    assert [line in client_of(one).get("/").text for one in (chair, sca)] == [True, False]
    assert line in client_of(chair).get(f"{ROOM}/").text
    morning(rotation.due_on)
    sent = sa.select(Reminder.to_person_id).where(Reminder.kind == "rotation_change")
    assert set(db.session.execute(sent).scalars()) == {chair.id}
    changed(rotation, chair)


@pytest.mark.usefixtures("partnership")
def test_an_emergency_is_permitted_within_a_working_day(
    make: Factory, sca: Person, owner: Person, holder: Person, page_of: Account
) -> None:
    """By somebody who did not make the change, also once it is verified; while nobody has, it stays a duty."""
    rotation = started(page_of, sca)
    begin_writing(rotation)
    operations.mark_changed(
        rotation, by=owner, at=LATER, changed_at=LATER, steps=ALL_DONE, emergency_reason="Somebody was posting"
    )
    commit()
    assert rotation.permit_by == TODAY + timedelta(days=1)  # a local setting: one working day
    assert (_due(owner), _due(holder)) == ([], ["Village page (Facebook)"])
    with pytest.raises(NotAllowed):
        operations.permit_rotation(rotation, by=owner, at=LATER)
    db.session.rollback()
    begin_writing(rotation)
    operations.verify_rotation(rotation, by=sca, at=LATER, saw=Sighting.SIGNED_IN)
    commit()
    assert (rotation.status, _due(holder)) == (RotationStatus.COMPLETE, ["Village page (Facebook)"])
    _permitted(rotation, holder)
    assert _due(holder) == []


def test_where_no_permission_is_asked_for_none_can_be(make: Factory, sca: Person, owner: Person) -> None:
    """The council's pack: the change needs none, no button shows, and nobody waits."""
    rotation = started(account(make, "Libraries", owner), sca)
    with pytest.raises(AlreadyDone, match="needs no permission"):
        operations.ask_for_permission(rotation, by=owner, at=NOW)
    db.session.rollback()
    changed(rotation, owner)
    assert (rotation.permit_by, rotation.emergency_reason, _due(sca)) == (None, "", [])


@pytest.mark.usefixtures("partnership")
def test_what_waits_for_permission_is_what_may_be_permitted(
    make: Factory, sca: Person, owner: Person, holder: Person, page_of: Account
) -> None:
    """The list and the predicate agree for everybody, asked before and after the change."""
    jo, former = make.person("Jo Bell"), make.person("Former")
    grant(make, page_of, jo)
    grant(make, page_of, former, ends_on=TODAY - timedelta(days=1))
    leave(jo, make.person("Hana", Role.HR_MANAGER), immediate=False)
    urgent = started(account(make, "Urgent", owner), sca)
    grant(make, urgent.account, holder)
    begin_writing(urgent)
    operations.mark_changed(urgent, by=sca, at=LATER, changed_at=LATER, steps=ALL_DONE, emergency_reason="Posting")
    commit()
    of_page = sa.select(CredentialRotation).where(CredentialRotation.account_id == page_of.id)
    waiting = db.session.execute(of_page).scalar_one()
    _asked(waiting, owner)
    for person in (sca, owner, holder, jo, former, make.person()):
        expected = {one.id for one in (waiting, urgent) if one.can_be_permitted_by(person)}
        assert {row.id for row in rotations_of(person, TODAY).to_permit} == expected, person.name
    assert waiting.can_be_permitted_by(holder)
    assert not waiting.can_be_permitted_by(jo)


@pytest.mark.usefixtures("partnership")
def test_the_chain_of_the_pack_names_who_permits(
    make: Factory, sca: Person, owner: Person, holder: Person, page_of: Account
) -> None:
    """Another holder; where there is none, the Project Manager; where it is she who asks, her deputy, then the Chair."""
    chair, jo = make.person("Chair", Role.CHAIR), make.person("Jo Bell")
    grant(make, page_of, jo)
    leave(jo, make.person("Hana", Role.HR_MANAGER), immediate=True)
    rotation = db.session.execute(sa.select(CredentialRotation)).scalar_one()
    assert rotation.permitters == {holder.id}
    for gone in page_of.grants:
        gone.ends_on, gone.end_reason = TODAY - timedelta(days=1), EndReason.NO_LONGER_NEEDED
    make.keep(*page_of.grants)
    everybody = (sca, owner, holder, chair, jo)
    for asks, expected in ((owner, {sca.id}), (sca, {chair.id})):
        rotation.permission_asked_by_id, rotation.permission_asked_at = asks.id, NOW
        rotation.permit_by = TODAY
        make.keep(rotation)
        assert rotation.permitters == expected
        assert {person.id for person in everybody if _due(person)} == expected
        assert {person.id for person in everybody if rotation.can_be_permitted_by(person)} == expected
    assert rotation.can_be_seen_by(chair)
    deputy = make.person("Deputy", Role.DEPUTY_SCA)
    assert rotation.permitters == {deputy.id}
    assert (_due(deputy), _due(chair)) == (["Village page (Facebook)"], [])


@pytest.mark.usefixtures("partnership")
def test_permission_and_emergency_through_pages(
    make: Factory, client_of: Clients, sca: Person, owner: Person, holder: Person, page_of: Account
) -> None:
    """The owner asks, a holder permits, the owner changes; then an emergency comes first and is permitted after."""
    rotation = started(page_of, sca)
    address = f"{ROOM}/rotations/{rotation.id}"
    first, second = client_of(owner), client_of(holder)
    page = first.get(address)
    assert page.has_button("Ask for permission")
    assert "Not asked for yet" in page.text
    with clock.set_to(LATER):
        refused = first.post(f"{address}/changed", {**STEPS, **WHEN, "changed_time": "10:31am"}, status=422)
        assert refused.errors == ["Enter why it could not wait, or wait until it is permitted"]
        assert "10:31am" in {field.get("value") for field in refused.soup.select("input")}
        assert "Ask for permission first, with the button above" in refused.text
        assert "another holder of the account" in refused.text
        assert "Passwords and access: Permission before a change" in refused.text
        second.post(f"{address}/permission", {}, status=403)
        asked = first.follow(f"{address}/permission", {})
        assert "Asked for by Olu Abara on 3 March 2027" in asked.text
        assert not asked.has_button("Ask for permission")
        assert not asked.has_button("Permit this change")
        first.post(f"{address}/permission", {}, status=409)
        first.post(f"{address}/permitted", {}, status=403)
        assert "Permit a new password of Village page (Facebook)" in second.get("/").text
        assert "To permit" in second.get(f"{ROOM}/").text
        assert "Olu Abara waits for your permission to change this password." in second.get(address).text
        permitted = second.follow(f"{address}/permitted", {})
        assert "You permitted the change" in permitted.text
        second.post(f"{address}/permitted", {}, status=409)
        done = first.follow(f"{address}/changed", {**STEPS, **WHEN})
        assert "Given by Holder Hill" in done.text
        urgent = started(account(make, "Flood page", owner), sca)
        grant(make, urgent.account, holder)
        path = f"{ROOM}/rotations/{urgent.id}"
        later = {"changed_time": "11am", "emergency_reason": "Somebody was posting"}
        assert "Why it could not wait" in first.follow(f"{path}/changed", {**STEPS, **WHEN, **later}).text
        assert "Olu Abara changed this password before anybody permitted it." in second.get(path).text
        second.follow(f"{path}/verified", {"saw": "signed_in"})
        assert "Given by Holder Hill" in second.follow(f"{path}/permitted", {}).text


@pytest.mark.usefixtures("partnership")
def test_many_changes_on_one_page_say_at_each_account_that_permission_is_missing(
    make: Factory, client_of: Clients, sca: Person, owner: Person, holder: Person, page_of: Account
) -> None:
    """409 at that account until it is permitted or said why it could not wait."""
    one, two = started(page_of, sca), started(account(make, "Flood page", owner), sca)
    sent: dict[str, object] = {"changed_on": ["3", "3", "2027"]}
    for rotation in (one, two):
        sent |= {f"outcome_{rotation.id.hex}": "all", f"time_{rotation.id.hex}": "10:30am"}
    _asked(one, owner)
    _permitted(one, holder)
    browser = client_of(owner)
    with clock.set_to(LATER):
        page = browser.post(f"{ROOM}/together", sent, status=409)
        (error,) = page.errors
        assert error.startswith("Flood page (Facebook): This change has to be permitted first")
        browser.post(f"{ROOM}/together", sent | {f"emergency_{two.id.hex}": "Somebody was posting"}, status=303)
    assert two.emergency_reason == "Somebody was posting"


@pytest.mark.usefixtures("partnership")
def test_who_permits_is_not_asked_to_make_the_change(make: Factory, sca: Person, owner: Person, page_of: Account) -> None:
    """The owner of an account who is another holder too: then a keeper sees to it, or whoever asked."""
    grant(make, page_of, owner)
    other = make.person("Ada Admin")
    grant(make, page_of, other, level=AccessLevel.ADMIN)
    rotation = started(page_of, sca)
    assert rotation.owner_id == owner.id
    _asked(rotation, other)
    _permitted(rotation, owner)
    assert [rotation.can_be_changed_by(one) for one in (owner, other, sca)] == [False, True, True]
    assert rotation.owner_id == sca.id
    due = {kind.name: kind.select for kind in DUE_KINDS}["rotation_change"]
    waits = [len(db.session.execute(due(one, TODAY)).all()) for one in (owner, sca)]  # type: ignore[arg-type]
    assert waits == [0, 1]


@pytest.mark.usefixtures("partnership")
def test_ten_accounts_that_nobody_has_permitted_go_on_one_page(
    make: Factory, client_of: Clients, sca: Person, owner: Person
) -> None:
    """With the question of each why it could not wait, the page is no heavier than any other."""
    made = [started(account(make, f"Community library of the parish {number}", owner), sca) for number in range(11)]
    browser = client_of(owner)
    with clock.set_to(LATER):
        page = browser.get(f"{ROOM}/together")
        shown = [one for one in made if f"emergency_{one.id.hex}" in page.html]
        assert len(shown) == 10
        assert "There is 1 more account than go on one page" in page.text
