"""Leavers from a file of HR: refused by line, shown as one leaver is shown, recorded together or not at all."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessGrant
from app.core.db import db
from app.core.errors import InvalidInput, NotAllowed
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, LeaverNotice
from app.people.models import Person, Role
from app.policy.queries import pack
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, grant, leave
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
ADDRESS = "/credential-rotation/leavers/from-file"
HEAD = "email,last_working_day,leaving"


@pytest.fixture
def jo(make: Factory) -> Person:
    """Who leaves."""
    return make.person("Jo Bell", post="Officer")


@pytest.fixture
def kim(make: Factory) -> Person:
    """Who leaves too."""
    return make.person("Kim Lee")


def _file(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines]).encode()


def _sent(*lines: str) -> dict[str, object]:
    return {"file": (BytesIO(_file(*lines)), "leavers.csv")}


def _problems(hr: Person, *lines: str) -> list[str]:
    plan = operations.plan_leavers(_file(*lines), by=hr, at=NOW)
    return [f"{one.number}: {one.sentence}" for one in plan.problems]


def test_each_line_that_is_wrong_says_why(make: Factory, hr: Person, jo: Person, kim: Person) -> None:
    """Unknown, left, recorded already, before the start, twice, oneself, bad days, another way of leaving."""
    gone = make.person("Long Gone", last_working_day=TODAY - timedelta(days=9))
    leave(kim, hr, day=FRIDAY, immediate=False)
    found = _problems(
        hr, "nobody@council.example,5/3/2027,", f"{gone.email},5/3/2027,planned", f"{kim.email},5/3/2027,",
        f"{jo.email},1/1/2019,", f"{jo.email},31/2/2027,", f"{jo.email},,", f"{hr.email},5/3/2027,",
        f"{jo.email},5/3/2027,slowly", f"{jo.email},5/3/2027,at once", "Jo Bell,5/3/2027,", f"{jo.email},1/1/2099,",
    )  # fmt: skip
    expected = (
        "2: Nobody is recorded as", "3: Long Gone left on", "4: It is already recorded that Kim Lee leaves",
        "5: The last working day must be on or after the day they started",
        "6: The last working day “31/2/2027” must be a real date", "7: Enter the last working day",
        "8: Only HR or their line manager", "9: Under leaving, write planned or at once, not “slowly”",
        "10: Jo Bell is on line 5 already", "11: Enter their work e-mail address", "12: Jo Bell is on line 5 already",
    )  # fmt: skip
    assert len(found) == len(expected)
    for line, start in zip(found, expected, strict=True):
        assert line.startswith(start), line
    assert "Hana Reed recorded it on 3 March 2027" in found[2]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"), (b"email\nx", "Missing: last_working_day"), (_file(head="email,last_working_day,why"), "no rows"),
        (_file("a,b,c", head="email,last_working_day,why"), "not known: why"), (b"PK\x03\x04", "workbook"),
        (_file(*["a@b.example,5/3/2027,"] * 201), "at most 200"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_leavers_is_refused_whole(hr: Person, content: bytes, words: str) -> None:
    """Empty, another list, a workbook, too many."""
    with pytest.raises(InvalidInput, match=words):
        operations.plan_leavers(content, by=hr, at=NOW)


def test_only_hr_records_a_file(make: Factory, client_of: Clients, hr: Person, jo: Person) -> None:
    """Not a manager for their team, not the keeper."""
    manager = make.person("Manager")
    for person in (manager, make.person("Cleo", Role.SCA), jo):
        with pytest.raises(NotAllowed):
            operations.plan_leavers(_file(f"{jo.email},5/3/2027,"), by=person, at=NOW)
        client_of(person).get(ADDRESS, status=403)
        client_of(person).get(f"{ADDRESS}/check", status=403)
    assert "Record leavers from a file" in client_of(hr).get("/credential-rotation/leavers").text
    assert "from a file" not in client_of(jo).get("/credential-rotation/leavers").text


def test_a_file_is_shown_and_then_recorded_whole(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person, kim: Person
) -> None:
    """Each with the numbers of the preview; one confirmation for all; a second one finds nothing to do."""
    for name, person in (("Libraries", jo), ("Museum", jo), ("Theatre", kim)):
        grant(make, account(make, name, owner), person)
    browser = client_of(hr)
    assert browser.post(ADDRESS, {}, status=422).errors == ["Select a CSV file"]
    bad = browser.post(ADDRESS, _sent(f"{jo.email},5/3/2027,", "nobody@council.example,5/3/2027,"), status=422)
    assert "Nobody was recorded" in bad.errors[0]
    assert "Line 3 Nobody is recorded as" in bad.text
    check = browser.follow(ADDRESS, _sent(f"{jo.email},5/3/2027,", f"{kim.email.upper()},2027-03-03,At once"))
    assert check.heading == "Check the leavers"
    for words in ("2 leavers", "3 accesses that end", "3 passwords to change", "Jo Bell Officer", "3 March 2027, at once"):
        assert words in check.text
    assert db.session.execute(sa.select(LeaverNotice)).first() is None
    confirmed = {"plan": check.field("plan")}
    page = browser.follow(f"{ADDRESS}/check", confirmed)
    assert "You recorded 2 leavers." in page.text
    notices = list(db.session.execute(sa.select(LeaverNotice).order_by(LeaverNotice.last_working_day)).scalars())
    assert [(one.person_id, one.last_working_day, one.immediate) for one in notices] == [
        (kim.id, TODAY, True), (jo.id, FRIDAY, False)
    ]
    assert db.session.execute(sa.select(sa.func.count(CredentialRotation.id))).scalar_one() == 3
    assert db.session.execute(sa.select(AccessGrant).where(AccessGrant.ends_on.is_(None))).first() is None
    browser.post(f"{ADDRESS}/check", confirmed, status=409)
    browser.get(f"{ADDRESS}/check", status=303)


def test_roles_that_are_left_empty_are_named_before_they_are(
    make: Factory, client_of: Clients, hr: Person, sca: Person
) -> None:
    """Also where each of two who hold it leaves; what somebody who stays holds too is not."""
    cleo, dee, lines = sca, make.person("Dee Ash", Role.SCA, Role.DPO), []
    titles = {role: pack().role_titles[role.value].value for role in (Role.SCA, Role.DPO, Role.HR_MANAGER)}
    other = make.person("Other HR", Role.HR_MANAGER)
    for person in (dee, other):
        lines.append(f"{person.email},5/3/2027,")
    browser = client_of(hr)
    check = browser.follow(ADDRESS, _sent(*lines))
    assert f"Dee Ash is the only one who is {titles[Role.DPO]} in Probity." in check.text
    assert titles[Role.SCA] not in check.text
    assert titles[Role.HR_MANAGER] not in check.text
    check = browser.follow(ADDRESS, _sent(*lines, f"{cleo.email},5/3/2027,"))
    assert f"{cleo.name}, Dee Ash are the only ones who are {titles[Role.SCA]} in Probity." in check.text
    make.person("New DPO", Role.DPO)
    again = browser.post(f"{ADDRESS}/check", {"plan": check.field("plan")}, status=409)
    assert "Something changed" in again.text


def test_what_changed_since_it_was_shown_is_shown_anew(
    make: Factory, client_of: Clients, hr: Person, owner: Person, jo: Person, kim: Person
) -> None:
    """Somebody recorded one of them, or gave them access: 409, and nobody is recorded."""
    browser = client_of(hr)
    check = browser.follow(ADDRESS, _sent(f"{jo.email},5/3/2027,", f"{kim.email},5/3/2027,"))
    grant(make, account(make, "Libraries", owner), jo)
    confirmed = {"plan": check.field("plan")}
    assert "Something changed" in browser.post(f"{ADDRESS}/check", confirmed, status=409).text
    again = browser.follow(ADDRESS, _sent(f"{jo.email},5/3/2027,", f"{kim.email},5/3/2027,"))
    leave(kim, hr, day=FRIDAY, immediate=False)
    browser.post(f"{ADDRESS}/check", {"plan": again.field("plan")}, status=409)
    assert db.session.execute(sa.select(sa.func.count(LeaverNotice.id))).scalar_one() == 1


def test_the_check_takes_few_queries_whatever_the_length_of_the_file(
    make: Factory, client_of: Clients, hr: Person, owner: Person
) -> None:
    """What was worked out is kept with the file."""
    counts, lines = [], []
    browser = client_of(hr)
    for number in range(7):
        person = make.person(f"Leaver {number}")
        grant(make, account(make, f"Account {number}", owner), person)
        lines.append(f"{person.email},5/3/2027,")
        if number in (0, 6):
            browser.post(ADDRESS, _sent(*lines))
            with counted_queries() as queries:
                browser.get(f"{ADDRESS}/check")
            counts.append(len(queries))
    assert counts[0] == counts[1] <= 4, counts


def test_a_day_too_long_ago_is_told_by_line(make: Factory, hr: Person) -> None:
    """Also of somebody of whom it is not known when they came."""
    jo = make.person(started=None)
    sentence = "The last day must be 1 January 2000 or later"
    for day in ("1/1/0001", "0001-01-01", "31/12/1999"):
        assert _problems(hr, f"{jo.email},{day},") == [f"2: {sentence}"]
    assert _problems(hr, f"{jo.email},31/12/9999,") == ["2: The last day must be within 5 years from today"]
    assert _problems(hr, f"{jo.email},1/1/2000,") == []
