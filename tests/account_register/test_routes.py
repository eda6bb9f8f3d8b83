"""The pages of the register, as a keeper, an owner, a holder and a stranger meet them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from app.account_register import operations as acts
from app.account_register.models import Account, AccountStatus, EndReason, LoginMode, NoticeKind, TwoStep
from app.core.db import commit, db
from app.core.registries import Panel
from app.core.secrets_guard import BARE_REFUSAL
from app.people.models import Person, Role
from tests.account_register.factories import LAST_WORDS, fill_register, make_account, make_grant
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

LIST = "/account-register/"
Browser = Callable[..., PageClient]
TODAY = {"starts_on": ["3", "3", "2027"]}


def details(**values: Any) -> dict[str, Any]:
    """The account form, filled in."""
    return {
        "name": "Museum", "platform": "Facebook", "handle": "@museum", "purpose": "News", "login_mode": "individual",
        "two_step": "on", **values,
    }  # fmt: skip


def grant_form(grantee: Person, **values: Any) -> dict[str, Any]:
    """The form by which access is given, filled in."""
    known = {"person": grantee.email, "level": "editor", "login_mode": "individual", "advice": "Go ahead", **TODAY}
    return {**known, **values}


def test_the_list_begins_with_a_sentence(make: Factory, client_of: Browser, sca: Person, owner: Person) -> None:
    """Numbers first, then each account with the worst thing that is wrong with it."""
    browser = client_of(sca)
    assert "No account is on the register yet" in browser.get(LIST).text
    make_account(make, owner, name="<i>Roads</i>", platform="X", two_step=TwoStep.OFF)
    make_account(make, name="Museum", platform="Facebook", status=AccountStatus.PAUSED)
    page = browser.get(LIST)
    assert "2 accounts on 2 platforms, 2 need attention." in page.text
    assert "No 2-step verification, and 1 more" in page.text
    assert "<i>Roads</i>, X" in page.text
    assert AccountStatus.PAUSED.to_heed in page.text
    page = browser.get(LIST + "?q=twitter")
    assert "1 account on 1 platform, 1 needs attention." in page.text
    assert "Remove this filter: “twitter”" in page.text
    assert "No account matches these filters" in browser.get(LIST + "?platform=Flickr").text
    page = browser.get(LIST + "?platform=Nonsense&status=odd&service=x&after=x&before=y")
    assert "2 accounts" in page.text
    assert "asks for platform “Nonsense” and service “x” and state “odd”, which the register does not know" in page.text
    assert "does not know" not in browser.get(LIST + "?platform=Twitter&status=&attention=yes").text


def test_somebody_without_accounts_reads_how_they_come(make: Factory, client_of: Browser) -> None:
    """No buttons, and no word of what others have."""
    make_account(make, name="Secret garden")
    page = client_of(make.person()).get(LIST)
    assert "You have no access to any corporate account" in page.text
    assert "Secret garden" not in page.text
    assert "Add an account" not in page.text


def test_adding_an_account(client_of: Browser, make: Factory, sca: Person, owner: Person) -> None:
    """What is missing is named at its field and nothing typed is lost; the end is the account's page."""
    browser = client_of(sca)
    browser.get(LIST + "new")
    page = browser.post(LIST + "new", {"name": "Museum"}, status=422)
    assert page.errors == [
        "Select the platform", "Select how people sign in", "Select whether 2-step verification is on",
    ]  # fmt: skip
    assert page.field("name") == "Museum"
    page = browser.post(LIST + "new", details(owner="Nobody Here"), status=422)
    assert page.errors == ["Nobody is recorded as “Nobody Here”. Enter their work e-mail address"]
    assert page.field("owner") == "Nobody Here"
    page = browser.post(LIST + "new", details(url="nonsense"), status=422)
    assert page.errors[0].startswith("The web address must look like")
    page = browser.post(LIST + "new", details(purpose="password: hunter2"), status=422)
    assert page.errors[0].startswith("Do not write a password")
    page = browser.follow(LIST + "new", details(owner=owner.name))
    assert page.heading == "Museum"
    assert "You put Museum on the register" in page.text
    assert "Nobody can post or answer" in page.text
    page = browser.post(LIST + "new", details(handle="Museum"), status=409)
    assert page.errors == ["This handle on Facebook is on the register already, as Museum. Open that account to change it"]
    assert page.field("handle") == "Museum"
    page = browser.post(LIST + "new", details(platform="Other"), status=422)
    assert page.errors == ["Enter the name of the platform"]
    page = browser.follow(LIST + "new", details(platform="Other", other_platform="PeerTube"))
    assert "Other: PeerTube" in page.text


