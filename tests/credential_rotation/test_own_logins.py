"""After a compromise: shared passwords change where there are any, and everybody with a login of their own secures it."""

import itertools
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.account_register.models import Account, EndReason, LoginMode
from app.account_register.operations import end_access
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.credential_rotation import operations
from app.credential_rotation.models import (
    AccountIncident,
    Credentials,
    LoginEnd,
    LoginToSecure,
    PlanStep,
    StepAnswered,
    StepOutcome,
)
from app.credential_rotation.queries import incident_by_id
from app.credential_rotation.queries.own_logins import OWN_LOGIN, has_shared_password, mine_to_secure, own_logins_seen
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, changed, grant, leave, verified
from tests.credential_rotation.incidents import answered, compromised
from tests.due_equality import assert_same_duties
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
ROOM, DAY = "/credential-rotation", timedelta(days=1)
OWN, ROLE, SHARED = LoginMode.INDIVIDUAL, LoginMode.DELEGATED, LoginMode.SHARED


def _held(make: Factory, owner: Person, *modes: LoginMode) -> tuple[Account, list[Person]]:
    """A live account with a holder of each of these ways to sign in."""
    on, holders = account(make, "Museum", owner), [make.person(f"Holder {number}") for number in range(len(modes))]
    for holder, mode in zip(holders, modes, strict=True):
        grant(make, on, holder, mode=mode)
    return on, holders


def _told(person: Person) -> list[str]:
    query = sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == person.id)
    return sorted(one.partition("#")[0] for one in db.session.execute(query).scalars())


def _secured(login: LoginToSecure, by: Person) -> None:
    begin_writing(login)
    operations.secure_login(login, by=by, at=NOW)
    commit()


def _asked(person: Person) -> list[str]:
    return [row.key for row in db.session.execute(mine_to_secure(person, TODAY))]


def _fresh(incident: AccountIncident) -> AccountIncident:
    db.session.expire_all()
    found = incident_by_id(incident.id)
    assert found is not None
    return found


# ---- what is made new ----


@pytest.mark.parametrize(
    ("modes", "shared", "own"),
    [
        ((), True, 0),  # nobody is known to get in, but the register says that it has a shared login
        ((SHARED,), True, 0),
        ((OWN, ROLE), False, 2),
        ((SHARED, OWN, ROLE), True, 2),
    ],
)
def test_each_credential_is_made_new_and_no_other(
    make: Factory, sca: Person, owner: Person, modes: tuple[LoginMode, ...], shared: bool, own: int
) -> None:
    on, holders = _held(make, owner, *modes)
    incident = compromised(on, sca)
    assert bool(incident.rotations) is shared
    with_own = [one for one, mode in zip(holders, modes, strict=True) if mode is not SHARED]
    assert {one.grant.person_id for one in incident.logins} == {one.id for one in with_own}
    assert (len(incident.logins), {one.due_on for one in incident.logins}) == (own, {TODAY} if own else set())
    assert [len(_asked(one)) for one in holders] == [int(mode is not SHARED) for mode in modes]
    assert incident.credentials is Credentials.of(shared=shared, own=bool(own))


def test_what_the_credentials_are_called() -> None:
    both_ways = itertools.product((True, False), repeat=2)
    found = {(shared, own): Credentials.of(shared=shared, own=own) for shared, own in both_ways}
    assert found == {
        (True, True): Credentials.BOTH, (True, False): Credentials.SHARED, (False, True): Credentials.OWN,
        (False, False): Credentials.NONE,
    }  # fmt: skip
    assert len({one.label for one in Credentials}) == len(Credentials)


def test_where_nobody_can_get_in_there_is_nothing_to_make_new(make: Factory, sca: Person, owner: Person) -> None:
    """Neither a password nor a login; the step is answered all the same, once everybody is signed out."""
    on = account(make, "Museum", owner)
    on.login_mode = OWN
    make.keep(on)
    incident = compromised(on, sca)
    assert (incident.rotations, incident.logins, incident.credentials) == ([], [], Credentials.NONE)
    answered(incident, sca, PlanStep.CREDENTIALS)


