"""The lists of keepers and managers: their parts and filters, the file of them, and a permission on paper."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta

import pypdf
import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.audit import ReadEvent
from app.core.db import begin_writing, commit, db
from app.core.presentation import uk_date
from app.device_permissions.documents import render_permission
from app.device_permissions.models import DeviceKind, DevicePermissionRequest
from app.device_permissions.operations import (
    approve_device_request,
    confirm_device_permission,
    refuse_device_request,
    revoke_device_permission,
    submit_device_request,
    withdraw_device_request,
)
from app.device_permissions.operations.lasting import ask_to_confirm
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.device_permissions.factories import ANSWERS, TODAY, approved, submitted
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
TEAM = "/device-permissions/team"
EXPORT = "/device-permissions/export.csv"
DAY = timedelta(days=1)


@pytest.fixture
def sca(make: Factory) -> Person:
    """Who keeps the register."""
    return make.person("Cleo Marsh", Role.SCA)


def _rows(client: PageClient, address: str) -> list[dict[str, str]]:
    response = client._send("get", address)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.get_data().decode("utf-8-sig"))))


def _end(made: DevicePermissionRequest, how: str, manager: Person) -> None:
    """End a permission now: given up, ended by the manager or replaced by another for the same."""
    at = clock.now()
    if how == "Replaced":
        begin_writing(made.person)
        again = submit_device_request(ANSWERS, by=made.person, at=at)
        commit()
        begin_writing(again, made)
        approve_device_request(again, by=manager, at=at, expires_on=made.expires_on or clock.today())
    elif how == "Ended":
        begin_writing(made)
        revoke_device_permission(made, by=manager, at=at, reasons="No longer needed")
    else:
        begin_writing(made)
        withdraw_device_request(made, by=made.person, at=at)
    commit()


@pytest.mark.parametrize("how", ["Ended", "Replaced", "Withdrawn"])
@pytest.mark.parametrize("is_early", [True, False])
def test_what_ended_before_its_day_says_when_it_ended(
    client_of: Clients, person: Person, manager: Person, sca: Person, how: str, is_early: bool
) -> None:
    """In one's own list; the page says which day it was approved until, and the file has both days."""
    made = approved(person, manager, until=date(2027, 5, 31))
    day = date(2027, 4, 30) if is_early else date(2027, 5, 31)
    with clock.set_to(clock.at_local(day, 23, 30)):  # the day here, not the one in UTC
        _end(made, how, manager)
        assert made.was_ended_early == is_early
        row = client_of(person).get("/device-permissions/").soup.select_one(f'tr:has(a[href$="{made.reference}"])')
        assert row is not None
        until = row.select_one('[data-label="Until"]')
        assert until is not None
        assert until.get_text(" ", strip=True) == (f"{how} on 30 April 2027" if is_early else "31 May 2027")
        page = client_of(person).get(f"/device-permissions/requests/{made.reference}").text
        assert f"{'Approved until' if is_early else 'Until'} 31 May 2027" in page
        assert f"{how} By {manager.name if how != 'Withdrawn' else person.name} on {uk_date(day)}" in page
        (taken,) = [one for one in _rows(client_of(sca), f"{EXPORT}?show=ended") if one["reference"] == made.reference]
        assert (taken["until"], taken["ended_on"]) == ("2027-05-31", day.isoformat())


def test_what_was_never_permitted_has_no_end(client_of: Clients, person: Person, manager: Person) -> None:
    withdrawn, refused = submitted(person), submitted(person, device_words="my phone")
    _end(withdrawn, "Withdrawn", manager)
    begin_writing(refused)
    refuse_device_request(refused, by=manager, at=NOW, reasons="No")
    commit()
    assert (withdrawn.was_ended_early, refused.was_ended_early) == (False, False)
    cells = client_of(person).get("/device-permissions/").soup.select('[data-label="Until"]')
    assert [cell.get_text(strip=True) for cell in cells] == ["–", "–"]