NAMES = {"name": "New", "platform": "Facebook", "handle": "@museum", "opened_on": ["", "", ""]}


def test_changing_what_an_account_is_called(client_of: Browser, make: Factory, sca: Person, owner: Person) -> None:
    """Each part opens with what the register says; the history names what changed, from what, by whom."""
    account = make_account(make, owner, name="Old", platform="Other: PeerTube", handle="@old")
    browser, address = client_of(sca), f"{LIST}{account.id}/change/names"
    assert "Nothing has changed since" in browser.get(f"{LIST}{account.id}/changes").text
    page = browser.get(address)
    assert (page.field("name"), page.field("other_platform")) == ("Old", "PeerTube")
    page = browser.follow(address, NAMES)
    assert page.heading == "New"
    assert "Changed the name and platform and handle" in page.text
    assert "Nothing was different" in browser.follow(address, NAMES).text
    assert browser.post(address, {**NAMES, "name": ""}, status=422).errors == ["Enter the name of the account"]
    page = browser.get(f"{LIST}{account.id}/changes")
    assert sca.name in page.text
    assert all(words in page.text for words in ("Old", "Other: PeerTube", "@old", "@museum"))
    other = make_account(make, handle="taken")
    assert other.handle_key == "taken"
    browser.post(address, {**NAMES, "handle": "taken"}, status=409)
    browser.get(f"{LIST}{account.id}/change/nonsense", status=404)


def test_who_answers_for_an_account(client_of: Browser, make: Factory, sca: Person, owner: Person, holder: Person) -> None:
    """The deputy is somebody else, and works here."""
    account, gone = make_account(make, owner), make.person("Gone", last_working_day=NOW.date().replace(day=1))
    browser, address = client_of(sca), f"{LIST}{account.id}/change/owners"
    page = browser.post(address, {"owner": owner.email, "deputy": owner.email, "service": ""}, status=422)
    assert page.errors == ["The deputy must be somebody other than the owner"]
    page = browser.post(address, {"owner": owner.email, "deputy": gone.email, "service": ""}, status=422)
    assert page.errors == ["Gone left on 1 March 2027. Enter somebody who works here"]
    told = {"owner": owner.email, "deputy": holder.email, "service": "", "brand": "Visit", "emergency_contact": "Desk"}
    page = browser.follow(address, told)
    assert "Deputy owner Hana Novak" in page.text
    assert "Visit" in page.text


SECURE = {
    "login_mode": "shared", "two_step": "on", "two_step_method": "app", "two_step_custody": "The duty desk",
    "recovery_kind": "organisation", "recovery": "The team’s mailbox", "vault_item": "Socials 7",
    "connected_tools": "A planner", "compromise_drill_on": ["1", "2", "2027"],
}  # fmt: skip


