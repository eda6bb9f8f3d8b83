"""One account, one entry, also where it has no handle: its address tells it apart, on pages, in files, in the database."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.account_register import operations as acts
from app.account_register.models import Account, AccountStatus, Found, Noticed, ProposalKind, Recovery
from app.account_register.operations.details import details_of
from app.account_register.queries.same import Known, registered_already
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput
from app.people.models import Person
from tests.account_register.factories import LAST_WORDS, account_details, make_account
from tests.account_register.proposing import Way
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient

LIST = "/account-register/"
Browser = Callable[..., PageClient]
TODAY = NOW.date()
GROUP = "https://www.facebook.com/groups/1234567"
SAID = "This address on Facebook is on the register already, as Allotments. Open that account to change it"
FORM = {
    "name": "Second", "platform": "Facebook", "url": f"{GROUP}/", "purpose": "News", "login_mode": "individual",
    "two_step": "on",
}  # fmt: skip


@pytest.fixture
def group(make: Factory, owner: Person) -> Account:
    """A group without a handle."""
    return make_account(make, owner, name="Allotments", handle=None, url=GROUP)


@pytest.mark.parametrize(
    ("handle", "url", "known"),
    [
        (None, f"{GROUP}/", Known("Allotments", "url")),
        (None, "http://facebook.com/Groups/1234567", Known("Allotments", "url")),
        ("@allotments", GROUP, Known("Allotments", "url")),
        (None, "https://facebook.com/groups/7654321", None),
        (None, None, None),
        (None, "https://facebook.com/museum", Known("Museum", "url")),
        ("@another", "https://facebook.com/museum", None),
        ("@museum", None, Known("Museum", "handle")),
        ("@museum", GROUP, Known("Museum", "handle")),
        (None, "https://facebook.com/shut", None),
    ],
)
def test_which_accounts_are_the_same(
    make: Factory, group: Account, handle: str | None, url: str | None, known: Known | None
) -> None:
    """By the handle; where one of two has none, by the address; never one that is closed, or on another platform."""
    make_account(make, name="Museum", handle="@museum", url="https://facebook.com/museum")
    make_account(make, name="Shut", handle=None, url="https://facebook.com/shut", status=AccountStatus.CLOSED)
    assert registered_already("Facebook", handle, url) == known
    assert registered_already("Blog", handle, url) is None
    assert registered_already("Facebook", None, GROUP, group.id) is None


def test_the_same_form_sent_twice_makes_one_account(
    make: Factory, client_of: Browser, sca: Person, group: Account
) -> None:
    """Nor does a change bring an account to an address that another has."""
    browser = client_of(sca)
    page = browser.post(f"{LIST}new", FORM, status=409)
    assert page.errors == [SAID]
    assert page.field("name") == "Second"
    form = {**FORM, "platform": "Blog", "url": "market.northmere.example"}
    browser.post(f"{LIST}new", form)
    assert "as Second." in browser.post(f"{LIST}new", form, status=409).errors[0]
    other = make_account(make, handle=None, url="https://facebook.com/groups/9")
    names = {"name": "Other", "platform": "Facebook", "url": GROUP, "opened_on": ["", "", ""]}
    assert browser.post(f"{LIST}{other.id}/change/names", names, status=409).errors == [SAID]


@pytest.mark.parametrize(
    ("name", "handle", "url", "is_known"),
    [
        ("Youth page", None, None, True),
        ("YOUTH page", None, None, True),
        ("Youth page", "@youth", None, True),
        ("Youth page", None, "https://linkedin.com/company/youth", True),
        ("Page of the young", None, None, False),
        ("Placed", None, None, True),
        ("Placed", "@other", None, False),
        ("Placed", "@other", "https://linkedin.com/company/other", False),
        ("Shut", None, None, False),
    ],
)
def test_by_its_name_where_one_of_two_is_told_apart_by_nothing_else(
    make: Factory, sca: Person, name: str, handle: str | None, url: str | None, *, is_known: bool
) -> None:
    """As a line of a file is; never one that is closed, nor on another platform. A change of an account asks no name."""
    make_account(make, name="Youth page", platform="LinkedIn", handle=None)
    make_account(make, name="Placed", platform="LinkedIn", handle="@placed", url="https://linkedin.com/company/placed")
    make_account(make, name="Shut", platform="LinkedIn", handle=None, status=AccountStatus.CLOSED)
    assert registered_already("LinkedIn", handle, url, name=name) == (
        Known("Youth page" if name != "Placed" else name, "name") if is_known else None
    )
    assert registered_already("LinkedIn", handle, url) is None
    assert registered_already("Blog", handle, url, name=name) is None
    head = ",".join(acts.REGISTER_HEADERS)
    row = f"LinkedIn,{handle or ''},{url or ''},{name},,,,live,"
    plan = acts.plan_register_import(f"{head}\n{row}".encode(), day=TODAY)
    assert not (plan.added and is_known)


def test_without_handle_and_address_the_second_click_is_led_to_the_first(
    make: Factory, client_of: Browser, sca: Person
) -> None:
    make_account(make, platform="LinkedIn")
    form = {**FORM, "name": "Youth page", "platform": "LinkedIn", "url": ""}
    first = client_of(sca).post(f"{LIST}new", form).location
    page = client_of(sca).post(f"{LIST}new", form, status=409)
    assert page.errors == [
        "This name on LinkedIn is on the register already, as Youth page. Open that account to change it; for another one, "
        "enter another name"
    ]
    [link] = page.soup.select(".govuk-inset-text a")
    assert (link.get_text(), link["href"]) == ("Youth page", first)
    client_of(sca).post(f"{LIST}new", {**form, "name": "Youth page for parents"})
    way = Way(make)
    with pytest.raises(InvalidInput, match=r"as Youth page\. Propose a change of it instead") as refused:
        way.proposed(platform="LinkedIn", handle=None, url=None, name="Youth page", kind=ProposalKind.NEW_ACCOUNT)
    assert refused.value.field == "name"


def test_proposals_and_what_is_found_in_use_are_compared_too(make: Factory, group: Account) -> None:
    way = Way(make)
    place: dict[str, Any] = {"platform": "Facebook", "handle": None, "url": GROUP, "kind": ProposalKind.NEW_ACCOUNT}
    with pytest.raises(InvalidInput, match=r"as Allotments\. Propose a change of it instead") as refused:
        way.proposed(**place)
    assert refused.value.field == "url"
    approved = way.approved(**{**place, "url": "https://facebook.com/groups/8"})
    make_account(make, name="Meanwhile", handle=None, url="https://facebook.com/groups/8")
    details = account_details(
        name="Youth voice", handle=None, url="https://facebook.com/groups/8", owner_id=way.owner.id,
        recovery_kind=Recovery.ORGANISATION,
    )  # fmt: skip
    with pytest.raises(acts.AlreadyRegistered, match="as Meanwhile"):
        acts.register_proposed_account(approved, details, by=way.sca, at=NOW)
    db.session.rollback()
    found = Found("Group", "Facebook", None, GROUP, None, TODAY, "A resident told us.")
    with pytest.raises(InvalidInput, match="on the register as Allotments"):
        acts.record_discovered(found, by=way.proposer, at=NOW)
    with pytest.raises(InvalidInput, match="on the register as Allotments"):
        acts.record_look_alike(Noticed("Facebook", None, GROUP, TODAY, "Ours"), by=way.proposer, at=NOW)
    other = replace(found, url="https://facebook.com/groups/7")
    acts.record_discovered(other, by=way.proposer, at=NOW)
    with pytest.raises(AlreadyDone, match="Somebody else told of this account already"):
        acts.record_discovered(replace(other, url="facebook.com/groups/7/"), by=way.sca, at=NOW)
    acts.record_discovered(replace(other, platform="Instagram"), by=way.sca, at=NOW)


def test_the_database_keeps_one_account_at_an_address(make: Factory, group: Account) -> None:
    """Whatever asked before; where both have handles, or one is closed, there may be two."""
    make_account(make, handle="@allotments", url=GROUP)
    make_account(make, handle=None, url=GROUP, status=AccountStatus.CLOSED)
    with pytest.raises(IntegrityError, match="address"):
        make_account(make, handle=None, url=f"{GROUP}/")
    db.session.rollback()


def test_a_twin_of_an_earlier_version_can_be_changed_and_closed(make: Factory, sca: Person, group: Account) -> None:
    """It has no key of its address. All but its place can change, and nobody adds a third."""
    twin = make_account(make, name="Twin", handle=None, url="https://facebook.com/groups/5")
    db.session.execute(sa.update(Account).where(Account.id == twin.id).values(url=GROUP, address_key=None))
    db.session.commit()
    db.session.expire_all()
    acts.change_account(twin, replace(details_of(twin), name="Twin, to be closed"), by=sca, at=NOW)
    db.session.commit()
    assert twin.address_key is None
    assert registered_already("Facebook", None, GROUP, group.id) == Known("Twin, to be closed", "url")
    acts.change_status(twin, AccountStatus.CLOSING, by=sca, at=NOW, reason="Twice")
    acts.close_account(twin, by=sca, at=NOW, **LAST_WORDS)
    db.session.commit()


def test_what_cannot_be_told_apart_comes_back_from_the_registers_own_file(
    make: Factory, client_of: Browser, sca: Person, owner: Person, group: Account
) -> None:
    """Twins of an earlier version, and accounts with one name and neither handle nor address: nothing changes."""
    twin = make_account(make, name="Allotments", handle=None, url="https://facebook.com/groups/5", purpose="")
    db.session.execute(sa.update(Account).where(Account.id == twin.id).values(url=GROUP, address_key=None))
    db.session.commit()
    for purpose in ("News", "Events", ""):
        make_account(make, owner if purpose else None, name="Letter", platform="Blog", handle=None, purpose=purpose)
    make_account(make, owner, name="Letter", platform="Blog", handle="@letter")
    taken = client_of(sca).browser.get(f"{LIST}export.csv").data
    plan = acts.plan_register_import(taken, day=TODAY)
    assert (plan.problems, plan.unchanged, plan.changes_nothing) == ([], 6, True)
    lines = taken.decode("utf-8-sig").splitlines()
    letter = next(line for line in lines if "Letter" in line and "Events" in line)
    more = acts.plan_register_import("\n".join([*lines, letter]).encode(), day=TODAY)
    assert [problem.number for problem in more.problems] == [8]
    changed = acts.plan_register_import("\n".join([lines[0], letter.replace("Events", "Other")]).encode(), day=TODAY)
    assert "Add the handle or the address to the line" in changed.problems[0].sentence


def test_one_address_on_two_lines_of_a_file(make: Factory) -> None:
    """With a handle on one of them and on the other none, in either order."""
    head = ",".join(acts.REGISTER_HEADERS)
    lines = [f"Facebook,{handle},{GROUP},{name},,,,live," for handle, name in (("@a", "One"), ("", "Two"))]
    for order in (lines, lines[::-1]):
        plan = acts.plan_register_import("\n".join([head, *order]).encode(), day=TODAY)
        assert [(problem.number, problem.sentence) for problem in plan.problems] == [
            (3, "this is the same account as on line 2")
        ]
