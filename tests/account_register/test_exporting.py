"""The register to take away: as a table that can come back, as a document for a day, as a list for anybody."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta

import openpyxl
import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from app.account_register.documents import register_document
from app.account_register.models import AccessGrant, AccessLevel, Account, AccountStatus, LoginMode, TwoStep, Upkeep
from app.account_register.operations import OPTIONAL_HEADERS, REGISTER_HEADERS, import_register, plan_register_import
from app.account_register.queries import register_begins_on, register_on
from app.core.audit import ReadEvent
from app.core.db import begin_writing, commit, db
from app.core.spreadsheets import csv_of, guarded, unguarded, xlsx_of
from app.people.models import Person, Role
from app.policy.models import Acknowledgement, PolicyVersion, Precision
from app.policy.queries import pack
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries
from tests.policy.factories import another_document

Clients = Callable[..., PageClient]
TODAY = NOW.date()
ROOM = "/account-register"


@pytest.fixture
def sca(make: Factory) -> Person:
    """Keeps the register."""
    return make.person("Cleo Marsh", Role.SCA)


@pytest.fixture
def holder(make: Factory) -> Person:
    """Has access."""
    return make.person("Jo Bell")


def _fetched(client: PageClient, address: str) -> TestResponse:
    """What comes back where it is no page."""
    db.session.commit()
    with client.browser.application.app_context():
        return client.browser.get(address)


def _account(make: Factory, name: str, owner: Person | None = None, **values: object) -> Account:
    made: Account = make.keep(
        Account(
            **{"name": name, "platform": "X", "owner_id": owner.id if owner else None, "registered_at": NOW, **values}
        )
    )
    return made


def _grant(make: Factory, on: Account, person: Person, **values: object) -> AccessGrant:
    made: AccessGrant = make.keep(
        AccessGrant(
            **{
                "account_id": on.id, "person_id": person.id, "level": AccessLevel.EDITOR, "login_mode": LoginMode.SHARED,
                "starts_on": TODAY - timedelta(days=30), "approved_at": NOW, **values,
            }
        )
    )  # fmt: skip
    return made


@given(st.text(max_size=12))
def test_a_guarded_cell_comes_back_as_it_was(text: str) -> None:
    """And never begins like a formula."""
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_what_is_taken_away_comes_back_and_changes_nothing(
    app: Flask, make: Factory, client_of: Clients, sca: Person, holder: Person
) -> None:
    """Import, correct, import again: the file has the columns of an import, formulas are made safe."""
    on = _account(make, "=HYPERLINK(1)", holder, handle="@Town", handle_key="town", url="https://x.com/Town", purpose="-1")
    _grant(make, on, holder)
    _account(make, "Old", status=AccountStatus.CLOSING)
    reply = _fetched(client_of(sca), f"{ROOM}/export.csv")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="account-register.csv"'
    rows = list(csv.DictReader(io.StringIO(reply.get_data(as_text=True).removeprefix("\ufeff"))))
    assert tuple(rows[0]) == (*REGISTER_HEADERS, *OPTIONAL_HEADERS)
    assert (rows[0]["name"], rows[0]["handle"], rows[0]["purpose"]) == ("'=HYPERLINK(1)", "'@Town", "'-1")
    assert rows[0]["holders"] == f"{holder.email}:editor"
    plan = plan_register_import(reply.data, day=TODAY)
    assert (plan.problems, plan.changes_nothing, plan.unchanged) == ([], True, 2)
    corrected = reply.data.replace(b"'-1", b"News of the town")
    begin_writing()
    import_register(plan_register_import(corrected, day=TODAY), by=sca, at=NOW)
    commit()
    assert on.purpose == "News of the town"
    read = db.session.execute(sa.select(ReadEvent.act).where(ReadEvent.actor_id == sca.id)).scalars().all()
    assert read == ["register:table-taken"]


def test_all_that_a_file_may_say_comes_back_from_one(
    app: Flask, make: Factory, client_of: Clients, sca: Person, holder: Person
) -> None:
    """Every optional column is taken away filled; what is not recorded stays empty, and where secrets are kept at home."""
    _account(
        make, "Town", sca, handle="town", handle_key="town", deputy_id=holder.id, brand="Town", emergency_contact="+44 1",
        target_group="Residents,\nvisitors", identification="A tick", opened_on=TODAY - timedelta(days=400),
        two_step=TwoStep.ON, alerts=Upkeep.NOT_OFFERED, auto_acknowledgement=Upkeep.OFF, vault_item="Shelf 9",
    )  # fmt: skip
    gone = make.person("Left Long", last_working_day=TODAY - timedelta(days=90))
    bare = _account(make, "Bare", handle="bare", handle_key="bare", deputy_id=gone.id)
    reply = _fetched(client_of(sca), f"{ROOM}/export.csv")
    empty, rows = list(csv.DictReader(io.StringIO(reply.get_data(as_text=True).removeprefix("\ufeff"))))
    assert all(rows[name] for name in OPTIONAL_HEADERS)
    assert (rows["alerts"], empty["alerts"], empty["two_step"]) == ("not offered", "", "")
    assert "Shelf 9" not in reply.get_data(as_text=True)
    plan = plan_register_import(reply.data, day=TODAY)
    assert (plan.problems, plan.changes_nothing, plan.unchanged) == ([], True, 2)
    bare.two_step = TwoStep.ON
    db.session.commit()
    assert plan_register_import(reply.data, day=TODAY).changes_nothing


def test_a_state_that_only_its_page_can_give_is_refused_in_a_file(make: Factory, sca: Person) -> None:
    """The state of now may stand there; another that only a page gives may not."""
    _account(make, "Town", handle="town", handle_key="town")
    head = ",".join(REGISTER_HEADERS).encode()
    lines = [dict.fromkeys(REGISTER_HEADERS, "") | {"platform": "X", "name": "Town", "handle": handle, "status": status}
             for handle, status in (("town", "compromised"), ("new", "closing"))]  # fmt: skip
    body = b"\n".join(",".join(line.values()).encode() for line in lines)
    plan = plan_register_import(head + b"\n" + body, day=TODAY)
    assert [problem.number for problem in plan.problems] == [2, 3]
    assert "cannot become compromised by a file" in plan.problems[0].sentence
    assert "a new account is one of live" in plan.problems[1].sentence


def test_the_filters_of_the_list_narrow_the_file(make: Factory, client_of: Clients, sca: Person) -> None:
    """What is listed is what is taken away, as a workbook too; a formula stays a text there."""
    _account(make, "=1+1")
    _account(make, "Museum", platform="Facebook")
    client = client_of(sca)
    assert f"{ROOM}/export.xlsx?platform=X" in client.get(f"{ROOM}/?platform=X").html
    book = openpyxl.load_workbook(io.BytesIO(_fetched(client, f"{ROOM}/export.xlsx?platform=X").data))
    sheet = book.active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == [*REGISTER_HEADERS, *OPTIONAL_HEADERS]
    assert [[cell.value for cell in row][3] for row in rows[1:]] == ["=1+1"]
    assert rows[1][3].data_type == "s"
    assert not (book.properties.creator or "") or "Cleo" not in book.properties.creator


def test_only_who_sees_everything_takes_the_register_away(make: Factory, client_of: Clients, holder: Person) -> None:
    """Keepers and auditors; a holder sees the list of their own, and no file."""
    on = _account(make, "Town")
    _grant(make, on, holder)
    assert "export.csv" not in client_of(holder).get(f"{ROOM}/").html
    auditor = client_of(make.person("Audit", Role.AUDITOR))
    for address in ("export.csv", "export.xlsx", "as-it-stood"):
        assert _fetched(client_of(holder), f"{ROOM}/{address}").status_code == 403
        assert _fetched(auditor, f"{ROOM}/{address}").status_code == 200


def test_the_register_as_it_stood_on_a_day(make: Factory, client_of: Clients, sca: Person, holder: Person) -> None:
    """Who could get in then, not who can now; an account of later is not in it."""
    past = NOW - timedelta(days=60)
    old = _account(make, "Town", holder, registered_at=past)
    gone = make.person("Kim Lane")
    _grant(make, old, gone, starts_on=past.date(), ends_on=TODAY - timedelta(days=10), end_reason="moved")
    _grant(make, old, holder, starts_on=TODAY - timedelta(days=5))
    _account(make, "New")
    before = register_on(TODAY - timedelta(days=20))
    assert [(one.name, [way.grant.person.name for way in one.ways_in]) for one in before] == [("Town", ["Kim Lane"])]
    assert [one.name for one in register_on(TODAY)] == ["New", "Town"]
    day = TODAY - timedelta(days=20)
    client = client_of(sca)
    asked = {"day": [str(day.day), str(day.month), str(day.year)]}
    reply = client.post(f"{ROOM}/as-it-stood", asked, status=200).response
    assert reply.headers["Content-Disposition"] == f'attachment; filename="account-register-{day.isoformat()}.pdf"'
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(reply.data)).pages)
    assert "Kim Lane" in text
    assert "New" not in text.replace("News", "")
    refused = client.post(f"{ROOM}/as-it-stood", {"day": ["1", "1", "2090"]}, status=422)
    assert refused.errors == ["The day must be 3 March 2027 or earlier"]
    refused = client.post(f"{ROOM}/as-it-stood", {"day": ["1", "1", "1990"]}, status=422)
    assert refused.errors == ["The day must be 2 January 2027 or later"]
    assert "The register begins with 2 January 2027 and tells nothing of any day before" in refused.text


def test_an_empty_register_has_no_first_day(client_of: Clients, sca: Person) -> None:
    assert register_begins_on() is None
    assert "The register begins" not in client_of(sca).get(f"{ROOM}/as-it-stood").text


def test_the_register_on_a_day_tells_who_had_not_agreed_yet(make: Factory, client_of: Clients, sca: Person) -> None:
    """Access that waits for its holder's agreement let nobody in, on the day, in the document and in the file."""
    on = _account(make, "Town", registered_at=NOW - timedelta(days=9))
    version = make.keep(
        PolicyVersion(
            slug=another_document(make, "of-this-test").slug, title="Policy", label="1", guardian="HR",
            effective_on=TODAY - timedelta(days=30),
            effective_precision=Precision.DAY,
        )
    )  # fmt: skip
    ann, bob = make.person("Ann Agreed"), make.person("Bob Late")
    for person in (ann, bob):
        _grant(make, on, person, starts_on=TODAY - timedelta(days=5), required_version_id=version.id)
    make.keep(Acknowledgement(person_id=ann.id, version_id=version.id, at=NOW - timedelta(days=2)))

    def names(day: date) -> tuple[list[str], list[str]]:
        one = register_on(day)[0]
        return [way.grant.person.name for way in one.ways_in], [person.name for person in one.awaited]

    assert names(TODAY - timedelta(days=3)) == ([], ["Ann Agreed", "Bob Late"])
    assert names(TODAY - timedelta(days=2)) == (["Ann Agreed"], ["Bob Late"])
    content = register_document(register_on(TODAY), TODAY, at=NOW)
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).replace("\n", " ")
    assert "1 person could get in" in text
    assert "had not agreed to the policy: Bob Late" in text
    file = _fetched(client_of(sca), f"{ROOM}/export.csv").data.decode()
    assert [str(person.email) in file for person in (ann, bob)] == [True, False]


def test_one_query_whatever_the_number(make: Factory, sca: Person, holder: Person) -> None:
    """Exports ask as often for a hundred accounts as for one."""
    counts = []
    assert pack().platforms  # what is read once for all
    for number in (1, 30):
        for one in range(number):
            _grant(make, _account(make, f"A{number}-{one}"), holder)
        with counted_queries() as queries:
            register_on(TODAY)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7
    assert sca.name


def test_tables_without_rows_still_have_their_head() -> None:
    """An empty list is a file with its columns."""
    assert csv_of(("a", "b"), []) == b"\xef\xbb\xbfa,b\r\n"
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_of("T", ("a", "b"), []))).active
    assert sheet is not None
    assert [cell.value for cell in next(sheet.iter_rows())] == ["a", "b"]