def test_how_an_account_is_protected_without_a_secret(
    client_of: Browser, make: Factory, sca: Person, owner: Person, holder: Person
) -> None:
    """Where it is kept is for keepers and the owner; a password, a code or a key is refused in every field."""
    account = make_account(make, owner)
    make_grant(make, account, holder)
    browser, address = client_of(sca), f"{LIST}{account.id}/change/security"
    for field in ("two_step_custody", "recovery", "vault_item", "connected_tools"):
        page = browser.post(address, {**SECURE, field: "password: Hunter2!"}, status=422)
        assert page.errors[0].startswith("Do not write a password"), field
        page = browser.post(address, {**SECURE, field: "Summer2024!"}, status=422)
        assert page.errors == [BARE_REFUSAL], field
    browser.post(address, {**SECURE, "two_step_method": "-1"}, status=422)
    page = browser.post(address, {**SECURE, "compromise_drill_on": ["4", "3", "2027"]}, status=422)
    assert page.errors == ["The day of the drill must be today or earlier"]
    assert browser.follow(address, SECURE).heading == "How people sign in"  # asked, since that of the account changed
    page = browser.get(f"{LIST}{account.id}")
    assert "On: a code from an app" in page.text
    assert "Socials 7" in page.text
    assert "Last compromise drill 1 February 2027" in page.text
    kept = [str(SECURE[field]) for field in ("two_step_custody", "recovery", "vault_item", "connected_tools")]
    ict, auditor = make.person(None, Role.ICT), make.person(None, Role.AUDITOR)
    for reader, reads in ((sca, True), (owner, True), (ict, True), (holder, False), (auditor, False)):
        text = client_of(reader).get(f"{LIST}{account.id}").text
        assert [word for word in kept if word in text] == (kept if reads else []), reader.name
        before = client_of(reader).get(f"{LIST}{account.id}/changes").text
        assert (str(SECURE["connected_tools"]) in before) is reads
    assert account.name in client_of(ict).get(LIST).text
    for field, words in (
        ("vault_item", "Vault reference"), ("two_step_custody", "Place of the second step"),
        ("recovery", "Recovery details"),
    ):
        browser.post(address, {**SECURE, field: "Socials 8"})
        page = browser.get(f"{LIST}{account.id}/changes")
        assert f"{words} Not shown here Not shown here" in page.text
        browser.post(address, SECURE)
    for word in ("Socials", "The duty desk", "The team’s mailbox"):
        assert word not in browser.get(f"{LIST}{account.id}/changes").text
    browser.post(address, {**SECURE, "two_step": "not_recorded", "two_step_method": "-1"})
    assert account.two_step_method is None


def test_a_password_alone_is_no_emergency_contact(
    client_of: Browser, make: Factory, sca: Person, owner: Person
) -> None:
    account = make_account(make, owner)
    told = {"owner": owner.email, "service": "", "emergency_contact": "qX9$kd82LmZ"}
    page = client_of(sca).post(f"{LIST}{account.id}/change/owners", told, status=422)
    assert page.errors == [BARE_REFUSAL]


def test_why_it_exists_and_how_it_is_looked_after(client_of: Browser, make: Factory, sca: Person, owner: Person) -> None:
    account = make_account(make, owner)
    browser = client_of(sca)
    said = {"purpose": "News", "target_group": "Walkers", "identification": "A tick"}
    assert "Walkers" in browser.follow(f"{LIST}{account.id}/change/audience", said).text
    care = {"alerts": "on", "auto_acknowledgement": "not_offered", "pre_election_pause": "yes"}
    page = browser.follow(f"{LIST}{account.id}/change/care", care)
    assert "Alerts On Automatic acknowledgement The platform does not offer it Pauses before elections Yes" in page.text
    browser.post(f"{LIST}{account.id}/change/care", {**care, "alerts": "nonsense"}, status=422)


