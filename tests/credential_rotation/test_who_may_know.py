"""Who may know that somebody leaves or moves, and when: one rule for pages, lists, histories and exports."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.health import Health
from app.account_register.models import AccessLevel, Account, EndReason
from app.account_register.queries import account_with_health
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, MoveKind, StepAnswer, StepKind, StepOutcome, Trigger
from app.credential_rotation.operations.opening import stand_down
from app.people.knowing import known_of, other_work_known_of
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import ALL_DONE, FRIDAY, TODAY, account, grant, leave, moved, started
from tests.factories import Factory
from tests.pages import Page, PageClient

Clients = Callable[..., PageClient]
ROOM, DAY = "/credential-rotation", timedelta(days=1)
TOLD = ("5 March 2027", "5 March")


@pytest.fixture
def jo(make: Factory) -> Person:
    """Who leaves; somebody manages her."""
    return make.person("Jo Bell", manager=make.person("Mina Cole", manager=make.person("Nia Hart")))


@pytest.fixture
def holder(make: Factory) -> Person:
    """Who has access beside her."""
    return make.person("Kim Vale")


@pytest.fixture
def on(make: Factory, owner: Person, jo: Person, holder: Person) -> Account:
    """An account of three."""
    made = account(make, "Libraries", owner)
    for person in (jo, holder, owner, jo.line_manager):
        assert person is not None
        grant(make, made, person)
    return made


def _rotation() -> CredentialRotation:
    return db.session.execute(sa.select(CredentialRotation)).scalar_one()


def test_the_rule(make: Factory, hr: Person, sca: Person, owner: Person, holder: Person, jo: Person) -> None:
    """HR, keepers and auditor of everybody else; managers up the line; nobody of themselves."""
    auditor = make.person("Aud", Role.AUDITOR)
    manager = jo.line_manager
    assert manager is not None
    assert manager.line_manager is not None
    everybody = {one.id for one in (hr, sca, owner, holder, jo, auditor)}
    for reader in (hr, sca, auditor):
        assert known_of(reader, everybody) == everybody - {reader.id}
    for reader in (manager, manager.line_manager):
        assert known_of(reader, everybody) == {jo.id}
    for reader in (owner, holder, jo):
        assert known_of(reader, everybody) == set()


def _read(page: Page, part: str) -> str:
    """What a part of a page says."""
    return str(page.soup.select(part)[0].get_text(" ", strip=True))


@pytest.mark.parametrize("kind", list(MoveKind))
def test_who_reads_whether_somebody_is_away_or_takes_other_work(
    make: Factory, client_of: Clients, hr: Person, sca: Person, jo: Person, on: Account, kind: MoveKind
) -> None:
    """HR and those who manage them; keepers and auditor read of both alike that they need less access, also afterwards."""
    given = next(one for one in on.grants if one.person_id == jo.id)
    absent = kind is MoveKind.LONG_ABSENCE
    move = moved(jo, hr, {given: False}, kind=kind, day=FRIDAY, back_on=date(2027, 10, 1) if absent else None)
    move.new_post = "" if absent else "Tree Officer"
    make.keep(move)
    manager, auditor = jo.line_manager, make.person("Aud", Role.AUDITOR)
    assert manager is not None
    told = ("takes other work", "Other work", "Tree Officer")
    if absent:
        told = ("away for long", "Long absence", "1 October 2027")
    where, lead = f"{ROOM}/moves/{move.id}", "Other work and long absence"
    for reader, reads in ((hr, True), (manager, True), (manager.line_manager, True), (sca, False), (auditor, False)):
        assert reader is not None
        assert (other_work_known_of(reader, [jo.id]) == {jo.id}) is reads
        browser = client_of(reader)
        shown = _read(browser.get(where), "main").replace(lead, "")
        listed = _read(browser.get(f"{ROOM}/moves"), "tbody")
        assert (told[0] in shown, told[1] in listed, told[2] in shown) == (reads, reads, reads)
        neutral = "recorded that Jo Bell needs less access after 5 March 2027"
        assert neutral in shown
        assert (f"{neutral} (" in shown) is reads
        if not reads:
            assert "Jo Bell needs less access" in shown
            assert "Needs less access" in listed
            for word in ("absence", "away", "back on", "other work", *told):
                assert word not in listed, word
                assert word not in shown, word
    assert other_work_known_of(jo, [jo.id]) == set()


@pytest.mark.parametrize("why", ["leaves", "moves", "is ended"])
def test_an_end_that_is_to_come_is_read_by_those_who_may_know(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, holder: Person, jo: Person, on: Account,
    why: str,
) -> None:  # fmt: skip
    """Neither other holders, nor the owner, nor who leaves reads it on the register: not as a date, not as an event."""
    given = next(one for one in on.grants if one.person_id == jo.id)
    if why == "leaves":
        leave(jo, hr, day=FRIDAY, immediate=False)
    elif why == "moves":
        moved(jo, hr, {given: False}, day=FRIDAY)
    else:
        begin_writing(given)
        operations.end_shared_access(given, by=sca, at=NOW, ends_on=FRIDAY, reason=EndReason.WITHDRAWN)
        commit()
    where = f"/account-register/{on.id}"
    for reader in (owner, holder, jo):
        page = client_of(reader).get(where)
        changer = "Olu Abara" if reader is owner else "whoever looks after the account"
        text = page.text.replace(f"Security maintenance: to be changed by {changer}, 5 March 2027", "")
        assert "ends on" not in text, reader.name
        assert "with 5 March 2027 as its last day" not in text, reader.name
        assert "is leaving" not in text, reader.name
    assert "ends on 5 March 2027" in client_of(sca).get(where).text
    assert "with 5 March 2027 as its last day" in client_of(sca).get(where).text
    assert jo.line_manager is not None
    assert "ends on 5 March 2027" in client_of(jo.line_manager).get(where).text


def test_the_keeper_does_not_read_her_own_end(make: Factory, client_of: Clients, hr: Person, sca: Person) -> None:
    """Nor that the owner of her account, herself, is leaving; nor the notice; nor the change of password."""
    on = account(make, "Libraries", sca)
    grant(make, on, sca)
    make.person("Dep", Role.DEPUTY_SCA)
    notice = leave(sca, hr, day=FRIDAY, immediate=False)
    browser = client_of(sca)
    page = browser.get(f"/account-register/{on.id}")
    assert "5 March" not in page.text
    assert "leaving" not in page.text
    browser.get(f"{ROOM}/leavers/{notice.id}", status=404)
    browser.get(f"{ROOM}/leavers/{notice.id}/certificate.pdf", status=404)
    assert "Cleo Marsh" not in browser.get(f"{ROOM}/leavers").text.split("Sign out")[-1]
    assert "Libraries" not in browser.get(f"{ROOM}/all").text


@pytest.mark.parametrize("role", [Role.HR_MANAGER, Role.AUDITOR, Role.SCA])
def test_nobody_reads_their_own_notice_or_move(make: Factory, client_of: Clients, role: Role) -> None:
    person, hr = make.person("Pat Own", role), make.person("Hana Other", Role.HR_MANAGER)
    given = grant(make, account(make, "Libraries"), person)
    move = moved(person, hr, {given: True}, day=TODAY)
    notice = leave(person, hr, day=FRIDAY, immediate=False)
    browser = client_of(person)
    for where in (f"leavers/{notice.id}", f"moves/{move.id}", f"leavers/{notice.id}/certificate.pdf"):
        browser.get(f"{ROOM}/{where}", status=404)
    assert not browser.get(f"{ROOM}/leavers").soup.select("main table")
    assert not browser.get(f"{ROOM}/moves").soup.select("main table")


def test_that_somebody_leaves_is_a_sign_for_those_who_may_know(
    make: Factory, client_of: Clients, app: object, hr: Person, sca: Person, owner: Person, holder: Person, on: Account,
    jo: Person,
) -> None:  # fmt: skip
    leave(jo, hr, day=FRIDAY, immediate=False)
    for reader, knows in ((sca, True), (owner, False), (holder, False), (jo, False)):
        found = account_with_health(reader, on.id, TODAY)
        assert found is not None
        assert (Health.HOLDER_LEAVING in found[1]) is knows, reader.name


def test_who_had_access_is_no_list_for_guessing(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, holder: Person, jo: Person, on: Account
) -> None:
    """Beside a password change a former holder would be its cause. The owner may know who could get in, in the past."""
    leave(jo, hr, day=TODAY)
    with clock.set_to(NOW + DAY):
        for reader, reads in ((sca, True), (owner, True), (holder, False)):
            page = client_of(reader).get(f"/account-register/{on.id}")
            rows = " ".join(row.get_text(" ", strip=True) for row in page.soup.select("table tr"))
            assert ("Jo Bell" in rows) is reads, reader.name
        assert "Jo Bell" not in client_of(holder).get(f"/account-register/{on.id}").text


def test_the_owner_looks_back_and_not_ahead(
    client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person, on: Account
) -> None:
    """Days to come would tell who is to leave."""
    leave(jo, hr, day=FRIDAY, immediate=False)
    where = f"{ROOM}/accounts/{on.id}/who-could-get-in"
    page = client_of(owner).get(where)
    assert "5 March" not in page.text
    ahead = "?day=8&day=3&day=2027"
    assert client_of(owner).get(where + ahead, status=422)
    assert "5 March 2027" in client_of(sca).get(where + ahead).text
    own = f"{ROOM}/people/{jo.id}/what-they-could-get-into"
    assert "5 March" not in client_of(jo).get(own).text
    client_of(jo).get(own + ahead, status=422)


def _seen(client_of: Clients, readers: list[Person], rotation: CredentialRotation) -> list[str]:
    """What each reads of a rotation, without what differs for every one: who, which account, when it was asked for."""
    return [client_of(one).get(f"{ROOM}/rotations/{rotation.id}").soup.select_one("main").get_text(" ", strip=True)
        for one in readers]  # fmt: skip


def test_a_planned_change_reads_the_same_whatever_its_cause(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, holder: Person, on: Account, jo: Person
) -> None:
    """A leaver, a move, an end and age: same words, same date, same “not before”."""
    on.registered_at = NOW - 2000 * DAY
    db.session.commit()
    with clock.set_to(NOW):
        begin_writing()
        operations.renew_old_passwords(NOW)
        commit()
        aged = _rotation()
        day = aged.due_on
        by_age = _seen(client_of, [owner, holder], aged)
        begin_writing()
        stand_down(aged, by=sca.id, at=NOW)
        commit()
        leave(jo, hr, day=day, immediate=False)
        found = db.session.execute(sa.select(CredentialRotation).where(CredentialRotation.status == "due")).scalar_one()
        by_leaving = _seen(client_of, [owner, holder], found)
    assert by_age == by_leaving
    assert "or later, and come back here then" in by_age[0]


@pytest.mark.parametrize("ahead", [14, 15, 120])
def test_a_change_because_of_the_owner_reads_like_one_of_age(
    make: Factory, client_of: Clients, hr: Person, sca: Person, jo: Person, holder: Person, ahead: int
) -> None:
    """Whoever sees to it, and however long before it was told: on the account and on its own page, also to another
    administrator; and before the routine period there is nothing to read.
    """
    editor, read = make.person("Ed Vale"), []
    for name in ("Aged", "Own"):
        of = account(make, name, jo)
        for person, level in ((jo, AccessLevel.ADMIN), (holder, AccessLevel.ADMIN), (editor, AccessLevel.EDITOR)):
            grant(make, of, person, level=level)
        if name == "Aged":
            of.registered_at = NOW - 2000 * DAY
            db.session.commit()
            begin_writing()
            operations.renew_old_passwords(NOW)
            commit()
            aged = _rotation()
    day = aged.due_on
    leave(jo, hr, day=day, immediate=False, at=NOW - (ahead - 14) * DAY)
    own = db.session.execute(sa.select(CredentialRotation).where(CredentialRotation.account_id == of.id)).scalar_one()
    assert own.owner_id == sca.id
    for reader in (holder, editor):
        browser = client_of(reader)
        for one in (aged, own):
            pages = (f"{ROOM}/rotations/{one.id}", f"/account-register/{one.account_id}")
            told = browser.get(pages[0]).soup.select_one("main").get_text(" ", strip=True)
            line = next(item for item in browser.get(pages[1]).soup.select("main li") if "Security maint" in item.text)
            read.append((told.replace(one.account.name, ""), line.get_text(" ", strip=True)))
    assert len(set(read[:2])) == len(set(read[2:])) == 1
    assert read[0][1] == "Security maintenance : to be changed by whoever looks after the account, 17 March 2027"


def test_a_change_at_once_reads_the_same_whatever_its_cause(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, holder: Person, jo: Person, on: Account
) -> None:
    renewed = started(on, sca)
    first = _seen(client_of, [owner, holder], renewed)
    begin_writing()
    stand_down(renewed, by=sca.id, at=NOW)
    commit()
    leave(jo, hr, day=TODAY)
    found = db.session.execute(sa.select(CredentialRotation).where(CredentialRotation.status == "due")).scalar_one()
    assert _seen(client_of, [owner, holder], found) == first
    assert "How was this worked out?" in first[0]


def test_typed_reasons_are_read_by_those_who_may_know_and_who_typed_them(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, holder: Person, jo: Person, on: Account
) -> None:
    """Somebody may have typed why the password changed."""
    leave(jo, hr, day=TODAY)
    rotation = _rotation()
    steps = {**ALL_DONE, StepKind.SESSIONS: StepAnswer(StepOutcome.NOT_APPLICABLE, "Jo had no phone")}
    begin_writing(rotation)
    operations.mark_changed(rotation, by=owner, at=NOW, changed_at=NOW, steps=steps)
    commit()
    where = f"{ROOM}/rotations/{rotation.id}"
    assert "Jo had no phone" in client_of(sca).get(where).text
    assert "Jo had no phone" in client_of(owner).get(where).text
    page = client_of(holder).get(where)
    assert "Jo had no phone" not in page.text
    assert "Does not apply" in page.text


def test_any_change_renews_what_has_become_old(make: Factory, sca: Person, owner: Person, on: Account) -> None:
    """It waits for its day, so that it reads like the others; a change for another cause settles it before."""
    on.registered_at = NOW - 2000 * DAY
    db.session.commit()
    begin_writing()
    operations.renew_old_passwords(NOW)
    operations.start_rotation(on, trigger=Trigger.COMPROMISE, by=sca, at=NOW)
    rotation = _rotation()
    operations.mark_changed(rotation, by=owner, at=NOW, changed_at=NOW, steps=ALL_DONE)
    commit()
    assert len(_rotation().causes) == 2