def test_a_shared_password_that_somebody_still_knows_changes(make: Factory, sca: Person, owner: Person) -> None:
    """Whoever changed it knows it; whoever was said to have used it until a correction knows it too."""
    on, (holder,) = _held(make, owner, OWN)
    assert not has_shared_password(on, TODAY)
    begin_writing(on)
    made = operations.start_rotation(on, trigger="scheduled", by=sca, at=NOW)  # type: ignore[arg-type]
    commit()
    assert has_shared_password(on, TODAY), "a change is asked for"
    changed(made, sca)
    verified(made, owner)
    assert has_shared_password(on, TODAY), "who changed it knows it"
    other, (known,) = _held(make, owner, OWN)
    (one,) = other.grants
    one.knew_shared_at = NOW
    make.keep(one)
    assert has_shared_password(other, TODAY)
    assert holder is not known


def test_parts_of_the_account_are_asked_for_too(make: Factory, sca: Person, owner: Person) -> None:
    on, _ = _held(make, owner, OWN)
    part, holder = account(make, "Friends of the museum", owner), make.person("Part Holder")
    part.parent_id = on.id
    make.keep(part)
    grant(make, part, holder, mode=ROLE)
    incident = compromised(on, sca)
    assert {one.grant.account_id for one in incident.logins} == {on.id, part.id}
    assert _told(holder) == ["own_login"]


def test_access_that_does_not_run_is_not_asked_for(make: Factory, sca: Person, owner: Person) -> None:
    on = account(make, "Museum", owner)
    grant(make, on, make.person("Over"), mode=OWN, ends_on=TODAY - DAY)
    later = grant(make, on, make.person("To come"), mode=OWN)
    later.starts_on = TODAY + DAY
    gone = make.person("Gone", last_working_day=TODAY - DAY)
    grant(make, on, gone, mode=OWN)
    make.keep(later)
    assert compromised(on, sca).logins == []
    assert _told(gone) == []


# ---- who is told ----


def test_every_holder_is_told_once(make: Factory, sca: Person, ict: Person, owner: Person) -> None:
    on, (shares, own) = _held(make, owner, SHARED, OWN)
    on.deputy_id = make.person("Dep").id
    make.keep(on)
    for insider in (owner, ict, sca):
        grant(make, on, insider, mode=ROLE)
    incident = compromised(on, ict)
    assert (_told(shares), _told(own)) == (["account_incident_holder"], ["own_login"])
    assert _told(db.session.get_one(Person, on.deputy_id)) == ["account_incident_holder"]
    assert (_told(sca), _told(ict)) == (["account_incident"], [])
    assert _told(owner) == ["account_incident", "rotation_due"]
    (rotation,) = incident.rotations
    changed(rotation, owner)
    verified(rotation, sca)
    for login in incident.logins:
        _secured(login, login.grant.person)
    answered(incident, sca, *incident.unanswered)
    begin_writing(incident)
    operations.recover_account(incident, by=ict, at=NOW)
    commit()
    assert "account_state" in _told(shares)
    assert "account_state" in _told(own)
    assert "account_state" not in _told(owner) + _told(sca) + _told(ict)


# ---- the duty and its end ----


def test_the_account_is_not_live_before_every_login_is_secured(
    make: Factory, sca: Person, owner: Person
) -> None:
    on, holders = _held(make, owner, OWN, ROLE)
    incident = compromised(on, sca)
    done = StepAnswered(StepOutcome.DONE)
    with pytest.raises(InvalidInput, match="Nobody has said that the own login of Holder 0 and Holder 1 is secured yet"):
        operations.answer_step(incident, PlanStep.CREDENTIALS, done, by=sca, at=NOW)
    first, second = incident.to_secure_on(TODAY)
    _secured(first, holders[0])
    answered(incident, sca, *(step for step in incident.unanswered if step is not PlanStep.CREDENTIALS))
    with pytest.raises(operations.NotRecovered) as refusal:
        operations.recover_account(incident, by=sca, at=NOW)
    assert refusal.value.left == [
        "Have every own login secured and sign out everywhere", "Have Holder 1 secure their own login to Museum (Facebook)",
    ]  # fmt: skip
    db.session.rollback()
    _secured(second, sca)
    assert (first.was_written_down, second.was_written_down, second.done_by_id) == (False, True, sca.id)
    answered(incident, sca, PlanStep.CREDENTIALS)
    assert incident.left_on(TODAY) == []
    assert [_asked(one) for one in holders] == [[], []]