def test_a_linked_group_belongs_to_an_account(client_of: Browser, make: Factory, sca: Person, owner: Person) -> None:
    """It begins with what is the same there; one level deep, never to itself, never to a closed one."""
    parent = make_account(make, owner, name="Museum", handle="@museum")
    browser = client_of(sca)
    new = f"{LIST}new?belongs_to={parent.id}"
    page = browser.get(new)
    assert page.soup.select_one("#platform option[selected]")["value"] == "Facebook"
    assert page.field("owner") == owner.email
    page = browser.follow(new, details(name="Friends", handle="@friends"))
    assert "Belongs to Museum, Facebook" in page.text
    assert "Kind Linked group" in page.text
    assert "Friends, Facebook (linked group)" in browser.get(f"{LIST}{parent.id}").text
    assert browser.get(f"{LIST}{parent.id}").soup.find("a", string="Friends, Facebook")
    group = db.session.execute(db.select(Account).where(Account.name == "Friends")).scalar_one()
    group.owner = None
    make.keep(group)
    of_owner = client_of(owner).get(f"{LIST}{parent.id}")  # who may not open the group any more
    assert "Friends, Facebook (linked group)" in of_owner.text
    assert not of_owner.soup.find("a", string="Friends, Facebook")
    shut = make_account(make, name="Shut", status=AccountStatus.CLOSED)
    assert shut.is_closed
    names = {**NAMES, "name": "Museum"}
    page = browser.post(f"{LIST}{parent.id}/change/names", {**names, "parent": "Museum"}, status=422)
    assert page.errors == ["An account cannot belong to itself. Enter another account"]
    make_account(make, name="Roads", handle="@roads")
    page = browser.post(f"{LIST}{parent.id}/change/names", {**names, "parent": "Roads"}, status=422)
    assert page.errors == ["Other accounts belong to this one, so it cannot belong to another"]
    page = browser.post(f"{LIST}{parent.id}/change/names", {**names, "parent": "Shut"}, status=422)
    assert page.errors[0].startswith("No account that you can see is called")
    loose = make_account(make, name="Loose", handle="@loose")
    loose_names = {**NAMES, "name": "Loose", "handle": "@loose", "parent": "Friends"}
    page = browser.post(f"{LIST}{loose.id}/change/names", loose_names, status=422)
    assert page.errors == ["Friends belongs to another account itself. Enter that account"]


@pytest.mark.parametrize("place", ["change/names", "status", "close"])
def test_only_keepers_reach_what_changes_an_account(client_of: Browser, make: Factory, owner: Person, place: str) -> None:
    """The owner is told that it is not theirs; an account that is not there is not there."""
    account = make_account(make, owner)
    client_of(owner).get(f"{LIST}{account.id}/{place}", status=403)
    client_of(owner).post(f"{LIST}{account.id}/{place}", status=403)
    keeper = client_of(make.person(None, Role.DEPUTY_SCA))
    if place == "close":
        account.status = AccountStatus.CLOSING
        make.keep(account)
    keeper.get(f"{LIST}{account.id}/{place}")
    keeper.get(f"{LIST}{Factory.id()}/{place}", status=404)


def test_closing_begins_before_the_account_is_closed(client_of: Browser, make: Factory, sca: Person) -> None:
    """The questions are asked only once they can be answered; the refusal says what to do first."""
    account, browser = make_account(make), client_of(sca)
    for page in (
        browser.get(f"{LIST}{account.id}/close", status=409),
        browser.post(f"{LIST}{account.id}/close", LAST_WORDS, status=409),
    ):
        assert "This account is not being closed yet. Begin to close it first" in page.text


def test_what_belongs_to_an_account_is_closed_before_it(client_of: Browser, make: Factory, sca: Person) -> None:
    """The refusal names each that is in use; one that is closed, or belongs to another, holds nothing back."""
    account = make_account(make, name="Museum", status=AccountStatus.CLOSING)
    group = make_account(make, name="Friends", parent_id=account.id)
    make_account(make, name="Old shop", parent_id=account.id, status=AccountStatus.CLOSED)
    browser = client_of(sca)
    page = browser.post(f"{LIST}{account.id}/close", LAST_WORDS, status=409)
    assert "What belongs to this account is still in use: Friends (Facebook). Close each first" in page.text
    group.parent_id = None
    make.keep(group)
    assert "You closed Museum" in browser.follow(f"{LIST}{account.id}/close", LAST_WORDS).text


