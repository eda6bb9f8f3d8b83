"""The list for anybody: what it tells and what it keeps, what it answers of an address, and who turns it on."""

import csv
import io
import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask

from app.account_register.models import Account, AccountStatus
from app.account_register.operations import change_account, details_of
from app.account_register.queries import Verdict, answer_about, official_accounts
from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.people.models import Person, Role
from app.policy.models import SET_THE_SWITCHES, LocalSetting
from app.policy.operations import set_switch
from app.policy.queries import is_switched_on
from tests.account_register.factories import account_details, make_account, make_grant
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Browser = Callable[..., PageClient]
ROOM, SWITCH = "/account-register", "/policy/switches/official_accounts_page"
NAME = "official_accounts_page"


def turned(by: Person, is_on: bool = True, reason: str = "Residents asked.") -> LocalSetting:
    """The list, turned on or off."""
    begin_writing()
    made = set_switch(NAME, is_on, reason=reason, by=by, at=NOW)
    commit()
    return made


@pytest.fixture
def ours(app: Flask, make: Factory) -> dict[str, Account]:
    """Our accounts: by handle alone, by handle and address, by address alone, on several kinds of a platform, elsewhere."""
    known = {
        "news": {"platform": "X", "handle": "northmerenews", "name": "Council news"},
        "council": {"platform": "X", "handle": "@NorthmereCouncil", "url": "https://x.com/NorthmereCouncil"},
        "page": {"platform": "Facebook", "handle": "northmerecouncil", "name": "Northmere"},
        "company": {"platform": "LinkedIn", "handle": None, "url": "https://www.linkedin.com/company/northmere"},
        "tube": {"platform": "YouTube", "handle": "northmere"},
        "channel": {"platform": "YouTube", "handle": None, "url": "https://www.youtube.com/channel/UCab12"},
        "group": {"platform": "Facebook", "handle": None, "url": "https://www.facebook.com/groups/123"},
        "blog": {"platform": "Blog", "handle": None, "url": "https://blog.northmere.example/"},
    }
    return {key: make_account(make, **values) for key, values in known.items()}


@pytest.mark.parametrize(
    ("typed", "verdict", "found"),
    [
        # An impostor is never said to be ours.
        ("https://evil.example/northmerenews", Verdict.NOT_LISTED, []),
        ("https://x.com.evil.example/northmerenews", Verdict.NOT_LISTED, []),
        ("https://evil.example/x.com/northmerenews", Verdict.NOT_LISTED, []),
        ("evil.example", Verdict.NOT_LISTED, []),
        ("https://www.instagram.com/northmerenews", Verdict.NOT_LISTED, []),
        ("https://facebook.com/northmerenews", Verdict.NOT_LISTED, []),
        ("https://x.com/northmerenews2", Verdict.NOT_LISTED, []),
        ("https://x.com/northmerenews/../evil", Verdict.CANNOT_TELL, []),
        ("https://x.com/northmerenews/%2e%2e/evil", Verdict.CANNOT_TELL, []),
        ("https://x.com/northmerenews%2Fevil", Verdict.CANNOT_TELL, []),
        ("https://x.com@evil.example/northmerenews", Verdict.CANNOT_TELL, []),
        ("https://x.com:8443/northmerenews", Verdict.CANNOT_TELL, []),
        ("https://х.com/northmerenews", Verdict.NOT_LISTED, []),
        ("https://www.linkedin.com/in/northmere", Verdict.CANNOT_TELL, []),
        ("https://www.youtube.com/user/northmere", Verdict.CANNOT_TELL, []),
        ("https://www.youtube.com/channel/UCAB12", Verdict.CANNOT_TELL, []),
        ("https://www.facebook.com/groups/1234", Verdict.CANNOT_TELL, []),
        ("https://blog.northmere.example.evil.example/", Verdict.NOT_LISTED, []),
        # What is ours is found however the address is written.
        ("https://x.com/northmerenews", Verdict.OURS, ["news"]),
        ("https://twitter.com/northmerecouncil", Verdict.OURS, ["council"]),
        ("x.com/northmerecouncil?lang=en", Verdict.OURS, ["council"]),
        ("http://mobile.twitter.com/NorthmereCouncil/", Verdict.OURS, ["council"]),
        ("m.facebook.com/northmerecouncil", Verdict.OURS, ["page"]),
        ("https://uk.linkedin.com/company/Northmere?trk=x", Verdict.OURS, ["company"]),
        ("https://www.youtube.com/channel/UCab12?view=0", Verdict.OURS, ["channel"]),
        ("facebook.com/groups/123/?ref=share", Verdict.OURS, ["group"]),
        ("http://www.blog.northmere.example", Verdict.OURS, ["blog"]),
        ("blog.northmere.example", Verdict.OURS, ["blog"]),
        # What cannot be told is said.
        ("x.com/northmerecouncil/status/12", Verdict.OURS_ABOVE, ["council"]),
        ("https://x.com/i/status/12", Verdict.CANNOT_TELL, []),
        ("https://blog.northmere.example/2027/03", Verdict.CANNOT_TELL, []),
        ("see https://x.com/northmerenews", Verdict.CANNOT_TELL, []),
        ("javascript:alert(1)", Verdict.CANNOT_TELL, []),
        # Names, handles, platforms and what these were called.
        ("@NORTHMERENEWS", Verdict.FOUND, ["news"]),
        ("Council news", Verdict.FOUND, ["news"]),
        ("Twitter", Verdict.FOUND, ["council", "news"]),
        ("twitter news", Verdict.FOUND, ["news"]),
        ("Nobody", Verdict.NOTHING_CALLED, []),
    ],
)
def test_what_is_said_of_what_somebody_asks(
    ours: dict[str, Account], typed: str, verdict: Verdict, found: list[str]
) -> None:
    """Platform and handle must agree; a host of no platform that we know never matches by a handle."""
    answer = answer_about(typed)
    names = {row.name for row in answer.rows}
    assert (answer.verdict, names) == (verdict, {ours[key].name for key in found})


