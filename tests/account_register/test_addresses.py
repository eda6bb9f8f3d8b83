"""Pasted addresses of profiles: platform and handle by the catalogue, hostile ones, and the four pages that take them."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.account_register.addresses import Place, handle_at, is_address, profile_at, with_what_the_address_says
from app.account_register.models import Account, AccountProposal, DiscoveredAccount, LookAlike
from app.account_register.naming import clean_url, handle_key, handle_keys
from app.account_register.queries.alike import handles_like
from app.account_register.queries.official import Verdict, answer_about
from app.account_register.queries.proposals import account_meant
from app.account_register.queries.same import Known, registered_already
from app.core.db import db
from app.core.drafts import find_draft
from app.core.errors import InvalidInput
from app.credential_rotation.queries.incidents import accounts_meant
from app.people.models import Person
from tests.account_register.factories import make_account
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient

Browser = Callable[..., PageClient]
KNOWN = [
    ("https://www.instagram.com/name/", "Instagram", "name"),
    ("instagram.com/name?igsh=abc#x", "Instagram", "name"),
    ("https://www.instagram.com/p/Cabc123/", "Instagram", None),
    ("https://x.com/name", "X", "name"),
    ("https://twitter.com/name/status/1", "X", "name"),
    ("http://mobile.twitter.com/Name", "X", "Name"),
    ("https://x.com/i/status/1", "X", None),
    ("https://x.com", "X", None),
    ("https://m.facebook.com/council.news", "Facebook", "council.news"),
    ("https://en-gb.facebook.com/council/posts/1", "Facebook", "council"),
    ("https://www.facebook.com/profile.php?id=100", "Facebook", None),
    ("https://www.facebook.com/groups/123", "Facebook", None),
    ("https://fb.com/council", "Facebook", "council"),
    ("linkedin.com/company/northmere-council", "LinkedIn", "northmere-council"),
    ("https://uk.linkedin.com/school/northmere", "LinkedIn", "northmere"),
    ("https://www.linkedin.com/feed/update/1", "LinkedIn", None),
    ("youtube.com/@northmere", "YouTube", "northmere"),
    ("https://www.youtube.com/c/Northmere/videos", "YouTube", "Northmere"),
    ("https://www.youtube.com/channel/UC1", "YouTube", None),
    ("https://youtu.be/abc", "YouTube", None),
    ("tiktok.com/@reads.here", "TikTok", "reads.here"),
    ("https://www.tiktok.com/tag/reads", "TikTok", None),
    ("threads.net/@name", "Threads", "name"),
    ("https://www.threads.com/@name/post/1", "Threads", "name"),
    ("bsky.app/profile/name.bsky.social", "Bluesky", "name.bsky.social"),
    ("https://www.flickr.com/photos/archive/123", "Flickr", "archive"),
    ("https://nextdoor.co.uk/agency/northmere-council", "Nextdoor", "northmere-council"),
    ("https://mastodon.social/@name", "Mastodon", "name"),
    ("https://www.snapchat.com/add/name", "Snapchat", "name"),
    ("HTTPS://WWW.INSTAGRAM.COM/Name", "Instagram", "Name"),
    ("https://instagram.com./name", "Instagram", "name"),
    ("https://www.instagram.com/%3Cscript%3E", "Instagram", None),
    ("https://www.instagram.com/n%61me", "Instagram", "name"),
    ("https://x.com//name//", "X", "name"),
]
ON_NO_PLATFORM = [
    "https://instagram.com.evil.example/name", "https://notinstagram.com/name", "https://evil.example/instagram.com/name",
    "https://іnstagram.com/name", "https://ｉnstagram.com/name", "https://xn--nstagram-ojf.com/name",
    "https://instagram.com:8443/name", "https://peertube.example/@name", "https://example.org/?u=https://x.com/name",
]  # fmt: skip
NO_ADDRESS = [
    "javascript:alert(1)", "javascript://x.com/%0aalert(1)", "data:text/html,x", "ftp://x.com/name", "https://x.com/na me",
    "https://x.com:port/name", "https://x.com:99999/name", "http://[x.com/name", "https://x.com\\@evil.example/",
    "https://x.com/na\x00me", "//x", "photos/name", "https://x.com/" + "a" * 600,
]  # fmt: skip


@pytest.mark.parametrize(("typed", "platform", "handle"), KNOWN)
def test_an_address_gives_platform_and_handle(app: Flask, typed: str, platform: str, handle: str | None) -> None:
    found = profile_at(typed)
    assert found is not None
    assert (found.platform, found.handle) == (platform, handle)
    assert is_address(typed)


@pytest.mark.parametrize("typed", ON_NO_PLATFORM)
def test_what_only_looks_like_a_platform_is_none(app: Flask, typed: str) -> None:
    assert profile_at(typed) is None


@pytest.mark.parametrize("typed", NO_ADDRESS)
def test_what_is_no_address_is_refused(app: Flask, typed: str) -> None:
    with pytest.raises(InvalidInput, match="The web address must"):
        profile_at(typed)


@pytest.mark.parametrize("typed", ["https://x.com@evil.example/name", "https://name:word@x.com/name", "x.com@evil.example"])
def test_nobody_signs_in_by_an_address(typed: str) -> None:
    """It would keep a password, or hide where it leads."""
    with pytest.raises(InvalidInput, match="Leave the user name before the @ out"):
        clean_url(typed)


@pytest.mark.parametrize(
    "typed",
    ["@name", "name", "name.bsky.social", "@name@mastodon.social", "a-b_c", "", "u/name", "r/name.uk", "/name"],
)
def test_a_handle_stays_a_handle(app: Flask, typed: str) -> None:
    assert not is_address(typed)
    assert with_what_the_address_says(Place("X", "", typed, "")) == Place("X", "", typed, "")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (Place("", "", "https://twitter.com/roads/status/1", ""), ("X", "", "roads", "https://twitter.com/roads/status/1")),
        (Place("", "", "", "https://www.instagram.com/museum/"), ("Instagram", "", "museum", "https://www.instagram.com/museum/")),
        (Place("X", "", "@mine", "https://x.com/mine"), ("X", "", "@mine", "https://x.com/mine")),
        (Place("", "", "@mine", "https://x.com/mine"), ("X", "", "@mine", "https://x.com/mine")),
        (Place("Other", "PeerTube", "https://tube.example/@us", ""), ("Other", "PeerTube", "", "https://tube.example/@us")),
        (Place("Other", "", "", "https://x.com/us"), ("Other", "", "us", "https://x.com/us")),
        (Place("Blog", "", "", "https://blog.example/"), ("Blog", "", "", "https://blog.example/")),
        (Place("", "", "a" * 10_000, ""), ("", "", "a" * 10_000, "")),
        (Place("", "", "https://x.com/" + "a" * 10_000, ""), ("", "", "https://x.com/" + "a" * 10_000, "")),
    ],
)  # fmt: skip
def test_what_a_form_makes_of_it(app: Flask, typed: Place, kept: tuple[str, str, str, str]) -> None:
    place = with_what_the_address_says(typed)
    assert (place.platform, place.other_platform, place.handle, place.url) == kept


@pytest.mark.parametrize(
    ("chosen", "other", "named"), [("Facebook", "", "Facebook"), ("Other", "PeerTube", "PeerTube"), ("Other", "insta", "")]
)
def test_an_address_on_another_platform_is_refused(app: Flask, chosen: str, other: str, named: str) -> None:
    """Another platform by the name of a known one is that one."""
    place = Place(chosen, other, "", "https://www.instagram.com/us")
    if not named:
        assert with_what_the_address_says(place).handle == "us"
        return
    with pytest.raises(InvalidInput, match=f"This is an address on Instagram, but you selected {named}") as refused:
        with_what_the_address_says(place)
    assert refused.value.field == "platform"


# ---- the pages ----

PASTED = "https://www.instagram.com/northmere.museum/?hl=en"
SAID = "The address gave this: Instagram, handle northmere.museum. Change it if that is wrong."


def _account(**values: Any) -> dict[str, Any]:
    return {"name": "Museum", "handle": PASTED, "login_mode": "individual", "two_step": "on", **values}


def _only(model: Any) -> Any:
    return db.session.execute(sa.select(model)).unique().scalar_one()


def test_adding_an_account_by_its_address(client_of: Browser, sca: Person) -> None:
    """In either field; what the address gave is said, and what contradicts it refused with all that was typed."""
    browser, new = client_of(sca), "/account-register/new"
    browser.get(new)
    page = browser.post(new, _account(platform="Facebook"), status=422)
    assert page.errors[0].startswith("This is an address on Instagram, but you selected Facebook")
    assert page.field("handle") == PASTED
    page = browser.post(new, _account(handle="javascript:alert(1)", platform="Facebook"), status=422)
    assert page.errors[0].startswith("The web address must look like")
    page = browser.post(new, _account(handle="x/" * 5000, platform="Facebook"), status=422)
    assert page.errors
    assert SAID in browser.follow(new, _account()).text
    kept = _only(Account)
    assert (kept.platform, kept.handle, kept.url) == ("Instagram", "northmere.museum", PASTED)
    page = browser.post(new, _account(handle="", url="https://instagram.com/Northmere.Museum"), status=409)
    assert page.errors[0].startswith("This handle on Instagram is on the register already")


def test_a_handle_with_a_stroke_in_it_is_no_address(client_of: Browser, sca: Person) -> None:
    typed = {"name": "Questions", "platform": "Other", "other_platform": "Reddit", "handle": "u/northmere"}
    browser = client_of(sca)
    assert "u/northmere" in browser.follow("/account-register/new", _account(**typed)).text
    assert (_only(Account).handle, _only(Account).url) == ("u/northmere", None)
    assert "Questions" in browser.get("/account-register/?text=u/northmere").text


def test_telling_of_an_account_by_its_address(client_of: Browser, make: Factory) -> None:
    browser = client_of(make.person())
    new = "/account-register/discovered/new"
    browser.get(new)
    said = {"name": "Museum", "handle": PASTED, "found_on": ["3", "3", "2027"], "how_found": "A visitor asked."}
    assert SAID in browser.follow(new, said).text
    kept = _only(DiscoveredAccount)
    assert (kept.platform, kept.handle) == ("Instagram", "northmere.museum")


def test_telling_of_a_look_alike_by_its_address(client_of: Browser, make: Factory) -> None:
    browser = client_of(make.person())
    new = "/account-register/look-alikes/new"
    browser.get(new)
    said = {"url": PASTED, "noticed_on": ["3", "3", "2027"], "pretends": "It has our logo."}
    assert SAID in browser.follow(new, said).text
    kept = _only(LookAlike)
    assert (kept.platform, kept.handle, kept.url) == ("Instagram", "northmere.museum", PASTED)


def test_proposing_an_account_by_its_address(client_of: Browser, make: Factory) -> None:
    person = make.person(manager=make.person())
    browser = client_of(person)
    step = "/account-register/proposals/propose/"
    browser.get(step + "kind")
    browser.follow(step + "kind", {"kind": "new_platform"})
    page = browser.post(step + "account", {"name": "Museum", "handle": PASTED, "platform": "X"}, status=422)
    assert page.errors[0].startswith("This is an address on Instagram, but you selected X")
    assert SAID in browser.follow(step + "account", {"name": "Museum", "handle": PASTED}).text
    draft = find_draft(person.id, "account_proposal")
    assert draft is not None
    assert (draft.answers["platform"], draft.answers["handle"]) == ("Instagram", "northmere.museum")
    assert browser.get(step + "account").field("handle") == "northmere.museum"
    assert db.session.execute(sa.select(sa.func.count()).select_from(AccountProposal)).scalar_one() == 0


def test_changing_what_it_is_called_by_a_pasted_address(client_of: Browser, make: Factory, sca: Person) -> None:
    """What was there gives way to what the address says, in whichever field; what somebody typed beside it stays."""
    account = make_account(make, name="Museum", platform="Instagram", handle="@old", url="https://www.instagram.com/old")
    browser, here = client_of(sca), f"/account-register/{account.id}/change/names"
    browser.get(here)
    known = {"name": "Museum", "platform": "Instagram", "handle": "@old", "url": account.url}
    page = browser.post(here, {**known, "platform": "Facebook", "handle": PASTED}, status=422)
    assert page.errors[0].startswith("This is an address on Instagram, but you selected Facebook")
    assert (page.field("handle"), page.field("name")) == (PASTED, "Museum")
    assert SAID in browser.follow(here, {**known, "handle": PASTED}).text
    assert (account.platform, account.handle, account.url) == ("Instagram", "northmere.museum", PASTED)
    known = {**known, "handle": "northmere.museum", "url": PASTED}
    assert "handle newer" in browser.follow(here, {**known, "url": "https://www.instagram.com/newer"}).text
    assert (account.handle, account.url) == ("newer", "https://www.instagram.com/newer")
    known = {**known, "handle": "newer", "url": account.url}
    browser.follow(here, {**known, "handle": "@typed", "url": "https://www.instagram.com/other"})
    assert (account.handle, account.url) == ("@typed", "https://www.instagram.com/other")
    browser.follow(here, {**known, "handle": "@typed", "url": "https://www.instagram.com/Typed/?hl=en"})
    assert (account.handle, account.url) == ("@typed", "https://www.instagram.com/Typed/?hl=en")
    page = browser.post(here, {**known, "handle": "@typed", "url": "javascript:alert(1)"}, status=422)
    assert page.errors[0].startswith("The web address must look like")


def test_an_account_without_an_address_keeps_its_handle(client_of: Browser, make: Factory, sca: Person) -> None:
    """An address put beside a handle that was there alone contradicts nothing; a platform not selected is filled in."""
    account = make_account(make, name="Museum", platform="Instagram", handle="@museum")
    browser, here = client_of(sca), f"/account-register/{account.id}/change/names"
    browser.get(here)
    browser.follow(here, {"name": "Museum", "platform": "", "handle": "@museum", "url": PASTED})
    assert (account.platform, account.handle, account.url) == ("Instagram", "@museum", PASTED)


def test_mastodon_on_a_server_of_its_own(app: Flask) -> None:
    """The server belongs to the handle, so that it is another than the same name elsewhere."""
    found = profile_at("https://mastodon.scot/@northmere")
    assert found is not None
    assert (found.platform, found.handle) == ("Mastodon", "@northmere@mastodon.scot")
    assert profile_at("https://mastodonfake.example/@northmere") is None


def test_an_address_that_does_not_say_its_platform(client_of: Browser, sca: Person) -> None:
    """The refusal says so, and what to select; without an address it stays as it was."""
    browser = client_of(sca)
    browser.get("/account-register/new")
    given = {"name": "News", "login_mode": "individual", "two_step": "on"}
    page = browser.post("/account-register/new", {**given, "handle": "https://social.example/@x"}, status=422)
    assert page.errors[0].startswith("Select the platform: the address does not say which it is.")
    assert browser.post("/account-register/new", {**given, "handle": "@x"}, status=422).errors == ["Select the platform"]


# ---- one key for both forms of a handle on Mastodon ----

BOTH_FORMS = [
    "northmere", "@Northmere", "@northmere@mastodon.social", "Northmere@Mastodon.Social", "northmere @mastodon.social",
]  # fmt: skip
OWN_PROFILE = "https://mastodon.social/@northmere"


def test_the_server_of_the_catalogue_may_be_left_out(app: Flask) -> None:
    """Another server is another account; elsewhere than on Mastodon an @ says nothing."""
    assert {handle_key(one, "Mastodon") for one in BOTH_FORMS} == {"northmere@mastodon.social"}
    assert handle_key("@northmere@mastodon.scot", "Mastodon") == "northmere@mastodon.scot"
    assert handle_key("@northmere", "X") == "northmere"
    assert handle_key("@north@mere.example", "Mastodon") != handle_key("@northm@ere.example", "Mastodon")
    assert len(handle_key("m" * 120, "Mastodon") or "") == 120
    assert handle_keys("northmere") == ["northmere", "northmere@mastodon.social"]
    assert handle_keys("@") == []


@pytest.mark.parametrize("first", [OWN_PROFILE, "@northmere@mastodon.social"])
@pytest.mark.parametrize("second", [OWN_PROFILE, *BOTH_FORMS])
def test_both_forms_are_one_account_on_the_register(
    client_of: Browser, make: Factory, sca: Person, first: str, second: str
) -> None:
    """By hand, and where somebody tells of an account that they found; whoever names it finds it."""
    given = {"name": "News", "platform": "Mastodon", "login_mode": "individual", "two_step": "on"}
    browser = client_of(sca)
    browser.get("/account-register/new")
    browser.follow("/account-register/new", {**given, "handle": first})
    page = browser.post("/account-register/new", {**given, "name": "Again", "handle": second}, status=409)
    assert "on the register already, as News" in page.text
    assert registered_already("Mastodon", handle_at(second) or second, None) == Known("News", "handle")
    assert account_meant(handle_at(second) or second, None, NOW.date()).name == "News"
    assert [one.name for one in accounts_meant(handle_at(second) or second)] == ["News"]


@pytest.mark.parametrize(
    ("typed", "is_it"),
    [
        ("https://twitter.com/northmerecouncil", True), ("https://mobile.x.com/NorthmereCouncil?lang=en", True),
        ("x.com/northmerecouncil/", True), ("https://www.northmere.example/News/", True), ("northmere.example/news", True),
        ("@NorthmereCouncil", True), ("Northmere: news", True), ("Northmere: news (X)", True),
        ("https://m.facebook.com/northmerecouncil", False), ("https://x.com/northmere", False), ("https://x.com", False),
    ],
)  # fmt: skip
def test_an_account_is_meant_by_the_addresses_by_which_it_is_found(make: Factory, typed: str, is_it: bool) -> None:
    """Whoever proposes a change, or asks for access, pastes what they see; a name with a colon is no address."""
    make_account(make, name="Northmere: news", platform="X", handle="northmerecouncil", url="https://northmere.example/news")
    if is_it:
        assert account_meant(typed, None, NOW.date()).name == "Northmere: news"
        return
    with pytest.raises(InvalidInput, match="No account is called"):
        account_meant(typed, None, NOW.date())


def test_the_public_is_told_that_it_is_ours_in_either_form(make: Factory, app: Flask) -> None:
    """Also where only the other form stands on the list; the same name on another server is not ours."""
    account = make_account(make, platform="Mastodon", handle="@northmere@mastodon.social")
    for asked in (OWN_PROFILE, "mastodon.social/@Northmere", "@northmere@mastodon.social", "@northmere"):
        assert answer_about(asked).rows[0].name == account.name, asked
    assert answer_about(OWN_PROFILE).verdict is Verdict.OURS
    assert answer_about("https://mastodon.scot/@northmere").verdict is Verdict.NOT_LISTED
    assert answer_about("@northmere@mastodon.scot").rows == []


def test_a_name_beside_an_address_on_another_server_gets_that_server(app: Flask) -> None:
    place = with_what_the_address_says(Place("Mastodon", "", "@Northmere", "https://www.mastodon.scot/@northmere"))
    assert place.handle == "@northmere@mastodon.scot"
    place = with_what_the_address_says(Place("Mastodon", "", "other", "https://mastodon.scot/@northmere"))
    assert place.handle == "other"
    place = with_what_the_address_says(Place("Mastodon", "", "@northmere", OWN_PROFILE))
    assert place.handle == "@northmere"


def test_the_same_name_on_another_server_looks_like_ours(make: Factory) -> None:
    """It is warned of, and never refused."""
    make_account(make, name="Ours", platform="Mastodon", handle="northmere")
    assert [row.name for row in handles_like("Mastodon", "@n0rthmere@mastodon.scot")] == ["Ours"]
    assert handles_like("Mastodon", "@northmere@mastodon.social") == []