def test_the_page_of_an_account_for_its_readers(
    client_of: Browser, make: Factory, sca: Person, owner: Person, holder: Person
) -> None:
    """Each reads it; the keeper may act, the owner ask; a stranger gets the same answer as for nothing."""
    account = make_account(make, owner, two_step=TwoStep.OFF, purpose="<script>x</script>")
    make_grant(make, account, holder)
    page = client_of(sca).get(f"{LIST}{account.id}")
    assert page.has_button("Give access")
    assert "No 2-step verification Record it" in page.text
    assert "<script>x</script>" in page.text
    assert "End access of Hana Novak" in page.text
    page = client_of(owner).get(f"{LIST}{account.id}")
    assert not page.has_button("Give access")
    assert page.soup.find("a", string="Ask for access for somebody")
    assert "Change the details" not in page.text
    page = client_of(holder).get(f"{LIST}{account.id}")
    assert not page.has_button("Give access")
    assert "The keeper of the register can mend this" in page.text
    assert "End access of Hana Novak" in page.text
    page = client_of(make.person(None, Role.AUDITOR)).get(f"{LIST}{account.id}")
    assert not page.has_button("Give access")
    assert "End access" not in page.text
    stranger = client_of(make.person())
    assert stranger.get(f"{LIST}{account.id}", status=404).html == stranger.get(f"{LIST}{Factory.id()}", status=404).html


def test_pausing_and_closing(client_of: Browser, make: Factory, sca: Person, holder: Person) -> None:
    """With a reason, step by step; a late click learns how it stands."""
    account = make_account(make, name="Museum")
    grant = make_grant(make, account, holder)
    browser, address = client_of(sca), f"{LIST}{account.id}"
    browser.get(address + "/status")
    assert browser.post(address + "/status", {}, status=422).errors == ["Select what should change", "Enter the reason"]
    page = browser.follow(address + "/status", {"status": "paused", "reason": "Refit"})
    assert "Museum is now paused" in page.text
    assert "Paused since 3 March 2027: Refit" in page.text
    browser.post(address + "/status", {"status": "paused", "reason": "Again"}, status=422)
    page = browser.follow(address + "/status", {"status": "closing", "reason": "Gone"})
    assert "Close the account" in page.text
    assert not page.has_button("Give access")
    browser.get(address + "/close")
    page = browser.post(address + "/close", {"archive_kept": "<b>Folder</b> 7"}, status=422)
    assert page.errors == ["Enter what tells people where to go now"]
    assert page.field("archive_kept") == "<b>Folder</b> 7"
    last_words = {**LAST_WORDS, "archive_kept": "<b>Folder</b> 7"}
    page = browser.post(address + "/close", last_words, status=409)
    assert "1 person still has access" in page.text
    browser.post(f"{LIST}access/{grant.id}/end", {"ends_on": ["3", "3", "2027"], "reason": "account_closed"})
    page = browser.follow(address + "/close", last_words)
    assert "You closed Museum" in page.text
    assert "<b>Folder</b> 7" in page.text
    assert LAST_WORDS["redirect_notice"] in page.text
    browser.post(address + "/close", last_words, status=409)
    browser.get(address + "/status", status=409)
    browser.get(address + "/change/names", status=409)
    browser.get(address + "/give-access", status=409)


def test_rooms_above_can_hold_back_a_closing_and_add_to_the_page(
    app: Flask, client_of: Browser, make: Factory, sca: Person
) -> None:
    """Their reason is read out; their panel stands on the page."""
    account = make_account(make, status=AccountStatus.CLOSING)
    registries = app.extensions["registries"]
    registries.add_blocker("account:close", lambda thing: f"A password of {thing.name} is still to be changed.")
    registries.add_panel("account", lambda *_: Panel("components/marking.html", {}))
    try:
        page = client_of(sca).post(f"{LIST}{account.id}/close", LAST_WORDS, status=409)
        assert "is still to be changed" in page.text
        client_of(sca).get(f"{LIST}{account.id}")
    finally:
        registries.blockers["account:close"].pop()
        registries.panels["account"].pop()