def _one_in_each_part(make: Factory, manager: Person) -> dict[str, str]:
    """By part of the list who is in it on the day after tomorrow; who ends soon is in force as well."""
    submitted(make.person("Wanda Waits", manager=manager))
    approved(make.person("Ines Force", manager=manager), manager, until=TODAY + 200 * DAY)
    approved(make.person("Enid Ending", manager=manager), manager, until=TODAY + 5 * DAY)
    approved(make.person("Lars Lapsed", manager=manager), manager, until=TODAY)
    refused = submitted(make.person("Rita Refused", manager=manager))
    begin_writing(refused)
    refuse_device_request(refused, by=manager, at=NOW, reasons="No")
    commit()
    return {
        "waiting": "Wanda Waits", "in_force": "Enid Ending, Ines Force", "ending": "Enid Ending", "lapsed": "Lars Lapsed",
        "ended": "Rita Refused",
    }  # fmt: skip


def test_each_request_stands_in_its_part_and_in_the_file_of_it(
    make: Factory, client_of: Clients, manager: Person, sca: Person
) -> None:
    """For the manager, the keeper, her deputy and the auditor; for nobody else."""
    parts = _one_in_each_part(make, manager)
    readers = {manager: True, sca: True, make.person("D", Role.DEPUTY_SCA): True, make.person("A", Role.AUDITOR): True,
               make.person("H", Role.HR_MANAGER): False, make.person("O"): False}  # fmt: skip
    with clock.set_to(NOW + 2 * DAY):
        for reader, sees in readers.items():
            for part, names in parts.items():
                rows = _rows(client_of(reader), f"{EXPORT}?show={part}")
                assert ", ".join(sorted(row["name"] for row in rows)) == (names if sees else ""), (reader.name, part)
        for part, names in parts.items():
            page = client_of(sca).get(f"{TEAM}?show={part}")
            assert all(name in page.text for name in names.split(", "))
            assert len(page.soup.select("tbody tr")) == len(names.split(", "))


def test_filters_live_in_the_address_and_narrow_list_and_file(
    make: Factory, client_of: Clients, manager: Person, sca: Person
) -> None:
    """By name, kind of device and service; what is unknown does not narrow."""
    service = make.service("Libraries")
    submitted(make.person("Ann % Percent", manager=manager, service="Libraries"))
    submitted(make.person("Bob", manager=manager), device_kind=DeviceKind.TABLET, device_words="")
    browser = client_of(sca)
    for query, names in (
        ("name=ann", ["Ann % Percent"]), ("name=%25", ["Ann % Percent"]), ("name=PERCENT+Ánn", ["Ann % Percent"]),
        ("kind=tablet", ["Bob"]),
        (f"service={service.id}", ["Ann % Percent"]), ("kind=nothing&service=none", ["Ann % Percent", "Bob"]),
        ("name=ann&kind=tablet", []),
    ):  # fmt: skip
        page = browser.get(f"{TEAM}?{query}")
        assert sorted(row["name"] for row in _rows(browser, f"{EXPORT}?{query}")) == names, query
        assert len(page.soup.select("tbody tr")) == len(names), query
    assert "Nothing here matches these filters." in page.text
    kept = browser.get(f"{TEAM}?show=in_force&name=ann").soup.select_one("input[name=show]")
    assert kept is not None
    assert kept["value"] == "in_force"


def test_the_file_is_no_formula_says_days_and_is_written_down(
    make: Factory, client_of: Clients, manager: Person, sca: Person
) -> None:
    """What people typed is text in every spreadsheet; who took it away stands in the log of reads."""
    held = approved(make.person("=1+1", manager=manager, service="Libraries"), manager, until=TODAY + 200 * DAY)
    held.device_words = "@SUM(A1)"
    commit()
    content = client_of(sca)._send("get", f"{EXPORT}?show=in_force").get_data().decode("utf-8-sig")
    assert "'=1+1" in content
    row = _rows(client_of(sca), f"{EXPORT}?show=in_force")[0]
    assert (row["reference"], row["until"], row["asked_on"]) == (held.reference, "2027-09-19", "2027-03-03")
    assert (row["state"], row["used_for"], row["working_hours"]) == ("In force", "Facebook", "no")
    assert row["device"] == "Home computer (@SUM(A1))"
    reads = db.session.execute(sa.select(ReadEvent.act, ReadEvent.actor_id)).all()
    assert ("device:list-taken", sca.id) in [tuple(one) for one in reads]


def test_the_file_takes_few_queries(make: Factory, client_of: Clients, manager: Person, sca: Person) -> None:
    """Whatever its length."""
    submitted(make.person(manager=manager))
    browser = client_of(sca)
    counts = []
    for _ in range(2):
        browser._send("get", EXPORT)
        with counted_queries() as queries:
            browser._send("get", EXPORT)
        counts.append(len(queries))
        for number in range(12):
            submitted(make.person(f"Person {number}", manager=manager))
    assert counts[0] == counts[1] <= 6