def test_who_may_say_it_and_when_it_is_late(make: Factory, sca: Person, ict: Person, owner: Person) -> None:
    on, (holder, other) = _held(make, owner, OWN, OWN)
    incident = compromised(on, sca)
    login = incident.to_secure_on(TODAY)[0]
    may = {
        holder: (True, True), other: (False, False), owner: (True, True), sca: (True, True), ict: (True, False),
        make.person("Aud", Role.AUDITOR): (True, False), make.person("No One"): (False, False),
    }  # fmt: skip
    for person, (sees, records) in may.items():
        assert (login.can_be_seen_by(person), login.is_recorder(person)) == (sees, records)
        assert login.can_be_recorded_by(person, TODAY) is records
        seen = {uuid.UUID(row.key) for row in db.session.execute(own_logins_seen(person, TODAY))}
        assert (login.id in seen) is sees
        if not records:
            with pytest.raises(NotAllowed):
                operations.secure_login(login, by=person, at=NOW)
    _secured(login, owner)
    assert not login.can_be_recorded_by(holder, TODAY)
    with pytest.raises(AlreadyDone, match="recorded already") as refusal:
        operations.secure_login(login, by=holder, at=NOW)
    assert (refusal.value.who, refusal.value.when) == (owner.name, NOW)


@pytest.mark.parametrize("how", [LoginEnd.LEFT, LoginEnd.ACCESS_ENDED, LoginEnd.SHARED])
def test_access_that_ends_secures_it(
    make: Factory, sca: Person, owner: Person, hr: Person, how: LoginEnd
) -> None:
    on, (holder,) = _held(make, owner, OWN)
    incident = compromised(on, sca)
    (login,) = incident.logins
    assert (login.end_on(TODAY), len(_asked(holder))) == (None, 1)
    day = TODAY
    if how is LoginEnd.LEFT:
        leave(holder, hr)
    elif how is LoginEnd.ACCESS_ENDED:
        begin_writing(login.grant)
        end_access(login.grant, by=sca, at=NOW, ends_on=TODAY, reason=EndReason.WITHDRAWN)
        commit()
        day = TODAY + DAY
    else:
        begin_writing(login.grant)
        operations.correct_ways_of_signing_in([login.grant], SHARED, true_from=None, reason="Seen.", by=sca, at=NOW)
        commit()
    (login,) = _fresh(incident).logins
    assert login.end_on(day) is how
    assert list(db.session.execute(mine_to_secure(holder, day))) == []
    assert bool(login.incident.rotations) is (how is LoginEnd.SHARED)
    with pytest.raises(AlreadyDone, match="need not be secured any more"):
        operations.secure_login(login, by=sca, at=clock.at_local(day, 12))
    db.session.rollback()
    assert not any("own login" in line for line in _fresh(incident).left_on(day) if line.startswith("Have Holder"))


def test_a_corrected_way_of_signing_in_is_asked_for(make: Factory, sca: Person, owner: Person) -> None:
    """Of an account that is compromised: who turns out to have a login of their own secures that too, and is told."""
    on, (holder,) = _held(make, owner, SHARED)
    incident = compromised(on, sca)
    (held,) = on.grants
    begin_writing(held)
    operations.correct_ways_of_signing_in([held], OWN, true_from=None, reason="Seen.", by=sca, at=NOW)
    commit()
    assert [one.grant_id for one in _fresh(incident).logins] == [held.id]
    assert _told(holder) == ["account_incident_holder", "own_login"]
    begin_writing(held)
    operations.correct_ways_of_signing_in([held], ROLE, true_from=None, reason="Seen.", by=sca, at=NOW)
    commit()
    assert len(_fresh(incident).logins) == 1


def test_it_is_asked_for_no_more_once_the_compromise_is_over(make: Factory, sca: Person, owner: Person) -> None:
    on, (holder,) = _held(make, owner, OWN)
    incident = compromised(on, sca)
    db.session.execute(
        sa.update(AccountIncident).values(status="closed", closed_at=NOW, closed_by_id=sca.id, outcome="Over.")
    )
    commit()
    (login,) = _fresh(incident).logins
    assert (login.is_asked_on(TODAY), _asked(holder)) == (False, [])
    with pytest.raises(AlreadyDone, match="is over"):
        operations.secure_login(login, by=holder, at=NOW)