def test_giving_and_ending_access(client_of: Browser, make: Factory, owner: Person, sca: Person, holder: Person) -> None:
    """A keeper gives it; it waits for the policy to be read; twice is told since when and by whom."""
    account = make_account(make, owner, name="Museum")
    browser, address = client_of(sca), f"{LIST}{account.id}/give-access"
    assert "local setting" in browser.get(address).text
    page = browser.post(address, {**TODAY}, status=422)
    assert page.errors == ["Enter who should have access", "Select what they may do", "Select how they will sign in"]
    page = browser.post(address, grant_form(holder, starts_on=["2", "3", "2027"]), status=422)
    assert page.errors == ["The start date must be today or later"]
    assert page.field("person") == holder.email
    page = browser.post(address, grant_form(holder, person="Nobody Here"), status=422)
    assert page.errors == ["Nobody is recorded as “Nobody Here”. Enter their work e-mail address"]
    browser.post(address, grant_form(sca), status=403)
    page = browser.follow(address, grant_form(holder))
    assert "You gave Hana Novak access to Museum. They can use it once they have read the policy." in page.text
    assert "Awaiting acknowledgement" in page.text
    page = client_of(sca).post(address, grant_form(holder), status=409)
    assert "already has access since 3 March 2027, given by Priya Shah" in page.text
    client_of(holder).get(address, status=403)
    client_of(make.person()).get(address, status=404)
    link = next(a["href"] for a in browser.get(f"{LIST}{account.id}").soup.select("a") if "End access" in a.get_text())
    holder_browser = client_of(holder)
    holder_browser.get(link)
    end = {"ends_on": ["1", "3", "2027"], "reason": "no_longer_needed"}
    page = holder_browser.post(link, end, status=422)
    assert page.errors == [
        "The last day must be on or after 3 March 2027, the first day: the register says who had access from when to when "
        "(paragraph 6.1(3))"
    ]
    assert holder_browser.post(link, {}, status=422).errors
    page = holder_browser.follow(link, {**end, "ends_on": ["3", "3", "2027"]})
    assert "Hana Novak has access until 3 March 2027" in page.text
    holder_browser.post(link, {**end, "ends_on": ["3", "3", "2027"]}, status=409)


def test_access_that_ends_later_can_be_ended_sooner(
    client_of: Browser, make: Factory, sca: Person, owner: Person, holder: Person
) -> None:
    """A year too far, or what is to stop today after all; once it is over there is nothing more to end."""
    account = make_account(make, owner)
    grant = make_grant(make, account, holder)
    browser, page = client_of(sca), f"{LIST}{account.id}"
    end = {"reason": "no_longer_needed"}
    browser.follow(f"{LIST}access/{grant.id}/end", {**end, "ends_on": ["31", "12", "2027"]})
    link = next(a for a in browser.get(page).soup.select("a") if a.get_text() == "End access sooner of Hana Novak")
    said = browser.follow(str(link["href"]), {**end, "ends_on": ["3", "3", "2027"]})
    assert "Hana Novak has access until 3 March 2027" in said.text
    assert "End access" not in browser.get(page).text
    assert "End access" not in client_of(make.person(None, Role.AUDITOR)).get(page).text


def test_why_access_ended_is_for_keepers_to_read(client_of: Browser, make: Factory, sca: Person, owner: Person) -> None:
    """Others read nothing of it: beside a password change it would tell because of whom that is made."""
    account, leaver = make_account(make, owner), make.person("Lea Verity")
    grant = make_grant(make, account, leaver)
    client_of(sca).post(f"{LIST}access/{grant.id}/end", {"ends_on": ["3", "3", "2027"], "reason": "withdrawn"})
    assert "(withdrawn)" in client_of(sca).get(f"{LIST}{account.id}").text
    page = client_of(owner).get(f"{LIST}{account.id}")
    assert "Ended the access" not in page.text
    assert "withdrawn" not in page.text


def test_who_may_not_end_access(client_of: Browser, make: Factory, holder: Person) -> None:
    """A fellow holder is told no; a stranger learns nothing."""
    account, fellow = make_account(make), make.person()
    grant = make_grant(make, account, holder)
    make_grant(make, account, fellow)
    address = f"{LIST}access/{grant.id}/end"
    client_of(fellow).get(address, status=403)
    client_of(fellow).post(address, status=403)
    client_of(make.person()).get(address, status=404)
    client_of(make.person()).get(f"{LIST}access/{Factory.id()}/end", status=404)


