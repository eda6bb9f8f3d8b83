"""The demo: whole, at every stage, and every door on everybody's first page opens."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, g

from app import create_app
from app.account_register.models import Account
from app.core import clock
from app.core.audit import verify_chain
from app.core.db import db
from app.core.presentation import uk_date
from app.demo import is_there, make_demo
from app.demo.case_steps import FROM_INVESTIGATING
from app.demo.cases import STORIES
from app.demo.cast import CAST, address, who_can_sign_in
from app.device_permissions.models import DevicePermissionRequest
from app.duties.queries.desk import desk_of
from app.hr_cases.documents.records import records_of
from app.hr_cases.models import Case, CaseStatus
from app.hr_cases.queries import last_report
from app.matters.models import Capacity
from app.matters.queries import is_kept_from
from app.people.models import KEEPERS, Person, Role
from app.people.queries import person_by_email
from tests.conftest import DIALECTS
from tests.databases import create_schema, database_url, settings_for
from tests.due_equality import assert_same_duties
from tests.duties.factories import morning
from tests.duties.told import assert_each_line_opens_or_names_nobody
from tests.factories import sign_in
from tests.pages import Page, PageClient


def _demo(url: str, folder: Path, pack: str) -> Flask:
    app = create_app(settings_for(url, folder))
    app.testing = True
    with app.app_context():
        create_schema()
        make_demo(pack, "a password for the demo")
    return app


def _everybody_can_open_what_they_see_first(app: Flask) -> None:
    for name in CAST:
        person = person_by_email(address(name))
        assert person is not None
        browser = app.test_client()
        sign_in(browser, person)
        client = PageClient(browser)
        page = client.get("/")
        doors = {str(link["href"]) for link in page.soup.select("main a[href], nav a[href]")}
        assert doors
        for door in sorted(doors):
            answer = client._send("get", door.partition("#")[0])
            assert answer.status_code in (200, 303), f"{name}: {door} gives {answer.status_code}"


def _whoever_is_told_of_what_is_late_can_open_it_or_learns_no_name(app: Flask) -> None:
    """Three weeks on, with reminders each morning."""
    first = clock.today()
    for days in range(1, 22):
        morning(first + timedelta(days=days))
    day = first + timedelta(days=21)
    with clock.set_to(clock.at_local(day, 9)):
        assert len(assert_each_line_opens_or_names_nobody(app, day)) > 10


def _every_date_on_a_first_page_is_explained(app: Flask) -> None:
    """Where a line with a date leads, the page says how that date was worked out."""
    seen = set[tuple[str, date]]()
    for name in CAST:
        person = person_by_email(address(name))
        assert person is not None
        browser = app.test_client()
        sign_in(browser, person)
        with app.test_request_context():
            desk = desk_of(person, clock.today())
        for line in (*desk.late, *desk.needs, *desk.waiting):
            if line.day is None or not line.href or (line.href, line.day) in seen:
                continue
            seen.add((line.href, line.day))
            g.pop("_login_user", None)
            page = Page(browser.get(line.href.partition("#")[0], follow_redirects=True))
            explained = " ".join(part.get_text() for part in page.soup.select(".app-worked-out"))
            assert uk_date(line.day) in explained, f"{name}: {line.text}, {line.day}, {line.href}"
    assert seen


def _nobody_in_hr_is_kept_from_a_demo_case() -> None:
    """Two HR managers who do not report to one another; and each witness is walled off from the report as from the case."""
    names = ("hr", "hr2", "hr3", "investigator", "decision")
    day, officers = clock.today(), [person_by_email(address(name)) for name in names]
    managers = [one for one in officers if one is not None and one.holds(Role.HR_MANAGER)]
    assert len(managers) == 2
    assert not {one.line_manager_id for one in managers} & {one.id for one in managers}
    for case in db.session.execute(sa.select(Case)).scalars():
        assert not [one for one in officers if one is not None and is_kept_from(case.matter, one, day)]
        for witness in case.matter.people_as(Capacity.WITNESS):
            assert is_kept_from(case.report.matter, witness, day)


def _no_report_says_another_thing_than_the_register_of_acknowledgements() -> None:
    """Whether the person concerned agreed to the policy is told by what is recorded, not by what a report claims."""
    for case in db.session.execute(sa.select(Case)).scalars():
        report = last_report(case)
        if report is not None:
            assert ("agreed to the policy" in report.background) <= bool(records_of(case).agreements)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_demo_holds_one_case_at_each_stage_and_no_dead_end(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """A newcomer sees all of it in one sitting, on both databases."""
    with database_url(dialect, f"probity_demo_{worker_id}", tmp_path) as url:
        app = _demo(url, tmp_path, "council")
        with app.app_context():
            assert is_there()
            stages = db.session.execute(sa.select(Case.status)).scalars().all()
            assert sorted(stages) == sorted(CaseStatus)
            states = set(db.session.execute(sa.select(DevicePermissionRequest.status)).scalars())
            assert {"submitted", "approved", "refused", "returned"} <= states
            assert verify_chain().broken_at is None
            _nobody_in_hr_is_kept_from_a_demo_case()
            _no_report_says_another_thing_than_the_register_of_acknowledgements()
            _everybody_can_open_what_they_see_first(app)
            for days in (0, 1, 30):
                day = clock.today() + timedelta(days=days)
                with clock.set_to(clock.at_local(day, 9)):
                    assert assert_same_duties(day) > 20
                    if dialect == "sqlite" and days != 1:
                        _every_date_on_a_first_page_is_explained(app)
            _whoever_is_told_of_what_is_late_can_open_it_or_learns_no_name(app)
            db.session.remove()
            db.engine.dispose()


def test_the_partnership_holds_the_register_that_its_policy_publishes(tmp_path: Path) -> None:
    """Five channels, three posts on each and nobody's name; LinkedIn without a handle is there and flagged incomplete."""
    app = _demo(f"sqlite:///{tmp_path / 'probity.sqlite'}", tmp_path, "rudheath-and-witton-together")
    with app.app_context():
        accounts = db.session.execute(sa.select(Account).order_by(Account.platform)).scalars().all()
        assert [account.platform for account in accounts] == ["Facebook", "Instagram", "LinkedIn", "X", "YouTube"]
        for account in accounts:
            holders = {grant.person.name for grant in account.grants}
            assert holders == {"Project Manager", "Community Events and Engagement Officer", "Chair"}
        assert [account.platform for account in accounts if account.handle is None] == ["LinkedIn"]
        assert db.session.execute(sa.select(Person).where(Person.name == "Project Manager")).scalar_one() is not None
        sca = person_by_email(address("sca"))
        browser = app.test_client()
        sign_in(browser, sca)
        linkedin = next(account for account in accounts if account.platform == "LinkedIn")
        page = PageClient(browser).get(f"/account-register/{linkedin.id}")
        lines = page.soup.select(".app-lines__item")
        line = next(line for line in lines if line.strong and line.strong.text == "Incomplete")
        assert line.get_text().startswith("Incomplete: handle, ")
        assert line.a is not None
        assert line.a["href"].endswith("/change/names")
        printed = app.test_cli_runner().invoke(args=["demo", "--pack", "council"])
        assert printed.exit_code == 0, printed.output
        assert "colleague@demo.example" in printed.output
        assert "subject of two demo cases" not in printed.output
        assert "subject of two demo cases" in dict(who_can_sign_in("council"))[address("colleague")]
        _nothing_is_said_that_the_partnership_does_not_have(app)
        _everybody_can_open_what_they_see_first(app)
        db.session.remove()
        db.engine.dispose()


