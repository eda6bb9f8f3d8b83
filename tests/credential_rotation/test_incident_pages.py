"""What happens to accounts, through pages: declaring, the steps, recovery, media interest; strangers and markup."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.account_register.models import Account, AccountStatus
from app.core.db import commit, db
from app.core.errors import Refusal
from app.credential_rotation import operations
from app.credential_rotation.models import AccountIncident, Ending, IncidentKind
from app.credential_rotation.queries import incident_by_id
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, changed, verified
from tests.credential_rotation.incidents import MEDIA, answered, compromised, happened
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
ROOM = "/credential-rotation"
MARKUP = "<script>alert(1)</script>"
SECRET = "The password: Winter!2027"
WHEN = ["3", "3", "2027"]


def test_ict_declares_and_everybody_does_their_part(
    make: Factory, client_of: Clients, sca: Person, ict: Person, owner: Person
) -> None:
    on = account(make, MARKUP, owner)
    browser = client_of(ict)
    assert browser.get(f"{ROOM}/incidents").has_button("Record what happened")
    page = browser.post(f"{ROOM}/incidents/new", {"account": "nobody knows"}, status=422)
    assert "No account on the register" in page.errors[0]
    page = browser.follow(f"{ROOM}/incidents/new", {"account": MARKUP})
    assert page.heading == "What happened to this account?"
    record = f"{ROOM}/accounts/{on.id}/incident"
    assert browser.post(record, {}, status=422).errors == [
        "Select what happened", "Enter the day it was noticed", "Enter what happened",
    ]  # fmt: skip
    typed = {"kind": "compromise", "noticed_on": WHEN, "what_happened": MARKUP}
    page = browser.post(record, {**typed, "noticed_on": ["4", "3", "2027"]}, status=422)
    assert page.field("what_happened") == MARKUP
    page = browser.post(record, {**typed, "what_happened": SECRET}, status=422)
    assert "vault" in page.errors[0]
    page = browser.follow(record, typed)
    assert page.heading == f"{MARKUP} is compromised"
    assert "<script>alert" not in page.html
    assert browser.post(record, typed, status=409).heading
    shown = client_of(sca).get(f"/account-register/{on.id}")
    assert "Compromised since 3 March 2027 , 1 of 14 steps answered" in shown.text.replace("2027,", "2027 ,")
    assert "Compromised since" in client_of(owner).get(f"/account-register/{on.id}").text
    assert "which is compromised" in client_of(sca).get("/").text
    assert MARKUP in client_of(owner).get(f"{ROOM}/incidents").text


def test_the_steps_through_pages_until_the_account_is_live(
    make: Factory, client_of: Clients, sca: Person, ict: Person, dpo: Person, owner: Person
) -> None:
    on = account(make, "Libraries", owner)
    incident = compromised(on, sca)
    base, (rotation,) = f"{ROOM}/incidents/{incident.id}", incident.rotations
    browser = client_of(owner)
    assert browser.get(f"{base}/steps/platform").heading == "Contact the platform"
    page = browser.post(f"{base}/steps/platform", {"outcome": "not_applicable"}, status=422)
    assert page.errors == ["Enter why this step does not apply"]
    page = browser.post(f"{base}/steps/credentials", {"outcome": "done"}, status=422)
    assert "Nobody has marked the password of Libraries as changed yet" in page.errors[0]
    page = browser.follow(f"{base}/steps/platform", {"outcome": "done"})
    assert "3 of 14 steps are answered" in page.text
    late = client_of(sca).post(f"{base}/steps/platform", {"outcome": "done"}, status=409)
    assert "Olu Abara" in late.text
    page = client_of(ict).post(f"{base}/recover", status=422)
    assert len(page.errors) == 12
    assert not browser.get(base).has_button("Put the account back to live")
    browser.post(f"{base}/recover", status=403)
    page = browser.post(f"{base}/notes", {"text": ""}, status=422)
    assert page.errors == ["Enter what was done or said"]
    page = browser.follow(f"{base}/notes", {"text": "Called the platform: case 77."})
    assert "Called the platform: case 77." in page.soup.select_one(".app-timeline").get_text()  # type: ignore[union-attr]
    browser.follow(f"{base}/steps/reference", {"outcome": "done", "reference": "INC-9"})
    page = browser.follow(f"{base}/steps/lessons", {"outcome": "An old password", "lessons": "Change it"})
    assert "INC-9" in page.text
    assert browser.get(f"{base}/steps/lessons").field("outcome") == "An old password"
    changed(rotation, owner)
    verified(rotation, sca)
    fresh = incident_by_id(incident.id)
    assert fresh is not None
    answered(fresh, sca, *fresh.unanswered)
    page = client_of(ict).follow(f"{base}/recover")
    assert page.heading == "Libraries was compromised"
    assert db.session.get_one(Account, on.id).status is AccountStatus.LIVE
    client_of(sca).post(f"{base}/recover", status=409)
    browser.get(f"{base}/steps/platform", status=409)
    browser.post(f"{base}/notes", {"text": "x"}, status=409)
    assert "Libraries" in client_of(dpo).get(f"{ROOM}/incidents?show=closed").text


def test_what_was_learnt_is_not_written_over(
    make: Factory, client_of: Clients, sca: Person, ict: Person, owner: Person
) -> None:
    """Whoever opened the page before reads what somebody else wrote, with their own words still there."""
    incident = compromised(account(make, "Libraries", owner), sca)
    mine, theirs, address = client_of(sca), client_of(ict), f"{ROOM}/incidents/{incident.id}/steps/lessons"
    seen = mine.get(address).field("seen")
    first = {"outcome": "An old password", "lessons": "Change it every year", "seen": seen}
    theirs.post(address, first)
    page = mine.post(address, {"outcome": "No idea", "lessons": "None", "seen": seen}, status=409)
    assert page.errors[0].startswith("Ian Teal changed this on 3 March 2027 at 10:00am, after you opened this page")
    assert "What was learnt Change it every year" in page.text
    assert (page.field("outcome"), page.field("lessons")) == ("No idea", "None")
    theirs.post(address, first)  # the same sent twice
    kept = incident_by_id(incident.id)
    assert kept is not None
    assert kept.lessons == "Change it every year"
    mine.post(address, {"outcome": "An old password", "lessons": "Both", "seen": page.field("seen")})


def test_one_of_a_kind_at_a_time_and_the_second_is_led_to_the_first(
    make: Factory, client_of: Clients, sca: Person, owner: Person
) -> None:
    """Sent twice it is one; another kind, another account and what comes after the end are recorded all the same."""
    on, browser = account(make, "Gritting", owner), client_of(sca)
    where = f"/credential-rotation/accounts/{on.id}/incident"
    for kind in ("media_interest", "online_attack", "other"):
        typed = {"kind": kind, "noticed_on": WHEN, "what_happened": f"A question ({kind})", "by_whom": "The Echo"}
        first = browser.post(where, typed).location
        again = browser.post(where, typed, status=409)
        assert "Cleo Marsh recorded it, on" in again.text
        assert {link.get_text() for link in again.soup.select(f"a[href='{first}']")} == {"Open what was recorded"}
    browser.post(where, {**typed, "what_happened": "Something else again"})
    assert db.session.query(AccountIncident).count() == 4
    happened(account(make, "Libraries", owner), sca)
    media = db.session.query(AccountIncident).filter_by(account_id=on.id, kind=IncidentKind.MEDIA_INTEREST).one()
    operations.close_incident(media, Ending("Over", "", ""), by=sca, at=NOW)
    db.session.commit()
    happened(on, sca)
    compromised(on, sca)
    late = browser.post(where, {"kind": "compromise", "noticed_on": WHEN, "what_happened": "Strange posts"}, status=409)
    assert "declared as compromised already" in late.text
    assert "Open what was recorded" in late.text


def test_media_interest_through_pages(make: Factory, client_of: Clients, sca: Person, owner: Person) -> None:
    on, browser = account(make, "Libraries", owner), client_of(sca)
    typed = {"kind": "media_interest", "noticed_on": WHEN, "what_happened": "A question about gritting"}
    page = browser.post(f"{ROOM}/accounts/{on.id}/incident", typed, status=422)
    assert page.errors == ["Enter who is interested"]
    page = browser.follow(
        f"{ROOM}/accounts/{on.id}/incident", {**typed, "by_whom": "The Echo", "what_was_said": "We look into it."}
    )
    assert page.heading == "Media interest: Libraries"
    assert "We look into it." in page.text
    incident = db.session.execute(sa.select(AccountIncident)).scalar_one()
    close = f"{ROOM}/incidents/{incident.id}/close"
    assert browser.post(close, {}, status=422).errors == ["Enter how it ended"]
    assert "over 3 lines" in browser.follow(close, {"outcome": "A story over 3 lines"}).text
    browser.get(close, status=409)
    browser.get(f"{ROOM}/incidents/{incident.id}/steps/platform", status=409)
    client_of(owner).get(close, status=403)


def test_strangers_and_what_is_not_there(make: Factory, client_of: Clients, sca: Person, owner: Person) -> None:
    on = account(make, "Libraries", owner)
    incident, media = compromised(on, sca), happened(on, sca)
    base, stranger = f"{ROOM}/incidents/{incident.id}", client_of(make.person())
    for path in (base, f"{base}/steps/platform", f"{base}/close"):
        stranger.get(path, status=403)
    for path in (f"{ROOM}/accounts/{on.id}/incident", f"{ROOM}/incidents/new"):
        stranger.get(path, status=403)
    for path in (f"{base}/recover", f"{base}/notes", f"{base}/steps/platform"):
        stranger.post(path, {"text": "x", "outcome": "done"}, status=403)
    assert "Libraries" not in stranger.get(f"{ROOM}/incidents").text
    client_of(make.person("Dot", Role.DPO)).post(f"{base}/notes", {"text": "x"}, status=403)
    browser = client_of(sca)
    browser.get(f"{ROOM}/incidents/{make.id()}", status=404)
    browser.get(f"{ROOM}/accounts/{make.id()}/incident", status=404)
    browser.get(f"{base}/steps/nothing", status=404)
    browser.get(f"{ROOM}/incidents/{media.id}/steps/platform", status=404)
    browser.post(f"{ROOM}/incidents/{media.id}/recover", status=409)
    on.status, on.closed_on = AccountStatus.CLOSED, TODAY
    make.keep(on)
    browser.get(f"{ROOM}/accounts/{on.id}/incident", status=409)


def test_an_auditor_reads_and_finds_no_button(make: Factory, client_of: Clients, sca: Person, owner: Person) -> None:
    incident = compromised(account(make, "Libraries", owner), sca)
    page = client_of(make.person("Aud", Role.AUDITOR)).get(f"{ROOM}/incidents/{incident.id}")
    assert not page.soup.select("main form")
    assert "Not yet answered" in page.text


def test_queries_do_not_grow_with_rows(make: Factory, client_of: Clients, sca: Person, owner: Person) -> None:
    browser, counts = client_of(sca), []
    on = account(make, "Libraries", owner)
    incident = compromised(on, sca)
    page = f"{ROOM}/incidents/{incident.id}"
    for more in (0, 30):
        for number in range(more):
            happened(account(make, f"Account {number}", owner), sca, report=MEDIA)
            operations.add_note(incident, f"Note {number}", by=sca, at=NOW)
            commit()
        with counted_queries() as listed:
            browser.get(f"{ROOM}/incidents")
        with counted_queries() as shown:
            browser.get(page)
        counts.append((len(listed), len(shown)))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 4
    assert counts[0][1] <= 8
    first = browser.get(f"{ROOM}/incidents")
    after = first.soup.select_one("a[rel=next]")
    assert after is not None
    assert len(browser.get(str(after["href"])).soup.select("tbody tr")) == 6


def test_every_refusal_is_a_sentence(make: Factory, sca: Person, owner: Person) -> None:
    """A refusal says what to do; none is a bare word."""
    incident = compromised(account(make, "Libraries", owner), sca)
    with pytest.raises(Refusal) as refusal:
        operations.recover_account(incident, by=sca, at=NOW)
    assert str(refusal.value).startswith("The account cannot be put back to live yet. Still to be done: ")
