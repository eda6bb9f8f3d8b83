"""Whole journeys through pages: somebody leaves with ten accounts, the only administrator is gone at once, a mover, somebody
who stays after all; and what the history of an account says of them to whom.
"""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessGrant, AccessLevel
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.credential_rotation.models import CredentialRotation, LeaverNotice, NoticeStatus, RotationStatus
from app.credential_rotation.operations import complete_leavers
from app.people.models import Person
from app.policy.operations import acknowledge
from app.policy.queries import current_version
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, changed, grant, leave, started, verified
from tests.documents.reading import flat, text_of
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
ROOM = "/credential-rotation"
HOUR = timedelta(hours=1)


@pytest.fixture
def jo(make: Factory) -> Person:
    """Who goes, moves or stays."""
    return make.person("Jo Bell", manager=make.person("Mina Cole"))


def _rotations(*statuses: RotationStatus) -> list[CredentialRotation]:
    found = sa.select(CredentialRotation).where(CredentialRotation.status.in_(statuses or tuple(RotationStatus)))
    return list(db.session.execute(found.order_by(CredentialRotation.id)).scalars())


def _recorded(browser: PageClient, person: Person, day: date, how: str) -> LeaverNotice:
    """Recorded through its pages: asked, shown, confirmed."""
    answers = {
        "person": person.email if "e-mail" in browser.get(f"{ROOM}/leavers/new").text else str(person.id),
        "last_working_day": [str(day.day), str(day.month), str(day.year)], "immediate": how,
    }  # fmt: skip
    browser.follow(f"{ROOM}/leavers/new", answers)
    browser.follow(f"{ROOM}/leavers", {"person": str(person.id), "day": day.isoformat(), "immediate": how})
    return db.session.execute(sa.select(LeaverNotice).where(LeaverNotice.person_id == person.id)).scalar_one()