EVERYBODYS_PAGES = ("/", "/policy/", "/duties/rules", "/device-permissions/", "/breach-reports/report", "/account-register/")
KEEPERS_PAGES = ("/account-register/notices", "/account-register/new", "/account-register/proposals/propose/kind")


def _nothing_is_said_that_the_partnership_does_not_have(app: Flask) -> None:
    """Its policy has no permission for devices, no date and no guardian, and it is no council."""
    for name in CAST:
        person = person_by_email(address(name))
        browser = app.test_client()
        sign_in(browser, person)
        g.pop("_login_user", None)
        for path in (*EVERYBODYS_PAGES, *(KEEPERS_PAGES if person.holds(*KEEPERS) else ())):
            response = browser.get(path, follow_redirects=True)
            assert response.status_code == 200, f"{name}: {path}"
            missing = ("Not stated", "Ask to use a device", "Northmere", "the Council", ">Devices<", "device may be used")
            for words in missing:
                assert words not in response.text, f"{name}: {words} on {path}"
            if path != "/device-permissions/":
                assert "device permission" not in response.text, f"{name}: {path}"
            else:
                assert "does not ask permission for devices" in response.text
                assert "You have not asked" not in response.text


def test_the_readme_says_of_how_many_cases_the_colleague_is_the_subject() -> None:
    """Both are past the step at which whoever is concerned is told."""
    theirs = [story for story in STORIES if story.subject == "colleague"]
    assert (len(theirs), len(STORIES)) == (2, 14)
    assert {story.stage for story in theirs} <= FROM_INVESTIGATING
    said = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    assert "the subject of two of the fourteen demo cases, told of both" in said
