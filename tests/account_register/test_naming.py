"""Names that platforms had, and handles that look like others: where they are printed, and who is warned."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.account_register.naming import handle_key, look_alike_key, platform_on
from app.account_register.operations import plan_register_import
from app.account_register.queries import register_on
from app.account_register.queries.alike import handles_like
from app.core import clock
from app.core.db import db
from app.people.models import Person
from tests.account_register.factories import make_account, make_grant
from tests.account_register.proposing import Way
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

ROOM = "/account-register"
Browser = Callable[..., PageClient]
WARNING = "This handle looks like @northmere_council (Council). Check that it is written rightly"


# ---- what a platform was called ----


def test_a_platform_is_called_what_it_was_called_then(app: Flask) -> None:
    assert [platform_on("X", day) for day in (date(2019, 5, 3), date(2023, 7, 23), date(2023, 7, 24))] == [
        "Twitter", "Twitter", "X",
    ]  # fmt: skip
    assert platform_on("Facebook", date(2019, 5, 3)) == "Facebook"
    assert platform_on("Other: PeerTube", date(2019, 5, 3)) == "Other: PeerTube"


def test_history_prints_the_name_valid_then(client_of: Browser, make: Factory, sca: Person) -> None:
    """On the page of an account, for who could get in on a day, and in the register as it stood."""
    person = make.person("Kim Lane")
    account = make_account(make, name="Roads", platform="X", opened_on=date(2019, 5, 3))
    account.registered_at = clock.at_local(date(2019, 6, 1))
    make.keep(account)
    make_grant(make, account, person, starts_on=date(2019, 6, 1))
    page = client_of(sca).get(f"{ROOM}/{account.id}")
    assert "Twitter until 23 July 2023" in page.text
    assert "3 May 2019, on what was then Twitter" in page.text
    assert "was called" not in client_of(sca).get(f"{ROOM}/{make_account(make).id}").text
    room = "/credential-rotation"
    for place, then, now in (
        (f"{room}/accounts/{account.id}/who-could-get-in", "Roads, Twitter", "Roads, X"),
        (f"{room}/people/{person.id}/what-they-could-get-into", "Twitter", "X"),
    ):
        old = client_of(sca).get(f"{place}?day=1&day=2&day=2020")
        assert then in old.text
        assert "Roads" in old.text
        assert "Twitter" not in client_of(sca).get(place).text
        assert now in client_of(sca).get(place).text
    for day, then in ((date(2020, 2, 1), "Twitter"), (NOW.date(), "X")):
        assert {one.name: one.platform for one in register_on(day)}["Roads"] == then


# ---- handles that look like others ----


@pytest.mark.parametrize(
    "handle",
    [
        "northmere_counciI", "northmere.council", "northmere-council", "NORTHMERE-C0UNCIL", "northrnerecouncil",
        "north\u043cere_council", "n\u03bfrthmere_council", "nor\u0442hmere council", "n\u00f6rthmere_council",
    ],
)  # fmt: skip
def test_handles_of_one_shape(handle: str) -> None:
    assert look_alike_key(handle) == look_alike_key("@Northmere_Council")


def test_what_cannot_be_seen_makes_no_other_handle() -> None:
    assert {handle_key(f"north{one}mere", "X") for one in ("", "\u200b", "\u200d", "\u2060", "\ufeff")} == {"northmere"}


@pytest.mark.parametrize("handle", ["northmere_cou\u0578cil", "northmere_council_official", "OfficialNorthmereCouncil"])
def test_armenian_letters_and_official(handle: str) -> None:
    """What pretends to be ours looks like ours; official alone is a handle like others."""
    assert look_alike_key(handle) == look_alike_key("@northmere_council")
    assert look_alike_key("official") is not None


@pytest.mark.parametrize("name", ["PEERTUBE, Council", "Peer\u200btube,  council"])
def test_other_platforms_are_the_same_however_they_are_written(
    client_of: Browser, make: Factory, sca: Person, name: str
) -> None:
    """By hand, by a file, and in the database itself."""
    make_account(make, name="Films", platform="Other: Peertube, council", handle="films")
    browser = client_of(sca)
    browser.get(f"{ROOM}/new")
    page = browser.post(
        f"{ROOM}/new", entered(platform="Other", other_platform=name, handle="@Films"), status=409
    )
    assert "is on the register already, as Films" in page.text
    head = "platform,handle,url,name,service,owner_email,purpose,status,holders"
    plan = plan_register_import(f'{head}\n"Other: {name}",films,,Films,,,,live,'.encode(), day=NOW.date())
    assert (plan.added, plan.unchanged) == ([], 1)
    with pytest.raises(IntegrityError):
        make_account(make, name="Again", platform=f"Other: {name}", handle="films")
    db.session.rollback()


def test_handles_that_differ(app: Flask) -> None:
    for handle in ("northmere_councils", "northmere", "northmere_council2"):
        assert look_alike_key(handle) != look_alike_key("@northmere_council")
    assert (look_alike_key(None), look_alike_key("@._-")) == (None, None)


def test_what_looks_like_a_handle_of_the_register(make: Factory) -> None:
    """On the same platform, in use, and not the same handle, which is refused by itself."""
    ours = make_account(make, name="Council", platform="X", handle="@northmere_council")
    make_account(make, name="Gone", platform="X", handle="northmere-council", status="closed")
    make_account(make, name="Elsewhere", platform="Facebook", handle="northmere.council")
    make_account(make, name="Nameless", platform="X", handle=None)
    assert [row.name for row in handles_like("X", "northmere_counciI")] == ["Council"]
    assert handles_like("X", "@NORTHMERE_COUNCIL") == []
    assert handles_like("X", None) == []
    assert handles_like("X", "northmere_counciI", ours.id) == []


def entered(**values: Any) -> dict[str, Any]:
    """The form of an account, filled in."""
    known = {"name": "Council news", "platform": "X", "handle": "@northmere_counciI", "login_mode": "individual"}
    return {**known, "two_step": "on", **values}


def test_who_registers_or_changes_a_look_alike_is_warned(client_of: Browser, make: Factory, sca: Person) -> None:
    """It is done all the same: two handles of ours may look alike."""
    make_account(make, name="Council", platform="X", handle="@northmere_council")
    loose = make_account(make, name="Loose", platform="X", handle="loose")
    browser = client_of(sca)
    browser.get(f"{ROOM}/new")
    page = browser.follow(f"{ROOM}/new", entered())
    assert WARNING in page.text
    assert page.soup.find(string="Important")
    assert "looks like" not in browser.follow(f"{ROOM}/new", entered(handle="quite_other")).text
    names = {"name": "Loose", "platform": "X", "handle": "@northmere.council"}
    page = browser.follow(f"{ROOM}/{loose.id}/change/names", names)
    assert "looks like @northmere_council (Council) and @northmere_counciI (Council news)" in page.text
    assert "looks like" not in browser.follow(f"{ROOM}/{loose.id}/change/names", {**names, "name": "Looser"}).text


def test_a_proposal_says_that_its_handle_looks_like_another(client_of: Browser, make: Factory) -> None:
    """Before it is sent, and to those who support and advise."""
    make_account(make, name="Council", platform="X", handle="@northmere_council")
    way = Way(make)
    browser, step = client_of(way.proposer), f"{ROOM}/proposals/propose/"
    browser.get(step + "kind")
    for name, answers in {
        "kind": {"kind": "new_platform"}, "account": {"name": "News", "platform": "X", "handle": "@northmere_counciI"},
        "purpose": {"purpose": "News"}, "people": {"target_group": "Residents", "benefit": "They know."},
        "cost": {"cost": "Nothing", "owner": way.owner.email},
    }.items():  # fmt: skip
        browser.follow(step + name, answers)
    assert WARNING in browser.get(step + "check-answers").text
    for handle, is_warned in (("@northmere_counciI", True), ("@quite_other", False)):
        made = way.proposed(platform="X", handle=handle)
        for reader in (way.manager, way.sca, way.proposer):
            decider = client_of(reader)
            with counted_queries() as queries:
                page = decider.get(f"{ROOM}/proposals/{made.reference}")
            assert (WARNING in page.text) is is_warned
            assert len(queries) <= 8, queries


def test_a_file_shows_handles_that_look_like_others(make: Factory, client_of: Browser, sca: Person) -> None:
    """Those of the register, and those of earlier lines; it can be imported all the same."""
    make_account(make, name="Council", platform="X", handle="@northmere_council")
    head = "platform,handle,url,name,service,owner_email,purpose,status,holders"
    lines = ["X,northmere.council,,One,,,,live,", "Facebook,reads,,Two,,,,live,", "Facebook,re-ads,,Three,,,,live,"]
    plan = plan_register_import("\n".join([head, *lines]).encode(), day=NOW.date())
    assert plan.problems == []
    assert [(row.line, other) for row, other in plan.alike] == [(2, "Council, @northmere_council"), (4, "Two, reads")]


def test_a_closed_account_that_comes_back_in_a_file_changes_nothing(make: Factory) -> None:
    """What was taken away whole can be imported again; nothing is closed or opened by a file."""
    make_account(make, name="Gone", platform="X", handle="@gone", status="closed")
    make_account(make, name="Gone too", platform="LinkedIn", handle=None, status="closed")
    make_account(make, name="Here", platform="X", handle="@here")
    db.session.commit()
    head = "platform,handle,url,name,service,owner_email,purpose,status,holders"

    def planned(*lines: str) -> Any:
        return plan_register_import("\n".join([head, *lines]).encode(), day=NOW.date())

    plan = planned("X,gone,,Gone,,,,closed,", "LinkedIn,,,Gone too,,,,closed,", "X,gone,,Anew,,,,live,")
    assert ([row.name for row in plan.added], plan.unchanged) == ([], 2)
    assert ["Gone was closed on 3 March 2027" in problem.sentence for problem in plan.problems] == [True]
    for line, sentence in (
        ("X,here,,Here,,,,closed,", "cannot become closed by a file"),
        ("X,never,,Never,,,,closed,", "a new account is one of live, paused, dormant, not closed"),
    ):
        assert sentence in planned(line).problems[0].sentence