def test_the_page_says_what_it_cannot_know(ours: dict[str, Account], app: Flask, make: Factory) -> None:
    """Each answer has its sentence; what somebody typed is shown as text."""
    turned(make.person(None, Role.SCA))
    anybody = PageClient(app.test_client())
    for typed, sentence in (
        ("https://x.com/northmerenews", "This is ours."),
        ("https://evil.example/northmerenews", "do not trust it, and tell us"),
        ("x.com/northmerecouncil/status/12", "That does not say that the post or page below it is"),
        ("https://x.com/i/status/12", "We cannot tell from this"),
        ("Nobody", "No account on our list is called that"),
        ("<b>Twitter", "No account on our list is called that"),
        ("Twitter", "Look whether platform, handle and address are the same"),
    ):
        page = anybody.get(f"{ROOM}/official?{urlencode({'q': typed})}")
        assert sentence in page.text, typed
        assert f"About “{typed}”" in page.text
    with counted_queries() as queries:
        anybody.get(f"{ROOM}/official?q=twitter")
    assert len(queries) <= 4


def test_the_public_list_names_no_person(app: Flask, make: Factory, holder: Person, sca: Person) -> None:
    """Neither holders nor owners, nor what the register says inside, nor where a website is kept; as page, JSON and CSV."""
    inside = "Led by Jo Bell, 07700 900123"
    on = make_account(
        make, holder, name="Town", platform="X", handle="@Town", url="https://x.com/Town", purpose=inside,
        public_words="What goes on in town.", emergency_contact="Jo Bell", brand="Inside brand",
    )  # fmt: skip
    make_grant(make, on, holder)
    make_account(make, name="Fading", status=AccountStatus.CLOSING)
    make_account(make, name="Stolen", status=AccountStatus.COMPROMISED)
    make_account(make, name="Gone by", status=AccountStatus.CLOSED)
    make_account(make, name="Left out", listed_publicly=False)
    make_account(make, name="Our website", platform="Website tools", url="https://cms.example/wp-admin", handle=None)
    turned(sca)
    page = PageClient(app.test_client()).get(f"{ROOM}/official")
    with clock.set_to(NOW):
        told = json.loads(app.test_client().get(f"{ROOM}/official.json").data)
        file = app.test_client().get(f"{ROOM}/official.csv").data.decode("utf-8-sig")
    withheld = (
        holder.name, holder.email or "", inside, "Jo Bell", "07700", "Inside brand", "wp-admin", "Our website", "Stolen",
        "Gone by", "Left out", "Corporate",
    )  # fmt: skip
    for text in (page.html, json.dumps(told), file):
        assert not [word for word in withheld if word in text]
        assert "Fading" in text
        assert "What goes on in town." in text
    assert told["accounts"][-1] == {
        "platform": "X", "name": "Town", "handle": "@Town", "url": "https://x.com/Town", "about": "What goes on in town."
    }  # fmt: skip
    assert next(csv.reader(io.StringIO(file))) == ["platform", "name", "handle", "url", "about"]
    assert "'@Town" in file
    assert [row.name for row in official_accounts()] == [row["name"] for row in told["accounts"]]