def test_a_shared_login_is_ended_where_the_password_is_changed(
    client_of: Browser, make: Factory, sca: Person, holder: Person
) -> None:
    """The button leads to the room of password changes, and so does the address here."""
    account = make_account(make)
    grant = make_grant(make, account, holder, login_mode=LoginMode.SHARED)
    page = client_of(sca).get(f"{LIST}{account.id}")
    assert any("/credential-rotation/" in str(link["href"]) for link in page.soup.select("td a"))
    moved = client_of(sca).get(f"{LIST}access/{grant.id}/end", status=303)
    assert moved.location.endswith(f"/credential-rotation/grants/{grant.id}/end")


def test_noting_notices(client_of: Browser, make: Factory, sca: Person, holder: Person) -> None:
    """Open ones first with their day; what was noted stays below; a late click is told who did it."""
    deputy = make.person("Dai Rees", Role.DEPUTY_SCA)
    browser = client_of(sca)
    assert "Nothing waits to be noted" in browser.get(LIST + "notices").text
    account = make_account(make, name="Museum")
    notice = acts.tell_keeper(NoticeKind.PASSWORD_CHANGED, Factory.id(), about=None, account=account, at=NOW)
    own = acts.tell_keeper(NoticeKind.DEVICE_PERMISSION, Factory.id(), about=sca, account=None, at=NOW)
    db.session.commit()
    assert "Note that the password of Museum was changed" in browser.get("/").text
    page = browser.get(LIST + "notices")
    assert "The other keeper notes this" in page.text
    assert page.soup.find(id=notice.id.hex)
    address = f"{LIST}notices/{notice.id}/note"
    page = browser.follow(address)
    assert "3 March 2027, Priya Shah" in page.text
    page = client_of(deputy).post(address, status=409)
    assert "Priya Shah did this" in page.text
    browser.post(f"{LIST}notices/{own.id}/note", status=403)
    browser.post(f"{LIST}notices/{Factory.id()}/note", status=404)
    client_of(holder).get(LIST + "notices", status=403)
    client_of(holder).post(address, status=403)


def test_notices_come_in_pages(client_of: Browser, make: Factory, sca: Person) -> None:
    """Many open and many noted ones keep the page light."""
    make.person(None, Role.DEPUTY_SCA)
    for number in range(32):
        notice = acts.tell_keeper(
            NoticeKind.PASSWORD_CHANGED, Factory.id(), about=None, account=make_account(make, name=f"N{number}"), at=NOW
        )
        if number % 2:
            acts.note_notice(notice, by=sca, at=NOW)
    db.session.commit()
    browser = client_of(sca)
    page = browser.get(LIST + "notices")
    assert "There are more" in page.text
    older = next(a["href"] for a in page.soup.select(".govuk-pagination__next a"))
    newer = browser.get(older).soup.select(".govuk-pagination__prev a")
    assert browser.get(str(newer[0]["href"])).text.count("N1") == page.text.count("N1")


def test_every_page_takes_a_fixed_number_of_queries(
    client_of: Browser, make: Factory, sca: Person, owner: Person
) -> None:
    """Lists at most four, an account at most eight, with ten accounts and with a thousand, five holders each."""
    people = [owner, *(make.person() for _ in range(4))]
    account = make_account(make, owner, name="Aardvark")
    closing = make_account(make, owner, name="Aardwolf", status=AccountStatus.CLOSING)
    make_grant(make, account, owner)
    counts: dict[str, list[int]] = {}
    places = {
        "": 4, "?q=many&attention=yes&status=live&platform=X": 4, f"{account.id}": 8, f"{account.id}/change/owners": 8,
        f"{account.id}/changes": 4, "?attention=holder_left&holder=many": 4,
        f"{account.id}/status": 8, f"{closing.id}/close": 8, f"{account.id}/give-access": 8, "new": 4, "import": 4,
        "notices": 4, f"access/{account.grants[0].id}/end": 8,
    }  # fmt: skip
    for first, rows in ((0, 10), (10, 990)):
        fill_register(people, rows, first=first)
        for person in (sca, owner):
            browser = client_of(person)
            for place, most in places.items():
                ends = ("owners", "status", "close", "give-access")
                keeper_only = place in ("new", "import", "notices") or place.endswith(ends)
                if person is owner and keeper_only:
                    continue
                with counted_queries() as queries:
                    browser.get(LIST + place)
                assert len(queries) <= most, (place, queries)
                counts.setdefault(f"{person.name} {place}", []).append(len(queries))
    assert all(few == many for few, many in counts.values()), counts


