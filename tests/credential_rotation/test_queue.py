"""The list of every password change: its filters, its age, its pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.core import clock
from app.core.paging import Cursor
from app.credential_rotation.models import RotationStatus
from app.credential_rotation.queries import RotationFilters, rotations, rotations_page
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, changed, started, verified
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
LIST = "/credential-rotation/all"


def _names(reader: Person, filters: RotationFilters) -> list[str]:
    return [row.name for row in rotations_page(reader, filters, Cursor.read(None, None), TODAY).rows]


def test_each_filter_narrows_and_all_of_them_together(make: Factory, sca: Person, owner: Person) -> None:
    """By account, platform, service, who sees to it, and lateness; marks of a search stand for themselves."""
    service = make.service("Leisure")
    kim = make.person("Kim Lee")
    for name, who, of_service, days in (
        ("Swimming 100%", owner, service, 3), ("Swimming", kim, None, 0), ("Museum", owner, None, 0)
    ):  # fmt: skip
        on = account(make, name, who)
        on.service_id = of_service.id if of_service else None
        make.keep(on)
        started(on, sca, at=NOW - timedelta(days=days))
    on.platform = "X"
    make.keep(on)
    due = RotationStatus.DUE
    assert _names(sca, RotationFilters())[0] == "Swimming 100%"  # due first
    assert len(_names(sca, RotationFilters())) == 3
    assert set(_names(sca, RotationFilters(text="swim"))) == {"Swimming", "Swimming 100%"}
    assert _names(sca, RotationFilters(text="0%")) == ["Swimming 100%"]
    assert _names(sca, RotationFilters(platform="X")) == ["Museum"]
    assert _names(sca, RotationFilters(service_id=service.id)) == ["Swimming 100%"]
    assert _names(sca, RotationFilters(owner="kim")) == ["Swimming"]
    assert _names(sca, RotationFilters(owner="LEE Kím")) == ["Swimming"]
    assert _names(sca, RotationFilters(text="Mùseum")) == ["Museum"]
    assert _names(sca, RotationFilters(late=True)) == ["Swimming 100%"]
    assert _names(sca, RotationFilters(status=due, text="swim", owner="olu", late=True)) == ["Swimming 100%"]
    assert _names(sca, RotationFilters(text="swim", platform="X")) == []


def test_the_page_keeps_its_filters_in_the_address(
    make: Factory, client_of: Clients, sca: Person, owner: Person
) -> None:
    """Tabs, the next page and each filter's own way out; rubbish does not narrow; age in working days."""
    for number in range(27):
        started(account(make, f"Old {number:02}", owner), sca, at=NOW - timedelta(days=7))
    browser = client_of(sca)
    page = browser.get(f"{LIST}?q=old&late=yes&platform=rubbish&service=rubbish&show=rubbish")
    assert "5 working days ago" in page.text
    assert len(page.soup.select("tbody tr")) == 25
    further = page.soup.select_one("a[rel=next]")
    assert further is not None
    second = browser.get(str(further["href"]))
    assert len(second.soup.select("tbody tr")) == 2
    hrefs = [str(a.get("href")) for a in page.soup.select("a")]
    assert f"{LIST}?show=due&late=yes" in hrefs
    assert f"{LIST}?show=due&q=old" in hrefs
    assert f"{LIST}?show=to_verify&q=old&late=yes" in hrefs
    assert page.field("show") == "due"
    assert "No password change fits these filters" in browser.get(f"{LIST}?q=nothing").text
    client_of(make.person("Aud", Role.AUDITOR)).get(LIST)
    for stranger in (owner, make.person()):
        client_of(stranger).get(LIST, status=403)


def test_late_means_what_waits_in_that_state(make: Factory, client_of: Clients, sca: Person, owner: Person) -> None:
    """A change waiting to be verified is late by its own date; what is complete is never late."""
    rotation = started(account(make, "Museum", owner), sca)
    changed(rotation, owner)
    browser = client_of(sca)
    assert "Museum" not in browser.get(f"{LIST}?show=to_verify&late=yes").text
    with clock.set_to(NOW + timedelta(minutes=90)):
        verified(rotation, sca)
        assert "Museum" in browser.get(f"{LIST}?show=complete&late=yes").text


def test_complete_changes_are_listed_by_when_they_were_verified(
    make: Factory, client_of: Clients, sca: Person, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The latest first, whenever they were due; on every page each stands once, also where moments are equal."""
    monkeypatch.setattr(rotations, "PAGE", 2)
    verified_after, complete = {"A": 5, "B": 2, "C": 2, "D": 7, "E": 2}, RotationFilters(status=RotationStatus.COMPLETE)
    for days, (name, hours) in enumerate(verified_after.items()):
        one = started(account(make, name, owner), sca, at=NOW - timedelta(days=days))
        changed(one, owner)
        verified(one, sca, at=NOW + timedelta(hours=hours))
    pages, cursor = [], Cursor.read(None, None)
    while True:
        pages.append(rotations_page(sca, complete, cursor, TODAY))
        if pages[-1].next_after is None:
            break
        cursor = Cursor(after=pages[-1].next_after)
    names = [[row.name for row in page.rows] for page in pages]
    assert names[0] == ["D", "A"]
    assert sorted(name for page in names for name in page) == list("ABCDE")
    back = rotations_page(sca, complete, Cursor(before=pages[2].previous_before), TODAY)
    assert [row.name for row in back.rows] == names[1]
    shown = client_of(sca).get(f"{LIST}?show=complete").soup.select("tbody tr")
    assert [row.get_text(" ").split()[0] for row in shown] == ["D", "A"]


def test_the_list_takes_few_queries_whatever_its_length_and_filters(
    make: Factory, client_of: Clients, sca: Person, owner: Person
) -> None:
    """At most four."""
    browser = client_of(sca)
    browser.get(LIST)
    counts = []
    for number in range(6):
        started(account(make, f"Account {number}", owner), sca)
        with counted_queries() as queries:
            browser.get(f"{LIST}?q=account&owner=olu&late=no")
        counts.append(len(queries))
    assert len(set(counts[1:])) == 1
    assert max(counts[1:]) <= 4, counts