@pytest.mark.parametrize(
    ("words", "left_out"),
    [
        ("Write to jo.bell@northmere.example.", "e-mail address"),
        ("Call 01572 722577 by day.", "telephone number"),
        ("Call +44 (0)1572 722577.", "telephone number"),
        ("It is run by owen lloyd.", "Owen Lloyd"),
        ("Run by Marek Świątczak and others.", "Marek Świątczak"),
        ("Run by MAREK SWIATCZAK and others.", "Marek Świątczak"),
        ("Run by Sian O’Dowda.", "Siân O'Dowda"),
        ("Ask o'dowda, or Siân\u00a0O‘Dowda.", "Siân O'Dowda"),
        ("password: Hunter2!", "password"),
        ("News of 2026 and 2027 from @northmere, every day.", ""),
        ("", ""),
    ],
)
def test_what_the_public_reads_is_checked(
    make: Factory, client_of: Browser, sca: Person, owner: Person, words: str, left_out: str
) -> None:
    """The keeper writes it on a page of its own; no person, no way to reach one, no secret."""
    account = make_account(make, owner)
    for name in ("Marek Świątczak", "Siân O'Dowda"):
        make.person(name)
    here = f"{ROOM}/{account.id}/change/public"
    client = client_of(sca)
    if left_out:
        page = client.post(here, {"listed_publicly": "yes", "public_words": words}, status=422)
        assert left_out in page.errors[0]
        begin_writing()
        with pytest.raises(InvalidInput):
            change_account(account, account_details(public_words=words), by=sca, at=NOW)
        return
    page = client.follow(here, {"listed_publicly": "no", "public_words": words})
    assert "On the public list No" in page.text
    db.session.refresh(account)
    assert (account.public_words, account.listed_publicly) == (words, False)
    assert details_of(account).public_words == words


def test_who_turns_the_list_on(make: Factory) -> None:
    """The administrator and the keepers, with a reason; what is so already is refused with who made it so."""
    for role in Role:
        if role not in SET_THE_SWITCHES:
            with pytest.raises(NotAllowed):
                set_switch(NAME, True, reason="Why not", by=make.person(None, role), at=NOW)
    sca, admin = make.person("Priya Shah", Role.SCA), make.person(None, Role.ADMINISTRATOR)
    assert not is_switched_on(NAME)
    with pytest.raises(AlreadyDone):
        set_switch(NAME, False, reason="Off", by=sca, at=NOW)
    with pytest.raises(InvalidInput, match="Enter why"):
        set_switch(NAME, True, reason=" ", by=sca, at=NOW)
    turned(sca)
    assert is_switched_on(NAME)
    with pytest.raises(AlreadyDone) as late:
        set_switch(NAME, True, reason="Again", by=admin, at=NOW)
    assert (late.value.who, late.value.when) == ("Priya Shah", NOW)
    told = db.session.execute(sa.select(AuditEvent.act).where(AuditEvent.act == "local-setting:changed")).all()
    assert len(told) == 1


def test_the_list_is_off_until_it_is_turned_on_in_service(app: Flask, make: Factory, client_of: Browser) -> None:
    """Off: the constant page, as for an address that does not exist. On and off again from a page, with who and why."""
    anybody = app.test_client()

    def answers() -> set[int]:
        return {anybody.get(f"{ROOM}/{name}").status_code for name in ("official", "official.json", "official.csv")}

    assert answers() == {404}
    assert anybody.get(f"{ROOM}/official").data == anybody.get("/nothing-like-this").data
    admin = client_of(make.person("Ada Admin", Role.ADMINISTRATOR))
    policy = admin.look("/policy/").location
    assert admin.get(policy).soup.find("a", href=SWITCH)
    assert not client_of(make.person("No Body")).get(policy).soup.find("a", href=SWITCH)
    page = admin.get(SWITCH)
    assert "Local setting" in page.text
    assert "nobody has changed it" in page.text
    assert admin.post(SWITCH, {"to": "on", "reason": ""}, status=422).errors == ["Enter why you change this"]
    page = admin.follow(SWITCH, {"to": "on", "reason": "Residents <b>asked</b>"})
    assert "Turned on by Ada Admin on 3 March 2027: Residents <b>asked</b>" in page.text
    assert page.has_button("Turn it off")
    with clock.set_to(NOW):
        assert answers() == {200}
    assert "turned on already" not in admin.post(SWITCH, {"to": "on", "reason": "Again"}, status=409).text
    admin.follow(SWITCH, {"to": "off", "reason": "An error"})
    assert answers() == {404}
    assert len(db.session.execute(sa.select(LocalSetting)).all()) == 2
    admin.post("/policy/switches/other", {"to": "on", "reason": "x"}, status=404)
    admin.get("/policy/switches/other", status=404)
    client_of(make.person()).get(SWITCH, status=403)
    keeper = client_of(make.person("Priya Shah", Role.SCA))
    assert keeper.get(f"{ROOM}/how-to-keep-it").soup.find("a", href=SWITCH)