def test_home_and_chase_ask_the_same(app: Flask, make: Factory, sca: Person, owner: Person) -> None:
    on, _ = _held(make, owner, OWN, ROLE, SHARED)
    compromised(on, sca)
    with clock.set_to(NOW):
        assert assert_same_duties(TODAY) >= 2
    assert app.extensions["registries"].due[OWN_LOGIN].unopened


# ---- pages ----


def test_a_holder_secures_their_login_through_pages(
    make: Factory, client_of: Clients, sca: Person, owner: Person
) -> None:
    on, (holder, other) = _held(make, owner, OWN, ROLE)
    typed = {"kind": "compromise", "noticed_on": ["3", "3", "2027"], "what_happened": "Strange posts"}
    page = client_of(sca).follow(f"{ROOM}/accounts/{on.id}/incident", typed)
    assert "Everybody who has a login of their own was asked to secure it." in page.text
    assert "New passwords" not in page.text
    assert "Have every own login secured and sign out everywhere" in page.text
    assert "Holder 0 : to be secured by 3 March 2027" in page.text
    browser = client_of(holder)
    assert "Secure your own login to Museum (Facebook)" in browser.get("/").text
    incident = db.session.execute(sa.select(AccountIncident)).scalar_one()
    login = next(one for one in incident.logins if one.grant.person_id == holder.id)
    address = f"{ROOM}/own-logins/{login.id}"
    shown = browser.get(address)
    assert shown.heading == "Secure your own login to Museum"
    assert "3 March 2027" in shown.soup.select(".app-worked-out")[0].get_text()
    assert "Strange posts" not in shown.text
    for stranger in (other, make.person()):
        client_of(stranger).get(address, status=403)
        client_of(stranger).post(f"{address}/secured", status=403)
    client_of(make.person("Aud", Role.AUDITOR)).post(f"{address}/secured", status=403)
    page = browser.follow(f"{address}/secured", {})
    assert "You said that your own login to Museum is secured." in page.text
    assert not page.has_button("I have done all three")
    assert "You said on 3 March 2027" in page.text
    assert "Holder 0 recorded it" in client_of(sca).post(f"{address}/secured", status=409).text
    assert "Secure your own login" not in browser.get("/").text
    browser.get(f"{ROOM}/own-logins/{make.id()}", status=404)


def test_an_owner_writes_it_down_and_that_stays(make: Factory, client_of: Clients, sca: Person, owner: Person) -> None:
    on, (holder, _shares) = _held(make, owner, OWN, SHARED)
    incident = compromised(on, sca)
    (login,), base = incident.logins, f"{ROOM}/incidents/{incident.id}"
    mine, address = client_of(owner), f"{ROOM}/own-logins/{login.id}"
    page = mine.get(base)
    assert "New passwords" in page.text
    assert "Own logins" in page.text
    page = mine.post(f"{base}/steps/credentials", {"outcome": "done"}, status=422)
    assert "Nobody has marked the password" in page.errors[0]
    assert "Change the password, have every own login secured" in mine.get(f"{base}/steps/credentials").heading
    page = mine.follow(f"{address}/secured", {})
    assert "You recorded that the own login of Holder 0 is secured." in page.text
    assert "Olu Abara wrote down on 3 March 2027" in page.text
    assert "Olu Abara wrote down" in client_of(holder).get(address).text
    assert "as Olu Abara wrote down" in mine.get(base).text
    assert "own login of Holder 0 is secured" in mine.get(base).text


def test_the_page_of_an_incident_asks_no_more_for_more_logins(
    make: Factory, client_of: Clients, sca: Person, owner: Person
) -> None:
    on, _ = _held(make, owner, OWN)
    browser, counts = client_of(sca), []
    few = compromised(on, sca)
    many = compromised(_held(make, owner, *[OWN] * 20)[0], sca)
    for incident in (few, many):
        db.session.expire_all()
        with counted_queries() as asked:
            browser.get(f"{ROOM}/incidents/{incident.id}")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 8
