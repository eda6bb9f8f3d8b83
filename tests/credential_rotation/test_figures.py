"""Figures of leavers: medians, lateness, and that no small count can be read or worked out."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import clock
from app.core.db import db
from app.credential_rotation.models import NO_SERVICE, Promptness, ProvedChange, figures_of, hidden_cells
from app.credential_rotation.queries import changes_between, quarters_with_leavers
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, account, changed, grant, leave, verified
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
PAGE = "/credential-rotation/figures"
HOUR = timedelta(hours=1)
DUE = date(2027, 3, 5)


def _change(service: str, hours: int | None, late: bool = False) -> ProvedChange:
    return ProvedChange(service, DUE, None if hours is None else DUE + timedelta(days=late), DUE, hours)


@pytest.mark.parametrize(
    ("changed_on", "hours", "stands"),
    [
        (None, None, Promptness.OUTSTANDING), (DUE, None, Promptness.OUTSTANDING), (DUE, 3, Promptness.ON_TIME),
        (DUE - timedelta(days=1), 0, Promptness.ON_TIME), (DUE + timedelta(days=1), 30, Promptness.LATE),
    ],
)  # fmt: skip
def test_when_a_change_is_on_time(changed_on: date | None, hours: int | None, stands: Promptness) -> None:
    """Changed by its date and verified since; without the second person it is outstanding."""
    assert ProvedChange("Leisure", DUE, changed_on, DUE, hours).promptness is stands


def test_median_and_ninetieth_percentile_of_enough_changes() -> None:
    """The 90th is the nearest rank; fewer than five times are not told."""
    hours = [1, 2, 3, 4, 5, 6, 7, 8, 9, 40]
    rows = figures_of([*(_change("Leisure", one) for one in hours), *[_change("Parks", 2)] * 4], 5)
    leisure, parks, everything = rows
    assert (leisure.service, leisure.median_hours, leisure.ninetieth_hours) == ("Leisure", "5.5", "9")
    assert (parks.median_hours, parks.ninetieth_hours, parks.total) == ("Not shown", "Not shown", "Fewer than 5")
    assert (everything.service, everything.median_hours) == ("All services", "3.5")
    # With the one small service hidden, the sum must not give it away.
    assert leisure.total == "Not shown" or everything.total == "Not shown"


def test_zero_and_large_counts_are_told() -> None:
    """Nothing is hidden where nothing is small; services without a name come last."""
    rows = figures_of([*[_change("Parks", 1)] * 6, *[_change(NO_SERVICE, 1)] * 7], 5)
    assert [(row.service, row.counts, row.total) for row in rows] == [
        ("Parks", ("6", "0", "0"), "6"), (NO_SERVICE, ("7", "0", "0"), "7"), ("All services", ("13", "0", "0"), "13"),
    ]  # fmt: skip
    assert figures_of([], 5)[0].total == "0"


COUNTS = st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=1, max_size=5)


@given(COUNTS)
def test_no_small_count_is_shown_or_left_alone_in_its_row_or_column(counts: list[list[int]]) -> None:
    """Whatever the table."""
    table = [[*row, sum(row)] for row in counts]
    table.append([sum(column) for column in zip(*table, strict=True)])
    hidden = hidden_cells(table, 5)
    cells = {(row, column): table[row][column] for row in range(len(table)) for column in range(4)}
    assert all(not 0 < count < 5 for place, count in cells.items() if place not in hidden)
    for axis in (0, 1):
        for line in {place[axis] for place in cells}:
            assert sum(place[axis] == line for place in hidden) != 1


def _left(make: Factory, hr: Person, sca: Person, owner: Person, number: int, *, hours: int | None) -> None:
    person = make.person(f"Leaver {number}")
    on = account(make, f"Account {number}", owner)
    grant(make, on, person)
    grant(make, on, make.person(f"Stays {number}"))
    notice = leave(person, hr)
    if hours is not None:
        (cause,) = [holding.cause for holding in notice.holdings]
        assert cause is not None
        changed(cause.rotation, owner)
        verified(cause.rotation, sca, at=NOW + hours * HOUR)


def test_what_is_counted(make: Factory, hr: Person, sca: Person, owner: Person) -> None:
    """By the account's service and the leaver's last day; not who stays, not who is still here."""
    for number in range(3):
        _left(make, hr, sca, owner, number, hours=number + 2 if number else None)
    later = make.person("Later")
    grant(make, account(make, "Not yet", owner), later)
    leave(later, hr, day=FRIDAY, immediate=False)
    found = changes_between(date(2027, 1, 1), date(2027, 12, 31))
    assert sorted(str(one.hours) for one in found) == ["3", "4", "None"]
    assert {one.promptness for one in found} == {Promptness.ON_TIME, Promptness.OUTSTANDING}
    assert changes_between(date(2026, 1, 1), date(2026, 12, 31)) == []
    assert quarters_with_leavers() == [date(2027, 1, 1)]
    with clock.set_to(NOW + timedelta(days=400)):
        found = quarters_with_leavers()
        assert (len(found), found[0], found[-1]) == (6, date(2028, 4, 1), date(2027, 1, 1))
        assert len(changes_between(date(2027, 1, 1), date(2027, 12, 31))) == 4


def test_the_page_and_its_table(make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person) -> None:
    """HR, keepers and the auditor; the file says the same, small counts hidden in both; rubbish is this year."""
    for number in range(6):
        _left(make, hr, sca, owner, number, hours=3)
    browser = client_of(hr)
    page = browser.get(f"{PAGE}?from=rubbish&to=2027-02-30")
    assert page.heading == "Leavers in figures, 2027"
    assert "No service recorded 6 6 0 0 3 3" in page.text
    assert "Leavers in figures" in browser.get("/credential-rotation/leavers").text
    db.session.commit()
    with browser.browser.application.app_context():
        reply = browser.browser.get(f"{PAGE}.csv?from=2027-02-15")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="leaver-figures-2027-01-01-to-2027-12-31.csv"'
    rows = list(csv.DictReader(io.StringIO(reply.get_data(as_text=True).removeprefix("\ufeff"))))
    assert (rows[0]["service"], rows[0]["on_time"], rows[0]["median_hours"]) == (NO_SERVICE, "6", "3")
    assert "No shared password had to change" in browser.get(f"{PAGE}?from=2026-01-01&to=2026-12-31").text
    for allowed in (sca, make.person("Aud", Role.AUDITOR)):
        client_of(allowed).get(PAGE)
    for stranger in (owner, make.person()):
        client_of(stranger).get(PAGE, status=403)
        client_of(stranger).get(f"{PAGE}.csv", status=403)


def test_the_figures_take_few_queries_whatever_is_counted(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person
) -> None:
    """At most four."""
    browser, counts = client_of(hr), []
    browser.get(PAGE)
    for number in range(7):
        _left(make, hr, sca, owner, number, hours=2)
        if number in (0, 6):
            with counted_queries() as queries:
                browser.get(PAGE)
            counts.append(len(queries))
    assert counts[0] == counts[1] <= 4, counts


def test_a_range_is_of_whole_quarters(make: Factory, client_of: Clients, hr: Person) -> None:
    """Days within them mean the quarters in which they lie, in either order; the address keeps them."""
    page = client_of(hr).get(f"{PAGE}?from=2026-11-20&to=2026-05-02")
    assert page.heading == "Leavers in figures, April 2026 to December 2026"
    chosen = [option["value"] for option in page.soup.select("option[selected]")]
    assert chosen == ["2026-04-01", "2026-12-31"]
    assert "taking one range from another" not in page.text  # nothing was counted, so nothing is explained


QUARTER = st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=2)
QUARTERS = st.lists(QUARTER, min_size=2, max_size=3)


@given(QUARTERS)
def test_no_range_taken_from_another_tells_a_small_count(quarters: list[list[list[int]]]) -> None:
    """Wherever two ranges that begin together both print a count, that of the quarters between them could be printed."""

    def _rows(upto: int) -> list[list[str]]:
        changes = [
            _left_in(quarter, f"S{service}", kind)
            for quarter in range(upto) for service in range(2) for kind in range(3)
            for _ in range(quarters[quarter][service][kind])
        ]  # fmt: skip
        found = {row.service: [*row.counts, row.total] for row in figures_of(changes, 5)}
        return [found.get(name, ["0"] * 4) for name in ("S0", "S1", "All services")]

    for shorter in range(1, len(quarters)):
        for fewer, more in zip(_rows(shorter), _rows(len(quarters)), strict=True):
            for less, all_of_them in zip(fewer, more, strict=True):
                if less.isdigit() and all_of_them.isdigit():
                    assert not 0 < int(all_of_them) - int(less) < 5


def _left_in(quarter: int, service: str, kind: int) -> ProvedChange:
    day = date(2027, 3 * quarter + 1, 15)
    changed = (day, day + timedelta(days=1), None)[kind]
    return ProvedChange(service, day, changed, day, None if changed is None else 3)