def _words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def test_a_permission_on_paper(make: Factory, client_of: Clients, manager: Person, sca: Person) -> None:
    """One page, tagged, the same bytes each time, in large print too; taken by whoever may read it while it holds."""
    person = make.person("Sam Okoro", manager=manager, post="Officer")
    made = approved(person, manager)
    first = render_permission(made)
    with clock.set_to(NOW + DAY):
        assert render_permission(made) == first
    reader = pypdf.PdfReader(io.BytesIO(first))
    assert len(reader.pages) == 1
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "Sam" not in str(reader.metadata)
    words = _words(first)
    for said in ("Sam Okoro, Officer", "Home computer (my laptop)", "Facebook", "11 June 2027", "Update it first",
                 "Priya Shah", "Not included: breaks and time off only", "Paragraph 6.2(1)", made.reference):  # fmt: skip
        assert said in words, said
    where = f"/device-permissions/requests/{made.reference}/permission.pdf"
    for one, status in ((person, 200), (manager, 200), (sca, 200), (make.person("Other"), 403)):
        assert client_of(one)._send("get", where).status_code == status
        assert client_of(one)._send("get", f"{where}?print=large").status_code == status
    taken = db.session.execute(sa.select(ReadEvent).where(ReadEvent.act == "device:slip-taken")).scalars().all()
    assert len(taken) == 6
    assert "sha256" in taken[0].facts
    with clock.set_to(clock.at_local(date(2027, 6, 12), 10)):
        client_of(person).get(where, status=409)


def test_a_confirmed_permission_says_so_on_paper(make: Factory, manager: Person) -> None:
    """As a second version."""
    made = approved(make.person("Sam Okoro", manager=manager), manager)
    begin_writing(made)
    ask_to_confirm(made, manager.id, at=NOW)
    confirm_device_permission(made, by=manager, at=NOW + DAY)
    commit()
    assert "Confirmed by" in _words(render_permission(made))


def test_whoever_may_know_that_somebody_leaves_reads_that_day(
    make: Factory, client_of: Clients, person: Person, manager: Person
) -> None:
    """Where it comes before the end of the permission: on its page, in the lists and in the file; never its holder."""
    made, sca = approved(person, manager, until=date(2027, 6, 1)), make.person("Sca", Role.SCA)
    person.last_working_day = date(2027, 3, 31)
    commit()
    address, listed = f"/device-permissions/requests/{made.reference}", "/device-permissions/team?show=in_force"
    for reader in (manager, sca, make.person("Aud", Role.AUDITOR)):
        browser = client_of(reader)
        page = browser.get(address).text
        assert "In force until 31 March 2027, the last working day of Sam Okoro" in page
        assert "Approved until 1 June 2027" in page
        assert "31 March 2027" in browser.get(listed).text
        taken = browser.look(f"{EXPORT}?show=in_force").response.get_data(as_text=True)
        assert ("2027-03-31" in taken, "2027-06-01" in taken) == (True, False)
    page = client_of(person).get(address).text
    assert "In force until 1 June 2027" in page
    assert "31 March 2027" not in page + client_of(person).get("/device-permissions/").text
    second = submitted(person, device_words="another")
    words = client_of(manager).get(f"/device-permissions/requests/{second.reference}").text
    assert "Home computer (my laptop), used for Facebook, until 31 March 2027" in words
    person.last_working_day = date(2027, 6, 2)
    commit()
    assert "In force until 1 June 2027" in client_of(manager).get(address).text


def test_who_decided_and_manages_them_no_longer_reads_the_day_that_was_approved(
    make: Factory, client_of: Clients, person: Person, manager: Person
) -> None:
    made = approved(person, manager, until=date(2027, 6, 1))
    person.last_working_day, person.line_manager_id = date(2027, 3, 31), make.person("New").id
    commit()
    browser = client_of(manager)
    assert "In force until 1 June 2027" in browser.get(f"/device-permissions/requests/{made.reference}").text
    listed = browser.get("/device-permissions/team?show=in_force").text
    assert ("1 June 2027" in listed, "31 March 2027" in listed) == (True, False)