def test_many_holders_come_in_pages(client_of: Browser, make: Factory, sca: Person) -> None:
    """Those who have access first, those who had it below."""
    account = make_account(make, name="Busy")
    for number in range(30):
        ended = {"ends_on": NOW.date().replace(day=1), "end_reason": "moved"} if number < 10 else {}
        make_grant(make, account, make.person(f"Holder {number:02}"), **ended)
    browser = client_of(sca)
    page = browser.get(f"{LIST}{account.id}")
    assert page.text.count("Active") == 12
    link = str(page.soup.select_one(".govuk-pagination__next a")["href"])
    second = browser.get(link)
    assert second.text.count("Active") == 8
    back = str(second.soup.select_one(".govuk-pagination__prev a")["href"])
    assert browser.get(back).text.count("Active") == 12


def test_a_date_without_end_is_refused_with_all_that_was_typed(client_of: Browser, make: Factory, sca: Person) -> None:
    """A year typed wrongly for access; and nobody can work out by when something new is looked at so late."""
    account, browser, far = make_account(make), client_of(sca), ["31", "12", "2199"]
    page = browser.post(f"{LIST}{account.id}/give-access", grant_form(make.person("Pat"), starts_on=far), status=422)
    assert page.errors == ["Enter a start date within a year from today"]
    assert page.field("advice") == "Go ahead"
    said = {"name": "Voices", "what": "Read aloud", "next_look_on": far}
    page = browser.post(f"{LIST}horizon/new", said, status=422)
    assert page.errors[0].startswith("Bank holidays are known only up to")
    assert page.field("what") == "Read aloud"


def test_what_is_in_the_way_of_closing_is_said_before_anything_is_typed(
    client_of: Browser, make: Factory, sca: Person, holder: Person
) -> None:
    account = make_account(make, status=AccountStatus.CLOSING)
    grant, address = make_grant(make, account, holder), f"{LIST}{account.id}/close"
    page = client_of(sca).get(address)
    assert "1 person still has access to this account. End all access first" in page.text
    assert not page.has_button("Close account")
    assert page.soup.find("textarea") is None
    acts.end_access(grant, by=sca, at=NOW, ends_on=NOW.date(), reason=EndReason.NO_LONGER_NEEDED)
    commit()
    assert client_of(sca).get(address).has_button("Close account")


def test_a_pasted_address_finds_its_account(client_of: Browser, make: Factory, sca: Person) -> None:
    """By the handle that it gives, under every name of its platform, or by the address itself."""
    make_account(make, name="Recycling", platform="X", handle="@recycle")
    make_account(make, name="Allotments", handle=None, url="https://www.facebook.com/groups/1234567")
    make_account(make, name="Parks and leisure", platform="Facebook", handle="@parks")
    for typed, name in (
        ("https://twitter.com/Recycle", "Recycling"), ("x.com/recycle/", "Recycling"),
        ("facebook.com/groups/1234567/", "Allotments"), ("Parks/leisure", "Parks and leisure"),
    ):  # fmt: skip
        page = client_of(sca).get(LIST + "?" + urlencode({"q": typed}))
        assert "1 account on 1 platform" in page.text, typed
        assert name in page.text
    assert "No account matches" in client_of(sca).get(LIST + "?" + urlencode({"q": "x.com/nobody"})).text