def test_a_planned_leaver_with_ten_accounts(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Told by the manager, changed and verified on one page each on the last day, certified the morning after."""
    for number in range(10):
        on = account(make, f"Account {number}", owner)
        grant(make, on, jo)
        grant(make, on, make.person(f"Stays {number}"))
    notice = _recorded(client_of(jo.line_manager), jo, FRIDAY, "no")
    assert len(_rotations(RotationStatus.DUE)) == 10
    with clock.set_to(clock.at_local(FRIDAY - timedelta(days=1), 12)):
        assert "change it on 5 March 2027 or later" in client_of(owner).get(f"{ROOM}/together").text
    with clock.set_to(clock.at_local(FRIDAY, 16)):
        sent: dict[str, object] = {"changed_on": ["5", "3", "2027"]}
        for one in _rotations():
            sent |= {f"outcome_{one.id.hex}": "all", f"time_{one.id.hex}": "3:30pm"}
        assert "You marked 10 passwords as changed." in client_of(owner).follow(f"{ROOM}/together", sent).text
        saw = {f"saw_{one.id.hex}": "vault_date" for one in _rotations()}
        assert "You verified 10 new passwords." in client_of(sca).follow(f"{ROOM}/verify-together", saw).text
    assert notice.status is NoticeStatus.NOTIFIED, "they are here until the evening"
    assert complete_leavers(clock.at_local(FRIDAY + timedelta(days=1), 0)) == 1
    db.session.commit()
    browser = client_of(hr)
    page = browser.get(f"{ROOM}/leavers/{notice.id}")
    assert "changed and verified before the last working day was over" in page.text
    db.session.commit()
    with browser.browser.application.app_context():
        pdf = browser.browser.get(f"{ROOM}/leavers/{notice.id}/certificate.pdf").data
    text = flat(text_of(pdf))
    assert "10 shared passwords were changed and verified" in text
    assert all(f"Account {number}, Facebook" in text for number in range(10))


def test_the_only_administrator_is_gone_at_once(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Never refused; the hand-over is urgent, and the notice completes only once somebody else, who agreed to the policy,
    administers the account.
    """
    on = account(make, "Libraries", owner)
    grant(make, on, jo)
    notice = _recorded(client_of(hr), jo, TODAY, "yes")
    keeper = client_of(sca)
    assert "Urgent: find somebody to take over Libraries" in keeper.get("/").text
    assert "needs another administrator" in keeper.get(f"{ROOM}/leavers/{notice.id}").text
    assert "/sign-in" in client_of(jo).get("/", status=303).location
    (rotation,) = _rotations()
    with clock.set_to(NOW + HOUR):
        changed(rotation, owner)
        verified(rotation, sca, at=NOW + HOUR)
        assert notice.status is NoticeStatus.NOTIFIED
        keeper.get(f"{ROOM}/leavers/{notice.id}/certificate.pdf", status=409)
        taker = make.person("Takes over", manager=make.person("Approves"))
        form = {
            "person": taker.email, "level": "admin", "login_mode": "shared", "starts_on": ["3", "3", "2027"],
            "approved_by": taker.line_manager.email if taker.line_manager else "",
        }  # fmt: skip
        keeper.follow(f"/account-register/{on.id}/give-access", form)
        assert "Urgent" in keeper.get("/").text
        begin_writing()
        acknowledge(taker, current_version(TODAY), at=NOW + HOUR)
        commit()
        assert "Urgent" not in keeper.get("/").text
    begin_writing()
    complete_leavers(NOW + 24 * HOUR)
    commit()
    assert notice.status is NoticeStatus.COMPLETE


def test_somebody_stays_after_all(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """What is not done stands down, what was changed stays changed, and the history says both in neutral words."""
    first, second = (account(make, name, owner) for name in ("Libraries", "Museum"))
    for on in (first, second):
        grant(make, on, jo)
        grant(make, on, make.person(f"Holds {on.name}"))
    browser = client_of(hr)
    notice = _recorded(browser, jo, FRIDAY, "no")
    page = browser.follow(f"{ROOM}/leavers/{notice.id}/withdraw", {})
    assert "Jo Bell stays after all" in page.heading
    assert {one.status for one in _rotations()} == {RotationStatus.STOOD_DOWN}
    assert db.session.execute(sa.select(AccessGrant.ends_on).where(AccessGrant.person_id == jo.id)).scalars().all() == [
        None, None
    ]  # fmt: skip
    browser.get(f"{ROOM}/leavers/{notice.id}/certificate.pdf", status=409)
    history = client_of(owner).get(f"{ROOM}/accounts/{first.id}/password-changes")
    assert "Not needed any more" in history.text
    assert "Jo Bell" not in history.text


def test_every_change_of_an_account_with_its_cause_as_the_reader_may_see_it(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """A leaver, then a routine change: the keeper reads why, the owner security maintenance, others nothing."""
    on, holder = account(make, "Libraries", owner), make.person("Holder")
    for person in (jo, holder):
        grant(make, on, person, level=AccessLevel.EDITOR)
    address = f"{ROOM}/accounts/{on.id}/password-changes"
    assert "No change of this password is on record" in client_of(sca).get(address).text
    leave(jo, hr)
    (rotation,) = _rotations()
    changed(rotation, owner)
    verified(rotation, sca)
    started(on, sca, at=NOW + 3 * HOUR)
    keeper = client_of(sca)
    page = keeper.get(address)
    for words in ("Jo Bell leaves", "It is time to renew it", "Olu Abara, 3 March 2027 at 11:00am", "Cleo Marsh"):
        assert words in page.text
    assert address in {a.get("href") for a in keeper.get(f"/account-register/{on.id}").soup.select("a")}
    mine = client_of(owner).get(address)
    assert "Jo Bell" not in mine.text
    assert mine.text.count("Security maintenance") == 2
    client_of(holder).get(address, status=403)
    client_of(make.person()).get(address, status=404)
    keeper.get(f"{ROOM}/accounts/{make.id()}/password-changes", status=404)


def test_an_owner_reads_nothing_of_a_change_made_because_of_them(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person
) -> None:
    """Nor that there was one."""
    on = account(make, "Libraries", owner)
    grant(make, on, owner)
    leave(owner, hr, day=FRIDAY, immediate=False)
    assert len(_rotations()) == 1
    page = client_of(owner).get(f"{ROOM}/accounts/{on.id}/password-changes")
    assert "No change of this password is on record here" in page.text


def test_the_history_takes_few_queries_whatever_its_length(
    make: Factory, client_of: Clients, sca: Person, owner: Person
) -> None:
    """At most eight; twenty-five to a page, each change on one of them."""
    on = account(make, "Libraries", owner)
    browser, counts = client_of(owner), []
    address = f"{ROOM}/accounts/{on.id}/password-changes"
    for number in range(27):
        at = NOW - timedelta(days=60 - number)
        changed(started(on, sca, at=at), owner, at=at + HOUR)
        if number in (1, 8):
            browser.get(address)
            with counted_queries() as queries:
                browser.get(address)
            counts.append(len(queries))
    assert counts[0] == counts[1] <= 8, counts
    first = browser.get(address)
    further = first.soup.select_one("a[rel=next]")
    assert further is not None
    assert len(first.soup.select("tbody tr")) + len(browser.get(str(further["href"])).soup.select("tbody tr")) == 27
